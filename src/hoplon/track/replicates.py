"""Many replicates of one track at once: their looks and their extended Kalman filter, in vector instructions.

For studies of how honest and how good a filter is. The filter is that of `hoplon.track.ekf`, line by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track import _kernels_ekf_lanes as lanes
from hoplon.track._kernels_ekf import DISORDER, LONGEST_STEP_S, NO_SENSOR, NO_SIGMA
from hoplon.track.ekf import FilterSettings
from hoplon.track.single import refuse, site_table

Array = NDArray[np.float64]

_UPPER = np.triu_indices(6)


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateHistory:
    """Many replicates of one track after some of its detections.

    Attributes
    ----------
    t_s : ndarray, shape (k,)
    r_ecef_m, v_ecef_m_s : ndarray, shape (k, m, 3)
    covariance : ndarray, shape (k, m, 6, 6)
        Of position and velocity.
    nis : ndarray, shape (k, m)
        Normalised innovation squared of the detection, 3 degrees of freedom.
    """

    t_s: Array
    r_ecef_m: Array
    v_ecef_m_s: Array
    covariance: Array
    nis: Array


def measure_replicates(
    sites: Sequence[Site],
    sensor: ArrayLike,
    r_ecef_m: Array,
    sigma: ArrayLike,
    rng: np.random.Generator,
) -> Array:
    """Look at the replicates of one schedule, with Gaussian noise.

    Parameters
    ----------
    sites : sequence of Site
    sensor : array_like, shape (n,)
    r_ecef_m : ndarray, shape (m, n, 3)
        True position of each replicate at each look.
    sigma : array_like, shape (n, 3) or (3,)
        Standard deviations of range (m), azimuth and elevation (rad); zero for exact looks.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n, 3, m)
        Range, azimuth and elevation, as `filter_replicates` takes them. Azimuth and elevation are exact to
        1e-9 rad for replicates within 0.6 rad of the first one of theirs.

    Raises
    ------
    InputError
        If shapes do not fit, or a sensor is unknown.
    """
    sensors = np.array(sensor, dtype=np.int64)
    table = site_table(sites)
    shape = np.shape(r_ecef_m)
    if len(shape) != 3 or shape[1:] != (len(sensors), 3) or 0 in shape:
        raise InputError(
            f"positions of shape {shape} for {len(sensors)} looks",
            where="replicates",
            remedy="Give shape (replicates, looks, 3), none of them zero.",
        )
    known = (sensors >= 0) & (sensors < len(table))
    if not known.all():
        refuse(NO_SENSOR, int(np.argmin(known)), np.zeros(len(sensors)), sensors, len(table))
    accuracy = np.array(np.broadcast_to(np.asarray(sigma, dtype=np.float64), (len(sensors), 3)))
    out = rng.standard_normal((len(sensors), 3, shape[0]))
    lanes.look_lanes_onto(out, np.ascontiguousarray(r_ecef_m, dtype=np.float64), sensors, accuracy, table)
    return out


def filter_replicates(
    sites: Sequence[Site],
    t_s: ArrayLike,
    sensor: ArrayLike,
    measured: Array,
    sigma: ArrayLike,
    start_s: float,
    states: ArrayLike,
    covariances: ArrayLike,
    settings: FilterSettings | None = None,
    keep: ArrayLike | None = None,
) -> ReplicateHistory:
    """Filter many replicates of one schedule of detections, in vector instructions.

    A replicate's result does not depend on its neighbours beyond rounding, as long as its azimuth and
    elevation lie within 0.5 rad of theirs. The plain filter only.

    Parameters
    ----------
    sites : sequence of Site
    t_s, sensor : array_like, shape (n,)
        The schedule: in the order of time, none before `start_s`.
    measured : ndarray, shape (n, 3, m)
        Range (m), azimuth and elevation (rad) of each detection and replicate.
    sigma : array_like, shape (n, 3)
        Their standard deviations.
    start_s : float
    states : array_like, shape (m, 6)
        Position and velocity, Earth-fixed, at `start_s`.
    covariances : array_like, shape (6, 6) or (m, 6, 6)
    settings : FilterSettings, optional
    keep : array_like of int, shape (k,), optional
        Ascending indices of the detections after which the tracks are wanted; the last one by default.

    Returns
    -------
    ReplicateHistory

    Raises
    ------
    InputError
        If the schedule is out of order, names an unknown sensor or has no accuracy, if shapes do not fit, or
        if settings ask for more than the plain filter.
    """
    settings = settings or FilterSettings()
    times = np.array(t_s, dtype=np.float64)
    count, replicates = len(times), np.shape(measured)[-1]
    sensors = np.array(sensor, dtype=np.int64)
    table = site_table(sites)
    accuracy = np.array(np.broadcast_to(np.asarray(sigma, dtype=np.float64), (count, 3)))
    _check_schedule(times, sensors, accuracy, np.shape(measured), start_s, len(table), settings)
    kept = np.array([count - 1] if keep is None else keep, dtype=np.int64)
    gaps = np.diff(times, prepend=start_s)
    pieces = np.maximum(np.ceil(gaps / LONGEST_STEP_S).astype(np.int64), 1)
    which = np.repeat(np.arange(count), pieces)
    last = np.cumsum(pieces) - 1
    variances = np.full((len(which), 3), np.inf)
    variances[last] = accuracy**2
    padded = -(-replicates // lanes.LANES) * lanes.LANES
    fill = np.minimum(np.arange(padded), replicates - 1)
    looks = np.asarray(measured, dtype=np.float64)
    x = np.asarray(states, dtype=np.float64)
    p = np.broadcast_to(np.asarray(covariances, dtype=np.float64), (replicates, 6, 6))
    out = np.empty((len(kept), lanes.QUANTITIES, padded))
    lanes.filter_lanes_into(
        out,
        last[kept],
        np.ascontiguousarray(looks if padded == replicates else np.take(looks, fill, axis=2)),
        which,
        (gaps / pieces)[which],
        sensors[which],
        variances,
        table,
        np.ascontiguousarray(x[fill].T),
        np.ascontiguousarray(p[:, _UPPER[0], _UPPER[1]][fill].T),
        settings.planet.as_array(),
        settings.noise_density_m2_s3,
    )
    found = np.moveaxis(out[:, :, :replicates], 1, 2)
    covariance = np.empty((len(kept), replicates, 6, 6))
    covariance[..., _UPPER[0], _UPPER[1]] = found[..., 6:27]
    covariance[..., _UPPER[1], _UPPER[0]] = found[..., 6:27]
    return ReplicateHistory(times[kept], found[..., :3], found[..., 3:6], covariance, found[..., 27])


def _check_schedule(
    times: Array,
    sensors: NDArray[np.int64],
    sigma: Array,
    shape: tuple[int, ...],
    start_s: float,
    known: int,
    settings: FilterSettings,
) -> None:
    if len(shape) != 3 or shape[:2] != (len(times), 3) or len(sensors) != len(times) or 0 in shape:
        raise InputError(
            f"measurements of shape {shape} for {len(times)} times",
            where="track filter",
            remedy="Give shape (detections, 3, replicates), none of them zero.",
        )
    if settings.iterations != 1 or settings.curvature_factor != 0.0:
        raise InputError(
            "replicates with an iterated or compensated update",
            where="track filter",
            remedy="Use `filter_track` for each replicate.",
        )
    checks = (
        (np.diff(times, prepend=start_s) >= 0.0, DISORDER),
        ((sensors >= 0) & (sensors < known), NO_SENSOR),
        ((sigma > 0.0).all(axis=1), NO_SIGMA),
    )
    for fine, reason in checks:
        if not fine.all():
            refuse(reason, int(np.argmin(fine)), times, sensors, known)
