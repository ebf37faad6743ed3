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

_STYLE = {"ok": "green", "explained": "yellow", "MISS": "bold red", "CRASH": "bold red"}


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
                "low": line.low,
                "high": line.high,
                "verdict": line.verdict,
                "note": line.note,
                "explained": line.explained if line.verdict == "explained" else "",
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
            table, notes = _table(list(rows))
            console.print(table)
            for number, note in enumerate(notes, start=1):
                console.print(Padding(Text(f"[{number}] {note}", style="dim"), (0, 0, 0, 2)))
    failed = [line for line in result.lines if line.failed]
    number, apart = len(result.lines), len(result.explained)
    reasons = f"; {apart} differ or cannot be compared, each with its reason" if apart else ""
    if result.passed:
        console.print(
            f"\n[green]All {number - apart} numbers agree with their sources[/green]{reasons} "
            f"({result.elapsed_s:.1f} s)."
        )
        return
    console.print(
        f"\n[bold red]{len(failed)} of {number} numbers fail[/bold red]{reasons} ({result.elapsed_s:.1f} s):"
    )
    for line in failed:
        console.print(Text(f"  {line.verdict}  {line.check}: {line.quantity}  {line.crash}"))


def _table(lines: list[Line]) -> tuple[Padding, list[str]]:
    """Return the rows of one source, and the notes that they refer to by number."""
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim", expand=True
    )
    table.add_column("quantity", overflow="fold", ratio=1)
    for name in ("published", "computed", "tolerance"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("", no_wrap=True)
    notes: list[str] = []
    for line in lines:
        places = _places(line)
        remarks = (line.note, line.explained if line.verdict == "explained" else "")
        note = "; ".join(remark for remark in remarks if remark)
        quantity = Text(line.quantity)
        if note:
            if note not in notes:
                notes.append(note)
            quantity.append(f" [{notes.index(note) + 1}]", style="dim")
        table.add_row(
            quantity,
            _fixed(line.published, places),
            _fixed(line.computed, places),
            _allowed(line, places),
            Text(line.unit),
            Text(line.verdict, style=_STYLE[line.verdict]),
        )
    return Padding(table, (0, 0, 0, 2)), notes


def _places(line: Line) -> int:
    """Enough decimals to see a difference of a tenth of the tolerance."""
    tolerance = line.tolerance
    if line.low is not None and line.high is not None:
        tolerance = 0.5 * (line.high - line.low)
    if tolerance == 0.0:
        return 0  # a count
    if not math.isfinite(tolerance):
        return 6
    return min(9, max(0, 1 - math.floor(math.log10(tolerance))))


def _allowed(line: Line, places: int) -> str:
    if line.low is not None and line.high is not None:
        return f"{line.low:.{places}f} to {line.high:.{places}f}"
    return "–" if math.isnan(line.tolerance) else f"{line.tolerance:.4g}"


def _fixed(value: float, places: int) -> str:
    return "–" if math.isnan(value) else f"{value:.{places}f}"
