"""Outlines of cells that belong together, so that a map of thousands of cells is a few paths."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hoplon.report.geography import View
from hoplon.result.map_facts import edges

Corner = tuple[int, int]

#: A straight run of edges keeps every so many corners: parallels are curved on the map.
_EVERY = 4


def outlines(mask: NDArray[np.bool_]) -> list[list[Corner]]:
    """Trace the borders of the cells that are marked.

    Parameters
    ----------
    mask : ndarray of bool, shape (ny, nx)

    Returns
    -------
    list of list of (row, column)
        Closed rings of corners (the first is not repeated), the marked cells to the left: outer rings
        counter-clockwise where rows go north. Cells that touch at a corner only have rings of their own.
    """
    ways = _border_ways(mask)
    rings = []
    while ways:
        start = next(iter(ways))
        ring = [start]
        here, step = start, None
        while True:
            ends = ways[here]
            there = _leftmost(here, step, ends)
            ends.remove(there)
            if not ends:
                del ways[here]
            step = (there[0] - here[0], there[1] - here[1])
            here = there
            if here == start:
                break
            ring.append(here)
        rings.append(_thinned(ring))
    return rings


def _border_ways(mask: NDArray[np.bool_]) -> dict[Corner, list[Corner]]:
    wide = np.pad(mask, 1)
    ways: dict[Corner, list[Corner]] = defaultdict(list)
    inside = wide[1:-1, 1:-1]
    # Neighbour without a mark below, to the right, above, to the left; the edge with the cell on its left.
    for beside, start, end in (
        (wide[:-2, 1:-1], (0, 0), (0, 1)),
        (wide[1:-1, 2:], (0, 1), (1, 1)),
        (wide[2:, 1:-1], (1, 1), (1, 0)),
        (wide[1:-1, :-2], (1, 0), (0, 0)),
    ):
        for i, j in np.argwhere(inside & ~beside).tolist():
            ways[i + start[0], j + start[1]].append((i + end[0], j + end[1]))
    return dict(ways)


def _leftmost(here: Corner, step: Corner | None, ends: list[Corner]) -> Corner:
    if step is None or len(ends) == 1:
        return ends[0]
    left = (here[0] + step[1], here[1] - step[0])
    return left if left in ends else ends[0]


def _thinned(ring: list[Corner]) -> list[Corner]:
    kept = []
    for place, (i, j) in enumerate(ring):
        before, after = ring[place - 1], ring[(place + 1) % len(ring)]
        straight = before[0] == i == after[0] or before[1] == j == after[1]
        if not straight or (i + j) % _EVERY == 0:
            kept.append((i, j))
    return kept


def cells_path(mask: NDArray[np.bool_], latitude_deg: Any, longitude_deg: Any, view: View) -> str:
    """Draw the cells that are marked as one SVG path.

    Parameters
    ----------
    mask : ndarray of bool, shape (ny, nx)
    latitude_deg, longitude_deg : array
        Centres of the cells.
    view : View

    Returns
    -------
    str
        The data of a path; empty where none is marked.
    """
    high, wide = edges(latitude_deg), edges(longitude_deg)
    parts = []
    for ring in outlines(mask):
        rows, columns = np.array(ring).T
        corners = np.round(view.pixels(high[rows], wide[columns]), 1)
        moves = np.round(np.diff(corners, axis=0), 1)
        first = corners[0]
        steps = " ".join(f"{x:g} {y:g}" for x, y in moves.tolist())
        parts.append(f"M{first[0]:g} {first[1]:g}l{steps}z")
    return "".join(parts)
