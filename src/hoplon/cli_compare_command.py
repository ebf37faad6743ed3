"""The command `hoplon compare`: parse, call one function of the front door, print."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from hoplon.cli_options import Jobs, Json, OutputFolder
from hoplon.cli_output import explained, print_json, print_report_line, stderr, stdout


@explained
def compare(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="A [B…]", help="Scenarios, run folders, or one comparison: japan-2018-control."
        ),
    ],
    without: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--without", metavar="NAMES", help="A variant that does without these (a,b); may be repeated."
        ),
    ] = None,
    authority: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--authority",
            metavar="FORM",
            help="A variant under this authority: national, allied_consent, allied, joint; may be repeated.",
        ),
    ] = None,
    runs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--runs", "-n", help="Battles of each; 200, or as many as the run folders hold."),
    ] = None,
    seed: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--seed", "-s", help="Seed of all; 1, or that of the run folders."),
    ] = None,
    jobs: Jobs = None,
    output: OutputFolder = None,
    json: Json = False,
) -> None:
    """Fight variants with the same seeds; print what each change is worth."""
    from hoplon.cli_progress import Progress
    from hoplon.front_compare import compare_and_write
    from hoplon.result.comparison import comparison_facts

    with Progress(stderr()) as progress:
        comparison, folder = compare_and_write(
            what,
            without=tuple(without or ()),
            authority=tuple(authority or ()),
            runs=runs,
            seed=seed,
            jobs=jobs,
            output=output,
            progress=progress,
        )
    if json:
        print_json({**comparison_facts(comparison), "folder": str(folder)})
        return
    from hoplon.cli_compare import print_comparison

    console = stdout()
    print_comparison(comparison, console)
    print_report_line(folder, console)
