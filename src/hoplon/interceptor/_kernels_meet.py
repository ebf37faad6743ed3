"""A meeting of interceptor and predicted path, by the paths of the fly-out themselves.

Equations and their sources: the methods manual, section 21.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.interceptor._kernels import RADIUS, arrive
from hoplon.interceptor._kernels_meeting import (
    MAX_ALTITUDE,
    MAX_RANGE,
    MIN_ALTITUDE,
    SITE,
    path_point,
    place,
)

# Rough times are never farther off than this: they are late by seconds at the edge of the reach.
FAR_S = 16.0


@kernel
def flight_to(
    family: NDArray[np.float64],
    nodes: NDArray[np.float64],
    setup: NDArray[np.float64],
    path: NDArray[np.float64],
    i: int,
    t: float,
) -> tuple[float, float, float, float, float]:
    """Time of flight to the path at `t` in its cell `i`, velocity in the plane, downrange and altitude.

    The time is NaN out of reach.
    """
    x, y, z = path_point(path, i, t)
    downrange, height = place(setup, x, y, z)
    flight, _, forth, up = arrive(family, nodes, setup, downrange, height)
    if downrange > setup[MAX_RANGE] or height < setup[MIN_ALTITUDE] or height > setup[MAX_ALTITUDE]:
        flight = math.nan
    return flight, forth, up, downrange, height


@kernel
def meet(
    family: NDArray[np.float64],
    nodes: NDArray[np.float64],
    setup: NDArray[np.float64],
    path: NDArray[np.float64],
    i: int,
    t: float,
    earliest: float,
) -> NDArray[np.float64]:
    """Describe a meeting at `t` in the path's cell `i`.

    Where `earliest` is a number, a first meeting that was found by rough times is first moved to the true
    one, to 1 ms. Steps that double lead to where the launch ceases to be in time, or, where the rough time
    was too short, comes to be so; there the interval is halved. It is followed neither for longer than
    `FAR_S` nor beyond the path; all is NaN where no meeting is found.

    Returns x, y, z, time of flight, downrange, altitude, speed, closing speed, crossing angle (deg), the
    threat's speed, and `t`. Positions are Earth-fixed. Velocities are relative to the ground; that of the
    interceptor is of a fly-out over an Earth at rest (`hoplon.interceptor.flyout`), turned from its plane
    into the vertical plane through site and meeting.
    """
    step = 0.0
    now = t
    backward = True
    good_t = math.nan
    bad_t = math.nan
    good_cell = i
    flight = math.nan
    forth = math.nan
    up = math.nan
    downrange = math.nan
    height = math.nan
    # One place where a flight is looked up: each would be compiled anew.
    while True:
        cell = i
        while cell > 0 and path[cell, 0] > now:
            cell -= 1
        while cell < path.shape[0] - 2 and path[cell + 1, 0] < now:
            cell += 1
        one = flight_to(family, nodes, setup, path, cell, now)
        on_path = path[cell, 0] <= now <= path[cell + 1, 0]
        if math.isnan(earliest) or (on_path and now - one[0] >= earliest):
            good_t = now
            good_cell = cell
            flight, forth, up, downrange, height = one
        else:
            if math.isnan(good_t) and math.isnan(bad_t):
                backward = False
            bad_t = now
        if math.isnan(earliest):
            break
        if math.isnan(good_t) or math.isnan(bad_t):
            step = 2.0 * step if step > 0.0 else 0.03125
            if step > FAR_S:
                break
            now = t - step if backward else t + step
        else:
            if abs(good_t - bad_t) <= 1e-3:
                break
            now = 0.5 * (good_t + bad_t)
    out = np.full(11, np.nan)
    if math.isnan(good_t):
        return out
    t = good_t
    i = good_cell
    x, y, z = path_point(path, i, t)
    # From the launcher's vertical to that of the meeting.
    turned = downrange / setup[RADIUS]
    along = forth * math.cos(turned) - up * math.sin(turned)
    rise = forth * math.sin(turned) + up * math.cos(turned)
    own = math.sqrt(along * along + rise * rise)
    # Threat's velocity by a central difference over 0.02 s of the interpolating cubic.
    x1, y1, z1 = path_point(path, i, t + 0.01)
    x0, y0, z0 = path_point(path, i, t - 0.01)
    tx = (x1 - x0) / 0.02
    ty = (y1 - y0) / 0.02
    tz = (z1 - z0) / 0.02
    r = math.sqrt(x * x + y * y + z * z)
    ux = x / r
    uy = y / r
    uz = z / r
    # Horizontal direction away from the site, in the plane of flight.
    away = setup[SITE] * ux + setup[SITE + 1] * uy + setup[SITE + 2] * uz
    ax = away * ux - setup[SITE]
    ay = away * uy - setup[SITE + 1]
    az = away * uz - setup[SITE + 2]
    length = math.sqrt(ax * ax + ay * ay + az * az)
    scale = along / length if length > 0.0 else 0.0
    vx = scale * ax + rise * ux
    vy = scale * ay + rise * uy
    vz = scale * az + rise * uz
    threat = math.sqrt(tx * tx + ty * ty + tz * tz)
    cosine = -(vx * tx + vy * ty + vz * tz) / max(own * threat, 1e-9)
    out[0] = x
    out[1] = y
    out[2] = z
    out[3] = flight
    out[4] = downrange
    out[5] = height
    out[6] = own
    out[7] = math.sqrt((vx - tx) ** 2 + (vy - ty) ** 2 + (vz - tz) ** 2)
    out[8] = math.degrees(math.acos(min(1.0, max(-1.0, cosine))))
    out[9] = threat
    out[10] = t
    return out
