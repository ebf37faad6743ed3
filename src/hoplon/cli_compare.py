"""The screen after a comparison: what each change was worth, in 80 columns, readable without colour."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from hoplon.cli_output import counted

if TYPE_CHECKING:
    from hoplon.result.comparison import Comparison, Side
    from hoplon.result.model import Interval


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print what came of a comparison.

    Parameters
    ----------
    comparison : Comparison
    console : Console
    """
    console.print()
    console.print(Rule(Text(comparison.name, style="bold"), align="left", style="dim"))
    console.print(Text(comparison.title))
    battles = f"{counted(comparison.runs, 'battle', 'battles')} each, the same seeds (seed {comparison.seed})"
    console.print(Text(f"{battles}; differences are paired, in percentage points", style="dim"))
    first = comparison.sides[0]
    for number, side in enumerate(comparison.sides, 1):
        console.print()
        console.print(Text.assemble((f"{number}  {side.title}", "bold")))
        console.print(Padding(_rows(side, first), (0, 0, 0, 3)))
    disclosed = [
        Text(f"! {number}: {sentence}", style="yellow")
        for number, side in enumerate(comparison.sides, 1)
        for sentence in side.overrides
        if not sentence.startswith("left after that")
    ]
    if disclosed:
        console.print()
        console.print(Text("What was changed", style="bold"))
        console.print(Padding(Group(*disclosed), (0, 0, 0, 2)))


def _rows(side: Side, first: Side) -> Table:
    lines = Table.grid(padding=(0, 2))
    lines.add_column(no_wrap=True, min_width=12)
    lines.add_column(overflow="fold")
    lines.add_row(
        "Leakage", Text.assemble((_percent(side.leakage.best), "bold"), f" ({_span(side.leakage)})")
    )
    if side is not first:
        worse = counted(side.worse, "battle", "battles")
        same = len(side.leakage_by_run) - side.worse - side.better
        lines.add_row(
            "Difference",
            Text.assemble(
                (points(side.difference), "bold"),
                f"; more got through in {worse}, fewer in {side.better}, as many in {same}",
            ),
        )
    lines.add_row("Decision", _when(side.decision_s, "after launch"))
    if side.undecided:
        lines.add_row("", f"no order at all for {_percent(side.undecided)} of the missiles")
    if side.reasons:
        most = sorted(side.reasons.items(), key=lambda item: -item[1])[:2]
        lines.add_row("Got through", "; ".join(f"{why} {number:.1f}" for why, number in most) + " a battle")
    return lines


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def _span(interval: Interval) -> str:
    return f"{100 * interval.level:.0f} % interval {100 * interval.low:.1f} to {_percent(interval.high)}"


def points(difference: Interval) -> str:
    """Write a paired difference in percentage points, with its interval.

    Parameters
    ----------
    difference : Interval

    Returns
    -------
    str
    """
    return f"{100 * difference.best:+.1f} ({100 * difference.low:+.1f} to {100 * difference.high:+.1f})"


def _when(interval: Interval, words: str) -> str:
    if math.isnan(interval.best):
        return "never"
    return f"{interval.best:.0f} s {words}, median; 90 % within {interval.low:.0f} to {interval.high:.0f} s"
