"""Find the flight that hits an aim point, on a minimum-energy or a given-apogee trajectory.

Three numbers describe a flight from a given launch point: direction, kick angle and cut-off. The aim point
uses up two. The third is free: minimum energy takes the earliest cut-off, a given apogee fixes it. So the
search runs along one line, the kick angle, and solves direction and cut-off at each point of it. A coarse map
of flights over kick and cut-off shows first where the line runs, which keeps the search away from steering so
flat that the missile falls back in boost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError, UnreachableError
from hoplon.flight.minimum_energy import burnout_speed_m_s
from hoplon.flight.shooter import Shooter, Shot
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Vehicle

_KICKS_DEG = (0.1, 0.2, 0.35, 0.6, 0.9, 1.3, 1.9, 2.7, 3.8, 5.2, 7.0, 9.5, 13.0, 18.0, 25.0, 35.0, 50.0, 70.0)
_CUT_OFFS = 9
_COARSE_M = 30.0
_APOGEE_M = 50.0
_GOLDEN = 0.5 * (3.0 - math.sqrt(5.0))


@dataclass(frozen=True, slots=True)
class _Point:
    """What is known of one kick angle: the shot that hits, or how far the longest one falls short."""

    kick: float
    cost: float  # cut-off of the shot that hits; above 1, the relative shortfall
    shot: Shot


def _first_useful_cut_off(shooter: Shooter) -> float:
    # Vacuum, no gravity loss: what no real flight can beat. The Earth's rotation helps by up to 465 m/s.
    need = 0.9 * burnout_speed_m_s(shooter.angle * shooter.radius / 1e3) - 465.0
    low, high = shooter.first_cut_off, 1.0
    for _ in range(12):
        middle = 0.5 * (low + high)
        if shooter.vehicle.ideal_speed_m_s(middle) < need:
            low = middle
        else:
            high = middle
    return low


def _map(shooter: Shooter) -> list[_Point]:
    """Fly a coarse grid, and say for each kick where it first reaches the aim point's distance."""
    cut_offs = np.linspace(_first_useful_cut_off(shooter), 1.0, _CUT_OFFS)
    points = []
    for kick in np.radians(_KICKS_DEG):
        longest: Shot | None = None
        point: _Point | None = None
        for cut_off in cut_offs:
            shot = shooter.shoot(float(kick), float(cut_off), shooter.bearing, _COARSE_M)
            if shot.angle >= shooter.angle:
                at = float(cut_off)
                if longest is not None:
                    share = (shooter.angle - longest.angle) / (shot.angle - longest.angle)
                    at = longest.cut_off + share * (shot.cut_off - longest.cut_off)
                point = _Point(float(kick), at, shot)
                break
            if longest is not None and shot.angle < longest.angle:
                break  # so flat that it falls back in boost
            longest = shot
        if point is None and longest is not None:
            point = _Point(float(kick), 2.0 - longest.angle / shooter.angle, longest)
        if point is not None:
            points.append(point)
    return points


def _solve(shooter: Shooter, kick: float, near: _Point) -> _Point:
    guess = min(near.cost, 1.0)
    shot = shooter.hit(kick, guess, near.shot.azimuth)
    if shot is not None:
        return _Point(kick, shot.cut_off, shot)
    full = shooter.shoot(kick, 1.0, near.shot.azimuth)
    return _Point(kick, 2.0 - min(full.angle / shooter.angle, 0.999999), full)


def _least(shooter: Shooter, points: list[_Point], share: float) -> _Point:
    """Golden-section search for the kick of least cost, from the map's best point and its neighbours."""
    best = min(range(len(points)), key=lambda i: points[i].cost)
    a = points[max(best - 1, 0)].kick
    c = points[min(best + 1, len(points) - 1)].kick
    middle = _solve(shooter, points[best].kick, points[best])
    while c - a > share * middle.kick:
        right = c - middle.kick > middle.kick - a
        x = middle.kick + _GOLDEN * (c - middle.kick) if right else middle.kick - _GOLDEN * (middle.kick - a)
        trial = _solve(shooter, x, middle)
        if trial.cost < middle.cost:
            a, c = (middle.kick, c) if right else (a, middle.kick)
            middle = trial
        elif right:
            c = x
        else:
            a = x
    return middle


def _at_apogee(shooter: Shooter, least: _Point, points: list[_Point], apogee_m: float) -> _Point:
    """Move from minimum energy along the line of hits to a given apogee, or to the line's end."""
    lofted = apogee_m > least.shot.apogee_m
    inner, outer = least, None
    # Outwards over the map's kicks until the apogee is passed or the aim point is lost.
    side = [p for p in points if (p.kick < least.kick if lofted else p.kick > least.kick)]
    for p in sorted(side, key=lambda p: abs(p.kick - least.kick)):
        near = p if p.cost <= 1.0 else inner
        trial = _solve(shooter, p.kick, _Point(p.kick, near.cost, inner.shot))
        if trial.cost > 1.0 or (trial.shot.apogee_m > apogee_m) == lofted:
            outer = trial
            break
        inner = trial
    if outer is None:
        return inner
    for i in range(60):
        if abs(inner.shot.apogee_m - apogee_m) < _APOGEE_M:
            return inner
        if outer.cost <= 1.0 and abs(outer.shot.apogee_m - apogee_m) < _APOGEE_M:
            return outer
        if abs(outer.kick - inner.kick) < 1e-7:
            break
        share = 0.5
        if outer.cost <= 1.0 and i % 4 != 3:
            share = (apogee_m - inner.shot.apogee_m) / (outer.shot.apogee_m - inner.shot.apogee_m)
            share = min(max(share, 0.02), 0.98)
        trial = _solve(shooter, inner.kick + share * (outer.kick - inner.kick), inner)
        if trial.cost > 1.0 or (trial.shot.apogee_m > apogee_m) == lofted:
            outer = trial
        else:
            inner = trial
    return inner


def solve(shooter: Shooter, apogee_km: float | None) -> Shot:
    """Return the shot of a fit, steering and cut-off included; see `fit`, which keeps them to itself."""
    points = _map(shooter)
    least = _least(shooter, points, 0.01 if apogee_km is None else 0.1)
    vehicle = shooter.vehicle.name
    if least.cost > 1.0:
        reach = (2.0 - least.cost) * shooter.angle * shooter.radius / 1e3
        wanted = shooter.angle * shooter.radius / 1e3
        raise UnreachableError(
            f"'{vehicle}' reaches {reach:.0f} km in this direction; the aim point is {wanted:.0f} km away",
            remedy=f"Choose an aim point within {reach:.0f} km of the launch point, or another missile.",
        )
    if apogee_km is None:
        return least.shot
    end = _at_apogee(shooter, least, points, apogee_km * 1e3)
    found = end.shot.apogee_m / 1e3
    if abs(found - apogee_km) > 2.0 * _APOGEE_M / 1e3:
        limit = "highest" if apogee_km > found else "lowest"
        raise UnreachableError(
            f"'{vehicle}' does not reach the aim point with an apogee of {apogee_km:.0f} km: "
            f"the {limit} one is {found:.0f} km",
            remedy=f"Choose an apogee nearer to {least.shot.apogee_m / 1e3:.0f} km (minimum energy).",
        )
    return end.shot


def fit(
    vehicle: Vehicle,
    launch: Site,
    aim: Site,
    *,
    apogee_km: float | None = None,
    planet: Planet = WGS84,
) -> Trajectory:
    """Find the flight that hits an aim point.

    Parameters
    ----------
    vehicle : Vehicle
        What flies. Its thrust may be ended early: with every liquid engine and many solid ones this is how
        range is set.
    launch, aim : Site
        Where from and where to, 20 km to 15,000 km apart.
    apogee_km : float, optional
        Greatest height of the flight. By default minimum energy: the earliest cut-off that reaches the aim
        point.
    planet : Planet
        The planet.

    Returns
    -------
    Trajectory
        Its impact lies within 10 m of the aim point and its apogee within 100 m of the one asked for, on
        the full model. It holds the flight, not the steering that gave it.

    Raises
    ------
    InputError
        If the points are too near or too far apart, or the apogee is not a positive number.
    UnreachableError
        If the aim point is out of reach, or not to be reached with this apogee; it says what is possible.

    Notes
    -----
    Steering is a pitch-over and a gravity turn (see `hoplon.flight.segments`). A missile that steers
    otherwise reaches some tens of kilometres farther or nearer, with another boost path.
    """
    if apogee_km is not None and not (math.isfinite(apogee_km) and apogee_km > 0.0):
        raise InputError(f"apogee_km is {apogee_km:g}", remedy="Give a height above 0.")
    shooter = Shooter(vehicle, launch, aim, planet)
    distance = shooter.angle * shooter.radius / 1e3
    if not 20.0 <= distance <= 15000.0:
        raise InputError(
            f"launch '{launch.name}' and aim '{aim.name}' are {distance:.0f} km apart",
            remedy="Choose points between 20 km and 15,000 km apart.",
        )
    return shooter.trajectory(solve(shooter, apogee_km))
