"""Writes down what happens in a battle, truth and belief side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.engagement.prepared import Prepared
from hoplon.engagement.warned import city_warnings
from hoplon.result.model import Event, Record, ThreatOutcome
from hoplon.result.samples import TrackSamples, views_of
from hoplon.result.warning import CityWarning

#: A radar that has not detected a threat for so long had lost sight of it: longer than two missed looks of
#: the slowest radar at a track that is looked at every fourth time.
OUT_OF_VIEW_S = 60.0


def nees(error: NDArray[np.float64], covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the normalised error squared, e' P⁻¹ e (Bar-Shalom, Li and Kirubarajan 2001, 5.4.2).

    Parameters
    ----------
    error : array, shape (n, k)
    covariance : array, shape (n, k, k)

    Returns
    -------
    array, shape (n,)
        k on average where the covariance is that of the error.
    """
    solved = np.linalg.solve(covariance, error[..., None])[..., 0]
    return np.asarray(np.sum(error * solved, axis=-1))


class Recorder:
    """The only place where a track is paired with the threat that it truly follows.

    Parameters
    ----------
    prepared : Prepared
    """

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._names = [threat.name for threat in prepared.threats]
        self.events: list[Event] = []
        self.moments: list[dict[str, float]] = [{} for _ in self._names]
        self.reasons: list[str] = ["never tracked" for _ in self._names]
        self.shots = [0] * len(self._names)
        self.wasted = [0] * len(self._names)
        self.killed = [False] * len(self._names)
        #: Who has been warned, by number of the place.
        self.warnings: dict[int, CityWarning] = {}
        #: What is still to be written down when the book is closed.
        self.before_closing: list[Callable[[], None]] = []
        self._samples: list[tuple[int, int, float, NDArray[np.float64], NDArray[np.float64], float]] = []
        self._detections: list[tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]] = []
        #: Whether each radar has fed the post's picture of each threat (of false alarms: the last row), and
        #: how many of the detections are counted.
        self._fed = np.zeros((len(self._names) + 1, len(prepared.radars)), dtype=np.bool_)
        self._fed_until = 0
        for number, threat in enumerate(prepared.threats):
            self.first(number, "launch", threat.launch_s)
            self.event(threat.launch_s, "launch", threat.missile, number, note=f"from {threat.launch.name}")

    def event(
        self,
        t_s: float,
        kind: str,
        actor: str,
        threat: int = -1,
        track: int = -1,
        where: tuple[float, float, float] | None = None,
        value: float = float("nan"),
        note: str = "",
    ) -> None:
        """Note an event; `where` is latitude and longitude in deg and altitude in km."""
        name = self._names[threat] if threat >= 0 else ""
        latitude, longitude, altitude = where or (float("nan"),) * 3
        self.events.append(Event(t_s, kind, actor, name, track, latitude, longitude, altitude, value, note))

    def first(self, threat: int, moment: str, t_s: float) -> bool:
        """Note the first of a moment's kind; returns whether it was the first."""
        if moment in self.moments[threat]:
            return False
        self.moments[threat][moment] = t_s
        return True

    def sample(
        self,
        threat: int,
        track: int,
        t_s: float,
        r_track_ecef: NDArray[np.float64],
        covariance: NDArray[np.float64],
        impact_error_km: float,
    ) -> None:
        """Note where a track believes its threat to be, with the covariance (3, 3) of that position."""
        self._samples.append((threat, track, t_s, r_track_ecef, covariance.copy(), impact_error_km))

    def detections(
        self, sensor: NDArray[np.int64], t_s: NDArray[np.float64], threat: NDArray[np.int64]
    ) -> None:
        """Note who detected whom when; arrays of one length, call by call in the order of time."""
        if len(sensor):
            self._detections.append((sensor, t_s.copy(), threat))

    def feeding(self, threat: int) -> tuple[int, ...]:
        """Return the radars whose detections of a threat have reached the post."""
        for sensors, _, threats in self._detections[self._fed_until :]:
            self._fed[threats, sensors] = True
        self._fed_until = len(self._detections)
        return tuple(np.flatnonzero(self._fed[threat]).tolist())

    @property
    def samples(self) -> int:
        """Number of samples of tracks so far."""
        return len(self._samples)

    def impact_errors(self, samples: Sequence[int], errors_km: Sequence[float]) -> None:
        """Note for some samples how far the predicted impact was from the true one."""
        for number, error_km in zip(samples, errors_km, strict=True):
            self._samples[number] = (*self._samples[number][:-1], error_km)

    def record(self, seed: int, run: int, used: dict[str, int], draws: dict[str, float]) -> Record:
        """Close the book.

        Returns
        -------
        Record
        """
        for write in self.before_closing:
            write()
        for number, threat in enumerate(self._prepared.threats):
            if not self.killed[number]:
                fell = threat.launch_s + threat.trajectory.flight_time_s
                self.first(number, "impact", fell)
                impact = threat.trajectory.event("impact")
                self.event(
                    fell,
                    "impact",
                    threat.missile,
                    number,
                    where=(impact.latitude_deg, impact.longitude_deg, 0.0),
                    note=f"aimed at {threat.aim.name}",
                )
        self.events.sort(key=lambda event: event.t_s)
        return Record(
            scenario=self._prepared.scenario,
            seed=seed,
            run=run,
            outcomes=tuple(self._outcome(number) for number in range(len(self._names))),
            events=tuple(self.events),
            tracks=self._track_samples(),
            interceptors_used=used,
            draws=draws,
            views=views_of(
                self._detections,
                [radar.name for radar in self._prepared.radars],
                self._names,
                OUT_OF_VIEW_S,
            ),
            warnings=city_warnings(self._prepared.warned, self.warnings, self.killed),
        )

    def _outcome(self, number: int) -> ThreatOutcome:
        threat = self._prepared.threats[number]
        moments = self.moments[number]
        if threat.name not in self._prepared.impact_ground or not self._prepared.engages:
            outcome = "let_pass"
            reason = "shot at needlessly" if self.shots[number] else ""
        elif self.killed[number]:
            outcome, reason = "killed", ""
        else:
            outcome, reason = "leaked", self.reasons[number]
        fall = threat.launch_s + threat.trajectory.flight_time_s
        return ThreatOutcome(
            threat=threat.name,
            missile=threat.missile,
            aim=threat.aim.name,
            outcome=outcome,
            reason=reason,
            moments_s=moments,
            warning_s=fall - moments["alert"] if "alert" in moments else float("nan"),
            shots=self.shots[number],
            wasted=self.shots[number] if outcome == "let_pass" else self.wasted[number],
        )

    def _track_samples(self) -> TrackSamples:
        samples = self._samples
        number = np.array([s[0] for s in samples], dtype=np.int64)
        t_s = np.array([s[2] for s in samples], dtype=np.float64)
        r_track = np.array([s[3] for s in samples], dtype=np.float64).reshape(-1, 3)
        covariance = np.array([s[4] for s in samples], dtype=np.float64).reshape(-1, 3, 3)
        r_true = np.full((len(samples), 3), np.nan)
        for threat_number, threat in enumerate(self._prepared.threats):
            rows = number == threat_number
            if rows.any():
                r_true[rows], _ = threat.trajectory.state_at(t_s[rows] - threat.launch_s)
        return TrackSamples(
            threat=tuple(self._names[s[0]] for s in samples),
            track=np.array([s[1] for s in samples], dtype=np.int64),
            t_s=t_s,
            r_true_ecef_m=r_true,
            r_track_ecef_m=r_track,
            position_sigma_m=np.sqrt(np.trace(covariance, axis1=1, axis2=2)),
            impact_error_km=np.array([s[5] for s in samples], dtype=np.float64),
            position_nees=nees(r_track - r_true, covariance),
        )
