"""Tornado over single values: each at the ends of its own range, the widest on top."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from markupsafe import Markup

from hoplon.report.study_pictures import NAMES, WIDTH
from hoplon.report.svg import Drawing, shortened, ticks
from hoplon.report.words import percent, plain_number
from hoplon.result.decides import Bar, Reading

#: Bars in the picture at most, and the reach below which a value is left to the table.
MOST_BARS, LEAST_REACH = 15, 0.005
_RIGHT = 130.0
_ROW = 34.0


def shown(bars: Sequence[Bar]) -> list[Bar]:
    """Choose the bars that are drawn.

    Parameters
    ----------
    bars : sequence of Bar
        The widest first.

    Returns
    -------
    list of Bar
    """
    return [bar for bar in bars if bar.reach >= LEAST_REACH][:MOST_BARS]


def draw_values(bars: Sequence[Bar]) -> Markup | None:
    """Draw how far each value moves the leakage by itself.

    Parameters
    ----------
    bars : sequence of Bar
        The widest first.

    Returns
    -------
    Markup or None
        None where none moves it.
    """
    drawn = shown(bars)
    if not drawn:
        return None
    ends = [v for b in drawn for v in (b.leakage_at_low, b.leakage_at_best, b.leakage_at_high)]
    room = max(max(ends) - min(ends), 0.02) * 0.12
    low, high = max(0.0, min(ends) - room), min(1.0, max(ends) + room)
    top = 30.0
    bottom = top + _ROW * len(drawn)
    drawing = Drawing(WIDTH, bottom + 40, "Tornado chart: leakage with one value at either end of its range")

    def x(share: float) -> float:
        return NAMES + (share - low) / (high - low) * (WIDTH - NAMES - _RIGHT)

    for share in ticks(low, high, 6):
        drawing.line(x(share), top, x(share), bottom, "grid")
        digits = 0 if high - low > 0.1 else 1
        drawing.text(x(share), bottom + 16, percent(share, digits), "t small muted", "middle")
    drawing.text(WIDTH - _RIGHT + 62, 16, "low end", "t small low-end", "end")
    drawing.text(WIDTH - _RIGHT + 126, 16, "high end", "t small high-end", "end")
    for number, bar in enumerate(drawn):
        y = top + _ROW * (number + 0.5)
        drawing.text(NAMES - 12, y - 2, shortened(bar.label, 56), "t", "end")
        drawing.text(NAMES - 12, y + 12, shortened(ranges(bar.readings), 72), "t small muted", "end")
        _ends(drawing, bar, y, x)
        drawing.line(12, y + _ROW / 2, WIDTH - 12, y + _ROW / 2, "hair")
    best = drawn[0].leakage_at_best
    drawing.line(x(best), top - 5, x(best), bottom, "best")
    drawing.text(x(best), top - 12, f"best values {percent(best)}", "t small", "middle")
    drawing.text(WIDTH - _RIGHT, bottom + 34, "expected share that gets through", "t small muted", "end")
    return drawing.done()


def _ends(drawing: Drawing, bar: Bar, y: float, place: Callable[[float], float]) -> None:
    base = place(bar.leakage_at_best)
    for side, (end, cls) in enumerate(((bar.leakage_at_low, "low-end"), (bar.leakage_at_high, "high-end"))):
        # Two lanes: both ends can lie on one side of the best value.
        lane = y - 5.5 + 11 * side
        what = "low" if side == 0 else "high"
        drawing.rect(
            base, lane - 4.5, place(end) - base, 9, cls, f"{bar.label} at its {what} end: {percent(end)}"
        )
        drawing.text(WIDTH - _RIGHT + (62 if side == 0 else 126), y + 4, percent(end), "t small", "end")


def ranges(readings: Sequence[Reading]) -> str:
    """Write the ranges of values that are moved together.

    Parameters
    ----------
    readings : sequence of Reading

    Returns
    -------
    str
        One of them where all are alike.
    """
    found = [
        f"{plain_number(_short(r.low))} to {plain_number(_short(r.high))}{' ' + r.unit if r.unit else ''}"
        + (f" {_band(r)}" if len(readings) > 1 else "")
        for r in readings
    ]
    plain = {text.rsplit(" in ", 1)[0] for text in found}
    text = plain.pop() if len(plain) == 1 else "; ".join(found)
    marks = sorted({r.mark for r in readings})
    return f"{text} · {', '.join(marks)}"


def _short(value: float) -> float:
    return float(f"{value:.3g}") if math.isfinite(value) else value


def _band(reading: Reading) -> str:
    for band in ("x", "s", "l", "uhf"):
        if f"_{band}_band" in reading.path:
            return f"in {band.upper()} band"
    return f"in {reading.path.split('.')[1]}"
