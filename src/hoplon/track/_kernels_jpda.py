"""Joint probabilistic data association: exact marginals of the joint events, and the update with them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels_groups import clusters, columns_of, members
from hoplon.track._kernels_scan import (
    EXPECTED_FIELDS,
    expect_all,
    gate_pairs,
    residual,
    scan_end,
    whiten,
)
from hoplon.track._kernels_sort import ascending

Array = NDArray[np.float64]
Places = NDArray[np.int64]

#: Detections that tracks before and after a place in the order may both want: the recursion keeps two to this
#: power of sums for each track.
WIDEST = 14
#: Pairs less likely than this share of their track's total are the first to go where a group is wider.
FIRST_PRUNED = 1e-9
_LOG_TWO_PI_CUBED = 3.0 * math.log(2.0 * math.pi)


@kernel
def plan(weight: Array, bit: Places, last: Places) -> int:
    """Give each detection that several tracks want a bit, reused once the last of them has passed.

    Parameters
    ----------
    weight : float64 array, shape (rows, columns)
        Zero where a track cannot have a detection.
    bit, last : int64 array, shape (columns,)
        On return the bit (-1 for a detection of one track or of none), and the last row that wants it.

    Returns
    -------
    int
        How many bits are needed; more than `WIDEST` means that the group is too wide.
    """
    rows, columns = weight.shape
    begins = np.full(columns, -1, dtype=np.int64)
    for j in range(columns):
        bit[j], last[j] = -1, -1
        for i in range(rows):
            if weight[i, j] > 0.0:
                if begins[j] < 0:
                    begins[j] = i
                last[j] = i
    busy = np.zeros(columns, dtype=np.bool_)
    width = 0
    for i in range(rows):
        for j in range(columns):
            if begins[j] == i and last[j] > i:
                b = 0
                while busy[b]:
                    b += 1
                busy[b] = True
                bit[j] = b
                width = max(width, b + 1)
        for j in range(columns):
            if last[j] == i and bit[j] >= 0:
                busy[bit[j]] = False
    return width


@kernel
def joint(weight: Array, miss: Array, beta: Array) -> int:
    """Compute how probable each pairing of tracks and detections is, over all joint events.

    A joint event gives each track one detection or none, and no detection to two tracks; its weight is the
    product of the tracks' (Fortmann, Bar-Shalom & Scheffe, IEEE J. Oceanic Eng. 8 (1983) 173). Instead of
    listing the events, sums over them are carried from track to track, one for each set of detections that
    are taken and still wanted: forwards and backwards, exactly. What is wanted by one track alone needs no
    place in the set.

    Parameters
    ----------
    weight : float64 array, shape (rows, columns)
        Likelihood ratio of each pair, detection over clutter; zero outside the gate. Changed in place where
        something is pruned.
    miss : float64 array, shape (rows,)
        Weight of having no detection.
    beta : float64 array, shape (rows, columns + 1)
        On return the probabilities; the last column is that of no detection. Each row sums to one.

    Returns
    -------
    int
        Pairs left out because more than `WIDEST` detections hang together: the least likely ones of each
        track, in steps of ten from `FIRST_PRUNED` of its total on; 0 where the answer is exact.
    """
    rows, columns = weight.shape
    bit = np.empty(columns, dtype=np.int64)
    last = np.empty(columns, dtype=np.int64)
    width = plan(weight, bit, last)
    pruned = 0
    share = FIRST_PRUNED
    while width > WIDEST:
        for i in range(rows):
            total = miss[i]
            for j in range(columns):
                total += weight[i, j]
            for j in range(columns):
                if 0.0 < weight[i, j] < share * total:
                    weight[i, j] = 0.0
                    pruned += 1
        share *= 10.0
        width = plan(weight, bit, last)
    size = 1 << width
    ahead = np.zeros((rows + 1, size))
    after = np.zeros((rows + 1, size))
    keep = np.empty(rows, dtype=np.int64)
    base = np.empty(rows)
    scale = np.empty(rows)
    for i in range(rows):
        largest, forget = miss[i], 0
        for j in range(columns):
            largest = max(largest, weight[i, j])
            if last[j] == i and bit[j] >= 0:
                forget |= 1 << bit[j]
        keep[i] = (size - 1) & ~forget
        scale[i] = 1.0 / largest
        base[i] = miss[i] * scale[i]
        for j in range(columns):
            if bit[j] < 0:
                base[i] += weight[i, j] * scale[i]
    ahead[0, 0] = 1.0
    for i in range(rows):
        for taken in range(size):
            v = ahead[i, taken]
            if v == 0.0:
                continue
            ahead[i + 1, taken & keep[i]] += v * base[i]
            for j in range(columns):
                if weight[i, j] > 0.0 and bit[j] >= 0 and not (taken >> bit[j]) & 1:
                    ahead[i + 1, (taken | (1 << bit[j])) & keep[i]] += v * weight[i, j] * scale[i]
    after[rows, 0] = 1.0
    for i in range(rows - 1, -1, -1):
        free = 0.0
        for j in range(columns + 1):
            beta[i, j] = 0.0
        for taken in range(size):
            rest = after[i + 1, taken & keep[i]]
            total = base[i] * rest
            v = ahead[i, taken]
            free += v * rest
            for j in range(columns):
                if weight[i, j] > 0.0 and bit[j] >= 0 and not (taken >> bit[j]) & 1:
                    w = weight[i, j] * scale[i] * after[i + 1, (taken | (1 << bit[j])) & keep[i]]
                    total += w
                    beta[i, j] += v * w
            after[i, taken] = total
        beta[i, columns] = free * miss[i] * scale[i]
        for j in range(columns):
            if bit[j] < 0:
                beta[i, j] = free * weight[i, j] * scale[i]
        whole = 0.0
        for j in range(columns + 1):
            whole += beta[i, j]
        for j in range(columns + 1):
            beta[i, j] /= whole
    return pruned


@kernel
def share_out(
    first: Places, which: Places, fit: Array, count: int, ratio: float, none: float, beta: Array, rest: Array
) -> int:
    """Compute the probability of each candidate, group by group.

    The weight of a pair is Pd times the normal density of the innovation over the density of clutter, which
    is Poisson; that of none is 1 - Pd Pg (Bar-Shalom, Daum & Huang 2009).

    Parameters
    ----------
    first, which, fit
        Candidates.
    count : int
        Number of detections.
    ratio : float
        Logarithm of the detection probability over the density of clutter.
    none : float
        Weight of having no detection in the gate.
    beta : float64 array, shape (pairs,)
        On return the probability of each candidate.
    rest : float64 array, shape (tracks,)
        On return that of no detection, for each place in the order of tracks.

    Returns
    -------
    int
        Pairs that were left out (see `joint`).
    """
    pruned = 0
    group = np.empty(rest.size, dtype=np.int64)
    groups = clusters(first, which, count, group)
    start, listed = members(group, groups)
    column = np.full(count, -1, dtype=np.int64)
    names = np.empty(count, dtype=np.int64)
    rest[:] = 1.0
    for c in range(first[rest.size]):
        beta[c] = math.exp(ratio - 0.5 * (fit[c, 0] + fit[c, 1] + _LOG_TWO_PI_CUBED))
    for g in range(groups):
        places = listed[start[g] : start[g + 1]]
        if places.size == 1:
            k = places[0]
            total = none
            for c in range(first[k], first[k + 1]):
                total += beta[c]
            rest[k] = none / total
            for c in range(first[k], first[k + 1]):
                beta[c] /= total
            continue
        columns = columns_of(places, first, which, column, names)
        weight = np.zeros((places.size, columns))
        result = np.empty((places.size, columns + 1))
        for row in range(places.size):
            for c in range(first[places[row]], first[places[row] + 1]):
                weight[row, column[which[c]]] = beta[c]
        pruned += joint(weight, np.full(places.size, none), result)
        for row in range(places.size):
            rest[places[row]] = result[row, columns]
            for c in range(first[places[row]], first[places[row] + 1]):
                beta[c] = result[row, column[which[c]]]
        for j in range(columns):
            column[names[j]] = -1
    return pruned


@kernel
def blend(
    x: Array, p: Array, e: Array, z: Array, which: Places, beta: Array, y: Array, gain: Array, sum2: Array
) -> None:
    """Take several measurements, each with its probability, into state and covariance, in place.

    The mixture of the updates with each of them and of none, as one normal distribution of the same mean and
    covariance (Bar-Shalom, Daum & Huang, IEEE Control Syst. Mag. 29 (2009) no. 6, 82). `y`, `gain`, `sum2`
    (6, 6) are scratch.
    """
    m0, m1, m2, m3, m4, m5 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    sum2[:] = 0.0
    for c in range(which.size):
        share = beta[c]
        if share == 0.0:
            continue
        residual(e, z[which[c]], y)
        whiten(e, y, gain)
        for i in range(6):
            a, b, d = gain[0, i], gain[1, i], gain[2, i]
            moved = a * y[0] + b * y[1] + d * y[2]
            for j in range(i + 1):
                other = gain[0, j] * y[0] + gain[1, j] * y[1] + gain[2, j] * y[2]
                gained = a * gain[0, j] + b * gain[1, j] + d * gain[2, j]
                sum2[i, j] += share * (moved * other - gained)
        m0 += share * (gain[0, 0] * y[0] + gain[1, 0] * y[1] + gain[2, 0] * y[2])
        m1 += share * (gain[0, 1] * y[0] + gain[1, 1] * y[1] + gain[2, 1] * y[2])
        m2 += share * (gain[0, 2] * y[0] + gain[1, 2] * y[1] + gain[2, 2] * y[2])
        m3 += share * (gain[0, 3] * y[0] + gain[1, 3] * y[1] + gain[2, 3] * y[2])
        m4 += share * (gain[0, 4] * y[0] + gain[1, 4] * y[1] + gain[2, 4] * y[2])
        m5 += share * (gain[0, 5] * y[0] + gain[1, 5] * y[1] + gain[2, 5] * y[2])
    mean = (m0, m1, m2, m3, m4, m5)
    for i in range(6):
        x[i] += mean[i]
        for j in range(i + 1):
            p[i, j] += sum2[i, j] - mean[i] * mean[j]
            p[j, i] = p[i, j]


@kernel
def jpda(
    sensor: Places,
    t_s: Array,
    z: Array,
    sites: Array,
    rotations: Array,
    now_s: float,
    x: Array,
    p: Array,
    rank: Places,
    q: float,
    planet: Array,
    gate: float,
    ratio: float,
    none: float,
    result: Places,
    past_x: Array,
    past_p: Array,
) -> int:
    """Take tracks through scans by joint probabilistic data association, in place.

    As `gnn`; `ratio` and `none` as in `share_out`. A detection's track in `result` is the one that it most
    probably belongs to, if that is more likely than not.

    Returns
    -------
    int
        Pairs that were left out (see `joint`).
    """
    count = x.shape[0]
    gradient, gain, y = np.empty((3, 3)), np.empty((3, 6)), np.empty(9)
    moment = np.empty((6, 6))
    expected = np.empty((count, EXPECTED_FIELDS))
    first = np.empty(count + 1, dtype=np.int64)
    rest = np.empty(count)
    pruned = 0
    result[:] = -1
    scan, start = 0, 0
    while start < t_s.size:
        end = scan_end(sensor, t_s, start)
        dt = t_s[start] - now_s
        now_s, s = t_s[start], sensor[start]
        expect_all(x, p, dt, q, planet, sites[s], rotations[s], gradient, expected, rank)
        here = z[start:end]
        order = ascending(here[:, 0], end - start)
        which, fit = gate_pairs(expected, rank, here, order, gate, first)
        beta = np.empty(first[count])
        pruned += share_out(first, which, fit, order.size, ratio, none, beta, rest)
        for place in range(count):
            low, high = first[place], first[place + 1]
            if low < high:
                k = rank[place]
                blend(x[k], p[k], expected[k], here, which[low:high], beta[low:high], y, gain, moment)
                for c in range(low, high):
                    if beta[c] > 0.5:
                        result[start + which[c]] = k
        if scan < past_x.shape[0]:
            past_x[scan] = x
            past_p[scan] = p
        scan, start = scan + 1, end
    return pruned
