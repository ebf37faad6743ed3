"""The planet: figure, rotation, gravity, air, frames, places and distances."""

from hoplon.earth.atmosphere import Atmosphere, atmosphere
from hoplon.earth.planet import SPHERE_NOT_ROTATING, WGS84, WGS84_NOT_ROTATING, Planet
from hoplon.earth.sites import Site

__all__ = [
    "SPHERE_NOT_ROTATING",
    "WGS84",
    "WGS84_NOT_ROTATING",
    "Atmosphere",
    "Planet",
    "Site",
    "atmosphere",
]
