"""The screen after `hoplon study`: one line for each point, in 80 columns, readable without colour."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from hoplon.result.model import Interval
    from hoplon.result.sweep import Sweep, SweepAxis, SweepOutput
    from hoplon.sweep.plan import StudyPlan

#: Lines of the table on the screen; the folder has all.
SHOWN_POINTS = 40
#: Axes that still have room for their titles; of more, letters stand above the columns; most axes shown.
WORDED_AXES, MOST_AXES = 3, 6
#: Columns of outputs that fit on the screen.
SHOWN_OUTPUTS = {"expected": 3, "sampled": 2}


def plan_facts(plan: StudyPlan) -> dict[str, Any]:
    """Say what a study would compute, as one JSON object.

    Parameters
    ----------
    plan : StudyPlan

    Returns
    -------
    dict
    """
    return {
        "study": plan.name,
        "scenario": plan.scenario,
        "design": plan.design,
        "points": plan.count,
        "mode": plan.mode,
        "battles": plan.count * plan.runs if plan.mode == "sampled" else 0,
        "axes": {axis.name: list(axis.paths) for axis in plan.axes},
        "outputs": list(plan.outputs),
    }


def print_plan(plan: StudyPlan, console: Console) -> None:
    """Print what a study would compute.

    Parameters
    ----------
    plan : StudyPlan
    console : Console
    """
    from rich.text import Text

    console.print(Text.assemble(("ok ", "green"), f"{plan.name}: {_size(plan)}"))
    for axis in plan.axes:
        if axis.continuous:
            spread = axis.spreads[0]
            kind = "as the catalogue has it" if spread.kind == "own" else spread.kind.replace("_", "-")
            told = f"{_value(spread.at(0.0))} to {_value(spread.at(1.0))}{_unit(axis.unit)}, {kind}"
            console.print(Text(f"  {axis.title}: {told}"))
            continue
        shown = [_value(c) for c in axis.coordinates[:8]]
        told = "; ".join(shown) + (f"; … ({len(axis.coordinates)})" if len(axis.coordinates) > 8 else "")
        console.print(Text(f"  {axis.title}: {told}{_unit(axis.unit)}"))


def _size(plan: StudyPlan) -> str:
    points = f"{plan.count:,} point{'s' if plan.count != 1 else ''} of {plan.scenario} ({plan.design})"
    if plan.mode == "expected":
        return f"{points}, expected mode"
    most = "at most " if plan.half_width is not None else ""
    return f"{points}, {most}{plan.runs:,} battles each, {plan.count * plan.runs:,} in all"


def print_sweep(sweep: Sweep, console: Console) -> None:
    """Print the answer of a study.

    Parameters
    ----------
    sweep : Sweep
    console : Console
    """
    from rich.rule import Rule
    from rich.text import Text

    from hoplon.report.sweep_words import sweep_answer

    console.print()
    console.print(Rule(Text(sweep.name, style="bold"), align="left", style="dim"))
    console.print(Text(sweep.title))
    console.print(Text(sweep.question, style="dim"))
    drawn = (
        f"{sweep.battles:,} battles, the same seeds at every point (seed {sweep.seed})"
        if sweep.mode == "sampled"
        else "expected mode, nothing drawn"
    )
    console.print(
        Text(f"{sweep.scenario}, {len(sweep.points)} points ({sweep.design}), {drawn}", style="dim")
    )
    console.print()
    head, rest = sweep_answer(sweep)
    console.print(Text.assemble((head, "bold"), f" {rest}" if rest else ""))
    console.print()
    columns, fixed = _columns(sweep)
    if fixed:
        console.print(Text(f"Everywhere: {fixed}", style="dim"))
    if len(columns) > WORDED_AXES:
        for number, axis in enumerate(columns[:MOST_AXES]):
            console.print(Text(f"{_letter(number)}  {_axis_head(axis)}", style="dim"))
        console.print()
    console.print(_table(sweep, columns[:MOST_AXES]))
    for line in _notes(sweep):
        console.print(Text(line, style="dim"))


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else f"A{number - 25}"


def _axis_head(axis: SweepAxis) -> str:
    return axis.title + (f", {axis.unit}" if axis.unit else "")


def _columns(sweep: Sweep) -> tuple[list[SweepAxis], str]:
    """Return the axes that differ from point to point, and what is the same everywhere in words."""
    differing, same = [], []
    for axis in sweep.axes:
        if len({point.coordinates[axis.name] for point in sweep.points}) > 1 or len(sweep.axes) == 1:
            differing.append(axis)
        else:
            same.append(f"{axis.title} {_value(sweep.points[0].coordinates[axis.name])}{_unit(axis.unit)}")
    return differing, "; ".join(same)


def _table(sweep: Sweep, axes: Sequence[SweepAxis]) -> RenderableType:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim")
    for number, axis in enumerate(axes):
        head = _letter(number) if len(axes) > WORDED_AXES else _axis_head(axis)
        justify: Literal["right", "left"] = "right" if axis.numeric else "left"
        table.add_column(head, justify=justify, overflow="fold")
    shown = _shown_outputs(sweep, axes)
    for output in shown:
        head = output.title + (f", {output.unit}" if _own(output) else "")
        table.add_column(textwrap.fill(head, 16), justify="right", no_wrap=True)
    footnotes = _footnotes(sweep)
    if footnotes:
        table.add_column("", no_wrap=True)
    for point in sweep.points[:SHOWN_POINTS]:
        digits = 4 if len(axes) <= WORDED_AXES else 3
        cells = [_value(point.coordinates[axis.name], digits) for axis in axes]
        for output in shown:
            found = point.values.get(output.name)
            cells.append("–" if found is None else _cell(found, output))
        table.add_row(*cells, *([footnotes.get(point.reason, "")] if footnotes else []))
    return table


def _shown_outputs(sweep: Sweep, axes: Sequence[SweepAxis]) -> Sequence[SweepOutput]:
    """Return the outputs that the screen has room for beside so many axes, one at least."""
    return sweep.outputs[: max(1, SHOWN_OUTPUTS[sweep.mode] - max(0, len(axes) - WORDED_AXES) // 2)]


def _footnotes(sweep: Sweep) -> dict[str, str]:
    """Give numbers to the reasons of points without a result, or without leakage."""
    reasons = dict.fromkeys(point.reason for point in sweep.points[:SHOWN_POINTS] if point.reason)
    return {reason: f"[{number}]" for number, reason in enumerate(reasons, 1)}


def _notes(sweep: Sweep) -> list[str]:
    notes = [f"{number} {reason}" for reason, number in _footnotes(sweep).items()]
    if sweep.mode == "sampled":
        notes.append("In brackets: the 95 % interval of the mean over battles.")
    left = len(sweep.points) - SHOWN_POINTS
    if left > 0:
        notes.append(f"and {left:,} points more: see points.csv in the folder.")
    axes = _columns(sweep)[0]
    if len(axes) > MOST_AXES:
        notes.append(f"{len(axes) - MOST_AXES} axes have no room here: see points.csv in the folder.")
    if hidden := sweep.outputs[len(_shown_outputs(sweep, axes[:MOST_AXES])) :]:
        more = ", ".join(output.name for output in hidden)
        notes.append(f"Also computed, in the folder: {more}.")
    if sweep.stopped:
        notes.append(f"Stopped {sweep.stopped}.")
    failed = len(sweep.failed)
    if failed:
        notes.append(f"{failed} point{'s have' if failed > 1 else ' has'} no result, for the reason stated.")
    return notes + [f"! {note}" for note in sweep.notes]


def _own(output: SweepOutput) -> bool:
    return bool(output.unit) and output.unit != "share"


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""


def _value(value: object, digits: int = 4) -> str:
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)


def _number(value: float, output: SweepOutput) -> str:
    if math.isnan(value):
        return "–"
    if output.unit == "share":
        return f"{100 * value:.1f} %"
    return f"{value:.0f}" if output.unit == "s" else f"{value:.1f}" if abs(value) >= 1 else f"{value:.3g}"


def _cell(interval: Interval, output: SweepOutput) -> str:
    """Write a value with its interval: ``46.3 (41.2–51.4) %``."""
    best = _number(interval.best, output)
    if math.isnan(interval.low):
        return best
    low, high = (_number(end, output).removesuffix(" %") for end in (interval.low, interval.high))
    if best.endswith(" %"):
        return f"{best.removesuffix(' %')} ({low}–{high}) %"
    return f"{best} ({low}–{high})"
