"""Is a filter honest? Normalised errors and innovations, and the bands in which they should lie.

A filter that states the covariance it truly has makes normalised estimation errors squared (NEES) that follow
a chi-square law of as many degrees of freedom as the state has components; innovations (NIS) likewise, with
those of the measurement (Bar-Shalom, Li & Kirubarajan, Estimation with Applications to Tracking and
Navigation, 2001, section 5.4). Means below the band: the filter is too cautious; above: it believes too much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Band:
    """Where a mean should lie.

    Attributes
    ----------
    low, high : float
    """

    low: float
    high: float

    def share(self, values: ArrayLike) -> float:
        """Return the share of values inside.

        Parameters
        ----------
        values : array_like

        Returns
        -------
        float
        """
        v = np.asarray(values, dtype=np.float64)
        return float(np.mean((v >= self.low) & (v <= self.high)))


def nees(error: ArrayLike, covariance: ArrayLike) -> Array:
    """Compute the normalised estimation error squared, eᵀ P⁻¹ e (op. cit., eq. 5.4.2-3).

    Also the normalised innovation squared, of innovations and their covariances.

    Parameters
    ----------
    error : array_like, shape (..., d)
        Estimate less truth.
    covariance : array_like, shape (..., d, d)
        As the filter states it.

    Returns
    -------
    ndarray, shape (...)
    """
    e = np.asarray(error, dtype=np.float64)
    p = np.asarray(covariance, dtype=np.float64)
    # In units of the standard deviations: metres and metres per second then weigh alike in rounding.
    scale = np.sqrt(np.einsum("...ii->...i", p))
    scaled = p / (scale[..., :, None] * scale[..., None, :])
    u = e / scale
    return np.asarray(np.sum(u * np.linalg.solve(scaled, u[..., None])[..., 0], axis=-1))


def mean_band(dimensions: int, runs: int, probability: float = 0.95) -> Band:
    """Return where the mean of normalised squares over independent runs lies, if the filter is honest.

    The sum over n runs follows a chi-square law of n d degrees of freedom (op. cit., eq. 5.4.2-8).

    Parameters
    ----------
    dimensions : int
        d: 6 for the NEES of position and velocity, 3 for the NIS of range and angles.
    runs : int
        n.
    probability : float
        Two-sided.

    Returns
    -------
    Band
    """
    from scipy.stats import chi2

    if not (dimensions > 0 and runs > 0 and 0.0 < probability < 1.0):
        raise InputError(
            f"{dimensions} dimensions, {runs} runs, probability {probability}",
            where="band of a mean",
            remedy="Give numbers above zero, and a probability between 0 and 1.",
        )
    tail = 0.5 * (1.0 - probability)
    low, high = chi2.ppf((tail, 1.0 - tail), dimensions * runs) / runs
    return Band(float(low), float(high))


@dataclass(frozen=True, slots=True, eq=False)
class Consistency:
    """How honest a filter was over many runs.

    Attributes
    ----------
    mean : ndarray, shape (n,)
        Mean over the runs at each time.
    band : Band
        Where it should lie at each time.
    inside : float
        Share of times at which it does.
    per_dimension : float
        Mean over runs and times, over the number of dimensions: 1 for an honest filter. Errors at
        neighbouring times are alike, so its own sampling error is that of the runs, not of runs and times.
    """

    mean: Array
    band: Band
    inside: float
    per_dimension: float


def consistency(squares: ArrayLike, dimensions: int, probability: float = 0.95) -> Consistency:
    """Sum up normalised squares of many runs.

    Parameters
    ----------
    squares : array_like, shape (runs, times)
        From `nees`, or a filter's NIS.
    dimensions : int
    probability : float
        Of the band.

    Returns
    -------
    Consistency
    """
    s = np.atleast_2d(np.asarray(squares, dtype=np.float64))
    mean = s.mean(axis=0)
    band = mean_band(dimensions, len(s), probability)
    return Consistency(mean, band, band.share(mean), float(mean.mean()) / dimensions)


def whiteness(innovations: ArrayLike, covariance: ArrayLike, lag: int = 1) -> float:
    """Return the correlation of a run's whitened innovations with themselves some detections later.

    That of an optimal filter is zero, with a standard deviation of one over the root of detections times
    dimensions (op. cit., eq. 5.4.2-16, averaged over time).

    Parameters
    ----------
    innovations : array_like, shape (n, d)
    covariance : array_like, shape (n, d, d)
    lag : int
        From 1 up, below n.

    Returns
    -------
    float
    """
    root = np.linalg.cholesky(np.asarray(covariance, dtype=np.float64))
    w = np.linalg.solve(root, np.asarray(innovations, dtype=np.float64)[..., None])[..., 0]
    early, late = w[:-lag], w[lag:]
    return float(np.sum(early * late) / np.sqrt(np.sum(early**2) * np.sum(late**2)))
