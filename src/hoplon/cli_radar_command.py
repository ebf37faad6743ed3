"""`hoplon radar`: parse, call one function, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from hoplon.cli_options import Json
from hoplon.cli_output import explained, stdout


@explained
def radar(
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help="A radar type, a site where one stands, or SCENARIO:SENSOR."),
    ] = None,
    rcs: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--rcs", metavar="M2", help="Radar cross-sections in m², as in 0.01,1; else those of missiles."
        ),
    ] = None,
    altitude_km: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            "--altitude", "--altitude-km", metavar="KM", help="Of the target in the plan; 200 by default."
        ),
    ] = None,
    pd: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--pd", metavar="P", help="Probabilities of detection in one look; 0.5,0.9 by default."),
    ] = None,
    azimuth_deg: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            "--azimuth", metavar="DEG", help="Direction of the vertical cut; else the middle of the sector."
        ),
    ] = None,
    svg: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--svg", metavar="FILE", help="Write a picture: coverage, echo, detection."),
    ] = None,
    csv: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--csv", metavar="FILE", help="Write echo and detection against range."),
    ] = None,
    json: Json = False,
) -> None:
    """Show what one radar sees: how far, how low, how well."""
    from hoplon.cli_radar import radar_command

    radar_command(
        name,
        rcs=rcs,
        altitude_km=altitude_km,
        pd=pd,
        azimuth_deg=azimuth_deg,
        svg=svg,
        csv=csv,
        json=json,
        console=stdout(),
    )
