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
def reported(
    start: int,
    stop: int,
    time: NDArray[np.float64],
    threat: NDArray[np.int64],
    would: NDArray[np.bool_],
    from_s: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the rows from `start` to `stop` that are reported.

    `would` is (3, n): does a search dwell, or a track dwell, detect the threat; is the look one of those that
    a mature track keeps. `from_s` is (3, threats): from when the threat is cued, mature, dead.
    """
    rows = np.empty(stop - start, dtype=np.int64)
    count = 0
    for row in range(start, stop):
        t, target = time[row], threat[row]
        if t >= from_s[2, target] or (t >= from_s[1, target] and not would[2, row]):
            continue
        if would[1 if t >= from_s[0, target] else 0, row]:
            rows[count] = row
            count += 1
    return rows[:count]
