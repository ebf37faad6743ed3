"""The planet as numbers: gravity, rotation and figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.earth import _kernels as k


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
        Flattening of the ellipsoid; 0 for a sphere.
    """

    gm_m3_s2: float
    j2: float
    rotation_rad_s: float
    equatorial_radius_m: float
    flattening: float

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
