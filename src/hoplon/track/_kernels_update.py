"""What a radar measures of a position, and what a measurement does to a track."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import inlined, kernel
from hoplon.track._kernels_ekf import Floats, aim

#: An update is iterated where the straight way would miss the sphere of equal range, or where that sphere is
#: bent over what is left of the error, by more than this share (squared) of a standard deviation of range.
BENT_SHARE2 = 0.0025
#: No variance of an innovation is less, m²: rounding must not make one negative.
LEAST_M2 = 1e-20

#: Rows of the array in which an update is worked out.
POINT, WHITE, SIGHT, GAIN, WORK_ROWS = 0, 1, 2, 3, 6


@kernel
def measure(
    px: float,
    py: float,
    pz: float,
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    jacobian: NDArray[np.float64],
) -> tuple[float, float, float]:
    """Return range (m), azimuth and elevation (rad) of an ECEF position; write their gradient.

    `site` is the radar's ECEF position, `rotation` has rows east, north, up; azimuth counts from north
    through east. The gradient, 1/m and rad/m, is that of these spherical coordinates, derived here; directly
    above the radar an azimuth has none, and that of a ground range of 1 mm is given.
    """
    dx, dy, dz = px - site[0], py - site[1], pz - site[2]
    e = rotation[0, 0] * dx + rotation[0, 1] * dy + rotation[0, 2] * dz
    n = rotation[1, 0] * dx + rotation[1, 1] * dy + rotation[1, 2] * dz
    u = rotation[2, 0] * dx + rotation[2, 1] * dy + rotation[2, 2] * dz
    ground2 = max(e * e + n * n, 1e-6)
    ground = math.sqrt(ground2)
    r2 = ground2 + u * u
    r = math.sqrt(r2)
    for j in range(3):
        ej, nj, uj = rotation[0, j], rotation[1, j], rotation[2, j]
        jacobian[0, j] = (e * ej + n * nj + u * uj) / r
        jacobian[1, j] = (n * ej - e * nj) / ground2
        jacobian[2, j] = (ground * uj - u * (e * ej + n * nj) / ground) / r2
    return r, math.atan2(e, n), math.atan2(u, ground)


@kernel
def position(
    z: NDArray[np.float64], site: NDArray[np.float64], rotation: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Return the ECEF position of a measurement ``[range, azimuth, elevation, ...]``."""
    ground = z[0] * math.cos(z[2])
    e, n, u = ground * math.sin(z[1]), ground * math.cos(z[1]), z[0] * math.sin(z[2])
    return (
        site[0] + e * rotation[0, 0] + n * rotation[1, 0] + u * rotation[2, 0],
        site[1] + e * rotation[0, 1] + n * rotation[1, 1] + u * rotation[2, 1],
        site[2] + e * rotation[0, 2] + n * rotation[1, 2] + u * rotation[2, 2],
    )


@inlined
def look_at(x: float, y: float, z: float, site: NDArray[np.float64], rotation: NDArray[np.float64]) -> Floats:
    """Return what `hoplon.track._kernels_ekf.aim` does of a position and a sensor's arrays."""
    return aim(
        x,
        y,
        z,
        (
            site[0],
            site[1],
            site[2],
            rotation[0, 0],
            rotation[0, 1],
            rotation[0, 2],
            rotation[1, 0],
            rotation[1, 1],
            rotation[1, 2],
            rotation[2, 0],
            rotation[2, 1],
            rotation[2, 2],
        ),
    )


@inlined
def innovation(a: Floats, z: NDArray[np.float64]) -> Floats:
    """Compare a measurement with a look at a place: along the unit vectors of that look, in metres.

    The direction measured lies at the end of a great circle, whose length and direction the two angles across
    the line of sight are. So they are exact however far away it is, also near the zenith, where an azimuth is
    not.

    Parameters
    ----------
    a : 15 floats
        From `look_at`.
    z : float64 array, shape (6,)

    Returns
    -------
    6 floats
        Innovation of range and of both angles, times the distance; the variances of their noise, m².
    """
    distance, sa, ca, se, ce = a[0], a[2], a[3], a[4], a[5]
    cos_z, sin_z = math.cos(z[2]), math.sin(z[2])
    east, north = cos_z * math.sin(z[1]), cos_z * math.cos(z[1])
    level = sa * east + ca * north
    y1 = ca * east - sa * north
    y2 = ce * sin_z - se * level
    ahead = ce * level + se * sin_z
    off = math.sqrt(y1 * y1 + y2 * y2)
    if off > 1e-4 or ahead < 0.0:
        stretch = math.atan2(off, ahead) / max(off, 1e-9)
        y1 *= stretch
        y2 *= stretch
    n0, n1, n2 = z[3], distance * z[4] * cos_z, distance * z[5]
    return z[0] - distance, distance * y1, distance * y2, n0 * n0, n1 * n1, n2 * n2


@inlined
def by_angles(determinant: float, a: Floats) -> float:
    """Return the logarithm of a determinant in m⁶ as that of range, azimuth and elevation."""
    distance2 = a[0] * a[0]
    cosine = max(a[5], 1e-9)
    return math.log(determinant / (distance2 * distance2 * cosine * cosine))


@kernel
def misfit(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    z: NDArray[np.float64],
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
) -> tuple[float, float]:
    """Return how badly a measurement fits a track.

    Returns
    -------
    float, float
        Squared Mahalanobis distance of the measurement (3 degrees of freedom; the normalised innovation
        squared of Bar-Shalom, Li & Kirubarajan, Estimation with Applications to Tracking and Navigation,
        2001, section 5.4), and the logarithm of the determinant of its predicted covariance.
    """
    a = look_at(x[0], x[1], x[2], site, rotation)
    y0, y1, y2, n0, n1, n2 = innovation(a, z)
    rx, ry, rz, ax, ay, az, ex, ey, ez = a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14]
    p00, p01, p02, p11, p12, p22 = p[0, 0], p[0, 1], p[0, 2], p[1, 1], p[1, 2], p[2, 2]
    f0, f1, f2 = (
        p00 * rx + p01 * ry + p02 * rz,
        p01 * rx + p11 * ry + p12 * rz,
        p02 * rx + p12 * ry + p22 * rz,
    )
    g0, g1, g2 = (
        p00 * ax + p01 * ay + p02 * az,
        p01 * ax + p11 * ay + p12 * az,
        p02 * ax + p12 * ay + p22 * az,
    )
    h0, h1, h2 = (
        p00 * ex + p01 * ey + p02 * ez,
        p01 * ex + p11 * ey + p12 * ez,
        p02 * ex + p12 * ey + p22 * ez,
    )
    s10, s20, s21 = ax * f0 + ay * f1 + az * f2, ex * f0 + ey * f1 + ez * f2, ex * g0 + ey * g1 + ez * g2
    d0 = rx * f0 + ry * f1 + rz * f2 + n0
    l10, l20 = s10 / d0, s20 / d0
    d1 = max(ax * g0 + ay * g1 + az * g2 + n1 - l10 * s10, LEAST_M2)
    t21 = s21 - l20 * s10
    l21 = t21 / d1
    d2 = max(ex * h0 + ey * h1 + ez * h2 + n2 - l20 * s20 - l21 * t21, LEAST_M2)
    w1 = y1 - l10 * y0
    w2 = y2 - l20 * y0 - l21 * w1
    return y0 * y0 / d0 + w1 * w1 / d1 + w2 * w2 / d2, by_angles(d0 * d1 * d2, a)


@kernel
def whiten(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    n: int,
    z: NDArray[np.float64],
    bent2: float,
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    work: NDArray[np.float64],
) -> tuple[float, float]:
    """Compare a measurement with a track, linearised at the position in `work`.

    Parameters
    ----------
    x, p, n
        State, covariance, number of states in use.
    z, site, rotation
        Measurement and sensor.
    bent2 : float
        What the curvature adds to the variance of range, m².
    work : float64 array, shape (6, 9)
        Row `POINT` holds the place at which it is linearised. On return rows `GAIN` to ``GAIN + 2`` hold L⁻¹
        H P, where L is the Cholesky factor of the innovation's covariance, row `WHITE` L⁻¹ times the
        innovation, row `SIGHT` the unit vector to the point.

    Returns
    -------
    float, float
        Logarithm of the determinant of the innovation's covariance; range of the point.
    """
    a = look_at(work[POINT, 0], work[POINT, 1], work[POINT, 2], site, rotation)
    y0, y1, y2, n0, n1, n2 = innovation(a, z)
    rx, ry, rz, ax, ay, az, ex, ey, ez = a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14]
    dx, dy, dz = x[0] - work[POINT, 0], x[1] - work[POINT, 1], x[2] - work[POINT, 2]
    y0 -= rx * dx + ry * dy + rz * dz
    y1 -= ax * dx + ay * dy + az * dz
    y2 -= ex * dx + ey * dy + ez * dz
    for j in range(n):
        work[GAIN, j] = rx * p[0, j] + ry * p[1, j] + rz * p[2, j]
        work[GAIN + 1, j] = ax * p[0, j] + ay * p[1, j] + az * p[2, j]
        work[GAIN + 2, j] = ex * p[0, j] + ey * p[1, j] + ez * p[2, j]
    f0, f1, f2 = work[GAIN, 0], work[GAIN, 1], work[GAIN, 2]
    g0, g1, g2 = work[GAIN + 1, 0], work[GAIN + 1, 1], work[GAIN + 1, 2]
    h0, h1, h2 = work[GAIN + 2, 0], work[GAIN + 2, 1], work[GAIN + 2, 2]
    l00 = math.sqrt(rx * f0 + ry * f1 + rz * f2 + n0 + bent2)
    l10, l20 = (ax * f0 + ay * f1 + az * f2) / l00, (ex * f0 + ey * f1 + ez * f2) / l00
    l11 = math.sqrt(max(ax * g0 + ay * g1 + az * g2 + n1 - l10 * l10, LEAST_M2))
    l21 = (ex * g0 + ey * g1 + ez * g2 - l20 * l10) / l11
    l22 = math.sqrt(max(ex * h0 + ey * h1 + ez * h2 + n2 - l20 * l20 - l21 * l21, LEAST_M2))
    w0 = y0 / l00
    w1 = (y1 - l10 * w0) / l11
    work[WHITE, 0], work[WHITE, 1], work[WHITE, 2] = w0, w1, (y2 - l20 * w0 - l21 * w1) / l22
    work[SIGHT, 0], work[SIGHT, 1], work[SIGHT, 2] = rx, ry, rz
    per0, per1, per2 = 1.0 / l00, 1.0 / l11, 1.0 / l22
    for j in range(n):
        first = work[GAIN, j] * per0
        second = (work[GAIN + 1, j] - l10 * first) * per1
        work[GAIN, j], work[GAIN + 1, j] = first, second
        work[GAIN + 2, j] = (work[GAIN + 2, j] - l20 * first - l21 * second) * per2
    root = l00 * l11 * l22
    return by_angles(root * root, a), a[0]


@inlined
def take_within(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    n: int,
    z: NDArray[np.float64],
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    gate: float,
    dearest: float,
    work: NDArray[np.float64],
) -> tuple[float, float]:
    """Do what `update_within` does, with an array to work in, shape (WORK_ROWS, 9)."""
    for i in range(n):
        work[POINT, i] = x[i]
    distance, logdet, bent2 = 0.0, 0.0, 0.0
    # One loop for the first and for further rounds: the compiler copies `whiten` into each place of a call.
    for rounds in range(5):
        determinant, r = whiten(x, p, n, z, bent2, site, rotation, work)
        w0, w1, w2 = work[WHITE, 0], work[WHITE, 1], work[WHITE, 2]
        moved2, along = 0.0, 0.0
        for i in range(n):
            new = x[i] + work[GAIN, i] * w0 + work[GAIN + 1, i] * w1 + work[GAIN + 2, i] * w2
            if i < 3:
                moved2 += (new - work[POINT, i]) ** 2
                along += work[SIGHT, i] * (new - work[POINT, i])
            work[POINT, i] = new
        if rounds > 0:
            # What the neglected curvature does to the range is a twentieth of its noise.
            if moved2 < 0.1 * r * z[3]:
                break
            continue
        logdet = determinant
        distance = w0 * w0 + w1 * w1 + w2 * w2
        if distance >= gate or distance + logdet >= dearest:
            return distance, logdet
        thick, wide = 0.0, 0.0
        for i in range(3):
            f, g, h = work[GAIN, i], work[GAIN + 1, i], work[GAIN + 2, i]
            for j in range(3):
                left = p[i, j] - f * work[GAIN, j] - g * work[GAIN + 1, j] - h * work[GAIN + 2, j]
                thick += work[SIGHT, i] * left * work[SIGHT, j]
                if i == j:
                    wide += left
        across2 = moved2 - along * along
        wide -= thick
        if across2 * max(wide, 0.25 * across2) <= BENT_SHARE2 * thick * r * r:
            break
        bent2 = 0.5 * (wide / r) ** 2
    for i in range(n):
        x[i] = work[POINT, i]
        f, g, h = work[GAIN, i], work[GAIN + 1, i], work[GAIN + 2, i]
        # Products are the same both ways round, so that a symmetric matrix stays one to the last digit.
        for j in range(n):
            p[i, j] -= f * work[GAIN, j] + g * work[GAIN + 1, j] + h * work[GAIN + 2, j]
        # Rounding must not turn a variance negative.
        p[i, i] = max(p[i, i], 1e-12)
    return distance, logdet


@kernel
def update_within(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    n: int,
    z: NDArray[np.float64],
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    gate: float,
    dearest: float,
) -> tuple[float, float]:
    """Take a measurement into state x and covariance p, in place, and return how well it fitted (`misfit`).

    What is left of a radar's error lies in a thin disc across the line of sight, kilometres wide and metres
    thick; and the disc is bent, for it lies on a sphere of equal range. Where that matters, the measurement
    is linearised again where it puts the target, until that place stands still (iterated extended Kalman
    update, Bell & Cathey, IEEE Trans. Autom. Control 38 (1993) 294), and the mean square of what the bend
    does to the range over the disc that is left is added to the variance of range: the term of second order
    (Athans, Wishner & Bertolini, IEEE Trans. Autom. Control 13 (1968) 504). At a distance d across, the bend
    is d2 / 2r; with the variance w of both directions together, in equal parts, E[d4] = 2 w2, and the mean
    square is (w / r)2 / 2. The covariance stays symmetric by construction.

    Nothing changes where the distance is not less than `gate`, or distance and logarithm of the determinant
    together not less than `dearest`.
    """
    return take_within(x, p, n, z, site, rotation, gate, dearest, np.empty((WORK_ROWS, 9)))


@kernel
def update(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    n: int,
    z: NDArray[np.float64],
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
) -> tuple[float, float]:
    """Do what `update_within` does, however badly the measurement fits."""
    return update_within(x, p, n, z, site, rotation, math.inf, math.inf)
