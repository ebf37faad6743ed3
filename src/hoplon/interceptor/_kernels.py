"""The fly-out and the table of earliest arrivals, on bare floats and arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels import atmosphere

# Above this the drag on 20 t/m2 is below 1 mm/s2 at any speed of interest.
DRAG_CEILING_M = 100_000.0


@kernel
def accelerate(
    x: float,
    y: float,
    vx: float,
    vy: float,
    thrust: float,
    climb: float,
    coefficient: float,
    gm: float,
    radius: float,
) -> tuple[float, float]:
    """Acceleration in the plane of flight: thrust at a fixed attitude, round-Earth gravity, drag."""
    r = math.sqrt(x * x + y * y)
    pull = gm / (r * r * r)
    ax = thrust * math.cos(climb) - pull * x
    ay = thrust * math.sin(climb) - pull * y
    h = r - radius
    if h < DRAG_CEILING_M:
        density = atmosphere(h)[0]
        k = 0.5 * density * math.sqrt(vx * vx + vy * vy) / coefficient
        ax -= k * vx
        ay -= k * vy
    return ax, ay


@kernel
def attitude(t: float, climb: float, rise: float, turn: float) -> float:
    """Elevation of the thrust above the launch site's horizon: upright, then turning, then constant."""
    if t <= rise:
        return 0.5 * math.pi
    if t >= rise + turn:
        return climb
    return 0.5 * math.pi + (climb - 0.5 * math.pi) * (t - rise) / turn


@kernel
def fly_family(
    climb: NDArray[np.float64],
    t: NDArray[np.float64],
    boost_steps: int,
    thrust: float,
    rise: float,
    turn: float,
    coefficient: float,
    gm: float,
    radius: float,
) -> NDArray[np.float64]:
    """Fly one path for each climb angle; (n_climb, n_t, 4) downrange, altitude, speed, path angle.

    Runge-Kutta of fourth order on the given times, whose first `boost_steps` intervals are powered.
    NaN after the path has come down to the ground.
    """
    n_t = t.size
    out = np.full((climb.size, n_t, 4), np.nan)
    for k in range(climb.size):
        x = 0.0
        y = radius
        vx = 0.0
        vy = 0.0
        for m in range(n_t):
            r = math.sqrt(x * x + y * y)
            if m > 0 and r < radius:
                break
            speed = math.sqrt(vx * vx + vy * vy)
            out[k, m, 0] = radius * math.atan2(x, y)
            out[k, m, 1] = r - radius
            out[k, m, 2] = speed
            # Angle of the velocity above the local horizon; upright at rest.
            out[k, m, 3] = math.atan2(vx * x + vy * y, vx * y - vy * x) if speed > 0.0 else 0.5 * math.pi
            if m == n_t - 1:
                break
            dt = t[m + 1] - t[m]
            half = 0.5 * dt
            push = thrust if m < boost_steps else 0.0
            c1 = attitude(t[m], climb[k], rise, turn)
            c2 = attitude(t[m] + half, climb[k], rise, turn)
            c4 = attitude(t[m + 1], climb[k], rise, turn)
            ax1, ay1 = accelerate(x, y, vx, vy, push, c1, coefficient, gm, radius)
            vx2 = vx + half * ax1
            vy2 = vy + half * ay1
            ax2, ay2 = accelerate(x + half * vx, y + half * vy, vx2, vy2, push, c2, coefficient, gm, radius)
            vx3 = vx + half * ax2
            vy3 = vy + half * ay2
            ax3, ay3 = accelerate(x + half * vx2, y + half * vy2, vx3, vy3, push, c2, coefficient, gm, radius)
            vx4 = vx + dt * ax3
            vy4 = vy + dt * ay3
            ax4, ay4 = accelerate(x + dt * vx3, y + dt * vy3, vx4, vy4, push, c4, coefficient, gm, radius)
            x += dt / 6.0 * (vx + 2.0 * vx2 + 2.0 * vx3 + vx4)
            y += dt / 6.0 * (vy + 2.0 * vy2 + 2.0 * vy3 + vy4)
            vx += dt / 6.0 * (ax1 + 2.0 * ax2 + 2.0 * ax3 + ax4)
            vy += dt / 6.0 * (ay1 + 2.0 * ay2 + 2.0 * ay3 + ay4)
    return out


@kernel
def rasterise(
    family: NDArray[np.float64],
    t: NDArray[np.float64],
    n_downrange: int,
    n_altitude: int,
    downrange_step: float,
    altitude_step: float,
) -> NDArray[np.float64]:
    """Earliest arrival at each node of a grid; (3, n_downrange, n_altitude) time, speed, path angle.

    Neighbouring paths and times span a net of triangles over the plane; each triangle is interpolated
    linearly at the nodes it covers, and the earliest of overlapping ones counts. NaN where none lies.
    """
    out = np.full((3, n_downrange, n_altitude), np.nan)
    corner = np.empty((3, 5))
    for k in range(family.shape[0] - 1):
        for m in range(t.size - 1):
            for half in range(2):
                other = m + 1 if half == 0 else m
                other_path = k if half == 0 else k + 1
                for i in range(4):
                    corner[0, i] = family[k, m, i]
                    corner[1, i] = family[k + 1, m + 1, i]
                    corner[2, i] = family[other_path, other, i]
                corner[0, 4] = t[m]
                corner[1, 4] = t[m + 1]
                corner[2, 4] = t[other]
                x0 = corner[0, 0]
                y0 = corner[0, 1]
                x1 = corner[1, 0] - x0
                y1 = corner[1, 1] - y0
                x2 = corner[2, 0] - x0
                y2 = corner[2, 1] - y0
                area = x1 * y2 - x2 * y1
                if math.isnan(area) or area == 0.0:
                    continue
                i_from = max(0, math.ceil((x0 + min(0.0, x1, x2)) / downrange_step - 1e-9))
                i_to = min(n_downrange - 1, math.floor((x0 + max(0.0, x1, x2)) / downrange_step + 1e-9))
                j_from = max(0, math.ceil((y0 + min(0.0, y1, y2)) / altitude_step - 1e-9))
                j_to = min(n_altitude - 1, math.floor((y0 + max(0.0, y1, y2)) / altitude_step + 1e-9))
                for i in range(i_from, i_to + 1):
                    for j in range(j_from, j_to + 1):
                        x = i * downrange_step - x0
                        y = j * altitude_step - y0
                        w1 = (x * y2 - x2 * y) / area
                        w2 = (x1 * y - x * y1) / area
                        # The tolerance closes the seams between triangles.
                        if w1 < -1e-9 or w2 < -1e-9 or w1 + w2 > 1.0 + 1e-9:
                            continue
                        w0 = 1.0 - w1 - w2
                        time = w0 * corner[0, 4] + w1 * corner[1, 4] + w2 * corner[2, 4]
                        if not out[0, i, j] <= time:
                            out[0, i, j] = time
                            out[1, i, j] = w0 * corner[0, 2] + w1 * corner[1, 2] + w2 * corner[2, 2]
                            out[2, i, j] = w0 * corner[0, 3] + w1 * corner[1, 3] + w2 * corner[2, 3]
    return out


@kernel
def look_up(
    values: NDArray[np.float64], downrange_step: float, altitude_step: float, downrange: float, height: float
) -> float:
    """Bilinear value at a point; NaN outside the grid and in cells with an unreachable corner."""
    u = downrange / downrange_step
    v = height / altitude_step
    n = values.shape[0] - 1
    m = values.shape[1] - 1
    if not (0.0 <= u <= n and 0.0 <= v <= m):
        return math.nan
    i = min(int(u), n - 1)
    j = min(int(v), m - 1)
    u -= i
    v -= j
    low = values[i, j] + u * (values[i + 1, j] - values[i, j])
    high = values[i, j + 1] + u * (values[i + 1, j + 1] - values[i, j + 1])
    return float(low + v * (high - low))


@kernel
def look_up_many(
    values: NDArray[np.float64],
    downrange_step: float,
    altitude_step: float,
    downrange: NDArray[np.float64],
    height: NDArray[np.float64],
) -> NDArray[np.float64]:
    """`look_up` for each pair of two flat arrays."""
    out = np.empty(downrange.size)
    for i in range(downrange.size):
        out[i] = look_up(values, downrange_step, altitude_step, downrange[i], height[i])
    return out
