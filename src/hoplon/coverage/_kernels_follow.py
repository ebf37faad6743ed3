"""The battle's own tracker on one missile, up to the verdict: bare floats and arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.earth._kernels import ecef_from_geodetic_on
from hoplon.track._kernels import LEAST_DRAG_FACTOR
from hoplon.track._kernels_association import BOOK_FIELDS, CUE_FIELDS, FIRM, FREE_FLIGHT, TENTATIVE_DROP
from hoplon.track._kernels_impact import DRAG_POINT, fall, spread_on_ground
from hoplon.track._kernels_pairs import arrange
from hoplon.track._kernels_picture import one_track, tidy
from hoplon.track._kernels_step import step

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Fields of a radar: how rarely and from what age of a track on it is looked for less often; its clock.
EVERY, AFTER, OFFSET, RADAR_FIELDS = 0, 1, 2, 3
#: Fields of a case: report that cues the radars; impact; step of the clock; lag of the picture; ground that
#: is aimed at (ECEF) and its radius; widest ellipse that decides; believed ballistic coefficient; from when
#: on drag is not linear (share of the variance, variance of the logarithm); squared half axis of an ellipse.
REPORT, END, CLOCK, LAG, GROUND, RADIUS, WIDEST = 0, 1, 2, 3, 4, 7, 8
BELIEVED, DRAG_SHARE, DRAG_VARIANCE, CHI_SQUARE, CASE_FIELDS = 9, 10, 11, 12, 13
#: Fields of what is found: times as in `hoplon.coverage.following.Followed`; ballistic coefficient; state;
#: and of the looks that could detect it after `SEEN` the last one, and the longest pause.
FIRST, FIRM_SINCE, FOUND, CUED, ENGAGE, SEEN, BETA, STATE, LAST, PAUSE, FOLLOWED_FIELDS = (
    0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 15,
)  # fmt: skip

#: Rows for tracks, more of them than one missile ever has; and detections of a tick.
ROWS = 12
ROOM = 256


@kernel
def coefficient_into(out: Array, factor: float, p: Array, believed: float) -> float:
    """Write the covariance (7, 7) by the logarithm of the ballistic coefficient, and return that coefficient.

    As `hoplon.track.drag_factor.coefficient_from_factor`.
    """
    mean = max(factor, LEAST_DRAG_FACTOR)
    variance = max(p[6, 6], 1e-12)
    log_variance = math.log1p(variance / mean**2)
    by = -math.sqrt(log_variance / variance)
    for i in range(7):
        for j in range(7):
            scale = 1.0
            if i == 6:
                scale *= by
            if j == 6:
                scale *= by
            out[i, j] = p[i, j] * scale
    return believed / mean * math.exp(0.5 * log_variance)


@kernel
def falls_on(x: Array, p: Array, beta: float, case: Array, planet: Array) -> bool:
    """Say whether the rule of engagement lets an object be engaged that falls from a state.

    As `hoplon.track.impact.predict_impact` and `hoplon.command.rules.defend_assets`, with the distance on the
    ground from the chord: less than a metre off at 300 km.

    Parameters
    ----------
    x : ndarray, shape (9,)
        Position and velocity; they change.
    p : ndarray, shape (7, 7)
        Covariance, the seventh number the logarithm of the ballistic coefficient.
    beta : float
    case, planet : ndarray
    """
    phi = np.empty((6, 8))
    start = np.zeros(9)
    for i in range(6):
        start[i] = x[i]
    duration, _ = fall(start, beta, planet, phi)
    if duration < 0.0:
        return False
    latitude, longitude, ee, en, nn, share = spread_on_ground(start, phi, p, np.empty((0, 9)), planet)
    if share > case[DRAG_SHARE] and p[6, 6] > case[DRAG_VARIANCE]:
        ends = np.zeros((2, 9))
        away = math.exp(DRAG_POINT * math.sqrt(p[6, 6]))
        for end in range(2):
            for i in range(6):
                ends[end, i] = phi[i, 7]
            fall(ends[end], beta * away if end else beta / away, planet, np.empty((0, 8)))
        latitude, longitude, ee, en, nn, _ = spread_on_ground(start, phi, p, ends, planet)
    half = 0.5 * (ee - nn)
    wide = math.sqrt(case[CHI_SQUARE] * (0.5 * (ee + nn) + math.sqrt(half * half + en * en)))
    if not wide <= case[WIDEST]:
        return False
    gx, gy, gz = ecef_from_geodetic_on(latitude, longitude, 0.0, planet[3], planet[4])
    chord2 = (gx - case[GROUND]) ** 2 + (gy - case[GROUND + 1]) ** 2 + (gz - case[GROUND + 2]) ** 2
    sphere = 2.0 * planet[3] * (1.0 - planet[4] / 3.0)
    return bool(sphere * math.asin(min(math.sqrt(chord2) / sphere, 1.0)) <= case[RADIUS] + wide)


@kernel
def follow_into(
    out: Array,
    out_p: Array,
    t_s: Array,
    arrival_s: Array,
    sensor: Whole,
    look: Whole,
    by_search: Flags,
    by_track: Flags,
    measured: Array,
    radars: Array,
    sites: Array,
    rotations: Array,
    case: Array,
    planet: Array,
    noise: Array,
    limits: Array,
    life: Array,
) -> bool:
    """Follow one missile until it is to be engaged: `hoplon.coverage.following.follow` in one call.

    Parameters
    ----------
    out : ndarray, shape (FOLLOWED_FIELDS,)
    out_p : ndarray, shape (7, 7)
        Receives the covariance at the verdict.
    t_s, arrival_s, sensor, look, by_search, by_track, measured
        All looks of all radars, detections or not, in the order of time (`hoplon.coverage.sight.Looks`).
    radars, sites, rotations : ndarray
    case : ndarray, shape (CASE_FIELDS,)
    planet, noise, limits, life : ndarray
        The tracker's.

    Returns
    -------
    bool
        False where there is no room for all tracks: then `follow` has to do it.
    """
    count = t_s.size
    sensors = radars.shape[0]
    number = np.zeros(ROWS, dtype=np.int64)
    book = np.zeros((ROWS, BOOK_FIELDS))
    seen = np.zeros((ROWS, sensors))
    x = np.zeros((ROWS, 2, 9))
    p = np.zeros((ROWS, 2, 9, 9))
    cues = np.zeros((0, CUE_FIELDS))
    which = np.empty(ROOM, dtype=np.int64)
    times = np.empty(ROOM)
    z = np.empty((ROOM, 6))
    state = np.zeros(9)
    spread = np.zeros((9, 9))
    rows = np.zeros(0, dtype=np.int64)
    for i in range(FOLLOWED_FIELDS):
        out[i] = math.inf
    next_number = 1
    soonest = math.inf
    for i in range(sensors):
        soonest = min(soonest, radars[i, AFTER])
    first, firm, found, cued = math.inf, math.inf, math.inf, case[REPORT]
    now = 0.0
    row = 0
    while row < count and not (by_search[row] or by_track[row]):
        row += 1
    tick = case[END]
    if row < count:
        tick = case[CLOCK] * math.ceil(arrival_s[row] / case[CLOCK])
    while tick < case[END]:
        size = 0
        latest = -math.inf
        while row < count:
            if by_search[row] or by_track[row]:
                if arrival_s[row] > tick:
                    break
                detects = by_track[row] if t_s[row] >= cued else by_search[row]
                s = sensor[row]
                if detects and tick >= found + soonest and t_s[row] >= found + radars[s, AFTER]:
                    detects = look[row] % int(radars[s, EVERY]) == 0
                if detects:
                    if size == ROOM:
                        return False
                    which[size] = s
                    times[size] = t_s[row] + radars[s, OFFSET]
                    for i in range(6):
                        z[size, i] = measured[i, row]
                    first = min(first, t_s[row])
                    latest = max(latest, times[size])
                    size += 1
            row += 1
        if size == 0 and found == math.inf:
            # As in a battle: where nothing is new and no track is firm, nobody looks.
            tick += case[CLOCK]
            continue
        until = max(tick - case[LAG], latest)
        if size > 0:
            earliest = math.inf
            for i in range(size):
                earliest = min(earliest, times[i])
            if earliest - now > 0.5 * limits[TENTATIVE_DROP]:
                tidy(
                    min(earliest, until),
                    number,
                    book,
                    seen,
                    x,
                    p,
                    case[BELIEVED],
                    planet,
                    noise,
                    limits,
                    life,
                )
        now = max(until, now)
        if size > 0:
            free = 0
            for i in range(ROWS):
                free += number[i] == 0
            order = arrange(which[:size], times[:size], z[:size], sensors, now + 1e-6)
            if free < size or order.size != size:
                return False
            _, next_number = step(
                order, which[:size], times[:size], z[:size], sites, rotations, next_number, number, book,
                seen, x, p, case[BELIEVED], planet, noise, limits, life, cues,
            )  # fmt: skip
        rows = tidy(now, number, book, seen, x, p, case[BELIEVED], planet, noise, limits, life)
        known = False
        for i in range(rows.size):
            known = known or book[rows[i], FIRM] != 0.0
        found = min(found, tick) if known else math.inf
        firm, cued = min(firm, found), min(cued, found)
        for i in range(rows.size):
            k = rows[i]
            if book[k, FIRM] == 0.0 or book[k, FREE_FLIGHT] == 0.0:
                continue
            one_track(k, 0, now, book, x, p, case[BELIEVED], planet, noise, state, spread)
            beta = coefficient_into(out_p, state[6], spread, case[BELIEVED])
            if falls_on(state, out_p, beta, case, planet):
                out[ENGAGE], out[SEEN], out[BETA] = tick, now, beta
                for j in range(6):
                    out[STATE + j] = state[j]
                break
        if out[ENGAGE] < math.inf:
            break
        tick += case[CLOCK]
    out[FIRST], out[FIRM_SINCE], out[FOUND], out[CUED] = first, firm, found, cued
    last, pause = -math.inf, 0.0
    for i in range(count):
        if (by_search[i] or by_track[i]) and t_s[i] > out[SEEN]:
            if last > -math.inf:
                pause = max(pause, t_s[i] - last)
            last = t_s[i]
    out[LAST], out[PAUSE] = last, pause
    return True
