"""Which tracks a scan's detections could belong to, and what each pair costs.

A scan is all detections of one sensor within `SCAN` seconds. Arrays of tracks are those of
`hoplon.track._kernels_association`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import inlined, kernel
from hoplon.track._kernels_association import (
    FREE_FLIGHT,
    GATE,
    LARGEST_LAG,
    NEW_COST,
    RIVAL_FROM,
    SCAN,
    TIME,
    bring,
    coast,
    may_gate,
    pair_cost,
)
from hoplon.track._kernels_update import position

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Array = NDArray[np.float64]

#: Detections of one scan from which on it pays to look for a track's by range.
FEW = 8

#: Rows of the arrays in which a step is worked out, each with room for every detection and every track, and
#: one more. By detection of the scan: which of all it is; their order by range; the track that it goes to, as
#: a place in `NEAR`; how many tracks want it. By track: its row; where its candidates begin.
SCANNED, BY_RANGE, CHOSEN, CLAIMS, NEAR, BEGINS, WHOLE_ROWS = 0, 1, 2, 3, 4, 5, 6
#: Whether any detection has been in a scan. By track: whether a late scan takes it back in time as it is to
#: be left; whether it is in free flight with one candidate that is nobody else's; whether it has been used.
TAKEN, SPARED, ALONE, USED, FLAG_ROWS = 0, 1, 2, 3, 4
#: By detection: how far an object moves from the beginning of the scan to it, m; trace of its covariance, m²;
#: what its pair costs. By track: the time to which it returns, s; how far its object may be from `PLACE`, m.
DRIFT, SPREAD, PAID, HOLD, REACH, SIZE_ROWS = 0, 1, 2, 3, 4, 5
#: Where each detection was made, and where each track is at the beginning of the scan.
MEASURED, PLACE, POINT_ROWS = 0, 1, 2


@inlined
def gather(
    first: int,
    order: Whole,
    sensor: Whole,
    times: Array,
    z: Array,
    site: Array,
    rotation: Array,
    limits: Array,
    whole: Whole,
    flags: Flags,
    sizes: Array,
    points: Array,
) -> tuple[int, float, float]:
    """Gather the scan that begins with a detection, given by its place in `order`.

    Returns
    -------
    int
        How many detections.
    float, float
        The greatest `DRIFT` and `SPREAD` of them.
    """
    scan, by_range, taken = whole[SCANNED], whole[BY_RANGE], flags[TAKEN]
    drift, spread, r = sizes[DRIFT], sizes[SPREAD], points[MEASURED]
    s, t = sensor[order[first]], times[order[first]]
    size = 0
    farthest, widest = 0.0, 0.0
    for later in range(first, order.size):
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
    return size, farthest, widest


@inlined
def find(
    t: float,
    size: int,
    farthest: float,
    widest: float,
    z: Array,
    site: Array,
    number: Whole,
    book: Array,
    x: Array,
    p: Array,
    limits: Array,
    which: Whole,
    whole: Whole,
    sizes: Array,
    points: Array,
) -> int:
    """Find the tracks that any detection of a scan could belong to, and for each its candidates.

    Parameters
    ----------
    t : float
        Beginning of the scan.
    size, farthest, widest
        From `gather`.
    which : int64 array
        Receives candidates, track after track, as places in the scan.

    Returns
    -------
    int
        How many tracks; -1 where `which` has no room for all candidates.
    """
    scan, by_range, claims, near, begins = (
        whole[SCANNED], whole[BY_RANGE], whole[CLAIMS], whole[NEAR], whole[BEGINS],
    )  # fmt: skip
    drift, spread, reach = sizes[DRIFT], sizes[SPREAD], sizes[REACH]
    r, place = points[MEASURED], points[PLACE]
    tracks, pairs = 0, 0
    for i in range(size):
        claims[i] = 0
    for k in range(number.size):
        if number[k] <= 0 or book[k, TIME] - t > limits[LARGEST_LAG]:
            continue
        if pairs + size > which.size:
            return -1
        here = place[tracks]
        reach[tracks] = coast(k, t, book, x, p, here)
        low, farthest_range = 0, math.inf
        if size > FEW:
            # Whoever is outside this window of ranges is outside of the gate.
            away = math.sqrt((here[0] - site[0]) ** 2 + (here[1] - site[1]) ** 2 + (here[2] - site[2]) ** 2)
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
    begins[tracks] = pairs
    return tracks


@kernel
def copy_states(x: Array, p: Array, k: int, to_x: Array, to_p: Array, j: int) -> None:
    """Copy both states and covariances of row k to row j of other arrays.

    Number by number: whole rows would take seconds to compile, for the sake of errors that cannot happen.
    """
    for hypothesis in range(2):
        for a in range(9):
            to_x[j, hypothesis, a] = x[k, hypothesis, a]
            for b in range(9):
                to_p[j, hypothesis, a, b] = p[k, hypothesis, a, b]


@inlined
def weigh(
    t: float,
    tracks: int,
    times: Array,
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
    which: Whole,
    costs: Array,
    whole: Whole,
    flags: Flags,
    sizes: Array,
    points: Array,
    kept_x: Array,
    kept_p: Array,
) -> None:
    """Bring tracks to a scan, and write what each pair costs; what costs more than a new object is left out.

    Parameters
    ----------
    t : float
        Beginning of the scan.
    tracks : int
        From `find`.
    kept_x, kept_p : float64 array
        Receive the states of tracks that are to be `SPARED`.
    """
    scan, claims, near, begins = whole[SCANNED], whole[CLAIMS], whole[NEAR], whole[BEGINS]
    spared, alone, hold = flags[SPARED], flags[ALONE], sizes[HOLD]
    found, pairs = 0, 0
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
        for c in range(start, found):
            i = which[c]
            d = scan[i]
            bring(k, times[d], book, x, p, beta, planet, noise)
            r, spread = points[MEASURED, i], sizes[SPREAD, i]
            cost = pair_cost(k, z[d], r, spread, site, rotation, book, x, p, limits)
            if cost < limits[NEW_COST]:
                which[pairs], costs[pairs] = i, cost
                pairs += 1
    begins[tracks] = pairs
