"""One step of the tracker: all detections that have arrived, scan by scan."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels_association import (
    FADE,
    FIRST,
    FREE_FLIGHT,
    GATE,
    HITS,
    LARGEST_LAG,
    LAST,
    MEMORY_S,
    NEW_COST,
    SCAN,
    SPEED_SIGMA,
    THRUST_SIGMA,
    TIME,
    assign,
    bring,
    coast,
    may_gate,
    pair_cost,
    start_rival,
    take,
    widen,
)
from hoplon.track._kernels_update import misfit, position


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
    """Start a tentative track in row k: position from the detection, velocity and thrust unknown."""
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
    position(z, site, rotation, x[k, 0])
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
        p[k, 0, 6 + i, 6 + i] = limits[THRUST_SIGMA] ** 2
    start_rival(k, book, x, p, limits)


@kernel
def arrange(
    sensor: NDArray[np.int64], times: NDArray[np.float64], sensors: int, latest: float
) -> NDArray[np.int64]:
    """Return the order by time, then sensor; an empty array where a sensor is unknown or a time too late."""
    count = times.size
    order = np.empty(count, dtype=np.int64)
    for i in range(count):
        if not (times[i] <= latest and 0 <= sensor[i] < sensors):
            return np.empty(0, dtype=np.int64)
        # Insertion: batches arrive almost in order.
        j = i
        while j > 0:
            k = order[j - 1]
            if times[k] < times[i] or (times[k] == times[i] and sensor[k] <= sensor[i]):
                break
            order[j] = k
            j -= 1
        order[j] = i
    return order


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
) -> tuple[NDArray[np.int64], int]:
    """Process detections in the order of time, a sensor's scan at a time; tracks change in place.

    There must be a free row for each detection.

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
    place = np.empty((rows, 3))
    reach = np.empty(rows)
    drift = np.empty(count)
    r = np.empty((count, 3))
    spread = np.empty(count)
    before = np.empty((9, 9))
    for first in range(count):
        lead = order[first]
        if taken[lead]:
            continue
        s, t = sensor[lead], times[lead]
        site, rotation = sites[s], rotations[s]
        size = 0
        for later in range(first, count):
            i = order[later]
            if times[i] > t + limits[SCAN]:
                break
            if sensor[i] == s and not taken[i]:
                taken[i] = True
                scan[size] = i
                position(z[i], site, rotation, r[size])
                # Within a scan an object moves by less than this.
                drift[size] = 9000.0 * (times[i] - t)
                spread[size] = z[i, 3] ** 2 + z[i, 0] ** 2 * (z[i, 4] ** 2 + z[i, 5] ** 2)
                size += 1
        # Tracks that any of them could belong to, brought to the time of the scan.
        tracks = 0
        for k in range(rows):
            if number[k] == 0 or book[k, TIME] - t > limits[LARGEST_LAG]:
                continue
            reach[tracks] = coast(k, t, book, x, p, place[tracks])
            for i in range(size):
                if may_gate(r[i], place[tracks], reach[tracks] + drift[i], spread[i], limits[GATE]):
                    hold[tracks] = max(book[k, TIME], t)
                    near[tracks] = k
                    tracks += 1
                    bring(k, t, book, x, p, beta, planet, noise)
                    break
        cost = np.full((size, tracks), 1e12)
        alone = True
        for j in range(tracks):
            claims = 0
            for i in range(size):
                k, d = near[j], scan[i]
                if may_gate(r[i], place[j], reach[j] + drift[i], spread[i], limits[GATE]):
                    bring(k, times[d], book, x, p, beta, planet, noise)
                    cost[i, j] = pair_cost(k, z[d], r[i], spread[i], site, rotation, book, x, p, limits)
                    if cost[i, j] < limits[NEW_COST]:
                        claims += 1
            if claims > 1:
                alone = False
        chosen = np.full(size, -1, dtype=np.int64)
        for i in range(size):
            claims = 0
            for j in range(tracks):
                if cost[i, j] < limits[NEW_COST]:
                    claims += 1
                    chosen[i] = j
            if claims > 1:
                alone = False
        if not alone:
            chosen = assign(cost, limits[NEW_COST])
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
            else:
                # Second chance: a track in free flight that has thrust again, or brakes as nobody believed.
                for j in range(tracks):
                    m = near[j]
                    gap = times[d] - book[m, LAST]
                    if used[j] or book[m, FREE_FLIGHT] == 0.0 or gap <= 0.0 or gap > 10.0:
                        continue
                    bring(m, times[d], book, x, p, beta, planet, noise)
                    for a in range(9):
                        for b in range(9):
                            before[a, b] = p[m, 0, a, b]
                    fade = book[m, FADE]
                    widen(m, gap + MEMORY_S, book, x, p, beta, planet, limits)
                    distance, _ = misfit(x[m, 0], p[m, 0], z[d], site, rotation)
                    if distance < 0.5 * limits[GATE]:
                        k = m
                        used[j] = True
                        break
                    for a in range(9):
                        for b in range(9):
                            p[m, 0, a, b] = before[a, b]
                    book[m, FADE] = fade
                    book[m, FREE_FLIGHT] = 1.0
            if k >= 0:
                take(k, z[d], site, rotation, book, x, p, beta, planet, limits)
            else:
                for m in range(rows):
                    if number[m] == 0:
                        k = m
                        break
                begin(k, next_number, times[d], z[d], site, rotation, number, book, seen, x, p, limits)
                next_number += 1
            seen[k, s] = t
            result[d] = number[k]
        for j in range(tracks):
            # A late scan is over: back to the present, without adding the noise of that way twice.
            if hold[j] > book[near[j], TIME]:
                bring(near[j], hold[j], book, x, p, beta, planet, quiet)
    return result, next_number
