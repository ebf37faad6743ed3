"""Whole comparisons: what `hoplon compare` does, in a few calls."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from hoplon.errors import InputError, nearest

if TYPE_CHECKING:
    from hoplon.result.comparison import Comparison
    from hoplon.studies.compare import Entrant

Progress = Callable[[int, int, str], None]

#: Battles of each side, and the seed, where neither the command nor a run folder says another.
RUNS, SEED = 200, 1


def compare(
    *what: str | Path,
    without: Sequence[str] = (),
    authority: Sequence[str] = (),
    runs: int | None = None,
    seed: int | None = None,
    jobs: int | None = 1,
) -> Comparison:
    """Fight variants with the same seeds and pair them.

    Parameters
    ----------
    *what : str or Path
        Names of bundled scenarios, scenario files, folders that `hoplon run` wrote; or one comparison,
        bundled or a file. All are compared with the first.
    without : sequence of str
        Each makes a variant of the one scenario: what it does without, several names joined by commas.
    authority : sequence of str
        Each makes a variant of the one scenario under this authority.
    runs, seed : int, optional
        Of every side; by default those of the run folders, else 200 and 1.
    jobs : int, optional
        Processes; None for one for each core.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError, UnreachableError, ResultFileError
    """
    return _fight(what, without, authority, runs, seed, jobs, None, None)[0]


def compare_and_write(
    what: Sequence[str | Path],
    *,
    without: Sequence[str] = (),
    authority: Sequence[str] = (),
    runs: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    output: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Comparison, Path]:
    """Fight variants with the same seeds, pair them, and write one folder.

    Parameters
    ----------
    what : sequence of str or Path
        Names of bundled scenarios, scenario files, folders that `hoplon run` wrote; or one comparison,
        bundled or a file. All are compared with the first.
    without : sequence of str
        Each makes a variant of the one scenario: what it does without, several names joined by commas.
    authority : sequence of str
        Each makes a variant of the one scenario under this authority.
    runs, seed : int, optional
        Of every side; by default those of the run folders, else 200 and 1.
    jobs : int, optional
        Processes; by default one for each core.
    output : Path, optional
        Folder to write; by default ``runs/<name>-<seed>-<UTC time>``.
    progress : callable, optional

    Returns
    -------
    comparison : Comparison
    folder : Path

    Raises
    ------
    InputError, UnreachableError, ResultFileError, OutputError
        Before any battle is fought, where an input or the place cannot be used.
    """
    start = time.perf_counter()
    made, processes = _fight(what, without, authority, runs, seed, jobs, output, progress)
    if progress is not None:
        progress(made.runs, made.runs, "writing")  # the last chance to stop: from here on it is written
    from hoplon.front_comparison import write_comparison

    extra = {"jobs": processes, "elapsed_s": round(time.perf_counter() - start, 3)}
    return made, write_comparison(made, output, manifest_extra=extra)


def _fight(
    what: Sequence[str | Path],
    without: Sequence[str],
    authority: Sequence[str],
    runs: int | None,
    seed: int | None,
    jobs: int | None,
    output: Path | None,
    progress: Progress | None,
) -> tuple[Comparison, int]:
    """Fight the battles of a comparison; say in how many processes."""
    from hoplon.workers import Workers

    processes = (os.cpu_count() or 1) if jobs is None else jobs
    with ExitStack() as ending:
        folders = [Path(one) for one in what if Path(one).is_dir()]
        workers = None
        if processes > 1 and len(folders) < len(what) and (runs is None or runs > 1):
            # The first worker loads its libraries while this process loads its own.
            workers = ending.enter_context(Workers(processes - 1, "hoplon.studies.pool"))
        from hoplon.result import check_output_place
        from hoplon.studies.compare import compare as fight_all

        check_output_place(output)
        words, entrants = _entrants(what, without, authority)
        found_runs, found_seed = _common(entrants, runs, seed)
        if workers is not None and found_runs < processes:
            processes, workers = 1, None
        made = fight_all(
            entrants,
            found_runs,
            found_seed,
            name=words[0],
            title=words[1],
            question=words[2],
            jobs=processes,
            workers=workers,
            progress=progress,
        )
    return made, processes


def _entrants(
    what: Sequence[str | Path], without: Sequence[str], authority: Sequence[str]
) -> tuple[tuple[str, str, str], list[Entrant]]:
    """Look up what is to be compared: name, title and question of it all, and the sides."""
    from hoplon.scenario import load
    from hoplon.scenario.comparison import load_comparison
    from hoplon.studies.compare import Entrant

    changed = bool(without or authority)
    if len(what) == 1 and (spec := load_comparison(what[0])) is not None:
        if changed:
            raise InputError(
                f"'{spec.name}' is a comparison, which says itself what its variants are",
                where="--without" if without else "--authority",
                remedy="Name a scenario, or add a variant to the comparison's file.",
            )
        sides = [Entrant(variant.name, variant.title, variant.scenario) for variant in spec.variants]
        return (spec.name, spec.title, spec.question), sides
    if changed and len(what) != 1:
        raise InputError(
            "--without and --authority change one scenario, and several are named",
            remedy="Name one, or write a comparison file (see docs/scenario.md).",
        )
    sides = []
    for one in what:
        if Path(one).is_dir():
            sides.append(_fought(Path(one)))
            continue
        if load_comparison(one) is not None:
            raise InputError(
                f"'{one}' is a comparison and cannot be one side of another", remedy="Name it alone."
            )
        scenario = load(_known(one))
        # Two files may well say the same name: one is often a copy of the other with a line changed.
        taken = any(side.name == scenario.name for side in sides)
        sides.append(Entrant(str(one) if taken else scenario.name, scenario.title, scenario))
    if not changed:
        return ("comparison", f"{' against '.join(side.name for side in sides)}", ""), sides
    (base,) = sides
    if base.scenario is None:
        raise InputError(
            f"{what[0]} is a run that was fought already: nothing can be changed in it",
            remedy="Name its scenario.yaml instead.",
        )
    sides += _variants(base, without, authority)
    question = f"What changes in {base.name} when the system or its authority changes?"
    return (base.name, base.title, question), sides


def _known(one: str | Path) -> str | Path:
    """Return what is a file or a bundled name; of anything else say what could have been meant."""
    from hoplon.scenario.loading import bundled, bundled_comparisons

    if str(one) in bundled() or Path(one).exists():
        return one
    beside = Path(one).parent
    folders = [str(m.parent) for m in sorted(beside.glob("*/manifest.json"))[:200]] if beside.is_dir() else []
    names = [*bundled(), *bundled_comparisons(), *folders]
    raise InputError(
        f"'{one}' is no run folder, no scenario file and no bundled name",
        remedy=f"{nearest(str(one), names)} Run folders are what `hoplon run` writes.",
    )


def _variants(base: Entrant, without: Sequence[str], authority: Sequence[str]) -> list[Entrant]:
    from hoplon.scenario.comparison import varied
    from hoplon.studies.compare import Entrant

    assert base.scenario is not None
    sides = []
    for joined in without:
        names = [name.strip() for name in joined.split(",")]
        title = f"without {', '.join(names)}"
        with _option("--without"):
            sides.append(Entrant(title, title, varied(base.scenario, names=names)))
    for form in authority:
        title = f"authority {form}"
        with _option("--authority"):
            sides.append(Entrant(title, title, varied(base.scenario, authority=form)))
    return sides


class _option:  # noqa: N801  (used like a function)
    """Says which option of the command an error is about."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, InputError) and not error.where:
            raise InputError(error.what, where=self._name, remedy=error.remedy) from None


def _fought(folder: Path) -> Entrant:
    from hoplon.result import read_run_folder
    from hoplon.studies.compare import Entrant

    study = read_run_folder(folder)
    return Entrant(
        str(folder), study.title, None, study.records, study.overrides, scenario_yaml=study.scenario_yaml
    )


def _common(entrants: Sequence[Entrant], runs: int | None, seed: int | None) -> tuple[int, int]:
    """Return how many battles of which seed are compared: those of the folders, unless it is said."""
    for entrant in entrants:
        if entrant.scenario is None and entrant.records:
            runs = len(entrant.records) if runs is None else runs
            seed = entrant.records[0].seed if seed is None else seed
    return (RUNS if runs is None else runs), (SEED if seed is None else seed)
