"""Where a radar detects: the vertical cut through its coverage, the plan at an altitude, its accuracy.

All of it for one look, over a sphere of the mean radius, along the rays of `hoplon.sensor.refraction`. A
battle asks `hoplon.sensor.observe` instead, over the ellipsoid; the two agree to what the figure of the
Earth makes of a distance (0.3 %) and to the step of the grid here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.sensor.radar import Radar, detection_range_m
from hoplon.sensor.refraction import MEAN_RADIUS_M, lowest_visible_altitude_m, lowest_visible_elevation_rad

Array = NDArray[np.float64]

#: Step of the ground ranges that are tried for the edges of a plan.
PLAN_STEP_M = 1000.0


def elevation_limits_deg(radar: Radar, azimuth_deg: float) -> tuple[float, float] | None:
    """Lowest and highest apparent elevation in a direction.

    Parameters
    ----------
    radar : Radar
    azimuth_deg : float
        Clockwise from north.

    Returns
    -------
    tuple of float or None
        None outside the sector.
    """
    width = (radar.azimuth_to_deg - radar.azimuth_from_deg) % 360.0 or 360.0
    if (azimuth_deg - radar.azimuth_from_deg) % 360.0 > width + 1e-9:
        return None
    return radar.lowest_elevation_deg, radar.elevation_max_deg


def middle_azimuth_deg(radar: Radar) -> float:
    """Middle of the sector, clockwise from north; north for a radar that looks all round."""
    width = (radar.azimuth_to_deg - radar.azimuth_from_deg) % 360.0
    return (radar.azimuth_from_deg + 0.5 * width) % 360.0 if width else 0.0


def place_of(
    slant_range_m: ArrayLike, elevation_rad: ArrayLike, radar_altitude_m: float
) -> tuple[Array, Array]:
    """Ground range and altitude of points seen at a slant range and geometric elevation.

    Parameters
    ----------
    slant_range_m, elevation_rad : array_like
    radar_altitude_m : float

    Returns
    -------
    ground_range_m, altitude_m : ndarray
        Along and above the sphere.
    """
    s, e = np.asarray(slant_range_m, dtype=np.float64), np.asarray(elevation_rad, dtype=np.float64)
    across, up = s * np.cos(e), MEAN_RADIUS_M + radar_altitude_m + s * np.sin(e)
    return MEAN_RADIUS_M * np.arctan2(across, up), np.hypot(across, up) - MEAN_RADIUS_M


def look_at_place(
    ground_range_m: ArrayLike, altitude_m: ArrayLike, radar_altitude_m: float
) -> tuple[Array, Array]:
    """Slant range and geometric elevation of points; the inverse of `place_of`.

    Parameters
    ----------
    ground_range_m, altitude_m : array_like
    radar_altitude_m : float

    Returns
    -------
    slant_range_m, elevation_rad : ndarray
    """
    angle = np.asarray(ground_range_m, dtype=np.float64) / MEAN_RADIUS_M
    r = MEAN_RADIUS_M + np.asarray(altitude_m, dtype=np.float64)
    across, up = r * np.sin(angle), r * np.cos(angle) - (MEAN_RADIUS_M + radar_altitude_m)
    return np.hypot(across, up), np.arctan2(up, across)


def vertical_cut(
    radar: Radar,
    rcs_m2: float,
    probability: float = 0.5,
    dwell_s: float | None = None,
    azimuth_deg: float | None = None,
) -> tuple[Array, Array]:
    """Where one look detects a target, in the vertical plane of a direction.

    Out along the lowest ray (lowest beam or mask, bent by the air), up at the slant range of detection to the
    highest beam, which leads back to the radar.

    Parameters
    ----------
    radar : Radar
    rcs_m2 : float
    probability : float
        Of detection in one look.
    dwell_s : float, optional
        The search dwell by default.
    azimuth_deg : float, optional
        The middle of the sector by default.

    Returns
    -------
    lowest_m, limit_m : ndarray, shape (n, 2)
        Ground range and altitude along the lowest ray, from the radar, and along the limit of range. Both
        together are the outline. Empty outside the sector.
    """
    azimuth = middle_azimuth_deg(radar) if azimuth_deg is None else azimuth_deg
    limits = elevation_limits_deg(radar, azimuth)
    if limits is None:
        return np.empty((0, 2)), np.empty((0, 2))
    height = _altitude_m(radar)
    reach = detection_range_m(radar, rcs_m2, probability, dwell_s)
    out = np.linspace(0.0, reach, 160)
    lowest = lowest_visible_elevation_rad(out, limits[0], height)
    arc = np.linspace(float(lowest[-1]), math.radians(limits[1]), 120)
    limit = place_of(np.full(arc.size, reach), arc, height)
    return np.column_stack(place_of(out, lowest, height)), np.column_stack(limit)


def plan_limits(
    radar: Radar,
    altitude_m: float,
    azimuth_deg: ArrayLike,
    rcs_m2: float,
    probability: float = 0.5,
    dwell_s: float | None = None,
) -> tuple[Array, Array]:
    """Nearest and farthest ground range at which one look detects a target at a given altitude.

    Nearer it is above the highest beam; farther it is below the horizon, the mask or the lowest beam, or its
    echo is too weak.

    Parameters
    ----------
    radar : Radar
    altitude_m : float
        Of the target, above the sphere.
    azimuth_deg : array_like
        Clockwise from north.
    rcs_m2 : float
    probability : float
    dwell_s : float, optional
        The search dwell by default.

    Returns
    -------
    nearest_m, farthest_m : ndarray
        To `PLAN_STEP_M`; NaN where the target is detected at no range.
    """
    height = _altitude_m(radar)
    reach = detection_range_m(radar, rcs_m2, probability, dwell_s)
    ground = np.arange(0.0, min(reach * 1.02, 19_000e3) + PLAN_STEP_M, PLAN_STEP_M)
    slant, elevation = look_at_place(ground, altitude_m, height)
    found: dict[tuple[float, float] | None, tuple[float, float]] = {None: (math.nan, math.nan)}
    azimuths = np.atleast_1d(np.asarray(azimuth_deg, dtype=np.float64))
    limits = [elevation_limits_deg(radar, float(azimuth)) for azimuth in azimuths]
    for each in dict.fromkeys(limits):
        if each is not None:
            seen = (slant <= reach) & (elevation <= math.radians(each[1]))
            seen &= altitude_m >= lowest_visible_altitude_m(ground, each[0], height)
            at = np.flatnonzero(seen)
            found[each] = (ground[at[0]], ground[at[-1]]) if at.size else found[None]
    both = np.array([found[each] for each in limits])
    return both[:, 0], both[:, 1]


def measurement_sigmas(radar: Radar, snr: ArrayLike) -> tuple[Array, Array]:
    """Give the standard errors of range and angle that a radar reports of one look.

    ΔR / √(2 z) and θ / (k_m √(2 z)) with their floors in quadrature, as in
    `hoplon.sensor.observe.draw_detections`, at the mean of the power received, z = SNR + 1.

    Parameters
    ----------
    radar : Radar
    snr : array_like
        Mean signal-to-noise ratio of the dwell, linear.

    Returns
    -------
    sigma_range_m, sigma_angle_rad : ndarray
        Angle across the beam, the same in both planes.
    """
    half = 0.5 / (np.asarray(snr, dtype=np.float64) + 1.0)
    beam = math.radians(radar.beamwidth_deg)
    sigma_range = np.sqrt(radar.range_resolution_m**2 * half + radar.range_floor_m**2)
    floor = radar.angle_floor_beamwidths * beam
    return sigma_range, np.sqrt((beam / radar.monopulse_slope) ** 2 * half + floor**2)


def _altitude_m(radar: Radar) -> float:
    return max(0.0, float(radar.site.altitude_m))
