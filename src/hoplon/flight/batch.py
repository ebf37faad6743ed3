"""Many flights without thrust at once, from states such as burnouts, to their impacts.

Equations and their sources: the methods manual, section 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth.planet import WGS84, Planet
from hoplon.errors import InputError
from hoplon.flight import _kernels_lanes as k
from hoplon.flight._kernels import FIRST_STEP
from hoplon.flight.fly import LONGEST_FLIGHT_S

Array = NDArray[np.float64]

#: Displacement of the impact allowed to one step of a flight in a batch, m: impacts are then off by half a
#: metre (95 of 100 of flights of 1,000 km) or by 2 m (300 to 13,000 km; `flight_accuracy`).
BATCH_TOLERANCE_M = 1.0
#: Longest step, s: nothing between nodes is kept but the apogee, which this leaves within a metre.
_LONGEST_STEP_S = 400.0


@dataclass(frozen=True, slots=True, eq=False)
class Impacts:
    """Where and when the bodies of a batch come down; one element for each.

    Attributes
    ----------
    r_ecef_m, v_ecef_m_s : ndarray, shape (n, 3)
        State at impact, Earth-fixed; velocity relative to the rotating Earth.
    t_s : ndarray, shape (n,)
        Time of flight.
    latitude_deg, longitude_deg : ndarray, shape (n,)
        Geodetic, on the figure of the planet.
    speed_m_s : ndarray, shape (n,)
        Relative to the rotating Earth.
    apogee_m, apogee_t_s : ndarray, shape (n,)
        Greatest height, and when it is reached; a body that only falls has it at the start.

    A body that has not come down within four hours has nan everywhere but in the apogee.
    """

    r_ecef_m: Array
    v_ecef_m_s: Array
    t_s: Array
    latitude_deg: Array
    longitude_deg: Array
    speed_m_s: Array
    apogee_m: Array
    apogee_t_s: Array

    @property
    def landed(self) -> NDArray[np.bool_]:
        """Which bodies have come down; shape (n,)."""
        return np.isfinite(self.t_s)


def fly_batch(
    r_ecef_m: ArrayLike,
    v_ecef_m_s: ArrayLike,
    ballistic_coefficient_kg_m2: ArrayLike,
    *,
    planet: Planet = WGS84,
    ground_altitude_m: float = 0.0,
    tolerance_m: float = BATCH_TOLERANCE_M,
) -> Impacts:
    """Fly many bodies without thrust to the ground, some hundred times faster than one by one in Python.

    The physics and the integration of `free_flight`, in still air; many flights share the machine's vectors.

    Parameters
    ----------
    r_ecef_m, v_ecef_m_s : array_like, shape (n, 3)
        States at the start, Earth-fixed; velocities relative to the rotating Earth.
    ballistic_coefficient_kg_m2 : array_like, shape (n,) or ()
        Mass over drag area, m / (CD A), constant; infinite for no drag.
    planet : Planet
        The planet.
    ground_altitude_m : float
        Height at which the flights end.
    tolerance_m : float
        Displacement of the impact allowed to one step.

    Returns
    -------
    Impacts

    Raises
    ------
    InputError
        If a state is not finite, a coefficient not positive, or the shapes do not fit.
    """
    r, v = np.asarray(r_ecef_m, float), np.asarray(v_ecef_m_s, float)
    if (
        r.ndim != 2
        or r.shape[1] != 3
        or v.shape != r.shape
        or not (np.isfinite(r).all() and np.isfinite(v).all())
    ):
        raise InputError(
            f"positions of shape {r.shape} and velocities of shape {v.shape} are not finite states",
            remedy="Give two arrays of shape (n, 3) of finite numbers.",
        )
    coefficient = np.asarray(ballistic_coefficient_kg_m2, float)
    if coefficient.shape not in ((), (len(r),)) or not (coefficient > 0.0).all():
        raise InputError(
            f"ballistic_coefficient_kg_m2 of shape {coefficient.shape} does not fit {len(r)} bodies",
            remedy="Give one positive number, or one for each body; infinity for no drag.",
        )
    if not (math.isfinite(tolerance_m) and tolerance_m > 0.0):
        raise InputError(f"tolerance_m is {tolerance_m:g}", remedy="Give a positive number.")
    out = np.empty((len(r), k.RESULT_COLUMNS))
    if len(r):
        k.fly_lanes_into(
            out,
            np.concatenate((r, v), axis=1),
            # A copy: where nothing is repeated, it would be read-only, and numba would compile anew for it.
            np.array(np.broadcast_to(0.5 / coefficient, len(r)), order="C"),
            planet.as_array(),
            float(ground_altitude_m),
            float(tolerance_m),
            FIRST_STEP,
            _LONGEST_STEP_S,
            LONGEST_FLIGHT_S,
        )
    out[out[:, k.LANDED] == 0.0, : k.APOGEE] = math.nan
    r, v = out[:, k.POSITION : k.POSITION + 3], out[:, k.VELOCITY : k.VELOCITY + 3]
    latitude, longitude = _ground_point(r, planet)
    return Impacts(
        r,
        v,
        out[:, k.TIME],
        latitude,
        longitude,
        np.sqrt((v * v).sum(axis=1)),
        out[:, k.APOGEE],
        out[:, k.APOGEE_TIME],
    )


def _ground_point(r: Array, planet: Planet) -> tuple[Array, Array]:
    # Geodetic latitude and longitude, degrees: one round of Bowring, as in `geodetic_parts`.
    a, f = planet.equatorial_radius_m, planet.flattening
    e2 = f * (2.0 - f)
    p = np.hypot(r[:, 0], r[:, 1])
    u = np.arctan2(r[:, 2], p * (1.0 - f))
    latitude = np.arctan2(
        r[:, 2] + e2 / (1.0 - e2) * a * (1.0 - f) * np.sin(u) ** 3, p - e2 * a * np.cos(u) ** 3
    )
    return np.degrees(latitude), np.degrees(np.arctan2(r[:, 1], r[:, 0]))
