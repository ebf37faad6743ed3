"""Kernels of what a flight asks of the planet in every stage of every step, without branches: they vectorise.

The same planet and air as in `hoplon.earth._kernels`, by series and by table.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import inlined, kernel
from hoplon.earth._kernels import US76_RADIUS, atmosphere

_PER_RADIUS = 1.0 / US76_RADIUS

# The table's coordinate is the start of the series of geopotential height, in which the layers of the
# standard, where the lapse rate jumps, end where cells end (the highest at 86 km, inside the last of the
# lowest cells). Cells of 250 m to 86 km, of 500 m to 190 km, of 4 km to 1,001 km; the last one holds no air.
_X86 = 86e3 * _PER_RADIUS
_G86 = 86e3 * (1.0 - _X86 * (1.0 - _X86 * (1.0 - _X86)))
_COUNTS = (360, 200, 170)
_WIDTHS = (250.0, 500.0, 4e3)
_STARTS = (-5e3, _G86, _G86 + 100e3)
_LAST = sum(_COUNTS)
_FIRST = (0, _COUNTS[0], _COUNTS[0] + _COUNTS[1])
_PER_LOW, _PER_MID, _PER_HIGH = (1.0 / width for width in _WIDTHS)
_AT_LOW, _AT_MID, _AT_HIGH = (
    first - start / width for first, start, width in zip(_FIRST, _STARTS, _WIDTHS, strict=True)
)
_BEYOND = 1100e3


def _height(g: NDArray[np.float64]) -> NDArray[np.float64]:
    # Inverse of the coordinate, by Newton from geopotential height H = R h / (R + h) (NOAA-S/T 76-1562),
    # of which it is the start of the series in h / R.
    h = g * US76_RADIUS / (US76_RADIUS - g)
    for _ in range(20):
        x = h / US76_RADIUS
        h = h - (h * (1.0 - x * (1.0 - x * (1.0 - x))) - g) / (1.0 - x * (2.0 - x * (3.0 - 4.0 * x)))
    return h


def _tabulate() -> NDArray[np.float64]:
    # The cubic through four points of each cell, both ends among them: neighbours meet.
    plain = getattr(atmosphere, "py_func", atmosphere)
    at = np.array([0.0, 0.25, 0.75, 1.0])
    start = np.concatenate([s + w * np.arange(n) for s, w, n in zip(_STARTS, _WIDTHS, _COUNTS, strict=True)])
    used = np.repeat(_WIDTHS, _COUNTS)
    used[_COUNTS[0] - 1] = _G86 - start[_COUNTS[0] - 1]
    height = _height(start[:, None] + used[:, None] * at)
    # The standard belongs to the layers below 86 km and to the table from there on.
    height[_COUNTS[0] - 1, 3] = 86e3 - 1e-6
    height[_COUNTS[0], 0] = 86e3
    air = np.array([[plain(min(h, 1000e3)) for h in row] for row in height.tolist()])
    points = (used / np.repeat(_WIDTHS, _COUNTS))[:, None] * at
    cubic = np.linalg.inv(points[:, :, None] ** np.arange(4))
    table = np.zeros((3, _LAST + 1, 4))
    for row, values in enumerate((air[..., 0], air[..., 1], 1.0 / air[..., 3])):
        table[row, :_LAST] = (cubic @ values[:, :, None])[:, :, 0]
    table[2, _LAST, 0] = 1.0 / air[-1, -1, 3]
    return table.reshape(3, -1)


_DENSITY, _PRESSURE, _SLOWNESS = _tabulate()


@kernel
def planet_terms(planet: NDArray[np.float64]) -> tuple[float, ...]:
    """Gather what `pull` and `rise` need of a planet.

    Parameters
    ----------
    planet : ndarray, shape (5,)
        gm, J2, rotation, equatorial radius, flattening.

    Returns
    -------
    tuple of 13 floats
        gm; 3/2 J2 a^2; rotation; six coefficients of the radius of the ellipsoid in powers of the squared
        sine of geocentric latitude (binomial series); two of half the squared sine of the angle between
        vertical and radius; second eccentricity squared; equatorial radius.

    Notes
    -----
    Derived here. On the ellipsoid x2 + y2 + z2 (1 + s) = a2, with s the second eccentricity squared; so its
    radius at the geocentric latitude psi is a (1 + s sin2 psi)^(-1/2). The normal there has the direction
    (x, y, (1 + s) z), which is off the radius by the angle d: sin d is s sin psi cos psi to first order.
    """
    gm = planet[0]
    a = planet[3]
    f = planet[4]
    e2 = f * (2.0 - f)
    s = e2 / (1.0 - e2)
    return (
        gm,
        1.5 * planet[1] * a * a,
        planet[2],
        a,
        -a * s * (1.0 / 2.0),
        a * s * s * (3.0 / 8.0),
        -a * s * s * s * (5.0 / 16.0),
        a * s * s * s * s * (35.0 / 128.0),
        -a * s * s * s * s * s * (63.0 / 256.0),
        0.5 * e2 * e2 * (1.0 + 2.0 * e2),
        -e2 * e2 * e2,
        s,
        a,
    )


@inlined
def pull(x: float, y: float, z: float, terms: tuple[float, ...]) -> tuple[float, float, float]:
    """Gravitation and geodetic height of an Earth-fixed position.

    Gravitation as in `gravity_j2`, with the same source. The height above the ellipsoid along the radius is
    exact but for the series; along the vertical it is shorter by the share 1/2 d^2 R/r, with d the angle
    between both (derived here by the cosine rule, with the ground for a sphere of radius R that touches it
    under the point): to a micrometre on the ground, 0.1 mm at 100 km and 4 mm at 1,000 km (flattening up to
    0.005).

    Parameters
    ----------
    x, y, z : float
        Position, m.
    terms : tuple of float
        See `planet_terms`.

    Returns
    -------
    across, along : float
        Gravitation is (across x, across y, along z), 1/s2.
    height : float
        m.
    """
    r2 = x * x + y * y + z * z
    inverse = 1.0 / r2
    r = math.sqrt(r2)
    s = z * z * inverse
    central = -terms[0] * r * inverse * inverse
    bulge = terms[1] * inverse
    across = central * (1.0 + bulge * (1.0 - 5.0 * s))
    along = across + 2.0 * central * bulge
    radius = terms[3] + s * (terms[4] + s * (terms[5] + s * (terms[6] + s * (terms[7] + s * terms[8]))))
    tilt = s * (1.0 - s) * (terms[9] + s * terms[10])
    return across, along, (r - radius) * (1.0 - tilt * radius * r * inverse)


@inlined
def rise(x: float, y: float, z: float, vx: float, vy: float, vz: float, terms: tuple[float, ...]) -> float:
    """Rate of the geodetic height, m/s; the vertical to 1e-5 rad below 1,000 km.

    Velocity along the vertical, whose direction is (x, y, z (N + h) / (N (1 - e2) + h)), N the radius of
    curvature in the prime vertical; derived here from the closed form of `ecef_from_geodetic_on`. The
    quotient is 1 + e2 N / (N (1 - e2) + h), which is taken for 1 + s a / r.

    Parameters
    ----------
    x, y, z : float
        Earth-fixed position, m.
    vx, vy, vz : float
        Velocity relative to the rotating planet, m/s.
    terms : tuple of float
        See `planet_terms`.
    """
    p2 = x * x + y * y
    w = z * (1.0 + terms[11] * terms[12] / math.sqrt(p2 + z * z))
    return (x * vx + y * vy + w * vz) / math.sqrt(p2 + w * w)


@inlined
def air_place(h: float) -> float:
    """Place of a geometric height (m) in the tables of the air: number of the cell plus place in it.

    Below -5 km that of -5 km; above 1,001 km the last cell, which holds no air.
    """
    x = h * _PER_RADIUS
    g = h * (1.0 - x * (1.0 - x * (1.0 - x)))
    low = _AT_LOW + g * _PER_LOW
    mid = _AT_MID + g * _PER_MID
    high = _AT_HIGH + g * _PER_HIGH
    # Where wider cells begin they count fewer.
    place = mid if mid < high else high
    place = low if g < _G86 else place
    place = place if h < _BEYOND else 1.0 * _LAST
    place = place if place < _LAST else 1.0 * _LAST
    return place if place > 0.0 else 0.0


@inlined
def air_density(place: float) -> float:
    """Density at a place, kg/m3: that of `atmosphere` to 3e-9 below 86 km, 2e-5 above."""
    cell = np.int32(place)
    s = place - np.float64(cell)
    i = np.uint32(cell) * np.uint32(4)
    value: float = _DENSITY[i] + s * (
        _DENSITY[i + np.uint32(1)] + s * (_DENSITY[i + np.uint32(2)] + s * _DENSITY[i + np.uint32(3)])
    )
    return value


@kernel
def air_at(place: float) -> tuple[float, float, float]:
    """Density as `air_density`, pressure (Pa) and one over the speed of sound (s/m) at a place."""
    cell = int(place)
    s = place - cell
    i = 4 * cell
    density = _DENSITY[i] + s * (_DENSITY[i + 1] + s * (_DENSITY[i + 2] + s * _DENSITY[i + 3]))
    pressure = _PRESSURE[i] + s * (_PRESSURE[i + 1] + s * (_PRESSURE[i + 2] + s * _PRESSURE[i + 3]))
    slowness = _SLOWNESS[i] + s * (_SLOWNESS[i + 1] + s * (_SLOWNESS[i + 2] + s * _SLOWNESS[i + 3]))
    return density, pressure, slowness
