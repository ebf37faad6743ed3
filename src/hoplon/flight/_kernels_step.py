"""Kernels of one step of a flight: the equations of motion, and the Runge-Kutta pair that integrates them.

The pair is Tsitouras 5(4), seven stages of which the last is the next step's first (Ch. Tsitouras,
Runge-Kutta pairs of order 5(4) satisfying only the first column simplifying assumption, Computers &
Mathematics with Applications 62 (2011) 770-775); a test holds its numbers to the order conditions. Position
is the integral of velocity, so a stage's position needs accelerations alone: with the matrix A of the pair
it is r + c h v + h2 (A A) a, the same method with less to keep.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import inlined, kernel
from hoplon.earth._kernels_air import air_at, air_density, air_place, pull

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


@kernel
def drag_coefficient(m: float, mach: Array, cd: Array) -> float:
    """Drag coefficient (1) at a Mach number: linear between the rows of its table, constant beyond."""
    last = mach.size - 1
    if m >= mach[last]:
        return float(cd[last])
    i = 0
    while m >= mach[i + 1]:
        i += 1
    share = max(0.0, (m - mach[i]) / (mach[i + 1] - mach[i]))
    return float(cd[i] + share * (cd[i + 1] - cd[i]))


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
    """Velocity relative to moving air, m/s; wind linear between the rows of its table, constant beyond.

    Position (m), velocity (m/s) and what is returned are Earth-fixed; `height` is geodetic, m. East and north
    are those of the vertical of `hoplon.earth._kernels_air.rise`. The air otherwise turns with the planet.
    """
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
    """Acceleration in the rotating Earth-fixed frame, the height, and the drag's share.

    Gravitation with J2 (`gravity_j2`); centrifugal and Coriolis terms, - w x (w x r) - 2 w x v (Taylor,
    Classical Mechanics, 2005, eq. 9.34); drag 1/2 rho u2 over the ballistic coefficient, against the velocity
    u relative to the air (Montenbruck and Gill, Satellite Orbits, 2000, eq. 3.97); thrust in vacuum less the
    air's pressure times an area, the nozzle's exit (Sutton and Biblarz, Rocket Propulsion Elements, section
    2.2). Three degrees of freedom: no lift, no angle of attack. For a body without thrust, in still air, the
    same operations in the same order as `free_acceleration`.

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
        Rows of height (m), wind towards east and towards north (m/s), linear between and constant beyond;
        None for still air, which compiles without wind.
    terms : tuple of float
        See `planet_terms`.

    Returns
    -------
    ax, ay, az, height, drag : float
        m/s2, m, m/s2.
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
    density, pressure, slowness = air_at(air_place(height))
    ux, uy, uz = y[3], y[4], y[5]
    if wind is not None:
        ux, uy, uz = less_wind(x, w, z, ux, uy, uz, height, wind, terms)
    speed = math.sqrt(ux * ux + uy * uy + uz * uz)
    mass = segment[MASS] - segment[FLOW] * (t - segment[START])
    brake = 0.5 * segment[INVERSE_BALLISTIC]
    if segment[AREA] > 0.0:
        brake += 0.5 * drag_coefficient(speed * slowness, mach, cd) * segment[AREA] / mass
    drag = density * brake * speed
    ax -= drag * ux
    ay -= drag * uy
    az -= drag * uz
    if segment[THRUST] > 0.0:
        push = max(0.0, segment[THRUST] - pressure * segment[THRUST_LOSS]) / mass
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
    """Acceleration of a body without thrust in still air, without a branch: see `acceleration`.

    Parameters
    ----------
    x, y, z, vx, vy, vz : float
        Position (m) and velocity relative to the rotating planet (m/s), Earth-fixed.
    brake : float
        Half of one over the ballistic coefficient, m2/kg.
    terms : tuple of float
        See `planet_terms`.

    Returns
    -------
    ax, ay, az, height, drag : float
        m/s2, m, m/s2.
    """
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
            r += D[j] * k[j, i]
        missed_r += h * h * r * (h * h * r)
        missed_v += h * v * (h * v)
    return height, drag, missed_r, missed_v
