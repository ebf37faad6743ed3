"""The planet as numbers: gravity, rotation and figure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.earth import _kernels as k
from hoplon.errors import InputError


@dataclass(frozen=True, slots=True)
class Planet:
    """Gravity, rotation and figure of the Earth, or of a simpler one for verification.

    Attributes
    ----------
    gm_m3_s2 : float
        Gravitational parameter.
    j2 : float
        Second zonal harmonic; 0 for a spherical field.
    rotation_rad_s : float
        Rotation rate about the z axis.
    equatorial_radius_m : float
        Equatorial radius of the ellipsoid.
    flattening : float
        Flattening of the ellipsoid; 0 for a sphere. At most 0.005, since heights are series in it.

    Raises
    ------
    InputError
        If a value is not finite, the radius or gm not positive, or the flattening outside its range.
    """

    gm_m3_s2: float
    j2: float
    rotation_rad_s: float
    equatorial_radius_m: float
    flattening: float

    def __post_init__(self) -> None:
        values = (self.gm_m3_s2, self.j2, self.rotation_rad_s, self.equatorial_radius_m, self.flattening)
        if not all(map(math.isfinite, values)) or self.gm_m3_s2 <= 0.0 or self.equatorial_radius_m <= 0.0:
            raise InputError(f"no planet has {values}", remedy="Give finite values, gm and radius positive.")
        if not 0.0 <= self.flattening <= 0.005:
            raise InputError(
                f"flattening is {self.flattening:g}",
                remedy="Give a value from 0 (sphere) to 0.005; WGS-84: 0.00335.",
            )

    def as_array(self) -> NDArray[np.float64]:
        """Return [gm, j2, rotation, radius, flattening], the form that kernels take."""
        return np.array(
            [self.gm_m3_s2, self.j2, self.rotation_rad_s, self.equatorial_radius_m, self.flattening]
        )


#: The Earth (NIMA TR8350.2, 2000).
WGS84 = Planet(k.GM, k.J2, k.ROTATION, k.RADIUS, k.FLATTENING)
#: The same without rotation: how several published range figures were computed.
WGS84_NOT_ROTATING = Planet(k.GM, k.J2, 0.0, k.RADIUS, k.FLATTENING)
#: The textbook's round Earth of 6,371 km.
SPHERE_NOT_ROTATING = Planet(k.GM, 0.0, 0.0, 6371e3, 0.0)
