"""The screen after `hoplon decide`: what decides in words, the widest bars, in 80 columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from hoplon.result.decides import BreakEven, Decides, Reading, Sensitivity

#: Bars on the screen; the report has them all.
_SHOWN = 10
#: Least reach on the screen.
_LEAST = 0.002


def print_decides(decides: Decides, console: Console) -> None:
    """Print what decides.

    Parameters
    ----------
    decides : Decides
    console : Console
    """
    console.print()
    console.print(Rule(Text(decides.scenario, style="bold"), align="left", style="dim"))
    console.print(Text(decides.title))
    console.print(Text(f"as of {decides.date}, expected values of battles without draws", style="dim"))
    for change in decides.overrides:
        console.print(Text(f"Changed: {change}", style="yellow"))
    console.print()
    for number, sentence in enumerate(decides.sentences):
        console.print(Text(sentence, style="bold" if not number else ""))
    if decides.bars:
        console.print()
        console.print(_bars(decides))
    if decides.groups:
        console.print(_groups(decides))
    if decides.sensitivity is not None:
        console.print(_indices(decides.sensitivity))
    if decides.break_even is not None:
        console.print(_tried(decides.break_even))
    for sentence in decides.left_out:
        console.print(Text(sentence, style="dim"))


def _bars(decides: Decides) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("moved by itself", overflow="fold")
    table.add_column("range", justify="right")
    table.add_column("at low end", justify="right")
    table.add_column("at high end", justify="right")
    table.add_column("mark")
    shown = [bar for bar in decides.bars[:_SHOWN] if bar.reach >= _LEAST]
    for bar in shown:
        table.add_row(
            bar.label,
            _range(bar.readings),
            _percent(bar.leakage_at_low),
            _percent(bar.leakage_at_high),
            ", ".join(sorted({r.mark for r in bar.readings})),
        )
    rest = decides.bars[len(shown) :]
    if rest:
        most = max((bar.reach for bar in rest if not math.isnan(bar.reach)), default=0.0)
        table.caption = f"and {len(rest)} more, by {100 * most:.1f} points or less each"
    return table


def _groups(decides: Decides) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("moved together", overflow="fold")
    table.add_column("against", justify="right")
    table.add_column("in favour", justify="right")
    for group in decides.groups:
        table.add_row(group.name, _percent(group.leakage_at_low), _percent(group.leakage_at_high))
    return table


def _indices(found: Sensitivity) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("share of the variance", overflow="fold")
    table.add_column("values", justify="right")
    table.add_column("alone (95 %)", justify="right")
    table.add_column("with all it acts with (95 %)", justify="right")
    for index in found.indices:
        cells = [
            f"{i.best:.2f} ({i.low:.2f} to {i.high:.2f})".replace("-", "−")
            for i in (index.first, index.total)
        ]
        table.add_row(index.name, str(index.values), *cells)
    table.caption = f"{found.rows} rows, {found.evaluations} expected battles, seed {found.seed}"
    return table


def _tried(found: BreakEven) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(
        f"{found.label}{f', {found.reading.unit}' if found.reading.unit else ''}", justify="right"
    )
    table.add_column("gets through", justify="right")
    table.add_column("")
    for value, leak in found.points:
        side = "" if math.isnan(leak) else "above" if leak > found.level else ""
        table.add_row(f"{value:.5g}", _percent(leak), side)
    return table


def _range(readings: tuple[Reading, ...]) -> str:
    found = [f"{r.low:.3g} – {r.high:.3g} {r.unit}".rstrip() for r in readings]
    return found[0] if len(set(found)) == 1 else "; ".join(found)


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"
