"""Flights at many times, one after the other: bare floats and arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.flight._kernels_path import NODE_R, NODE_T, quintic

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@kernel
def sample_into(r: Array, v: Array, nodes: Array, times: Array) -> None:
    """Write positions and velocities at rising times, by the quintics between the nodes.

    The same as `hoplon.flight._kernels_path.states_into`, whose quintics are made once for each pair of nodes
    here and not for each time.

    Parameters
    ----------
    r, v : ndarray, shape (n, 3)
    nodes : ndarray
        Of the flight: at rest before the first one and after the last.
    times : ndarray, shape (n,)
    """
    last = nodes.shape[0] - 1
    c = np.empty((6, 3))
    i, made = 0, -1
    h = 1.0
    for n in range(times.size):
        t = times[n]
        if not nodes[0, NODE_T] <= t <= nodes[last, NODE_T]:
            end = 0 if t < nodes[0, NODE_T] else last
            for j in range(3):
                r[n, j], v[n, j] = nodes[end, NODE_R + j], 0.0
            continue
        while i < last - 1 and nodes[i + 1, NODE_T] <= t:
            i += 1
        if made != i:
            made = i
            h = nodes[i + 1, NODE_T] - nodes[i, NODE_T]
            for j in range(3):
                c[0, j], c[1, j], c[2, j], c[3, j], c[4, j], c[5, j] = quintic(nodes[i], nodes[i + 1], h, j)
        s = (t - nodes[i, NODE_T]) / h
        for j in range(3):
            r[n, j] = c[0, j] + s * (c[1, j] + s * (c[2, j] + s * (c[3, j] + s * (c[4, j] + s * c[5, j]))))
            slope = 3.0 * c[3, j] + s * (4.0 * c[4, j] + s * 5.0 * c[5, j])
            v[n, j] = (c[1, j] + s * (2.0 * c[2, j] + s * slope)) / h


@kernel
def sample_all(
    r: Array,
    v: Array,
    phase: NDArray[np.int8],
    nodes: Array,
    begins: Whole,
    burnouts: Array,
    times: Array,
    phases: tuple[int, int, int],
) -> None:
    """Sample many flights that are all launched at 0, as `hoplon.threat.raid.truth_states` does.

    Parameters
    ----------
    r, v : ndarray, shape (flights, n, 3)
    phase : ndarray of int8, shape (flights, n)
    nodes, begins : ndarray
        Nodes of all flights, one after the other, and where those of each begin, and all end.
    burnouts : ndarray, shape (flights,)
    times : ndarray, shape (n,)
        Rising.
    phases : tuple of int
        What boost, the time after it, and that after the impact are called.
    """
    boost, coast, fallen = phases
    for n in range(r.shape[0]):
        flight = nodes[begins[n] : begins[n + 1]]
        sample_into(r[n], v[n], flight, times)
        impact = flight[flight.shape[0] - 1, NODE_T]
        for i in range(times.size):
            phase[n, i] = coast
            if times[i] > impact:
                phase[n, i] = fallen
            elif times[i] < burnouts[n]:
                phase[n, i] = boost
