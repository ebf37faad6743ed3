"""Cells of a map: the quick chain gives what the expected battle gives, and maps hold together."""

from dataclasses import replace

import numpy as np
import pytest

from hoplon.coverage import make_map
from hoplon.coverage.chain import Chain, suits
from hoplon.coverage.defence import Defence
from hoplon.coverage.flights import FlightField, Flown
from hoplon.coverage.layer import REASONS
from hoplon.coverage.meetings import Meetings
from hoplon.coverage.question import firings, grid_over, ground_radius_km, missile_of, place_of, point
from hoplon.coverage.reference import expected_of, one_missile
from hoplon.engagement import assemble
from hoplon.engagement.battle import fight
from hoplon.engagement.prepare import prepare
from hoplon.errors import InputError
from hoplon.interceptor.fire_control import earliest_intercept, why_none
from hoplon.scenario import load
from hoplon.studies.statistics import mean_interval

pytestmark = pytest.mark.compiled

LATITUDES, LONGITUDES = np.linspace(31.0, 38.0, 10), np.linspace(128.0, 138.0, 10)


@pytest.fixture(scope="module")
def scenario():
    return load("one-on-one")


@pytest.fixture(scope="module")
def firing(scenario):
    (found,) = firings(scenario)
    return found


@pytest.fixture(scope="module")
def world(scenario, firing):
    return prepare(one_missile(scenario, firing, firing.place, point(34.7, 135.5)))


@pytest.fixture(scope="module")
def field(scenario, firing):
    missile = assemble.vehicle_of(missile_of(firing.missile, scenario))
    return FlightField(missile, assemble.site(firing.place), None, LATITUDES, LONGITUDES)


def test_cells_are_as_in_expected_battles(scenario, firing, world, field):
    cells = [(34.7, 135.5), (35.2, 131.8), (37.0, 130.5)]
    chain = Chain(world, missile_of(firing.missile, scenario), ground_radius_km(scenario))
    verdicts = chain.stopped([field.fly(*cell) for cell in cells], np.array(cells))
    stopped = []
    for cell, verdict in zip(cells, verdicts, strict=True):
        outcome = expected_of(one_missile(scenario, firing, firing.place, point(*cell)))
        # Sixteen lanes of command against all ticks: one of 5 s in 75 s of spread is a fifteenth of a shot.
        assert verdict.stopped == pytest.approx(1.0 - outcome.leak_probability, abs=0.035)
        assert (np.diff(verdict.passed) <= 1e-12).all()
        stopped.append(verdict.stopped)
    # Cells of both kinds, or this says little.
    assert min(stopped) < 0.05
    assert max(stopped) > 0.45


def test_a_cell_lies_in_the_interval_of_sampled_battles(scenario, firing, field):
    cell = 35.9, 133.5
    world = prepare(one_missile(scenario, firing, firing.place, point(*cell)))
    chain = Chain(world, missile_of(firing.missile, scenario), ground_radius_km(scenario))
    (verdict,) = chain.stopped([field.fly(*cell)], np.array([cell]))
    held = mean_interval([1.0 - fight(world, 7, run).leakage for run in range(120)], level=0.99)
    assert held.low - 0.02 <= verdict.stopped <= held.high + 0.02


def test_meetings_are_those_of_fire_control(world, field):
    """The table of meetings against the search that battles use, for launches all along a flight."""
    battery = world.batteries[0]
    for cell in ((34.7, 135.5), (35.9, 133.5), (33.0, 131.5)):
        flown = field.fly(*cell)
        meetings = Meetings(Defence(world), flown, 130.0)
        t_s = np.arange(130.0, flown.flight_time_s, 4.0)
        geometry = (battery.table, battery.interceptor, battery.site, t_s, flown.state_at(t_s)[0])
        for earliest_s in np.arange(140.0, flown.flight_time_s, 25.0).tolist():
            solution = earliest_intercept(*geometry, earliest_s)
            meets_s, launch_s = meetings.first(0, earliest_s)
            if solution is None:
                # The last launch may lie between two samples of the path.
                assert np.isnan(meets_s) or launch_s > meetings.last_launch_s - 1.0
                assert why_none(*geometry, earliest_s) in {*meetings.why, "too late"}
            else:
                # Battles refine the table's time by the paths themselves: seconds at the edge of the reach.
                assert meets_s == pytest.approx(solution.intercept_s, abs=4.0)
                assert launch_s == pytest.approx(solution.launch_s, abs=4.0)


def test_a_straight_path_is_met_where_it_lies_in_the_band(world):
    """Straight up over the launcher: the first meeting is at the least altitude, the last at the greatest."""
    battery = world.batteries[0]
    up = battery.site.r_ecef_m / np.linalg.norm(battery.site.r_ecef_m)
    nodes = np.zeros((2, 13))
    nodes[:, 0] = 0.0, 1000.0
    nodes[:, 1:4] = battery.site.r_ecef_m, battery.site.r_ecef_m + 1e6 * up
    nodes[:, 4:7] = 1e3 * up
    meetings = Meetings(Defence(world), Flown(nodes, 0.0), 0.0)
    low, high = battery.interceptor.minimum_altitude_m, battery.interceptor.maximum_altitude_m
    rows = meetings.rows(0)[np.isfinite(meetings.rows(0)[:, 1])]
    # Altitude counts along the ellipsoid's normal, 0.2 deg from the geocentric one.
    assert rows[0, 0] == pytest.approx(low / 1e3, abs=0.5)
    assert rows[-1, 0] <= high / 1e3 + 0.5
    assert (np.diff(rows[:, 0]) >= 0.0).all()
    assert (rows[:, 1] < rows[:, 0]).all()


def test_maps_by_several_processes_are_the_same(scenario):
    question = {"missiles": ["nodong", "scud_er"], "cells": (4, 5), "region": (33.0, 130.0, 37.0, 136.0)}
    alone = make_map(scenario, "defended", **question)
    shared = make_map(scenario, "defended", jobs=2, **question)
    for one, other in zip(alone.layers, shared.layers, strict=True):
        assert one.name == other.name
        assert np.array_equal(one.values, other.values, equal_nan=True)
        assert np.array_equal(one.reasons, other.reasons)
    worst, *each = alone.layers
    values = np.stack([layer.values for layer in each])
    some = np.isfinite(values).any(axis=0)
    assert np.array_equal(worst.values[some], np.nanmin(values[:, some], axis=0))
    assert np.isnan(worst.values[~some]).all()
    good = np.nan_to_num(worst.values, nan=-1.0) >= alone.facts["level"] - 1e-6
    assert np.array_equal(worst.reasons == 0, good)
    assert worst.reasons.max() < len(REASONS)


def test_an_adaptive_map_is_that_of_every_cell(scenario):
    question = {"cells": (13, 13), "region": (33.0, 130.0, 37.0, 136.0)}
    few = make_map(scenario, "defended", **question)
    every = make_map(scenario, "defended", every_cell=True, **question)
    assert few.facts["computed_share"] < 0.9 < every.facts["computed_share"] == 1.0
    off = np.abs(few.layers[0].values - every.layers[0].values)
    # What is interpolated is known to 0.02 in the middle of its block.
    assert np.nanmax(off) < 0.06
    level = few.facts["level"]
    other_side = (few.layers[0].values >= level) != (every.layers[0].values >= level)
    # Single cells, where a tick more or less makes a ripple.
    assert other_side.mean() <= 0.02


def test_warning_times_grow_with_the_flight_and_shrink_with_the_delay(scenario):
    question = {"cells": (4, 4), "region": (34.0, 133.0, 36.0, 138.0)}
    usual = make_map(scenario, "warning", **question).layers[0].values
    assert (np.diff(usual, axis=1) > 0.0).all()
    delay = replace(scenario.command.public_alert_delay_s, low=200.0, best=210.0, high=220.0)
    later = replace(scenario, command=replace(scenario.command, public_alert_delay_s=delay))
    slower = make_map(later, "warning", **question).layers[0].values
    # The median of the triangular delay is 157 s, and 210 s after the change; nothing else hangs on it.
    low, best, high = 90.0, 150.0, 240.0
    median = high - np.sqrt(0.5 * (high - low) * (high - best))
    late = slower > 0.0
    assert late.any()
    assert np.allclose((usual - slower)[late] * 60.0, 210.0 - median, atol=0.5)


def test_a_defence_that_cannot_shoot_says_so(scenario):
    unarmed = replace(scenario, batteries=())
    found = make_map(unarmed, "defended", cells=(2, 2), region=(34.0, 135.0, 35.0, 136.0))
    assert {REASONS[code] for code in found.layers[0].reasons.ravel().tolist()} == {
        "the defence does not shoot"
    }
    assert (found.layers[0].values == 0.0).all()


def test_links_in_trouble_are_left_to_the_battle(scenario, world):
    assert suits(world)
    troubled = replace(world.lines[0], loss=0.1)
    assert not suits(replace(world, lines=(troubled,)))


@pytest.mark.parametrize(
    ("kind", "more", "what"),
    [
        ("defnded", {}, "defended"),
        ("defended", {"level": 1.5}, "level"),
        ("defended", {"region": (40.0, 130.0, 30.0, 140.0)}, "region"),
        ("defended", {"step_km": 0.1}, "cells"),
        ("defended", {"step_km": -1.0}, "step_km"),
        ("defended", {"missiles": ["nodng"]}, "nodong"),
        ("defended", {"launches": ["sunann"]}, "sunan"),
        ("defended", {"launches": ["95,10"]}, "95,10"),
        ("footprint", {"battery": "mutsimi"}, "mutsumi"),
    ],
)
def test_wrong_questions_are_refused_with_what_to_type(scenario, kind, more, what):
    with pytest.raises(InputError) as refused:
        make_map(scenario, kind, **more)
    assert what in str(refused.value)


def test_a_region_may_pass_the_antimeridian(scenario):
    grid = grid_over(scenario, "defended", region=(50.0, 170.0, 60.0, -170.0), cells=(4, 5))
    assert grid.longitude_deg.tolist() == [172.0, 176.0, 180.0, 184.0, 188.0]
    assert place_of("10.5,-20", scenario).longitude_deg == -20.0
