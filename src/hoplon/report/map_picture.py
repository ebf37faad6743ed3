"""The map: sites, what the radars see, where the missiles fly, where interceptors meet them."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from markupsafe import Markup

from hoplon.report.choose import intercept_points
from hoplon.report.geography import View, ground_points, land_path, sector, view_of
from hoplon.report.labels import place_labels
from hoplon.report.svg import Drawing, number, path_data, shortened, text_width, ticks
from hoplon.report.words import named, place_name
from hoplon.result.model import Record, Study
from hoplon.result.scene import SceneSite

WIDTH = 1080.0

#: Kind of site: its mark, its size in pixels, and the words of the legend.
MARKS = {
    "asset": ("circle", 4.0, "place to be defended"),
    "battery": ("square", 5.0, "interceptors"),
    "radar": ("diamond", 8.5, "radar"),
    "launch_site": ("triangle", 6.5, "launch site"),
    "reference": ("circle", 2.5, "place for orientation"),
}

#: Colours for missile types in the order of their first threat; more types share the last.
COLOURS = 6


def colour_classes(study: Study) -> dict[str, str]:
    """Give each missile type the style class of its colour.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of str to str
    """
    types = dict.fromkeys(path.missile for path in study.paths)
    return {missile: f"m{min(i, COLOURS - 1)}" for i, missile in enumerate(types)}


def draw_map(study: Study, battle: Record | None) -> Markup | None:
    """Draw the map of a study.

    Parameters
    ----------
    study : Study
    battle : Record, optional
        The battle whose intercepts stand out; those of the others are dots.

    Returns
    -------
    Markup or None
        None where there is nothing to place.
    """
    lat, lon = _extent(study)
    if not lat:
        return None
    view = view_of(lat, lon, WIDTH)
    drawing = Drawing(view.width, view.height, "Map of sites, radar sectors, flight paths and intercepts")
    drawing.rect(0, 0, view.width, view.height, "sea")
    drawing.clip("map-frame", 0, 0, view.width, view.height)
    drawing.add("path", d=land_path(view), cls="land", fill_rule="evenodd")
    border = graticule(drawing, view)
    _ground_shapes(drawing, view, study.sites)
    _intercept_spread(drawing, view, study)
    crowded = _flights(drawing, view, study)
    _intercepts(drawing, view, study, battle)
    crowded += draw_sites(drawing, view, study.sites)
    drawing.end()
    for x, y, text, anchor in border:
        drawing.text(x, y, text, "t halo small muted", anchor)
        crowded.append((x, y, 8.0))
    scale_bar(drawing, view)
    crowded += [(x, view.height - 20.0, 40.0) for x in np.linspace(14, 230, 25)]
    draw_names(drawing, view, study.sites, crowded)
    drawing.rect(0.5, 0.5, view.width - 1, view.height - 1, "frame")
    return drawing.done()


def _extent(study: Study) -> tuple[list[float], list[float]]:
    lat = [v for path in study.paths for v in path.latitude_deg[::4]]
    lon = [v for path in study.paths for v in path.longitude_deg[::4]]
    for site in study.sites:
        reach = site.radius_km or 0.0
        around = ground_points(
            site.latitude_deg, site.longitude_deg, np.arange(0, 360, 90), np.full(4, reach)
        )
        lat += around[0].tolist()
        lon += around[1].tolist()
    return lat, lon


def graticule(drawing: Drawing, view: View) -> list[tuple[float, float, str, str]]:
    """Draw meridians and parallels; return their names on the edge: x, y, text, anchor."""
    edge = np.linspace(0.0, 1.0, 25)
    lat_range, lon_range = _degrees_in(view)
    steps = [s for s in (0.5, 1, 2, 5, 10, 15, 20, 30) if (lat_range[1] - lat_range[0]) / s <= 7]
    step = steps[0] if steps else 30.0
    names: list[tuple[float, float, str, str]] = []
    for value in np.arange(math.ceil(lat_range[0] / step), math.floor(lat_range[1] / step) + 1) * step:
        if abs(value) >= 90:
            continue
        line = view.pixels(np.full(97, value), np.linspace(*lon_range, 97))
        drawing.path(path_data(line.tolist()), "grid")
        y = _where_crossing(line, 0, 1.0)
        if y is not None and 16 < y < view.height - 40:
            names.append((5.0, y - 3, _degrees(float(value), "N", "S"), "start"))
    for value in np.arange(math.ceil(lon_range[0] / step), math.floor(lon_range[1] / step) + 1) * step:
        south, north = max(lat_range[0], -89.0), min(lat_range[1], 89.0)
        line = view.pixels(south + (north - south) * edge, np.full(25, value))
        drawing.path(path_data(line.tolist()), "grid")
        x = _where_crossing(line, 1, 1.0)
        if x is not None and 40 < x < view.width - 40:
            names.append((x + 3, 12.0, _degrees((float(value) + 180) % 360 - 180, "E", "W"), "start"))
    return names


def _degrees(value: float, plus: str, minus: str) -> str:
    return f"{abs(value):g}° {plus if value >= 0 else minus}"


def _where_crossing(line: np.ndarray, axis: int, at: float) -> float | None:
    """Where a line on the picture crosses a horizontal (axis 1) or upright one."""
    away = line[:, axis] - at
    i = np.flatnonzero(np.sign(away[:-1]) != np.sign(away[1:]))
    if not len(i):
        return None
    k = int(i[0])
    share = away[k] / (away[k] - away[k + 1])
    return float(line[k, 1 - axis] + share * (line[k + 1, 1 - axis] - line[k, 1 - axis]))


def _degrees_in(view: View) -> tuple[tuple[float, float], tuple[float, float]]:
    """Ranges of latitude and longitude in the view, found by trying a grid of the whole Earth."""
    middle = view.projection.longitude_deg
    lat, lon = np.meshgrid(np.linspace(-90, 90, 361), np.linspace(middle - 180, middle + 180, 721))
    at = view.pixels(lat.ravel(), lon.ravel())
    seen = (at[:, 0] >= 0) & (at[:, 0] <= view.width) & (at[:, 1] >= 0) & (at[:, 1] <= view.height)
    lat, lon = lat.ravel()[seen], lon.ravel()[seen]
    return (float(lat.min()) - 0.5, float(lat.max()) + 0.5), (float(lon.min()) - 0.5, float(lon.max()) + 0.5)


def _ground_shapes(drawing: Drawing, view: View, sites: Iterable[SceneSite]) -> None:
    for site in sites:
        if (
            site.range_km is not None
            and site.azimuth_from_deg is not None
            and site.azimuth_to_deg is not None
        ):
            outline = sector(
                site.latitude_deg,
                site.longitude_deg,
                site.azimuth_from_deg,
                site.azimuth_to_deg,
                site.range_km,
            )
            words = f"{place_name(site.name)}: {site.range_km:.0f} km"
            drawing.path(path_data(view.pixels(*outline).tolist(), close=True), "sector", words)
    for site in sites:
        if site.radius_km:
            azimuth = np.arange(0, 360, 6)
            ring = ground_points(
                site.latitude_deg, site.longitude_deg, azimuth, np.full(azimuth.shape, site.radius_km)
            )
            drawing.path(
                path_data(view.pixels(*ring).tolist(), close=True), "defended", place_name(site.name)
            )


def _flights(drawing: Drawing, view: View, study: Study) -> list[tuple[float, float, float]]:
    crowded: list[tuple[float, float, float]] = []
    colours = colour_classes(study)
    ends = {}
    for path in study.paths:
        line = view.pixels(path.latitude_deg, path.longitude_deg)
        words = (
            f"{named(path.threat)}: {path.range_km:.0f} km, apogee {path.apogee_km:.0f} km, "
            f"{path.flight_time_s:.0f} s"
        )
        drawing.path(path_data(line.tolist()), f"flight {colours[path.missile]}", words)
        crowded += [(float(x), float(y), 1.5) for x, y in line[::3]]
        ends[(round(float(line[-1, 0])), round(float(line[-1, 1])))] = line[-1]
    for point in ends.values():
        drawing.symbol("plus", float(point[0]), float(point[1]), 5, "aim")
    return crowded


def _intercept_spread(drawing: Drawing, view: View, study: Study) -> None:
    # Zero-length strokes with round ends are dots: a few bytes each for thousands of them.
    dots = {
        (number(x), number(y))
        for lat, lon, _, _ in intercept_points(study.records)
        for x, y in np.round(view.pixels(lat, lon)).tolist()
    }
    drawing.path("".join(f"M{x} {y}h0" for x, y in sorted(dots)), "dots")


def _intercepts(drawing: Drawing, view: View, study: Study, battle: Record | None) -> None:
    for lat, lon, hit, words in intercept_points([battle] if battle is not None else []):
        x, y = view.pixels(lat, lon)[0].tolist()
        drawing.symbol(
            "star" if hit else "cross", x, y, 6.5 if hit else 5.0, "hit" if hit else "missed", words
        )
    ends = {path.threat: (path.latitude_deg[-1], path.longitude_deg[-1]) for path in study.paths}
    for outcome in battle.outcomes if battle is not None else ():
        if outcome.outcome == "leaked" and outcome.threat in ends:
            x, y = view.pixels(*ends[outcome.threat])[0].tolist()
            drawing.circle(x, y, 8.0, "struck", f"{named(outcome.threat)}: {outcome.reason}")


def draw_sites(drawing: Drawing, view: View, sites: Iterable[SceneSite]) -> list[tuple[float, float, float]]:
    """Draw the marks of sites, the most important on top.

    Parameters
    ----------
    drawing : Drawing
    view : View
    sites : iterable of SceneSite

    Returns
    -------
    list of (x, y, cost)
        Where names should not stand.
    """
    crowded = []
    for kind in ("reference", "asset", "launch_site", "radar", "battery"):
        for site in sites:
            if site.kind != kind:
                continue
            x, y = view.pixels(site.latitude_deg, site.longitude_deg)[0].tolist()
            mark, size, _ = MARKS[kind]
            drawing.symbol(mark, x, y, size, f"site {kind}", place_name(site.name))
            crowded.append((x, y, 30.0))
    return crowded


#: Names are set half bold in 12 px, and as wide as plain letters of this size.
_BOLD = 13.0
#: Pixels per km from which on there is room for the names of cities.
_CITIES_FROM = 0.3


def draw_names(
    drawing: Drawing, view: View, sites: Iterable[SceneSite], crowded: list[tuple[float, float, float]]
) -> None:
    """Write the names of sites beside their marks; several in one place share a name.

    Parameters
    ----------
    drawing : Drawing
    view : View
    sites : iterable of SceneSite
    crowded : list of (x, y, cost)
        Where they should not stand.
    """
    order = ("battery", "asset", "launch_site", "radar", "reference")
    groups: list[tuple[float, float, list[str]]] = []
    for site in sorted(sites, key=lambda s: order.index(s.kind) if s.kind in order else len(order)):
        point = view.pixels(site.latitude_deg, site.longitude_deg)[0]
        if not view.holds(point) or (site.kind == "reference" and view.pixels_per_km < _CITIES_FROM):
            continue
        x, y = point.tolist()
        near = next((g for g in groups if math.hypot(g[0] - x, g[1] - y) < 7), None)
        if near is None:
            groups.append((x, y, [place_name(site.name)]))
        elif site.kind != "reference":  # a city for orientation makes no name longer
            near[2].append(place_name(site.name))
    wanted = [(shortened(_joined(names), 42), x, y) for x, y, names in groups]
    for label in place_labels(wanted, crowded, view.width, view.height, _BOLD):
        if label.leader:
            left, top, right, bottom = label.box
            x = min(max(label.anchor[0], left), right)
            y = min(max(label.anchor[1], top), bottom)
            drawing.line(*label.anchor, x, y, "leader")
        drawing.text(label.x, label.y, label.text, "t halo place")


def _joined(names: list[str]) -> str:
    """One name for several things in one place: what begins alike is said once."""
    out: list[str] = []
    for name in names:
        words = [w for w in name.split() if not any(w in other.split() for other in out)]
        if words:
            out.append(" ".join(words))
    return " + ".join(out)


def scale_bar(drawing: Drawing, view: View) -> None:
    """Draw the scale in the lower left corner."""
    length_km = max((v for v in ticks(0, 200 / view.pixels_per_km, 4) if v > 0), default=100.0)
    x, y, wide = 16.0, view.height - 14.0, length_km * view.pixels_per_km
    words = f"{length_km:g} km"
    drawing.rect(x - 8, y - 16, wide + text_width(words, 12) + 26, 24, "plate")
    drawing.path(f"M{number(x)} {number(y - 5)}v5h{number(wide)}v-5", "scale")
    drawing.text(x + wide + 7, y + 1, words)
