"""Sobol indices: which share of the variance of an answer each group of uncertain values brings in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.errors import InputError
from hoplon.streams import stream

Array = NDArray[np.float64]

#: Resamples of the rows for an interval.
RESAMPLES = 2000
#: Fewer rows than this give no interval worth the name.
LEAST_ROWS = 32
#: A variance below this is rounding.
_FLAT = 1e-24


@dataclass(frozen=True, slots=True)
class Design:
    """Points of the unit cube at which a function is to be evaluated.

    Attributes
    ----------
    a, b : array, shape (rows, columns)
        Two samples that are independent of each other.
    groups : tuple of tuple of int
        Columns that belong together; each column in one group.
    """

    a: Array
    b: Array
    groups: tuple[tuple[int, ...], ...]

    def mixed(self, group: int) -> Array:
        """Return `a` with the columns of one group taken from `b`."""
        found = self.a.copy()
        columns = list(self.groups[group])
        found[:, columns] = self.b[:, columns]
        return found


@dataclass(frozen=True, slots=True)
class Indices:
    """Sobol indices of each group with their intervals.

    Attributes
    ----------
    first, total : array, shape (groups,)
        First-order and total indices.
    first_interval, total_interval : array, shape (groups, 2)
    variance : float
        Of the function, over both samples.
    """

    first: Array
    total: Array
    first_interval: Array
    total_interval: Array
    variance: float


def check_rows(rows: int) -> None:
    """Refuse a number of rows that is too small for intervals.

    Parameters
    ----------
    rows : int

    Raises
    ------
    InputError
        If it is below `LEAST_ROWS`.
    """
    if rows < LEAST_ROWS:
        raise InputError(
            f"{rows} rows for Sobol indices",
            where="--sobol",
            remedy=f"Write {LEAST_ROWS} or more: with fewer the intervals hold less often than they say.",
        )


def design(groups: Sequence[Sequence[int]], rows: int, seed: int = 1) -> Design:
    """Lay out the points for Sobol indices.

    Parameters
    ----------
    groups : sequence of sequence of int
        Columns that belong together. All columns from 0 up must be in one of them.
    rows : int
        At least `LEAST_ROWS`.
    seed : int

    Returns
    -------
    Design
        Two Latin hypercubes, independent of each other.

    Raises
    ------
    InputError
        For too few rows.

    Notes
    -----
    Source: McKay, Beckman and Conover, Technometrics 21 (1979) 239. Not a Sobol sequence, whose two halves
    are usual here: with the few rows that a battle affords it was no nearer to the truth, and its rows hang
    together so that an interval from drawing them anew held as rarely as 68 times in 100.
    """
    check_rows(rows)
    columns = 1 + max(column for group in groups for column in group)
    a, b = (_hypercube(stream(seed, 0, "sobol", name), rows, columns) for name in ("a", "b"))
    return Design(a, b, tuple(tuple(group) for group in groups))


def _hypercube(generator: np.random.Generator, rows: int, columns: int) -> Array:
    """Return points of which each of `rows` slices of every column holds one."""
    places = np.column_stack([generator.permutation(rows) for _ in range(columns)])
    points: Array = (places + generator.random((rows, columns))) / rows
    return np.clip(points, 1e-12, 1.0 - 1e-12)


def estimate(f_a: Array, f_b: Array, f_ab: Array) -> tuple[Array, Array]:
    """Estimate first-order and total indices.

    Parameters
    ----------
    f_a, f_b : array, shape (..., rows)
        The function at both samples.
    f_ab : array, shape (groups, ..., rows)
        At the mixed samples.

    Returns
    -------
    first, total : array, shape (groups, ...)
        0 where the function does not vary.

    Notes
    -----
    First order: mean of f_b (f_ab − f_a) over the variance; total: half the mean of (f_a − f_ab)² over it.
    Sources: Saltelli et al., Comput. Phys. Commun. 181 (2010) 259, table 2 (b); Jansen, Comput. Phys.
    Commun. 117 (1999) 35 (table 2 (f) there). The variance is that of both samples together.
    """
    both = np.concatenate([f_a, f_b], axis=-1)
    middle = both.mean(axis=-1, keepdims=True)
    variance = both.var(axis=-1)
    first = np.mean((f_b - middle) * (f_ab - f_a), axis=-1)
    total = 0.5 * np.mean((f_a - f_ab) ** 2, axis=-1)
    flat = variance <= _FLAT
    divisor = np.where(flat, 1.0, variance)
    return np.where(flat, 0.0, first / divisor), np.where(flat, 0.0, total / divisor)


def indices(
    f_a: Array, f_b: Array, f_ab: Array, *, level: float = 0.95, seed: int = 1, resamples: int = RESAMPLES
) -> Indices:
    """Estimate the indices of each group with their intervals.

    Parameters
    ----------
    f_a, f_b : array, shape (rows,)
    f_ab : array, shape (groups, rows)
    level : float
        Of the intervals.
    seed : int
        Of the resampling.
    resamples : int

    Returns
    -------
    Indices

    Notes
    -----
    The interval is the bootstrap's: rows are drawn anew, all groups alike, and the quantiles of the
    estimates are taken. Sources: Efron and Tibshirani, *An Introduction to the Bootstrap* (1993), chapter 13;
    Archer, Saltelli and Sobol', J. Stat. Comput. Simul. 58 (1997) 99 (its use for these indices). Rows of a
    hypercube lie a little more evenly than drawn ones, so that the intervals are too wide rather than too
    narrow; how often they hold is in ``validation/check_sobol_coverage.py``.
    """
    first, total = estimate(f_a, f_b, f_ab)
    rows, groups = len(f_a), len(f_ab)
    middle = 0.5 * (f_a.mean() + f_b.mean())
    a, b, steps = f_a - middle, f_b - middle, f_ab - f_a
    # All that the estimates need are means over rows, and a resample is a way of weighing the rows.
    parts = np.vstack([a + b, a * a + b * b, steps, b * steps, 0.5 * steps * steps])
    generator = stream(seed, 0, "sobol", "bootstrap")
    weights = generator.multinomial(rows, np.full(rows, 1.0 / rows), resamples) / rows
    means = weights @ parts.T
    shift = 0.5 * means[:, 0]
    variance = 0.5 * means[:, 1] - shift**2
    divisor = np.where(variance <= _FLAT, np.inf, variance)[:, None]
    of_step, of_product, of_square = (means[:, 2 + k * groups : 2 + (k + 1) * groups] for k in range(3))
    firsts = (of_product - shift[:, None] * of_step) / divisor
    totals = of_square / divisor
    ends = [0.5 - level / 2.0, 0.5 + level / 2.0]
    return Indices(
        first=first,
        total=total,
        first_interval=np.quantile(firsts, ends, axis=0).T,
        total_interval=np.quantile(totals, ends, axis=0).T,
        variance=float(np.concatenate([f_a, f_b]).var()),
    )


def analyse(
    function: Callable[[Array], Array],
    groups: Sequence[Sequence[int]],
    rows: int,
    *,
    level: float = 0.95,
    seed: int = 1,
) -> Indices:
    """Evaluate a function over a design, and estimate its indices.

    Parameters
    ----------
    function : callable
        Takes points of the unit cube, (n, columns), and returns n numbers.
    groups : sequence of sequence of int
    rows : int
    level : float
    seed : int

    Returns
    -------
    Indices
    """
    plan = design(groups, rows, seed)
    mixed = np.array([function(plan.mixed(group)) for group in range(len(groups))])
    return indices(function(plan.a), function(plan.b), mixed, level=level, seed=seed)
