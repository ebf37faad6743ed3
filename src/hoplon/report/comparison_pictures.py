"""Pictures of a comparison: what each side lets through, how it differs, who decided when."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from markupsafe import Markup

from hoplon.report.decisions import KIND_WORDS
from hoplon.report.svg import Drawing, clock, text_width, ticks, time_ticks
from hoplon.report.words import percent, points
from hoplon.result.comparison import Comparison, Side

WIDTH = 1080.0
_NAMES = 390.0
_ROW = 46.0
#: A difference so many times as wide as the next is written, and not drawn to scale.
_OUTGROWN = 6.0

#: Marks of the time line: mark and size; consent and orders above, shots below.
_MARKS = {
    "consent_request": ("circle", 4.5, -1, "moment first_detection"),
    "consent": ("square", 5.0, -1, "moment firm_track"),
    "refusal": ("cross", 5.5, -1, "moment missed"),
    "silence": ("triangle-down", 5.5, -1, "moment alert"),
    "predelegation": ("triangle-down", 5.5, -1, "moment alert"),
    "not_engaged": ("cross", 6.0, -1, "moment missed"),
    "decision": ("diamond", 6.0, -1, "moment decision"),
    "interceptor_launch": ("triangle", 5.5, 1, "moment interceptor_launch"),
    "intercept": ("star", 7.0, 1, "moment intercept"),
}


def draw_sides(comparison: Comparison) -> Markup:
    """Draw the leakage of each side with its interval, and beside it the paired difference from the first.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    Markup
    """
    top = 44.0
    height = top + _ROW * len(comparison.sides) + 34
    drawing = Drawing(WIDTH, height, "Leakage of each side, and its difference from the first")
    left_from, left_to, right_from, right_to = _NAMES + 14, 710.0, 760.0, WIDTH - 28
    low, high = _scale(comparison)

    def x(share: float) -> float:
        return left_from + share * (left_to - left_from)

    def dx(difference: float) -> float:
        return right_from + (difference - low) / (high - low) * (right_to - right_from)

    bottom = height - 30
    drawing.text(left_from, 16, "share that got through", "t strong")
    drawing.text(right_from, 16, "paired difference from the first, points", "t strong")
    for share in ticks(0, 1, 5):
        drawing.line(x(share), top - 8, x(share), bottom, "grid")
        drawing.text(x(share), bottom + 17, percent(share, 0), "t small muted", "middle")
    for value in ticks(low, high, 5):
        drawing.line(dx(value), top - 8, dx(value), bottom, "grid")
        drawing.text(dx(value), bottom + 17, _axis(value), "t small muted", "middle")
    drawing.line(dx(0.0), top - 12, dx(0.0), bottom, "best")
    for i, side in enumerate(comparison.sides):
        _side_row(drawing, side, i, top + _ROW * (i + 0.5), x, dx, (low, high))
    return drawing.done()


def _scale(comparison: Comparison) -> tuple[float, float]:
    """Choose the ends of the axis of differences: one that outgrows all others by far does not set them."""
    spans = [
        (min(0.0, d.best, d.low), max(0.0, d.best, d.high))
        for d in (side.difference for side in comparison.sides[1:])
    ]
    by_size = sorted(spans, key=lambda span: span[1] - span[0])
    wide = [span[1] - span[0] for span in by_size]
    while len(wide) > 1 and wide[-1] > _OUTGROWN * max(wide[-2], 0.004):
        wide.pop()
        by_size.pop()
    low, high = min(span[0] for span in by_size), max(span[1] for span in by_size)
    room = max(high - low, 0.01) * 0.25
    return low - room, high + room


def _side_row(
    drawing: Drawing,
    side: Side,
    number: int,
    y: float,
    x: Callable[[float], float],
    dx: Callable[[float], float],
    scale: tuple[float, float],
) -> None:
    drawing.line(12, y + _ROW / 2, WIDTH - 12, y + _ROW / 2, "hair")
    _name(drawing, f"{number + 1}  {side.title}", y)
    leakage, d = side.leakage, side.difference
    words = f"{percent(leakage.best)} ({percent(leakage.low)} to {percent(leakage.high)})"
    drawing.rect(x(leakage.low), y - 5, max(x(leakage.high) - x(leakage.low), 2.0), 10, "bar-battles", words)
    drawing.circle(x(leakage.best), y, 4.5, "moment missed", words)
    beside = x(leakage.high) + 8
    anchor = "start" if beside < 660 else "end"
    drawing.text(
        beside if anchor == "start" else x(leakage.low) - 8, y + 4, percent(leakage.best), "t small", anchor
    )
    if not number:
        middle = min(max(dx(0.0), dx(scale[0]) + 90.0), dx(scale[1]) - 90.0)
        drawing.text(middle, y + 4, "what the others are compared with", "t small muted halo", "middle")
        return
    told = f"{points(d.best)} ({points(d.low)} to {points(d.high)})"
    if not scale[0] <= d.best <= scale[1]:
        right = d.best > scale[1]
        edge = dx(scale[1]) + 6 if right else dx(scale[0]) - 6
        drawing.text(
            edge,
            y + 4,
            f"{told}, off the scale {'→' if right else '←'}",
            "t small",
            "end" if right else "start",
        )
        return
    drawing.line(dx(d.low), y - 4, dx(d.high), y - 4, "whisker", told)
    for end in (d.low, d.high):
        drawing.line(dx(end), y - 9, dx(end), y + 1, "whisker")
    drawing.circle(dx(d.best), y - 4, 4.5, "moment missed", told)
    half = text_width(told, 11.5) / 2
    at = min(max(dx(d.best), 752 + half), WIDTH - 8 - half)
    drawing.text(at, y + 15, told, "t small halo", "middle")


def _axis(value: float) -> str:
    return "0" if abs(value) < 1e-9 else points(value).removesuffix(".0")


def _name(drawing: Drawing, text: str, y: float) -> None:
    lines = textwrap.wrap(text, 60, subsequent_indent="    ")[:2]
    for i, line in enumerate(lines):
        drawing.text(12, y + 4 - 8 * (len(lines) - 1) + 16 * i, line.replace("    ", "\u2003"), "t")


def draw_example(comparison: Comparison) -> Markup | None:
    """Draw when who said what about the example missile, a row for each side.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    Markup or None
        None where nothing was decided about it on any side.
    """
    logs = [[e for e in side.log if e.kind in _MARKS] for side in comparison.sides]
    times = [event.t_s - comparison.example_launch_s for log in logs for event in log]
    if not times:
        return None
    top, stop = 30.0, max(times)
    start = 0.0
    height = top + _ROW * len(logs) + 30
    drawing = Drawing(WIDTH, height, "Who decided when about one missile, on each side")

    def x(t_s: float) -> float:
        return _NAMES + 20 + (t_s - start) / max(stop - start, 1.0) * (WIDTH - _NAMES - 60)

    for t in time_ticks(start, stop, 8):
        drawing.line(x(t), top - 6, x(t), height - 26, "grid")
        drawing.text(x(t), top - 11, clock(t), "t small muted", "middle")
    for i, (side, log) in enumerate(zip(comparison.sides, logs, strict=True)):
        y = top + _ROW * (i + 0.5)
        drawing.line(12, y + _ROW / 2, WIDTH - 12, y + _ROW / 2, "hair")
        _name(drawing, f"{i + 1}  {side.title}", y)
        since = [e.t_s for e in log if e.kind == "interceptor_launch"]
        ends = [e.t_s for e in log if e.kind == "intercept"]
        for one, other in zip(since, ends, strict=False):
            a, b = one - comparison.example_launch_s, other - comparison.example_launch_s
            drawing.line(x(a), y + 9, x(b), y + 9, "flyout")
        for event in log:
            mark, size, lane, cls = _MARKS[event.kind]
            t = event.t_s - comparison.example_launch_s
            if event.kind == "intercept" and not event.note.startswith("hit"):
                mark, size, cls = "cross", 5.5, "moment missed"
            words = f"{t:.0f} s: {event.actor} {KIND_WORDS[event.kind]}. {event.note}"
            drawing.symbol(mark, x(t), y + 9 * lane, size, cls, words)
    drawing.text(WIDTH - 12, height - 8, "time after its launch, min:s", "t small muted", "end")
    return drawing.done()
