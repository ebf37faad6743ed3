"""Adaptive cells: a coarse lattice of the map first, then finer where neighbours differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.uint8]
#: Computes cells by row and column: values and reasons.
Compute = Callable[[Sequence[tuple[int, int]]], Sequence[tuple[float, int]]]

#: Cells of the first lattice lie so many rows and columns apart: what is smaller may be missed.
STRIDE = 4
Block = tuple[int, int, int, int]


def refine(
    shape: tuple[int, int], compute: Compute, level: float, alike: float, stride: int = STRIDE
) -> tuple[Array, Codes, NDArray[np.bool_]]:
    """Fill a map, computing cells where it changes and interpolating where it does not.

    A block between four computed cells is divided until it has no cells inside, if the contour passes
    between its corners, if one of them has no value or another reason, or if the cell in its middle differs
    from what its corners say of it by more than `alike`.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    compute : callable
    level : float
        Of the contour; infinity for none.
    alike : float
        Largest error of linear interpolation in the middle of a block.
    stride : int
        1 computes every cell.

    Returns
    -------
    values : array, shape (rows, columns)
    reasons : array of uint8
    computed : bool array
        Which cells were.
    """
    values = np.full(shape, np.nan)
    reasons = np.zeros(shape, dtype=np.uint8)
    computed = np.zeros(shape, dtype=np.bool_)
    rows, columns = _places(shape[0], stride), _places(shape[1], stride)
    blocks: list[Block] = [(a, b, c, d) for a, b in pairwise(rows) for c, d in pairwise(columns)]
    wanted = {(i, j) for i in rows for j in columns}
    while blocks:
        asked = sorted(cell for cell in wanted if not computed[cell])
        for (i, j), (value, reason) in zip(asked, compute(asked) if asked else (), strict=True):
            values[i, j], reasons[i, j], computed[i, j] = value, reason, True
        wanted, smaller = set(), []
        for block in blocks:
            a, b, c, d = block
            if b - a <= 1 and d - c <= 1:
                continue
            if _alike(block, values, reasons, level):
                middle = (a + b) // 2, (c + d) // 2
                if not computed[middle]:
                    wanted.add(middle)
                    smaller.append(block)
                    continue
                if _well_said(block, middle, values, reasons, alike):
                    _interpolate(block, values, reasons, computed)
                    continue
            for top, bottom in _halves(a, b):
                for left, right in _halves(c, d):
                    smaller.append((top, bottom, left, right))
                    wanted |= {(i, j) for i in (top, bottom) for j in (left, right)}
        blocks = smaller
    return values, reasons, computed


def _places(count: int, stride: int) -> list[int]:
    places = list(range(0, count, stride))
    if places[-1] != count - 1:
        places.append(count - 1)
    return places


def _halves(low: int, high: int) -> list[tuple[int, int]]:
    if high - low <= 1:
        return [(low, high)]
    middle = (low + high) // 2
    return [(low, middle), (middle, high)]


def _alike(block: Block, values: Array, reasons: Codes, level: float) -> bool:
    """Say whether a block's corners have one reason, all or none a value, and no contour between them."""
    a, b, c, d = block
    corners = values[np.ix_((a, b), (c, d))]
    codes = reasons[np.ix_((a, b), (c, d))]
    if not (codes == codes[0, 0]).all():
        return False
    nothing = np.isnan(corners)
    if nothing.any():
        return bool(nothing.all())
    return not corners.min() < level <= corners.max()


def _well_said(block: Block, middle: tuple[int, int], values: Array, reasons: Codes, alike: float) -> bool:
    """Say whether the cell in the middle is as the corners have it."""
    said = _between(block, values)[middle[0] - block[0], middle[1] - block[2]]
    there = values[middle]
    if reasons[middle] != reasons[block[0], block[2]] or np.isnan(there) != np.isnan(said):
        return False
    return bool(np.isnan(there) or abs(there - said) <= alike)


def _between(block: Block, values: Array) -> Array:
    """Return what is linear between a block's corners, its edges included."""
    a, b, c, d = block
    down = np.linspace(0.0, 1.0, b - a + 1)[:, None]
    right = np.linspace(0.0, 1.0, d - c + 1)[None, :]
    low = (1.0 - right) * values[a, c] + right * values[a, d]
    high = (1.0 - right) * values[b, c] + right * values[b, d]
    return np.asarray((1.0 - down) * low + down * high)


def _interpolate(block: Block, values: Array, reasons: Codes, computed: NDArray[np.bool_]) -> None:
    a, b, c, d = block
    inside = slice(a, b + 1), slice(c, d + 1)
    open_ = ~computed[inside]
    values[inside][open_] = _between(block, values)[open_]
    reasons[inside][open_] = reasons[a, c]
