"""How likely a target is inside the handover basket, where its place is known with an error."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def handover_probability(offset_m: Array, covariance_m2: Array, basket_m: float) -> float:
    """Return the probability that a Gaussian error leaves the target within the basket.

    Parameters
    ----------
    offset_m : array, shape (3,)
        Mean of the error: from the predicted intercept point to the target.
    covariance_m2 : array, shape (3, 3)
        Of the error.
    basket_m : float
        Radius of the handover basket (see `hoplon.interceptor.kill.handover_succeeds`).

    Returns
    -------
    float
        Good to 0.001.

    Notes
    -----
    Derived here: the normal density integrated over the ball. Along the principal axes of the error, one
    after another: the widest in closed form, the others by Gauss-Legendre quadrature over what lies both
    within the ball and within six sigma (Abramowitz and Stegun 1964, 25.4.30).
    """
    variances, axes = np.linalg.eigh(covariance_m2)
    sigma = np.sqrt(np.maximum(variances, (1e-9 * basket_m) ** 2))
    centre = offset_m @ axes
    nodes, weights = _NODES
    y, wy = _between(centre[0], sigma[0], np.array([basket_m]), nodes, weights)
    z, wz = _between(
        centre[1], sigma[1], np.sqrt(np.maximum(basket_m**2 - y**2, 0.0)).ravel(), nodes, weights
    )
    half = np.sqrt(np.maximum(basket_m**2 - y.reshape(-1, 1) ** 2 - z**2, 0.0))
    from scipy.special import ndtr  # slow to import, and not needed where shots are drawn

    x = ndtr((half - centre[2]) / sigma[2]) - ndtr((-half - centre[2]) / sigma[2])
    return float(min(1.0, np.sum(wy.reshape(-1, 1) * wz * x)))


_NODES = np.polynomial.legendre.leggauss(24)


def _between(centre: float, sigma: float, half: Array, nodes: Array, weights: Array) -> tuple[Array, Array]:
    """Return abscissae within ±`half` (n,), and weights times the Gaussian density, shape (n, nodes)."""
    low = np.maximum(-half, centre - 6.0 * sigma)[:, None]
    high = np.maximum(low, np.minimum(half, centre + 6.0 * sigma)[:, None])
    at = 0.5 * (low + high) + 0.5 * (high - low) * nodes
    density = np.exp(-0.5 * ((at - centre) / sigma) ** 2) / (sigma * math.sqrt(2.0 * math.pi))
    return at, 0.5 * (high - low) * weights * density
