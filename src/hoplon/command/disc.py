"""How likely a normally distributed point falls on a disc: of warned places, and of defended grounds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

#: A disc, or an ellipse, that is narrower than this is as good as a point, or a line.
LEAST_KM = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """How finely a disc is integrated over.

    Attributes
    ----------
    node, weight : array
        Of Gauss and Legendre, in panels side by side, from -1 to 1; weights add up to 2.
    far : float
        Beyond so many standard deviations nothing falls.
    """

    node: Array
    weight: Array
    far: float

    @classmethod
    def of(cls, panels: int, order: int, far: float) -> Rule:
        """Make one of equal panels."""
        node, weight = np.polynomial.legendre.leggauss(order)
        middle = (2.0 * np.arange(panels)[:, None] + 1.0) / panels - 1.0
        return cls((middle + node / panels).ravel(), np.tile(weight / panels, panels), far)


#: To 1e-7, and digits for discs that are far away: nothing falls beyond nine standard deviations (1e-19).
FINE = Rule.of(24, 12, 9.0)
#: To 1e-5, for many at a time: nothing falls beyond five standard deviations (one in a million does).
QUICK = Rule.of(1, 24, 5.0)


def disc_probability(
    along_km: ArrayLike,
    across_km: ArrayLike,
    radius_km: ArrayLike,
    sigma_along_km: ArrayLike,
    sigma_across_km: ArrayLike,
    rule: Rule = FINE,
) -> Array:
    """Return the probability that a normally distributed point falls on each of several discs.

    Parameters
    ----------
    along_km, across_km : array_like
        From the mean to the centre of the disc, or back, along the long and the short axis of the
        distribution.
    radius_km : array_like
        Of the disc, from 0.
    sigma_along_km, sigma_across_km : array_like
        Standard deviations along the two axes.
    rule : Rule

    Returns
    -------
    array
        Of their common shape.

    Notes
    -----
    The integral over each chord along the long axis is a difference of normal distribution functions; the
    chords are summed by Gauss-Legendre quadrature in the angle theta, with y = y0 + R sin(theta), which takes
    the edges of the disc in its stride. The integral is that of DiDonato and Jarnagin, Math. Comput. 15
    (1961) 375; its order is ours. In the round case it is the offset circle probability, a noncentral
    chi-square distribution with two degrees of freedom, or one minus Marcum's function Q1(d / sigma,
    R / sigma).
    """
    from scipy.special import ndtr  # slow to import

    x0, y0, radius, wide, narrow = np.broadcast_arrays(
        *(np.asarray(a, dtype=float) for a in (along_km, across_km, radius_km)),
        np.maximum(sigma_along_km, LEAST_KM),
        np.maximum(sigma_across_km, LEAST_KM),
    )
    size = np.maximum(radius, 1e-12)
    low = np.arcsin(np.clip((np.maximum(y0 - size, -rule.far * narrow) - y0) / size, -1.0, 1.0))
    high = np.arcsin(np.clip((np.minimum(y0 + size, rule.far * narrow) - y0) / size, -1.0, 1.0))
    middle, room = 0.5 * (low + high), 0.5 * (high - low)
    theta = middle[..., None] + room[..., None] * rule.node
    y, half = (y0[..., None] + size[..., None] * np.sin(theta)), size[..., None] * np.cos(theta)
    # The smaller tail is differenced, so that far discs keep their digits.
    aside, wide_ = -np.abs(x0)[..., None], wide[..., None]
    chord = ndtr((aside + half) / wide_) - ndtr((aside - half) / wide_)
    density = np.exp(-0.5 * (y / narrow[..., None]) ** 2)
    total = (rule.weight * density * chord * half).sum(axis=-1)
    chance = np.clip(room * total / (math.sqrt(2.0 * math.pi) * narrow), 0.0, 1.0)
    away, far = np.hypot(x0, y0), rule.far * np.maximum(wide, narrow)
    return np.asarray(np.where(away - radius > far, 0.0, np.where(away + far <= radius, 1.0, chance)))
