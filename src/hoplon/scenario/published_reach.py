"""What is claimed for an interceptor, beside what its burnout speed gives."""

from __future__ import annotations

from dataclasses import dataclass

from hoplon.cited import Cited, Mark
from hoplon.interceptor.envelope import Reach, judged, reach
from hoplon.interceptor.model import Interceptor
from hoplon.scenario.entries import InterceptorEntry

#: The keys of the claims, what they are, and the field of an envelope that answers them.
CLAIMS = (
    ("maximum_altitude_km", "highest altitude", "highest_m"),
    ("range_km", "longest ground distance, at the lowest altitude", "longest_m"),
)


@dataclass(frozen=True, slots=True)
class ReachRow:
    """A published claim and the computed reach.

    Attributes
    ----------
    key, what : str
        The catalogue's key, and what it is.
    claimed : Cited
    low_km, best_km, high_km : float
        Computed at the low, best and high ends of burnout speed (and the long, best and short boost).
    verdict : str
        ``reached``, ``reached above the best values`` or ``not reached``: of the claim's best value; where
        nothing is published, ``assumed, no claim``.
    """

    key: str
    what: str
    claimed: Cited
    low_km: float
    best_km: float
    high_km: float
    verdict: str


def interceptor_of(entry: InterceptorEntry) -> Interceptor:
    """Return an interceptor of the catalogue at its best values.

    Parameters
    ----------
    entry : InterceptorEntry

    Returns
    -------
    Interceptor
    """
    return Interceptor(
        name=entry.id,
        burnout_speed_m_s=entry.burnout_speed_km_s.best * 1e3,
        boost_time_s=entry.boost_time_s.best,
        minimum_altitude_m=entry.minimum_intercept_altitude_km.best * 1e3,
        maximum_altitude_m=entry.maximum_altitude_km.best * 1e3,
        maximum_range_m=entry.range_km.best * 1e3,
        launch_interval_s=entry.launch_interval_s.best,
        preparation_s=entry.preparation_time_s.best,
        handover_basket_m=entry.handover_basket_km.best * 1e3,
    )


def reach_of(entry: InterceptorEntry) -> Reach:
    """Fly an interceptor over the ranges of its burnout speed and boost time.

    Parameters
    ----------
    entry : InterceptorEntry

    Returns
    -------
    Reach
    """
    speed, boost = entry.burnout_speed_km_s, entry.boost_time_s
    speeds = (speed.low * 1e3, speed.best * 1e3, speed.high * 1e3)
    return reach(interceptor_of(entry), speeds, (boost.low, boost.best, boost.high))


def published_reach(entry: InterceptorEntry) -> tuple[ReachRow, ...]:
    """Set the published altitude and range beside the computed ones.

    Parameters
    ----------
    entry : InterceptorEntry

    Returns
    -------
    tuple of ReachRow
    """
    flown = reach_of(entry)
    rows = []
    for key, what, field in CLAIMS:
        claimed: Cited = getattr(entry, key)
        low, best, high = (getattr(part, field) / 1e3 for part in (flown.low, flown.best, flown.high))
        assumed = claimed.mark is Mark.ASSUMED
        verdict = "assumed, no claim" if assumed else judged(claimed.best, low, best, high)
        rows.append(ReachRow(key, what, claimed, low, best, high, verdict))
    return tuple(rows)
