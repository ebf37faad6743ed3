"""Compiled inner loop of the time budget: who gets a beam when there are fewer than are asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel


@kernel
def dwells_until(look: int, looks: int, dwell_s: float, available_s: float) -> int:
    """Return how many dwells a frame's time, released evenly over its looks, holds up to and with one.

    Whole dwells, counted: sums of fractions would not stay below the frame by their rounding.
    """
    return int(available_s * (look + 1) / looks / dwell_s * (1.0 + 1e-12))


@kernel
def grant_looks(
    look_s: NDArray[np.float64],
    asked: NDArray[np.bool_],
    interval_s: NDArray[np.float64],
    last_s: NDArray[np.float64],
    slack_s: float,
    dwell_s: float,
    available_s: float,
) -> tuple[NDArray[np.bool_], NDArray[np.float64], float]:
    """Share the beam time of one frame among the looks that are asked for.

    `look_s` (k,) are the times of the frame's looks, ascending; `asked` (n, k) says at which of them an
    object asks for a beam, which costs `dwell_s`; `interval_s` and `last_s` (n,) are how often it wants one
    and when it had its last one (-inf: never). A look comes into question when the interval is over, but for
    `slack_s`. The frame's time is released evenly over its looks, what one leaves over serves the next; where
    not all can be served, those go first that have waited longest, measured by their interval, and among
    equals the first in the list. Beams of one look follow each other by a microsecond in `last`, so that
    equals take turns.

    Returns what is granted (n, k), the times of the last looks (n,), and the time used, at most
    `available_s`.
    """
    n, looks = asked.shape
    granted = np.zeros((n, looks), dtype=np.bool_)
    last = last_s.copy()
    late = np.empty(n)
    count = 0
    for j in range(looks):
        waiting = 0
        for i in range(n):
            late[i] = -1.0
            waited = look_s[j] - last[i]
            if asked[i, j] and waited > interval_s[i] - slack_s:
                late[i] = waited / interval_s[i]
                waiting += 1
        room = dwells_until(j, looks, dwell_s, available_s) - count
        if waiting <= room:
            for i in range(n):
                if late[i] >= 0.0:
                    granted[i, j] = True
                    last[i] = look_s[j]
                    count += 1
            continue
        for place in range(room):
            first = 0
            for i in range(1, n):
                if late[i] > late[first]:
                    first = i
            granted[first, j] = True
            last[first] = look_s[j] + 1e-6 * place
            late[first] = -1.0
            count += 1
    return granted, last, count * dwell_s
