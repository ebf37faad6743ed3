"""Whole studies of many points: what `hoplon study` does, in a few calls."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from hoplon.result.sweep import Sweep
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
    output: Path | None = None,
    jobs: int | None = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Compute a study.

    Parameters
    ----------
    study : str or Path or StudyPlan
        Name of a bundled study, a file, or what `load_study` returned.
    output : Path, optional
        Folder to write; by default nothing is written.
    jobs : int or None
        Processes; None takes one for each core. With more than 1, a script must call this under
        ``if __name__ == "__main__":``.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers then compute.
    progress : callable, optional
        Called with battles or points done, all of them, and what is being done.

    Returns
    -------
    Sweep
    """
    plan = study if not isinstance(study, str | Path) else load_study(study)
    if output is not None:
        return compute(plan, output, jobs=jobs, scheduler=scheduler, progress=progress)[0]
    from hoplon.sweep.summary import summarise
    from hoplon.sweep.sweep_job import SweepJob

    job = SweepJob(plan)
    with TemporaryDirectory(prefix="hoplon-study-") as chunks:
        found = _execute(job, chunks, jobs, scheduler, progress)
        return summarise(job, found, notes=found.notes)


def compute(
    plan: StudyPlan,
    output: Path | None = None,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> tuple[Sweep, Path]:
    """Compute a study and write its folder: what `hoplon study` does.

    Chunks are kept beside the folder, under its name with ``.part`` behind it, until it is complete.

    Parameters
    ----------
    plan : StudyPlan
    output : Path, optional
        By default ``runs/<name>-<seed>-<UTC time>``.
    jobs, scheduler, progress
        As for `run_study`; by default one process for each core.

    Returns
    -------
    sweep : Sweep
        Without its rows, which stand in the folder.
    folder : Path
    """
    from hoplon.report.sweep_page import sweep_html
    from hoplon.result import check_output_place, default_folder
    from hoplon.result.sweep_writer import write_sweep_folder
    from hoplon.sweep.summary import summarise
    from hoplon.sweep.sweep_job import SweepJob

    start = time.perf_counter()
    target = default_folder(plan.name, plan.seed) if output is None else Path(output)
    check_output_place(target)
    job = SweepJob(plan)
    part = target.with_name(target.name + PART)
    found = _execute(job, str(part), jobs, scheduler, progress)
    if progress is not None:
        progress(job.total_steps, job.total_steps, "writing")
    sweep = summarise(job, found, keep_rows=False, notes=found.notes)
    extra = {"elapsed_s": round(time.perf_counter() - start, 3)}
    folder = write_sweep_folder(sweep, target, found, manifest_extra=extra, page=sweep_html)
    shutil.rmtree(part, ignore_errors=True)
    return sweep, folder


class _Tables(list["pa.Table"]):
    notes: tuple[str, ...] = ()


def _execute(
    job: SweepJob, chunks: str, jobs: int | None, scheduler: str | None, progress: Progress | None
) -> _Tables:
    tables, done = _Tables(), 0
    for chunk in range(job.chunks):
        if progress is not None:
            progress(done, job.total_steps, "computing")
        tables.append(job.run(chunk))
        done += job.steps(chunk)
        if job.enough(tables):
            break
    return tables
