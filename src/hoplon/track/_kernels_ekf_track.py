"""All detections of one track through the extended Kalman filter of `_kernels_ekf`, in one call."""

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
    absorb,
    aim,
    flaw,
    move,
    spread,
    terms_of,
    turned,
)

#: Below this angle (rad) a series does for the arc tangent.
_SMALL = 0.2


@kernel
def packed(p: Array) -> Floats:
    """Return the upper triangle of a covariance of six states, row by row: 21 floats."""
    return (
        p[0, 0], p[0, 1], p[0, 2], p[0, 3], p[0, 4], p[0, 5], p[1, 1], p[1, 2], p[1, 3], p[1, 4], p[1, 5],
        p[2, 2], p[2, 3], p[2, 4], p[2, 5], p[3, 3], p[3, 4], p[3, 5], p[4, 4], p[4, 5], p[5, 5],
    )  # fmt: skip


@kernel
def unpack_into(out: Array, p: Floats) -> None:
    """Write 21 floats as a symmetric matrix."""
    # Written out: a place in a tuple that is known only at run time costs a jump.
    out[0, 0] = p[0]
    out[0, 1] = out[1, 0] = p[1]
    out[0, 2] = out[2, 0] = p[2]
    out[0, 3] = out[3, 0] = p[3]
    out[0, 4] = out[4, 0] = p[4]
    out[0, 5] = out[5, 0] = p[5]
    out[1, 1] = p[6]
    out[1, 2] = out[2, 1] = p[7]
    out[1, 3] = out[3, 1] = p[8]
    out[1, 4] = out[4, 1] = p[9]
    out[1, 5] = out[5, 1] = p[10]
    out[2, 2] = p[11]
    out[2, 3] = out[3, 2] = p[12]
    out[2, 4] = out[4, 2] = p[13]
    out[2, 5] = out[5, 2] = p[14]
    out[3, 3] = p[15]
    out[3, 4] = out[4, 3] = p[16]
    out[3, 5] = out[5, 3] = p[17]
    out[4, 4] = p[18]
    out[4, 5] = out[5, 4] = p[19]
    out[5, 5] = p[20]


@kernel
def six_into(out: Array, x: Floats) -> None:
    """Write 6 floats."""
    out[0], out[1], out[2], out[3], out[4], out[5] = x[0], x[1], x[2], x[3], x[4], x[5]


@kernel
def site_of(sites: Array, k: int) -> Floats:
    """Return row k of a table of sites (position, east, north, up) as 12 floats."""
    s = sites[k]
    return s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9], s[10], s[11]


@kernel
def difference(sine: float, cosine: float) -> float:
    """Return the angle of given sine and cosine, within half a turn, rad: quickly where it is small."""
    if cosine > 0.0 and abs(sine) < _SMALL:
        return turned(sine, cosine)
    return math.atan2(sine, cosine)


@kernel
def apart(sine: float, cosine: float, angle: float) -> float:
    """Return by how much an angle exceeds the one of given sine and cosine, within half a turn, rad."""
    s, c = math.sin(angle), math.cos(angle)
    return difference(s * cosine - c * sine, c * cosine + s * sine)


@kernel
def predict(x: Floats, p: Floats, dt: float, q: float, terms: Floats) -> tuple[Floats, Floats]:
    """Carry state and covariance over dt, in equal steps of at most `LONGEST_STEP_S`."""
    steps = max(1, math.ceil(abs(dt) / LONGEST_STEP_S))
    h = dt / steps
    for _ in range(steps):
        m = move(x, h, terms)
        p = spread(p, m, h, q, terms)
        x = m[:6]
    return x, p


@kernel
def absorb_rate(
    x: Floats, p: Floats, before: Floats, a: Floats, rate: float, sigma: float
) -> tuple[Floats, float, float, float]:
    """Take in a range rate after range and angles, linearised where they were: one update with four.

    Range rate is u v, u the unit vector from the site; its gradient by position is (v - u (u v)) / r, by
    velocity u (derived here).

    Parameters
    ----------
    x, p : 6 and 21 floats
        After the update with range and angles.
    before : 6 floats
        The state at which everything is linearised.
    a : 15 floats
        What `aim` says there.
    rate, sigma : float
        Measured range rate and its standard deviation, m/s.

    Returns
    -------
    tuple
        The 27 numbers of state and covariance; squared distance and variance of the rate's own innovation;
        the rate measured less the rate predicted.
    """
    full = np.empty((6, 6))
    unpack_into(full, p)
    h = np.empty(6)
    gain = np.empty(6)
    predicted = a[6] * before[3] + a[7] * before[4] + a[8] * before[5]
    for i in range(3):
        h[i] = (before[3 + i] - predicted * a[6 + i]) / a[0]
        h[3 + i] = a[6 + i]
    y = rate - predicted
    s = sigma * sigma
    misfit = y
    for i in range(6):
        gain[i] = 0.0
        for j in range(6):
            gain[i] += full[i, j] * h[j]
        s += h[i] * gain[i]
        misfit -= h[i] * (x[i] - before[i])
    for i in range(6):
        for j in range(6):
            full[i, j] -= gain[i] * gain[j] / s
    c = misfit / s
    state = (
        x[0] + c * gain[0],
        x[1] + c * gain[1],
        x[2] + c * gain[2],
        x[3] + c * gain[3],
        x[4] + c * gain[4],
        x[5] + c * gain[5],
    )
    return state + packed(full), misfit * c, s, y


@kernel
def bent(p: Floats, a: Floats) -> float:
    """Return half the variance of a position across the line of sight, m²: over range, its curvature.

    The range is longer by d² / 2r on average, d the distance across: half the trace of the second derivative
    times the covariance (Athans, Wishner & Bertolini 1968).
    """
    along = (
        a[6] * (p[0] * a[6] + 2.0 * (p[1] * a[7] + p[2] * a[8]))
        + a[7] * (p[6] * a[7] + 2.0 * p[7] * a[8])
        + a[8] * p[11] * a[8]
    )
    return max(0.5 * (p[0] + p[6] + p[11] - along), 0.0)


@kernel
def refine(
    x: Floats, p: Floats, result: Floats, a: Floats, z: Array, site: Floats, rounds: int, factor: float
) -> tuple[Floats, Floats, Floats]:
    """Linearise a detection again where its update puts the target, until that place stands still.

    Arguments as for `update`, with what it found in the first round. Returns the same of the last one, and
    the state at which that was linearised.
    """
    px, py, pz = x[0], x[1], x[2]
    for _ in range(rounds - 1):
        sigma1, sigma2 = a[1] * z[4], a[0] * z[5]
        moved2 = (result[0] - px) ** 2 + (result[1] - py) ** 2 + (result[2] - pz) ** 2
        # What the neglected curvature does to range and angles is a tenth of their noise.
        if moved2 < 0.2 * a[0] * z[3] and moved2 < 0.1 * a[0] * min(sigma1, sigma2):
            break
        px, py, pz = result[0], result[1], result[2]
        a = aim(px, py, pz, site)
        sigma1, sigma2 = a[1] * z[4], a[0] * z[5]
        bias = 0.0
        if factor > 0.0:
            # What the measurement leaves of the uncertainty across the line of sight.
            across = bent(p, a)
            measured = 0.5 * (sigma1 * sigma1 + sigma2 * sigma2)
            bias = across * measured / ((across + measured) * a[0])
        dx, dy, dz = x[0] - px, x[1] - py, x[2] - pz
        result = absorb(
            x,
            p,
            a,
            z[0] - a[0] - bias - (a[6] * dx + a[7] * dy + a[8] * dz),
            a[1] * apart(a[2], a[3], z[1]) - (a[9] * dx + a[10] * dy + a[11] * dz),
            a[0] * apart(a[4], a[5], z[2]) - (a[12] * dx + a[13] * dy + a[14] * dz),
            z[3] * z[3] + factor * bias * bias,
            sigma1 * sigma1,
            sigma2 * sigma2,
        )
    return result, a, (px, py, pz, x[3], x[4], x[5])


@kernel
def update(
    x: Floats, p: Floats, z: Array, site: Floats, rounds: int, factor: float
) -> tuple[Floats, Floats, Floats]:
    """Take one detection in.

    Parameters
    ----------
    x, p : 6 and 21 floats
    z : float64 array, shape (6,) or (8,)
        Range, azimuth, elevation, their standard deviations; range rate and its standard deviation (infinite
        for none).
    site : 12 floats
    rounds : int
        1: linearised at the prediction (extended Kalman filter). More: linearised again where the measurement
        puts the target, so many times at most (Bell & Cathey, IEEE Trans. Autom. Control 38 (1993) 294).
    factor : float
        0: range is taken for straight across the line of sight. Above: its curvature enters as bias, and as
        variance times this factor (Athans, Wishner & Bertolini, IEEE Trans. Autom. Control 13 (1968) 504).

    Returns
    -------
    state, covariance : 6 and 21 floats
    fit : 6 floats
        Squared Mahalanobis distance, determinant of the innovation's covariance, innovations of range,
        azimuth, elevation and range rate.
    """
    a = aim(x[0], x[1], x[2], site)
    sigma1, sigma2 = a[1] * z[4], a[0] * z[5]
    bias = bent(p, a) / a[0] if factor > 0.0 else 0.0
    y0 = z[0] - a[0] - bias
    y1 = apart(a[2], a[3], z[1])
    y2 = apart(a[4], a[5], z[2])
    result = absorb(
        x,
        p,
        a,
        y0,
        a[1] * y1,
        a[0] * y2,
        z[3] * z[3] + factor * bias * bias,
        sigma1 * sigma1,
        sigma2 * sigma2,
    )
    distance = result[27]
    size = result[28] / (a[0] * a[0] * a[1] * a[1])
    y3 = 0.0
    before = x
    if rounds > 1:
        result, a, before = refine(x, p, result, a, z, site, rounds, factor)
    state = result[:27]
    if z.size > 6 and z[7] < math.inf:
        state, more, variance, y3 = absorb_rate(result[:6], result[6:27], before, a, z[6], z[7])
        distance += more
        size *= variance
    return state[:6], state[6:27], (distance, size, y0, y1, y2, y3)


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
    rounds: int,
    factor: float,
) -> tuple[int, int]:
    """Filter all detections of one track.

    Parameters
    ----------
    states, covariances, fits : float64 arrays, shape (n, 6), (n, 6, 6), (n, 6)
        Receive what holds after each detection, and how well it fitted (see `update`).
    times, sensor, rows : arrays, shape (n,), (n,), (n, 6 or 8)
        Detections, in the order of time.
    sites : float64 array, shape (m, 12)
    t0, x0, p0
        Time, state (6) and covariance (6, 6) to start from.
    planet : float64 array, shape (5,)
    q, rounds, factor
        See `spread` and `update`.

    Returns
    -------
    int, int
        How many detections were taken in, and what stopped the run (0: nothing).
    """
    terms = terms_of(planet)
    x: Floats = (x0[0], x0[1], x0[2], x0[3], x0[4], x0[5])
    p = packed(p0)
    now = t0
    for i in range(times.size):
        z = rows[i]
        dt = times[i] - now
        wrong = flaw(dt, sensor[i], sites.shape[0], z)
        if wrong != FINE:
            return i, wrong
        if dt > 0.0:
            x, p = predict(x, p, dt, q, terms)
            now = times[i]
        x, p, fit = update(x, p, z, site_of(sites, sensor[i]), rounds, factor)
        if not math.isfinite(fit[0]):
            return i, NOT_FINITE
        six_into(states[i], x)
        six_into(fits[i], fit)
        unpack_into(covariances[i], p)
    return times.size, FINE


@kernel
def predict_into(x: Array, p: Array, dt: float, q: float, planet: Array) -> None:
    """Carry state (6) and covariance (6, 6) over dt, in place; backwards in time no noise is added."""
    state, covariance = predict(
        (x[0], x[1], x[2], x[3], x[4], x[5]), packed(p), dt, q if dt > 0.0 else 0.0, terms_of(planet)
    )
    six_into(x, state)
    unpack_into(p, covariance)


@kernel
def update_into(
    x: Array, p: Array, z: Array, sites: Array, k: int, rounds: int, factor: float
) -> tuple[float, float]:
    """Take one detection of sensor k in, in place; return squared distance and determinant (`update`)."""
    state, covariance, fit = update(
        (x[0], x[1], x[2], x[3], x[4], x[5]), packed(p), z, site_of(sites, k), rounds, factor
    )
    six_into(x, state)
    unpack_into(p, covariance)
    return fit[0], fit[1]
