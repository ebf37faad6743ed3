"""Which of the detections that could have been made were made."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel


@kernel
def gather(
    sensor: int,
    look_s: NDArray[np.float64],
    search: NDArray[np.bool_],
    track: NDArray[np.bool_],
    measured: tuple[NDArray[np.float64], ...],
    keep_every: int,
) -> NDArray[np.float64]:
    """Return what one radar could detect, as columns in the order of threats and looks.

    `search` and `track` are (threats, looks): does that dwell detect; `measured` are arrays of that shape.
    Rows of the result: time, sensor, threat, search, track, is the look one of every `keep_every`, measured.
    """
    threats, looks = track.shape
    count = 0
    for i in range(threats):
        for j in range(looks):
            if search[i, j] or track[i, j]:
                count += 1
    out = np.empty((6 + len(measured), count))
    n = 0
    for i in range(threats):
        for j in range(looks):
            if search[i, j] or track[i, j]:
                out[0, n], out[1, n], out[2, n] = look_s[j], sensor, i
                out[3, n], out[4, n] = search[i, j], track[i, j]
                out[5, n] = j % keep_every == 0
                for k in range(len(measured)):
                    out[6 + k, n] = measured[k][i, j]
                n += 1
    return out


@kernel
def release(
    start: int,
    stop: int,
    order: NDArray[np.int64],
    columns: NDArray[np.float64],
    from_s: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return what is reported of the possible detections from `start` to `stop` in the order of time.

    `columns` are those of `gather`; `from_s` is (3, threats): from when the threat is cued, mature, dead.

    Returns
    -------
    int64 array, shape (n,)
        Sensor.
    float64 array, shape (1 + measured, n)
        Time, and what was measured.
    int64 array, shape (n,)
        Threat.
    """
    rows = np.empty(stop - start, dtype=np.int64)
    count = 0
    for place in range(start, stop):
        row = order[place]
        t, target = columns[0, row], int(columns[2, row])
        if t >= from_s[2, target] or (t >= from_s[1, target] and not columns[5, row] > 0.0):
            continue
        if columns[4 if t >= from_s[0, target] else 3, row] > 0.0:
            rows[count] = row
            count += 1
    measured = columns.shape[0] - 6
    sensor = np.empty(count, dtype=np.int64)
    threat = np.empty(count, dtype=np.int64)
    out = np.empty((1 + measured, count))
    for n in range(count):
        row = rows[n]
        sensor[n], threat[n] = int(columns[1, row]), int(columns[2, row])
        out[0, n] = columns[0, row]
        for k in range(measured):
            out[1 + k, n] = columns[6 + k, row]
    return sensor, out, threat


@kernel
def follow(
    tracks: NDArray[np.int64],
    threats: NDArray[np.int64],
    follows: NDArray[np.int64],
    undetected: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Note in `follows`, by track, the threat of its latest detection, and in `undetected` who is seen.

    `tracks` (-1: none) and `threats` belong to detections in the order of time.

    Returns
    -------
    int64 array
        Detections that are the first of their threat.
    int64 array
        Detections whose track followed another threat before.
    """
    first = np.empty(tracks.size, dtype=np.int64)
    changed = np.empty(tracks.size, dtype=np.int64)
    firsts, changes = 0, 0
    for n in range(tracks.size):
        if undetected[threats[n]]:
            undetected[threats[n]] = False
            first[firsts] = n
            firsts += 1
        if tracks[n] >= 0 and follows[tracks[n]] != threats[n]:
            follows[tracks[n]] = threats[n]
            changed[changes] = n
            changes += 1
    return first[:firsts], changed[:changes]
