"""Computes what is missing of a job, keeps it, and stops where the job says that it is enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hoplon.errors import HoplonError
from hoplon.sweep.execution.executors import Executor, executor_of
from hoplon.sweep.execution.store import ChunkStore, Prefix, opened

if TYPE_CHECKING:
    import pyarrow as pa

    from hoplon.sweep.job import Job

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Chunks:
    """The rows of a job that is done, in its folder. Iterating reads them chunk by chunk.

    Attributes
    ----------
    store : ChunkStore
    count : int
        Chunks that count: all, or those up to where the job had enough.
    notes : tuple of str
        What went wrong and was mended, in sentences for the user.
    """

    store: ChunkStore
    count: int
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[pa.Table]:
        for chunk in range(self.count):
            yield self.store.read(chunk)

    def table(self) -> pa.Table:
        """Return all rows as one table."""
        import pyarrow as pa

        return pa.concat_tables(list(self)).combine_chunks()


def execute(
    job: Job,
    folder: str | Path,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Chunks:
    """Compute a job, or what is missing of it in a folder where it was begun.

    Whoever computes, however often it is killed and taken up again: the rows are the same, and none is
    missing or counted twice. Chunks are kept as they are finished; those that count are the first ones
    without a gap, up to the first after which the job has enough.

    Parameters
    ----------
    job : Job
    folder : str or Path
        Where chunks are kept: a local folder, or an address that fsspec knows. It is left there, also by an
        error and by Ctrl-C.
    executor : Executor, optional
        By default one process for each core.
    progress : callable, optional
        Called with steps done, steps in all, and what is being done.
    files : mapping of str to bytes, optional
        What the job can be built from again (``study.yaml``), to be put into the folder.

    Returns
    -------
    Chunks

    Raises
    ------
    OutputError
        If the folder holds something else, is in use, or cannot be written: then what is there is kept.
    ResultFileError
        If the folder holds another job, or one begun by another version of the software.
    KeyboardInterrupt
        It says how to go on.

    Notes
    -----
    Rows are the same to the last bit on machines of one kind with the same packages. Another processor or
    another numpy may round a last digit differently.
    """
    with opened(folder, job, files) as (store, notes):
        with saying_how_to_go_on(store):
            count = _complete(job, store, executor or executor_of(), progress, notes.append)
        return Chunks(store, count, tuple(notes))


@contextmanager
def saying_how_to_go_on(store: ChunkStore) -> Iterator[None]:
    """Let errors and interruptions say that what is computed is kept, and what to type.

    Parameters
    ----------
    store : ChunkStore
    """
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(store.kept()) from None
    except HoplonError as error:
        if store.kept() in error.remedy:
            raise
        remedy = f"{error.remedy}\n  {store.kept()}".strip()
        raise type(error)(error.what, where=error.where, remedy=remedy) from error


def resume(
    folder: str | Path, *, executor: Executor | None = None, progress: Progress | None = None
) -> Chunks:
    """Take up a study from its folder alone.

    Parameters
    ----------
    folder : str or Path
    executor, progress
        As for `execute`; they may be others than before.

    Returns
    -------
    Chunks

    Raises
    ------
    HoplonError
        As `execute`; also if the folder holds no study.
    """
    from hoplon.sweep.sweep_job import job_of_folder

    return execute(job_of_folder(folder), folder, executor=executor, progress=progress)


def _complete(
    job: Job,
    store: ChunkStore,
    executor: Executor,
    progress: Progress | None,
    note: Callable[[str], None],
) -> int:
    """Compute until there is enough; return how many chunks that is."""
    total = sum(job.steps(chunk) for chunk in range(job.chunks))
    done = sum(job.steps(chunk) for chunk in range(job.chunks) if chunk in store)

    def tell() -> None:
        if progress is not None:
            progress(done, total, "computing")

    tell()
    prefix = Prefix(store)
    if _enough(job, prefix):
        return len(prefix)
    missing = (chunk for chunk in range(job.chunks) if chunk not in store)
    with closing(executor.results(job, missing, note)) as results:
        for finished in results:
            if finished is not None:
                store.put(finished.chunk, finished.content)
                done += job.steps(finished.chunk)
            tell()
            if finished is not None and _enough(job, prefix):
                return len(prefix)
    raise HoplonError(f"{type(executor).__name__} ended before chunk {len(prefix)} was computed")


def _enough(job: Job, prefix: Prefix) -> bool:
    """Ask after each chunk in order, as far as there is no gap."""
    while prefix.grow():
        if job.enough(prefix):
            return True
    return len(prefix) == job.chunks
