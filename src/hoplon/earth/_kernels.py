"""Kernels of the planet: WGS-84 geometry, gravitation with J2, US Standard Atmosphere 1976.

SI units and radians. `a` and `f` are equatorial radius and flattening, so that a round Earth runs the
same code; names without them hold for WGS-84.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel

# WGS-84 (NIMA TR8350.2, 2000): gravitational parameter, J2, rotation, equatorial radius, flattening.
GM = 3.986004418e14
J2 = 1.082629821e-3
ROTATION = 7.292115e-5
RADIUS = 6378137.0
FLATTENING = 1.0 / 298.257223563

# US Standard Atmosphere 1976 below 86 km: layers in geopotential height (NOAA-S/T 76-1562, table 4).
US76_RADIUS = 6356766.0
US76_GMR = 9.80665 * 28.9644e-3 / 8.31432  # K/m of geopotential
US76_AIR = 8.31432 / 28.9644e-3  # gas constant of air, J/(kg K)
_LAYER_H = np.array([0.0, 11e3, 20e3, 32e3, 47e3, 51e3, 71e3])
_LAYER_RATE = np.array([-6.5e-3, 0.0, 1e-3, 2.8e-3, 0.0, -2.8e-3, -2e-3])
_TOP_GEOMETRIC = 86e3
_LOWEST = -5000.0
_HIGHEST = 1000e3

# Above: rows of the published table (same source, table I): km, K, Pa, kg/m3.
UPPER_TABLE = np.array(
    [
        (86, 186.87, 3.7338e-1, 6.958e-6),
        (90, 186.87, 1.8359e-1, 3.416e-6),
        (95, 188.42, 7.5966e-2, 1.393e-6),
        (100, 195.08, 3.2011e-2, 5.604e-7),
        (105, 208.84, 1.4477e-2, 2.325e-7),
        (110, 240.00, 7.1042e-3, 9.708e-8),
        (115, 300.00, 4.0096e-3, 4.289e-8),
        (120, 360.00, 2.5382e-3, 2.222e-8),
        (125, 417.23, 1.7354e-3, 1.291e-8),
        (130, 469.27, 1.2505e-3, 8.152e-9),
        (140, 559.63, 7.2028e-4, 3.831e-9),
        (150, 634.39, 4.5422e-4, 2.076e-9),
        (160, 696.29, 3.0395e-4, 1.233e-9),
        (180, 790.07, 1.5271e-4, 5.194e-10),
        (200, 854.56, 8.4736e-5, 2.541e-10),
        (250, 941.33, 2.4767e-5, 6.073e-11),
        (300, 976.01, 8.7704e-6, 1.916e-11),
        (350, 990.06, 3.4498e-6, 7.014e-12),
        (400, 995.83, 1.4518e-6, 2.803e-12),
        (450, 998.22, 6.4468e-7, 1.184e-12),
        (500, 999.24, 3.0236e-7, 5.215e-13),
        (550, 999.67, 1.5137e-7, 2.384e-13),
        (600, 999.85, 8.2130e-8, 1.137e-13),
        (650, 999.93, 4.8865e-8, 5.712e-14),
        (700, 999.97, 3.1908e-8, 3.070e-14),
        (750, 999.99, 2.2599e-8, 1.788e-14),
        (800, 999.99, 1.7036e-8, 1.136e-14),
        (850, 1000.00, 1.3415e-8, 7.824e-15),
        (900, 1000.00, 1.0873e-8, 5.759e-15),
        (950, 1000.00, 8.9816e-9, 4.453e-15),
        (1000, 1000.00, 7.5138e-9, 3.561e-15),
    ]
)


def _layer_bases() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    temperature = np.full(7, 288.15)
    pressure = np.full(7, 101325.0)
    for i in range(6):
        rise = _LAYER_H[i + 1] - _LAYER_H[i]
        temperature[i + 1] = temperature[i] + _LAYER_RATE[i] * rise
        if _LAYER_RATE[i] == 0.0:
            ratio = math.exp(-US76_GMR * rise / temperature[i])
        else:
            ratio = (temperature[i + 1] / temperature[i]) ** (-US76_GMR / _LAYER_RATE[i])
        pressure[i + 1] = pressure[i] * ratio
    return temperature, pressure


def _upper_slopes(z: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    # Slope of the parabola through three neighbouring rows; one-sided at the ends.
    step = np.diff(z)
    chord = np.diff(y) / step
    slope = np.empty_like(y)
    slope[1:-1] = (chord[:-1] * step[1:] + chord[1:] * step[:-1]) / (step[1:] + step[:-1])
    slope[0] = 2.0 * chord[0] - slope[1]
    slope[-1] = 2.0 * chord[-1] - slope[-2]
    return slope


_LAYER_T, _LAYER_P = _layer_bases()
_H86 = US76_RADIUS * _TOP_GEOMETRIC / (US76_RADIUS + _TOP_GEOMETRIC)
_T86 = _LAYER_T[6] + _LAYER_RATE[6] * (_H86 - _LAYER_H[6])
_P86 = _LAYER_P[6] * (_T86 / _LAYER_T[6]) ** (-US76_GMR / _LAYER_RATE[6])
_SOUND_86 = math.sqrt(1.4 * US76_AIR * _T86)
_UP_Z = UPPER_TABLE[:, 0] * 1e3
_UP = np.column_stack((np.log(UPPER_TABLE[:, 3]), np.log(UPPER_TABLE[:, 2]), UPPER_TABLE[:, 1]))
# The layers' own values at 86 km (0.01 % off the rounded row) keep the profile continuous.
_UP[0] = math.log(_P86 / (US76_AIR * _T86)), math.log(_P86), _T86
_UP_SLOPE = np.column_stack([_upper_slopes(_UP_Z, _UP[:, j]) for j in range(3)])


@kernel
def atmosphere(h: float) -> tuple[float, float, float, float]:
    """US Standard Atmosphere 1976 at a geometric altitude.

    Below 86 km the standard's layers in geopotential height; above, cubic interpolation through the rows
    of its published table (logarithms of density and pressure). Below -5 km the value at -5 km; above
    1000 km no air.

    Parameters
    ----------
    h : float
        Geometric altitude, m.

    Returns
    -------
    density, pressure, temperature, speed_of_sound : float
        kg/m3, Pa, K, m/s. Below 86 km the temperature is the molecular-scale one, which exceeds the
        kinetic temperature by up to 0.08 K above 80 km. Above 86 km, where the standard defines none,
        the speed of sound keeps its value at 86 km.
    """
    if h < _TOP_GEOMETRIC:
        geometric = max(h, _LOWEST)
        height = US76_RADIUS * geometric / (US76_RADIUS + geometric)
        i = 0
        while i < 6 and height >= _LAYER_H[i + 1]:
            i += 1
        rate = _LAYER_RATE[i]
        base = _LAYER_T[i]
        temperature = base + rate * (height - _LAYER_H[i])
        if rate == 0.0:
            pressure = _LAYER_P[i] * math.exp(-US76_GMR * (height - _LAYER_H[i]) / base)
        else:
            pressure = _LAYER_P[i] * math.pow(temperature / base, -US76_GMR / rate)
        sound = math.sqrt(1.4 * US76_AIR * temperature)
        return pressure / (US76_AIR * temperature), pressure, temperature, sound
    if h > _HIGHEST:
        return 0.0, 0.0, _UP[-1, 2], _SOUND_86
    i = 0
    while i < _UP_Z.size - 2 and h >= _UP_Z[i + 1]:
        i += 1
    width = _UP_Z[i + 1] - _UP_Z[i]
    s = (h - _UP_Z[i]) / width
    b = s * s * (3.0 - 2.0 * s)
    c = s * (1.0 - s) * (1.0 - s) * width
    d = -s * s * (1.0 - s) * width
    density = math.exp(
        _UP[i, 0] * (1.0 - b) + _UP[i + 1, 0] * b + _UP_SLOPE[i, 0] * c + _UP_SLOPE[i + 1, 0] * d
    )
    pressure = math.exp(
        _UP[i, 1] * (1.0 - b) + _UP[i + 1, 1] * b + _UP_SLOPE[i, 1] * c + _UP_SLOPE[i + 1, 1] * d
    )
    temperature = _UP[i, 2] * (1.0 - b) + _UP[i + 1, 2] * b + _UP_SLOPE[i, 2] * c + _UP_SLOPE[i + 1, 2] * d
    return density, pressure, temperature, _SOUND_86


@kernel
def gravity_j2(x: float, y: float, z: float, gm: float, j2: float, a: float) -> tuple[float, float, float]:
    """Gravitation (without the centrifugal term) of a planet with a J2 bulge.

    Vallado, Fundamentals of Astrodynamics (4th ed. 2013), eq. 8-30 gives the J2 term.

    Parameters
    ----------
    x, y, z : float
        Position in a frame whose z axis is the rotation axis, m.
    gm, j2, a : float
        Gravitational parameter (m3/s2), J2, equatorial radius (m).

    Returns
    -------
    gx, gy, gz : float
        m/s2.
    """
    r2 = x * x + y * y + z * z
    inverse = 1.0 / r2
    central = -gm * inverse * math.sqrt(inverse)
    bulge = 1.5 * j2 * a * a * inverse
    z2 = 5.0 * z * z * inverse
    g_xy = central * (1.0 + bulge * (1.0 - z2))
    return g_xy * x, g_xy * y, central * (1.0 + bulge * (3.0 - z2)) * z


@kernel
def ecef_from_geodetic_on(lat: float, lon: float, h: float, a: float, f: float) -> tuple[float, float, float]:
    """Earth-fixed position (m) of geodetic latitude, longitude (rad) and height (m) on an ellipsoid."""
    e2 = f * (2.0 - f)
    s = math.sin(lat)
    c = math.cos(lat)
    n = a / math.sqrt(1.0 - e2 * s * s)
    return (n + h) * c * math.cos(lon), (n + h) * c * math.sin(lon), (n * (1.0 - e2) + h) * s


@kernel
def _bowring(z: float, p: float, su: float, cu: float, a: float, f: float) -> tuple[float, float]:
    # One round: from a reduced latitude, as (sine, cosine) of any length, to the geodetic one of length 1.
    # No tangent that would run away at a pole.
    e2 = f * (2.0 - f)
    b = a * (1.0 - f)
    n = 1.0 / math.sqrt(su * su + cu * cu)
    su *= n
    cu *= n
    s = z + e2 / (1.0 - e2) * b * su * su * su
    c = p - e2 * a * cu * cu * cu
    n = 1.0 / math.sqrt(s * s + c * c)
    return s * n, c * n


@kernel
def geodetic_parts(x: float, y: float, z: float, a: float, f: float) -> tuple[float, float, float]:
    """Sine and cosine of the geodetic latitude, and the height (m), of an Earth-fixed position.

    One round of Bowring's formula (Survey Review 23, 1976): latitude to 1e-11 rad near the ground, 1e-7 rad
    at 10,000 km, height (which feels the square of that) to a nanometre near the ground and a micrometre
    there. Not for the innermost 50 km of the planet.
    """
    p = math.sqrt(x * x + y * y)
    s, c = _bowring(z, p, z, p * (1.0 - f), a, f)
    return s, c, p * c + z * s - a * math.sqrt(1.0 - f * (2.0 - f) * s * s)


@kernel
def ecef_from_geodetic(lat: float, lon: float, h: float) -> tuple[float, float, float]:
    """Earth-fixed position (m) of WGS-84 geodetic latitude, longitude (rad) and height (m)."""
    return ecef_from_geodetic_on(lat, lon, h, RADIUS, FLATTENING)


@kernel
def geodetic_from_ecef(x: float, y: float, z: float) -> tuple[float, float, float]:
    """WGS-84 geodetic latitude, longitude (rad) and height (m) of an Earth-fixed position (m).

    Two rounds of Bowring: exact to rounding up to 10,000 km.
    """
    s, c, _ = geodetic_parts(x, y, z, RADIUS, FLATTENING)
    p = math.sqrt(x * x + y * y)
    s, c = _bowring(z, p, s * (1.0 - FLATTENING), c, RADIUS, FLATTENING)
    h = p * c + z * s - RADIUS * math.sqrt(1.0 - FLATTENING * (2.0 - FLATTENING) * s * s)
    return math.atan2(s, c), math.atan2(y, x), h


@kernel
def altitude(x: float, y: float, z: float) -> float:
    """WGS-84 geodetic height (m) of an Earth-fixed position (m)."""
    return geodetic_parts(x, y, z, RADIUS, FLATTENING)[2]


@kernel
def enu_matrix(lat: float, lon: float) -> NDArray[np.float64]:
    """Matrix (3, 3) whose rows are east, north and up in Earth-fixed axes: r_enu = R @ (r - r_site)."""
    sa = math.sin(lat)
    ca = math.cos(lat)
    so = math.sin(lon)
    co = math.cos(lon)
    m = np.empty((3, 3))
    m[0, 0] = -so
    m[0, 1] = co
    m[0, 2] = 0.0
    m[1, 0] = -sa * co
    m[1, 1] = -sa * so
    m[1, 2] = ca
    m[2, 0] = ca * co
    m[2, 1] = ca * so
    m[2, 2] = sa
    return m
