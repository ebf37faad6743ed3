"""Maps for people and files: make one, write its folder, read it back."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoplon.errors import InputError, nearest

if TYPE_CHECKING:
    from hoplon.result.coverage_map import CoverageMap
    from hoplon.scenario import Scenario

Progress = Callable[[int, int, str], None]

#: Kinds of maps, with what a cell of each answers.
KINDS = {
    "radar": "where radars see a target, or make a track of a missile that flies there",
    "defended": "how likely a missile that is aimed there is stopped",
    "denied": "how likely a missile that is launched there is stopped",
    "footprint": "how likely one battery alone stops a missile that is aimed there",
    "warning": "how long before the impact people are warned",
}

#: Regions by name: south, west, north, east.
REGIONS = {
    "japan": (30.0, 128.5, 46.0, 146.5),
    "south_korea": (33.0, 125.0, 39.0, 130.5),
    "korea": (33.0, 124.0, 43.2, 131.0),
    "north_east_asia": (22.0, 112.0, 52.0, 154.0),
}

#: Options that make sense for some kinds only.
_ONLY = {
    "cross_section_m2": ("--rcs", ("radar",)),
    "altitude_km": ("--altitude", ("radar",)),
    "sensors": ("--sensor", ("radar",)),
    "launches": ("--from", ("radar", "defended", "footprint", "warning")),
    "assets": ("--asset", ("denied",)),
    "battery": ("--battery", ("footprint",)),
    "level": ("--level", ("radar", "defended", "denied", "footprint")),
}


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
        A key of `KINDS`.
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
        A key of `REGIONS`, ``"south,west,north,east"``, or these four numbers in degrees.
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
    if processes < 1:
        raise InputError(f"jobs is {jobs}", where="--jobs", remedy="Write a whole number from 1 up.")
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

    from hoplon.result.model import SceneSite

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


def check_kind(kind: str, options: Mapping[str, object]) -> None:
    """Refuse an unknown kind of map, and options that another kind has.

    Parameters
    ----------
    kind : str
    options : mapping of str to object
        By the names of `make_map`; what is empty was not given.

    Raises
    ------
    InputError
    """
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        remedy = near if near.startswith("Did") else f"Valid here: {', '.join(KINDS)}."
        raise InputError(f"unknown kind of map '{kind}'", where="KIND", remedy=remedy)
    for name, (option, kinds) in _ONLY.items():
        if options.get(name) not in (None, "", (), []) and kind not in kinds:
            raise InputError(
                f"a map of kind '{kind}' has no use for it",
                where=option,
                remedy=f"It is for: {', '.join(kinds)}. Leave it out.",
            )


def region_of(
    region: str | tuple[float, float, float, float] | None,
) -> tuple[float, float, float, float] | None:
    """Read a region: a name, four numbers, or a text of four numbers.

    Parameters
    ----------
    region : str, tuple of float or None

    Returns
    -------
    tuple of float or None
        South, west, north, east; east above west, so that it may pass 180.

    Raises
    ------
    InputError
        For a name or numbers that are no region.
    """
    if region is None:
        return None
    if isinstance(region, str):
        named = region.strip().lower().replace("-", "_").replace(" ", "_")
        if named in REGIONS:
            return REGIONS[named]
        try:
            numbers = [float(part) for part in region.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) != 4:
            near = nearest(named, REGIONS)
            remedy = f"Write SOUTH,WEST,NORTH,EAST in degrees, as in 30,128,46,147. {near}"
            raise InputError(f"'{region}' is no region", where="--region", remedy=remedy)
    else:
        numbers = [float(part) for part in region]
    south, west, north, east = numbers
    if east < west:
        east += 360.0
    if not (-85.0 <= south < north <= 85.0 and -180.0 <= west < east <= west + 360.0 and east <= 540.0):
        raise InputError(
            f"south {south:g}, west {west:g}, north {north:g}, east {numbers[3]:g} enclose no region",
            where="--region",
            remedy="Write SOUTH,WEST,NORTH,EAST in degrees, between 85° S and 85° N: 30,128,46,147.",
        )
    return south, west, north, east


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


def command_text(kind: str, **asked: Any) -> str:
    """Write the command that makes the same map from the resolved scenario.

    Parameters
    ----------
    kind : str
    **asked
        As for `make_map`.

    Returns
    -------
    str
    """
    options = {
        "missiles": "--missile",
        "launches": "--from",
        "assets": "--asset",
        "battery": "--battery",
        "sensors": "--sensor",
        "cross_section_m2": "--rcs",
        "altitude_km": "--altitude",
        "region": "--region",
        "step_km": "--step-km",
        "level": "--level",
    }
    words = ["hoplon", "map", "scenario.yaml", kind]
    for name, option in options.items():
        value = asked.get(name)
        if value in (None, "", (), []):
            continue
        if name == "region" and not isinstance(value, str):
            value = ",".join(f"{part:g}" for part in value)
        for one in value if isinstance(value, (list, tuple)) else [value]:
            # A region in the south begins with a minus sign: it must not look like an option.
            text = one if isinstance(one, str) else f"{one:g}"
            words += [f"{option}={text}"] if text.startswith("-") else [option, text]
    return shlex.join(words)


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
