"""The same battles in several variants: what each change was worth, paired seed by seed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from hoplon._jit import compiled_before, note_compiled
from hoplon.engagement.prepare import prepare
from hoplon.engagement.warm import warm_engaging, warm_pairing
from hoplon.errors import InputError, at_least
from hoplon.result.comparison import Comparison, Pair, Side, after_launch_s, decisions
from hoplon.result.model import Interval, Record
from hoplon.scenario import Scenario
from hoplon.studies.pool import Crew, Task, World
from hoplon.studies.statistics import mean_interval, paired_difference, spread
from hoplon.workers import Workers

#: As in a study: short enough that progress shows, long enough to hide its overhead.
_BLOCK_RUNS = 5


@dataclass(frozen=True, slots=True)
class Entrant:
    """One side of a comparison, to be fought or fought already.

    Attributes
    ----------
    name, title : str
    scenario : Scenario or None
        None where the battles are at hand.
    records : tuple of Record
        Battles at hand, in the order of their runs.
    overrides : tuple of str
        Of battles at hand.
    scenario_yaml : str
        Of battles at hand.
    """

    name: str
    title: str
    scenario: Scenario | None = None
    records: tuple[Record, ...] = ()
    overrides: tuple[str, ...] = ()
    scenario_yaml: str = ""


def compare(
    entrants: Sequence[Entrant],
    runs: int = 200,
    seed: int = 1,
    *,
    name: str = "comparison",
    title: str = "",
    question: str = "",
    jobs: int | None = 1,
    workers: Workers | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Comparison:
    """Fight each variant with the same seeds, and pair the battles.

    Parameters
    ----------
    entrants : sequence of Entrant
        At least two; all are compared with the first. Battles at hand must be of this seed, and as many.
    runs, seed : int
    name, title, question : str
    jobs : int or None
        Processes, this one included; None takes one for each processor.
    workers : Workers, optional
        Processes already started.
    progress : callable, optional
        Called with battles done, battles in all, and what is being done.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If there is nothing to compare, or a side has nothing that is to be engaged.
    UnreachableError
        If a missile cannot reach its aim point.

    Notes
    -----
    Draws are addressed by seed, battle and actor, so that what a change leaves alone is drawn alike on both
    sides. Source: Law, *Simulation Modeling and Analysis* (5th ed. 2015), sections 10.2 and 11.2 (common
    random numbers).
    """
    _check(entrants, runs, seed)
    report = progress or (lambda done, total, what: None)
    fighting = [entrant for entrant in entrants if entrant.scenario is not None]
    processes = (os.cpu_count() or 1) if jobs is None else jobs
    at_least("jobs", processes, 1)
    found: dict[str, tuple[Record, ...]] = {e.name: e.records for e in entrants if e.scenario is None}
    total, fought = runs * len(fighting), 0
    report(0, total, "flying the missiles")
    worlds = [World(entrant.scenario) for entrant in fighting if entrant.scenario is not None]
    if worlds:
        with Crew(worlds, min(processes, runs), workers) as crew:
            if not compiled_before():
                warm_pairing()
                warm_engaging(prepare(worlds[0].scenario))
            crew.ready()

            def count(battles: int) -> None:
                nonlocal fought
                fought += battles
                report(fought, total, "fighting battles")

            tasks = [
                Task(number, range(at, min(at + _BLOCK_RUNS, runs)))
                for number in range(len(worlds))
                for at in range(0, runs, _BLOCK_RUNS)
            ]
            # The first battle alone: what is left to compile is compiled once, and kept for the others.
            first, *rest = [Task(0, range(1)), *_without_first(tasks)]
            blocks = [crew.fight_here(first, seed)]
            if blocks[0].error is None:
                count(1)
                blocks += crew.fight(rest, seed, count)
            note_compiled()
        for task, block in zip([first, *rest], blocks, strict=False):
            if block.error is not None:
                raise block.error
            entrant = fighting[task.world]
            found[entrant.name] = (*found.get(entrant.name, ()), *block.records)
    return _paired(entrants, found, seed, (name, title, question))


def _without_first(tasks: Sequence[Task]) -> list[Task]:
    """Leave the first battle of the first task out of it."""
    shorter = Task(tasks[0].world, range(1, tasks[0].runs.stop))
    return [shorter, *tasks[1:]] if len(shorter.runs) else list(tasks[1:])


def _check(entrants: Sequence[Entrant], runs: int, seed: int) -> None:
    for name, value, least in (("runs", runs, 1), ("seed", seed, 0)):
        at_least(name, value, least)
    if len(entrants) < 2:
        raise InputError(
            "there is nothing to compare with",
            remedy="Name two scenarios, or change one: hoplon compare japan-2018 --without allied.",
        )
    names = [entrant.name for entrant in entrants]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"'{name}' is compared with itself", remedy="Name it once.")
    for entrant in entrants:
        if entrant.scenario is None:
            of_seed = {record.seed for record in entrant.records}
            if of_seed != {seed} or len(entrant.records) != runs:
                raise InputError(
                    f"'{entrant.name}' holds {len(entrant.records)} battles of seed "
                    f"{', '.join(map(str, sorted(of_seed)))}; {runs} of seed {seed} are compared",
                    remedy="Compare runs of the same seed and number of battles.",
                )


def _paired(
    entrants: Sequence[Entrant],
    found: dict[str, tuple[Record, ...]],
    seed: int,
    words: tuple[str, str, str],
) -> Comparison:
    leakage = {entrant.name: [r.leakage for r in found[entrant.name]] for entrant in entrants}
    for entrant in entrants:
        if any(np.isnan(leakage[entrant.name])):
            raise InputError(
                f"'{entrant.name}': nothing is to be engaged, so there is no leakage to compare",
                remedy="Compare scenarios with batteries, whose raid is aimed at their assets.",
            )
    base = leakage[entrants[0].name]
    mean = float(np.mean(base))
    run = min(range(len(base)), key=lambda number: abs(base[number] - mean))
    threat = _example([found[entrant.name][run] for entrant in entrants])
    sides = tuple(_side(entrant, found[entrant.name], base, run, threat) for entrant in entrants)
    name, title, question = words
    return Comparison(
        name=name,
        title=title or f"{', '.join(side.title for side in sides)}",
        question=question,
        seed=seed,
        runs=len(base),
        sides=sides,
        pairs=tuple(
            Pair(one.name, other.name, _difference(leakage[one.name], leakage[other.name]))
            for one, other in combinations(entrants, 2)
        ),
        example_run=run,
        example_threat=threat,
        example_launch_s=next(
            (o.moments_s["launch"] for o in found[entrants[0].name][run].outcomes if o.threat == threat), 0.0
        ),
    )


def _difference(first: Sequence[float], second: Sequence[float], level: float = 0.95) -> Interval:
    """Pair the battles of two sides; where all differ alike, bound how often others might not.

    As for a share that is alike in all battles: the chance that a battle differs otherwise is at most that of
    an event seen in none of n (Clopper and Pearson 1934), and a difference of shares moves by 1 at most.
    """
    found = paired_difference(first, second, level)
    if not np.isnan(found.low):
        return found
    rare = 1.0 - ((1.0 - level) / 2.0) ** (1.0 / found.runs)
    low, high = max(-1.0, found.best - rare), min(1.0, found.best + rare)
    return Interval(
        found.best, low, high, found.runs, level, "Clopper-Pearson bound, all battles differ alike"
    )


def _example(records: Sequence[Record]) -> str:
    """Choose a missile with which the sides dealt differently; else the first that was to be engaged."""
    outcomes = [{o.threat: o.outcome for o in record.outcomes} for record in records]
    common = [o.threat for o in records[0].outcomes if all(o.threat in side for side in outcomes)]
    to_stop = [threat for threat in common if outcomes[0][threat] != "let_pass"]
    differing = [threat for threat in to_stop if len({side[threat] for side in outcomes}) > 1]
    return next(iter([*differing, *to_stop, *common]), "")


def _side(entrant: Entrant, records: Sequence[Record], base: Sequence[float], run: int, threat: str) -> Side:
    leakage = [record.leakage for record in records]
    runs = len(records)
    decided = [t for record in records for t in after_launch_s(record, "decision")]
    launched = [t for record in records for t in after_launch_s(record, "interceptor_launch")]
    leaked = [o.reason for record in records for o in record.outcomes if o.outcome == "leaked"]
    fate = next((o for o in records[run].outcomes if o.threat == threat), None)
    scenario = entrant.scenario
    return Side(
        name=entrant.name,
        title=entrant.title,
        scenario=records[0].scenario,
        leakage=mean_interval(leakage),
        difference=_difference(base, leakage),
        worse=sum(mine > theirs for mine, theirs in zip(leakage, base, strict=True)),
        better=sum(mine < theirs for mine, theirs in zip(leakage, base, strict=True)),
        leakage_by_run=tuple(leakage),
        interceptors_used=spread([sum(r.interceptors_used.values()) for r in records], runs),
        decision_s=spread(decided, runs),
        launch_s=spread(launched, runs),
        undecided=float(np.isnan(decided).mean()),
        reasons={reason: leaked.count(reason) / runs for reason in sorted(set(leaked))},
        overrides=tuple(scenario.overrides) if scenario is not None else entrant.overrides,
        log=decisions(records[run], threat),
        example_outcome="" if fate is None else f"{fate.outcome}{f': {fate.reason}' if fate.reason else ''}",
        scenario_yaml=scenario.to_yaml() if scenario is not None else entrant.scenario_yaml,
    )
