"""A study: seeded battles of one scenario, and what they leave open."""

from __future__ import annotations

import os
from collections.abc import Callable

from hoplon._jit import compiled_before, note_compiled
from hoplon.engagement.battle import fight
from hoplon.engagement.prepare import prepare
from hoplon.engagement.warm import warm_engaging, warm_pairing
from hoplon.errors import InputError, UnreachableError, at_least
from hoplon.result.expected import ExpectedRecord
from hoplon.result.model import Study
from hoplon.scenario import Scenario
from hoplon.studies.pool import Crew, Expectation, Task, World
from hoplon.studies.summary import summarise
from hoplon.studies.swings import expectations, swing
from hoplon.studies.swings import worlds as swing_worlds
from hoplon.workers import Workers

#: Battles in one block of work: short enough that progress shows, long enough to hide its overhead.
BLOCK_RUNS = 5

Progress = Callable[[int, int, str], None]


def study(
    scenario: Scenario,
    runs: int = 200,
    seed: int = 1,
    *,
    jobs: int | None = 1,
    mode: str = "sampled",
    swings: bool = True,
    workers: Workers | None = None,
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
        Processes, this one included; None takes one for each processor. With more than 1, a script must
        call this under ``if __name__ == "__main__":``.
    mode : str
        ``sampled``: every detection, delay and shot is drawn.
    swings : bool
        Whether to compute what is to be expected at the ends of the parameter ranges.
    workers : Workers, optional
        Processes already started, to be used instead of new ones: ``jobs - 1`` of them.
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
    at_least("runs", runs, 1)
    at_least("seed", seed, 0)
    processes = (os.cpu_count() or 1) if jobs is None else jobs
    at_least("jobs", processes, 1)
    if mode != "sampled":
        raise InputError(
            f"mode is '{mode}'",
            where="mode",
            remedy="Write 'sampled' or 'expected' with hoplon run; in Python, call hoplon.expect.",
        )

    report = progress or (lambda done, total, what: None)
    report(0, runs, "flying the missiles")
    moves = swing_worlds(scenario) if swings and scenario.batteries else []
    worlds = [
        World(scenario),
        *(world for move in moves for world in (move.against, move.in_favour)),
    ]
    with Crew(worlds, min(processes, runs), workers) as crew:
        first_run = not compiled_before()
        if first_run:
            warm_pairing()
        prepared = prepare(scenario)
        if first_run:
            warm_engaging(prepared)
        crew.ready()
        # The first battle ever is fought before workers get any: what is left to compile is compiled once.
        records = [fight(prepared, seed, 0)] if first_run else []
        done = len(records)
        if not (prepared.engages and prepared.impact_ground):
            moves = []
        tasks: list[Task | Expectation] = [
            Task(0, range(at, min(at + BLOCK_RUNS, runs))) for at in range(done, runs, BLOCK_RUNS)
        ]
        own = len(tasks)
        wanted = expectations(moves) if moves else []
        tasks += wanted
        total = done + sum(task.steps for task in tasks)
        fought = done

        def count(battles: int) -> None:
            nonlocal fought
            fought += battles
            what = "fighting battles" if fought < runs else "moving values through their ranges"
            report(fought, total, what)

        report(fought, total, "fighting battles")
        blocks = crew.fight(tasks, seed, count)
    note_compiled()
    for block in blocks[:own]:
        if block.error is not None:
            raise block.error
        records += block.records
    expected: dict[int, ExpectedRecord] = {}
    errors: dict[int, UnreachableError] = {}
    for task, block in zip(wanted, blocks[own:], strict=True):
        expected |= dict(zip(task.worlds, block.expected, strict=False))
        if block.error is not None:
            errors |= dict.fromkeys(task.worlds, block.error)
    moved = []
    left_out = []
    for place, move in enumerate(moves):
        low, high = 2 * place + 1, 2 * place + 2
        error = errors.get(low) or errors.get(high)
        if error is not None:
            left_out.append(f"What {move.name} leaves open is not shown: at one end of its range {error}.")
        else:
            leakages = (expected[world].leakage for world in (0, low, high))
            moved.append(swing(move.name, move.paths, *leakages))
    return summarise(scenario, prepared, seed, records, moved, left_out)
