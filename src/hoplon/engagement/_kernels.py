"""Which of the detections that could have been made were made."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel


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
