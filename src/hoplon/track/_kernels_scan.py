"""Known tracks through clutter, scan by scan: plain extended Kalman filters, gates, clusters and GNN.

A track's state is position and velocity in the Earth-fixed frame, m and m/s: `x` (n, 6), `p` (n, 6, 6).
Detections are rows ``[range, azimuth, elevation, sigma_range, sigma_azimuth, sigma_elevation]``, m and rad.
Candidates are (track, detection) pairs inside the gate, track after track in the order of predicted range:
`first` (track + 1) says where those of each place in that order begin, `which` names the detection.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels_association import assign
from hoplon.track._kernels_ekf_track import predict_into
from hoplon.track._kernels_groups import clusters, columns_of, members
from hoplon.track._kernels_sort import ascending
from hoplon.track._kernels_update import measure

Array = NDArray[np.float64]
Places = NDArray[np.int64]

#: Fields of what a track predicts for a sensor: range, azimuth and elevation; their gradient (3 by 3); the
#: covariance of the prediction without the measurement's own (00 10 11 20 21 22); H P (3 by 6).
SEEN, GRADIENT, SPREAD, CROSS, EXPECTED_FIELDS = 0, 3, 12, 18, 36


@kernel
def expect(x: Array, p: Array, site: Array, rotation: Array, gradient: Array, out: Array) -> None:
    """Write what a sensor should see of a track, and how well that is known (the fields above)."""
    out[0], out[1], out[2] = measure(x[0], x[1], x[2], site, rotation, gradient)
    for i in range(3):
        a, b, c = gradient[i, 0], gradient[i, 1], gradient[i, 2]
        out[GRADIENT + 3 * i], out[GRADIENT + 3 * i + 1], out[GRADIENT + 3 * i + 2] = a, b, c
        for j in range(6):
            out[CROSS + 6 * i + j] = a * p[0, j] + b * p[1, j] + c * p[2, j]
    place = SPREAD
    for i in range(3):
        for j in range(i + 1):
            at = CROSS + 6 * i
            out[place] = (
                out[at] * gradient[j, 0] + out[at + 1] * gradient[j, 1] + out[at + 2] * gradient[j, 2]
            )
            place += 1


@kernel
def residual(e: Array, z: Array, y: Array) -> tuple[float, float]:
    """Write a measurement less its expectation, whitened, and the factor of its covariance.

    Parameters
    ----------
    e : float64 array
        As `expect` wrote it.
    z : float64 array, shape (6,)
    y : float64 array, shape (9,)
        On return the whitened residual L⁻¹ y (3), and L (00 10 11 20 21 22).

    Returns
    -------
    float, float
        Squared Mahalanobis distance; logarithm of the determinant of L L'.
    """
    y0 = z[0] - e[0]
    y1 = z[1] - e[1]
    if y1 > math.pi:
        y1 -= 2.0 * math.pi
    elif y1 < -math.pi:
        y1 += 2.0 * math.pi
    y2 = z[2] - e[2]
    l00 = math.sqrt(e[SPREAD] + z[3] * z[3])
    l10, l20 = e[SPREAD + 1] / l00, e[SPREAD + 3] / l00
    l11 = math.sqrt(e[SPREAD + 2] + z[4] * z[4] - l10 * l10)
    l21 = (e[SPREAD + 4] - l20 * l10) / l11
    l22 = math.sqrt(e[SPREAD + 5] + z[5] * z[5] - l20 * l20 - l21 * l21)
    w0 = y0 / l00
    w1 = (y1 - l10 * w0) / l11
    w2 = (y2 - l20 * w0 - l21 * w1) / l22
    y[0], y[1], y[2] = w0, w1, w2
    y[3], y[4], y[5], y[6], y[7], y[8] = l00, l10, l11, l20, l21, l22
    return w0 * w0 + w1 * w1 + w2 * w2, 2.0 * math.log(l00 * l11 * l22)


@kernel
def whiten(e: Array, y: Array, gain: Array) -> None:
    """Write L⁻¹ H P (3, 6): with the whitened residual w the update is P H' S⁻¹ y = gain' w."""
    for j in range(6):
        g0 = e[CROSS + j] / y[3]
        g1 = (e[CROSS + 6 + j] - y[4] * g0) / y[5]
        gain[0, j], gain[1, j] = g0, g1
        gain[2, j] = (e[CROSS + 12 + j] - y[6] * g0 - y[7] * g1) / y[8]


@kernel
def correct(x: Array, p: Array, e: Array, z: Array, y: Array, gain: Array) -> None:
    """Take one measurement into state and covariance, in place: the extended Kalman update."""
    residual(e, z, y)
    whiten(e, y, gain)
    for i in range(6):
        a, b, c = gain[0, i], gain[1, i], gain[2, i]
        x[i] += a * y[0] + b * y[1] + c * y[2]
        for j in range(i, 6):
            p[i, j] -= a * gain[0, j] + b * gain[1, j] + c * gain[2, j]
            p[j, i] = p[i, j]


@kernel
def sort_by(values: Array, order: Places) -> None:
    """Sort places by value, in place, by insertion: cheap where the order hardly changed since last time."""
    for i in range(1, order.size):
        at = order[i]
        value = values[at]
        j = i
        while j > 0 and values[order[j - 1]] > value:
            order[j] = order[j - 1]
            j -= 1
        order[j] = at


@kernel
def expect_all(
    x: Array,
    p: Array,
    dt: float,
    q: float,
    planet: Array,
    site: Array,
    rotation: Array,
    gradient: Array,
    expected: Array,
    rank: Places,
) -> None:
    """Carry all tracks to a scan, write what its sensor should see of each, and order them by range.

    Parameters
    ----------
    x, p, rank
        Tracks and their order, in place; see `gnn`.
    dt, q : float
        Time since the last scan, s; power density of the process noise, m²/s³.
    planet, site, rotation
    gradient : float64 array, shape (3, 3)
        Scratch.
    expected : float64 array, shape (tracks, `EXPECTED_FIELDS`)
        Written.
    """
    for k in range(x.shape[0]):
        if dt > 0.0:
            predict_into(x[k], p[k], dt, q, planet)
        expect(x[k], p[k], site, rotation, gradient, expected[k])
    sort_by(expected[:, 0], rank)


@kernel
def gate_pairs(
    expected: Array, rank: Places, z: Array, order: Places, gate: float, first: Places
) -> tuple[Places, Array]:
    """Find the detections in the gate of each track, in nearly linear time.

    Tracks (`rank`) and detections (`order`) are sorted by range; since the squared distance in range over its
    variance is at most the squared Mahalanobis distance, a window in range loses nothing.

    Returns
    -------
    which : int64 array
        Detections, track after track in the order of `rank`; `first` says where each track's begin.
    fit : float64 array, shape (pairs, 2)
        Squared Mahalanobis distance, and logarithm of the determinant.
    """
    count = order.size
    y = np.empty(9)
    room = 4 * rank.size + 16
    which = np.empty(room, dtype=np.int64)
    fit = np.empty((room, 2))
    widest = 0.0
    for i in range(count):
        widest = max(widest, z[i, 3])
    pairs = 0
    for place in range(rank.size):
        first[place] = pairs
        e = expected[rank[place]]
        reach = math.sqrt(gate * (e[SPREAD] + widest * widest))
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            if z[order[middle], 0] < e[0] - reach:
                low = middle + 1
            else:
                high = middle
        while low < count and z[order[low], 0] <= e[0] + reach:
            i = order[low]
            low += 1
            off = z[i, 2] - e[2]
            if off * off > gate * (e[SPREAD + 5] + z[i, 5] * z[i, 5]):
                continue
            d2, logdet = residual(e, z[i], y)
            if d2 >= gate:
                continue
            if pairs == room:
                room *= 2
                more, wider = np.empty(room, dtype=np.int64), np.empty((room, 2))
                more[:pairs], wider[:pairs] = which, fit
                which, fit = more, wider
            which[pairs], fit[pairs, 0], fit[pairs, 1] = i, d2, logdet
            pairs += 1
    first[rank.size] = pairs
    return which, fit


@kernel
def nearest(first: Places, which: Places, fit: Array, count: int, missed: float, chosen: Places) -> None:
    """Choose each track's candidate so that the sum of Mahalanobis distances is least.

    Global nearest neighbour (Blackman & Popoli 1999, chapter 6), group by group; a track without a detection
    costs `missed`.

    Parameters
    ----------
    first, which, fit
        Candidates.
    count : int
        Number of detections.
    missed : float
    chosen : int64 array
        On return, for each place in the order of tracks, the place of its candidate, or -1.
    """
    group = np.empty(chosen.size, dtype=np.int64)
    groups = clusters(first, which, count, group)
    start, listed = members(group, groups)
    column = np.full(count, -1, dtype=np.int64)
    names = np.empty(count, dtype=np.int64)
    chosen[:] = -1
    for g in range(groups):
        places = listed[start[g] : start[g + 1]]
        if places.size == 1:
            k = places[0]
            best = first[k]
            for c in range(first[k] + 1, first[k + 1]):
                if fit[c, 0] < fit[best, 0]:
                    best = c
            if math.sqrt(fit[best, 0]) < missed:
                chosen[k] = best
            continue
        columns = columns_of(places, first, which, column, names)
        cost = np.full((places.size, columns), 1e12)
        for row in range(places.size):
            for c in range(first[places[row]], first[places[row] + 1]):
                cost[row, column[which[c]]] = math.sqrt(fit[c, 0])
        pick = assign(cost, missed)
        for row in range(places.size):
            for c in range(first[places[row]], first[places[row] + 1]):
                if pick[row] == column[which[c]]:
                    chosen[places[row]] = c
        for j in range(columns):
            column[names[j]] = -1


@kernel
def count_scans(sensor: Places, t_s: Array, sensors: int, now_s: float) -> int:
    """Return how many scans (one sensor, one time) there are; -1 if out of order, or of an unknown sensor."""
    scans = 0
    for i in range(t_s.size):
        if not (t_s[i] >= now_s and 0 <= sensor[i] < sensors):
            return -1
        if i > 0 and t_s[i] == now_s and sensor[i] < sensor[i - 1]:
            return -1
        if i == 0 or t_s[i] > now_s or sensor[i] != sensor[i - 1]:
            scans += 1
        now_s = t_s[i]
    return scans


@kernel
def scan_end(sensor: Places, t_s: Array, start: int) -> int:
    """Return where the scan that begins at a place ends."""
    end = start + 1
    while end < t_s.size and t_s[end] == t_s[start] and sensor[end] == sensor[start]:
        end += 1
    return end


@kernel
def gnn(
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
    result: Places,
    past_x: Array,
    past_p: Array,
) -> None:
    """Take tracks through scans by global nearest neighbour, in place.

    Parameters
    ----------
    sensor, t_s : array, shape (detections,)
        In the order of time, and within a time of sensors (`count_scans` says whether).
    z : float64 array, shape (detections, 6)
    sites, rotations : float64 array
        Sensors: ECEF position and rows east, north, up.
    now_s : float
        Time of the states.
    x, p, rank
        Tracks; `rank` is their order by range, of any sensor.
    q : float
        Power density of the process noise, m²/s³.
    planet : float64 array
    gate : float
        Largest squared Mahalanobis distance; a track without a detection costs its root.
    result : int64 array, shape (detections,)
        On return the track of each detection, or -1.
    past_x, past_p : float64 array, shape (scans, tracks, 6) and (scans, tracks, 6, 6)
        On return the states after each scan; nothing is written where there is no room.
    """
    count = x.shape[0]
    gradient, gain, y = np.empty((3, 3)), np.empty((3, 6)), np.empty(9)
    expected = np.empty((count, EXPECTED_FIELDS))
    first = np.empty(count + 1, dtype=np.int64)
    chosen = np.empty(count, dtype=np.int64)
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
        nearest(first, which, fit, order.size, math.sqrt(gate), chosen)
        for place in range(count):
            c = chosen[place]
            if c >= 0:
                k = rank[place]
                correct(x[k], p[k], expected[k], here[which[c]], y, gain)
                result[start + which[c]] = k
        if scan < past_x.shape[0]:
            past_x[scan] = x
            past_p[scan] = p
        scan, start = scan + 1, end
