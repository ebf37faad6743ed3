"""A tracker of parts: any filter with any associator, by name; plain Python, to try ideas with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track.detections import DetectionBatch
from hoplon.track.jpda import ClutterSettings
from hoplon.track.plugins import CheckedAssociator, CheckedFilter, Pairs
from hoplon.track.settings import TrackerSettings

Array = NDArray[np.float64]


@dataclass(slots=True)
class _Track:
    number: int
    x: Array
    p: Array
    t_s: float
    first_s: float
    last_s: float
    hits: int = 1
    firm: bool = False


class ModularTracker:
    """One picture from the detections of several radars, by a filter and an associator of your choice.

    The same detections go in as into `Tracker`, and the same properties come out. Simpler than that one:
    objects in free flight only, detections in the order of time only. A detection that no track claims for
    more than half starts a track; `confirm_hits` detections within `confirm_window_s` make it firm, silence
    ends it (`TrackerSettings`; gate and clutter from `ClutterSettings`).

    Parameters
    ----------
    sites : sequence of Site
        Where the sensors stand; the index is the sensor's index in detections.
    filter : str
        Name of a filter: "ekf", "ukf" or your own (see `plugins`).
    associator : str
        Name of an associator: "gnn", "jpda" or your own.
    clutter : ClutterSettings, optional
    settings : TrackerSettings, optional
        Priors of new tracks, and what makes tracks firm or ends them.

    Raises
    ------
    InputError
        If there is no site, or no filter or associator of the name.
    """

    def __init__(
        self,
        sites: Sequence[Site],
        filter: str = "ekf",
        associator: str = "gnn",
        clutter: ClutterSettings | None = None,
        settings: TrackerSettings | None = None,
    ) -> None:
        if not sites:
            raise InputError("a tracker without sensors", remedy="Give at least one site.")
        self.settings = settings or TrackerSettings()
        self.clutter = clutter or ClutterSettings()
        self._filter = CheckedFilter(filter, sites)
        self._associator = CheckedAssociator(associator)
        self._sites = tuple(sites)
        self._tracks: list[_Track] = []
        self._next = 1
        self._now_s = -math.inf

    def step(self, t_s: float, batch: DetectionBatch) -> NDArray[np.int64]:
        """Take in the detections that have arrived, and bring the picture to a time.

        Parameters
        ----------
        t_s : float
            Time of the picture, s; not before the last one.
        batch : DetectionBatch
            Measured after the last step and until `t_s`.

        Returns
        -------
        int64 array, shape (n,)
            For each detection the number of the track that it most probably belongs to, or that it started.

        Raises
        ------
        InputError
            If a detection is older than the last step, lies in the future, or names an unknown sensor.
        """
        times, sensor = batch.t_s, batch.sensor
        known = np.all((sensor >= 0) & (sensor < len(self._sites)))
        if not (known and np.all((times <= t_s + 1e-6) & (times >= self._now_s - 1e-6))):
            raise InputError(
                "detections of an unknown sensor, older than the last step or later than this one",
                where="modular tracker",
                remedy=f"Use sensor indices 0 to {len(self._sites) - 1}; step in the order of time.",
            )
        z = batch.as_rows()
        order = np.lexsort((z[:, 1], z[:, 0], sensor, times))
        result = np.empty(len(batch), dtype=np.int64)
        start = 0
        while start < len(order):
            row = order[start]
            end = start + 1
            while end < len(order) and times[order[end]] == times[row] and sensor[order[end]] == sensor[row]:
                end += 1
            scan = order[start:end]
            result[scan] = self._scan(float(times[row]), int(sensor[row]), z[scan])
            start = end
        self._now_s = float(t_s)
        self._tracks = [track for track in self._tracks if not self._stale(track)]
        return result

    def _scan(self, t_s: float, sensor: int, z: Array) -> NDArray[np.int64]:
        """Process the detections of one sensor at one time."""
        log_density = math.log(
            self.clutter.probability_of_detection / self.clutter.clutter_density_per_m_rad2
        ) - 1.5 * math.log(2.0 * math.pi)
        gate = self.clutter.gate
        shape = len(self._tracks), len(z)
        distance2, log_ratio = np.full(shape, np.inf), np.full(shape, -np.inf)
        updated: dict[tuple[int, int], tuple[Array, Array]] = {}
        places = np.array([self._position(row, sensor) for row in z])
        spread = z[:, 3] ** 2 + z[:, 0] ** 2 * (z[:, 4] ** 2 + z[:, 5] ** 2)
        for k, track in enumerate(self._tracks):
            self._bring(track, t_s)
            # A squared Mahalanobis distance is at least the squared distance over the trace; twice, for the
            # curvature of ranges and angles.
            d2 = ((places - track.x[:3]) ** 2).sum(axis=1)
            for i in np.flatnonzero(d2 < 2.0 * gate * (np.trace(track.p[:3, :3]) + spread)).tolist():
                x, p, fit, logdet = self._filter.update(track.x, track.p, z[i], sensor)
                if fit < gate:
                    distance2[k, i], log_ratio[k, i] = fit, log_density - 0.5 * (fit + logdet)
                    updated[k, i] = x, p
        missed = 1.0 - self.clutter.probability_of_detection * self.clutter.gate_probability
        owner = np.full(len(z), -1)
        if len(self._tracks):
            beta = self._associator.associate(Pairs(distance2, log_ratio, missed, gate))
            for k, track in enumerate(self._tracks):
                self._blend(track, beta[k], {i: updated[k, i] for i in range(len(z)) if (k, i) in updated})
            likely = beta[:, :-1].argmax(axis=0)
            claimed = beta[:, :-1].sum(axis=0) > 0.5
            owner[claimed] = [self._tracks[k].number for k in likely[claimed]]
        for i in np.flatnonzero(owner < 0).tolist():
            owner[i] = self._begin(t_s, sensor, z[i], places[i])
        return owner

    def _blend(self, track: _Track, beta: Array, updated: dict[int, tuple[Array, Array]]) -> None:
        """Replace a state by the normal distribution with mean and covariance of the mixture."""
        parts = [(beta[-1], track.x, track.p), *((beta[i], x, p) for i, (x, p) in updated.items())]
        parts = [part for part in parts if part[0] > 0.0]
        mean = sum(w * x for w, x, _ in parts)
        track.p = sum(w * (p + np.outer(x - mean, x - mean)) for w, x, p in parts)
        track.x = np.asarray(mean)
        if beta[-1] < 0.5:
            track.hits += 1
            track.last_s = track.t_s
            if track.hits >= self.settings.confirm_hits:
                track.firm = True

    def _begin(self, t_s: float, sensor: int, z: Array, place: Array) -> int:
        """Start a tentative track: position from the detection, velocity unknown."""
        x, p = np.zeros(6), np.zeros((6, 6))
        x[:3] = place
        sin_az, cos_az, sin_el, cos_el = math.sin(z[1]), math.cos(z[1]), math.sin(z[2]), math.cos(z[2])
        axes = np.array(
            [
                [sin_az * cos_el, cos_az * cos_el, sin_el],
                [cos_az, -sin_az, 0.0],
                [-sin_az * sin_el, -cos_az * sin_el, cos_el],
            ]
        )
        axes = axes @ self._sites[sensor].enu_from_ecef
        sigma = np.array([z[3], z[0] * cos_el * z[4], z[0] * z[5]])
        p[:3, :3] = (axes.T * sigma**2) @ axes
        p[3:, 3:] = np.eye(3) * self.settings.speed_sigma_m_s**2
        self._tracks.append(_Track(self._next, x, p, t_s, t_s, t_s))
        self._next += 1
        return self._next - 1

    def _position(self, z: Array, sensor: int) -> Array:
        ground = z[0] * math.cos(z[2])
        enu = np.array([ground * math.sin(z[1]), ground * math.cos(z[1]), z[0] * math.sin(z[2])])
        return np.asarray(self._sites[sensor].r_ecef_m + enu @ self._sites[sensor].enu_from_ecef)

    def _bring(self, track: _Track, t_s: float) -> None:
        if t_s != track.t_s:
            track.x, track.p = self._filter.predict(track.x, track.p, t_s - track.t_s)
            track.t_s = t_s

    def _stale(self, track: _Track) -> bool:
        silence = self._now_s - track.last_s
        if track.firm:
            return silence > self.settings.firm_drop_s
        late = self._now_s - track.first_s > self.settings.confirm_window_s
        return late or silence > self.settings.tentative_drop_s

    def drop(self, number: int) -> None:
        """End a track (of an object that was destroyed or has fallen); an unknown number is ignored.

        Parameters
        ----------
        number : int
        """
        self._tracks = [track for track in self._tracks if track.number != number]

    def state(self, place: int) -> tuple[Array, Array, Array]:
        """Return position, velocity and covariance (6, 6) of one track at `now_s`.

        Parameters
        ----------
        place : int
            Its place in `numbers`.

        Returns
        -------
        r_ecef_m, v_ecef_m_s : array, shape (3,)
        covariance : array, shape (6, 6)
        """
        track = self._tracks[place]
        x, p = track.x, track.p
        if self._now_s != track.t_s:
            x, p = self._filter.predict(x, p, self._now_s - track.t_s)
        return x[:3], x[3:6], p

    @property
    def now_s(self) -> float:
        """Time of the last step, s, and of all states."""
        return self._now_s

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Track numbers, ascending, shape (n,); all other properties follow this order."""
        return np.array([track.number for track in self._tracks], dtype=np.int64)

    @property
    def firm(self) -> NDArray[np.bool_]:
        """Whether each track is confirmed, shape (n,)."""
        return np.array([track.firm for track in self._tracks], dtype=np.bool_)

    @property
    def boosting(self) -> NDArray[np.bool_]:
        """No track is ever taken to be under thrust, shape (n,)."""
        return np.zeros(len(self._tracks), dtype=np.bool_)

    @property
    def t_s(self) -> Array:
        """Time of the states, shape (n,): that of the last step."""
        return np.full(len(self._tracks), self._now_s)

    @property
    def first_detection_s(self) -> Array:
        """Time of the first detection of each track, shape (n,)."""
        return np.array([track.first_s for track in self._tracks])

    @property
    def last_update_s(self) -> Array:
        """Time of the last detection of each track, shape (n,)."""
        return np.array([track.last_s for track in self._tracks])

    @property
    def detections(self) -> NDArray[np.int64]:
        """Number of detections of each track, shape (n,)."""
        return np.array([track.hits for track in self._tracks], dtype=np.int64)

    @property
    def r_ecef_m(self) -> Array:
        """Position at `t_s`, Earth-fixed, m, shape (n, 3)."""
        return np.array([self.state(k)[0] for k in range(len(self._tracks))]).reshape(-1, 3)

    @property
    def v_ecef_m_s(self) -> Array:
        """Velocity at `t_s` relative to the rotating Earth, m/s, shape (n, 3)."""
        return np.array([self.state(k)[1] for k in range(len(self._tracks))]).reshape(-1, 3)

    @property
    def covariance(self) -> Array:
        """Covariance of position and velocity at `t_s`, shape (n, 6, 6)."""
        return np.array([self.state(k)[2] for k in range(len(self._tracks))]).reshape(-1, 6, 6)
