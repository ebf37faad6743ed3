"""The terrain around a radar: one angle, or angles by azimuth, and the horizon made of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.sensor.refraction import HORIZON_STEP_M, MEAN_RADIUS_M, horizon_table

if TYPE_CHECKING:
    from hoplon.sensor.radar import Radar

#: Elevation of the terrain in degrees, all around; or pairs of azimuth and elevation.
Mask = float | tuple[tuple[float, float], ...]


def check_mask(mask: Mask, elevation_max_deg: float) -> str:
    """Say what is wrong with a mask.

    Parameters
    ----------
    mask : float or tuple of pairs
    elevation_max_deg : float
        The highest beam, which must clear it.

    Returns
    -------
    str
        Empty where nothing is.
    """
    pairs = mask if isinstance(mask, tuple) else ((0.0, mask),)
    if not pairs:
        return "Give at least one pair of azimuth and elevation."
    if any(not 0.0 <= azimuth <= 360.0 for azimuth, _ in pairs):
        return "Write azimuths in degrees clockwise from north, 0 to 360."
    if len({azimuth % 360.0 for azimuth, _ in pairs}) < len(pairs):
        return "Write each azimuth once; 0 and 360 are the same."
    if any(not -10.0 <= elevation < elevation_max_deg for _, elevation in pairs):
        return "Write degrees from -10 to below elevation_max_deg."
    return ""


def mask_at_deg(mask: Mask, azimuth_deg: ArrayLike) -> NDArray[np.float64]:
    """Elevation of the terrain in given directions.

    Parameters
    ----------
    mask : float or tuple of pairs
        Linear between the azimuths of a table, around the full circle.
    azimuth_deg : array_like
        Clockwise from north.

    Returns
    -------
    ndarray
        In degrees, of the shape of `azimuth_deg`.
    """
    azimuth = np.asarray(azimuth_deg, dtype=np.float64)
    if not isinstance(mask, tuple):
        return np.full(azimuth.shape, float(mask))
    known, elevation = np.array(mask, dtype=np.float64).T
    return np.asarray(np.interp(azimuth, known, elevation, period=360.0))


def lowest_mask_deg(mask: Mask) -> float:
    """Return the lowest elevation of a mask.

    Parameters
    ----------
    mask : float or tuple of pairs

    Returns
    -------
    float
        In degrees.
    """
    return min(elevation for _, elevation in mask) if isinstance(mask, tuple) else float(mask)


def terrain_angle_deg(height_m: float, distance_m: float, radar_altitude_m: float = 0.0) -> float:
    """Elevation at which a mountain top stands, for masks made of a map.

    Over the 4/3 Earth, that is with the bending that rays have in the lowest kilometres (see
    `hoplon.sensor.refraction`): atan((h - h₀) / d - d / (2 · 4/3 R)).

    Parameters
    ----------
    height_m, radar_altitude_m : float
        Above the sea, to the scale of the distance: a profile with stretched heights has steeper angles.
    distance_m : float
        > 0.

    Returns
    -------
    float
    """
    drop = distance_m / (2.0 * 4.0 / 3.0 * MEAN_RADIUS_M)
    return math.degrees(math.atan((height_m - radar_altitude_m) / distance_m - drop))


def horizon_elevation_rad(
    radar: Radar, azimuth_rad: NDArray[np.float64], slant_range_m: NDArray[np.float64], above_deg: float = 0.0
) -> NDArray[np.float64]:
    """Lowest visible geometric elevation, by direction and distance.

    That of the ray that leaves at the lowest beam or at the mask, whichever is higher. Between two azimuths
    of a mask it is interpolated, as the mask is.

    Parameters
    ----------
    radar : Radar
    azimuth_rad, slant_range_m : ndarray
        Where, of one shape.
    above_deg : float
        Lifts the ray: the upper edge of a search fence.

    Returns
    -------
    ndarray
        In radians, of the same shape.
    """
    altitude_m = max(0.0, float(radar.site.altitude_m))

    def along(elevation_deg: float, where: NDArray[np.bool_] | slice) -> NDArray[np.float64]:
        table = horizon_table(min(elevation_deg + above_deg, 90.0), altitude_m, HORIZON_STEP_M)
        place = slant_range_m[where] / HORIZON_STEP_M
        return np.asarray(np.interp(place, np.arange(table.size), table))

    if not isinstance(radar.mask_deg, tuple):
        return along(radar.lowest_elevation_deg, slice(None))
    lowest = along(radar.elevation_min_deg, slice(None))
    pairs = sorted((azimuth % 360.0, elevation) for azimuth, elevation in radar.mask_deg)
    turned = np.degrees(azimuth_rad) % 360.0
    for number, (start, elevation) in enumerate(pairs):
        end, next_elevation = pairs[(number + 1) % len(pairs)]
        width = (end - start) % 360.0 or 360.0
        here = (turned - start) % 360.0 < width
        part = ((turned[here] - start) % 360.0) / width
        masked = (1.0 - part) * along(elevation, here) + part * along(next_elevation, here)
        lowest[here] = np.maximum(lowest[here], masked)
    return lowest
