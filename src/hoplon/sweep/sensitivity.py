"""Sobol indices of a scenario: every open value drawn from its range, by group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from hoplon.errors import HoplonError
from hoplon.result.decides import Index, Sensitivity
from hoplon.result.model import Interval
from hoplon.scenario import Scenario
from hoplon.studies.pool import World
from hoplon.studies.statistics import spread
from hoplon.sweep.factors import Factor, factors, world_drawn
from hoplon.sweep.sobol import LEAST_ROWS, Array, Design, design, indices
from hoplon.sweep.tornado import Evaluate


def grouped(moved: Sequence[Factor]) -> dict[str, tuple[int, ...]]:
    """Return the numbers of factors by the doubt that they carry, in the order in which it first comes."""
    found: dict[str, tuple[int, ...]] = {}
    for number, factor in enumerate(moved):
        found[factor.group] = (*found.get(factor.group, ()), number)
    return found


def sensitivity(
    scenario: Scenario, rows: int, evaluate: Evaluate, *, seed: int = 1, level: float = 0.95
) -> Sensitivity:
    """Share out the variance that all open values of a scenario leave in its expected leakage.

    Parameters
    ----------
    scenario : Scenario
        One whose defence engages.
    rows : int
        Of the design.
    evaluate : callable
        See `hoplon.sweep.tornado.Evaluate`.
    seed : int
    level : float
        Of the intervals.

    Returns
    -------
    Sensitivity

    Notes
    -----
    Every value is drawn by itself, from the distribution of `hoplon.scenario.uncertainty`; the values of a
    group are taken from the second sample together. Source of indices of groups, subsets of the variables:
    Sobol', Math. Comput. Simul. 55 (2001) 271.
    """
    moved = factors(scenario)
    groups = grouped(moved)
    plan = design(list(groups.values()), rows, seed)
    mixed = [plan.mixed(group) for group in range(len(groups))]
    size = len(groups) + 2
    found = np.array(evaluate(_rows(scenario, moved, plan, mixed), rows * size))
    whole = ~np.isnan(found).any(axis=1)
    if whole.sum() < LEAST_ROWS:
        raise HoplonError(
            f"{int(whole.sum())} of {rows} rows could be evaluated",
            remedy="In the others a missile does not reach its aim point, or nothing attacks.",
        )
    kept = found[whole]
    f_a, f_b, f_ab = kept[:, 0], kept[:, 1], kept[:, 2:].T
    made = indices(f_a, f_b, f_ab, level=level, seed=seed)
    n = int(whole.sum())
    every = [
        Index(
            name,
            len(groups[name]),
            _interval(made.first[g], made.first_interval[g], n, level),
            _interval(made.total[g], made.total_interval[g], n, level),
        )
        for g, name in enumerate(groups)
    ]
    both = np.concatenate([f_a, f_b])
    of_draws = spread(both.tolist(), len(both))
    mean = float(both.mean())
    return Sensitivity(
        indices=tuple(sorted(every, key=lambda index: -index.total.best)),
        rows=rows,
        lost=rows - n,
        evaluations=rows * size,
        seed=seed,
        leakage=Interval(mean, of_draws.low, of_draws.high, len(both), of_draws.level, "mean and quantiles"),
        deviation=float(both.std(ddof=1)),
    )


def _interval(best: float, ends: Array, rows: int, level: float) -> Interval:
    return Interval(float(best), float(ends[0]), float(ends[1]), rows, level, "bootstrap of the rows")


def _rows(
    scenario: Scenario, moved: Sequence[Factor], plan: Design, mixed: Sequence[Array]
) -> Iterator[list[World]]:
    """Yield the worlds of each row; those that differ in command alone share a picture."""
    for row in range(len(plan.a)):
        points = chain((plan.a[row], plan.b[row]), (sample[row] for sample in mixed))
        yield [world_drawn(scenario, moved, point.tolist()) for point in points]
