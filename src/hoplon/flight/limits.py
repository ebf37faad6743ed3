"""What a missile cannot do: how far it goes, and the errors that say so.

Equations and their sources: the methods manual, section 4.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon.earth import geodesics
from hoplon.errors import UnreachableError
from hoplon.flight import _kernels_fit as kf
from hoplon.flight.aiming import hit, reach_shot
from hoplon.flight.model import FlightModel
from hoplon.flight.shooter import Shooter, Shot

Array = NDArray[np.float64]

_GOLDEN = 0.5 * (3.0 - math.sqrt(5.0))
#: An apogee beyond the edge by less than this share, or by so many kilometres, is flown at the edge.
_EDGE, _EDGE_KM = 1e-3, 0.1
#: Directions of full burns that are compared, to either side of the aim point's, rad.
_ASIDE = 0.5
#: The aim point that an error suggests lies inside the edge of reach by this share of the range.
_INSIDE = 2e-3


def stays_aloft(shooter: Shooter) -> UnreachableError:
    """Return the error of a full burn that does not come down."""
    return UnreachableError(
        f"'{shooter.vehicle.name}' does not come down after a full burn in this direction",
        remedy="Give an apogee, or ask for its minimum-energy trajectory.",
    )


def out_of_reach(shooter: Shooter, ask: int, wanted: float) -> Shot | UnreachableError:
    """Find out what the missile can do, and say it.

    Parameters
    ----------
    shooter : Shooter
        Vehicle, launch and aim point.
    ask : int
        STEERING for minimum energy, HEIGHT or PATH (see `hoplon.flight._kernels_fit`).
    wanted : float
        Apogee (m) or path angle (rad).

    Returns
    -------
    Shot or UnreachableError
        The flight at the edge of what can be done, where the apogee asked for lies within a thousandth
        beyond it; else the error to raise.
    """
    name = shooter.vehicle.name
    away = f"the aim point is {shooter.angle * shooter.radius / 1e3:.0f} km away"
    model = FlightModel(shooter)
    least = model.least()
    reachable = None if least is None else hit(shooter, model, least, kf.STEERING, _w(least), least=True)
    if least is None or reachable is None:
        edge = _edge(shooter, kf.BURN, 0.0)
        if edge is None:
            return stays_aloft(shooter)
        reach_km, nearest = edge
        return UnreachableError(
            f"'{name}' reaches {reach_km:.0f} km in this direction; {away}",
            remedy=f"The nearest aim point within reach is {nearest}. Or choose another missile.",
        )
    if ask == kf.PATH:
        scale, noun, unit = math.radians(1.0), "a path angle at burnout", "deg"
        below = wanted < reachable.burnout_angle
    else:
        scale, noun, unit = 1e3, "an apogee", "km"
        below = wanted < reachable.apogee_m
    end = _limit(shooter, least, lower=below)
    found = (end.burnout_angle if ask == kf.PATH else end.apogee_m) / scale
    asked = wanted / scale
    if ask == kf.HEIGHT and abs(found - asked) <= max(_EDGE_KM, _EDGE * asked):
        return end
    limit, way = ("lowest", "of at least") if below else ("highest", "up to")
    what = (
        f"'{name}' does not reach the aim point with {noun} of {asked:.1f} {unit}: "
        f"the {limit} one is {found:.1f} {unit}"
    )
    remedy = f"Choose {noun} {way} {found:.0f} {unit}."
    edge = _edge(shooter, ask, wanted)
    if edge is None:
        remedy += " With the one asked for it reaches no aim point in this direction."
    elif edge[0] < shooter.angle * shooter.radius / 1e3:
        what += f"; so flown it reaches {edge[0]:.0f} km in this direction, and {away}"
        remedy += f" So flown, the nearest aim point within reach is {edge[1]}."
    return UnreachableError(what, remedy=remedy)


def _w(x: Array) -> float:
    return math.hypot(float(x[0]), float(x[1]))


def _limit(shooter: Shooter, least: Array, *, lower: bool) -> Shot:
    """Fly the lowest or highest flight to the aim point: that of a full burn, or of the flattest steering."""
    model = FlightModel(shooter)
    last = least.copy()
    for n in range(1, 60):
        x = last.copy()
        w = _w(least) * (1.04**n if lower else 0.94**n)
        if w > model.flattest or not model.aim(x, kf.STEERING, w):
            break
        last = x
        if x[2] > 1.0:
            x = last.copy()
            shot = hit(shooter, model, x, kf.BURN, 1.0) if model.aim(x, kf.BURN, 1.0) else None
            if shot is not None:
                return shot
            break
    # The table ends before the tanks do: the last flight that it knows.
    for share in (0.0, 0.25, 0.5, 1.0):
        x = last + share * (least - last)
        w = _w(x)
        trial = FlightModel(shooter)
        shot = hit(shooter, trial, x, kf.STEERING, w) if trial.aim(x, kf.STEERING, w) else None
        if shot is not None:
            return shot
    return shooter.shoot(*model.steering(least))


def _edge(shooter: Shooter, ask: int, wanted: float) -> tuple[float, str] | None:
    """Return the reach of full burns towards the aim point, km, and the place on the edge next to it."""
    model = FlightModel(shooter)
    shot = reach_shot(shooter, model, ask, wanted)
    if shot is None:
        return None
    reach_km = shooter.trajectory().range_km

    def gap(azimuth: float) -> float:
        x = model.edge(azimuth, ask, wanted)
        guess = None if x is None else model.predict(x)
        if guess is None:
            return math.inf
        return math.hypot(*kf.miss(guess[:3], shooter.target))

    low, high = shot.azimuth - _ASIDE, shot.azimuth + _ASIDE
    a, b = low + _GOLDEN * (high - low), high - _GOLDEN * (high - low)
    of_a, of_b = gap(a), gap(b)
    for _ in range(12):
        if of_a < of_b:
            high, b, of_b = b, a, of_a
            a = low + _GOLDEN * (high - low)
            of_a = gap(a)
        else:
            low, a, of_a = a, b, of_b
            b = high - _GOLDEN * (high - low)
            of_b = gap(b)
    x = model.edge(a if of_a < of_b else b, ask, wanted)
    aside = None if x is None else shooter.shoot(*model.steering(x))
    if aside is None or not aside.landed or aside.miss_m > shot.miss_m:
        shooter.shoot(shot.kick, shot.cut_off, shot.azimuth)
    flight = shooter.trajectory()
    start, end = flight.events[0], flight.event("impact")
    way = geodesics.azimuth_deg(start.latitude_deg, start.longitude_deg, end.latitude_deg, end.longitude_deg)
    latitude, longitude = geodesics.destination(
        start.latitude_deg, start.longitude_deg, way, (1.0 - _INSIDE) * flight.range_km
    )
    return reach_km, f"{latitude:.3f},{longitude:.3f}"
