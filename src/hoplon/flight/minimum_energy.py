"""Minimum-energy trajectories over a round Earth at rest, in vacuum: the closed form.

From the ground to the ground of a sphere of 6,371 km, inertial: a guess and a check, never an answer, for
rotation and air are left out. The ellipse whose far focus lies on the chord between the two points (Wheelon,
ARS Journal 29, 1959; Bate, Mueller & White, Fundamentals of Astrodynamics, 1971, section 6.2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hoplon.earth._kernels import GM
from hoplon.errors import InputError

_RADIUS_M = 6371e3


@dataclass(frozen=True, slots=True)
class MinimumEnergy:
    """The cheapest ballistic path between two points of a round Earth.

    Attributes
    ----------
    range_km : float
        Along the ground.
    speed_m_s, angle_deg : float
        Speed and flight-path angle at the ground, at both ends.
    apogee_km : float
        Greatest height.
    time_s : float
        Ground to ground.
    """

    range_km: float
    speed_m_s: float
    angle_deg: float
    apogee_km: float
    time_s: float

    def speed_at_m_s(self, altitude_km: float) -> float:
        """Speed at a height (vis-viva; Bate, Mueller & White 1971, section 1.4).

        Parameters
        ----------
        altitude_km : float
            At most the apogee.

        Returns
        -------
        float
            m/s.
        """
        if not 0.0 <= altitude_km <= self.apogee_km:
            raise InputError(
                f"altitude_km is {altitude_km:g}", remedy=f"Give a height from 0 to {self.apogee_km:.0f} km."
            )
        there = _RADIUS_M + altitude_km * 1e3
        return math.sqrt(self.speed_m_s**2 + 2.0 * GM * (1.0 / there - 1.0 / _RADIUS_M))


def burnout_speed_m_s(range_km: float) -> float:
    """Speed at the ground of the minimum-energy path.

    v2 = (2 GM / R) sin(a) / (1 + sin(a)), with a half the angle between the points at the centre (Bate,
    Mueller & White 1971, section 6.2: Q = 2 sin(a) / (1 + sin(a))).

    Parameters
    ----------
    range_km : float
        Along the ground, above 0 and up to half the Earth's circumference.

    Returns
    -------
    float
        m/s.

    Raises
    ------
    InputError
        If the range is outside those bounds.
    """
    half = range_km * 1e3 / (2.0 * _RADIUS_M)
    if not 0.0 < half <= math.pi / 2.0:
        raise InputError(f"range_km is {range_km:g}", remedy="Give a range above 0 and up to 20,015 km.")
    s = math.sin(half)
    return math.sqrt(2.0 * GM / _RADIUS_M * s / (1.0 + s))


def minimum_energy(range_km: float) -> MinimumEnergy:
    """Speed, angle, apogee and time of the minimum-energy path.

    The flight-path angle is pi / 4 - a / 2; apogee and time by the ellipse and Kepler's equation (Bate,
    Mueller & White 1971, sections 6.2 and 4.2).

    Parameters
    ----------
    range_km : float
        As for `burnout_speed_m_s`.

    Returns
    -------
    MinimumEnergy
    """
    speed = burnout_speed_m_s(range_km)
    half = range_km * 1e3 / (2.0 * _RADIUS_M)
    angle = math.pi / 4.0 - half / 2.0
    # Ellipse: semi-major axis from the energy, eccentricity from the angular momentum.
    axis = 1.0 / (2.0 / _RADIUS_M - speed * speed / GM)
    momentum = _RADIUS_M * speed * math.cos(angle)
    eccentricity = math.sqrt(max(0.0, 1.0 - momentum * momentum / (GM * axis)))
    # Launch stands half the range angle before apogee; Kepler's equation gives the time between.
    cosine = min(1.0, max(-1.0, (1.0 - _RADIUS_M / axis) / eccentricity))
    anomaly = math.acos(cosine)
    time = 2.0 * math.sqrt(axis**3 / GM) * (math.pi - anomaly + eccentricity * math.sin(anomaly))
    apogee = axis * (1.0 + eccentricity) - _RADIUS_M
    return MinimumEnergy(range_km, speed, math.degrees(angle), apogee / 1e3, time)
