"""The command `hoplon decide`: parse, call one function of the front door, print."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from hoplon.cli_options import Jobs, Json, OutputFolder
from hoplon.cli_output import explained, print_json, print_report_line, stderr, stdout


@explained
def decide(
    scenario: Annotated[str, typer.Argument(help="A bundled scenario's name, or a file.")],
    tornado: Annotated[
        bool,
        typer.Option("--tornado", help="Move each value, and groups of values, to the ends of their ranges."),
    ] = False,
    sobol: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            "--sobol",
            metavar="N",
            help="Share out the variance: N rows, 32 or more, each a dozen expected battles.",
        ),
    ] = None,
    break_even: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--break-even",
            metavar="PATH",
            help="A quantity of the defence or of a sensor: from which value on is --leakage crossed?",
        ),
    ] = None,
    leakage: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--leakage", metavar="X", help="Share that may get through, as in 0.2."),
    ] = None,
    span: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--range", metavar="LOW,HIGH", help="Where to look instead of the value's own range."),
    ] = None,
    without: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--without", metavar="NAME", help="As in hoplon run; repeatable."),
    ] = None,
    authority: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--authority", metavar="FORM", help="national, allied_consent, allied or joint."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Of the draws of --sobol, from 0.")] = 1,
    jobs: Jobs = None,
    output: OutputFolder = None,
    json: Json = False,
) -> None:
    """Find out what the answer turns on: which value, from where on, how much of the doubt."""
    from hoplon.cli_progress import Progress
    from hoplon.front_decide import Asked, decide_named, span_of
    from hoplon.result.decides import decides_facts

    asked = Asked(
        tornado=tornado or (sobol is None and break_even is None),
        sobol=sobol,
        break_even=break_even or "",
        level=leakage,
        span=span_of(span),
    )
    with Progress(stderr()) as progress:
        made, folder = decide_named(
            scenario,
            asked,
            without=tuple(without or ()),
            authority=authority,
            seed=seed,
            jobs=jobs,
            output=output,
            progress=progress,
        )
    if json:
        print_json({**decides_facts(made), "folder": str(folder)})
        return
    from hoplon.cli_decide_screen import print_decides

    console = stdout()
    print_decides(made, console)
    print_report_line(folder, console)
