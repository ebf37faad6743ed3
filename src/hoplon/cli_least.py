"""The command `hoplon least`: parse, call one function of the front door, print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from hoplon.cli_options import Jobs, Json, OutputFolder
from hoplon.cli_output import explained, print_json, print_report_line, stderr, stdout

if TYPE_CHECKING:
    from rich.console import Console

    from hoplon.result.least import Least


@explained
def least(
    options: Annotated[
        str, typer.Argument(metavar="OPTIONS", help="An options file, or a bundled one: japan-2018-least.")
    ],
    leakage: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            "--leakage", metavar="SHARE", help="What may get through: names the cheapest, as in 0.4."
        ),
    ] = None,
    mode: Annotated[
        str,
        typer.Option("--mode", help="expected: nothing drawn. sampled: --runs battles of each set."),
    ] = "expected",
    runs: Annotated[int, typer.Option("--runs", "-n", help="Battles of each set, sampled.")] = 100,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Seed of the battles, from 0.")] = 1,
    budget: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--budget", metavar="N", help="Most sets to compute where all are too many; 400."),
    ] = None,
    slack: Annotated[
        float,
        typer.Option(metavar="SHARE", help="Assumed then: no addition makes things worse by more than this."),
    ] = 0.0,
    jobs: Jobs = None,
    output: OutputFolder = None,
    json: Json = False,
) -> None:
    """Find the least costly defences among stated options: yen against leakage and people."""
    from hoplon.cli_progress import Progress
    from hoplon.errors import InputError
    from hoplon.front_least import least_written
    from hoplon.result.least import least_facts

    if leakage is not None and not 0.0 <= leakage <= 1.0:
        raise InputError(f"{leakage:g} is no share", where="--leakage", remedy="Write a number from 0 to 1.")
    with Progress(stderr()) as progress:
        found, folder = least_written(
            options,
            output,
            mode=mode,
            runs=runs,
            seed=seed,
            budget=budget,
            slack=slack,
            jobs=jobs,
            progress=progress,
        )
    if json:
        enough = {} if leakage is None else {"sufficient": _sufficient_facts(found, leakage)}
        print_json({**least_facts(found), **enough, "folder": str(folder)})
        return
    console = stdout()
    print_least(found, console, leakage)
    print_report_line(folder, console)


def _sufficient_facts(found: Least, leakage: float) -> dict[str, object]:
    enough = found.sufficient(leakage)
    options = None if enough is None else list(enough.options)
    return {"leakage_share_at_most": leakage, "options": options}


def print_least(found: Least, console: Console, leakage: float | None = None) -> None:
    """Print the front: what is worth its price.

    Parameters
    ----------
    found : Least
    console : Console
    leakage : float, optional
        What may get through; the cheapest set that keeps it is named.
    """
    from rich.padding import Padding
    from rich.rule import Rule
    from rich.table import Table
    from rich.text import Text

    from hoplon.report.least_page import billions, proof_words, set_words

    console.print()
    console.print(Rule(Text(found.name, style="bold"), align="left", style="dim"))
    console.print(Text(found.title))
    how = f"{found.runs} battles of each set (seed {found.seed})" if found.runs else "expected, nothing drawn"
    console.print(Text(f"scenario {found.scenario}; {how}; costs of {_BASIS[found.basis]}", style="dim"))
    console.print()
    table = Table.grid(padding=(0, 2))
    for justify in ("right", "right", "right", "right"):
        table.add_column(no_wrap=True, justify=justify)
    table.add_column(overflow="fold")
    table.add_row("", *(Text(word, style="dim") for word in ("bn yen", "through", "spared", "options")))
    for number, each in enumerate(found.front, 1):
        table.add_row(
            f"{number}",
            f"{each.cost_jpy.best / 1e9:,.0f}",
            Text(f"{100 * each.leakage.best:.1f} %", style="bold"),
            f"{each.protected_people.best / 1e6:.1f} M",
            set_words(each),
        )
    console.print(Padding(table, (0, 0, 0, 1)))
    console.print()
    if leakage is not None:
        enough = found.sufficient(leakage)
        goal = f"no more than {100 * leakage:g} % through"
        if enough is None:
            told = f"No set that was computed lets {goal}."
        else:
            told = (
                f"The least that lets {goal}: {set_words(enough)}, for {billions(enough.cost_jpy.best)} yen."
            )
        console.print(Text(told, style="bold"))
    console.print(
        Text("spared: people, in millions, of the cities on whose asset nothing falls.", style="dim")
    )
    console.print(Text(proof_words(found)))


_BASIS = {"acquisition": "buying", "life_cycle": "buying and keeping"}
