"""The screen of `hoplon map`: the answer, the places, why it fails where it fails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from hoplon.cli_output import print_report_line
from hoplon.report.map_words import (
    KIND_WORDS,
    area_rows,
    level_of,
    map_answer,
    place_rows,
    reading_words,
    reason_rows,
)
from hoplon.report.words import counted, named, percent

if TYPE_CHECKING:
    from hoplon.result.coverage_map import CoverageMap

#: Layers in the table of places: more do not fit into 80 columns.
_COLUMNS = 3


def print_map(coverage_map: CoverageMap, folder: Path, console: Console) -> None:
    """Print a map.

    Parameters
    ----------
    coverage_map : CoverageMap
    folder : Path
        Where it was written.
    console : Console
    """
    console.print()
    heading = f"{coverage_map.scenario}: {KIND_WORDS.get(coverage_map.kind, coverage_map.kind)}"
    console.print(Rule(Text(heading, style="bold"), align="left", style="dim"))
    console.print(Text(coverage_map.question))
    asked = "; ".join(f"{key}: {words}" for key, words in _asked(coverage_map).items())
    rows, columns = coverage_map.layers[0].values.shape
    console.print(Text(f"as of {coverage_map.date}; {asked}; {rows} × {columns} cells", style="dim"))
    for change in coverage_map.overrides:
        console.print(Text(f"Changed: {change}", style="yellow"))
    console.print()
    head, rest = map_answer(coverage_map)
    console.print(Text.assemble((head, "bold"), " ", rest))
    for words in reading_words(coverage_map):
        console.print(Text(words, style="dim"))
    _places(coverage_map, console)
    _areas(coverage_map, console)
    _reasons(coverage_map, console)
    print_report_line(folder, console)
    console.print(
        f"        also map.svg, contours.geojson, grid.zarr, summary.json in {folder}", soft_wrap=True
    )


def _asked(coverage_map: CoverageMap) -> dict[str, str]:
    """Return what was asked; minutes of warning have no level of probability."""
    by_minutes = coverage_map.kind == "warning"
    return {k: words for k, words in coverage_map.settings.items() if not (by_minutes and k == "level")}


def _places(coverage_map: CoverageMap, console: Console) -> None:
    layers, rows = place_rows(coverage_map, _COLUMNS)
    # Cities for orientation stand in the report.
    rows = [row for row in rows if row["kind"] != "reference"]
    if not rows:
        return
    table = _table(console, "Place by place")
    table.add_column("place", no_wrap=True)
    for layer in layers:
        table.add_column(named(layer.name), justify="right", overflow="fold")
    table.add_column("first that fails", overflow="fold")
    for row in rows:
        table.add_row(row["name"], *row["values"], row["reason"])
    console.print(table)
    left = len(coverage_map.layers) - len(layers)
    if left > 0:
        console.print(Text(f"{counted(left, 'more layer', 'more layers')} in the report.", style="dim"))


def _areas(coverage_map: CoverageMap, console: Console) -> None:
    level = level_of(coverage_map)
    if coverage_map.layers[0].quantity != "probability":
        return
    table = _table(console, f"Ground with a probability of {percent(level, 0)} or more")
    table.add_column("layer", overflow="fold")
    table.add_column("ground", justify="right", no_wrap=True)
    table.add_column("of an area of", justify="right", no_wrap=True)
    rows = area_rows(coverage_map, (level,))
    for row in rows[:_MOST_ROWS]:
        table.add_row(row["name"], row["areas"][0], row["answered"])
    console.print(table)


_MOST_ROWS = 14


def _reasons(coverage_map: CoverageMap, console: Console) -> None:
    rows = reason_rows(coverage_map, coverage_map.layers[0])
    if not rows:
        return
    table = _table(console, "Where it fails: the first link of the chain")
    table.add_column("reason", overflow="fold")
    table.add_column("area", justify="right", no_wrap=True)
    table.add_column("of the map", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(row["words"], row["area"], row["share"])
    console.print(table)


def _table(console: Console, title: str) -> Table:
    console.print(Text(f"\n{title}", "bold"))
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim")
