"""Picture of a flight: height against ground range, and height and speed against time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from hoplon.report.svg import Drawing, clock, path_data, standalone, ticks, time_ticks
from hoplon.result.flight_table import FlightTable

WIDTH = 1080.0
_EVENTS = {
    "staging": ("staging", "square"),
    "burnout": ("burnout", "diamond"),
    "apogee": ("apogee", "circle"),
    "up_through_100_km": ("100 km, rising", "triangle"),
    "down_through_100_km": ("100 km, falling", "triangle-down"),
    "impact": ("impact", "cross"),
}
_LABELS = {"burnout": (12.0, 4.0, "start"), "apogee": (0.0, -12.0, "middle"), "impact": (12.0, -5.0, "start")}
# A file that stands alone brings its own colours, for light and dark readers.
_STYLE = """
svg { background: var(--bg); font-family: system-ui, "Segoe UI", Roboto, Arial, "Liberation Sans", sans-serif;
  --bg: #fff; --ink: #17202a; --muted: #5b6672; --grid: #d5dee5;
  --boost: #c4501b; --free: #1f6fb2; --re: #6a3d9a; }
@media (prefers-color-scheme: dark) { svg {
  --bg: #12161b; --ink: #e4e8ec; --muted: #98a3ae; --grid: #2b3641;
  --boost: #f0834d; --free: #5aa9e6; --re: #b794e0; } }
.t { font-size: 12.5px; fill: var(--ink); font-variant-numeric: tabular-nums; }
.small { font-size: 11.5px; } .muted { fill: var(--muted); } .strong { font-weight: 600; }
.title { font-size: 15px; }
.halo { paint-order: stroke; stroke: var(--bg); stroke-width: 3px; stroke-linejoin: round; }
.grid { stroke: var(--grid); fill: none; } .axis { stroke: var(--muted); fill: none; }
.boost, .free_flight, .reentry { fill: none; stroke-width: 2.4; stroke-linejoin: round; }
.boost { stroke: var(--boost); } .free_flight { stroke: var(--free); } .reentry { stroke: var(--re); }
.event { fill: var(--bg); stroke: var(--ink); stroke-width: 1.4; }
"""
_PHASES = (("boost", "boost"), ("free_flight", "free flight"), ("reentry", "re-entry, below 100 km"))


def draw_flight(table: FlightTable) -> Markup:
    """Draw a flight as a picture that stands alone.

    Parameters
    ----------
    table : FlightTable

    Returns
    -------
    Markup
        An SVG document. Height and range have scales of their own: angles are not true.
    """
    height = 720.0
    title = _title(table)
    drawing = Drawing(WIDTH, height, title)
    drawing.text(24, 30, title, "t strong title")
    x = 24.0
    for phase, words in _PHASES:
        if phase in set(table.columns["phase"].tolist()):
            drawing.line(x, 50, x + 26, 50, phase)
            drawing.text(x + 33, 54, words, "t")
            x += 190
    km = np.asarray(table.columns["altitude_m"], float) / 1e3
    ground = np.asarray(table.columns["ground_range_km"], float)
    t = np.asarray(table.columns["t_s"], float)
    speed = np.asarray(table.columns["speed_m_s"], float) / 1e3
    wide = WIDTH - 66.0 - 30.0
    _panel(
        drawing, table, ground, km, (66.0, 92.0, wide, 300.0), "height, km", "ground range, km", clocked=False
    )
    half = (wide - 70.0) / 2.0
    _panel(drawing, table, t, km, (66.0, 452.0, half, 210.0), "height, km", "time, min:s", clocked=True)
    box = (66.0 + half + 70.0, 452.0, half, 210.0)
    _panel(drawing, table, t, speed, box, "speed relative to the Earth, km/s", "time, min:s", clocked=True)
    return standalone(drawing.done(), WIDTH, height, _STYLE)


def _title(table: FlightTable) -> str:
    about = table.about
    words = str(about.get("title") or about.get("missile", "flight"))
    ground, km = table.columns["ground_range_km"][-1], table.columns["altitude_m"].max() / 1e3
    return (
        f"{words}: range {ground:,.0f} km, apogee {km:,.0f} km, {clock(float(table.columns['t_s'][-1]))} min"
    )


def _panel(
    drawing: Drawing,
    table: FlightTable,
    across: NDArray[np.float64],
    up: NDArray[np.float64],
    box: tuple[float, float, float, float],
    upward: str,
    onward: str,
    *,
    clocked: bool,
) -> None:
    x0, y0, wide, high = box
    # To the right of the impact there is room for its label.
    right, top = max(float(across.max()), 1e-3) * (1.0 if clocked else 1.1), max(float(up.max()), 1e-3) * 1.1

    def to_picture(x: float, y: float) -> tuple[float, float]:
        return x0 + x / right * wide, y0 + high - y / top * high

    for value in ticks(0.0, top, 5):
        y = to_picture(0.0, value)[1]
        drawing.line(x0, y, x0 + wide, y, "grid")
        drawing.text(x0 - 8, y + 4, f"{value:,g}", "t small muted", "end")
    for value in time_ticks(0.0, right, 7) if clocked else ticks(0.0, right, 9):
        x = to_picture(value, 0.0)[0]
        drawing.line(x, y0, x, y0 + high, "grid")
        drawing.text(x, y0 + high + 17, clock(value) if clocked else f"{value:,g}", "t small muted", "middle")
    drawing.line(x0, y0 + high, x0 + wide, y0 + high, "axis")
    drawing.text(x0, y0 - 9, upward, "t strong")
    drawing.text(x0 + wide, y0 + high + 35, onward, "t small muted", "end")
    phases = table.columns["phase"].tolist()
    for phase, _ in _PHASES:
        at = [i for i, name in enumerate(phases) if name == phase]
        if at:
            part = slice(at[0], min(at[-1] + 2, len(phases)))
            points = [to_picture(*p) for p in zip(across[part], up[part], strict=True)]
            drawing.path(path_data(_thinned(points)), phase)
    for i, kinds in enumerate(table.columns["event"].tolist()):
        for kind in kinds.split("+"):
            if kind in _EVENTS:
                x, y = to_picture(float(across[i]), float(up[i]))
                _event(drawing, kind, float(table.columns["t_s"][i]), x, y, labelled=not clocked)


def _event(drawing: Drawing, kind: str, t_s: float, x: float, y: float, *, labelled: bool) -> None:
    words, mark = _EVENTS[kind]
    drawing.symbol(mark, x, y, 5.0, "event", f"{words}: {clock(t_s)}")
    if labelled and kind in _LABELS:
        dx, dy, anchor = _LABELS[kind]
        drawing.text(x + dx, y + dy, f"{words} {clock(t_s)}", "t small halo", anchor)


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out points less than a pixel and a half from the last one drawn."""
    kept = [points[0]]
    for point in points[1:-1]:
        if math.dist(point, kept[-1]) >= 1.5:
            kept.append(point)
    return [*kept, points[-1]]
