"""US Standard Atmosphere 1976, for people; kernels use `hoplon.earth._kernels.atmosphere`."""

from __future__ import annotations

from dataclasses import dataclass

from hoplon.earth import _kernels as k


@dataclass(frozen=True, slots=True)
class Atmosphere:
    """State of the air at one altitude.

    Attributes
    ----------
    density_kg_m3, pressure_pa, temperature_k, speed_of_sound_m_s : float
        See `atmosphere`.
    """

    density_kg_m3: float
    pressure_pa: float
    temperature_k: float
    speed_of_sound_m_s: float


def atmosphere(altitude_m: float) -> Atmosphere:
    """US Standard Atmosphere 1976 (NOAA-S/T 76-1562).

    Parameters
    ----------
    altitude_m : float
        Geometric altitude; below -5 km the value at -5 km, above 1000 km no air.

    Returns
    -------
    Atmosphere
        Density to 0.01 % of the standard's table below 86 km and 0.5 % above (interpolated between rows).
        The temperature is the molecular-scale one below 86 km (0.08 K above the kinetic one at 86 km); the
        speed of sound, which the standard does not define above 86 km, keeps its value there.
    """
    return Atmosphere(*k.atmosphere(float(altitude_m)))
