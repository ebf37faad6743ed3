"""Saturation curves: what gets through against stated sizes of raid, and what each further missile adds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from hoplon.errors import InputError
from hoplon.result.decides import Curve, CurvePoint
from hoplon.result.model import Interval
from hoplon.studies.statistics import mean_interval, student_half_width


def curve(doctrine: str, leakage: Mapping[int, Sequence[float]], level: float = 0.95) -> Curve:
    """Sum up the battles of stated raid sizes under one doctrine.

    Parameters
    ----------
    doctrine : str
    leakage : mapping of int to sequence of float
        By size of raid, the share that got through in each battle; with the same seeds at every size, in the
        same order. A single number each stands for an expected battle, and gets no interval.
    level : float

    Returns
    -------
    Curve

    Raises
    ------
    InputError
        For a size below 1, or other numbers of battles at some sizes.

    Notes
    -----
    The marginal share from size n to m is (m L(m) − n L(n)) / (m − n): of the missiles that were added, by
    how many more got through. It is 1 where the defence has nothing left for them. Its interval is Student's
    t over paired battles, as in Law, *Simulation Modeling and Analysis* (5th ed. 2015), section 10.2.
    """
    sizes = sorted(leakage)
    counts = {len(leakage[size]) for size in sizes}
    if not sizes or sizes[0] < 1 or len(counts) != 1 or 0 in counts:
        raise InputError(
            f"sizes {', '.join(map(str, sizes)) or 'none'} with {sorted(counts)} battles",
            remedy="State sizes from 1 up, and as many battles, of the same seeds, for each.",
        )
    points = []
    before: tuple[int, np.ndarray] | None = None
    for size in sizes:
        shares = np.asarray(leakage[size], dtype=np.float64)
        leaked = size * shares
        marginal = _nothing(len(shares), level)
        if before is not None:
            marginal = _mean((leaked - before[1]) / (size - before[0]), level)
        of_shares = mean_interval(shares.tolist(), level) if len(shares) > 1 else _mean(shares, level)
        points.append(CurvePoint(size, of_shares, _mean(size - leaked, level), marginal))
        before = (size, leaked)
    return Curve(doctrine, tuple(points))


def largest_held(found: Curve, level: float) -> int | None:
    """Return the largest stated size up to which no more than a share gets through.

    Parameters
    ----------
    found : Curve
    level : float
        Of leakage.

    Returns
    -------
    int or None
        One of the stated sizes; None where already the smallest lets more through. Nothing is searched for
        between the sizes or beyond them.
    """
    held = None
    for point in found.points:
        if point.leakage.best > level:
            break
        held = point.size
    return held


def even_fire_leakage(size: int, interceptors: int, kill_probability: float) -> float:
    """Leakage if all interceptors reach, and are spread over the raid as evenly as they can be.

    Parameters
    ----------
    size : int
        Missiles.
    interceptors : int
        Each is fired at one missile, none is held back.
    kill_probability : float
        Of one shot, independent of the others.

    Returns
    -------
    float
        What no defence that fires without looking can better; one that looks before it fires again can.

    Notes
    -----
    With q = ⌊interceptors / size⌋ shots at each, and one more at the rest: the mean of (1 − p)^shots. Source:
    Wilkening, Science & Global Security 8 (1999) 183 (a barrage fired evenly, every shot independent).
    """
    each, more = divmod(interceptors, size)
    miss = 1.0 - kill_probability
    return (float(size - more) * miss**each + float(more) * miss ** (each + 1)) / size


def _mean(values: np.ndarray, level: float) -> Interval:
    n, mean = len(values), float(values.mean())
    if n < 2:
        return Interval(mean, math.nan, math.nan, n, level, "nothing drawn")
    half = student_half_width(values, level)
    return Interval(mean, mean - half, mean + half, n, level, "Student t over paired battles")


def _nothing(runs: int, level: float) -> Interval:
    return Interval(math.nan, math.nan, math.nan, runs, level, "no smaller size")
