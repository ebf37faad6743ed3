"""Unscented Kalman filter of one body in free flight, on the motion and the looks of `_kernels_ekf`.

Scaled sigma points (Julier, Proc. American Control Conf. 2002, 4555; Wan & van der Merwe, Proc. IEEE Symp.
Adaptive Systems for Signal Processing, Communications and Control 2000, 153) from the lower
Cholesky factor, drawn afresh before each update. No gradient is needed anywhere.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels_ekf import (
    FINE,
    LONGEST_STEP_S,
    NOT_FINITE,
    Array,
    Floats,
    aim,
    flaw,
    move,
    terms_of,
)
from hoplon.track._kernels_ekf_track import apart, difference, site_of

_N = 6
_POINTS = 2 * _N + 1


@kernel
def sigma_points(x: Array, p: Array, reach: float, points: Array, root: Array) -> bool:
    """Write the sigma points of a Gaussian as rows, the mean first; False if p is not positive.

    Parameters
    ----------
    x, p : arrays, shape (6,), (6, 6)
    reach : float
        How many columns of the Cholesky factor a point lies off the mean, √(α² (n + κ)).
    points, root : arrays, shape (13, 6), (6, 6)
        Written.
    """
    for j in range(_N):
        s = p[j, j]
        for k in range(j):
            s -= root[j, k] * root[j, k]
        if not s > 0.0:
            return False
        root[j, j] = math.sqrt(s)
        for i in range(j + 1, _N):
            s = p[i, j]
            for k in range(j):
                s -= root[i, k] * root[j, k]
            root[i, j] = s / root[j, j]
    for i in range(_N):
        points[0, i] = x[i]
        for j in range(_N):
            step = reach * root[i, j] if j <= i else 0.0
            points[1 + j, i] = x[i] + step
            points[1 + _N + j, i] = x[i] - step
    return True


@kernel
def predict(
    x: Array,
    p: Array,
    dt: float,
    q: float,
    terms: Floats,
    weights: Array,
    points: Array,
    root: Array,
) -> bool:
    """Carry state and covariance over dt, in place.

    `weights`: reach of the points; weights of the middle point in the mean and in the covariance; weight of
    the others.
    """
    if not sigma_points(x, p, weights[0], points, root):
        return False
    steps = max(1, math.ceil(abs(dt) / LONGEST_STEP_S))
    h = dt / steps
    for k in range(_POINTS):
        s: Floats = (points[k, 0], points[k, 1], points[k, 2], points[k, 3], points[k, 4], points[k, 5])
        for _ in range(steps):
            s = move(s, h, terms)[:6]
        for i in range(_N):
            points[k, i] = s[i]
    # Sums of deviations from the middle point: the mean itself would lose eight digits.
    for k in range(1, _POINTS):
        for i in range(_N):
            points[k, i] -= points[0, i]
    for i in range(_N):
        mean = 0.0
        for k in range(1, _POINTS):
            mean += points[k, i]
        root[0, i] = weights[3] * mean
    for k in range(1, _POINTS):
        for i in range(_N):
            points[k, i] -= root[0, i]
    for i in range(_N):
        for j in range(i, _N):
            s2 = weights[2] * root[0, i] * root[0, j]
            for k in range(1, _POINTS):
                s2 += weights[3] * points[k, i] * points[k, j]
            p[i, j] = s2
            p[j, i] = s2
    for i in range(_N):
        x[i] = points[0, i] + root[0, i]
    n = q * dt if dt > 0.0 else 0.0
    for i in range(3):
        p[i, i] += n * dt * dt / 3.0
        p[i, 3 + i] += n * dt / 2.0
        p[3 + i, i] += n * dt / 2.0
        p[3 + i, 3 + i] += n
    return True


@kernel
def update(
    x: Array,
    p: Array,
    z: Array,
    site: Floats,
    weights: Array,
    points: Array,
    root: Array,
    y: Array,
) -> tuple[float, float]:
    """Take one detection in, in place.

    Returns
    -------
    distance, determinant : float
        Squared Mahalanobis distance of the innovation, determinant of its covariance (m² rad⁴); not a number
        if p is not positive. The innovation itself is written to y.
    """
    if not sigma_points(x, p, weights[0], points, root):
        return math.nan, math.nan
    looks = np.empty((_POINTS, 3))
    mean = np.zeros(3)
    a = aim(points[0, 0], points[0, 1], points[0, 2], site)
    for k in range(1, _POINTS):
        b = aim(points[k, 0], points[k, 1], points[k, 2], site)
        looks[k, 0] = b[0] - a[0]
        looks[k, 1] = difference(b[2] * a[3] - b[3] * a[2], b[3] * a[3] + b[2] * a[2])
        looks[k, 2] = difference(b[4] * a[5] - b[5] * a[4], b[5] * a[5] + b[4] * a[4])
        for j in range(3):
            mean[j] += weights[3] * looks[k, j]
    s = np.empty((3, 3))
    cross = np.empty((3, _N))
    for i in range(3):
        for j in range(3):
            s[i, j] = weights[2] * mean[i] * mean[j]
            for k in range(1, _POINTS):
                s[i, j] += weights[3] * (looks[k, i] - mean[i]) * (looks[k, j] - mean[j])
        s[i, i] += z[3 + i] * z[3 + i]
        for j in range(_N):
            cross[i, j] = 0.0
            for k in range(1, _POINTS):
                cross[i, j] += weights[3] * (looks[k, i] - mean[i]) * (points[k, j] - points[0, j])
    y[0] = z[0] - a[0] - mean[0]
    y[1] = apart(a[2], a[3], z[1]) - mean[1]
    y[2] = apart(a[4], a[5], z[2]) - mean[2]
    # By the Cholesky factor of s, as in the battle's tracker: whitened innovation, whitened gain.
    l00 = math.sqrt(s[0, 0])
    l10, l20 = s[1, 0] / l00, s[2, 0] / l00
    l11 = math.sqrt(s[1, 1] - l10 * l10)
    l21 = (s[2, 1] - l20 * l10) / l11
    l22 = math.sqrt(s[2, 2] - l20 * l20 - l21 * l21)
    w0 = y[0] / l00
    w1 = (y[1] - l10 * w0) / l11
    w2 = (y[2] - l20 * w0 - l21 * w1) / l22
    for j in range(_N):
        cross[0, j] = cross[0, j] / l00
        cross[1, j] = (cross[1, j] - l10 * cross[0, j]) / l11
        cross[2, j] = (cross[2, j] - l20 * cross[0, j] - l21 * cross[1, j]) / l22
    for i in range(_N):
        x[i] += cross[0, i] * w0 + cross[1, i] * w1 + cross[2, i] * w2
        for j in range(i, _N):
            p[i, j] -= cross[0, i] * cross[0, j] + cross[1, i] * cross[1, j] + cross[2, i] * cross[2, j]
            p[j, i] = p[i, j]
    return w0 * w0 + w1 * w1 + w2 * w2, (l00 * l11 * l22) ** 2


@kernel
def filter_into(
    states: Array,
    covariances: Array,
    fits: Array,
    times: Array,
    sensor: NDArray[np.int64],
    rows: Array,
    sites: Array,
    t0: float,
    x0: Array,
    p0: Array,
    planet: Array,
    q: float,
    weights: Array,
) -> tuple[int, int]:
    """Filter all detections of one track; arguments as for the extended filter's, and `weights`."""
    terms = terms_of(planet)
    x = x0.copy()
    p = p0.copy()
    points = np.empty((_POINTS, _N))
    root = np.zeros((_N, _N))
    y = np.empty(3)
    now = t0
    for i in range(times.size):
        z = rows[i]
        dt = times[i] - now
        wrong = flaw(dt, sensor[i], sites.shape[0], z)
        if wrong != FINE:
            return i, wrong
        if dt > 0.0:
            if not predict(x, p, dt, q, terms, weights, points, root):
                return i, NOT_FINITE
            now = times[i]
        distance, determinant = update(x, p, z, site_of(sites, sensor[i]), weights, points, root, y)
        if not math.isfinite(distance):
            return i, NOT_FINITE
        fits[i, 0] = distance
        fits[i, 1] = determinant
        for j in range(3):
            fits[i, 2 + j] = y[j]
        fits[i, 5] = 0.0
        for j in range(_N):
            states[i, j] = x[j]
            for k in range(_N):
                covariances[i, j, k] = p[j, k]
    return times.size, FINE


@kernel
def predict_into(x: Array, p: Array, dt: float, q: float, planet: Array, weights: Array) -> bool:
    """Carry state (6) and covariance (6, 6) over dt, in place; False if p is not positive."""
    return predict(x, p, dt, q, terms_of(planet), weights, np.empty((_POINTS, _N)), np.zeros((_N, _N)))


@kernel
def update_into(x: Array, p: Array, z: Array, sites: Array, k: int, weights: Array) -> tuple[float, float]:
    """Take one detection of sensor k in, in place; return squared distance and determinant."""
    return update(
        x, p, z, site_of(sites, k), weights, np.empty((_POINTS, _N)), np.zeros((_N, _N)), np.empty(3)
    )
