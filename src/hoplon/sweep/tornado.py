"""Tornado: each open value of a scenario moved by itself to the ends of its own range; groups beside it.

Source: Eschenbach, Interfaces 22 (1992) no. 6, 40. One value at a time shows no interaction: see
`hoplon.sweep.sobol` for that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hoplon.result.decides import Bar, Place, Profile
from hoplon.result.model import Swing
from hoplon.scenario import Scenario
from hoplon.studies.pool import World
from hoplon.studies.swings import ALL_AT_ONCE, swing
from hoplon.studies.swings import worlds as swing_worlds
from hoplon.sweep.factors import Factor, factors, of_scale, values_at, world_at
from hoplon.sweep.wording import spoken

#: Evaluates blocks of worlds: the expected leakage of each, in the order of the blocks.
Evaluate = Callable[[Iterator[Sequence[World]], int], list[list[float]]]

#: Worlds that share a picture are computed so many at a time.
_TOGETHER = 10
#: Places of a profile, ends included.
PROFILE_PLACES = 9


@dataclass(frozen=True, slots=True)
class Tornado:
    """What came of moving values.

    Attributes
    ----------
    leakage : float
        Expected at best values.
    groups : tuple of Swing
        The widest first, all at once at the end.
    bars : tuple of Bar
        The widest first.
    factors : tuple of Factor
        In the order of the bars.
    """

    leakage: float
    groups: tuple[Swing, ...]
    bars: tuple[Bar, ...]
    factors: tuple[Factor, ...]


def tornado(scenario: Scenario, evaluate: Evaluate) -> Tornado:
    """Move each open value of a scenario by itself, and each group of values that carry one doubt.

    Parameters
    ----------
    scenario : Scenario
        One whose defence engages.
    evaluate : callable
        See `Evaluate`.

    Returns
    -------
    Tornado
    """
    moved = factors(scenario)
    moves = swing_worlds(scenario)
    # What differs in command alone sees the same picture as the scenario itself: in blocks that share it.
    together: list[World] = [World(scenario)]
    apart: list[list[World]] = []
    where: dict[tuple[str, int], tuple[bool, int]] = {}
    pairs: list[tuple[tuple[str, int], bool, list[World]]] = [
        (("move", number), move.of_command, [move.against, move.in_favour])
        for number, move in enumerate(moves)
    ]
    pairs += [
        (("factor", number), factor.of_command, [world_at(scenario, factor, end) for end in (0.0, 1.0)])
        for number, factor in enumerate(moved)
    ]
    for key, of_command, ends in pairs:
        where[key] = (of_command, len(together) if of_command else len(apart))
        if of_command:
            together += ends
        else:
            apart.append(ends)
    shared = [together[at : at + _TOGETHER] for at in range(0, len(together), _TOGETHER)]
    found = evaluate(iter([*shared, *apart]), len(together) + 2 * len(apart))
    leaks = [leak for block in found[: len(shared)] for leak in block]
    best = leaks[0]

    def ends_of(key: tuple[str, int]) -> tuple[float, float]:
        of_command, at = where[key]
        low, high = leaks[at : at + 2] if of_command else found[len(shared) + at]
        return low, high

    groups = [
        swing(move.name, move.paths, best, *ends_of(("move", number))) for number, move in enumerate(moves)
    ]
    made = [
        (Bar(factor.name, spoken(factor.name), factor.readings, low, best, high), factor)
        for number, factor in enumerate(moved)
        for low, high in [ends_of(("factor", number))]
    ]
    made.sort(key=lambda pair: (-_or_nothing(pair[0].reach), pair[0].name))
    return Tornado(
        leakage=best,
        groups=tuple(sorted(groups, key=lambda s: (s.name == ALL_AT_ONCE, -_span(s)))),
        bars=tuple(bar for bar, _ in made),
        factors=tuple(factor for _, factor in made),
    )


def profile(scenario: Scenario, factor: Factor, evaluate: Evaluate, places: int = PROFILE_PLACES) -> Profile:
    """Walk through the range of one factor at stated places.

    Parameters
    ----------
    scenario : Scenario
    factor : Factor
    evaluate : callable
    places : int
        Evenly spread, ends included; nothing is searched for between them.

    Returns
    -------
    Profile
        Without a level.
    """
    shares = [number / (places - 1) for number in range(places)]
    worlds = [world_at(scenario, factor, share) for share in shares]
    blocks = [worlds] if factor.of_command else [[world] for world in worlds]
    leaks = [leak for block in evaluate(iter(blocks), places) for leak in block]
    return Profile(
        name=factor.name,
        label=spoken(factor.name),
        readings=factor.readings,
        places=tuple(
            Place(values_at(scenario, factor, share), leak) for share, leak in zip(shares, leaks, strict=True)
        ),
        level=math.nan,
        crossings=(),
        logarithmic=of_scale(factor),
    )


def with_level(walked: Profile, level: float) -> Profile:
    """Find where a profile crosses a level, on the straight line between neighbouring places.

    Parameters
    ----------
    walked : Profile
    level : float

    Returns
    -------
    Profile
    """
    crossings = []
    for number, (one, other) in enumerate(pairwise(place.leakage for place in walked.places)):
        if (one > level) != (other > level) and not math.isnan(one + other):
            crossings.append(number + (level - one) / (other - one))
    return replace(walked, level=level, crossings=tuple(crossings))


def value_at(walked: Profile, place: float, reading: int = 0) -> float:
    """Return a value of a profile between two of its places.

    Parameters
    ----------
    walked : Profile
    place : float
        Number of a place, with a fraction.
    reading : int

    Returns
    -------
    float
    """
    number = min(int(place), len(walked.places) - 2)
    a, b = (walked.places[number + step].values[reading] for step in (0, 1))
    share = place - number
    return a * (b / a) ** share if walked.logarithmic else a + share * (b - a)


def _or_nothing(reach: float) -> float:
    return -1.0 if math.isnan(reach) else reach


def _span(moved: Swing) -> float:
    ends = (moved.leakage_at_low, moved.leakage_at_best, moved.leakage_at_high)
    return -1.0 if any(map(math.isnan, ends)) else max(ends) - min(ends)
