"""Whether to fire at a track, and from which battery: the doctrine's wish and what can still be reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hoplon.command.battery import BatteryState
from hoplon.command.doctrine import Situation
from hoplon.command.doctrine_door import DoctrineError
from hoplon.engagement.own_radars import NOT_HELD, OwnRadars
from hoplon.engagement.picture import Assessment
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.staff import ASSESS_LATER_S, ASSESS_SOON_S, Staff
from hoplon.interceptor.fire_control import FireControlSolution, earliest_intercept, why_none

HELD_BACK = "held back by the doctrine"
HELD_BY_PLAN = "interceptors planned for others"
FAILED = "the doctrine failed"

#: Why no battery can shoot, the nearest to a shot first: the one that is told where batteries differ.
_NO_SHOT = (
    HELD_BACK,
    HELD_BY_PLAN,
    NOT_HELD,
    "too late",
    "below minimum altitude",
    "above maximum altitude",
    "out of reach",
    "no interceptors left",
)


class Choice:
    """Asks the doctrine, and finds the battery, through one battle.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    own_radars : OwnRadars
    """

    #: Whether tracks count on which the order is still awaited.
    looks_ahead = False

    def __init__(self, prepared: Prepared, recorder: Recorder, own_radars: OwnRadars) -> None:
        self._own_radars = own_radars
        self._prepared = prepared
        self._recorder = recorder
        #: What each battery has left, in the order of the scenario.
        self.batteries = [
            BatteryState(b.name, b.loaded, b.interceptor.launch_interval_s, layer=b.layer)
            for b in prepared.batteries
        ]
        self._layered = len({battery.layer for battery in self.batteries}) > 1
        self._loaded = sum(battery.loaded for battery in self.batteries)
        self._values = {ground.name: ground.value for ground in prepared.defended}
        self._values_differ = len(set(self._values.values())) > 1
        self._places: dict[int, int] = {}
        self._failures: set[tuple[int, str]] = set()
        #: How likely a threat still needs the shots that a plan has for it: where outcomes are known, surely.
        self.needed: Callable[[int], float] = lambda threat: 1.0

    def in_order(self, t_s: float, assessments: Sequence[Assessment], staff: Staff) -> Sequence[Assessment]:
        """Put what threatens the most valuable ground first; by track number where values are alike."""
        if not self._values_differ:
            return assessments
        return sorted(assessments, key=lambda seen: -self._value(seen.track, staff))

    def again_s(self, track: int, *, fired: bool) -> float:
        """Return in how many seconds a track at which nothing can be fired now is to be assessed again."""
        return ASSESS_LATER_S if fired else 3.0 * ASSESS_SOON_S

    def _value(self, track: int, staff: Staff) -> float:
        judgement = staff.post.file(track).judgement
        return 1.0 if judgement is None else self._values.get(judgement.asset, 1.0)

    def wanted(self, t_s: float, seen: Assessment, staff: Staff) -> int:
        """Return how many interceptors the doctrine wants at a track now, whatever can be reached."""
        if not staff.post.cleared(seen.track):
            return 0
        self._places.setdefault(seen.track, len(self._places))
        wanted = self._ask(t_s, seen, staff)
        if not wanted and not self._recorder.shots[seen.threat]:
            reason = self._recorder.reasons[seen.threat]
            self._recorder.reasons[seen.threat] = reason if reason == FAILED else HELD_BACK
        return wanted

    def _ask(self, t_s: float, seen: Assessment, staff: Staff, layer: int = 0, *, lower: bool = False) -> int:
        around = Situation(
            stock=sum(battery.loaded for battery in self.batteries),
            loaded=self._loaded,
            place=self._places.get(seen.track, len(self._places)),
            value=self._value(seen.track, staff),
            layer=layer,
            lower_layer_can_reach=lower,
        )
        try:
            return staff.post.shots_wanted(seen.track, around, awaited=self.looks_ahead)
        except DoctrineError as failure:
            self._note_failure(t_s, seen, staff, str(failure))
            return 0

    def _note_failure(self, t_s: float, seen: Assessment, staff: Staff, what: str) -> None:
        """Write it down, once a track: the battle goes on, and nothing is fired on this doctrine's word."""
        if not self._recorder.shots[seen.threat]:
            self._recorder.reasons[seen.threat] = FAILED
        if (seen.track, what) not in self._failures:
            self._failures.add((seen.track, what))
            note = f"{what}; nothing fired"
            self._recorder.event(t_s, "doctrine_failure", staff.post.name, seen.threat, seen.track, note=note)

    def battery_for(
        self, t_s: float, seen: Assessment, staff: Staff
    ) -> tuple[int, FireControlSolution] | None:
        """Return the battery with the earliest intercept from which the doctrine wants to fire.

        Parameters
        ----------
        t_s : float
            Now.
        seen : Assessment
        staff : Staff

        Returns
        -------
        tuple of int and FireControlSolution, or None
        """
        found: list[tuple[float, int, FireControlSolution]] = []
        why = dict.fromkeys((battery.name for battery in self._prepared.batteries), "no interceptors left")
        for index, (battery, state) in enumerate(zip(self._prepared.batteries, self.batteries, strict=True)):
            if not state.loaded:
                continue
            geometry = (battery.table, battery.interceptor, battery.site, *seen.path)
            earliest_s = max(t_s + battery.interceptor.preparation_s, state.ready_s)
            solution = earliest_intercept(*geometry, earliest_s)
            if solution is None:
                why[battery.name] = why_none(*geometry, earliest_s)
            elif not self._own_radars.may_launch(index, seen.threat, t_s):
                why[battery.name] = NOT_HELD
            else:
                found.append((solution.intercept_s, index, solution))
        lowest = max((self.batteries[index].layer for _, index, _ in found), default=0)
        for _, index, solution in sorted(found, key=lambda item: item[:2]):
            layer = self.batteries[index].layer
            # Where there is one layer, the doctrine has been asked already.
            if not self._layered or self._ask(t_s, seen, staff, layer, lower=lowest > layer):
                return index, solution
            why[self._prepared.batteries[index].name] = HELD_BACK
        self._note_no_shot(seen.threat, {"no interceptors left", *why.values()})
        for battery_name, reason in why.items():
            if reason != HELD_BACK:
                staff.refuse_order(t_s, seen, battery_name, reason)
        return None

    def _note_no_shot(self, threat: int, reasons: set[str]) -> None:
        """Keep the reason that came nearest to a shot: later ones only say that time has gone on."""
        before = self._recorder.reasons[threat]
        if not self._recorder.shots[threat]:
            if before != FAILED:
                self._recorder.reasons[threat] = next(r for r in _NO_SHOT if r in reasons or r == before)
        elif before == "missed":
            nearest = next(reason for reason in _NO_SHOT if reason in reasons)
            self._recorder.reasons[threat] = f"missed, no further shot: {nearest}"
