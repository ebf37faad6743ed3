"""Random ballistic flights from burnout on, for checks of how flights are integrated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon.earth import WGS84
from hoplon.earth.frames import ecef_from_geodetic, enu_from_ecef_matrix

Array = NDArray[np.float64]

_RADIUS_M = 6371e3


def random_flights(
    count: int, seed: int = 1, range_km: tuple[float, float] = (300.0, 13000.0)
) -> tuple[Array, Array, Array]:
    """Draw burnouts everywhere, in all directions: depressed, minimum-energy and lofted in turn.

    Speed and angle are those that cover the range between two points of burnout height, over a sphere in
    vacuum; air and rotation then move the impact, which is of no matter here.

    Parameters
    ----------
    count : int
        How many.
    seed : int
        Seed of the draws.
    range_km : tuple of float
        Shortest and longest range; its logarithm is uniform.

    Returns
    -------
    r_ecef_m, v_ecef_m_s : ndarray, shape (count, 3)
    ballistic_coefficient_kg_m2 : ndarray, shape (count,)
        1,000 to 10,000, its logarithm uniform.
    """
    rng = np.random.default_rng(seed)
    r, v = np.empty((count, 3)), np.empty((count, 3))
    for n in range(count):
        latitude, longitude = np.degrees(np.arcsin(rng.uniform(-1.0, 1.0))), rng.uniform(-180.0, 180.0)
        azimuth, height = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(60e3, 150e3)
        angle = np.exp(rng.uniform(*np.log(range_km))) * 1e3 / _RADIUS_M
        flattest = (np.pi - angle) / 4.0
        share = rng.uniform(0.5, 0.8) if n % 3 == 0 else rng.uniform(0.95, 1.05)
        steep = share * flattest
        if n % 3 == 2:
            # Lofted, as far as a speed of 8.5 km/s allows.
            share = rng.uniform(0.1, 0.6)
            steep = flattest + share * (np.pi / 2.0 - flattest)
            while _speed2(steep, angle) > 1.16:
                share *= 0.9
                steep = flattest + share * (np.pi / 2.0 - flattest)
        speed = np.sqrt(_speed2(steep, angle) * WGS84.gm_m3_s2 / (_RADIUS_M + height))
        ahead = np.cos(steep)
        r[n] = ecef_from_geodetic(latitude, longitude, height)
        v[n] = (
            speed
            * enu_from_ecef_matrix(latitude, longitude).T
            @ np.array([ahead * np.sin(azimuth), ahead * np.cos(azimuth), np.sin(steep)])
        )
    return r, v, np.exp(rng.uniform(np.log(1e3), np.log(1e4), count))


def _speed2(steep: float, angle: float) -> float:
    # Square of the speed in units of circular speed: range equation of the ellipse (Bate, Mueller and White,
    # Fundamentals of Astrodynamics, 1971, section 6.2).
    flat = 1.0 - np.cos(angle)
    return float(flat / (np.cos(steep) ** 2 * flat + np.sin(steep) * np.cos(steep) * np.sin(angle)))
