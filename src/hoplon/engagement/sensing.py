"""What the sensors see in one battle, and when the defence gets to know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hoplon.engagement import _kernels as kernels
from hoplon.engagement.network import Line, message_keys
from hoplon.engagement.prepared import Prepared
from hoplon.sensor._kernels import NOISE
from hoplon.sensor.false_alarms import draw_false_alarms
from hoplon.sensor.observe import draw_echoes, measurement_noise, reported_times_s
from hoplon.sensor.radar import Radar
from hoplon.sensor.satellite import BoostPath, SatelliteReport
from hoplon.streams import kernel_key, kernel_keys, stream
from hoplon.track.detections import DetectionBatch

#: What of a detection becomes part of a batch; the order is that of `DetectionBatch`.
MEASURED = (
    "range_m",
    "azimuth_rad",
    "elevation_rad",
    "sigma_range_m",
    "sigma_azimuth_rad",
    "sigma_elevation_rad",
)
_NO_THREATS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Potential:
    """What one radar would detect at each look of a battle, if it looked.

    Attributes
    ----------
    detected : array of bool, shape (2, n_threat, n_look)
        By the search dwell, and by the track dwell.
    power : array, shape (n_threat, n_look)
        That the receiver saw; NaN where `values` are measured already.
    values : array, shape (at least 3, n_threat, n_time)
        True range, azimuth and elevation; or what is measured, with its sigmas.
    place : array of int64, shape (n_look,)
        Where the looks are among the times of `values`.
    """

    detected: NDArray[np.bool_]
    power: NDArray[np.float64]
    values: NDArray[np.float64]
    place: NDArray[np.int64]


class Sensing:
    """All that the sensors could see in one battle, drawn at its start; looked at and passed on as it goes.

    What a radar would measure if it looked does not depend on what the defence does; whether it has the time
    to look, with which dwell, and whether the threat still lives, does. So is the fate of each message drawn
    at the start. As the clock goes, radars grant looks within their time (`hoplon.sensor.budget`), and
    messages arrive.

    Parameters
    ----------
    prepared : Prepared
    seed, run : int
    """

    def __init__(self, prepared: Prepared, seed: int, run: int) -> None:
        self._prepared, self._seed, self._run = prepared, seed, run
        self.satellite_reports = self._reports()
        names = [threat.name for threat in prepared.threats]
        self._from_s = np.full((3, len(names)), np.inf)
        #: From these times on radars look for each threat with the track dwell, it is in firm track, and it
        #: is no more.
        self.cued_from_s, self.firm_from_s, self.dead_from_s = self._from_s
        looks = self._looks = prepared.looks
        row_of = self._row_of = np.full(looks.visible.shape, -1)
        alarms = self._alarms()
        room = looks.in_view + sum(part.shape[1] for part in alarms.values())
        columns = self._columns = np.empty((kernels.HEAD + kernels.MEASURED, room))
        arrival = self._arrival = np.empty((2, room))
        #: Addresses of the random numbers, and sizes of the errors, of what is measured.
        self._keys = np.zeros((len(prepared.radars), len(names)), dtype=np.int64)
        self._noise = np.zeros((len(prepared.radars), NOISE))
        rows = 0
        false: list[int] = []
        for index, (radar, seen) in enumerate(zip(prepared.radars, prepared.observations, strict=True)):
            start = rows
            if seen.last_look.max() >= 0:
                self._keys[index] = kernel_keys(seed, run, "detections", radar.name, each=names)
                self._noise[index] = self._measurement_noise(radar)
                drawn = self._potential(index)
                rows = kernels.gather(
                    index,
                    int(looks.first[index]),
                    rows,
                    reported_times_s(radar, seen),
                    drawn.detected[0],
                    drawn.detected[1],
                    drawn.power,
                    drawn.values,
                    drawn.place,
                    columns,
                    row_of,
                )
            if index in alarms:
                stop = rows + alarms[index].shape[1]
                columns[:, rows:stop] = alarms[index]
                false.extend(range(rows, stop))
                rows = stop
            own = slice(start, rows)
            line = prepared.lines[index]
            _arrivals(columns[:, own], arrival[:, own], radar, line, prepared.lag_s, seed, run, names)
        radars = len(prepared.radars)
        self._last_s = np.full((radars, len(names)), -np.inf)
        #: What each radar has done so far, in the columns of the kernel.
        self.deeds = np.zeros((radars, kernels.DEEDS))
        self.deeds[:, kernels.NEXT] = looks.first[:-1]
        self.deeds[:, kernels.LOOKED] = -looks.constants[:, kernels.YOUNG]
        self.deeds[:, kernels.NEWEST] = -np.inf
        self.deeds[:, kernels.SATURATED_S] = np.inf
        self._waiting = np.empty((2, 2 * rows))
        #: Where the kernel writes what has arrived, and how much it has.
        self._done = 0
        self._arrived = (
            np.empty(2 * rows, dtype=np.int64),
            np.empty((1 + kernels.MEASURED, 2 * rows)),
            np.empty(2 * rows, dtype=np.int64),
        )
        self._count = 0
        for row in false:
            self._send(row)
        self._remembered: set[tuple[float, ...]] | None = None
        if any(line.duplicates for line in prepared.lines):
            self._remembered = set()
        #: Messages recognised as having come before, by radar.
        self.doubled = np.zeros(radars, dtype=np.int64)

    def _potential(self, index: int) -> Potential:
        """Return what a radar would detect at each look."""
        seen = self._prepared.observations[index]
        detected, power = draw_echoes(self._prepared.radars[index], seen, self._keys[index])
        return Potential(detected, power, seen.packed, seen.look_t_index)

    def _measurement_noise(self, radar: Radar) -> NDArray[np.float64]:
        bias_key = kernel_key(self._seed, self._run, "bias", radar.name) if radar.bias.stated else None
        return measurement_noise(radar, bias_key)

    def _alarms(self) -> dict[int, NDArray[np.float64]]:
        """Return the false alarms of the radars that report them, in the columns of the kernel."""
        return {
            index: _false_alarms(radar, index, self._prepared.end_s, self._seed, self._run)
            for index, radar in enumerate(self._prepared.radars)
            if radar.reports_false_alarms
        }

    def _reports(self) -> list[tuple[SatelliteReport, str, int]]:
        """Return the satellites' reports, with sensor name and threat number, in the order of arrival."""
        return satellite_reports(self._prepared, self._seed, self._run)

    def _send(self, row: int) -> None:
        """Put a message on its way that waits for no look."""
        sensor = int(self._columns[kernels.SENSOR, row])
        self.deeds[sensor, kernels.SENT] += 1.0
        copies = self._arrival[:, row][np.isfinite(self._arrival[:, row])]
        self.deeds[sensor, kernels.LOST] += float(copies.size == 0)
        for arrival in copies:
            self._waiting[:, self._count] = arrival, row
            self._count += 1

    def until(self, t_s: float, oldest_s: float = -np.inf) -> tuple[DetectionBatch, NDArray[np.int64]]:
        """Let the radars look until `t_s`, and return the detections that have arrived since the last call.

        Parameters
        ----------
        t_s : float
            Now, from scenario zero.
        oldest_s : float
            Messages measured before this are dropped, and counted.

        Returns
        -------
        batch : DetectionBatch
            What the tracker gets, in the order of time: no truth in it.
        threat : integer array
            The threat behind each detection, -1 for a false alarm; for the record alone.
        """
        looks = self._looks
        if t_s < looks.from_s and not self._count:
            return DetectionBatch.empty(), _NO_THREATS
        sensor, measured, threat = self._arrived
        count, self._count = kernels.turn(
            t_s,
            oldest_s,
            looks.first,
            looks.look_s,
            looks.visible,
            looks.face,
            self._row_of,
            self._columns,
            self._arrival,
            self._keys,
            self._noise,
            self._from_s,
            looks.constants,
            self._last_s,
            self.deeds,
            self._waiting,
            self._count,
            sensor,
            measured,
            threat,
            self._done,
        )
        new = slice(self._done, self._done + count)
        self._done += count
        sensor, measured, threat = sensor[new], measured[:, new], threat[new]
        if self._remembered is not None and count:
            once = self._first_of_each(sensor, measured)
            sensor, measured, threat = sensor[once], np.ascontiguousarray(measured[:, once]), threat[once]
        return DetectionBatch(sensor, *measured), threat

    def last_detected_s(self, radar: int, threat: int) -> float:
        """Return when the newest detection of a threat by a radar was made, of those that have arrived."""
        sensor, measured, threats = self._arrived
        mine = (sensor[: self._done] == radar) & (threats[: self._done] == threat)
        return float(np.max(measured[0, : self._done], initial=-np.inf, where=mine))

    def over(self, t_s: float) -> bool:
        """Say whether nothing is to be seen any more, and nothing on its way."""
        return t_s > self._looks.until_s and not self._count

    def found_s(self, radar: int, threat: int) -> float:
        """Return when a radar first found a threat, whoever heard of it; infinity where it has not yet."""
        looks = self._looks
        rows = self._row_of[looks.first[radar] : looks.first[radar + 1], threat]
        found = self._columns[: kernels.HEAD, rows[rows >= 0]]
        by_track = found[kernels.TIME] >= self.cued_from_s[threat]
        detected = np.where(by_track, found[kernels.BY_TRACK], found[kernels.BY_SEARCH]) > 0.0
        times = found[kernels.TIME][detected & (found[kernels.TIME] <= self._last_s[radar, threat])]
        return float(times.min()) if times.size else float("inf")

    def _first_of_each(self, sensor: NDArray[np.int64], measured: NDArray[np.float64]) -> NDArray[np.int64]:
        """Recognise messages that have come before: same sensor, same time, same measurement."""
        assert self._remembered is not None
        new = []
        for place, message in enumerate(zip(sensor.tolist(), *measured[:4].tolist(), strict=True)):
            if message in self._remembered:
                self.doubled[message[0]] += 1
            else:
                self._remembered.add(message)
                new.append(place)
        return np.array(new, dtype=np.int64)


def _arrivals(
    columns: NDArray[np.float64],
    arrival: NDArray[np.float64],
    radar: Radar,
    line: Line,
    lag_s: float,
    seed: int,
    run: int,
    names: list[str],
) -> None:
    """Write into `arrival` (2, n) when messages and their copies arrive; infinity for never."""
    arrival[:] = np.inf
    if line.carries_tracks:  # they go to the sensor's own tracker: no link lies between
        arrival[0] = columns[kernels.TIME] + (line.own_s - radar.clock_offset_s)
    elif not line.troubled:
        arrival[0] = columns[kernels.TIME] + (max(line.delay_s, lag_s) - radar.clock_offset_s)
    elif line.passes:
        kernels.transmit(
            columns,
            message_keys(seed, run, radar.name, names),
            radar.clock_offset_s,
            line.own_s,
            line.link_s,
            line.loss,
            line.duplicates,
            line.jitter_s,
            np.array(line.outages_s, dtype=np.float64).reshape(-1, 2),
            arrival,
        )
        np.maximum(arrival, columns[kernels.TIME] + (lag_s - radar.clock_offset_s), out=arrival)


def _false_alarms(radar: Radar, index: int, end_s: float, seed: int, run: int) -> NDArray[np.float64]:
    """Draw a radar's false alarms, in the columns of the kernel."""
    drawn = draw_false_alarms(radar, 0.0, end_s, seed, run)
    columns = np.zeros((kernels.HEAD + kernels.MEASURED, drawn.t_s.size))
    columns[kernels.TIME] = drawn.t_s + radar.clock_offset_s
    columns[kernels.SENSOR] = index
    columns[kernels.THREAT] = -1.0
    columns[kernels.LOOK] = np.arange(drawn.t_s.size)
    columns[kernels.POWER] = np.nan
    for row, name in enumerate(MEASURED, kernels.HEAD):
        columns[row] = getattr(drawn, name)
    return columns


def satellite_reports(
    prepared: Prepared, seed: int, run: int, draws: Callable[..., np.random.Generator] = stream
) -> list[tuple[SatelliteReport, str, int]]:
    """Draw the satellites' reports, with sensor name and threat number, in the order of arrival.

    Parameters
    ----------
    prepared : Prepared
    seed, run : int
    draws : callable, optional
        Gives the generator at an address, as `hoplon.streams.stream` does.

    Returns
    -------
    list of tuple of (SatelliteReport, str, int)
        The threat is -1 for a false report.
    """
    reports = []
    for satellite, line in zip(prepared.satellites, prepared.satellite_lines, strict=True):
        sent: list[tuple[SatelliteReport, int]] = []
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
                draws(seed, run, "satellite", satellite.name, threat.name),
                boost_s,
                path,
            )
            if report is not None:
                sent.append((report, number))
        if satellite.false_launches_per_day:
            sent += [(false, -1) for false in satellite.false_reports(0.0, prepared.end_s, seed, run)]
        for place, (report, number) in enumerate(sent):
            name = prepared.threats[number].name if number >= 0 else str(place)
            key = kernel_key(seed, run, "messages", satellite.name, name) if line.troubled else 0
            # A report that comes twice says nothing new.
            arrived = line.arrivals(report.t_s, key, 0)[:1]
            reports += [(replace(report, t_s=t_s), satellite.name, number) for t_s in arrived]
    return sorted(reports, key=lambda item: (item[0].t_s, item[1], item[2]))
