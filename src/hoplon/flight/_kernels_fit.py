"""Kernels of the model that fits guess with: flights from a table of burnouts, aimed at a point.

The table (`hoplon.flight._kernels_burnouts`) says where a boost ends; a conic and a tabulated loss by drag
take it from there. It is derived here, and has no source of its own. The model is good to a few kilometres,
its derivatives to some per cent. It only guesses: every fit is corrected on, and judged by, full
integrations.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.flight._kernels_burnouts import (
    ANGLE_LOST,
    APOGEE_LOST,
    EASTWARD,
    FALLS,
    FIRST,
    FROM,
    HIGHER,
    HIGHER_M,
    NORTHWARD,
    POLAR,
    TABLE_COLUMNS,
    TO,
    WESTWARD,
    conic,
)

# What a model flight is asked for besides the aim point.
STEERING = 0  # length of the steering vector
HEIGHT = 1  # apogee, m
PATH = 2  # flight-path angle at burnout, rad
BURN = 3  # cut-off

# Columns of a prediction.
DOWN = 0  # unit vector to the impact, Earth-fixed, three columns
TOP = 3  # apogee, m
CLIMB = 4  # flight-path angle at burnout, rad
PREDICTED = 5

# Last row of a correction of the model: where it holds.
OFFSET_AT = 4

# Places of cut-offs within a stage: they are evenly spaced.
_EVEN = np.arange(100.0)

# How long the two parts of a step may be, and the differences that derivatives are taken over.
_STEP_W = 0.5
_STEP_C = 0.08
_DELTA_W = 1e-3
_DELTA_C = 1e-4
# Newton's method stops after so many steps, or so many shortenings of one.
_ROUNDS = 30
_CUTS = 8
# So many metres count as much as one unit of steering length, radian of path angle, share of burn.
_WEIGHT = np.array([1e6, 1.0, 6e6, 6e6])


@kernel
def _weights_into(out: NDArray[np.float64], x: float, places: NDArray[np.float64], first: int) -> None:
    """Weights at x of the cubic through four neighbouring places, by Lagrange's formula.

    Source: Press et al., Numerical Recipes (3rd ed. 2007), eq. 3.2.1.
    """
    for m in range(4):
        weight = 1.0
        for n in range(4):
            if n != m:
                weight *= (x - places[first + n]) / (places[first + m] - places[first + n])
        out[m] = weight


@kernel
def predict_into(
    out: NDArray[np.float64],
    x: NDArray[np.float64],
    spin: float,
    table: NDArray[np.float64],
    grid: NDArray[np.float64],
    lengths: NDArray[np.float64],
    launch: NDArray[np.float64],
    planet: NDArray[np.float64],
    down: float,
) -> int:
    """Predict a flight from the table.

    Parameters
    ----------
    out : ndarray, shape (5,)
        Receives the prediction.
    x : ndarray, shape (3,)
        Steering east and north, and cut-off.
    spin : float
        Share of the planet's rotation to use: 0 to 1.
    table : ndarray, shape (kicks, cut-offs, 32)
        A row for each of `lengths`.
    grid : ndarray, shape (stages, 3)
        See FROM, TO and FIRST.
    lengths : ndarray, shape (kicks,)
        Lengths of the steering vector, rising.
    launch : ndarray, shape (5, 3)
        Launch point, its rows east, north, up, and a row that begins with its height above the table's, m.
    planet : ndarray, shape (5,)
        gm, J2, rotation, equatorial radius, flattening.
    down : float
        Distance of the ground at the impact from the planet's centre, m.

    Returns
    -------
    int
        FALLS, ALOFT or BURIED.
    """
    row = np.empty(TABLE_COLUMNS)
    w = math.hypot(x[0], x[1])
    # Read the table between its rows, cubic in both directions and within one stage.
    n = 0
    while n < grid.shape[0] - 1 and x[2] > grid[n, TO]:
        n += 1
    first = int(grid[n, FIRST])
    last = int(grid[n + 1, FIRST]) if n < grid.shape[0] - 1 else table.shape[1]
    place = (x[2] - grid[n, FROM]) / (grid[n, TO] - grid[n, FROM]) * (last - first - 1)
    j = min(max(int(place) - 1, 0), last - first - 4)
    i = 0
    while i < table.shape[0] - 4 and w > lengths[i + 2]:
        i += 1
    weights = np.empty((2, 4))
    _weights_into(weights[0], w, lengths, i)
    _weights_into(weights[1], place, _EVEN, j)
    j += first
    for m in range(TABLE_COLUMNS):
        row[m] = 0.0
    for p in range(4):
        for q in range(4):
            weight = weights[0, p] * weights[1, q]
            for m in range(TABLE_COLUMNS):
                row[m] += weight * table[i + p, j + q, m]
    # Vertical flight has no direction: any will do.
    sa = x[0] / w if w > 0.0 else 0.0
    ca = x[1] / w if w > 0.0 else 1.0
    sin_lat = launch[3, 2]
    cos_lat = launch[2, 2]
    omega = spin * planet[2]
    r = np.empty(3)
    v = np.empty(3)
    for m in range(3):
        r[m] = launch[0, m]
        v[m] = 0.0
    # Rotation about the flight's normal acts in its plane; about the other two axes, out of it. The parabola
    # through westward, northward and eastward; less weight, and more gravity, towards the pole.
    turn = spin * cos_lat * sa
    pole = sin_lat * sin_lat
    east = 0.5 * turn * (turn + 1.0)
    west = 0.5 * turn * (turn - 1.0)
    higher = launch[4, 0] / HIGHER_M
    north = 1.0 - pole - east - west - higher
    for m in range(3):
        if m == 1:
            shift = spin * (cos_lat * ca * row[NORTHWARD + 1] + sin_lat * row[POLAR + 1])
            drift = spin * (cos_lat * ca * row[NORTHWARD + 4] + sin_lat * row[POLAR + 4])
        else:
            shift = north * row[NORTHWARD + m] + pole * row[POLAR + m]
            shift += east * row[EASTWARD + m] + west * row[WESTWARD + m] + higher * row[HIGHER + m]
            drift = north * row[NORTHWARD + 3 + m] + pole * row[POLAR + 3 + m]
            drift += east * row[EASTWARD + 3 + m] + west * row[WESTWARD + 3 + m]
            drift += higher * row[HIGHER + 3 + m]
        for n in range(3):
            if m == 0:
                axis = sa * launch[1, n] + ca * launch[2, n]
            elif m == 1:
                axis = ca * launch[1, n] - sa * launch[2, n]
            else:
                axis = launch[3, n]
            r[n] += shift * axis
            v[n] += drift * axis
    size = math.sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2])
    speed = math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    # The ellipsoid's normal, not the direction from the centre: 0.2 deg count in steep flights.
    stretch = 1.0 / (1.0 - planet[4]) ** 2
    climb_rate = r[0] * v[0] + r[1] * v[1] + stretch * r[2] * v[2]
    normal = math.sqrt(r[0] * r[0] + r[1] * r[1] + (stretch * r[2]) ** 2)
    out[CLIMB] = math.asin(min(1.0, max(-1.0, climb_rate / (normal * speed))))
    v[0] -= omega * r[1]
    v[1] += omega * r[0]
    rise = (r[0] * v[0] + r[1] * v[1] + r[2] * v[2]) / size
    t = np.empty(3)
    along = 0.0
    for m in range(3):
        r[m] /= size
        t[m] = v[m] - rise * r[m]
        along += t[m] * t[m]
    along = math.sqrt(along)
    for m in range(3):
        t[m] /= along if along > 0.0 else 1.0
    ending, angle, time, top, to_top = conic(size, rise, along, planet[0], down)
    if ending != FALLS:
        return ending
    high = math.cos(to_top) * r[2] + math.sin(to_top) * t[2]
    out[TOP] = top - planet[3] * (1.0 - planet[4] * high * high) + row[APOGEE_LOST]
    if rise < 0.0:
        # The top was in boost. It joins smoothly to that of a free fall.
        fall = planet[0] / (size * size) - along * along / size
        height = size - planet[3] * (1.0 - planet[4] * r[2] * r[2])
        out[TOP] = height + 0.5 * rise * rise / max(fall, 1.0)
    c = math.cos(angle)
    s = math.sin(angle)
    px = c * r[0] + s * t[0]
    py = c * r[1] + s * t[1]
    c_turned = math.cos(omega * time)
    s_turned = math.sin(omega * time)
    out[DOWN] = c_turned * px + s_turned * py
    out[DOWN + 1] = c_turned * py - s_turned * px
    out[DOWN + 2] = c * r[2] + s * t[2]
    # The air turns with the ground, so it shortens the path over the ground.
    c = r[0] * out[DOWN] + r[1] * out[DOWN + 1] + r[2] * out[DOWN + 2]
    s = math.sqrt(max(0.0, 1.0 - c * c))
    if s > 1e-9:
        ahead = math.sin(row[ANGLE_LOST]) / s
        stay = math.cos(row[ANGLE_LOST]) + ahead * c
        for m in range(3):
            out[DOWN + m] = stay * out[DOWN + m] - ahead * r[m]
    return FALLS


@kernel
def miss(down: NDArray[np.float64], aim: NDArray[np.float64]) -> tuple[float, float]:
    """East and north of an impact seen from the aim point, m along the great circle between them.

    The angle between the two directions from the planet's centre, times the aim point's distance from it, and
    the azimuth in which it lies (azimuthal equidistant; Snyder, Map Projections, USGS Professional Paper
    1395, 1987, chapter 25).

    Parameters
    ----------
    down : ndarray, shape (3,)
        Impact, Earth-fixed, of any length.
    aim : ndarray, shape (4, 3)
        Aim point, then unit rows east, north and out from the planet's centre.

    Returns
    -------
    east, north : float
    """
    e = down[0] * aim[1, 0] + down[1] * aim[1, 1] + down[2] * aim[1, 2]
    n = down[0] * aim[2, 0] + down[1] * aim[2, 1] + down[2] * aim[2, 2]
    u = down[0] * aim[3, 0] + down[1] * aim[3, 1] + down[2] * aim[3, 2]
    side = math.hypot(e, n)
    size = math.sqrt(aim[0, 0] ** 2 + aim[0, 1] ** 2 + aim[0, 2] ** 2)
    if side == 0.0:
        return 0.0, 0.0 if u > 0.0 else math.pi * size
    scale = math.atan2(side, u) / side * size
    return e * scale, n * scale


@kernel
def aim_model(
    x: NDArray[np.float64],
    ask: int,
    wanted: float,
    offset: NDArray[np.float64],
    spin: float,
    near: float,
    table: NDArray[np.float64],
    grid: NDArray[np.float64],
    lengths: NDArray[np.float64],
    launch: NDArray[np.float64],
    planet: NDArray[np.float64],
    aim: NDArray[np.float64],
) -> float:
    """Steer the model onto the aim point: damped Newton on three numbers.

    A step that does not come nearer is shortened (Press et al., Numerical Recipes, 3rd ed. 2007, section
    9.7); derivatives by differences.

    Parameters
    ----------
    x : ndarray, shape (3,)
        Guess of steering east and north and of cut-off; receives the solution.
    ask : int
        STEERING, HEIGHT, PATH or BURN: what is wanted besides the aim point.
    wanted : float
        Its value.
    offset : ndarray, shape (5, 3)
        What an integrated flight showed the model to be off by: east, north (m), and height or path angle;
        three rows of how each of these changes with x; and the x of that flight.
    spin
        See `predict_into`.
    near : float
        Miss at which to stop, m.
    table, grid, lengths, launch, planet
        See `predict_into`.
    aim
        See `miss`.

    Returns
    -------
    float
        The miss that is left, m; infinity where the guess does not fly.
    """
    f = np.empty(3)
    g = np.empty(3)
    a = np.empty((3, 3))
    d = np.zeros(3)
    trial = np.empty(3)
    flight = np.empty(PREDICTED)
    down = math.sqrt(aim[0, 0] ** 2 + aim[0, 1] ** 2 + aim[0, 2] ** 2)
    low = grid[0, FROM]
    high = grid[grid.shape[0] - 1, TO]
    most = lengths[table.shape[0] - 1]
    size = math.inf
    share = 0.0
    delta = 0.0
    rounds = 0
    cuts = 0
    # 0: try the step; 1 to 3: the derivatives by one of x. One loop, so that the model is compiled in once.
    part = 0
    while True:
        for n in range(3):
            trial[n] = x[n] + share * d[n] if part == 0 else x[n]
        if part == 0:
            trial[2] = min(max(trial[2], low), high)
            w = math.hypot(trial[0], trial[1])
            if w > most:
                trial[0] *= most / w
                trial[1] *= most / w
        else:
            # Inwards, so as not to leave the table.
            delta = _DELTA_C if part == 3 else _DELTA_W
            if trial[part - 1] > 0.0:
                delta = -delta
            trial[part - 1] += delta
        moved = math.inf
        if predict_into(flight, trial, spin, table, grid, lengths, launch, planet, down) == FALLS:
            east, north = miss(flight[DOWN : DOWN + 3], aim)
            g[0] = east
            g[1] = north
            g[2] = flight[CLIMB] if ask == PATH else flight[TOP]
            for m in range(3):
                g[m] += offset[0, m]
                for n in range(3):
                    g[m] += offset[1 + m, n] * (trial[n] - offset[OFFSET_AT, n])
            if ask == STEERING:
                g[2] = math.hypot(trial[0], trial[1])
            elif ask == BURN:
                g[2] = trial[2]
            g[2] = (g[2] - wanted) * _WEIGHT[ask]
            moved = math.sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2])
        if part > 0:
            if math.isinf(moved):
                return size
            for n in range(3):
                a[n, part - 1] = (g[n] - f[n]) / delta
            part += 1
            if part < 4:
                continue
            part = 0
            det = (
                a[0, 0] * (a[1, 1] * a[2, 2] - a[1, 2] * a[2, 1])
                - a[0, 1] * (a[1, 0] * a[2, 2] - a[1, 2] * a[2, 0])
                + a[0, 2] * (a[1, 0] * a[2, 1] - a[1, 1] * a[2, 0])
            )
            if det == 0.0 or not math.isfinite(det):
                return size
            # Cramer's rule: small, and the same to the last bit on any machine.
            for n in range(3):
                p = (n + 1) % 3
                q = (n + 2) % 3
                d[n] = -(
                    f[0] * (a[1, p] * a[2, q] - a[2, p] * a[1, q])
                    - a[0, p] * (f[1] * a[2, q] - f[2] * a[1, q])
                    + a[0, q] * (f[1] * a[2, p] - f[2] * a[1, p])
                )
                d[n] /= det
            share = min(1.0, _STEP_W / max(math.hypot(d[0], d[1]), 1e-300), _STEP_C / max(abs(d[2]), 1e-300))
            continue
        if not moved < size:
            cuts += 1
            share *= 0.4
            if cuts == _CUTS or math.isinf(size):
                return size
            continue
        size = moved
        cuts = 0
        rounds += 1
        for n in range(3):
            x[n] = trial[n]
            f[n] = g[n]
        if size < near or rounds == _ROUNDS:
            return size
        part = 1
