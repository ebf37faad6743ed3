"""Which detection comes first, and which track gets it: order, lists of candidates, least total cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels_association import assign

#: Up to so many moves for each detection, on average, the order is made by moving them.
FEW_MOVES = 16


@kernel
def earlier(
    a: int, b: int, sensor: NDArray[np.int64], times: NDArray[np.float64], z: NDArray[np.float64]
) -> bool:
    """Say whether detection a comes before detection b."""
    if times[a] != times[b]:
        return bool(times[a] < times[b])
    if sensor[a] != sensor[b]:
        return bool(sensor[a] < sensor[b])
    if z[a, 0] != z[b, 0]:
        return bool(z[a, 0] < z[b, 0])
    return bool(z[a, 1] < z[b, 1])


@kernel
def arrange(
    sensor: NDArray[np.int64],
    times: NDArray[np.float64],
    z: NDArray[np.float64],
    sensors: int,
    latest: float,
) -> NDArray[np.int64]:
    """Return the order by time, sensor, range, azimuth; empty where a sensor is unknown or a time too late.

    The order in which detections of one time were handed over says nothing, so nothing may follow from it.
    """
    count = times.size
    order, other = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    for i in range(count):
        if not (times[i] <= latest and 0 <= sensor[i] < sensors):
            return np.empty(0, dtype=np.int64)
        order[i] = i
    # Where they come nearly in order, as radars report them, each is moved down to its place.
    moves = 0
    for i in range(count):
        j = i
        while j > 0 and earlier(i, order[j - 1], sensor, times, z):
            order[j] = order[j - 1]
            j -= 1
        order[j] = i
        moves += i - j
        if moves > FEW_MOVES * count:
            break
    # Else sorted runs, merged two by two.
    run = 1 if moves > FEW_MOVES * count else count
    while run < count:
        for start in range(0, count, 2 * run):
            middle, end = min(start + run, count), min(start + 2 * run, count)
            a, b = start, middle
            for i in range(start, end):
                if b >= end or (a < middle and not earlier(order[b], order[a], sensor, times, z)):
                    other[i] = order[a]
                    a += 1
                else:
                    other[i] = order[b]
                    b += 1
        order, other = other, order
        run *= 2
    return order


@kernel
def pair_up(
    first: NDArray[np.int64],
    which: NDArray[np.int64],
    costs: NDArray[np.float64],
    tracks: int,
    count: int,
    new_cost: float,
    chosen: NDArray[np.int64],
    paid: NDArray[np.float64],
) -> None:
    """Give each detection the track, or none, so that the total cost is least; group by group.

    Parameters
    ----------
    first, which, costs
        Candidates that cost less than a new object, track after track: where those of each track begin, their
        detections, their costs.
    tracks, count : int
        Number of tracks and of detections.
    new_cost : float
    chosen, paid : array
        On return the track of each detection, or -1, and what the pair costs.
    """
    for i in range(count):
        chosen[i] = -1
    alone = True
    for j in range(tracks):
        if first[j + 1] - first[j] > 1:
            alone = False
        for c in range(first[j], first[j + 1]):
            if chosen[which[c]] >= 0:
                alone = False
            chosen[which[c]] = j
            paid[which[c]] = costs[c]
    if alone:
        return
    # Each group is known by its first track.
    group, claimed = np.empty(tracks, dtype=np.int64), np.empty(count, dtype=np.int64)
    size = np.zeros(tracks, dtype=np.int64)
    for j in range(tracks):
        group[j] = j
    for i in range(count):
        chosen[i], claimed[i] = -1, tracks
    moving = True
    while moving:
        moving = False
        for j in range(tracks):
            low = group[j]
            for c in range(first[j], first[j + 1]):
                low = min(low, claimed[which[c]])
            for c in range(first[j], first[j + 1]):
                if claimed[which[c]] != low:
                    claimed[which[c]] = low
                    moving = True
            group[j] = low
    for j in range(tracks):
        size[group[j]] += 1
    row, member = np.empty(count, dtype=np.int64), np.empty(tracks, dtype=np.int64)
    for g in range(tracks):
        if size[g] == 0:
            continue
        rows, columns = 0, 0
        for i in range(count):
            if claimed[i] == g:
                row[i] = rows
                rows += 1
        cost = np.full((rows, size[g]), 1e12)
        for j in range(g, tracks):
            if group[j] == g:
                member[columns] = j
                for c in range(first[j], first[j + 1]):
                    cost[row[which[c]], columns] = costs[c]
                columns += 1
        pick = assign(cost, new_cost)
        for i in range(count):
            if claimed[i] == g and pick[row[i]] >= 0:
                chosen[i] = member[pick[row[i]]]
                paid[i] = cost[row[i], pick[row[i]]]
