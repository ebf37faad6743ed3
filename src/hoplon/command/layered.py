"""Closed forms for layered defences: how many interceptors for how much protection.

Source: D. A. Wilkening, "A Simple Model for Calculating Ballistic Missile Defense Effectiveness", Science and
Global Security 8 (1999), pp. 183-215. All warheads are alike, all shots independent, each warhead is tracked
(and told from decoys) or not for the whole layer; the number of warheads is known. A first check of any
battle, and the arithmetic behind most public claims.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from hoplon.errors import InputError


def _probability(name: str, value: float) -> float:
    if not 0.0 <= value <= 1.0:
        raise InputError(f"{name} is {value:g}", remedy="Write a probability, from 0 to 1.")
    return value


def _count(name: str, value: int, least: int) -> int:
    if value < least:
        raise InputError(f"{name} is {value}", remedy=f"Write a number from {least}.")
    return value


def kill_of_one_warhead(track_probability: float, single_shot_kill_probability: float, shots: float) -> float:
    """Return K = P_track (1 - (1 - SSPK)^n), the probability of killing one warhead.

    Parameters
    ----------
    track_probability : float
        That the warhead is detected, tracked and taken for what it is: common to all shots at it.
    single_shot_kill_probability : float
    shots : float
        Shots at this warhead; fractions interpolate between whole shots.

    Returns
    -------
    float
    """
    track = _probability("track_probability", track_probability)
    single = _probability("single_shot_kill_probability", single_shot_kill_probability)
    if shots < 0.0:
        raise InputError(f"shots is {shots:g}", remedy="Write a number from 0.")
    return float(track * (1.0 - (1.0 - single) ** shots))


def no_leaker_probability(kill_probability: float, warheads: int) -> float:
    """Return P(0) = K^W, the probability that no warhead gets through.

    Parameters
    ----------
    kill_probability : float
        Of one warhead.
    warheads : int

    Returns
    -------
    float
    """
    return float(_probability("kill_probability", kill_probability) ** _count("warheads", warheads, 0))


def kill_through_layers(kill_probabilities: Iterable[float]) -> float:
    """Return 1 - prod (1 - K_l), the kill probability of one warhead through independent layers.

    Parameters
    ----------
    kill_probabilities : iterable of float
        Of each layer. Layers that share a radar or a track are not independent, and this is then too high.

    Returns
    -------
    float
    """
    return 1.0 - math.prod(1.0 - _probability("kill_probabilities", kill) for kill in kill_probabilities)


def least_track_probability(no_leakers: float, warheads: int) -> float:
    """Return P(0)^(1/W), below which no number of interceptors reaches the goal.

    Parameters
    ----------
    no_leakers : float
        The goal for P(0).
    warheads : int

    Returns
    -------
    float
    """
    return float(_probability("no_leakers", no_leakers) ** (1.0 / _count("warheads", warheads, 1)))


def shots_per_warhead(
    warheads: int, no_leakers: float, track_probability: float, single_shot_kill_probability: float
) -> float:
    """Return n = ln(1 - P(0)^(1/W) / P_track) / ln(1 - SSPK), in fractions of a shot.

    Parameters
    ----------
    warheads : int
    no_leakers : float
        The goal for P(0).
    track_probability, single_shot_kill_probability : float

    Returns
    -------
    float

    Raises
    ------
    InputError
        If the track probability is not above `least_track_probability`: no number of shots is then enough.
    """
    track = _probability("track_probability", track_probability)
    single = _probability("single_shot_kill_probability", single_shot_kill_probability)
    least = least_track_probability(no_leakers, warheads)
    if least == 0.0:
        return 0.0
    if least > track or (least == track and single < 1.0) or single == 0.0:
        raise InputError(
            f"no number of shots stops all of {warheads} warheads with probability {no_leakers:g} at "
            f"track_probability {track:g} and single_shot_kill_probability {single:g}",
            remedy=f"The track probability must exceed {least:.4f}, the kill probability 0.",
        )
    if single == 1.0:
        return 1.0
    return math.log(1.0 - least / track) / math.log(1.0 - single)


def barrage_interceptors(
    warheads: int,
    no_leakers: float,
    track_probability: float,
    single_shot_kill_probability: float,
    *,
    decoys: int = 0,
) -> float:
    """Return (W + D) n, the interceptors that a barrage needs.

    Parameters
    ----------
    warheads : int
    no_leakers : float
        The goal for P(0).
    track_probability, single_shot_kill_probability : float
    decoys : int
        Objects that cannot be told from warheads, each fired at like one.

    Returns
    -------
    float
    """
    n = shots_per_warhead(warheads, no_leakers, track_probability, single_shot_kill_probability)
    return (warheads + _count("decoys", decoys, 0)) * n


def shoot_look_shoot_interceptors(
    warheads: int, no_leakers: float, track_probability: float, single_shot_kill_probability: float
) -> float:
    """Return W P_track (1 + (1 - SSPK)(n - 1)), expected interceptors if misses alone are shot at again.

    One shot first, then the other n - 1 at those that it missed; warheads that are not tracked draw no shot.
    Kill assessment is perfect and there is time for the second look.

    Parameters
    ----------
    warheads : int
    no_leakers : float
        The goal for P(0).
    track_probability, single_shot_kill_probability : float

    Returns
    -------
    float
    """
    n = shots_per_warhead(warheads, no_leakers, track_probability, single_shot_kill_probability)
    return warheads * track_probability * (1.0 + (1.0 - single_shot_kill_probability) * (n - 1.0))


@dataclass(frozen=True, slots=True)
class WholeShots:
    """A barrage in whole shots, spread as evenly as it can be.

    Attributes
    ----------
    interceptors : int
    shots : int
        What most or all warheads get at least.
    warheads_with_one_more : int
        How many warheads get ``shots + 1``.
    no_leaker_probability : float
        What this barrage achieves.
    """

    interceptors: int
    shots: int
    warheads_with_one_more: int
    no_leaker_probability: float


def whole_shot_barrage(
    warheads: int, no_leakers: float, track_probability: float, single_shot_kill_probability: float
) -> WholeShots:
    """Find the fewest whole interceptors whose barrage reaches a goal for P(0).

    ln K(n) is concave in n, so of all ways to spread a number of interceptors the most even has the greatest
    P(0) = K(n)^(W - m) K(n + 1)^m, with m warheads that get one more.

    Parameters
    ----------
    warheads : int
    no_leakers : float
        The goal for P(0).
    track_probability, single_shot_kill_probability : float

    Returns
    -------
    WholeShots
    """
    n = shots_per_warhead(warheads, no_leakers, track_probability, single_shot_kill_probability)
    # The continuous solution is a lower bound, by the same concavity; a hair less against rounding.
    total = max(0, math.ceil(warheads * n - 1e-9))
    while True:
        shots, more = divmod(total, warheads)
        few = kill_of_one_warhead(track_probability, single_shot_kill_probability, shots)
        many = kill_of_one_warhead(track_probability, single_shot_kill_probability, shots + 1)
        achieved = few ** (warheads - more) * many**more
        if achieved >= no_leakers - 1e-12:
            return WholeShots(total, shots, more, achieved)
        total += 1
