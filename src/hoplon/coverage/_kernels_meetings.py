"""When a path can be met by whom: bare floats and arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.coverage._kernels_reach import angle_of, leave, rough_time
from hoplon.earth._kernels import altitude
from hoplon.flight._kernels_path import NODE_T, states_into
from hoplon.interceptor._kernels import ALTITUDE_STEP, DOWNRANGE_STEP, RADIUS
from hoplon.interceptor._kernels_meet import FAR_S, flight_to
from hoplon.interceptor._kernels_meeting import MAX_ALTITUDE, MAX_RANGE, MIN_ALTITUDE, SITE, path_point

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# What a battery can do about a path: the nearest to a shot first.
REACHED = 0
BELOW = 1
ABOVE = 2
OUT_OF_REACH = 3

#: Columns of a path: time, place, height, one over the distance from the Earth's centre; of the step from the
#: sample before its length, and by how much the cosine of the angle from a site may change within it.
TIME, PLACE, HEIGHT, INVERSE, CHORD, SWING, PATH_FIELDS = 0, 1, 4, 5, 6, 7, 8
#: Columns of a meeting: its time, the launch that it needs (minus infinity between two windows), and at the
#: beginning of a window the cell of the path that it lies in, until somebody asks for it; else -1.
MEETS, LAUNCH, CELL, MEETING_FIELDS = 0, 1, 2, 3
#: Fields of a type of interceptor: where its paths begin in the array of all, and their shape; where its
#: table begins, and its shape.
FAMILY, TABLE, TYPE_FIELDS = 0, 4, 8

#: Above this height, m, a path is sampled half as often: gravity alone bends it.
THIN_AIR_M = 110e3
#: No step of a path is divided into more parts than this.
MOST_PARTS = 64
#: Rows that stand for the part of a window that rough times do not know, and how well its beginning is found.
EDGE_ROWS = 6
EDGE_S = 0.02


@kernel
def path_into(path: Array, nodes: Array, from_s: float, step_s: float) -> int:
    """Sample a flight from a time on until it ends.

    Parameters
    ----------
    path : ndarray, shape (rows, PATH_FIELDS)
    nodes : ndarray
        Of the flight.
    from_s, step_s : float
        Above `THIN_AIR_M` steps are twice as long.

    Returns
    -------
    int
        Rows written.
    """
    last = nodes[nodes.shape[0] - 1, NODE_T]
    times, states = np.empty(1), np.empty((1, 6))
    t = from_s
    count = 0
    while count < path.shape[0]:
        times[0] = min(t, last)
        states_into(states, nodes, times)
        x, y, z = states[0, 0], states[0, 1], states[0, 2]
        h = altitude(x, y, z)
        path[count, TIME] = times[0]
        path[count, PLACE], path[count, PLACE + 1], path[count, PLACE + 2] = x, y, z
        path[count, HEIGHT] = h
        inverse = 1.0 / math.sqrt(x * x + y * y + z * z)
        chord = 0.0
        if count > 0:
            dx, dy, dz = x - path[count - 1, 1], y - path[count - 1, 2], z - path[count - 1, 3]
            chord = math.sqrt(dx * dx + dy * dy + dz * dz)
        # The angle changes by less than the chord over the lesser distance from the Earth's centre, and a
        # cosine by less than the angle.
        path[count, INVERSE], path[count, CHORD], path[count, SWING] = inverse, chord, 1.01 * chord * inverse
        count += 1
        if t >= last:
            break
        falls = (x * states[0, 3] + y * states[0, 4] + z * states[0, 5]) * inverse
        t += step_s if h + min(2.0 * step_s * falls, 0.0) < THIN_AIR_M else 2.0 * step_s
    return count


@kernel
def true_edge_into(
    out: Array, family: Array, nodes: Array, setup: Array, path: Array, cell: int, rough: float
) -> int:
    """Write the meetings before the rough beginning of a window, by the paths of the fly-out themselves.

    Rough times know the reach by whole cells of their table: a path comes into it up to `FAR_S` earlier, and
    there a launch may be half a minute earlier for each second.

    Parameters
    ----------
    out : ndarray, shape (rows, MEETING_FIELDS)
        At least EDGE_ROWS.
    family : ndarray
        Paths of the fly-out.
    nodes, setup, path
        As in `hoplon.interceptor._kernels_meet.meet`.
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
                out[count, MEETS], out[count, LAUNCH], out[count, CELL] = t, t - flight, -1.0
                count += 1
    return count


@kernel
def launches_into(
    out: Array, kind: Whole, tables: Array, setup: Array, path: Array
) -> tuple[int, int, float]:
    """Write meetings with a path and the launch that each needs, in the order of the path.

    Parameters
    ----------
    out : ndarray, shape (rows, MEETING_FIELDS)
    kind, tables : ndarray
        Fields of the battery's type, and the array of all tables.
    setup
        As in `hoplon.interceptor._kernels_meet.meet`.
    path : ndarray, shape (n, PATH_FIELDS)

    Returns
    -------
    int
        Rows written.
    int
        One of the codes above.
    float
        The latest launch.
    """
    in_range, in_band, below = False, False, False
    count = 0
    # The first half of a table (2, distances, heights).
    half = kind[TABLE + 2] * kind[TABLE + 3]
    times = tables[kind[TABLE] : kind[TABLE] + half].reshape((kind[TABLE + 2], kind[TABLE + 3]))
    low, high = setup[MIN_ALTITUDE], setup[MAX_ALTITUDE]
    part = 0.1 * min(setup[MAX_RANGE], high - low)
    sx, sy, sz = setup[SITE], setup[SITE + 1], setup[SITE + 2]
    site = math.sqrt(sx * sx + sy * sy + sz * sz)
    sx, sy, sz = sx / site, sy / site, sz / site
    reach = math.cos(min(setup[MAX_RANGE] / setup[RADIUS], math.pi))
    across, up = setup[RADIUS] / setup[DOWNRANGE_STEP], 1.0 / setup[ALTITUDE_STEP]
    limits = setup[MAX_RANGE] / setup[DOWNRANGE_STEP], low * up, high * up
    inside = False
    # The place before in the table; NaN where nobody has asked.
    t_before, u_before, v_before = path[0, TIME], math.nan, math.nan
    last_launch = -math.inf
    for i in range(path.shape[0]):
        chord, h = path[i, CHORD], path[i, HEIGHT]
        cosine = (sx * path[i, 1] + sy * path[i, 2] + sz * path[i, 3]) * path[i, INVERSE]
        if cosine < reach - path[i, SWING] or not low - chord < h < high + chord:
            if cosine >= reach:
                in_range = True
                below = below or h < low
            if inside and count < out.shape[0]:
                out[count, MEETS], out[count, LAUNCH], out[count, CELL] = t_before, -math.inf, -1.0
                count += 1
            inside = False
            t_before, u_before = path[i, TIME], math.nan
            continue
        parts = 1
        if chord > part and i > 0:
            parts = min(MOST_PARTS, math.ceil(chord / part))
        for j in range(1, parts + 1):
            t, h, c = path[i, TIME], path[i, HEIGHT], cosine
            if j < parts:
                t = path[i - 1, TIME] + (path[i, TIME] - path[i - 1, TIME]) * (j / parts)
                x, y, z = path_point(path, i - 1, t)
                h = altitude(x, y, z)
                c = (sx * x + sy * y + sz * z) / math.sqrt(x * x + y * y + z * z)
            u, v = across * angle_of(c), h * up
            flight = math.nan
            if c >= reach:
                in_range = True
                if h < low:
                    below = True
                elif h <= high:
                    in_band = True
                    flight = rough_time(times, u, v)
            good = not math.isnan(flight)
            if good != inside and i > 0 and count + EDGE_ROWS + 3 < out.shape[0]:
                if math.isnan(u_before):
                    c = (sx * path[i - 1, 1] + sy * path[i - 1, 2] + sz * path[i - 1, 3]) * path[
                        i - 1, INVERSE
                    ]
                    u_before = across * angle_of(c)
                    v_before = path[i - 1, HEIGHT] * up
                if good:
                    share, to_edge = leave(times, limits, u, v, u_before, v_before)
                    edge = t + share * (t_before - t)
                else:
                    share, to_edge = leave(times, limits, u_before, v_before, u, v)
                    edge = t_before + share * (t - t_before)
                sought = good and edge - to_edge >= path[0, TIME]
                if sought:
                    for _ in range(EDGE_ROWS):
                        out[count, MEETS], out[count, LAUNCH], out[count, CELL] = edge, -math.inf, -1.0
                        count += 1
                out[count, MEETS], out[count, LAUNCH], out[count, CELL] = edge, edge - to_edge, -1.0
                if sought:
                    out[count, CELL] = i - 1.0
                last_launch = max(last_launch, edge - to_edge)
                count += 1
                if not good:
                    out[count, MEETS], out[count, LAUNCH], out[count, CELL] = edge, -math.inf, -1.0
                    count += 1
            if good and count < out.shape[0]:
                out[count, MEETS], out[count, LAUNCH], out[count, CELL] = t, t - flight, -1.0
                last_launch = max(last_launch, t - flight)
                count += 1
            inside = good
            t_before, u_before, v_before = t, u, v
    if count > 0:
        return count, REACHED, last_launch
    if in_range and not in_band:
        return count, BELOW if below else ABOVE, last_launch
    return count, OUT_OF_REACH, last_launch


@kernel
def launches_of_all(
    out: Array,
    begins: Whole,
    codes: Whole,
    path: Array,
    setups: Array,
    of_type: Whole,
    types: Whole,
    tables: Array,
) -> tuple[float, float]:
    """Write the meetings of all batteries, one after the other; see `launches_into`.

    Parameters
    ----------
    out : ndarray, shape (rows, MEETING_FIELDS)
    begins : ndarray, shape (batteries + 1,)
        Receives where the rows of each battery begin, and where all end.
    codes : ndarray, shape (batteries,)
        Receives the codes.
    path : ndarray
    setups, of_type : ndarray
        Of each battery its constants and its type.
    types, tables : ndarray
        Fields of types, and the array of all tables.

    Returns
    -------
    float, float
        The latest launch that meets the path, and the latest meeting; minus infinity where there is none.
    """
    last_launch, last = -math.inf, -math.inf
    done = 0
    begins[0] = 0
    for n in range(setups.shape[0]):
        count, code, launch = launches_into(out[done:], types[of_type[n]], tables, setups[n], path)
        done += count
        begins[n + 1], codes[n] = done, code
        last_launch = max(last_launch, launch)
        if count > 0:
            last = max(last, out[done - 1, MEETS])
    return last_launch, last


@kernel
def first_meeting(
    rows: Array, earliest: float, kind: Whole, families: Array, tables: Array, setup: Array, path: Array
) -> tuple[float, float]:
    """Return the first meeting by a launch at `earliest` or later, and that launch; NaN where there is none.

    `rows` are those of `launches_into`; where the first one in time begins a window, its true beginning is
    found now and written into them.
    """
    i = 0
    while i < rows.shape[0]:
        launch = rows[i, LAUNCH]
        if launch < earliest:
            i += 1
            continue
        if rows[i, CELL] >= 0.0:
            cell = int(rows[i, CELL])
            rows[i, CELL] = -1.0
            paths, times, states = kind[FAMILY + 1], kind[FAMILY + 2], kind[FAMILY + 3]
            flat = families[kind[FAMILY] : kind[FAMILY] + paths * times * states]
            family = flat.reshape((paths, times, states))
            two, distances, heights = kind[TABLE + 1], kind[TABLE + 2], kind[TABLE + 3]
            flat = tables[kind[TABLE] : kind[TABLE] + two * distances * heights]
            nodes = flat.reshape((two, distances, heights))
            start = i - EDGE_ROWS
            count = true_edge_into(rows[start:i], family, nodes, setup, path, cell, rows[i, MEETS])
            # Next to the rough beginning, with nothing between.
            for n in range(EDGE_ROWS):
                to = i - 1 - n
                if n < count:
                    for column in range(MEETING_FIELDS):
                        rows[to, column] = rows[start + count - 1 - n, column]
                else:
                    rows[to, LAUNCH] = -math.inf
            i = start
            continue
        if i > 0 and rows[i - 1, LAUNCH] > -math.inf:
            share = (earliest - rows[i - 1, LAUNCH]) / (launch - rows[i - 1, LAUNCH])
            return rows[i - 1, MEETS] + share * (rows[i, MEETS] - rows[i - 1, MEETS]), earliest
        return rows[i, MEETS], launch
    return math.nan, math.nan
