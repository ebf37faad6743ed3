"""Where a free-flying object will be, and where it will fall."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import inlined, kernel
from hoplon.earth._kernels import geodetic_parts
from hoplon.track._kernels import DRAG_TOP_M, advance, height, step_length, transition

#: Longest step of a predicted path, s: the fourth-order error of an orbital arc is millimetres a step.
LONGEST_STEP_S = 30.0
#: The same for an impact, s: decimetres a step.
LONGEST_FALL_STEP_S = 60.0
#: Steps shorter than this are taken in the air only.
IN_AIR_S = 2.5
#: Over the last steps, shorter than this, errors do not grow, s.
SHORT_S = 0.02
#: How many standard deviations of its logarithm the ballistic coefficient is off in the falls that measure
#: what it does: the nodes of Gauss-Hermite quadrature of three points.
DRAG_POINT = math.sqrt(3.0)
#: No ballistic missile flies longer.
LONGEST_FLIGHT_S = 7200.0


@inlined
def fall_within(
    x: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    phi: NDArray[np.float64],
    middle: NDArray[np.float64],
    f: NDArray[np.float64],
    work: NDArray[np.float64],
) -> tuple[float, float]:
    """Do what `fall` does, with arrays to work in: shape (9,), (9, 9), and (2, 6, 8) of zeros."""
    old, new = work[0], work[1]
    for i in range(6):
        old[i, i] = 1.0
    t = 0.0
    k = 0.0
    h = height(x[0], x[1], x[2], planet)
    climb = (x[0] * x[3] + x[1] * x[4] + x[2] * x[5]) / math.sqrt(x[0] ** 2 + x[1] ** 2 + x[2] ** 2)
    top = h
    rows = phi.shape[0]
    # The way up through air counts as a whole: then all of the flight depends on the drag.
    entering = h > DRAG_TOP_M or climb < 0.0
    while t < LONGEST_FLIGHT_S:
        dt = step_length(x, beta, planet, LONGEST_FALL_STEP_S)
        if dt < IN_AIR_S:
            # Short because of the air, and for the sake of a filter's covariances: half as many do here, but
            # for where the object brakes hard.
            dt = max(dt, min(2.0 * dt, 0.1 / max(k, 1e-9)))
        if t == 0.0 or (entering and h > DRAG_TOP_M):
            for i in range(rows):
                phi[i, 7] = x[i]
        ground = climb < 0.0 and h + climb * dt <= 0.0
        if ground:
            # The last steps end on the ground: Newton rounds on a path that is nearly straight.
            dt = h / -climb
        for i in range(3):
            middle[i] = 0.5 * x[i] + 0.125 * dt * x[3 + i]
            middle[3 + i] = 0.5 * x[3 + i]
        k = advance(x, min(x.size, 6), dt, beta, planet)
        if rows > 0 and abs(dt) > SHORT_S:
            for i in range(3):
                middle[i] += 0.5 * x[i] - 0.125 * dt * x[3 + i]
                middle[3 + i] += 0.5 * x[3 + i]
            transition(middle, min(x.size, 7), dt, k, planet, f)
            # Sums of whole rows, which the compiler turns into vector instructions.
            for i in range(6):
                for j in range(8):
                    new[i, j] = 0.0
                for m in range(6):
                    c = f[i, m]
                    for j in range(8):
                        new[i, j] += c * old[m, j]
                new[i, 6] += f[i, 6]
            new, old = old, new
        t += dt
        before, rising = h, climb
        h = height(x[0], x[1], x[2], planet)
        climb = (x[0] * x[3] + x[1] * x[4] + x[2] * x[5]) / math.sqrt(x[0] ** 2 + x[1] ** 2 + x[2] ** 2)
        if rising > 0.0 and climb < 0.0:
            # Apogee inside the step: the top of the cubic through both heights and rates.
            gain = 3.0 * (h - before) - (2.0 * rising + climb) * dt
            bend = (rising + climb) * dt - 2.0 * (h - before)
            root = math.sqrt(max(gain * gain - 3.0 * bend * rising * dt, 0.0))
            s = rising * dt / (root - gain)
            top = max(top, before + s * (rising * dt + s * (gain + s * bend)))
        top = max(top, h)
        if ground and abs(h) < 1.0:
            for i in range(rows):
                for j in range(7):
                    phi[i, j] = old[i, j]
            return t, top
        if h < -20e3:
            break
    return -1.0, top


@kernel
def fall(
    start: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    phi: NDArray[np.float64],
) -> tuple[float, float]:
    """Fly a state to the ground, in place, and write how its end depends on its beginning.

    Parameters
    ----------
    start : float64 array, shape (9,)
        Position and velocity, m and m/s; on return those at impact.
    beta : float
        Ballistic coefficient, kg/m².
    planet : float64 array
    phi : float64 array, shape (6, 8) or (0, 8)
        On return the derivative of the state at the nominal time of impact by the state at the start, and,
        in the last column but one, by the logarithm of the ballistic coefficient; in the last the state from
        which on that matters: the last one above the air, or the first one. With no rows none of this.

    Returns
    -------
    float, float
        Time to impact, s (negative: no impact within two hours), and greatest height on the way, m.
    """
    return fall_within(start, beta, planet, phi, np.empty(9), np.empty((9, 9)), np.zeros((2, 6, 8)))


@kernel
def spread_on_ground(
    x: NDArray[np.float64],
    phi: NDArray[np.float64],
    covariance: NDArray[np.float64],
    ends: NDArray[np.float64],
    planet: NDArray[np.float64],
) -> tuple[float, float, float, float, float, float]:
    """Project the error of a state at its beginning onto the ground at its end.

    A displaced object reaches the ground earlier or later: its displacement is moved along the velocity until
    it is level. The error by drag is far from linear in the logarithm of the ballistic coefficient. Its mean
    shift m and its variance come from falls with a coefficient by `DRAG_POINT` standard deviations smaller
    and larger (Gauss-Hermite quadrature of three points, the middle one weighing 4 of 6). Such an error is
    skewed: ellipses about the mean hold too much where they are small. About twice the mean shift ellipses of
    all sizes hold what they should, within 1 % for coefficients known to a factor of two (methods manual).

    Parameters
    ----------
    x : float64 array, shape (6,) or longer
        State at impact.
    phi : float64 array, shape (6, 8)
        As `fall` writes it.
    covariance : float64 array, shape (7, 7)
        Of the state at the beginning, m and m/s, and of the logarithm of the ballistic coefficient.
    ends : float64 array, shape (2, 9)
        States at impact with the smaller and the larger coefficient; with no rows drag's error is linear.
    planet : float64 array

    Returns
    -------
    float, float, float, float, float, float
        Geodetic latitude and longitude of the middle, rad; variance to the east, covariance, variance to the
        north, m²; share of the (linear) variance that is the ballistic coefficient's own.
    """
    sine, cosine, _ = geodetic_parts(x[0], x[1], x[2], planet[3], planet[4])
    longitude = math.atan2(x[1], x[0])
    so, co = math.sin(longitude), math.cos(longitude)
    climb = cosine * co * x[3] + cosine * so * x[4] + sine * x[5]
    east = (-so * x[3] + co * x[4]) / climb
    north = (-sine * co * x[3] - sine * so * x[4] + cosine * x[5]) / climb
    gain = np.empty((2, 7))
    for j in range(7):
        up = cosine * co * phi[0, j] + cosine * so * phi[1, j] + sine * phi[2, j]
        gain[0, j] = -so * phi[0, j] + co * phi[1, j] - east * up
        gain[1, j] = -sine * co * phi[0, j] - sine * so * phi[1, j] + cosine * phi[2, j] - north * up
    spread = covariance[6, 6]
    own = spread * (gain[0, 6] * gain[0, 6] + gain[1, 6] * gain[1, 6])
    me, mn, ee, en, nn = 0.0, 0.0, 0.0, 0.0, 0.0
    if ends.shape[0] == 2:
        gain[0, 6], gain[1, 6] = 0.0, 0.0
        for i in range(2):
            dx, dy, dz = ends[i, 0] - x[0], ends[i, 1] - x[1], ends[i, 2] - x[2]
            de = -so * dx + co * dy
            dn = -sine * co * dx - sine * so * dy + cosine * dz
            me, mn = me + de / 6.0, mn + dn / 6.0
            ee, en, nn = ee + de * de / 6.0, en + de * dn / 6.0, nn + dn * dn / 6.0
            slope = (i - 0.5) / (DRAG_POINT * math.sqrt(spread))
            gain[0, 6] += slope * de
            gain[1, 6] += slope * dn
        ee -= me * me + spread * gain[0, 6] * gain[0, 6]
        en -= me * mn + spread * gain[0, 6] * gain[1, 6]
        nn -= mn * mn + spread * gain[1, 6] * gain[1, 6]
    for i in range(7):
        for j in range(7):
            ee += gain[0, i] * covariance[i, j] * gain[0, j]
            en += gain[0, i] * covariance[i, j] * gain[1, j]
            nn += gain[1, i] * covariance[i, j] * gain[1, j]
    # Radii of curvature of the ellipsoid: metres count where the track is good.
    e2 = planet[4] * (2.0 - planet[4])
    bend = 1.0 - e2 * sine * sine
    across = planet[3] / math.sqrt(bend)
    longitude += 2.0 * me / (across * max(cosine, 1e-6))
    latitude = math.atan2(sine, cosine) + 2.0 * mn * bend / (across * (1.0 - e2))
    return latitude, longitude, ee, en, nn, own / max(ee + nn, 1e-9)


@kernel
def path(
    start: NDArray[np.float64],
    t0: float,
    times: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the positions at `times` (ascending) of a state given at t0; NaN before t0 and below ground."""
    x = start
    t = t0
    down = False
    for i in range(times.size):
        if times[i] < t0 or down:
            out[i, 0], out[i, 1], out[i, 2] = math.nan, math.nan, math.nan
            continue
        while times[i] - t > 1e-9:
            dt = step_length(x, beta, planet, LONGEST_STEP_S)
            if dt < IN_AIR_S:
                # Short because of the air, and for the sake of covariances: positions need half as many.
                dt *= 2.0
            dt = min(times[i] - t, dt)
            advance(x, min(x.size, 6), dt, beta, planet)
            t += dt
            falling = x[0] * x[3] + x[1] * x[4] + x[2] * x[5] < 0.0
            if falling and height(x[0], x[1], x[2], planet) < 0.0:
                down = True
                break
        if down:
            out[i, 0], out[i, 1], out[i, 2] = math.nan, math.nan, math.nan
        else:
            out[i, 0], out[i, 1], out[i, 2] = x[0], x[1], x[2]
