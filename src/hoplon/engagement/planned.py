"""Who is fired at when from where by one plan over all threats, not track by track as they come.

The doctrine still says how many interceptors a track may have now. Of these the plan (`hoplon.command.plan`)
takes as many, from those batteries and in those slots, as save the most defended value in expectation
(`hoplon.command.value`); tracks on which the order is still awaited count, from the next slot on. It is made
again whenever a track that may be shot at has been assessed, from the plan before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.command.plan import LaunchPlan, PlanProblem, plan_launches
from hoplon.command.value import threat_value
from hoplon.engagement.choice import HELD_BY_PLAN, Choice
from hoplon.engagement.own_radars import OwnRadars
from hoplon.engagement.picture import Assessment
from hoplon.engagement.prepared import CLOCK_STEP_S, Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.staff import ASSESS_SOON_S, Staff
from hoplon.interceptor.fire_control import (
    FeasibleWindow,
    FireControlSolution,
    earliest_intercept,
    feasible_window,
)

#: Slots that a plan looks ahead: more than five minutes, at a launch every 5 s. Launches further on wait.
SLOTS = 64
#: A plan this near to the best that is possible is good enough: kill probabilities are known far worse.
GAP = 0.005
#: So much of its worth a launch loses for each second that its intercept comes later. Of launches that are
#: alike it makes the plan take the one that leaves time for a look and another shot; it is a tie-breaker.
_LATER_PER_S = 1e-4
#: What the rule wants engaged is worth at least this share of the ground that it is predicted to fall on.
_LEAST_SHARE = 1e-3


class PlannedChoice(Choice):
    """Asks the doctrine, and fires what the plan of the moment has due.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    own_radars : OwnRadars
    """

    looks_ahead = True

    def __init__(self, prepared: Prepared, recorder: Recorder, own_radars: OwnRadars) -> None:
        super().__init__(prepared, recorder, own_radars)
        intervals = (battery.interceptor.launch_interval_s for battery in prepared.batteries)
        self._slot_s = max(CLOCK_STEP_S, *intervals)
        #: The latest assessment of each track, and what follows from it: value, and window by battery.
        self._seen: dict[int, Assessment] = {}
        self._worth: dict[int, tuple[Assessment, float]] = {}
        self._windows: dict[tuple[int, int], tuple[Assessment, FeasibleWindow | None]] = {}
        self._plan: LaunchPlan | None = None
        self._tracks: tuple[int, ...] = ()
        self._made_s = 0.0
        #: Batteries whose launches at a track are due now; tracks that the plan has later, or could have.
        self._due: dict[int, list[int]] = {}
        self._weighed: set[int] = set()
        #: What the record has of plans: launches by track, and tracks without.
        self._noted: tuple[Counter[int], list[int]] = Counter(), []

    def in_order(self, t_s: float, assessments: Sequence[Assessment], staff: Staff) -> Sequence[Assessment]:
        """Make the plan; put what it has due now first."""
        for seen in assessments:
            self._seen[seen.track] = seen
        if not any(staff.post.cleared(seen.track) for seen in assessments):
            return ()
        if not any(battery.loaded for battery in self.batteries):
            self._weighed.clear()
            return assessments
        self._make_plan(t_s, staff)
        return sorted(assessments, key=lambda seen: seen.track not in self._due)

    def again_s(self, track: int, *, fired: bool) -> float:
        """Return in how many seconds a track at which nothing is fired now is to be assessed again."""
        return ASSESS_SOON_S if track in self._weighed else super().again_s(track, fired=fired)

    def battery_for(
        self, t_s: float, seen: Assessment, staff: Staff
    ) -> tuple[int, FireControlSolution] | None:
        """Return the battery that the plan has due at a track now; as without a plan where none can weigh it.

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
        if seen.track not in self._weighed:
            return super().battery_for(t_s, seen, staff)
        due = self._due.get(seen.track, [])
        while due:
            index = due.pop(0)
            battery, state = self._prepared.batteries[index], self.batteries[index]
            ready_s = max(t_s + battery.interceptor.preparation_s, state.ready_s)
            solution = earliest_intercept(
                battery.table, battery.interceptor, battery.site, *seen.path, ready_s
            )
            if solution is not None and state.loaded:
                return index, solution
        self._note_no_shot(seen.threat, {HELD_BY_PLAN})
        return None

    def _make_plan(self, t_s: float, staff: Staff) -> None:
        """Plan over all tracks that are, or may yet be, cleared."""
        wanted = {}
        for track, seen in list(self._seen.items()):
            if seen.prediction.impact_t_s <= t_s:
                del self._seen[track]
            elif shots := self._demand(t_s, seen, staff):
                wanted[track] = shots
        tracks = tuple(wanted)
        chances = np.zeros((len(tracks), len(self.batteries), SLOTS))
        value = np.empty(len(tracks))
        for row, track in enumerate(tracks):
            chances[row] = self._chances(t_s, self._seen[track], staff)
            value[row] = self._value_left(self._seen[track], staff)
        stock = np.array([battery.loaded for battery in self.batteries])
        problem = PlanProblem(value, chances, stock, max(wanted.values(), default=1))
        plan = plan_launches(problem, gap=GAP, previous=self._moved(t_s, tracks))
        self._note(t_s, plan, tracks, float(value.sum()), staff)
        self._plan, self._tracks, self._made_s = plan, tracks, t_s
        self._weighed = {track for row, track in enumerate(tracks) if chances[row].any()}
        self._due = {}
        for row, index, slot in plan.launches:
            if slot == 0:
                self._due.setdefault(tracks[row], []).append(index)

    def _demand(self, t_s: float, seen: Assessment, staff: Staff) -> int:
        """Return how many interceptors the doctrine wants at a track, or would if the order came now."""
        if staff.post.cleared(seen.track):
            self._places.setdefault(seen.track, len(self._places))
        elif not staff.post.awaited(seen.track):
            return 0
        return self._ask(t_s, seen, staff)

    def _moved(self, t_s: float, tracks: tuple[int, ...]) -> LaunchPlan | None:
        passed = round((t_s - self._made_s) / self._slot_s)
        if self._plan is None or passed >= SLOTS:
            return None
        now = {track: row for row, track in enumerate(tracks)}
        return self._plan.moved(passed, tuple(now.get(track, -1) for track in self._tracks))

    def _value_left(self, seen: Assessment, staff: Staff) -> float:
        """Return the value that a track threatens, by the chance that it outlives its shots so far."""
        known = self._worth.get(seen.track)
        if known is None or known[0] is not seen:
            grounds = self._prepared.defended
            worth = threat_value(seen.prediction, grounds, [ground.value for ground in grounds]).value
            known = self._worth[seen.track] = seen, worth
        best = max(battery.kill.mean for battery in self._prepared.batteries)
        alive = (1.0 - best) ** staff.post.file(seen.track).pending
        least = _LEAST_SHARE * self._value(seen.track, staff)
        return max(known[1], least) * alive * self.needed(seen.threat)

    def _chances(self, t_s: float, seen: Assessment, staff: Staff) -> NDArray[np.float64]:
        """Return the probability that a launch kills, by battery and slot; 0 where there is no solution."""
        chances = np.zeros((len(self.batteries), SLOTS))
        start_s = self._slot_s * np.arange(SLOTS)
        windows = self._windows_of(t_s, seen)
        lowest = max((self.batteries[index].layer for index in windows), default=0)
        for index, window in windows.items():
            battery, layer = self._prepared.batteries[index], self.batteries[index].layer
            if not self._own_radars.may_launch(index, seen.threat, t_s):
                continue
            if self._layered and not self._ask(t_s, seen, staff, layer, lower=lowest > layer):
                continue
            ready_s = t_s + battery.interceptor.preparation_s
            first_s = max(window.first_launch_s, self.batteries[index].ready_s)
            last_s = window.last_launch_s
            begins = ready_s + start_s
            fits = (begins <= last_s) & (begins + self._slot_s > first_s)
            ends = (window.first_launch_s, last_s)
            meets = (window.first_launch_intercept_s, window.last_launch_intercept_s)
            later_s = np.interp(begins, ends, meets) - t_s
            kill = battery.kill.mean * self._prepared.common.probability
            chances[index] = kill * np.where(fits, np.exp(-_LATER_PER_S * later_s), 0.0)
        if not staff.post.cleared(seen.track):
            chances[:, 0] = 0.0
        return chances

    def _windows_of(self, t_s: float, seen: Assessment) -> dict[int, FeasibleWindow]:
        """Return, by battery with interceptors left, all launches that meet a track's predicted path."""
        found = {}
        for index, (battery, state) in enumerate(zip(self._prepared.batteries, self.batteries, strict=True)):
            if not state.loaded:
                continue
            known = self._windows.get((seen.track, index))
            if known is None or known[0] is not seen:
                earliest_s = t_s + battery.interceptor.preparation_s
                geometry = (battery.table, battery.interceptor, battery.site, *seen.path)
                known = self._windows[seen.track, index] = seen, feasible_window(*geometry, earliest_s)
            if known[1] is not None:
                found[index] = known[1]
        return found

    def _note(
        self, t_s: float, plan: LaunchPlan, tracks: tuple[int, ...], at_stake: float, staff: Staff
    ) -> None:
        """Write a plan down where it has other launches in mind than the one before."""
        planned = Counter(tracks[row] for row, _, _ in plan.launches)
        without = sorted(set(tracks) - set(planned))
        if (planned, without) == self._noted:
            return
        self._noted = planned, without
        note = (
            f"launches: {planned.total()}, at {len(planned)} of {len(tracks)} tracks; "
            f"saves {plan.saved_value:.3g} of {at_stake:.3g} at stake, no plan more than {plan.bound:.3g}"
        )
        if without:
            note += f"; none at track{'s' if len(without) > 1 else ''} {', '.join(map(str, without))}"
        self._recorder.event(t_s, "launch_plan", staff.post.name, value=plan.saved_value, note=note)
