"""The defence's picture: tracks, and what they are predicted to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.geodesics import distances_km
from hoplon.earth.sites import Site
from hoplon.engagement._kernels import follow
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.sensing import Sensing
from hoplon.track.detections import DetectionBatch
from hoplon.track.fusion import Fusion
from hoplon.track.impact import ImpactPrediction, predict_impact, predict_path
from hoplon.track.tracker import Tracker

Array = NDArray[np.float64]

#: Spacing of a predicted path; the fire control interpolates within it.
PATH_STEP_S = 4.0
#: Tracks are written into the record at least this often.
SAMPLE_INTERVAL_S = 30.0
#: Stands for the sensors of a defence that has none.
_NOWHERE = Site("nowhere", 0.0, 0.0)


@dataclass(frozen=True)
class Assessment:
    """A track in free flight with its predictions, at one moment.

    Attributes
    ----------
    track : int
    threat : int
        Truth, for the record and for the choice of random streams: never shown to a rule or a doctrine.
    firm_s : float
        When the track became firm.
    prediction : ImpactPrediction
    r_ecef_m, v_ecef_m_s : array, shape (3,)
        State of the track at the time of the prediction.
    believed_ballistic_coefficient_kg_m2 : float
    """

    track: int
    threat: int
    firm_s: float
    prediction: ImpactPrediction
    r_ecef_m: Array
    v_ecef_m_s: Array
    believed_ballistic_coefficient_kg_m2: float

    @cached_property
    def path(self) -> tuple[Array, Array]:
        """Times and positions, ECEF, m, where the track is predicted to be until impact.

        Made when it is first asked for: most assessments are not.
        """
        start_s = self.prediction.t_s
        t_s = np.arange(start_s, self.prediction.impact_t_s, PATH_STEP_S)
        beta = self.believed_ballistic_coefficient_kg_m2
        return t_s, predict_path(self.r_ecef_m, self.v_ecef_m_s, start_s, t_s, beta)


class Tracks(Protocol):
    """What those who decide and fire may ask of a picture."""

    def assess_next(self, track: int, t_s: float) -> None:
        """Put a track's next assessment at `t_s`, sooner or later than it was wanted before."""
        ...

    def threat_of(self, track: int) -> int:
        """Return the threat that a track truly follows: for the record and for what happens in truth."""
        ...

    def position_at(self, track: int, t_s: float) -> Array | None:
        """Return where a track is believed to be at a later time, in ECEF, m; None where it is lost."""
        ...

    def covariance_at(self, track: int, t_s: float) -> Array | None:
        """Return how well a track's position at a later time is known, shape (3, 3), m²."""
        ...


class Picture:
    """Runs the tracker on what the sensors report.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    """

    def __init__(self, prepared: Prepared, recorder: Recorder) -> None:
        self._prepared = prepared
        self._recorder = recorder
        believed = prepared.tracker_settings
        sites = [radar.site for radar in prepared.radars]
        #: Follows what sensors detect; what the picture shows is the same here, and may be more elsewhere.
        self._central = Tracker(sites or [_NOWHERE], believed)
        self._tracker: Tracker | Fusion = self._central
        self._lag_s = prepared.lag_s
        self._oldest_s = prepared.lag_s + believed.maximum_lag_s
        #: The threat that each track truly follows, by track number; -1 where there is no such track.
        self._follows = np.full(4096, -1)
        #: No track number is higher: every detection starts one track at most.
        self._highest = 0
        #: When each track became firm.
        self._firm_s: dict[int, float] = {}
        #: Number of the sample, threat, and latitude and longitude of each impact prediction.
        self._predicted: list[tuple[int, int, float, float]] = []
        self._noted = np.empty((2, 256), dtype=np.int64)
        self._undetected = np.full(len(prepared.threats), True)
        #: When each firm track is next to be assessed, and sampled; and the earlier of the two.
        self._assess_at_s: dict[int, float] = {}
        self._sample_at_s: dict[int, float] = {}
        self._due_s: dict[int, float] = {}

    def update(self, t_s: float, sensing: Sensing) -> None:
        """Take in what has arrived: the picture is brought to the time of the newest that can have.

        What arrives later than that is taken in at its own time; what is older than the tracker's limit was
        dropped on arrival.
        """
        batch, threats = sensing.until(t_s, t_s - self._oldest_s)
        self._recorder.detections(batch.sensor, batch.t_s, threats)
        if not len(threats) and not (self._due_s and min(self._due_s.values()) <= t_s):
            return  # nothing new, and nobody looks
        seen_s = t_s - self._lag_s
        if len(threats):
            # Clocks that are ahead report what is still to come.
            seen_s = max(seen_s, float(batch.t_s[-1]))
        tracks = self._central.step(seen_s, batch)
        changed = self._pair(batch, threats, tracks) if len(tracks) else ()
        self._note_tracks(t_s, changed, sensing)

    def _pair(
        self, batch: DetectionBatch, threats: NDArray[np.int64], tracks: NDArray[np.int64]
    ) -> Sequence[int]:
        """Note which threat each track truly follows; return the tracks for which that has changed."""
        self._highest += len(tracks)
        if self._highest >= len(self._follows):
            self._follows = np.concatenate([self._follows, np.full(self._highest + 1, -1)])
        if len(tracks) > self._noted.shape[1]:
            self._noted = np.empty((2, 2 * len(tracks)), dtype=np.int64)
        firsts, changes = follow(tracks, threats, self._follows, self._undetected, self._noted)
        for row in self._noted[0, :firsts].tolist() if firsts else ():
            self._note_detection(batch, row, int(threats[row]), int(tracks[row]))
        return sorted(set(tracks[self._noted[1, :changes]].tolist())) if changes else ()

    def _note_detection(self, batch: DetectionBatch, row: int, threat: int, track: int) -> None:
        measured_s = float(batch.t_s[row])
        self._recorder.first(threat, "first_detection", measured_s)
        self._recorder.event(
            measured_s, "detection", self._prepared.radars[batch.sensor[row]].name, threat, track
        )

    def _note_tracks(self, t_s: float, changed: Sequence[int], sensing: Sensing) -> None:
        """Note tracks that are no more, firm ones that follow another threat now, and new ones."""
        numbers = self._tracker.numbers
        followed = set(numbers.tolist())
        if lost := self._due_s.keys() - followed:
            self._forget(lost, sensing)
        known = self._firm_s
        for track in changed:
            if track in known:
                self._note_firm(t_s, track, sensing)
        if self._due_s.keys() >= followed:
            return
        for track in numbers[self._tracker.firm].tolist():
            # Of false alarms alone no track is made that anybody acts on.
            if track in self._due_s or self.threat_of(track) < 0:
                continue
            # One that was lost from sight and has been found again is to be assessed anew.
            self._due_s[track] = t_s
            self._assess_at_s.pop(track, None)
            if track not in known:
                known[track] = t_s
                self._note_firm(t_s, track, sensing)
            threat = self.threat_of(track)
            sensing.firm_from_s[threat] = min(sensing.firm_from_s[threat], t_s)

    def _forget(self, lost: Set[int], sensing: Sensing) -> None:
        """Let radars look at a threat that is in no firm track any more as often as at a new one."""
        for track in lost:
            del self._due_s[track]
        known = {self.threat_of(track) for track in self._due_s}
        for threat in {self.threat_of(track) for track in lost} - known:
            sensing.firm_from_s[threat] = np.inf

    def _note_firm(self, t_s: float, track: int, sensing: Sensing) -> None:
        """Note that a threat is in firm track: this cues every radar in the network."""
        threat = self.threat_of(track)
        sensing.cued_from_s[threat] = min(sensing.cued_from_s[threat], t_s)
        sensing.firm_from_s[threat] = min(sensing.firm_from_s[threat], t_s)
        if self._recorder.first(threat, "firm_track", t_s):
            self._recorder.reasons[threat] = "no decision in time"
        self._recorder.event(t_s, "firm_track", "network", threat, track)

    def threat_of(self, track: int) -> int:
        """Return the threat that a track truly follows: for the record and for what happens in truth."""
        return int(self._follows[track])

    def assess(self, t_s: float, wanted: Callable[[int], float]) -> list[Assessment]:
        """Predict the tracks that are due.

        Parameters
        ----------
        t_s : float
            Now.
        wanted : callable
            Gives, for a track, the time in s until it is wanted again.

        Returns
        -------
        list of Assessment
            In the order of track numbers.
        """
        due = [track for track, at_s in self._due_s.items() if t_s >= at_s]
        if not due:
            return []
        tracker = self._tracker
        row_of = {track: row for row, track in enumerate(tracker.numbers.tolist())}
        boosting = tracker.boosting.tolist()
        seen_s = max(t_s - self._lag_s, tracker.now_s)
        assessments = []
        lost = []
        for track in sorted(due):
            row = row_of[track]
            if boosting[row] or t_s < self._assess_at_s.get(track, 0.0):
                if t_s >= self._sample_at_s.get(track, 0.0):
                    r, _, covariance = tracker.state(row)
                    self._sample(track, seen_s, r, covariance, float("nan"))
            else:
                self._assess_at_s[track] = t_s + wanted(track)
                assessment = self._assess(track, seen_s, *tracker.falling(row))
                if assessment is None:
                    lost.append(track)
                else:
                    assessments.append(assessment)
            if boosting[row]:
                continue  # nobody knows when it will end: due again at the next tick
            self._due_s[track] = min(self._assess_at_s[track], self._sample_at_s.get(track, t_s))
        for track in lost:
            tracker.drop(track)
        return assessments

    def assess_next(self, track: int, t_s: float) -> None:
        """Put a track's next assessment at `t_s`, sooner or later than it was wanted before."""
        self._assess_at_s[track] = t_s
        if track in self._due_s:
            self._due_s[track] = min(t_s, self._sample_at_s.get(track, t_s))

    def _assess(
        self, track: int, t_s: float, r: Array, v: Array, covariance: Array, beta: float
    ) -> Assessment | None:
        """Predict one track; None where it has, or is about to have, reached the ground."""
        prediction = predict_impact(r, v, covariance, t_s, beta)
        if prediction is None or prediction.impact_t_s <= t_s + PATH_STEP_S:
            return None
        threat = self.threat_of(track)
        self._predicted.append(
            (self._recorder.samples, threat, prediction.latitude_deg, prediction.longitude_deg)
        )
        self._sample(track, t_s, r, covariance, float("nan"))
        return Assessment(track, threat, self._firm_s[track], prediction, r, v, beta)

    def _sample(self, track: int, t_s: float, r: Array, covariance: Array, impact_error_km: float) -> None:
        self._sample_at_s[track] = t_s + self._lag_s + SAMPLE_INTERVAL_S
        self._recorder.sample(self.threat_of(track), track, t_s, r, covariance[:3, :3], impact_error_km)

    def falling_tracks(self, t_s: float) -> tuple[int, ...]:
        """Return the numbers of the firm tracks in free flight, in rising order."""
        tracker = self._tracker
        falling = tracker.numbers[~tracker.boosting].tolist()
        return tuple(sorted(track for track in falling if self._firm_s.get(track, t_s + 1.0) <= t_s))

    def predict(self, track: int, t_s: float) -> Assessment | None:
        """Predict one track in free flight as of now; None where it has, or is about to have, come down."""
        row = int(np.flatnonzero(self._tracker.numbers == track)[0])
        seen_s = max(t_s - self._lag_s, self._tracker.now_s)
        return self._assess(track, seen_s, *self._tracker.falling(row))

    def drop(self, track: int) -> None:
        """Forget a track."""
        self._tracker.drop(track)

    def note_impact_errors(self) -> None:
        """Note, at the end of the battle, how far each impact prediction was off."""
        if self._predicted:
            sample, threat, latitude, longitude = (
                np.array(column) for column in zip(*self._predicted, strict=True)
            )
            impacts = [threat.trajectory.event("impact") for threat in self._prepared.threats]
            fell = np.array([(impact.latitude_deg, impact.longitude_deg) for impact in impacts])[threat]
            errors_km = distances_km(latitude, longitude, fell[:, 0], fell[:, 1])
            self._recorder.impact_errors(sample.tolist(), errors_km.tolist())

    def position_at(self, track: int, t_s: float) -> Array | None:
        """Return where a track is believed to be at a later time, in ECEF, m; None where it is lost."""
        tracker = self._tracker
        rows = np.flatnonzero(tracker.numbers == track)
        if not len(rows):
            return None
        r, v, _, beta = tracker.falling(int(rows[0]))
        believed = predict_path(r, v, tracker.now_s, np.array([t_s]), beta)[0]
        return None if np.isnan(believed[0]) else believed

    def covariance_at(self, track: int, t_s: float) -> Array | None:
        """Return how well a track's later position is known, shape (3, 3), m²; None where it is lost.

        In straight flight from now on: good for the half minute between handover and intercept.
        """
        tracker = self._tracker
        rows = np.flatnonzero(tracker.numbers == track)
        if not len(rows):
            return None
        _, _, covariance, _ = tracker.falling(int(rows[0]))
        ahead_s = t_s - tracker.now_s
        cross = covariance[:3, 3:6]
        return np.asarray(
            covariance[:3, :3] + ahead_s * (cross + cross.T) + ahead_s**2 * covariance[3:6, 3:6]
        )
