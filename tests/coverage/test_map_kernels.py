"""Kernels of maps against what they stand for, call by call: the tracker, the rules, the plays, the boost."""

import math
from dataclasses import replace

import numpy as np
import pytest

from hoplon.command.doctrine import HoldForLowerLayer, Salvo, ShootShootLook
from hoplon.command.rules import DefendedGround, Verdict, defend_assets
from hoplon.coverage import _kernels_follow as kernels
from hoplon.coverage._kernels_play import PLAYED
from hoplon.coverage._kernels_reach import angle_of, leave, rough_time
from hoplon.coverage._kernels_sample import sample_into
from hoplon.coverage._kernels_verdict import merge_into
from hoplon.coverage.defence import Defence
from hoplon.coverage.flights import FlightField
from hoplon.coverage.following import Followed, follow, follow_all
from hoplon.coverage.known import Known
from hoplon.coverage.meetings import Meetings
from hoplon.coverage.question import firings, missile_of, point
from hoplon.coverage.reference import one_missile
from hoplon.coverage.shots import Engagement
from hoplon.coverage.sight import look, looks_of
from hoplon.coverage.spells import Tally
from hoplon.coverage.steering import Boost
from hoplon.coverage.verdicts import verdicts_of
from hoplon.earth.frames import ecef_from_geodetic
from hoplon.earth.sites import Site
from hoplon.engagement import assemble
from hoplon.engagement.prepare import prepare
from hoplon.flight.segments import boost_segments
from hoplon.interceptor._kernels import look_up
from hoplon.interceptor.remote import FireControl
from hoplon.scenario import catalogue, load
from hoplon.track.impact import predict_impact

pytestmark = pytest.mark.compiled

CELLS = [(34.7, 135.5), (35.9, 133.5), (33.6, 132.0), (37.4, 136.9)]
RADIUS_KM = 20.0


@pytest.fixture(scope="module")
def scenario():
    return load("one-on-one")


@pytest.fixture(scope="module")
def entry(scenario):
    return missile_of(firings(scenario)[0].missile, scenario)


@pytest.fixture(scope="module")
def world(scenario):
    (firing,) = firings(scenario)
    return prepare(one_missile(scenario, firing, firing.place, point(34.7, 135.5)))


@pytest.fixture(scope="module")
def flights(scenario, entry):
    (firing,) = firings(scenario)
    field = FlightField(
        assemble.vehicle_of(entry), assemble.site(firing.place), None, *np.array(sorted(CELLS)).T
    )
    return [field.fly(*cell) for cell in CELLS]


def seen(world, entry, flights):
    return looks_of(world, look(world, entry, flights), len(flights), f"{entry.id}-1", 2)


def cases_of(defence, flights, cells, report_s=math.inf):
    ends, reports = np.array([flown.flight_time_s for flown in flights]), np.full((len(flights), 2), report_s)
    places = np.array([ecef_from_geodetic(*cell, 0.0) for cell in cells])
    return defence.cases(ends, reports, places, RADIUS_KM)


GROUNDS = [DefendedGround("cell", *cell, RADIUS_KM) for cell in CELLS]


@pytest.mark.parametrize("report_s", [math.inf, 100.0])
def test_the_tracker_in_one_call_is_the_tracker(world, entry, flights, report_s):
    defence, looks = Defence(world), seen(world, entry, flights)
    raw, covariances = follow_all(defence, looks, cases_of(defence, flights, CELLS, report_s), GROUNDS)
    verdicts = 0
    for n, flown in enumerate(flights):
        for picture in (0, 1):
            quick = Followed.of(raw[n, picture], covariances[n, picture])
            plain = follow(world, looks.sight(picture, n), GROUNDS[n], report_s, flown.flight_time_s)
            assert Followed.of(plain.raw, plain.covariance).engage_s == plain.engage_s
            assert (
                quick.first_s,
                quick.firm_s,
                quick.found_s,
                quick.cued_s,
                quick.engage_s,
                quick.seen_s,
            ) == (
                plain.first_s,
                plain.firm_s,
                plain.found_s,
                plain.cued_s,
                plain.engage_s,
                plain.seen_s,
            )
            assert (quick.later_s, quick.pause_s) == (plain.later_s, plain.pause_s)
            if quick.engage_s < math.inf:
                verdicts += 1
                # The same kernels in the same order: what differs is how sums are rounded.
                assert quick.r_ecef_m == pytest.approx(plain.r_ecef_m, abs=1e-3)
                assert quick.v_ecef_m_s == pytest.approx(plain.v_ecef_m_s, abs=1e-5)
                assert quick.covariance == pytest.approx(plain.covariance, rel=1e-6, abs=1e-9)
    assert verdicts > 2


def test_the_rule_is_that_of_engagement(world):
    """Impacts at the edge of a ground, and ellipses near the widest that decides."""
    defence, planet = Defence(world), Defence(world).planet
    r = ecef_from_geodetic(36.0, 133.0, 150e3)
    v = np.array([1500.0, -2500.0, 200.0]) - 1500.0 * r / np.linalg.norm(r)
    said = set()
    for spread_m in (100.0, 3e3, 2e4):
        covariance = np.diag([spread_m**2] * 3 + [(spread_m / 100.0) ** 2] * 3 + [0.1])
        prediction = predict_impact(r, v, covariance, 0.0, 2000.0)
        for away_deg in np.linspace(0.0, 1.6, 33).tolist():
            ground = DefendedGround(
                "g", prediction.latitude_deg + away_deg, prediction.longitude_deg + 0.3 * away_deg, 40.0
            )
            case = cases_of(defence, [_Ends()], [(ground.latitude_deg, ground.longitude_deg)])[0, 0]
            case[kernels.RADIUS] = 40e3
            x = np.concatenate((r, v, np.zeros(3)))
            quick = kernels.falls_on(x, covariance, 2000.0, case, planet)
            verdict = defend_assets(prediction, (ground,), widest_ellipse_km=100.0).verdict
            assert quick == (verdict is Verdict.ENGAGE)
            said.add((quick, spread_m))
    assert {quick for quick, _ in said} == {True, False}


class _Ends:
    flight_time_s = 600.0


DEFENCES = {
    "as it is": lambda battery: [battery],
    "looks that err": lambda battery: [
        replace(
            battery, assessment=replace(battery.assessment, delay_s=20.0, false_dead=0.1, false_alive=0.2)
        )
    ],
    "narrow basket": lambda battery: [
        replace(battery, interceptor=replace(battery.interceptor, handover_basket_m=60.0))
    ],
    "own radar": lambda battery: [replace(battery, fire_control=FireControl.OWN_RADAR, own_radar=0)],
    "two layers": lambda battery: [
        replace(battery, loaded=2),
        replace(battery, name="lower", layer=2, loaded=3, site=Site("lower", 35.3, 136.5)),
    ],
}


@pytest.mark.parametrize("doctrine", [ShootShootLook(2, 1), Salvo(3), HoldForLowerLayer()], ids=repr)
@pytest.mark.parametrize("name", DEFENCES)
def test_plays_in_one_call_are_plays(world, entry, flights, name, doctrine):
    batteries = tuple(DEFENCES[name](world.batteries[0]))
    world = replace(world, batteries=batteries, doctrine=doctrine)
    defence, looks = Defence(world), seen(world, entry, flights)
    cases = cases_of(defence, flights, CELLS)
    raw, covariances = follow_all(defence, looks, cases, GROUNDS)
    raw, covariances, cases = raw[:, :1].copy(), covariances[:, :1].copy(), cases[:, :1].copy()
    engage_s = raw[:, :, kernels.ENGAGE]
    launched = set()
    for later_s in (5.0 * np.arange(0.0, 40.0, 3.0)).tolist():
        # Fire is free at one tick only.
        free = (engage_s[..., None] + later_s, np.ones((len(flights), 1, 1)))
        rows = verdicts_of(defence, looks, flights, cases, (raw, covariances), free)
        for n, flown in enumerate(flights):
            tally, tick_s = Tally.of(1.0, rows[n]), float(engage_s[n, 0]) + later_s
            if not tick_s < flown.flight_time_s:
                assert tally.decided == 0.0
                continue
            assert rows[n, 0] == PLAYED
            followed = Followed.of(raw[n, 0], covariances[n, 0])
            meetings = Meetings(defence, flown, followed.seen_s)
            known = Known(defence, looks, 0, n, followed, cases[n, 0], meetings.last_s)
            plain = Engagement(defence, meetings, flown, known).from_tick(tick_s)
            assert tally.decided == 1.0
            assert tally.reachable == plain.launched
            assert tally.handed_over == pytest.approx(plain.handed_over, abs=2e-4)
            assert tally.stopped == pytest.approx(1.0 - plain.alive, abs=2e-4)
            if tick_s <= meetings.last_launch_s:
                assert tally.why == plain.why
            launched.add(plain.launched)
    assert True in launched


def test_ticks_of_pictures_are_merged():
    free_s = np.array([[5.0, 10.0, 15.0], [10.0, 20.0, math.inf]])
    chances = np.array([[0.2, 0.3, 0.5], [0.4, 0.6, 0.0]])
    ticks, weights = np.empty(6), np.empty(6)
    assert merge_into(ticks, weights, free_s, chances, 20.0) == 3
    assert ticks[:3].tolist() == [5.0, 10.0, 15.0]
    assert weights[:3] == pytest.approx([0.1, 0.35, 0.25])


def test_boosts_are_those_of_the_vehicle():
    up, to = np.array([0.0, 0.6, 0.8]), np.array([0.0, 0.8, -0.6])
    for missile in ("nodong", "scud_er", "hwasong_12", "hwasong_15"):
        vehicle = assemble.vehicle_of(catalogue().missile(missile))
        boost = Boost(vehicle)
        for share in (0.05, 0.3, 0.6, 0.8, 0.97, 1.0):
            table, end_s = boost.segments(up, to, 0.07, share)
            true, burnouts = boost_segments(vehicle, up, to, 0.07, share)
            assert end_s == pytest.approx(burnouts[-1], abs=1e-9)
            assert table == pytest.approx(true, rel=1e-12, abs=1e-9)


def test_samples_of_a_flight_are_its_states(flights):
    flown = flights[0]
    times = np.arange(-10.0, flown.flight_time_s + 20.0, 3.7)
    r, v = np.empty((len(times), 3)), np.empty((len(times), 3))
    sample_into(r, v, flown.nodes, times)
    true_r, true_v = flown.state_at(times)
    assert r == pytest.approx(true_r, abs=1e-6)
    assert v == pytest.approx(true_v, abs=1e-9)


def test_angles_are_those_of_their_cosines():
    for angle in np.linspace(0.0, math.pi, 2001).tolist():
        # Abramowitz and Stegun give 2e-8 for their polynomial.
        assert angle_of(math.cos(angle)) == pytest.approx(angle, abs=2.3e-8)


def test_rough_times_are_those_of_the_table():
    times, grid = np.random.default_rng(1).uniform(50.0, 400.0, (1, 6, 5)), np.ones(6)
    times[0, 4:, 3:] = math.nan
    nodes = np.concatenate((times, times))
    for u, v in np.random.default_rng(2).uniform(0.0, (5.0, 4.0), (300, 2)).tolist():
        flight, _, whole = look_up(nodes, grid, u, v)
        assert math.isnan(rough_time(times[0], u, v)) == (not whole)
        if whole:
            assert rough_time(times[0], u, v) == pytest.approx(flight, abs=1e-9)
    assert math.isnan(rough_time(times[0], 5.1, 1.0))
    assert math.isnan(rough_time(times[0], 1.0, 4.1))


def test_a_way_leaves_the_reach_where_small_steps_say_so():
    rng = np.random.default_rng(4)
    left = 0
    for _ in range(300):
        # A table that is reached out to an edge that is different in each row.
        times = np.add.outer(np.arange(12.0), 0.5 * np.arange(9.0))
        for j in range(9):
            times[rng.integers(5, 13) :, j] = math.nan
        limits = float(rng.uniform(6.0, 11.0)), 1.3, 7.2
        u, v, to_u, to_v = rng.uniform((0.0, 1.4, 0.0, 0.0), (11.0, 7.0, 11.0, 8.0)).tolist()

        def reached(share, ends=(u, v, to_u, to_v), limits=limits, times=times):
            u, v, to_u, to_v = ends
            at, up = u + share * (to_u - u), v + share * (to_v - v)
            inside = at <= limits[0] and limits[1] <= up <= limits[2]
            return inside and not math.isnan(rough_time(times, at, up))

        if not reached(0.0) or reached(1.0):
            continue
        left += 1
        share, flight = leave(times, limits, u, v, to_u, to_v)
        first = next(s for s in np.linspace(0.0, 1.0, 20001).tolist() if not reached(s))
        assert share == pytest.approx(first, abs=1e-4)
        assert flight == pytest.approx(u + share * (to_u - u) + 0.5 * (v + share * (to_v - v)), abs=1e-9)
    assert left > 50
