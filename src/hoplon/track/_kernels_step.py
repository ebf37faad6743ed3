"""One step of the tracker: all detections that have arrived, scan by scan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import inlined, kernel
from hoplon.track._kernels_association import (
    AIMED,
    CONFIRM_SCORE,
    FADE,
    FREE_FLIGHT,
    GATE,
    LAST,
    MEMORY_S,
    NEW_COST,
    ODDS,
    RIVAL_FROM,
    RIVAL_HITS,
    RIVAL_UNTIL,
    SCORE,
    THRUST,
    TIME,
    bring,
    may_gate,
)
from hoplon.track._kernels_begin import begin, use_cues
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
from hoplon.track._kernels_take import take, take_falling, widen
from hoplon.track._kernels_update import misfit

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Array = NDArray[np.float64]


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
