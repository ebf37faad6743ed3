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

from hoplon.command.rules import DefendedGround
from hoplon.earth.geodesics import azimuth_deg, distance_km
from hoplon.errors import InputError
from hoplon.track.impact import CHI_SQUARE_95, ImpactPrediction

Array = NDArray[np.float64]

#: Beyond so many standard deviations nothing falls (1e-19).
_FAR = 9.0
_PANELS, _ORDER = 24, 12
#: An ellipse narrower than a metre is as good as a line.
_LEAST_KM = 1e-3


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


def disc_probability(
    along_km: Array, across_km: Array, radius_km: Array, sigma_along_km: float, sigma_across_km: float
) -> Array:
    """Return the probability that a normally distributed point falls on each of several discs.

    Parameters
    ----------
    along_km, across_km : array of float
        Centres of the discs, from the mean, along the long and the short axis of the distribution.
    radius_km : array of float
        Of the discs, from 0.
    sigma_along_km, sigma_across_km : float
        Standard deviations along the two axes.

    Returns
    -------
    array of float

    Notes
    -----
    The integral over each chord along the long axis is a difference of normal distribution functions; the
    chords are summed by Gauss-Legendre quadrature in the angle theta, with y = y0 + R sin(theta), which takes
    the edges of the disc in its stride. The integral is that of DiDonato and Jarnagin, Math. Comput. 15
    (1961) 375; its order is ours. In the round case it is the offset circle probability, a noncentral
    chi-square distribution with two degrees of freedom.
    """
    from scipy.special import ndtr

    sigma_x, sigma_y = max(sigma_along_km, _LEAST_KM), max(sigma_across_km, _LEAST_KM)
    x0, y0, radius = (np.asarray(a, dtype=float)[:, None] for a in (along_km, across_km, radius_km))
    size = np.maximum(radius, 1e-12)
    low = np.arcsin(np.clip((np.maximum(y0 - size, -_FAR * sigma_y) - y0) / size, -1.0, 1.0))
    high = np.arcsin(np.clip((np.minimum(y0 + size, _FAR * sigma_y) - y0) / size, -1.0, 1.0))
    node, weight = np.polynomial.legendre.leggauss(_ORDER)
    panel = np.arange(_PANELS)[:, None]
    share = ((panel + 0.5 * (node + 1.0)) / _PANELS).ravel()
    theta = low + (high - low) * share
    y, half = y0 + size * np.sin(theta), size * np.cos(theta)
    # The smaller tail is differenced, so that far discs keep their digits.
    side = np.where(x0 > 0.0, -1.0, 1.0)
    chord = ndtr((side * x0 + half) / sigma_x) - ndtr((side * x0 - half) / sigma_x)
    density = np.exp(-0.5 * (y / sigma_y) ** 2) / (math.sqrt(2.0 * math.pi) * sigma_y)
    total = (density * chord * half) @ np.tile(weight, _PANELS) / (2.0 * _PANELS)
    probability: Array = np.clip(total * (high - low)[:, 0], 0.0, 1.0)
    return probability


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
