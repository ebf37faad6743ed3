"""False alarms: how many, where, and what they cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hoplon.sensor.detection import detection_threshold
from hoplon.sensor.measurement import azimuth_sigma_rad, measurement_sigmas
from hoplon.sensor.search import false_alarms_per_frame, search_band_deg
from hoplon.streams import stream

if TYPE_CHECKING:
    from hoplon.sensor.radar import Radar

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Detections of nothing, in the order of time.

    Attributes
    ----------
    t_s, range_m, azimuth_rad, elevation_rad : ndarray
        (n,) when and where.
    sigma_range_m, sigma_azimuth_rad, sigma_elevation_rad, snr_measured : ndarray
        (n,) what the radar reports with them.
    """

    t_s: Array
    range_m: Array
    azimuth_rad: Array
    elevation_rad: Array
    sigma_range_m: Array
    sigma_azimuth_rad: Array
    sigma_elevation_rad: Array
    snr_measured: Array


def draw_false_alarms(radar: Radar, start_s: float, stop_s: float, seed: int, run: int) -> FalseAlarms:
    """Draw the false alarms of a radar that reach its tracker.

    Their number in a search frame is Poisson with the mean of `false_alarms_per_frame`; where each is
    confirmed by a second dwell, thinned by the false-alarm probability of that dwell. Directions are uniform
    over the solid angle searched, ranges uniform up to the maximum, since cells are equally long; the power
    above the threshold is exponential, as that of noise is, which forgets (derived here). The time that
    confirming costs is in `hoplon.sensor.search.search_load`.

    Parameters
    ----------
    radar : Radar
        One without a search plan has none: nothing says how many cells it searches.
    start_s, stop_s : float
        Of the battle; frames count from 0.
    seed, run : int
        Of the study and the battle. Each frame has a stream of its own: a longer battle moves no draw.

    Returns
    -------
    FalseAlarms
    """
    mean = false_alarms_per_frame(radar)
    if not radar.reports_false_alarms:
        mean *= radar.false_alarm_probability
    parts: list[Array] = []
    if radar.search is not None and mean > 0.0:
        frame_s = radar.search.frame_s
        for frame in range(math.floor(start_s / frame_s), math.ceil(stop_s / frame_s)):
            rng = stream(seed, run, "false_alarms", radar.name, str(frame))
            u = rng.random((5, rng.poisson(mean)))
            u[0] = (frame + u[0]) * frame_s
            parts.append(u[:, np.argsort(u[0])])
    drawn = np.concatenate([np.empty((5, 0)), *parts], axis=1)
    drawn = drawn[:, (drawn[0] >= start_s) & (drawn[0] < stop_s)]
    low, high = (math.sin(math.radians(edge)) for edge in search_band_deg(radar))
    width, start = math.radians(radar.azimuth_width_deg), math.radians(radar.azimuth_from_deg)
    elevation = np.arcsin(low + (high - low) * drawn[3])
    power = detection_threshold(radar.false_alarm_probability) - np.log1p(-drawn[4])
    along, across = measurement_sigmas(radar, power)
    return FalseAlarms(
        t_s=drawn[0],
        range_m=radar.maximum_range_m * drawn[1],
        azimuth_rad=(start + width * drawn[2]) % (2.0 * math.pi),
        elevation_rad=elevation,
        sigma_range_m=along,
        sigma_azimuth_rad=azimuth_sigma_rad(across, elevation),
        sigma_elevation_rad=across,
        snr_measured=power,
    )
