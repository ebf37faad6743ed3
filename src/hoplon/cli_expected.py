"""The screen of a battle without draws: the expected answer, and where in the chain it is lost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from hoplon.cli_output import print_json
from hoplon.errors import InputError
from hoplon.front_expected import expect_named, expected_facts

if TYPE_CHECKING:
    from pathlib import Path

    from hoplon.result.expected import ExpectedRecord
    from hoplon.scenario import Scenario

#: Width of the bars, in characters.
_BAR = 24


def expected_command(
    scenario: str,
    without: tuple[str, ...],
    authority: str | None,
    output: Path | None,
    *,
    json: bool,
    console: Console,
) -> None:
    """Do what `hoplon run --mode expected` does.

    Parameters
    ----------
    scenario : str
    without : tuple of str
    authority : str or None
    output : Path or None
        Refused: nothing is written.
    json : bool
    console : Console
    """
    if output is not None:
        raise InputError(
            "a run without draws writes no folder",
            where="--output",
            remedy="Leave it out; add --json and direct that into a file.",
        )
    played, record = expect_named(scenario, without, authority)
    if json:
        print_json({**expected_facts(record), "overrides": played.overrides})
    else:
        print_expected(played, record, console)


def print_expected(scenario: Scenario, record: ExpectedRecord, console: Console) -> None:
    """Print what is to be expected of a battle.

    Parameters
    ----------
    scenario : Scenario
    record : ExpectedRecord
    console : Console
    """
    console.print()
    console.print(Rule(Text(scenario.name, style="bold"), align="left", style="dim"))
    console.print(Text(scenario.title))
    console.print(Text(f"as of {scenario.date}, expected values, nothing drawn", style="dim"))
    for change in scenario.overrides:
        console.print(Text(f"Changed: {change}", style="yellow"))
    console.print()
    if math.isnan(record.leakage):
        console.print("Nothing of this raid was to be engaged.")
        return
    attacking = sum(outcome.attacks for outcome in record.outcomes)
    console.print(
        Text.assemble(
            (f"{100 * record.leakage:.1f} %", "bold"),
            f" of {attacking} attacking missiles are expected to get through; "
            f"{sum(record.interceptors_used.values()):.1f} interceptors are expected to be launched.",
        )
    )
    console.print()
    console.print(_chain(record))
    console.print(_threats(record))
    console.print(
        Text(
            "No interval: nothing was sampled. What a battle without draws leaves out is in docs/methods.md, "
            "section 31; `hoplon run` without --mode plays the sampled battles and writes a report.",
            style="dim",
        )
    )


def _chain(record: ExpectedRecord) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("the missile is")
    table.add_column("probability", justify="right")
    table.add_column("lost here", justify="right")
    table.add_column("")
    before = 1.0
    for link, holds in record.waterfall.items():
        bar = "█" * round(_BAR * holds)
        table.add_row(
            link, f"{100 * holds:.1f} %", f"{100 * (before - holds):.1f} %", Text(bar, style="cyan")
        )
        before = holds
    return table


def _threats(record: ExpectedRecord) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("missile")
    table.add_column("aimed at")
    table.add_column("gets through", justify="right")
    table.add_column("shots", justify="right")
    for outcome in record.outcomes:
        through = f"{100 * outcome.leak_probability:.1f} %" if outcome.attacks else "let pass"
        table.add_row(outcome.threat, outcome.aim, through, f"{outcome.shots:.2f}")
    return table
