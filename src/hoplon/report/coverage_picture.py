"""A map as a picture: cells in colour, contours, coast, places, on an equal-area projection."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from markupsafe import Markup

from hoplon.report.cell_outlines import cells_path
from hoplon.report.coverage_bands import bands_of, quantity_words, reason_styles, used_bands
from hoplon.report.geography import View, land_path, view_of
from hoplon.report.map_picture import draw_names, draw_sites, graticule, scale_bar
from hoplon.report.page import page_part
from hoplon.report.svg import Drawing, path_data, shortened, standalone, text_width
from hoplon.report.words import named
from hoplon.result.coverage_map import PROBABILITY, CoverageMap, MapLayer
from hoplon.result.map_contours import contour_lines
from hoplon.result.map_facts import edges, levels_of
from hoplon.result.scene import SceneSite

WIDTH = 1080.0
SMALL_WIDTH = 520.0
#: Room above and below the map where the picture stands alone.
_HEAD, _FOOT = 74.0, 36.0


def map_view(coverage_map: CoverageMap, width: float) -> View:
    """Choose the view that holds all cells.

    Parameters
    ----------
    coverage_map : CoverageMap
    width : float
        Pixels.

    Returns
    -------
    View
    """
    latitude, longitude = _border(coverage_map)
    return view_of(latitude, longitude, width, widest=1.9, tallest=0.95)


def _border(coverage_map: CoverageMap) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the cells along the edge of the grid, once around."""
    high, wide = edges(coverage_map.latitude_deg), edges(coverage_map.longitude_deg)
    latitude = np.concatenate([np.full(wide.size, high[0]), high, np.full(wide.size, high[-1]), high[::-1]])
    longitude = np.concatenate([wide, np.full(high.size, wide[-1]), wide[::-1], np.full(high.size, wide[0])])
    return latitude, longitude


def draw_layer(coverage_map: CoverageMap, layer: MapLayer) -> Markup:
    """Draw one layer large: values in bands, contours, places with their names.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer

    Returns
    -------
    Markup
    """
    return _values(coverage_map, layer).done()


def draw_small(coverage_map: CoverageMap, layer: MapLayer) -> Markup:
    """Draw one layer at half the width, places without names.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer

    Returns
    -------
    Markup
        For the page of `draw_layer`, whose coastlines it uses.
    """
    view = map_view(coverage_map, SMALL_WIDTH)
    drawing = Drawing(view.width, view.height, f"Map: {named(layer.name)}")
    _ground(drawing, view, "small", own_land=False)
    _bands(drawing, coverage_map, layer, view)
    _over(drawing, view, own_land=False)
    _contours(drawing, coverage_map, layer, view, words=False)
    draw_sites(drawing, view, _shown(coverage_map, small=True))
    drawing.end()
    drawing.rect(0.5, 0.5, view.width - 1, view.height - 1, "frame")
    return drawing.done()


def draw_reasons(coverage_map: CoverageMap, layer: MapLayer) -> Markup | None:
    """Draw where the chain fails first, by reason.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer

    Returns
    -------
    Markup or None
        None where nothing fails.
    """
    if not layer.reasons.any():
        return None
    view = map_view(coverage_map, SMALL_WIDTH)
    drawing = Drawing(view.width, view.height, "Map of the first link of the chain that fails")
    _ground(drawing, view, "reasons", own_land=False)
    for number, style in reason_styles(layer).items():
        here = layer.reasons == number
        data = cells_path(here, coverage_map.latitude_deg, coverage_map.longitude_deg, view)
        drawing.add("path", title=coverage_map.reasons[number], d=data, cls=style)
    _over(drawing, view, own_land=False)
    draw_sites(drawing, view, _shown(coverage_map, small=True))
    drawing.end()
    drawing.rect(0.5, 0.5, view.width - 1, view.height - 1, "frame")
    return drawing.done()


def draw_alone(coverage_map: CoverageMap) -> Markup:
    """Draw the first layer as a document of its own, with title and legend.

    Parameters
    ----------
    coverage_map : CoverageMap

    Returns
    -------
    Markup
        An SVG document.
    """
    layer = coverage_map.layers[0]
    inner = _values(coverage_map, layer)
    drawing = Drawing(WIDTH, inner.height + _HEAD + _FOOT, coverage_map.question)
    drawing.text(14, 24, shortened(coverage_map.question, 120), "t strong title")
    what = f"{named(layer.name)}; {coverage_map.scenario}, as of {coverage_map.date}"
    drawing.text(14, 44, shortened(what, 150), "t muted")
    x = 14.0
    heading = f"{quantity_words(coverage_map, layer)}:"
    drawing.text(x, 64, heading, "t small")
    x += text_width(heading, 11.5) + 8.0
    for band in used_bands(coverage_map, (layer,)):
        drawing.rect(x, 53, 18, 13, f"{band.style} swatch")
        drawing.text(x + 23, 64, band.words, "t small")
        x += 23 + text_width(band.words, 11.5) + 14.0
    drawing.place(inner, 0, _HEAD)
    foot = "Lambert's azimuthal equal-area projection. Coastlines: Natural Earth. No colour: no answer."
    drawing.text(14, inner.height + _HEAD + 20, foot, "t small muted")
    # The page's sheet and nothing else: a picture of its own looks as it does on the page.
    style = page_part("style.css") + "\nsvg { background: var(--bg); font-family: system-ui, sans-serif; }\n"
    style += ".title { font-size: 16px !important; }\n"
    return standalone(drawing.done(), drawing.width, drawing.height, style)


def _values(coverage_map: CoverageMap, layer: MapLayer) -> Drawing:
    view = map_view(coverage_map, WIDTH)
    drawing = Drawing(view.width, view.height, f"Map: {quantity_words(coverage_map, layer)}")
    _ground(drawing, view, "main", own_land=True)
    _bands(drawing, coverage_map, layer, view)
    _over(drawing, view, own_land=True)
    border = graticule(drawing, view)
    crowded = _contours(drawing, coverage_map, layer, view, words=True)
    shown = _shown(coverage_map, small=False)
    crowded += draw_sites(drawing, view, shown)
    drawing.end()
    for x, y, text, anchor in border:
        drawing.text(x, y, text, "t halo small muted", anchor)
        crowded.append((x, y, 8.0))
    scale_bar(drawing, view)
    crowded += [(float(x), view.height - 20.0, 40.0) for x in np.linspace(14, 230, 25)]
    draw_names(drawing, view, shown, crowded)
    drawing.rect(0.5, 0.5, view.width - 1, view.height - 1, "frame")
    return drawing


def _ground(drawing: Drawing, view: View, name: str, *, own_land: bool) -> None:
    drawing.rect(0, 0, view.width, view.height, "sea")
    drawing.clip(f"frame-{name}", 0, 0, view.width, view.height)
    if own_land:
        drawing.add("path", d=land_path(view), cls="land", fill_rule="evenodd", id="land")
    else:
        scale = f"scale({view.width / WIDTH:.5f})"
        drawing.add("use", href="#land", transform=scale)


def _over(drawing: Drawing, view: View, *, own_land: bool) -> None:
    """Draw the coast once more, over the colours."""
    scale = "scale(1)" if own_land else f"scale({view.width / WIDTH:.5f})"
    drawing.add("use", href="#land", transform=scale, cls="coast")


def _bands(drawing: Drawing, coverage_map: CoverageMap, layer: MapLayer, view: View) -> None:
    for band in bands_of(coverage_map, layer):
        here = band.holds(layer)
        if here.any():
            data = cells_path(here, coverage_map.latitude_deg, coverage_map.longitude_deg, view)
            drawing.add("path", title=band.words, d=data, cls=band.style, fill_rule="evenodd")
    corners = view.pixels(*_border(coverage_map))
    drawing.path(path_data(np.round(corners, 1).tolist(), close=True), "edge-of-grid")


def _contours(
    drawing: Drawing,
    coverage_map: CoverageMap,
    layer: MapLayer,
    view: View,
    *,
    words: bool,
) -> list[tuple[float, float, float]]:
    """Draw the contours, and their levels at the middle of the longest line of each; return what is full."""
    crowded = []
    levels = levels_of(coverage_map, layer)
    # The map's own level comes first; without one, a half stands in the middle.
    main = (
        0
        if "level" in coverage_map.facts and layer.quantity == PROBABILITY
        else levels.index(0.5)
        if 0.5 in levels
        else -1
    )
    for number, level in enumerate(levels):
        lines = [view.pixels(line[:, 1], line[:, 0]) for line in contour_lines(coverage_map, layer, level)]
        data = "".join(path_data(np.round(line, 1).tolist()) for line in lines if len(line) > 1)
        text = f"{100 * level:g} %" if layer.quantity == PROBABILITY else f"{level:g} min"
        drawing.path(data, "contour main" if number == main else "contour", text)
        if not words:
            continue
        inside = [line[_seen(line, view)] for line in lines]
        longest = max(inside, key=_length, default=np.empty((0, 2)))
        if _length(longest) > 90.0:
            x, y = longest[len(longest) // 2].tolist()
            drawing.text(x, y + 4, text, "t halo small", "middle")
            crowded.append((x, y, 20.0))
    return crowded


def _seen(line: np.ndarray, view: View) -> np.ndarray:
    margin = 24.0
    return np.asarray(
        (line[:, 0] > margin)
        & (line[:, 0] < view.width - margin)
        & (line[:, 1] > margin)
        & (line[:, 1] < view.height - margin)
    )


def _length(line: np.ndarray) -> float:
    return sum(float(np.hypot(*(b - a))) for a, b in pairwise(line))


def _shown(coverage_map: CoverageMap, *, small: bool) -> list[SceneSite]:
    kinds: Iterable[str] = ("battery", "launch_site") if small else ()
    return [site for site in coverage_map.sites if not small or site.kind in kinds]
