"""Kernels of flight: the equations of motion, the integrator, and the search for events.

State: Earth-fixed position and velocity, (x, y, z, vx, vy, vz). SI units. A flight is a list of segments
(rows of an array) that end at known times, so that no switch of thrust, mass or steering falls inside an
integration step.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels import atmosphere, geodetic_parts, gravity_j2

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

# Columns of a node, one accepted step of the integrator.
NODE_T = 0
NODE_R = 1
NODE_V = 4
NODE_BEFORE = 7  # acceleration when approached from earlier times
NODE_AFTER = 10  # acceleration when left towards later times
NODE_COLUMNS = 13

# How a flight ended.
IMPACT = 0
TIME_OUT = 1
TOO_LONG = 2

# Kinds of event.
APOGEE = 0
UP = 1
DOWN = 2

# Dormand & Prince 1980, the pair 5(4) with seven stages.
_C = np.array([0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0])
_A = np.array(
    [
        (0, 0, 0, 0, 0, 0),
        (1 / 5, 0, 0, 0, 0, 0),
        (3 / 40, 9 / 40, 0, 0, 0, 0),
        (44 / 45, -56 / 15, 32 / 9, 0, 0, 0),
        (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729, 0, 0),
        (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656, 0),
        (35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
    ]
)
_E = np.array([71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])


@kernel
def derivative_into(
    out: NDArray[np.float64],
    t: float,
    y: NDArray[np.float64],
    segment: NDArray[np.float64],
    mach: NDArray[np.float64],
    cd: NDArray[np.float64],
    planet: NDArray[np.float64],
) -> None:
    """Time derivative of the state in the rotating Earth-fixed frame, written into `out`.

    Gravitation with J2, centrifugal and Coriolis terms, drag against the co-rotating air, thrust.

    Parameters
    ----------
    out : ndarray, shape (6,)
        Receives the derivative.
    t : float
        Time, s.
    y : ndarray, shape (6,)
        State.
    segment : ndarray, shape (12,)
        Row of the segment table.
    mach, cd : ndarray, shape (n,)
        Drag table, linear between its rows and constant beyond them.
    planet : ndarray, shape (5,)
        gm, J2, rotation, equatorial radius, flattening.
    """
    x = y[0]
    w = y[1]
    z = y[2]
    vx = y[3]
    vy = y[4]
    vz = y[5]
    omega = planet[2]
    gx, gy, gz = gravity_j2(x, w, z, planet[0], planet[1], planet[3])
    ax = gx + omega * (omega * x + 2.0 * vy)
    ay = gy + omega * (omega * w - 2.0 * vx)
    az = gz
    thrust = segment[THRUST]
    area = segment[AREA]
    inverse = segment[INVERSE_BALLISTIC]
    if thrust > 0.0 or area > 0.0 or inverse > 0.0:
        h = geodetic_parts(x, w, z, planet[3], planet[4])[2]
        density, pressure, _, sound = atmosphere(h)
        speed = math.sqrt(vx * vx + vy * vy + vz * vz)
        mass = segment[MASS] - segment[FLOW] * (t - segment[START])
        if area > 0.0:
            m = speed / sound
            last = mach.size - 1
            if m >= mach[last]:
                coefficient = cd[last]
            else:
                i = 0
                while m >= mach[i + 1]:
                    i += 1
                share = max(0.0, (m - mach[i]) / (mach[i + 1] - mach[i]))
                coefficient = cd[i] + share * (cd[i + 1] - cd[i])
            inverse += coefficient * area / mass
        along = -0.5 * density * speed * inverse
        push = max(0.0, thrust - pressure * segment[THRUST_LOSS]) / mass if thrust > 0.0 else 0.0
        if segment[FIXED] > 0.5:
            ax += push * segment[DIRECTION]
            ay += push * segment[DIRECTION + 1]
            az += push * segment[DIRECTION + 2]
        elif speed > 0.0:
            along += push / speed
        ax += along * vx
        ay += along * vy
        az += along * vz
    out[0] = vx
    out[1] = vy
    out[2] = vz
    out[3] = ax
    out[4] = ay
    out[5] = az


@kernel
def climb(y: NDArray[np.float64], planet: NDArray[np.float64]) -> tuple[float, float]:
    """Geodetic height (m) of a state and its rate (m/s)."""
    s, c, h = geodetic_parts(y[0], y[1], y[2], planet[3], planet[4])
    p = math.sqrt(y[0] * y[0] + y[1] * y[1])
    out = (y[0] * y[3] + y[1] * y[4]) / p if p > 0.0 else 0.0
    return h, c * out + s * y[5]


@kernel
def integrate_into(
    nodes: NDArray[np.float64],
    y0: NDArray[np.float64],
    t0: float,
    t_end: float,
    segments: NDArray[np.float64],
    mach: NDArray[np.float64],
    cd: NDArray[np.float64],
    planet: NDArray[np.float64],
    ground: float,
    tolerance: float,
    longest: float,
) -> tuple[int, int]:
    """Fly the segments one after the other until impact or `t_end`, writing the nodes of the flight.

    Parameters
    ----------
    nodes : ndarray, shape (capacity, 13)
        Receives the accepted steps.
    y0 : ndarray, shape (6,)
        State at t0.
    t0, t_end : float
        Times, s.
    segments : ndarray, shape (n, 12)
        The last one goes on to the end of the flight.
    mach, cd, planet
        See `derivative_into`.
    ground : float
        Geodetic height at which the flight ends, m.
    tolerance : float
        Error of position allowed in a step, m; of velocity, a thousandth of it a second, since a missile
        flies on for some thousand seconds.
    longest : float
        Longest step, s.

    Returns
    -------
    count, ending : int
        Number of nodes, and IMPACT, TIME_OUT or TOO_LONG (capacity used up). The impact is where the height
        is within a millimetre of `ground`, reached by stepping onto it and not by interpolation.
    """
    y = y0.copy()
    z = np.empty(6)
    k = np.empty((7, 6))
    t = t0
    step = 0.05
    count = 0
    capacity = nodes.shape[0]
    for n in range(segments.shape[0]):
        segment = segments[n]
        stop = t_end if n == segments.shape[0] - 1 else min(segment[STOP], t_end)
        if stop - t < 1e-9 and count > 0:
            continue
        derivative_into(k[0], t, y, segment, mach, cd, planet)
        if count == 0:
            nodes[0, NODE_T] = t
            for i in range(6):
                nodes[0, NODE_R + i] = y[i]
            for i in range(3):
                nodes[0, NODE_BEFORE + i] = k[0, 3 + i]
            count = 1
        for i in range(3):
            nodes[count - 1, NODE_AFTER + i] = k[0, 3 + i]
        landing = False
        h = step
        low = 0.0
        high = 0.0
        while stop - t > 1e-9:
            if not landing:
                h = min(step, longest)
                if t + 1.01 * h >= stop:
                    h = stop - t
            for s in range(1, 7):
                for i in range(6):
                    total = 0.0
                    for j in range(s):
                        total += _A[s, j] * k[j, i]
                    z[i] = y[i] + h * total
                derivative_into(k[s], t + _C[s] * h, z, segment, mach, cd, planet)
            # The last stage is evaluated at the new state: z holds it, and k[6] is the next k[0].
            error = 0.0
            for i in range(6):
                total = 0.0
                for j in range(7):
                    total += _E[j] * k[j, i]
                scale = tolerance if i < 3 else 1e-3 * tolerance
                error = max(error, abs(h * total) / scale)
            if not landing:
                if not error <= 1.0:
                    step = h * max(0.2, 0.9 * error**-0.2) if error < 1e12 else 0.1 * h
                    if step < 1e-7:
                        return count, TOO_LONG
                    continue
                grown = 5.0 if error < 1e-4 else min(5.0, 0.9 * error**-0.2)
                # A step cut short by the end of the segment says nothing against the longer one.
                step = max(step, h * grown) if h < step else h * grown
            height, rate = climb(z, planet)
            # On its way up from a launch point below the aim point's height it has not landed.
            if landing or (height < ground and rate < 0.0):
                if abs(height - ground) > 1e-3:
                    if not landing:
                        low = 0.0
                        high = h
                        landing = True
                    if height < ground:
                        high = h
                    else:
                        low = h
                    guess = h - (height - ground) / rate if rate != 0.0 else low
                    h = guess if low < guess < high else 0.5 * (low + high)
                    if high - low > 1e-9:
                        continue
                landing = True
            t += h
            for i in range(6):
                y[i] = z[i]
                k[0, i] = k[6, i]
                nodes[count, NODE_R + i] = z[i]
            nodes[count, NODE_T] = t
            for i in range(3):
                nodes[count, NODE_BEFORE + i] = k[6, 3 + i]
                nodes[count, NODE_AFTER + i] = k[6, 3 + i]
            count += 1
            if landing:
                return count, IMPACT
            if count == capacity:
                return count, TOO_LONG
    return count, TIME_OUT


@kernel
def between_into(out: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64], t: float) -> None:
    """State at a time between two neighbouring nodes, by the quintic through r, v and acceleration.

    Written into `out`, shape (6,). `a` and `b` are rows of the node table, a before b.
    """
    h = b[NODE_T] - a[NODE_T]
    s = (t - a[NODE_T]) / h
    for i in range(3):
        r0 = a[NODE_R + i]
        v0 = a[NODE_V + i] * h
        a0 = 0.5 * a[NODE_AFTER + i] * h * h
        # What the parabola from the left misses at the right end: in position, velocity, acceleration.
        d = b[NODE_R + i] - r0 - v0 - a0
        e = b[NODE_V + i] * h - v0 - 2.0 * a0
        f = b[NODE_BEFORE + i] * h * h - 2.0 * a0
        c3 = 10.0 * d - 4.0 * e + 0.5 * f
        c4 = -15.0 * d + 7.0 * e - f
        c5 = 6.0 * d - 3.0 * e + 0.5 * f
        out[i] = r0 + s * (v0 + s * (a0 + s * (c3 + s * (c4 + s * c5))))
        out[3 + i] = (v0 + s * (2.0 * a0 + s * (3.0 * c3 + s * (4.0 * c4 + s * 5.0 * c5)))) / h


@kernel
def states_into(out: NDArray[np.float64], nodes: NDArray[np.float64], times: NDArray[np.float64]) -> None:
    """Write states at any times into `out`, (n, 6); at rest before the first node and after the last."""
    count = nodes.shape[0]
    i = 0
    for n in range(times.size):
        t = times[n]
        if not nodes[0, NODE_T] <= t <= nodes[count - 1, NODE_T]:
            end = 0 if t < nodes[0, NODE_T] else count - 1
            for j in range(3):
                out[n, j] = nodes[end, NODE_R + j]
                out[n, 3 + j] = 0.0
            continue
        if t < nodes[i, NODE_T]:
            i = 0
        # The pair of nodes around t, by bisection.
        last = count - 1
        while last - i > 1:
            middle = (i + last) // 2
            if nodes[middle, NODE_T] <= t:
                i = middle
            else:
                last = middle
        between_into(out[n], nodes[i], nodes[i + 1], t)


@kernel
def events_into(
    out: NDArray[np.float64],
    nodes: NDArray[np.float64],
    count: int,
    level: float,
    planet: NDArray[np.float64],
) -> int:
    """Find the tops of the flight and its crossings of a height.

    Parameters
    ----------
    out : ndarray, shape (capacity, 9)
        Receives rows of kind, time, state (6), height, in the order of time for each pair of nodes.
    nodes : ndarray, shape (n, 13)
        The flight.
    count : int
        Number of its nodes.
    level : float
        Height whose crossings are sought, m.
    planet : ndarray, shape (5,)
        See `derivative_into`.

    Returns
    -------
    int
        Number of events; those beyond the capacity of `out` are left off.
    """
    y = np.empty(6)
    found = 0
    h1, rate1 = climb(nodes[0, NODE_R : NODE_R + 6], planet)
    for n in range(count - 1):
        h0 = h1
        rate0 = rate1
        h1, rate1 = climb(nodes[n + 1, NODE_R : NODE_R + 6], planet)
        for kind in range(3):
            if kind == APOGEE:
                left = rate0
                right = rate1
            else:
                left = h0 - level
                right = h1 - level
            rising = left < 0.0 <= right
            falling = left >= 0.0 > right
            wanted = rising if kind == UP else falling
            if not wanted or found == out.shape[0]:
                continue
            ta = nodes[n, NODE_T]
            tb = nodes[n + 1, NODE_T]
            t = ta
            height = h0
            # False position with bisection in turn: cannot leave the bracket, cannot stall.
            for i in range(60):
                t = 0.5 * (ta + tb) if i % 3 == 2 else ta + (tb - ta) * left / (left - right)
                between_into(y, nodes[n], nodes[n + 1], t)
                height, rate = climb(y, planet)
                g = rate if kind == APOGEE else height - level
                if (g < 0.0) == (left < 0.0):
                    ta = t
                    left = g
                else:
                    tb = t
                    right = g
                if tb - ta < 1e-6 or abs(g) < 1e-6 or left == right:
                    break
            out[found, 0] = kind
            out[found, 1] = t
            for i in range(6):
                out[found, 2 + i] = y[i]
            out[found, 8] = height
            found += 1
    return found
