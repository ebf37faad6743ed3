"""A study: seeded battles of one scenario, and what they leave open."""

from __future__ import annotations

import os
from collections.abc import Callable

from hoplon.engagement.battle import fight
from hoplon.engagement.prepare import prepare
from hoplon.errors import InputError, UnreachableError
from hoplon.result.model import Record, Study
from hoplon.scenario import Scenario
from hoplon.studies.pool import Task, World, run_tasks
from hoplon.studies.summary import summarise
from hoplon.studies.swings import SWING_RUNS, swing
from hoplon.studies.swings import worlds as swing_worlds

#: Battles in one block of work: short enough that progress shows, long enough to hide its overhead.
BLOCK_RUNS = 10

Progress = Callable[[int, int, str], None]


def study(
    scenario: Scenario,
    runs: int = 200,
    seed: int = 1,
    *,
    jobs: int | None = 1,
    mode: str = "sampled",
    swings: bool = True,
    progress: Progress | None = None,
) -> Study:
    """Fight many battles of a scenario and say what follows.

    Parameters
    ----------
    scenario : Scenario
    runs : int
        Battles at best values, at least 1.
    seed : int
        Not negative. The same seed gives the same rows on any number of workers.
    jobs : int or None
        Worker processes; None takes one for each processor. With more than 1, a script must call this
        under ``if __name__ == "__main__":``.
    mode : str
        ``sampled``: every detection, delay and shot is drawn.
    swings : bool
        Whether to repeat battles at the ends of the parameter ranges.
    progress : callable, optional
        Called with battles done, battles in all, and what is being done.

    Returns
    -------
    Study

    Raises
    ------
    InputError
        If `runs`, `seed`, `jobs` or `mode` cannot be used.
    UnreachableError
        If a missile cannot reach its aim point.
    """
    _check("runs", runs, 1)
    _check("seed", seed, 0)
    workers = (os.cpu_count() or 1) if jobs is None else jobs
    _check("jobs", workers, 1)
    if mode != "sampled":
        raise InputError(f"mode is '{mode}'", where="mode", remedy="Write 'sampled', the only mode so far.")

    report = progress or (lambda done, total, what: None)
    report(0, runs, "flying the missiles")
    prepared = prepare(scenario)
    # One battle here, before any worker starts: what has to be compiled is compiled once, and kept.
    first = fight(prepared, seed, 0)

    worlds = [World(scenario)]
    named: list[tuple[str, tuple[str, ...]]] = []
    left_out: list[str] = []
    if swings and prepared.engages and prepared.impact_ground:
        for name, paths, low, high in swing_worlds(scenario):
            try:
                prepare(low.scenario)
                prepare(high.scenario)
            except UnreachableError as error:
                left_out.append(
                    f"What {name} leaves open is not shown: at one end of its range {error.what}."
                )
                continue
            named.append((name, paths))
            worlds += [low, high]
    tasks = [Task(0, range(at, min(at + BLOCK_RUNS, runs))) for at in range(1, runs, BLOCK_RUNS)]
    paired = min(SWING_RUNS, runs)
    tasks += [Task(number, range(paired)) for number in range(1, len(worlds))]

    total = 1 + sum(len(task.runs) for task in tasks)
    fought = 1

    def count(battles: int) -> None:
        nonlocal fought
        fought += battles
        report(fought, total, "fighting battles" if fought < runs else "moving values through their ranges")

    report(fought, total, "fighting battles")
    blocks = run_tasks(worlds, tasks, seed, workers, count)
    records: list[Record] = [first]
    ends: list[list[Record]] = []
    for task, block in zip(tasks, blocks, strict=True):
        if task.world == 0:
            records += block
        else:
            ends.append(block)
    moved = [
        swing(name, paths, records[:paired], ends[2 * number], ends[2 * number + 1])
        for number, (name, paths) in enumerate(named)
    ]
    return summarise(scenario, prepared, seed, records, moved, left_out)


def _check(name: str, value: int, least: int) -> None:
    if value < least:
        raise InputError(f"{name} is {value}", where=name, remedy=f"Write a whole number from {least} up.")
