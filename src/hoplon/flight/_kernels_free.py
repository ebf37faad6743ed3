"""Kernels of the fit of a flight without thrust to an aim point and an apogee."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.flight._kernels_fall import LAND_T, LAND_TOP, LANDING, fall_into


@kernel
def vacuum_into(
    v: NDArray[np.float64],
    r: NDArray[np.float64],
    down: NDArray[np.float64],
    apogee: float,
    planet: NDArray[np.float64],
) -> float:
    """Inertial velocity with which a vacuum flight over a round field hits a place, with a given apogee.

    With A = top / r1 - 1 and B = top / r2 - 1 the half angles from apogee to either end have the sines
    sqrt(A / u) and sqrt(B / u), where u = 2 e / (1 - e) (from the conic's equation). They add up to half the
    angle between the ends, so u follows from the law of cosines and that of sines. The Earth's turn meanwhile
    is found by iteration.

    Parameters
    ----------
    v : ndarray, shape (3,)
        Receives the velocity.
    r, down : ndarray, shape (3,)
        Start, and Earth-fixed place to hit.
    apogee : float
        Height over the ellipsoid.
    planet : ndarray, shape (5,)
        gm, J2, rotation, equatorial radius, flattening.

    Returns
    -------
    float
        Time of flight, s; negative where there is no such flight.
    """
    r1 = math.sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2])
    r2 = math.sqrt(down[0] * down[0] + down[1] * down[1] + down[2] * down[2])
    if apogee <= 0.0:
        return -1.0
    gm = planet[0]
    time = 2.0 * math.sqrt(2.0 * apogee / 9.0)
    top = planet[3] * (1.0 - planet[4] * (r[2] / r1) ** 2) + apogee
    tx = 0.0
    ty = 0.0
    tz = 0.0
    out = 0.0
    along = 0.0
    for _ in range(8):
        if top <= r1 or top <= r2:
            return -1.0
        c = math.cos(planet[2] * time)
        s = math.sin(planet[2] * time)
        x = c * down[0] - s * down[1]
        y = s * down[0] + c * down[1]
        cosine = (r[0] * x + r[1] * y + r[2] * down[2]) / (r1 * r2)
        tx = x / r2 - cosine * r[0] / r1
        ty = y / r2 - cosine * r[1] / r1
        tz = down[2] / r2 - cosine * r[2] / r1
        sine = math.sqrt(tx * tx + ty * ty + tz * tz)
        tx /= sine
        ty /= sine
        tz /= sine
        half = 0.5 * math.atan2(sine, cosine)
        a_1 = top / r1 - 1.0
        a_2 = top / r2 - 1.0
        u = (a_1 + a_2 + 2.0 * math.sqrt(a_1 * a_2) * math.cos(half)) / math.sin(half) ** 2
        e = u / (2.0 + u)
        t1 = 2.0 * math.asin(min(1.0, math.sqrt(a_1 / u)))
        t2 = 2.0 * half - t1
        axis = top / (1.0 + e)
        latus = axis * (1.0 - e * e)
        momentum = math.sqrt(gm * latus)
        along = momentum / r1
        out = gm / momentum * e * math.sin(t1)
        # Eccentric anomalies from the apogee: tan(E/2) = sqrt((1 + e) / (1 - e)) tan(t/2) there.
        q = math.sqrt((1.0 + e) / (1.0 - e))
        e1 = 2.0 * math.atan(q * math.tan(0.5 * t1))
        e2 = 2.0 * math.atan(q * math.tan(0.5 * t2))
        new = math.sqrt(axis * axis * axis / gm) * ((e1 + e * math.sin(e1)) + (e2 + e * math.sin(e2)))
        high = math.cos(t1) * r[2] / r1 + math.sin(t1) * tz
        top = planet[3] * (1.0 - planet[4] * high * high) + apogee
        change = abs(new - time)
        time = new
        if change < 1e-4:
            break
    v[0] = out * r[0] / r1 + along * tx
    v[1] = out * r[1] / r1 + along * ty
    v[2] = out * r[2] / r1 + along * tz
    return time


@kernel
def fit_free_into(
    v: NDArray[np.float64],
    r: NDArray[np.float64],
    aim: NDArray[np.float64],
    apogee: float,
    inverse: float,
    ground: float,
    near: float,
    coarse: float,
    fine: float,
    planet: NDArray[np.float64],
    air: NDArray[np.float64],
) -> int:
    """Find the velocity with which a body without thrust hits an aim point, with a given apogee.

    The vacuum flight of `vacuum_into` is aimed beside the aim point by what a flight with air and bulge
    showed it to miss by; how the miss changes with the aim is learnt by Broyden's formula (Mathematics of
    Computation 19, 1965), starting from one to one.

    Parameters
    ----------
    v : ndarray, shape (3,)
        Receives the velocity, inertial.
    r : ndarray, shape (3,)
        Start.
    aim : ndarray, shape (4, 3)
        Aim point, Earth-fixed, then unit rows east, north and out from the planet's centre.
    apogee : float
        Greatest height, m.
    inverse : float
        1 / ballistic coefficient, m2/kg.
    ground : float
        Height of the aim point, m.
    near : float
        Miss, and error of the apogee, at which to stop, m.
    coarse, fine : float
        Tolerance of the first flight and of the others, m.
    planet, air
        See `hoplon.flight._kernels_fall.fall_into`.

    Returns
    -------
    int
        Number of flights; 0 where there is no such flight.
    """
    land = np.empty(LANDING)
    place = np.empty(3)
    z = np.array([0.0, 0.0, apogee])
    y = np.empty(3)
    old = np.empty(3)
    moved = np.empty(3)
    gained = np.empty(3)
    h = np.eye(3)
    radius = math.sqrt(aim[0, 0] ** 2 + aim[0, 1] ** 2 + aim[0, 2] ** 2)
    for n in range(1, 16):
        size = 0.0
        for m in range(3):
            place[m] = aim[0, m] + z[0] * aim[1, m] + z[1] * aim[2, m]
            size += place[m] * place[m]
        size = math.sqrt(size)
        for m in range(3):
            place[m] *= radius / size
        if vacuum_into(v, r, place, z[2], planet) < 0.0:
            return 0
        tolerance = coarse if n == 1 else fine
        if fall_into(land, r, v, inverse, ground, tolerance, planet, air) == 0:
            return 0
        c = math.cos(planet[2] * land[LAND_T])
        s = math.sin(planet[2] * land[LAND_T])
        dx = c * land[0] + s * land[1] - aim[0, 0]
        dy = c * land[1] - s * land[0] - aim[0, 1]
        dz = land[2] - aim[0, 2]
        y[0] = dx * aim[1, 0] + dy * aim[1, 1] + dz * aim[1, 2]
        y[1] = dx * aim[2, 0] + dy * aim[2, 1] + dz * aim[2, 2]
        y[2] = land[LAND_TOP] - apogee
        if n > 1 and math.hypot(y[0], y[1]) < near and abs(y[2]) < near:
            return n
        if n > 1:
            bottom = 0.0
            for m in range(3):
                gained[m] = h[m, 0] * (y[0] - old[0]) + h[m, 1] * (y[1] - old[1]) + h[m, 2] * (y[2] - old[2])
                bottom += moved[m] * gained[m]
            if bottom != 0.0:
                left = np.zeros(3)
                for m in range(3):
                    for q in range(3):
                        left[m] += moved[q] * h[q, m]
                for m in range(3):
                    for q in range(3):
                        h[m, q] += (moved[m] - gained[m]) * left[q] / bottom
        for m in range(3):
            moved[m] = -(h[m, 0] * y[0] + h[m, 1] * y[1] + h[m, 2] * y[2])
        for m in range(3):
            old[m] = y[m]
            z[m] += moved[m]
    return 0
