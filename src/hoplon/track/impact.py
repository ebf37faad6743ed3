"""Predictions from a track in free flight: path, impact, and how well they are known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.planet import WGS84, Planet
from hoplon.track import _kernels_impact as kernels

Array = NDArray[np.float64]

#: 95 % of a two-dimensional normal distribution lie within this squared Mahalanobis distance.
CHI_SQUARE_95 = 5.991464547107979
#: Standard deviation of the logarithm of the believed ballistic coefficient: a factor of 2 is two of them.
LOG_BETA_SIGMA = 0.35


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
        Predicted impact (geodetic, at the ellipsoid).
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
    that is only known to tens of kilometres is itself uncertain), and the error of the believed ballistic
    coefficient is added. Ground is the ellipsoid; no wind. For a boosting track the result is where it would
    fall if its thrust ended now.

    Parameters
    ----------
    r_ecef_m, v_ecef_m_s : array, shape (3,)
        State at `t_s`; velocity relative to the rotating Earth.
    covariance : array, shape (6, 6)
        Of position and velocity, m² and (m/s)².
    t_s : float
    believed_ballistic_coefficient_kg_m2 : float
    planet : Planet
    log_beta_sigma : float
        Standard deviation of the logarithm of the ballistic coefficient.

    Returns
    -------
    ImpactPrediction or None
        None where the object does not come down within two hours, or is below ground.
    """
    x = np.zeros(9)
    x[:3] = r_ecef_m
    x[3:6] = v_ecef_m_s
    phi = np.empty((6, 7))
    shape = _shape(planet)
    duration, top = kernels.fall(x, float(believed_ballistic_coefficient_kg_m2), shape, phi)
    if duration < 0.0:
        return None
    latitude, longitude, ee, en, nn = kernels.spread_on_ground(
        x, phi, np.array(covariance, dtype=np.float64), float(log_beta_sigma), shape
    )
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
