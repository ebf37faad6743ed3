"""One step of the tracker: all detections that have arrived, scan by scan."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import inlined, kernel
from hoplon.track._kernels_association import (
    AIMED,
    CONFIRM_SCORE,
    CUE_PLACE,
    CUE_SIGMA,
    CUE_TIME,
    FADE,
    FIRST,
    FREE_FLIGHT,
    GATE,
    HITS,
    LAST,
    MEMORY_S,
    NEW_COST,
    ODDS,
    RIVAL_FROM,
    RIVAL_HITS,
    RIVAL_UNTIL,
    SCORE,
    SPEED_SIGMA,
    THRUST,
    TIME,
    bring,
    may_gate,
)
from hoplon.track._kernels_candidates import (
    ALONE,
    BEGINS,
    CHOSEN,
    DRIFT,
    FLAG_ROWS,
    HOLD,
    MEASURED,
    NEAR,
    PAID,
    PLACE,
    POINT_ROWS,
    REACH,
    SCANNED,
    SIZE_ROWS,
    SPARED,
    SPREAD,
    TAKEN,
    USED,
    WHOLE_ROWS,
    copy_states,
    find,
    gather,
    weigh,
)
from hoplon.track._kernels_pairs import pair_up
from hoplon.track._kernels_take import start_rival, take, take_falling, widen
from hoplon.track._kernels_update import misfit, position

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Array = NDArray[np.float64]

#: A missile is this many times as fast as its mean speed since the launch: 2 at constant acceleration, more
#: under thrust as the fuel gets less, less after burnout. For the single-stage missiles of the catalogue 1.4
#: to 3.3 from 60 % of the burn to twice the burn time. The spread is the standard deviation per axis as a
#: share of the speed, for that and for the turn of the path (8 to 18 degrees).
CUE_GAIN = 2.4
CUE_SPREAD = 0.25
EARLIEST_CUE_S = 10.0
LATEST_CUE_S = 300.0
SLOWEST_CUED_M_S = 300.0
FASTEST_M_S = 8000.0


@kernel
def begin(
    k: int,
    name: int,
    t: float,
    z: Array,
    site: Array,
    rotation: Array,
    number: Whole,
    book: Array,
    seen: Array,
    x: Array,
    p: Array,
    limits: Array,
) -> None:
    """Start a tentative track in row k: position from the detection, velocity unknown, thrust from `aim`."""
    number[k] = name
    for i in range(book.shape[1]):
        book[k, i] = 0.0
    for i in range(seen.shape[1]):
        seen[k, i] = -math.inf
    for i in range(9):
        x[k, 0, i] = 0.0
        for j in range(9):
            p[k, 0, i, j] = 0.0
    book[k, TIME] = t
    book[k, FIRST] = t
    book[k, LAST] = t
    book[k, HITS] = 1.0
    book[k, FADE] = 3.0
    x[k, 0, 0], x[k, 0, 1], x[k, 0, 2] = position(z, site, rotation)
    cos_az, sin_az = math.cos(z[1]), math.sin(z[1])
    cos_el, sin_el = math.cos(z[2]), math.sin(z[2])
    variance = np.empty(3)
    variance[1], variance[2] = (z[0] * cos_el * z[4]) ** 2, (z[0] * z[5]) ** 2
    variance[0] = z[3] ** 2
    axis = np.empty((3, 3))
    for j in range(3):
        e, n, u = rotation[0, j], rotation[1, j], rotation[2, j]
        level = sin_az * e + cos_az * n
        axis[0, j] = cos_el * level + sin_el * u
        axis[1, j] = cos_az * e - sin_az * n
        axis[2, j] = cos_el * u - sin_el * level
    for i in range(3):
        for j in range(3):
            for m in range(3):
                p[k, 0, i, j] += variance[m] * axis[m, i] * axis[m, j]
        p[k, 0, 3 + i, 3 + i] = limits[SPEED_SIGMA] ** 2
    start_rival(k, book, x, p, limits)


@kernel
def use_cues(
    k: int,
    cues: Array,
    book: Array,
    x: Array,
    p: Array,
    limits: Array,
) -> None:
    """Give a new track the velocity that it must have if it was launched where and when a cue says.

    From rest to a place d away in a time T takes a mean velocity of d/T; a boosting missile is now about
    `CUE_GAIN` times as fast, give or take `CUE_SPREAD` of it per axis. Where several cues are possible the
    prior covers them all; where none is, nothing changes.
    """
    s = x[k, 0]
    count, square, unsure = 0.0, 0.0, 0.0
    vx, vy, vz = 0.0, 0.0, 0.0
    for c in range(cues.shape[0]):
        elapsed = book[k, TIME] - cues[c, CUE_TIME]
        if elapsed < EARLIEST_CUE_S or elapsed > LATEST_CUE_S:
            continue
        gain = CUE_GAIN / elapsed
        px, py, pz = cues[c, CUE_PLACE], cues[c, CUE_PLACE + 1], cues[c, CUE_PLACE + 2]
        dx, dy, dz = gain * (s[0] - px), gain * (s[1] - py), gain * (s[2] - pz)
        speed2 = dx * dx + dy * dy + dz * dz
        climb = (dx * px + dy * py + dz * pz) / math.sqrt(px * px + py * py + pz * pz)
        # Upwards, and neither slower nor faster than missiles are.
        if climb < 0.1 * math.sqrt(speed2) or speed2 < SLOWEST_CUED_M_S**2 or speed2 > FASTEST_M_S**2:
            continue
        vx, vy, vz = vx + dx, vy + dy, vz + dz
        square += speed2
        unsure += CUE_SPREAD * CUE_SPREAD * speed2 + (gain * cues[c, CUE_SIGMA]) ** 2
        count += 1.0
    if count == 0.0:
        return
    vx, vy, vz = vx / count, vy / count, vz / count
    variance = unsure / count + max(square / count - (vx * vx + vy * vy + vz * vz), 0.0)
    if variance < p[k, 0, 3, 3]:
        s[3], s[4], s[5] = vx, vy, vz
        for i in range(3, 6):
            p[k, 0, i, i] = variance
    start_rival(k, book, x, p, limits)


@inlined
def second_chance(
    i: int,
    tracks: int,
    t: float,
    z: Array,
    site: Array,
    rotation: Array,
    book: Array,
    x: Array,
    p: Array,
    beta: float,
    planet: Array,
    noise: Array,
    limits: Array,
    life: Array,
    whole: Whole,
    flags: Flags,
    sizes: Array,
    points: Array,
    kept_x: Array,
    kept_p: Array,
) -> int:
    """Look for a track in free flight that has thrust again, or brakes as nobody believed.

    Parameters
    ----------
    i : int
        Place in the scan of a detection that belongs to no track as it is.
    tracks : int
        How many are near the scan.
    t : float
        Time of the detection.

    Returns
    -------
    int
        The row of the track, widened (`hoplon.track._kernels_take.widen`); -1 for none: then tracks that
        were tried have been brought to the time, and are else as they were.
    """
    for j in range(tracks):
        m = whole[NEAR, j]
        gap = t - book[m, LAST]
        if flags[USED, j] or book[m, FREE_FLIGHT] == 0.0 or gap <= 0.0 or gap > 10.0:
            continue
        farther = sizes[REACH, j] + sizes[DRIFT, i] + limits[THRUST] * (gap + MEMORY_S) ** 2
        if not may_gate(points[MEASURED, i], points[PLACE, j], farther, sizes[SPREAD, i], limits[GATE]):
            continue
        bring(m, t, book, x, p, beta, planet, noise)
        spare = kept_x.shape[0] - 1
        copy_states(x, p, m, kept_x, kept_p, spare)
        aimed, fade, odds = book[m, AIMED], book[m, FADE], book[m, ODDS]
        begun, over, hits = book[m, RIVAL_FROM], book[m, RIVAL_UNTIL], book[m, RIVAL_HITS]
        widen(m, gap + MEMORY_S, book, x, p, beta, planet, limits)
        distance, logdet = misfit(x[m, 0], p[m, 0], z, site, rotation)
        likely = life[CONFIRM_SCORE] == 0.0 or distance + logdet < limits[NEW_COST]
        if distance < 0.5 * limits[GATE] and likely:
            flags[USED, j] = True
            return int(m)
        copy_states(kept_x, kept_p, spare, x, p, m)
        book[m, AIMED], book[m, FADE], book[m, ODDS], book[m, FREE_FLIGHT] = aimed, fade, odds, 1.0
        book[m, RIVAL_FROM], book[m, RIVAL_UNTIL], book[m, RIVAL_HITS] = begun, over, hits
    return -1


@inlined
def hand_out(
    t: float,
    s: int,
    size: int,
    tracks: int,
    times: Array,
    z: Array,
    site: Array,
    rotation: Array,
    next_number: int,
    number: Whole,
    book: Array,
    seen: Array,
    x: Array,
    p: Array,
    beta: float,
    planet: Array,
    noise: Array,
    quiet: Array,
    limits: Array,
    life: Array,
    cues: Array,
    result: Whole,
    whole: Whole,
    flags: Flags,
    sizes: Array,
    points: Array,
    kept_x: Array,
    kept_p: Array,
) -> int:
    """Give each detection of a scan to the track that was chosen for it, or to a new one.

    Parameters
    ----------
    t, s, size
        Of the scan: its time, sensor and number of detections.
    tracks : int
        How many are near it.
    quiet : float64 array
        Noise of nought.

    Returns
    -------
    int
        The next free track number.
    """
    chosen, near, spared, alone, used, hold = (
        whole[CHOSEN], whole[NEAR], flags[SPARED], flags[ALONE], flags[USED], sizes[HOLD],
    )  # fmt: skip
    vacant = 0
    for j in range(tracks):
        used[j] = False
    for i in range(size):
        if chosen[i] >= 0:
            used[chosen[i]] = True
    for i in range(size):
        d = whole[SCANNED, i]
        k = -1
        if chosen[i] >= 0:
            k = near[chosen[i]]
            bring(k, times[d], book, x, p, beta, planet, noise)
            if alone[chosen[i]]:
                dearest = limits[NEW_COST]
                paid = take_falling(
                    k, z[d], site, rotation, limits[GATE], dearest, book, x, p, beta, planet, limits
                )
                if paid >= dearest:
                    used[chosen[i]] = False
                    chosen[i] = -1
                    k = -1
        if k < 0:
            k = second_chance(
                i, tracks, times[d], z[d], site, rotation, book, x, p, beta, planet, noise, limits, life,
                whole, flags, sizes, points, kept_x, kept_p,
            )  # fmt: skip
        if k >= 0:
            if chosen[i] >= 0 and not alone[chosen[i]]:
                book[k, SCORE] += 0.5 * (limits[NEW_COST] - sizes[PAID, i])
            if chosen[i] >= 0 and book[k, FREE_FLIGHT] == 0.0:
                spared[chosen[i]] = False
            if chosen[i] < 0 or not (alone[chosen[i]] or spared[chosen[i]]):
                take(k, z[d], site, rotation, book, x, p, beta, planet, limits)
        else:
            while number[vacant] != 0:
                vacant += 1
            k = vacant
            begin(k, next_number, times[d], z[d], site, rotation, number, book, seen, x, p, limits)
            book[k, SCORE] = -life[CONFIRM_SCORE]
            use_cues(k, cues, book, x, p, limits)
            next_number += 1
        seen[k, s] = t
        result[d] = number[k]
    for j in range(tracks):
        # A late scan is over: back to the present, without adding the noise of that way twice. A boosting
        # track that got no detection is as it was, without the noise of going back to look.
        if spared[j]:
            copy_states(kept_x, kept_p, j, x, p, near[j])
            book[near[j], TIME] = hold[j]
        elif hold[j] > book[near[j], TIME]:
            bring(near[j], hold[j], book, x, p, beta, planet, quiet)
    return next_number


@kernel
def step(
    order: Whole,
    sensor: Whole,
    times: Array,
    z: Array,
    sites: Array,
    rotations: Array,
    next_number: int,
    number: Whole,
    book: Array,
    seen: Array,
    x: Array,
    p: Array,
    beta: float,
    planet: Array,
    noise: Array,
    limits: Array,
    life: Array,
    cues: Array,
) -> tuple[Whole, int]:
    """Process detections in the order of time, a sensor's scan at a time; tracks change in place.

    There must be a free row for each detection. `life` and `cues` have the fields that `_kernels_association`
    names.

    Returns
    -------
    int64 array
        The number of the track that each detection went to, -1 for one that came too late.
    int
        The next free track number.
    """
    count, rows = order.size, number.size
    result = np.full(count, -1, dtype=np.int64)
    room = max(count, rows + 1)
    whole, flags = np.empty((WHOLE_ROWS, room), dtype=np.int64), np.zeros((FLAG_ROWS, room), dtype=np.bool_)
    sizes, points = np.empty((SIZE_ROWS, room)), np.empty((POINT_ROWS, room, 3))
    # One row more, for a track that is given a second chance.
    kept_x, kept_p = np.empty((rows + 1, 2, 9)), np.empty((rows + 1, 2, 9, 9))
    which, costs = np.empty(2 * count + 16, dtype=np.int64), np.empty(2 * count + 16)
    quiet = np.zeros(noise.size)
    for first in range(count):
        if flags[TAKEN, order[first]]:
            continue
        s, t = sensor[order[first]], times[order[first]]
        site, rotation = sites[s], rotations[s]
        size, farthest, widest = gather(
            first, order, sensor, times, z, site, rotation, limits, whole, flags, sizes, points
        )
        tracks = -1
        while tracks < 0:
            tracks = find(
                t, size, farthest, widest, z, site, number, book, x, p, limits, which, whole, sizes, points
            )
            if tracks < 0:
                which, costs = np.empty(2 * which.size, dtype=np.int64), np.empty(2 * which.size)
        weigh(
            t, tracks, times, z, site, rotation, book, x, p, beta, planet, noise, limits, which, costs, whole,
            flags, sizes, points, kept_x, kept_p,
        )  # fmt: skip
        pair_up(whole[BEGINS], which, costs, tracks, size, limits[NEW_COST], whole[CHOSEN], sizes[PAID])
        next_number = hand_out(
            t, s, size, tracks, times, z, site, rotation, next_number, number, book, seen, x, p, beta, planet,
            noise, quiet, limits, life, cues, result, whole, flags, sizes, points, kept_x, kept_p,
        )  # fmt: skip
    return result, next_number
