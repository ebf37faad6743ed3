"""Groups of tracks that hang together by detections which more than one of them could have.

Candidates are (track, detection) pairs, track after track: `first` (tracks + 1) says where those of each
track begin, `which` names the detection. What is decided in one group does not touch another, so that the
work grows with the size of groups and not with the number of tracks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel

Places = NDArray[np.int64]


@kernel
def clusters(first: Places, which: Places, count: int, group: Places) -> int:
    """Find the groups of tracks that share detections, directly or through others.

    Parameters
    ----------
    first, which
        Candidates.
    count : int
        Number of detections.
    group : int64 array
        On return the group of each place in the order of tracks; -1 for a track without candidates.

    Returns
    -------
    int
        How many groups there are.
    """
    owner = np.full(count, -1, dtype=np.int64)
    places = first.size - 1
    for k in range(places):
        group[k] = k
        for c in range(first[k], first[k + 1]):
            i = which[c]
            if owner[i] < 0:
                owner[i] = k
            else:
                a, b = owner[i], k
                while group[a] != a:
                    a = group[a]
                while group[b] != b:
                    b = group[b]
                # The lowest place is the root, so that roots come before what hangs on them.
                if a < b:
                    group[b] = a
                elif b < a:
                    group[a] = b
    found = 0
    for k in range(places):
        if first[k] == first[k + 1]:
            group[k] = -1
        elif group[k] == k:
            group[k] = -2 - found
            found += 1
        else:
            root = group[k]
            while root >= 0:
                root = group[root]
            group[k] = root
    for k in range(places):
        if group[k] < -1:
            group[k] = -2 - group[k]
    return found


@kernel
def members(group: Places, groups: int) -> tuple[Places, Places]:
    """List the places of each group: where each group's begin, and the places."""
    start = np.zeros(groups + 1, dtype=np.int64)
    for k in range(group.size):
        if group[k] >= 0:
            start[group[k] + 1] += 1
    for g in range(groups):
        start[g + 1] += start[g]
    listed = np.empty(start[groups], dtype=np.int64)
    at = start.copy()
    for k in range(group.size):
        if group[k] >= 0:
            listed[at[group[k]]] = k
            at[group[k]] += 1
    return start, listed


@kernel
def columns_of(places: Places, first: Places, which: Places, column: Places, names: Places) -> int:
    """Give numbers to a group's detections: write them into `column`, and list them in `names`."""
    count = 0
    for k in places:
        for c in range(first[k], first[k + 1]):
            if column[which[c]] < 0:
                column[which[c]] = count
                names[count] = which[c]
                count += 1
    return count
