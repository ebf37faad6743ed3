"""A named place on the ground."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.frames import ecef_from_geodetic, enu_from_ecef_matrix
from hoplon.errors import InputError


@dataclass(frozen=True, slots=True)
class Site:
    """A place in WGS-84 geodetic coordinates.

    Attributes
    ----------
    name : str
        What it is called in results.
    latitude_deg, longitude_deg : float
        Latitude within [-90, 90], longitude within [-180, 360].
    altitude_m : float
        Height above the ellipsoid, within -500 m and 9,000 m. Geoid height (up to 50 m in East Asia) is not
        added: heights above sea level pass as heights above the ellipsoid.
    r_ecef_m : ndarray, shape (3,)
        Earth-fixed position (derived).
    enu_from_ecef : ndarray, shape (3, 3)
        Rows east, north, up (derived).

    Raises
    ------
    InputError
        If a coordinate is outside its range or not finite.
    """

    name: str
    latitude_deg: float
    longitude_deg: float
    altitude_m: float = 0.0
    r_ecef_m: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    enu_from_ecef: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        bounds = {
            "latitude_deg": (self.latitude_deg, -90.0, 90.0),
            "longitude_deg": (self.longitude_deg, -180.0, 360.0),
            "altitude_m": (self.altitude_m, -500.0, 9000.0),
        }
        for key, (value, low, high) in bounds.items():
            if not (math.isfinite(value) and low <= value <= high):
                raise InputError(
                    f"{key} is {value:g}",
                    where=f"site '{self.name}'",
                    remedy=f"Give a value between {low:g} and {high:g}.",
                )
        r = ecef_from_geodetic(self.latitude_deg, self.longitude_deg, self.altitude_m)
        matrix = enu_from_ecef_matrix(self.latitude_deg, self.longitude_deg)
        r.flags.writeable = False
        matrix.flags.writeable = False
        object.__setattr__(self, "r_ecef_m", r)
        object.__setattr__(self, "enu_from_ecef", matrix)
