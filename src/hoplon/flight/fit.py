"""Find the flight that hits an aim point: a boundary-value problem, solved on the full model.

Three numbers describe a flight from a given launch point: direction, kick angle and cut-off. The aim point
uses up two. The third is free: minimum energy takes the earliest cut-off, a given apogee or path angle at
burnout fixes it. A quick model (`hoplon.flight.model`) is solved for all three; a flight shows what the model
is off by; the model so corrected is solved again, until a flight hits. Equations and their sources: the
methods manual, section 4.
"""

from __future__ import annotations

import math

from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError, UnreachableError
from hoplon.flight import _kernels_fit as kf
from hoplon.flight.aiming import hit, reach_shot
from hoplon.flight.limits import out_of_reach, stays_aloft
from hoplon.flight.model import FlightModel
from hoplon.flight.shooter import Shooter, Shot
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Vehicle


def solve(
    shooter: Shooter,
    apogee_km: float | None = None,
    *,
    burnout_angle_deg: float | None = None,
    maximum_range: bool = False,
) -> Shot:
    """Return the shot of a fit, steering and cut-off included; see `fit`, which keeps them to itself."""
    model = FlightModel(shooter)
    if maximum_range:
        shot = reach_shot(shooter, model, kf.BURN, 0.0)
        if shot is None:
            raise stays_aloft(shooter)
        return shot
    if apogee_km is not None:
        ask, wanted = kf.HEIGHT, apogee_km * 1e3
    elif burnout_angle_deg is not None:
        ask, wanted = kf.PATH, math.radians(burnout_angle_deg)
    else:
        ask, wanted = kf.STEERING, 0.0
    if ask == kf.STEERING:
        x = model.least()
        shot = None if x is None else hit(shooter, model, x, ask, math.hypot(x[0], x[1]), least=True)
        if shot is not None:
            return shot
    else:
        for x in model.at(ask, wanted):
            shot = hit(shooter, model, x, ask, wanted)
            if shot is not None:
                return shot
            model.forget()
    found = out_of_reach(shooter, ask, wanted)
    if isinstance(found, UnreachableError):
        raise found
    return found


def fit(
    vehicle: Vehicle,
    launch: Site,
    aim: Site,
    *,
    apogee_km: float | None = None,
    burnout_angle_deg: float | None = None,
    maximum_range: bool = False,
    planet: Planet = WGS84,
) -> Trajectory:
    """Find the flight that hits an aim point.

    By default the minimum-energy one: the earliest cut-off that reaches the aim point. At most one of
    `apogee_km`, `burnout_angle_deg` and `maximum_range` asks for another.

    Parameters
    ----------
    vehicle : Vehicle
        What flies. Its thrust may be ended early: with every liquid engine and many solid ones this is how
        range is set.
    launch, aim : Site
        Where from and where to, 20 km to 15,000 km apart.
    apogee_km : float, optional
        Greatest height of the flight.
    burnout_angle_deg : float, optional
        Angle above the horizontal at which it moves, relative to the rotating Earth, when thrust ends.
    maximum_range : bool
        Burn everything, and go as far as that takes it: the aim point gives the direction only, in which the
        impact then lies as seen from the launch point.
    planet : Planet
        The planet.

    Returns
    -------
    Trajectory
        Its impact lies within 10 m of the aim point on the full model (with `maximum_range`, of the great
        circle through it), its apogee within 100 m (at the edge of what the missile can do, 0.1 %), or its
        path angle within 0.005 deg, of the one asked for.
        Minimum energy is met to a thousandth of the ideal speed: the optimum is flat. It holds the flight,
        not the steering that gave it.

    Raises
    ------
    InputError
        If the points are too near or too far apart, or what is asked for is no number that can be.
    UnreachableError
        If the aim point is out of reach, or not to be reached in the way asked for; it says how far the
        missile goes, and which aim point within reach is nearest.

    Notes
    -----
    Steering is a pitch-over and a gravity turn (see `hoplon.flight.segments`). A missile that steers
    otherwise reaches some tens of kilometres farther or nearer, with another boost path.
    """
    asked = [apogee_km is not None, burnout_angle_deg is not None, maximum_range]
    if sum(asked) > 1:
        raise InputError(
            "apogee_km, burnout_angle_deg and maximum_range exclude one another", remedy="Give one of them."
        )
    if apogee_km is not None and not (math.isfinite(apogee_km) and apogee_km > 0.0):
        raise InputError(f"apogee_km is {apogee_km:g}", remedy="Give a height above 0.")
    if burnout_angle_deg is not None and not -90.0 < burnout_angle_deg < 90.0:
        raise InputError(
            f"burnout_angle_deg is {burnout_angle_deg:g}", remedy="Give an angle between -90 and 90."
        )
    shooter = Shooter(vehicle, launch, aim, planet)
    distance = shooter.angle * shooter.radius / 1e3
    if not 20.0 <= distance <= 15000.0:
        raise InputError(
            f"launch '{launch.name}' and aim '{aim.name}' are {distance:.0f} km apart",
            remedy="Choose points between 20 km and 15,000 km apart.",
        )
    solve(shooter, apogee_km, burnout_angle_deg=burnout_angle_deg, maximum_range=maximum_range)
    return shooter.trajectory()
