"""Extended Kalman filter of one body in free flight, all detections of a track in one call.

Gravity with J2, Coriolis and centrifugal force in the Earth-fixed frame; radars measure range, azimuth,
elevation and, where they do, range rate (Bar-Shalom, Li & Kirubarajan, Estimation with Applications to
Tracking and Navigation, 2001, section 10.3). The discretisation is stated in `_kernels_ekf`.

Where the plain filter is honest: range is taken for straight across the line of sight. With σ⊥ the track's
standard deviation across it, the range's curvature is worth σ⊥²/R, the same from look to look until σ⊥ has
shrunk, so it must stay well below the range's noise σ_R: κ = σ⊥² / (R σ_R) below about 0.1 at the first look
that the filter takes in; after a start from a detection σ⊥ is R σ_angle. A radar good to 20 m and 1 mrad at
1,000 km has 0.05: normalised errors squared (NEES) are 1.01 to 1.03 of what they should be. One good to 30 m
and 4 mrad has 0.5: 1.1 with two others to help, 1.4 alone. A prior of 20 km has 20 or more and makes nonsense
of the plain filter (60 times and more). `COMPENSATED` iterates the update and allows for the curvature by a
bias and a variance (the battle's tracker does so otherwise, see `_kernels_update`): 1.04 alone with the
coarse radar, 1.0 from the prior of 20 km.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track import _kernels_ekf_track as kernels
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
class FilterSettings:
    """Beliefs of a filter.

    Attributes
    ----------
    free_flight_noise_m_s15 : float
        White acceleration, m/s per square root of second. The default allows for rounding only: right where
        truth is gravity with J2, as in this package. The higher harmonics of the real Earth ask for 0.001.
    iterations : int
        1 for the extended Kalman filter; more for the iterated one, which linearises a measurement again
        where it puts the target, so many times at most.
    curvature_factor : float
        0 for the plain filter; above, the range's curvature across the line of sight enters as bias, and as
        variance times this factor. 9 is assumed.
    planet : Planet
    """

    free_flight_noise_m_s15: float = 1e-5
    iterations: int = 1
    curvature_factor: float = 0.0
    planet: Planet = WGS84

    def __post_init__(self) -> None:
        if not (0.0 <= self.free_flight_noise_m_s15 < np.inf and 0.0 <= self.curvature_factor < np.inf):
            raise InputError(
                f"noise {self.free_flight_noise_m_s15}, curvature factor {self.curvature_factor}",
                where="filter settings",
                remedy="Give finite numbers from 0 up.",
            )
        if self.iterations < 1:
            raise InputError(
                f"iterations is {self.iterations}", where="filter settings", remedy="Give 1 or more."
            )

    @property
    def noise_density_m2_s3(self) -> float:
        """Power density of the white acceleration."""
        return float(self.free_flight_noise_m_s15) ** 2


#: Iterated and compensated for the curvature of range: for wide priors and coarse angles.
COMPENSATED = FilterSettings(iterations=5, curvature_factor=9.0)


def filter_track(
    sites: Sequence[Site],
    batch: DetectionBatch,
    start: TrackStart,
    settings: FilterSettings | None = None,
    *,
    range_rate_m_s: ArrayLike | None = None,
    sigma_range_rate_m_s: ArrayLike = np.inf,
) -> TrackHistory:
    """Filter the detections of one object.

    Parameters
    ----------
    sites : sequence of Site
        Where the sensors stand; the index is the sensor's index in detections.
    batch : DetectionBatch
        In the order of time, none before the start.
    start : TrackStart
        See `start_from_detection`.
    settings : FilterSettings, optional
    range_rate_m_s : array_like, shape (n,), optional
        Measured with each detection.
    sigma_range_rate_m_s : array_like, shape (n,), optional
        Its standard deviation; infinite where there is none.

    Returns
    -------
    TrackHistory

    Raises
    ------
    InputError
        If detections are out of order, name an unknown sensor, have no accuracy or are not finite.
    """
    settings = settings or FilterSettings()
    rows = batch.as_rows()
    if range_rate_m_s is not None:
        more = np.empty((len(batch), 8))
        more[:, :6], more[:, 6], more[:, 7] = rows, range_rate_m_s, sigma_range_rate_m_s
        rows = more
    beliefs = settings.noise_density_m2_s3, settings.iterations, float(settings.curvature_factor)
    known = start.state, np.array(start.covariance, dtype=np.float64), settings.planet.as_array()
    return run_filter(kernels.filter_into, sites, batch, rows, start, *known, *beliefs)[0]


class ExtendedKalmanFilter(StartsOnDetection):
    """The filter as three verbs, for a tracker that brings its own detections and association.

    Parameters
    ----------
    sites : sequence of Site
        Where the sensors stand; a detection names its sensor by index.
    settings : FilterSettings, optional
    sigma_velocity_m_s : float, optional
        Standard deviation of each component of a new track's velocity, around zero.
    """

    def __init__(
        self,
        sites: Sequence[Site],
        settings: FilterSettings | None = None,
        sigma_velocity_m_s: float = ANY_VELOCITY_M_S,
    ) -> None:
        self.settings = settings or FilterSettings()
        super().__init__(sites, sigma_velocity_m_s)
        self._table = site_table(sites)
        self._planet = self.settings.planet.as_array()

    def predict(self, x: Array, p: Array, dt_s: float) -> tuple[Array, Array]:
        """Carry a track over a time; backwards no noise is added.

        Parameters
        ----------
        x, p : ndarray, shape (6,), (6, 6)
        dt_s : float

        Returns
        -------
        x, p : ndarray
        """
        x, p = np.array(x, dtype=np.float64), np.array(p, dtype=np.float64)
        kernels.predict_into(x, p, float(dt_s), self.settings.noise_density_m2_s3, self._planet)
        return x, p

    def update(self, x: Array, p: Array, z_row: Array, site_index: int) -> tuple[Array, Array, float, float]:
        """Take a detection into a track at its own time.

        Parameters
        ----------
        x, p : ndarray, shape (6,), (6, 6)
        z_row : ndarray, shape (6,) or (8,)
            Range (m), azimuth, elevation (rad) and their standard deviations; range rate (m/s) and its own.
        site_index : int

        Returns
        -------
        x, p : ndarray
        distance2 : float
            Squared Mahalanobis distance of the detection from the track.
        logdet : float
            Logarithm of the determinant of the innovation's covariance.
        """
        x, p = np.array(x, dtype=np.float64), np.array(p, dtype=np.float64)
        distance2, determinant = kernels.update_into(
            x,
            p,
            np.array(z_row, dtype=np.float64),
            self._table,
            site_index,
            self.settings.iterations,
            float(self.settings.curvature_factor),
        )
        return x, p, float(distance2), float(np.log(determinant))
