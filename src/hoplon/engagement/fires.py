"""Interceptors: who fires, what is in the air, what comes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hoplon.earth.frames import geodetic_from_ecef
from hoplon.engagement.choice import Choice
from hoplon.engagement.luck import Luck
from hoplon.engagement.own_radars import OwnRadars
from hoplon.engagement.picture import Assessment, Tracks
from hoplon.engagement.prepared import Battery, Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.sensing import Sensing
from hoplon.engagement.shots import LOOKS, Chances, Shot, broken_link
from hoplon.engagement.staff import ASSESS_LATER_S, ASSESS_SOON_S, Staff
from hoplon.interceptor.kill import handover_succeeds

#: The network hands the target over to the interceptor this long before the intercept, and can correct no
#: more. Open literature gives tens of seconds for kill vehicles of this class and no figure for this one.
HANDOVER_S = 20.0

#: What is written down where all shots at a threat share a cause to miss.
_COMMON = {
    "track": "track not good enough, for every shot at this threat",
    "discrimination": "warhead not told apart, for every shot at this threat",
}


def _choice(prepared: Prepared, recorder: Recorder, own_radars: OwnRadars) -> Choice:
    if not prepared.planned:
        return Choice(prepared, recorder, own_radars)
    from hoplon.engagement.planned import PlannedChoice

    return PlannedChoice(prepared, recorder, own_radars)


def _kill_key(battery: Battery) -> str:
    """Name the draw, and its random stream, that all batteries of one type of interceptor share."""
    return f"single_shot_kill_probability_{battery.interceptor_type}"


class Fires:
    """Fires and follows interceptors through one battle.

    What a shot hangs on, and its draw, are steps of their own (`chances`, `broken_link`), and so is the look
    afterwards (`said_dead`).

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    luck : Luck
    kill_quantile : float or None
        As in `hoplon.engagement.battle.fight`.
    own_radars : OwnRadars
    """

    def __init__(
        self,
        prepared: Prepared,
        recorder: Recorder,
        luck: Luck,
        kill_quantile: float | None,
        own_radars: OwnRadars,
    ) -> None:
        self._own_radars = own_radars
        self._prepared = prepared
        self._recorder = recorder
        self._choice = _choice(prepared, recorder, own_radars)
        self._luck = luck
        self._in_air: list[Shot] = []
        self._outcomes: list[tuple[float, Shot, bool]] = []
        #: What was drawn once for the battle.
        self.draws: dict[str, float] = {}
        for battery in prepared.batteries:
            key = _kill_key(battery)
            u = luck.uniform(key) if kill_quantile is None else kill_quantile
            self.draws[key] = battery.kill.draw(u)

    @property
    def used(self) -> dict[str, int]:
        """Interceptors launched, by battery."""
        return {battery.name: battery.used for battery in self._choice.batteries}

    def launch(self, t_s: float, assessments: list[Assessment], staff: Staff, picture: Tracks) -> None:
        """Launch what the doctrine wants and the batteries can."""
        for seen in self._choice.in_order(t_s, assessments, staff):
            for _ in range(self._choice.wanted(t_s, seen, staff)):
                if not self._launch_one(t_s, seen, staff, picture):
                    break

    def _launch_one(self, t_s: float, seen: Assessment, staff: Staff, picture: Tracks) -> bool:
        best = self._choice.battery_for(t_s, seen, staff)
        if best is None:
            fired = self._recorder.shots[seen.threat] > 0
            picture.assess_next(seen.track, t_s + self._choice.again_s(seen.track, fired=fired))
            return False
        index, solution = best
        battery = self._prepared.batteries[index]
        spare_s = solution.launch_s - battery.interceptor.preparation_s - ASSESS_SOON_S - t_s
        if spare_s > 0.0:
            # The path enters the reach later: there is time for a better track before this launch is due.
            picture.assess_next(seen.track, t_s + min(spare_s, ASSESS_LATER_S))
            return False
        self._choice.batteries[index].launch(solution.launch_s)
        staff.post.launched(seen.track)
        name = self._prepared.threats[seen.threat].name
        number = self._recorder.shots[seen.threat]
        self._in_air.append(
            Shot(index, seen.track, seen.threat, solution.intercept_s, solution.r_ecef_m, name, number)
        )
        self._recorder.shots[seen.threat] += 1
        self._recorder.reasons[seen.threat] = "missed"
        self._recorder.first(seen.threat, "interceptor_launch", solution.launch_s)
        self._recorder.event(
            solution.launch_s,
            "interceptor_launch",
            battery.name,
            seen.threat,
            seen.track,
            where=(battery.site.latitude_deg, battery.site.longitude_deg, 0.0),
            value=solution.time_of_flight_s,
        )
        return True

    def intercept(self, t_s: float, picture: Tracks, sensing: Sensing) -> None:
        """Hand over and resolve the shots that are due, in the order of their intercepts."""
        flying = []
        for shot in sorted(self._in_air, key=lambda shot: shot.intercept_s):
            if not shot.handed_over and t_s >= shot.intercept_s - HANDOVER_S:
                believed = picture.position_at(shot.track, shot.intercept_s)
                shot = replace(shot, handed_over=True)
                if believed is not None and self._own_radars.may_update(shot.battery, shot.threat, t_s):
                    # The track may have come to follow another threat: that is the one it leads to.
                    threat = picture.threat_of(shot.track)
                    shot = replace(shot, r_believed_ecef_m=believed, threat=threat)
            if t_s >= shot.intercept_s:
                self._resolve(shot, sensing)
            else:
                flying.append(shot)
        self._in_air = flying

    def handover_error_m(self, shot: Shot) -> float:
        """Return how far the target truly is from where it is believed to be, at the intercept."""
        threat = self._prepared.threats[shot.threat]
        r_true, _ = threat.trajectory.state_at(shot.intercept_s - threat.launch_s)
        return float(np.linalg.norm(r_true - shot.r_believed_ecef_m))

    def chances(self, shot: Shot, error_m: float) -> Chances:
        """Return what the success of a shot hangs on.

        Parameters
        ----------
        shot : Shot
        error_m : float
            As `handover_error_m` gives it.

        Returns
        -------
        Chances
        """
        battery = self._prepared.batteries[shot.battery]
        inside = handover_succeeds(error_m, battery.interceptor.handover_basket_m)
        return Chances(float(inside), self._prepared.common, self.draws[_kill_key(battery)])

    def broken_link(self, shot: Shot, chances: Chances) -> str:
        """Draw a shot: what it failed for, empty for a hit (`hoplon.engagement.shots.broken_link`)."""
        threat = self._prepared.threats[shot.threat].name
        return broken_link(chances, threat, shot.target, shot.number, self._luck)

    def _resolve(self, shot: Shot, sensing: Sensing) -> None:
        battery = self._prepared.batteries[shot.battery]
        threat = self._prepared.threats[shot.threat]
        hit, wasted = False, True
        if self._recorder.killed[shot.threat]:
            note = "no target left: already destroyed"
        elif shot.intercept_s >= threat.launch_s + threat.trajectory.flight_time_s:
            note = "miss: target had fallen"
        else:
            wasted = False
            error_m = self.handover_error_m(shot)
            broken = self.broken_link(shot, self.chances(shot, error_m))
            hit = not broken
            note = "miss" if broken else "hit"
            if broken == "handover":
                note = f"miss: handed over {error_m / 1e3:.1f} km off"
                self._recorder.reasons[shot.threat] = "handed over outside the basket"
            elif broken in _COMMON:
                note = f"miss: {_COMMON[broken]}"
                self._recorder.reasons[shot.threat] = f"missed: {_COMMON[broken]}"
        latitude, longitude, altitude = geodetic_from_ecef(shot.r_believed_ecef_m)
        if not self._recorder.killed[shot.threat]:
            self._recorder.moments[shot.threat]["intercept"] = shot.intercept_s
        self._recorder.event(
            shot.intercept_s,
            "intercept",
            battery.name,
            shot.threat,
            shot.track,
            where=(float(latitude), float(longitude), float(altitude) / 1e3),
            value=self.draws[_kill_key(battery)],
            note=note,
        )
        if hit:
            self._recorder.killed[shot.threat] = True
            sensing.dead_from_s[shot.threat] = shot.intercept_s
        self._recorder.wasted[shot.threat] += wasted
        known_s = shot.intercept_s + battery.assessment.delay_s
        self._outcomes.append((known_s, shot, self._recorder.killed[shot.threat]))

    def said_dead(self, shot: Shot, *, dead: bool) -> bool:
        """Look at what has come of a shot: return whether its threat is said to be dead."""
        assessment = self._prepared.batteries[shot.battery].assessment
        if not assessment.errs:
            return dead
        return assessment.says_dead(self._luck.uniform(LOOKS, shot.target, number=shot.number), dead=dead)

    def report_outcomes(self, t_s: float, staff: Staff, picture: Tracks) -> None:
        """Let the command post know what has come of its shots, once it has been able to look."""
        waiting = []
        for due_s, shot, killed in self._outcomes:
            if t_s < due_s:
                waiting.append((due_s, shot, killed))
                continue
            said = self.said_dead(shot, dead=killed)
            staff.post.assess(shot.track, killed=said)
            picture.assess_next(shot.track, t_s)
            note = ("destroyed" if said else "alive") + ("" if said is killed else ", wrongly")
            self._recorder.event(
                due_s, "kill_assessment", staff.post.name, shot.threat, shot.track, note=note
            )
        self._outcomes = waiting
