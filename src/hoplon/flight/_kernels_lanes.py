"""Kernels of many flights without thrust at once, one in each lane of the machine's vectors.

Equations, pair and choice of steps are those of `_kernels_step` and `_kernels_control`, with their sources.
A lane that has landed takes the next flight, so that all lanes stay busy; a flight's result does not depend
on its neighbours. Quantity q of lane l stands at q * LANES + l of one flat array, and the loop over lanes
holds no branch and no call that is not compiled into it: that is what lets the compiler turn it into vector
code.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import inlined, kernel
from hoplon.earth._kernels_air import planet_terms, rise
from hoplon.flight._kernels_control import LEAST_CAP, LEAST_LEVER, control
from hoplon.flight._kernels_path import APOGEE as TOP
from hoplon.flight._kernels_path import (
    DOWN,
    NODE_AFTER,
    NODE_BEFORE,
    NODE_COLUMNS,
    NODE_R,
    NODE_T,
    climb,
    crossing_into,
)
from hoplon.flight._kernels_step import A, C, D, E, P, free_acceleration

Array = NDArray[np.float64]

_C2, _C3, _C4, _C5 = (float(value) for value in C[1:5])
_A21 = float(A[1, 0])
_A31, _A32 = (float(value) for value in A[2, :2])
_A41, _A42, _A43 = (float(value) for value in A[3, :3])
_A51, _A52, _A53, _A54 = (float(value) for value in A[4, :4])
_A61, _A62, _A63, _A64, _A65 = (float(value) for value in A[5, :5])
_A71, _A72, _A73, _A74, _A75, _A76 = (float(value) for value in A[6, :6])
_P31 = float(P[2, 0])
_P41, _P42 = (float(value) for value in P[3, :2])
_P51, _P52, _P53 = (float(value) for value in P[4, :3])
_P61, _P62, _P63, _P64 = (float(value) for value in P[5, :4])
_P71, _P72, _P73, _P74, _P75 = (float(value) for value in P[6, :5])
_E1, _E2, _E3, _E4, _E5, _E6, _E7 = (float(value) for value in E)
_D1, _D2, _D3, _D4, _D5, _D6 = (float(value) for value in D[:6])

LANES = 32
_R, _V, _A = 0, 3, 6
_STEP, _TIME, _BRAKE, _MEMORY, _RATE = 9, 10, 11, 12, 13
_OLD = 14  # position, velocity, acceleration before the last step
_TAKEN, _STATE, _HEIGHT, _WISH = 23, 24, 25, 26
_QUANTITIES = 27

# Bits of _STATE.
_TOP = 1.0
_DOWN = 2.0
_LATE = 4.0

# Columns of a result.
TIME, POSITION, VELOCITY, APOGEE, APOGEE_TIME, STEPS, LANDED = 0, 1, 4, 7, 8, 9, 10
RESULT_COLUMNS = 11


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
def _stage_5(r: float, v: float, a1: float, a2: float, a3: float, a4: float, h: float) -> tuple[float, float]:
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
def _step(
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    x1: float,
    y1: float,
    z1: float,
    h: float,
    brake: float,
    terms: tuple[float, ...],
) -> tuple[float, float, float, float, float, float, float, float, float, float, float, float, float]:
    # One step: state, acceleration and height at its end, squared errors of position and velocity.
    rx, ux = _stage_2(x, vx, x1, h)
    ry, uy = _stage_2(y, vy, y1, h)
    rz, uz = _stage_2(z, vz, z1, h)
    x2, y2, z2, height, drag = free_acceleration(rx, ry, rz, ux, uy, uz, brake, terms)
    rx, ux = _stage_3(x, vx, x1, x2, h)
    ry, uy = _stage_3(y, vy, y1, y2, h)
    rz, uz = _stage_3(z, vz, z1, z2, h)
    x3, y3, z3, height, drag = free_acceleration(rx, ry, rz, ux, uy, uz, brake, terms)
    rx, ux = _stage_4(x, vx, x1, x2, x3, h)
    ry, uy = _stage_4(y, vy, y1, y2, y3, h)
    rz, uz = _stage_4(z, vz, z1, z2, z3, h)
    x4, y4, z4, height, drag = free_acceleration(rx, ry, rz, ux, uy, uz, brake, terms)
    rx, ux = _stage_5(x, vx, x1, x2, x3, x4, h)
    ry, uy = _stage_5(y, vy, y1, y2, y3, y4, h)
    rz, uz = _stage_5(z, vz, z1, z2, z3, z4, h)
    x5, y5, z5, height, drag = free_acceleration(rx, ry, rz, ux, uy, uz, brake, terms)
    rx, ux = _stage_6(x, vx, x1, x2, x3, x4, x5, h)
    ry, uy = _stage_6(y, vy, y1, y2, y3, y4, y5, h)
    rz, uz = _stage_6(z, vz, z1, z2, z3, z4, z5, h)
    x6, y6, z6, height, drag = free_acceleration(rx, ry, rz, ux, uy, uz, brake, terms)
    rx, ux = _stage_7(x, vx, x1, x2, x3, x4, x5, x6, h)
    ry, uy = _stage_7(y, vy, y1, y2, y3, y4, y5, y6, h)
    rz, uz = _stage_7(z, vz, z1, z2, z3, z4, z5, z6, h)
    x7, y7, z7, height, drag = free_acceleration(rx, ry, rz, ux, uy, uz, brake, terms)
    dx, ex = _miss(x1, x2, x3, x4, x5, x6, x7, h)
    dy, ey = _miss(y1, y2, y3, y4, y5, y6, y7, h)
    dz, ez = _miss(z1, z2, z3, z4, z5, z6, z7, h)
    return (
        rx, ry, rz, ux, uy, uz, x7, y7, z7, height, drag,
        dx * dx + dy * dy + dz * dz, ex * ex + ey * ey + ez * ez,
    )  # fmt: skip


@kernel
def _sweep(
    s: Array, ground: float, tolerance: float, longest: float, latest: float, terms: tuple[float, ...]
) -> None:
    # One step in each lane.
    for lane in range(LANES):
        x = s[lane]
        y = s[1 * LANES + lane]
        z = s[2 * LANES + lane]
        vx = s[3 * LANES + lane]
        vy = s[4 * LANES + lane]
        vz = s[5 * LANES + lane]
        ax = s[6 * LANES + lane]
        ay = s[7 * LANES + lane]
        az = s[8 * LANES + lane]
        h = s[_STEP * LANES + lane]
        t = s[_TIME * LANES + lane]
        memory = s[_MEMORY * LANES + lane]
        before = s[_RATE * LANES + lane]
        low = s[_HEIGHT * LANES + lane]
        nx, ny, nz, ux, uy, uz, bx, by, bz, height, drag, missed_r, missed_v = _step(
            x, y, z, vx, vy, vz, ax, ay, az, h, s[_BRAKE * LANES + lane], terms
        )
        rate = rise(nx, ny, nz, ux, uy, uz, terms)
        good, following, remembered, wish = control(
            h, missed_r, missed_v, height, rate, low, before, drag, memory, s[_WISH * LANES + lane],
            ground, tolerance, LEAST_LEVER, LEAST_CAP,
        )  # fmt: skip
        state = _TOP if rate < 0.0 and before >= 0.0 else 0.0
        state += _DOWN if rate < 0.0 and height < ground else 0.0
        state = state if good else 0.0
        # Whoever flies on for hours, or cannot step at all, is given up.
        state += _LATE if t > latest or not h > 1e-9 else 0.0
        s[_STATE * LANES + lane] = state
        s[_STEP * LANES + lane] = following if following < longest else longest
        s[_TIME * LANES + lane] = t + h if good else t
        s[_MEMORY * LANES + lane] = remembered
        s[_RATE * LANES + lane] = rate if good else before
        s[_HEIGHT * LANES + lane] = height if good else low
        s[_WISH * LANES + lane] = wish
        s[_TAKEN * LANES + lane] = h
        s[lane] = nx if good else x
        s[1 * LANES + lane] = ny if good else y
        s[2 * LANES + lane] = nz if good else z
        s[3 * LANES + lane] = ux if good else vx
        s[4 * LANES + lane] = uy if good else vy
        s[5 * LANES + lane] = uz if good else vz
        s[6 * LANES + lane] = bx if good else ax
        s[7 * LANES + lane] = by if good else ay
        s[8 * LANES + lane] = bz if good else az
        s[14 * LANES + lane] = x
        s[15 * LANES + lane] = y
        s[16 * LANES + lane] = z
        s[17 * LANES + lane] = vx
        s[18 * LANES + lane] = vy
        s[19 * LANES + lane] = vz
        s[20 * LANES + lane] = ax
        s[21 * LANES + lane] = ay
        s[22 * LANES + lane] = az


@kernel
def _load(s: Array, lane: int, state: Array, brake: float, first: float, terms: tuple[float, ...]) -> None:
    # Put a flight into a lane.
    for i in range(6):
        s[i * LANES + lane] = state[i]
    ax, ay, az, height, _ = free_acceleration(
        state[0], state[1], state[2], state[3], state[4], state[5], brake, terms
    )
    s[6 * LANES + lane] = ax
    s[7 * LANES + lane] = ay
    s[8 * LANES + lane] = az
    s[_STEP * LANES + lane] = first
    s[_TIME * LANES + lane] = 0.0
    s[_BRAKE * LANES + lane] = brake
    s[_MEMORY * LANES + lane] = 1.0
    s[_RATE * LANES + lane] = rise(state[0], state[1], state[2], state[3], state[4], state[5], terms)
    s[_STATE * LANES + lane] = 0.0
    s[_HEIGHT * LANES + lane] = height
    s[_WISH * LANES + lane] = 0.0


@kernel
def _ends_into(before: Array, after: Array, s: Array, lane: int) -> None:
    # The last step of a lane as two nodes.
    t = s[_TIME * LANES + lane]
    before[NODE_T] = t - s[_TAKEN * LANES + lane]
    after[NODE_T] = t
    for i in range(6):
        before[NODE_R + i] = s[(_OLD + i) * LANES + lane]
        after[NODE_R + i] = s[i * LANES + lane]
    for i in range(3):
        before[NODE_AFTER + i] = s[(_OLD + 6 + i) * LANES + lane]
        after[NODE_BEFORE + i] = s[(6 + i) * LANES + lane]


@kernel
def fly_lanes_into(
    out: Array,
    states: Array,
    brakes: Array,
    planet: Array,
    ground: float,
    tolerance: float,
    first: float,
    longest: float,
    latest: float,
) -> None:
    """Fly bodies without thrust to the ground.

    Parameters
    ----------
    out : ndarray, shape (n, 11)
        Receives time, position and velocity of the impact, greatest height and its time, number of steps
        tried, and 1 where the body came down.
    states : ndarray, shape (n, 6)
        Position and velocity, Earth-fixed.
    brakes : ndarray, shape (n,)
        Half of the inverse of the ballistic coefficient, m2/kg.
    planet : ndarray, shape (5,)
        See `planet_terms`.
    ground : float
        Geodetic height at which flights end, m.
    tolerance : float
        Displacement of the impact allowed to a step, m.
    first, longest : float
        First and longest step, s.
    latest : float
        Time after which a flight is given up, s.
    """
    terms = planet_terms(planet)
    s = np.zeros(_QUANTITIES * LANES)
    flight = np.full(LANES, -1)
    before = np.zeros(NODE_COLUMNS)
    after = np.zeros(NODE_COLUMNS)
    y = np.empty(6)
    count = states.shape[0]
    following = 0
    aloft = 0
    for lane in range(LANES):
        # Lanes for which there is no flight repeat the last one, unseen.
        n = min(following, count - 1)
        _load(s, lane, states[n], brakes[n], first, terms)
        if following < count:
            flight[lane] = n
            out[n, APOGEE], _ = climb(states[n], planet)
            out[n, APOGEE_TIME] = 0.0
            out[n, STEPS] = 0.0
            following += 1
            aloft += 1
    while aloft > 0:
        _sweep(s, ground, tolerance, longest, latest, terms)
        for lane in range(LANES):
            n = flight[lane]
            if n >= 0:
                out[n, STEPS] += 1.0
            state = s[_STATE * LANES + lane]
            if state == 0.0:
                continue
            if n >= 0:
                _ends_into(before, after, s, lane)
            if n >= 0 and (state == _TOP or state == _TOP + _DOWN):
                t, height = crossing_into(y, before, after, TOP, 0.0, planet)
                if height > out[n, APOGEE]:
                    out[n, APOGEE] = height
                    out[n, APOGEE_TIME] = t
            if state == _TOP:
                continue
            if n >= 0:
                t = s[_TIME * LANES + lane]
                landed = state < _LATE
                if landed:
                    t, _ = crossing_into(y, before, after, DOWN, ground, planet)
                else:
                    for i in range(6):
                        y[i] = after[NODE_R + i]
                out[n, TIME] = t
                for i in range(6):
                    out[n, POSITION + i] = y[i]
                out[n, LANDED] = 1.0 if landed else 0.0
                flight[lane] = -1
                aloft -= 1
            n = min(following, count - 1)
            _load(s, lane, states[n], brakes[n], first, terms)
            if following < count:
                flight[lane] = n
                out[n, APOGEE], _ = climb(states[n], planet)
                out[n, APOGEE_TIME] = 0.0
                out[n, STEPS] = 0.0
                following += 1
                aloft += 1
