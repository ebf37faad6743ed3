"""Break-even: at which value of one quantity of the defence an answer crosses a level."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from hoplon.errors import InputError
from hoplon.result.decides import BreakEven, Crossing, Reading
from hoplon.sweep.wording import spoken

#: Places of the first scan, ends included, and how often each crossing found is halved after that.
SCAN = 9
HALVINGS = 6

Evaluate = Callable[[Sequence[float]], Sequence[float]]


def break_even(
    evaluate: Evaluate,
    reading: Reading,
    level: float,
    *,
    logarithmic: bool = False,
    whole: bool = False,
    scan: int = SCAN,
    halvings: int = HALVINGS,
) -> BreakEven:
    """Find where the leakage crosses a level.

    Parameters
    ----------
    evaluate : callable
        Takes values of the quantity, as many as there are at a time, and returns the leakage at each.
    reading : Reading
        The quantity; its range is searched.
    level : float
        Leakage, above 0 and below 1.
    logarithmic : bool
        Search evenly in the logarithm; the range must be above 0.
    whole : bool
        Whole numbers only: each crossing is followed up to neighbours.
    scan : int
        Places of the first look, ends included. What crosses and crosses back between two of them is missed.
    halvings : int
        How often the room of a crossing is halved after that.

    Returns
    -------
    BreakEven
        With every crossing that the scan finds: an answer need not move one way only.

    Raises
    ------
    InputError
        For a level that is none, or a range without room.

    Notes
    -----
    Bisection, since an answer is a step function of some quantities (the clock of a battle ticks, and a
    battery either reaches or does not): it holds a crossing between two values whatever its shape. Source:
    Press et al., *Numerical Recipes* (3rd ed. 2007), section 9.1.1.
    """
    if not 0.0 < level < 1.0:
        raise InputError(
            f"the level is {level:g}",
            where="--leakage",
            remedy="Write a share above 0 and below 1, as in 0.2.",
        )
    low, high = reading.low, reading.high
    if not low < high or (logarithmic and low <= 0.0):
        raise InputError(f"{reading.path} has no range to search", remedy="State one: --range LOW,HIGH.")

    def at(share: float) -> float:
        value = low * (high / low) ** share if logarithmic else low + share * (high - low)
        value = min(max(value, low), high)
        return float(round(value)) if whole else value

    known: dict[float, float] = {}

    def look(values: Sequence[float]) -> None:
        new = sorted({value for value in values if value not in known})
        if new:
            known.update(zip(new, evaluate(new), strict=True))

    look([at(share) for share in np.linspace(0.0, 1.0, scan).tolist()])
    for _ in range(64 if whole else halvings):
        middles = [_middle(a, b, logarithmic=logarithmic, whole=whole) for a, b in _crossed(known, level)]
        wanted = [middle for middle in middles if middle not in known]
        if not wanted:
            break
        look(wanted)
    return BreakEven(
        reading=reading,
        label=spoken(reading.path),
        level=level,
        crossings=tuple(Crossing(a, b, known[a], known[b]) for a, b in _crossed(known, level)),
        points=tuple(sorted(known.items())),
        logarithmic=logarithmic,
    )


def _crossed(known: dict[float, float], level: float) -> list[tuple[float, float]]:
    """Return neighbouring values of which one lies above the level and one at it or below it."""
    order = [value for value in sorted(known) if not math.isnan(known[value])]
    return [(a, b) for a, b in pairwise(order) if (known[a] > level) != (known[b] > level)]


def _middle(a: float, b: float, *, logarithmic: bool, whole: bool) -> float:
    if whole:  # neighbours have nothing between them: the lower one is known, and ends the search
        return float((int(a) + int(b)) // 2)
    return math.sqrt(a * b) if logarithmic else 0.5 * (a + b)
