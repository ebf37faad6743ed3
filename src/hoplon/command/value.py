"""What a threat is worth engaging: the defended value that its predicted impact ellipse covers.

The impact is taken as normally distributed about the prediction. Each defended ground is a disc with a value,
for instance the share of the population that lives there; a threat is worth the sum over the grounds of value
times the probability that it falls on them. What it would do there is no question of this package.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.command.disc import disc_probability
from hoplon.command.rules import DefendedGround
from hoplon.earth.geodesics import azimuth_deg, distance_km
from hoplon.errors import InputError
from hoplon.track.impact import CHI_SQUARE_95, ImpactPrediction

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ThreatValue:
    """The defended value that a threat is expected to fall on.

    Attributes
    ----------
    value : float
        Expected, in the unit of the values given.
    probability : tuple of float
        That it falls on each ground, in their order.
    """

    value: float
    probability: tuple[float, ...]


def threat_value(
    prediction: ImpactPrediction, defended: Sequence[DefendedGround], value: Sequence[float] | Array
) -> ThreatValue:
    """Return how much defended value a threat is expected to fall on.

    Parameters
    ----------
    prediction : ImpactPrediction
        Its 95 % ellipse gives the standard deviations.
    defended : sequence of DefendedGround
    value : sequence of float
        Of each ground, from 0. Where grounds overlap, both count.

    Returns
    -------
    ThreatValue

    Raises
    ------
    InputError
        If there are not as many values as grounds, or one is negative.

    Notes
    -----
    Places are laid out flat by distance and direction from the prediction (azimuthal equidistant; Snyder, Map
    Projections, USGS Professional Paper 1395, 1987, chapter 25), which widens what lies 500 km away by 0.1 %.
    """
    worth = np.asarray(value, dtype=float)
    if worth.shape != (len(defended),):
        raise InputError(
            f"{worth.size} values for {len(defended)} defended grounds", remedy="Give one for each ground."
        )
    if not (np.isfinite(worth).all() and (worth >= 0.0).all()):
        raise InputError("value holds a number that is negative or not finite", remedy="Write from 0.")
    if not defended:
        return ThreatValue(0.0, ())
    here = prediction.latitude_deg, prediction.longitude_deg
    away = np.array([distance_km(*here, g.latitude_deg, g.longitude_deg) for g in defended])
    bearing = np.array([azimuth_deg(*here, g.latitude_deg, g.longitude_deg) for g in defended])
    turn = np.radians(bearing - prediction.orientation_deg)
    probability = disc_probability(
        away * np.cos(turn),
        away * np.sin(turn),
        np.array([g.radius_km for g in defended]),
        prediction.semi_major_km / math.sqrt(CHI_SQUARE_95),
        prediction.semi_minor_km / math.sqrt(CHI_SQUARE_95),
    )
    return ThreatValue(float(probability @ worth), tuple(float(p) for p in probability))
