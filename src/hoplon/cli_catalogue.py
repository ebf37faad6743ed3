"""Screens of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hoplon.scenario.describe import KINDS, names

if TYPE_CHECKING:
    from hoplon.scenario.describe import Description

_MARK_STYLE = {"assumed": "bold yellow", "weak": "yellow", "checked": "green"}


def listing(kind: str | None) -> dict[str, dict[str, str]]:
    """Gather the names and titles of one kind, or of all.

    Parameters
    ----------
    kind : str or None

    Returns
    -------
    dict
        By kind, then by name.
    """
    return {each: names(each) for each in ([kind] if kind is not None else KINDS)}


def print_listing(found: Mapping[str, Mapping[str, str]], console: Console) -> None:
    """Print names with their titles.

    Parameters
    ----------
    found : mapping
        What `listing` returns.
    console : Console
    """
    widest = max((len(name) for entries in found.values() for name in entries), default=0)
    for kind, entries in found.items():
        console.print(Text(f"\n{kind}", style="bold"))
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True, min_width=widest)
        table.add_column(overflow="fold")
        for name, title in entries.items():
            table.add_row(Text(f"  {name}"), Text(title, style="dim" if "(listed, " in title else ""))
        console.print(table)


def description_facts(entry: Description) -> dict[str, Any]:
    """Turn an entry into one JSON object.

    Parameters
    ----------
    entry : Description

    Returns
    -------
    dict
        Each value stands under its key, which carries the unit.
    """
    return {
        "name": entry.name,
        "kind": entry.kind,
        "title": entry.title,
        "notes": entry.notes,
        "values": {
            row.key: {
                "best": row.best,
                "low": row.low,
                "high": row.high,
                "unit": row.unit,
                "mark": row.mark,
                "source": row.source,
            }
            for row in entry.rows
        },
        **({"published_beside_computed": _reach_facts(entry)} if entry.reach else {}),
    }


def _reach_facts(entry: Description) -> dict[str, Any]:
    return {
        row.key: {
            "published": {"best": row.claimed.best, "low": row.claimed.low, "high": row.claimed.high},
            "computed": {"best": row.best_km, "low": row.low_km, "high": row.high_km},
            "verdict": row.verdict,
        }
        for row in entry.reach
    }


def print_entry(entry: Description, console: Console) -> None:
    """Print every value of an entry with its range, mark and source.

    Parameters
    ----------
    entry : Description
    console : Console
    """
    console.print(
        Text.assemble((f"\n{entry.name}", "bold"), f"  {entry.title}  ", (f"({entry.kind})", "dim"))
    )
    for note in entry.notes:
        console.print(Padding(Text(note), (0, 0, 0, 2)))
    if not entry.rows:
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim")
    table.add_column("value", overflow="fold")
    table.add_column("best", justify="right", no_wrap=True)
    table.add_column("range", justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("mark", no_wrap=True)
    sources: dict[str, int] = {}
    for row in entry.rows:
        number = sources.setdefault(row.source, len(sources) + 1)
        mark = Text(row.mark, style=_MARK_STYLE.get(row.mark, "")) + Text(f" [{number}]", style="dim")
        span = "" if row.low == row.high else f"{row.low:.6g} to {row.high:.6g}"
        table.add_row(Text(row.key), f"{row.best:.6g}", span, Text(row.unit), mark)
    console.print()
    console.print(table)
    _print_reach(entry, console)
    console.print(Text("\nSources", style="bold"))
    for source, number in sources.items():
        console.print(_numbered(number, source))


def _print_reach(entry: Description, console: Console) -> None:
    if not entry.reach:
        return
    console.print(Text("\nPublished beside computed", style="bold"))
    console.print(
        Padding(
            Text(
                "Computed from burnout speed and boost time alone, over their ranges: slow and long to fast "
                "and short. In battles the published values are limits.",
                style="dim",
            ),
            (0, 0, 0, 2),
        )
    )
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim")
    for title in ("", "published, km", "range", "computed, km", "range", ""):
        table.add_column(title, justify="right" if title else "left", overflow="fold")
    for row in entry.reach:
        claimed = row.claimed
        table.add_row(
            row.what,
            f"{claimed.best:.4g}",
            f"{claimed.low:.4g} to {claimed.high:.4g}",
            f"{row.best_km:.0f}",
            f"{row.low_km:.0f} to {row.high_km:.0f}",
            Text(row.verdict, style="" if row.verdict == "reached" else "yellow"),
        )
    console.print(table)


def _numbered(number: int, text: str) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", min_width=4, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(f"[{number}]", style="dim"), Text(text))
    return grid
