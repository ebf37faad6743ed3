"""Flights sampled alike, so that one between them is their weighted mean: bare floats and arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.flight._kernels_path import (
    NODE_AFTER,
    NODE_BEFORE,
    NODE_COLUMNS,
    NODE_R,
    NODE_T,
    between_into,
    quintic,
)

Array = NDArray[np.float64]

#: A node this near to the end of a phase stands for it, s.
SAME_S = 1e-6


@kernel
def cubic_into(weights: Array, s: float) -> None:
    """Write the weights of four points at 0 to 3 for a value at s, extrapolated outside of that.

    Lagrange's formula (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 25.2.13).
    """
    weights[0] = -(s - 1.0) * (s - 2.0) * (s - 3.0) / 6.0
    weights[1] = s * (s - 2.0) * (s - 3.0) / 2.0
    weights[2] = -s * (s - 1.0) * (s - 3.0) / 2.0
    weights[3] = s * (s - 1.0) * (s - 2.0) / 6.0


@kernel
def blend_into(out: Array, samples: Array, along: float, across: float) -> None:
    """Write the mean of sixteen rows, weighted by cubics in both directions.

    Parameters
    ----------
    out : ndarray, shape (n,)
    samples : ndarray, shape (16, n)
        Of four by four points of a lattice.
    along, across : float
        Where, in steps from the first row and the first column of the lattice.
    """
    rows, columns = np.empty(4), np.empty(4)
    cubic_into(rows, along)
    cubic_into(columns, across)
    for i in range(out.size):
        out[i] = 0.0
    for n in range(16):
        weight = rows[n // 4] * columns[n % 4]
        for i in range(out.size):
            out[i] += weight * samples[n, i]


@kernel
def curved_into(out: Array, a: Array, b: Array, t: float) -> None:
    """Write a node at a time between two neighbouring ones, by the quintic through both.

    What `hoplon.flight._kernels_path.between_into` writes, with time and acceleration.
    """
    h = b[NODE_T] - a[NODE_T]
    s = (t - a[NODE_T]) / h
    out[NODE_T] = t
    between_into(out[NODE_R : NODE_R + 6], a, b, t)
    for i in range(3):
        _, _, a0, c3, c4, c5 = quintic(a, b, h, i)
        bend = (2.0 * a0 + s * (6.0 * c3 + s * (12.0 * c4 + s * 20.0 * c5))) / (h * h)
        out[NODE_BEFORE + i] = out[NODE_AFTER + i] = bend


@kernel
def align_into(out: Array, nodes: Array, ends: Array, like: Array, like_ends: Array) -> None:
    """Sample a flight at the times that correspond to the nodes of another one.

    Both consist of the same phases. Where those end, accelerations jump: there the flight's own nodes are
    taken. Within a phase times correspond by the share of it that has passed.

    Parameters
    ----------
    out : ndarray, shape (n, 13)
    nodes : ndarray, shape (m, 13)
    ends : ndarray, shape (phases,)
        When its phases end, the last one with the impact.
    like : ndarray, shape (n, 13)
    like_ends : ndarray, shape (phases,)
    """
    phase, at = 0, 0
    begin, like_begin = nodes[0, NODE_T], like[0, NODE_T]
    for n in range(like.shape[0]):
        here = like[n, NODE_T]
        while phase < ends.size - 1 and here > like_ends[phase] + SAME_S:
            begin, like_begin = ends[phase], like_ends[phase]
            phase += 1
        share = (here - like_begin) / (like_ends[phase] - like_begin)
        t = begin + share * (ends[phase] - begin)
        # Within the phase: a node at its end belongs to it.
        while at < nodes.shape[0] - 2 and nodes[at + 1, NODE_T] <= t - SAME_S:
            at += 1
        for near in range(at, at + 2):
            if abs(nodes[near, NODE_T] - t) <= SAME_S:
                for i in range(NODE_COLUMNS):
                    out[n, i] = nodes[near, i]
                break
        else:
            curved_into(out[n], nodes[at], nodes[at + 1], t)
