"""Shares of variance with their intervals; leakage along the range of one value."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from hoplon.report.panel import Panel
from hoplon.report.study_pictures import NAMES, WIDTH
from hoplon.report.svg import Drawing, shortened, ticks
from hoplon.report.words import percent, plain_number
from hoplon.result.decides import BreakEven, Profile, Sensitivity
from hoplon.result.model import Interval

_ROW = 34.0


def draw_indices(found: Sensitivity) -> Markup:
    """Draw first-order and total index of each group.

    Parameters
    ----------
    found : Sensitivity

    Returns
    -------
    Markup
    """
    top, right = 24.0, 150.0
    bottom = top + _ROW * len(found.indices)
    ends = [e for i in found.indices for e in (i.first.low, i.total.high, i.first.high, i.total.low)]
    low, high = min(0.0, *ends), max(1.0, *ends)
    drawing = Drawing(WIDTH, bottom + 38, "Share of the variance that each group of values brings in")

    def x(share: float) -> float:
        return NAMES + (share - low) / (high - low) * (WIDTH - NAMES - right)

    for share in ticks(low, high, 6):
        drawing.line(x(share), top, x(share), bottom, "grid")
        drawing.text(x(share), bottom + 16, percent(share, 0), "t small muted", "middle")
    drawing.text(WIDTH - right + 72, 15, "alone", "t small first-order", "end")
    drawing.text(WIDTH - right + 140, 15, "in all", "t small total-order", "end")
    for number, index in enumerate(found.indices):
        y = top + _ROW * (number + 0.5)
        drawing.text(NAMES - 12, y + 4, shortened(index.name, 60), "t", "end")
        for side, (interval, cls) in enumerate(((index.first, "first-order"), (index.total, "total-order"))):
            lane = y - 6 + 12 * side
            words = f"{index.name}: {_told(interval)} {'alone' if side == 0 else 'in all'}"
            drawing.rect(x(0.0), lane - 4.5, x(interval.best) - x(0.0), 9, cls, words)
            drawing.line(x(interval.low), lane, x(interval.high), lane, "whisker", words)
            at = WIDTH - right + (72 if side == 0 else 140)
            drawing.text(at, y + 4, percent(interval.best, 0), "t small", "end")
        drawing.line(12, y + _ROW / 2, WIDTH - 12, y + _ROW / 2, "hair")
    drawing.line(x(0.0), top - 4, x(0.0), bottom, "axis")
    drawing.text(
        WIDTH - right, bottom + 33, "share of the variance of the expected leakage", "t small muted", "end"
    )
    return drawing.done()


def _told(interval: Interval) -> str:
    return f"{percent(interval.best, 0)} ({percent(interval.low, 0)} to {percent(interval.high, 0)})"


def draw_profile(walked: Profile) -> Markup | None:
    """Draw the leakage along the range of the value that moves it most.

    Parameters
    ----------
    walked : Profile

    Returns
    -------
    Markup or None
        None where it could not be computed at two places.
    """
    first = walked.readings[0]
    places = [(p.values[0], p.leakage) for p in walked.places if not math.isnan(p.leakage)]
    at = []
    for crossing in walked.crossings:
        number = min(int(crossing), len(walked.places) - 2)
        a, b = (walked.places[number + step].values[0] for step in (0, 1))
        share = crossing - number
        at.append(a * (b / a) ** share if walked.logarithmic else a + share * (b - a))
    name = f"{walked.label}{f', {first.unit}' if first.unit else ''}"
    if len(walked.readings) > 1:
        name += f" ({first.path.rsplit('.', 1)[-1]})"
    return _draw_walk(places, walked.level, at, name, first.best, logarithmic=walked.logarithmic)


def draw_break_even(found: BreakEven) -> Markup | None:
    """Draw what was tried to find a break-even value.

    Parameters
    ----------
    found : BreakEven

    Returns
    -------
    Markup or None
    """
    reading = found.reading
    places = [(value, leak) for value, leak in found.points if not math.isnan(leak)]
    at = [0.5 * (crossing.low + crossing.high) for crossing in found.crossings]
    name = f"{found.label}{f', {reading.unit}' if reading.unit else ''}"
    return _draw_walk(places, found.level, at, name, reading.best, logarithmic=found.logarithmic)


def _draw_walk(
    places: Sequence[tuple[float, float]],
    level: float,
    at: Sequence[float],
    name: str,
    best: float,
    *,
    logarithmic: bool,
) -> Markup | None:
    if len(places) < 2:
        return None
    height = 300.0
    drawing = Drawing(WIDTH, height, f"Leakage against {name}")

    def scaled(value: float) -> float:
        return math.log10(value) if logarithmic else value

    low, high = scaled(places[0][0]), scaled(places[-1][0])
    most = min(1.0, 1.12 * max(max(leak for _, leak in places), 0.0 if math.isnan(level) else level, 0.05))
    panel = Panel(drawing, (58.0, 30.0, WIDTH - 58.0 - 30.0, height - 30.0 - 44.0), (low, high), (0.0, most))
    if logarithmic:
        x_ticks = [math.log10(v) for v in _log_ticks(places[0][0], places[-1][0])]
    else:
        x_ticks = ticks(low, high, 9)
    panel.frame(
        x_ticks,
        ticks(0.0, most, 5),
        "expected share that gets through",
        name,
        x_text=lambda u: plain_number(float(f"{10**u:.3g}")) if logarithmic else plain_number(u),
        y_text=lambda share: percent(share, 0 if most > 0.1 else 1),
    )
    if low <= (scaled(best) if best > 0 or not logarithmic else math.nan) <= high:
        ((x, y),) = panel.place(scaled(best), most)
        drawing.line(x, y, x, height - 44, "level")
        drawing.text(x + 5, y + 12, "best value", "t small muted halo")
    if not math.isnan(level):
        ((x, y),) = panel.place(low, level)
        drawing.line(x, y, WIDTH - 30, y, "best")
        drawing.text(WIDTH - 34, y - 5, percent(level), "t small", "end")
    u = np.array([scaled(value) for value, _ in places])
    leaks = np.array([leak for _, leak in places])
    panel.curve(u, leaks, "median")
    for (value, leak), (x, y) in zip(places, panel.place(u, leaks), strict=True):
        drawing.circle(x, y, 3.5, "moment firm_track", f"{plain_number(value)}: {percent(leak)}")
    for value in at:
        ((x, y),) = panel.place(scaled(value), level)
        words = plain_number(float(f"{value:.3g}"))
        drawing.circle(x, y, 6.0, "moment missed", words)
        drawing.text(min(x + 10, WIDTH - 60), y - 9, words, "t strong halo")
    return drawing.done()


def _log_ticks(low: float, high: float) -> list[float]:
    """Round numbers for a logarithmic axis: 1, 2 and 5 times powers of ten, or powers alone over many."""
    if high < 20.0 * low:
        return ticks(low, high, 8)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = (1.0, 2.0, 5.0) if last - first <= 4 else (1.0,)
    every = [10.0**power * step for power in range(first, last + 1) for step in steps]
    return [value for value in every if low * 0.999 <= value <= high * 1.001]
