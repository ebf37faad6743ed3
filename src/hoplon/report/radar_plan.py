"""Plan of a radar: where on the map it detects targets of given cross-sections at a given altitude."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hoplon.report.geography import ground_points, land_path, view_of
from hoplon.report.map_picture import graticule, scale_bar
from hoplon.report.panel import plain
from hoplon.report.svg import Drawing, path_data, ticks
from hoplon.result.radar_view import RadarView

COLOURS = 6


def draw_plan(drawing: Drawing, view: RadarView, box: tuple[float, float, float, float]) -> None:
    """Draw the plan; a radar whose place or direction is not known stands on an empty ground.

    Parameters
    ----------
    drawing : Drawing
    view : RadarView
    box : tuple of float
        Left, top, width, height in pixels; it should be square.
    """
    x0, y0, wide, _ = box
    there = view.latitude_deg is not None and view.longitude_deg is not None
    site = (view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    azimuth = view.plan_azimuth_deg
    reach = max([float(np.nanmax(p)) for p in _plans(view) if np.isfinite(p).any()], default=100.0)
    edge = ground_points(*site, azimuth, np.full(azimuth.shape, reach))
    lat, lon = np.append(edge[0], site[0]), np.append(edge[1], site[1])
    map_view = view_of(lat, lon, wide, widest=1.0, tallest=1.0)
    # The parts of a map draw from (0, 0): they get a drawing of their own, which is put into its place.
    inner = Drawing(map_view.width, map_view.height, "")
    inner.rect(0, 0, map_view.width, map_view.height, "sea" if there else "plate")
    inner.clip("plan-frame", 0, 0, map_view.width, map_view.height)
    border: list[tuple[float, float, str, str]] = []
    if there:
        inner.add("path", d=land_path(map_view), cls="land", fill_rule="evenodd")
        border = graticule(inner, map_view)
    for i in reversed(range(min(len(view.targets), COLOURS))):
        target = view.targets[i]
        words = f"{target.label}, {target.rcs_m2:g} m²"
        for plan, cls in ((target.plan_track_km, "track"), (target.plan_search_km, "cover")):
            data = "".join(
                path_data(map_view.pixels(*ground_points(*site, *ring)).tolist(), close=True)
                for ring in _rings(azimuth, plan)
            )
            if data:
                inner.add("path", title=words, d=data, cls=f"{cls} c{i}", fill_rule="evenodd")
    _furniture(inner, view, site, reach, map_view.pixels)
    inner.end()
    for x, y, text, anchor in border:
        inner.text(x, y, text, "t halo small muted", anchor)
    scale_bar(inner, map_view)
    inner.rect(0.5, 0.5, map_view.width - 1, map_view.height - 1, "frame")
    drawing.text(x0, y0 - 9, _title(view), "t strong")
    drawing.place(inner, x0, y0)
    for i, words in enumerate(_remarks(view)):
        drawing.text(x0, y0 + map_view.height + 18 + 16 * i, words, "t small muted")


def _plans(view: RadarView) -> list[np.ndarray]:
    return [plan for t in view.targets[:COLOURS] for plan in (t.plan_search_km, t.plan_track_km)]


def _title(view: RadarView) -> str:
    return f"Seen from above: where a target at {plain(view.plan_altitude_km)} km altitude is detected"


def _remarks(view: RadarView) -> list[str]:
    never = [f"{t.label}, {t.rcs_m2:g} m²" for t in view.targets if not np.isfinite(t.plan_search_km).any()]
    lines = [f"Not detected at this altitude in search: {'; '.join(never)}."] if never else []
    if view.latitude_deg is None:
        lines.append("Upward: the middle of the sector; the radar stands at no place.")
    else:
        lines.append("Equal-area projection; range rings on the ground. Coastlines: Natural Earth.")
    return lines


def _rings(azimuth: np.ndarray, plan: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Close outlines (azimuth, ground range) of where both limits are known, hole and all."""
    near, far = plan.T
    known = np.isfinite(far)
    if not known.any():
        return []
    if known.all() and azimuth[-1] - azimuth[0] >= 360.0 - 1e-6:
        rings = [(azimuth, far)]
        return [*rings, (azimuth[::-1], near[::-1])] if near.max() > 0.0 else rings
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(int), [0]])))
    rings = []
    for a, b in zip(edges[::2], edges[1::2], strict=True):
        part = slice(int(a), int(b))
        # The straight sides are great circles, bent in the projection: they need points between.
        first = np.linspace(near[part][0], far[part][0], 12)
        last = np.linspace(far[part][-1], near[part][-1], 12)
        angle = np.concatenate(
            [
                np.full(12, azimuth[part][0]),
                azimuth[part],
                np.full(12, azimuth[part][-1]),
                azimuth[part][::-1],
            ]
        )
        rings.append((angle, np.concatenate([first, far[part], last, near[part][::-1]])))
    return rings


def _furniture(
    drawing: Drawing,
    view: RadarView,
    site: tuple[float, float],
    reach: float,
    pixels: Callable[[Any, Any], np.ndarray],
) -> None:
    """Range rings with their names, sides of the sector, the radar itself."""
    turn = np.arange(0.0, 361.0, 3.0)
    start, end = view.azimuth_from_deg, view.azimuth_to_deg
    width = (end - start) % 360.0 or 360.0
    whole = width >= 360.0
    spoke = (view.azimuth_from_deg + 0.5 * width if not whole else 45.0) % 360.0
    if not whole:
        out = np.linspace(0.0, 1.06 * reach, 14)
        for azimuth in (start, end):
            line = pixels(*ground_points(*site, np.full(out.shape, azimuth), out))
            drawing.path(path_data(line.tolist()), "edge")
    for radius in ticks(0.0, reach, 5):
        if radius <= 0.0:
            continue
        ring = pixels(*ground_points(*site, turn, np.full(turn.shape, radius)))
        drawing.path(path_data(ring.tolist(), close=True), "ring")
        x, y = pixels(*ground_points(*site, [spoke], [radius]))[0].tolist()
        drawing.text(x, y + 4, f"{plain(radius)} km", "t small halo muted", "middle")
    x, y = pixels(*site)[0].tolist()
    drawing.symbol("diamond", x, y, 8.0, "radar", view.where or view.title)
