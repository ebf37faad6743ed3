"""Distances and directions on the ellipsoid, through PROJ (Karney 2013)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from hoplon.earth import _kernels as k

if TYPE_CHECKING:
    from pyproj import Geod


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
