"""The people: reports reach them, rules are applied, decisions are taken, the public is warned."""

from __future__ import annotations

import numpy as np

from hoplon.command.post import CommandPost
from hoplon.command.rules import Verdict, defend_assets
from hoplon.command.warning import alert_time_s
from hoplon.earth.planet import SPHERE_NOT_ROTATING
from hoplon.earth.sites import Site
from hoplon.engagement.luck import Luck
from hoplon.engagement.picture import Assessment, Tracks
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.sensing import Sensing
from hoplon.streams import triangular

#: A prediction whose 95 % ellipse is longer than this decides nothing yet. About the radius of the
#: smallest region that is warned or defended as one, a Japanese prefecture.
WIDEST_ELLIPSE_KM = 100.0
#: A track is assessed this often until a decision is asked for.
ASSESS_SOON_S = 5.0
#: And this often where nothing hangs on it: a decision or an interceptor is on its way, or no shot possible.
ASSESS_LATER_S = 60.0


class Staff:
    """Keeps the command post's books for one battle.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    luck : Luck
    """

    def __init__(self, prepared: Prepared, recorder: Recorder, luck: Luck) -> None:
        self._prepared = prepared
        self._recorder = recorder
        self._luck = luck
        self._first_known_s: dict[int, float] = {}
        self._alerted: set[int] = set()
        self._decision_s: dict[int, float] = {}
        self._reports = 0
        self.post = CommandPost(prepared.post, prepared.doctrine)
        delay = prepared.public_alert_delay_s
        u = luck.uniform("public_alert_delay")
        self._alert_delay_s = triangular(u, delay.low, delay.best, delay.high)
        self._ground = _unit_vectors(prepared)
        self._ground_reach = np.array(
            [g.radius_km * 1e3 / SPHERE_NOT_ROTATING.equatorial_radius_m for g in prepared.defended]
        )

    def receive_reports(self, t_s: float, sensing: Sensing) -> None:
        """Take in the satellites' reports that have arrived; they cue the radars."""
        while self._reports < len(sensing.satellite_reports):
            report, satellite, threat = sensing.satellite_reports[self._reports]
            if report.t_s > t_s:
                break
            self._reports += 1
            if threat < 0:
                where = (report.latitude_deg, report.longitude_deg, 0.0)
                self._recorder.event(
                    report.t_s, "satellite_report", satellite, where=where, note="false launch"
                )
                continue
            self._first_known_s.setdefault(threat, report.t_s)
            sensing.cued_from_s[threat] = min(sensing.cued_from_s[threat], report.t_s)
            if self._recorder.first(threat, "satellite_report", report.t_s):
                self._recorder.event(
                    report.t_s,
                    "satellite_report",
                    satellite,
                    threat,
                    where=(report.latitude_deg, report.longitude_deg, 0.0),
                    value=report.position_sigma_m / 1e3,
                )

    def wants(self, track: int) -> float:
        """Return in how many seconds a track is to be assessed again."""
        file = self.post.file(track)
        if file.assessed_killed or file.pending or not self._prepared.engages:
            return ASSESS_LATER_S
        return ASSESS_SOON_S

    def decide(self, t_s: float, assessments: list[Assessment], picture: Tracks) -> None:
        """Apply the rule to what has been assessed; decide; warn the public."""
        for seen in assessments:
            self._warn(t_s, seen)
            if not self._prepared.engages:
                continue
            judgement = defend_assets(
                seen.prediction, self._prepared.defended, widest_ellipse_km=WIDEST_ELLIPSE_KM
            )
            file = self.post.file(seen.track)
            if file.judgement is None or file.judgement.verdict is not judgement.verdict:
                self._note_judgement(t_s, seen, judgement.why)
                if not self._recorder.shots[seen.threat]:
                    self._recorder.reasons[seen.threat] = (
                        "predicted outside defended ground"
                        if judgement.verdict is Verdict.LET_PASS
                        else "no decision in time"
                    )
            if self.post.consider(seen.track, judgement, t_s, self._decision_time_s(seen.threat)):
                self._recorder.first(seen.threat, "decision", t_s)
                if not self._recorder.shots[seen.threat]:
                    self._recorder.reasons[seen.threat] = "authorised, and then lost from track"
                self._recorder.event(
                    t_s, "decision", self.post.name, seen.threat, seen.track, note=f"engage: {judgement.why}"
                )
            elif t_s < file.decision_due_s < float("inf"):
                picture.assess_next(seen.track, file.decision_due_s)  # nothing hangs on it before

    def _note_judgement(self, t_s: float, seen: Assessment, why: str) -> None:
        prediction = seen.prediction
        self._recorder.event(
            t_s,
            "impact_prediction",
            self.post.name,
            seen.threat,
            seen.track,
            where=(prediction.latitude_deg, prediction.longitude_deg, 0.0),
            value=prediction.semi_major_km,
            note=why,
        )

    def _decision_time_s(self, threat: int) -> float:
        if threat not in self._decision_s:
            delay = self._prepared.decision_time_s
            name = self._prepared.threats[threat].name
            u = self._luck.uniform("decision_time", name)
            self._decision_s[threat] = triangular(u, delay.low, delay.best, delay.high)
        return self._decision_s[threat]

    def _warn(self, t_s: float, seen: Assessment) -> None:
        if seen.threat in self._alerted:
            return
        if seen.prediction.semi_major_km > WIDEST_ELLIPSE_KM or not self._concerns_ground(seen):
            return
        self._alerted.add(seen.threat)
        known = min(self._first_known_s.get(seen.threat, t_s), seen.firm_s)
        alert = alert_time_s(known, t_s, self._alert_delay_s)
        self._recorder.first(seen.threat, "alert", alert)
        self._recorder.event(alert, "alert", "public warning", seen.threat, seen.track)

    def _concerns_ground(self, seen: Assessment) -> bool:
        """Say whether the path is predicted to end on, or pass over, ground that is to be warned."""
        _, path = seen.path
        unit = path / np.linalg.norm(path, axis=1, keepdims=True)
        reach = (
            self._ground_reach + seen.prediction.semi_major_km * 1e3 / SPHERE_NOT_ROTATING.equatorial_radius_m
        )
        return bool(np.any(unit @ self._ground.T >= np.cos(reach)))


def _unit_vectors(prepared: Prepared) -> np.ndarray:
    """Return the geocentric directions of the defended ground, shape (n, 3)."""
    places = [Site(g.name, g.latitude_deg, g.longitude_deg).r_ecef_m for g in prepared.defended]
    r_ecef = np.array(places).reshape(-1, 3)
    return np.asarray(r_ecef / np.linalg.norm(r_ecef, axis=1, keepdims=True))
