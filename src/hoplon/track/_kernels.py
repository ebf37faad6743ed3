"""The motion model of the tracker: bare floats and arrays.

A track's state is position (m) and velocity (m/s) in the Earth-fixed frame and, in boost (`n` is 9), the
acceleration that is neither gravity nor rotation (m/s²); in free flight (`n` is 7) the seventh number is the
drag factor, by which drag is larger than a body of the believed ballistic coefficient has. What moves a body
is linear in it, so that a filter that learns it needs no terms of second order, as it would for the logarithm
of the coefficient. With `n` 6 the believed one is the truth.
Covariances are always stored as 9 by 9.

`planet` is ``[gm, j2, rotation rate, equatorial radius, flattening]``. `noise` is indexed by the names below.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels import atmosphere, gravity_j2
from hoplon.track._kernels_ekf import carry, move, spread, terms_of
from hoplon.track._kernels_ekf_track import packed, unpack_into

#: Places in the array of noise parameters.
FREE = 0  # white acceleration in free flight, power density, m²/s³
DRAG_FRACTION = 1  # by how much drag changes against that of a constant ballistic coefficient, as a fraction
DRAG_TIME = 2  # in what time, s
JERK_ALONG = 3  # random walk of the thrust acceleration along the velocity, power density, m²/s⁵
JERK_ACROSS = 4  # the same across the velocity

#: Drag is left out above this height: on a body of 5 t/m² at most 1e-5 m/s² at 2 km/s, 1.1e-4 at 7.
DRAG_TOP_M = 120e3
#: Over which density falls by a factor of e, m.
SCALE_HEIGHT_M = 7000.0
#: The longest step of integration: the error of a step is below a millimetre for orbital motion.
LONGEST_STEP_S = 10.0
#: No body's drag is believed to be smaller than this times what was believed at first.
LEAST_DRAG_FACTOR = 0.05
#: Share of the drag acceleration that may act across the velocity (lift of a body at small incidence).
ACROSS_SHARE = 0.1
#: So far above the air's upper edge at its start, no step reaches into it, m.
CLEAR_M = 2000.0


@kernel
def height(x: float, y: float, z: float, planet: NDArray[np.float64]) -> float:
    """Return the height above the ellipsoid along the radius, m (within 1 m of geodetic below 120 km)."""
    r2 = x * x + y * y + z * z
    polar = 1.0 - planet[4]
    e2 = 1.0 / (polar * polar) - 1.0
    return float(math.sqrt(r2) - planet[3] / math.sqrt(1.0 + e2 * z * z / r2))


@kernel
def drag_rate(
    x: float,
    y: float,
    z: float,
    speed: float,
    beta: float,
    planet: NDArray[np.float64],
) -> tuple[float, float]:
    """Return drag over velocity (1/s), positive, and the height; drag acts against the velocity."""
    h = height(x, y, z, planet)
    if h > DRAG_TOP_M:
        return 0.0, h
    density, _, _, _ = atmosphere(max(h, 0.0))
    return 0.5 * density * speed / beta, h


@kernel
def acceleration(
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    beta: float,
    planet: NDArray[np.float64],
) -> tuple[float, float, float, float]:
    """Return acceleration in the rotating frame (gravity with J2, rotation, drag), and the drag rate."""
    gx, gy, gz = gravity_j2(x, y, z, planet[0], planet[1], planet[3])
    w = planet[2]
    k, _ = drag_rate(x, y, z, math.sqrt(vx * vx + vy * vy + vz * vz), beta, planet)
    return (
        gx + w * (w * x + 2.0 * vy) - k * vx,
        gy + w * (w * y - 2.0 * vx) - k * vy,
        gz - k * vz,
        k,
    )


@kernel
def step_length(x: NDArray[np.float64], beta: float, planet: NDArray[np.float64], longest: float) -> float:
    """Return a step in s over which neither the air (30 %) nor the speed (20 %) changes much by drag."""
    h = height(x[0], x[1], x[2], planet)
    r = math.sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2])
    climb = (x[0] * x[3] + x[1] * x[4] + x[2] * x[5]) / r
    above = h - DRAG_TOP_M
    if above > 0.0:
        # Reach the air at its upper edge, not deep inside a long step.
        return float(min(longest, max(above / max(-climb, 1.0), CLEAR_M / max(-climb, 1.0))))
    k, _ = drag_rate(x[0], x[1], x[2], math.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5]), beta, planet)
    # Where a step takes off less than a thousandth of the speed, it may pass through more air.
    fall = max(abs(climb), 1.0)
    thin = max(2000.0 / fall, min(8000.0 / fall, 0.0005 / max(k, 1e-9)))
    return float(min(longest, thin, 0.2 / max(k, 1e-9)))


@kernel
def advance(x: NDArray[np.float64], n: int, dt: float, beta: float, planet: NDArray[np.float64]) -> float:
    """Advance the state x by dt, in place, with one step of classical Runge-Kutta; return the drag rate."""
    tx, ty, tz = 0.0, 0.0, 0.0
    if n == 7:
        beta /= max(x[6], LEAST_DRAG_FACTOR)
    if n == 9:
        tx, ty, tz = x[6], x[7], x[8]
    h = 0.5 * dt
    px, py, pz, u1, v1, w1 = x[0], x[1], x[2], x[3], x[4], x[5]
    a1, b1, c1, k = acceleration(px, py, pz, u1, v1, w1, beta, planet)
    a1, b1, c1 = a1 + tx, b1 + ty, c1 + tz
    u2, v2, w2 = u1 + h * a1, v1 + h * b1, w1 + h * c1
    a2, b2, c2, k = acceleration(px + h * u1, py + h * v1, pz + h * w1, u2, v2, w2, beta, planet)
    a2, b2, c2 = a2 + tx, b2 + ty, c2 + tz
    u3, v3, w3 = u1 + h * a2, v1 + h * b2, w1 + h * c2
    a3, b3, c3, k = acceleration(px + h * u2, py + h * v2, pz + h * w2, u3, v3, w3, beta, planet)
    a3, b3, c3 = a3 + tx, b3 + ty, c3 + tz
    u4, v4, w4 = u1 + dt * a3, v1 + dt * b3, w1 + dt * c3
    a4, b4, c4, _ = acceleration(px + dt * u3, py + dt * v3, pz + dt * w3, u4, v4, w4, beta, planet)
    a4, b4, c4 = a4 + tx, b4 + ty, c4 + tz
    s = dt / 6.0
    x[0] = px + s * (u1 + 2.0 * u2 + 2.0 * u3 + u4)
    x[1] = py + s * (v1 + 2.0 * v2 + 2.0 * v3 + v4)
    x[2] = pz + s * (w1 + 2.0 * w2 + 2.0 * w3 + w4)
    x[3] = u1 + s * (a1 + 2.0 * a2 + 2.0 * a3 + a4)
    x[4] = v1 + s * (b1 + 2.0 * b2 + 2.0 * b3 + b4)
    x[5] = w1 + s * (c1 + 2.0 * c2 + 2.0 * c3 + c4)
    return k


@kernel
def transition(
    x: NDArray[np.float64],
    n: int,
    dt: float,
    k: float,
    planet: NDArray[np.float64],
    f: NDArray[np.float64],
) -> None:
    """Write into f the state-transition matrix over dt about the mid-step state x, with drag rate k.

    Second order in dt; the gradient of J2 (a thousandth of the central one) is left out. The density's
    gradient enters with a scale height of 7 km. Where `n` is 7 the seventh column is the derivative by the
    logarithm of the ballistic coefficient.
    """
    r2 = x[0] * x[0] + x[1] * x[1] + x[2] * x[2]
    r = math.sqrt(r2)
    g = planet[0] / (r2 * r)
    speed2 = x[3] * x[3] + x[4] * x[4] + x[5] * x[5] + 1e-9
    w = planet[2]
    # First the gradients by position and by velocity, in the upper blocks; from them the lower ones.
    for i in range(3):
        for j in range(3):
            f[i, j] = 3.0 * g * x[i] * x[j] / r2
            f[i, 3 + j] = 0.0
            if k > 0.0:
                f[i, j] += k * x[3 + i] * x[j] / (r * SCALE_HEIGHT_M)
                f[i, 3 + j] = -k * x[3 + i] * x[3 + j] / speed2
        f[i, i] -= g
        f[i, 3 + i] -= k
    f[0, 0] += w * w
    f[1, 1] += w * w
    f[0, 4] += 2.0 * w
    f[1, 3] -= 2.0 * w
    half = 0.5 * dt * dt
    for i in range(3):
        for j in range(3):
            ca = f[i, 3] * f[0, j] + f[i, 4] * f[1, j] + f[i, 5] * f[2, j]
            cc = f[i, 3] * f[0, 3 + j] + f[i, 4] * f[1, 3 + j] + f[i, 5] * f[2, 3 + j]
            f[3 + i, j] = dt * f[i, j] + half * ca
            f[3 + i, 3 + j] = dt * f[i, 3 + j] + half * (f[i, j] + cc)
        f[3 + i, 3 + i] += 1.0
    if n == 7:
        # Drag goes with one over the ballistic coefficient: its derivative by the logarithm is minus itself.
        for i in range(3):
            f[i, 6] = half * k * x[3 + i]
            f[3 + i, 6] = dt * k * x[3 + i]
            for j in range(3):
                f[3 + i, 6] += half * f[i, 3 + j] * k * x[3 + j]
            f[6, i] = 0.0
            f[6, 3 + i] = 0.0
        f[6, 6] = 1.0
    if n == 9:
        for i in range(3):
            for j in range(3):
                f[i, 6 + j] = 0.0
                f[3 + i, 6 + j] = half * f[i, 3 + j]
                f[6 + i, j] = 0.0
                f[6 + i, 3 + j] = 0.0
                f[6 + i, 6 + j] = 0.0
            f[i, 6 + i] = half
            f[3 + i, 6 + i] += dt
            f[6 + i, 6 + i] = 1.0
    for i in range(3):
        for j in range(3):
            f[i, j] *= half
            f[i, 3 + j] *= half
        f[i, i] += 1.0
        f[i, 3 + i] += dt


@kernel
def add_noise(
    p: NDArray[np.float64],
    x: NDArray[np.float64],
    n: int,
    dt: float,
    k: float,
    noise: NDArray[np.float64],
) -> None:
    """Add the process noise of a step to the covariance p: white jerk in boost, else white acceleration.

    In the air, the drag factor walks (`n` is 7), or, where it is no state, drag itself is uncertain (`n` is
    6).
    """
    speed = math.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5]) + 1e-9
    if n == 9:
        along, across = noise[JERK_ALONG], noise[JERK_ACROSS]
    elif n == 7:
        along = noise[FREE]
        across = noise[FREE]
        if k > 0.0 and noise[DRAG_FRACTION] > 0.0:  # else a step that is to add no noise
            # Motion is linear in the drag factor, but for what drag does to itself: in the time T of a scale
            # height it takes κ T of the speed, so that drag, with the speed's square and the density, is by
            # 2.5 κ T smaller than it was taken for. Times what is not known of drag that is of second order:
            # twice the square of the variance is its own, held for T.
            climb = abs(x[0] * x[3] + x[1] * x[4] + x[2] * x[5]) / math.sqrt(
                x[0] ** 2 + x[1] ** 2 + x[2] ** 2
            )
            held = SCALE_HEIGHT_M / max(climb, 0.1 * speed)
            wrong = min(2.5 * k * held, 0.5) * k * speed * p[6, 6] / max(x[6], LEAST_DRAG_FACTOR) ** 2
            along += 4.0 * wrong * wrong * held
            walk = noise[DRAG_FRACTION] * x[6]
            p[6, 6] += walk * walk / noise[DRAG_TIME] * dt
    else:
        wrong = noise[DRAG_FRACTION] * k * speed
        density = wrong * wrong * noise[DRAG_TIME]
        along = noise[FREE] + density
        across = noise[FREE] + density * ACROSS_SHARE * ACROSS_SHARE
    t2 = dt * dt
    t3 = t2 * dt
    for i in range(3):
        for j in range(3):
            q = (along - across) * x[3 + i] * x[3 + j] / (speed * speed)
            if i == j:
                q += across
            if n == 9:
                p[i, j] += q * t3 * t2 / 20.0
                p[i, 3 + j] += q * t2 * t2 / 8.0
                p[3 + i, j] += q * t2 * t2 / 8.0
                p[i, 6 + j] += q * t3 / 6.0
                p[6 + i, j] += q * t3 / 6.0
                p[3 + i, 3 + j] += q * t3 / 3.0
                p[3 + i, 6 + j] += q * t2 / 2.0
                p[6 + i, 3 + j] += q * t2 / 2.0
                p[6 + i, 6 + j] += q * dt
            else:
                p[i, j] += q * t3 / 3.0
                p[i, 3 + j] += q * t2 / 2.0
                p[3 + i, j] += q * t2 / 2.0
                p[3 + i, 3 + j] += q * dt


@kernel
def sandwich(p: NDArray[np.float64], n: int, work: NDArray[np.float64]) -> None:
    """Replace the covariance p by F P Fᵀ, in place: sums of whole rows, which become vector instructions.

    Parameters
    ----------
    p : float64 array, shape (9, 9)
    n : int
        Number of states in use.
    work : float64 array, shape (3, 9, 9)
        First F; the others are overwritten.
    """
    f, t, turned = work[0], work[1], work[2]
    for i in range(n):
        for j in range(9):
            t[i, j] = 0.0
        for m in range(n):
            c = f[i, m]
            for j in range(9):
                t[i, j] += c * p[m, j]
            turned[m, i] = c
    for i in range(n):
        for j in range(9):
            p[i, j] = 0.0
        for m in range(n):
            c = t[i, m]
            for j in range(9):
                p[i, j] += c * turned[m, j]
    for i in range(n):
        for j in range(i):
            p[i, j] = p[j, i]


@kernel
def fall_above_air(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    n: int,
    dt: float,
    planet: NDArray[np.float64],
    q: float,
) -> None:
    """Advance state and covariance of a free fall without drag by one step, in place.

    As `advance`, `transition` and `add_noise` do in many more instructions; the transition is that of
    `hoplon.track._kernels_ekf`, of second order, too. `q` is the power density of the white acceleration.
    """
    terms = terms_of(planet)
    m = move((x[0], x[1], x[2], x[3], x[4], x[5]), dt, terms)
    if n == 7:
        c = carry((p[0, 6], p[1, 6], p[2, 6], p[3, 6], p[4, 6], p[5, 6]), m, dt, terms)
        p[0, 6], p[1, 6], p[2, 6], p[3, 6], p[4, 6], p[5, 6] = c[0], c[1], c[2], c[3], c[4], c[5]
        p[6, 0], p[6, 1], p[6, 2], p[6, 3], p[6, 4], p[6, 5] = c[0], c[1], c[2], c[3], c[4], c[5]
    unpack_into(p, spread(packed(p), m, dt, q, terms))
    x[0], x[1], x[2], x[3], x[4], x[5] = m[0], m[1], m[2], m[3], m[4], m[5]


@kernel
def push(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    n: int,
    dt: float,
    beta: float,
    planet: NDArray[np.float64],
    noise: NDArray[np.float64],
    middle: NDArray[np.float64],
    work: NDArray[np.float64],
) -> None:
    """Do what `predict_in_air` does, with arrays to work in: shape (9,), and (3, 9, 9) of zeros at first."""
    # In boost drag is part of what the thrust states take up.
    brake = math.inf if n == 9 else beta
    factor = max(x[6], LEAST_DRAG_FACTOR) if n == 7 else 1.0
    left = abs(dt)
    sign = 1.0 if dt > 0.0 else -1.0
    f = work[0]
    while left > 1e-9:
        h = min(left, step_length(x, brake / factor, planet, LONGEST_STEP_S))
        left -= h
        h *= sign
        for i in range(n):
            middle[i] = 0.5 * x[i]
        k = advance(x, n, h, brake, planet)
        for i in range(n):
            middle[i] += 0.5 * x[i]
        transition(middle, n, h, k, planet, f)
        if n == 7:
            # By the drag factor, not the logarithm of the coefficient.
            for i in range(6):
                f[i, 6] /= -factor
        sandwich(p, n, work)
        if h > 0.0:
            add_noise(p, middle, n, h, k, noise)


@kernel
def predict_in_air(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    n: int,
    dt: float,
    beta: float,
    planet: NDArray[np.float64],
    noise: NDArray[np.float64],
) -> None:
    """Do what `predict` does, with thrust or drag, if there is any."""
    push(x, p, n, dt, beta, planet, noise, np.empty(9), np.zeros((3, 9, 9)))


@kernel
def predict(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    n: int,
    dt: float,
    beta: float,
    planet: NDArray[np.float64],
    noise: NDArray[np.float64],
) -> None:
    """Advance state x and covariance p by dt, in place; backwards in time no noise is added.

    Without noise a step back and the step forward again undo each other, so that a late measurement can be
    taken in at its own time.
    """
    left = abs(dt)
    sign = 1.0 if dt > 0.0 else -1.0
    while n < 9 and left > 1e-9 and height(x[0], x[1], x[2], planet) > DRAG_TOP_M + CLEAR_M:
        h = min(left, step_length(x, beta, planet, LONGEST_STEP_S))
        left -= h
        fall_above_air(x, p, n, sign * h, planet, noise[FREE] if sign > 0.0 else 0.0)
    if left > 1e-9:
        predict_in_air(x, p, n, sign * left, beta, planet, noise)
