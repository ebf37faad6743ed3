"""Thrust along a pitch history: against the rocket equation, and against a gravity turn written down."""

import math

import numpy as np
import pytest

from hoplon.earth import WGS84, Planet, Site
from hoplon.earth.frames import enu_from_ecef_matrix, geodetic_from_ecef
from hoplon.errors import InputError
from hoplon.flight import PitchHistory, Stage, Vehicle, fly
from hoplon.flight.segments import pitch_over_times

LAUNCH = Site("launch", 39.0, 127.6)
NODONG = Vehicle("nodong", (Stage(12912, 1780, 110, 226, 248, 1.32),), 1000, 3000, True)


@pytest.mark.parametrize("pitch_deg", [90.0, 40.0, 10.0])
def test_without_gravity_and_air_it_is_the_rocket_equation(pitch_deg):
    # A planet that pulls just enough for the body to come down within the time allowed, and does not turn.
    faint = Planet(WGS84.gm_m3_s2 * 1e-2, 0.0, 0.0, WGS84.equatorial_radius_m, 0.0)
    smooth = Vehicle("smooth", (Stage(100, 100, 10, 250, 250, 1.0),), 400, 1e9, True, (0.0, 1.0), (0.0, 0.0))
    flight = fly(smooth, LAUNCH, 60.0, 0.0, planet=faint, pitch=PitchHistory((0.0,), (pitch_deg,)))
    _, v = flight.state_at(flight.burnout_s - 1e-6)
    enu = enu_from_ecef_matrix(LAUNCH.latitude_deg, LAUNCH.longitude_deg) @ v
    speed = 250 * 9.80665 * math.log(600 / 500)
    # Ten seconds of 0.1 m/s2.
    assert np.linalg.norm(v) == pytest.approx(speed, abs=1.0)
    assert math.degrees(math.asin(enu[2] / np.linalg.norm(enu))) == pytest.approx(pitch_deg, abs=0.13)
    if pitch_deg < 90.0:
        assert math.degrees(math.atan2(enu[0], enu[1])) == pytest.approx(60.0, abs=0.05)


def test_a_gravity_turn_written_down_and_read_again_is_the_same_flight():
    turned = fly(NODONG, LAUNCH, 0.0, 6.0)
    rise, over = pitch_over_times(NODONG)
    t = np.arange(over, turned.burnout_s, 0.25)
    _, v = turned.state_at(t)
    up, north = enu_from_ecef_matrix(LAUNCH.latitude_deg, LAUNCH.longitude_deg)[[2, 1]]
    angle = np.degrees(np.arctan2(v @ up, v @ north))
    times = (0.0, rise - 1e-6, rise + 1e-6, over - 1e-6, *t)
    history = PitchHistory(times, (90.0, 90.0, 84.0, 84.0, *angle))
    again = fly(NODONG, LAUNCH, 0.0, 0.0, pitch=history)
    # The turn leaves the plane by what the Earth's rotation bends; steps of half a second blur the kick.
    assert again.range_km == pytest.approx(turned.range_km, rel=0.01)
    assert again.apogee_km == pytest.approx(turned.apogee_km, rel=0.01)
    a, b = turned.event("burnout"), again.event("burnout")
    assert b.speed_m_s == pytest.approx(a.speed_m_s, rel=1e-3)
    r = again.state_at(again.burnout_s)[0]
    assert geodetic_from_ecef(r)[2] == pytest.approx(a.altitude_m, rel=0.01)


@pytest.mark.parametrize(
    ("t_s", "pitch_deg"),
    [((), ()), ((0.0, 1.0), (90.0,)), ((1.0, 1.0), (90.0, 80.0)), ((0.0,), (math.nan,))],
)
def test_what_is_no_history_is_refused(t_s, pitch_deg):
    with pytest.raises(InputError, match="not a history"):
        PitchHistory(t_s, pitch_deg)
