"""Extended Kalman filter of a body that enters the air, with its ballistic coefficient as a seventh state.

The drag state is the logarithm of β, mass over drag coefficient times area, as a random walk: β stays
positive and its error is a fraction (Li & Jilkov, IEEE Trans. Aerosp. Electron. Syst. 46 (2010) 96, survey
the choices). With `sigma_log_beta` and `log_beta_walk_s05` zero, β is as stated: six states. Air is the US
Standard Atmosphere 1976, at rest on the rotating Earth. The plain update: by the time a target re-enters, its
track should be good to well under a kilometre (see `hoplon.track.ekf`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track import _kernels_reentry as kernels
from hoplon.track.detections import DetectionBatch
from hoplon.track.single import TrackHistory, TrackStart, check_start, run_filter

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReentrySettings:
    """Beliefs of a filter for re-entry.

    Attributes
    ----------
    ballistic_coefficient_kg_m2 : float
        Believed at the start.
    sigma_log_beta : float
        Standard deviation of its logarithm: 0.5 says, within a factor of 1.65. A body four times as heavy
        for its drag is then 2.8 standard deviations off, and the filter believes too much around 20 km
        (normalised errors squared up to 4 times what they should be; 0.7 to 1.7 within a factor of 2.2).
    log_beta_walk_s05 : float
        By how much the logarithm wanders in a second (root of its power density): the drag coefficient
        changes with Mach number.
    free_flight_noise_m_s15 : float
        White acceleration, m/s per square root of second.
    planet : Planet
    """

    ballistic_coefficient_kg_m2: float = 2000.0
    sigma_log_beta: float = 0.5
    log_beta_walk_s05: float = 0.03
    free_flight_noise_m_s15: float = 1e-5
    planet: Planet = WGS84

    def __post_init__(self) -> None:
        others = (self.sigma_log_beta, self.log_beta_walk_s05, self.free_flight_noise_m_s15)
        beta = self.ballistic_coefficient_kg_m2
        if not (0.0 < beta < np.inf and all(0.0 <= each < np.inf for each in others)):
            raise InputError(
                f"ballistic coefficient {beta}, sigma, walk and noise {others}",
                where="filter settings",
                remedy="Give a positive coefficient, and finite numbers from 0 up.",
            )


@dataclass(frozen=True, slots=True, eq=False)
class ReentryHistory:
    """A track through the air after each of its detections.

    Attributes
    ----------
    track : TrackHistory
        Position and velocity, as for free flight.
    ballistic_coefficient_kg_m2 : ndarray, shape (n,)
        Estimated: the exponential of the mean logarithm.
    sigma_log_beta : ndarray, shape (n,)
        Standard deviation of the logarithm.
    covariance : ndarray, shape (n, 7, 7)
        Of position, velocity and log β.
    """

    track: TrackHistory
    ballistic_coefficient_kg_m2: Array
    sigma_log_beta: Array
    covariance: Array


def filter_reentry(
    sites: Sequence[Site],
    batch: DetectionBatch,
    start: TrackStart,
    settings: ReentrySettings | None = None,
) -> ReentryHistory:
    """Filter the detections of one object that falls into the air.

    Parameters
    ----------
    sites : sequence of Site
        Where the sensors stand; the index is the sensor's index in detections.
    batch : DetectionBatch
        In the order of time, none before the start.
    start : TrackStart
        For instance the last state of a track in free flight.
    settings : ReentrySettings, optional

    Returns
    -------
    ReentryHistory

    Raises
    ------
    InputError
        If detections are out of order, name an unknown sensor, have no accuracy or are not finite.
    """
    settings = settings or ReentrySettings()
    check_start(start)
    x0 = np.append(start.state, np.log(settings.ballistic_coefficient_kg_m2))
    p0 = np.zeros((kernels.STATES, kernels.STATES))
    p0[:6, :6] = start.covariance
    p0[6, 6] = settings.sigma_log_beta**2
    beliefs = settings.free_flight_noise_m_s15**2, settings.log_beta_walk_s05**2
    known = x0, p0, settings.planet.as_array()
    track, states, covariances = run_filter(
        kernels.filter_into, sites, batch, batch.as_rows(), start, *known, *beliefs
    )
    sigma = np.sqrt(covariances[:, 6, 6])
    return ReentryHistory(track, np.exp(states[:, 6]), sigma, covariances)
