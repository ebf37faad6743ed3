"""The least costly sufficient defence: what `hoplon least` does, in a few calls."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoplon.errors import InputError, at_least

if TYPE_CHECKING:
    from hoplon.result.least import Least

Progress = Callable[[int, int, str], None]


def least(
    options: str | Path,
    *,
    mode: str = "expected",
    runs: int = 100,
    seed: int = 1,
    budget: int | None = None,
    slack: float = 0.0,
    jobs: int | None = 1,
    progress: Progress | None = None,
) -> Least:
    """Find the least costly defences among stated options: cost against leakage and people protected.

    Parameters
    ----------
    options : str or Path
        Name of a bundled options file, or a file.
    mode : str
        ``expected``: nothing is drawn. ``sampled``: `runs` battles of each set, all with the same seeds.
    runs, seed : int
        Of sampled battles.
    budget : int, optional
        Most sets to compute where not all can be; 400 by default. The result says what may be missed.
    slack : float
        Assumed where not all sets are computed: that an addition to a set makes leakage, or the share of
        people protected, worse by no more than this.
    jobs : int or None
        Processes, this one included; None takes one for each processor.
    progress : callable, optional
        Called with sets computed, sets in all as far as that is known, and what is being done.

    Returns
    -------
    Least

    Raises
    ------
    InputError, UnreachableError
        Before any battle, where the input cannot be used.
    """
    from hoplon.scenario.options import load_options
    from hoplon.sweep.options_search import BUDGET, least_defence
    from hoplon.workers import Workers

    if mode not in ("expected", "sampled"):
        raise InputError(f"mode is '{mode}'", where="mode", remedy="Write 'expected' or 'sampled'.")
    processes = (os.cpu_count() or 1) if jobs is None else jobs
    for name, value in (("runs", runs), ("jobs", processes), ("budget", 1 if budget is None else budget)):
        at_least(name, value, 1)
    at_least("seed", seed, 0)
    spec = load_options(options)
    with ExitStack() as ending:
        workers = None
        if processes > 1:
            workers = ending.enter_context(Workers(processes - 1, "hoplon.sweep.options_search"))
        return least_defence(
            spec,
            runs=runs if mode == "sampled" else 0,
            seed=seed,
            budget=BUDGET if budget is None else budget,
            slack=slack,
            workers=workers,
            progress=progress,
        )


def least_written(
    options: str | Path, output: Path | None = None, *, jobs: int | None = None, **how: Any
) -> tuple[Least, Path]:
    """Find the least costly defences and write one folder: what `hoplon least` does.

    Parameters
    ----------
    options : str or Path
    output : Path, optional
        Folder to write; by default ``runs/<name>-<seed>-<UTC time>``.
    jobs : int or None
    **how
        As for `least`.

    Returns
    -------
    found : Least
    folder : Path

    Raises
    ------
    InputError, UnreachableError, OutputError
    """
    from hoplon.result import check_output_place

    start = time.perf_counter()
    check_output_place(output)
    found = least(options, jobs=jobs, **how)
    if how.get("progress") is not None:
        how["progress"](len(found.sets), len(found.sets), "writing")  # the last chance to stop
    extra = {"jobs": jobs, "elapsed_s": round(time.perf_counter() - start, 3)}
    return found, write_least(found, output, manifest_extra=extra)


def write_least(
    found: Least, folder: Path | None = None, *, manifest_extra: dict[str, Any] | None = None
) -> Path:
    """Write a result with its report as one folder, whole or not at all.

    Parameters
    ----------
    found : Least
    folder : Path, optional
        Must not hold anything.
    manifest_extra : dict, optional
        More keys for ``manifest.json``.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    from hoplon.report.least_page import least_html
    from hoplon.result import default_folder
    from hoplon.result.least import LEAST_FORMAT, LEAST_VERSION, least_text
    from hoplon.result.text_folder import write_text_folder

    target = default_folder(found.name, found.seed) if folder is None else Path(folder)

    files = {
        "least.json": least_text(found),
        "sets.csv": _table(found),
        "options.yaml": found.options_yaml,
        "scenario.yaml": found.scenario_yaml,
    }
    manifest = {
        **(manifest_extra or {}),
        "format": LEAST_FORMAT,
        "version": LEAST_VERSION,
        "name": found.name,
        "mode": found.mode,
        "seed": found.seed,
        "runs": found.runs,
    }
    return write_text_folder(target, files, manifest, lambda whole: least_html(found, whole))


def _table(found: Least) -> str:
    """Write every set computed as one row."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    names = [option.name for option in found.options]
    rows.writerow(
        [
            *names,
            *("cost_jpy", "cost_low_jpy", "cost_high_jpy"),
            *("leakage_share", "leakage_low_share", "leakage_high_share"),
            *("protected_people", "interceptors_used_per_battle", "on_front"),
        ]
    )
    for each in found.sets:
        figures = (
            *(each.cost_jpy.best, each.cost_jpy.low, each.cost_jpy.high),
            *(each.leakage.best, each.leakage.low, each.leakage.high),
            *(each.protected_people.best, each.interceptors_used),
        )
        chosen = [int(name in each.options) for name in names]
        rows.writerow([*chosen, *(f"{value:.9g}" for value in figures), int(each.on_front)])
    return out.getvalue()
