"""Warning of the public: how likely a place is to be hit or passed over, and when people are told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.command.disc import LEAST_KM, QUICK, disc_probability
from hoplon.command.rules import DefendedGround
from hoplon.earth.planet import SPHERE_NOT_ROTATING, WGS84
from hoplon.track.impact import CHI_SQUARE_95, ImpactPrediction

Array = NDArray[np.float64]

#: Of the half axis of a 95 % ellipse, the standard deviation.
_SIGMA = 1.0 / math.sqrt(CHI_SQUARE_95)
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
        unit = directions(degrees[:, 0], degrees[:, 1])
        return cls(tuple(places), unit, radius)

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
        if not len(predictions):
            return out
        near = _Ellipses.of(predictions)
        cosine = near.down @ self.unit.T
        # Nothing is near beyond a quarter of the globe, where the angle would no longer follow from its sine.
        reach = np.minimum((self.radius_km + QUICK.far * near.sigma_long_km[:, None]) / RADIUS_KM, 1.5)
        k, i = np.nonzero(cosine > np.cos(reach))
        # Equidistant from the predicted impact: the ellipse keeps its shape.
        angle = np.arccos(np.minimum(cosine[k, i], 1.0))
        scale = RADIUS_KM / np.sinc(angle / math.pi)
        east = scale * np.einsum("mi,mi->m", self.unit[i], near.east[k])
        north = scale * np.einsum("mi,mi->m", self.unit[i], near.north[k])
        sine, level = np.sin(near.azimuth[k]), np.cos(near.azimuth[k])
        out[k, i] = disc_probability(
            sine * east + level * north,
            level * east - sine * north,
            self.radius_km[i],
            near.sigma_long_km[k],
            near.sigma_short_km[k],
            QUICK,
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
        from scipy.special import erf

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
        sigmas = _across(_Ellipses.of(predictions), unit[:, -1] - unit[:, -2])
        k, i = np.nonzero(inside & (np.abs(off_km) < self.radius_km + QUICK.far * sigmas[:, None]))
        r, off, wide = self.radius_km[i], off_km[k, i], _ROOT_2 * sigmas[k]
        out[k, i] = 0.5 * (erf((r - off) / wide) + erf((r + off) / wide))
        return out


@dataclass(frozen=True)
class _Ellipses:
    """Predictions as arrays: geocentric directions (k, 3) of the impact and of its east and north; (k,)."""

    down: Array
    east: Array
    north: Array
    azimuth: Array
    sigma_long_km: Array
    sigma_short_km: Array

    @classmethod
    def of(cls, predictions: Sequence[ImpactPrediction]) -> _Ellipses:
        latitude, longitude, azimuth, long, short = np.array(
            [
                (p.latitude_deg, p.longitude_deg, p.orientation_deg, p.semi_major_km, p.semi_minor_km)
                for p in predictions
            ]
        ).T
        down = directions(latitude, longitude)
        sine, cosine = np.sin(np.radians(longitude)), np.cos(np.radians(longitude))
        level, up = np.hypot(down[:, 0], down[:, 1]), down[:, 2]
        east = np.column_stack([-sine, cosine, np.zeros_like(sine)])
        north = np.column_stack([-up * cosine, -up * sine, level])
        return cls(down, east, north, np.radians(azimuth), long * _SIGMA, short * _SIGMA)


def _across(near: _Ellipses, steps: Array) -> Array:
    """Return the standard deviations across paths whose last steps (k, 3) are given, km."""
    east, north = (np.einsum("ki,ki->k", steps, axis) for axis in (near.east, near.north))
    turn = np.arctan2(east, north) - near.azimuth
    sigma: Array = np.hypot(near.sigma_long_km * np.sin(turn), near.sigma_short_km * np.cos(turn))
    return np.maximum(sigma, LEAST_KM)


def directions(latitude_deg: Array, longitude_deg: Array) -> Array:
    """Return the geocentric directions of places given by geodetic coordinates, shape (n, 3)."""
    squash = (1.0 - WGS84.flattening) ** 2
    geocentric = np.arctan(squash * np.tan(np.radians(latitude_deg)))
    longitude = np.radians(longitude_deg)
    level = np.cos(geocentric)
    return np.column_stack([level * np.cos(longitude), level * np.sin(longitude), np.sin(geocentric)])
