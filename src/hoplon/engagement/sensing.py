"""What the sensors report in one battle, in the order in which the defence gets to know it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon.engagement._kernels import gather, release
from hoplon.engagement.prepared import Prepared
from hoplon.sensor.observe import draw_detections
from hoplon.sensor.satellite import BoostPath, SatelliteReport
from hoplon.streams import kernel_key, stream
from hoplon.track.detections import DetectionBatch

#: A radar looks at a threat that has long been in firm track less often: at every so many of its looks, from
#: so long after the track became firm. A usual economy of phased arrays (Blackman and Popoli, Design and
#: Analysis of Modern Tracking Systems, 1999, chapter 15); the figures are assumed.
MATURE_AFTER_S = 45.0
MATURE_EVERY = 4

#: The columns that become a batch; the order is that of `DetectionBatch`.
_MEASURED = (
    "range_m",
    "azimuth_rad",
    "elevation_rad",
    "sigma_range_m",
    "sigma_azimuth_rad",
    "sigma_elevation_rad",
)


class Sensing:
    """All that the sensors could report in one battle, drawn at its start and released look by look.

    What a radar would measure if it looked does not depend on what the defence does; whether it looks with
    the search or with the track dwell, and whether the threat still lives, does. So everything is drawn
    once, per radar and threat, and filtered as the clock goes.

    Parameters
    ----------
    prepared : Prepared
    seed, run : int
    """

    def __init__(self, prepared: Prepared, seed: int, run: int) -> None:
        self.satellite_reports = _satellite_reports(prepared, seed, run)
        names = [threat.name for threat in prepared.threats]
        self._from_s = np.full((3, len(names)), np.inf)
        #: From these times on radars look for each threat with the track dwell, spend fewer looks on it, and
        #: the threat is no more.
        self.cued_from_s, self.mature_from_s, self.dead_from_s = self._from_s
        parts: list[NDArray[np.float64]] = []
        for index, (radar, seen) in enumerate(zip(prepared.radars, prepared.observations, strict=True)):
            if seen.last_look.max() < 0:
                continue
            keys = [kernel_key(seed, run, "detections", radar.name, name) for name in names]
            bias_key = kernel_key(seed, run, "bias", radar.name) if radar.bias.stated else None
            drawn = draw_detections(radar, seen, keys, bias_key)
            measured = tuple(getattr(drawn, name) for name in _MEASURED)
            parts.append(
                gather(index, drawn.t_s, drawn.detected_search, drawn.detected_track, measured, MATURE_EVERY)
            )
        self._columns = np.concatenate(parts, axis=1) if parts else np.empty((6 + len(_MEASURED), 0))
        # Radar by radar and threat by threat so far: a stable sort by time keeps that order within a time.
        self._order = np.argsort(self._columns[0], kind="stable")
        self._time_s = self._columns[0, self._order]
        self._next = 0

    def until(self, t_s: float) -> tuple[DetectionBatch, NDArray[np.int64]]:
        """Release the detections measured since the last call, until `t_s`.

        Parameters
        ----------
        t_s : float
            Time of measurement, from scenario zero.

        Returns
        -------
        batch : DetectionBatch
            What the tracker gets: no truth in it.
        threat : integer array
            The threat behind each detection, for the record alone.
        """
        start = self._next
        stop = int(np.searchsorted(self._time_s, t_s, side="right"))
        self._next = stop
        if start == stop:
            return DetectionBatch.empty(), np.empty(0, dtype=np.int64)
        sensor, measured, threat = release(start, stop, self._order, self._columns, self._from_s)
        return DetectionBatch(sensor, *measured), threat


def _satellite_reports(prepared: Prepared, seed: int, run: int) -> list[tuple[SatelliteReport, str, int]]:
    """Draw the satellites' reports, with sensor name and threat number, in the order of arrival."""
    reports = []
    for satellite in prepared.satellites:
        for number, threat in enumerate(prepared.threats):
            boost_s = threat.trajectory.burnout_s
            path = None
            if satellite.needs_path:
                flight = threat.trajectory
                burns = flight.t_s <= boost_s
                path = BoostPath(flight.t_s[burns], flight.r_ecef_m[burns], flight.v_ecef_m_s[burns])
            report = satellite.report(
                threat.launch_s,
                threat.launch.r_ecef_m,
                stream(seed, run, "satellite", satellite.name, threat.name),
                boost_s,
                path,
            )
            if report is not None:
                reports.append((report, satellite.name, number))
    return sorted(reports, key=lambda item: (item[0].t_s, item[1], item[2]))
