"""What is known after a step: tracks brought to one time, stale ones dropped, double ones merged."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels import height, predict
from hoplon.track._kernels_association import (
    BOOST_DROP,
    CONFIRM_WINDOW,
    FIRM,
    FIRM_DROP,
    FIRST,
    FREE_FLIGHT,
    GREETED,
    HITS,
    LAST,
    REACQUIRE,
    SCAN,
    TENTATIVE_DROP,
    TIME,
    bring,
    coast,
    states,
)

#: Two tracks closer than this (squared Mahalanobis distance, 6 degrees of freedom, 95 %) are one object.
MERGE_DISTANCE = 12.6
MERGE_REACH = math.sqrt(MERGE_DISTANCE)
#: A track that is found again lies within this squared Mahalanobis distance of where the lost one must be (6
#: degrees of freedom, 99 %), and any other candidate is farther by `CLEARLY` (a likelihood ratio of 20).
FOUND_DISTANCE = 16.8
CLEARLY = 6.0


@kernel
def told_apart(a: int, b: int, seen: NDArray[np.float64], limits: NDArray[np.float64]) -> bool:
    """Say whether a sensor has seen two tracks in one scan, its last of both: then they are two objects."""
    for s in range(seen.shape[1]):
        if seen[a, s] > -math.inf and abs(seen[a, s] - seen[b, s]) <= limits[SCAN]:
            return True
    return False


@kernel
def separation(
    xa: NDArray[np.float64], xb: NDArray[np.float64], pa: NDArray[np.float64], pb: NDArray[np.float64]
) -> float:
    """Return the squared Mahalanobis distance of two states (position and velocity) at one time."""
    c = np.empty((6, 6))
    d = np.empty(6)
    distance = 0.0
    for i in range(6):
        # Cholesky factor and forward substitution, row by row.
        w = xa[i] - xb[i]
        for j in range(i + 1):
            s = pa[i, j] + pb[i, j]
            for m in range(j):
                s -= c[i, m] * c[j, m]
            if i == j:
                c[i, i] = math.sqrt(max(s, 1e-12))
            else:
                c[i, j] = s / c[j, j]
                w -= c[i, j] * d[j]
        d[i] = w / c[i, i]
        distance += d[i] * d[i]
    return distance


@kernel
def one_track(
    k: int,
    which: int,
    t: float,
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    noise: NDArray[np.float64],
    out_x: NDArray[np.float64],
    out_p: NDArray[np.float64],
) -> None:
    """Write state (9,) and covariance (9, 9) of track k (0) or of its rival (1) at t; neither changes."""
    n = states(max(book[k, FREE_FLIGHT], float(which)))
    for i in range(n):
        out_x[i] = x[k, which, i]
        for j in range(n):
            out_p[i, j] = p[k, which, i, j]
    predict(out_x, out_p, n, t - book[k, TIME], beta, planet, noise)


@kernel
def picture(
    t: float,
    number: NDArray[np.int64],
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    noise: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return state (row, 9) and covariance (row, 9, 9) of all tracks at time t; tracks stay as they are."""
    rows = number.size
    out_x = np.zeros((rows, 9))
    out_p = np.zeros((rows, 9, 9))
    for k in range(rows):
        if number[k] > 0:
            one_track(k, 0, t, book, x, p, beta, planet, noise, out_x[k], out_p[k])
    return out_x, out_p


@kernel
def find_again(
    k: int,
    t: float,
    number: NDArray[np.int64],
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    noise: NDArray[np.float64],
) -> None:
    """Give track k, just become firm, the number of the lost track that must be there by now, if any.

    A lost track is predicted with thrust and without it; of the two the better fit counts. Where two lost
    tracks fit about equally well, nothing is said.
    """
    best, second, match = math.inf, math.inf, -1
    for lost in range(number.size):
        if number[lost] >= 0 or book[k, FIRST] <= book[lost, LAST]:
            continue
        bring(lost, t, book, x, p, beta, planet, noise)
        bring(k, t, book, x, p, beta, planet, noise)
        distance = separation(x[lost, 0], x[k, 0], p[lost, 0], p[k, 0])
        if book[lost, FREE_FLIGHT] == 0.0:
            distance = min(distance, separation(x[lost, 1], x[k, 0], p[lost, 1], p[k, 0]))
        if distance < best:
            best, second, match = distance, best, lost
        elif distance < second:
            second = distance
    if best > FOUND_DISTANCE or second < best + CLEARLY:
        return
    number[k] = -number[match]
    number[match] = 0
    book[k, FIRST] = book[match, FIRST]
    book[k, HITS] += book[match, HITS]


@kernel
def retire(
    t: float,
    number: NDArray[np.int64],
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    planet: NDArray[np.float64],
    limits: NDArray[np.float64],
    life: NDArray[np.float64],
    place: NDArray[np.float64],
    reach: NDArray[np.float64],
    alive: NDArray[np.int64],
) -> int:
    """Drop tracks that are stale or below ground at time t, in place, and say where the others are by then.

    Parameters
    ----------
    place : float64 array, shape (rows, 3)
        Receives where the object of each row is believed to be.
    reach : float64 array, shape (rows,)
        Receives how far from there it may be (`coast`).
    alive : int64 array, shape (rows,)
        Receives the rows of the tracks that are left.

    Returns
    -------
    int
        How many are left.
    """
    living = 0
    for k in range(number.size):
        if number[k] == 0:
            continue
        firm = book[k, FIRM] > 0.0
        silence = t - book[k, LAST]
        late = not firm and t - book[k, FIRST] > limits[CONFIRM_WINDOW]
        patience = limits[TENTATIVE_DROP]
        if firm:
            patience = limits[FIRM_DROP] if book[k, FREE_FLIGHT] > 0.0 else limits[BOOST_DROP]
        reach[k] = coast(k, t, book, x, p, place[k])
        # A silent track that must have come down to 5 km (without drag) is on the ground, or will be in
        # seconds; left alone, its growing uncertainty would catch the next missile that falls there.
        h = height(place[k, 0], place[k, 1], place[k, 2], planet)
        s = x[k, 0]
        radius = math.sqrt(s[0] * s[0] + s[1] * s[1] + s[2] * s[2])
        climb = (s[0] * s[3] + s[1] * s[4] + s[2] * s[5]) / radius
        down = climb < planet[0] / (radius * radius) * (t - book[k, TIME])
        buried = silence > 6.0 and h < 5e3 and down
        if number[k] < 0:
            if silence > patience + life[REACQUIRE] or (h < 5e3 and down):
                number[k] = 0
            continue
        if late or silence > patience or buried:
            number[k] = -number[k] if firm and not buried else 0
        if number[k] > 0:
            alive[living] = k
            living += 1
    return living


@kernel
def merge(
    t: float,
    number: NDArray[np.int64],
    book: NDArray[np.float64],
    seen: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    noise: NDArray[np.float64],
    limits: NDArray[np.float64],
    place: NDArray[np.float64],
    reach: NDArray[np.float64],
    alive: NDArray[np.int64],
) -> None:
    """Merge tracks of one object at time t, in place; the last three are those of `retire`."""
    for first in range(alive.size):
        a = alive[first]
        for second in range(first + 1, alive.size):
            b = alive[second]
            near = MERGE_REACH * (reach[a] + reach[b])
            # One axis is enough to tell most pairs apart.
            if abs(place[a, 0] - place[b, 0]) > near or number[a] == 0 or number[b] == 0:
                continue
            d2 = 0.0
            for i in range(3):
                d2 += (place[a, i] - place[b, i]) ** 2
            if d2 > near * near or told_apart(a, b, seen, limits):
                continue
            bring(a, t, book, x, p, beta, planet, noise)
            bring(b, t, book, x, p, beta, planet, noise)
            if separation(x[a, 0], x[b, 0], p[a, 0], p[b, 0]) > MERGE_DISTANCE:
                continue
            # The one with more detections keeps its state, the older its number.
            keep, lose = (a, b) if book[a, HITS] >= book[b, HITS] else (b, a)
            number[keep] = min(number[a], number[b])
            number[lose] = 0


@kernel
def tidy(
    t: float,
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
) -> NDArray[np.int64]:
    """Drop tracks that are stale or below ground at time t, and merge tracks of one object, in place.

    A firm track that is dropped for its silence is kept under the negative of its number, and given to the
    track that turns up where it must be by now (`find_again`).

    Returns
    -------
    int64 array
        The rows that hold tracks, in the order of their numbers.
    """
    rows = number.size
    place, reach = np.empty((rows, 3)), np.empty(rows)
    alive = np.empty(rows, dtype=np.int64)
    living = retire(t, number, book, x, p, planet, limits, life, place, reach, alive)
    if living > 1:
        left = alive[:living]
        merge(t, number, book, seen, x, p, beta, planet, noise, limits, place, reach, left)
    for k in range(rows):
        if number[k] > 0 and book[k, FIRM] > 0.0 and book[k, GREETED] == 0.0:
            find_again(k, t, number, book, x, p, beta, planet, noise)
            book[k, GREETED] = 1.0
    # The rows in the order of numbers, in the array that is free by now.
    order = alive
    count = 0
    for k in range(rows):
        if number[k] <= 0:
            continue
        j = count
        while j > 0 and number[order[j - 1]] > number[k]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = k
        count += 1
    return order[:count]
