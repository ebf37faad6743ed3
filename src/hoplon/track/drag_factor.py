"""From the drag factor that a track learns to the ballistic coefficient that predictions take, and back."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon.track._kernels import LEAST_DRAG_FACTOR

Array = NDArray[np.float64]


def coefficient_from_factor(factor: float, covariance: Array, believed_kg_m2: float) -> tuple[float, Array]:
    """Return the ballistic coefficient of a track whose seventh number is a drag factor.

    A factor of mean m and variance V counts as log-normal; one over it is log-normal too, with the variance
    ln(1 + V / m²) of its logarithm (Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 1,
    1994, chapter 14). Correlations stay, their sign turned: so it is to first order in the factor's error.

    Parameters
    ----------
    factor : float
    covariance : array, shape (7, 7)
        Of position, velocity and the factor.
    believed_kg_m2 : float
        The ballistic coefficient whose drag has the factor one.

    Returns
    -------
    ballistic_coefficient_kg_m2 : float
        Its median.
    covariance : array, shape (7, 7)
        Of position, velocity and the logarithm of the coefficient.
    """
    mean = max(factor, LEAST_DRAG_FACTOR)
    variance = max(float(covariance[6, 6]), 1e-12)
    log_variance = math.log1p(variance / mean**2)
    return believed_kg_m2 / mean * math.exp(0.5 * log_variance), _scaled(
        covariance, -math.sqrt(log_variance / variance)
    )


def factor_from_coefficient(
    ballistic_coefficient_kg_m2: float, covariance: Array, believed_kg_m2: float
) -> tuple[float, Array]:
    """Return the drag factor of a track whose ballistic coefficient is given: the way back.

    Parameters
    ----------
    ballistic_coefficient_kg_m2 : float
        Its median.
    covariance : array, shape (7, 7)
        Of position, velocity and the logarithm of the coefficient.
    believed_kg_m2 : float

    Returns
    -------
    factor : float
    covariance : array, shape (7, 7)
    """
    log_variance = max(float(covariance[6, 6]), 1e-12)
    mean = believed_kg_m2 / ballistic_coefficient_kg_m2 * math.exp(0.5 * log_variance)
    variance = mean**2 * math.expm1(log_variance)
    return mean, _scaled(covariance, -math.sqrt(variance / log_variance))


def _scaled(covariance: Array, by: float) -> Array:
    out = covariance[:7, :7].copy()
    out[6, :] *= by
    out[:, 6] *= by
    return out
