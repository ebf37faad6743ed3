"""Distances and directions on the ellipsoid, through PROJ (Karney 2013)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hoplon.earth import _kernels as k

if TYPE_CHECKING:
    from pyproj import Geod

Array = NDArray[np.float64]


@lru_cache(maxsize=8)
def _geod(radius_m: float, flattening: float) -> Geod:
    # Imported here: PROJ costs 0.1 s that a plain `import hoplon` should not pay.
    from pyproj import Geod

    return Geod(a=radius_m, f=flattening)


def distance_km(
    latitude_1_deg: float,
    longitude_1_deg: float,
    latitude_2_deg: float,
    longitude_2_deg: float,
    *,
    radius_m: float = k.RADIUS,
    flattening: float = k.FLATTENING,
) -> float:
    """Return the length of the shortest line on the ellipsoid between two places, in kilometres."""
    geod = _geod(radius_m, flattening)
    return float(geod.inv(longitude_1_deg, latitude_1_deg, longitude_2_deg, latitude_2_deg)[2]) / 1e3


def distances_km(
    latitudes_1_deg: Array, longitudes_1_deg: Array, latitudes_2_deg: Array, longitudes_2_deg: Array
) -> Array:
    """Return `distance_km` on WGS-84 of many pairs of places at once."""
    geod = _geod(k.RADIUS, k.FLATTENING)
    _, _, metres = geod.inv(longitudes_1_deg, latitudes_1_deg, longitudes_2_deg, latitudes_2_deg)
    return np.asarray(metres) / 1e3


def azimuth_deg(
    latitude_1_deg: float, longitude_1_deg: float, latitude_2_deg: float, longitude_2_deg: float
) -> float:
    """Return the direction at the first place towards the second, clockwise from north, in [0, 360)."""
    geod = _geod(k.RADIUS, k.FLATTENING)
    return float(geod.inv(longitude_1_deg, latitude_1_deg, longitude_2_deg, latitude_2_deg)[0]) % 360.0


def destination(
    latitude_deg: float, longitude_deg: float, azimuth_deg: float, distance_km: float
) -> tuple[float, float]:
    """Return latitude and longitude (deg) of the place at a distance and direction on WGS-84."""
    lon, lat, _ = _geod(k.RADIUS, k.FLATTENING).fwd(
        longitude_deg, latitude_deg, azimuth_deg, distance_km * 1e3
    )
    return float(lat), float(lon)
