"""What the filters of one track share: where they start, and what they leave behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track import _kernels_ekf as kernels
from hoplon.track.detections import DetectionBatch

Array = NDArray[np.float64]

#: Standard deviation of each component of the velocity of an object of which nothing is known, m/s.
ANY_VELOCITY_M_S = 3000.0


@dataclass(frozen=True, slots=True, eq=False)
class TrackStart:
    """What is believed before the first detection that a filter takes in.

    Attributes
    ----------
    t_s : float
        Time of the state.
    r_ecef_m, v_ecef_m_s : ndarray, shape (3,)
        Position, and velocity relative to the rotating Earth.
    covariance : ndarray, shape (6, 6)
        Of position and velocity.
    """

    t_s: float
    r_ecef_m: Array
    v_ecef_m_s: Array
    covariance: Array

    @property
    def state(self) -> Array:
        """Position and velocity, shape (6,)."""
        return np.concatenate((self.r_ecef_m, self.v_ecef_m_s))


@dataclass(frozen=True, slots=True, eq=False)
class TrackHistory:
    """A track after each of its detections.

    Attributes
    ----------
    t_s : ndarray, shape (n,)
    r_ecef_m, v_ecef_m_s : ndarray, shape (n, 3)
        Position, and velocity relative to the rotating Earth.
    covariance : ndarray, shape (n, 6, 6)
        Of position and velocity.
    innovations : ndarray, shape (n, 4)
        Range (m), azimuth and elevation (rad), range rate (m/s; 0 where none was measured): measured less
        predicted.
    nis : ndarray, shape (n,)
        Normalised innovation squared: of 3 degrees of freedom, of 4 where range rate was measured.
    """

    t_s: Array
    r_ecef_m: Array
    v_ecef_m_s: Array
    covariance: Array
    innovations: Array
    nis: Array

    def __len__(self) -> int:
        return len(self.t_s)


def position_of(
    site: Site,
    range_m: ArrayLike,
    azimuth_rad: ArrayLike,
    elevation_rad: ArrayLike,
    sigma_range_m: ArrayLike,
    sigma_azimuth_rad: ArrayLike,
    sigma_elevation_rad: ArrayLike,
) -> tuple[Array, Array]:
    """Turn detections into positions with their covariances, to first order in the errors.

    Parameters
    ----------
    site : Site
    range_m, azimuth_rad, elevation_rad : array_like, shape (...)
        Measured.
    sigma_range_m, sigma_azimuth_rad, sigma_elevation_rad : array_like, shape (...)
        Their standard deviations.

    Returns
    -------
    r_ecef_m : ndarray, shape (..., 3)
    covariance : ndarray, shape (..., 3, 3)
    """
    r, az, el = (np.asarray(a, dtype=np.float64) for a in (range_m, azimuth_rad, elevation_rad))
    east, north, up = np.asarray(site.enu_from_ecef)
    level = np.sin(az)[..., None] * east + np.cos(az)[..., None] * north
    line = np.cos(el)[..., None] * level + np.sin(el)[..., None] * up
    across = np.cos(az)[..., None] * east - np.sin(az)[..., None] * north
    upward = np.cos(el)[..., None] * up - np.sin(el)[..., None] * level
    axes = np.stack((line, across, upward), axis=-1)
    sigma = np.stack(
        np.broadcast_arrays(
            np.asarray(sigma_range_m, dtype=np.float64),
            r * np.cos(el) * np.asarray(sigma_azimuth_rad),
            r * np.asarray(sigma_elevation_rad),
        ),
        axis=-1,
    )
    root = axes * sigma[..., None, :]
    return np.asarray(site.r_ecef_m) + r[..., None] * line, root @ np.swapaxes(root, -1, -2)


def start_from_detection(
    site: Site,
    batch: DetectionBatch,
    *,
    v_ecef_m_s: ArrayLike = (0.0, 0.0, 0.0),
    sigma_velocity_m_s: float = ANY_VELOCITY_M_S,
) -> TrackStart:
    """Start a track at the first detection of a batch, which the filter must then not take in again.

    Parameters
    ----------
    site : Site
        Of the sensor of that detection.
    batch : DetectionBatch
    v_ecef_m_s : array_like, shape (3,), optional
        Velocity believed beforehand.
    sigma_velocity_m_s : float, optional
        Its standard deviation, each component.

    Returns
    -------
    TrackStart

    Raises
    ------
    InputError
        If the batch is empty.
    """
    if not len(batch):
        raise InputError("no detection to start from", where="track start", remedy="Give at least one.")
    r, spread = position_of(site, *batch.as_rows()[0])
    covariance = np.zeros((6, 6))
    covariance[:3, :3] = spread
    covariance[3:, 3:] = np.eye(3) * sigma_velocity_m_s**2
    return TrackStart(float(batch.t_s[0]), r, np.array(v_ecef_m_s, dtype=np.float64), covariance)


class StartsOnDetection:
    """The first of a filter's three verbs, which is the same whatever filter it is.

    Parameters
    ----------
    sites : sequence of Site
        Where the sensors stand; a detection names its sensor by index.
    sigma_velocity_m_s : float
        Standard deviation of each component of a new track's velocity, around zero.
    """

    def __init__(self, sites: Sequence[Site], sigma_velocity_m_s: float) -> None:
        self._sites = tuple(sites)
        self._sigma_velocity = sigma_velocity_m_s

    def start(self, z_row: Array, site_index: int) -> tuple[Array, Array]:
        """Make a track of one detection.

        Parameters
        ----------
        z_row : ndarray, shape (6,)
            Range (m), azimuth, elevation (rad) and their standard deviations.
        site_index : int

        Returns
        -------
        x : ndarray, shape (6,)
            Position and velocity, Earth-fixed.
        p : ndarray, shape (6, 6)
            Covariance.
        """
        x, p = np.zeros(6), np.diag([0.0] * 3 + [self._sigma_velocity**2] * 3)
        x[:3], p[:3, :3] = position_of(self._sites[site_index], *z_row[:6])
        return x, p


def velocity_from_launch(
    r_ecef_m: ArrayLike, t_s: float, r_launch_ecef_m: ArrayLike, launch_s: float
) -> Array:
    """Guess the velocity of a missile from where and when it was launched: a prior for a cued track.

    Uniform acceleration from rest: twice the mean velocity. True to some 30 % towards the end of boost; a
    prior made of it should say so.

    Parameters
    ----------
    r_ecef_m : array_like, shape (3,)
        Where it is at `t_s`.
    t_s : float
    r_launch_ecef_m : array_like, shape (3,)
        Launch point, from a satellite's cue.
    launch_s : float
        Time of launch, before `t_s`.

    Returns
    -------
    ndarray, shape (3,)
        v_ecef, m/s.
    """
    return np.asarray(2.0 * (np.asarray(r_ecef_m) - np.asarray(r_launch_ecef_m)) / (t_s - launch_s))


def site_table(sites: Sequence[Site]) -> Array:
    """Return sites in the form that kernels take, shape (n, 12): position, east, north, up.

    Parameters
    ----------
    sites : sequence of Site

    Returns
    -------
    ndarray

    Raises
    ------
    InputError
        If there is no site.
    """
    if not sites:
        raise InputError("a filter without sensors", remedy="Give at least one site.")
    return np.array([np.concatenate((site.r_ecef_m, np.ravel(site.enu_from_ecef))) for site in sites])


def check_start(start: TrackStart) -> None:
    """Refuse a start that is no state of six, or whose covariance is not positive.

    Parameters
    ----------
    start : TrackStart

    Raises
    ------
    InputError
    """
    if np.shape(start.state) != (6,) or np.shape(start.covariance) != (6, 6):
        raise InputError(
            f"a state of {np.size(start.state)} and a covariance of shape {np.shape(start.covariance)}",
            where="track start",
            remedy="Give position and velocity, and a covariance of shape (6, 6).",
        )
    scale = np.sqrt(np.abs(np.diag(start.covariance)))
    scaled = start.covariance / np.where(scale > 0.0, np.outer(scale, scale), 1.0)
    if not np.all(np.isfinite(scaled)) or np.linalg.eigvalsh(scaled)[0] < -1e-9 or np.any(scale == 0.0):
        raise InputError(
            "a covariance that is not positive",
            where="track start",
            remedy="Give a symmetric matrix with positive variances.",
        )


def run_filter(
    kernel: Callable[..., tuple[int, int]],
    sites: Sequence[Site],
    batch: DetectionBatch,
    rows: Array,
    start: TrackStart,
    x0: Array,
    p0: Array,
    *beliefs: float | Array,
) -> tuple[TrackHistory, Array, Array]:
    """Take all detections of one object through a filter's kernel.

    Parameters
    ----------
    kernel : callable
        A `filter_into`.
    sites : sequence of Site
    batch : DetectionBatch
        In the order of time, none before the start.
    rows : ndarray, shape (n, 6) or (n, 8)
        Its measurements.
    start : TrackStart
    x0, p0 : ndarray, shape (m,), (m, m)
        State and covariance to start from, of which the first six are position and velocity.
    *beliefs : float or ndarray
        What the kernel takes besides.

    Returns
    -------
    track : TrackHistory
    states, covariances : ndarray, shape (n, m), (n, m, m)

    Raises
    ------
    InputError
        If detections are out of order, name an unknown sensor, have no accuracy or are not finite.
    """
    check_start(start)
    count, m = len(batch), len(x0)
    t_s = np.array(batch.t_s, dtype=np.float64)
    sensor = np.array(batch.sensor, dtype=np.int64)
    table = site_table(sites)
    states, covariances, fits = np.empty((count, m)), np.empty((count, m, m)), np.empty((count, 6))
    place, reason = kernel(
        states, covariances, fits, t_s, sensor, rows, table, float(start.t_s), x0, p0, *beliefs
    )
    refuse(reason, place, t_s, sensor, len(table))
    track = TrackHistory(t_s, states[:, :3], states[:, 3:6], covariances[:, :6, :6], fits[:, 2:], fits[:, 0])
    return track, states, covariances


def refuse(reason: int, place: int, t_s: Array, sensor: NDArray[np.int64], sensors: int) -> None:
    """Say in the user's words why a filter stopped at a detection.

    Parameters
    ----------
    reason : int
        From a kernel; `FINE` passes.
    place : int
        Index of the detection.
    t_s, sensor : arrays
        Of all detections.
    sensors : int
        How many sites there are.

    Raises
    ------
    InputError
    """
    if reason == kernels.FINE:
        return
    what, remedy = {
        kernels.DISORDER: (
            f"it was measured at {t_s[place]:.6g} s, before the state that it should update",
            "Sort detections by time, and start at or before the first; late ones are for `Tracker`.",
        ),
        kernels.NO_SENSOR: (f"sensor {sensor[place]}", f"Use sensor indices 0 to {sensors - 1}."),
        kernels.NO_SIGMA: ("a standard deviation that is not above zero", "State the sensor's accuracy."),
    }.get(reason, ("the measurement or the state is not finite", "Look for NaN; start nearer to the truth."))
    raise InputError(f"detection {place}: {what}", where="track filter", remedy=remedy)
