"""The picture of a choice among options: cost against what gets through, and against who is spared."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from markupsafe import Markup

from hoplon.report.panel import Panel
from hoplon.report.svg import Drawing, path_data, ticks
from hoplon.report.words import percent
from hoplon.result.least import Least, OptionSet

WIDTH, HEIGHT = 1080.0, 402.0
_TOP, _HIGH, _WIDE = 40.0, 320.0, 450.0


def draw_front(least: Least) -> Markup:
    """Draw every set computed, and the front with what its prices leave open.

    Parameters
    ----------
    least : Least

    Returns
    -------
    Markup
        Left the share that gets through, right the people on whom nothing falls; the numbers are those of the
        front's table.
    """
    drawing = Drawing(WIDTH, HEIGHT, "Cost of each set of options against leakage and people protected")
    dearest = max(each.cost_jpy.high for each in least.sets) / 1e9
    span = max(dearest, 1.0) * 1.04
    people = least.all_people / 1e6
    panels = (
        (62.0, (0.0, 1.0), ticks(0, 1, 5), "share that gets through", _leakage, lambda v: percent(v, 0)),
        (
            612.0,
            (0.0, people),
            ticks(0, people, 5),
            "people on whom nothing falls, millions",
            _protected,
            lambda v: f"{v:g}",
        ),
    )
    for left, y_range, y_ticks, title, value, text in panels:
        panel = Panel(drawing, (left, _TOP, _WIDE, _HIGH), (-0.02 * span, span), y_range)
        panel.frame(ticks(0, span, 6), y_ticks, title, "cost, billion yen", y_text=text)
        _draw(panel, least, value)
    return drawing.done()


def _leakage(each: OptionSet) -> tuple[float, float, float]:
    return each.leakage.best, each.leakage.low, each.leakage.high


def _protected(each: OptionSet) -> tuple[float, float, float]:
    found = each.protected_people
    return found.best / 1e6, found.low / 1e6, found.high / 1e6


def _draw(panel: Panel, least: Least, value: Callable[[OptionSet], tuple[float, float, float]]) -> None:
    drawing = panel.drawing
    for each in least.sets:
        if not each.on_front:
            x, y = panel.place(each.cost_jpy.best / 1e9, value(each)[0])[0].tolist()
            drawing.circle(x, y, 3.5, "reference", words(each))
    panel_line(panel, least.front, value)
    marked: list[tuple[float, float]] = []
    for each in least.front:
        cost, (best, low, high) = each.cost_jpy, value(each)
        x, y = panel.place(cost.best / 1e9, best)[0].tolist()
        ends = panel.place([cost.low / 1e9, cost.high / 1e9], [best, best])[:, 0].tolist()
        drawing.line(ends[0], y, ends[1], y, "whisker", "range of the price")
        if low == low:
            up, down = panel.place([cost.best / 1e9] * 2, [low, high])[:, 1].tolist()
            drawing.line(x, up, x, down, "whisker", "95 % interval over battles")
        drawing.circle(x, y, 6, "battery", words(each))
        marked.append((x, y))
    for number, (x, y) in enumerate(marked, 1):
        _label(drawing, f"{number}", x, y, marked)


def _label(drawing: Drawing, text: str, x: float, y: float, marked: Sequence[tuple[float, float]]) -> None:
    """Write a number above its mark, or beside it where there is no room."""
    if any(abs(x - a) < 16 and 0 < y - b < 26 for a, b in marked):
        drawing.text(x + 10, y + 16, text, "t strong halo")
    elif y - 12 > _TOP:
        drawing.text(x + 1, y - 11, text, "t strong halo")
    else:
        drawing.text(x + 10, y + 18, text, "t strong halo")


def panel_line(
    panel: Panel, front: Sequence[OptionSet], value: Callable[[OptionSet], tuple[float, float, float]]
) -> None:
    """Draw the best that is to be had for each sum of money, as steps.

    Parameters
    ----------
    panel : Panel
    front : sequence of OptionSet
        From the cheapest to the dearest.
    value : callable
        What is drawn of a set: best first.
    """
    costs: list[float] = []
    best: list[float] = []
    less_is_better = value is _leakage
    for each in front:
        now = value(each)[0]
        if best:
            costs.append(each.cost_jpy.best / 1e9)
            best.append(best[-1])
            now = min(now, best[-1]) if less_is_better else max(now, best[-1])
        costs.append(each.cost_jpy.best / 1e9)
        best.append(now)
    if costs:
        costs.append(panel.x_range[1])
        best.append(best[-1])
        panel.drawing.path(path_data(panel.place(np.array(costs), np.array(best)).tolist()), "stock")


def words(each: OptionSet) -> str:
    """Say in a few words what a set is and comes to.

    Parameters
    ----------
    each : OptionSet

    Returns
    -------
    str
    """
    chosen = " + ".join(each.options) or "none of the options"
    return f"{chosen}: {each.cost_jpy.best / 1e9:.0f} billion yen, {percent(each.leakage.best)} get through"
