"""What a radar measures of a position, and what a measurement does to a track."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel

#: By how much the variance of the range's curvature is enlarged. One is right for a single measurement; but
#: the error is the same from look to look, until the position across the line of sight is better known, and
#: a filter that takes it for fresh noise each time trusts the range too much.
CURVATURE_FACTOR = 9.0


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
    through east.
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
    rounds: int,
    z: NDArray[np.float64],
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    gain: NDArray[np.float64],
    w: NDArray[np.float64],
) -> float:
    """Compare a measurement with a track, linearised at the position `point`; all outputs are whitened.

    The curvature of range across the line of sight enters as in the second-order filter (Athans, Wishner &
    Bertolini 1968), as bias and as variance; its size is the track's own uncertainty across the line of
    sight, or, after the first round, what the measurement leaves of it.

    Parameters
    ----------
    x, p, n
        State, covariance, number of states in use.
    point : float64 array, shape (3,)
    rounds : int
        How often the measurement was linearised before.
    z, site, rotation
        Measurement and sensor.
    gain : float64 array, shape (3, 9)
        On return L⁻¹ H P, where L is the Cholesky factor of the innovation's covariance.
    w : float64 array, shape (3,)
        On return L⁻¹ times the innovation.

    Returns
    -------
    float
        Logarithm of the determinant of the innovation's covariance.
    """
    h = np.empty((3, 3))
    s = np.empty((3, 3))
    r, azimuth, elevation = measure(point[0], point[1], point[2], site, rotation, h)
    for i in range(3):
        for j in range(n):
            gain[i, j] = h[i, 0] * p[0, j] + h[i, 1] * p[1, j] + h[i, 2] * p[2, j]
    for i in range(3):
        for j in range(3):
            s[i, j] = gain[i, 0] * h[j, 0] + gain[i, 1] * h[j, 1] + gain[i, 2] * h[j, 2]
    across = max(0.5 * (p[0, 0] + p[1, 1] + p[2, 2] - s[0, 0]), 0.0)
    if rounds > 0:
        ground = r * math.cos(elevation)
        measured = 0.5 * (ground * ground * z[4] * z[4] + r * r * z[5] * z[5])
        across = across * measured / (across + measured)
    bias = across / r
    y0 = z[0] - r - bias
    y1 = z[1] - azimuth
    if y1 > math.pi:
        y1 -= 2.0 * math.pi
    elif y1 < -math.pi:
        y1 += 2.0 * math.pi
    y2 = z[2] - elevation
    dx, dy, dz = x[0] - point[0], x[1] - point[1], x[2] - point[2]
    y0 -= h[0, 0] * dx + h[0, 1] * dy + h[0, 2] * dz
    y1 -= h[1, 0] * dx + h[1, 1] * dy + h[1, 2] * dz
    y2 -= h[2, 0] * dx + h[2, 1] * dy + h[2, 2] * dz
    l00 = math.sqrt(s[0, 0] + z[3] * z[3] + CURVATURE_FACTOR * bias * bias)
    l10, l20 = s[1, 0] / l00, s[2, 0] / l00
    l11 = math.sqrt(max(s[1, 1] + z[4] * z[4] - l10 * l10, 1e-30))
    l21 = (s[2, 1] - l20 * l10) / l11
    l22 = math.sqrt(max(s[2, 2] + z[5] * z[5] - l20 * l20 - l21 * l21, 1e-30))
    w[0] = y0 / l00
    w[1] = (y1 - l10 * w[0]) / l11
    w[2] = (y2 - l20 * w[0] - l21 * w[1]) / l22
    for j in range(n):
        gain[0, j] = gain[0, j] / l00
        gain[1, j] = (gain[1, j] - l10 * gain[0, j]) / l11
        gain[2, j] = (gain[2, j] - l20 * gain[0, j] - l21 * gain[1, j]) / l22
    return 2.0 * math.log(l00 * l11 * l22)


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
        Squared Mahalanobis distance of the measurement (3 degrees of freedom), and the logarithm of the
        determinant of its predicted covariance.
    """
    gain = np.empty((3, 9))
    w = np.empty(3)
    logdet = innovate(x, p, min(3, x.size), x, 0 * x.size, z, site, rotation, gain, w)
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

    Iterated extended Kalman update (Bell & Cathey 1993): a range good to a metre and a direction good to
    kilometres do not mix at the predicted point, so the measurement is linearised again where it puts the
    target, until that point stands still. The covariance stays symmetric by construction.
    """
    gain = np.empty((3, 9))
    w = np.empty(3)
    point = np.empty(3)
    for i in range(3):
        point[i] = x[i]
    distance, logdet = 0.0, 0.0
    for iteration in range(5):
        determinant = innovate(x, p, n, point, iteration, z, site, rotation, gain, w)
        if iteration == 0:
            distance = w[0] * w[0] + w[1] * w[1] + w[2] * w[2]
            logdet = determinant
        moved2 = 0.0
        for i in range(3):
            new = x[i] + gain[0, i] * w[0] + gain[1, i] * w[1] + gain[2, i] * w[2]
            moved2 += (new - point[i]) ** 2
            point[i] = new
        # What the neglected curvature does to range and angles is a tenth of their noise.
        if moved2 < 0.2 * z[0] * z[3] and moved2 < 0.1 * z[0] * z[0] * min(z[4], z[5]):
            break
    for i in range(n):
        x[i] += gain[0, i] * w[0] + gain[1, i] * w[1] + gain[2, i] * w[2]
    for i in range(n):
        for j in range(i, n):
            p[i, j] -= gain[0, i] * gain[0, j] + gain[1, i] * gain[1, j] + gain[2, i] * gain[2, j]
            p[j, i] = p[i, j]
        # Rounding must not turn a variance negative.
        p[i, i] = max(p[i, i], 1e-12)
    return distance, logdet
