"""When a path can be met by whom, and how well it is known by then: bare floats and arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels import altitude
from hoplon.interceptor._kernels import RADIUS, look_up
from hoplon.interceptor._kernels_meet import FAR_S, flight_to
from hoplon.interceptor._kernels_meeting import (
    MAX_ALTITUDE,
    MAX_RANGE,
    MIN_ALTITUDE,
    SITE,
    launch_time,
    path_point,
)
from hoplon.track._kernels import predict
from hoplon.track._kernels_update import update

# What a battery can do about a path: the nearest to a shot first.
REACHED = 0
BELOW = 1
ABOVE = 2
OUT_OF_REACH = 3

#: No step of a path is divided into more parts than this.
MOST_PARTS = 64
#: Halvings of a step at the edge of the reach: 4 s become 15 ms.
HALVINGS = 8
#: Rows that stand for the part of a window that rough times do not know, and how well its beginning is found.
EDGE_ROWS = 6
EDGE_S = 0.02


@kernel
def heights(r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the altitudes of points, (n, 3), m."""
    out = np.empty(r.shape[0])
    for i in range(r.shape[0]):
        out[i] = altitude(r[i, 0], r[i, 1], r[i, 2])
    return out


@kernel
def true_edge_into(
    out: NDArray[np.float64],
    family: NDArray[np.float64],
    nodes: NDArray[np.float64],
    setup: NDArray[np.float64],
    path: NDArray[np.float64],
    cell: int,
    rough: float,
) -> int:
    """Write the meetings before the rough beginning of a window, by the paths of the fly-out themselves.

    Rough times know the reach by whole cells of their table: a path comes into it up to `FAR_S` earlier, and
    there a launch may be half a minute earlier for each second.

    Parameters
    ----------
    out : ndarray, shape (rows, 2)
        As for `launches_into`; at least EDGE_ROWS.
    family : ndarray
        Paths of the fly-out.
    nodes, setup, path
        As there.
    cell : int
        Of the path, that `rough` lies in.
    rough : float
        When the window begins by rough times.

    Returns
    -------
    int
        Rows written: none where the true window begins no earlier.
    """
    good = rough
    step = 0.0625
    bad = rough - step
    low = path[0, 0]
    doubling = True
    flight = 0.0
    while doubling or good - bad > EDGE_S:
        t = bad if doubling else 0.5 * (good + bad)
        i = cell
        while i > 0 and path[i, 0] > t:
            i -= 1
        flight, _, _, _, _ = flight_to(family, nodes, setup, path, i, max(t, low))
        reached = t >= low and not math.isnan(flight)
        if reached:
            good = t
        else:
            bad = t
            doubling = False
        if doubling:
            step *= 2.0
            if step > FAR_S:
                break
            bad = rough - step
    count = 0
    if good < rough:
        for n in range(EDGE_ROWS):
            t = good + (rough - good) * n / EDGE_ROWS
            i = cell
            while i > 0 and path[i, 0] > t:
                i -= 1
            flight, _, _, _, _ = flight_to(family, nodes, setup, path, i, t)
            if not math.isnan(flight):
                out[count, 0], out[count, 1] = t, t - flight
                count += 1
    return count


@kernel
def launches_into(
    out: NDArray[np.float64],
    family: NDArray[np.float64],
    nodes: NDArray[np.float64],
    setup: NDArray[np.float64],
    path: NDArray[np.float64],
    height: NDArray[np.float64],
) -> tuple[int, int]:
    """Write meetings with a path and the launch that each needs, in the order of the path.

    Parameters
    ----------
    out : ndarray, shape (rows, 2)
        Receives time of meeting and of launch; a launch of minus infinity stands between two windows.
    family, nodes, setup, path
        As in `hoplon.interceptor._kernels_meet.meet`.
    height : ndarray, shape (n,)
        Altitude of the path's samples, m.

    Returns
    -------
    int
        Rows written.
    int
        One of the codes above.
    """
    in_range, in_band, below = False, False, False
    count = 0
    part = 0.1 * min(setup[MAX_RANGE], setup[MAX_ALTITUDE] - setup[MIN_ALTITUDE])
    sx, sy, sz = setup[SITE], setup[SITE + 1], setup[SITE + 2]
    inside = False
    before = path[0, 0]
    for i in range(path.shape[0]):
        parts = 1
        if i > 0:
            dx, dy, dz = path[i, 1] - sx, path[i, 2] - sy, path[i, 3] - sz
            far2 = dx * dx + dy * dy + dz * dz
            dx, dy, dz = path[i, 1] - path[i - 1, 1], path[i, 2] - path[i - 1, 2], path[i, 3] - path[i - 1, 3]
            chord = math.sqrt(dx * dx + dy * dy + dz * dz)
            # A way over the ground is shorter than the straight line through the Earth is long, by less than
            # a third wherever an interceptor reaches; height adds to the line.
            most = setup[MAX_RANGE] + setup[MAX_ALTITUDE] + chord
            band = setup[MIN_ALTITUDE] - chord < height[i] < setup[MAX_ALTITUDE] + chord
            if far2 > most * most or not band:
                if far2 <= most * most:
                    in_range = True
                    below = below or height[i] < setup[MIN_ALTITUDE]
                if inside and count < out.shape[0]:
                    out[count, 0], out[count, 1] = before, -math.inf
                    count += 1
                inside = False
                before = path[i, 0]
                continue
            parts = min(MOST_PARTS, max(1, math.ceil(chord / part)))
        for j in range(1, parts + 1):
            t = path[i, 0]
            x, y, z, h = path[i, 1], path[i, 2], path[i, 3], height[i]
            if j < parts:
                share = j / parts
                t = path[i - 1, 0] + (path[i, 0] - path[i - 1, 0]) * share
                x, y, z = path_point(path, i - 1, t)
                h = height[i - 1] + (height[i] - height[i - 1]) * share
            cx, cy, cz = sy * z - sz * y, sz * x - sx * z, sx * y - sy * x
            across = math.sqrt(cx * cx + cy * cy + cz * cz)
            downrange = setup[RADIUS] * math.atan2(across, sx * x + sy * y + sz * z)
            launch = -math.inf
            if downrange <= setup[MAX_RANGE]:
                in_range = True
                if h < setup[MIN_ALTITUDE]:
                    below = True
                elif h <= setup[MAX_ALTITUDE]:
                    in_band = True
                    flight, _, whole = look_up(nodes, setup, downrange, h)
                    if whole:
                        launch = t - flight
            good = launch > -math.inf
            if good != inside and i > 0 and count + EDGE_ROWS + 1 < out.shape[0]:
                # The edge of the reach, found by halving.
                yes, no = (t, before) if good else (before, t)
                for _ in range(HALVINGS):
                    middle = 0.5 * (yes + no)
                    if launch_time(nodes, setup, path, i - 1, middle) > -math.inf:
                        yes = middle
                    else:
                        no = middle
                edge = launch_time(nodes, setup, path, i - 1, yes)
                if good and edge >= path[0, 0]:
                    count += true_edge_into(out[count:], family, nodes, setup, path, i - 1, yes)
                out[count, 0], out[count, 1] = yes, edge
                count += 1
                if not good:
                    out[count, 0], out[count, 1] = no, -math.inf
                    count += 1
            if good and count < out.shape[0]:
                out[count, 0], out[count, 1] = t, launch
                count += 1
            inside = good
            before = t
    if count > 0:
        return count, REACHED
    if in_range and not in_band:
        return count, BELOW if below else ABOVE
    return count, OUT_OF_REACH


@kernel
def launches_of_all(
    out: NDArray[np.float64],
    counts: NDArray[np.int64],
    codes: NDArray[np.int64],
    which: NDArray[np.int64],
    family: NDArray[np.float64],
    nodes: NDArray[np.float64],
    setups: NDArray[np.float64],
    path: NDArray[np.float64],
    height: NDArray[np.float64],
) -> int:
    """Write the meetings of all batteries of one type, one after the other; see `launches_into`.

    Parameters
    ----------
    out : ndarray, shape (rows, 2)
    counts, codes : ndarray, shape (batteries,)
        Receive, at the places `which`, rows written and code.
    which : ndarray
        Numbers of the batteries of this type.
    family, nodes, setups, path, height
        `setups` has a row for each of `which`.

    Returns
    -------
    int
        Rows written for all.
    """
    done = 0
    for n in range(which.size):
        count, code = launches_into(out[done:], family, nodes, setups[n], path, height)
        counts[which[n]], codes[which[n]] = count, code
        done += count
    return done


@kernel
def first_meeting(rows: NDArray[np.float64], earliest: float) -> tuple[float, float]:
    """Return the first meeting by a launch at `earliest` or later, and that launch; NaN where there is none.

    `rows` are those of `launches_into`.
    """
    for i in range(rows.shape[0]):
        launch = rows[i, 1]
        if launch >= earliest:
            if i > 0 and rows[i - 1, 1] > -math.inf:
                share = (earliest - rows[i - 1, 1]) / (launch - rows[i - 1, 1])
                return rows[i - 1, 0] + share * (rows[i, 0] - rows[i - 1, 0]), earliest
            return rows[i, 0], launch
    return math.nan, math.nan


@kernel
def known_into(
    out_x: NDArray[np.float64],
    out_p: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    now: float,
    ticks: NDArray[np.float64],
    times: NDArray[np.float64],
    sensor: NDArray[np.int64],
    z: NDArray[np.float64],
    sites: NDArray[np.float64],
    rotations: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    noise: NDArray[np.float64],
) -> None:
    """Follow a falling track, and write its state and covariance at each tick.

    Parameters
    ----------
    out_x, out_p : ndarray, shape (ticks, 7) and (ticks, 7, 7)
    x, p : ndarray, shape (9,) and (9, 9)
        State and covariance at `now`; they change.
    now : float
    ticks : ndarray, shape (ticks,)
        Ascending times, none before `now`.
    times, sensor, z : ndarray, shape (n,), (n,) and (n, 6)
        Detections, ascending.
    sites, rotations : ndarray, shape (sensors, 3) and (sensors, 3, 3)
    beta : float
        Believed ballistic coefficient, kg/m².
    planet, noise : ndarray
        See `hoplon.track._kernels`.
    """
    row = 0
    for i in range(ticks.size):
        while row < times.size and times[row] <= ticks[i]:
            if times[row] > now:
                predict(x, p, 7, times[row] - now, beta, planet, noise)
                now = times[row]
            update(x, p, 7, z[row], sites[sensor[row]], rotations[sensor[row]])
            row += 1
        if ticks[i] > now:
            predict(x, p, 7, ticks[i] - now, beta, planet, noise)
            now = ticks[i]
        for a in range(7):
            out_x[i, a] = x[a]
            for b in range(7):
                out_p[i, a, b] = p[a, b]
