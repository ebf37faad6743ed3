"""Frames: geodetic, Earth-fixed (ECEF), inertial (ECI), local east-north-up and azimuth-elevation-range.

Positions are arrays whose last axis is (x, y, z) in metres. WGS-84. The inertial frame is the Earth-fixed
frame frozen at t = 0: no precession, nutation or polar motion, which displace nothing relative to the
ground within a battle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth import _kernels as k

if TYPE_CHECKING:
    from hoplon.earth.sites import Site

Array = NDArray[np.float64]


def ecef_from_geodetic(
    latitude_deg: ArrayLike, longitude_deg: ArrayLike, altitude_m: ArrayLike = 0.0
) -> Array:
    """Earth-fixed position of geodetic coordinates.

    Parameters
    ----------
    latitude_deg, longitude_deg : array_like
        WGS-84 geodetic coordinates; any shapes that broadcast.
    altitude_m : array_like
        Height above the ellipsoid.

    Returns
    -------
    ndarray, shape (..., 3)
        r_ecef in metres; exact to rounding.
    """
    lat = np.radians(np.asarray(latitude_deg, float))
    lon = np.radians(np.asarray(longitude_deg, float))
    h = np.asarray(altitude_m, float)
    e2 = k.FLATTENING * (2.0 - k.FLATTENING)
    n = k.RADIUS / np.sqrt(1.0 - e2 * np.sin(lat) ** 2)
    parts = (n + h) * np.cos(lat) * np.cos(lon), (n + h) * np.cos(lat) * np.sin(lon)
    return np.stack(np.broadcast_arrays(*parts, (n * (1.0 - e2) + h) * np.sin(lat)), axis=-1)


def geodetic_from_ecef(r_ecef: ArrayLike) -> tuple[Array, Array, Array]:
    """Geodetic coordinates of Earth-fixed positions.

    Parameters
    ----------
    r_ecef : array_like, shape (..., 3)
        Metres; farther than 50 km from the centre.

    Returns
    -------
    latitude_deg, longitude_deg, altitude_m : ndarray, shape (...)
        Back through `ecef_from_geodetic` they return to within 0.1 mm up to 10,000 km of altitude.
    """
    r = np.asarray(r_ecef, float)
    if r.ndim == 1:
        one = np.array(k.geodetic_from_ecef(r[0], r[1], r[2]))
        return np.degrees(one[0]), np.degrees(one[1]), one[2]
    x, y, z = r[..., 0], r[..., 1], r[..., 2]
    f = k.FLATTENING
    e2 = f * (2.0 - f)
    b = k.RADIUS * (1.0 - f)
    p = np.hypot(x, y)
    u = np.arctan2(z * k.RADIUS, p * b)
    lat = np.zeros_like(u)
    for _ in range(2):  # Bowring 1976, twice
        lat = np.arctan2(z + e2 / (1.0 - e2) * b * np.sin(u) ** 3, p - e2 * k.RADIUS * np.cos(u) ** 3)
        u = np.arctan2((1.0 - f) * np.sin(lat), np.cos(lat))
    s = np.sin(lat)
    h = p * np.cos(lat) + z * s - k.RADIUS * np.sqrt(1.0 - e2 * s * s)
    return np.degrees(lat), np.degrees(np.arctan2(y, x)), h


def _turn(r: ArrayLike, angle: ArrayLike) -> Array:
    v = np.asarray(r, float)
    c, s = np.cos(angle), np.sin(angle)
    parts = c * v[..., 0] - s * v[..., 1], s * v[..., 0] + c * v[..., 1], v[..., 2]
    return np.stack(np.broadcast_arrays(*parts), axis=-1)


def eci_from_ecef(r_ecef: ArrayLike, t_s: ArrayLike, rotation_rad_s: float = k.ROTATION) -> Array:
    """Inertial position of an Earth-fixed one at a time since the frames coincided.

    Parameters
    ----------
    r_ecef : array_like, shape (..., 3)
        Metres.
    t_s : array_like, shape (...)
        Seconds since the two frames coincided.
    rotation_rad_s : float
        Rotation rate of the Earth.

    Returns
    -------
    ndarray, shape (..., 3)
        r_eci, metres.
    """
    return _turn(r_ecef, rotation_rad_s * np.asarray(t_s, float))


def ecef_from_eci(r_eci: ArrayLike, t_s: ArrayLike, rotation_rad_s: float = k.ROTATION) -> Array:
    """Earth-fixed position of an inertial one; the inverse of `eci_from_ecef`, with its parameters."""
    return _turn(r_eci, -rotation_rad_s * np.asarray(t_s, float))


def velocity_eci_from_ecef(
    r_ecef: ArrayLike, v_ecef: ArrayLike, t_s: ArrayLike, rotation_rad_s: float = k.ROTATION
) -> Array:
    """Inertial velocity of a point that moves with v_ecef relative to the rotating Earth.

    Parameters
    ----------
    r_ecef, v_ecef : array_like, shape (..., 3)
        Metres and m/s.
    t_s : array_like, shape (...)
        Seconds since the two frames coincided.
    rotation_rad_s : float
        Rotation rate of the Earth.

    Returns
    -------
    ndarray, shape (..., 3)
        v_eci, m/s.
    """
    r, v = np.asarray(r_ecef, float), np.asarray(v_ecef, float)
    whole = v + np.cross(np.array([0.0, 0.0, rotation_rad_s]), r)
    return eci_from_ecef(whole, t_s, rotation_rad_s)


def velocity_ecef_from_eci(
    r_eci: ArrayLike, v_eci: ArrayLike, t_s: ArrayLike, rotation_rad_s: float = k.ROTATION
) -> Array:
    """Velocity relative to the rotating Earth; the inverse of `velocity_eci_from_ecef`."""
    r, v = np.asarray(r_eci, float), np.asarray(v_eci, float)
    relative = v - np.cross(np.array([0.0, 0.0, rotation_rad_s]), r)
    return ecef_from_eci(relative, t_s, rotation_rad_s)


def enu_from_ecef_matrix(latitude_deg: float, longitude_deg: float) -> Array:
    """Return the matrix (3, 3) with rows east, north, up: ``r_enu = R @ (r_ecef - r_site)``."""
    lat, lon = np.radians(latitude_deg), np.radians(longitude_deg)
    sa, ca, so, co = np.sin(lat), np.cos(lat), np.sin(lon), np.cos(lon)
    return np.array([[-so, co, 0.0], [-sa * co, -sa * so, ca], [ca * co, ca * so, sa]])


def aer_from_ecef(r_ecef: ArrayLike, site: Site) -> tuple[Array, Array, Array]:
    """Azimuth, elevation and range of Earth-fixed positions as seen from a site.

    Parameters
    ----------
    r_ecef : array_like, shape (..., 3)
        Metres.
    site : Site
        The observer.

    Returns
    -------
    azimuth_deg, elevation_deg, range_m : ndarray, shape (...)
        Azimuth clockwise from true north in [0, 360); geometric elevation, without refraction.
    """
    enu = (np.asarray(r_ecef, float) - site.r_ecef_m) @ site.enu_from_ecef.T
    east, north, up = enu[..., 0], enu[..., 1], enu[..., 2]
    flat = np.hypot(east, north)
    azimuth = np.degrees(np.arctan2(east, north)) % 360.0
    return azimuth, np.degrees(np.arctan2(up, flat)), np.sqrt(flat * flat + up * up)
