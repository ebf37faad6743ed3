"""Many replicates of one track through the extended Kalman filter, one in each lane of the machine's vectors.

The replicates share the schedule (times, sensors, stated accuracy) and differ in what was measured. The lines
are those of `_kernels_ekf`; quantity q of lane l stands at q * LANES + l of one flat array, and the loop over
lanes holds no branch and no call that is not compiled into it: the compiler turns it into vector code.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels_ekf import Array, Floats, absorb, aim, move, spread, terms_of, turned

LANES = 32
#: State, upper triangle of the covariance, squared Mahalanobis distance of the last detection.
QUANTITIES = 28
_ALL = 31  # and the measurement

_L = LANES


@kernel
def _sweep(
    s: Array,
    angles: Floats,
    dt: float,
    q: float,
    site: Floats,
    n0: float,
    n1: float,
    n2: float,
    terms: Floats,
) -> None:
    # One prediction and one update in each lane. `angles`: reference azimuth and elevation, sines, cosines.
    azimuth, elevation, sa, ca, se, ce = angles
    for lane in range(_L):
        x = (s[lane], s[_L + lane], s[2 * _L + lane], s[3 * _L + lane], s[4 * _L + lane], s[5 * _L + lane])
        p: Floats = (
            s[6 * _L + lane], s[7 * _L + lane], s[8 * _L + lane], s[9 * _L + lane], s[10 * _L + lane],
            s[11 * _L + lane], s[12 * _L + lane], s[13 * _L + lane], s[14 * _L + lane], s[15 * _L + lane],
            s[16 * _L + lane], s[17 * _L + lane], s[18 * _L + lane], s[19 * _L + lane], s[20 * _L + lane],
            s[21 * _L + lane], s[22 * _L + lane], s[23 * _L + lane], s[24 * _L + lane], s[25 * _L + lane],
            s[26 * _L + lane],
        )  # fmt: skip
        m = move(x, dt, terms)
        p = spread(p, m, dt, q, terms)
        a = aim(m[0], m[1], m[2], site)
        # Measured less reference, plus reference less predicted: no arc tangent of each lane.
        r1 = s[29 * _L + lane] - azimuth
        r1 = r1 - 2.0 * math.pi if r1 > math.pi else r1
        r1 = r1 + 2.0 * math.pi if r1 < -math.pi else r1
        r1 += turned(sa * a[3] - ca * a[2], ca * a[3] + sa * a[2])
        r2 = s[30 * _L + lane] - elevation + turned(se * a[5] - ce * a[4], ce * a[5] + se * a[4])
        r = absorb(
            m[:6],
            p,
            a,
            s[28 * _L + lane] - a[0],
            a[1] * r1,
            a[0] * r2,
            n0,
            a[1] * a[1] * n1,
            a[0] * a[0] * n2,
        )
        s[lane] = r[0]
        s[_L + lane] = r[1]
        s[2 * _L + lane] = r[2]
        s[3 * _L + lane] = r[3]
        s[4 * _L + lane] = r[4]
        s[5 * _L + lane] = r[5]
        s[6 * _L + lane] = r[6]
        s[7 * _L + lane] = r[7]
        s[8 * _L + lane] = r[8]
        s[9 * _L + lane] = r[9]
        s[10 * _L + lane] = r[10]
        s[11 * _L + lane] = r[11]
        s[12 * _L + lane] = r[12]
        s[13 * _L + lane] = r[13]
        s[14 * _L + lane] = r[14]
        s[15 * _L + lane] = r[15]
        s[16 * _L + lane] = r[16]
        s[17 * _L + lane] = r[17]
        s[18 * _L + lane] = r[18]
        s[19 * _L + lane] = r[19]
        s[20 * _L + lane] = r[20]
        s[21 * _L + lane] = r[21]
        s[22 * _L + lane] = r[22]
        s[23 * _L + lane] = r[23]
        s[24 * _L + lane] = r[24]
        s[25 * _L + lane] = r[25]
        s[26 * _L + lane] = r[26]
        s[27 * _L + lane] = r[27]


@kernel
def filter_lanes_into(
    out: Array,
    kept: NDArray[np.int64],
    measured: Array,
    which: NDArray[np.int64],
    dt: Array,
    sensor: NDArray[np.int64],
    variances: Array,
    sites: Array,
    states: Array,
    covariances: Array,
    planet: Array,
    q: float,
) -> None:
    """Filter all replicates of one track.

    Parameters
    ----------
    out : float64 array, shape (k, 28, m)
        Receives state, upper triangle of the covariance and squared distance after the steps `kept`.
    kept : int64 array, shape (k,)
        Ascending indices of steps.
    measured : float64 array, shape (n, 3, m)
        Range, azimuth, elevation of each replicate; m is a multiple of `LANES`.
    which : int64 array, shape (s,)
        For each step the row of `measured` that it takes in.
    dt, sensor, variances : arrays, shape (s,), (s,), (s, 3)
        For each step: time since the last one, at most `LONGEST_STEP_S`; sensor; variances of the noise
        (infinite for a step that only predicts).
    sites : float64 array, shape (sensors, 12)
    states, covariances : float64 arrays, shape (6, m), (21, m)
        To start from.
    planet : float64 array, shape (5,)
    q : float
        Power density of the white acceleration, m²/s³.
    """
    terms = terms_of(planet)
    s = np.empty(_ALL * _L)
    for block in range(measured.shape[2] // _L):
        first = block * _L
        for lane in range(_L):
            for i in range(6):
                s[i * _L + lane] = states[i, first + lane]
            for i in range(21):
                s[(6 + i) * _L + lane] = covariances[i, first + lane]
        k = 0
        for i in range(dt.size):
            for j in range(3):
                for lane in range(_L):
                    s[(QUANTITIES + j) * _L + lane] = measured[which[i], j, first + lane]
            azimuth, elevation = s[29 * _L], s[30 * _L]
            angles = (
                azimuth,
                elevation,
                math.sin(azimuth),
                math.cos(azimuth),
                math.sin(elevation),
                math.cos(elevation),
            )
            w = sites[sensor[i]]
            site = (w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11])
            v = variances[i]
            _sweep(s, angles, dt[i], q, site, v[0], v[1], v[2], terms)
            if k < kept.size and kept[k] == i:
                for j in range(QUANTITIES):
                    for lane in range(_L):
                        out[k, j, first + lane] = s[j * _L + lane]
                k += 1


@kernel
def _gaze(s: Array, angles: Floats, site: Floats, sigma: Array) -> None:
    # Positions (rows 0 to 2) and noise (rows 3 to 5) become a look in each lane (rows 3 to 5).
    azimuth, elevation, sa, ca, se, ce = angles
    n0, n1, n2 = sigma[0], sigma[1], sigma[2]
    for lane in range(_L):
        a = aim(s[lane], s[_L + lane], s[2 * _L + lane], site)
        off1 = turned(a[2] * ca - a[3] * sa, a[3] * ca + a[2] * sa)
        off2 = turned(a[4] * ce - a[5] * se, a[5] * ce + a[4] * se)
        s[3 * _L + lane] = a[0] + n0 * s[3 * _L + lane]
        s[4 * _L + lane] = azimuth + off1 + n1 * s[4 * _L + lane]
        s[5 * _L + lane] = elevation + off2 + n2 * s[5 * _L + lane]


@kernel
def look_lanes_onto(
    out: Array, positions: Array, sensor: NDArray[np.int64], sigma: Array, sites: Array
) -> None:
    """Look at all replicates of one track.

    Parameters
    ----------
    out : float64 array, shape (n, 3, m)
        Standard normal noise; becomes range, azimuth and elevation.
    positions : float64 array, shape (m, n, 3)
    sensor : int64 array, shape (n,)
    sigma : float64 array, shape (n, 3)
    sites : float64 array, shape (sensors, 12)
    """
    s = np.zeros(6 * _L)
    count = positions.shape[0]
    for block in range((count + _L - 1) // _L):
        first = block * _L
        full = min(_L, count - first)
        for i in range(sensor.size):
            for lane in range(_L):
                k = first + min(lane, full - 1)
                for j in range(3):
                    s[j * _L + lane] = positions[k, i, j]
            for j in range(3):
                for lane in range(full):
                    s[(3 + j) * _L + lane] = out[i, j, first + lane]
            w = sites[sensor[i]]
            site = (w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11])
            a = aim(s[0], s[_L], s[2 * _L], site)
            angles = (math.atan2(a[2], a[3]), math.atan2(a[4], a[5]), a[2], a[3], a[4], a[5])
            _gaze(s, angles, site, sigma[i])
            for j in range(3):
                for lane in range(full):
                    out[i, j, first + lane] = s[(3 + j) * _L + lane]
