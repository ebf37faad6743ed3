"""Echo and detection of a radar against range: by target, by dwell, by fluctuation case."""

from __future__ import annotations

import math

from hoplon.report.panel import Panel, plain
from hoplon.report.svg import Drawing, text_width, ticks
from hoplon.result.radar_view import RadarView

COLOURS = 6
_SWERLING_WORDS = {0: "0: steady", 1: "1: many scatterers", 3: "3: one dominant"}


def draw_curves(drawing: Drawing, view: RadarView, box: tuple[float, float, float, float]) -> None:
    """Draw three panels, one under the other.

    Parameters
    ----------
    drawing : Drawing
    view : RadarView
    box : tuple of float
        Left, top, width, height of all three.
    """
    x0, y0, wide, tall = box
    gap = 62.0
    high = (tall - 2 * gap) / 3.0
    draw_snr(drawing, view, (x0, y0, wide, high))
    draw_probability(drawing, view, (x0, y0 + high + gap, wide, high))
    draw_fluctuation(drawing, view, (x0, y0 + 2 * (high + gap), wide, high))


def draw_snr(drawing: Drawing, view: RadarView, box: tuple[float, float, float, float]) -> None:
    """Draw the mean signal-to-noise ratio of one look, and what detection takes."""
    wanted = view.required_snr_db[view.swerling]
    low, high = 10.0 * math.floor((min(wanted) - 6.0) / 10.0), 10.0 * math.ceil((max(wanted) + 14.0) / 10.0)
    last = float(view.range_km[-1])
    panel = Panel(drawing, box, (0.0, last), (low, high))
    panel.frame(ticks(0.0, last, 6), ticks(low, high, 5), "signal-to-noise ratio of one look, dB", "")
    for i, target in enumerate(view.targets[:COLOURS]):
        for level_db, cls in ((target.snr_track_db, "track"), (target.snr_search_db, "search")):
            inside = (level_db >= low) & (level_db <= high)
            panel.curve(view.range_km[inside], level_db[inside], f"{cls} c{i}", target.label)
    for level, p in zip(wanted, view.probabilities, strict=True):
        y = float(panel.place(0.0, level)[0, 1])
        drawing.line(box[0], y, box[0] + box[2], y, "mark")
        words = f"{level:.1f} dB for {p:g}"
        drawing.text(box[0] + box[2] - 4, y - 4, words, "t small halo muted", "end")


def draw_probability(drawing: Drawing, view: RadarView, box: tuple[float, float, float, float]) -> None:
    """Draw the probability of detection in one look, by target."""
    panel = _probability_panel(drawing, view, box, "probability of detection in one look")
    seen = view.range_km <= view.maximum_range_km
    for i, target in enumerate(view.targets[:COLOURS]):
        for detected, cls in ((target.pd_track, "track"), (target.pd_search, "search")):
            panel.curve(view.range_km[seen], detected[seen], f"{cls} c{i}", target.label)


def draw_fluctuation(drawing: Drawing, view: RadarView, box: tuple[float, float, float, float]) -> None:
    """Draw the same for the first target, by how its echo fluctuates."""
    first, seen = view.targets[0], view.range_km <= view.maximum_range_km
    panel = _probability_panel(drawing, view, box, f"the same for {first.rcs_m2:g} m², by Swerling case")
    for case in view.pd_search_by_swerling:
        for curves, cls in ((view.pd_track_by_swerling, "track"), (view.pd_search_by_swerling, "search")):
            panel.curve(view.range_km[seen], curves[case][seen], f"{cls} s{case}", f"Swerling {case}")
    x, y = box[0], box[1] + box[3] + 34.0
    drawing.text(box[0] + box[2], y + 18.0, "slant range, km", "t small muted", "end")
    for case, words in _SWERLING_WORDS.items():
        drawing.line(x, y - 4, x + 18, y - 4, f"search s{case}")
        drawing.text(x + 23, y, words, "t small")
        x += text_width(words, 11.5) + 36.0


def _probability_panel(
    drawing: Drawing, view: RadarView, box: tuple[float, float, float, float], title: str, x_label: str = ""
) -> Panel:
    last = float(view.range_km[-1])
    panel = Panel(drawing, box, (0.0, last), (0.0, 1.0))
    panel.frame(ticks(0.0, last, 6), [0.0, 0.25, 0.5, 0.75, 1.0], title, x_label, y_text=plain)
    if view.maximum_range_km <= last:
        x = float(panel.place(view.maximum_range_km, 0.0)[0, 0])
        drawing.line(x, box[1], x, box[1] + box[3], "mark", "instrumented range")
    return panel
