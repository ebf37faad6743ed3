"""Kernels of one flight: its segments flown one after the other, step by step, to impact.

State: Earth-fixed position and velocity, (x, y, z, vx, vy, vz). SI units. A flight is a list of segments
(rows of an array) that end at known times, so that no switch of thrust, mass or steering falls inside an
integration step.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels_air import planet_terms, rise
from hoplon.flight._kernels_path import (
    APOGEE,
    DOWN,
    NODE_AFTER,
    NODE_BEFORE,
    NODE_COLUMNS,
    NODE_R,
    NODE_T,
    NODE_V,
    UP,
    between_into,
    climb,
    crossing_into,
    events_into,
)
from hoplon.flight._kernels_step import (
    AREA,
    BOOST_LEVER,
    DIRECTION,
    FIXED,
    FLOW,
    INVERSE_BALLISTIC,
    LEAST_CAP,
    LEAST_LEVER,
    MASS,
    SEGMENT_COLUMNS,
    START,
    STOP,
    THRUST,
    THRUST_LOSS,
    acceleration,
    control,
    step,
)

__all__ = [
    "APOGEE",
    "AREA",
    "DIRECTION",
    "DOWN",
    "FIXED",
    "FLOW",
    "IMPACT",
    "INVERSE_BALLISTIC",
    "MASS",
    "NODE_AFTER",
    "NODE_BEFORE",
    "NODE_COLUMNS",
    "NODE_R",
    "NODE_T",
    "NODE_V",
    "SEGMENT_COLUMNS",
    "START",
    "STOP",
    "THRUST",
    "THRUST_LOSS",
    "TIME_OUT",
    "TOO_LONG",
    "UP",
    "between_into",
    "climb",
    "events_into",
    "integrate_in_wind_into",
    "integrate_into",
]

# How a flight ended.
IMPACT = 0
TIME_OUT = 1
TOO_LONG = 2

# First step of a flight, s: short in dense air and under thrust, since no error has been seen yet.
FIRST_STEP = 5.0
FIRST_BOOST_STEP = 0.5

_NO_WIND = np.empty((0, 3))


@kernel
def _acceleration_at(
    y: NDArray[np.float64],
    t: float,
    segment: NDArray[np.float64],
    mach: NDArray[np.float64],
    cd: NDArray[np.float64],
    wind: NDArray[np.float64],
    terms: tuple[float, ...],
) -> tuple[float, float, float]:
    ax, ay, az, _ = acceleration(
        y[0], y[1], y[2], y[3], y[4], y[5], t, 0.5 * segment[INVERSE_BALLISTIC], terms, segment, mach, cd, wind
    )
    return ax, ay, az


@kernel
def integrate_in_wind_into(
    nodes: NDArray[np.float64],
    y0: NDArray[np.float64],
    t0: float,
    t_end: float,
    segments: NDArray[np.float64],
    mach: NDArray[np.float64],
    cd: NDArray[np.float64],
    wind: NDArray[np.float64],
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
    mach, cd : ndarray, shape (n,)
        Drag table, linear between its rows and constant beyond them.
    wind : ndarray, shape (n, 3)
        Rows of height (m), wind towards east and towards north (m/s), linear between and constant beyond;
        no row for still air.
    planet : ndarray, shape (5,)
        gm, J2, rotation, equatorial radius, flattening.
    ground : float
        Geodetic height at which the flight ends, m.
    tolerance : float
        Displacement of the impact allowed to a step, m; see `control`.
    longest : float
        Longest step, s.

    Returns
    -------
    count, ending : int
        Number of nodes, and IMPACT, TIME_OUT or TOO_LONG (capacity used up, or no step small enough). The
        impact is where the quintic of the last step (see `between_into`) meets `ground`.
    """
    terms = planet_terms(planet)
    y = y0.copy()
    t = t0
    h = FIRST_BOOST_STEP if segments[0, THRUST] > 0.0 else FIRST_STEP
    count = 0
    capacity = nodes.shape[0]
    last = segments.shape[0] - 1
    for n in range(last + 1):
        segment = segments[n]
        stop = t_end if n == last else min(segment[STOP], t_end)
        if stop - t < 1e-9 and count > 0:
            continue
        brake = 0.5 * segment[INVERSE_BALLISTIC]
        # With thrust to come, an error of velocity is kept for the whole flight, and the ground is no measure.
        lever = LEAST_LEVER if n == last else BOOST_LEVER
        cap = LEAST_CAP if n == last else math.inf
        ax, ay, az = _acceleration_at(y, t, segment, mach, cd, wind, terms)
        if count == 0:
            nodes[0, NODE_T] = t
            for i in range(6):
                nodes[0, NODE_R + i] = y[i]
            nodes[0, NODE_BEFORE] = ax
            nodes[0, NODE_BEFORE + 1] = ay
            nodes[0, NODE_BEFORE + 2] = az
            count = 1
        nodes[count - 1, NODE_AFTER] = ax
        nodes[count - 1, NODE_AFTER + 1] = ay
        nodes[count - 1, NODE_AFTER + 2] = az
        memory = 1.0
        while stop - t > 1e-9:
            if count == capacity:
                return count, TOO_LONG
            h = min(h, longest)
            whole = t + 1.01 * h < stop
            taken = h if whole else stop - t
            x, w, z, vx, vy, vz, bx, by, bz, height, missed_r, missed_v = step(
                y[0], y[1], y[2], y[3], y[4], y[5], ax, ay, az, t, taken, brake, terms, segment, mach, cd, wind
            )
            rate = rise(x, w, z, vx, vy, vz, terms)
            good, following, memory = control(
                taken, missed_r, missed_v, height - ground, rate, memory, tolerance, lever, cap
            )
            # A step cut short by the end of the segment says nothing against the longer one.
            h = following if whole or not good else max(h, following)
            if not good:
                if h < 1e-7:
                    return count, TOO_LONG
                continue
            t += taken
            ax = bx
            ay = by
            az = bz
            y[0] = x
            y[1] = w
            y[2] = z
            y[3] = vx
            y[4] = vy
            y[5] = vz
            node = nodes[count]
            node[NODE_T] = t
            for i in range(6):
                node[NODE_R + i] = y[i]
            node[NODE_BEFORE] = ax
            node[NODE_BEFORE + 1] = ay
            node[NODE_BEFORE + 2] = az
            # On its way up from a launch point below the aim point's height it has not landed.
            landed = height < ground and rate < 0.0
            if landed:
                t, _ = crossing_into(y, nodes[count - 1], node, DOWN, ground, planet)
                ax, ay, az = _acceleration_at(y, t, segment, mach, cd, wind, terms)
                node[NODE_T] = t
                for i in range(6):
                    node[NODE_R + i] = y[i]
                node[NODE_BEFORE] = ax
                node[NODE_BEFORE + 1] = ay
                node[NODE_BEFORE + 2] = az
            node[NODE_AFTER] = ax
            node[NODE_AFTER + 1] = ay
            node[NODE_AFTER + 2] = az
            count += 1
            if landed:
                return count, IMPACT
    return count, TIME_OUT


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
    """Fly the segments in still air: `integrate_in_wind_into` without a wind."""
    return integrate_in_wind_into(
        nodes, y0, t0, t_end, segments, mach, cd, _NO_WIND, planet, ground, tolerance, longest
    )
