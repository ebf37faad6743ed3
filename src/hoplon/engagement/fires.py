"""Interceptors: who fires, what is in the air, what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hoplon.command.battery import BatteryState
from hoplon.earth.frames import geodetic_from_ecef
from hoplon.engagement.luck import Luck
from hoplon.engagement.picture import Assessment, Tracks
from hoplon.engagement.prepared import Battery, Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.sensing import Sensing
from hoplon.engagement.staff import ASSESS_LATER_S, ASSESS_SOON_S, Staff
from hoplon.interceptor.fire_control import FireControlSolution, earliest_intercept, why_none
from hoplon.interceptor.kill import handover_succeeds

#: The network hands the target over to the interceptor this long before the intercept, and can correct no
#: more. Open literature gives tens of seconds for kill vehicles of this class and no figure for this one.
HANDOVER_S = 20.0


#: Why no battery can shoot, the nearest to a shot first: the one that is told where batteries differ.
_NO_SHOT = (
    "too late",
    "below minimum altitude",
    "above maximum altitude",
    "out of reach",
    "no interceptors left",
)


@dataclass(frozen=True, slots=True)
class Shot:
    """An interceptor in the air.

    Attributes
    ----------
    battery : int
    track, threat : int
        The track it was fired at; the threat that this track follows, for the record.
    intercept_s : float
    r_believed_ecef_m : array, shape (3,)
        Where the target is believed to be at the intercept.
    u : float
        Uniform draw: a hit where it is below the kill probability.
    handed_over : bool
    """

    battery: int
    track: int
    threat: int
    intercept_s: float
    r_believed_ecef_m: NDArray[np.float64]
    u: float
    handed_over: bool = False


def _kill_key(battery: Battery) -> str:
    """Name the draw, and its random stream, that all batteries of one type of interceptor share."""
    return f"single_shot_kill_probability_{battery.interceptor_type}"


class Fires:
    """Fires and follows interceptors through one battle.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    luck : Luck
    kill_quantile : float or None
        As in `hoplon.engagement.battle.fight`.
    """

    def __init__(
        self, prepared: Prepared, recorder: Recorder, luck: Luck, kill_quantile: float | None
    ) -> None:
        self._prepared = prepared
        self._recorder = recorder
        self._batteries = [
            BatteryState(b.name, b.loaded, b.interceptor.launch_interval_s) for b in prepared.batteries
        ]
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
        return {battery.name: battery.used for battery in self._batteries}

    def launch(self, t_s: float, assessments: list[Assessment], staff: Staff, picture: Tracks) -> None:
        """Launch what the doctrine wants and the batteries can."""
        for seen in assessments:
            for _ in range(staff.post.shots_wanted(seen.track)):
                if not self._launch_one(t_s, seen, staff, picture):
                    break

    def _launch_one(self, t_s: float, seen: Assessment, staff: Staff, picture: Tracks) -> bool:
        best = self._solve(t_s, seen)
        if best is None:
            fired = self._recorder.shots[seen.threat] > 0
            picture.assess_next(seen.track, t_s + (ASSESS_LATER_S if fired else 3.0 * ASSESS_SOON_S))
            return False
        index, solution = best
        battery = self._prepared.batteries[index]
        spare_s = solution.launch_s - battery.interceptor.preparation_s - ASSESS_SOON_S - t_s
        if spare_s > 0.0:
            # The path enters the reach later: there is time for a better track before this launch is due.
            picture.assess_next(seen.track, t_s + min(spare_s, ASSESS_LATER_S))
            return False
        self._batteries[index].launch(solution.launch_s)
        staff.post.launched(seen.track)
        name = self._prepared.threats[seen.threat].name
        shot = self._recorder.shots[seen.threat]
        luck = self._luck.uniform("shots", name, number=shot)
        self._in_air.append(
            Shot(index, seen.track, seen.threat, solution.intercept_s, solution.r_ecef_m, luck)
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

    def _solve(self, t_s: float, seen: Assessment) -> tuple[int, FireControlSolution] | None:
        """Return the battery with the earliest intercept."""
        found: list[tuple[float, int, FireControlSolution]] = []
        reasons = {"no interceptors left"}
        for index, (battery, state) in enumerate(zip(self._prepared.batteries, self._batteries, strict=True)):
            if not state.loaded:
                continue
            geometry = (battery.table, battery.interceptor, battery.site, *seen.path)
            earliest_s = max(t_s + battery.interceptor.preparation_s, state.ready_s)
            solution = earliest_intercept(*geometry, earliest_s)
            if solution is None:
                reasons.add(why_none(*geometry, earliest_s))
            else:
                found.append((solution.intercept_s, index, solution))
        if not found:
            self._note_no_shot(seen.threat, reasons)
            return None
        _, index, solution = min(found, key=lambda item: item[:2])
        return index, solution

    def _note_no_shot(self, threat: int, reasons: set[str]) -> None:
        """Keep the reason that came nearest to a shot: later ones only say that time has gone on."""
        before = self._recorder.reasons[threat]
        if not self._recorder.shots[threat]:
            self._recorder.reasons[threat] = next(r for r in _NO_SHOT if r in reasons or r == before)
        elif before == "missed":
            nearest = next(reason for reason in _NO_SHOT if reason in reasons)
            self._recorder.reasons[threat] = f"missed, no further shot: {nearest}"

    def intercept(self, t_s: float, picture: Tracks, sensing: Sensing) -> None:
        """Hand over and resolve the shots that are due, in the order of their intercepts."""
        flying = []
        for shot in sorted(self._in_air, key=lambda shot: shot.intercept_s):
            if not shot.handed_over and t_s >= shot.intercept_s - HANDOVER_S:
                believed = picture.position_at(shot.track, shot.intercept_s)
                shot = replace(shot, handed_over=True)
                if believed is not None:
                    # The track may have come to follow another threat: that is the one it leads to.
                    threat = picture.threat_of(shot.track)
                    shot = replace(shot, r_believed_ecef_m=believed, threat=threat)
            if t_s >= shot.intercept_s:
                self._resolve(shot, sensing)
            else:
                flying.append(shot)
        self._in_air = flying

    def _resolve(self, shot: Shot, sensing: Sensing) -> None:
        battery = self._prepared.batteries[shot.battery]
        threat = self._prepared.threats[shot.threat]
        p_kill = self.draws[_kill_key(battery)]
        hit, note = False, "miss"
        if self._recorder.killed[shot.threat]:
            note = "no target left: already destroyed"
        elif shot.intercept_s >= threat.launch_s + threat.trajectory.flight_time_s:
            note = "miss: target had fallen"
        else:
            r_true, _ = threat.trajectory.state_at(shot.intercept_s - threat.launch_s)
            error_m = float(np.linalg.norm(r_true - shot.r_believed_ecef_m))
            if not handover_succeeds(error_m, battery.interceptor.handover_basket_m):
                note = f"miss: handed over {error_m / 1e3:.1f} km off"
                self._recorder.reasons[shot.threat] = "handed over outside the basket"
            else:
                hit = shot.u < p_kill
                note = "hit" if hit else "miss"
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
            value=p_kill,
            note=note,
        )
        if hit:
            self._recorder.killed[shot.threat] = True
            sensing.dead_from_s[shot.threat] = shot.intercept_s
        known_s = shot.intercept_s + battery.kill_assessment_s
        self._outcomes.append((known_s, shot, self._recorder.killed[shot.threat]))

    def report_outcomes(self, t_s: float, staff: Staff, picture: Tracks) -> None:
        """Let the command post know what has come of its shots, once it has been able to look."""
        waiting = []
        for due_s, shot, killed in self._outcomes:
            if t_s < due_s:
                waiting.append((due_s, shot, killed))
                continue
            staff.post.assess(shot.track, killed=killed)
            picture.assess_next(shot.track, t_s)
            note = "destroyed" if killed else "alive"
            self._recorder.event(
                due_s, "kill_assessment", staff.post.name, shot.threat, shot.track, note=note
            )
        self._outcomes = waiting
