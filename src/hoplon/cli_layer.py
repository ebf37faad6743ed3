"""The screen of `hoplon layer`: what a doctrine is expected to achieve, and what plays with draws gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_layer(facts: Mapping[str, Any], console: Console) -> None:
    """Print a layer.

    Parameters
    ----------
    facts : mapping
        What `hoplon.front_layer.layer_facts` returns.
    console : Console
    """
    name, *told = facts["doctrine"].items()
    how = ", ".join(f"{option} {value}" for option, value in told)
    console.print(
        Text.assemble(
            (f"\n{facts['threats']} threats, {facts['interceptors']} interceptors", "bold"),
            f", {name[1]}{f' ({how})' if how else ''}, "
            f"kill probability {facts['kill_probability_mean']:.3g} on average\n",
        )
    )
    sampled = facts.get("sampled")
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim")
    table.add_column("")
    table.add_column("expected", justify="right")
    if sampled:
        table.add_column(f"{sampled['runs']:,} plays", justify="right")
        table.add_column(f"{100 * sampled['level']:g} % interval", justify="right")
    rows = (
        ("no threat gets through", "no_leaker_probability", 4),
        ("share that gets through", "leakage_share", 4),
        ("interceptors used", "interceptors_used", 2),
        ("of them at what was dead", "interceptors_wasted", 2),
    )
    for words, key, digits in rows:
        cells = [f"{facts['expected'][key]:.{digits}f}"]
        if sampled:
            found = sampled[key]
            best, *ends = found if isinstance(found, list) else [found]
            cells += [f"{best:.{digits}f}", " to ".join(f"{end:.{digits}f}" for end in ends)]
        table.add_row(words, *cells)
    console.print(table)
