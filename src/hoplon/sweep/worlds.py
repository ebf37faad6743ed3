"""Expected leakage of many worlds, on one process or several, with the same numbers either way."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack

from hoplon._jit import compiled_before, note_compiled
from hoplon.engagement.expected import expect_each, shares_picture
from hoplon.engagement.prepare import prepare
from hoplon.engagement.prepared import Prepared
from hoplon.errors import UnreachableError, at_least
from hoplon.scenario import Scenario
from hoplon.studies.pool import LANES, PICTURES, World
from hoplon.workers import Workers, outcome

Progress = Callable[[int, int, str], None]

#: Blocks that each worker has in hand, so that it need not wait for the next.
_IN_HAND = 2


def expected_leakages(worlds: Sequence[World], pictures: int = PICTURES, lanes: int = LANES) -> list[float]:
    """Compute the expected leakage in each of some worlds.

    Parameters
    ----------
    worlds : sequence of World
        Those that differ in command alone share the work of the sensors.
    pictures, lanes : int
        As in `hoplon.engagement.expected.expect`.

    Returns
    -------
    list of float
        NaN where a missile cannot reach its aim point, or nothing attacks.
    """
    found = [math.nan] * len(worlds)
    alike: list[list[tuple[int, Prepared]]] = []
    for number, world in enumerate(worlds):
        try:
            prepared = prepare(world.scenario)
        except UnreachableError:
            continue
        if not (prepared.engages and prepared.impact_ground):
            continue
        for group in alike:
            if shares_picture(group[0][1], prepared):
                group.append((number, prepared))
                break
        else:
            alike.append([(number, prepared)])
    for group in alike:
        quantiles = [worlds[number].kill_quantile for number, _ in group]
        records = expect_each([one for _, one in group], quantiles, pictures=pictures, lanes=lanes)
        for (number, _), record in zip(group, records, strict=True):
            found[number] = record.leakage
    return found


def fineness(scenario: Scenario) -> tuple[int, int]:
    """Choose how finely the spread of detection times and of delays is followed.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    pictures, lanes : int
        As many as a study takes where the raid is large. One or a few missiles get more: the share that
        gets through has no steps finer than one lane of one missile.
    """
    threats = len(scenario.threats)
    pictures = 1 if threats >= 10 else 2 if threats >= 4 else 4
    return max(PICTURES, pictures), max(LANES, round(32 / threats / pictures))


def leakages(
    blocks: Iterable[Sequence[World]],
    total: int,
    *,
    jobs: int | None = 1,
    workers: Workers | None = None,
    pictures: int = PICTURES,
    lanes: int = LANES,
    progress: Progress | None = None,
    what: str = "moving values through their ranges",
) -> list[list[float]]:
    """Compute the expected leakage of blocks of worlds.

    Parameters
    ----------
    blocks : iterable of sequence of World
        Taken one by one when there is somebody to work at them. Worlds that share a picture belong in one
        block.
    total : int
        Number of worlds in all blocks, for `progress`.
    jobs : int or None
        Processes, this one included; None takes one for each processor.
    workers : Workers, optional
        Already started; who started them ends them.
    pictures, lanes : int
    progress : callable, optional
        Called with worlds done, worlds in all, and what is being done.
    what : str
        For `progress`.

    Returns
    -------
    list of list of float
        In the order of `blocks`; NaN as in `expected_leakages`.

    Raises
    ------
    InputError
        If `jobs` is not positive.
    """
    processes = (os.cpu_count() or 1) if jobs is None else jobs
    at_least("jobs", processes, 1)
    report = progress or (lambda done, total, what: None)
    waiting: Iterator[tuple[int, Sequence[World]]] = iter(enumerate(blocks))
    found: dict[int, list[float]] = {}
    steps = 0

    def finished(number: int, leaks: list[float]) -> None:
        nonlocal steps
        found[number] = leaks
        steps += len(leaks)
        report(steps, total, what)

    with ExitStack() as ending:
        given: dict[Future[list[float]], int] = {}
        ready: deque[tuple[int, Sequence[World]]] = deque()
        first = not compiled_before()
        report(0, total, what)
        while True:
            if first or processes == 1:
                ready.extend(_next(waiting, 1))
            else:
                if workers is None:
                    workers = ending.enter_context(Workers(processes - 1))
                ready.extend(_next(waiting, _IN_HAND * workers.count - len(given)))
                while ready:
                    number, worlds = ready.popleft()
                    given[workers.submit(expected_leakages, worlds, pictures, lanes)] = number
                ready.extend(_next(waiting, 1))
            own = bool(ready)
            if ready:  # this process works too; at first alone: what is left to compile is compiled once
                number, worlds = ready.popleft()
                finished(number, expected_leakages(worlds, pictures, lanes))
                if first:
                    note_compiled()
                    first = False
            over, _ = wait(given, timeout=0.0 if own else None, return_when=FIRST_COMPLETED)
            for future in over:
                finished(given.pop(future), outcome(future))
            if not own and not given:
                return [found[number] for number in range(len(found))]


def _next(
    waiting: Iterator[tuple[int, Sequence[World]]], count: int
) -> Iterator[tuple[int, Sequence[World]]]:
    for _ in range(count):
        one = next(waiting, None)
        if one is None:
            return
        yield one
