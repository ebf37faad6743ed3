"""What a radar sees where nothing is drawn: detections at given quantiles of their probability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.sensor.detection import detection_threshold, probability_of_detection
from hoplon.sensor.measurement import azimuth_sigma_rad, measurement_sigmas
from hoplon.sensor.observe import Observations, PotentialDetections
from hoplon.sensor.radar import Radar

Array = NDArray[np.float64]


def expected_detections(
    radar: Radar, observations: Observations, quantile_by_threat: Sequence[float], points: Array
) -> PotentialDetections:
    """Say, for each threat and look, whether the radar is taken to detect it; measurements have no error.

    The first detection of a threat comes at the look at which the cumulative probability of detection passes
    the threat's quantile (0.5: the median of the time of first detection). From then on a look detects where
    its point is below its probability of detection. The sigmas are those of the power to be expected at a
    look that detects. A bias, and false alarms, are left out.

    Parameters
    ----------
    radar : Radar
    observations : Observations
        From `hoplon.sensor.observe.observe`.
    quantile_by_threat : sequence of float
        One for each threat, between 0 and 1.
    points : array, shape (n_threat, n_look)
        Between 0 and 1. Evenly spread over repetitions of the battle, and in no order over the looks of one,
        for a track is begun by detections that fall close together.

    Returns
    -------
    PotentialDetections

    Notes
    -----
    Cumulative probability 1 - prod (1 - Pd_i), looks independent: Blake, Radar Range-Performance Analysis
    (1986), chapter 2. Mean power given detection, derived here: z is exponential with mean 1 + SNR for
    Swerling 1, and an exponential variable forgets, so that its mean above a threshold T is T + 1 + SNR. For
    the other cases the larger of T + 1 and 1 + SNR is taken: exact for no echo, and for a strong one.
    """
    looks = observations.look_t_index
    quantile = np.asarray(quantile_by_threat, dtype=np.float64)
    in_search, in_track = (first_at(chance, quantile, points) for chance in look_chances(radar, observations))
    seen = in_search | in_track
    *means, power = mean_measurements(radar, observations)
    measured = [np.where(seen, values, np.nan) for values in means]
    t_s = observations.t_s[looks]
    return PotentialDetections(
        t_s,
        looks,
        in_search,
        in_track,
        *(measured[0], measured[1], measured[2]),
        *(measured[3], measured[4], measured[5]),
        power,
        t_s + radar.clock_offset_s,
    )


def look_chances(radar: Radar, observations: Observations) -> tuple[Array, Array]:
    """Return the probability that each look detects: with the search dwell, and with the track dwell.

    Parameters
    ----------
    radar : Radar
    observations : Observations

    Returns
    -------
    search, track : array, shape (n_threat, n_look)
    """
    snr = observations.snr_track[:, observations.look_t_index]
    chances = []
    for echo in (snr * (radar.search_dwell_s / radar.track_dwell_s), snr):
        seen = probability_of_detection(echo, radar.false_alarm_probability, radar.swerling)
        chances.append(np.where(echo > 0.0, seen, 0.0))
    if observations.searched is not None:
        chances[0] = chances[0] * observations.searched
    return chances[0], chances[1]


def mean_measurements(radar: Radar, observations: Observations) -> tuple[Array, ...]:
    """Return what each look measures if it detects: values without error, sigmas, and mean power.

    Parameters
    ----------
    radar : Radar
    observations : Observations

    Returns
    -------
    tuple of array, shape (n_threat, n_look)
        Range, azimuth, elevation; their standard errors; signal and noise over noise (`expected_detections`).
    """
    at_looks = observations.packed[:, :, observations.look_t_index]
    threshold = detection_threshold(radar.false_alarm_probability)
    power = (threshold if radar.swerling == 1 else 0.0) + 1.0 + at_looks[4]
    power = np.maximum(power, threshold + 1.0)
    sigma_range, sigma_angle = measurement_sigmas(radar, power)
    sigma_azimuth = azimuth_sigma_rad(sigma_angle, at_looks[2])
    return at_looks[0], at_looks[1], at_looks[2], sigma_range, sigma_azimuth, sigma_angle, power


def missed_so_far(probability: Array) -> Array:
    """Return the probability that no look has detected up to each one.

    Parameters
    ----------
    probability : array, shape (n_threat, n_look)

    Returns
    -------
    array, shape (n_threat, n_look)
    """
    return np.asarray(np.cumprod(1.0 - np.minimum(probability, 1.0), axis=1), dtype=np.float64)


def first_at(
    probability: Array, quantile: Array, points: Array, missed: Array | None = None
) -> NDArray[np.bool_]:
    """Turn probabilities into detections: a first one at a quantile, after that by points.

    Parameters
    ----------
    probability : array, shape (n_threat, n_look)
    quantile : array, shape (n_threat,)
    points : array, shape (n_threat, n_look)
        As for `expected_detections`.
    missed : array, optional
        `missed_so_far` of the probability, where it is known already.

    Returns
    -------
    bool array, shape (n_threat, n_look)
    """
    found = (missed_so_far(probability) if missed is None else missed) <= (1.0 - quantile)[:, None]
    first = np.diff(found, axis=1, prepend=False) & found
    return np.asarray(first | (found & (points < probability)))
