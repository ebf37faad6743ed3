"""Warning of the public: how likely a place is to be hit or passed over, and when people are told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.command.rules import DefendedGround
from hoplon.earth.planet import SPHERE_NOT_ROTATING, WGS84
from hoplon.track.impact import CHI_SQUARE_95, ImpactPrediction

Array = NDArray[np.float64]

#: Of the half axis of a 95 % ellipse, the standard deviation.
_SIGMA = 1.0 / math.sqrt(CHI_SQUARE_95)
#: Farther than this many standard deviations from the prediction nothing falls: 1 in 10^9 does.
_FAR = 6.0
#: A prediction that is known exactly would have no ellipse to integrate over.
_LEAST_SIGMA_KM = 1e-6
#: Nodes and weights of the integral over the circle.
_NODES, _WEIGHTS = (a.tolist() for a in np.polynomial.legendre.leggauss(24))
_ROOT_2 = math.sqrt(2.0)
#: Half a step of a predicted path and more, km: what a point of it may be off the nearest place of the path.
_STEP_KM = 20.0
#: Distances on the ground are those of a sphere: to a third of a per cent.
RADIUS_KM = SPHERE_NOT_ROTATING.equatorial_radius_m / 1e3


def alert_time_s(
    first_known_s: float, first_prediction_s: float, delay_s: float, dissemination_s: float = 0.0
) -> float:
    """Return when the public is alerted.

    The delay runs from the first report of the launch (a satellite's, or a firm track), since officials
    prepare the message while the track is still being formed; no alert goes out before there is an impact
    prediction that concerns the ground to be warned.

    Parameters
    ----------
    first_known_s : float
        First report of the launch.
    first_prediction_s : float
        First impact prediction, or predicted overflight, that concerns the ground to be warned.
    delay_s : float
        From first report to the order to warn.
    dissemination_s : float
        From the order until the message is heard.

    Returns
    -------
    float

    Notes
    -----
    Source of the structure: the published minutes of 2017-08-29 and 2017-09-15 (launch to alert 240 s and
    180 s), and of the lofted shots for which alerts waited for a predicted landfall.
    """
    return max(first_known_s + delay_s, first_prediction_s) + dissemination_s


def hit_probability(
    long_km: float, short_km: float, sigma_long: float, sigma_short: float, r: float
) -> float:
    """Return the probability that a normal distribution in the plane gives to a circle.

    Parameters
    ----------
    long_km, short_km : float
        From the middle of the circle to that of the distribution, along the two axes of the latter.
    sigma_long, sigma_short : float
        Standard deviations along the axes, km.
    r : float
        Radius of the circle, km.

    Returns
    -------
    float
        By Gauss's rule with 24 nodes over the circle, as far as six standard deviations reach.

    Notes
    -----
    Source: the definition, the integral of N(x; a, σ₁) N(y; b, σ₂) over x² + y² ≤ r², with the inner integral
    as a difference of error functions and y = r sin θ. For σ₁ = σ₂ = σ it is one minus Marcum's function
    Q₁(d/σ, r/σ).
    """
    # The outer integral runs across the narrow axis: there the chord is nearly the same everywhere.
    low, high = max(-r, short_km - _FAR * sigma_short), min(r, short_km + _FAR * sigma_short)
    if low >= high or abs(long_km) - r > _FAR * sigma_long:
        return 0.0
    first, last = math.asin(low / r), math.asin(high / r)
    middle, half = 0.5 * (first + last), 0.5 * (last - first)
    total = 0.0
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        angle = middle + half * node
        chord = r * math.cos(angle)
        away = (r * math.sin(angle) - short_km) / sigma_short
        right, left = (chord - long_km) / (_ROOT_2 * sigma_long), (chord + long_km) / (_ROOT_2 * sigma_long)
        total += weight * chord * math.exp(-0.5 * away * away) * (math.erf(right) + math.erf(left))
    return min(0.5 * half * total / (math.sqrt(2.0 * math.pi) * sigma_short), 1.0)


@dataclass(frozen=True)
class WarnedGround:
    """Places that are warned, ready for many predictions.

    Attributes
    ----------
    places : tuple of DefendedGround
    unit : array, shape (n, 3)
        Their geocentric directions.
    radius_km : array, shape (n,)
    """

    places: tuple[DefendedGround, ...]
    unit: Array
    radius_km: Array

    @classmethod
    def of(cls, places: Sequence[DefendedGround]) -> WarnedGround:
        """Make them of circles on the ground.

        Parameters
        ----------
        places : sequence of DefendedGround

        Returns
        -------
        WarnedGround
        """
        degrees = np.array([(p.latitude_deg, p.longitude_deg) for p in places]).reshape(-1, 2)
        radius = np.array([p.radius_km for p in places], dtype=np.float64)
        return cls(tuple(places), directions(degrees[:, 0], degrees[:, 1]), radius)

    def hit(self, prediction: ImpactPrediction) -> Array:
        """Return with which probability the predicted object falls on each place.

        Parameters
        ----------
        prediction : ImpactPrediction

        Returns
        -------
        array, shape (n,)
        """
        out = np.zeros(len(self.places))
        longitude = math.radians(prediction.longitude_deg)
        down = directions(np.array([prediction.latitude_deg]), np.array([prediction.longitude_deg]))[0]
        cosine = self.unit @ down
        sigma_long = max(prediction.semi_major_km * _SIGMA, _LEAST_SIGMA_KM)
        sigma_short = max(prediction.semi_minor_km * _SIGMA, _LEAST_SIGMA_KM)
        # Beyond a hemisphere's quarter nothing is near; the angle is taken from its sine.
        reach = np.minimum((self.radius_km + _FAR * sigma_long) / RADIUS_KM, 1.5)
        near = np.flatnonzero(cosine > np.cos(reach))
        if not len(near):
            return out
        east = np.array([-math.sin(longitude), math.cos(longitude), 0.0])
        north = np.cross(down, east)
        azimuth = math.radians(prediction.orientation_deg)
        along = math.sin(azimuth) * east + math.cos(azimuth) * north
        across = np.cross(along, down)
        for i in near.tolist():
            # Equidistant from the predicted impact: the ellipse keeps its shape.
            scale = RADIUS_KM * _angle_over_sine(float(cosine[i]))
            out[i] = hit_probability(
                scale * float(self.unit[i] @ along),
                scale * float(self.unit[i] @ across),
                sigma_long,
                sigma_short,
                float(self.radius_km[i]),
            )
        return out

    def passed(self, prediction: ImpactPrediction, path_ecef_m: Array) -> Array:
        """Return with which probability the predicted path passes over each place before it ends.

        Parameters
        ----------
        prediction : ImpactPrediction
        path_ecef_m : array, shape (m, 3)
            The predicted path, some seconds from point to point.

        Returns
        -------
        array, shape (n,)
            The spread across the path is taken as that at the impact, which is the largest: early in the
            flight the probability is spread too wide.
        """
        out = np.zeros(len(self.places))
        if len(path_ecef_m) < 3 or not len(self.places):
            return out
        unit = path_ecef_m / np.sqrt(np.einsum("ij,ij->i", path_ecef_m, path_ecef_m))[:, None]
        cosine = self.unit @ unit.T
        nearest = np.argmax(cosine, axis=1)
        inside = np.flatnonzero((nearest > 0) & (nearest < len(unit) - 1))
        # The heading near the end, against the long axis of the ellipse.
        latitude, longitude = math.radians(prediction.latitude_deg), math.radians(prediction.longitude_deg)
        step = unit[-1] - unit[-2]
        heading = math.atan2(
            -math.sin(longitude) * step[0] + math.cos(longitude) * step[1],
            -math.sin(latitude) * (math.cos(longitude) * step[0] + math.sin(longitude) * step[1])
            + math.cos(latitude) * step[2],
        )
        turn = heading - math.radians(prediction.orientation_deg)
        sigma = _SIGMA * math.hypot(
            prediction.semi_major_km * math.sin(turn), prediction.semi_minor_km * math.cos(turn)
        )
        sigma = max(sigma, _LEAST_SIGMA_KM)
        for i in inside.tolist():
            j = int(nearest[i])
            if (
                RADIUS_KM * math.acos(min(float(cosine[i, j]), 1.0))
                > self.radius_km[i] + _FAR * sigma + _STEP_KM
            ):
                continue
            normal = np.cross(unit[j - 1], unit[j + 1])
            sine = float(self.unit[i] @ normal) / math.sqrt(float(normal @ normal))
            off = RADIUS_KM * math.asin(min(max(sine, -1.0), 1.0))
            r = float(self.radius_km[i])
            out[i] = 0.5 * (math.erf((r - off) / (_ROOT_2 * sigma)) + math.erf((r + off) / (_ROOT_2 * sigma)))
        return out


def directions(latitude_deg: Array, longitude_deg: Array) -> Array:
    """Return the geocentric directions of places given by geodetic coordinates, shape (n, 3)."""
    squash = (1.0 - WGS84.flattening) ** 2
    geocentric = np.arctan(squash * np.tan(np.radians(latitude_deg)))
    longitude = np.radians(longitude_deg)
    level = np.cos(geocentric)
    return np.column_stack([level * np.cos(longitude), level * np.sin(longitude), np.sin(geocentric)])


def _angle_over_sine(cosine: float) -> float:
    angle = math.acos(min(max(cosine, -1.0), 1.0))
    return angle / math.sin(angle) if angle > 1e-9 else 1.0
