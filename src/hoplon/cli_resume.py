"""The command `hoplon resume`: a study that was ended, killed or cut off goes on where it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from hoplon.cli_options import Json
from hoplon.cli_output import explained, print_json, print_report_line, stderr, stdout

if TYPE_CHECKING:
    from rich.console import Console

    from hoplon.sweep.execution import Completeness


@explained
def resume(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="The folder that a study was to write, or an address.")
    ],
    jobs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--jobs", "-j", help="Processes; by default one for each core. Same rows with any."),
    ] = None,
    scheduler: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--scheduler", metavar="tcp://HOST:PORT", help="Dask cluster that computes instead."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Say how much is there, and stop there.")] = False,
    json: Json = False,
) -> None:
    """Go on with a study that was stopped or killed; the rows are as if it had not been."""
    if check:
        from dataclasses import asdict

        from hoplon.front_sweep import how_complete

        found = how_complete(folder)
        if json:
            print_json(asdict(found))
        else:
            print_completeness(found, stdout())
        return
    from hoplon.cli_progress import Progress
    from hoplon.front_sweep import resume as take_up

    with Progress(stderr()) as progress:
        sweep, target = take_up(folder, jobs=jobs, scheduler=scheduler, progress=progress)
    if json:
        from hoplon.result.sweep_writer import sweep_facts

        print_json({**sweep_facts(sweep), "folder": target})
        return
    from hoplon.cli_sweep import print_sweep

    console = stdout()
    print_sweep(sweep, console)
    print_report_line(target, console)


def print_completeness(found: Completeness, console: Console) -> None:
    """Print how much of a study is there.

    Parameters
    ----------
    found : Completeness
    console : Console
    """
    share = 100.0 * found.whole / max(found.chunks, 1)
    console.print(f"{found.whole:,} of {found.chunks:,} chunks are there and whole ({share:.0f} %).")
    console.print(f"Begun {found.written_utc} with Hoplon {found.software_version}.", style="dim")
    for sentence in found.damaged:
        console.print(f"! {sentence}", style="yellow", markup=False, soft_wrap=True)
    if found.damaged:
        console.print("Resuming computes what is damaged again.")
    console.print(f"Go on with: hoplon resume {found.folder}", markup=False, soft_wrap=True)
