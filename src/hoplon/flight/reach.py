"""How far a missile goes at full burn."""

from __future__ import annotations

import math

from hoplon.earth.geodesics import destination
from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.flight import _kernels_burnouts as kb
from hoplon.flight import _kernels_fit as kf
from hoplon.flight.fly import fly
from hoplon.flight.model import FlightModel
from hoplon.flight.shooter import Shooter
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Vehicle

_GOLDEN = 0.5 * (3.0 - 5.0**0.5)
# Lengths of the steering vector: half of the first bracket, and all of the last.
_ASIDE = 0.15
_NARROW = 6e-3


def longest_flight(
    vehicle: Vehicle, launch: Site, azimuth_deg: float, *, planet: Planet = WGS84
) -> Trajectory:
    """Fly a missile as far as a pitch-over and gravity turn at full burn will take it.

    Parameters
    ----------
    vehicle : Vehicle
        What flies.
    launch : Site
        Where from.
    azimuth_deg : float
        Direction of the pitch-over.
    planet : Planet
        The planet.

    Returns
    -------
    Trajectory
        Its range is the greatest to about 0.01 %, by golden section (Kiefer, Proc. Am. Math. Soc. 4 (1953)
        502) over the steering, in full integrations: good where range has one maximum over it. Meant for
        missiles that fall back: one that could reach orbit raises `InputError`.
    """
    lat, lon = destination(launch.latitude_deg, launch.longitude_deg, azimuth_deg, 1000.0)
    model = FlightModel(Shooter(vehicle, launch, Site("direction", lat, lon, launch.altitude_m), planet))
    x = model.edge(math.radians(azimuth_deg), kf.BURN, 0.0)
    assert x is not None  # the longest range always exists
    flown: dict[float, Trajectory] = {}

    def range_km(w: float) -> float:
        if w not in flown:
            kick_deg = min(math.degrees(kb.KICK_SCALE * math.sinh(w)), 90.0)
            flown[w] = fly(vehicle, launch, azimuth_deg, kick_deg, planet=planet)
        return flown[w].range_km

    at = math.hypot(float(x[0]), float(x[1]))
    low, high = max(at - _ASIDE, 0.0), min(at + _ASIDE, model.flattest)
    # The guess is good; where it is not, go to where flights go farther.
    while low > 0.0 and range_km(low) > range_km(at):
        low, at, high = max(low - _ASIDE, 0.0), low, at
    while high < model.flattest and range_km(high) > range_km(at):
        low, at, high = at, high, min(high + _ASIDE, model.flattest)
    while high - low > _NARROW:
        right = high - at > at - low
        w = at + _GOLDEN * (high - at) if right else at - _GOLDEN * (at - low)
        if range_km(w) > range_km(at):
            low, high = (at, high) if right else (low, at)
            at = w
        elif right:
            high = w
        else:
            low = w
    return flown[at]
