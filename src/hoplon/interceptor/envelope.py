"""How far and how high the burnout speed alone would carry an interceptor, beside what is claimed for it.

Published altitudes and ranges are *limits* of an `Interceptor`, not results. Here they are left out: the
highest point of a shot straight up, and the longest ground distance at which a path still comes through the
lowest altitude of an intercept, by the fly-out of `hoplon.interceptor.flyout`. Nothing else holds it back
here: no life of a kill vehicle, no radar, no time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from hoplon.interceptor.flyout import EARTH_GM_M3_S2, EARTH_RADIUS_M, LOWEST_CLIMB_DEG, FlyoutPath, fly_out
from hoplon.interceptor.model import Interceptor

_GOLDEN = 0.5 * (math.sqrt(5.0) - 1.0)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The ballistic reach of one set of values.

    Attributes
    ----------
    burnout_speed_m_s, boost_time_s : float
        The values.
    highest_m : float
        Highest point of a shot straight up.
    longest_m : float
        Longest ground distance at the lowest altitude of an intercept; 0 where that is not reached.
    soonest_s : float
        Time to the lowest altitude straight up; NaN where it is not reached.
    """

    burnout_speed_m_s: float
    boost_time_s: float
    highest_m: float
    longest_m: float
    soonest_s: float


@dataclass(frozen=True, slots=True)
class Reach:
    """The ballistic reach over the ranges of burnout speed and boost time.

    Attributes
    ----------
    low, best, high : Envelope
        Slowest and longest boost, best values, fastest and shortest boost.
    """

    low: Envelope
    best: Envelope
    high: Envelope


#: What the fly-out says of a claim.
Verdict = Literal["reached", "reached above the best values", "not reached"]


def _coast_s(speed_m_s: float) -> float:
    """Return how long a path is followed after its boost: up and down again, straight up, and a tenth more.

    Derived here: the way up takes v / g at constant gravity, longer by 1 / (1 - v^2 / 2 g R) on a round
    Earth. That is no bound: against Kepler's radial ellipse the whole is 1.04 of the way up and down at 4.5
    km/s, 1.00 at 5.5 and 0.82 at 8.3. Steep paths are then cut on their way down, which moves neither the top
    nor the farthest point (by 3e-5 at most, up to 8.3 km/s); longer steps would blur both.
    """
    gravity = EARTH_GM_M3_S2 / EARTH_RADIUS_M**2
    share = min(speed_m_s**2 / (2.0 * gravity * EARTH_RADIUS_M), 0.85)
    return 2.2 * speed_m_s / gravity / (1.0 - share)


def _longest(path: FlyoutPath, altitude_m: float) -> float:
    """Return where a path falls through an altitude; 0 where it does not come so high."""
    top = int(np.argmax(path.altitude_m))
    if path.altitude_m[top] < altitude_m:
        return 0.0
    return float(np.interp(-altitude_m, -path.altitude_m[top:], path.downrange_m[top:]))


def envelope(interceptor: Interceptor) -> Envelope:
    """Fly an interceptor as far and as high as its burnout speed carries it.

    Parameters
    ----------
    interceptor : Interceptor
        Of its limits only the lowest altitude counts.

    Returns
    -------
    Envelope
        To 0.1 %.
    """
    coast_s = _coast_s(interceptor.burnout_speed_m_s)
    lowest_m = interceptor.minimum_altitude_m
    upward = fly_out(interceptor, 90.0, coast_s=coast_s)
    top = int(np.argmax(upward.altitude_m))
    near = slice(max(top - 1, 0), top + 2)
    rise = np.polyfit(upward.t_s[near] - upward.t_s[top], upward.altitude_m[near] - upward.altitude_m[top], 2)
    highest_m = float(upward.altitude_m[top] - rise[1] ** 2 / (4.0 * rise[0]))
    soonest_s = math.nan
    if highest_m >= lowest_m:
        soonest_s = float(np.interp(lowest_m, upward.altitude_m[: top + 1], upward.t_s[: top + 1]))

    def distance(climb_deg: float) -> float:
        return _longest(fly_out(interceptor, climb_deg, coast_s=coast_s), lowest_m)

    climbs = np.linspace(LOWEST_CLIMB_DEG, 88.0, 15)
    found = [distance(float(climb)) for climb in climbs]
    # Golden section (Kiefer, Proc. Am. Math. Soc. 4 (1953) 502) between the neighbours of the farthest.
    place = int(np.argmax(found))
    low, high = float(climbs[max(place - 1, 0)]), float(climbs[min(place + 1, climbs.size - 1)])
    best = found[place]
    while high - low > 0.2:
        a, b = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        at_a, at_b = distance(a), distance(b)
        best = max(best, at_a, at_b)
        low, high = (low, b) if at_a > at_b else (a, high)
    return Envelope(
        interceptor.burnout_speed_m_s, interceptor.boost_time_s, max(highest_m, 0.0), best, soonest_s
    )


def reach(interceptor: Interceptor, speeds_m_s: Sequence[float], boosts_s: Sequence[float]) -> Reach:
    """Fly an interceptor at the low, best and high ends of what is known of its boost.

    Parameters
    ----------
    interceptor : Interceptor
    speeds_m_s, boosts_s : sequence of three floats
        Low, best and high burnout speed, and boost time: the low speed goes with the long boost.

    Returns
    -------
    Reach
    """
    pairs = zip(speeds_m_s, reversed(boosts_s), strict=True)
    low, best, high = (
        envelope(replace(interceptor, burnout_speed_m_s=speed, boost_time_s=boost)) for speed, boost in pairs
    )
    return Reach(low, best, high)


def judged(claimed: float, low: float, best: float, high: float) -> Verdict:
    """Say whether a claimed altitude or distance lies within a reach.

    Parameters
    ----------
    claimed : float
    low, best, high : float
        Of the reach, in the claim's unit.

    Returns
    -------
    str
    """
    if claimed <= best:
        return "reached"
    return "reached above the best values" if claimed <= max(low, high) else "not reached"
