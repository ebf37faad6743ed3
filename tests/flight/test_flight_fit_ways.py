"""All ways of asking for a fit, on flights known to be possible, and what is said of impossible ones."""

import math
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hoplon.earth import SPHERE_NOT_ROTATING, WGS84, WGS84_NOT_ROTATING, Site, geodesics
from hoplon.earth.frames import ecef_from_geodetic, enu_from_ecef_matrix
from hoplon.errors import InputError, UnreachableError
from hoplon.flight import Stage, Vehicle, fit
from hoplon.flight.fit import solve
from hoplon.flight.fly import fly
from hoplon.flight.reach import longest_flight
from hoplon.flight.shooter import Shooter

pytestmark = pytest.mark.compiled

SUNAN = Site("sunan", 39.2002, 125.6733)
TOKYO = Site("tokyo", 35.69, 139.69, 40.0)
NODONG = Vehicle("nodong", (Stage(12912, 1780, 110, 226, 248, 1.32),), 700, 3000, True)
HWASONG_12 = Vehicle("hwasong_12", (Stage(24000, 2200, 145, 270, 301, 1.65),), 500, 5000, True)
SCUD_B = Vehicle("scud_b", (Stage(3699, 1198, 75, 230, 230, 0.84),), 1000, 3000, False)
COASTER = Vehicle(
    "coaster",
    (Stage(28000, 3500, 90, 235, 265, 1.65, 12.0), Stage(6000, 900, 80, 240, 280, 1.65)),
    800,
    12000,
    True,
)
MINUTEMAN = Vehicle(
    "minuteman_iii",
    (
        Stage(20785, 2300, 61, 237, 267, 1.67),
        Stage(6237, 795, 66, 200, 288, 1.3),
        Stage(3306, 400, 60, 200, 285, 1.3),
    ),
    900,
    10000,
    True,
)
VEHICLES = (NODONG, HWASONG_12, SCUD_B, COASTER, MINUTEMAN)


def miss_m(flight, aim):
    end = flight.event("impact")
    place = ecef_from_geodetic(end.latitude_deg, end.longitude_deg, end.altitude_m)
    return float(np.linalg.norm(place - aim.r_ecef_m))


def burnout_angle_deg(flight):
    event = flight.event("burnout")
    _, v = flight.state_at(event.t_s)
    up = enu_from_ecef_matrix(event.latitude_deg, event.longitude_deg)[2]
    return math.degrees(math.asin(up @ v / np.linalg.norm(v)))


def burnt(vehicle, flight):
    time, total = flight.burnout_s, 0.0
    for stage in vehicle.stages:
        total += min(max(time, 0.0), stage.burn_time_s)
        time -= stage.burn_time_s + stage.coast_after_s
    return total / vehicle.powered_time_s


@st.composite
def made(draw):
    """A flight that was made: its two ends, and what it looked like."""
    vehicle = draw(st.sampled_from(VEHICLES))
    launch = Site(
        "launch",
        draw(st.floats(-75.0, 75.0)),
        draw(st.floats(-180.0, 180.0)),
        draw(st.floats(0.0, 2000.0)),
    )
    kick_deg = math.exp(draw(st.floats(math.log(0.4), math.log(20.0))))
    cut_off = draw(st.floats(0.7, 1.0))
    try:
        flight = fly(vehicle, launch, draw(st.floats(0.0, 360.0)), kick_deg, cut_off)
    except InputError:
        assume(False)
    assume(flight.has("burnout") and flight.has("apogee"))
    assume(flight.event("apogee").t_s > flight.burnout_s and flight.apogee_km > 30.0)
    assume(30.0 < flight.range_km < 12000.0 and flight.flight_time_s < 4500.0)
    end = flight.event("impact")
    return vehicle, launch, Site("aim", end.latitude_deg, end.longitude_deg, launch.altitude_m), flight


many = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@many
@given(made())
def test_what_was_flown_is_fitted_by_its_apogee(case):
    vehicle, launch, aim, flight = case
    found = fit(vehicle, launch, aim, apogee_km=flight.apogee_km)
    assert miss_m(found, aim) < 10.0
    assert found.apogee_km == pytest.approx(flight.apogee_km, abs=0.1)


@many
@given(made())
def test_what_was_flown_is_fitted_by_its_path_angle(case):
    vehicle, launch, aim, flight = case
    found = fit(vehicle, launch, aim, burnout_angle_deg=burnout_angle_deg(flight))
    assert miss_m(found, aim) < 10.0
    assert burnout_angle_deg(found) == pytest.approx(burnout_angle_deg(flight), abs=0.005)


@many
@given(made())
def test_minimum_energy_needs_no_more_than_any_flight(case):
    vehicle, launch, aim, flight = case
    found = fit(vehicle, launch, aim)
    assert miss_m(found, aim) < 10.0
    needed, known = (vehicle.ideal_speed_m_s(burnt(vehicle, f)) for f in (found, flight))
    assert needed < 1.001 * known


def test_few_flights_and_the_same_answer_again():
    flights = []
    for vehicle, aim, apogee in ((NODONG, TOKYO, None), (NODONG, TOKYO, 500.0), (HWASONG_12, TOKYO, 1000.0)):
        shooter = Shooter(vehicle, SUNAN, aim, WGS84)
        solve(shooter, apogee)
        flights.append(shooter.flights)
        again = fit(vehicle, SUNAN, aim, apogee_km=apogee)
        assert np.array_equal(again.nodes, shooter.trajectory().nodes)
    assert max(flights) <= 6


@pytest.mark.parametrize("planet", [WGS84_NOT_ROTATING, SPHERE_NOT_ROTATING])
def test_other_planets(planet):
    aim = Site("aim", 36.0, 135.0)
    for wanted in ({}, {"apogee_km": 400.0}, {"burnout_angle_deg": 45.0}):
        flight = fit(NODONG, SUNAN, aim, planet=planet, **wanted)
        end = flight.event("impact")
        assert (end.latitude_deg, end.longitude_deg) == pytest.approx((36.0, 135.0), abs=1e-4)


def test_across_a_pole_the_date_line_and_to_a_pole():
    for launch, aim in (
        (Site("a", 80.0, 20.0), Site("b", 80.0, -160.0)),
        (Site("a", 10.0, 175.0), Site("b", 12.0, -172.0)),
        (Site("a", 75.0, 40.0), Site("b", 90.0, 0.0)),
    ):
        assert miss_m(fit(HWASONG_12, launch, aim), aim) < 10.0


@pytest.mark.parametrize("azimuth_deg", [20.0, 90.0, 200.0, 290.0])
def test_maximum_range_is_the_longest_flight(azimuth_deg):
    lat, lon = geodesics.destination(SUNAN.latitude_deg, SUNAN.longitude_deg, azimuth_deg, 700.0)
    aim = Site("aim", lat, lon)
    flight = fit(HWASONG_12, SUNAN, aim, maximum_range=True)
    assert flight.burnout_s == pytest.approx(145.0)
    start, end = flight.events[0], flight.event("impact")
    seen = geodesics.azimuth_deg(start.latitude_deg, start.longitude_deg, end.latitude_deg, end.longitude_deg)
    # Great circle against geodesic: some hundredths of a degree over 4,000 km.
    assert seen == pytest.approx(azimuth_deg, abs=0.2)
    longest = longest_flight(HWASONG_12, SUNAN, azimuth_deg)
    # The direction of steering and that of the impact differ by some degrees.
    assert flight.range_km == pytest.approx(longest.range_km, rel=5e-3)


def nearest(error):
    found = re.search(r"within reach is (-?\d+\.\d+),(-?\d+\.\d+)", error.remedy)
    assert found is not None
    return Site("nearest", float(found[1]), float(found[2]))


@pytest.mark.parametrize("vehicle, azimuth_deg", [(NODONG, 110.0), (SCUD_B, 250.0), (HWASONG_12, 80.0)])
def test_too_far_states_the_reach_and_the_nearest_aim_point(vehicle, azimuth_deg):
    longest = longest_flight(vehicle, SUNAN, azimuth_deg)
    start, end = longest.events[0], longest.event("impact")
    way = geodesics.azimuth_deg(start.latitude_deg, start.longitude_deg, end.latitude_deg, end.longitude_deg)
    lat, lon = geodesics.destination(start.latitude_deg, start.longitude_deg, way, 1.25 * longest.range_km)
    with pytest.raises(UnreachableError) as caught:
        fit(vehicle, SUNAN, Site("aim", lat, lon))
    stated = float(caught.value.what.split("reaches ")[1].split(" km")[0])
    assert stated == pytest.approx(longest.range_km, rel=0.01)
    near = nearest(caught.value)
    assert miss_m(fit(vehicle, SUNAN, near), near) < 10.0
    gap_km = geodesics.distance_km(lat, lon, near.latitude_deg, near.longitude_deg)
    assert gap_km == pytest.approx(0.25 * longest.range_km, rel=0.02)


@pytest.mark.parametrize("wanted", [{"apogee_km": 600.0}, {"apogee_km": 60.0}, {"burnout_angle_deg": 80.0}])
def test_too_far_for_what_is_asked(wanted):
    with pytest.raises(UnreachableError) as caught:
        fit(NODONG, SUNAN, TOKYO, **wanted)
    assert "in this direction" in caught.value.what
    near = nearest(caught.value)
    assert miss_m(fit(NODONG, SUNAN, near, **wanted), near) < 10.0
    # What is said to be the limit for this aim point is one: within it there is a flight.
    stated = re.search(r"(lowest|highest) one is (-?[\d.]+)", caught.value.what)
    key, value = next(iter(wanted.items()))
    inwards = -1.0 if stated[1] == "highest" else 1.0
    assert inwards * (float(stated[2]) - value) > 0.0
    assert miss_m(fit(NODONG, SUNAN, TOKYO, **{key: float(stated[2]) + 0.5 * inwards}), TOKYO) < 10.0


def test_one_way_at_a_time_and_angles_that_can_be():
    with pytest.raises(InputError, match="exclude"):
        fit(NODONG, SUNAN, TOKYO, apogee_km=300.0, maximum_range=True)
    with pytest.raises(InputError, match="burnout_angle_deg"):
        fit(NODONG, SUNAN, TOKYO, burnout_angle_deg=95.0)


@pytest.mark.parametrize(
    ("vehicle", "launch", "kick", "cut_off", "azimuth", "tolerance_m"),
    [
        (NODONG, Site("a", -9.346845455948042, 5.862717749642201, 900.4405919191363),
         0.09917969015728294, 0.42486413354128816, 2.724960999898029, 1.0),
        (HWASONG_12, Site("b", 69.65306401748245, -113.69532667604301, 408.6359619967539),
         0.07319313276342031, 0.547418005724248, 2.262369566768069, 0.3),
    ],
)  # fmt: skip
def test_a_border_of_layers_just_before_the_end_of_thrust_is_passed(
    vehicle, launch, kick, cut_off, azimuth, tolerance_m
):
    # The last step before cut-off crosses a border of the air's layers just before its end: to cut
    # it there and then to stretch it to the end of thrust again went on for ever.
    shooter = Shooter(vehicle, launch, TOKYO, WGS84)
    assert shooter.shoot(kick, cut_off, azimuth, tolerance_m).landed
