"""Saturation curves: what gets through, and how many are stopped, against stated sizes of raid."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from hoplon.report.panel import Panel
from hoplon.report.study_pictures import WIDTH
from hoplon.report.svg import Drawing, path_data, shortened, text_width, ticks
from hoplon.report.words import named, percent
from hoplon.result.decides import Curve
from hoplon.result.model import Interval

_HEIGHT = 340.0
_COLOURS = 6
_LEGEND = 22.0


def draw_saturation(curves: Sequence[Curve]) -> Markup | None:
    """Draw leakage and number stopped against the size of the raid, a line for each doctrine.

    Parameters
    ----------
    curves : sequence of Curve

    Returns
    -------
    Markup or None
        None where no curve has two sizes.
    """
    drawn = [curve for curve in curves if len(curve.points) > 1]
    if not drawn:
        return None
    rows = _legend_rows(drawn)
    drawing = Drawing(
        WIDTH, _HEIGHT + _LEGEND * rows, "Saturation: leakage and missiles stopped by raid size"
    )
    sizes = sorted({point.size for curve in drawn for point in curve.points})
    x_range = (0.0, float(sizes[-1]) * 1.04)
    wide = (WIDTH - 58.0 - 70.0 - 24.0) / 2.0
    high = _HEIGHT - 34.0 - 48.0
    left = Panel(drawing, (58.0, 34.0, wide, high), x_range, (0.0, 1.0))
    most = max(_top(point.stopped) for curve in drawn for point in curve.points)
    right = Panel(drawing, (58.0 + wide + 70.0, 34.0, wide, high), x_range, (0.0, max(1.0, 1.1 * most)))
    size_ticks = [float(s) for s in sizes] if len(sizes) <= 12 else ticks(0.0, x_range[1], 8)
    left.frame(
        size_ticks,
        ticks(0.0, 1.0, 5),
        "share that gets through",
        "missiles in the raid",
        y_text=lambda share: percent(share, 0),
    )
    right.frame(
        size_ticks,
        ticks(0.0, right.y_range[1], 6),
        "missiles stopped, mean of a battle",
        "missiles in the raid",
    )
    # Where every missile is stopped, the line of the right panel is the diagonal.
    right.curve(
        [0.0, right.y_range[1]],
        [0.0, right.y_range[1]] if right.y_range[1] < x_range[1] else [0.0, x_range[1]],
        "level",
    )
    for number, curve in enumerate(drawn):
        cls = f"m{number % _COLOURS}"
        x = np.array([point.size for point in curve.points], dtype=np.float64)
        for panel, intervals in (
            (left, [point.leakage for point in curve.points]),
            (right, [point.stopped for point in curve.points]),
        ):
            _line(drawing, panel, x, intervals, cls, named(curve.doctrine))
    _legend(drawing, drawn)
    return drawing.done()


def _line(
    drawing: Drawing,
    panel: Panel,
    x: NDArray[np.float64],
    intervals: Sequence[Interval],
    cls: str,
    name: str,
) -> None:
    ends = [(i.low, i.high) for i in intervals]
    if all(math.isfinite(low + high) for low, high in ends):
        upper = panel.place(x, [min(high, panel.y_range[1]) for _, high in ends])
        lower = panel.place(x, [max(low, 0.0) for low, _ in ends])
        drawing.path(path_data([*upper.tolist(), *lower[::-1].tolist()], close=True), f"curve-band {cls}")
    best = [i.best for i in intervals]
    panel.curve(x, best, f"flight {cls}", name)
    for size, interval, (across, up) in zip(x, intervals, panel.place(x, best), strict=True):
        value = f"{interval.best:.3g}"
        drawing.circle(across, up, 3.6, f"curve-dot {cls}", f"{name}, {size:.0f} missiles: {value}")


def _top(interval: Interval) -> float:
    return interval.high if math.isfinite(interval.high) else interval.best


def _placed(curves: Sequence[Curve]) -> list[tuple[float, int, Curve]]:
    """Return where each name of the legend begins, and in which row."""
    found, x, row = [], 58.0, 0
    for curve in curves:
        room = 44.0 + text_width(shortened(named(curve.doctrine), 70), 13.0)
        if x + room > WIDTH - 20 and x > 58.0:
            x, row = 58.0, row + 1
        found.append((x, row, curve))
        x += room
    return found


def _legend_rows(curves: Sequence[Curve]) -> int:
    return 1 + max(row for _, row, _ in _placed(curves))


def _legend(drawing: Drawing, curves: Sequence[Curve]) -> None:
    for number, (x, row, curve) in enumerate(_placed(curves)):
        y = _HEIGHT + _LEGEND * (row + 0.4)
        drawing.line(x, y, x + 20, y, f"flight m{number % _COLOURS}")
        drawing.text(x + 26, y + 4, shortened(named(curve.doctrine), 70), "t small")
