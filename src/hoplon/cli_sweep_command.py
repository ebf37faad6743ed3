"""The command `hoplon study`: parse, call one function of the front door, print."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from hoplon.cli_options import Json
from hoplon.cli_output import explained, print_json, print_report_line, stderr, stdout


@explained
def study(
    file: Annotated[str, typer.Argument(help="A study file, or the name of a bundled one: saturation.")],
    output: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--output", "-o", metavar="DIR", help="Folder to write, or an address: s3://…"),
    ] = None,
    jobs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--jobs", "-j", help="Processes; by default one for each core. Same rows with any."),
    ] = None,
    scheduler: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--scheduler", metavar="tcp://HOST:PORT", help="Dask cluster that computes instead."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Say what would be computed, and stop there.")
    ] = False,
    json: Json = False,
) -> None:
    """Compute a study file: a scenario at many points; print a line for each."""
    from hoplon.front_sweep import compute, load_study

    plan = load_study(file)
    if check:
        from hoplon.cli_sweep import plan_facts, print_plan

        if json:
            print_json(plan_facts(plan))
        else:
            print_plan(plan, stdout())
        return
    from hoplon.cli_progress import Progress

    with Progress(stderr()) as progress:
        sweep, folder = compute(plan, output, jobs=jobs, scheduler=scheduler, progress=progress)
    if json:
        from hoplon.result.sweep_writer import sweep_facts

        print_json({**sweep_facts(sweep), "folder": str(folder)})
        return
    from hoplon.cli_sweep import print_sweep

    console = stdout()
    print_sweep(sweep, console)
    print_report_line(folder, console)
