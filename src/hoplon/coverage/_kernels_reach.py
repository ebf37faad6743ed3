"""The reach of an interceptor as its table of rough times knows it: bare floats and arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel

Array = NDArray[np.float64]


@kernel
def angle_of(cosine: float) -> float:
    """Return the angle of a cosine to 2e-8 rad: 13 cm on the ground, in a third of the time of an arc cosine.

    Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 4.4.46.
    """
    x = min(abs(cosine), 1.0)
    even = 1.5707963050 + x * x * (0.0889789874 + x * x * (0.0308918810 + x * x * 0.0066700901))
    odd = -0.2145988016 + x * x * (-0.0501743046 + x * x * (-0.0170881256 - x * x * 0.0012624911))
    angle = math.sqrt(1.0 - x) * (even + x * odd)
    return angle if cosine >= 0.0 else math.pi - angle


@kernel
def between_nodes(times: Array, i: int, j: int, right: float, up: float) -> float:
    """Return the time of flight within a cell of a table, by shares of the cell; NaN if a node has none."""
    near = times[i, j] + up * (times[i, j + 1] - times[i, j])
    far = times[i + 1, j] + up * (times[i + 1, j + 1] - times[i + 1, j])
    return float(near + right * (far - near))


@kernel
def rough_time(times: Array, u: float, v: float) -> float:
    """Return the time of flight to a place in a table, in steps of it; NaN next to a node out of reach.

    Bilinear, as `hoplon.interceptor._kernels.look_up`; neither number may be negative.
    """
    n, m = times.shape[0] - 1, times.shape[1] - 1
    if not (u <= n and v <= m):
        return math.nan
    i, j = min(int(u), n - 1), min(int(v), m - 1)
    return between_nodes(times, i, j, u - i, v - j)


@kernel
def leave(
    times: Array, limits: tuple[float, float, float], u: float, v: float, to_u: float, to_v: float
) -> tuple[float, float]:
    """Follow a straight way through a table from a place in reach until it leaves the reach.

    Against the path itself, edges so found are off by 7 ms in the median and 50 ms at most (537 windows of
    two scenarios): between two samples heights bend by tens of metres, and distances by up to two kilometres
    next to a site.

    Parameters
    ----------
    times : ndarray
        Times of flight, NaN out of reach.
    limits : tuple of float
        Greatest distance, least and greatest height, in steps of the table.
    u, v, to_u, to_v : float
        From and to, in the same.

    Returns
    -------
    float, float
        The share of the way, and the time of flight there.
    """
    du, dv = to_u - u, to_v - v
    end = 1.0
    if to_u > limits[0] and du > 0.0:
        end = min(end, (limits[0] - u) / du)
    if to_v < limits[1]:
        end = min(end, (limits[1] - v) / dv)
    if to_v > limits[2]:
        end = min(end, (limits[2] - v) / dv)
    # A place at the limit may lie beyond it by what an angle is rounded.
    end = max(end, 0.0)
    n, m = times.shape[0] - 1, times.shape[1] - 1
    i, j = min(int(u), n - 1), min(int(v), m - 1)
    share = 0.0
    while True:
        # From cell to cell of the table.
        right = (i + (1 if du > 0.0 else 0) - u) / du if du != 0.0 else math.inf
        up = (j + (1 if dv > 0.0 else 0) - v) / dv if dv != 0.0 else math.inf
        share = min(right, up)
        if share >= end:
            share = end
            break
        next_i, next_j = i, j
        if right <= up:
            next_i += 1 if du > 0.0 else -1
        else:
            next_j += 1 if dv > 0.0 else -1
        if not (0 <= next_i < n and 0 <= next_j < m):
            break
        around = times[next_i, next_j] + times[next_i, next_j + 1]
        if math.isnan(around + times[next_i + 1, next_j] + times[next_i + 1, next_j + 1]):
            break
        i, j = next_i, next_j
    return share, between_nodes(times, i, j, u + share * du - i, v + share * dv - j)
