"""Intervals over battles, against published numbers and by their coverage."""

import numpy as np
import pytest

from hoplon.studies.statistics import mean_interval, paired_difference, spread


def test_mean_interval_is_students():
    # Student's t with 9 degrees of freedom: t(0.975) = 2.262, in every table since 1908.
    values = np.linspace(0.1, 1.0, 10)
    interval = mean_interval(values)
    assert interval.best == pytest.approx(0.55)
    assert (interval.high - interval.best) == pytest.approx(
        2.262 * values.std(ddof=1) / np.sqrt(10), rel=2e-4
    )
    assert interval.runs == 10


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
