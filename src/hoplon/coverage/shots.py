"""What the defence can do about one missile, from the tick at which it may fire."""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hoplon.command.doctrine import Situation
from hoplon.command.shot_book import ShotBook
from hoplon.coverage import _kernels_play as kernels
from hoplon.coverage.defence import CERTAIN, Defence
from hoplon.coverage.flights import Flown
from hoplon.coverage.known import Known
from hoplon.coverage.meetings import Meetings
from hoplon.coverage.reasons import EMPTY, HELD_BACK, LOST, NOT_HELD, TOO_LATE, nearest_of
from hoplon.engagement.expected_fires import ExpectedBattery, ThreatOdds
from hoplon.engagement.fires import HANDOVER_S
from hoplon.engagement.picture import PATH_STEP_S
from hoplon.engagement.prepared import CLOCK_STEP_S, Prepared
from hoplon.engagement.staff import ASSESS_LATER_S, ASSESS_RARELY_S, ASSESS_SOON_S
from hoplon.interceptor.handover import handover_probability
from hoplon.interceptor.remote import FireControl, may_launch, may_update

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """What comes of one missile where fire is free from a given tick on.

    Attributes
    ----------
    alive : float
        Probability that it lives, if what its shots have in common works.
    launched : bool
    handed_over : float
        Probability that at least one interceptor was handed over within its basket.
    why : str
        Where nothing was launched, the reason that came nearest to a shot.
    left : Left
        For an engagement that goes on from there.
    """

    alive: float
    launched: bool
    handed_over: float
    why: str
    left: Left


@dataclass(slots=True)
class Left:
    """How things stand when a track is lost: interceptors may still be on their way.

    Attributes
    ----------
    odds, book, stock, flying, reports_s, never
        As while it is played.
    """

    odds: ThreatOdds
    book: ShotBook
    stock: dict[int, ExpectedBattery]
    flying: list[_Shot]
    reports_s: list[float]
    never: float


@dataclass(frozen=True, slots=True)
class _Shot:
    battery: int
    intercept_s: float
    ordered_s: float
    #: The engagement of the track that it was fired at; and whether the present one is known as that.
    by: Engagement
    same: bool = True


class Engagement:
    """Plays the shots at one missile, as `hoplon.engagement.expected_fires` does in a battle of it alone.

    Parameters
    ----------
    defence : Defence
    meetings : Meetings
    flown : Flown
    known : Known
    """

    def __init__(self, defence: Defence, meetings: Meetings, flown: Flown, known: Known) -> None:
        self._defence, self._meetings, self._flown, self._known = defence, meetings, flown, known
        self._world = defence.world
        self._reach = meetings.reach.tolist()
        self._loaded = sum(battery.loaded for battery in self._world.batteries)
        #: Of batteries that cannot fire at it.
        self._elsewhere = self._loaded - sum(self._world.batteries[number].loaded for number in self._reach)
        self._baskets: dict[tuple[float, float, float], float] = {}
        self._end_s = min(flown.flight_time_s - PATH_STEP_S, known.lost_s)
        self._layers = len({battery.layer for battery in self._world.batteries}) > 1
        self._played: dict[tuple[float, int, bool], Played] = {}
        #: They are known by their addresses in memory, so that they must not go away.
        self._kept: list[Played] = []

    def from_tick(self, t_s: float, before: Played | None = None, *, same: bool = False) -> Played:
        """Say what comes of it where fire is free from a tick on.

        Parameters
        ----------
        t_s : float
        before : Played, optional
            What came of an earlier track of it that was lost.
        same : bool
            Whether this one is known as the same track: shots at that one then count for the doctrine.

        Returns
        -------
        Played
        """
        if before is not None and not before.launched:
            before = None
        key = t_s, id(before), same
        if key not in self._played:
            if before is not None:
                self._kept.append(before)
            self._played[key] = self._play(t_s, before, same=same)
        return self._played[key]

    def _play(self, t_s: float, before: Played | None, *, same: bool) -> Played:
        book, never = ShotBook(), 1.0
        flying: list[_Shot] = []
        reports: list[float] = []
        if before is None:
            stock = {number: _full(self._world, number) for number in self._reach}
            odds = ThreatOdds(self._defence.kill.shape[1])
        else:
            left = before.left
            stock = {number: copy(battery) for number, battery in left.stock.items()}
            odds, never = copy(left.odds), left.never
            flying = [replace(shot, same=same) for shot in left.flying]
            if same:
                book, reports = copy(left.book), left.reports_s.copy()
        while reports and reports[0] < t_s:
            reports.pop(0)
            book.assess(killed=False)
        why = set[str]()
        if t_s >= self._end_s:
            why.add(LOST if t_s >= self._known.lost_s else TOO_LATE)
        while t_s < self._end_s:
            flying, never = self._resolve(flying, t_s, odds, never)
            wanted = self._wanted(book, stock)
            again_s = t_s + (ASSESS_RARELY_S if book.pending else ASSESS_SOON_S)
            if not wanted and not book.pending:
                why.add(HELD_BACK)
                break
            over = False
            for _ in range(wanted):
                found = self._battery_for(t_s, book, stock, why)
                if found is None:
                    again_s = t_s + (ASSESS_LATER_S if book.fired else 3.0 * ASSESS_SOON_S)
                    # What cannot be met by a launch now cannot be by a later one.
                    over = not why & {NOT_HELD, HELD_BACK}
                    break
                index, intercept_s, launch_s = found
                battery = self._world.batteries[index]
                spare_s = launch_s - battery.interceptor.preparation_s - ASSESS_SOON_S - t_s
                if spare_s > 0.0:
                    again_s = t_s + min(spare_s, ASSESS_LATER_S)
                    if not book.fired:
                        return self.from_tick(_tick(again_s), before, same=same)
                    break
                common = self._world.common.probability
                weight = common * float(odds.engaged.mean()) + (1.0 - common) * odds.engaged_in_vain
                stock[index].weight = weight
                stock[index].launch(launch_s)
                book.launched()
                odds.in_air += 1
                flying.append(_Shot(index, intercept_s, t_s, self))
                reports.append(_tick(intercept_s + battery.assessment.delay_s, intercept_s))
                again_s = t_s + ASSESS_RARELY_S
            if over or (not reports and t_s > self._meetings.last_launch_s):
                break
            reports.sort()
            t_s = max(_tick(again_s), t_s + CLOCK_STEP_S)
            if reports:
                t_s = min(t_s, max(reports[0] + CLOCK_STEP_S, 0.0))
            while reports and reports[0] < t_s:
                reports.pop(0)
                book.assess(killed=False)
        left = Left(copy(odds), book, stock, flying, reports, never)
        flying, never = self._resolve(flying, math.inf, odds, never)
        launched = book.fired > 0 or before is not None
        nearest = "" if launched else nearest_of(why)
        return Played(float(odds.alive.mean()), launched, 1.0 - never, nearest, left)

    def _wanted(
        self, book: ShotBook, stock: dict[int, ExpectedBattery], layer: int = 0, *, lower: bool = False
    ) -> int:
        around = Situation(
            stock=self._elsewhere + sum([battery.loaded for battery in stock.values()]),
            loaded=self._loaded,
            place=0,
            value=self._world.defended[0].value,
            layer=layer,
            lower_layer_can_reach=lower,
        )
        return self._world.doctrine.shots_now(book.state(around))

    def _battery_for(
        self, t_s: float, book: ShotBook, stock: dict[int, ExpectedBattery], why: set[str]
    ) -> tuple[int, float, float] | None:
        """Return the battery with the earliest intercept, that and its launch (`Choice.battery_for`)."""
        found = []
        why |= self._meetings.why
        for index in self._reach:
            battery, state = self._world.batteries[index], stock[index]
            if not state.loaded:
                why.add(EMPTY)
                continue
            earliest_s = max(t_s + battery.interceptor.preparation_s, state.ready_s)
            meets_s, launch_s = self._meetings.first(index, earliest_s)
            if math.isnan(meets_s):
                continue
            if battery.fire_control is FireControl.OWN_RADAR and not may_launch(
                battery.fire_control, own_radar_holds=self._known.holds(battery.own_radar, t_s)
            ):
                why.add(NOT_HELD)
            else:
                found.append((meets_s, index, launch_s))
        lowest = max((stock[index].layer for _, index, _ in found), default=0)
        for meets_s, index, launch_s in sorted(found):
            layer = stock[index].layer
            if not self._layers or self._wanted(book, stock, layer, lower=lowest > layer):
                return index, meets_s, launch_s
            why.add(HELD_BACK)
        return None

    def _resolve(
        self, flying: list[_Shot], t_s: float, odds: ThreatOdds, never: float
    ) -> tuple[list[_Shot], float]:
        """Count the shots whose intercept is over; return the others, and how likely none was handed over."""
        left = []
        for shot in sorted(flying, key=lambda shot: shot.intercept_s):
            if shot.intercept_s > t_s:
                left.append(shot)
                continue
            if shot.intercept_s >= self._flown.flight_time_s:
                continue
            battery = self._world.batteries[shot.battery]
            inside = self._in_basket(shot)
            kill = self._defence.kill[int(self._defence.batteries[shot.battery, kernels.KIND])]
            odds.shot(inside * kill, battery.assessment)
            never *= 1.0 - inside
        return left, never

    def _in_basket(self, shot: _Shot) -> float:
        battery = self._world.batteries[shot.battery]
        tick_s = max(_tick(shot.intercept_s - HANDOVER_S) - CLOCK_STEP_S, shot.ordered_s)
        told = battery.fire_control is FireControl.ENGAGE_ON_REMOTE or may_update(
            battery.fire_control, own_radar_holds=self._known.holds(battery.own_radar, tick_s)
        )
        known = told and tick_s < self._known.lost_s
        if shot.by is not self and not (known and shot.same and tick_s >= self._known.engage_s):
            return shot.by._in_basket(shot)
        if not known:
            tick_s = shot.ordered_s
        basket_m = battery.interceptor.handover_basket_m
        key = tick_s, shot.intercept_s, basket_m
        if key not in self._baskets:
            believed, covariance = self._known.ahead(tick_s, shot.intercept_s)
            r_true, _ = self._flown.state_at(shot.intercept_s)
            offset = r_true - believed
            off_m = float(np.sqrt(offset @ offset))
            if math.isnan(off_m):
                self._baskets[key] = 0.0
            elif off_m + CERTAIN * math.sqrt(float(np.trace(covariance))) < basket_m:
                self._baskets[key] = 1.0
            else:
                self._baskets[key] = handover_probability(offset, covariance, basket_m)
        return self._baskets[key]


def _full(world: Prepared, number: int) -> ExpectedBattery:
    b = world.batteries[number]
    return ExpectedBattery(
        b.name, b.loaded, b.interceptor.launch_interval_s, layer=b.layer, stock=float(b.loaded)
    )


def _tick(t_s: float, least_s: float = -math.inf) -> float:
    """Return the first tick of the clock at a time or after it."""
    return CLOCK_STEP_S * math.ceil(max(t_s, least_s) / CLOCK_STEP_S - 1e-9)
