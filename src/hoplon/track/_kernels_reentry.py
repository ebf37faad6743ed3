"""Extended Kalman filter of a body in the air, seven states: position, velocity, logarithm of β.

β is the ballistic coefficient, mass over drag coefficient times area (kg/m²); drag acts against the velocity
relative to the rotating air, at half its density times the speed squared over β. Motion and transition matrix
go together by Runge-Kutta on state and variations, so that the matrix is the derivative of the very step that
moves the state (but for the gradient of J2, which it leaves out, and the slant of up against the radius).
The state is one of those that Li & Jilkov, IEEE Trans. Aerosp. Electron. Syst. 46 (2010) 96, survey; frame
Earth-fixed, SI units.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels import altitude, atmosphere
from hoplon.track._kernels_ekf import (
    FINE,
    LONGEST_STEP_S,
    NOT_FINITE,
    Array,
    Floats,
    aim,
    fall,
    flaw,
    terms_of,
)
from hoplon.track._kernels_ekf_track import apart, site_of

STATES = 7
#: No drag above: on a body of 5 t/m² at most 4e-6 m/s² at 2 km/s, and 4e-5 m/s² at 7 km/s.
AIR_TOP_M = 130e3
#: In the air a step passes through this much of it at most, m, and takes off this share of the speed.
_LAYER_M = 1000.0
_BRAKING = 0.1


@kernel
def drag_of(x: Array) -> tuple[float, float]:
    """Return drag over velocity (1/s), and how it changes with height, per metre of height.

    Half the density times the speed over β (Montenbruck and Gill, Satellite Orbits, 2000, eq. 3.97); the
    slope by the difference over 100 m.
    """
    h = altitude(x[0], x[1], x[2])
    if h > AIR_TOP_M:
        return 0.0, 0.0
    density = atmosphere(h)[0]
    above, below = atmosphere(h + 50.0)[0], atmosphere(h - 50.0)[0]
    k = 0.5 * math.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5]) / math.exp(x[6])
    return k * density, k * (above - below) / 100.0


@kernel
def rates(x: Array, phi: Array, terms: Floats, out: Array, change: Array) -> None:
    """Write the rates of the state into out, and those of its variations phi (7, 7) into change.

    Variational equations dΦ/dt = A Φ (Montenbruck and Gill 2000, section 7.2). A, derived here: central force
    μ/r³ (3 r r' / r² - I), rotation, drag k v by position (through density), velocity and log β.
    """
    ax, ay, az, central, inverse = fall(x[0], x[1], x[2], x[3], x[4], terms)
    k, slope = drag_of(x)
    w = terms[2]
    distance = 1.0 / math.sqrt(inverse)
    speed2 = x[3] * x[3] + x[4] * x[4] + x[5] * x[5] + 1e-9
    a = np.zeros((3, STATES))
    for i in range(3):
        for j in range(3):
            a[i, j] = -3.0 * central * inverse * x[i] * x[j] - slope * x[3 + i] * x[j] / distance
            a[i, 3 + j] = -k * x[3 + i] * x[3 + j] / speed2
        a[i, i] += central
        a[i, 3 + i] -= k
        a[i, 6] = k * x[3 + i]
    a[0, 0] += w * w
    a[1, 1] += w * w
    a[0, 4] += 2.0 * w
    a[1, 3] -= 2.0 * w
    out[0], out[1], out[2] = x[3], x[4], x[5]
    out[3], out[4], out[5] = ax - k * x[3], ay - k * x[4], az - k * x[5]
    out[6] = 0.0
    for j in range(STATES):
        for i in range(3):
            change[i, j] = phi[3 + i, j]
            s = 0.0
            for m in range(STATES):
                s += a[i, m] * phi[m, j]
            change[3 + i, j] = s
        change[6, j] = 0.0


@kernel
def step_length(x: Array) -> float:
    """Return a step in s through which neither air nor speed changes much."""
    h = altitude(x[0], x[1], x[2])
    r = math.sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2])
    climb = (x[0] * x[3] + x[1] * x[4] + x[2] * x[5]) / r
    pace = max(abs(climb), 100.0)
    if h > AIR_TOP_M:
        down = max(h - AIR_TOP_M, _LAYER_M) / pace
        return LONGEST_STEP_S if climb > 0.0 else float(min(LONGEST_STEP_S, down))
    k, _ = drag_of(x)
    return float(min(LONGEST_STEP_S, _LAYER_M / pace, _BRAKING / max(k, 1e-9)))


@kernel
def advance(x: Array, phi: Array, dt: float, terms: Floats) -> None:
    """Make one Runge-Kutta step of state and variations, in place."""
    d = np.zeros((4, STATES))
    c = np.zeros((4, STATES, STATES))
    y, f = x.copy(), phi.copy()
    for stage in range(4):
        rates(y, f, terms, d[stage], c[stage])
        h = dt if stage == 2 else 0.5 * dt
        if stage < 3:
            for i in range(STATES):
                y[i] = x[i] + h * d[stage, i]
                for j in range(STATES):
                    f[i, j] = phi[i, j] + h * c[stage, i, j]
    s = dt / 6.0
    for i in range(STATES):
        x[i] += s * (d[0, i] + 2.0 * (d[1, i] + d[2, i]) + d[3, i])
        for j in range(STATES):
            phi[i, j] += s * (c[0, i, j] + 2.0 * (c[1, i, j] + c[2, i, j]) + c[3, i, j])


@kernel
def predict(x: Array, p: Array, dt: float, q: float, walk: float, planet: Array) -> None:
    """Carry state (7) and covariance (7, 7) over dt, in place.

    `q`: power density of white acceleration, m²/s³; `walk`: of the random walk of log β, 1/s. Backwards in
    time no noise is added. Noise of a step: Bar-Shalom, Li & Kirubarajan 2001, section 6.2.2.
    """
    terms = terms_of(planet)
    left = abs(dt)
    sign = 1.0 if dt > 0.0 else -1.0
    phi = np.empty((STATES, STATES))
    t = np.empty((STATES, STATES))
    while left > 1e-9:
        h = min(left, step_length(x))
        left -= h
        for i in range(STATES):
            for j in range(STATES):
                phi[i, j] = 1.0 if i == j else 0.0
        advance(x, phi, sign * h, terms)
        for i in range(STATES):
            for j in range(STATES):
                s = 0.0
                for m in range(STATES):
                    s += phi[i, m] * p[m, j]
                t[i, j] = s
        for i in range(STATES):
            for j in range(i, STATES):
                s = 0.0
                for m in range(STATES):
                    s += t[i, m] * phi[j, m]
                p[i, j] = s
                p[j, i] = s
        if sign > 0.0:
            for i in range(3):
                p[i, i] += q * h * h * h / 3.0
                p[i, 3 + i] += q * h * h / 2.0
                p[3 + i, i] += q * h * h / 2.0
                p[3 + i, 3 + i] += q * h
            p[6, 6] += walk * h


@kernel
def update(x: Array, p: Array, z: Array, site: Floats, y: Array) -> tuple[float, float]:
    """Take one detection in, in place; innovations (m, rad, rad) are written to y.

    Extended Kalman update, component after component (Bar-Shalom, Li & Kirubarajan 2001, sections 5.2 and
    10.3); the noises of the three are independent.

    Returns
    -------
    float, float
        Squared Mahalanobis distance, determinant of the innovation's covariance (m² rad⁴).
    """
    a = aim(x[0], x[1], x[2], site)
    y[0] = z[0] - a[0]
    y[1] = apart(a[2], a[3], z[1])
    y[2] = apart(a[4], a[5], z[2])
    scale = (1.0, a[1], a[0])
    distance, determinant = 0.0, 1.0
    before = x.copy()
    gain = np.empty(STATES)
    # One component after the other, all linearised at the prediction: the same as all at once.
    for c in range(3):
        u0, u1, u2 = a[6 + 3 * c], a[7 + 3 * c], a[8 + 3 * c]
        misfit = scale[c] * y[c] - (
            u0 * (x[0] - before[0]) + u1 * (x[1] - before[1]) + u2 * (x[2] - before[2])
        )
        sigma = scale[c] * z[3 + c]
        for i in range(STATES):
            gain[i] = p[i, 0] * u0 + p[i, 1] * u1 + p[i, 2] * u2
        s = sigma * sigma + u0 * gain[0] + u1 * gain[1] + u2 * gain[2]
        distance += misfit * misfit / s
        determinant *= s / (scale[c] * scale[c])
        for i in range(STATES):
            x[i] += gain[i] * misfit / s
            for j in range(i, STATES):
                p[i, j] -= gain[i] * gain[j] / s
                p[j, i] = p[i, j]
    return distance, determinant


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
    walk: float,
) -> tuple[int, int]:
    """Filter all detections of one track; arguments as for free flight, with seven states, and `walk`."""
    x = x0.copy()
    p = p0.copy()
    y = np.empty(3)
    now = t0
    for i in range(times.size):
        z = rows[i]
        dt = times[i] - now
        wrong = flaw(dt, sensor[i], sites.shape[0], z)
        if wrong != FINE:
            return i, wrong
        if dt > 0.0:
            predict(x, p, dt, q, walk, planet)
            now = times[i]
        distance, determinant = update(x, p, z, site_of(sites, sensor[i]), y)
        if not math.isfinite(distance):
            return i, NOT_FINITE
        fits[i, 0] = distance
        fits[i, 1] = determinant
        for j in range(3):
            fits[i, 2 + j] = y[j]
        fits[i, 5] = 0.0
        for j in range(STATES):
            states[i, j] = x[j]
            for k in range(STATES):
                covariances[i, j, k] = p[j, k]
    return times.size, FINE
