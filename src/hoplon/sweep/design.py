"""Which points of all that could be combined are computed, in numbered order."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.streams import stream
from hoplon.sweep.axes import Axis, Pick

#: Bits of a Sobol' coordinate.
_BITS = 30

Point = tuple[Pick, ...]


def count(kind: str, n: int | None, axes: Sequence[Axis]) -> int:
    """Return how many points a design has, without making them.

    Parameters
    ----------
    kind : str
        ``grid``, ``list``, ``latin_hypercube`` or ``sobol``.
    n : int or None
        As the study states it.
    axes : sequence of Axis

    Returns
    -------
    int
    """
    if n is not None:
        return n
    if kind == "list":
        return min(len(axis.items) for axis in axes)
    return math.prod(len(axis.items) for axis in axes)


def points(kind: str, n: int | None, axes: Sequence[Axis], seed: int) -> list[Point]:
    """Return the points of a design: for each axis the number of an item, or a quantile.

    Parameters
    ----------
    kind, n, axes
        As for `count`.
    seed : int
        Of the study.

    Returns
    -------
    list of tuple
        A grid in the order of the axes, the last one fastest.

    Notes
    -----
    Latin hypercube: McKay, Beckman and Conover, Technometrics 21 (1979) 239. Sobol' sequence with the
    direction numbers of Joe and Kuo, SIAM J. Sci. Comput. 30 (2008) 2635, shifted at random digit by digit
    (L'Ecuyer and Lemieux, in Modeling Uncertainty, 2002, 419). Each axis draws from a stream of its own name,
    so that a further axis moves no other.
    """
    total = count(kind, n, axes)
    if kind == "list":
        return [(i,) * len(axes) for i in range(total)]
    if kind == "grid":
        shape = [len(axis.items) for axis in axes]
        return [tuple(int(i) for i in np.unravel_index(k, shape)) for k in range(total)]
    columns = _latin(total, axes, seed) if kind == "latin_hypercube" else _sobol(total, axes, seed)
    picked = [[axis.pick(u) for u in column.tolist()] for axis, column in zip(axes, columns, strict=True)]
    return list(zip(*picked, strict=True))


def _latin(n: int, axes: Sequence[Axis], seed: int) -> list[NDArray[np.float64]]:
    """Return one value of each n-th part of an axis, in random order."""
    columns = []
    for axis in axes:
        own = stream(seed, 0, "latin_hypercube", axis.name)
        columns.append((own.permutation(n) + own.random(n)) / n)
    return columns


def _sobol(n: int, axes: Sequence[Axis], seed: int) -> list[NDArray[np.float64]]:
    from scipy.stats import qmc

    plain = qmc.Sobol(len(axes), scramble=False, bits=_BITS).random_base2((n - 1).bit_length())
    columns = []
    for i, axis in enumerate(axes):
        shift = int(stream(seed, 0, "sobol", axis.name).integers(2**_BITS))
        digits = np.round(plain[:n, i] * 2**_BITS).astype(np.int64) ^ shift
        columns.append((digits + 0.5) / 2**_BITS)
    return columns
