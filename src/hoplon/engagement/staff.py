"""The people: reports reach them, rules are applied, decisions are taken, the public is warned."""

from __future__ import annotations

from hoplon.command.authority import Course, course
from hoplon.command.post import CommandPost
from hoplon.command.rules import Verdict, defend_assets
from hoplon.engagement.alerts import Alerts
from hoplon.engagement.luck import Luck
from hoplon.engagement.picture import Assessment, Tracks
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.sensing import Sensing
from hoplon.streams import triangular

#: A prediction whose 95 % ellipse is longer than this decides nothing yet. About the radius of the
#: smallest region that is warned or defended as one, a Japanese prefecture.
WIDEST_ELLIPSE_KM = 100.0
#: The rule by which tracks are judged, as a scenario names it.
RULE = "defend_assets"
#: A track is assessed this often until a decision is asked for.
ASSESS_SOON_S = 5.0
#: And this often where nothing hangs on it: a decision or an interceptor is on its way, or no shot possible.
ASSESS_LATER_S = 60.0
#: And this often while an interceptor is on its way, whose outcome calls for one anyway, or after it has hit.
ASSESS_RARELY_S = 180.0


class Staff:
    """Keeps the command post's books for one battle.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    luck : Luck
    seen : Recorder, optional
        Where it is noted who detected what, if that is another.
    """

    def __init__(
        self, prepared: Prepared, recorder: Recorder, luck: Luck, seen: Recorder | None = None
    ) -> None:
        self._prepared = prepared
        self._recorder = recorder
        self._seen = seen or recorder
        self._luck = luck
        self._decision_s: dict[tuple[str, int], float] = {}
        self._refused_orders: set[tuple[int, str]] = set()
        self._without_order: set[int] = set()
        self._alerts = Alerts(prepared, recorder, luck)
        self._reports = 0
        self.post = CommandPost(prepared.post, prepared.doctrine)

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
            self._alerts.known(threat, report.t_s)
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
        if not self._prepared.engages and self._alerts.waiting(track):
            return ASSESS_SOON_S
        if file.assessed_killed or file.pending:
            return ASSESS_RARELY_S
        if file.refused or not self._prepared.engages:
            return ASSESS_LATER_S
        return ASSESS_SOON_S

    def decide(self, t_s: float, assessments: list[Assessment], picture: Tracks, sensing: Sensing) -> None:
        """Apply the rule to what has been assessed; decide; warn the public."""
        for seen in assessments:
            self._alerts.consider(t_s, seen)
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
            engages = judgement.verdict is Verdict.ENGAGE
            found = self._course(t_s, seen, sensing) if engages and not file.authorised else None
            left_s = float("inf") if found is None else found.granted_s - t_s
            if self.post.consider(seen.track, judgement, t_s, left_s):
                assert found is not None
                self._recorder.first(seen.threat, "decision", t_s)
                if not self._recorder.shots[seen.threat]:
                    self._recorder.reasons[seen.threat] = "authorised, and then lost from track"
                self._recorder.event(
                    t_s,
                    "decision",
                    self._prepared.authority.decides,
                    seen.threat,
                    seen.track,
                    value=seen.prediction.semi_major_km,
                    note=f"engage: {judgement.why} (rule {RULE}); {found.rule}; "
                    f"{self._picture_words(seen.threat)}",
                )
            elif found is not None:
                self._await(t_s, seen, found, picture)
            elif t_s < file.decision_due_s < float("inf"):
                picture.assess_next(seen.track, file.decision_due_s)  # nothing hangs on it before

    def _course(self, t_s: float, seen: Assessment, sensing: Sensing) -> Course:
        """Work out how the decision goes; what has been said by now is noted."""
        authority, file = self._prepared.authority, self.post.file(seen.track)
        engage_s = min(file.engage_s, t_s)
        if authority.alone:
            due_s = engage_s + self._takes_s(authority.decides, seen.threat)
            return Course((), due_s, due_s, float("inf"), "own authority")
        found = course(
            authority,
            engage_s,
            takes_s=lambda name: self._takes_s(name, seen.threat),
            sees_s=lambda name: self._sees_s(name, t_s, seen.threat, sensing),
            data_used=lambda name: self._data_used(name, seen.threat),
        )
        file.refused = found.refused_s <= t_s
        for step in found.steps[file.said :]:
            if step.t_s <= t_s:
                file.said += 1
                self._recorder.event(step.t_s, step.kind, step.actor, seen.threat, seen.track, note=step.note)
        return found

    def _await(self, t_s: float, seen: Assessment, found: Course, picture: Tracks) -> None:
        """Say why there is no order yet; the track is wanted again when the next word is due."""
        others = not self._prepared.authority.alone and found.own_s <= t_s
        if not self._recorder.shots[seen.threat]:
            waits = "no consent in time" if others else "no decision in time"
            self._recorder.reasons[seen.threat] = "consent refused" if found.refused_s <= t_s else waits
        if found.stuck_s <= t_s and seen.track not in self._without_order:
            self._without_order.add(seen.track)
            who, note = self._prepared.authority.decides, f"not engaged: no order, {found.rule}"
            self._recorder.event(t_s, "not_engaged", who, seen.threat, seen.track, note=note)
        coming = [step.t_s for step in found.steps if step.t_s > t_s]
        if found.granted_s < float("inf"):
            coming.append(found.granted_s)
        if coming and min(coming) > t_s:
            picture.assess_next(seen.track, min(coming))  # nothing hangs on it before

    def _takes_s(self, name: str, threat: int) -> float:
        """Draw how long an actor takes over a threat."""
        if (name, threat) not in self._decision_s:
            delay = self._prepared.decision_times_s[name]
            missile = self._prepared.threats[threat].name
            # The scenario's own actor has the address that it has when it is the only one.
            whose = () if name == self._prepared.post else (name,)
            u = self._luck.uniform("decision_time", *whose, missile)
            self._decision_s[name, threat] = triangular(u, delay.low, delay.best, delay.high)
        return self._decision_s[name, threat]

    def _sees_s(self, name: str, t_s: float, threat: int, sensing: Sensing) -> float:
        """Return when an actor first saw a threat on its own picture; infinity where it has not yet.

        One that is shown the post's picture sees what it is asked about.
        """
        feeds = self._prepared.authority.actors[name].feeds
        if feeds is None:
            return float("-inf")
        radars = self._prepared.radars
        seen_s = min(
            (wire.through_s(sensing.found_s(i, threat) + radars[i].latency_s) for i, wire in feeds),
            default=float("inf"),
        )
        return seen_s if seen_s <= t_s else float("inf")

    def _data_used(self, name: str, threat: int) -> bool:
        own = self._prepared.authority.actors[name].own_sensors
        return bool(set(own) & set(self._seen.feeding(threat)))

    def _picture_words(self, threat: int) -> str:
        """Say which radars have fed the picture that a decision is taken on."""
        fed = [self._prepared.radars[index].name for index in self._seen.feeding(threat)]
        return f"on the track of {', '.join(fed)}" if fed else "on a track that no radar feeds"

    def refuse_order(self, t_s: float, seen: Assessment, battery: str, why: str) -> None:
        """Note that an order to launch cannot be carried out, once for each track and reason.

        Parameters
        ----------
        t_s : float
        seen : Assessment
        battery : str
            Who cannot; empty where nobody can.
        why : str
            Such as ``no interceptors left`` or ``out of reach``.
        """
        if (seen.track, f"{battery} {why}") not in self._refused_orders:
            self._refused_orders.add((seen.track, f"{battery} {why}"))
            actor = battery or self.post.name
            self._recorder.event(t_s, "order_refused", actor, seen.threat, seen.track, note=why)

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
