"""How well a falling missile is known once it is to be engaged: bare floats and arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.coverage._kernels_follow import (
    AFTER,
    BELIEVED,
    BETA,
    CLOCK,
    ENGAGE,
    EVERY,
    LAG,
    SEEN,
    STATE,
    coefficient_into,
)
from hoplon.flight._kernels_path import states_into
from hoplon.track._kernels import predict
from hoplon.track._kernels_impact import path as fall_along
from hoplon.track._kernels_update import update

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: After so many ticks detections of three ticks are taken together.
YOUNG_TICKS = 12
#: Columns of a handover: tick, intercept, basket, probability, and offset (3) and covariance (9) for who
#: computes it.
BASKET_FIELDS = 16


@kernel
def granted_into(
    out: Flags,
    t_s: Array,
    sensor: Whole,
    look: Whole,
    by_search: Flags,
    by_track: Flags,
    radars: Array,
    cued_s: float,
    found_s: float,
) -> None:
    """Write which looks a radar makes and detects with: `hoplon.coverage.following.granted`."""
    for i in range(t_s.size):
        detects = by_track[i] if t_s[i] >= cued_s else by_search[i]
        s = sensor[i]
        if detects and t_s[i] >= found_s + radars[s, AFTER]:
            detects = look[i] % int(radars[s, EVERY]) == 0
        out[i] = detects


@kernel
def taken_together(
    rows: Whole,
    counts: Whole,
    granted: Flags,
    t_s: Array,
    sensor: Whole,
    sensors: int,
    followed: Array,
    case: Array,
    until_s: float,
    drop_s: float,
) -> tuple[int, float]:
    """Choose the detections that stand for all of them after a verdict, and say when the track is lost.

    A radar's detections of a tick are one, the last of them, with a standard error by the root of their
    number smaller; after the first minute, those of three ticks.

    Parameters
    ----------
    rows, counts : ndarray, shape (n,)
        Receive the looks, and for how many each stands.
    granted, t_s, sensor
        Of all looks.
    sensors : int
    followed, case : ndarray
        See `_kernels_follow`.
    until_s : float
        After that nobody asks.
    drop_s : float
        A track that is silent for so long is dropped.

    Returns
    -------
    int
        How many.
    float
        When the track is dropped in silence; infinity for never.
    """
    ticks = max(1, 1 + math.ceil((until_s - followed[ENGAGE]) / case[CLOCK]))
    begin = max(followed[ENGAGE] - case[LAG], followed[SEEN])
    end = max(followed[ENGAGE] + case[CLOCK] * (ticks - 1) - case[LAG], followed[SEEN])
    group = np.full(sensors, -1, dtype=np.int64)
    place = np.empty(sensors, dtype=np.int64)
    before, lost = followed[SEEN], math.inf
    count = 0
    for i in range(t_s.size):
        if not granted[i] or t_s[i] <= followed[SEEN]:
            continue
        if lost == math.inf and t_s[i] - before > drop_s:
            lost = before + drop_s
        before = t_s[i]
        if t_s[i] > end:
            continue
        tick = math.ceil((t_s[i] - begin) / case[CLOCK])
        if tick > YOUNG_TICKS:
            tick = YOUNG_TICKS + (tick - YOUNG_TICKS + 2) // 3
        s = sensor[i]
        if group[s] == tick:
            # The last one counts: those of other radars in between move up.
            old = place[s]
            many = counts[old] + 1
            for j in range(old, count - 1):
                rows[j], counts[j] = rows[j + 1], counts[j + 1]
            for other in range(sensors):
                if place[other] > old and group[other] >= 0:
                    place[other] -= 1
            place[s] = count - 1
            rows[count - 1], counts[count - 1] = i, many
            continue
        group[s], place[s] = tick, count
        rows[count], counts[count] = i, 1
        count += 1
    if lost == math.inf and before + drop_s < until_s:
        lost = before + drop_s
    return count, lost


@kernel
def factor_into(x: Array, p: Array, followed: Array, covariance: Array, believed: float) -> None:
    """Write a followed missile's state (9,) and covariance (9, 9) with its drag factor.

    As `hoplon.track.drag_factor.factor_from_coefficient`.
    """
    log_variance = max(covariance[6, 6], 1e-12)
    mean = believed / followed[BETA] * math.exp(0.5 * log_variance)
    by = -math.sqrt(mean**2 * math.expm1(log_variance) / log_variance)
    for i in range(6):
        x[i] = followed[STATE + i]
    x[6] = mean
    for i in range(7):
        for j in range(7):
            scale = 1.0
            if i == 6:
                scale *= by
            if j == 6:
                scale *= by
            p[i, j] = covariance[i, j] * scale


@kernel
def known_until(
    at_s: float,
    done: int,
    rows: Whole,
    counts: Whole,
    count: int,
    x: Array,
    p: Array,
    t_s: Array,
    sensor: Whole,
    measured: Array,
    sites: Array,
    rotations: Array,
    followed: Array,
    case: Array,
    planet: Array,
    noise: Array,
    z: Array,
) -> int:
    """Follow a falling track until a time, and keep its state after each detection.

    Parameters
    ----------
    at_s : float
    done : int
        Detections taken in so far.
    rows, counts, count
        From `taken_together`.
    x, p : ndarray, shape (count + 1, 9) and (count + 1, 9, 9)
        Row 0 is the state at the verdict, row n that after n detections.
    t_s, sensor, measured, sites, rotations, followed, case, planet, noise
    z : ndarray, shape (6,)
        To work in.

    Returns
    -------
    int
        Detections taken in by now.
    """
    while done < count and t_s[rows[done]] <= at_s:
        row = rows[done]
        before = followed[SEEN] if done == 0 else t_s[rows[done - 1]]
        for i in range(7):
            x[done + 1, i] = x[done, i]
            for j in range(7):
                p[done + 1, i, j] = p[done, i, j]
        if t_s[row] > before:
            predict(x[done + 1], p[done + 1], 7, t_s[row] - before, case[BELIEVED], planet, noise)
        root = math.sqrt(float(counts[done]))
        for i in range(3):
            z[i] = measured[i, row]
            z[3 + i] = measured[3 + i, row] / root
        update(x[done + 1], p[done + 1], 7, z, sites[sensor[row]], rotations[sensor[row]])
        done += 1
    return done


@kernel
def ahead_into(
    out: Array,
    covariance: Array,
    tick_s: float,
    t_s: float,
    done: int,
    times: Array,
    rows: Whole,
    x: Array,
    p: Array,
    followed: Array,
    case: Array,
    planet: Array,
    noise: Array,
) -> None:
    """Predict, as of a tick, where the missile will be at a later time.

    Parameters
    ----------
    out : ndarray, shape (1, 3)
        Receives the place; NaN where it is believed to be down by then.
    covariance : ndarray, shape (3, 3)
        Receives the covariance, carried ahead straight (`hoplon.engagement.picture.Picture.covariance_at`).
    tick_s, t_s : float
    done : int
        From `known_until`, for that tick or a later one.
    times, rows, x, p, followed, case, planet, noise
    """
    seen = max(tick_s - case[LAG], followed[SEEN])
    n = done
    while n > 0 and times[rows[n - 1]] > seen:
        n -= 1
    last = followed[SEEN] if n == 0 else times[rows[n - 1]]
    state, spread = np.zeros(9), np.zeros((9, 9))
    for i in range(7):
        state[i] = x[n, i]
        for j in range(7):
            spread[i, j] = p[n, i, j]
    if seen > last:
        predict(state, spread, 7, seen - last, case[BELIEVED], planet, noise)
    beta = coefficient_into(np.empty((7, 7)), state[6], spread, case[BELIEVED])
    fall_along(state, seen, np.array([t_s]), beta, planet, out)
    lead = t_s - seen
    for i in range(3):
        for j in range(3):
            covariance[i, j] = (
                spread[i, j]
                + lead * (spread[i, 3 + j] + spread[j, 3 + i])
                + lead * lead * spread[3 + i, 3 + j]
            )


@kernel
def holds(
    radar: int, t: float, granted: Flags, sensor: Whole, t_s: Array, arrival_s: Array, held: float
) -> bool:
    """Say whether a radar has detected the missile within the last minute, as far as is known at a time."""
    if radar < 0:
        return False
    for i in range(t_s.size - 1, -1, -1):
        if sensor[i] == radar and granted[i] and arrival_s[i] <= t:
            return bool(t - t_s[i] <= held)
    return False


@kernel
def basket_at(
    tick: float, intercept: float, basket: float, baskets: Array, nodes: Array, certain: float,
    done: int, times: Array, rows: Whole, x: Array, p: Array, followed: Array, case: Array, planet: Array,
    noise: Array,
) -> int:  # fmt: skip
    """Return the row of a handover in `baskets`; its probability is NaN where it has to be computed.

    The first row's first number counts the rows in use.
    """
    used = int(baskets[0, 0])
    for n in range(1, used + 1):
        if baskets[n, 0] == tick and baskets[n, 1] == intercept and baskets[n, 2] == basket:
            return n
    if used + 1 == baskets.shape[0]:
        return 0
    baskets[0, 0] = used + 1.0
    row = baskets[used + 1]
    believed, covariance, true = np.empty((1, 3)), np.empty((3, 3)), np.empty((1, 6))
    ahead_into(believed, covariance, tick, intercept, done, times, rows, x, p, followed, case, planet, noise)
    states_into(true, nodes, np.array([intercept]))
    off2, spread = 0.0, 0.0
    for i in range(3):
        row[4 + i] = true[0, i] - believed[0, i]
        off2 += row[4 + i] * row[4 + i]
        spread += covariance[i, i]
        for j in range(3):
            row[7 + 3 * i + j] = covariance[i, j]
    row[0], row[1], row[2], row[3] = tick, intercept, basket, math.nan
    if math.isnan(off2):
        row[3] = 0.0
    elif math.sqrt(off2) + certain * math.sqrt(spread) < basket:
        row[3] = 1.0
    return used + 1
