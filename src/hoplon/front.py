"""What the front door and the command line share: whole tasks, each in a few lines."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from hoplon.errors import InputError, UnreachableError

if TYPE_CHECKING:
    from hoplon.earth import Site
    from hoplon.flight import Trajectory
    from hoplon.result.model import Study
    from hoplon.scenario import MissileEntry, Scenario

Progress = Callable[[int, int, str], None]


def run(
    scenario: str | Path,
    *,
    runs: int = 200,
    seed: int = 1,
    jobs: int | None = None,
    mode: str = "sampled",
    without: Sequence[str] = (),
    authority: str | None = None,
    output: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Study, Path]:
    """Load a scenario, fight it, and write the run folder: what `hoplon run` does.

    Parameters
    ----------
    scenario : str or Path
        Name of a bundled scenario, or a file.
    runs, seed, jobs, mode, progress
        As for `hoplon.study`; by default one job for each core.
    without : sequence of str
        Sensors, batteries, actors, nations and links to do without; all else has the same random numbers.
    authority : str, optional
        Who has the say instead of whom the scenario names.
    output : Path, optional
        Folder to write; by default ``runs/<scenario>-<seed>-<UTC time>``.

    Returns
    -------
    study : Study
    folder : Path

    Raises
    ------
    InputError, UnreachableError, OutputError
        Before any battle is fought, where the input or the place cannot be used.
    """
    from hoplon.workers import Workers

    start = time.perf_counter()
    processes = (os.cpu_count() or 1) if jobs is None else jobs
    with ExitStack() as ending:
        workers = None
        if processes > 1 < runs:
            # The first worker loads its libraries while this process loads its own.
            workers = ending.enter_context(Workers(min(processes, runs) - 1, "hoplon.studies.pool"))
        from hoplon.result import check_output_place
        from hoplon.scenario import load
        from hoplon.studies import study

        check_output_place(output)
        ending.enter_context(_placed_in(scenario))
        fought = load(scenario)
        fought = changed(fought, without, authority)
        made = study(fought, runs, seed, jobs=jobs, mode=mode, workers=workers, progress=progress)
    if progress is not None:
        progress(runs, runs, "writing")  # the last chance to stop: from here on the run is written
    extra = {"jobs": processes, "elapsed_s": round(time.perf_counter() - start, 3)}
    return made, write_run(made, output, manifest_extra=extra)


def changed(scenario: Scenario, without: Sequence[str] = (), authority: str | None = None) -> Scenario:
    """Change who has the say, and take elements out, as the options of a command say.

    Parameters
    ----------
    scenario : Scenario
    without : sequence of str
    authority : str, optional

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        It names the option.
    """
    from hoplon.scenario import without as taken_out
    from hoplon.scenario.actors import under_authority

    try:
        if authority is not None:
            scenario = under_authority(scenario, authority)
    except InputError as error:
        raise InputError(error.what, where="--authority", remedy=error.remedy) from None
    try:
        return taken_out(scenario, without)
    except InputError as error:
        raise InputError(error.what, where="--without", remedy=error.remedy) from None


@contextmanager
def _placed_in(scenario: str | Path) -> Iterator[None]:
    """Say in which file the raid stands whose missile does not reach its aim."""
    try:
        yield
    except UnreachableError as error:
        where = f"{scenario}: {error.where or 'raid'}"
        raise UnreachableError(error.what, where=where, remedy=error.remedy) from None


def write_run(
    study: Study, folder: Path | str | None = None, *, manifest_extra: dict[str, Any] | None = None
) -> Path:
    """Write a study with its report as one folder, whole or not at all.

    Parameters
    ----------
    study : Study
    folder : Path or str, optional
        Must not hold anything; by default ``runs/<scenario>-<seed>-<UTC time>``.
    manifest_extra : dict, optional
        More keys for ``manifest.json``.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    from hoplon.report import write_report
    from hoplon.result import write_run_folder

    target = None if folder is None else Path(folder)
    return write_run_folder(study, target, manifest_extra=manifest_extra, report=write_report)


def check(scenario: str | Path) -> dict[str, Any]:
    """Load a scenario and fly its missiles, so that an aim point out of reach shows too.

    Parameters
    ----------
    scenario : str or Path
        Or a comparison, all of whose variants are checked; a study; or a file of options.

    Returns
    -------
    dict
        Counts of what it holds; of the first variant.

    Raises
    ------
    InputError, UnreachableError
        Where it cannot be used.
    """
    from hoplon.engagement.prepare import prepare
    from hoplon.scenario import load
    from hoplon.scenario.comparison import load_comparison

    for facts in (_study_facts(scenario), _options_facts(scenario)):
        if facts is not None:
            return facts
    with _placed_in(scenario):
        comparison = load_comparison(scenario)
        every = [load(scenario)] if comparison is None else [side.scenario for side in comparison.variants]
        for one in every:
            prepare(one)
    loaded = every[0]
    return {
        "scenario": loaded.name,
        "variants": len(every),
        "threats": len(loaded.threats),
        "sensors": len(loaded.sensors),
        "batteries": len(loaded.batteries),
        "assets": len(loaded.assets),
        "values": len(loaded.cited()),
        "overrides": len(loaded.overrides),
    }


def _study_facts(what: str | Path) -> dict[str, Any] | None:
    """Check a study file; None where it is none."""
    from hoplon.scenario.loading import bundled_studies

    if str(what) not in bundled_studies() and _format_of(what) != "hoplon-study":
        return None
    from hoplon.sweep.plan import load_study

    plan = load_study(what)
    battles = plan.count * plan.runs if plan.mode == "sampled" else 0
    return {"study": plan.name, "scenario": plan.scenario, "points": plan.count, "battles": battles}


def _options_facts(what: str | Path) -> dict[str, Any] | None:
    """Check a file of options; None where it is none."""
    from hoplon.scenario.loading import bundled_options
    from hoplon.scenario.options import load_options

    if str(what) not in bundled_options() and _format_of(what) != "hoplon-options":
        return None
    spec = load_options(what)
    return {"choice": spec.name, "scenario": spec.base.name, "options": len(spec.options)}


def _format_of(what: str | Path) -> object:
    from hoplon.scenario.reading import read_file

    if not Path(what).is_file():
        return None
    data = read_file(Path(what)).data
    return data.get("format") if isinstance(data, dict) else None


def fly(
    missile: str,
    launch: str | tuple[float, float] | Site,
    aim: str | tuple[float, float] | Site,
    *,
    apogee_km: float | None = None,
    parameter_set: str | None = None,
) -> Trajectory:
    """Fly a missile of the catalogue, at the best values of a parameter set.

    Parameters
    ----------
    missile : str
        Its name in the catalogue.
    launch, aim : str or tuple or Site
        A site of the catalogue, ``"LAT,LON"``, or latitude and longitude in degrees.
    apogee_km : float, optional
        By default the minimum-energy trajectory.
    parameter_set : str, optional
        One of the missile's rival sets; by default the one that the catalogue recommends.

    Returns
    -------
    Trajectory

    Raises
    ------
    InputError
        For an unknown missile, set or place.
    UnreachableError
        If the aim point is out of reach; the message says what is in reach.
    """
    from hoplon.scenario import catalogue

    entry = catalogue().missile(missile, parameter_set)
    return fly_entry(entry, place(launch, "from"), place(aim, "to"), apogee_km=apogee_km)


def fly_entry(entry: MissileEntry, launch: Site, aim: Site, *, apogee_km: float | None = None) -> Trajectory:
    """Fly a missile at the best values of an entry, from here to there.

    Parameters
    ----------
    entry : MissileEntry
        Of the catalogue, or drawn from its ranges.
    launch, aim : Site
    apogee_km : float, optional
        By default the minimum-energy trajectory.

    Returns
    -------
    Trajectory
    """
    from hoplon.engagement.assemble import vehicle
    from hoplon.flight import fit

    if apogee_km is not None and not (math.isfinite(apogee_km) and apogee_km > 0.0):
        raise InputError(f"apogee is {apogee_km} km", where="apogee_km", remedy="Write a positive number.")
    alone = cast("Scenario", SimpleNamespace(missiles={entry.id: entry}))
    return fit(vehicle(alone, entry.id), launch, aim, apogee_km=apogee_km)


def place(where: str | tuple[float, float] | Site, name: str) -> Site:
    """Turn what a user wrote into a site.

    Parameters
    ----------
    where : str or tuple or Site
        A site of the catalogue, ``"LAT,LON"``, or latitude and longitude in degrees.
    name : str
        What the place is, for errors and for the site's name.

    Returns
    -------
    Site

    Raises
    ------
    InputError
        For an unknown name, or coordinates that are none.
    """
    from hoplon.earth import Site

    if isinstance(where, Site):
        return where
    if isinstance(where, tuple):
        return Site(name, float(where[0]), float(where[1]))
    parts = where.split(",")
    if len(parts) == 2:
        try:
            return Site(name, float(parts[0]), float(parts[1]))
        except ValueError:
            raise InputError(
                f"'{where}' is neither a site nor a latitude and a longitude",
                where=f"--{name}",
                remedy="Write degrees, as in 39.2,125.67, or the name of a site: hoplon list sites.",
            ) from None
        except InputError as error:
            raise InputError(error.what, where=f"--{name} {where}", remedy=error.remedy) from None
    from hoplon.engagement.assemble import site
    from hoplon.scenario import catalogue

    try:
        return site(catalogue().site(where))
    except InputError as error:
        remedy = f"{error.remedy} Or write degrees, as in 39.2,125.67."
        raise InputError(error.what, where=f"--{name}", remedy=remedy) from None


def warmup() -> float:
    """Compile every kernel by fighting one battle of the main scenario.

    Returns
    -------
    float
        Seconds that it took.
    """
    from hoplon.engagement import engage
    from hoplon.scenario import load

    start = time.perf_counter()
    engage(load("japan-2018"), seed=1)
    return time.perf_counter() - start


def study_facts(study: Study) -> dict[str, Any]:
    """Summarise a study as one JSON object: the content of its ``summary.json``.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict
    """
    from hoplon.result.codec import summary_text

    facts: dict[str, Any] = json.loads(summary_text(study))
    return facts
