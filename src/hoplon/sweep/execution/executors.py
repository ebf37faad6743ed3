"""Who computes chunks: this process; processes beside it and a cluster stand in modules of their own."""

from __future__ import annotations

import gc
import os
import pickle
import threading
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from hoplon.errors import InputError, at_least
from hoplon.sweep.execution.chunk_file import encode

if TYPE_CHECKING:
    from hoplon.sweep.job import Job


class Finished(NamedTuple):
    """A chunk that was computed: its number, and the content of its file."""

    chunk: int
    content: bytes


class Executor(Protocol):
    """Computes chunks somewhere."""

    def results(
        self, job: Job, wanted: Iterable[int], note: Callable[[str], None]
    ) -> Generator[Finished | None, None, None]:
        """Compute chunks, about in the order in which they are wanted.

        Parameters
        ----------
        job : Job
        wanted : iterable of int
            Taken from only as fast as there is somebody to compute.
        note : callable
            Is told what went wrong and was mended.

        Yields
        ------
        Finished or None
            Chunks as they are finished; None from time to time while nothing is. Whoever closes the
            generator ends the work in hand.
        """
        ...


class Serial:
    """Computes in this process, one chunk after the other."""

    def results(
        self, job: Job, wanted: Iterable[int], note: Callable[[str], None]
    ) -> Generator[Finished | None, None, None]:
        """Compute chunks; see `Executor`."""
        for chunk in wanted:
            yield Finished(chunk, _file_of(job, chunk))


def executor_of(jobs: int | None = None, scheduler: str | None = None) -> Executor:
    """Choose who computes, from the options of a command.

    Parameters
    ----------
    jobs : int, optional
        Processes; one for each core where None.
    scheduler : str, optional
        Address of a Dask scheduler, as in ``tcp://10.0.0.1:8786``: then its workers compute.

    Returns
    -------
    Executor

    Raises
    ------
    InputError
        If `jobs` is not positive, or both are stated.
    """
    if scheduler is not None:
        if jobs is not None:
            raise InputError(
                "both --jobs and --scheduler are stated",
                where="--scheduler",
                remedy="With a scheduler, the number of processes is that of its workers.",
            )
        from hoplon.sweep.execution.dask_cluster import DaskCluster

        return DaskCluster(scheduler)
    processes = (os.cpu_count() or 1) if jobs is None else jobs
    at_least("jobs", processes, 1)
    if processes == 1:
        return Serial()
    from hoplon.sweep.execution.pool import Pool

    return Pool(processes)


_lock = threading.Lock()
_job_in_hand: tuple[bytes, Job] | None = None


def compute(job: bytes, chunk: int) -> bytes:
    """Compute a chunk in a process that was sent the job; it keeps the job for the next.

    Parameters
    ----------
    job : bytes
        Pickled.
    chunk : int

    Returns
    -------
    bytes
        Content of the chunk's file.
    """
    global _job_in_hand
    # One at a time, also where a cluster's worker has several threads: a job need not be fit for them.
    with _lock:
        if _job_in_hand is None or _job_in_hand[0] != job:
            _job_in_hand = (job, pickle.loads(job))
        return _file_of(_job_in_hand[1], chunk)


def _file_of(job: Job, chunk: int) -> bytes:
    """Compute a chunk, and let go of what it took.

    Battles leave cycles behind, for which Python by itself looks ever more seldom the more there is: without
    this, a worker grows by tens of megabytes in a thousand battles. It looks through what is new alone: a
    process that holds much besides would spend longer on looking than on computing.
    """
    aside = gc.get_freeze_count() == 0  # else somebody else has set objects aside, and wants them there
    if aside:
        gc.freeze()
    try:
        content = encode(job.run(chunk), job.identity, chunk)
        gc.collect()
    finally:
        if aside:
            gc.unfreeze()
    return content
