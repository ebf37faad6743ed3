"""Place the names on a map so that they do not cover one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hoplon.report.svg import text_width

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A name that has found its place.

    Attributes
    ----------
    text : str
    x, y : float
        Left end of the base line, in pixels.
    box : tuple of float
        Left, top, right, bottom.
    anchor : tuple of float
        The point that it names.
    leader : bool
        Whether it stands so far off that a line should join the two.
    """

    text: str
    x: float
    y: float
    box: Box
    anchor: tuple[float, float]
    leader: bool


def place_labels(
    wanted: Sequence[tuple[str, float, float]],
    obstacles: Iterable[tuple[float, float, float]],
    width: float,
    height: float,
    size: float = 12.0,
) -> list[Label]:
    """Find a place for each name; the first come first.

    Each name tries places around its point, near ones before far ones, and takes the one that costs least:
    covering another name costs most, then leaving the picture, then covering a mark, then a line.

    Parameters
    ----------
    wanted : sequence of (text, x, y)
        The most important first.
    obstacles : iterable of (x, y, cost)
        Points better not covered.
    width, height : float
        Of the picture.
    size : float
        Letter size, pixels.

    Returns
    -------
    list of Label
        In the order of `wanted`. A name for which no place is free of other names is left out: no name is
        better than two that cannot be read.
    """
    points = list(obstacles)
    placed: list[Label] = []
    for text, x, y in wanted:
        best, lowest = None, float("inf")
        for candidate, distance in _candidates(text, x, y, size):
            box = candidate.box
            if any(_overlap(box, other.box) for other in placed):
                continue
            if box[0] < 2 or box[1] < 2 or box[2] > width - 2 or box[3] > height - 2:
                continue
            cost = distance + sum(
                weight
                for u, v, weight in points
                if box[0] - 2 <= u <= box[2] + 2 and box[1] - 1 <= v <= box[3] + 1
            )
            if cost < lowest:
                best, lowest = candidate, cost
        if best is not None:
            placed.append(best)
    return placed


def _candidates(text: str, x: float, y: float, size: float) -> Iterable[tuple[Label, float]]:
    wide, high = text_width(text, size), size
    for reach, cost in ((10.0, 0.0), (17.0, 6.0), (28.0, 14.0), (44.0, 24.0), (64.0, 36.0)):
        for u, v, dislike in _DIRECTIONS:
            left = x + u * reach - (wide if u < -0.1 else wide / 2 if abs(u) <= 0.1 else 0.0)
            top = y + v * reach - (high if v < -0.1 else high / 2 if abs(v) <= 0.1 else 0.0)
            box = (left, top, left + wide, top + high)
            yield Label(text, left, top + 0.8 * high, box, (x, y), reach > 12.0), cost + dislike


#: East first, as map makers do; then west, north-east, …; straight above and below last.
_DIRECTIONS = (
    (1.0, 0.0, 0.0),
    (-1.0, 0.0, 1.0),
    (0.75, -0.75, 1.5),
    (0.75, 0.75, 1.5),
    (-0.75, -0.75, 2.0),
    (-0.75, 0.75, 2.0),
    (0.0, -1.0, 2.5),
    (0.0, 1.0, 2.5),
)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] + 6 and b[0] < a[2] + 6 and a[1] < b[3] + 1 and b[1] < a[3] + 1
