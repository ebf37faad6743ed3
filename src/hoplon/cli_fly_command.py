"""`hoplon fly`: parse, call one function, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from hoplon.cli_options import Json
from hoplon.cli_output import explained, stderr, stdout


@explained
def fly(
    missile: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help="A missile of the catalogue; none with --claim."),
    ] = None,
    launch: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--from", metavar="LAT,LON", help="Launch point, or the name of a site."),
    ] = None,
    aim: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--to", metavar="LAT,LON", help="Aim point, or the name of a site."),
    ] = None,
    apogee_km: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            "--apogee-km", "--apogee", help="Apogee in km; by default the minimum-energy trajectory."
        ),
    ] = None,
    parameter_set: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--set", metavar="NAME", help="A rival parameter set; see: hoplon show MISSILE."),
    ] = None,
    sampled: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            "--sampled", metavar="N", help="Also fly N missiles drawn from the ranges of its values."
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Seed of the draws, from 0.")] = 1,
    output: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option("--output", "-o", metavar="FILE", help="Write .csv, .parquet or .svg; may be repeated."),
    ] = None,
    claim: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--claim", metavar="TEXT", help="Is this possible? 'range 998 km, apogee 3725 km, time 47 min'"
        ),
    ] = None,
    azimuth_deg: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--azimuth", help="With --claim: direction of the impact, degrees from north."),
    ] = None,
    json: Json = False,
) -> None:
    """Fly one missile from here to there, or check a published claim."""
    from hoplon.cli_fly import claim_command, fly_command, refuse_mixture

    refuse_mixture(
        claim,
        missile=missile,
        launch=launch,
        aim=aim,
        others={
            "--apogee-km": apogee_km,
            "--set": parameter_set,
            "--sampled": sampled,
            "--output": output,
        },
        azimuth_deg=azimuth_deg,
    )
    if claim is not None:
        claim_command(claim, launch, azimuth_deg, aim, json=json, console=stdout())
        return
    from hoplon.cli_progress import Progress

    # What is missing was refused above.
    assert missile is not None
    assert launch is not None
    assert aim is not None
    with Progress(stderr()) as progress:
        fly_command(
            missile,
            launch,
            aim,
            apogee_km=apogee_km,
            parameter_set=parameter_set,
            samples=sampled,
            seed=seed,
            outputs=tuple(output or ()),
            json=json,
            console=stdout(),
            progress=progress,
        )
