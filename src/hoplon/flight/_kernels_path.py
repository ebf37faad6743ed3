"""Kernels of a flight that has been integrated: what lies between its nodes, and the search for events.

Equations and their sources: the methods manual, section 3.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import inlined, kernel
from hoplon.earth._kernels import geodetic_parts

# Columns of a node, one accepted step of the integrator.
NODE_T = 0
NODE_R = 1
NODE_V = 4
NODE_BEFORE = 7  # acceleration when approached from earlier times
NODE_AFTER = 10  # acceleration when left towards later times
NODE_COLUMNS = 13

# Kinds of event.
APOGEE = 0
UP = 1
DOWN = 2


@kernel
def climb(y: NDArray[np.float64], planet: NDArray[np.float64]) -> tuple[float, float]:
    """Geodetic height (m) of a state and its rate (m/s)."""
    s, c, h = geodetic_parts(y[0], y[1], y[2], planet[3], planet[4])
    p = math.sqrt(y[0] * y[0] + y[1] * y[1])
    out = (y[0] * y[3] + y[1] * y[4]) / p if p > 0.0 else 0.0
    return h, c * out + s * y[5]


@inlined
def quintic(
    a: NDArray[np.float64], b: NDArray[np.float64], h: float, i: int
) -> tuple[float, float, float, float, float, float]:
    """Coefficients of the quintic through r, v and acceleration of two neighbouring nodes, along one axis.

    In powers of the share of the step that has passed; `a` is before `b` by `h`, s.
    """
    r0 = a[NODE_R + i]
    v0 = a[NODE_V + i] * h
    a0 = 0.5 * a[NODE_AFTER + i] * h * h
    # What the parabola from the left misses at the right end: in position, velocity, acceleration.
    d = b[NODE_R + i] - r0 - v0 - a0
    e = b[NODE_V + i] * h - v0 - 2.0 * a0
    f = b[NODE_BEFORE + i] * h * h - 2.0 * a0
    return (
        r0,
        v0,
        a0,
        10.0 * d - 4.0 * e + 0.5 * f,
        -15.0 * d + 7.0 * e - f,
        6.0 * d - 3.0 * e + 0.5 * f,
    )


@kernel
def between_into(out: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64], t: float) -> None:
    """State at a time between two neighbouring nodes, by the quintic through r, v and acceleration.

    Written into `out`, shape (6,). `a` and `b` are rows of the node table, a before b.
    """
    h = b[NODE_T] - a[NODE_T]
    s = (t - a[NODE_T]) / h
    for i in range(3):
        r0, v0, a0, c3, c4, c5 = quintic(a, b, h, i)
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
def crossing_into(
    out: NDArray[np.float64],
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    kind: int,
    level: float,
    planet: NDArray[np.float64],
) -> tuple[float, float]:
    """Find where a flight, between two neighbouring nodes, tops out or crosses a height.

    Parameters
    ----------
    out : ndarray, shape (6,)
        Receives the state there.
    a, b : ndarray, shape (13,)
        The nodes, with the top or the crossing between them; without, the later one is taken.
    kind : int
        APOGEE, UP or DOWN.
    level : float
        Height whose crossing is sought, m.
    planet : ndarray, shape (5,)
        gm, J2, rotation, equatorial radius, flattening.

    Returns
    -------
    t, height : float
        Time (s) and height (m), to a nanosecond or a micrometre.
    """
    ta = a[NODE_T]
    tb = b[NODE_T]
    left = 0.0
    right = 0.0
    t = ta
    height = 0.0
    # Both ends, then false position with bisection in turn: cannot leave the bracket, cannot stall.
    for i in range(62):
        if i == 1:
            t = tb
        elif i > 1:
            t = 0.5 * (ta + tb) if i % 3 == 1 else ta + (tb - ta) * left / (left - right)
        between_into(out, a, b, t)
        height, rate = climb(out, planet)
        g = rate if kind == APOGEE else height - level
        if i == 0:
            left = g
        elif i == 1:
            right = g
            if (left < 0.0) == (right < 0.0):
                break
        elif (g < 0.0) == (left < 0.0):
            ta = t
            left = g
        else:
            tb = t
            right = g
        if i > 1 and (tb - ta < 1e-9 or abs(g) < 1e-6):
            break
    return t, height


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
        See `crossing_into`.

    Returns
    -------
    int
        Number of events; those beyond the capacity of `out` are left off.
    """
    found = 0
    h1, rate1 = climb(nodes[0, NODE_R : NODE_R + 6], planet)
    for n in range(count - 1):
        h0 = h1
        rate0 = rate1
        h1, rate1 = climb(nodes[n + 1, NODE_R : NODE_R + 6], planet)
        for kind in range(3):
            left = rate0 if kind == APOGEE else h0 - level
            right = rate1 if kind == APOGEE else h1 - level
            wanted = left < 0.0 <= right if kind == UP else left >= 0.0 > right
            if not wanted or found == out.shape[0]:
                continue
            out[found, 0] = kind
            out[found, 1], out[found, 8] = crossing_into(
                out[found, 2:8], nodes[n], nodes[n + 1], kind, level, planet
            )
            found += 1
    return found
