"""What a detection does to its track: thrust weighed against free flight, forces that nobody believed in.

Arrays are those of `hoplon.track._kernels_association`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels import drag_rate, height
from hoplon.track._kernels_association import (
    AIMED,
    BOOST_LIMIT,
    CONFIRM_HITS,
    FADE,
    FIRM,
    FIRST,
    FORBIDDEN,
    FREE_FLIGHT,
    HITS,
    LAST,
    LOG_BETA_SIGMA,
    MEMORY_S,
    ODDS,
    RIVAL_FROM,
    RIVAL_HITS,
    RIVAL_UNTIL,
    SCORE,
    SWITCH_HOLD,
    SWITCH_ODDS,
    THRUST,
    THRUST_SIGMA,
    TIME,
    states,
)
from hoplon.track._kernels_thrust import SHORTEST_AIM_S, aim, cut_off
from hoplon.track._kernels_update import update, update_within

#: Below this height a falling track is in re-entry: misfit then means drag, not thrust.
REENTRY_TOP_M = 80e3
#: Logarithm of the odds below which the hypothesis that thrust has ended starts anew.
RESTART_ODDS = -2.0
#: Standard deviation, per axis, of a thrust that sets in again, m/s².
LATER_THRUST = 40.0


@kernel
def falling_in_air(s: NDArray[np.float64], planet: NDArray[np.float64]) -> bool:
    """Say whether a state is in re-entry: falling, below 80 km."""
    down = s[0] * s[3] + s[1] * s[4] + s[2] * s[5]
    return down < 0.0 and height(s[0], s[1], s[2], planet) < REENTRY_TOP_M


@kernel
def start_rival(
    k: int,
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    limits: NDArray[np.float64],
) -> None:
    """Start the hypothesis that the thrust of track k ends about now."""
    watched = max(book[k, TIME] - book[k, FIRST], 0.0) if book[k, AIMED] > 0.0 else 0.0
    span = cut_off(x[k, 0], p[k, 0], x[k, 1], p[k, 1], limits[LOG_BETA_SIGMA], watched)
    book[k, ODDS] = 0.0
    book[k, RIVAL_FROM] = book[k, TIME]
    book[k, RIVAL_UNTIL] = book[k, TIME] + span
    book[k, RIVAL_HITS] = 0.0


@kernel
def widen(
    k: int,
    dt: float,
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    limits: NDArray[np.float64],
) -> None:
    """Admit that track k, in free flight, has for dt seconds felt a force that was not believed in.

    In re-entry that is a drag twice as large or small: the track stays in free flight with a wider
    covariance. Anywhere else it is thrust: the track goes back to boost.
    """
    s = x[k, 0]
    c = p[k, 0]
    reentry = falling_in_air(s, planet)
    if reentry:
        speed = math.sqrt(s[3] * s[3] + s[4] * s[4] + s[5] * s[5])
        rate, _ = drag_rate(s[0], s[1], s[2], speed, beta, planet)
        a = max(rate * speed, 2.0)
    else:
        a = LATER_THRUST
    for i in range(3):
        c[i, i] += 0.25 * a * a * dt**4
        c[3 + i, 3 + i] += a * a * dt * dt
        c[i, 3 + i] += 0.5 * a * a * dt**3
        c[3 + i, i] += 0.5 * a * a * dt**3
    book[k, FADE] = 3.0
    if reentry:
        c[6, 6] += (limits[LOG_BETA_SIGMA] * s[6]) ** 2
        return
    for i in range(3):
        s[6 + i] = 0.0
        for j in range(9):
            c[6 + i, j] = 0.0
            c[j, 6 + i] = 0.0
        c[6 + i, 6 + i] = a * a
    book[k, FREE_FLIGHT] = 0.0
    book[k, AIMED] = 1.0
    start_rival(k, book, x, p, limits)


@kernel
def note_hit(k: int, book: NDArray[np.float64], limits: NDArray[np.float64]) -> None:
    """Count a detection that track k has taken at the time of its state."""
    book[k, LAST] = max(book[k, LAST], book[k, TIME])
    book[k, HITS] += 1.0
    if book[k, HITS] >= limits[CONFIRM_HITS] and book[k, SCORE] >= 0.0:
        book[k, FIRM] = 1.0


@kernel
def take_falling(
    k: int,
    z: NDArray[np.float64],
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    gate: float,
    dearest: float,
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    limits: NDArray[np.float64],
) -> float:
    """Give a detection to track k in free flight, if it lies in the gate and costs less than `dearest`.

    What it costs less than that counts for the track's score. A fading mean of the normalised innovations
    squared that grows too large takes the track back (`widen`).

    Returns
    -------
    float
        What the pair costs (`pair_cost`); where that is too much, or more, nothing has changed.
    """
    distance, logdet = update_within(x[k, 0], p[k, 0], states(1.0), z, site, rotation, gate, dearest)
    if distance >= gate:
        return FORBIDDEN
    if distance + logdet >= dearest:
        return distance + logdet
    if dearest < math.inf:
        book[k, SCORE] += 0.5 * (dearest - distance - logdet)
    book[k, FADE] += 0.1 * (min(distance, 30.0) - book[k, FADE])
    # Mean 3, standard deviation 0.56 if the filter is right: five of them.
    if book[k, FADE] > 7.0:
        lasted = max(book[k, TIME] - book[k, LAST], 0.0) + MEMORY_S
        widen(k, lasted, book, x, p, beta, planet, limits)
    note_hit(k, book, limits)
    return distance + logdet


@kernel
def take(
    k: int,
    z: NDArray[np.float64],
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    limits: NDArray[np.float64],
) -> None:
    """Give a detection to track k, whose state is at its time, and weigh boost against free flight.

    Page's cumulative-sum test (Biometrika 41, 1954): the log likelihood ratio of "thrust ended when the
    rival was started" against "thrust lasts" adds up over detections; below `RESTART_ODDS` (a little less
    than zero: at first the rival pays for not knowing when thrust ended) it starts anew from the boosting
    state, and so it does below zero once the times for which it stands are over; above `SWITCH_ODDS` it
    becomes the track. In free flight `take_falling` does it all.
    """
    if book[k, FREE_FLIGHT] > 0.0:
        take_falling(k, z, site, rotation, math.inf, math.inf, book, x, p, beta, planet, limits)
        return
    t = book[k, TIME]
    since = t - book[k, FIRST]
    if book[k, AIMED] == 0.0 and abs(since) > SHORTEST_AIM_S:
        thrust, sigma = limits[THRUST], limits[THRUST_SIGMA]
        aim(since, z, site, rotation, x[k, 0], p[k, 0], x[k, 1], p[k, 1], thrust, sigma)
        book[k, AIMED] = 1.0
        book[k, RIVAL_UNTIL] = max(t, book[k, RIVAL_UNTIL])
    distance, logdet = update(x[k, 0], p[k, 0], states(0.0), z, site, rotation)
    rival, rival_logdet = update(x[k, 1], p[k, 1], states(1.0), z, site, rotation)
    gain = 0.5 * (distance + logdet - rival - rival_logdet)
    book[k, ODDS] += min(gain, 5.0)
    book[k, RIVAL_HITS] += 1.0
    over = book[k, ODDS] < RESTART_ODDS or (book[k, ODDS] < 0.0 and t > book[k, RIVAL_UNTIL])
    if over and book[k, AIMED] > 0.0:
        start_rival(k, book, x, p, limits)
    held = t - book[k, RIVAL_FROM] >= limits[SWITCH_HOLD] and book[k, RIVAL_HITS] >= 4.0
    if (held and book[k, ODDS] > limits[SWITCH_ODDS]) or t - book[k, FIRST] > limits[BOOST_LIMIT]:
        for i in range(7):
            x[k, 0, i] = x[k, 1, i]
            for j in range(7):
                p[k, 0, i, j] = p[k, 1, i, j]
        book[k, FREE_FLIGHT] = 1.0
        book[k, FADE] = 3.0
    note_hit(k, book, limits)
