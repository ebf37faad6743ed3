"""`hoplon map`: parse, call one function, print."""

from __future__ import annotations

from typing import Annotated, Any, Optional

import typer

from hoplon.cli_options import Json, OutputFolder
from hoplon.cli_output import explained, print_json, stderr, stdout
from hoplon.errors import InputError, OutputError


def _many(option: str, metavar: str, words: str) -> Any:
    return typer.Option(option, metavar=metavar, help=f"{words} Repeatable.")


@explained
def map_(
    scenario: Annotated[str, typer.Argument(help="A bundled scenario's name, or a file.")],
    kind: Annotated[
        Optional[str],  # noqa: UP045  (typer before 0.13 cannot read the new spelling)
        typer.Argument(help="radar, defended, denied, footprint or warning."),
    ] = None,
    missile: Annotated[
        Optional[list[str]],  # noqa: UP045
        _many("--missile", "NAME", "Type of missile; by default those of the raid."),
    ] = None,
    launch: Annotated[
        Optional[list[str]],  # noqa: UP045
        _many("--from", "PLACE", "Launch point: a site, or LAT,LON; by default those of the raid."),
    ] = None,
    asset: Annotated[
        Optional[list[str]],  # noqa: UP045
        _many("--asset", "PLACE", "denied: what is aimed at; by default what the raid aims at."),
    ] = None,
    battery: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--battery", metavar="NAME", help="footprint: the battery, or the site where it stands."
        ),
    ] = None,
    sensor: Annotated[
        Optional[list[str]],  # noqa: UP045
        _many("--sensor", "NAME", "radar: who looks; by default all radars."),
    ] = None,
    rcs: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--rcs", metavar="M2", help="radar: cross-section of the target, m²."),
    ] = None,
    altitude_km: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            "--altitude", "--altitude-km", metavar="KM", help="radar: of the target; 200 by default."
        ),
    ] = None,
    region: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--region", metavar="S,W,N,E", help="Degrees, or japan, korea, south_korea, north_east_asia."
        ),
    ] = None,
    step_km: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--step-km", "--step", metavar="KM", help="Distance of neighbouring cells."),
    ] = None,
    level: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--level", metavar="P", help="From this probability on a place counts as covered."),
    ] = None,
    without: Annotated[
        Optional[list[str]],  # noqa: UP045
        _many("--without", "NAME", "Do without a sensor, battery, nation or link, as in hoplon run."),
    ] = None,
    authority: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--authority", metavar="FORM", help="national, allied_consent, allied or joint."),
    ] = None,
    jobs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--jobs", "-j", help="Processes; by default one for each core. Same map with any."),
    ] = None,
    output: OutputFolder = None,
    json: Json = False,
) -> None:
    """Draw a map: what is seen, defended, denied or warned, cell by cell, and why not where not."""
    from hoplon.front_map import map_command
    from hoplon.front_map_question import KINDS

    if kind is None:
        kinds = "\n".join(f"  {name:<10}{words}" for name, words in KINDS.items())
        raise InputError("KIND missing", remedy=f"Write one of these after the scenario:\n{kinds}")
    from hoplon.cli_progress import Progress

    with Progress(stderr()) as progress:
        made, folder = map_command(
            scenario,
            kind,
            missiles=tuple(missile or ()),
            launches=tuple(launch or ()),
            assets=tuple(asset or ()),
            battery=battery or "",
            sensors=tuple(sensor or ()),
            cross_section_m2=rcs,
            altitude_km=altitude_km,
            region=region,
            step_km=step_km,
            level=level,
            without=tuple(without or ()),
            authority=authority,
            jobs=jobs,
            output=output,
            progress=progress,
        )
    if json:
        from hoplon.result.map_writer import map_facts

        print_json({**map_facts(made), "folder": str(folder)})
        return
    from hoplon.cli_map import print_map

    try:
        print_map(made, folder, stdout())
    except OSError as error:
        raise OutputError(
            f"the answer could not be printed: {error.strerror or error}",
            remedy=f"The map itself is whole: {folder}",
        ) from error
