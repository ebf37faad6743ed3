"""Kernels of one flight: its segments flown one after the other, step by step, to impact.

State: Earth-fixed position and velocity, (x, y, z, vx, vy, vz). SI units. A flight is a list of segments
(rows of an array) that end at known times, so that no switch of thrust, mass or steering falls inside an
integration step. Equations and their sources: the methods manual, section 3.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels_air import planet_terms, rise
from hoplon.flight._kernels_control import BOOST_LEVER, LEAST_CAP, LEAST_LEVER, control
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
    states_into,
)
from hoplon.flight._kernels_step import (
    AREA,
    DIRECTION,
    FIXED,
    FLOW,
    INVERSE_BALLISTIC,
    MASS,
    SEGMENT_COLUMNS,
    START,
    STOP,
    THRUST,
    THRUST_LOSS,
    acceleration,
    step_into,
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
    "integrate_into",
    "states_into",
]

# How a flight ended.
IMPACT = 0
TIME_OUT = 1
TOO_LONG = 2

# First step of a flight, s: short in dense air and under thrust, since no error has been seen yet.
FIRST_STEP = 5.0
FIRST_BOOST_STEP = 0.5


@kernel
def _node_into(node: NDArray[np.float64], t: float, y: NDArray[np.float64], a: NDArray[np.float64]) -> None:
    node[NODE_T] = t
    for i in range(6):
        node[NODE_R + i] = y[i]
    for i in range(3):
        node[NODE_BEFORE + i] = a[i]
        node[NODE_AFTER + i] = a[i]


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
    wind: NDArray[np.float64] | None,
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
    planet : ndarray, shape (5,)
        gm, J2, rotation, equatorial radius, flattening.
    ground : float
        Geodetic height at which the flight ends, m.
    tolerance : float
        Displacement of the impact allowed to a step, m; see `control`.
    longest : float
        Longest step, s.
    wind : ndarray, shape (n, 3), or None
        Rows of height (m), wind towards east and towards north (m/s), linear between and constant beyond;
        None for still air. No default: numba would compile all this once more for callers without it.

    Returns
    -------
    count, ending : int
        Number of nodes, and IMPACT, TIME_OUT or TOO_LONG (capacity used up, or no step small enough). The
        impact is where the quintic of the last step (see `between_into`) meets `ground`.
    """
    terms = planet_terms(planet)
    y = y0.copy()
    z = np.empty(6)
    k = np.empty((7, 3))
    t = t0
    h = FIRST_BOOST_STEP if segments[0, THRUST] > 0.0 else FIRST_STEP
    stretch = 1.01
    count = 0
    last = segments.shape[0] - 1
    for n in range(last + 1):
        segment = segments[n]
        stop = t_end if n == last else min(segment[STOP], t_end)
        if stop - t < 1e-9 and count > 0:
            continue
        # With thrust to come, an error of velocity is kept for the whole flight, and the ground is no
        # measure.
        lever = LEAST_LEVER if n == last else BOOST_LEVER
        cap = LEAST_CAP if n == last else math.inf
        k[0, 0], k[0, 1], k[0, 2], before, _ = acceleration(y, t, segment, mach, cd, wind, terms)
        if count == 0:
            _node_into(nodes[0], t, y, k[0])
            count = 1
        for i in range(3):
            nodes[count - 1, NODE_AFTER + i] = k[0, i]
        rate_before = rise(y[0], y[1], y[2], y[3], y[4], y[5], terms)
        memory = 1.0
        wish = 0.0
        while stop - t > 1e-9:
            if count == nodes.shape[0]:
                return count, TOO_LONG
            h = min(h, longest)
            # A little more than a step is left: take it all, unless a step has just been found too long.
            whole = t + stretch * h < stop
            taken = h if whole else stop - t
            height, drag, missed_r, missed_v = step_into(z, k, y, t, taken, segment, mach, cd, wind, terms)
            rate = rise(z[0], z[1], z[2], z[3], z[4], z[5], terms)
            good, following, memory, wish = control(
                taken, missed_r, missed_v, height, rate, before, rate_before, drag, memory, wish,
                ground, tolerance, lever, cap,
            )  # fmt: skip
            # A step cut short by the end of the segment says nothing against the longer one.
            h = following if whole or not good else max(h, following)
            if not good:
                if h < 1e-7:
                    return count, TOO_LONG
                stretch = 1.0
                continue
            stretch = 1.01
            t += taken
            _node_into(nodes[count], t, z, k[6])
            # On its way up from a launch point below the aim point's height it has not landed.
            landed = height < ground and rate < 0.0
            if landed:
                t, _ = crossing_into(z, nodes[count - 1], nodes[count], DOWN, ground, planet)
                k[6, 0], k[6, 1], k[6, 2], _, _ = acceleration(z, t, segment, mach, cd, wind, terms)
                _node_into(nodes[count], t, z, k[6])
            count += 1
            if landed:
                return count, IMPACT
            before = height
            rate_before = rate
            for i in range(6):
                y[i] = z[i]
            for i in range(3):
                k[0, i] = k[6, i]
    return count, TIME_OUT
