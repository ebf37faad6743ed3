"""What a defence is worth: the share that gets through, and the people on whom nothing falls."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hoplon.engagement.battle import fight
from hoplon.engagement.expected import expect_each, shares_picture
from hoplon.engagement.prepare import prepare
from hoplon.engagement.prepared import Prepared
from hoplon.result.model import Interval, Record
from hoplon.scenario.model import Scenario
from hoplon.studies.statistics import bounded_interval, mean_interval


@dataclass(frozen=True, slots=True)
class Worth:
    """What came of one defence.

    Attributes
    ----------
    leakage : Interval
        NaN ends where nothing was drawn.
    protected : Interval
        People of the assets on which nothing falls.
    unharmed : mapping of str to float
        By asset, the probability that nothing falls on it.
    used : float
        Interceptors a battle.
    """

    leakage: Interval
    protected: Interval
    unharmed: Mapping[str, float]
    used: float


def expected_worth(scenarios: Sequence[Scenario], people: Mapping[str, float]) -> list[Worth]:
    """Compute without draws what some defences against one raid are worth.

    Parameters
    ----------
    scenarios : sequence of Scenario
    people : mapping of str to float
        By asset.

    Returns
    -------
    list of Worth
        That nothing falls on an asset is taken for the product over the missiles that would: exact where
        their fates are independent, and too low where they share their luck (derived here: what is common
        makes them positively correlated).
    """
    worlds = [prepare(scenario) for scenario in scenarios]
    found: dict[int, Worth] = {}
    todo = []
    for place, world in enumerate(worlds):
        if world.engages and world.batteries:
            todo.append(place)
        else:
            leaks = dict.fromkeys(world.impact_ground, 1.0)
            found[place] = _expected(world, leaks, 0.0, people)
    while todo:
        # Defences with the same sensors see the same: their pictures are computed once.
        alike = [place for place in todo if shares_picture(worlds[todo[0]], worlds[place])]
        todo = [place for place in todo if place not in alike]
        records = expect_each([worlds[place] for place in alike], [None] * len(alike))
        for place, record in zip(alike, records, strict=True):
            leaks = {o.threat: o.leak_probability for o in record.outcomes if o.attacks}
            used = sum(record.interceptors_used.values())
            found[place] = _expected(worlds[place], leaks, used, people)
    return [found[place] for place in range(len(worlds))]


def _expected(world: Prepared, leaks: Mapping[str, float], used: float, people: Mapping[str, float]) -> Worth:
    unharmed = dict.fromkeys(people, 1.0)
    for threat, leak in leaks.items():
        unharmed[world.impact_ground[threat]] *= 1.0 - leak
    leakage = sum(leaks.values()) / len(leaks) if leaks else 0.0
    protected = sum(people[name] * share for name, share in unharmed.items())
    return Worth(_point(leakage), _point(protected), unharmed, used)


def _point(value: float) -> Interval:
    return Interval(value, math.nan, math.nan, 0, 0.95, "nothing drawn")


def sampled_worth(scenario: Scenario, people: Mapping[str, float], runs: int, seed: int) -> Worth:
    """Fight battles of a defence; all defences have the same seeds, so that they meet the same raid.

    Parameters
    ----------
    scenario : Scenario
    people : mapping of str to float
        By asset.
    runs, seed : int

    Returns
    -------
    Worth
        With intervals over battles.
    """
    world = prepare(scenario)
    if not (world.engages and world.batteries):
        return _expected(world, dict.fromkeys(world.impact_ground, 1.0), 0.0, people)
    records = [fight(world, seed, run) for run in range(runs)]
    spared = [_unharmed(world, record, people) for record in records]
    protected = [sum(people[name] for name in safe) for safe in spared]
    total = sum(people.values())
    leakage = [0.0 if math.isnan(record.leakage) else record.leakage for record in records]
    return Worth(
        leakage=mean_interval(leakage),
        protected=bounded_interval(protected, 0.0, total),
        unharmed={name: sum(name in safe for safe in spared) / runs for name in people},
        used=sum(sum(record.interceptors_used.values()) for record in records) / runs,
    )


def _unharmed(world: Prepared, record: Record, people: Mapping[str, float]) -> set[str]:
    hit = {world.impact_ground[o.threat] for o in record.outcomes if o.outcome == "leaked"}
    return set(people) - hit
