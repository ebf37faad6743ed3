"""How low can a radar see? Rays through the atmosphere, and the horizon test made of them.

The atmosphere is exponential: N(h) = 313 exp(-h / 7.35 km) in parts per million, near the CRPL reference
atmosphere with the world's mean surface refractivity (Bean and Thayer 1959; ITU-R P.453 gives 315 and
7.35 km). The 4/3 Earth replaces it by a constant bending that holds in the lowest kilometres only: at
1,000 km it lets the radar see 9 km too low. It is kept as a check of the code. Not modelled: weather, ducts,
the ionosphere (which bends UHF and VHF somewhat), terrain other than the mask angle, places with another
refractivity.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.errors import InputError
from hoplon.sensor._kernels import trace_ray

MEAN_RADIUS_M = 6_371_000.0
SURFACE_REFRACTIVITY = 313e-6
SCALE_HEIGHT_M = 7350.0

#: Distance of the nodes of horizon tables.
HORIZON_STEP_M = 5000.0
#: Above this altitude the ray is straight: N is 3e-5 parts per million.
_TOP_M = 120_000.0
_STEP_M = 1000.0
_NODES = 4000

Atmosphere = Literal["exponential", "four_thirds", "geometric"]


def lowest_visible_altitude_m(
    ground_range_m: ArrayLike,
    elevation_deg: float = 0.0,
    radar_altitude_m: float = 0.0,
    model: Atmosphere = "exponential",
    radius_m: float = MEAN_RADIUS_M,
) -> NDArray[np.float64]:
    """Altitude of the ray that leaves a radar at a given elevation, at given ground ranges.

    What is higher is visible; what is lower is below the horizon (or below the mask, or the lowest beam).

    Parameters
    ----------
    ground_range_m : array_like
        Along the surface of the sphere, ≥ 0. Up to about 9,000 km; beyond that the ray never comes and the
        altitude is infinite.
    elevation_deg : float
        At which the ray leaves the radar, between the tangent to the ground and 90. A ray below the tangent
        is replaced by the tangent.
    radar_altitude_m : float
        Above the sphere, between 0 and 100 km.
    model : {"exponential", "four_thirds", "geometric"}
        Atmosphere; the last two have none and differ in the radius.
    radius_m : float
        Of the sphere.

    Returns
    -------
    ndarray
        Altitude above the sphere, m, of the shape of `ground_range_m`.

    Raises
    ------
    InputError
        Where the elevation or the altitude is out of range.
    """
    g = np.asarray(ground_range_m, dtype=np.float64)
    if model == "exponential":
        path = _ray(float(elevation_deg), float(radar_altitude_m), float(radius_m))
        theta = g / radius_m
        above = _straight(theta - path[-1, 0], path[-1, 1], path[-1, 2], radius_m)
        below = np.interp(theta, path[:, 0], path[:, 1])
        return np.asarray(np.where(theta > path[-1, 0], above, below))[()]
    if model not in ("four_thirds", "geometric"):
        raise InputError(
            f"atmosphere model is '{model}'", remedy="Valid here: exponential, four_thirds, geometric."
        )
    radius = radius_m * (4.0 / 3.0 if model == "four_thirds" else 1.0)
    elevation = max(
        _checked_elevation(elevation_deg, radar_altitude_m), _tangent(radar_altitude_m, radius, 0.0)
    )
    return np.asarray(_straight(g / radius, radar_altitude_m, elevation, radius))[()]


def lowest_visible_elevation_rad(
    slant_range_m: ArrayLike, elevation_deg: float = 0.0, radar_altitude_m: float = 0.0
) -> NDArray[np.float64]:
    """Geometric elevation of the points along the ray that leaves the radar at a given apparent elevation.

    The horizon test of the package: a target is visible where its geometric elevation is at least this. So
    the geometry itself is that of the ellipsoid, and only the bending (0.8 deg at most) is that of a sphere.

    Parameters
    ----------
    slant_range_m : array_like
        From the radar, ≥ 0.
    elevation_deg : float
        Apparent: the lowest beam, or the mask angle of the terrain, whichever is higher.
    radar_altitude_m : float
        Above the sphere, between 0 and 100 km.

    Returns
    -------
    ndarray
        Elevation in radians, of the shape of `slant_range_m`; below `elevation_deg`, as rays bend downward.
    """
    s = np.asarray(slant_range_m, dtype=np.float64)
    path = _ray(float(elevation_deg), float(radar_altitude_m), MEAN_RADIUS_M)
    r = MEAN_RADIUS_M + path[:, 1]
    x = r * np.sin(path[:, 0])
    y = r * np.cos(path[:, 0]) - (MEAN_RADIUS_M + radar_altitude_m)
    distance = np.hypot(x, y)
    # At the radar itself the direction is that of the ray.
    elevation = np.concatenate(([path[0, 2]], np.arctan2(y[1:], x[1:])))
    inside = np.interp(s, distance, elevation)
    # Beyond the atmosphere the ray goes on straight from its last point.
    slope = path[-1, 2] - path[-1, 0]
    along = x[-1] * math.cos(slope) + y[-1] * math.sin(slope)
    further = -along + np.sqrt(np.maximum(along**2 - distance[-1] ** 2 + s**2, 0.0))
    outside = np.arctan2(y[-1] + further * math.sin(slope), x[-1] + further * math.cos(slope))
    return np.asarray(np.where(s > distance[-1], outside, inside))[()]


@lru_cache(maxsize=256)
def horizon_table(
    elevation_deg: float, radar_altitude_m: float, step_m: float = HORIZON_STEP_M, length: int = 2000
) -> NDArray[np.float64]:
    """Tabulate the lowest visible geometric elevation at slant ranges 0, step, 2 step, ….

    Parameters
    ----------
    elevation_deg, radar_altitude_m : float
        As for `lowest_visible_elevation_rad`.
    step_m : float
        Distance of the nodes; straight lines between them are within 2 microradians.
    length : int
        Number of nodes; the table ends at 10,000 km by default.

    Returns
    -------
    ndarray
        (length,) in radians, read-only, kept from call to call.
    """
    table = lowest_visible_elevation_rad(np.arange(length) * step_m, elevation_deg, radar_altitude_m)
    table.flags.writeable = False
    return table


def _checked_elevation(elevation_deg: float, radar_altitude_m: float) -> float:
    if not -90.0 <= elevation_deg <= 90.0:
        raise InputError(f"elevation is {elevation_deg} deg", remedy="Write a number from -90 to 90.")
    if not 0.0 <= radar_altitude_m <= 100_000.0:
        raise InputError(
            f"radar altitude is {radar_altitude_m} m", remedy="Write metres above the sea, 0 to 100000."
        )
    return math.radians(elevation_deg)


def _tangent(radar_altitude_m: float, radius_m: float, surface_refractivity: float) -> float:
    # Bouguer: n r cos e is constant along a ray, and the tangent ray has e = 0 at the surface.
    at_radar = 1.0 + surface_refractivity * math.exp(-radar_altitude_m / SCALE_HEIGHT_M)
    ratio = (1.0 + surface_refractivity) * radius_m / (at_radar * (radius_m + radar_altitude_m))
    return -math.acos(min(1.0, ratio))


@lru_cache(maxsize=256)
def _ray(elevation_deg: float, radar_altitude_m: float, radius_m: float) -> NDArray[np.float64]:
    elevation = _checked_elevation(elevation_deg, radar_altitude_m)
    elevation = max(elevation, _tangent(radar_altitude_m, radius_m, SURFACE_REFRACTIVITY))
    return trace_ray(
        radius_m, radar_altitude_m, elevation, SURFACE_REFRACTIVITY, SCALE_HEIGHT_M, _TOP_M, _STEP_M, _NODES
    )


def _straight(
    theta: NDArray[np.float64], altitude_m: float, elevation: float, radius_m: float
) -> NDArray[np.float64]:
    # A straight line in polar coordinates: r cos(e + θ) = r0 cos e.
    angle = elevation + theta
    cosine = np.cos(np.minimum(angle, 0.5 * math.pi))
    with np.errstate(divide="ignore"):
        r = (radius_m + altitude_m) * math.cos(elevation) / np.maximum(cosine, 0.0)
    return np.where(angle < 0.5 * math.pi, r - radius_m, np.inf)
