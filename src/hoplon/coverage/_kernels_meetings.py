"""When a path can be met by whom: bare floats and arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels import altitude
from hoplon.flight._kernels_path import NODE_T, states_into
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

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# What a battery can do about a path: the nearest to a shot first.
REACHED = 0
BELOW = 1
ABOVE = 2
OUT_OF_REACH = 3

#: Columns of a path: time, place, height, distance from the Earth's centre, way from the sample before.
TIME, PLACE, HEIGHT, DISTANCE, CHORD, PATH_FIELDS = 0, 1, 4, 5, 6, 7
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
#: Halvings of a step at the edge of the reach: 4 s become 60 ms.
HALVINGS = 6
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
        path[count, DISTANCE] = math.sqrt(x * x + y * y + z * z)
        path[count, CHORD] = 0.0
        if count > 0:
            dx, dy, dz = x - path[count - 1, 1], y - path[count - 1, 2], z - path[count - 1, 3]
            path[count, CHORD] = math.sqrt(dx * dx + dy * dy + dz * dz)
        count += 1
        if t >= last:
            break
        falls = (x * states[0, 3] + y * states[0, 4] + z * states[0, 5]) / path[count - 1, DISTANCE]
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
def launches_into(out: Array, nodes: Array, setup: Array, path: Array) -> tuple[int, int, float]:
    """Write meetings with a path and the launch that each needs, in the order of the path.

    Parameters
    ----------
    out : ndarray, shape (rows, MEETING_FIELDS)
    nodes, setup
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
    part = 0.1 * min(setup[MAX_RANGE], setup[MAX_ALTITUDE] - setup[MIN_ALTITUDE])
    sx, sy, sz = setup[SITE], setup[SITE + 1], setup[SITE + 2]
    site = math.sqrt(sx * sx + sy * sy + sz * sz)
    widest = min(setup[MAX_RANGE] / setup[RADIUS], math.pi)
    reach = math.cos(widest)
    inside = False
    before = path[0, TIME]
    last_launch = -math.inf
    for i in range(path.shape[0]):
        chord, high = path[i, CHORD], path[i, HEIGHT]
        cosine = (sx * path[i, 1] + sy * path[i, 2] + sz * path[i, 3]) / (site * path[i, DISTANCE])
        # Within a step the angle from the site changes by less than its chord over the lesser distance from
        # the Earth's centre, and a cosine by less than the angle.
        near = cosine >= reach - 1.01 * chord / path[i, DISTANCE]
        band = setup[MIN_ALTITUDE] - chord < high < setup[MAX_ALTITUDE] + chord
        if not near or not band:
            if cosine >= reach:
                in_range = True
                below = below or high < setup[MIN_ALTITUDE]
            if inside and count < out.shape[0]:
                out[count, MEETS], out[count, LAUNCH], out[count, CELL] = before, -math.inf, -1.0
                count += 1
            inside = False
            before = path[i, TIME]
            continue
        parts = 1
        if i > 0 and chord > part:
            parts = min(MOST_PARTS, math.ceil(chord / part))
        for j in range(1, parts + 1):
            t, h = path[i, TIME], high
            if j < parts:
                share = j / parts
                t = path[i - 1, TIME] + (path[i, TIME] - path[i - 1, TIME]) * share
                x, y, z = path_point(path, i - 1, t)
                h = altitude(x, y, z)
                cosine = (sx * x + sy * y + sz * z) / (site * math.sqrt(x * x + y * y + z * z))
            elif parts > 1:
                cosine = (sx * path[i, 1] + sy * path[i, 2] + sz * path[i, 3]) / (site * path[i, DISTANCE])
            launch = -math.inf
            if cosine >= reach:
                in_range = True
                if h < setup[MIN_ALTITUDE]:
                    below = True
                elif h <= setup[MAX_ALTITUDE]:
                    in_band = True
                    downrange = setup[RADIUS] * math.acos(min(cosine, 1.0))
                    flight, _, whole = look_up(nodes, setup, downrange, h)
                    if whole:
                        launch = t - flight
            good = launch > -math.inf
            if good != inside and i > 0 and count + EDGE_ROWS + 3 < out.shape[0]:
                # The edge of the reach, found by halving.
                yes, no = (t, before) if good else (before, t)
                for _ in range(HALVINGS):
                    middle = 0.5 * (yes + no)
                    if launch_time(nodes, setup, path, i - 1, middle) > -math.inf:
                        yes = middle
                    else:
                        no = middle
                edge = launch_time(nodes, setup, path, i - 1, yes)
                sought = good and edge >= path[0, TIME]
                if sought:
                    for _ in range(EDGE_ROWS):
                        out[count, MEETS], out[count, LAUNCH], out[count, CELL] = no, -math.inf, -1.0
                        count += 1
                out[count, MEETS], out[count, LAUNCH], out[count, CELL] = yes, edge, -1.0
                if sought:
                    out[count, CELL] = i - 1.0
                last_launch = max(last_launch, edge)
                count += 1
                if not good:
                    out[count, MEETS], out[count, LAUNCH], out[count, CELL] = no, -math.inf, -1.0
                    count += 1
            if good and count < out.shape[0]:
                out[count, MEETS], out[count, LAUNCH], out[count, CELL] = t, launch, -1.0
                last_launch = max(last_launch, launch)
                count += 1
            inside = good
            before = t
    if count > 0:
        return count, REACHED, last_launch
    if in_range and not in_band:
        return count, BELOW if below else ABOVE, last_launch
    return count, OUT_OF_REACH, last_launch


@kernel
def table_of(kind: Whole, tables: Array) -> Array:
    """Return the fly-out table of a type, (2, distances, heights), out of the array of all."""
    size = kind[TABLE + 1] * kind[TABLE + 2] * kind[TABLE + 3]
    flat = tables[kind[TABLE] : kind[TABLE] + size]
    return flat.reshape((kind[TABLE + 1], kind[TABLE + 2], kind[TABLE + 3]))


@kernel
def family_of(kind: Whole, families: Array) -> Array:
    """Return the paths of a type's fly-out out of the array of all."""
    size = kind[FAMILY + 1] * kind[FAMILY + 2] * kind[FAMILY + 3]
    flat = families[kind[FAMILY] : kind[FAMILY] + size]
    return flat.reshape((kind[FAMILY + 1], kind[FAMILY + 2], kind[FAMILY + 3]))


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
        nodes = table_of(types[of_type[n]], tables)
        count, code, launch = launches_into(out[done:], nodes, setups[n], path)
        done += count
        begins[n + 1], codes[n] = done, code
        last_launch = max(last_launch, launch)
        if count > 0:
            last = max(last, out[done - 1, MEETS])
    return last_launch, last


@kernel
def first_meeting(
    rows: Array, earliest: float, family: Array, nodes: Array, setup: Array, path: Array
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
