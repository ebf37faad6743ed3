"""The faces of a radar: where each looks, and what is lost away from its axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.errors import InputError


@dataclass(frozen=True, slots=True)
class Face:
    """A flat array of a radar that has several, each with the radar's power and aperture.

    Attributes
    ----------
    azimuth_from_deg, azimuth_to_deg : float
        Sector, clockwise from north; its middle is the azimuth of the axis.
    elevation_min_deg, elevation_max_deg : float
        Lowest and highest beam of this face.
    tilt_deg : float
        Elevation of the axis.
    scan_loss_exponent : float
        The echo falls as this power of the cosine of the angle from the axis, both ways together. 0, as
        without faces, is no loss; 2 is the projected area of the array, seen by the beam that leaves and by
        the echo that comes back (Skolnik, Introduction to Radar Systems, 3rd ed., chapter 9); 3 is usual
        where the elements' own patterns count as well. The broadening of the beam is not counted.
    """

    azimuth_from_deg: float
    azimuth_to_deg: float
    elevation_min_deg: float = -10.0
    elevation_max_deg: float = 90.0
    tilt_deg: float = 0.0
    scan_loss_exponent: float = 0.0

    def __post_init__(self) -> None:
        for key in ("azimuth_from_deg", "azimuth_to_deg"):
            if not -720.0 <= getattr(self, key) <= 720.0:
                raise InputError(f"{key} of a face is {getattr(self, key)}", remedy="Write degrees.")
        if not -10.0 <= self.elevation_min_deg < self.elevation_max_deg <= 90.0:
            raise InputError(
                f"a face reaches from {self.elevation_min_deg} to {self.elevation_max_deg} deg of elevation",
                remedy="Write -10 <= elevation_min_deg < elevation_max_deg <= 90.",
            )
        if not 0.0 <= self.tilt_deg <= 90.0:
            raise InputError(f"tilt_deg of a face is {self.tilt_deg}", remedy="Write 0 to 90.")
        if not 0.0 <= self.scan_loss_exponent <= 10.0:
            raise InputError(
                f"scan_loss_exponent of a face is {self.scan_loss_exponent}", remedy="Write 0 to 10; 2 or 3."
            )

    @property
    def azimuth_width_deg(self) -> float:
        """Width of the sector."""
        width = (self.azimuth_to_deg - self.azimuth_from_deg) % 360.0
        return width if width > 0.0 else 360.0

    def transmission(
        self, azimuth_rad: NDArray[np.float64], elevation_rad: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Share of the echo that is left in a direction.

        Parameters
        ----------
        azimuth_rad, elevation_rad : ndarray
            Direction, of one shape.

        Returns
        -------
        ndarray
            cosⁿ of the angle from the axis, and 0 where this face does not look or the direction lies behind
            it.
        """
        start, width = math.radians(self.azimuth_from_deg), math.radians(self.azimuth_width_deg)
        tilt, axis = math.radians(self.tilt_deg), start + 0.5 * width
        cosine = math.sin(tilt) * np.sin(elevation_rad)
        cosine += math.cos(tilt) * np.cos(elevation_rad) * np.cos(azimuth_rad - axis)
        looks = (azimuth_rad - start) % (2.0 * math.pi) <= width
        looks &= elevation_rad >= math.radians(self.elevation_min_deg)
        looks &= elevation_rad <= math.radians(self.elevation_max_deg)
        if self.scan_loss_exponent > 0.0:
            looks &= cosine > 0.0
        share: NDArray[np.float64] = np.where(looks, np.maximum(cosine, 0.0) ** self.scan_loss_exponent, 0.0)
        return share


def best_face(
    faces: Sequence[Face], azimuth_rad: NDArray[np.float64], elevation_rad: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the face that sees best in each direction.

    Parameters
    ----------
    faces : sequence of Face
        At least one.
    azimuth_rad, elevation_rad : ndarray
        Of one shape.

    Returns
    -------
    face : ndarray of int
        Its number, of the same shape; -1 where none looks.
    share : ndarray
        Its share of the echo.
    """
    share = np.stack([face.transmission(azimuth_rad, elevation_rad) for face in faces])
    best = np.argmax(share, axis=0)
    most = share.max(axis=0)
    return np.where(most > 0.0, best, -1), most
