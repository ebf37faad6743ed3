"""Kernels of one step of a flight: the equations of motion, and the Runge-Kutta pair that integrates them.

The pair is Tsitouras 5(4), seven stages of which the last is the next step's first (Ch. Tsitouras,
Runge-Kutta pairs of order 5(4) satisfying only the first column simplifying assumption, Computers &
Mathematics with Applications 62 (2011) 770-775); a test holds its numbers to the order conditions. Position is
the integral of velocity, so a stage's position needs accelerations alone: with the matrix A of the pair it is
r + c h v + h2 (A A) a, the same method with less to keep.
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
#: What multiplies accelerations in positions.
P = A @ A
D = E @ A

# Borders of the layers of US Standard Atmosphere 1976 in geometric height (m), and the jump there of the slope of
# the logarithm of density (1/m): of the lapse rate over the temperature; at 86 km that of the table above.
_B1, _B2, _B3, _B4, _B5, _B6, _B7 = (
    11019.0678,
    20063.1237,
    32161.9032,
    47350.0922,
    51412.4796,
    71801.9707,
    86e3,
)
_J1, _J2, _J3, _J4, _J5, _J6, _J7 = 3.0e-5, 4.6e-6, 7.8e-6, 1.02e-5, 1.02e-5, 3.7e-6, 1.0e-5

# Gravity of the estimate of the time to the ground, m/s2: it sets weights, not results.
_G = 9.8
# An error of velocity is counted for this long at least, s; during boost, when the flight is still to come, for
# this long.
LEAST_LEVER = 10.0
BOOST_LEVER = 10000.0
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
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    height: float,
    wind: Array,
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


@kernel
def acceleration(
    y: Array,
    t: float,
    segment: Array,
    mach: Array,
    cd: Array,
    wind: Array | None,
    terms: tuple[float, ...],
) -> tuple[float, float, float, float, float]:
    """Acceleration in the rotating Earth-fixed frame (m/s2), the height (m), and the drag's share of it (m/s2).

    Gravitation with J2, centrifugal and Coriolis terms, drag and thrust. For a body without thrust, in still
    air, the same operations in the same order as `free_acceleration`.

    Parameters
    ----------
    y : ndarray, shape (6,)
        Position (m) and velocity relative to the rotating planet (m/s).
    t : float
        Time, s.
    segment : ndarray, shape (12,)
        Row of the segment table.
    mach, cd : ndarray, shape (n,)
        Drag table, linear between its rows and constant beyond them.
    wind : ndarray, shape (n, 3), or None
        Rows of height (m), wind towards east and towards north (m/s), linear between and constant beyond; None
        for still air, which compiles without wind.
    terms : tuple of float
        See `planet_terms`.

    Returns
    -------
    ax, ay, az, height, drag : float
    """
    x = y[0]
    w = y[1]
    z = y[2]
    across, along, height = pull(x, w, z, terms)
    omega = terms[2]
    across += omega * omega
    ax = across * x + 2.0 * omega * y[4]
    ay = across * w - 2.0 * omega * y[3]
    az = along * z
    place = air_place(height)
    density = air_density(place)
    ux, uy, uz = y[3], y[4], y[5]
    if wind is not None:
        ux, uy, uz = less_wind(x, w, z, ux, uy, uz, height, wind, terms)
    speed = math.sqrt(ux * ux + uy * uy + uz * uz)
    mass = segment[MASS] - segment[FLOW] * (t - segment[START])
    brake = 0.5 * segment[INVERSE_BALLISTIC]
    if segment[AREA] > 0.0:
        brake += 0.5 * drag_coefficient(speed * air_slowness(place), mach, cd) * segment[AREA] / mass
    drag = density * brake * speed
    ax -= drag * ux
    ay -= drag * uy
    az -= drag * uz
    if segment[THRUST] > 0.0:
        push = max(0.0, segment[THRUST] - air_pressure(place) * segment[THRUST_LOSS]) / mass
        if segment[FIXED] > 0.5:
            ax += push * segment[DIRECTION]
            ay += push * segment[DIRECTION + 1]
            az += push * segment[DIRECTION + 2]
        elif speed > 0.0:
            ax += push / speed * ux
            ay += push / speed * uy
            az += push / speed * uz
    return ax, ay, az, height, drag * speed


@inlined
def free_acceleration(
    x: float, y: float, z: float, vx: float, vy: float, vz: float, brake: float, terms: tuple[float, ...]
) -> tuple[float, float, float, float, float]:
    """The same for a body without thrust in still air, without a branch; `brake` is 1 / (2 beta), m2/kg."""
    across, along, height = pull(x, y, z, terms)
    omega = terms[2]
    across += omega * omega
    speed = math.sqrt(vx * vx + vy * vy + vz * vz)
    drag = air_density(air_place(height)) * brake * speed
    return (
        across * x + 2.0 * omega * vy - drag * vx,
        across * y - 2.0 * omega * vx - drag * vy,
        along * z - drag * vz,
        height,
        drag * speed,
    )


@kernel
def step_into(
    z: Array,
    k: Array,
    y: Array,
    t: float,
    h: float,
    segment: Array,
    mach: Array,
    cd: Array,
    wind: Array | None,
    terms: tuple[float, ...],
) -> tuple[float, float, float, float]:
    """Take one step of one flight.

    Parameters
    ----------
    z : ndarray, shape (6,)
        Receives the state at its end.
    k : ndarray, shape (7, 3)
        Accelerations at the stages: the first is given, the others are written; the last one is that at the
        end.
    y : ndarray, shape (6,)
        State at `t`.
    t, h : float
        Time and length of the step, s.
    segment, mach, cd, wind, terms
        See `acceleration`.

    Returns
    -------
    height, drag : float
        Height (m) and deceleration by drag (m/s2) at the end of the step.
    missed_r, missed_v : float
        Squared estimates of its error in position (m2) and velocity (m2/s2).
    """
    height = 0.0
    drag = 0.0
    for stage in range(1, 7):
        for i in range(3):
            r = 0.0
            v = 0.0
            for j in range(stage):
                v += A[stage, j] * k[j, i]
            for j in range(stage - 1):
                r += P[stage, j] * k[j, i]
            z[i] = y[i] + h * (C[stage] * y[3 + i] + h * r)
            z[3 + i] = y[3 + i] + h * v
        k[stage, 0], k[stage, 1], k[stage, 2], height, drag = acceleration(
            z, t + C[stage] * h, segment, mach, cd, wind, terms
        )
    missed_r = 0.0
    missed_v = 0.0
    for i in range(3):
        r = 0.0
        v = 0.0
        for j in range(7):
            v += E[j] * k[j, i]
        for j in range(6):
            r += D[j] * k[j, i]
        missed_r += h * h * r * (h * h * r)
        missed_v += h * v * (h * v)
    return height, drag, missed_r, missed_v


@inlined
def _layer(
    share: float, nearest: float, weight: float, before: float, after: float, border: float, jump: float
) -> tuple[float, float]:
    # Share of a step until it crosses one border of layers, if that matters and none nearer has been found.
    way = (border - before) / (after - before)
    effect = 0.1 * way
    late = 2.4 * (1.0 - way)
    effect = effect if effect < late else late
    effect = effect if effect < 0.03 else 0.03
    hit = 0.0 < way < 1.0 and weight * jump * effect > 4.0 and way < nearest
    return (border - before) if hit else share, way if hit else nearest


@inlined
def layer_cut(
    h: float, before: float, rate: float, after: float, drag: float, lever: float, tolerance: float
) -> float:
    """Length of the step (s) to the first border of the air's layers whose crossing moves the impact, or none.

    The slope of the air's density jumps at the borders, and no Runge-Kutta step sees a kink in its middle: the
    error is up to fifty times the estimate. A kink after the share w of a step, a jump d of the rate of the
    acceleration, moves the velocity by h2 d |(1 - w)2 / 2 - sum b max(0, c - w)|, which is at most 0.1 w near
    the start, 2.4 (1 - w) near the end and 0.046 between.

    Parameters
    ----------
    h : float
        Length of the step, s.
    before, rate, after : float
        Height and its rate at the start, height at the end (m, m/s).
    drag : float
        Deceleration by drag at the end, m/s2.
    lever : float
        How long an error of velocity lasts, s.
    tolerance : float
        Displacement of the impact allowed to a step, m.

    Returns
    -------
    float
        Infinite where the step may stay as it is.
    """
    weight = lever * h * drag * abs(after - before) / tolerance
    rise_, nearest = 0.0, 1.0
    rise_, nearest = _layer(rise_, nearest, weight, before, after, _B1, _J1)
    rise_, nearest = _layer(rise_, nearest, weight, before, after, _B2, _J2)
    rise_, nearest = _layer(rise_, nearest, weight, before, after, _B3, _J3)
    rise_, nearest = _layer(rise_, nearest, weight, before, after, _B4, _J4)
    rise_, nearest = _layer(rise_, nearest, weight, before, after, _B5, _J5)
    rise_, nearest = _layer(rise_, nearest, weight, before, after, _B6, _J6)
    rise_, nearest = _layer(rise_, nearest, weight, before, after, _B7, _J7)
    # The parabola through both heights and the rate at the start.
    way = rate * h
    bend = after - before - way
    root = math.sqrt(max(way * way + 4.0 * bend * rise_, 0.0))
    share = 2.0 * rise_ / (way + (root if after > before else -root))
    share = share if 0.0 < share < 1.0 else nearest
    cut = share * h
    return cut if nearest < 1.0 and cut > 1e-6 else math.inf


@inlined
def control(
    h: float,
    missed_r: float,
    missed_v: float,
    height: float,
    rate: float,
    before: float,
    rate_before: float,
    drag: float,
    memory: float,
    wish: float,
    ground: float,
    tolerance: float,
    least_lever: float,
    least_cap: float,
) -> tuple[bool, float, float, float]:
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
        Height (m) and its rate (m/s) at its end.
    before, rate_before : float
        The same at its start.
    drag : float
        Deceleration by drag at its end, m/s2.
    memory, wish : float
        What the last step left; 1 and 0 before the first.
    ground : float
        Height of the ground, m.
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
    next_h, memory, wish : float
    """
    over = height - ground
    fall = (rate + math.sqrt(rate * rate + 2.0 * _G * (over if over > 0.0 else 0.0))) * (1.0 / _G)
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
    # A step that was cut at a border of layers says nothing against the longer one before it.
    following = wish if good and wish > following else following
    capped = following if following < cap else cap
    cut = layer_cut(h, before, rate_before, height, drag, lever, tolerance)
    # A step that errs besides is shortened either way, by a tenth at least.
    crossing = cut < (h if good else 0.9 * h) and error < 1e4
    longer = h if h > wish else wish
    return (
        good and not crossing,
        cut if crossing else (capped if good else following),
        memory if crossing or not good else root,
        longer if crossing else 0.0,
    )
