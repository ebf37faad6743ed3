"""Find the flight without thrust that goes from one point to another with a given apogee.

The conic is that of Bate, Mueller and White, Fundamentals of Astrodynamics (1971); see the methods manual,
section 4.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hoplon.earth import _kernels as earth
from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError, UnreachableError
from hoplon.flight import _kernels_fall as fall
from hoplon.flight import _kernels_free as kf
from hoplon.flight.fly import free_flight, launch_frame
from hoplon.flight.trajectory import Trajectory

Array = NDArray[np.float64]

#: Miss at which the search stops, and tolerances of its first flight and of the others, m.
SEARCH = (5.0, 1000.0, 30.0)
_HIT_M = 10.0
_ROUNDS = 6


@lru_cache(maxsize=1)
def air_table() -> Array:
    """Return the table of the air that quick flights read."""
    table = np.empty((fall.AIR_ROWS, 4))
    fall.air_into(table)
    table.flags.writeable = False
    return table


def aim_frame(aim: Site, planet: Planet) -> Array:
    """Return the aim point, and its unit rows east, north and out from the planet's centre."""
    target, enu = launch_frame(aim, planet)
    out = target / np.linalg.norm(target)
    return np.vstack((target, enu[0], np.cross(out, enu[0]), out))


def fit_free_flight(
    start: Site,
    start_altitude_km: float,
    aim: Site,
    apogee_km: float,
    ballistic_coefficient_kg_m2: float = math.inf,
    *,
    planet: Planet = WGS84,
) -> Trajectory:
    """Find the flight of a body without thrust from a point to an aim point, with a given apogee.

    Speed, direction and path angle at the start are the unknowns: two for the aim point, one for the apogee.
    What a missile would need to get there is not asked: see `hoplon.flight.fit.fit` for that.

    Parameters
    ----------
    start : Site
        Place above which it starts, such as the end of a boost; its own altitude does not count.
    start_altitude_km : float
        Height of the start over the ellipsoid.
    aim : Site
        Where it falls.
    apogee_km : float
        Greatest height, above both ends.
    ballistic_coefficient_kg_m2 : float
        Mass over drag area, constant; infinite for no drag.
    planet : Planet
        The planet.

    Returns
    -------
    Trajectory
        From the start to the impact, which lies within 10 m of the aim point; its apogee is within 10 m of
        the one asked for.

    Raises
    ------
    InputError
        If a number is none that can be.
    UnreachableError
        If there is no such flight.
    """
    if not 0.0 <= start_altitude_km <= 10000.0:
        raise InputError(
            f"start_altitude_km is {start_altitude_km:g}", remedy="Give a height from 0 to 10,000 km."
        )
    lowest = max(start_altitude_km, aim.altitude_m / 1e3)
    if not lowest < apogee_km < 50000.0:
        raise InputError(
            f"apogee_km is {apogee_km:g}", remedy=f"Give a height above {lowest:g} km, up to 50,000 km."
        )
    if not ballistic_coefficient_kg_m2 > 0.0:
        raise InputError(
            f"ballistic_coefficient_kg_m2 is {ballistic_coefficient_kg_m2:g}",
            remedy="Give a positive number, or infinity for no drag.",
        )
    r = np.array(
        earth.ecef_from_geodetic_on(
            math.radians(start.latitude_deg),
            math.radians(start.longitude_deg),
            start_altitude_km * 1e3,
            planet.equatorial_radius_m,
            planet.flattening,
        )
    )
    target = aim_frame(aim, planet)
    aimed, top_m = target.copy(), apogee_km * 1e3
    v = np.empty(3)
    for _ in range(_ROUNDS):
        flights = kf.fit_free_into(
            v,
            r,
            aimed,
            top_m,
            1.0 / ballistic_coefficient_kg_m2,
            aim.altitude_m,
            *SEARCH,
            planet.as_array(),
            air_table(),
        )
        if flights == 0:
            break
        flight = free_flight(
            r,
            v + planet.rotation_rad_s * np.array([r[1], -r[0], 0.0]),
            ballistic_coefficient_kg_m2,
            planet=planet,
            ground_altitude_m=aim.altitude_m,
            name="free body",
        )
        off, high_m = flight.r_ecef_m[-1] - target[0], 1e3 * (flight.apogee_km - apogee_km)
        if float(np.linalg.norm(off)) < _HIT_M and abs(high_m) < _HIT_M:
            return flight
        # Where the air rules from the start, the quick flights' air is not exact enough: aim off by the rest.
        aimed[0] -= off
        top_m -= high_m
    raise UnreachableError(
        f"no flight without thrust found from '{start.name}' to '{aim.name}' "
        f"with an apogee of {apogee_km:g} km",
        remedy="Give a higher apogee, or a larger ballistic coefficient.",
    )
