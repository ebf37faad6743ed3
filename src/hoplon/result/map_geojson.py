"""Contours of a map as GeoJSON (RFC 7946): polygons by layer and level, and the sites as points."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

import hoplon
from hoplon.result.coverage_map import PROBABILITY, CoverageMap
from hoplon.result.map_contours import Polygon, polygons_above
from hoplon.result.map_facts import area_at_least_km2, levels_of

GEOJSON_FORMAT = "hoplon-contours"
GEOJSON_VERSION = 1


def geojson_text(coverage_map: CoverageMap) -> str:
    """Write contours as GeoJSON.

    Parameters
    ----------
    coverage_map : CoverageMap

    Returns
    -------
    str
        A FeatureCollection: for each layer and level one MultiPolygon of the ground where the value is at
        least the level, outer rings counter-clockwise, cut at the 180th meridian; then a Point for each site.
        Positions are longitude and latitude in degrees (WGS-84), to 1e-5. ``area_km2`` is counted in cells.
    """
    features = []
    for layer in coverage_map.layers:
        for level in levels_of(coverage_map, layer):
            polygons = polygons_above(coverage_map, layer, level)
            if not polygons:
                continue
            key = "probability_at_least" if layer.quantity == PROBABILITY else "minutes_at_least"
            properties = {
                "what": "area",
                "layer": layer.name,
                key: level,
                "area_km2": round(area_at_least_km2(coverage_map, layer, level)),
            }
            features.append(
                _feature("MultiPolygon", [_rings(p) for p in polygons], properties, _box(polygons))
            )
    for site in coverage_map.sites:
        longitude = (site.longitude_deg + 180.0) % 360.0 - 180.0
        properties = {"what": "site", "name": site.name, "kind": site.kind}
        features.append(_feature("Point", [round(longitude, 5), round(site.latitude_deg, 5)], properties))
    content = {
        "type": "FeatureCollection",
        "hoplon": {
            "format": GEOJSON_FORMAT,
            "version": GEOJSON_VERSION,
            "software_version": hoplon.__version__,
            "kind": coverage_map.kind,
            "scenario": coverage_map.scenario,
            "date": coverage_map.date,
            "question": coverage_map.question,
            "settings": dict(coverage_map.settings),
        },
        "features": features,
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _feature(
    kind: str, coordinates: Any, properties: dict[str, Any], box: list[float] | None = None
) -> dict[str, Any]:
    feature: dict[str, Any] = {"type": "Feature"}
    if box is not None:
        feature["bbox"] = box
    return feature | {"properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def _rings(polygon: Polygon) -> list[list[list[float]]]:
    return [polygon.outer.tolist(), *(hole.tolist() for hole in polygon.holes)]


def _box(polygons: tuple[Polygon, ...]) -> list[float]:
    """West, south, east, north; west above east where the ground lies on both sides of the 180th meridian."""
    outers = [polygon.outer for polygon in polygons]
    points = np.concatenate(outers)
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    if west == -180.0 and east == 180.0:
        left = [outer for outer in outers if outer[:, 0].max() < 180.0]
        right = [outer for outer in outers if outer[:, 0].max() == 180.0]
        a, b = min(o[:, 0].min() for o in right), max((o[:, 0].max() for o in left), default=180.0)
        if a > b:
            west, east = a, b
    return [float(west), float(south), float(east), float(north)]
