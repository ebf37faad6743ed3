"""The screen of `hoplon assign`: what survives, the proof, and the rounds at each target."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hoplon.cli_output import INTERRUPTED, print_json
from hoplon.front_assign import assign_file, assignment_facts


def assign_command(
    file: str,
    gap_percent: float,
    time_limit_s: float,
    watched: AbstractContextManager[Callable[[int, int, str], None]],
    *,
    json: bool,
    console: Console,
) -> None:
    """Solve a file and print the assignment.

    Parameters
    ----------
    file : str
    gap_percent, time_limit_s : float
    watched : context manager
        Gives what is told of the progress.
    json : bool
        Print JSON.
    console : Console
    """
    try:
        with watched as progress:
            found = assign_file(file, gap_percent=gap_percent, time_limit_s=time_limit_s, progress=progress)
    except KeyboardInterrupt:
        _leave_the_solver()
        raise
    facts = assignment_facts(*found)
    if json:
        print_json(facts)
    else:
        print_assignment(facts, console)


def _leave_the_solver() -> None:
    """End at once where the solver still searches: it cannot be stopped, and an orderly end would crash."""
    from hoplon.command.assignment_sets import SOLVER_THREAD

    if any(thread.name == SOLVER_THREAD for thread in threading.enumerate()):
        sys.stderr.write("Interrupted. Nothing was written.\n")
        sys.stderr.flush()
        os._exit(INTERRUPTED)


def print_assignment(facts: Mapping[str, Any], console: Console) -> None:
    """Print an assignment.

    Parameters
    ----------
    facts : mapping
        What `hoplon.front_assign.assignment_facts` returns.
    console : Console
    """
    kinds, each, targets = facts["weapon_kinds"], facts["rounds_per_kind"], facts["targets"]
    console.print(
        Text.assemble(
            (f"\n{kinds:,} kinds of weapon with {each:,} rounds each, {targets:,} targets", "bold"),
            f", worth {facts['value']:,.10g} together",
        )
    )
    gap = "none: no assignment is better" if facts["optimal"] else f"{facts['gap_percent']:.3g} %"
    grid = Table.grid(padding=(0, 2))
    for name, text in (
        ("surviving value", f"{facts['surviving_value']:,.10g}"),
        ("bound", f"{facts['bound']:,.10g}"),
        ("gap", gap),
        ("rounds used", f"{facts['rounds_used']:,} of {kinds * each:,}"),
    ):
        grid.add_row(Text(name, "dim"), Text(text))
    console.print(Padding(grid, (0, 0, 1, 2)))
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim")
    table.add_column("target", justify="right", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("surviving", justify="right", no_wrap=True)
    table.add_column("weapons (with × rounds, where several)", overflow="fold")
    for row in facts["assignment"]:
        weapons = ", ".join(
            f"{shot['weapon']}" + (f" × {shot['rounds']}" if shot["rounds"] > 1 else "")
            for shot in row["weapons"]
        )
        table.add_row(
            str(row["target"]),
            f"{row['value']:.6g}",
            f"{row['surviving_value']:.4g}",
            Text(weapons or "none", "" if weapons else "dim"),
        )
    console.print(table)
