"""Battles on one process or several, with the same rows either way."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process, resource_tracker
from typing import TypeVar

from hoplon._jit import compiled_before
from hoplon.engagement.battle import fight
from hoplon.engagement.prepare import prepare
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.warm import warm_tracking
from hoplon.errors import HoplonError, UnreachableError
from hoplon.result.model import Record
from hoplon.scenario import Scenario


@dataclass(frozen=True, slots=True)
class World:
    """A scenario with its values held at certain places of their ranges.

    Attributes
    ----------
    scenario : Scenario
    kill_quantile : float or None
        Where in its posterior the kill probability is held; drawn where None.
    """

    scenario: Scenario
    kill_quantile: float | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A block of battles of one world.

    Attributes
    ----------
    world : int
        Its number in the sequence of worlds.
    runs : range
    recorded : bool
        Whether the records are wanted, or the leakage alone.
    """

    world: int
    runs: range
    recorded: bool = True


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Block:
    """What came of a task.

    Attributes
    ----------
    leakage : tuple of float
        Of each battle.
    records : tuple of Record
        Empty where the task does not ask for them.
    error : UnreachableError or None
        Why the task's world cannot be fought in.
    """

    leakage: tuple[float, ...] = ()
    records: tuple[Record, ...] = ()
    error: UnreachableError | None = None


#: Tasks that each worker has in hand, so that it need not wait for the next.
_IN_HAND = 2


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _start_worker(worlds: Sequence[World]) -> None:
    threading.Thread(target=_die_with_parent, daemon=True).start()
    # Ctrl-C reaches the whole process group; the parent alone decides what to do about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _fighter
    _fighter = Fighter(worlds)


def _work(task: Task, seed: int) -> Block:
    assert _fighter is not None
    return _fighter.fight(task, seed)


class Fighter:
    """Fights tasks in one process; keeps the world that it prepared last.

    Parameters
    ----------
    worlds : sequence of World
    """

    def __init__(self, worlds: Sequence[World]) -> None:
        self._worlds = worlds
        self._last: tuple[int, Prepared] | None = None

    def fight(self, task: Task, seed: int) -> Block:
        """Fight one block of battles."""
        world = self._worlds[task.world]
        if self._last is None or self._last[0] != task.world:
            try:
                self._last = (task.world, prepare(world.scenario))
            except UnreachableError as error:
                return Block(error=error)
        records = tuple(fight(self._last[1], seed, run, world.kill_quantile) for run in task.runs)
        leakage = tuple(record.leakage for record in records)
        return Block(leakage, records if task.recorded else ())


#: The one of a worker process.
_fighter: Fighter | None = None


class Crew:
    """Those who fight the battles of a study: this process, and workers beside it.

    Workers start at once and compile the tracker's kernels while this process prepares. Use as a context
    manager: whatever ends the context, no worker fights on.

    Parameters
    ----------
    worlds : sequence of World
    jobs : int
        Number of processes, this one included.
    """

    def __init__(self, worlds: Sequence[World], jobs: int) -> None:
        self._own = Fighter(worlds)
        self._workers = jobs - 1
        self._pool: ProcessPoolExecutor | None = None
        self._warm: Future[None] | None = None
        if self._workers:
            # Not fork: a forked child of a process with compiled threads can deadlock.
            self._pool = ProcessPoolExecutor(
                self._workers, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(worlds,)
            )
            self._warm = self._submit(warm_tracking)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *what: object) -> None:
        if self._pool is not None:
            # Shutting down forgets the workers: they are noted before.
            workers = list((self._pool._processes or {}).values())
            self._pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.terminate()

    def ready(self) -> None:
        """Wait until a worker has compiled the tracker's kernels, which this process needs too."""
        if self._warm is not None and not compiled_before():
            _result(self._warm)

    def fight(self, tasks: Sequence[Task], seed: int, done: Callable[[int], None]) -> list[Block]:
        """Fight blocks of battles.

        Parameters
        ----------
        tasks : sequence of Task
        seed : int
        done : callable
            Called with the number of battles each time a block is finished.

        Returns
        -------
        list of Block
            In the order of `tasks`, whatever the order in which they were finished.

        Raises
        ------
        HoplonError
            If a worker process dies.
        """
        waiting = deque(range(len(tasks)))
        given: dict[Future[Block], int] = {}
        blocks: dict[int, Block] = {}

        def finished(number: int, block: Block) -> None:
            blocks[number] = block
            done(len(tasks[number].runs))

        while waiting or given:
            while waiting and len(given) < _IN_HAND * self._workers:
                number = waiting.popleft()
                given[self._submit(_work, tasks[number], seed)] = number
            if waiting:
                number = waiting.popleft()
                finished(number, self._own.fight(tasks[number], seed))
            over, _ = wait(given, timeout=0.0 if waiting else None, return_when=FIRST_COMPLETED)
            for future in over:
                finished(given.pop(future), _result(future))
        return [blocks[number] for number in range(len(tasks))]

    def _submit(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        assert self._pool is not None
        with _interrupts_held_back():
            return self._pool.submit(function, *arguments)


def _result(future: Future[T]) -> T:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise HoplonError(
            "a worker process ended before its battles were done",
            remedy="Was it killed, or out of memory? From a script, call hoplon under "
            "`if __name__ == '__main__':`. With jobs=1 (--jobs 1) no worker is needed.",
        ) from error


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Start workers that do not hear Ctrl-C from their first instruction on; the parent hears it afterwards.

    A worker inherits what is blocked, and ignores Ctrl-C for good once it is initialised.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield  # Windows
        return
    # It is started with the first worker and would lift the block.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
