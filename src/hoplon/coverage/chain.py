"""The chain for one missile and any cell: flight, sight, track, decision, shots. Nothing is drawn.

The expected mode of battles (`hoplon.engagement.expected`) for one missile at a time, with the same pictures,
tracker, rule, delays, doctrine and kill probabilities. Simplified against it:

- flights are means of fitted ones around the cell; at the edge of reach they fall within 300 m of it, most
  often;
- the tracker itself is run until the first verdict to engage; from then on each radar's detections of a tick,
  later of three, are taken as one, and no later verdict is asked for;
- fire control sees the true path: a wrong belief in the ballistic coefficient counts at the handover alone;
- radars are never short of time: one missile takes little of it;
- lanes of command share one picture's covariances, that of the earlier verdict, unless a track is lost;
- a missile that is found again after its track was lost is known as what it was, if it is found within the
  tracker's time for that: that it is where it must be is taken for granted.

Where links lose or delay messages, carry tracks, or radars report false alarms, none of this is done: such
scenarios are played cell by cell through the expected battle itself, which takes more than ten times as long.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.command.authority import course
from hoplon.command.rules import DefendedGround
from hoplon.command.warning import WarnedGround, alert_time_s
from hoplon.coverage import _kernels_follow as fields
from hoplon.coverage import _kernels_verdict as kernels
from hoplon.coverage._kernels_play import PLAYED
from hoplon.coverage.defence import Defence, defence_of
from hoplon.coverage.flights import Flown
from hoplon.coverage.following import Followed, follow, follow_all
from hoplon.coverage.known import Known
from hoplon.coverage.meetings import Meetings
from hoplon.coverage.shots import Engagement
from hoplon.coverage.sight import Looks, Sight, look, looks_of
from hoplon.coverage.spells import Spell, Tally, count_spells
from hoplon.coverage.verdicts import verdicts_of
from hoplon.earth.frames import ecef_from_geodetic
from hoplon.engagement.expected_sensing import Middle, spread_quantile
from hoplon.engagement.fires import HANDOVER_S
from hoplon.engagement.prepared import CLOCK_STEP_S, Delay, Prepared
from hoplon.scenario import MissileEntry
from hoplon.sensor.satellite import BoostPath, SatelliteReport
from hoplon.streams import triangular
from hoplon.track.impact import ImpactPrediction

Array = NDArray[np.float64]

#: Pictures, each with its own quantiles of the times of detection, as in an expected battle.
PICTURES = 2
#: Where more than one has a say, so many sets of quantiles of how long each takes.
COURSES = 16


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be expected of one missile.

    Attributes
    ----------
    stopped : float
        Probability.
    passed : tuple of float
        By link of the chain (`hoplon.result.expected.LINKS`), the probability that it holds so far.
    why : str
        Where fire was free and nothing could be launched, the most frequent reason.
    """

    stopped: float
    passed: tuple[float, ...]
    why: str


@dataclass(frozen=True, slots=True)
class _Cell:
    """A flight and the ground where it falls, and its place among all that are looked at."""

    flown: Flown
    ground: DefendedGround
    looks: Looks
    number: int
    case: Array


class Chain:
    """Puts one type of missile through a defence.

    Parameters
    ----------
    world : Prepared
        The scenario made ready for battles, with any one missile in it.
    entry : MissileEntry
        What flies.
    radius_km : float
        Of the ground that a cell stands for.
    """

    def __init__(self, world: Prepared, entry: MissileEntry, radius_km: float) -> None:
        self._world, self._entry, self._radius_km = world, entry, radius_km
        self._name = f"{entry.id}-1"
        self._reports: dict[tuple[int, str, bytes], SatelliteReport | None] = {}
        authority = world.authority
        #: Where one decides: after how long fire is free, each with its probability.
        self._after: list[tuple[float, float]] = []
        if authority.alone and world.engages:
            self._after = _ticks_after(world.decision_times_s[authority.decides])

    @property
    def shoots(self) -> bool:
        """Whether the defence shoots at all."""
        return self._world.engages and bool(self._world.batteries)

    @property
    def suits(self) -> bool:
        """Whether the chain follows the scenario's links and sensors."""
        return suits(self._world)

    def warned(self, flights: Sequence[Flown], aims: Array) -> list[tuple[float, str]]:
        """Say how long before the impact people at the cell are warned of each of many flights.

        Parameters
        ----------
        flights : sequence of Flown
        aims : array, shape (n, 2)

        Returns
        -------
        list of tuple of float and str
            Minutes, at median delays and as a mean over pictures; 0 with a reason where nobody is in time.
        """
        looks = self._looks(flights)
        delay = self._world.public_alert_delay_s
        delay_s = triangular(0.5, delay.low, delay.best, delay.high)
        told = self._world.dissemination_delay_s
        told_s = 0.0 if told is None else triangular(0.5, told.low, told.best, told.high)
        found = []
        for n, flown in enumerate(flights):
            ground = DefendedGround("cell", float(aims[n, 0]), float(aims[n, 1]), self._radius_km)
            place = WarnedGround.of([ground])
            end_s = flown.flight_time_s
            minutes, why = [], ""
            for node in range(PICTURES):
                report_s = self._report_s(flown, node)
                enough = _hit(place, self._world.warned.confidence)
                seen = follow(self._world, looks.sight(node, n), ground, report_s, end_s, enough)
                if seen.engage_s == math.inf:
                    minutes.append(0.0)
                    tracked = seen.firm_s < math.inf
                    detected = seen.first_s < math.inf
                    why = "no prediction of the impact in time" if tracked else "no firm track in time"
                    why = why if detected else "not detected"
                    continue
                alert_s = alert_time_s(min(report_s, seen.firm_s), seen.engage_s, delay_s, told_s)
                minutes.append(max(0.0, end_s - alert_s) / 60.0)
                if alert_s >= end_s:
                    why = "the alert comes after the impact"
            mean = sum(minutes) / len(minutes)
            found.append((mean, "" if mean > 0.0 else why))
        return found

    def stopped(self, flights: Sequence[Flown], aims: Array) -> list[Verdict]:
        """Say how likely each of many flights is stopped.

        Parameters
        ----------
        flights : sequence of Flown
        aims : array, shape (n, 2)
            Latitude and longitude of where they fall, deg.

        Returns
        -------
        list of Verdict
        """
        world, looks, defence = self._world, self._looks(flights), defence_of(self._world)
        places = np.atleast_2d(ecef_from_geodetic(aims[:, 0], aims[:, 1], np.zeros(len(aims))))
        grounds = [DefendedGround("cell", north, east, self._radius_km) for north, east in aims.tolist()]
        reports = [[self._report_s(flown, node) for node in range(PICTURES)] for flown in flights]
        ends = np.array([flown.flight_time_s for flown in flights])
        cases = defence.cases(ends, np.array(reports), places, self._radius_km)
        followed, covariances = follow_all(defence, looks, cases, grounds)
        detected = (followed[..., fields.FIRST] < math.inf).mean(axis=1).tolist()
        tracked = (followed[..., fields.FIRM_SINCE] < math.inf).mean(axis=1).tolist()
        if not world.engages:
            return [
                Verdict(0.0, (*seen, *Tally(1.0).passed), "") for seen in zip(detected, tracked, strict=True)
            ]
        free = self._free(followed, looks)
        rows = verdicts_of(defence, looks, flights, cases, (followed, covariances), free)
        found = []
        for n, row in enumerate(rows.tolist()):
            if row[kernels.CODE] == PLAYED:
                tally = Tally.of(world.common.probability, row)
            else:
                cell = _Cell(flights[n], grounds[n], looks, n, cases[n, 0])
                tally = self._tallied(defence, cell, [*map(Followed.of, followed[n], covariances[n])])
            found.append(Verdict(tally.stopped, (detected[n], tracked[n], *tally.passed), tally.why))
        return found

    def _looks(self, flights: Sequence[Flown]) -> Looks:
        seen = look(self._world, self._entry, flights)
        return looks_of(self._world, seen, len(flights), self._name, PICTURES)

    def _report_s(self, flown: Flown, node: int) -> float:
        """Return when the first satellite's report arrives at a picture; infinity for never."""
        first_s = math.inf
        start = flown.nodes[0, 1:4]
        for satellite, line in zip(self._world.satellites, self._world.satellite_lines, strict=True):
            middle = Middle(spread_quantile(node, PICTURES, "satellite", satellite.name, self._name))
            if satellite.needs_path:
                t_s = flown.t_s[flown.t_s <= flown.burnout_s]
                path = BoostPath(t_s, *flown.state_at(t_s))
                report = satellite.report(0.0, start, middle, flown.burnout_s, path)  # type: ignore[arg-type]
            else:
                # All but whether the plume burns for long enough hangs on the launch point alone.
                key = node, satellite.name, start.tobytes()
                if key not in self._reports:
                    self._reports = {k: v for k, v in self._reports.items() if k[2] == key[2]}
                    self._reports[key] = satellite.report(0.0, start, middle)  # type: ignore[arg-type]
                report = self._reports[key]
                if report is not None and report.detected_s > flown.burnout_s:
                    continue
            if report is not None and line.passes:
                first_s = min(first_s, *line.arrivals(report.t_s, 0, 0))
        return first_s

    def _free(self, followed: Array, looks: Looks) -> tuple[Array, Array]:
        """Return when fire may be free, (flights, pictures, n) and rising, and the chance of each."""
        engage_s = followed[..., fields.ENGAGE]
        if self._after:
            after_s, chances = np.array(self._after).T
            free_s = engage_s[..., None] + after_s
            return free_s, np.ascontiguousarray(np.broadcast_to(chances, free_s.shape))
        free_s = np.full((*engage_s.shape, COURSES), math.inf)
        for n, node in np.argwhere(engage_s < math.inf).tolist():
            ticks = self._free_from(float(engage_s[n, node]), looks.sight(node, n))
            free_s[n, node] = sorted(tick_s for tick_s, _ in ticks)
        return free_s, np.full(free_s.shape, 1.0 / COURSES)

    def _tallied(self, defence: Defence, cell: _Cell, followed: Sequence[Followed]) -> Tally:
        """Play one flight picture by picture: its track is lost and found again, or it takes many shots.

        Each picture is played on what itself knows, not on what the earliest does.
        """
        tally = Tally(self._world.common.probability)
        first_s = min((f.seen_s for f in followed if f.engage_s < math.inf), default=math.inf)
        meetings = Meetings(defence, cell.flown, first_s)
        for node, picture in enumerate(followed):
            if picture.engage_s < math.inf:
                spells = self._spells(defence, cell, meetings, node, picture)
                end_s = cell.flown.flight_time_s
                count_spells(tally, 1.0 / len(followed), spells, meetings, end_s, defence.settings)
        return tally

    def _known(
        self, defence: Defence, cell: _Cell, meetings: Meetings, node: int, followed: Followed
    ) -> Known:
        until_s = max(meetings.last_s - HANDOVER_S, followed.engage_s)
        return Known(defence, cell.looks, node, cell.number, followed, cell.case, until_s)

    def _spells(
        self, defence: Defence, cell: _Cell, meetings: Meetings, node: int, followed: Followed
    ) -> list[Spell]:
        """Follow a missile from track to track, as often as it is lost and found again."""
        spells: list[Spell] = []
        sight, end_s = cell.looks.sight(node, cell.number), cell.flown.flight_time_s
        while followed.engage_s < math.inf:
            known = self._known(defence, cell, meetings, node, followed)
            engagement = Engagement(defence, meetings, cell.flown, known)
            free = self._free_from(followed.engage_s, sight)
            spells.append(Spell(followed, engagement, free, known.lost_s))
            if known.lost_s == math.inf:
                break
            followed = follow(
                self._world, sight, cell.ground, math.inf, end_s, lost=followed, lost_s=known.lost_s
            )
        return spells

    def _free_from(self, engage_s: float, view: Sight) -> list[tuple[float, float]]:
        """Return the ticks at which fire may be free after a verdict, each with its probability."""
        if self._after:
            return [(engage_s + after_s, weight) for after_s, weight in self._after]
        used = set(view.sensor[view.t_s <= engage_s].tolist())
        ticks = []
        for number in range(COURSES):
            granted_s = self._granted_s(engage_s, view, used, number)
            ticks.append(CLOCK_STEP_S * math.ceil(min(granted_s, 1e9) / CLOCK_STEP_S - 1e-9))
        return [(tick_s, 1.0 / COURSES) for tick_s in ticks]

    def _granted_s(self, engage_s: float, view: Sight, used: set[int], number: int) -> float:
        """Return when the order is given where several have a say, at one set of quantiles."""
        world = self._world

        def takes_s(name: str) -> float:
            delay = world.decision_times_s[name]
            whose = () if name == world.post else (name,)
            u = spread_quantile(number, COURSES, "decision_time", *whose, self._name, "0")
            return triangular(u, delay.low, delay.best, delay.high)

        def sees_s(name: str) -> float:
            feeds = world.authority.actors[name].feeds
            if feeds is None:
                return -math.inf
            found = [
                wire.through_s(float(view.t_s[view.sensor == i][0]) + world.radars[i].latency_s)
                for i, wire in feeds
                if (view.sensor == i).any()
            ]
            return min(found, default=math.inf)

        def data_used(name: str) -> bool:
            return bool(set(world.authority.actors[name].own_sensors) & used)

        return course(world.authority, engage_s, takes_s, sees_s, data_used).granted_s


def suits(world: Prepared) -> bool:
    """Say whether the chain follows a scenario's links and sensors.

    Parameters
    ----------
    world : Prepared

    Returns
    -------
    bool
    """
    lines = [line for line in world.lines if line.passes]
    straight = not any(line.carries_tracks or line.troubled for line in lines)
    quiet = not any(radar.reports_false_alarms or radar.bias.stated for radar in world.radars)
    satellites = not any(line.troubled and line.passes for line in world.satellite_lines)
    return straight and quiet and satellites


def _hit(place: WarnedGround, confidence: float) -> Callable[[ImpactPrediction], bool]:
    return lambda prediction: float(place.hit([prediction])[0, 0]) >= confidence


def _triangular_cdf(x: float, delay: Delay) -> float:
    low, best, high = delay.low, delay.best, delay.high
    if x >= high:
        return 1.0
    if x <= low:
        return 0.0
    if x < best:
        return (x - low) ** 2 / ((high - low) * (best - low))
    return 1.0 - (high - x) ** 2 / ((high - low) * (high - best))


def _ticks_after(delay: Delay) -> list[tuple[float, float]]:
    """Return after how many ticks a decision is there, each with its probability."""
    last = math.ceil(delay.high / CLOCK_STEP_S - 1e-9)
    by = [_triangular_cdf(CLOCK_STEP_S * n, delay) for n in range(last + 1)]
    steps = zip(by, [0.0, *by], strict=False)
    return [(CLOCK_STEP_S * n, now - before) for n, (now, before) in enumerate(steps) if now > before]
