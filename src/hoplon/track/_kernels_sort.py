"""Sorting by value: places in order, equal values in the order in which they came."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel


@kernel
def ascending(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return the places of the first `count` values in ascending order; equal ones stay in their order.

    Merging of ever longer sorted runs: n log n, without NumPy's sort, which takes seconds to compile.
    """
    order = np.empty(count, dtype=np.int64)
    other = np.empty(count, dtype=np.int64)
    for i in range(count):
        order[i] = i
    run = 1
    while run < count:
        for start in range(0, count, 2 * run):
            middle, end = min(start + run, count), min(start + 2 * run, count)
            a, b = start, middle
            for i in range(start, end):
                if b >= end or (a < middle and values[order[a]] <= values[order[b]]):
                    other[i] = order[a]
                    a += 1
                else:
                    other[i] = order[b]
                    b += 1
        order, other = other, order
        run *= 2
    return order
