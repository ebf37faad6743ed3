"""What the defence believes of a type of missile: an entry of its threat library, passed in as data."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hoplon.errors import InputError


@dataclass(frozen=True, slots=True)
class KnownMissile:
    """A type of missile as the defence believes it to be.

    It is the defence's own belief, which may differ from the truth: nothing here is read from the missiles
    that fly. Each standard deviation holds all that is not known of a missile of this type that is seen once:
    other loads, other cut-off, other trajectories.

    Attributes
    ----------
    name : str
    burnout_speed_m_s, burnout_speed_sigma_m_s : float
        Speed relative to the rotating Earth when thrust ends.
    burnout_height_km, burnout_height_sigma_km : float
    boost_duration_s, boost_duration_sigma_s : float
    apogee_km, apogee_sigma_km : float
    ballistic_coefficient_kg_m2 : float
        Of what re-enters.
    log_beta_sigma : float
        Standard deviation of its natural logarithm.
    boost_shape, boost_shape_sigma : float
        In boost, the tangent of the path's angle over that of the sight from the launch point to the missile
        (ground distance times path slope over height): 1 for a straight line, less for a path that begins
        upright and bends over. The default is what flights by this package's own pitch programme give for
        short- to intermediate-range missiles from the middle of boost to its end: 0.60 to 0.84 (assumed for
        others).

    Raises
    ------
    InputError
        If a number is not finite, or not above zero.
    """

    name: str
    burnout_speed_m_s: float
    burnout_speed_sigma_m_s: float
    burnout_height_km: float
    burnout_height_sigma_km: float
    boost_duration_s: float
    boost_duration_sigma_s: float
    apogee_km: float
    apogee_sigma_km: float
    ballistic_coefficient_kg_m2: float
    log_beta_sigma: float = 0.35
    boost_shape: float = 0.72
    boost_shape_sigma: float = 0.08

    def __post_init__(self) -> None:
        for key in self.__slots__:
            value = getattr(self, key)
            if key != "name" and not (value > 0.0 and math.isfinite(value)):
                raise InputError(
                    f"{key} is {value}",
                    where=f"threat library, '{self.name}'",
                    remedy="Give a number above zero.",
                )
