"""Kernels of one step of a flight: the equations of motion, and the Runge-Kutta pair that integrates them.

The pair is Tsitouras 5(4), seven stages of which the last is the next step's first (Ch. Tsitouras,
Runge-Kutta pairs of order 5(4) satisfying only the first column simplifying assumption, Computers &
Mathematics with Applications 62 (2011) 770-775); a test holds its numbers to the order conditions. Position is
the integral of velocity, so a stage's position needs accelerations alone: with the matrix A of the pair it is
r + c h v + h2 (A A) a, the same method with less to keep.

One code for both uses: many flights without thrust in the lanes of a vector (`segment` is None, no branch is
left), and one flight with all there is.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import inlined, kernel
from hoplon.earth._kernels_air import air_density, air_place, air_pressure, air_slowness, pull

Array = NDArray[np.float64]

# Columns of a segment.
STOP = 0  # end, s
START = 1  # time at which MASS holds, s
MASS = 2  # kg
FLOW = 3  # propellant flow, kg/s
THRUST = 4  # vacuum thrust, N
THRUST_LOSS = 5  # thrust lost per pascal of air pressure, m2
AREA = 6  # reference area of the drag table, m2 (0: none)
INVERSE_BALLISTIC = 7  # 1 / ballistic coefficient, m2/kg (0: none)
FIXED = 8  # 1: thrust along DIRECTION; 0: along the velocity relative to the air
DIRECTION = 9  # unit vector, Earth-fixed, three columns
SEGMENT_COLUMNS = 12

C = np.array([0.0, 0.161, 0.327, 0.9, 0.9800255409045097, 1.0, 1.0])
A = np.zeros((7, 7))
A[1, :1] = 0.161
A[2, :2] = -0.008480655492356989, 0.335480655492357
A[3, :3] = 2.8971530571054935, -6.359448489975075, 4.3622954328695815
A[4, :4] = 5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525
A[5, :5] = 5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383
A[6, :6] = (
    0.09646076681806523,
    0.01,
    0.4798896504144996,
    1.379008574103742,
    -3.290069515436081,
    2.324710524099774,
)
#: Weights of the solution minus those of the embedded one of fourth order.
E = np.array(
    [
        -0.00178001105222577714,
        -0.0008164344596567469,
        0.007880878010261995,
        -0.1447110071732629,
        0.5823571654525552,
        -0.45808210592918697,
        1.0 / 66.0,
    ]
)
_P = A @ A
_D = E @ A

_C2, _C3, _C4, _C5 = (float(value) for value in C[1:5])
_A21 = float(A[1, 0])
_A31, _A32 = (float(value) for value in A[2, :2])
_A41, _A42, _A43 = (float(value) for value in A[3, :3])
_A51, _A52, _A53, _A54 = (float(value) for value in A[4, :4])
_A61, _A62, _A63, _A64, _A65 = (float(value) for value in A[5, :5])
_A71, _A72, _A73, _A74, _A75, _A76 = (float(value) for value in A[6, :6])
_P31 = float(_P[2, 0])
_P41, _P42 = (float(value) for value in _P[3, :2])
_P51, _P52, _P53 = (float(value) for value in _P[4, :3])
_P61, _P62, _P63, _P64 = (float(value) for value in _P[5, :4])
_P71, _P72, _P73, _P74, _P75 = (float(value) for value in _P[6, :5])
_E1, _E2, _E3, _E4, _E5, _E6, _E7 = (float(value) for value in E)
_D1, _D2, _D3, _D4, _D5, _D6 = (float(value) for value in _D[:6])

# Gravity of the estimate of the time to the ground, m/s2: it sets weights, not results.
_G = 9.8
# An error of velocity is counted for this long at least, s; during boost, when the flight is still to come, for
# this long.
LEAST_LEVER = 10.0
BOOST_LEVER = 1000.0
# Steps of this length may be longer than half the time to the ground, s.
LEAST_CAP = 3.0


@kernel
def drag_coefficient(m: float, mach: Array, cd: Array) -> float:
    """Drag coefficient at a Mach number: linear between the rows of the table, constant beyond."""
    last = mach.size - 1
    if m >= mach[last]:
        return cd[last]
    i = 0
    while m >= mach[i + 1]:
        i += 1
    share = max(0.0, (m - mach[i]) / (mach[i + 1] - mach[i]))
    return cd[i] + share * (cd[i + 1] - cd[i])


@kernel
def less_wind(
    x: float, y: float, z: float, vx: float, vy: float, vz: float, height: float, wind: Array,
    terms: tuple[float, ...],
) -> tuple[float, float, float]:
    """Velocity relative to moving air, m/s; wind linear between the rows of its table, constant beyond."""
    last = wind.shape[0] - 1
    i = 0
    while i < last - 1 and height >= wind[i + 1, 0]:
        i += 1
    share = 0.0
    if last > 0:
        share = min(1.0, max(0.0, (height - wind[i, 0]) / (wind[i + 1, 0] - wind[i, 0])))
    j = min(i + 1, last)
    east = wind[i, 1] + share * (wind[j, 1] - wind[i, 1])
    north = wind[i, 2] + share * (wind[j, 2] - wind[i, 2])
    p = math.sqrt(x * x + y * y)
    if p == 0.0:
        return vx, vy, vz  # a pole has no east
    w = z * (1.0 + terms[11] * terms[12] / math.sqrt(p * p + z * z))
    n = math.sqrt(p * p + w * w)
    outward = -north * w / n  # what a north wind has along the radius in the plane of the equator
    return (
        vx - (outward * x - east * y) / p,
        vy - (outward * y + east * x) / p,
        vz - north * p / n,
    )


@inlined
def acceleration(
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    t: float,
    brake: float,
    terms: tuple[float, ...],
    segment: Array | None,
    mach: Array | None,
    cd: Array | None,
    wind: Array | None,
) -> tuple[float, float, float, float]:
    """Acceleration in the rotating Earth-fixed frame (m/s2), and the height (m).

    Gravitation with J2, centrifugal and Coriolis terms, drag and thrust.

    Parameters
    ----------
    x, y, z, vx, vy, vz : float
        Position (m) and velocity relative to the rotating planet (m/s).
    t : float
        Time, s.
    brake : float
        Half of the inverse of the ballistic coefficient, m2/kg.
    terms : tuple of float
        See `planet_terms`.
    segment : ndarray, shape (12,), or None
        Row of the segment table; None for a body without thrust in still air, whose drag is `brake` alone.
    mach, cd : ndarray, shape (n,)
        Drag table, linear between its rows and constant beyond them.
    wind : ndarray, shape (n, 3)
        Rows of height (m), wind towards east and towards north (m/s); none for still air.

    Returns
    -------
    ax, ay, az, height : float
    """
    across, along, height = pull(x, y, z, terms)
    omega = terms[2]
    across += omega * omega
    place = air_place(height)
    density = air_density(place)
    if segment is None:
        speed = math.sqrt(vx * vx + vy * vy + vz * vz)
        drag = density * brake * speed
        ax = across * x + 2.0 * omega * vy - drag * vx
        ay = across * y - 2.0 * omega * vx - drag * vy
        az = along * z - drag * vz
        return ax, ay, az, height
    ux, uy, uz = vx, vy, vz
    if wind.shape[0] > 0:
        ux, uy, uz = less_wind(x, y, z, vx, vy, vz, height, wind, terms)
    speed = math.sqrt(ux * ux + uy * uy + uz * uz)
    mass = segment[MASS] - segment[FLOW] * (t - segment[START])
    shape = brake
    if segment[AREA] > 0.0:
        shape += 0.5 * drag_coefficient(speed * air_slowness(place), mach, cd) * segment[AREA] / mass
    push = -density * speed * shape
    ax = across * x + 2.0 * omega * vy
    ay = across * y - 2.0 * omega * vx
    az = along * z
    if segment[THRUST] > 0.0:
        thrust = max(0.0, segment[THRUST] - air_pressure(place) * segment[THRUST_LOSS]) / mass
        if segment[FIXED] > 0.5:
            ax += thrust * segment[DIRECTION]
            ay += thrust * segment[DIRECTION + 1]
            az += thrust * segment[DIRECTION + 2]
        elif speed > 0.0:
            push += thrust / speed
    return ax + push * ux, ay + push * uy, az + push * uz, height


@inlined
def _stage_2(r: float, v: float, a1: float, h: float) -> tuple[float, float]:
    return r + h * (_C2 * v), v + h * (_A21 * a1)


@inlined
def _stage_3(r: float, v: float, a1: float, a2: float, h: float) -> tuple[float, float]:
    return r + h * (_C3 * v + h * (_P31 * a1)), v + h * (_A31 * a1 + _A32 * a2)


@inlined
def _stage_4(r: float, v: float, a1: float, a2: float, a3: float, h: float) -> tuple[float, float]:
    return (
        r + h * (_C4 * v + h * (_P41 * a1 + _P42 * a2)),
        v + h * (_A41 * a1 + _A42 * a2 + _A43 * a3),
    )


@inlined
def _stage_5(
    r: float, v: float, a1: float, a2: float, a3: float, a4: float, h: float
) -> tuple[float, float]:
    return (
        r + h * (_C5 * v + h * (_P51 * a1 + _P52 * a2 + _P53 * a3)),
        v + h * (_A51 * a1 + _A52 * a2 + _A53 * a3 + _A54 * a4),
    )


@inlined
def _stage_6(
    r: float, v: float, a1: float, a2: float, a3: float, a4: float, a5: float, h: float
) -> tuple[float, float]:
    return (
        r + h * (v + h * (_P61 * a1 + _P62 * a2 + _P63 * a3 + _P64 * a4)),
        v + h * (_A61 * a1 + _A62 * a2 + _A63 * a3 + _A64 * a4 + _A65 * a5),
    )


@inlined
def _stage_7(
    r: float, v: float, a1: float, a2: float, a3: float, a4: float, a5: float, a6: float, h: float
) -> tuple[float, float]:
    return (
        r + h * (v + h * (_P71 * a1 + _P72 * a2 + _P73 * a3 + _P74 * a4 + _P75 * a5)),
        v + h * (_A71 * a1 + _A72 * a2 + _A73 * a3 + _A74 * a4 + _A75 * a5 + _A76 * a6),
    )


@inlined
def _miss(
    a1: float, a2: float, a3: float, a4: float, a5: float, a6: float, a7: float, h: float
) -> tuple[float, float]:
    return (
        h * h * (_D1 * a1 + _D2 * a2 + _D3 * a3 + _D4 * a4 + _D5 * a5 + _D6 * a6),
        h * (_E1 * a1 + _E2 * a2 + _E3 * a3 + _E4 * a4 + _E5 * a5 + _E6 * a6 + _E7 * a7),
    )


@inlined
def step(
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    x1: float,
    y1: float,
    z1: float,
    t: float,
    h: float,
    brake: float,
    terms: tuple[float, ...],
    segment: Array | None,
    mach: Array | None,
    cd: Array | None,
    wind: Array | None,
) -> tuple[float, float, float, float, float, float, float, float, float, float, float, float]:
    """Take one step.

    Parameters
    ----------
    x, y, z, vx, vy, vz, x1, y1, z1 : float
        Position, velocity and acceleration at `t`.
    t, h : float
        Time and length of the step, s.
    brake, terms, segment, mach, cd, wind
        See `acceleration`.

    Returns
    -------
    x, y, z, vx, vy, vz, ax, ay, az, height : float
        At the end of the step.
    missed_r, missed_v : float
        Squared estimates of its error in position (m2) and velocity (m2/s2).
    """
    rx, ux = _stage_2(x, vx, x1, h)
    ry, uy = _stage_2(y, vy, y1, h)
    rz, uz = _stage_2(z, vz, z1, h)
    x2, y2, z2, height = acceleration(
        rx, ry, rz, ux, uy, uz, t + _C2 * h, brake, terms, segment, mach, cd, wind
    )
    rx, ux = _stage_3(x, vx, x1, x2, h)
    ry, uy = _stage_3(y, vy, y1, y2, h)
    rz, uz = _stage_3(z, vz, z1, z2, h)
    x3, y3, z3, height = acceleration(
        rx, ry, rz, ux, uy, uz, t + _C3 * h, brake, terms, segment, mach, cd, wind
    )
    rx, ux = _stage_4(x, vx, x1, x2, x3, h)
    ry, uy = _stage_4(y, vy, y1, y2, y3, h)
    rz, uz = _stage_4(z, vz, z1, z2, z3, h)
    x4, y4, z4, height = acceleration(
        rx, ry, rz, ux, uy, uz, t + _C4 * h, brake, terms, segment, mach, cd, wind
    )
    rx, ux = _stage_5(x, vx, x1, x2, x3, x4, h)
    ry, uy = _stage_5(y, vy, y1, y2, y3, y4, h)
    rz, uz = _stage_5(z, vz, z1, z2, z3, z4, h)
    x5, y5, z5, height = acceleration(
        rx, ry, rz, ux, uy, uz, t + _C5 * h, brake, terms, segment, mach, cd, wind
    )
    rx, ux = _stage_6(x, vx, x1, x2, x3, x4, x5, h)
    ry, uy = _stage_6(y, vy, y1, y2, y3, y4, y5, h)
    rz, uz = _stage_6(z, vz, z1, z2, z3, z4, z5, h)
    x6, y6, z6, height = acceleration(rx, ry, rz, ux, uy, uz, t + h, brake, terms, segment, mach, cd, wind)
    rx, ux = _stage_7(x, vx, x1, x2, x3, x4, x5, x6, h)
    ry, uy = _stage_7(y, vy, y1, y2, y3, y4, y5, y6, h)
    rz, uz = _stage_7(z, vz, z1, z2, z3, z4, z5, z6, h)
    x7, y7, z7, height = acceleration(rx, ry, rz, ux, uy, uz, t + h, brake, terms, segment, mach, cd, wind)
    dx, ex = _miss(x1, x2, x3, x4, x5, x6, x7, h)
    dy, ey = _miss(y1, y2, y3, y4, y5, y6, y7, h)
    dz, ez = _miss(z1, z2, z3, z4, z5, z6, z7, h)
    return (
        rx, ry, rz, ux, uy, uz, x7, y7, z7, height,
        dx * dx + dy * dy + dz * dz, ex * ex + ey * ey + ez * ez,
    )  # fmt: skip


@inlined
def control(
    h: float,
    missed_r: float,
    missed_v: float,
    height: float,
    rate: float,
    memory: float,
    tolerance: float,
    least_lever: float,
    least_cap: float,
) -> tuple[bool, float, float]:
    """Judge a step by what its error will move at impact, and choose the next one.

    An error of velocity lasts as long as the body falls: the time to the ground over a flat Earth without air.
    Proportional-integral control of the error of the embedded solution (Gustafsson, ACM TOMS 17, 1991, with
    exponents that are roots); a step is no longer than half the time to the ground, so that a descending body
    does not step from space into the air or from the air into the ground.

    Parameters
    ----------
    h : float
        Length of the step, s.
    missed_r, missed_v : float
        See `step`.
    height, rate : float
        Height over the ground (m) and its rate (m/s) at its end.
    memory : float
        What the last good step left; 1 before the first.
    tolerance : float
        Displacement of the impact allowed to a step, m.
    least_lever : float
        Shortest time that an error of velocity is counted for, s.
    least_cap : float
        Length, s, below which a step may be longer than half the time to the ground.

    Returns
    -------
    good : bool
        Whether to accept the step.
    next_h, memory : float
    """
    fall = (rate + math.sqrt(rate * rate + 2.0 * _G * (height if height > 0.0 else 0.0))) * (1.0 / _G)
    lever = fall if fall > least_lever else least_lever
    error = (missed_r + lever * lever * missed_v) / (tolerance * tolerance)
    good = error <= 1.0
    root = math.sqrt(math.sqrt(math.sqrt(math.sqrt(math.sqrt(error if error > 1e-12 else 1e-12)))))
    factor = 0.9 / (root * root * root)
    # A state that is no number has no error: its step is cut.
    factor = factor * memory if good else (factor if factor < 0.9 else 0.2)
    factor = factor if factor > 0.2 else 0.2
    factor = factor if factor < 8.0 else 8.0
    cap = 0.5 * fall
    cap = cap if cap > least_cap else least_cap
    following = h * factor
    capped = following if following < cap else cap
    return good, capped if good else following, root if good else memory
