"""Chunks on several processes of this machine; a process that dies is replaced."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from hoplon.errors import HoplonError
from hoplon.sweep.execution.executors import Finished, compute
from hoplon.workers import Workers

if TYPE_CHECKING:
    from hoplon.sweep.job import Job

#: Chunks that each worker has in hand, so that it need not wait for the next.
_IN_HAND = 2

#: How often workers may die without a chunk finished between before the study is given up.
_DEATHS = 3

#: Between two calls of the progress bar, which is where Ctrl-C takes effect.
_HEARTBEAT_S = 0.5


class Pool:
    """Computes in processes beside this one, which itself only keeps what they finish.

    Parameters
    ----------
    jobs : int
        Number of processes.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def results(
        self, job: Job, wanted: Iterable[int], note: Callable[[str], None]
    ) -> Generator[Finished | None, None, None]:
        """Compute chunks; see `Executor`.

        Raises
        ------
        HoplonError
            If workers die again and again.
        """
        from hoplon._jit import compiled_before

        content = pickle.dumps(job)
        queue = _Queue(wanted)
        # Where kernels must be compiled, one worker does it, and the others find them.
        alone = not compiled_before()
        deaths = 0
        while queue.waiting():
            given: dict[Future[bytes], int] = {}
            try:
                with Workers(self.jobs) as workers:
                    while queue.waiting() or given:
                        most = 1 if alone else _IN_HAND * self.jobs
                        while len(given) < most and queue.waiting():
                            future = workers.submit(compute, content, queue.next)
                            given[future] = queue.take()
                        over, _ = wait(given, timeout=_HEARTBEAT_S, return_when=FIRST_COMPLETED)
                        if not over:
                            yield None
                        for future in sorted(over, key=given.__getitem__):
                            finished = Finished(given[future], future.result())
                            del given[future]
                            alone, deaths = False, 0
                            yield finished
            except BrokenProcessPool:
                deaths += 1
                lost = sorted(given.values())
                queue.put_back(lost)
                if deaths > _DEATHS:
                    raise HoplonError(
                        f"worker processes die again and again, at chunks {', '.join(map(str, lost))}",
                        remedy="Are they killed, or out of memory? Try fewer of them (--jobs 1). From a "
                        "script, call hoplon under `if __name__ == '__main__':`.",
                    ) from None
                note(f"a worker process died; its chunks are computed again ({', '.join(map(str, lost))})")


class _Queue:
    """Numbers of chunks to compute, with those first that were lost."""

    def __init__(self, wanted: Iterable[int]) -> None:
        self._rest = iter(wanted)
        self._first: deque[int] = deque()

    def waiting(self) -> bool:
        if not self._first:
            self._first.extend(number for _, number in zip(range(1), self._rest, strict=False))
        return bool(self._first)

    @property
    def next(self) -> int:
        return self._first[0]

    def take(self) -> int:
        return self._first.popleft()

    def put_back(self, numbers: Iterable[int]) -> None:
        self._first.extendleft(reversed(list(numbers)))
