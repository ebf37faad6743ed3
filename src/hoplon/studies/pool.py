"""Battles on one process or several, with the same rows either way."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process, resource_tracker

from hoplon.engagement.battle import fight
from hoplon.engagement.prepare import prepare
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
    """

    world: int
    runs: range


#: The records of a task, or why its world cannot be fought in.
Block = list[Record] | UnreachableError

_worlds: Sequence[World] = ()


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _start_worker(worlds: Sequence[World]) -> None:
    threading.Thread(target=_die_with_parent, daemon=True).start()
    # Ctrl-C reaches the whole process group; the parent alone decides what to do about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _worlds
    _worlds = worlds


def _get_ready() -> None:
    """Do nothing: importing this module is what makes a worker ready."""


def _work(task: Task, seed: int) -> Block:
    return _fight_block(_worlds[task.world], task, seed)


def _fight_block(world: World, task: Task, seed: int) -> Block:
    try:
        prepared = prepare(world.scenario)
    except UnreachableError as error:
        return error
    return [fight(prepared, seed, run, world.kill_quantile) for run in task.runs]


class Crew:
    """Those who fight the battles of a study: this process, or workers beside it.

    Workers start at once, so that they import what they need while this process prepares. Use as a context
    manager: whatever ends the context, no worker fights on.

    Parameters
    ----------
    worlds : sequence of World
    jobs : int
        Number of worker processes; 1 fights in this process.
    """

    def __init__(self, worlds: Sequence[World], jobs: int) -> None:
        self._worlds = worlds
        self._pool: ProcessPoolExecutor | None = None
        if jobs > 1:
            # Not fork: a forked child of a process with compiled threads can deadlock.
            self._pool = ProcessPoolExecutor(
                jobs, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(worlds,)
            )
            with _interrupts_held_back():
                for _ in range(jobs):
                    self._pool.submit(_get_ready)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *what: object) -> None:
        if self._pool is not None:
            # Shutting down forgets the workers: they are noted before.
            workers = list((self._pool._processes or {}).values())
            self._pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.terminate()

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
            In the order of `tasks`, whatever the order in which workers finished.

        Raises
        ------
        HoplonError
            If a worker process dies.
        """
        if self._pool is None:
            blocks: list[Block] = []
            for task in tasks:
                blocks.append(_fight_block(self._worlds[task.world], task, seed))
                done(len(task.runs))
            return blocks
        results: dict[int, Block] = {}
        try:
            with _interrupts_held_back():
                futures = {self._pool.submit(_work, task, seed): n for n, task in enumerate(tasks)}
            for future in as_completed(futures):
                number = futures[future]
                results[number] = future.result()
                done(len(tasks[number].runs))
        except BrokenProcessPool as error:
            raise HoplonError(
                "a worker process ended before its battles were done",
                remedy="Was it killed, or out of memory? From a script, call hoplon under "
                "`if __name__ == '__main__':`. With jobs=1 (--jobs 1) no worker is needed.",
            ) from error
        return [results[number] for number in range(len(tasks))]


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
