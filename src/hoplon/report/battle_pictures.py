"""Pictures of how battles went in time: who was where in the chain, and how well the tracks fitted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from markupsafe import Markup

from hoplon.report.choose import banded, track_errors
from hoplon.report.svg import Drawing, clock, path_data, shortened, time_ticks
from hoplon.report.words import MOMENT_WORDS, OUTCOME_WORDS, duration, named
from hoplon.result.model import Record, Study, ThreatOutcome

WIDTH = 1080.0

#: Moments on the time line: mark, size, lane: above what sensors do, below what people and interceptors do.
TIMELINE_MARKS = {
    "satellite_report": ("diamond", 5.5, -1),
    "first_detection": ("circle", 4.5, -1),
    "firm_track": ("square", 5.0, -1),
    "alert": ("triangle", 5.5, 1),
    "decision": ("diamond", 5.5, 1),
    "interceptor_launch": ("triangle", 5.5, 1),
    "intercept": ("star", 7.0, 1),
    "impact": ("triangle-down", 6.0, -1),
}


def draw_timeline(study: Study, battle: Record) -> Markup:
    """Draw each threat of a battle from its launch to its end, with the moments between.

    Parameters
    ----------
    study : Study
    battle : Record

    Returns
    -------
    Markup
    """
    row, left, right, top = (34.0 if len(battle.outcomes) <= 24 else 26.0), 150.0, 212.0, 26.0
    outcomes = sorted(battle.outcomes, key=lambda o: (o.moments_s.get("launch", 0.0), o.threat))
    planned = {path.threat: path.t_s[-1] for path in study.paths if path.t_s}
    every = [t for o in outcomes for t in o.moments_s.values()] + [
        planned.get(o.threat, 0.0) for o in outcomes
    ]
    start, stop = min([0.0, *every]), max([60.0, *every])
    height = top + row * len(outcomes) + 8
    drawing = Drawing(WIDTH, height, "Time line of one battle, threat by threat")

    def x(t_s: float) -> float:
        return left + (t_s - start) / (stop - start) * (WIDTH - left - right)

    for t in time_ticks(start, stop, 10):
        drawing.line(x(t), top - 6, x(t), height - 8, "grid")
        drawing.text(x(t), top - 11, clock(t), "t small muted", "middle")
    for i, outcome in enumerate(outcomes):
        middle = top + row * (i + 0.5)
        _timeline_row(drawing, outcome, middle, row, x, planned.get(outcome.threat, math.nan))
        drawing.text(left - 10, middle + 4, shortened(named(outcome.threat), 22), "t", "end")
        words = OUTCOME_WORDS.get(outcome.outcome, outcome.outcome)
        if outcome.outcome == "leaked" and outcome.reason:
            words += f": {outcome.reason}"
        drawing.text(WIDTH - right + 14, middle + 4, shortened(words, 28), f"t {outcome.outcome}")
    return drawing.done()


def _timeline_row(
    drawing: Drawing,
    outcome: ThreatOutcome,
    middle: float,
    row: float,
    x: Callable[[float], float],
    planned_s: float,
) -> None:
    moments = outcome.moments_s
    launch = moments.get("launch", 0.0)
    killed = outcome.outcome == "killed" and "intercept" in moments
    end = moments["intercept"] if killed else moments.get("impact", planned_s)
    end = max([launch, *moments.values()]) if math.isnan(end) else end
    drawing.line(12, middle + row / 2, WIDTH - 12, middle + row / 2, "hair")
    seen, firm = moments.get("first_detection", end), moments.get("firm_track", end)
    lane = row * 0.2
    drawing.line(x(launch), middle - lane, x(min(seen, end)), middle - lane, "unseen")
    drawing.line(x(min(seen, end)), middle - lane, x(min(firm, end)), middle - lane, "glimpsed")
    drawing.line(x(min(firm, end)), middle - lane, x(end), middle - lane, f"tracked {outcome.outcome}")
    if killed and planned_s > end:
        drawing.line(x(end), middle - lane, x(planned_s), middle - lane, "spared")
    if "interceptor_launch" in moments and "intercept" in moments:
        drawing.line(
            x(moments["interceptor_launch"]), middle + lane, x(moments["intercept"]), middle + lane, "flyout"
        )
    drawing.line(
        x(launch), middle - lane - 5, x(launch), middle - lane + 5, "start", f"launch {clock(launch)}"
    )
    for moment, (mark, size, side) in TIMELINE_MARKS.items():
        if moment not in moments or (moment == "impact" and killed):
            continue
        t = moments[moment]
        name = "missed" if moment == "intercept" and not killed else moment
        words = f"{MOMENT_WORDS[moment]}: {clock(t)}, {duration(t - launch)} after launch"
        symbol = "cross" if name == "missed" else mark
        drawing.symbol(symbol, x(t), middle + side * lane, size * 0.85, f"moment {name}", words)


def draw_track_errors(
    study: Study, battle: Record | None, samples: dict[str, Any] | None = None
) -> Markup | None:
    """Draw the error of the tracks, and of their predicted impact points, against time after launch.

    Parameters
    ----------
    study : Study
    battle : Record, optional
        The battle whose tracks are drawn one by one.
    samples : dict, optional
        What `hoplon.report.choose.track_errors` gives for all records, where it is at hand.

    Returns
    -------
    Markup or None
        None where nothing was tracked.
    """
    samples = track_errors(study.records) if samples is None else samples
    if not len(samples["age_s"]):
        return None
    width, height, gap = WIDTH, 330.0, 70.0
    drawing = Drawing(width, height, "Error of position and of predicted impact against time after launch")
    panels = (
        ("position: distance from track to truth", "error_m", 1.0),
        ("predicted impact: distance from true impact", "impact_error_km", 1000.0),
    )
    each = (width - gap - 16) / 2
    shown = 1 if not np.isfinite(samples["impact_error_km"]).any() else 2
    for i, (title, key, factor) in enumerate(panels[:shown]):
        x0 = i * (each + gap) + 52
        _error_panel(
            drawing, samples, samples[key] * factor, (x0, 30.0, each - 52, height - 76), title, battle, i
        )
    return drawing.done()


def _error_panel(
    drawing: Drawing,
    samples: dict[str, np.ndarray],
    error_m: np.ndarray,
    box: tuple[float, float, float, float],
    title: str,
    battle: Record | None,
    index: int,
) -> None:
    x0, y0, wide, high = box
    age = samples["age_s"]
    middle, bands = banded(age, error_m)
    sigma_middle, sigma = banded(age, samples["sigma_m"]) if index == 0 else (np.empty(0), np.empty((0, 3)))
    shown = np.concatenate([bands.ravel(), sigma[:, 1]])
    shown = shown[shown > 0]
    if not len(shown):
        return
    low, high_power = math.floor(math.log10(shown.min())), math.ceil(math.log10(shown.max()))
    high_power = max(high_power, low + 1)
    first, last = 0.0, float(np.nanmax(age))

    def to_picture(t: np.ndarray, value: np.ndarray) -> list[list[float]]:
        level = np.log10(np.maximum(value, 10.0**low))
        x = x0 + (t - first) / (last - first) * wide
        y = y0 + (high_power - level) / (high_power - low) * high
        return np.column_stack([x, np.clip(y, y0, y0 + high)]).tolist()  # type: ignore[no-any-return]

    for power in range(low, high_power + 1):
        y = y0 + (high_power - power) / (high_power - low) * high
        drawing.line(x0, y, x0 + wide, y, "grid")
        drawing.text(x0 - 7, y + 4, _length(10.0**power), "t small muted", "end")
    for t in time_ticks(first, last, 7):
        x = x0 + (t - first) / (last - first) * wide
        drawing.line(x, y0, x, y0 + high, "grid")
        drawing.text(x, y0 + high + 16, clock(t), "t small muted", "middle")
    drawing.text(x0, y0 - 12, title, "t strong")
    drawing.text(x0 + wide, y0 + high + 34, "time after launch, min:s", "t small muted", "end")
    upper, lower = to_picture(middle, bands[:, 2]), to_picture(middle, bands[:, 0])
    drawing.path(path_data(upper + lower[::-1], close=True), "band")
    for run, name, part in samples["series"]:
        if battle is None or run != battle.run:
            continue
        good = np.isfinite(error_m[part])
        line = to_picture(age[part][good], error_m[part][good])
        drawing.path(path_data(line), "one", named(name))
    drawing.path(path_data(to_picture(middle, bands[:, 1])), "median")
    drawing.path(path_data(to_picture(sigma_middle, sigma[:, 1])), "sigma")


def _length(value_m: float) -> str:
    return f"{value_m / 1000:,.0f} km".replace(",", "\u202f") if value_m >= 1000 else f"{value_m:g} m"
