"""What a radar measures of a position, and what a measurement does to a track."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel

#: An update is iterated where the straight way would miss the sphere of equal range, or where that sphere is
#: bent over what is left of the error, by more than this share (squared) of a standard deviation of range.
BENT_SHARE2 = 0.0025


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
    z: NDArray[np.float64], site: NDArray[np.float64], rotation: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Write the ECEF position of a measurement ``[range, azimuth, elevation, ...]`` into out."""
    ground = z[0] * math.cos(z[2])
    e, n, u = ground * math.sin(z[1]), ground * math.cos(z[1]), z[0] * math.sin(z[2])
    for j in range(3):
        out[j] = site[j] + e * rotation[0, j] + n * rotation[1, j] + u * rotation[2, j]


@kernel
def innovate(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    n: int,
    point: NDArray[np.float64],
    z: NDArray[np.float64],
    bent2: float,
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    h: NDArray[np.float64],
    gain: NDArray[np.float64],
    w: NDArray[np.float64],
) -> tuple[float, float]:
    """Compare a measurement with a track, linearised at the position `point`; all outputs are whitened.

    The innovation is that of range and of two angles across the line of sight to the point: the direction
    measured lies at the end of a great circle, whose length and direction these two are. So it is exact
    however far away it is, also near the zenith, where an azimuth is not.

    Parameters
    ----------
    x, p, n
        State, covariance, number of states in use.
    point : float64 array, shape (3,) or longer
    z, site, rotation
        Measurement and sensor.
    bent2 : float
        What the curvature adds to the variance of range, m².
    h : float64 array, shape (3, 3)
        On return the gradients of range and of both angles by position.
    gain : float64 array, shape (3, 9)
        On return L⁻¹ H P, where L is the Cholesky factor of the innovation's covariance.
    w : float64 array, shape (3,)
        On return L⁻¹ times the innovation.

    Returns
    -------
    float, float
        Logarithm of the determinant of the innovation's covariance (with azimuth, not the angle across the
        line of sight); range of the point.
    """
    r, azimuth, elevation = measure(point[0], point[1], point[2], site, rotation, h)
    cosine, sine = math.cos(elevation), math.sin(elevation)
    for j in range(3):
        h[1, j] *= cosine
    cos_z, sin_z = math.cos(z[2]), math.sin(z[2])
    turn = z[1] - azimuth
    ahead = cos_z * math.cos(turn)
    y1 = cos_z * math.sin(turn)
    y2 = sin_z * cosine - ahead * sine
    off = math.sqrt(y1 * y1 + y2 * y2)
    if off > 1e-4 or ahead < 0.0:
        stretch = math.atan2(off, sin_z * sine + ahead * cosine) / max(off, 1e-9)
        y1 *= stretch
        y2 *= stretch
    y0 = z[0] - r
    for j in range(3):
        d = x[j] - point[j]
        y0 -= h[0, j] * d
        y1 -= h[1, j] * d
        y2 -= h[2, j] * d
    for i in range(3):
        for j in range(n):
            gain[i, j] = h[i, 0] * p[0, j] + h[i, 1] * p[1, j] + h[i, 2] * p[2, j]
    s00 = gain[0, 0] * h[0, 0] + gain[0, 1] * h[0, 1] + gain[0, 2] * h[0, 2] + z[3] * z[3] + bent2
    s10 = gain[1, 0] * h[0, 0] + gain[1, 1] * h[0, 1] + gain[1, 2] * h[0, 2]
    s20 = gain[2, 0] * h[0, 0] + gain[2, 1] * h[0, 1] + gain[2, 2] * h[0, 2]
    s11 = gain[1, 0] * h[1, 0] + gain[1, 1] * h[1, 1] + gain[1, 2] * h[1, 2] + (z[4] * cos_z) ** 2
    s21 = gain[2, 0] * h[1, 0] + gain[2, 1] * h[1, 1] + gain[2, 2] * h[1, 2]
    s22 = gain[2, 0] * h[2, 0] + gain[2, 1] * h[2, 1] + gain[2, 2] * h[2, 2] + z[5] * z[5]
    l00 = math.sqrt(s00)
    l10, l20 = s10 / l00, s20 / l00
    l11 = math.sqrt(max(s11 - l10 * l10, 1e-30))
    l21 = (s21 - l20 * l10) / l11
    l22 = math.sqrt(max(s22 - l20 * l20 - l21 * l21, 1e-30))
    w[0] = y0 / l00
    w[1] = (y1 - l10 * w[0]) / l11
    w[2] = (y2 - l20 * w[0] - l21 * w[1]) / l22
    for j in range(n):
        gain[0, j] = gain[0, j] / l00
        gain[1, j] = (gain[1, j] - l10 * gain[0, j]) / l11
        gain[2, j] = (gain[2, j] - l20 * gain[0, j] - l21 * gain[1, j]) / l22
    return 2.0 * math.log(l00 * l11 * l22 / max(cosine, 1e-9)), r


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
    h = np.empty((3, 3))
    gain = np.empty((3, 9))
    w = np.empty(3)
    logdet, _ = innovate(x, p, min(3, x.size), x, z, 0.0, site, rotation, h, gain, w)
    return w[0] * w[0] + w[1] * w[1] + w[2] * w[2], logdet


@kernel
def update(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    n: int,
    z: NDArray[np.float64],
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
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
    """
    h = np.empty((3, 3))
    gain = np.empty((3, 9))
    w = np.empty(3)
    point = np.empty(9)
    for i in range(n):
        point[i] = x[i]
    distance, logdet, bent2 = 0.0, 0.0, 0.0
    # One loop for the first and for further rounds: the compiler copies `innovate` into each place of a call.
    for rounds in range(5):
        determinant, r = innovate(x, p, n, point, z, bent2, site, rotation, h, gain, w)
        moved2, along = 0.0, 0.0
        for i in range(n):
            new = x[i] + gain[0, i] * w[0] + gain[1, i] * w[1] + gain[2, i] * w[2]
            if i < 3:
                moved2 += (new - point[i]) ** 2
                along += h[0, i] * (new - point[i])
            point[i] = new
        if rounds > 0:
            # What the neglected curvature does to the range is a twentieth of its noise.
            if moved2 < 0.1 * r * z[3]:
                break
            continue
        logdet = determinant
        distance = w[0] * w[0] + w[1] * w[1] + w[2] * w[2]
        thick, wide = 0.0, 0.0
        for i in range(3):
            for j in range(3):
                left = p[i, j] - gain[0, i] * gain[0, j] - gain[1, i] * gain[1, j] - gain[2, i] * gain[2, j]
                thick += h[0, i] * left * h[0, j]
                if i == j:
                    wide += left
        across2 = moved2 - along * along
        wide -= thick
        if across2 * max(wide, 0.25 * across2) <= BENT_SHARE2 * thick * r * r:
            break
        bent2 = 0.5 * (wide / r) ** 2
    for i in range(n):
        x[i] = point[i]
        for j in range(i, n):
            p[i, j] -= gain[0, i] * gain[0, j] + gain[1, i] * gain[1, j] + gain[2, i] * gain[2, j]
            p[j, i] = p[i, j]
        # Rounding must not turn a variance negative.
        p[i, i] = max(p[i, i], 1e-12)
    return distance, logdet
