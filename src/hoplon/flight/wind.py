"""Steady wind, as a table over height, linear between its rows; see the methods manual, section 3."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.errors import InputError


@dataclass(frozen=True, slots=True)
class Wind:
    """A wind that blows everywhere and always the same at one height; wind shear is its change with height.

    Attributes
    ----------
    altitude_m : tuple of float
        Geodetic heights, rising.
    east_m_s, north_m_s : tuple of float
        Speed of the air towards east and towards north relative to the rotating Earth at these heights;
        linear between them, constant beyond. A westerly wind blows towards east.

    Raises
    ------
    InputError
        If the three are not of one length of at least one, a value is not finite, or the heights do not rise.
    """

    altitude_m: tuple[float, ...]
    east_m_s: tuple[float, ...]
    north_m_s: tuple[float, ...]

    def __post_init__(self) -> None:
        for key in ("altitude_m", "east_m_s", "north_m_s"):
            object.__setattr__(self, key, tuple(float(value) for value in getattr(self, key)))
        lengths = {len(self.altitude_m), len(self.east_m_s), len(self.north_m_s)}
        values = (*self.altitude_m, *self.east_m_s, *self.north_m_s)
        rising = all(a < b for a, b in zip(self.altitude_m, self.altitude_m[1:], strict=False))
        if len(lengths) != 1 or lengths == {0} or not rising or not all(map(math.isfinite, values)):
            raise InputError(
                "altitude_m, east_m_s and north_m_s are not a table of wind",
                where="wind",
                remedy="Give as many finite speeds towards east and north as there are rising heights.",
            )

    def as_array(self) -> NDArray[np.float64]:
        """Return rows of height, east, north: the form that kernels take."""
        return np.column_stack((self.altitude_m, self.east_m_s, self.north_m_s))
