"""Kernels of a vehicle's table of burnouts: where boosts end, over steering and cut-off.

Steering enters as a vector over the ground, (east, north), of length w = arsinh(kick / KICK_SCALE): linear in
the kick near the vertical, where direction loses its meaning, and logarithmic in it otherwise.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.flight._kernels import DIRECTION, NODE_COLUMNS, NODE_T, between_into, integrate_into

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

# How a conic ends: in a fall, never, or where it begins, which is under the ground.
FALLS = 0
ALOFT = 1
BURIED = 2


@kernel
def conic(
    r: float, out: float, along: float, gm: float, down: float
) -> tuple[int, float, float, float, float]:
    """Angle and time of a conic from a point to its fall through a radius.

    Inertial, round planet, no air. Kepler's problem in the orbit's plane (Bate, Mueller & White, Fundamentals
    of Astrodynamics, 1971, chapters 1 and 4).

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
                nodes, y0, 0.0, times[-1], rows, mach, cd, planet, -1e9, tolerance, 200.0, None
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
