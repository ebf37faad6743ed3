"""Kernels of quick flights without thrust.

The same physics as `hoplon.flight._kernels` (gravity with J2, air at rest relative to the rotating Earth),
arranged for speed: inertial frame, the air read from a table of cubics, and no nodes kept.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels import US76_RADIUS, atmosphere, geodetic_parts

# The table of the air: cubics in geopotential height over equal steps, so that the standard's layers, where
# the lapse rate jumps, end between two of them.
AIR_STEP = 500.0
AIR_LOWEST = -5000.0
AIR_ROWS = 900
_AIR_TOP = AIR_LOWEST + AIR_STEP * AIR_ROWS
_PER_STEP = 1.0 / AIR_STEP
# On the way down steps grow shorter from here, m; longer ones end at the first.
_EDGE_OF_AIR, _THIN_AIR = 90e3, 130e3

# Columns of a landing.
LAND_R = 0  # position in the inertial frame that coincides with the Earth-fixed one at the start
LAND_T = 3  # time since the start, s
LAND_TOP = 4  # greatest height, m
LANDING = 5

# Dormand & Prince 1980, the pair 5(4), as for y'' = a(y, y'): stage velocities are sums of accelerations, so
# that positions need the squared matrix of the method.
_A21 = 1 / 5
_A31 = 3 / 40
_A32 = 9 / 40
_A41 = 44 / 45
_A42 = -56 / 15
_A43 = 32 / 9
_A51 = 19372 / 6561
_A52 = -25360 / 2187
_A53 = 64448 / 6561
_A54 = -212 / 729
_A61 = 9017 / 3168
_A62 = -355 / 33
_A63 = 46732 / 5247
_A64 = 49 / 176
_A65 = -5103 / 18656
_A71 = 35 / 384
_A73 = 500 / 1113
_A74 = 125 / 192
_A75 = -2187 / 6784
_A76 = 11 / 84
_AA31 = 9 / 200
_AA41 = -12 / 25
_AA42 = 4 / 5
_AA51 = -12248 / 6561
_AA52 = 7208 / 2187
_AA53 = -6784 / 6561
_AA61 = -533 / 264
_AA62 = 91 / 22
_AA63 = -56 / 33
_AA64 = 7 / 88
_AA71 = 35 / 384
_AA73 = 50 / 159
_AA74 = 25 / 192
_AA75 = -243 / 6784
_C2 = 1 / 5
_C3 = 3 / 10
_C4 = 4 / 5
_C5 = 8 / 9
_E1 = 71 / 57600
_E3 = -71 / 16695
_E4 = 71 / 1920
_E5 = -17253 / 339200
_E6 = 22 / 525
_E7 = -1 / 40
_EA1 = 611 / 230400
_EA3 = -514 / 83475
_EA4 = 391 / 38400
_EA5 = -4617 / 1356800
_EA6 = -11 / 3360


@kernel
def air_into(table: NDArray[np.float64]) -> None:
    """Tabulate the atmosphere; `table` has shape (AIR_ROWS, 4).

    Each cubic goes through four equally spaced values: within 1e-6 of the density.
    """
    y = np.empty(4)
    for n in range(table.shape[0]):
        low = AIR_LOWEST + AIR_STEP * n
        for m in range(4):
            # A hair inside, so that each layer is read as its own.
            high = low + AIR_STEP * min(max(m / 3.0, 1e-9), 1.0 - 1e-9)
            y[m] = atmosphere(US76_RADIUS * high / (US76_RADIUS - high))[0]
        # Newton's divided differences in s = 0 .. 1, multiplied out.
        d1 = 3.0 * (y[1] - y[0])
        d2 = 4.5 * (y[2] - 2.0 * y[1] + y[0])
        d3 = 4.5 * (y[3] - 3.0 * y[2] + 3.0 * y[1] - y[0])
        table[n, 0] = y[0]
        table[n, 1] = d1 - d2 / 3.0 + 2.0 * d3 / 9.0
        table[n, 2] = d2 - d3
        table[n, 3] = d3


@kernel
def _pull(
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    inverse: float,
    planet: NDArray[np.float64],
    air: NDArray[np.float64],
) -> tuple[float, float, float]:
    """Acceleration in the inertial frame: gravity with J2, and drag against the co-rotating air.

    `inverse` is 1 / ballistic coefficient; `planet` and `air` as in `fall_into`.
    """
    a = planet[3]
    f = planet[4]
    omega = planet[2]
    square = x * x + y * y + z * z
    over = 1.0 / square
    near = math.sqrt(over)
    central = -planet[0] * over * near
    z2 = z * z * over
    j = 1.5 * planet[1] * a * a * over
    flat = central * (1.0 + j * (1.0 - 5.0 * z2))
    ax = flat * x
    ay = flat * y
    az = central * (1.0 + j * (3.0 - 5.0 * z2)) * z
    # Radius of the ellipsoid under the body to second order in the flattening: 0.3 m.
    h = square * near - a * (1.0 - f * z2 * (1.0 + 1.5 * f * (1.0 - z2)))
    high = US76_RADIUS * h / (US76_RADIUS + h)
    if high < _AIR_TOP:
        place = max(0.0, (high - AIR_LOWEST) * _PER_STEP)
        n = int(place)
        s = place - n
        density = air[n, 0] + s * (air[n, 1] + s * (air[n, 2] + s * air[n, 3]))
        wx = vx + omega * y
        wy = vy - omega * x
        speed = math.sqrt(wx * wx + wy * wy + vz * vz)
        drag = -0.5 * density * speed * inverse
        ax += drag * wx
        ay += drag * wy
        az += drag * vz
    return ax, ay, az


@kernel
def fall_into(
    out: NDArray[np.float64],
    r0: NDArray[np.float64],
    v0: NDArray[np.float64],
    inverse: float,
    ground: float,
    tolerance: float,
    planet: NDArray[np.float64],
    air: NDArray[np.float64],
) -> int:
    """Fly a body without thrust to the ground.

    Parameters
    ----------
    out : ndarray, shape (5,)
        Receives the landing.
    r0, v0 : ndarray, shape (3,)
        Inertial state at the start.
    inverse : float
        1 / ballistic coefficient, m2/kg.
    ground : float
        Height at which it lands, m.
    tolerance : float
        Error of position allowed in a step, m; of velocity, a thousandth of it a second.
    planet : ndarray, shape (5,)
        gm, J2, rotation, equatorial radius, flattening.
    air : ndarray, shape (AIR_ROWS, 4)
        See `air_into`.

    Returns
    -------
    int
        Number of steps; 0 where it does not land.
    """
    a = planet[3]
    f = planet[4]
    x = r0[0]
    y = r0[1]
    z = r0[2]
    vx = v0[0]
    vy = v0[1]
    vz = v0[2]
    k1x, k1y, k1z = _pull(x, y, z, vx, vy, vz, inverse, planet, air)
    t = 0.0
    h = 5.0
    nx = x
    ny = y
    nz = z
    ux = vx
    uy = vy
    uz = vz
    rising = x * vx + y * vy + z * vz > 0.0
    out[LAND_TOP] = geodetic_parts(x, y, z, a, f)[2]
    for n in range(1, 2000):
        hh = h * h
        g = _C2 * h
        nx = x + g * vx
        ux = vx + h * (_A21 * k1x)
        ny = y + g * vy
        uy = vy + h * (_A21 * k1y)
        nz = z + g * vz
        uz = vz + h * (_A21 * k1z)
        k2x, k2y, k2z = _pull(nx, ny, nz, ux, uy, uz, inverse, planet, air)
        g = _C3 * h
        nx = x + g * vx + hh * (_AA31 * k1x)
        ux = vx + h * (_A31 * k1x + _A32 * k2x)
        ny = y + g * vy + hh * (_AA31 * k1y)
        uy = vy + h * (_A31 * k1y + _A32 * k2y)
        nz = z + g * vz + hh * (_AA31 * k1z)
        uz = vz + h * (_A31 * k1z + _A32 * k2z)
        k3x, k3y, k3z = _pull(nx, ny, nz, ux, uy, uz, inverse, planet, air)
        g = _C4 * h
        nx = x + g * vx + hh * (_AA41 * k1x + _AA42 * k2x)
        ux = vx + h * (_A41 * k1x + _A42 * k2x + _A43 * k3x)
        ny = y + g * vy + hh * (_AA41 * k1y + _AA42 * k2y)
        uy = vy + h * (_A41 * k1y + _A42 * k2y + _A43 * k3y)
        nz = z + g * vz + hh * (_AA41 * k1z + _AA42 * k2z)
        uz = vz + h * (_A41 * k1z + _A42 * k2z + _A43 * k3z)
        k4x, k4y, k4z = _pull(nx, ny, nz, ux, uy, uz, inverse, planet, air)
        g = _C5 * h
        nx = x + g * vx + hh * (_AA51 * k1x + _AA52 * k2x + _AA53 * k3x)
        ux = vx + h * (_A51 * k1x + _A52 * k2x + _A53 * k3x + _A54 * k4x)
        ny = y + g * vy + hh * (_AA51 * k1y + _AA52 * k2y + _AA53 * k3y)
        uy = vy + h * (_A51 * k1y + _A52 * k2y + _A53 * k3y + _A54 * k4y)
        nz = z + g * vz + hh * (_AA51 * k1z + _AA52 * k2z + _AA53 * k3z)
        uz = vz + h * (_A51 * k1z + _A52 * k2z + _A53 * k3z + _A54 * k4z)
        k5x, k5y, k5z = _pull(nx, ny, nz, ux, uy, uz, inverse, planet, air)
        g = h
        nx = x + g * vx + hh * (_AA61 * k1x + _AA62 * k2x + _AA63 * k3x + _AA64 * k4x)
        ux = vx + h * (_A61 * k1x + _A62 * k2x + _A63 * k3x + _A64 * k4x + _A65 * k5x)
        ny = y + g * vy + hh * (_AA61 * k1y + _AA62 * k2y + _AA63 * k3y + _AA64 * k4y)
        uy = vy + h * (_A61 * k1y + _A62 * k2y + _A63 * k3y + _A64 * k4y + _A65 * k5y)
        nz = z + g * vz + hh * (_AA61 * k1z + _AA62 * k2z + _AA63 * k3z + _AA64 * k4z)
        uz = vz + h * (_A61 * k1z + _A62 * k2z + _A63 * k3z + _A64 * k4z + _A65 * k5z)
        k6x, k6y, k6z = _pull(nx, ny, nz, ux, uy, uz, inverse, planet, air)
        g = h
        nx = x + g * vx + hh * (_AA71 * k1x + _AA73 * k3x + _AA74 * k4x + _AA75 * k5x)
        ux = vx + h * (_A71 * k1x + _A73 * k3x + _A74 * k4x + _A75 * k5x + _A76 * k6x)
        ny = y + g * vy + hh * (_AA71 * k1y + _AA73 * k3y + _AA74 * k4y + _AA75 * k5y)
        uy = vy + h * (_A71 * k1y + _A73 * k3y + _A74 * k4y + _A75 * k5y + _A76 * k6y)
        nz = z + g * vz + hh * (_AA71 * k1z + _AA73 * k3z + _AA74 * k4z + _AA75 * k5z)
        uz = vz + h * (_A71 * k1z + _A73 * k3z + _A74 * k4z + _A75 * k5z + _A76 * k6z)
        k7x, k7y, k7z = _pull(nx, ny, nz, ux, uy, uz, inverse, planet, air)
        ex = max(
            abs(hh * (_EA1 * k1x + _EA3 * k3x + _EA4 * k4x + _EA5 * k5x + _EA6 * k6x)),
            1e3 * abs(h * (_E1 * k1x + _E3 * k3x + _E4 * k4x + _E5 * k5x + _E6 * k6x + _E7 * k7x)),
        )
        ey = max(
            abs(hh * (_EA1 * k1y + _EA3 * k3y + _EA4 * k4y + _EA5 * k5y + _EA6 * k6y)),
            1e3 * abs(h * (_E1 * k1y + _E3 * k3y + _E4 * k4y + _E5 * k5y + _E6 * k6y + _E7 * k7y)),
        )
        ez = max(
            abs(hh * (_EA1 * k1z + _EA3 * k3z + _EA4 * k4z + _EA5 * k5z + _EA6 * k6z)),
            1e3 * abs(h * (_E1 * k1z + _E3 * k3z + _E4 * k4z + _E5 * k5z + _E6 * k6z + _E7 * k7z)),
        )
        error = max(ex, ey, ez) / tolerance
        if not error <= 1.0:
            h *= max(0.2, 0.9 * error**-0.2) if error < 1e12 else 0.1
            if h < 1e-6:
                return 0
            continue
        climbing = nx * ux + ny * uy + nz * uz > 0.0
        landed = False
        if not climbing:
            size = math.sqrt(nx * nx + ny * ny + nz * nz)
            low = a * (1.0 - f * (nz / size) ** 2) + ground
            # The exact height only near the ground.
            if size < low + 100.0:
                landed = geodetic_parts(nx, ny, nz, a, f)[2] < ground
        if landed or (rising and not climbing):
            # The quintic through position, velocity and acceleration at both ends of the step.
            p = np.array(
                [
                    (x, h * vx, 0.5 * hh * k1x, nx, h * ux, hh * k7x),
                    (y, h * vy, 0.5 * hh * k1y, ny, h * uy, hh * k7y),
                    (z, h * vz, 0.5 * hh * k1z, nz, h * uz, hh * k7z),
                ]
            )
            for m in range(3):
                d = p[m, 3] - p[m, 0] - p[m, 1] - p[m, 2]
                e = p[m, 4] - p[m, 1] - 2.0 * p[m, 2]
                g = p[m, 5] - 2.0 * p[m, 2]
                p[m, 3] = 10.0 * d - 4.0 * e + 0.5 * g
                p[m, 4] = -15.0 * d + 7.0 * e - g
                p[m, 5] = 6.0 * d - 3.0 * e + 0.5 * g
            if rising and not climbing:
                out[LAND_TOP] = _root_into(out, p, False, ground, a, f)[1]
            if landed:
                share, _ = _root_into(out, p, True, ground, a, f)
                out[LAND_T] = t + share * h
                return n
        rising = climbing
        t += h
        grown = 5.0 if error < 3e-4 else 0.9 * error**-0.2
        if climbing:
            h *= min(5.0, grown)
        else:
            # The air thickens by half in 3 km: a long step out of thin air would be thrown away.
            sink = -(nx * ux + ny * uy + nz * uz) / size
            left = size - low
            far = left - _EDGE_OF_AIR if left > _THIN_AIR else 0.17 * (left + 5e3)
            h = min(h * min(2.0, grown), far / max(sink, 1e-3))
        x = nx
        y = ny
        z = nz
        vx = ux
        vy = uy
        vz = uz
        k1x = k7x
        k1y = k7y
        k1z = k7z
        if t > 2e4:
            return 0
    return 0


@kernel
def _root_into(
    out: NDArray[np.float64], p: NDArray[np.float64], landing: bool, ground: float, a: float, f: float
) -> tuple[float, float]:
    """Share of a step at which height passes the ground, or is greatest; and the height there."""
    low = 0.0
    high = 1.0
    s = 0.5
    height = 0.0
    r = np.empty(3)
    v = np.empty(3)
    w = np.empty(3)
    for _ in range(30):
        for m in range(3):
            r[m] = p[m, 0] + s * (p[m, 1] + s * (p[m, 2] + s * (p[m, 3] + s * (p[m, 4] + s * p[m, 5]))))
            v[m] = p[m, 1] + s * (
                2.0 * p[m, 2] + s * (3.0 * p[m, 3] + s * (4.0 * p[m, 4] + s * 5.0 * p[m, 5]))
            )
            w[m] = 2.0 * p[m, 2] + s * (6.0 * p[m, 3] + s * (12.0 * p[m, 4] + s * 20.0 * p[m, 5]))
        sine, cosine, height = geodetic_parts(r[0], r[1], r[2], a, f)
        q = math.sqrt(r[0] * r[0] + r[1] * r[1])
        rate = cosine * (r[0] * v[0] + r[1] * v[1]) / q + sine * v[2]
        if landing:
            value = height - ground
            slope = rate
        else:
            value = rate
            slope = cosine * (r[0] * w[0] + r[1] * w[1]) / q + sine * w[2]
        if value > 0.0:
            low = s
        else:
            high = s
        step = -value / slope
        if abs(step) < 1e-7:
            break
        s += step
        if not low <= s <= high:
            s = 0.5 * (low + high)
    if landing:
        for m in range(3):
            out[LAND_R + m] = r[m]
    return s, height
