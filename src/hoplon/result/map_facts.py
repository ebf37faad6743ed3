"""Numbers read off a map: areas, values at places, shares by reason."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.result.coverage_map import PROBABILITY, CoverageMap, MapLayer
from hoplon.result.scene import SceneSite

Array = NDArray[np.float64]

#: Mean radius of the Earth (2a + b)/3 of WGS-84: areas are of a sphere, to 0.5 %.
EARTH_RADIUS_KM = 6371.0088

#: Contours that are drawn and written where the map itself states no level.
PROBABILITY_LEVELS = (0.1, 0.5, 0.9)
#: Contours above the level that a map states. They keep off one half and two thirds, where the chances of one
#: and of two shots often lie: a contour at such a plateau would follow noise.
HIGHER_LEVELS = (0.4, 0.6, 0.8)
WARNING_LEVELS_MIN = (2.0, 4.0, 6.0, 8.0)


def levels_of(coverage_map: CoverageMap, layer: MapLayer) -> tuple[float, ...]:
    """Return the levels of a layer's contours.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer

    Returns
    -------
    tuple of float
        Rising. Of probabilities: the map's own level and what lies clearly above it.
    """
    if layer.quantity != PROBABILITY:
        return WARNING_LEVELS_MIN
    level = coverage_map.facts.get("level")
    if level is None:
        return PROBABILITY_LEVELS
    return (round(level, 4), *(higher for higher in HIGHER_LEVELS if higher > level + 0.05))


def edges(centres_deg: Array) -> Array:
    """Borders of cells from their centres: half-way between two, as far out at the ends.

    Parameters
    ----------
    centres_deg : ndarray, shape (n,)
        Rising; at least two.

    Returns
    -------
    ndarray, shape (n + 1,)
    """
    middle = 0.5 * (centres_deg[1:] + centres_deg[:-1])
    first, last = 2.0 * centres_deg[0] - middle[0], 2.0 * centres_deg[-1] - middle[-1]
    return np.concatenate([[first], middle, [last]])


def cell_areas_km2(coverage_map: CoverageMap) -> Array:
    """Areas of the cells: R² Δλ (sin φ₂ - sin φ₁), on a sphere.

    Parameters
    ----------
    coverage_map : CoverageMap

    Returns
    -------
    ndarray, shape (ny, nx)
    """
    latitude, longitude = edges(coverage_map.latitude_deg), edges(coverage_map.longitude_deg)
    bands = np.diff(np.sin(np.radians(np.clip(latitude, -90.0, 90.0))))
    return np.asarray(EARTH_RADIUS_KM**2 * bands[:, None] * np.radians(np.diff(longitude))[None, :])


def area_at_least_km2(coverage_map: CoverageMap, layer: MapLayer, level: float) -> float:
    """Area of the cells whose value is at least a level.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer
    level : float

    Returns
    -------
    float
        Cells without a value do not count.
    """
    with np.errstate(invalid="ignore"):
        return float(cell_areas_km2(coverage_map)[layer.values >= level].sum())


def answered_km2(coverage_map: CoverageMap, layer: MapLayer) -> float:
    """Area of the cells that have a value: where the question has an answer.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer

    Returns
    -------
    float
    """
    return float(cell_areas_km2(coverage_map)[np.isfinite(layer.values)].sum())


def reason_areas_km2(coverage_map: CoverageMap, layer: MapLayer) -> dict[str, float]:
    """Area by the first reason that fails there.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer

    Returns
    -------
    dict of str to float
        The largest first; only reasons that appear.
    """
    areas = cell_areas_km2(coverage_map)
    found = {
        words: float(areas[layer.reasons == number].sum())
        for number, words in enumerate(coverage_map.reasons)
        if number
    }
    return dict(sorted(((k, v) for k, v in found.items() if v > 0.0), key=lambda item: -item[1]))


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """What a map says of one place.

    Attributes
    ----------
    site : SceneSite
    value : float
        Between the centres of the cells around it; NaN where its own cell has none.
    reason : str
        Of the cell that it lies in; empty where none fails.
    """

    site: SceneSite
    value: float
    reason: str


def place_values(coverage_map: CoverageMap, layer: MapLayer) -> tuple[PlaceValue, ...]:
    """Read a map at its sites.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer

    Returns
    -------
    tuple of PlaceValue
        Of the sites that the question can be asked of and that lie on the map, in their order: launch sites
        where cells are launch points, else places to be defended and cities; all where a target hangs.
    """
    kinds: tuple[str, ...] = ("launch_site",) if coverage_map.kind == "denied" else ("asset", "reference")
    if coverage_map.kind == "radar" and "missiles" not in coverage_map.settings:
        kinds = (*kinds, "launch_site")
    found = []
    for site in coverage_map.sites:
        if site.kind not in kinds:
            continue
        at = _cell(coverage_map, site.latitude_deg, site.longitude_deg)
        if at is None:
            continue
        row, column, y, x = at
        reason = coverage_map.reasons[int(layer.reasons[row, column])]
        found.append(PlaceValue(site, _between(layer.values, row, column, y, x), reason))
    return tuple(found)


def _cell(
    coverage_map: CoverageMap, latitude_deg: float, longitude_deg: float
) -> tuple[int, int, float, float] | None:
    """Row and column of the cell of a point, and its place in steps between the centres."""
    latitude, longitude = coverage_map.latitude_deg, coverage_map.longitude_deg
    high, wide = edges(latitude), edges(longitude)
    turned = wide[0] + (longitude_deg - wide[0]) % 360.0
    if not (high[0] <= latitude_deg <= high[-1] and turned <= wide[-1]):
        return None
    row = min(int(np.searchsorted(high, latitude_deg, "right")) - 1, latitude.size - 1)
    column = min(int(np.searchsorted(wide, turned, "right")) - 1, longitude.size - 1)
    y = float(np.interp(latitude_deg, latitude, np.arange(latitude.size)))
    x = float(np.interp(turned, longitude, np.arange(longitude.size)))
    return row, column, y, x


def _between(values: Array, row: int, column: int, y: float, x: float) -> float:
    """Value between four centres; that of the cell itself where one of them has none."""
    own = float(values[row, column])
    if math.isnan(own):
        return own
    i, j = min(int(y), values.shape[0] - 2), min(int(x), values.shape[1] - 2)
    around = values[i : i + 2, j : j + 2]
    if not np.isfinite(around).all():
        return own
    weights = np.outer([1.0 - (y - i), y - i], [1.0 - (x - j), x - j])
    return float((weights * around).sum())
