"""Battles without draws beside sampled ones: the same chain, so the same answer."""

from dataclasses import replace

import numpy as np
import pytest

from hoplon.engagement.battle import fight
from hoplon.engagement.expected import expect, expect_each, shares_picture
from hoplon.engagement.expected_sensing import spread_points, spread_quantile
from hoplon.engagement.prepare import prepare
from hoplon.result.expected import LINKS
from hoplon.scenario import load
from hoplon.studies.statistics import mean_interval

pytestmark = pytest.mark.compiled


@pytest.fixture(scope="module")
def one():
    return prepare(load("one-on-one"))


def test_expected_leakage_lies_in_the_interval_of_sampled_battles(one):
    sampled = mean_interval([fight(one, 11, run).leakage for run in range(250)], level=0.99)
    # Widened by 0.01 for what the expected battle leaves out.
    assert sampled.low - 0.01 <= expect(one).leakage <= sampled.high + 0.01


def test_the_chain_loses_probability_link_by_link(one):
    record = expect(one)
    for outcome in record.outcomes:
        passed = [outcome.passed[link] for link in LINKS]
        assert passed == sorted(passed, reverse=True)
        assert outcome.leak_probability == pytest.approx(1.0 - passed[-1])
    assert record.waterfall["killed"] == pytest.approx(1.0 - record.leakage)
    launched = sum(record.interceptors_used.values())
    assert launched == pytest.approx(sum(outcome.shots for outcome in record.outcomes))


def test_nothing_is_drawn(one):
    assert expect(one) == expect(one)


def test_a_held_kill_probability_brackets_the_integrated_one(one):
    low, middle, high = expect_each([one] * 3, [0.95, None, 0.05])
    assert low.leakage < middle.leakage < high.leakage


def test_an_interceptor_that_never_hits_kills_nothing_and_spends_no_less(one):
    blunt = replace(one, batteries=tuple(replace(b, kill=b.kill.certain(0.0)) for b in one.batteries))
    sharp = replace(one, batteries=tuple(replace(b, kill=b.kill.certain(1.0)) for b in one.batteries))
    assert shares_picture(blunt, sharp)
    never, always = expect_each([blunt, sharp], [None, None])
    assert never.leakage == 1.0
    assert sum(never.interceptors_used.values()) >= sum(always.interceptors_used.values())
    assert always.leakage == pytest.approx(1.0 - always.waterfall["handed over"], abs=1e-9)


def test_without_interceptors_everything_gets_through(one):
    empty = replace(one, batteries=tuple(replace(b, loaded=0) for b in one.batteries))
    record = expect(empty)
    assert record.leakage == 1.0
    assert record.waterfall["reachable"] == 0.0


def test_worlds_seen_by_another_radar_do_not_share_a_picture(one):
    other = prepare(load("japan-2018"))
    assert not shares_picture(one, other)


def test_every_address_meets_every_quantile_once():
    quantiles = [spread_quantile(node, 8, "decision_time", "nodong-1") for node in range(8)]
    assert sorted(quantiles) == pytest.approx((np.arange(8) + 0.5) / 8)


def test_points_are_spread_over_nodes_and_in_no_order_over_looks():
    points = np.array([spread_points(node, 8, 500, "kyogamisaki", "nodong-1") for node in range(8)])
    assert np.all(np.sort(np.floor(8 * points), axis=0) == np.arange(8)[:, None])
    # Neighbouring looks are not correlated: within three standard errors of 500 pairs.
    for row in points:
        assert abs(np.corrcoef(row[:-1], row[1:])[0, 1]) < 3.0 / np.sqrt(500)
