"""Picture of a radar: what it sees in the vertical plane and on the map, and how strong the echo is."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from hoplon.report.panel import Panel, plain, thinned
from hoplon.report.radar_curves import draw_curves
from hoplon.report.radar_plan import draw_plan
from hoplon.report.svg import Drawing, path_data, shortened, standalone, text_width, ticks
from hoplon.report.words import plain_number
from hoplon.result.radar_view import RadarTarget, RadarView

WIDTH = 1080.0
_LEFT = 66.0
_PLAN = 600.0
#: Targets have a colour each, so many at most.
COLOURS = 6

# A file that stands alone brings its own colours, for light and dark readers.
STYLE = """
svg { background: var(--bg); font-family: system-ui, "Segoe UI", Roboto, Arial, "Liberation Sans", sans-serif;
  --bg: #fff; --ink: #17202a; --muted: #5b6672; --grid: #d5dee5; --blind: #e3e6ea;
  --sea: #e9f0f5; --land: #fbf9f3; --coast: #a9a18e; --radar: #2f7d6b;
  --t0: #1f6fb2; --t1: #c4501b; --t2: #2f7d6b; --t3: #6a3d9a; --t4: #8a6d00; --t5: #ad1457; }
@media (prefers-color-scheme: dark) { svg {
  --bg: #12161b; --ink: #e4e8ec; --muted: #98a3ae; --grid: #2b3641; --blind: #232a31;
  --sea: #161d25; --land: #272e35; --coast: #5c6874; --radar: #58b8a1;
  --t0: #5aa9e6; --t1: #f0834d; --t2: #58b8a1; --t3: #b794e0; --t4: #d9b83a; --t5: #f07aa8; } }
.t { font-size: 12.5px; fill: var(--ink); font-variant-numeric: tabular-nums; }
.small { font-size: 11.5px; } .muted { fill: var(--muted); } .strong { font-weight: 600; }
.title { font-size: 16px; }
.halo { paint-order: stroke; stroke: var(--bg); stroke-width: 3px; stroke-linejoin: round; }
.grid { stroke: var(--grid); fill: none; } .axis { stroke: var(--muted); fill: none; }
.ray { stroke: var(--muted); stroke-opacity: .45; fill: none; stroke-width: .8; }
.blind { fill: var(--blind); } .lowest { fill: none; stroke: var(--muted); stroke-width: 1.2; }
.mark { stroke: var(--muted); stroke-dasharray: 2 4; fill: none; }
.cover { fill-opacity: .1; stroke-width: 2; stroke-linejoin: round; } .fill { fill-opacity: .1; }
.search { fill: none; stroke-width: 2; } .track { fill: none; stroke-width: 1.7; stroke-dasharray: 7 4; }
.cover, .fill { fill: currentColor; } .cover, .search, .track { stroke: currentColor; }
.c0 { color: var(--t0); } .c1 { color: var(--t1); } .c2 { color: var(--t2); } .c3 { color: var(--t3); }
.c4 { color: var(--t4); } .c5 { color: var(--t5); }
.s0 { color: var(--ink); } .s1 { color: var(--t3); } .s3 { color: var(--t4); }
.sea { fill: var(--sea); } .land { fill: var(--land); stroke: var(--coast); stroke-width: .7; }
.frame { fill: none; stroke: var(--grid); } .plate { fill: var(--bg); fill-opacity: .85; }
.ring { fill: none; stroke: var(--muted); stroke-opacity: .4; stroke-width: .8; }
.edge { fill: none; stroke: var(--muted); stroke-dasharray: 5 4; }
.scale { fill: none; stroke: var(--ink); stroke-width: 1.3; }
.radar { fill: var(--radar); stroke: var(--bg); stroke-width: 1.2; }
"""


def draw_radar(view: RadarView) -> Markup:
    """Draw a radar as a picture that stands alone: vertical cut, plan, echo and detection against range.

    Parameters
    ----------
    view : RadarView

    Returns
    -------
    Markup
        An SVG document.
    """
    legend = _legend_rows(view)
    top = 88.0 + 20.0 * len(legend)
    height = top + 320.0 + 82.0 + _PLAN + 68.0
    title = view.title if not view.where else f"{view.title.partition(':')[0]} at {view.where}"
    drawing = Drawing(WIDTH, height, f"What a radar sees: {title}")
    drawing.text(24, 32, shortened(title, 110), "t strong title")
    drawing.text(24, 54, _what(view), "t muted")
    for i, row in enumerate(legend):
        _legend(drawing, row, 76.0 + 20.0 * i)
    draw_cut(drawing, view, (_LEFT, top + 14.0, WIDTH - _LEFT - 48.0, 306.0))
    below = top + 320.0 + 82.0
    draw_plan(drawing, view, (24.0, below, _PLAN, _PLAN))
    draw_curves(drawing, view, (24.0 + _PLAN + 74.0, below, WIDTH - _PLAN - 24.0 - 74.0 - 28.0, _PLAN))
    return standalone(drawing.done(), WIDTH, height, STYLE)


def _what(view: RadarView) -> str:
    search, track = (
        next(1e3 * row.best for row in view.parameters if row.key == f"{dwell}_dwell_s")
        for dwell in ("search", "track")
    )
    return (
        f"Detected in one look with probability {view.probabilities[0]:g} (Swerling {view.swerling}, "
        f"false-alarm probability {plain_number(view.false_alarm_probability)}). Filled, solid: "
        f"search dwell of {search:g} ms. Dashed: track dwell of {track:g} ms."
    )


def _legend_rows(view: RadarView) -> list[list[tuple[int, str]]]:
    rows: list[list[tuple[int, str]]] = [[]]
    used = 0.0
    for i, target in enumerate(view.targets[:COLOURS]):
        words = _target_words(target, view.maximum_range_km)
        wide = text_width(words, 12.5) + 60.0
        if rows[-1] and used + wide > WIDTH - 48.0:
            rows.append([])
            used = 0.0
        rows[-1].append((i, words))
        used += wide
    return rows


def _target_words(target: RadarTarget, most_km: float) -> str:
    def reach(km: float) -> str:
        return f"{plain(round(km))} km" + (" (instrumented range)" if km >= most_km else "")

    size = f"{target.rcs_m2:g} m²"
    head = size if target.label == size else f"{target.label}, {size}"
    if target.search_km[0] >= most_km:
        return f"{head}: {reach(most_km)}"
    return f"{head}: search {reach(target.search_km[0])}, track {reach(target.track_km[0])}"


def _legend(drawing: Drawing, row: list[tuple[int, str]], y: float) -> None:
    x = 24.0
    for i, words in row:
        drawing.rect(x, y - 9, 22, 11, f"cover c{i}")
        drawing.text(x + 29, y + 1, words)
        x += text_width(words, 12.5) + 60.0


def draw_cut(drawing: Drawing, view: RadarView, box: tuple[float, float, float, float]) -> None:
    """Draw altitude against ground range: rays, what lies below the lowest of them, coverage by target.

    Parameters
    ----------
    drawing : Drawing
    view : RadarView
    box : tuple of float
        Left, top, width, height of the axes.
    """
    limits = np.concatenate([limit for t in view.targets for limit in (t.limit_search_km, t.limit_track_km)])
    right = 1.04 * float(limits[:, 0].max())
    high = min(1.06 * float(limits[:, 1].max()), 0.6 * right)
    panel = Panel(drawing, box, (0.0, right), (0.0, high))
    x0, y0, wide, tall = box
    lowest = view.rays[view.lowest_deg]
    drawing.clip("cut-frame", x0, y0, wide, tall)
    ground = panel.place(*lowest.T)
    drawing.path(
        path_data([*thinned(ground), [x0 + wide + 900, y0 + tall], [x0, y0 + tall]], close=True), "blind"
    )
    drawing.end()
    direction = "" if view.latitude_deg is None else f" towards azimuth {view.cut_azimuth_deg:.0f}°"
    panel.frame(
        ticks(0.0, right, 10),
        ticks(0.0, high, 6),
        f"In the vertical plane{direction}: altitude, km",
        "ground range, km (scales differ: angles are not true)",
    )
    drawing.clip("cut-inside", x0, y0, wide, tall)
    names = []
    for elevation, ray in view.rays.items():
        points = panel.place(*ray[np.isfinite(ray[:, 1])].T)
        drawing.path(path_data(thinned(points)), "lowest" if ray is lowest else "ray")
        names.append((elevation, _leaves_at(points, box)))
    for i, target in reversed([*enumerate(view.targets[:COLOURS])]):
        words = _target_words(target, view.maximum_range_km)
        outline = np.concatenate([target.lowest_search_km, target.limit_search_km])
        drawing.path(path_data(thinned(panel.place(*outline.T)), close=True), f"fill c{i}", words)
        for limit, cls in ((target.limit_track_km, "track"), (target.limit_search_km, "search")):
            drawing.path(path_data(thinned(panel.place(*limit.T))), f"{cls} c{i}", words)
    if view.plan_altitude_km < high:
        y = float(panel.place(0.0, view.plan_altitude_km)[0, 1])
        drawing.line(x0, y, x0 + wide, y, "mark")
    drawing.end()
    if view.plan_altitude_km < high:
        drawing.text(
            x0 + wide - 6, y - 5, f"altitude of the plan, {view.plan_altitude_km:g} km", "t small halo", "end"
        )
    below = y0 + tall
    for elevation, (x, y) in names:
        if y <= y0 + 0.5:
            drawing.text(x - 6, y0 + 13, f"{elevation:g}°", "t small halo muted", "end")
        elif y < below - 11:
            drawing.text(x0 + wide + 5, y + 4, f"{elevation:g}°", "t small muted")
            below = y
    words = _blind_words(view)
    x, y = panel.place(0.72 * right, np.interp(0.72 * right, *lowest.T))[0].tolist()
    if y0 + tall - y > 22:
        drawing.text(x, min(y + 0.55 * (y0 + tall - y) + 4, y0 + tall - 7), words, "t small muted", "middle")


def _blind_words(view: RadarView) -> str:
    low = view.lowest_deg
    why = "terrain" if low > view.elevation_min_deg else "lowest beam"
    return f"below the {why}, {low:g}°: not seen" if low > 0 else "below the horizon: not seen"


def _leaves_at(points: np.ndarray, box: tuple[float, float, float, float]) -> tuple[float, float]:
    """Where a ray leaves the box, by its top or its right edge."""
    x0, y0, wide, _ = box
    top = np.flatnonzero(points[:, 1] <= y0)
    if top.size and points[top[0], 0] <= x0 + wide:
        k = int(top[0])
        if k == 0:
            return float(points[0, 0]), y0
        (xa, ya), (xb, yb) = points[k - 1], points[k]
        return float(xa + (y0 - ya) / (yb - ya) * (xb - xa)), y0
    return x0 + wide, float(np.interp(x0 + wide, points[:, 0], points[:, 1]))
