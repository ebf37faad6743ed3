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
Vector = tuple[float, float, float]

#: Of the half axis of a 95 % ellipse, the standard deviation.
_SIGMA = 1.0 / math.sqrt(CHI_SQUARE_95)
#: Farther than this many standard deviations from the prediction nothing falls: 1 in a million does.
_FAR = 5.0
#: A prediction that is known exactly would have no ellipse to integrate over.
_LEAST_SIGMA_KM = 1e-6
#: Nodes and weights of the integral over the circle.
_NODES, _WEIGHTS = (a.tolist() for a in np.polynomial.legendre.leggauss(24))
_ROOT_2 = math.sqrt(2.0)
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
        By Gauss's rule with 24 nodes over the circle, as far as five standard deviations reach: to 1e-5.

    Notes
    -----
    Source: the definition, the integral of N(x; a, σ₁) N(y; b, σ₂) over x² + y² ≤ r², with the inner integral
    as a difference of error functions and y = r sin θ. For σ₁ = σ₂ = σ it is one minus Marcum's function
    Q₁(d/σ, r/σ).
    """
    far = _FAR * max(sigma_long, sigma_short)
    away_km = math.hypot(long_km, short_km)
    if away_km - r > far:
        return 0.0
    if away_km + far <= r:
        return 1.0
    # The outer integral runs across the narrow axis: there the chord is nearly the same everywhere.
    low, high = max(-r, short_km - _FAR * sigma_short), min(r, short_km + _FAR * sigma_short)
    if low >= high:
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
    rows : tuple of tuple of float
        The same, for reckoning with single places.
    radius_km : array, shape (n,)
    """

    places: tuple[DefendedGround, ...]
    unit: Array
    rows: tuple[tuple[float, ...], ...]
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
        unit = directions(degrees[:, 0], degrees[:, 1])
        return cls(tuple(places), unit, tuple(tuple(row) for row in unit.tolist()), radius)

    def hit(self, predictions: Sequence[ImpactPrediction]) -> Array:
        """Return with which probability each predicted object falls on each place.

        Parameters
        ----------
        predictions : sequence of ImpactPrediction

        Returns
        -------
        array, shape (k, n)
        """
        out = np.zeros((len(predictions), len(self.places)))
        axes = [_axes(p.latitude_deg, p.longitude_deg) for p in predictions]
        cosine = np.array([down for down, _, _ in axes]).reshape(-1, 3) @ self.unit.T
        sigma_km = np.array([p.semi_major_km for p in predictions]) * _SIGMA
        # Nothing is near beyond a quarter of the globe, where the angle would no longer follow from its sine.
        reach = np.minimum((self.radius_km + _FAR * sigma_km[:, None]) / RADIUS_KM, 1.5)
        for k, i in zip(*(found.tolist() for found in np.nonzero(cosine > np.cos(reach))), strict=True):
            prediction, (_, east, north), place = predictions[k], axes[k], self.rows[i]
            azimuth = math.radians(prediction.orientation_deg)
            sine, level = math.sin(azimuth), math.cos(azimuth)
            # Equidistant from the predicted impact: the ellipse keeps its shape.
            scale = RADIUS_KM * _angle_over_sine(float(cosine[k, i]))
            e, n = scale * _dot(place, east), scale * _dot(place, north)
            out[k, i] = hit_probability(
                sine * e + level * n,
                level * e - sine * n,
                max(prediction.semi_major_km * _SIGMA, _LEAST_SIGMA_KM),
                max(prediction.semi_minor_km * _SIGMA, _LEAST_SIGMA_KM),
                float(self.radius_km[i]),
            )
        return out

    def passed(self, predictions: Sequence[ImpactPrediction], paths_ecef_m: Array) -> Array:
        """Return with which probability each predicted path passes over each place before it ends.

        Parameters
        ----------
        predictions : sequence of ImpactPrediction
        paths_ecef_m : array, shape (k, m, 3)
            The predicted paths, at least three points each, the last near the impact.

        Returns
        -------
        array, shape (k, n)
            The spread across a path is taken as that at the impact, which is the largest: early in the flight
            the probability is spread too wide.
        """
        out = np.zeros((len(predictions), len(self.places)))
        unit = paths_ecef_m / np.sqrt(np.einsum("kmi,kmi->km", paths_ecef_m, paths_ecef_m))[..., None]
        nearest = np.argmax(unit @ self.unit.T, axis=1)
        last = unit.shape[1] - 1
        inside = (nearest > 0) & (nearest < last)
        row = np.arange(len(unit))[:, None]
        before, after = unit[row, np.maximum(nearest - 1, 0)], unit[row, np.minimum(nearest + 1, last)]
        normal = np.cross(before, after)
        sine = np.einsum("kni,ni->kn", normal, self.unit) / np.sqrt(np.einsum("kni,kni->kn", normal, normal))
        off_km = RADIUS_KM * np.arcsin(sine)
        steps = (unit[:, -1] - unit[:, -2]).tolist()
        sigmas = [_across(p, step) for p, step in zip(predictions, steps, strict=True)]
        near = inside & (np.abs(off_km) < self.radius_km + _FAR * np.array(sigmas)[:, None])
        for k, i in zip(*(found.tolist() for found in np.nonzero(near)), strict=True):
            r, off, wide = float(self.radius_km[i]), float(off_km[k, i]), _ROOT_2 * sigmas[k]
            out[k, i] = 0.5 * (math.erf((r - off) / wide) + math.erf((r + off) / wide))
        return out


def _across(prediction: ImpactPrediction, step: Sequence[float]) -> float:
    """Return the standard deviation across a path whose last step is given, km."""
    _, east, north = _axes(prediction.latitude_deg, prediction.longitude_deg)
    turn = math.atan2(_dot(step, east), _dot(step, north)) - math.radians(prediction.orientation_deg)
    sigma = math.hypot(prediction.semi_major_km * math.sin(turn), prediction.semi_minor_km * math.cos(turn))
    return max(sigma * _SIGMA, _LEAST_SIGMA_KM)


def directions(latitude_deg: Array, longitude_deg: Array) -> Array:
    """Return the geocentric directions of places given by geodetic coordinates, shape (n, 3)."""
    squash = (1.0 - WGS84.flattening) ** 2
    geocentric = np.arctan(squash * np.tan(np.radians(latitude_deg)))
    longitude = np.radians(longitude_deg)
    level = np.cos(geocentric)
    return np.column_stack([level * np.cos(longitude), level * np.sin(longitude), np.sin(geocentric)])


def _axes(latitude_deg: float, longitude_deg: float) -> tuple[Vector, Vector, Vector]:
    """Return the geocentric direction of a place, and its east and north on the sphere."""
    geocentric = math.atan((1.0 - WGS84.flattening) ** 2 * math.tan(math.radians(latitude_deg)))
    longitude = math.radians(longitude_deg)
    up, level = math.sin(geocentric), math.cos(geocentric)
    sine, cosine = math.sin(longitude), math.cos(longitude)
    return (level * cosine, level * sine, up), (-sine, cosine, 0.0), (-up * cosine, -up * sine, level)


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _angle_over_sine(cosine: float) -> float:
    angle = math.acos(min(max(cosine, -1.0), 1.0))
    return angle / math.sin(angle) if angle > 1e-9 else 1.0
