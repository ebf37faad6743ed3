"""Raids and the truth grid."""

import pickle

import numpy as np
import pytest

from hoplon.earth import Site
from hoplon.errors import InputError
from hoplon.flight import Stage, Vehicle, fly
from hoplon.threat import AFTER_BURNOUT, BOOST, FALLEN, ON_THE_GROUND, Raid, Threat, truth_states

LAUNCH, AIM = Site("launch", 39.0, 127.6), Site("aim", 35.7, 139.7)
FLIGHT = fly(Vehicle("n", (Stage(12912, 1780, 110, 226, 248, 1.32),), 1000, 3000, True), LAUNCH, 110.0, 7.0)


def threat(name="one", launch_s=0.0, **other):
    return Threat(name, "nodong", LAUNCH, AIM, launch_s, FLIGHT, **other)


def test_grid_against_single_states():
    threats = [threat(), threat("two", 30.0)]
    t = np.arange(0.0, 800.0, 2.5)
    grid = truth_states(threats, t)
    assert grid.r_ecef_m.shape == grid.v_ecef_m_s.shape == (2, t.size, 3)
    np.testing.assert_array_equal(grid.r_ecef_m[0, :-12], grid.r_ecef_m[1, 12:])
    r, v = FLIGHT.state_at(250.0)
    np.testing.assert_array_equal(grid.r_ecef_m[0, 100], r)
    np.testing.assert_array_equal(grid.v_ecef_m_s[0, 100], v)
    assert grid.phase.dtype == np.int8
    assert not grid.phase.flags.writeable


def test_phases():
    one = threat(launch_s=30.0)
    assert (one.burnout_s, one.impact_s) == (140.0, pytest.approx(30.0 + FLIGHT.flight_time_s))
    t = np.array([0.0, 29.9, 30.0, 139.9, 140.0, one.impact_s, one.impact_s + 0.1])
    phase = truth_states([one], t).phase[0]
    expected = [ON_THE_GROUND, ON_THE_GROUND, BOOST, BOOST, AFTER_BURNOUT, AFTER_BURNOUT, FALLEN]
    assert phase.tolist() == expected
    grid = truth_states([one], t)
    np.testing.assert_array_equal(grid.v_ecef_m_s[0, [0, 1, 6]], 0.0)
    np.testing.assert_allclose(grid.r_ecef_m[0, 0], LAUNCH.r_ecef_m)


def test_raid_needs_threats_with_names_of_their_own():
    raid = Raid([threat(), threat("two", 30.0)])
    assert raid.end_s == pytest.approx(30.0 + FLIGHT.flight_time_s)
    with pytest.raises(InputError, match="empty"):
        Raid(())
    with pytest.raises(InputError, match="two threats are called 'one'"):
        Raid((threat(), threat()))


def test_threat_refuses_nonsense():
    with pytest.raises(InputError, match="launch_s"):
        threat(launch_s=float("inf"))
    with pytest.raises(InputError, match="unknown band 'Q'"):
        threat(body_cross_section_m2={"Q": 1.0})
    with pytest.raises(InputError, match="reentry_cross_section_m2 in band X"):
        threat(reentry_cross_section_m2={"X": 0.0})


def test_threat_travels_and_cannot_be_changed():
    one = threat(body_cross_section_m2={"X": 1.0}, reentry_cross_section_m2={"X": 0.01})
    again = pickle.loads(pickle.dumps(one))
    assert dict(again.reentry_cross_section_m2) == {"X": 0.01}
    with pytest.raises(TypeError):
        one.body_cross_section_m2["X"] = 2.0
