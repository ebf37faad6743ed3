"""Predictions from a track in free flight: path, impact, and how well they are known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.planet import WGS84, Planet
from hoplon.errors import InputError
from hoplon.track import _kernels_impact as kernels

Array = NDArray[np.float64]

#: 95 % of a two-dimensional normal distribution lie within this squared Mahalanobis distance.
CHI_SQUARE_95 = 5.991464547107979
#: Standard deviation of the logarithm of the believed ballistic coefficient: a factor of 2 is two of them.
LOG_BETA_SIGMA = 0.35
#: Drag's error counts as linear where it makes less than this share of the variance on the ground, or where
#: the logarithm of the ballistic coefficient is known better than this.
DRAG_SHARE = 0.05
DRAG_SIGMA = 0.05

NO_FALLS = np.empty((0, 9))
NO_DERIVATIVES = np.empty((0, 8))


@lru_cache(maxsize=8)
def _shape(planet: Planet) -> Array:
    return planet.as_array()


@dataclass(frozen=True, slots=True)
class ImpactPrediction:
    """Where and when an object is predicted to fall if no force but gravity and drag acts on it.

    Attributes
    ----------
    t_s : float
        When the prediction was made.
    latitude_deg, longitude_deg : float
        Predicted impact (geodetic, at the ellipsoid): the middle of the ellipse.
    impact_t_s : float
        Predicted time of impact.
    semi_major_km, semi_minor_km : float
        Half axes of the ellipse that holds the impact with 95 % probability, if the track's covariance and
        the spread of the ballistic coefficient are right.
    orientation_deg : float
        Azimuth of the long axis, from north through east, in [0, 180).
    apogee_km : float
        Greatest height from the time of the prediction on.
    """

    t_s: float
    latitude_deg: float
    longitude_deg: float
    impact_t_s: float
    semi_major_km: float
    semi_minor_km: float
    orientation_deg: float
    apogee_km: float

    def half_axes_km(self, probability: float) -> tuple[float, float]:
        """Return the half axes of the ellipse that holds the impact with another probability than 95 %.

        Parameters
        ----------
        probability : float
            Above 0, below 1.

        Returns
        -------
        semi_major_km, semi_minor_km : float
            The squared half axes grow with -ln(1 - probability), which is half the quantile of the chi-square
            distribution with two degrees of freedom.

        Raises
        ------
        InputError
        """
        if not 0.0 < probability < 1.0:
            raise InputError(f"probability is {probability}", remedy="Give one above 0 and below 1.")
        ratio = math.sqrt(-2.0 * math.log1p(-probability) / CHI_SQUARE_95)
        return self.semi_major_km * ratio, self.semi_minor_km * ratio

    def credibility(self, latitude_deg: float, longitude_deg: float) -> float:
        """Return the probability of the smallest ellipse that holds a place.

        Over many predictions that are honest, that of the true impact is spread evenly between 0 and 1.

        Parameters
        ----------
        latitude_deg, longitude_deg : float

        Returns
        -------
        float
        """
        # Near the prediction a degree is as long as the ellipsoid's curvatures make it there.
        sine2 = math.sin(math.radians(self.latitude_deg)) ** 2
        e2 = WGS84.flattening * (2.0 - WGS84.flattening)
        across = 1e-3 * WGS84.equatorial_radius_m / math.sqrt(1.0 - e2 * sine2)
        along = across * (1.0 - e2) / (1.0 - e2 * sine2)
        turn = (longitude_deg - self.longitude_deg + 180.0) % 360.0 - 180.0
        east = across * math.cos(math.radians(self.latitude_deg)) * math.radians(turn)
        north = along * math.radians(latitude_deg - self.latitude_deg)
        sine, cosine = (
            math.sin(math.radians(self.orientation_deg)),
            math.cos(math.radians(self.orientation_deg)),
        )
        long = (sine * east + cosine * north) / self.semi_major_km
        short = (cosine * east - sine * north) / max(self.semi_minor_km, 1e-9)
        return -math.expm1(-0.5 * CHI_SQUARE_95 * (long * long + short * short))


def predict_impact(
    r_ecef_m: Array,
    v_ecef_m_s: Array,
    covariance: Array,
    t_s: float,
    believed_ballistic_coefficient_kg_m2: float,
    planet: Planet = WGS84,
    log_beta_sigma: float = LOG_BETA_SIGMA,
) -> ImpactPrediction | None:
    """Predict the impact of an object in free flight and its 95 % ellipse.

    The covariance is carried to the ground by the state-transition matrix (linear: the ellipse of a track
    that is only known to tens of kilometres is itself uncertain), with that of the ballistic coefficient,
    which a track in the air has learnt together with its state (`Tracker.falling`). Where that coefficient
    matters, two more falls through the air, with a smaller and a larger one, say how much: its effect is
    skewed, and the middle of the ellipse lies short of the most likely impact. Ground is the ellipsoid; no
    wind. For a boosting track the result is where it falls if its thrust has ended: the ellipse says nothing
    of how long it may still go on (see the methods manual for what that is worth).

    Parameters
    ----------
    r_ecef_m, v_ecef_m_s : array, shape (3,)
        State at `t_s`; velocity relative to the rotating Earth.
    covariance : array, shape (6, 6) or (7, 7)
        Of position and velocity, m² and (m/s)², and, seventh, of the logarithm of the ballistic coefficient:
        what has been learnt of the drag of this object.
    t_s : float
    believed_ballistic_coefficient_kg_m2 : float
    planet : Planet
    log_beta_sigma : float
        Standard deviation of the logarithm of the ballistic coefficient; of use where the covariance has
        six rows.

    Returns
    -------
    ImpactPrediction or None
        None where the object does not come down within two hours, or is below ground.
    """
    x = np.zeros(9)
    x[:3] = r_ecef_m
    x[3:6] = v_ecef_m_s
    phi = np.empty((6, 8))
    shape = _shape(planet)
    beta = float(believed_ballistic_coefficient_kg_m2)
    duration, top = kernels.fall(x, beta, shape, phi)
    if duration < 0.0:
        return None
    spread = np.zeros((7, 7))
    spread[6, 6] = log_beta_sigma**2
    rows = len(covariance)
    spread[:rows, :rows] = covariance
    latitude, longitude, ee, en, nn, share = kernels.spread_on_ground(x, phi, spread, NO_FALLS, shape)
    if share > DRAG_SHARE and spread[6, 6] > DRAG_SIGMA**2:
        ends = np.zeros((2, 9))
        away = math.exp(kernels.DRAG_POINT * math.sqrt(spread[6, 6]))
        for end, believed in zip(ends, (beta / away, beta * away), strict=True):
            end[:6] = phi[:, 7]
            kernels.fall(end, believed, shape, NO_DERIVATIVES)
        latitude, longitude, ee, en, nn, _ = kernels.spread_on_ground(x, phi, spread, ends, shape)
    mean = 0.5 * (ee + nn)
    half = 0.5 * (ee - nn)
    root = math.hypot(half, en)
    # Angle of the long axis from east towards north; its azimuth is the complement.
    angle = 0.5 * math.degrees(math.atan2(en, half))
    return ImpactPrediction(
        t_s=float(t_s),
        latitude_deg=math.degrees(latitude),
        longitude_deg=math.degrees(longitude),
        impact_t_s=float(t_s) + duration,
        semi_major_km=1e-3 * math.sqrt(CHI_SQUARE_95 * (mean + root)),
        semi_minor_km=1e-3 * math.sqrt(CHI_SQUARE_95 * max(mean - root, 0.0)),
        orientation_deg=(90.0 - angle) % 180.0,
        apogee_km=1e-3 * top,
    )


def predict_path(
    r_ecef_m: Array,
    v_ecef_m_s: Array,
    t0_s: float,
    t_grid_s: Array,
    believed_ballistic_coefficient_kg_m2: float,
    planet: Planet = WGS84,
) -> Array:
    """Predict where an object in free flight will be.

    Parameters
    ----------
    r_ecef_m, v_ecef_m_s : array, shape (3,)
        State at `t0_s`; velocity relative to the rotating Earth.
    t0_s : float
    t_grid_s : array, shape (n,)
        Ascending times.
    believed_ballistic_coefficient_kg_m2 : float
    planet : Planet

    Returns
    -------
    array, shape (n, 3)
        Positions r_ecef, m; NaN before `t0_s` and after impact.
    """
    x = np.zeros(9)
    x[:3] = r_ecef_m
    x[3:6] = v_ecef_m_s
    times = np.array(t_grid_s, dtype=np.float64)
    out = np.empty((len(times), 3))
    kernels.path(x, float(t0_s), times, float(believed_ballistic_coefficient_kg_m2), _shape(planet), out)
    return out
