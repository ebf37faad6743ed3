"""Battles on one process or several, with the same rows either way."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from hoplon._jit import compiled_before
from hoplon.engagement.battle import fight
from hoplon.engagement.expected import expect_each, shares_picture
from hoplon.engagement.prepare import prepare
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.warm import warm_tracking
from hoplon.errors import UnreachableError
from hoplon.result.expected import ExpectedRecord
from hoplon.result.model import Record
from hoplon.scenario.model import Scenario
from hoplon.workers import Workers, collecting_rarely, outcome


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

    @property
    def steps(self) -> int:
        """Number of battles."""
        return len(self.runs)


@dataclass(frozen=True, slots=True)
class Expectation:
    """Battles without draws in worlds that may share a picture.

    Attributes
    ----------
    worlds : tuple of int
        Their numbers in the sequence of worlds.
    """

    worlds: tuple[int, ...]

    @property
    def steps(self) -> int:
        """How much there is to do: each world counts as a battle."""
        return len(self.worlds)


@dataclass(frozen=True, slots=True)
class Block:
    """What came of a task.

    Attributes
    ----------
    records : tuple of Record
        Of each battle of a task.
    expected : tuple of ExpectedRecord
        Of each world of an expectation.
    error : UnreachableError or None
        Why the task's world cannot be fought in.
    """

    records: tuple[Record, ...] = ()
    expected: tuple[ExpectedRecord, ...] = ()
    error: UnreachableError | None = None


#: Of the battles without draws, which are compared with each other alone: one picture, few lanes.
PICTURES = 1
LANES = 3

#: Tasks that each worker has in hand, so that it need not wait for the next.
_IN_HAND = 2


def _get_ready(worlds: bytes) -> None:
    """Prepare the first world, while the process that sends the tasks does the same."""
    global _in_hand
    _in_hand = (worlds, Fighter(pickle.loads(worlds)))
    _in_hand[1].prepare_first()


def _work(worlds: bytes, task: Task | Expectation, seed: int) -> Block:
    global _in_hand
    if _in_hand is None or _in_hand[0] != worlds:
        _in_hand = (worlds, Fighter(pickle.loads(worlds)))
    return _in_hand[1].do(task, seed)


class Fighter:
    """Fights tasks in one process; keeps the world that it prepared last.

    Parameters
    ----------
    worlds : sequence of World
    """

    def __init__(self, worlds: Sequence[World]) -> None:
        self._worlds = worlds
        self._last: tuple[int, Prepared] | None = None

    def do(self, task: Task | Expectation, seed: int) -> Block:
        """Fight one block of battles, or compute what is to be expected in each of some worlds."""
        try:
            if isinstance(task, Task):
                world = self._worlds[task.world]
                prepared = self._prepared(task.world)
                runs = (fight(prepared, seed, run, world.kill_quantile) for run in task.runs)
                return Block(records=tuple(runs))
            return Block(expected=tuple(self._expect(task.worlds)))
        except UnreachableError as error:
            return Block(error=error)

    def prepare_first(self) -> None:
        """Prepare the first world, which most battles are fought in; what is wrong with it shows later."""
        with suppress(UnreachableError):
            self._prepared(0)

    def _prepared(self, world: int) -> Prepared:
        if self._last is None or self._last[0] != world:
            self._last = (world, prepare(self._worlds[world].scenario))
        return self._last[1]

    def _expect(self, worlds: Sequence[int]) -> list[ExpectedRecord]:
        prepared = [self._prepared(world) for world in worlds]
        quantiles = [self._worlds[world].kill_quantile for world in worlds]
        if all(shares_picture(prepared[0], other) for other in prepared[1:]):
            return expect_each(prepared, quantiles, pictures=PICTURES, lanes=LANES)
        apart = zip(prepared, quantiles, strict=True)
        return [expect_each([one], [at], pictures=PICTURES, lanes=LANES)[0] for one, at in apart]


#: In a worker process: the worlds that it was last sent, and who fights in them.
_in_hand: tuple[bytes, Fighter] | None = None


class Crew:
    """Those who fight the battles of a study: this process, and workers beside it.

    A worker compiles the tracker's kernels while this process prepares. Use as a context manager: whatever
    ends the context, no worker fights on.

    Parameters
    ----------
    worlds : sequence of World
    jobs : int
        Number of processes, this one included.
    workers : Workers, optional
        Already started; who started them ends them. Else this object starts what it needs.
    """

    def __init__(self, worlds: Sequence[World], jobs: int, workers: Workers | None = None) -> None:
        self._own = Fighter(worlds)
        self._worlds = pickle.dumps(list(worlds))
        self._ending = ExitStack()
        self._ending.enter_context(collecting_rarely())
        self._workers: Workers | None = None
        self._warm: Future[None] | None = None
        if jobs > 1:
            self._workers = workers or self._ending.enter_context(Workers(jobs - 1))
            self._warm = self._workers.submit(warm_tracking)
            if compiled_before():
                for _ in range(self._workers.count):
                    self._workers.submit(_get_ready, self._worlds)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *what: object) -> None:
        self._ending.close()

    def ready(self) -> None:
        """Wait until a worker has compiled the tracker's kernels, which this process needs too."""
        if self._warm is not None and not compiled_before():
            outcome(self._warm)

    def fight_here(self, task: Task, seed: int) -> Block:
        """Fight one block of battles in this process, such as the first, at which the rest is compiled."""
        return self._own.do(task, seed)

    def fight(
        self, tasks: Sequence[Task | Expectation], seed: int, done: Callable[[int], None]
    ) -> list[Block]:
        """Fight blocks of battles.

        Parameters
        ----------
        tasks : sequence of Task or Expectation
        seed : int
        done : callable
            Called with the number of battles, or worlds, each time a block is finished.

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
            done(tasks[number].steps)

        while waiting or given:
            while waiting and self._workers and len(given) < _IN_HAND * self._workers.count:
                number = waiting.popleft()
                given[self._workers.submit(_work, self._worlds, tasks[number], seed)] = number
            if waiting:
                number = waiting.popleft()
                finished(number, self._own.do(tasks[number], seed))
            over, _ = wait(given, timeout=0.0 if waiting else None, return_when=FIRST_COMPLETED)
            for future in over:
                finished(given.pop(future), outcome(future))
        return [blocks[number] for number in range(len(tasks))]
