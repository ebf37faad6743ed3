"""Extended Kalman filter of one body in free flight, six states, written for speed: bare floats.

The state is position (m) and velocity (m/s) in the Earth-fixed frame, its covariance the 21 numbers of the
upper triangle, row by row. Everything that happens between two detections is a function of floats without
branches, so that the same lines serve one track and, in `_kernels_ekf_lanes`, many replicates at once.

Discretisation, to be repeated by whoever compares: the state makes one classical Runge-Kutta step from
detection to detection (equal steps of at most `LONGEST_STEP_S`). The covariance goes by
F = D(t/2) K(t) D(t/2), where D(s) moves the position by s times the velocity and K(t) changes the velocity
to Ω v + t (I + t W / 2) G r. G is the gradient of the central attraction and of the centrifugal force at the
third stage's position (half a step on), W the Coriolis matrix, Ω = I + t W + t² W² / 2. The split is of
second order (Strang, SIAM J. Numer. Anal. 5 (1968) 506): off by 1e-5 in a step of 10 s; the gradient of J2, a
thousandth of the central one, is left out. Neither is felt in a covariance; the state itself has both.

Prediction and update are those of the extended Kalman filter (Bar-Shalom, Li & Kirubarajan, Estimation with
Applications to Tracking and Navigation, 2001, section 10.3), the noise of a step that of white acceleration
(the same, section 6.2.2). What is written out below is algebra, derived here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import inlined, kernel

Array = NDArray[np.float64]
Floats = tuple[float, ...]

#: The longest step: Runge-Kutta errs by less than a millimetre in it, F by 1e-5.
LONGEST_STEP_S = 10.0

# What stopped a run.
FINE, DISORDER, NO_SIGMA, NO_SENSOR, NOT_FINITE = 0, 1, 2, 3, 4


@kernel
def flaw(dt: float, sensor: int, sensors: int, z: Array) -> int:
    """Return what stops a run at a detection, dt seconds after the one before it; FINE for nothing."""
    if not dt >= 0.0:
        return DISORDER
    if sensor < 0 or sensor >= sensors:
        return NO_SENSOR
    if not (z[3] > 0.0 and z[4] > 0.0 and z[5] > 0.0):
        return NO_SIGMA
    return FINE


@kernel
def terms_of(planet: Array) -> tuple[float, float, float]:
    """Return gm, 3/2 J2 a² and the rotation rate of ``[gm, j2, rotation, radius, flattening]``."""
    return planet[0], 1.5 * planet[1] * planet[3] * planet[3], planet[2]


@inlined
def fall(x: float, y: float, z: float, vx: float, vy: float, terms: Floats) -> Floats:
    """Return the acceleration in the rotating frame; the central attraction over distance, and 1/r².

    Gravitation with J2 as in `hoplon.earth._kernels.gravity_j2`, centrifugal and Coriolis terms (Taylor,
    Classical Mechanics, 2005, eq. 9.34); m, m/s, m/s².
    """
    inverse = 1.0 / (x * x + y * y + z * z)
    central = -terms[0] * (inverse * math.sqrt(inverse))
    bulge = terms[1] * inverse
    wide = central * (1.0 + bulge * (1.0 - 5.0 * z * z * inverse))
    w = terms[2]
    return (
        wide * x + w * (w * x + 2.0 * vy),
        wide * y + w * (w * y - 2.0 * vx),
        (wide + 2.0 * central * bulge) * z,
        central,
        inverse,
    )


@inlined
def move(x: Floats, dt: float, terms: Floats) -> Floats:
    """Make one Runge-Kutta step.

    Parameters
    ----------
    x : 6 floats
    dt : float
        s.
    terms : 3 floats
        From `terms_of`.

    Returns
    -------
    11 floats
        The state at its end; the third stage's position, its central attraction over distance, and 1/r².
    """
    h = 0.5 * dt
    a1, b1, c1, _, _ = fall(x[0], x[1], x[2], x[3], x[4], terms)
    u2, v2, w2 = x[3] + h * a1, x[4] + h * b1, x[5] + h * c1
    a2, b2, c2, _, _ = fall(x[0] + h * x[3], x[1] + h * x[4], x[2] + h * x[5], u2, v2, terms)
    u3, v3, w3 = x[3] + h * a2, x[4] + h * b2, x[5] + h * c2
    mx, my, mz = x[0] + h * u2, x[1] + h * v2, x[2] + h * w2
    a3, b3, c3, central, inverse = fall(mx, my, mz, u3, v3, terms)
    u4, v4, w4 = x[3] + dt * a3, x[4] + dt * b3, x[5] + dt * c3
    a4, b4, c4, _, _ = fall(x[0] + dt * u3, x[1] + dt * v3, x[2] + dt * w3, u4, v4, terms)
    s = dt / 6.0
    return (
        x[0] + s * (x[3] + 2.0 * (u2 + u3) + u4),
        x[1] + s * (x[4] + 2.0 * (v2 + v3) + v4),
        x[2] + s * (x[5] + 2.0 * (w2 + w3) + w4),
        x[3] + s * (a1 + 2.0 * (a2 + a3) + a4),
        x[4] + s * (b1 + 2.0 * (b2 + b3) + b4),
        x[5] + s * (c1 + 2.0 * (c2 + c3) + c4),
        mx,
        my,
        mz,
        central,
        inverse,
    )


@inlined
def kick(m: Floats, dt: float, terms: Floats) -> Floats:
    """Return K(t): how a displacement changes the velocity in a step, and how the frame turns it.

    Parameters
    ----------
    m : 11 floats
        From `move`.
    dt : float
        s.
    terms : 3 floats

    Returns
    -------
    11 floats
        Ω's two numbers, on its diagonal and above it; t (I + t W / 2) G, row by row.
    """
    w = terms[2]
    turn = 2.0 * w * dt
    x, y, z = m[6], m[7], m[8]
    push = dt * m[9]
    pull = -3.0 * push * m[10]
    push += dt * (w * w)
    g00, g01, g02 = push + pull * x * x, pull * x * y, pull * x * z
    g11, g12 = push + pull * y * y, pull * y * z
    half = 0.5 * turn
    return (
        1.0 - 0.5 * turn * turn,
        turn,
        g00 + half * g01,
        g01 + half * g11,
        g02 + half * g12,
        g01 - half * g00,
        g11 - half * g01,
        g12 - half * g02,
        g02,
        g12,
        dt * m[9] + pull * z * z,
    )


@inlined
def spread(p: Floats, m: Floats, dt: float, q: float, terms: Floats) -> Floats:
    """Carry the covariance over a step: F P Fᵀ + Q, with the noise of white acceleration.

    Parameters
    ----------
    p : 21 floats
        Upper triangle.
    m : 11 floats
        From `move`.
    dt : float
        s.
    q : float
        Power density of the white acceleration, m²/s³.
    terms : 3 floats

    Returns
    -------
    21 floats
    """
    r00, r01, r02, c00, c01, c02 = p[0], p[1], p[2], p[3], p[4], p[5]
    r11, r12, c10, c11, c12 = p[6], p[7], p[8], p[9], p[10]
    r22, c20, c21, c22 = p[11], p[12], p[13], p[14]
    v00, v01, v02, v11, v12, v22 = p[15], p[16], p[17], p[18], p[19], p[20]
    h = 0.5 * dt
    # D(t/2): c is the block of position and velocity, d what becomes of it.
    d00, d01, d02 = c00 + h * v00, c01 + h * v01, c02 + h * v02
    d10, d11, d12 = c10 + h * v01, c11 + h * v11, c12 + h * v12
    d20, d21, d22 = c20 + h * v02, c21 + h * v12, c22 + h * v22
    r00 += h * (c00 + d00)
    r01 += h * (c01 + d10)
    r02 += h * (c02 + d20)
    r11 += h * (c11 + d11)
    r12 += h * (c12 + d21)
    r22 += h * (c22 + d22)
    # K(t).
    cosine, turn, k00, k01, k02, k10, k11, k12, k20, k21, k22 = kick(m, dt, terms)
    c00 = cosine * d00 + turn * d01 + (r00 * k00 + r01 * k01 + r02 * k02)
    c01 = cosine * d01 - turn * d00 + (r00 * k10 + r01 * k11 + r02 * k12)
    c02 = d02 + (r00 * k20 + r01 * k21 + r02 * k22)
    c10 = cosine * d10 + turn * d11 + (r01 * k00 + r11 * k01 + r12 * k02)
    c11 = cosine * d11 - turn * d10 + (r01 * k10 + r11 * k11 + r12 * k12)
    c12 = d12 + (r01 * k20 + r11 * k21 + r12 * k22)
    c20 = cosine * d20 + turn * d21 + (r02 * k00 + r12 * k01 + r22 * k02)
    c21 = cosine * d21 - turn * d20 + (r02 * k10 + r12 * k11 + r22 * k12)
    c22 = d22 + (r02 * k20 + r12 * k21 + r22 * k22)
    u00 = cosine * v00 + turn * v01 + (d00 * k00 + d10 * k01 + d20 * k02)
    u01 = cosine * v01 - turn * v00 + (d00 * k10 + d10 * k11 + d20 * k12)
    u02 = v02 + (d00 * k20 + d10 * k21 + d20 * k22)
    u10 = cosine * v01 + turn * v11 + (d01 * k00 + d11 * k01 + d21 * k02)
    u11 = cosine * v11 - turn * v01 + (d01 * k10 + d11 * k11 + d21 * k12)
    u12 = v12 + (d01 * k20 + d11 * k21 + d21 * k22)
    u22 = v22 + (d02 * k20 + d12 * k21 + d22 * k22)
    v00 = cosine * u00 + turn * u10 + (k00 * c00 + k01 * c10 + k02 * c20)
    v01 = cosine * u01 + turn * u11 + (k00 * c01 + k01 * c11 + k02 * c21)
    v02 = cosine * u02 + turn * u12 + (k00 * c02 + k01 * c12 + k02 * c22)
    v11 = cosine * u11 - turn * u01 + (k10 * c01 + k11 * c11 + k12 * c21)
    v12 = cosine * u12 - turn * u02 + (k10 * c02 + k11 * c12 + k12 * c22)
    v22 = u22 + (k20 * c02 + k21 * c12 + k22 * c22)
    # D(t/2) again, and the noise of the whole step.
    n1 = q * dt
    n2 = n1 * h
    n3 = n1 * dt * dt / 3.0
    d00, d01, d02 = c00 + h * v00, c01 + h * v01, c02 + h * v02
    d10, d11, d12 = c10 + h * v01, c11 + h * v11, c12 + h * v12
    d20, d21, d22 = c20 + h * v02, c21 + h * v12, c22 + h * v22
    return (
        r00 + h * (c00 + d00) + n3,
        r01 + h * (c01 + d10),
        r02 + h * (c02 + d20),
        d00 + n2,
        d01,
        d02,
        r11 + h * (c11 + d11) + n3,
        r12 + h * (c12 + d21),
        d10,
        d11 + n2,
        d12,
        r22 + h * (c22 + d22) + n3,
        d20,
        d21,
        d22 + n2,
        v00 + n1,
        v01,
        v02,
        v11 + n1,
        v12,
        v22 + n1,
    )


@inlined
def carry(c: Floats, m: Floats, dt: float, terms: Floats) -> Floats:
    """Carry a displacement of the state, or its covariance with anything else, over a step: F c.

    Parameters
    ----------
    c : 6 floats
    m : 11 floats
        From `move`.
    dt : float
        s.
    terms : 3 floats

    Returns
    -------
    6 floats
    """
    cosine, turn, k00, k01, k02, k10, k11, k12, k20, k21, k22 = kick(m, dt, terms)
    h = 0.5 * dt
    x, y, z = c[0] + h * c[3], c[1] + h * c[4], c[2] + h * c[5]
    u = cosine * c[3] + turn * c[4] + (k00 * x + k01 * y + k02 * z)
    v = cosine * c[4] - turn * c[3] + (k10 * x + k11 * y + k12 * z)
    w = c[5] + (k20 * x + k21 * y + k22 * z)
    return x + h * u, y + h * v, z + h * w, u, v, w


@inlined
def aim(x: float, y: float, z: float, site: Floats) -> Floats:
    """Look at a position from a site.

    Parameters
    ----------
    x, y, z : float
        Earth-fixed, m.
    site : 12 floats
        Position, then the rows east, north and up.

    Returns
    -------
    15 floats
        Range; ground range (across the vertical); sine and cosine of azimuth and of elevation; the unit
        vectors along which range, azimuth and elevation grow.
    """
    dx, dy, dz = x - site[0], y - site[1], z - site[2]
    e = site[3] * dx + site[4] * dy + site[5] * dz
    n = site[6] * dx + site[7] * dy + site[8] * dz
    u = site[9] * dx + site[10] * dy + site[11] * dz
    ground2 = e * e + n * n + 1e-6
    ground = math.sqrt(ground2)
    distance = math.sqrt(ground2 + u * u)
    per_ground, per_distance = 1.0 / ground, 1.0 / distance
    sa, ca = e * per_ground, n * per_ground
    se, ce = u * per_distance, ground * per_distance
    bx, by, bz = sa * site[3] + ca * site[6], sa * site[4] + ca * site[7], sa * site[5] + ca * site[8]
    return (
        distance,
        ground,
        sa,
        ca,
        se,
        ce,
        ce * bx + se * site[9],
        ce * by + se * site[10],
        ce * bz + se * site[11],
        ca * site[3] - sa * site[6],
        ca * site[4] - sa * site[7],
        ca * site[5] - sa * site[8],
        ce * site[9] - se * bx,
        ce * site[10] - se * by,
        ce * site[11] - se * bz,
    )


@inlined
def turned(sine: float, cosine: float) -> float:
    """Return a small angle of given sine and cosine: to 1e-15 rad below 0.2 rad, to 1e-9 below 0.6 rad.

    Twice the arc tangent of half the angle's tangent, by its series.
    """
    u = sine / (1.0 + cosine)
    s = u * u
    series = 1.0 / 11.0 - s * (1.0 / 13.0 - s * (1.0 / 15.0 - s / 17.0))
    return 2.0 * u * (1.0 - s * (1.0 / 3.0 - s * (0.2 - s * (1.0 / 7.0 - s * (1.0 / 9.0 - s * series)))))


@inlined
def absorb(
    x: Floats, p: Floats, a: Floats, y0: float, y1: float, y2: float, n0: float, n1: float, n2: float
) -> Floats:
    """Update state and covariance with three displacements along the unit vectors of a look.

    The directions in which range, azimuth and elevation grow stand at right angles, so the three are
    measurements of position along them. Gain by the factors L D Lᵀ of the innovation's covariance (Golub &
    Van Loan, Matrix Computations, 3rd ed. 1996, section 4.1).

    Parameters
    ----------
    x : 6 floats
    p : 21 floats
    a : 15 floats
        From `aim`.
    y0, y1, y2 : float
        Innovations along the unit vectors, m.
    n0, n1, n2 : float
        Variances of their noise, m².

    Returns
    -------
    29 floats
        State, covariance, squared Mahalanobis distance, determinant of the innovation's covariance (m⁶).
    """
    hx, hy, hz, ax, ay, az, ex, ey, ez = a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14]
    # P Hᵀ: f, g, h are its columns.
    f0, f1, f2 = (
        p[0] * hx + p[1] * hy + p[2] * hz,
        p[1] * hx + p[6] * hy + p[7] * hz,
        p[2] * hx + p[7] * hy + p[11] * hz,
    )
    f3, f4, f5 = (
        p[3] * hx + p[8] * hy + p[12] * hz,
        p[4] * hx + p[9] * hy + p[13] * hz,
        p[5] * hx + p[10] * hy + p[14] * hz,
    )
    g0, g1, g2 = (
        p[0] * ax + p[1] * ay + p[2] * az,
        p[1] * ax + p[6] * ay + p[7] * az,
        p[2] * ax + p[7] * ay + p[11] * az,
    )
    g3, g4, g5 = (
        p[3] * ax + p[8] * ay + p[12] * az,
        p[4] * ax + p[9] * ay + p[13] * az,
        p[5] * ax + p[10] * ay + p[14] * az,
    )
    h0, h1, h2 = (
        p[0] * ex + p[1] * ey + p[2] * ez,
        p[1] * ex + p[6] * ey + p[7] * ez,
        p[2] * ex + p[7] * ey + p[11] * ez,
    )
    h3, h4, h5 = (
        p[3] * ex + p[8] * ey + p[12] * ez,
        p[4] * ex + p[9] * ey + p[13] * ez,
        p[5] * ex + p[10] * ey + p[14] * ez,
    )
    s10 = ax * f0 + ay * f1 + az * f2
    s20 = ex * f0 + ey * f1 + ez * f2
    s21 = ex * g0 + ey * g1 + ez * g2
    d0 = hx * f0 + hy * f1 + hz * f2 + n0
    i0 = 1.0 / d0
    l10, l20 = s10 * i0, s20 * i0
    d1 = ax * g0 + ay * g1 + az * g2 + n1 - l10 * s10
    i1 = 1.0 / d1
    t21 = s21 - l20 * s10
    l21 = t21 * i1
    d2 = ex * h0 + ey * h1 + ez * h2 + n2 - l20 * s20 - l21 * t21
    i2 = 1.0 / d2
    w1 = y1 - l10 * y0
    w2 = y2 - l20 * y0 - l21 * w1
    # L⁻¹ H P.
    g0, g1, g2 = g0 - l10 * f0, g1 - l10 * f1, g2 - l10 * f2
    g3, g4, g5 = g3 - l10 * f3, g4 - l10 * f4, g5 - l10 * f5
    h0, h1, h2 = h0 - l20 * f0 - l21 * g0, h1 - l20 * f1 - l21 * g1, h2 - l20 * f2 - l21 * g2
    h3, h4, h5 = h3 - l20 * f3 - l21 * g3, h4 - l20 * f4 - l21 * g4, h5 - l20 * f5 - l21 * g5
    o0, o1, o2 = y0 * i0, w1 * i1, w2 * i2
    a0, a1, a2, a3, a4, a5 = f0 * i0, f1 * i0, f2 * i0, f3 * i0, f4 * i0, f5 * i0
    b0, b1, b2, b3, b4, b5 = g0 * i1, g1 * i1, g2 * i1, g3 * i1, g4 * i1, g5 * i1
    c0, c1, c2, c3, c4, c5 = h0 * i2, h1 * i2, h2 * i2, h3 * i2, h4 * i2, h5 * i2
    return (
        x[0] + (f0 * o0 + g0 * o1 + h0 * o2),
        x[1] + (f1 * o0 + g1 * o1 + h1 * o2),
        x[2] + (f2 * o0 + g2 * o1 + h2 * o2),
        x[3] + (f3 * o0 + g3 * o1 + h3 * o2),
        x[4] + (f4 * o0 + g4 * o1 + h4 * o2),
        x[5] + (f5 * o0 + g5 * o1 + h5 * o2),
        p[0] - (a0 * f0 + b0 * g0 + c0 * h0),
        p[1] - (a0 * f1 + b0 * g1 + c0 * h1),
        p[2] - (a0 * f2 + b0 * g2 + c0 * h2),
        p[3] - (a0 * f3 + b0 * g3 + c0 * h3),
        p[4] - (a0 * f4 + b0 * g4 + c0 * h4),
        p[5] - (a0 * f5 + b0 * g5 + c0 * h5),
        p[6] - (a1 * f1 + b1 * g1 + c1 * h1),
        p[7] - (a1 * f2 + b1 * g2 + c1 * h2),
        p[8] - (a1 * f3 + b1 * g3 + c1 * h3),
        p[9] - (a1 * f4 + b1 * g4 + c1 * h4),
        p[10] - (a1 * f5 + b1 * g5 + c1 * h5),
        p[11] - (a2 * f2 + b2 * g2 + c2 * h2),
        p[12] - (a2 * f3 + b2 * g3 + c2 * h3),
        p[13] - (a2 * f4 + b2 * g4 + c2 * h4),
        p[14] - (a2 * f5 + b2 * g5 + c2 * h5),
        p[15] - (a3 * f3 + b3 * g3 + c3 * h3),
        p[16] - (a3 * f4 + b3 * g4 + c3 * h4),
        p[17] - (a3 * f5 + b3 * g5 + c3 * h5),
        p[18] - (a4 * f4 + b4 * g4 + c4 * h4),
        p[19] - (a4 * f5 + b4 * g5 + c4 * h5),
        p[20] - (a5 * f5 + b5 * g5 + c5 * h5),
        y0 * o0 + w1 * o1 + w2 * o2,
        d0 * d1 * d2,
    )
