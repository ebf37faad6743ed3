"""Kernels of the fit: a vehicle's table of burnouts, and a quick model of its flights made of it.

The table holds, over steering and cut-off, where a boost ends; a conic and a tabulated loss by drag take it
from there. The model is good to a few kilometres, its derivatives to some per cent. It only guesses: every
fit is corrected on, and judged by, full integrations.

Steering enters as a vector over the ground, (east, north), of length w = arsinh(kick / KICK_SCALE): linear in
the kick near the vertical, where direction loses its meaning, and logarithmic in it otherwise.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.flight._kernels import (
    DIRECTION,
    IMPACT,
    NODE_COLUMNS,
    NODE_T,
    between_into,
    integrate_into,
)

KICK_SCALE = math.radians(0.2)

# Columns of the table. Positions and velocities are Earth-fixed, along (a), to the right of (c) and above (u)
# the launch direction, flown from the equator northwards, eastwards and westwards, and from the pole.
NORTHWARD = 0  # ra rc ru va vc vu
EASTWARD = 6
POLAR = 12
WESTWARD = 18
HIGHER = 24  # northwards from HIGHER_M above: thinner air gives more thrust
ANGLE_LOST = 30  # what the air adds to the conic's angle and apogee
APOGEE_LOST = 31
TABLE_COLUMNS = 32
HIGHER_M = 1000.0

# Columns of the survey: what the table gives on an Earth that does not rotate.
RANGE = 0  # angle at the centre from launch to impact, rad
APOGEE = 1  # m
ELEVATION = 2  # flight-path angle at burnout, rad
SURVEY_COLUMNS = 3

# Columns of the cut-off grid, a row for each stage.
FROM = 0
TO = 1
FIRST = 2  # index of its first cut-off in the table
GRID_COLUMNS = 3

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

# How a conic ends: in a fall, never, or where it begins, which is under the ground.
FALLS = 0
ALOFT = 1
BURIED = 2

# Last row of a correction of the model: where it holds.
OFFSET_AT = 4

# Beyond the longest fit, 15,000 km, the air's share is not worth a flight.
_TOO_FAR = 2.5

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
def conic(
    r: float, out: float, along: float, gm: float, down: float
) -> tuple[int, float, float, float, float]:
    """Angle and time of a conic from a point to its fall through a radius.

    Kepler's problem in the orbit's plane (Bate, Mueller & White, Fundamentals of Astrodynamics, 1971,
    chapters 1 and 4).

    Parameters
    ----------
    r : float
        Distance from the centre, m.
    out, along : float
        Radial and horizontal velocity, inertial, m/s.
    gm : float
        Gravitational parameter.
    down : float
        Radius to fall through, m.

    Returns
    -------
    ending : int
        FALLS, ALOFT or BURIED.
    angle, time, top, angle_top : float
        Angle swept (rad), time (s), apogee radius (m), angle to apogee (rad, negative after it).
    """
    energy = 0.5 * (out * out + along * along) - gm / r
    if energy >= 0.0:
        return ALOFT, 0.0, 0.0, 0.0, 0.0
    a = -0.5 * gm / energy
    p = (r * along) ** 2 / gm
    e = math.sqrt(max(0.0, 1.0 - p / a))
    top = a * (1.0 + e)
    if down > top or (out < 0.0 and r < down):
        return BURIED, 0.0, 0.0, top, 0.0
    if down < a * (1.0 - e) or e < 1e-9:
        return ALOFT, 0.0, 0.0, top, 0.0
    start = math.atan2(math.sqrt(p / gm) * out, p / r - 1.0)
    if start < 0.0:
        start += 2.0 * math.pi
    end = 2.0 * math.pi - math.acos(min(1.0, max(-1.0, (p / down - 1.0) / e)))
    e_start = math.acos(min(1.0, max(-1.0, (1.0 - r / a) / e)))
    if out < 0.0:
        e_start = 2.0 * math.pi - e_start
    e_end = 2.0 * math.pi - math.acos(min(1.0, max(-1.0, (1.0 - down / a) / e)))
    time = math.sqrt(a * a * a / gm) * ((e_end - e * math.sin(e_end)) - (e_start - e * math.sin(e_start)))
    return FALLS, end - start, time, top, math.pi - start


@kernel
def boosts_into(
    table: NDArray[np.float64],
    kicks: NDArray[np.float64],
    times: NDArray[np.float64],
    segments: NDArray[np.float64],
    starts: NDArray[np.float64],
    frames: NDArray[np.float64],
    mach: NDArray[np.float64],
    cd: NDArray[np.float64],
    planet: NDArray[np.float64],
    tolerance: float,
) -> None:
    """Fly the boosts of a table: all cut-offs of one kick lie on one flight.

    Parameters
    ----------
    table : ndarray, shape (kicks, cut-offs, 32)
        Receives the states at the cut-offs, in the columns from NORTHWARD to HIGHER.
    kicks : ndarray, shape (n,)
        Rad.
    times : ndarray, shape (m,)
        Times of the cut-offs, s, rising.
    segments : ndarray, shape (s, 12)
        Of a full burn, without the flight after it; the first two rows are the rise and the pitch-over.
    starts, frames : ndarray, shapes (5, 3) and (5, 3, 3)
        Launch points, and their rows along, right, up; or only the first of them.
    mach, cd, planet, tolerance
        See `hoplon.flight._kernels.integrate_into`.
    """
    nodes = np.empty((1000, NODE_COLUMNS))
    y0 = np.zeros(6)
    y = np.empty(6)
    rows = segments.copy()
    for way in range(starts.shape[0]):
        for m in range(3):
            y0[m] = starts[way, m]
            rows[0, DIRECTION + m] = frames[way, 2, m]
        for i in range(kicks.size):
            if rows.shape[0] > 1:
                for m in range(3):
                    rows[1, DIRECTION + m] = (
                        math.cos(kicks[i]) * frames[way, 2, m] + math.sin(kicks[i]) * frames[way, 0, m]
                    )
            # Without ground: what falls back in boost goes on smoothly, so that its neighbours can be read.
            count, _ = integrate_into(
                nodes, y0, 0.0, times[-1], rows, mach, cd, planet, -1e9, tolerance, 200.0
            )
            n = 0
            for j in range(times.size):
                while n < count - 2 and nodes[n + 1, NODE_T] < times[j]:
                    n += 1
                between_into(y, nodes[n], nodes[n + 1], min(times[j], nodes[count - 1, NODE_T]))
                for m in range(3):
                    table[i, j, 6 * way + m] = (
                        frames[way, m, 0] * (y[0] - y0[0])
                        + frames[way, m, 1] * (y[1] - y0[1])
                        + frames[way, m, 2] * (y[2] - y0[2])
                    )
                    table[i, j, 6 * way + 3 + m] = (
                        frames[way, m, 0] * y[3] + frames[way, m, 1] * y[4] + frames[way, m, 2] * y[5]
                    )


@kernel
def falls_into(
    table: NDArray[np.float64],
    survey: NDArray[np.float64],
    rests: NDArray[np.float64],
    mach: NDArray[np.float64],
    cd: NDArray[np.float64],
    sphere: NDArray[np.float64],
    tolerance: float,
) -> int:
    """Fly on from the burnouts of a table over a round Earth at rest, and note what the air changes.

    Parameters
    ----------
    table : ndarray, shape (kicks, cut-offs, 32)
        With the boosts; receives the columns of losses.
    survey : ndarray, shape (kicks, cut-offs, 3)
        Receives range, apogee and path angle; a range of -1 where the boost ends under the ground, and a
        full turn where the body stays aloft.
    rests : ndarray, shape (cut-offs, 12)
        Segment of what flies on.
    mach, cd, tolerance
        See `hoplon.flight._kernels.integrate_into`.
    sphere : ndarray, shape (5,)
        The planet without bulge, rotation and flattening.

    Returns
    -------
    int
        Number of flights.
    """
    nodes = np.empty((1000, NODE_COLUMNS))
    y = np.zeros(6)
    radius = sphere[3]
    flown = 0
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            y[0] = radius + table[i, j, NORTHWARD + 2]
            y[1] = table[i, j, NORTHWARD]
            y[3] = table[i, j, NORTHWARD + 5]
            y[4] = table[i, j, NORTHWARD + 3]
            r = math.hypot(y[0], y[1])
            out = (y[0] * y[3] + y[1] * y[4]) / r
            along = (y[0] * y[4] - y[1] * y[3]) / r
            behind = math.atan2(y[1], y[0])
            survey[i, j, ELEVATION] = math.atan2(out, along)
            survey[i, j, APOGEE] = r - radius
            for m in range(2):
                table[i, j, ANGLE_LOST + m] = table[i, j - 1, ANGLE_LOST + m] if j > 0 else 0.0
            if r < radius:
                survey[i, j, RANGE] = -1.0
                continue
            ending, angle, _, top, _ = conic(r, out, along, sphere[0], radius)
            if ending != FALLS:
                survey[i, j, RANGE] = 2.0 * math.pi
                survey[i, j, APOGEE] = 1e9
                continue
            if angle > _TOO_FAR:
                survey[i, j, RANGE] = behind + angle
                survey[i, j, APOGEE] = top - radius
                continue
            count, ending = integrate_into(
                nodes, y, 0.0, 2e4, rests[j : j + 1], mach, cd, sphere, 0.0, tolerance, 200.0
            )
            flown += 1
            if ending == IMPACT:
                high = r
                for n in range(count - 1):
                    # The top of the parabola through two neighbours' heights is near enough for a guess.
                    q = math.sqrt(nodes[n, 1] ** 2 + nodes[n, 2] ** 2)
                    up = (nodes[n, 1] * nodes[n, 4] + nodes[n, 2] * nodes[n, 5]) / q
                    side = (nodes[n, 1] * nodes[n, 5] - nodes[n, 2] * nodes[n, 4]) / q
                    if up >= 0.0:
                        high = max(q, conic(q, up, side, sphere[0], min(q, radius))[3])
                end = math.atan2(nodes[count - 1, 2], nodes[count - 1, 1]) - behind
                turn = end - angle
                turn -= 2.0 * math.pi * math.floor(0.5 + turn / (2.0 * math.pi))
                table[i, j, ANGLE_LOST] = turn
                table[i, j, APOGEE_LOST] = high - top if out > 0.0 else 0.0
            survey[i, j, RANGE] = behind + angle + table[i, j, ANGLE_LOST]
            survey[i, j, APOGEE] = top - radius + table[i, j, APOGEE_LOST]
    return flown


@kernel
def _lagrange(s: float) -> tuple[float, float, float, float]:
    """Weights of the cubic through four neighbours at 0, 1, 2, 3."""
    a = s - 1.0
    b = s - 2.0
    c = s - 3.0
    return -a * b * c / 6.0, 0.5 * s * b * c, -0.5 * s * a * c, s * a * b / 6.0


@kernel
def _uneven(x: float, w: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Weights of the cubic through four neighbours at the places w."""
    a = x - w[0]
    b = x - w[1]
    c = x - w[2]
    d = x - w[3]
    ab = w[0] - w[1]
    ac = w[0] - w[2]
    ad = w[0] - w[3]
    bc = w[1] - w[2]
    bd = w[1] - w[3]
    cd = w[2] - w[3]
    return (
        b * c * d / (ab * ac * ad),
        -a * c * d / (ab * bc * bd),
        a * b * d / (ac * bc * cd),
        -a * b * c / (ad * bd * cd),
    )


@kernel
def read_into(
    out: NDArray[np.float64],
    w: float,
    c: float,
    table: NDArray[np.float64],
    grid: NDArray[np.float64],
    lengths: NDArray[np.float64],
) -> None:
    """Read the table between its rows, cubic in both directions and within one stage.

    Parameters
    ----------
    out : ndarray, shape (32,)
        Receives the row.
    w, c : float
        Length of the steering vector, and cut-off.
    table : ndarray, shape (kicks, cut-offs, 32)
        A row for each of `lengths`.
    grid : ndarray, shape (stages, 3)
        See FROM, TO and FIRST.
    lengths : ndarray, shape (kicks,)
        Lengths of the steering vector, rising.
    """
    n = 0
    while n < grid.shape[0] - 1 and c > grid[n, TO]:
        n += 1
    first = int(grid[n, FIRST])
    last = int(grid[n + 1, FIRST]) if n < grid.shape[0] - 1 else table.shape[1]
    x = (c - grid[n, FROM]) / (grid[n, TO] - grid[n, FROM]) * (last - first - 1)
    j = min(max(int(x) - 1, 0), last - first - 4)
    i = 0
    while i < table.shape[0] - 4 and w > lengths[i + 2]:
        i += 1
    c0, c1, c2, c3 = _lagrange(x - j)
    w0, w1, w2, w3 = _uneven(w, lengths[i : i + 4])
    j += first
    for m in range(TABLE_COLUMNS):
        total = 0.0
        for q in range(4):
            weight = w0 if q == 0 else (w1 if q == 1 else (w2 if q == 2 else w3))
            total += weight * (
                c0 * table[i + q, j, m]
                + c1 * table[i + q, j + 1, m]
                + c2 * table[i + q, j + 2, m]
                + c3 * table[i + q, j + 3, m]
            )
        out[m] = total


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
    table, grid, lengths
        See `read_into`.
    launch : ndarray, shape (5, 3)
        Launch point, its rows east, north, up, and a row that begins with its height above the table's, m.
    planet : ndarray, shape (5,)
        See `hoplon.flight._kernels.derivative_into`.
    down : float
        Distance of the ground at the impact from the planet's centre, m.

    Returns
    -------
    int
        FALLS, ALOFT or BURIED.
    """
    row = np.empty(TABLE_COLUMNS)
    w = math.hypot(x[0], x[1])
    read_into(row, w, x[2], table, grid, lengths)
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
def _residual_into(
    out: NDArray[np.float64],
    x: NDArray[np.float64],
    ask: int,
    wanted: float,
    offset: NDArray[np.float64],
    spin: float,
    table: NDArray[np.float64],
    grid: NDArray[np.float64],
    lengths: NDArray[np.float64],
    launch: NDArray[np.float64],
    planet: NDArray[np.float64],
    aim: NDArray[np.float64],
) -> float:
    """Miss of a model flight and of what is asked besides; the size of both, or infinity."""
    flight = np.empty(PREDICTED)
    down = math.sqrt(aim[0, 0] ** 2 + aim[0, 1] ** 2 + aim[0, 2] ** 2)
    if predict_into(flight, x, spin, table, grid, lengths, launch, planet, down) != FALLS:
        return math.inf
    east, north = miss(flight[DOWN : DOWN + 3], aim)
    dx = x[0] - offset[OFFSET_AT, 0]
    dy = x[1] - offset[OFFSET_AT, 1]
    dc = x[2] - offset[OFFSET_AT, 2]
    out[0] = east + offset[0, 0] + offset[1, 0] * dx + offset[1, 1] * dy + offset[1, 2] * dc
    out[1] = north + offset[0, 1] + offset[2, 0] * dx + offset[2, 1] * dy + offset[2, 2] * dc
    other = offset[0, 2] + offset[3, 0] * dx + offset[3, 1] * dy + offset[3, 2] * dc
    if ask == STEERING:
        got = math.hypot(x[0], x[1])
    elif ask == HEIGHT:
        got = flight[TOP] + other
    elif ask == PATH:
        got = flight[CLIMB] + other
    else:
        got = x[2]
    out[2] = (got - wanted) * _WEIGHT[ask]
    return math.sqrt(out[0] * out[0] + out[1] * out[1] + out[2] * out[2])


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
    low = grid[0, FROM]
    high = grid[grid.shape[0] - 1, TO]
    most = lengths[table.shape[0] - 1]
    size = math.inf
    share = 0.0
    rounds = 0
    cuts = 0
    while True:
        for n in range(3):
            trial[n] = x[n] + share * d[n]
        trial[2] = min(max(trial[2], low), high)
        w = math.hypot(trial[0], trial[1])
        if w > most:
            trial[0] *= most / w
            trial[1] *= most / w
        moved = _residual_into(g, trial, ask, wanted, offset, spin, table, grid, lengths, launch, planet, aim)
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
        for m in range(3):
            for n in range(3):
                trial[n] = x[n]
            # Inwards, so as not to leave the table.
            delta = _DELTA_W if m < 2 else _DELTA_C
            if trial[m] > 0.0:
                delta = -delta
            trial[m] += delta
            moved = _residual_into(
                g, trial, ask, wanted, offset, spin, table, grid, lengths, launch, planet, aim
            )
            if math.isinf(moved):
                return size
            for n in range(3):
                a[n, m] = (g[n] - f[n]) / delta
        det = (
            a[0, 0] * (a[1, 1] * a[2, 2] - a[1, 2] * a[2, 1])
            - a[0, 1] * (a[1, 0] * a[2, 2] - a[1, 2] * a[2, 0])
            + a[0, 2] * (a[1, 0] * a[2, 1] - a[1, 1] * a[2, 0])
        )
        if det == 0.0 or not math.isfinite(det):
            return size
        # Cramer's rule: small, and the same to the last bit on any machine.
        for n in range(3):
            p = a[:, (n + 1) % 3]
            q = a[:, (n + 2) % 3]
            d[n] = (
                -(
                    f[0] * (p[1] * q[2] - p[2] * q[1])
                    - p[0] * (f[1] * q[2] - f[2] * q[1])
                    + q[0] * (f[1] * p[2] - f[2] * p[1])
                )
                / det
            )
        share = min(1.0, _STEP_W / max(math.hypot(d[0], d[1]), 1e-300), _STEP_C / max(abs(d[2]), 1e-300))


@kernel
def hits_into(
    out: NDArray[np.float64],
    survey: NDArray[np.float64],
    cut_offs: NDArray[np.float64],
    lengths: NDArray[np.float64],
    angle: float,
) -> int:
    """Find in the survey, for each steering, the cut-off at which range first reaches a distance.

    Parameters
    ----------
    out : ndarray, shape (kicks, 4)
        Receives rows of w, cut-off, apogee, path angle at burnout.
    survey : ndarray, shape (kicks, cut-offs, 3)
        See RANGE, APOGEE and ELEVATION.
    cut_offs : ndarray, shape (cut-offs,)
        Of the survey.
    lengths : ndarray, shape (kicks,)
        See `read_into`.
    angle : float
        Distance as an angle at the centre, rad.

    Returns
    -------
    int
        Number of rows found.
    """
    found = 0
    for i in range(survey.shape[0]):
        for j in range(1, survey.shape[1]):
            near = survey[i, j - 1, RANGE]
            far = survey[i, j, RANGE]
            if not 0.0 <= near < angle <= far:
                continue
            aloft = far > math.pi
            share = 0.5 if aloft else (angle - near) / (far - near)
            out[found, 0] = lengths[i]
            out[found, 1] = cut_offs[j - 1] + share * (cut_offs[j] - cut_offs[j - 1])
            out[found, 2] = survey[i, j - 1, APOGEE]
            if not aloft:
                out[found, 2] += share * (survey[i, j, APOGEE] - survey[i, j - 1, APOGEE])
            out[found, 3] = survey[i, j - 1, ELEVATION] + share * (
                survey[i, j, ELEVATION] - survey[i, j - 1, ELEVATION]
            )
            found += 1
            break
    return found
