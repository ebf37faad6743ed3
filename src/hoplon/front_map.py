"""Maps for people and files: make one, write its folder, read it back."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoplon.errors import InputError, at_least
from hoplon.front_map_question import check_kind, command_text, region_of

if TYPE_CHECKING:
    from hoplon.result.coverage_map import CoverageMap
    from hoplon.scenario import Scenario

Progress = Callable[[int, int, str], None]


def make_map(
    scenario: Scenario | str | Path,
    kind: str,
    *,
    missiles: Sequence[str] = (),
    launches: Sequence[str] = (),
    assets: Sequence[str] = (),
    battery: str = "",
    sensors: Sequence[str] = (),
    cross_section_m2: float | None = None,
    altitude_km: float | None = None,
    region: str | tuple[float, float, float, float] | None = None,
    step_km: float | None = None,
    level: float | None = None,
    jobs: int | None = 1,
    progress: Progress | None = None,
) -> CoverageMap:
    """Compute a map of a scenario.

    Parameters
    ----------
    scenario : Scenario, str or Path
        Or its name, or its file.
    kind : str
        A key of `hoplon.front_map_question.KINDS`.
    missiles : sequence of str
        Types; by default those of the scenario's raid. For ``radar`` naming one makes cells aim points.
    launches : sequence of str
        Launch points: sites, or ``latitude,longitude``; by default those of the raid. Not for ``denied``.
    assets : sequence of str
        For ``denied`` what is aimed at; by default what the raid aims at.
    battery : str
        For ``footprint``.
    sensors : sequence of str
        For ``radar``: which of the scenario's radars look; by default all.
    cross_section_m2, altitude_km : float, optional
        For ``radar``: of a target that hangs in the air.
    region : str or tuple of float, optional
        A key of `hoplon.front_map_question.REGIONS`, ``"south,west,north,east"``, or these four numbers in
        degrees.
    step_km : float, optional
        Distance of neighbouring cells.
    level : float, optional
        From this probability on a place counts as covered.
    jobs : int or None
        Processes; None takes one for each processor.
    progress : callable, optional
        Called with steps done, steps in all, and what is being done.

    Returns
    -------
    CoverageMap

    Raises
    ------
    InputError
        It names the option.
    """
    from hoplon.scenario import Scenario, load

    check_kind(
        kind,
        {
            "cross_section_m2": cross_section_m2,
            "altitude_km": altitude_km,
            "sensors": sensors,
            "launches": launches,
            "assets": assets,
            "battery": battery,
            "level": level,
        },
    )
    if level is not None and not 0.0 < level < 1.0:
        raise InputError(
            f"the level is {level:g}", where="--level", remedy="Write a probability between 0 and 1: 0.5."
        )
    if step_km is not None and not 0.1 <= step_km <= 5000.0:
        raise InputError(
            f"the step is {step_km:g} km", where="--step-km", remedy="Write km, such as 25; at least 0.1."
        )
    processes = (os.cpu_count() or 1) if jobs is None else jobs
    at_least("--jobs", processes, 1)
    place = region_of(region)
    asked = scenario if isinstance(scenario, Scenario) else load(scenario)
    if kind == "radar":
        from hoplon.coverage.radar_area import radar_map

        made = radar_map(
            asked,
            cross_section_m2=cross_section_m2,
            altitude_km=altitude_km,
            missiles=missiles,
            launches=launches,
            sensors=sensors,
            region=place,
            step_km=step_km,
            level=level,
            progress=progress,
        )
        return with_places(made, asked)
    from hoplon.coverage import make_map as compute

    made = compute(
        asked,
        kind,
        missiles=missiles,
        launches=launches,
        assets=assets,
        battery=battery,
        step_km=step_km,
        region=place,
        level=level,
        jobs=processes,
        progress=progress,
    )
    return with_places(made, asked)


def with_places(coverage_map: CoverageMap, scenario: Scenario) -> CoverageMap:
    """Add to a map's sites the raid's launch points, and the cities whose public is warned.

    Parameters
    ----------
    coverage_map : CoverageMap
    scenario : Scenario

    Returns
    -------
    CoverageMap
        They are for orientation, and to be read off: no value of the map depends on them.
    """
    from dataclasses import replace

    from hoplon.result.scene import SceneSite

    more = [
        SceneSite(site.id, "launch_site", site.latitude_deg, site.longitude_deg)
        for site in {threat.launch.id: threat.launch for threat in scenario.threats}.values()
    ]
    more += [
        SceneSite(name, "reference", city.latitude_deg, city.longitude_deg)
        for name, city in scenario.warning.cities.items()
    ]
    known = {site.name for site in coverage_map.sites}
    added = tuple(site for site in more if site.name not in known)
    return replace(coverage_map, sites=(*coverage_map.sites, *added))


def map_command(
    scenario: str,
    kind: str,
    *,
    without: Sequence[str] = (),
    authority: str | None = None,
    output: Path | None = None,
    level: float | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
    **asked: Any,
) -> tuple[CoverageMap, Path]:
    """Load a scenario, compute a map and write its folder: what `hoplon map` does.

    Parameters
    ----------
    scenario : str
        Name of a bundled scenario, or a file.
    kind : str
    without, authority
        As for `hoplon.front.run`.
    output : Path, optional
        Folder to write; by default ``runs/<scenario>-map-<kind>-<UTC time>``.
    level : float, optional
    jobs : int, optional
        One for each processor by default.
    progress : callable, optional
    **asked
        As for `make_map`.

    Returns
    -------
    coverage_map : CoverageMap
    folder : Path

    Raises
    ------
    InputError, OutputError
        Before anything is computed, where an input or the place cannot be used.
    """
    start = time.perf_counter()
    check_kind(kind, {**asked, "level": level})
    region_of(asked.get("region"))
    from hoplon.front import changed
    from hoplon.result import check_output_place
    from hoplon.scenario import load

    check_output_place(output)
    played = changed(load(scenario), without, authority)
    made = make_map(played, kind, level=level, jobs=jobs, progress=progress, **asked)
    if progress is not None:
        progress(1, 1, "writing")
    extra = {
        "command": command_text(kind, level=level, **asked),
        "elapsed_s": round(time.perf_counter() - start, 3),
    }
    return made, write_map(made, output, manifest_extra=extra)


def write_map(
    coverage_map: CoverageMap,
    folder: Path | str | None = None,
    *,
    manifest_extra: Mapping[str, Any] | None = None,
) -> Path:
    """Write a map with its page as one folder, whole or not at all.

    Parameters
    ----------
    coverage_map : CoverageMap
    folder : Path or str, optional
        Must not hold anything; by default ``runs/<scenario>-map-<kind>-<UTC time>``.
    manifest_extra : mapping, optional
        More keys for ``manifest.json``.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    from hoplon.report.map_page import write_map_pages
    from hoplon.result.map_writer import write_map_folder

    return write_map_folder(
        coverage_map,
        None if folder is None else Path(folder),
        manifest_extra=manifest_extra,
        pages=write_map_pages,
    )


def read_map(folder: Path | str) -> CoverageMap:
    """Read a folder that `hoplon map` wrote.

    Parameters
    ----------
    folder : Path or str

    Returns
    -------
    CoverageMap

    Raises
    ------
    ResultFileError
        If it is none, or was changed since.
    """
    from hoplon.result.map_writer import read_map_folder

    return read_map_folder(folder)
