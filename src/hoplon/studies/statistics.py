"""Estimates over battles. The battle is the unit of replication, never the threat."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from hoplon.result.model import Interval


def mean_interval(values: Sequence[float], level: float = 0.95) -> Interval:
    """Return the mean of one figure a battle, with its confidence interval.

    Threats in one battle share radars, tracks, stock and one draw of the kill probability, so their fates
    are not independent; battles are.

    Parameters
    ----------
    values : sequence of float
        A share in [0, 1] from each battle.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Student's t where battles differ. Where all battles gave the same, the sample says nothing about
        the spread: the bound is then that of Clopper and Pearson for an event seen in no battle of n (a
        share is at most 1, so the chance of any deviation bounds the mean deviation).

    Notes
    -----
    Sources: Student, Biometrika 6 (1908) 1; Clopper and Pearson, Biometrika 26 (1934) 404. Coverage of the
    t interval is approximate for few battles and skewed shares.
    """
    x = np.asarray(values, dtype=np.float64)
    n = len(x)
    mean = float(x.mean())
    if n > 1 and float(x.std()) > 0.0:
        half = _student_quantile(n - 1, 0.5 + level / 2.0) * float(x.std(ddof=1)) / math.sqrt(n)
        low, high = max(0.0, mean - half), min(1.0, mean + half)
        return Interval(mean, low, high, n, level, "Student t over battles")
    rare = 1.0 - ((1.0 - level) / 2.0) ** (1.0 / n)
    low, high = max(0.0, mean - rare), min(1.0, mean + rare)
    return Interval(mean, low, high, n, level, "Clopper-Pearson bound, all battles alike")


def paired_difference(first: Sequence[float], second: Sequence[float], level: float = 0.95) -> Interval:
    """Return the mean of `second` less `first` over battles with the same seeds, with its interval.

    Parameters
    ----------
    first, second : sequence of float
        One share in [0, 1] a battle, in the same order.
    level : float

    Returns
    -------
    Interval
        Student's t on the differences. Where all pairs differ alike, they say nothing about how far others
        might: the ends are NaN.

    Notes
    -----
    Source: Law, *Simulation Modeling and Analysis* (5th ed. 2015), section 10.2 (common random numbers).
    """
    x = np.asarray(second, dtype=np.float64) - np.asarray(first, dtype=np.float64)
    n = len(x)
    mean = float(x.mean())
    if n < 2 or float(x.std()) == 0.0:
        return Interval(mean, math.nan, math.nan, n, level, "all pairs alike: no interval")
    half = _student_quantile(n - 1, 0.5 + level / 2.0) * float(x.std(ddof=1)) / math.sqrt(n)
    method = "Student t over paired battles"
    return Interval(mean, max(-1.0, mean - half), min(1.0, mean + half), n, level, method)


def spread(values: Sequence[float], runs: int, level: float = 0.90) -> Interval:
    """Return the median and the central `level` of values, which is no interval of a mean.

    Parameters
    ----------
    values : sequence of float
        NaN are left out.
    runs : int
        Number of battles that the values come from.
    level : float

    Returns
    -------
    Interval
    """
    x = np.asarray(values, dtype=np.float64)
    x = x[~np.isnan(x)]
    if not len(x):
        return Interval(float("nan"), float("nan"), float("nan"), runs, level, "no value")
    low, middle, high = np.quantile(x, [0.5 - level / 2.0, 0.5, 0.5 + level / 2.0])
    return Interval(float(middle), float(low), float(high), runs, level, "median and quantiles")


def _student_quantile(degrees_of_freedom: int, probability: float) -> float:
    from scipy.special import stdtrit  # slow to import, and not needed where battles are fought

    return float(stdtrit(degrees_of_freedom, probability))
