"""What was sampled through a battle: belief beside truth, and who saw whom when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrackSamples:
    """The defence's belief beside the truth, sampled through one battle; all arrays have one length.

    Attributes
    ----------
    threat : tuple of str
        The threat that the track truly follows.
    track : integer array
    t_s : array
    r_true_ecef_m, r_track_ecef_m : array, shape (n, 3)
    position_sigma_m : array
        Square root of the trace of the track's own position covariance.
    impact_error_km : array
        Distance from the predicted to the true impact point; NaN where there was no prediction.
    position_nees : array
        Normalised error squared of the position, e' P⁻¹ e with the track's own covariance P: 3 on average for
        a filter that knows how well it does, more for one too sure of itself. NaN where it was not recorded.
    """

    threat: tuple[str, ...]
    track: NDArray[np.int64]
    t_s: Array
    r_true_ecef_m: Array
    r_track_ecef_m: Array
    position_sigma_m: Array
    impact_error_km: Array
    position_nees: Array = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        if len(self.position_nees) != len(self.t_s):
            # Records from before it was kept.
            object.__setattr__(self, "position_nees", np.full(len(self.t_s), np.nan))


@dataclass(frozen=True, slots=True)
class SensorViews:
    """Stretches of time in which one sensor detected one threat again and again; all of one length.

    Attributes
    ----------
    sensor, threat : tuple of str
    first_s, last_s : array
        Times of its first and last detection, from scenario zero.
    detections : integer array
        How many there were.
    """

    sensor: tuple[str, ...] = ()
    threat: tuple[str, ...] = ()
    first_s: Array = field(default_factory=lambda: np.empty(0))
    last_s: Array = field(default_factory=lambda: np.empty(0))
    detections: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))


def views_of(
    detections: Sequence[tuple[NDArray[np.int64], Array, NDArray[np.int64]]],
    sensors: Sequence[str],
    threats: Sequence[str],
    longest_gap_s: float,
) -> SensorViews:
    """Join single detections into stretches.

    Parameters
    ----------
    detections : sequence of (sensor, t_s, threat)
        Arrays of one length, part by part as they arrived; sensor and threat by number, the threat -1 for
        what is none.
    sensors, threats : sequence of str
        Their names.
    longest_gap_s : float
        A longer time without a detection ends a stretch.

    Returns
    -------
    SensorViews
        Sensor by sensor, threat by threat, in the order of time.
    """
    if not detections:
        return SensorViews()
    sensor, t_s, threat = (np.concatenate(part) for part in zip(*detections, strict=True))
    if len(threat) and threat.min() < 0:
        sensor, t_s, threat = sensor[threat >= 0], t_s[threat >= 0], threat[threat >= 0]
    if not len(threat):
        return SensorViews()
    if (np.diff(t_s) < 0.0).any():  # messages that came late
        order = np.argsort(t_s, kind="stable")
        sensor, t_s, threat = sensor[order], t_s[order], threat[order]
    pair = sensor * len(threats) + threat
    if len(sensors) * len(threats) < 2**15:
        pair = pair.astype(np.int16)  # short numbers are sorted by their digits, seven times as fast
    order = np.argsort(pair, kind="stable")  # within a pair the order of time stays
    pair, t_s = pair[order], t_s[order]
    breaks = np.flatnonzero((np.diff(pair) != 0) | (np.diff(t_s) > longest_gap_s)) + 1
    starts = np.concatenate([np.zeros(1, dtype=np.int64), breaks])
    ends = np.append(breaks, len(pair))
    of_sensor, of_threat = np.divmod(pair[starts], len(threats))
    return SensorViews(
        tuple(sensors[i] for i in of_sensor.tolist()),
        tuple(threats[i] for i in of_threat.tolist()),
        t_s[starts],
        t_s[ends - 1],
        ends - starts,
    )


def joined(parts: Sequence[Any], name: str) -> NDArray[Any]:
    """Put one column of many battles together.

    Parameters
    ----------
    parts : sequence of TrackSamples or SensorViews
    name : str

    Returns
    -------
    array
    """
    return np.concatenate([getattr(part, name) for part in parts]) if parts else np.empty(0)
