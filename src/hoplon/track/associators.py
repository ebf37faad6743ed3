"""The associators of this package, behind the same door as a user's own (`plugins`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from hoplon.track import _kernels_jpda
from hoplon.track.plugins import Pairs

Array = NDArray[np.float64]


class GlobalNearestNeighbour:
    """Each detection to one track: the pairs whose Mahalanobis distances have the least sum."""

    def associate(self, pairs: Pairs) -> Array:
        """Pair tracks and detections.

        Parameters
        ----------
        pairs : Pairs

        Returns
        -------
        array, shape (tracks, detections + 1)
            Ones and zeros.
        """
        tracks, detections = pairs.distance2.shape
        missed = float(np.sqrt(pairs.gate))
        # A column of its own for each track stands for "none".
        cost = np.full((tracks, detections + tracks), 1e12)
        inside = np.isfinite(pairs.distance2)
        cost[:, :detections][inside] = np.sqrt(pairs.distance2[inside])
        cost[np.arange(tracks), detections + np.arange(tracks)] = missed
        result = np.zeros((tracks, detections + 1))
        rows, columns = linear_sum_assignment(cost)
        result[rows, np.minimum(columns, detections)] = 1.0
        return result


class JointProbabilistic:
    """Each track to all detections, with the probabilities of the joint events (`_kernels_jpda.joint`)."""

    def associate(self, pairs: Pairs) -> Array:
        """Compute the probability of each pair.

        Parameters
        ----------
        pairs : Pairs

        Returns
        -------
        array, shape (tracks, detections + 1)
        """
        tracks, detections = pairs.distance2.shape
        result = np.empty((tracks, detections + 1))
        _kernels_jpda.joint(np.exp(pairs.log_ratio), np.full(tracks, pairs.missed), result)
        return result
