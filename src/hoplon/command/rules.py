"""Rules of engagement: what is to be engaged, what is let pass, what needs a better look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hoplon.earth.geodesics import distance_km
from hoplon.track.impact import ImpactPrediction

#: Length of a degree of latitude at the equator, WGS-84, rounded down.
_SHORTEST_DEGREE_KM = 110.5


class Verdict(StrEnum):
    """What the rule says of a track."""

    ENGAGE = "engage"
    LET_PASS = "let_pass"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class DefendedGround:
    """A circle of ground to be defended.

    Attributes
    ----------
    name : str
    latitude_deg, longitude_deg : float
    radius_km : float
    value : float
        In the scenario's own measure.
    """

    name: str
    latitude_deg: float
    longitude_deg: float
    radius_km: float
    value: float = 1.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason.

    Attributes
    ----------
    verdict : Verdict
    asset : str
        The defended ground concerned, empty where there is none.
    why : str
    """

    verdict: Verdict
    asset: str
    why: str


def ground_at(
    latitude_deg: float, longitude_deg: float, defended: Sequence[DefendedGround], margin_km: float = 0.0
) -> DefendedGround | None:
    """Return the defended ground that a point falls on.

    Parameters
    ----------
    latitude_deg, longitude_deg : float
    defended : sequence of DefendedGround
    margin_km : float
        Widens every circle.

    Returns
    -------
    DefendedGround or None
        The one whose edge the point is deepest within.
    """
    deepest, found = 0.0, None
    for ground in defended:
        reach_km = ground.radius_km + margin_km
        # A degree of latitude is nowhere shorter than this: most grounds are ruled out without a geodesic.
        if abs(latitude_deg - ground.latitude_deg) * _SHORTEST_DEGREE_KM > reach_km:
            continue
        away_km = distance_km(latitude_deg, longitude_deg, ground.latitude_deg, ground.longitude_deg)
        if away_km - reach_km <= deepest:
            deepest, found = away_km - reach_km, ground
    return found


def defend_assets(
    prediction: ImpactPrediction, defended: Sequence[DefendedGround], *, widest_ellipse_km: float
) -> Judgement:
    """Engage what is predicted to fall on defended ground; let an overflight pass.

    The 95 % ellipse of the prediction is taken as a circle of its semi-major axis: the rule errs on the
    side of engaging.

    Parameters
    ----------
    prediction : ImpactPrediction
    defended : sequence of DefendedGround
    widest_ellipse_km : float
        A prediction with a larger 95 % semi-major axis decides nothing yet.

    Returns
    -------
    Judgement

    Notes
    -----
    Source: the rule that Japan's Ministry of Defense states for overflights (Defense of Japan 2018, III-1-2):
    a missile that will not fall on the territory is not intercepted.
    """
    if not prediction.semi_major_km <= widest_ellipse_km:
        return Judgement(
            Verdict.WAIT,
            "",
            f"impact known to {prediction.semi_major_km:.0f} km only: waits for a better track",
        )
    ground = ground_at(
        prediction.latitude_deg, prediction.longitude_deg, defended, margin_km=prediction.semi_major_km
    )
    if ground is None:
        return Judgement(Verdict.LET_PASS, "", "predicted to fall outside defended ground")
    return Judgement(Verdict.ENGAGE, ground.name, f"predicted to fall on {ground.name}")
