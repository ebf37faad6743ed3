"""One step of the tracker: all detections that have arrived, scan by scan."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels_association import (
    CONFIRM_SCORE,
    CUE_PLACE,
    CUE_SIGMA,
    CUE_TIME,
    FADE,
    FIRST,
    FREE_FLIGHT,
    GATE,
    HITS,
    LARGEST_LAG,
    LAST,
    MEMORY_S,
    NEW_COST,
    RIVAL_FROM,
    SCAN,
    SCORE,
    SPEED_SIGMA,
    THRUST,
    TIME,
    bring,
    coast,
    may_gate,
    pair_cost,
)
from hoplon.track._kernels_pairs import longer, pair_up
from hoplon.track._kernels_take import start_rival, take, take_falling, widen
from hoplon.track._kernels_update import misfit, position

#: Detections of one scan from which on it pays to look for a track's by range.
FEW = 8
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
    z: NDArray[np.float64],
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    number: NDArray[np.int64],
    book: NDArray[np.float64],
    seen: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    limits: NDArray[np.float64],
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
    cues: NDArray[np.float64],
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    limits: NDArray[np.float64],
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


@kernel
def copy_states(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    k: int,
    to_x: NDArray[np.float64],
    to_p: NDArray[np.float64],
    j: int,
) -> None:
    """Copy both states and covariances of row k to row j of other arrays.

    Number by number: whole rows would take seconds to compile, for the sake of errors that cannot happen.
    """
    for hypothesis in range(2):
        for a in range(9):
            to_x[j, hypothesis, a] = x[k, hypothesis, a]
            for b in range(9):
                to_p[j, hypothesis, a, b] = p[k, hypothesis, a, b]


@kernel
def step(
    order: NDArray[np.int64],
    sensor: NDArray[np.int64],
    times: NDArray[np.float64],
    z: NDArray[np.float64],
    sites: NDArray[np.float64],
    rotations: NDArray[np.float64],
    next_number: int,
    number: NDArray[np.int64],
    book: NDArray[np.float64],
    seen: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    noise: NDArray[np.float64],
    limits: NDArray[np.float64],
    life: NDArray[np.float64],
    cues: NDArray[np.float64],
) -> tuple[NDArray[np.int64], int]:
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
    count = order.size
    rows = number.size
    result = np.full(count, -1, dtype=np.int64)
    taken = np.zeros(count, dtype=np.bool_)
    quiet = np.zeros_like(noise)
    scan = np.empty(count, dtype=np.int64)
    near = np.empty(rows, dtype=np.int64)
    hold = np.empty(rows)
    # Boosting tracks that a late scan takes back in time, as they were before.
    spared = np.zeros(rows, dtype=np.bool_)
    # Tracks in free flight with one candidate that is nobody else's, and how many want a detection.
    alone = np.zeros(rows, dtype=np.bool_)
    claims = np.empty(count, dtype=np.int64)
    kept_x = np.empty((rows, 2, 9))
    kept_p = np.empty((rows, 2, 9, 9))
    place = np.empty((rows, 3))
    reach = np.empty(rows)
    drift = np.empty(count)
    r = np.empty((count, 3))
    spread = np.empty(count)
    before = np.empty((9, 9))
    begins = np.empty(rows + 1, dtype=np.int64)
    which = np.empty(2 * count + 16, dtype=np.int64)
    costs = np.empty(2 * count + 16)
    chosen = np.empty(count, dtype=np.int64)
    paid = np.empty(count)
    by_range = np.empty(count, dtype=np.int64)
    vacant = 0
    for first in range(count):
        lead = order[first]
        if taken[lead]:
            continue
        s, t = sensor[lead], times[lead]
        site, rotation = sites[s], rotations[s]
        size = 0
        farthest, widest = 0.0, 0.0
        for later in range(first, count):
            i = order[later]
            if times[i] > t + limits[SCAN]:
                break
            if sensor[i] == s and not taken[i]:
                taken[i] = True
                scan[size] = i
                r[size, 0], r[size, 1], r[size, 2] = position(z[i], site, rotation)
                # Within a scan an object moves by less than this.
                drift[size] = 9000.0 * (times[i] - t)
                spread[size] = z[i, 3] ** 2 + z[i, 0] ** 2 * (z[i, 4] ** 2 + z[i, 5] ** 2)
                farthest, widest = max(farthest, drift[size]), max(widest, spread[size])
                # Those of one time come in the order of range already.
                j = size
                while j > 0 and z[scan[by_range[j - 1]], 0] > z[i, 0]:
                    by_range[j] = by_range[j - 1]
                    j -= 1
                by_range[j] = size
                size += 1
        # Tracks that any of them could belong to.
        tracks, pairs = 0, 0
        for i in range(size):
            claims[i] = 0
        for k in range(rows):
            if number[k] <= 0 or book[k, TIME] - t > limits[LARGEST_LAG]:
                continue
            reach[tracks] = coast(k, t, book, x, p, place[tracks])
            if pairs + size > which.size:
                which, costs = longer(which, costs, pairs + size)
            here = place[tracks]
            low, farthest_range = 0, math.inf
            if size > FEW:
                # Whoever is outside this window of ranges is outside of the gate.
                away = math.sqrt(
                    (here[0] - site[0]) ** 2 + (here[1] - site[1]) ** 2 + (here[2] - site[2]) ** 2
                )
                window = math.sqrt(limits[GATE] * ((reach[tracks] + farthest) ** 2 + widest)) + 1.0
                high = size
                while low < high:
                    half = (low + high) // 2
                    if z[scan[by_range[half]], 0] < away - window:
                        low = half + 1
                    else:
                        high = half
                farthest_range = away + window
            begins[tracks] = pairs
            while low < size and z[scan[by_range[low]], 0] <= farthest_range:
                i = by_range[low]
                low += 1
                if may_gate(r[i], here, reach[tracks] + drift[i], spread[i], limits[GATE]):
                    j = pairs
                    while j > begins[tracks] and which[j - 1] > i:
                        which[j] = which[j - 1]
                        j -= 1
                    which[j] = i
                    pairs += 1
                    claims[i] += 1
            if pairs > begins[tracks]:
                near[tracks] = k
                tracks += 1
        # Brought to the time of the scan: what such a pair costs.
        begins[tracks] = pairs
        found = 0
        pairs = 0
        for j in range(tracks):
            k = near[j]
            start, found = found, begins[j + 1]
            begins[j] = pairs
            burning = book[k, FREE_FLIGHT] == 0.0 or t < book[k, RIVAL_FROM]
            hold[j] = book[k, TIME]
            spared[j] = burning and hold[j] > t
            # Nothing to choose from: whether they fit is seen when the track takes it.
            alone[j] = not burning and found == start + 1 and claims[which[start]] == 1
            if alone[j]:
                which[pairs], costs[pairs] = which[start], 0.0
                pairs += 1
                continue
            hold[j] = max(hold[j], t)
            if spared[j]:
                copy_states(x, p, k, kept_x, kept_p, j)
            bring(k, t, book, x, p, beta, planet, noise)
            # Of the candidates only those stay that are likelier than a new object.
            for c in range(start, found):
                i = which[c]
                d = scan[i]
                bring(k, times[d], book, x, p, beta, planet, noise)
                cost = pair_cost(k, z[d], r[i], spread[i], site, rotation, book, x, p, limits)
                if cost < limits[NEW_COST]:
                    which[pairs], costs[pairs] = i, cost
                    pairs += 1
        begins[tracks] = pairs
        pair_up(begins, which, costs, tracks, size, limits[NEW_COST], chosen, paid)
        used = np.zeros(tracks, dtype=np.bool_)
        for i in range(size):
            if chosen[i] >= 0:
                used[chosen[i]] = True
        for i in range(size):
            d = scan[i]
            k = -1
            if chosen[i] >= 0:
                k = near[chosen[i]]
                bring(k, times[d], book, x, p, beta, planet, noise)
                if alone[chosen[i]]:
                    dearest = limits[NEW_COST]
                    paid[i] = take_falling(
                        k, z[d], site, rotation, limits[GATE], dearest, book, x, p, beta, planet, limits
                    )
                    if paid[i] >= dearest:
                        used[chosen[i]] = False
                        chosen[i] = -1
                        k = -1
            if k < 0:
                # Second chance: a track in free flight that has thrust again, or brakes as nobody believed.
                for j in range(tracks):
                    m = near[j]
                    gap = times[d] - book[m, LAST]
                    if used[j] or book[m, FREE_FLIGHT] == 0.0 or gap <= 0.0 or gap > 10.0:
                        continue
                    farther = reach[j] + drift[i] + limits[THRUST] * (gap + MEMORY_S) ** 2
                    if not may_gate(r[i], place[j], farther, spread[i], limits[GATE]):
                        continue
                    bring(m, times[d], book, x, p, beta, planet, noise)
                    for a in range(9):
                        for b in range(9):
                            before[a, b] = p[m, 0, a, b]
                    fade = book[m, FADE]
                    widen(m, gap + MEMORY_S, book, x, p, beta, planet, limits)
                    distance, logdet = misfit(x[m, 0], p[m, 0], z[d], site, rotation)
                    likely = life[CONFIRM_SCORE] == 0.0 or distance + logdet < limits[NEW_COST]
                    if distance < 0.5 * limits[GATE] and likely:
                        k = m
                        used[j] = True
                        break
                    for a in range(9):
                        for b in range(9):
                            p[m, 0, a, b] = before[a, b]
                    book[m, FADE] = fade
                    book[m, FREE_FLIGHT] = 1.0
            if k >= 0:
                if chosen[i] >= 0 and not alone[chosen[i]]:
                    book[k, SCORE] += 0.5 * (limits[NEW_COST] - paid[i])
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
    return result, next_number
