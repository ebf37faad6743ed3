"""Unscented Kalman filter of one body in free flight: `hoplon.track.ekf` without gradients.

Scaled sigma points (Julier, Proc. American Control Conf. 2002, 4555; Wan & van der Merwe, Proc. IEEE Symp.
Adaptive Systems for Signal Processing, Communications and Control 2000, 153), drawn from the prior for the
prediction and again from the prediction for the update. Motion, discretisation and looks are those of the
extended filter; the curvature of range enters by the points themselves, so no compensation is offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track import _kernels_ukf as kernels
from hoplon.track.detections import DetectionBatch
from hoplon.track.single import (
    ANY_VELOCITY_M_S,
    StartsOnDetection,
    TrackHistory,
    TrackStart,
    run_filter,
    site_table,
)

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class UnscentedSettings:
    """Beliefs of an unscented filter.

    Attributes
    ----------
    free_flight_noise_m_s15 : float
        White acceleration, m/s per square root of second; see `hoplon.track.ekf.FilterSettings`.
    alpha, beta, kappa : float
        Of the scaled sigma points: they lie √(α² (6 + κ)) columns of the covariance's Cholesky factor off
        the mean; β = 2 suits a Gaussian. The defaults (κ = 3 - 6) are Stone Soup's.
    planet : Planet
    """

    free_flight_noise_m_s15: float = 1e-5
    alpha: float = 0.5
    beta: float = 2.0
    kappa: float = -3.0
    planet: Planet = WGS84

    def __post_init__(self) -> None:
        values = (self.free_flight_noise_m_s15, self.alpha, self.beta, self.kappa)
        if not all(map(np.isfinite, values)) or self.free_flight_noise_m_s15 < 0.0:
            raise InputError(
                f"noise, alpha, beta, kappa are {values}",
                where="filter settings",
                remedy="Finite, noise >= 0.",
            )
        if self.alpha == 0.0 or self.kappa <= -6.0:
            raise InputError(
                f"alpha {self.alpha} and kappa {self.kappa} leave no room between sigma points",
                where="filter settings",
                remedy="Give an alpha that is not zero and a kappa above -6.",
            )

    def weights(self) -> Array:
        """Return reach and weights of the sigma points: reach, middle in mean and covariance, others."""
        scale = self.alpha**2 * (6.0 + self.kappa)
        middle = 1.0 - 6.0 / scale
        return np.array([scale**0.5, middle, middle + 1.0 - self.alpha**2 + self.beta, 0.5 / scale])


def filter_track(
    sites: Sequence[Site],
    batch: DetectionBatch,
    start: TrackStart,
    settings: UnscentedSettings | None = None,
) -> TrackHistory:
    """Filter the detections of one object.

    Parameters
    ----------
    sites : sequence of Site
        Where the sensors stand; the index is the sensor's index in detections.
    batch : DetectionBatch
        In the order of time, none before the start.
    start : TrackStart
    settings : UnscentedSettings, optional

    Returns
    -------
    TrackHistory

    Raises
    ------
    InputError
        If detections are out of order, name an unknown sensor, have no accuracy or are not finite.
    """
    settings = settings or UnscentedSettings()
    beliefs = settings.free_flight_noise_m_s15**2, settings.weights()
    known = start.state, np.array(start.covariance, dtype=np.float64), settings.planet.as_array()
    return run_filter(kernels.filter_into, sites, batch, batch.as_rows(), start, *known, *beliefs)[0]


class UnscentedKalmanFilter(StartsOnDetection):
    """The filter as three verbs, for a tracker that brings its own detections and association.

    Parameters
    ----------
    sites : sequence of Site
        Where the sensors stand; a detection names its sensor by index.
    settings : UnscentedSettings, optional
    sigma_velocity_m_s : float, optional
        Standard deviation of each component of a new track's velocity, around zero.
    """

    def __init__(
        self,
        sites: Sequence[Site],
        settings: UnscentedSettings | None = None,
        sigma_velocity_m_s: float = ANY_VELOCITY_M_S,
    ) -> None:
        self.settings = settings or UnscentedSettings()
        super().__init__(sites, sigma_velocity_m_s)
        self._table = site_table(sites)
        self._planet = self.settings.planet.as_array()
        self._weights = self.settings.weights()

    def predict(self, x: Array, p: Array, dt_s: float) -> tuple[Array, Array]:
        """Carry a track over a time; backwards no noise is added.

        Parameters
        ----------
        x, p : ndarray, shape (6,), (6, 6)
        dt_s : float

        Returns
        -------
        x, p : ndarray

        Raises
        ------
        InputError
            If the covariance is not positive.
        """
        x, p = np.array(x, dtype=np.float64), np.array(p, dtype=np.float64)
        density = self.settings.free_flight_noise_m_s15**2
        if not kernels.predict_into(x, p, float(dt_s), density, self._planet, self._weights):
            raise InputError("a covariance that is not positive", where="track filter")
        return x, p

    def update(self, x: Array, p: Array, z_row: Array, site_index: int) -> tuple[Array, Array, float, float]:
        """Take a detection into a track at its own time.

        Parameters
        ----------
        x, p : ndarray, shape (6,), (6, 6)
        z_row : ndarray, shape (6,)
            Range (m), azimuth, elevation (rad) and their standard deviations.
        site_index : int

        Returns
        -------
        x, p : ndarray
        distance2, logdet : float
            Squared Mahalanobis distance of the detection, logarithm of the determinant of the innovation's
            covariance.

        Raises
        ------
        InputError
            If the covariance is not positive.
        """
        x, p = np.array(x, dtype=np.float64), np.array(p, dtype=np.float64)
        z = np.array(z_row, dtype=np.float64)
        distance2, determinant = kernels.update_into(x, p, z, self._table, site_index, self._weights)
        if not np.isfinite(distance2):
            raise InputError("a covariance that is not positive", where="track filter")
        return x, p, float(distance2), float(np.log(determinant))
