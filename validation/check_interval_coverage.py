"""A 95 % interval of the leakage holds the true mean in 95 % of studies.

The truth is the mean of all battles of all studies together, whose own error is a fraction of one study's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.stats import binom

import hoplon
from hoplon.engagement import fight, prepare
from hoplon.result.model import Interval
from hoplon.studies.statistics import (
    bootstrap_interval,
    clopper_pearson_interval,
    mean_interval,
    wilson_interval,
)
from hoplon.verification import Check, Line, line

STUDIES, RUNS = 120, 25


def interval_coverage() -> Iterator[Line]:
    """Count the studies whose interval holds the common mean, within three binomial standard errors.

    Yields
    ------
    Line
    """
    ready = prepare(hoplon.load("one-on-one"))
    leakage = np.array([[fight(ready, seed, run).leakage for run in range(RUNS)] for seed in range(STUDIES)])
    truth = float(leakage.mean())
    intervals = [mean_interval(list(row)) for row in leakage]
    held = float(np.mean([interval.low <= truth <= interval.high for interval in intervals]))
    error = math.sqrt(0.95 * 0.05 / STUDIES)
    note = f"one-on-one: mean leakage {truth:.3f} over {STUDIES} studies of {RUNS} battles"
    yield line("share of 95 % intervals that hold the mean", "", 0.95, held, 3.0 * error, note=note)


#: Shapes of the spread from battle to battle: even, two-sided, leaning either way, rare leaks.
_SPREADS = ((1.5, 1.5), (0.5, 0.5), (8.0, 2.0), (2.0, 8.0), (1.0, 20.0))
_THREATS, _SIMULATIONS, _BOOTSTRAPS = 16, 4000, 1000


def _held(intervals: Sequence[Interval], truth: float) -> float:
    return float(np.mean([each.low <= truth <= each.high for each in intervals]))


def correlated_battles() -> Iterator[Line]:
    """Count intervals that hold the mean where the threats of a battle share one kill probability.

    Yields
    ------
    Line
    """
    rng = np.random.default_rng(20180116)
    for a, b in _SPREADS:
        truth = a / (a + b)
        for battles in (25, 50, 200):
            chance = rng.beta(a, b, size=(_SIMULATIONS, battles))
            shares = rng.binomial(_THREATS, chance) / _THREATS
            student = _held([mean_interval(row) for row in shares], truth)
            room = 0.015
            # Few skewed shares cost the bootstrap some of its level: it is shown, and not the default.
            case = f"mean {truth:.2f}, {battles} battles"
            yield line(f"score interval, {case}", "", 0.95, student, room)
            some = shares[:_BOOTSTRAPS]
            drawn = _held([bootstrap_interval(row, resamples=1000) for row in some], truth)
            yield line(
                f"bootstrap, {case}", "", 0.95, drawn, 0.045, note="BCa; two standard errors are 0.014"
            )
            pooled = [wilson_interval(round(_THREATS * row.sum()), _THREATS * battles) for row in some]
            told = _held(pooled, truth)
            note = f"all {_THREATS * battles} threats taken for independent hold it in {told:.2f}"
            yield line(f"pooled threats fall short, {case}", "", 1.0, float(told < 0.93), 0.0, note=note)


def independent_trials() -> Iterator[Line]:
    """Sum binomial probabilities: how often intervals of a proportion hold the truth, over 2,000 truths.

    Yields
    ------
    Line
    """
    truths = (np.arange(2000) + 0.5) / 2000
    for trials in (5, 10, 20, 50, 100, 200):
        chance = binom.pmf(np.arange(trials + 1)[:, None], trials, truths)
        for name, interval in (("Wilson", wilson_interval), ("Clopper-Pearson", clopper_pearson_interval)):
            made = [interval(hits, trials) for hits in range(trials + 1)]
            low, high = (np.array([getattr(i, end) for i in made])[:, None] for end in ("low", "high"))
            held = (chance * ((low <= truths) & (truths <= high))).sum(axis=0)
            if name == "Wilson":
                yield line(f"Wilson on average, {trials} trials", "", 0.95, float(held.mean()), 0.01425)
            else:
                least = float(held.min())
                short = max(0.95 - least, 0.0)
                note = f"least coverage {least:.4f}"
                yield line(
                    f"Clopper-Pearson short of its level, {trials} trials", "", 0.0, short, 1e-9, note=note
                )


CHECKS = (
    Check("interval_coverage", "repeated studies with other seeds", interval_coverage),
    Check(
        "interval_correlated", "4,000 simulated studies a case, threats that share luck", correlated_battles
    ),
    Check("interval_independent", "exact binomial sums over 2,000 truths", independent_trials),
)
