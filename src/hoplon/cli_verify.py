"""The screen of `hoplon verify`: each published number beside ours."""

from __future__ import annotations

import math
from itertools import groupby
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hoplon.verification import Line, Verification

_STYLE = {"ok": "green", "MISS": "bold red", "CRASH": "bold red"}


def verification_facts(result: Verification) -> dict[str, Any]:
    """Turn a verification into one JSON object.

    Parameters
    ----------
    result : Verification

    Returns
    -------
    dict
        Each line has its unit beside its numbers.
    """
    return {
        "passed": result.passed,
        "full": result.full,
        "elapsed_s": round(result.elapsed_s, 3),
        "lines": [
            {
                "check": line.check,
                "source": line.source,
                "quantity": line.quantity,
                "unit": line.unit,
                "published": line.published,
                "computed": line.computed,
                "tolerance": line.tolerance,
                "verdict": line.verdict,
                "note": line.note,
                "crash": line.crash,
            }
            for line in result.lines
        ],
    }


def print_verification(result: Verification, console: Console) -> None:
    """Print every line, check by check, and the sum.

    Parameters
    ----------
    result : Verification
    console : Console
    """
    for check, group in groupby(result.lines, key=lambda line: line.check):
        lines = list(group)
        console.print(Text(f"\n{check}", style="bold"))
        for source, rows in groupby(lines, key=lambda line: line.source):
            console.print(Text(f"  {source}", style="dim"))
            console.print(_table(list(rows)))
    failed = [line for line in result.lines if not line.passed]
    number = len(result.lines)
    if result.passed:
        console.print(
            f"\n[green]All {number} numbers agree with their sources[/green] ({result.elapsed_s:.1f} s)."
        )
        return
    console.print(
        f"\n[bold red]{len(failed)} of {number} numbers fail[/bold red] ({result.elapsed_s:.1f} s):"
    )
    for line in failed:
        console.print(Text(f"  {line.verdict}  {line.check}: {line.quantity}  {line.crash}"))


def _table(lines: list[Line]) -> Padding:
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim", expand=True
    )
    table.add_column("quantity", overflow="fold", ratio=1)
    for name in ("published", "computed", "tolerance"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("", no_wrap=True)
    for line in lines:
        places = _places(line)
        table.add_row(
            Text(line.quantity),
            _fixed(line.published, places),
            _fixed(line.computed, places),
            f"{line.tolerance:.4g}",
            Text(line.unit),
            Text(line.verdict, style=_STYLE[line.verdict]),
        )
        if line.note:
            table.add_row(Text(f"({line.note})", style="dim"))
    return Padding(table, (0, 0, 0, 2))


def _places(line: Line) -> int:
    """Enough decimals to see a difference of a tenth of the tolerance."""
    if line.tolerance == 0.0:
        return 0  # a count
    if not math.isfinite(line.tolerance):
        return 6
    return min(9, max(0, 1 - math.floor(math.log10(line.tolerance))))


def _fixed(value: float, places: int) -> str:
    return "–" if math.isnan(value) else f"{value:.{places}f}"
