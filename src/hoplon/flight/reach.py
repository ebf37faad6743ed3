"""How far a missile goes at full burn."""

from __future__ import annotations

import numpy as np

from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.flight.fly import fly
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Vehicle

_GOLDEN = 0.5 * (3.0 - 5.0**0.5)


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
        Its range is the greatest to about 0.01 %. Meant for missiles that fall back: one that could reach
        orbit raises `InputError`.
    """
    kicks = np.geomspace(0.3, 70.0, 28)
    flights = [fly(vehicle, launch, azimuth_deg, float(kick), planet=planet) for kick in kicks]
    best = int(np.argmax([f.range_km for f in flights]))
    low, high = float(kicks[max(best - 1, 0)]), float(kicks[min(best + 1, kicks.size - 1)])
    at, top = float(kicks[best]), flights[best]
    while high - low > 1e-3 * at:
        right = high - at > at - low
        x = at + _GOLDEN * (high - at) if right else at - _GOLDEN * (at - low)
        trial = fly(vehicle, launch, azimuth_deg, x, planet=planet)
        if trial.range_km > top.range_km:
            low, high = (at, high) if right else (low, at)
            at, top = x, trial
        elif right:
            high = x
        else:
            low = x
    return top
