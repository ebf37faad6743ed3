"""Cramér-Rao bound: the least mean-square error that any tracker can reach on given detections.

Recursion of Tichavský, Muravchik & Nehorai (IEEE Trans. Signal Process. 46 (1998) 1386) for additive Gaussian
noise: J⁺ = (Q + F J⁻¹ Fᵀ)⁻¹ + Hᵀ R⁻¹ H, with the gradients F and H at the true states. Without process noise
this is the information of all detections, carried along the true path (Taylor, IEEE Trans. Autom. Control 24
(1979) 343). It bounds unbiased estimates; curvature of range, which biases a filter, is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track.single import position_of

Array = NDArray[np.float64]

#: Longest step of the transition matrix: it is right to 1e-6 then.
_STEP_S = 2.0


def transition_matrix(r_ecef_m: ArrayLike, planet: Planet, dt_s: float) -> Array:
    """Return how small deviations from a free flight move over a short time, to second order.

    Half a step of straight flight, a full one of the forces' gradient (central attraction, J2, centrifugal,
    Coriolis) at the position in the middle, half a step of straight flight.

    Parameters
    ----------
    r_ecef_m : array_like, shape (3,)
        Position in the middle of the step.
    planet : Planet
    dt_s : float

    Returns
    -------
    ndarray, shape (6, 6)
    """
    r = np.asarray(r_ecef_m, dtype=np.float64)
    w = planet.rotation_rad_s
    gradient = _gravity_gradient(r, planet) + np.diag([w * w, w * w, 0.0])
    coriolis = 2.0 * w * np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    drift, kick = np.eye(6), np.eye(6)
    drift[:3, 3:] = 0.5 * dt_s * np.eye(3)
    turn = dt_s * coriolis
    kick[3:, :3] = dt_s * (np.eye(3) + 0.5 * turn) @ gradient
    kick[3:, 3:] += turn + 0.5 * turn @ turn
    return drift @ kick @ drift


def _gravity_gradient(r: Array, planet: Planet) -> Array:
    # Of U = gm/r (1 - J2 (a/r)² (3 s² - 1)/2), s = z/r; written as g = -gm/r³ (r + k ((1 - 5 s²) r + 2 z ẑ)).
    r2 = float(r @ r)
    c = planet.gm_m3_s2 / r2**1.5
    k = 1.5 * planet.j2 * planet.equatorial_radius_m**2 / r2
    z = r[2]
    zz = z * z / r2
    up = np.array([0.0, 0.0, 1.0])
    g = c * (3.0 / r2 * np.outer(r, r) - np.eye(3))
    g += c * k / r2 * ((5.0 - 35.0 * zz) * np.outer(r, r) + 10.0 * z * (np.outer(r, up) + np.outer(up, r)))
    return np.asarray(g - c * k * ((1.0 - 5.0 * zz) * np.eye(3) + 2.0 * np.outer(up, up)))


def information_of_looks(
    sites: Sequence[Site], sensor: NDArray[np.int64], r_ecef_m: Array, sigma: Array
) -> Array:
    """Return what one look each adds to the information of a position, Hᵀ R⁻¹ H.

    Parameters
    ----------
    sites : sequence of Site
    sensor : int array, shape (n,)
    r_ecef_m : ndarray, shape (n, 3)
        True positions.
    sigma : ndarray, shape (n, 3)
        Standard deviations of range (m), azimuth and elevation (rad).

    Returns
    -------
    ndarray, shape (n, 3, 3)
    """
    found = np.empty((len(sensor), 3, 3))
    for i, site in enumerate(sites):
        mine = sensor == i
        local = (r_ecef_m[mine] - site.r_ecef_m) @ np.asarray(site.enu_from_ecef).T
        distance = np.linalg.norm(local, axis=1)
        azimuth = np.arctan2(local[:, 0], local[:, 1])
        elevation = np.arcsin(local[:, 2] / distance)
        _, covariance = position_of(site, distance, azimuth, elevation, *sigma[mine].T)
        found[mine] = np.linalg.inv(covariance)
    return found


def cramer_rao_bound(
    sites: Sequence[Site],
    t_s: ArrayLike,
    sensor: ArrayLike,
    sigma: ArrayLike,
    r_ecef_m: ArrayLike,
    prior_covariance: ArrayLike | None = None,
    *,
    noise_density_m2_s3: float = 0.0,
    planet: Planet = WGS84,
) -> Array:
    """Bound the covariance of position and velocity after each detection of a free flight.

    Parameters
    ----------
    sites : sequence of Site
    t_s, sensor : array_like, shape (n,)
        Times, rising, and sensors of the detections.
    sigma : array_like, shape (n, 3)
        Standard deviations of range (m), azimuth and elevation (rad).
    r_ecef_m : array_like, shape (n, 3)
        True positions at these times.
    prior_covariance : array_like, shape (6, 6), optional
        What is known at the first time, before its detection; nothing by default.
    noise_density_m2_s3 : float
        White acceleration that the truth itself has; a missile in free flight has none.
    planet : Planet

    Returns
    -------
    ndarray, shape (n, 6, 6)
        Infinite where the detections do not yet fix all six components.

    Raises
    ------
    InputError
        If times are not in order.
    """
    times = np.asarray(t_s, dtype=np.float64)
    r = np.asarray(r_ecef_m, dtype=np.float64)
    if np.any(np.diff(times) < 0.0):
        raise InputError("times that are not in order", where="bound", remedy="Sort detections by time.")
    accuracy = np.broadcast_to(np.asarray(sigma, dtype=np.float64), (len(times), 3))
    looks = information_of_looks(sites, np.asarray(sensor), r, accuracy)
    information: Array = np.zeros((6, 6))
    if prior_covariance is not None:
        information += np.linalg.inv(np.asarray(prior_covariance, dtype=np.float64))
    out = np.empty((len(times), 6, 6))
    for i in range(len(times)):
        if i and times[i] > times[i - 1]:
            information = _carried(
                information, r[i - 1], r[i], times[i] - times[i - 1], noise_density_m2_s3, planet
            )
        information[:3, :3] += looks[i]
        out[i] = _inverse(information)
    return out


def _carried(
    information: Array, before: Array, after: Array, dt: float, density: float, planet: Planet
) -> Array:
    # Over a gap, along the chord bent by gravity: the gradient changes by a millionth for what that misses.
    steps = max(1, int(np.ceil(dt / _STEP_S)))
    h = dt / steps
    noise = density * np.kron([[h**3 / 3.0, h**2 / 2.0], [h**2 / 2.0, h]], np.eye(3))
    for k in range(steps):
        share = (k + 0.5) / steps
        middle = before + share * (after - before)
        sag = 0.5 * planet.gm_m3_s2 / (middle @ middle) ** 1.5 * share * (1.0 - share) * dt * dt
        back = np.linalg.inv(transition_matrix(middle * (1.0 + sag), planet, h))
        moved = back.T @ information @ back
        if density > 0.0:
            # (J⁻¹ + Q)⁻¹ without the inverse of J, which may not exist.
            moved = np.linalg.solve(np.eye(6) + moved @ noise, moved)
        information = 0.5 * (moved + moved.T)
    return information


def _inverse(information: Array) -> Array:
    scale = np.sqrt(np.diag(information))
    if np.all(scale > 0.0):
        scaled = information / np.outer(scale, scale)
        if np.linalg.eigvalsh(scaled)[0] > 1e-13:
            return np.asarray(np.linalg.inv(scaled) / np.outer(scale, scale))
    return np.full((6, 6), np.inf)
