"""Kernels of many flights without thrust at once, one in each lane of the machine's vectors.

A lane that has landed takes the next flight, so that all lanes stay busy; a flight's result does not depend on
its neighbours. Quantity q of lane l stands at q * LANES + l of one flat array, and the loop over lanes holds no
branch and no call that is not compiled into it: that is what lets the compiler turn it into vector code.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels_air import planet_terms, rise
from hoplon.flight._kernels_path import (
    APOGEE as TOP,
)
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
from hoplon.flight._kernels_step import LEAST_CAP, LEAST_LEVER, acceleration, control, step

Array = NDArray[np.float64]

LANES = 32
_R, _V, _A = 0, 3, 6
_STEP, _TIME, _BRAKE, _MEMORY, _RATE = 9, 10, 11, 12, 13
_OLD = 14  # position, velocity, acceleration before the last step
_TAKEN, _STATE = 23, 24
_QUANTITIES = 25

# Bits of _STATE.
_TOP = 1.0
_DOWN = 2.0
_LATE = 4.0

# Columns of a result.
TIME, POSITION, VELOCITY, APOGEE, APOGEE_TIME, STEPS, LANDED = 0, 1, 4, 7, 8, 9, 10
RESULT_COLUMNS = 11


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
        nx, ny, nz, ux, uy, uz, bx, by, bz, height, missed_r, missed_v = step(
            x, y, z, vx, vy, vz, ax, ay, az, t, h, s[_BRAKE * LANES + lane], terms, None, None, None, None
        )
        rate = rise(nx, ny, nz, ux, uy, uz, terms)
        good, following, remembered = control(
            h, missed_r, missed_v, height - ground, rate, memory, tolerance, LEAST_LEVER, LEAST_CAP
        )
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
def _load(
    s: Array, lane: int, state: Array, brake: float, first: float, terms: tuple[float, ...]
) -> None:
    # Put a flight into a lane.
    for i in range(6):
        s[i * LANES + lane] = state[i]
    ax, ay, az, _ = acceleration(
        state[0], state[1], state[2], state[3], state[4], state[5],
        0.0, brake, terms, None, None, None, None,
    )  # fmt: skip
    s[6 * LANES + lane] = ax
    s[7 * LANES + lane] = ay
    s[8 * LANES + lane] = az
    s[_STEP * LANES + lane] = first
    s[_TIME * LANES + lane] = 0.0
    s[_BRAKE * LANES + lane] = brake
    s[_MEMORY * LANES + lane] = 1.0
    s[_RATE * LANES + lane] = rise(state[0], state[1], state[2], state[3], state[4], state[5], terms)
    s[_STATE * LANES + lane] = 0.0


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
