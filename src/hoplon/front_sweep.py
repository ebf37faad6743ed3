"""Whole studies of many points: what `hoplon study` does, in a few calls."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hoplon.result.sweep import Sweep
    from hoplon.sweep.execution import Completeness
    from hoplon.sweep.plan import StudyPlan
    from hoplon.sweep.sweep_job import SweepJob

Progress = Callable[[int, int, str], None]

#: Stands behind the name of a folder that is not complete yet.
PART = ".part"


def load_study(study: str | Path) -> StudyPlan:
    """Load a study file: what of a scenario is varied, and what is asked of each point.

    Parameters
    ----------
    study : str or Path
        Name of a bundled study, or a file.

    Returns
    -------
    StudyPlan

    Raises
    ------
    InputError
        If it cannot be used, before anything is computed: with file, line, key and remedy.
    """
    from hoplon.sweep.plan import load_study as load

    return load(study)


def run_study(
    study: str | Path | StudyPlan,
    *,
    output: str | Path | None = None,
    jobs: int | None = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Compute a study.

    Parameters
    ----------
    study : str or Path or StudyPlan
        Name of a bundled study, a file, or what `load_study` returned.
    output : str or Path, optional
        Folder to write, or an address that fsspec knows; by default nothing is kept.
    jobs : int or None
        Processes; None takes one for each core. With more than 1, a script must call this under
        ``if __name__ == "__main__":``.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers compute instead.
    progress : callable, optional
        Called with battles or points done, all of them, and what is being done.

    Returns
    -------
    Sweep
        With all its rows.

    Raises
    ------
    InputError
        If the study cannot be used, before anything is computed.
    OutputError
        If the folder cannot be written; what is computed is kept.
    """
    from hoplon.sweep.execution import execute, executor_of
    from hoplon.sweep.summary import summarise
    from hoplon.sweep.sweep_job import SweepJob

    plan = load_study(study) if isinstance(study, str | Path) else study
    if output is not None:
        return compute(plan, output, jobs=jobs, scheduler=scheduler, progress=progress, keep_rows=True)[0]
    job = SweepJob(plan)
    executor = executor_of(None if scheduler else jobs, scheduler)
    with TemporaryDirectory(prefix="hoplon-study-") as place:
        return summarise(job, execute(job, place, executor=executor, progress=progress))


def compute(
    plan: StudyPlan,
    output: str | Path | None = None,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
    keep_rows: bool = False,
) -> tuple[Sweep, str]:
    """Compute a study and write its folder: what `hoplon study` does.

    Chunks are kept in a folder beside it, of the same name with ``.part`` behind it, until all is written.

    Parameters
    ----------
    plan : StudyPlan
    output : str or Path, optional
        Folder or address; by default ``runs/<name>-<seed>-<UTC time>``.
    jobs, scheduler, progress
        As for `run_study`; by default one process for each core.
    keep_rows : bool
        Whether the result holds the rows too, and not the folder alone.

    Returns
    -------
    sweep : Sweep
    folder : str
    """
    from hoplon.result import default_folder
    from hoplon.result.sweep_place import check_place
    from hoplon.sweep.sweep_job import SweepJob

    target = str(default_folder(plan.name, plan.seed)) if output is None else str(output).rstrip("/")
    check_place(target)
    return _finish(SweepJob(plan), target, jobs, scheduler, progress, keep_rows)


def resume(
    folder: str | Path,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> tuple[Sweep, str]:
    """Take up a study that was ended, and write its folder: what `hoplon resume` does.

    Parameters
    ----------
    folder : str or Path
        That the study was to write, or the one with ``.part`` behind its name.
    jobs, scheduler, progress
        As for `compute`; they may be others than before.

    Returns
    -------
    sweep : Sweep
    folder : str

    Raises
    ------
    InputError
        If the study is complete already.
    ResultFileError
        If there is nothing to take up, or it was begun by another version of the software.
    """
    from hoplon.errors import InputError
    from hoplon.result.sweep_place import check_place
    from hoplon.sweep.execution.place import Place
    from hoplon.sweep.sweep_job import job_of_folder

    target = str(folder).rstrip("/").removesuffix(PART)
    if Place(target).exists("manifest.json"):
        # Killed between the last file of the folder and the end: the chunks have done their work.
        Place(target + PART).remove_all()
        raise InputError("this study is complete", where=target, remedy="There is nothing to resume.")
    job = job_of_folder(target + PART)
    check_place(target)
    return _finish(job, target, jobs, scheduler, progress, keep_rows=False)


def how_complete(folder: str | Path) -> Completeness:
    """Look how much of a study is there that was begun: what `hoplon resume --check` does.

    Parameters
    ----------
    folder : str or Path
        As for `resume`.

    Returns
    -------
    Completeness

    Raises
    ------
    ResultFileError
        If there is nothing to take up.
    """
    from hoplon.sweep.execution import completeness

    return completeness(str(folder).rstrip("/").removesuffix(PART) + PART)


def _finish(
    job: SweepJob,
    target: str,
    jobs: int | None,
    scheduler: str | None,
    progress: Progress | None,
    keep_rows: bool,
) -> tuple[Sweep, str]:
    """Compute what is missing of a job, write the folder whole, and remove the chunks."""
    from hoplon.report.sweep_page import sweep_html
    from hoplon.result.sweep_place import write_sweep
    from hoplon.sweep.execution import execute, executor_of, saying_how_to_go_on
    from hoplon.sweep.execution.place import Place
    from hoplon.sweep.summary import summarise

    start = time.perf_counter()
    executor = executor_of(jobs, scheduler)
    chunks = execute(job, target + PART, executor=executor, progress=progress, files=job.files)
    with saying_how_to_go_on(chunks.store):
        sweep = summarise(job, chunks, keep_rows=keep_rows, notes=chunks.notes)
        extra = {"elapsed_s": round(time.perf_counter() - start, 3)}
        write_sweep(sweep, target, chunks, manifest_extra=extra, page=sweep_html)
    Place(target + PART).remove_all()
    return sweep, target
