"""What the defence can do about one missile, from the tick at which it may fire."""

from __future__ import annotations

import math
from collections.abc import Callable, Set
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hoplon.command.doctrine import Situation
from hoplon.command.shot_book import ShotBook
from hoplon.coverage import _kernels_meetings as kernels
from hoplon.coverage.flights import Flown
from hoplon.coverage.known import Known
from hoplon.engagement.expected_fires import ExpectedBattery, ThreatOdds, kill_nodes
from hoplon.engagement.fires import HANDOVER_S
from hoplon.engagement.picture import PATH_STEP_S
from hoplon.engagement.prepared import CLOCK_STEP_S, Prepared
from hoplon.engagement.staff import ASSESS_LATER_S, ASSESS_RARELY_S, ASSESS_SOON_S
from hoplon.interceptor.fire_control import arguments
from hoplon.interceptor.handover import handover_probability
from hoplon.interceptor.remote import FireControl, may_launch, may_update

Array = NDArray[np.float64]

#: Within so many standard deviations (of all three directions together) an error is certain to lie, to 1e-4.
_CERTAIN = 4.5
_MOST_ROWS = 1000

TOO_LATE = "too late"
OUT_OF_REACH = "out of reach"
TOO_LOW = "below minimum altitude"
TOO_HIGH = "above maximum altitude"
NOT_HELD = "own radar does not hold the track"
EMPTY = "no interceptors left"
HELD_BACK = "held back by the doctrine"
LOST = "lost from track before a launch was due"
#: The nearest to a shot first.
_NEAREST = (HELD_BACK, NOT_HELD, TOO_LATE, TOO_LOW, TOO_HIGH, OUT_OF_REACH, EMPTY, LOST)


def nearest_of(reasons: Set[str]) -> str:
    """Return the reason that came nearest to a shot; where there is none, that nothing reaches it.

    Parameters
    ----------
    reasons : set of str

    Returns
    -------
    str
    """
    return next((reason for reason in _NEAREST if reason in reasons), OUT_OF_REACH)


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


class Meetings:
    """All meetings with one path, by battery.

    Parameters
    ----------
    world : Prepared
    flown : Flown
    from_s : float
        Where the path begins.

    Attributes
    ----------
    rows : dict of int to array
        By battery that can meet it: `hoplon.coverage._kernels_meetings.launches_into`.
    why : set of str
        Why others cannot.
    last_launch_s, last_s : float
        The latest launch that meets the path, and the latest meeting; minus infinity where there is none.
    """

    def __init__(self, world: Prepared, flown: Flown, from_s: float) -> None:
        t_s = np.append(np.arange(from_s, flown.flight_time_s, PATH_STEP_S), flown.flight_time_s)
        path = np.empty((len(t_s), 4))
        path[:, 0], path[:, 1:] = t_s, flown.state_at(t_s)[0]
        height = kernels.heights(path[:, 1:])
        counts, codes = np.zeros((2, len(world.batteries)), dtype=np.int64)
        self.rows: dict[int, Array] = {}
        for which, family, nodes, setups in _geometries(world):
            out = np.empty((_MOST_ROWS * len(which), 2))
            kernels.launches_of_all(out, counts, codes, which, family, nodes, setups, path, height)
            ends = np.cumsum(counts[which])
            for n in np.flatnonzero(counts[which]).tolist():
                self.rows[int(which[n])] = out[ends[n] - counts[which[n]] : ends[n]]
        self.why = {_WHY[code] for code in set(codes.tolist())}
        self.last_launch_s = max((float(rows[:, 1].max()) for rows in self.rows.values()), default=-math.inf)
        self.last_s = max((float(rows[-1, 0]) for rows in self.rows.values()), default=-math.inf)

    @property
    def nearest(self) -> str:
        """Why nothing is launched after the last launch that meets the path: the reason nearest to a shot."""
        return nearest_of(self.why)


#: By the codes of the kernel: what can be met is so too late, if not in time.
_WHY = (TOO_LATE, TOO_LOW, TOO_HIGH, OUT_OF_REACH)
Geometry = tuple[NDArray[np.int64], Array, Array, Array]
#: Of the defence that was asked for last: a map asks for one.
_GEOMETRIES_OF: list[tuple[Prepared, list[Geometry]]] = []


def _geometries(world: Prepared) -> list[Geometry]:
    """Return, by type of interceptor, the batteries' numbers, paths and table of its fly-out, constants."""
    if not (_GEOMETRIES_OF and _GEOMETRIES_OF[0][0] is world):
        by_table: dict[int, list[int]] = {}
        for number, battery in enumerate(world.batteries):
            by_table.setdefault(id(battery.table), []).append(number)
        found = []
        for numbers in by_table.values():
            setups = []
            for number in numbers:
                battery = world.batteries[number]
                where = battery.table, battery.interceptor, battery.site
                family, nodes, setup, _ = arguments(*where, np.zeros(1), np.zeros((1, 3)))
                setups.append(setup)
            found.append((np.array(numbers, dtype=np.int64), family, nodes, np.array(setups)))
        _GEOMETRIES_OF[:] = [(world, found)]
    return _GEOMETRIES_OF[0][1]


class Engagement:
    """Plays the shots at one missile, as `hoplon.engagement.expected_fires` does in a battle of it alone.

    Parameters
    ----------
    world : Prepared
    meetings : Meetings
    flown : Flown
    known : Known
    holds : callable
        Says whether the own radar of a battery holds the track at a time.
    """

    def __init__(
        self,
        world: Prepared,
        meetings: Meetings,
        flown: Flown,
        known: Known,
        holds: Callable[[int, float], bool],
    ) -> None:
        self._world, self._meetings, self._flown, self._known = world, meetings, flown, known
        self._holds = holds
        self._kill = _kill_nodes(world)
        self._loaded = sum(battery.loaded for battery in world.batteries)
        #: Of batteries that cannot fire at it.
        self._elsewhere = self._loaded - sum(world.batteries[number].loaded for number in meetings.rows)
        self._nodes = len(next(iter(self._kill.values()))) if self._kill else 1
        self._baskets: dict[tuple[float, float, float], float] = {}
        self._end_s = min(flown.flight_time_s - PATH_STEP_S, known.lost_s)
        self._layers = len({battery.layer for battery in world.batteries}) > 1
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
            stock = {number: _full(self._world, number) for number in self._meetings.rows}
            odds = ThreatOdds(self._nodes)
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
        for index, rows in self._meetings.rows.items():
            battery, state = self._world.batteries[index], stock[index]
            if not state.loaded:
                why.add(EMPTY)
                continue
            earliest_s = max(t_s + battery.interceptor.preparation_s, state.ready_s)
            meets_s, launch_s = kernels.first_meeting(rows, earliest_s)
            if math.isnan(meets_s):
                continue
            if battery.fire_control is FireControl.OWN_RADAR and not may_launch(
                battery.fire_control, own_radar_holds=self._holds(battery.own_radar, t_s)
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
            odds.shot(inside * self._kill[battery.interceptor_type], battery.assessment)
            never *= 1.0 - inside
        return left, never

    def _in_basket(self, shot: _Shot) -> float:
        battery = self._world.batteries[shot.battery]
        tick_s = max(_tick(shot.intercept_s - HANDOVER_S) - CLOCK_STEP_S, shot.ordered_s)
        told = battery.fire_control is FireControl.ENGAGE_ON_REMOTE or may_update(
            battery.fire_control, own_radar_holds=self._holds(battery.own_radar, tick_s)
        )
        known = told and tick_s < self._known.lost_s
        if shot.by is not self and not (known and shot.same and tick_s >= self._known.tick_s[0]):
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
            elif off_m + _CERTAIN * math.sqrt(float(np.trace(covariance))) < basket_m:
                self._baskets[key] = 1.0
            else:
                self._baskets[key] = handover_probability(offset, covariance, basket_m)
        return self._baskets[key]


def _full(world: Prepared, number: int) -> ExpectedBattery:
    b = world.batteries[number]
    return ExpectedBattery(
        b.name, b.loaded, b.interceptor.launch_interval_s, layer=b.layer, stock=float(b.loaded)
    )


#: Of the defence that was asked for last: a map asks for one.
_NODES_OF: list[tuple[Prepared, dict[str, Array]]] = []


def _kill_nodes(world: Prepared) -> dict[str, Array]:
    if not (_NODES_OF and _NODES_OF[0][0] is world):
        _NODES_OF[:] = [(world, kill_nodes(world, None))]
    return _NODES_OF[0][1]


def _tick(t_s: float, least_s: float = -math.inf) -> float:
    """Return the first tick of the clock at a time or after it."""
    return CLOCK_STEP_S * math.ceil(max(t_s, least_s) / CLOCK_STEP_S - 1e-9)
