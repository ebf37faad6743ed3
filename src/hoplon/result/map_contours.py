"""Where a map lies above a level: contour lines and polygons in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hoplon.result.coverage_map import CoverageMap, MapLayer
from hoplon.result.map_facts import edges

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Polygon:
    """Ground within an outline.

    Attributes
    ----------
    outer : ndarray, shape (n, 2)
        Longitude and latitude, counter-clockwise, the last point the same as the first.
    holes : tuple of ndarray
        Clockwise.
    """

    outer: Array
    holes: tuple[Array, ...] = ()


def polygons_above(coverage_map: CoverageMap, layer: MapLayer, level: float) -> tuple[Polygon, ...]:
    """Outline the ground where a layer is at least a level.

    Contours run between the centres of the cells by linear interpolation (marching squares, by contourpy).
    The outermost cells reach to their own edges; ground without a value belongs to no polygon. Where the map
    passes the 180th meridian, polygons are cut there, and both parts share the points on it.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer
    level : float

    Returns
    -------
    tuple of Polygon
        Longitudes from -180 to 180.
    """
    found: list[Polygon] = []
    for latitude, longitude, values in _parts(coverage_map, layer):
        generator = _generator(longitude, latitude, values, "outer")
        top = np.nanmax(values, initial=level) + 1.0
        for points, offsets in zip(*generator.filled(level, top), strict=True):
            rings = [points[a:b] for a, b in pairwise(offsets)]
            outer, *holes = (_turned(ring, left=not number) for number, ring in enumerate(rings))
            if outer is not None:
                found.append(Polygon(outer, tuple(hole for hole in holes if hole is not None)))
    return tuple(found)


def contour_lines(coverage_map: CoverageMap, layer: MapLayer, level: float) -> tuple[Array, ...]:
    """Draw the line along which a layer has a level.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer
    level : float

    Returns
    -------
    tuple of ndarray, shape (n, 2)
        Longitude (which may pass 180, as that of the map) and latitude.
    """
    generator = _generator(coverage_map.longitude_deg, coverage_map.latitude_deg, layer.values, "lines")
    return tuple(np.asarray(line) for line in generator.lines(level))


def _generator(longitude: Array, latitude: Array, values: Array, what: str) -> Any:
    from contourpy import FillType, LineType, contour_generator

    return contour_generator(
        longitude,
        latitude,
        np.ma.masked_invalid(values),
        name="serial",
        corner_mask=True,
        line_type=LineType.Separate,
        fill_type=FillType.OuterOffset,
    )


def _parts(coverage_map: CoverageMap, layer: MapLayer) -> list[tuple[Array, Array, Array]]:
    """Grid out to the edges of its cells, cut at the 180th meridian, longitudes within -180 to 180."""
    latitude, longitude, values = _to_the_edges(
        coverage_map.latitude_deg, coverage_map.longitude_deg, layer.values
    )
    parts = []
    for turn in range(-1, 2):
        west, east = -180.0 + 360.0 * turn, 180.0 + 360.0 * turn
        cut_longitude, cut_values = _between_meridians(longitude, values, west, east)
        if cut_longitude.size >= 2:
            parts.append((latitude, cut_longitude - 360.0 * turn, cut_values))
    return parts


def _to_the_edges(latitude: Array, longitude: Array, values: Array) -> tuple[Array, Array, Array]:
    south, north = edges(latitude)[[0, -1]]
    west, east = edges(longitude)[[0, -1]]
    return (
        np.concatenate([[max(south, -90.0)], latitude, [min(north, 90.0)]]),
        np.concatenate([[west], longitude, [east]]),
        np.pad(values, 1, mode="edge"),
    )


def _between_meridians(longitude: Array, values: Array, west: float, east: float) -> tuple[Array, Array]:
    inside = (longitude > west) & (longitude < east)
    columns, found = [longitude[inside]], [values[:, inside]]
    for place, at in ((0, west), (-1, east)):
        if longitude[0] <= at <= longitude[-1]:
            column = _column(longitude, values, at)
            index = 0 if place == 0 else len(columns)
            columns.insert(index, np.array([at]))
            found.insert(index, column)
    return np.concatenate(columns), np.concatenate(found, axis=1)


def _column(longitude: Array, values: Array, at: float) -> Array:
    """Values on a meridian: between two columns, or of the one that has a value."""
    after = int(np.clip(np.searchsorted(longitude, at), 1, longitude.size - 1))
    share = (at - longitude[after - 1]) / (longitude[after] - longitude[after - 1])
    left, right = values[:, after - 1], values[:, after]
    between = (1.0 - share) * left + share * right
    nearest = left if share < 0.5 else right
    return np.asarray(np.where(np.isnan(between), nearest, between))[:, None]


def _turned(ring: Array, *, left: bool) -> Array | None:
    """Round a ring to 1e-5 deg (1 m), close it, its inside to the left or right; None where it vanishes."""
    points = np.round(np.asarray(ring, dtype=np.float64), 5) + 0.0
    keep = np.append(True, (np.diff(points, axis=0) != 0.0).any(axis=1))
    points = points[keep]
    if not (points[0] == points[-1]).all():
        points = np.vstack([points, points[:1]])
    x, y = points[:, 0], points[:, 1]
    doubled = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    if len(points) < 4 or doubled == 0.0:
        return None
    return np.array(points if (doubled > 0.0) == left else points[::-1])
