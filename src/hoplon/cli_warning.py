"""The part of the screen after a run that tells of the warning of the public."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from hoplon.result.warning import AlertComparison, WarningSummary

#: Cities on the screen; the report shows all.
SHOWN_CITIES = 8


def warning_table(warning: WarningSummary) -> RenderableType | None:
    """Set out who was warned how long before, and how many alerts were for nothing.

    Parameters
    ----------
    warning : WarningSummary

    Returns
    -------
    RenderableType or None
        None where nobody was alerted and nothing came.
    """
    if not warning.cities:
        return None
    table = plain_table("place", "people", "5 %", "median", "95 %", "no delay", "nothing fell")
    for city in sorted(warning.cities, key=lambda c: -c.attacked_share - c.passed_share)[:SHOWN_CITIES]:
        if city.attacked_share:
            times = tuple(map(_minutes, (city.warning_low_s, city.warning_s, city.warning_high_s)))
            best = _minutes(city.possible_s)
            title = city.title
        else:
            times, best = ("–", _minutes(city.passage_warning_s), "–"), "–"
            title = f"{city.title}, passed over" if city.passed_share else city.title
        table.add_row(title, _people(city.people), *times, best, f"{100 * city.false_share:.0f} %")
    lines = [
        "Minutes from the alert to the first missile on its way there, shot down or not, or to its passage; "
        "'no delay': had decision and message taken no time; 'nothing fell': share of battles in which it "
        "was alerted and nothing fell there.",
        f"A battle has {warning.alerts:.1f} places alerted: nothing fell on {warning.false_alerts:.1f} "
        f"(missile shot down {warning.shot_down:.1f}, passed over {warning.passed_over:.1f}, nothing on its "
        f"way {warning.nothing_came:.1f}); hit without an alert {warning.missed_alerts:.2f}, before it "
        f"{warning.late_alerts:.2f}.",
    ]
    if not math.isnan(warning.median_minutes):
        lines.append(
            f"Of the people under attack half had {warning.median_minutes:.1f} minutes or more, nine in ten "
            f"{warning.tenth_minutes:.1f}."
        )
    return Group(table, *(Text(line, style="dim") for line in lines))


def alert_table(alerts: Sequence[AlertComparison]) -> RenderableType | None:
    """Set published alerts beside the earliest possible ones.

    Parameters
    ----------
    alerts : sequence of AlertComparison

    Returns
    -------
    RenderableType or None
        None where none was published.
    """
    if not alerts:
        return None
    parts: list[RenderableType] = []
    for alert in alerts:
        low, high = alert.difference_range_s
        table = plain_table("seconds after launch", "best", "range")
        table.add_row("computed: first report of the launch", _seconds(alert.reported_s), "")
        table.add_row("computed: firm track", _seconds(alert.tracked_s), "")
        table.add_row("computed: earliest possible alert, no delay", _seconds(alert.possible_s), "")
        table.add_row("computed: alert with the stated delays", _seconds(alert.with_delay_s), "")
        table.add_row(
            f"published: {alert.what}",
            _seconds(alert.published_best_s),
            f"{_seconds(alert.published_low_s)} to {_seconds(alert.published_high_s)}",
        )
        if alert.arrival:
            where = f"computed: reaches {alert.arrival.replace('_', ' ').capitalize()}"
            table.add_row(where, _seconds(alert.arrival_s), "")
        table.add_row(
            Text("published less earliest possible", style="bold"),
            _signed(alert.difference_s),
            f"{_signed(low)} to {_signed(high)}",
        )
        parts.append(table)
    parts.append(
        Text(
            "The last line is what decision and message took, if the chain is right. The stated delays were "
            "themselves derived from published alerts: that row tests nothing.",
            style="dim",
        )
    )
    return Group(*parts)


def plain_table(*columns: str, right_from: int = 1) -> Table:
    """Make a table in the manner of the screen after a run: words to the left, numbers to the right.

    Parameters
    ----------
    *columns : str
    right_from : int
        Number of the first column of numbers.

    Returns
    -------
    Table
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim", show_edge=False)
    for i, name in enumerate(columns):
        table.add_column(
            name,
            justify="right" if i >= right_from else "left",
            no_wrap=i >= right_from,
            overflow="ellipsis" if i >= right_from else "fold",
        )
    return table


def _people(people: float) -> str:
    return "–" if math.isnan(people) else f"{people / 1e6:.2f} M"


def _minutes(t_s: float) -> str:
    return "–" if math.isnan(t_s) else f"{t_s / 60:.1f}"


def _seconds(t_s: float) -> str:
    return "–" if math.isnan(t_s) else f"{t_s:.0f}"


def _signed(t_s: float) -> str:
    return "–" if math.isnan(t_s) else f"{t_s:+.0f}"
