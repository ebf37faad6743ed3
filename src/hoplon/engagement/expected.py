"""One battle without draws: what is to be expected of it.

The same chain as in `hoplon.engagement.battle`, but nothing is drawn. Sensors detect by cumulative
probability and measure without error, so that the tracker's own covariance says how well it knows a threat.
Each picture is shared by several lanes of command, which take their delays at evenly spread quantiles. In a
lane every shot misses, and the probability that its target still lives is kept: that is the path of a battle
in which the defence fires all that its doctrine ever allows, and each further shot counts by the probability
that it is needed. The kill probability, common to a battle's shots, is integrated over its posterior.

Left out: that radars are relieved of threats once these are dead, that tracks are swapped by noise, and that
a miss by handover is common to the shots of a salvo. Stock and launch rate are charged with the expected
number of launches.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hoplon.engagement.expected_fires import ExpectedFires, kill_nodes
from hoplon.engagement.expected_picture import SharedPicture, View
from hoplon.engagement.expected_sensing import ExpectedSensing, spread_quantile
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.staff import Staff
from hoplon.result.expected import LINKS, ExpectedOutcome, ExpectedRecord

#: Pictures, each with its own quantiles of the times of detection, and lanes of command in each.
PICTURES = 2
LANES = 8

#: The moments that tell that the first links of the chain have held.
LINK_MOMENTS = ("first_detection", "firm_track", "decision", "interceptor_launch")


@dataclass(frozen=True, slots=True)
class LaneLuck:
    """Delays at evenly spread quantiles; see `hoplon.engagement.luck.Luck`.

    Attributes
    ----------
    lane, lanes : int
    """

    lane: int
    lanes: int

    def uniform(self, *address: str, number: int = 0) -> float:
        """Return this lane's quantile at an address."""
        return spread_quantile(self.lane, self.lanes, *address, str(number))


@dataclass(frozen=True)
class _Lane:
    """One command that plays on a picture: `seen` is the picture's record, `done` its own."""

    seen: Recorder
    done: Recorder
    view: View
    staff: Staff
    fires: ExpectedFires


def shares_picture(one: Prepared, other: Prepared) -> bool:
    """Say whether two worlds differ in nothing that sensors and trackers meet with.

    Parameters
    ----------
    one, other : Prepared
        Made in one process: what is equal in them is then the same object.

    Returns
    -------
    bool
    """
    return (
        one.truth is other.truth
        and len(one.observations) == len(other.observations)
        and all(a is b for a, b in zip(one.observations, other.observations, strict=True))
        and one.satellites == other.satellites
        and one.lines == other.lines
        and one.satellite_lines == other.satellite_lines
        and one.believed_ballistic_coefficient_kg_m2 == other.believed_ballistic_coefficient_kg_m2
    )


def expect(
    prepared: Prepared,
    kill_quantile: float | None = None,
    *,
    pictures: int = PICTURES,
    lanes: int = LANES,
) -> ExpectedRecord:
    """Compute what is to be expected of a battle.

    Parameters
    ----------
    prepared : Prepared
    kill_quantile : float, optional
        Holds the single-shot kill probability at this quantile of its posterior instead of integrating.
    pictures, lanes : int
        More of either follow the spread of detection times and of delays more finely.

    Returns
    -------
    ExpectedRecord
    """
    return expect_each([prepared], [kill_quantile], pictures=pictures, lanes=lanes)[0]


def expect_each(
    worlds: Sequence[Prepared],
    kill_quantiles: Sequence[float | None],
    *,
    pictures: int = PICTURES,
    lanes: int = LANES,
) -> list[ExpectedRecord]:
    """Compute what is to be expected in worlds that share one picture (`shares_picture`).

    Parameters
    ----------
    worlds : sequence of Prepared
    kill_quantiles : sequence of float or None
        As in `expect`, for each world.
    pictures, lanes : int

    Returns
    -------
    list of ExpectedRecord
        In the order of `worlds`.
    """
    played: list[list[_Lane]] = [[] for _ in worlds]
    for node in range(pictures):
        of_world = _play(worlds, kill_quantiles, node, pictures, lanes)
        for so_far, new in zip(played, of_world, strict=True):
            so_far += new
    return [_summed(world, lanes_of) for world, lanes_of in zip(worlds, played, strict=True)]


def _play(
    worlds: Sequence[Prepared],
    kill_quantiles: Sequence[float | None],
    node: int,
    pictures: int,
    lanes: int,
) -> list[list[_Lane]]:
    """Play all worlds on one picture; return the lanes of each."""
    seen = Recorder(worlds[0])
    sensing = ExpectedSensing(worlds[0], node, pictures)
    picture = SharedPicture(worlds[0], seen, node)
    of_world = []
    for world, quantile in zip(worlds, kill_quantiles, strict=True):
        kill = kill_nodes(world, quantile)
        own = []
        for number in range(lanes):
            luck = LaneLuck(node * lanes + number, pictures * lanes)
            done = Recorder(world)
            fires = ExpectedFires(world, done, luck, kill)
            own.append(_Lane(seen, done, View(picture), Staff(world, done, luck), fires))
        of_world.append(own)
    everyone = [lane for own in of_world for lane in own]
    for t_s in worlds[0].clock_s.tolist():
        for lane in everyone:
            lane.staff.receive_reports(t_s, sensing)
            lane.fires.intercept(t_s, lane.view, sensing)
        picture.update(t_s, sensing)
        for lane in everyone:
            assessments = lane.view.assess(t_s, lane.staff.wants)
            if assessments:
                lane.staff.decide(t_s, assessments, lane.view)
                lane.fires.launch(t_s, assessments, lane.staff, lane.view)
            lane.fires.report_outcomes(t_s, lane.staff, lane.view)
    return of_world


def _summed(world: Prepared, lanes: Sequence[_Lane]) -> ExpectedRecord:
    """Add up what the lanes of one world came to."""
    used = {
        battery.name: _mean([lane.fires.expected_used[battery.name] for lane in lanes])
        for battery in world.batteries
    }
    outcomes = tuple(_outcome(world, number, lanes) for number in range(len(world.threats)))
    return ExpectedRecord(world.scenario, outcomes, used)


def _outcome(world: Prepared, number: int, lanes: Sequence[_Lane]) -> ExpectedOutcome:
    threat = world.threats[number]
    attacks = world.engages and threat.name in world.impact_ground

    def came(moment: str, lane: _Lane) -> bool:
        return moment in lane.seen.moments[number] or moment in lane.done.moments[number]

    alive = _mean([float(lane.fires.alive[number].mean()) for lane in lanes])
    passed = [_mean([float(came(moment, lane)) for lane in lanes]) for moment in LINK_MOMENTS]
    passed.append(1.0 - _mean([float(lane.fires.never_handed_over[number]) for lane in lanes]))
    passed.append(1.0 - alive)
    return ExpectedOutcome(
        threat=threat.name,
        missile=threat.missile,
        aim=threat.aim.name,
        attacks=attacks,
        leak_probability=alive if attacks else 0.0,
        passed=dict(zip(LINKS, passed, strict=True)),
        shots=_mean([float(lane.fires.shots[number]) for lane in lanes]),
    )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
