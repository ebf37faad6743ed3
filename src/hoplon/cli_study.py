"""The screen after a run: what an analyst wants first, in 80 columns, readable without colour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from hoplon.cli_output import counted
from hoplon.cli_warning import alert_table, plain_table, warning_table
from hoplon.report.words import how_examined

if TYPE_CHECKING:
    from hoplon.result.model import Interval, Study

#: Weak assumptions and groups of values shown on the screen; the report shows all.
SHOWN_ASSUMPTIONS = 6
SHOWN_SWINGS = 6

_MOMENT_NAMES = {
    "satellite_report": "satellite report",
    "first_detection": "first radar detection",
    "firm_track": "firm track",
    "alert_possible": "earliest possible alert",
    "alert": "public alert",
    "decision": "decision",
    "interceptor_launch": "interceptor launch",
    "intercept": "intercept",
    "impact": "impact",
}


def print_study(study: Study, console: Console) -> None:
    """Print the answer of a study.

    Parameters
    ----------
    study : Study
        Any study, also one in which nothing was to be engaged.
    console : Console
        Where to print.
    """
    console.print()
    console.print(Rule(Text(study.scenario, style="bold"), align="left", style="dim"))
    console.print(Text(study.title))
    battles = counted(study.runs, "battle", "battles")
    console.print(Text(f"as of {study.date}, {battles}, seed {study.seed}, {study.mode}", style="dim"))
    for part in (
        _answer(study),
        _section("What the parameter ranges leave open", _swings(study)),
        _section("What became of the missiles, mean number a battle", _outcomes(study)),
        _section("When, in seconds after the missile's launch", _moments(study)),
        *_warning_parts(study),
        _section("Beside the published timeline, seconds after launch", _timeline(study)),
        _section("What the answer rests on", _assumptions(study)),
        _section("What the scenario replaced or left out", _overrides(study.overrides)),
    ):
        if part is not None:
            console.print(part)


def _section(title: str, body: RenderableType | None) -> RenderableType | None:
    if body is None:
        return None
    return Group(Text(), Text(title, style="bold"), Padding(body, (0, 0, 0, 2)))


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def _points(difference: Interval) -> str:
    """Format a difference in percentage points, with its interval where it has one."""
    best = f"{100 * difference.best:+.1f}"
    if math.isnan(difference.low):
        return best if difference.runs == 0 else f"{best} (all battles alike)"
    return f"{best} ({100 * difference.low:+.1f} to {100 * difference.high:+.1f})"


def _level(interval: Interval) -> str:
    return f"{100 * interval.level:.0f} %"


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.4g}"


def _seconds(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.0f}"


def _answer(study: Study) -> RenderableType:
    lines = Table.grid(padding=(0, 2))
    lines.add_column(style="bold", no_wrap=True)
    lines.add_column(overflow="fold")
    leakage = study.leakage
    if leakage is None:
        lines.add_row("Leakage", "none to state: nothing was to be engaged in this scenario")
    else:
        lines.add_row(
            "Leakage",
            Text.assemble((_percent(leakage.best), "bold"), " of the missiles to be engaged get through"),
        )
        lines.add_row(
            "",
            f"{_level(leakage)} interval {_percent(leakage.low)} to {_percent(leakage.high)}"
            f", from {counted(leakage.runs, 'battle', 'battles')}",
        )
    if study.leakage_spread is not None:
        spread = study.leakage_spread
        share = f"{_level(spread)} of single battles lie within"
        lines.add_row("", f"{share} {_percent(spread.low)} to {_percent(spread.high)}")
    used = study.interceptors_used
    lines.add_row(
        "Interceptors",
        f"{used.best:.0f} used in the median battle; "
        f"{_level(used)} of battles: {used.low:.0f} to {used.high:.0f}",
    )
    wasted = [f"{count:.2g} at {what}" for what, count in study.waste.items() if count > 0.0]
    if wasted:
        lines.add_row("", f"wasted a battle, mean: {', '.join(wasted)}")
    for name, drawn in study.draws.items():
        words = name.replace("_", " ").replace("single shot", "single-shot")
        lines.add_row(
            "Drawn once",
            f"{words}: {drawn.best:.2f} ({_level(drawn)}: {drawn.low:.2f} to {drawn.high:.2f})",
        )
    return Group(Text(), lines)


def _swings(study: Study) -> RenderableType | None:
    every = study.all_at_once
    rows = [*([every] if every else []), *study.swings]
    if not rows:
        return None
    table = plain_table("leakage with these values", "against", "at best", "in favour", "difference")
    for swing in rows[:SHOWN_SWINGS]:
        wider = max(swing.low_difference, swing.high_difference, key=lambda d: abs(d.best))
        table.add_row(
            swing.name,
            _percent(swing.leakage_at_low),
            _percent(swing.leakage_at_best),
            _percent(swing.leakage_at_high),
            _points(wider),
        )
    more = (
        f"And {len(rows) - SHOWN_SWINGS} groups that matter less: see the report. "
        if len(rows) > SHOWN_SWINGS
        else ""
    )
    note = Text(
        f"{more}Each group moved alone, to the ends of its ranges against the defence and in its favour; "
        f"{how_examined(rows)}. The difference is that of the end that moves more, in percentage points.",
        style="dim",
    )
    return Group(table, note)


def _outcomes(study: Study) -> RenderableType | None:
    if not study.outcomes:
        return None
    kinds = sorted({kind for counts in study.outcomes.values() for kind in counts})
    table = plain_table("missile", *(kind.replace("_", " ") for kind in kinds))
    for missile, counts in study.outcomes.items():
        table.add_row(missile, *(f"{counts.get(kind, 0.0):.2f}" for kind in kinds))
    if not study.reasons:
        return table
    reasons = ", ".join(
        f"{why} {n:.2f}" for why, n in sorted(study.reasons.items(), key=lambda item: -item[1])
    )
    return Group(table, Text(f"Leaked because: {reasons}."))


def _moments(study: Study) -> RenderableType | None:
    names = [
        name for name in _MOMENT_NAMES if name in study.moments or study.moments_missing.get(name) == 1.0
    ]
    if not names:
        return None
    table = plain_table("moment", "5 %", "median", "95 %", "never came")
    for name in names:
        missing = _percent(study.moments_missing.get(name, 0.0))
        when = study.moments.get(name)
        cells = ("–", "–", "–") if when is None else tuple(map(_seconds, (when.low, when.best, when.high)))
        table.add_row(_MOMENT_NAMES[name], *cells, missing)
    return table


def _warning(warning_s: Mapping[str, Interval]) -> RenderableType | None:
    if not warning_s:
        return None
    table = plain_table("aim point", "5 %", "median", "95 %")
    for name, interval in warning_s.items():
        table.add_row(name, *(f"{_seconds(v)} s" for v in (interval.low, interval.best, interval.high)))
    return table


def _warning_parts(study: Study) -> tuple[RenderableType | None, ...]:
    if study.warning is None:
        return (_section("Warning before impact, by aim point", _warning(study.warning_s)),)
    return (
        _section("Warning of the public", warning_table(study.warning)),
        _section("The published alert beside the earliest possible one", alert_table(study.alerts)),
    )


def _timeline(study: Study) -> RenderableType | None:
    if not study.timeline:
        return None
    table = plain_table("what", "published", "computed")
    for row in study.timeline:
        published = f"{_seconds(row.published_low_s)}–{_seconds(row.published_high_s)}"
        if row.published_low_s == row.published_high_s:
            published = _seconds(row.published_best_s)
        table.add_row(row.what, published, _seconds(row.computed_s))
    return table


def _assumptions(study: Study) -> RenderableType | None:
    weak = [a for a in study.assumptions if a.mark in ("assumed", "weak")]
    if not study.assumptions:
        return None
    assumed = sum(a.mark == "assumed" for a in weak)
    head = Text(
        f"{len(study.assumptions)} values; {assumed} are assumed (nobody has published them), "
        f"{len(weak) - assumed} have only a weak source. The first:"
    )
    table = plain_table("value", "best", "range", "unit", "mark")
    for a in weak[:SHOWN_ASSUMPTIONS]:
        table.add_row(a.path, _number(a.best), f"{_number(a.low)} to {_number(a.high)}", a.unit, str(a.mark))
    left = len(weak) - SHOWN_ASSUMPTIONS
    more = [Text(f"and {left} more: see the report or `hoplon show`.", style="dim")] if left > 0 else []
    return Group(head, table, *more)


def _overrides(overrides: tuple[str, ...]) -> RenderableType | None:
    return Group(*(Text(f"! {sentence}", style="yellow") for sentence in overrides)) if overrides else None
