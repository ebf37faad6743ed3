"""Whole flights between fitted ones: the mean of sixteen, weighted by cubics in both directions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage import _kernels_blend as kernels

Array = NDArray[np.float64]


def blended(samples: Array, along: float, across: float) -> Array:
    """Return the mean of sixteen rows, weighted by cubics in both directions.

    Parameters
    ----------
    samples : array, shape (16, n)
        Of four by four points of a lattice.
    along, across : float
        Where, in steps from its first row and its first column; what lies outside of 0 to 3 is extrapolated.

    Returns
    -------
    array, shape (n,)
    """
    out = np.empty(samples.shape[1])
    kernels.blend_into(out, samples, along, across)
    return out


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

    def flight(self, along: float, across: float) -> tuple[Array, float]:
        """Return a flight between.

        Parameters
        ----------
        along, across : float
            See `blended`.

        Returns
        -------
        nodes : array, shape (n, 13)
        burnout_s : float
        """
        mean = blended(self._samples, along, across)
        return mean[:-1].reshape(self._shape), float(mean[-1])
