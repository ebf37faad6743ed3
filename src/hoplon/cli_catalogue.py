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
    console.print(Text("\nSources", style="bold"))
    for source, number in sources.items():
        console.print(_numbered(number, source))


def _numbered(number: int, text: str) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", min_width=4, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(f"[{number}]", style="dim"), Text(text))
    return grid
