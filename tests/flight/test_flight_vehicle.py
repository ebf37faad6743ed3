"""Vehicles, flights and their events."""

import math
import pickle

import numpy as np
import pytest

from hoplon.earth import Site, frames
from hoplon.errors import InputError
from hoplon.flight import Stage, Vehicle, fly, free_flight
from hoplon.flight import _kernels as k
from hoplon.flight.segments import boost_segments

STAGE = Stage(12912, 1780, 110, 226, 248, 1.32)
NODONG = Vehicle("nodong", (STAGE,), 1000, 3000, True)
UPPER = Stage(3000, 400, 60, 240, 285, 1.1)
TWO = Vehicle("two", (Stage(12000, 1500, 80, 230, 255, 1.4, 3.0), UPPER), 600, 4000, False)
LAUNCH = Site("launch", 39.0, 127.6)


def test_thrust_and_ideal_speed():
    assert STAGE.thrust_sl_n == pytest.approx(12912 / 110 * 9.80665 * 226)
    full, empty = 12912 + 1780 + 1000, 1780 + 1000
    assert NODONG.launch_mass_kg == full
    # Tsiolkovsky, by hand.
    assert NODONG.ideal_speed_m_s() == pytest.approx(248 * 9.80665 * math.log(full / empty))
    first = 255 * 9.80665 * math.log(17500 / 5500)
    second = 285 * 9.80665 * math.log(4000 / 1000)
    assert TWO.ideal_speed_m_s() == pytest.approx(first + second)
    assert TWO.ideal_speed_m_s(80 / 140) == pytest.approx(first)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"propellant_kg": -1.0}, "propellant_kg"),
        ({"burn_time_s": 0.0}, "burn_time_s"),
        ({"dry_kg": float("nan")}, "dry_kg"),
        ({"isp_vac_s": 200.0}, "below isp_sl_s"),
    ],
)
def test_refuses_bad_stages(change, message):
    good = {"propellant_kg": 1.0, "dry_kg": 1.0, "burn_time_s": 1.0, "isp_sl_s": 226.0, "isp_vac_s": 248.0}
    with pytest.raises(InputError, match=message):
        Stage(**{**good, "diameter_m": 1.0, **change})


def test_refuses_bad_vehicles():
    for arguments, message in (
        (((), 100, 3000, True), "no stage"),
        (((STAGE,), 0.0, 3000, True), "payload_kg"),
        (((STAGE,), 100, -1.0, True), "reentry_ballistic"),
        (((STAGE,), 100, 3000, True, (0.0, 0.0), (0.1, 0.1)), "not a table"),
        (((STAGE,), 100, 3000, True, (0.0, 1.0), (0.1, -0.1)), "drag_cd"),
        (((STAGE,), 40000, 3000, True), "does not lift"),
    ):
        with pytest.raises(InputError, match=message):
            Vehicle("bad", *arguments)


def test_segments_weigh_right():
    up, east = LAUNCH.enu_from_ecef[2], LAUNCH.enu_from_ecef[0]
    table, burnouts = boost_segments(TWO, up, east, 0.1, 1.0)
    assert burnouts == (80.0, 143.0)
    np.testing.assert_allclose(table[:, k.STOP], [4.0, 8.0, 80.0, 83.0, 143.0, math.inf])
    np.testing.assert_allclose(table[:, k.MASS], [17500, 17500, 17500, 4000, 4000, 1000])
    assert np.all(table[[3, 5], k.THRUST] == 0.0)
    table, burnouts = boost_segments(TWO, up, east, 0.1, 40 / 140)
    assert burnouts == (pytest.approx(40.0),)
    assert table[-1, k.MASS] == pytest.approx(17500 - 6000)  # what was not burnt is carried along


def test_events_of_a_two_stage_flight():
    flight = fly(TWO, LAUNCH, 60.0, 7.0)
    times = [event.t_s for event in flight.events]
    assert times == sorted(times)
    assert flight.event("staging").t_s == 80.0
    assert flight.burnout_s == 143.0
    assert not flight.has("separation")
    for kind in ("up_through_100_km", "down_through_100_km"):
        assert flight.event(kind).altitude_m == pytest.approx(100e3, abs=0.01)
    top = flight.event("apogee")
    around = frames.geodetic_from_ecef(flight.state_at(top.t_s + np.array([-2.0, 0.0, 2.0]))[0])[2]
    assert around[1] > around[0]
    assert around[1] > around[2]
    assert around[1] == pytest.approx(top.altitude_m, abs=0.01)
    assert flight.apogee_km == pytest.approx(top.altitude_m / 1e3)
    assert flight.event("impact").altitude_m == pytest.approx(0.0, abs=2e-3)
    assert flight.event("impact").t_s == flight.flight_time_s
    with pytest.raises(InputError, match="Did you mean 'burnout'"):
        flight.event("burn_out")


def test_states_rest_before_launch_and_after_impact():
    flight = fly(NODONG, LAUNCH, 60.0, 7.0)
    r, v = flight.state_at([[-5.0, 0.0], [50.0, 9999.0]])
    assert r.shape == v.shape == (2, 2, 3)
    np.testing.assert_array_equal(v[0, 0], 0.0)
    np.testing.assert_array_equal(v[1, 1], 0.0)
    np.testing.assert_allclose(r[0, 0], LAUNCH.r_ecef_m)
    np.testing.assert_allclose(r[1, 1], flight.r_ecef_m[-1])
    a, b = flight.state_at(flight.t_s)
    np.testing.assert_allclose(a, flight.r_ecef_m, atol=1e-6)
    np.testing.assert_allclose(b, flight.v_ecef_m_s, atol=1e-8)


def test_nodes_are_frozen_and_travel():
    flight = fly(NODONG, LAUNCH, 60.0, 7.0)
    with pytest.raises(ValueError, match="read-only"):
        flight.nodes[0, 0] = 1.0
    again = pickle.loads(pickle.dumps(flight))
    np.testing.assert_array_equal(again.nodes, flight.nodes)
    assert again.events == flight.events


def test_steering_that_falls_back_lands_near():
    flight = fly(NODONG, LAUNCH, 60.0, 60.0)
    assert flight.range_km < 10.0
    assert not flight.has("burnout")  # it hit the ground under power
    assert flight.event("impact").altitude_m == pytest.approx(0.0, abs=2e-3)


def test_ground_above_the_launch_point():
    flight = fly(NODONG, LAUNCH, 60.0, 7.0, ground_altitude_m=1500.0)
    assert flight.event("impact").altitude_m == pytest.approx(1500.0, abs=2e-3)
    assert flight.range_km > 1000.0


def test_fly_refuses_nonsense():
    for arguments, message in (
        ((60.0, -1.0), "kick_deg"),
        ((60.0, 5.0, 0.0), "burn_fraction"),
        ((float("nan"), 5.0), "azimuth_deg"),
    ):
        with pytest.raises(InputError, match=message):
            fly(NODONG, LAUNCH, *arguments)
    rocket = Vehicle("orbital", (Stage(90000, 1000, 150, 300, 400, 2.0),), 100, 3000, True)
    with pytest.raises(InputError, match="come down"):
        fly(rocket, LAUNCH, 60.0, 3.0)


def test_free_flight_ends_where_told():
    r = frames.ecef_from_geodetic(0.0, 0.0, 50e3)
    flight = free_flight(r, [0.0, 0.0, 0.0], 1000.0, t_start_s=5.0, t_end_s=20.0)
    assert flight.events[-1].kind == "end"
    assert flight.t_s[0] == 5.0
    assert flight.flight_time_s == 15.0
    for bad, message in (
        ({"ballistic_coefficient_kg_m2": 0.0}, "ballistic_coefficient"),
        ({"t_start_s": 9e9}, "not after"),
    ):
        with pytest.raises(InputError, match=message):
            free_flight(r, np.zeros(3), **bad)
    with pytest.raises(InputError, match="two vectors"):
        free_flight([1.0, 2.0], np.zeros(3))


def test_terminal_speed_of_a_heavy_fall():
    # At terminal speed drag is weight: 0.5 rho v2 = beta g, but for the change of density, 1 % in 80 m.
    r = frames.ecef_from_geodetic(45.0, 0.0, 12e3)
    flight = free_flight(r, np.zeros(3), 200.0)
    expected = math.sqrt(2.0 * 200.0 * 9.806 / 1.225)
    assert flight.event("impact").speed_m_s == pytest.approx(expected, rel=0.02)


def test_plain_python_event_search():
    flight = fly(NODONG, LAUNCH, 60.0, 7.0)
    planet = flight.planet.as_array()
    out = []
    for function in (k.events_into, getattr(k.events_into, "py_func", k.events_into)):
        rows = np.zeros((8, 9))
        count = function(rows, flight.nodes, len(flight.nodes), 100e3, planet)
        out.append((count, rows))
    assert out[0][0] == out[1][0] == 3
    np.testing.assert_allclose(out[0][1], out[1][1], rtol=1e-9)


def test_phases_follow_one_another():
    flight = fly(TWO, LAUNCH, 90.0, 8.0)
    down = flight.event("down_through_100_km").t_s
    times = [0.0, 81.0, flight.burnout_s - 0.1, flight.burnout_s, down - 0.1, down, flight.t_s[-1]]
    # The coast between the stages, at 81 s, is part of the boost.
    assert flight.phase_at(times).tolist() == ["boost"] * 3 + ["free_flight"] * 2 + ["reentry"] * 2
    body = free_flight([6.5e6, 0.0, 0.0], [0.0, 1000.0, 0.0])
    assert body.phase_at(0.0) == "free_flight"
