"""Where and when a predicted path meets an interceptor's reach, by rough times, on bare floats and arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels import altitude
from hoplon.interceptor._kernels import GRID, RADIUS, look_up

# Places in `setup`, which begins with the grid of the table.
MIN_ALTITUDE = GRID
MAX_ALTITUDE = GRID + 1
MAX_RANGE = GRID + 2
BEST_SPEED = GRID + 3
SITE = GRID + 4  # x, y, z
SETUP = GRID + 7

# What `reach` says about a point.
IN_REACH = 0
OUT_OF_RANGE = 1
TOO_LOW = 2
TOO_HIGH = 3
UNREACHED = 4


@kernel
def path_point(path: NDArray[np.float64], i: int, t: float) -> tuple[float, float, float]:
    """Point of a sampled path at `t` in its cell `i`: Lagrange through up to four samples around the cell."""
    first = i
    last = i + 1
    if i > 0 and not math.isnan(path[i - 1, 1]):
        first = i - 1
    if i + 2 < path.shape[0] and not math.isnan(path[i + 2, 1]):
        last = i + 2
    x = 0.0
    y = 0.0
    z = 0.0
    for j in range(first, last + 1):
        weight = 1.0
        for k in range(first, last + 1):
            if k != j:
                weight *= (t - path[k, 0]) / (path[j, 0] - path[k, 0])
        x += weight * path[j, 1]
        y += weight * path[j, 2]
        z += weight * path[j, 3]
    return x, y, z


@kernel
def place(setup: NDArray[np.float64], x: float, y: float, z: float) -> tuple[float, float]:
    """Downrange and altitude of an Earth-fixed point, m.

    Downrange is the angle at the Earth's centre between it and the site, from its sine and cosine, times the
    radius of the table; altitude is geodetic.
    """
    sx = setup[SITE]
    sy = setup[SITE + 1]
    sz = setup[SITE + 2]
    cx = sy * z - sz * y
    cy = sz * x - sx * z
    cz = sx * y - sy * x
    cross = math.sqrt(cx * cx + cy * cy + cz * cz)
    return setup[RADIUS] * math.atan2(cross, sx * x + sy * y + sz * z), altitude(x, y, z)


@kernel
def reach(
    nodes: NDArray[np.float64],
    setup: NDArray[np.float64],
    x: float,
    y: float,
    z: float,
) -> tuple[int, float, float, float]:
    """Whether a point is in reach, with a rough time of flight, downrange and altitude."""
    downrange, height = place(setup, x, y, z)
    if downrange > setup[MAX_RANGE]:
        return OUT_OF_RANGE, math.nan, downrange, height
    if height < setup[MIN_ALTITUDE]:
        return TOO_LOW, math.nan, downrange, height
    if height > setup[MAX_ALTITUDE]:
        return TOO_HIGH, math.nan, downrange, height
    flight, _, whole = look_up(nodes, setup, downrange, height)
    if not whole:
        return UNREACHED, math.nan, downrange, height
    return IN_REACH, flight, downrange, height


@kernel
def too_far(setup: NDArray[np.float64], x: float, y: float, z: float, time: float) -> bool:
    """Whether a point is farther from the site than the interceptor's ideal speed would take it in a time.

    Cheap, and certain: above the ground no fly-out is faster than that.
    """
    way = setup[BEST_SPEED] * time
    return bool(
        (x - setup[SITE]) ** 2 + (y - setup[SITE + 1]) ** 2 + (z - setup[SITE + 2]) ** 2 > way * abs(way)
    )


@kernel
def launch_time(
    nodes: NDArray[np.float64],
    setup: NDArray[np.float64],
    path: NDArray[np.float64],
    i: int,
    t: float,
) -> float:
    """When to launch, roughly, to meet the path at `t` in its cell `i`; minus infinity where out of reach."""
    x, y, z = path_point(path, i, t)
    code, flight, _, _ = reach(nodes, setup, x, y, z)
    return t - flight if code == IN_REACH else -math.inf


@kernel
def edge(
    nodes: NDArray[np.float64],
    setup: NDArray[np.float64],
    path: NDArray[np.float64],
    i: int,
    t_out: float,
    t_in: float,
    earliest: float,
) -> float:
    """Return the feasible end of an interval that is feasible at one end only, shortened to 1 ms."""
    while abs(t_in - t_out) > 1e-3:
        middle = 0.5 * (t_in + t_out)
        if launch_time(nodes, setup, path, i, middle) >= earliest:
            t_in = middle
        else:
            t_out = middle
    return t_in


@kernel
def climb(
    nodes: NDArray[np.float64],
    setup: NDArray[np.float64],
    path: NDArray[np.float64],
    i: int,
    good: float,
    far: float,
    best: float,
    best_t: float,
) -> tuple[float, float]:
    """Search the path's cell `i` from `good` towards `far`, by thirds, for a later launch than `best`.

    Finds the greatest value of a function with one maximum (Kiefer, Proc. Am. Math. Soc. 4 (1953) 502, has
    the best of such searches); of several it finds one.
    """
    while abs(far - good) > 1e-2:
        third = (far - good) / 3.0
        near_launch = launch_time(nodes, setup, path, i, good + third)
        far_launch = launch_time(nodes, setup, path, i, far - third)
        if near_launch > best:
            best = near_launch
            best_t = good + third
        if far_launch > best:
            best = far_launch
            best_t = far - third
        if far_launch > near_launch:
            good += third
        else:
            far -= third
    return best, best_t


@kernel
def scan(
    nodes: NDArray[np.float64],
    setup: NDArray[np.float64],
    path: NDArray[np.float64],
    earliest: float,
    only_first: bool,
    only_in_time: bool,
) -> NDArray[np.float64]:
    """Walk along a path and note when it can be met by a launch at `earliest` or later, by rough times.

    Returns flags and times: [in range 0/1, in the altitude band 0/1, below the band 0/1, reachable at any
    launch time 0/1, first intercept, its cell, last intercept, first launch, its intercept, last launch, its
    intercept]; times NaN where there is none. With `only_first` it stops at the first intercept; with
    `only_in_time` it leaves out what the path does before `earliest`, and the flags say nothing of that.
    """
    out = np.full(11, np.nan)
    for i in range(4):
        out[i] = 0.0
    # Parts of a cell must be short against the reach, else a window could fall between two samples.
    part = 0.1 * min(setup[MAX_RANGE], setup[MAX_ALTITUDE] - setup[MIN_ALTITUDE])
    good_before = False
    t_before = math.nan
    # The latest launch seen, whether or not in time, with the samples on both sides of it.
    best = -math.inf
    best_t = math.nan
    left = math.nan
    # Not 0: a literal would be compiled a second time.
    left_cell = path.shape[0] - 1
    right = math.nan
    right_cell = path.shape[0] - 1
    just_seen = False
    start = 0
    if only_in_time:
        # No flight takes less than no time.
        while start < path.shape[0] - 1 and path[start + 1, 0] <= earliest:
            start += 1
    for i in range(start, path.shape[0] - 1):
        if math.isnan(path[i, 1]) or math.isnan(path[i + 1, 1]):
            if good_before:
                out[6] = t_before
            good_before = False
            just_seen = False
            t_before = math.nan
            continue
        dx = path[i + 1, 1] - path[i, 1]
        dy = path[i + 1, 2] - path[i, 2]
        dz = path[i + 1, 3] - path[i, 3]
        chord = math.sqrt(dx * dx + dy * dy + dz * dz)
        parts = 1
        if chord > part:
            # The whole cell lies within one chord of its beginning (1.5 leaves room for its curvature).
            _, _, d, h = reach(nodes, setup, path[i, 1], path[i, 2], path[i, 3])
            room = 1.5 * chord
            if d < setup[MAX_RANGE] + room and setup[MIN_ALTITUDE] - room < h < setup[MAX_ALTITUDE] + room:
                parts = min(64, math.ceil(chord / part))
        for j in range(0 if math.isnan(t_before) else 1, parts + 1):
            if j == parts:
                t = path[i + 1, 0]
                x, y, z = path[i + 1, 1], path[i + 1, 2], path[i + 1, 3]
            else:
                t = path[i, 0] + (path[i + 1, 0] - path[i, 0]) * j / parts
                x, y, z = path_point(path, i, t)
            if only_in_time and too_far(setup, x, y, z, t - earliest):
                code, flight = UNREACHED, math.nan
            else:
                code, flight, _, _ = reach(nodes, setup, x, y, z)
            if code != OUT_OF_RANGE:
                out[0] = 1.0
            if code in (IN_REACH, UNREACHED):
                out[1] = 1.0
            if code == TOO_LOW:
                out[2] = 1.0
            launch = -math.inf
            if code == IN_REACH:
                out[3] = 1.0
                launch = t - flight
            if just_seen:
                right = t
                right_cell = i
                just_seen = False
            if launch > best:
                best = launch
                best_t = t
                left = t if math.isnan(t_before) else t_before
                left_cell = i
                right = t
                right_cell = i
                just_seen = True
            good = launch >= earliest
            t_seen = t
            launch_seen = launch
            if good != good_before:
                if not math.isnan(t_before):
                    t_in = t if good else t_before
                    t_out = t_before if good else t
                    t_seen = edge(nodes, setup, path, i, t_out, t_in, earliest)
                    launch_seen = launch_time(nodes, setup, path, i, t_seen)
                if good and math.isnan(out[4]):
                    out[4] = t_seen
                    out[5] = i
                    if only_first:
                        return out
                if not good:
                    out[6] = t_seen
            if good or good_before:
                for at, when in ((t_seen, launch_seen), (t, launch)):
                    if earliest <= when and not out[7] <= when:
                        out[7] = when
                        out[8] = at
                if launch_seen > best:
                    best = launch_seen
                    best_t = t_seen
                    left = t_before
                    left_cell = i
                    right = t
                    right_cell = i
                    just_seen = False
            good_before = good
            t_before = t
    if good_before:
        out[6] = t_before
    if best > -math.inf and (best >= earliest or math.isnan(out[4])):
        sample = best_t
        best, best_t = climb(nodes, setup, path, left_cell, sample, left, best, best_t)
        best, best_t = climb(nodes, setup, path, right_cell, sample, right, best, best_t)
        if best >= earliest:
            cell = left_cell if best_t <= path[left_cell + 1, 0] else right_cell
            if math.isnan(out[4]):
                # The whole window lies between two samples.
                out[4] = edge(nodes, setup, path, cell, max(left, path[cell, 0]), best_t, earliest)
                out[5] = cell
                out[6] = edge(nodes, setup, path, cell, min(right, path[cell + 1, 0]), best_t, earliest)
                out[7] = launch_time(nodes, setup, path, cell, out[4])
                out[8] = out[4]
            out[9] = best
            out[10] = best_t
            out[6] = max(out[6], best_t)
    return out
