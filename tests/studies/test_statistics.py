"""Intervals over battles, against published numbers and by their coverage."""

import numpy as np
import pytest
from scipy.stats import binom, bootstrap

from hoplon.errors import InputError
from hoplon.studies.statistics import (
    bootstrap_interval,
    bounded_interval,
    clopper_pearson_interval,
    mean_interval,
    paired_difference,
    spread,
    wilson_interval,
)


def test_mean_interval_of_many_battles_is_students():
    # Student's t with 999 degrees of freedom: t(0.975) = 1.962. The score form differs by 1/n.
    values = np.tile(np.linspace(0.1, 0.9, 10), 100)
    interval = mean_interval(values)
    assert interval.best == pytest.approx(0.5)
    half = 1.962 * values.std(ddof=1) / np.sqrt(1000)
    assert (interval.high - interval.best) == pytest.approx(half, rel=2e-3)
    assert (interval.best - interval.low) == pytest.approx(half, rel=2e-3)
    assert interval.runs == 1000


def test_one_threat_a_battle_gives_wilsons_interval():
    # Newcombe's first case, 81 of 263: as independent trials, but for Student's quantile and n - 1.
    values = np.repeat([1.0, 0.0], [81, 263 - 81])
    interval = mean_interval(values)
    assert (interval.low, interval.high) == pytest.approx((0.2553, 0.3662), abs=1e-3)


def test_a_mean_near_nothing_keeps_its_coverage():
    # A mean of 0.05 in 25 battles, skewed: plain Student holds it in 92 %; 1,000 studies have an error
    # of 0.7 %.
    rng = np.random.default_rng(4)
    shares = rng.binomial(16, rng.beta(1.0, 19.0, size=(1000, 25))) / 16
    held = np.mean([found.low <= 0.05 <= found.high for found in map(mean_interval, shares)])
    assert 0.935 <= held <= 0.97
    people = bounded_interval(2e6 * shares[0], 0.0, 2e6)
    assert people.low == pytest.approx(2e6 * mean_interval(shares[0]).low)


def test_no_leak_in_n_battles_gives_the_clopper_pearson_bound():
    # 0 of 10: upper 97.5 % bound 0.3085 (Clopper and Pearson 1934).
    interval = mean_interval([0.0] * 10)
    assert (interval.best, interval.low) == (0.0, 0.0)
    assert interval.high == pytest.approx(0.3085, abs=5e-5)
    assert mean_interval([1.0] * 10).low == pytest.approx(0.6915, abs=5e-5)


def test_one_battle_proves_next_to_nothing():
    interval = mean_interval([0.5])
    assert (interval.low, interval.high) == (0.0, 1.0)


def test_interval_over_battles_covers_where_threats_share_their_luck():
    # Threats of one battle share one kill probability: an interval from pooled threats would be far too
    # narrow. 95 % coverage over 400 studies has a standard error of 1.1 %; 4 of them are allowed.
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        p_leak = rng.beta(1.5, 1.5, size=60)
        shares = rng.binomial(16, p_leak) / 16
        interval = mean_interval(shares)
        covered += interval.low <= 0.5 <= interval.high
    assert covered / 400 == pytest.approx(0.95, abs=0.045)


def test_paired_difference_uses_the_pairing():
    rng = np.random.default_rng(5)
    first = rng.random(50)
    interval = paired_difference(first, first + 0.1 + 0.001 * rng.standard_normal(50))
    assert interval.best == pytest.approx(0.1, abs=0.001)
    assert interval.high - interval.low < 0.002
    alike = paired_difference([0.5] * 12, [0.5] * 12)
    assert alike.best == 0.0
    assert np.isnan([alike.low, alike.high]).all()
    assert "alike" in alike.method


def test_spread_is_of_single_battles_and_leaves_out_what_never_came():
    interval = spread([*range(101), float("nan")], runs=5)
    assert (interval.low, interval.best, interval.high) == pytest.approx((5.0, 50.0, 95.0))
    assert interval.level == 0.90
    assert np.isnan(spread([float("nan")], runs=5).best)


def coverage_of_proportions(interval, trials):
    """Return, for many truths, how often an interval holds them: exact sums of binomial probabilities."""
    truths = (np.arange(1000) + 0.5) / 1000
    made = [interval(hits, trials) for hits in range(trials + 1)]
    low, high = (np.array([getattr(each, end) for each in made])[:, None] for end in ("low", "high"))
    chance = binom.pmf(np.arange(trials + 1)[:, None], trials, truths)
    return (chance * ((low <= truths) & (truths <= high))).sum(axis=0)


@pytest.mark.parametrize("trials", [5, 10, 25, 100, 200])
def test_wilson_holds_its_level_on_average_and_clopper_pearson_always(trials):
    # The bar: within 1.5 % of nominal on average (Brown, Cai and DasGupta 2001 find 0.5 % from n = 10).
    wilson = coverage_of_proportions(wilson_interval, trials)
    assert wilson.mean() == pytest.approx(0.95, rel=0.015)
    exact = coverage_of_proportions(clopper_pearson_interval, trials)
    assert exact.min() >= 0.95 - 1e-9
    assert exact.mean() > wilson.mean()  # what the certainty costs


def test_intervals_of_proportions_are_those_of_the_literature():
    # Newcombe, Statistics in Medicine 17 (1998) 857, table I: score and exact intervals of four proportions.
    cases = {
        (81, 263): ((0.2553, 0.3662), (0.2527, 0.3676)),
        (0, 20): ((0.0, 0.1611), (0.0, 0.1684)),
        (1, 29): ((0.0061, 0.1718), (0.0009, 0.1776)),
        (29, 29): ((0.8830, 1.0), (0.8806, 1.0)),
    }
    for (hits, trials), (score, exact) in cases.items():
        found = wilson_interval(hits, trials), clopper_pearson_interval(hits, trials)
        for interval, ends in zip(found, (score, exact), strict=True):
            assert (interval.low, interval.high) == pytest.approx(ends, abs=6e-5)
            assert "independent trials" in interval.method


@pytest.mark.parametrize("interval, least", [(mean_interval, 0.925), (bootstrap_interval, 0.925)])
def test_intervals_over_battles_hold_where_threats_share_their_luck(interval, least):
    # 300 studies of 40 battles of 16 threats, each battle with a kill probability of its own: 95 % coverage
    # has a standard error of 1.3 %; two of them below. 640 threats taken for independent hold far less.
    rng = np.random.default_rng(11)
    shares = rng.binomial(16, rng.beta(2.0, 3.0, size=(300, 40))) / 16
    found = [interval(row) for row in shares]
    held = np.mean([each.low <= 0.4 <= each.high for each in found])
    assert least <= held <= 0.98
    pooled = [wilson_interval(round(16 * row.sum()), 640) for row in shares]
    assert np.mean([each.low <= 0.4 <= each.high for each in pooled]) < 0.75


def test_the_bootstrap_of_a_skewed_sample_leans_as_the_sample_does():
    # SciPy's own BCa of the same sample, with other draws.
    rng = np.random.default_rng(2)
    values = rng.beta(1.0, 12.0, size=60)
    ours = bootstrap_interval(values, resamples=20000)
    theirs = bootstrap((values,), np.mean, n_resamples=20000, method="BCa", rng=rng).confidence_interval
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs), abs=6e-4)  # draws move the ends by 2e-4
    assert ours.high - ours.best > ours.best - ours.low
    assert bootstrap_interval(values) == bootstrap_interval(values)
    assert "alike" in bootstrap_interval([0.5] * 30).method


def test_too_few_for_an_interval_is_said():
    with pytest.raises(InputError, match="needs at least 25 battles, and there are 10"):
        bootstrap_interval([0.1] * 10)
    with pytest.raises(InputError, match="needs at least 1 trial, and there are 0"):
        wilson_interval(0, 0)
    with pytest.raises(InputError, match="5 hits of 3 trials"):
        clopper_pearson_interval(5, 3)
