"""Sensors that keep tracks of their own and send these instead of their detections."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon.engagement.prepared import Prepared
from hoplon.streams import kernel_key
from hoplon.track.detections import DetectionBatch
from hoplon.track.fusion import TrackMessage, messages
from hoplon.track.settings import TrackerSettings
from hoplon.track.tracker import Tracker


def part(batch: DetectionBatch, rows: NDArray[np.bool_], sensor: int | None = None) -> DetectionBatch:
    """Return some rows of a batch; with a sensor's new index where it is the only one."""
    index = batch.sensor[rows] if sensor is None else np.full(int(rows.sum()), sensor)
    return DetectionBatch(
        index,
        batch.t_s[rows],
        batch.range_m[rows],
        batch.azimuth_rad[rows],
        batch.elevation_rad[rows],
        batch.sigma_range_m[rows],
        batch.sigma_azimuth_rad[rows],
        batch.sigma_elevation_rad[rows],
    )


class LocalTrackers:
    """The trackers of all sensors whose links carry tracks, and their messages on the way.

    A message holds all firm tracks of its sensor, and is sent at every tick of the battle's clock.

    Parameters
    ----------
    prepared : Prepared
    settings : TrackerSettings
    seed, run : int
    """

    def __init__(self, prepared: Prepared, settings: TrackerSettings, seed: int, run: int) -> None:
        self._limit_s = settings.maximum_lag_s
        self._radars = prepared.radars
        self._lines = prepared.lines
        self.sensors = [index for index, line in enumerate(prepared.lines) if line.carries_tracks]
        self._trackers = {index: Tracker([prepared.radars[index].site], settings) for index in self.sensors}
        self._keys = {
            index: kernel_key(seed, run, "track messages", prepared.radars[index].name)
            for index in self.sensors
        }
        #: The threat that each sensor's tracks truly follow: for the record alone.
        self.follows: dict[tuple[int, int], int] = {}
        self._waiting: list[tuple[float, int, list[TrackMessage]]] = []
        self._newest_s = dict.fromkeys(self.sensors, -np.inf)
        #: Messages sent, lost, doubled, out of order and too late, by sensor.
        self.counts = {index: np.zeros(5) for index in self.sensors}
        self._number = 0

    def step(self, t_s: float, batch: DetectionBatch, threats: NDArray[np.int64]) -> None:
        """Take in what the sensors have seen, each its own; send tracks.

        Parameters
        ----------
        t_s : float
            Now.
        batch : DetectionBatch
            Of all sensors; those that send detections are passed over.
        threats : int array
        """
        self._number += 1
        for index in self.sensors:
            tracker, line = self._trackers[index], self._lines[index]
            rows = batch.sensor == index
            own = part(batch, rows, 0)
            seen_s = t_s - line.own_s + self._radars[index].clock_offset_s
            if not len(own) and not len(tracker.numbers):
                continue
            numbers = tracker.step(max([seen_s, *own.t_s.tolist()[-1:]]), own)
            for number, threat in zip(numbers.tolist(), threats[rows].tolist(), strict=True):
                if threat >= 0:
                    self.follows[index, number] = threat
            sent = messages(tracker, index)
            if not sent:
                continue
            arrivals = line.arrivals(t_s, self._keys[index], self._number)
            self.counts[index] += (1, not arrivals, len(arrivals) > 1, 0, 0)
            self._waiting += [(arrival, index, sent) for arrival in arrivals]

    def arrived(self, t_s: float) -> list[TrackMessage]:
        """Return what has arrived, less what is too old.

        Parameters
        ----------
        t_s : float
            Now.

        Returns
        -------
        list of TrackMessage
        """
        here = sorted((item for item in self._waiting if item[0] <= t_s), key=lambda item: item[:2])
        self._waiting = [item for item in self._waiting if item[0] > t_s]
        found: list[TrackMessage] = []
        for _, index, sent in here:
            measured_s = sent[0].t_s
            late = measured_s < t_s - self._lines[index].delay_s - self._limit_s
            self.counts[index] += (0, 0, 0, measured_s < self._newest_s[index], late)
            self._newest_s[index] = max(self._newest_s[index], measured_s)
            if not late:
                found += sent
        return found
