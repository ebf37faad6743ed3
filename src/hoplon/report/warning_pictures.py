"""Pictures of the warning of the public: by place, by people, and beside the published alerts."""

from __future__ import annotations

import math

from markupsafe import Markup

from hoplon.report.panel import Panel
from hoplon.report.svg import Drawing, clock, percent_ticks, shortened, ticks, time_ticks
from hoplon.report.words import percent, place_name
from hoplon.result.warning import AlertComparison, WarningSummary

WIDTH = 1080.0
#: Places in the picture; the table beside it has all.
MOST_PLACES = 16


def draw_places(warning: WarningSummary | None) -> Markup | None:
    """Draw the minutes of warning of each place attacked: median, 5 % to 95 %, and the most possible.

    Parameters
    ----------
    warning : WarningSummary or None

    Returns
    -------
    Markup or None
        None where no place was attacked.
    """
    shown = [c for c in warning.cities if c.attacked_share > 0.0] if warning is not None else []
    if not shown:
        return None
    shown = shown[:MOST_PLACES]
    left, right, row, top = 230.0, 130.0, 27.0, 10.0
    height = top + row * len(shown) + 42
    last = max(1.0, *(v / 60.0 for c in shown for v in (c.warning_high_s, c.possible_s)))
    drawing = Drawing(WIDTH, height, "Minutes from the alert to the first missile, by place")

    def x(t_s: float) -> float:
        return left + t_s / 60.0 / last * (WIDTH - left - right)

    for minutes in ticks(0.0, last, 10):
        drawing.line(x(60 * minutes), top, x(60 * minutes), height - 40, "grid")
        drawing.text(x(60 * minutes), height - 24, f"{minutes:g}", "t small muted", "middle")
    for i, city in enumerate(shown):
        y = top + row * (i + 0.5)
        drawing.text(left - 12, y + 4, shortened(city.title, 34), "t", "end")
        words = f"{city.title}: median {city.warning_s / 60:.1f} min"
        wide = max(x(city.warning_high_s) - x(city.warning_low_s), 2.0)
        drawing.rect(x(city.warning_low_s), y - 5, wide, 10, "warned-span", words)
        drawing.circle(
            x(city.possible_s), y, 4.5, "warned-possible", f"no delay: {city.possible_s / 60:.1f} min"
        )
        drawing.circle(x(city.warning_s), y, 5.0, "warned-median", words)
        people = "" if math.isnan(city.people) else f"{city.people / 1e6:.2f} M people"
        drawing.text(WIDTH - right + 16, y + 4, people, "t small muted")
    drawing.text(
        WIDTH - right, height - 6, "minutes from the alert to the first missile", "t small muted", "end"
    )
    return drawing.done()


def draw_people(warning: WarningSummary | None) -> Markup | None:
    """Draw what share of the people under attack had at least so many minutes.

    Parameters
    ----------
    warning : WarningSummary or None

    Returns
    -------
    Markup or None
        None where no city of known population was attacked.
    """
    if warning is None or not warning.people:
        return None
    height = 300.0
    drawing = Drawing(
        WIDTH, height, "Share of the people under attack with at least so many minutes of warning"
    )
    minutes = [0.0, *(p.minutes for p in warning.people)]
    panel = Panel(drawing, (56.0, 34.0, WIDTH - 80.0, height - 88.0), (0.0, minutes[-1]), (0.0, 1.0))
    panel.frame(
        ticks(0.0, minutes[-1], 12),
        percent_ticks(),
        "people under attack who had at least so much warning",
        "minutes from the alert to the first missile on its way to their city",
        y_text=lambda share: percent(share, 0),
    )
    panel.curve(minutes, [1.0, *(p.possible_share for p in warning.people)], "people-possible")
    panel.curve(minutes, [1.0, *(p.share for p in warning.people)], "people")
    if not math.isnan(warning.median_minutes):
        at = panel.place(warning.median_minutes, 0.5)[0]
        drawing.circle(float(at[0]), float(at[1]), 4.5, "warned-median")
        words = f"half of them: {warning.median_minutes:.1f} min or more"
        drawing.text(float(at[0]) - 10, float(at[1]) + 18, words, "t small halo", "end")
    return drawing.done()


def draw_alert(alert: AlertComparison) -> Markup:
    """Draw from the launch to the arrival what was computed, and the published minute beside it.

    Parameters
    ----------
    alert : AlertComparison

    Returns
    -------
    Markup
    """
    left, right, top, high = 30.0, 40.0, 40.0, 190.0
    marks = [
        (0.0, "launch", "start-mark"),
        (alert.reported_s, "launch reported", "moment satellite_report"),
        (alert.tracked_s, "firm track", "moment firm_track"),
        (alert.possible_s, "earliest possible alert", "moment alert_possible"),
        (alert.with_delay_s, "alert with the stated delays", "moment alert"),
        (alert.arrival_s, f"reaches {place_name(alert.arrival)}", "moment impact"),
    ]
    marks = [mark for mark in marks if not math.isnan(mark[0])]
    last = max([60.0, alert.published_high_s, *(m[0] for m in marks)]) * 1.02
    drawing = Drawing(WIDTH, high, f"{alert.what}: computed moments and the published alert")

    def x(t_s: float) -> float:
        return left + t_s / last * (WIDTH - left - right)

    for t in time_ticks(0.0, last, 12):
        drawing.line(x(t), top - 12, x(t), high - 26, "grid")
        drawing.text(x(t), high - 10, clock(t), "t small muted", "middle")
    line = top + 62.0
    drawing.rect(
        x(alert.published_low_s), top, x(alert.published_high_s) - x(alert.published_low_s), 20, "published"
    )
    drawing.line(x(alert.published_best_s), top, x(alert.published_best_s), top + 20, "published-best")
    drawing.text(
        x(alert.published_high_s) + 8, top + 14, f"published: {shortened(alert.what, 60)}", "t small"
    )
    drawing.line(x(0.0), line, x(last), line, "axis")
    if alert.possible_s < alert.published_best_s:
        drawing.line(x(alert.possible_s), line, x(alert.published_best_s), line, "decision-delay")
    for i, (t_s, words, cls) in enumerate(marks):
        low = line + 16.0 + 15.0 * (i % 3)
        drawing.line(x(t_s), line, x(t_s), low - 3, "leader")
        drawing.circle(x(t_s), line, 5.0, cls, f"{words}: {clock(t_s)}")
        anchor = "end" if x(t_s) > WIDTH - 220 else "start"
        drawing.text(x(t_s) + (4 if anchor == "start" else -4), low + 4, words, "t small halo", anchor)
    return drawing.done()
