"""Pictures of a study of many points: curves over a numbered axis, clouds of drawn points, rows of cases."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from markupsafe import Markup

from hoplon.report.svg import Drawing, path_data, shortened, ticks
from hoplon.report.words import percent, plain_number
from hoplon.result.model import Interval
from hoplon.result.sweep import Sweep, SweepAxis, SweepOutput, SweepPoint

WIDTH = 1080.0
_LEFT, _TOP, _HEIGHT = 66.0, 34.0, 330.0
#: Curves that can be told apart by colour; rows and panels that fit on a page.
MOST_CURVES, MOST_ROWS, MOST_PANELS = 6, 30, 6
#: Points of a cloud that are drawn.
MOST_DOTS = 2000


def draw_sweep(sweep: Sweep, output: SweepOutput) -> Markup | None:
    """Draw one output over what was varied.

    Parameters
    ----------
    sweep : Sweep
    output : SweepOutput

    Returns
    -------
    Markup or None
        None where no point has a value. A grid with a numbered axis gives curves, one for each combination
        of the others; a drawn design gives a cloud over each axis; all else a row for each point.
    """
    if not any(_has(point, output) for point in sweep.points):
        return None
    axis = curve_axis(sweep)
    if axis is not None and len(series(sweep, axis)) <= MOST_CURVES:
        return _curves(sweep, output, axis)
    if sweep.design not in ("grid", "list") and any(axis.numeric for axis in sweep.axes):
        return _clouds(sweep, output)
    return _rows(sweep, output)


def curve_axis(sweep: Sweep) -> SweepAxis | None:
    """Return the axis that curves are drawn over: the numbered one with the most values.

    Parameters
    ----------
    sweep : Sweep

    Returns
    -------
    SweepAxis or None
    """
    if sweep.design not in ("grid", "list"):
        return None
    numbered = [axis for axis in sweep.axes if axis.numeric and len(set(axis.values)) > 2]
    if sweep.design == "list" and len(numbered) != len(sweep.axes):
        return None  # other axes move with it
    return max(numbered, key=lambda axis: len(axis.values), default=None)


def series(sweep: Sweep, axis: SweepAxis) -> dict[str, list[SweepPoint]]:
    """Return the points of each curve, by what holds along it, in the order stated.

    Parameters
    ----------
    sweep : Sweep
    axis : SweepAxis

    Returns
    -------
    dict of str to list of SweepPoint
    """
    others = [] if sweep.design == "list" else [other for other in sweep.axes if other is not axis]
    found: dict[str, list[SweepPoint]] = {}
    for point in sweep.points:
        found.setdefault(", ".join(label(other, point) for other in others), []).append(point)
    for points in found.values():
        points.sort(key=lambda point: float(point.coordinates[axis.name]))
    return found


def label(axis: SweepAxis, point: SweepPoint) -> str:
    """Name a point's place on an axis: text speaks for itself, a number needs to be told of what.

    Parameters
    ----------
    axis : SweepAxis
    point : SweepPoint

    Returns
    -------
    str
    """
    value = point.coordinates[axis.name]
    if not axis.numeric:
        return str(value)
    return f"{axis.title}: {plain_number(float(value))}{' ' + axis.unit if axis.unit else ''}"


def is_log(values: Sequence[float]) -> bool:
    """Say whether values are better told apart on a logarithmic scale."""
    return min(values) > 0.0 and max(values) / min(values) >= 20.0


def _has(point: SweepPoint, output: SweepOutput) -> bool:
    found = point.values.get(output.name)
    return found is not None and not math.isnan(found.best)


def _extent(sweep: Sweep, output: SweepOutput) -> tuple[float, float]:
    """Return the ends of the vertical scale: shares from nothing to all, other numbers from 0."""
    if output.unit == "share":
        return 0.0, 1.0
    ends = [
        value
        for point in sweep.points
        for i in [point.values.get(output.name)]
        if i is not None
        for value in (i.best, i.low, i.high)
        if not math.isnan(value)
    ]
    low, high = min(0.0, *ends), max(ends)
    return low, high if high > low else low + 1.0


def told(value: float, output: SweepOutput) -> str:
    """Write a value of an output, to four digits at most."""
    return percent(value) if output.unit == "share" else plain_number(float(f"{value:.4g}"))


def _interval(found: Interval, output: SweepOutput) -> str:
    if math.isnan(found.low):
        return told(found.best, output)
    return f"{told(found.best, output)} ({told(found.low, output)} to {told(found.high, output)})"


class _Frame:
    """A box with scales on two sides."""

    def __init__(
        self,
        drawing: Drawing,
        box: tuple[float, float, float, float],
        x: Sequence[float],
        y: tuple[float, float],
    ) -> None:
        self.drawing, self.box = drawing, box
        self.log = is_log(x)
        self.x0, self.x1 = min(x), max(x)
        if self.x0 == self.x1:
            self.x0, self.x1 = self.x0 - 0.5, self.x1 + 0.5
        self.y0, self.y1 = y

    def x(self, value: float) -> float:
        left, _, width, _ = self.box
        if self.log:
            return left + width * math.log(value / self.x0) / math.log(self.x1 / self.x0)
        return left + width * (value - self.x0) / (self.x1 - self.x0)

    def y(self, value: float) -> float:
        _, top, _, height = self.box
        return top + height * (self.y1 - value) / (self.y1 - self.y0)

    def draw(self, axis: SweepAxis, output: SweepOutput, values: Sequence[float] = ()) -> None:
        left, top, width, height = self.box
        for value in ticks(self.y0, self.y1, 5):
            self.drawing.line(left, self.y(value), left + width, self.y(value), "grid")
            text = percent(value, 0) if output.unit == "share" else plain_number(value)
            self.drawing.text(left - 8, self.y(value) + 4, text, "t small muted", "end")
        last = -math.inf
        for value in values or (_decades(self.x0, self.x1) if self.log else ticks(self.x0, self.x1, 6)):
            if self.x(value) - last < 30.0:
                continue
            last = self.x(value)
            self.drawing.line(last, top + height, last, top + height + 5, "axis")
            self.drawing.text(last, top + height + 19, plain_number(value), "t small muted", "middle")
        self.drawing.line(left, top + height, left + width, top + height, "axis")
        name = axis.title + (f", {axis.unit}" if axis.unit else "") + (" (log scale)" if self.log else "")
        room = int(width / 6.2)
        self.drawing.text(left + width, top + height + 38, shortened(name, room), "t small", "end")


def _decades(low: float, high: float) -> list[float]:
    """Round numbers for a logarithmic axis."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1.0, 2.0, 5.0) if high / low < 1e3 else (1.0,)
    marks = [step * 10.0**power for power in powers for step in steps]
    return [mark for mark in marks if low * 0.999 <= mark <= high * 1.001]


def _curves(sweep: Sweep, output: SweepOutput, axis: SweepAxis) -> Markup:
    curves = series(sweep, axis)
    legend_rows = len(curves) if len(curves) > 1 else 0
    height = _TOP + _HEIGHT + 52 + 18 * legend_rows
    drawing = Drawing(WIDTH, height, f"{output.title} over {axis.title}")
    values = sorted({float(value) for value in axis.values})
    frame = _Frame(drawing, (_LEFT, _TOP, WIDTH - _LEFT - 30, _HEIGHT), values, _extent(sweep, output))
    frame.draw(axis, output, values if len(values) <= 24 else ())
    drawing.text(_LEFT, 18, output.title + _unit(output), "t strong")
    for number, (name, points) in enumerate(curves.items()):
        # Whiskers of several curves stand side by side.
        shift = 4.0 * (number - (len(curves) - 1) / 2.0) if sweep.mode == "sampled" else 0.0
        found = [(float(p.coordinates[axis.name]), p.values[output.name]) for p in points if _has(p, output)]
        drawing.path(path_data([(frame.x(x), frame.y(i.best)) for x, i in found]), f"flight m{number}", name)
        for x, i in found:
            at, words = frame.x(x) + shift, f"{name + ': ' if name else ''}{_interval(i, output)}"
            if not math.isnan(i.low):
                drawing.line(at, frame.y(i.low), at, frame.y(i.high), f"whisker m{number}", words)
            drawing.circle(at, frame.y(i.best), 3.4, f"point-dot c{number}", words)
        _unreached(drawing, frame, axis, points, number)
        if legend_rows:
            y = _TOP + _HEIGHT + 58 + 18 * number
            drawing.line(_LEFT, y - 4, _LEFT + 26, y - 4, f"flight m{number}")
            drawing.text(_LEFT + 34, y, shortened(name, 150), "t small")
    return drawing.done()


def _unreached(
    drawing: Drawing, frame: _Frame, axis: SweepAxis, points: Sequence[SweepPoint], number: int
) -> None:
    """Mark points without a result at the foot of the picture, with the reason."""
    for point in points:
        if point.reason:
            x, y = frame.x(float(point.coordinates[axis.name])), frame.box[1] + frame.box[3] - 7 - 9 * number
            drawing.symbol("cross", x, y, 4.0, "moment missed", point.reason)


def _clouds(sweep: Sweep, output: SweepOutput) -> Markup:
    axes = [axis for axis in sweep.axes if axis.numeric][:MOST_PANELS]
    across = min(len(axes), 3)
    down = -(-len(axes) // across)
    room, tall = (WIDTH - 20) / across, 250.0 if len(axes) > 1 else _HEIGHT
    drawing = Drawing(WIDTH, _TOP + down * (tall + 62), f"{output.title} over each axis")
    drawing.text(_LEFT, 18, output.title + _unit(output), "t strong")
    points = [point for point in sweep.points if _has(point, output)]
    step = -(-len(points) // MOST_DOTS)
    for number, axis in enumerate(axes):
        left, top = room * (number % across) + _LEFT, _TOP + (number // across) * (tall + 62)
        values = [float(point.coordinates[axis.name]) for point in points]
        box = (left, top, room - _LEFT - 16, tall)
        frame = _Frame(drawing, box, values, _extent(sweep, output))
        frame.draw(axis, output)
        for point, x in zip(points[::step], values[::step], strict=True):
            found = point.values[output.name]
            drawing.circle(frame.x(x), frame.y(found.best), 2.6, "cloud-dot", _interval(found, output))
    return drawing.done()


def _rows(sweep: Sweep, output: SweepOutput) -> Markup:
    points = sweep.points[:MOST_ROWS]
    names, row = 400.0, 26.0
    height = _TOP + row * len(points) + 30
    drawing = Drawing(WIDTH, height, f"{output.title} at each point")
    low, high = _extent(sweep, output)
    drawing.text(names, 18, output.title + _unit(output), "t strong")

    def x(value: float) -> float:
        return names + (value - low) / (high - low) * (WIDTH - names - 200)

    _scale(drawing, x, (low, high), height, output)
    for number, point in enumerate(points):
        y = _TOP + row * (number + 0.5)
        name = ", ".join(label(axis, point) for axis in sweep.axes)
        drawing.text(names - 12, y + 4, shortened(name, 62), "t", "end")
        found = point.values.get(output.name)
        if found is None or math.isnan(found.best):
            drawing.text(names + 6, y + 4, shortened(point.reason or "no value", 100), "t small muted")
            continue
        words = _interval(found, output)
        if not math.isnan(found.low):
            drawing.rect(
                x(found.low), y - 5, max(x(found.high) - x(found.low), 2.0), 10, "bar-battles", words
            )
        drawing.circle(x(found.best), y, 4.2, "cloud-dot", words)
        drawing.text(WIDTH - 190, y + 4, words, "t small")
    return drawing.done()


def _scale(
    drawing: Drawing,
    x: Callable[[float], float],
    ends: tuple[float, float],
    height: float,
    output: SweepOutput,
) -> None:
    for value in ticks(*ends, 5):
        drawing.line(x(value), _TOP - 6, x(value), height - 26, "grid")
        text = percent(value, 0) if output.unit == "share" else plain_number(value)
        drawing.text(x(value), height - 10, text, "t small muted", "middle")


def _unit(output: SweepOutput) -> str:
    return f", {output.unit}" if output.unit and output.unit != "share" else ""
