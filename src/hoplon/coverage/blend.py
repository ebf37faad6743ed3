"""Whole flights between fitted ones: the mean of sixteen, weighted by cubics in both directions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage import _kernels_blend as kernels

Array = NDArray[np.float64]


def cubic(s: float) -> Array:
    """Return the weights of four points at 0 to 3 for a value at s.

    Lagrange's formula (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 25.2.13).

    Parameters
    ----------
    s : float
        In steps; what lies outside of 0 to 3 is extrapolated.

    Returns
    -------
    array, shape (4,)
    """
    return np.array(
        (
            -(s - 1.0) * (s - 2.0) * (s - 3.0) / 6.0,
            s * (s - 2.0) * (s - 3.0) / 2.0,
            -s * (s - 1.0) * (s - 3.0) / 2.0,
            s * (s - 1.0) * (s - 2.0) / 6.0,
        )
    )


class Blend:
    """Flights to four by four points of a lattice, and all flights between them.

    Place and velocity at the same share of the same phase change smoothly from one aim point to the next, and
    so does the time at which that share is reached. A weighted mean of such flights is a flight, as nearly as
    a cubic follows that change; it falls where the cubic of sixteen places does, within metres of the cell.

    Parameters
    ----------
    flights : sequence of (nodes, ends)
        Nodes, shape (n, 13), and when the phases of the flight end: the last one with the impact, the one
        before it with thrust. All have as many phases.
    """

    def __init__(self, flights: Sequence[tuple[Array, Array]]) -> None:
        # One from the middle says where nodes lie.
        like, like_ends = flights[5]
        self._shape = like.shape
        self._samples = np.empty((len(flights), like.size + 1))
        for row, (nodes, ends) in zip(self._samples, flights, strict=True):
            kernels.align_into(row[:-1].reshape(self._shape), nodes, ends, like, like_ends)
            row[-1] = ends[-2]

    def flight(self, along: Array, across: Array) -> tuple[Array, float]:
        """Return a flight between.

        Parameters
        ----------
        along, across : array, shape (4,)
            Weights of rows and columns of the lattice (`cubic`).

        Returns
        -------
        nodes : array, shape (n, 13)
        burnout_s : float
        """
        mean: Array = np.outer(along, across).ravel() @ self._samples
        return mean[:-1].reshape(self._shape), float(mean[-1])
