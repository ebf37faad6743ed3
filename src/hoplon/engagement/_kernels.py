"""Looks that radars make, messages on their way, and what they become for the record."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon._kernels_random import RESOLUTION, philox
from hoplon.sensor._kernels import measure_look
from hoplon.sensor._kernels_budget import dwells_until, grant_looks

#: Rows of the columns of possible detections; what was measured follows.
TIME = 0  # as the sensor's clock has it
SENSOR = 1
THREAT = 2  # -1 for a false alarm
BY_SEARCH = 3  # does the search dwell detect
BY_TRACK = 4  # does the track dwell
LOOK = 5  # number of the look
POWER = 6  # that the receiver saw; NaN where what follows is measured already, and not yet to be drawn
HEAD = 7
#: What is measured: range, azimuth, elevation and their sigmas.
MEASURED = 6

#: Columns of a radar's constants.
DWELL = 0  # of one look in track, s
YOUNG = 1  # wanted time between looks, s
MATURE = 2  # the same for objects that have long been in firm track, s
MATURE_AFTER = 3  # time in firm track after which that holds, s
SHARE = 4  # of its time that search leaves
FACES = 5  # each with a time of its own
CONSTANTS = 6

#: Columns of what a radar has done so far.
NEXT = 0  # number of its next look
LOOKED = 1  # time of its last look, s
SENT = 2  # messages
LOST = 3
LATE = 4  # too old on arrival
DISORDERED = 5  # older than one of the same sensor that was taken in before
NEWEST = 6  # time of the newest message that has arrived, s
LOAD = 7  # greatest share of time that search and objects took
LOAD_S = 8  # and when
STRETCH = 9  # greatest ratio of wanted to available time
SATURATED_S = 10  # when it first exceeded 1
TRACK_S = 11  # beam time spent on objects, s, of all faces
FUTURE = 12  # messages dropped for a time that had not yet come
DEEDS = 13


@kernel
def gather(
    sensor: int,
    first: int,
    base: int,
    look_s: NDArray[np.float64],
    search: NDArray[np.bool_],
    track: NDArray[np.bool_],
    power: NDArray[np.float64],
    values: NDArray[np.float64],
    place: NDArray[np.int64],
    columns: NDArray[np.float64],
    row_of: NDArray[np.int64],
) -> int:
    """Write what one radar could detect into `columns`, from `base` on, in the order of threats and looks.

    `search` and `track` are (threats, looks): does that dwell detect; `power` is of that shape. `values`
    (rows, threats, times) are range, azimuth, elevation and more; look j is at time ``place[j]`` of them.
    `row_of` (looks of all radars, threats) notes, from the look `first` on, the place of each.

    Returns
    -------
    int
        The first place that is still free.
    """
    threats, looks = track.shape
    n = base
    for i in range(threats):
        for j in range(looks):
            if search[i, j] or track[i, j]:
                columns[TIME, n], columns[SENSOR, n], columns[THREAT, n] = look_s[j], sensor, i
                columns[BY_SEARCH, n], columns[BY_TRACK, n] = search[i, j], track[i, j]
                columns[LOOK, n] = j
                columns[POWER, n] = power[i, j]
                for k in range(min(values.shape[0], MEASURED)):
                    columns[HEAD + k, n] = values[k, i, place[j]]
                row_of[first + j, i] = n
                n += 1
    return n


@kernel
def transmit(
    columns: NDArray[np.float64],
    keys: NDArray[np.int64],
    offset_s: float,
    own_s: float,
    link_s: float,
    loss: float,
    duplicates: float,
    jitter_s: float,
    outages_s: NDArray[np.float64],
    arrival: NDArray[np.float64],
) -> None:
    """Write into `arrival` (2, n) when each message and its copy arrive, infinity for never.

    `columns` are those of `gather`, of one sensor whose clock is ahead by `offset_s`; `keys` (threats + 1,)
    address the random numbers, the number of the look is their counter; `outages_s` is (m, 2).
    """
    for n in range(columns.shape[1]):
        sent = columns[TIME, n] - offset_s + own_s
        arrival[0, n], arrival[1, n] = math.inf, math.inf
        down = False
        for m in range(outages_s.shape[0]):
            down = down or outages_s[m, 0] <= sent < outages_s[m, 1]
        words = philox(int(columns[LOOK, n]), keys[int(columns[THREAT, n])])
        if down or words[0] * RESOLUTION < loss:
            continue
        arrival[0, n] = sent + link_s + jitter_s * RESOLUTION * words[2]
        if words[1] * RESOLUTION < duplicates:
            arrival[1, n] = sent + link_s + jitter_s * RESOLUTION * words[3]


@kernel
def _by_time(rows: NDArray[np.int64], columns: NDArray[np.float64]) -> None:
    """Sort rows by time, then sensor, then as they were gathered, in place (Shell 1959, gaps 3k + 1)."""
    gap = 1
    while 3 * gap + 1 < rows.size:
        gap = 3 * gap + 1
    while gap > 0:
        for n in range(gap, rows.size):
            row = rows[n]
            place = n - gap
            while place >= 0:
                other = rows[place]
                # Rows count up sensor by sensor, so that among equal times they tell the rest.
                if columns[TIME, other] < columns[TIME, row]:
                    break
                if columns[TIME, other] == columns[TIME, row] and other <= row:
                    break
                rows[place + gap] = other
                place -= gap
            rows[place + gap] = row
        gap //= 3


@kernel
def room_for_all(asked: NDArray[np.bool_], dwell_s: float, available_s: float) -> bool:
    """Say whether `grant_looks` would grant all that is `asked` (threats, looks)."""
    threats, looks = asked.shape
    count = 0
    for j in range(looks):
        for i in range(threats):
            if asked[i, j]:
                count += 1
        if count > dwells_until(j, looks, dwell_s, available_s):
            return False
    return True


@kernel
def turn(
    now_s: float,
    oldest_s: float,
    first: NDArray[np.int64],
    look_s: NDArray[np.float64],
    visible: NDArray[np.bool_],
    face: NDArray[np.int8],
    row_of: NDArray[np.int64],
    columns: NDArray[np.float64],
    arrival: NDArray[np.float64],
    keys: NDArray[np.int64],
    noise: NDArray[np.float64],
    from_s: NDArray[np.float64],
    constants: NDArray[np.float64],
    last_s: NDArray[np.float64],
    deeds: NDArray[np.float64],
    waiting: NDArray[np.float64],
    count: int,
    sensor: NDArray[np.int64],
    measured: NDArray[np.float64],
    threat: NDArray[np.int64],
    done: int,
) -> tuple[int, int]:
    """Let the radars look until `now_s`, within their time, and write down what has arrived by then.

    Looks of radar r are those from ``first[r]`` to ``first[r + 1]`` of `look_s`; `visible`, `face` (which one
    of the radar's sees the threat) and `row_of` are (looks, threats). `keys` (radars, threats) and `noise`
    (radars, `NOISE`) are those of `measure_look`: only what arrives is ever measured. `from_s` is
    (3, threats): from when a threat is cued, in firm track, dead. `last_s` (radars, threats) and `deeds`
    change, and so does `waiting` (2, room): arrival and row of the `count` messages that are on their way.
    Messages whose time is before `oldest_s`, or not yet come, are dropped.

    Written from `done` on, in the order of time: `sensor`, `measured` (time and what was measured) and
    `threat`.

    Returns
    -------
    int
        Messages that have arrived.
    int
        Messages that are still on their way.
    """
    threats = visible.shape[1]
    tracked = np.empty(threats, dtype=np.int64)
    last = np.empty(threats)
    interval = np.empty(threats)
    for r in range(deeds.shape[0]):
        start = int(deeds[r, NEXT])
        stop = start
        while stop < first[r + 1] and look_s[stop] <= now_s:
            stop += 1
        if stop == start:
            continue
        deeds[r, NEXT] = stop
        frame = look_s[stop - 1] - deeds[r, LOOKED]
        deeds[r, LOOKED] = look_s[stop - 1]
        anybody = False
        for j in range(start, stop):
            for i in range(threats):
                if visible[j, i] and look_s[j] < from_s[2, i]:
                    anybody = True
        if not anybody:
            continue
        asked = np.zeros((threats, stop - start), dtype=np.bool_)
        anybody = False
        every = int(constants[r, MATURE] / constants[r, YOUNG] + 0.5)
        for i in range(threats):
            mature = look_s[start] >= from_s[1, i] + constants[r, MATURE_AFTER]
            interval[i] = constants[r, MATURE] if mature else constants[r, YOUNG]
            latest = last_s[r, i]
            tracked[i] = -1
            for j in range(start, stop):
                if not visible[j, i] or look_s[j] >= from_s[2, i]:
                    continue
                row = row_of[j, i]
                if look_s[j] < from_s[0, i] and (row < 0 or columns[BY_SEARCH, row] == 0.0):
                    continue
                tracked[i] = face[j, i]
                # All that are looked at seldom are so at the same looks; one that was put off, at the next.
                put_off = look_s[j] - latest > constants[r, MATURE] + 0.5 * constants[r, YOUNG]
                if not mature or put_off or (j - first[r]) % every == 0:
                    latest = look_s[j]
                    asked[i, j - start] = True
                    anybody = True
        faces = int(constants[r, FACES])
        for f in range(faces):
            wanted = 0.0
            for i in range(threats):
                if tracked[i] == f:
                    wanted += constants[r, DWELL] / interval[i]
            load = 1.0 - constants[r, SHARE] + min(wanted, constants[r, SHARE])
            if wanted > 0.0 and load > deeds[r, LOAD]:
                deeds[r, LOAD], deeds[r, LOAD_S] = load, look_s[stop - 1]
            if wanted > constants[r, SHARE] * deeds[r, STRETCH]:
                deeds[r, STRETCH] = wanted / constants[r, SHARE]
                # Sums of equal shares do not come out whole.
                if deeds[r, STRETCH] > 1.0 + 1e-9 and deeds[r, SATURATED_S] == math.inf:
                    deeds[r, SATURATED_S] = look_s[start]
        if not anybody:
            continue
        granted = asked
        if faces > 1 or not room_for_all(asked, constants[r, DWELL], constants[r, SHARE] * frame):
            granted = np.zeros((threats, stop - start), dtype=np.bool_)
            mine = np.zeros((threats, stop - start), dtype=np.bool_)
            for i in range(threats):
                last[i] = last_s[r, i]
            for f in range(faces):
                for i in range(threats):
                    for j in range(start, stop):
                        mine[i, j - start] = asked[i, j - start] and face[j, i] == f
                # Who wants a look has been said: the interval only ranks those that there is no time for.
                some, when, _ = grant_looks(
                    look_s[start:stop],
                    mine,
                    interval,
                    last_s[r],
                    constants[r, MATURE],
                    constants[r, DWELL],
                    constants[r, SHARE] * frame,
                )
                for i in range(threats):
                    last[i] = max(last[i], when[i])
                    for j in range(stop - start):
                        granted[i, j] = granted[i, j] or some[i, j]
            for i in range(threats):
                last_s[r, i] = last[i]
        for i in range(threats):
            for j in range(start, stop):
                if granted[i, j - start]:
                    deeds[r, TRACK_S] += constants[r, DWELL]
                    last_s[r, i] = max(last_s[r, i], look_s[j])
        for i in range(threats):
            for j in range(start, stop):
                row = row_of[j, i]
                if row < 0 or not granted[i, j - start]:
                    continue
                if columns[BY_TRACK if look_s[j] >= from_s[0, i] else BY_SEARCH, row] > 0.0:
                    deeds[r, SENT] += 1.0
                    if arrival[0, row] == math.inf:
                        deeds[r, LOST] += 1.0
                    for copy in range(2):
                        if arrival[copy, row] < math.inf:
                            waiting[0, count], waiting[1, count] = arrival[copy, row], row
                            count += 1
    rows = np.empty(count, dtype=np.int64)
    newest = np.empty(deeds.shape[0])
    for r in range(deeds.shape[0]):
        newest[r] = deeds[r, NEWEST]
    arrived = 0
    left = 0
    for n in range(count):
        row = int(waiting[1, n])
        if waiting[0, n] > now_s:
            waiting[0, left], waiting[1, left] = waiting[0, n], waiting[1, n]
            left += 1
            continue
        r = int(columns[SENSOR, row])
        t = columns[TIME, row]
        if t < oldest_s or t > now_s:
            deeds[r, LATE if t < oldest_s else FUTURE] += 1.0
            continue
        if t < newest[r]:
            deeds[r, DISORDERED] += 1.0
        deeds[r, NEWEST] = max(deeds[r, NEWEST], t)
        rows[arrived] = row
        arrived += 1
    _by_time(rows[:arrived], columns)
    for n in range(arrived):
        row = rows[n]
        at = done + n
        sensor[at], threat[at] = int(columns[SENSOR, row]), int(columns[THREAT, row])
        measured[0, at] = columns[TIME, row]
        if math.isnan(columns[POWER, row]):
            for k in range(MEASURED):
                measured[1 + k, at] = columns[HEAD + k, row]
            continue
        found = measure_look(
            columns[HEAD, row],
            columns[HEAD + 1, row],
            columns[HEAD + 2, row],
            columns[POWER, row],
            int(columns[LOOK, row]),
            keys[sensor[at], threat[at]],
            noise[sensor[at]],
        )
        for k in range(MEASURED):
            measured[1 + k, at] = found[k]
    return arrived, left


@kernel
def follow(
    tracks: NDArray[np.int64],
    threats: NDArray[np.int64],
    follows: NDArray[np.int64],
    undetected: NDArray[np.bool_],
    noted: NDArray[np.int64],
) -> tuple[int, int]:
    """Note in `follows`, by track, the threat of its latest detection, and in `undetected` who is seen.

    `tracks` (-1: none) and `threats` (-1: a false alarm) belong to detections in the order of time. Written
    into `noted` (2, n): detections that are the first of their threat, and detections whose track followed
    another threat before.

    Returns
    -------
    int
        How many are the first of their threat.
    int
        How many changed what their track follows.
    """
    firsts, changes = 0, 0
    for n in range(tracks.size):
        if threats[n] < 0:
            continue
        if undetected[threats[n]]:
            undetected[threats[n]] = False
            noted[0, firsts] = n
            firsts += 1
        if tracks[n] >= 0 and follows[tracks[n]] != threats[n]:
            follows[tracks[n]] = threats[n]
            noted[1, changes] = n
            changes += 1
    return firsts, changes
