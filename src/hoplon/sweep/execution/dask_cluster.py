"""Chunks on the workers of a Dask cluster, which somebody else has started."""

from __future__ import annotations

import asyncio
import logging
import pickle
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from hoplon.errors import HoplonError, InputError
from hoplon.sweep.execution.executors import Finished, compute
from hoplon.sweep.execution.software import fingerprint

if TYPE_CHECKING:
    from hoplon.sweep.job import Job

#: Chunks that each worker has in hand, so that it need not wait for the next.
_IN_HAND = 2

#: Between two looks at what is finished.
_HEARTBEAT_S = 0.1

#: Between two questions how many workers there are.
_ASK_S = 2.0

#: For the scheduler to answer, and for a worker to join it.
_PATIENCE_S = 30.0

#: So often a task is given again that was forgotten, before the scheduler is thought gone.
_FORGOTTEN = 2

#: States of a task that is still to come; those of a lost connection are "cancelled" and "lost".
_COMING, _DONE, _FAILED = "pending", "finished", "error"


class DaskCluster:
    """Computes on the workers of a Dask scheduler; results come back to this process, which keeps them.

    Workers may come and go: Dask gives the chunks of those that are gone to others. They need this same
    version of Hoplon, and neither the study's folder nor its files.

    Parameters
    ----------
    scheduler : str
        Its address, as in ``tcp://10.0.0.1:8786``.
    """

    def __init__(self, scheduler: str) -> None:
        self.scheduler = scheduler

    def results(
        self, job: Job, wanted: Iterable[int], note: Callable[[str], None]
    ) -> Generator[Finished | None, None, None]:
        """Compute chunks; see `hoplon.sweep.execution.executors.Executor`.

        Raises
        ------
        InputError
            If there is no such scheduler, it has no workers, or ``distributed`` is not installed.
        HoplonError
            If the scheduler is gone, or workers die again and again.
        """
        with self._client() as client:
            yield from self._with(client, job, wanted)

    def _with(self, client: Any, job: Job, wanted: Iterable[int]) -> Generator[Finished | None, None, None]:
        content, software = pickle.dumps(job), fingerprint()
        # Another client of the scheduler may compute the same study: the names of tasks are this one's own.
        name = f"hoplon-{uuid.uuid4().hex[:12]}"
        rest: Iterator[int] = iter(wanted)
        given: dict[int, Any] = {}
        forgotten: dict[int, int] = {}
        workers, seen, asked = 0, time.monotonic(), -_ASK_S
        while True:
            if time.monotonic() - asked > (_ASK_S if workers else _HEARTBEAT_S):
                workers, asked = len(client.scheduler_info(n_workers=-1)["workers"]), time.monotonic()
                seen = asked if workers else seen
            if time.monotonic() - seen > _PATIENCE_S:
                raise self._no(
                    "the scheduler has no workers", f"Start some: dask worker {self.scheduler} --nthreads 1"
                )
            for chunk in islice(rest, max(_IN_HAND * workers - len(given), 0)):
                given[chunk] = client.submit(
                    _compute,
                    content,
                    chunk,
                    software,
                    key=f"{name}-{chunk}-{forgotten.get(chunk, 0)}",
                    pure=False,
                )
            if workers and not given:
                return
            over = [chunk for chunk, future in given.items() if future.status != _COMING]
            for chunk in over:
                content_of = self._outcome(given.pop(chunk))
                if content_of is None:
                    # The scheduler forgets tasks when it loses touch, with a worker that dies or with us.
                    forgotten[chunk] = forgotten.get(chunk, 0) + 1
                    if client.status != "running" or forgotten[chunk] > _FORGOTTEN:
                        raise self._gone()
                    rest = chain([chunk], rest)
                    continue
                yield Finished(chunk, content_of)
            if not over:
                if client.status != "running":
                    raise self._gone()
                time.sleep(_HEARTBEAT_S)
                yield None

    def _outcome(self, future: Any) -> bytes | None:
        """Return the file of a chunk; None where its task was forgotten."""
        from distributed.scheduler import KilledWorker

        # The connection may be lost at any place here.
        gone = (asyncio.CancelledError, CancelledError, TimeoutError)
        try:
            if future.status == _DONE:
                content: bytes = future.result(timeout=_PATIENCE_S)
                return content
            error = future.exception(timeout=_PATIENCE_S) if future.status == _FAILED else None
        except gone:
            error = None
        if error is None:
            return None
        if isinstance(error, KilledWorker):
            raise HoplonError(
                "the cluster's workers die again and again at the same chunk",
                where=self.scheduler,
                remedy="Are they killed, or out of memory? Give each more of it.",
            ) from None
        if isinstance(error, ImportError):
            raise HoplonError(
                f"a worker of the cluster cannot import what it needs ({error})",
                where=self.scheduler,
                remedy="Install this version of hoplon where its workers run.",
            ) from None
        raise error

    @contextmanager
    def _client(self) -> Iterator[Any]:
        try:
            from distributed import Client
        except ImportError:
            raise InputError(
                "Dask is not installed here",
                where="--scheduler",
                remedy="Install it with: python3 -m pip install 'hoplon[cluster]'.",
            ) from None
        # What becomes of the connection is said in our own words.
        loggers = [logging.getLogger(f"distributed.{name}") for name in ("client", "core", "comm.core")]
        levels = [logger.level for logger in loggers]
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        try:
            try:
                client = Client(self.scheduler, timeout=_PATIENCE_S, set_as_default=False)
            except (OSError, ValueError) as error:
                reason = str(error).splitlines()[0] if str(error) else type(error).__name__
                raise self._no(
                    f"no scheduler answers ({reason})",
                    "Start one with: dask scheduler. It prints its address, as in tcp://10.0.0.1:8786.",
                ) from None
            try:
                yield client
            except OSError as error:
                if client.status in ("running", "connecting"):
                    raise
                raise self._gone() from error
            finally:
                # Closing cancels the tasks in hand.
                with suppress(Exception):
                    client.close(timeout=2.0)
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)

    def _no(self, what: str, remedy: str) -> InputError:
        return InputError(what, where=f"--scheduler {self.scheduler}", remedy=remedy)

    def _gone(self) -> HoplonError:
        return HoplonError(
            "the connection to the scheduler is lost",
            where=self.scheduler,
            remedy="It may be gone for good; any other scheduler, or this machine alone, can go on.",
        )


def _compute(job: bytes, chunk: int, software: str) -> bytes:
    """Compute a chunk on a worker, if it is of the same mind as who asks."""
    if fingerprint() != software:
        import hoplon

        raise HoplonError(
            f"a worker of the cluster runs another Hoplon ({hoplon.__version__} or changed since)",
            remedy="Install the same version everywhere: rows of two are not mixed.",
        )
    return compute(job, chunk)
