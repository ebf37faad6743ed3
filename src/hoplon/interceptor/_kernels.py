"""The fly-out, the paths it gives, and when they arrive where, on bare floats and arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels import atmosphere

# Above this the drag on 20 t/m2 is below 1 mm/s2 at any speed of interest.
DRAG_CEILING_M = 100_000.0
# Paths are followed to this far below the ground, so that those just above it have neighbours on both sides.
LOWEST_M = -4_000.0

# Places in `grid`, which says where the nodes of paths and of the plane stand.
DOWNRANGE_STEP = 0
ALTITUDE_STEP = 1
RADIUS = 2
BOOST = 3  # time at the end of the boost
BOOST_STEPS = 4
COAST_STEP = 5
GRID = 6

# An arrival is found when the path passes this close to the point.
NEAR_ENOUGH_M = 0.01
TRIALS = 12


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
    """Acceleration in the plane of flight: thrust at a fixed attitude, round-Earth gravity, drag.

    Newton's law of gravitation; drag 1/2 rho v2 over the ballistic coefficient, against the velocity
    (Montenbruck and Gill, Satellite Orbits, 2000, eq. 3.97). The frame is inertial, with its origin at the
    centre of an Earth that does not rotate; see `hoplon.interceptor.flyout` for what that leaves out.

    Parameters
    ----------
    x, y, vx, vy : float
        State, m and m/s; y goes through the launcher.
    thrust : float
        Acceleration by it, m/s2.
    climb : float
        Its angle above x, rad.
    coefficient : float
        Ballistic, kg/m2.
    gm, radius : float
        Of the planet, m3/s2 and m.

    Returns
    -------
    ax, ay : float
        m/s2.
    """
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
    """Elevation of the thrust above the launch site's horizon, rad: upright, then turning, then constant.

    Assumed: no source has the attitude of any interceptor, and none is needed for when it could be where.
    """
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
    """Fly one path for each climb angle; (n_climb, n_t, 4) x, y, and their rates, in the plane of flight.

    The origin is the Earth's centre, y goes through the launcher. Runge-Kutta of fourth order on the given
    times, whose first `boost_steps` intervals are powered. NaN after the path has come down to the ground.
    """
    n_t = t.size
    out = np.full((climb.size, n_t, 4), np.nan)
    for k in range(climb.size):
        x = 0.0
        y = radius
        vx = 0.0
        vy = 0.0
        for m in range(n_t):
            if math.sqrt(x * x + y * y) < radius + LOWEST_M:
                break
            out[k, m, 0] = x
            out[k, m, 1] = y
            out[k, m, 2] = vx
            out[k, m, 3] = vy
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
def state_at(
    family: NDArray[np.float64], grid: NDArray[np.float64], number: float, t: float
) -> tuple[float, float, float, float, float, float]:
    """State of a path between the nodes: x, y, their rates in time, and their rates in the path's number.

    Cubic Hermite in time (the nodes have velocities, and the thrust changes at nodes only), and Lagrange
    through four paths across (de Boor, A Practical Guide to Splines, 1978, chapters 4 and 1).
    """
    if t < grid[BOOST]:
        step = grid[BOOST] / grid[BOOST_STEPS]
        m = min(max(int(t / step), 0), int(grid[BOOST_STEPS]) - 1)
        s = t / step - m
    else:
        step = grid[COAST_STEP]
        s = (t - grid[BOOST]) / step
        m = min(int(s), family.shape[1] - 2 - int(grid[BOOST_STEPS]))
        s -= m
        m += int(grid[BOOST_STEPS])
    rest = 1.0 - s
    p1 = s * s * (3.0 - 2.0 * s)
    p0 = 1.0 - p1
    q0 = s * rest * rest * step
    q1 = -s * s * rest * step
    # Their rates in time; p0 and p1 change oppositely.
    d1 = 6.0 * s * rest / step
    e0 = rest * (1.0 - 3.0 * s)
    e1 = s * (3.0 * s - 2.0)
    k = min(max(int(number) - 1, 0), family.shape[0] - 4)
    u = number - k
    a, b, c, d = u, u - 1.0, u - 2.0, u - 3.0
    weight = (-b * c * d / 6.0, a * c * d / 2.0, -a * b * d / 2.0, a * b * c / 6.0)
    slope = (
        -(c * d + b * d + b * c) / 6.0,
        (c * d + a * d + a * c) / 2.0,
        -(b * d + a * d + a * b) / 2.0,
        (b * c + a * c + a * b) / 6.0,
    )
    x = 0.0
    y = 0.0
    vx = 0.0
    vy = 0.0
    px = 0.0
    py = 0.0
    for j in range(4):
        x0 = family[k + j, m, 0]
        x1 = family[k + j, m + 1, 0]
        y0 = family[k + j, m, 1]
        y1 = family[k + j, m + 1, 1]
        u0 = family[k + j, m, 2]
        u1 = family[k + j, m + 1, 2]
        w0 = family[k + j, m, 3]
        w1 = family[k + j, m + 1, 3]
        here_x = p0 * x0 + p1 * x1 + q0 * u0 + q1 * u1
        here_y = p0 * y0 + p1 * y1 + q0 * w0 + q1 * w1
        x += weight[j] * here_x
        y += weight[j] * here_y
        px += slope[j] * here_x
        py += slope[j] * here_y
        vx += weight[j] * (d1 * (x1 - x0) + e0 * u0 + e1 * u1)
        vy += weight[j] * (d1 * (y1 - y0) + e0 * w0 + e1 * w1)
    return x, y, vx, vy, px, py


@kernel
def rasterise(
    family: NDArray[np.float64],
    t: NDArray[np.float64],
    grid: NDArray[np.float64],
    n_downrange: int,
    n_altitude: int,
) -> NDArray[np.float64]:
    """Earliest arrival at each node of a plane, roughly; (2, n_downrange, n_altitude) time and path number.

    Neighbouring paths and times span a net of triangles over the plane; each triangle is interpolated
    linearly, by barycentric weights, at the nodes it covers, and the earliest of overlapping ones counts. NaN
    where none lies.
    """
    out = np.full((2, n_downrange, n_altitude), np.nan)
    radius = grid[RADIUS]
    corner = np.empty((3, 4))
    flat = np.empty((family.shape[0], t.size, 2))
    for k in range(family.shape[0]):
        for m in range(t.size):
            x = family[k, m, 0]
            y = family[k, m, 1]
            flat[k, m, 0] = radius * math.atan2(x, y) / grid[DOWNRANGE_STEP]
            flat[k, m, 1] = (math.sqrt(x * x + y * y) - radius) / grid[ALTITUDE_STEP]
    for k in range(family.shape[0] - 1):
        for m in range(t.size - 1):
            for half in range(2):
                for i in range(3):
                    # The third corner is the later time of one path, or the earlier one of the other.
                    path = k + (i if i < 2 else half)
                    when = m + (i if i < 2 else 1 - half)
                    corner[i, 0] = flat[path, when, 0]
                    corner[i, 1] = flat[path, when, 1]
                    corner[i, 2] = t[when]
                    corner[i, 3] = path
                x0 = corner[0, 0]
                y0 = corner[0, 1]
                x1 = corner[1, 0] - x0
                y1 = corner[1, 1] - y0
                x2 = corner[2, 0] - x0
                y2 = corner[2, 1] - y0
                area = x1 * y2 - x2 * y1
                if math.isnan(area) or area == 0.0:
                    continue
                i_from = max(0, math.ceil(x0 + min(0.0, x1, x2) - 1e-9))
                i_to = min(n_downrange - 1, math.floor(x0 + max(0.0, x1, x2) + 1e-9))
                j_from = max(0, math.ceil(y0 + min(0.0, y1, y2) - 1e-9))
                j_to = min(n_altitude - 1, math.floor(y0 + max(0.0, y1, y2) + 1e-9))
                for i in range(i_from, i_to + 1):
                    for j in range(j_from, j_to + 1):
                        w1 = ((i - x0) * y2 - x2 * (j - y0)) / area
                        w2 = (x1 * (j - y0) - (i - x0) * y1) / area
                        # The tolerance closes the seams between triangles.
                        if w1 < -1e-9 or w2 < -1e-9 or w1 + w2 > 1.0 + 1e-9:
                            continue
                        w0 = 1.0 - w1 - w2
                        time = w0 * corner[0, 2] + w1 * corner[1, 2] + w2 * corner[2, 2]
                        if not out[0, i, j] <= time:
                            out[0, i, j] = time
                            out[1, i, j] = w0 * corner[0, 3] + w1 * corner[1, 3] + w2 * corner[2, 3]
    return out


@kernel
def look_up(
    nodes: NDArray[np.float64], grid: NDArray[np.float64], downrange: float, height: float
) -> tuple[float, float, bool]:
    """Time and path number at a point by bilinear weights of the nodes around it that are in reach.

    NaN outside the grid and where no node is; the third value says whether all four are.
    """
    u = downrange / grid[DOWNRANGE_STEP]
    v = height / grid[ALTITUDE_STEP]
    n = nodes.shape[1] - 1
    m = nodes.shape[2] - 1
    if not (0.0 <= u <= n and 0.0 <= v <= m):
        return math.nan, math.nan, False
    i = min(int(u), n - 1)
    j = min(int(v), m - 1)
    u -= i
    v -= j
    whole = True
    total = 0.0
    t = 0.0
    number = 0.0
    for k in range(4):
        time = nodes[0, i + k // 2, j + k % 2]
        if math.isnan(time):
            whole = False
        else:
            # A point on a side whose nodes are out of reach is still next to one that is not.
            weight = (u if k // 2 else 1.0 - u) * (v if k % 2 else 1.0 - v) + 1e-12
            total += weight
            t += weight * time
            number += weight * nodes[1, i + k // 2, j + k % 2]
    return t / total, number / total, whole


@kernel
def arrive(
    family: NDArray[np.float64],
    nodes: NDArray[np.float64],
    grid: NDArray[np.float64],
    downrange: float,
    height: float,
) -> tuple[float, float, float, float]:
    """Earliest arrival at a point: time, number of the path, velocity in the plane; NaN out of reach.

    Downrange along the sphere and height above it, m; s and m/s. Newton's method on the paths, from what
    `look_up` guesses. Each point inside the reach is met twice, on the way out and by a path that comes back
    from the edge of the reach; the sign of the determinant tells which, and has to stay that of the guess.
    """
    t, number, _ = look_up(nodes, grid, downrange, height)
    angle = downrange / grid[RADIUS]
    r = grid[RADIUS] + height
    x = r * math.sin(angle)
    y = r * math.cos(angle)
    last = family.shape[0] - 1.0
    end = grid[BOOST] + grid[COAST_STEP] * (family.shape[1] - 1.0 - grid[BOOST_STEPS])
    side = 0.0
    trials = 0
    while trials < TRIALS and not math.isnan(t):
        trials += 1
        at_x, at_y, vx, vy, px, py = state_at(family, grid, number, t)
        off_x = x - at_x
        off_y = y - at_y
        determinant = px * vy - py * vx
        if side == 0.0:
            side = determinant
        if off_x * off_x + off_y * off_y < NEAR_ENOUGH_M * NEAR_ENOUGH_M and side * determinant >= 0.0:
            return t, number, vx, vy
        # Near the edge of the reach the tangent leads astray: no step over more than two paths. A determinant
        # of nought makes the time NaN.
        across = (off_x * vy - off_y * vx) / determinant
        along = (px * off_y - py * off_x) / determinant
        short = 1.0 if abs(across) <= 2.0 else 2.0 / abs(across)
        number = min(max(number + short * across, 0.0), last)
        t += short * along
        if t < 0.0:
            t = 0.0
        if t > end:
            t = end
    return math.nan, math.nan, math.nan, math.nan


@kernel
def arrive_many(
    family: NDArray[np.float64],
    nodes: NDArray[np.float64],
    grid: NDArray[np.float64],
    downrange: NDArray[np.float64],
    height: NDArray[np.float64],
) -> NDArray[np.float64]:
    """`arrive` for each pair of two flat arrays, (4, n)."""
    out = np.empty((4, downrange.size))
    for i in range(downrange.size):
        out[0, i], out[1, i], out[2, i], out[3, i] = arrive(family, nodes, grid, downrange[i], height[i])
    return out
