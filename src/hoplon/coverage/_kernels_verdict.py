"""Many flights, from the first look to the last shot: bare floats and arrays.

What `hoplon.coverage.chain` says of a flight whose track is not lost and found again. A kernel that cannot go
on says at which flight, and what it asks for (`_kernels_play`); the caller writes the answer down and calls
again.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.coverage._kernels_follow import (
    BELIEVED,
    CUED,
    END,
    ENGAGE,
    FOUND,
    LAST,
    PAUSE,
    REPORT,
    SEEN,
    follow_into,
)
from hoplon.coverage._kernels_known import factor_into, granted_into, taken_together
from hoplon.coverage._kernels_meetings import (
    MEETING_FIELDS,
    OUT_OF_REACH,
    PATH_FIELDS,
    launches_of_all,
    path_into,
)
from hoplon.coverage._kernels_play import (
    ALIVE,
    ASK_BASKET,
    ASK_DOCTRINE,
    GIVE_UP,
    HANDED,
    HANDOVER,
    LAUNCHED,
    PLAYED_FIELDS,
    REASON,
    WHY,
    play_all,
)

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Rows for the meetings of a battery with one path: windows are few, and a path has a few hundred samples.
ROWS_EACH = 400
PATH_ROWS = 4000
#: Reasons why nothing is launched, each a bit of `_kernels_play`.
REASONS = 8
#: Columns of a verdict: what it ends with; probabilities that fire is free in time, that something is then
#: launched, that at least one interceptor is handed over, and that the missile is stopped if what shots have
#: in common works; and, by bit, that nothing is launched for that reason.
CODE, DECIDED, REACHABLE, HANDED_OVER, STOPPED, WHY_NOT = 0, 1, 2, 3, 4, 5
VERDICT_FIELDS = WHY_NOT + REASONS
#: What a verdict ends with, besides what a play ends with: a track that may be lost and found again.
FOUND_AGAIN = 4


class Beliefs(NamedTuple):
    """The radars and the tracker of a defence; see `hoplon.coverage.defence.Defence`."""

    radars: Array
    sites: Array
    rotations: Array
    planet: Array
    noise: Array
    limits: Array
    life: Array


class Arms(NamedTuple):
    """The shooters of a defence; see `hoplon.coverage.defence.Defence`."""

    batteries: Array
    kill: Array
    rules: Array
    setups: Array
    of_type: Whole
    types: Whole
    tables: Array
    families: Array
    doctrine: NDArray[np.int16]


class Views(NamedTuple):
    """All looks of all radars at many flights; see `hoplon.coverage.sight.Looks`."""

    t_s: Array
    arrival_s: Array
    sensor: Whole
    number: Whole
    by_search: NDArray[np.bool_]
    by_track: NDArray[np.bool_]
    measured: Array


@kernel
def follow_all(
    out: Array, out_p: Array, whole: Flags, cases: Array, alike: Flags, views: Views, beliefs: Beliefs
) -> None:
    """Follow many flights, each in all pictures, until they are to be engaged.

    Parameters
    ----------
    out : ndarray, shape (flights, pictures, FOLLOWED_FIELDS)
    out_p : ndarray, shape (flights, pictures, 7, 7)
    whole : ndarray of bool, shape (flights, pictures)
        Receives whether there was room for all tracks (`_kernels_follow.follow_into`).
    cases : ndarray, shape (flights, pictures, CASE_FIELDS)
    alike : ndarray of bool, shape (flights,)
        Whether all pictures of a flight have the same looks.
    views : Views
    beliefs : Beliefs
    """
    for n in range(out.shape[0]):
        for picture in range(out.shape[1]):
            if picture > 0 and alike[n] and cases[n, picture, REPORT] == cases[n, 0, REPORT]:
                for i in range(out.shape[2]):
                    out[n, picture, i] = out[n, 0, i]
                for i in range(7):
                    for j in range(7):
                        out_p[n, picture, i, j] = out_p[n, 0, i, j]
                whole[n, picture] = whole[n, 0]
                continue
            whole[n, picture] = follow_into(
                out[n, picture], out_p[n, picture], views.t_s, views.arrival_s, views.sensor, views.number,
                views.by_search[picture, n], views.by_track[picture, n], views.measured[n], beliefs.radars,
                beliefs.sites, beliefs.rotations, cases[n, picture], beliefs.planet, beliefs.noise,
                beliefs.limits, beliefs.life,
            )  # fmt: skip


@kernel
def merge_into(ticks: Array, weights: Array, free_s: Array, chances: Array, last_s: float) -> int:
    """Merge the ticks of several pictures at which fire may be free, and add up their probabilities.

    Parameters
    ----------
    ticks, weights : ndarray, shape (pictures * n,)
        Receive them, rising.
    free_s : ndarray, shape (pictures, n)
        Rising in each row; infinite where it never is.
    chances : ndarray, shape (pictures, n)
        Given the picture.
    last_s : float
        What is not before that counts for nothing.

    Returns
    -------
    int
        How many.
    """
    pictures, size = free_s.shape
    at = np.zeros(pictures, dtype=np.int64)
    count = 0
    while True:
        first = last_s
        for picture in range(pictures):
            if at[picture] < size:
                first = min(first, free_s[picture, at[picture]])
        if first >= last_s:
            return count
        ticks[count], weights[count] = first, 0.0
        for picture in range(pictures):
            while at[picture] < size and free_s[picture, at[picture]] == first:
                weights[count] += chances[picture, at[picture]] / pictures
                at[picture] += 1
        count += 1


@kernel
def count_into(out: Array, ticks: int, weights: Array, played: Array, late: float, reached_why: int) -> None:
    """Add up over the ticks at which fire may be free how far the chain holds.

    Parameters
    ----------
    out : ndarray, shape (VERDICT_FIELDS,)
    ticks : int
    weights : ndarray
    played : ndarray, shape (n, PLAYED_FIELDS)
    late : float
        Probability that fire is free too late for any launch.
    reached_why : int
        Bits: why then nothing is launched.
    """
    for n in range(ticks):
        out[DECIDED] += weights[n]
        out[REACHABLE] += weights[n] * played[n, LAUNCHED]
        out[HANDED_OVER] += weights[n] * played[n, HANDED]
        out[STOPPED] += weights[n] * (1.0 - played[n, ALIVE])
        for bit in range(REASONS):
            if int(played[n, REASON]) == 1 << bit:
                out[WHY_NOT + bit] += weights[n]
    out[DECIDED] += late
    for bit in range(REASONS):
        if reached_why & -reached_why == 1 << bit:
            out[WHY_NOT + bit] += late


@kernel
def verdicts_into(
    out: Array, ask: Whole, baskets: Array, begin: int, resumes: bool, nodes: Array, begins: Whole,
    cases: Array, followed: Array, followed_p: Array, free_s: Array, chances: Array, views: Views,
    beliefs: Beliefs, arms: Arms, path_step_s: float, drop_s: float,
) -> int:  # fmt: skip
    """Say of many flights that have been followed what comes of the shots at them.

    Parameters
    ----------
    out : ndarray, shape (flights, VERDICT_FIELDS)
    ask : ndarray of int64, shape (5,)
        Receives what is asked for, see `_kernels_play.play_all`; the code of that flight says what it is.
    baskets : ndarray, shape (rows, BASKET_FIELDS)
    begin : int
        Flight to begin with.
    resumes : bool
        Whether that flight asked for something.
    nodes, begins : ndarray
        Nodes of all flights, one after the other, and where those of each begin, and all end.
    cases : ndarray, shape (flights, pictures, CASE_FIELDS)
    followed, followed_p : ndarray
        From `follow_all`.
    free_s, chances : ndarray, shape (flights, pictures, n)
        When fire may be free, rising, and the probability of each given the picture.
    views : Views
    beliefs : Beliefs
    arms : Arms
    path_step_s, drop_s : float
        Of the path; and for how long a track may be silent.

    Returns
    -------
    int
        The flight that asks for something; their number where all are done.
    """
    many, most, pictures = arms.batteries.shape[0], views.t_s.size, cases.shape[1]
    whole_path = np.empty((PATH_ROWS, PATH_FIELDS))
    meetings = np.empty((ROWS_EACH * max(many, 1), MEETING_FIELDS))
    starts, codes = np.empty(many + 1, dtype=np.int64), np.empty(many, dtype=np.int64)
    granted = np.empty(most, dtype=np.bool_)
    rows, counts = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    x, p = np.zeros((most + 1, 9)), np.zeros((most + 1, 9, 9))
    done = np.zeros(1, dtype=np.int64)
    ticks, weights = np.empty(pictures * free_s.shape[2]), np.empty(pictures * free_s.shape[2])
    played = np.empty((ticks.size, PLAYED_FIELDS))
    for n in range(begin, out.shape[0]):
        for i in range(VERDICT_FIELDS):
            out[n, i] = 0.0
        base = 0
        for picture in range(pictures):
            if followed[n, picture, ENGAGE] < followed[n, base, ENGAGE]:
                base = picture
        raw, case, flight = followed[n, base], cases[n, base], nodes[begins[n] : begins[n + 1]]
        if raw[ENGAGE] == math.inf:
            continue
        path = whole_path[: path_into(whole_path, flight, raw[SEEN], path_step_s)]
        last_launch, last = launches_of_all(
            meetings, starts, codes, path, arms.setups, arms.of_type, arms.types, arms.tables
        )
        granted_into(
            granted, views.t_s, views.sensor, views.number, views.by_search[base, n], views.by_track[base, n],
            beliefs.radars, raw[CUED], raw[FOUND],
        )  # fmt: skip
        until = max(last - arms.rules[HANDOVER], raw[ENGAGE])
        count, lost = taken_together(
            rows, counts, granted, views.t_s, views.sensor, beliefs.radars.shape[0], raw, case, until, drop_s
        )
        found_again = False
        for picture in range(pictures):
            if followed[n, picture, LAST] > lost or followed[n, picture, PAUSE] > drop_s:
                found_again = True
        if found_again:
            out[n, CODE] = FOUND_AGAIN
            continue
        size = merge_into(ticks, weights, free_s[n], chances[n], min(case[END], lost))
        in_time, late = 0, 0.0
        for i in range(size):
            if ticks[i] <= last_launch:
                in_time += 1
            else:
                late += weights[i]
        factor_into(x[0], p[0], raw, followed_p[n, base], case[BELIEVED])
        done[0] = 0
        if not (resumes and n == begin):
            baskets[0, 0] = 0.0
        code = play_all(
            ticks[:in_time], played, ask, baskets, arms.doctrine, arms.batteries, arms.kill, arms.rules,
            meetings, starts, codes, last_launch, path, arms.setups, arms.of_type, arms.types, arms.tables,
            arms.families, flight, lost, count, done, rows, counts, x, p, granted, views.t_s, views.arrival_s,
            views.sensor, views.measured[n], beliefs.sites, beliefs.rotations, raw, case, beliefs.planet,
            beliefs.noise,
        )  # fmt: skip
        out[n, CODE] = code
        if code in (ASK_DOCTRINE, ASK_BASKET):
            return n
        if code == GIVE_UP:
            continue
        reached_why = 0
        for b in range(many):
            reached_why |= WHY[codes[b]]
        if reached_why == 0:
            reached_why = WHY[OUT_OF_REACH]
        count_into(out[n], in_time, weights, played, late, reached_why)
    return int(out.shape[0])
