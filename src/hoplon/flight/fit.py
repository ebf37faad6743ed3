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
from numpy.typing import NDArray

from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError, UnreachableError
from hoplon.flight.minimum_energy import burnout_speed_m_s
from hoplon.flight.shooter import SEARCH_TOLERANCE_M, Shooter, Shot
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Vehicle

Array = NDArray[np.float64]

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
    start = _CUT_OFFS - 1
    for kick in np.radians(_KICKS_DEG):
        row = _Row(shooter, float(kick), cut_offs)
        i = row.first_beyond(start)
        if i is None:
            longest = row.longest()
            points.append(_Point(float(kick), 2.0 - longest.angle / shooter.angle, longest))
            continue
        shot, at = row[i], float(cut_offs[i])
        if i > 0:
            share = (shooter.angle - row[i - 1].angle) / (shot.angle - row[i - 1].angle)
            at = row[i - 1].cut_off + share * (shot.cut_off - row[i - 1].cut_off)
        points.append(_Point(float(kick), at, shot))
        start = i  # the next kick reaches it at about the same cut-off
    return points


class _Row:
    """Coarse shots at one kick angle, flown when they are asked for."""

    def __init__(self, shooter: Shooter, kick: float, cut_offs: Array) -> None:
        self._shooter = shooter
        self._kick = kick
        self._cut_offs = cut_offs
        self._shots: dict[int, Shot] = {}

    def __getitem__(self, i: int) -> Shot:
        if i not in self._shots:
            self._shots[i] = self._shooter.shoot(
                self._kick, float(self._cut_offs[i]), self._shooter.bearing, _COARSE_M
            )
        return self._shots[i]

    def longest(self) -> Shot:
        return max(self._shots.values(), key=lambda shot: shot.angle)

    def first_beyond(self, start: int) -> int | None:
        """Walk from a place in the row to where range first passes the aim point's, if it does.

        Longer burns go farther, up to where steering is so flat that the missile falls back in boost: the
        range has one top.
        """
        aim, last = self._shooter.angle, self._cut_offs.size - 1
        i = start
        while self[i].angle < aim and i < last and self[i + 1].angle > self[i].angle:
            i += 1
        while self[i].angle < aim and i > 0 and self[i - 1].angle > self[i].angle:
            i -= 1
        if self[i].angle < aim:
            return None
        while i > 0 and self[i - 1].angle >= aim:
            i -= 1
        return i


def _solve(shooter: Shooter, kick: float, near: _Point) -> _Point:
    guess = min(near.cost, 1.0)
    shot = shooter.hit(kick, guess, near.shot.azimuth)
    if shot is not None:
        return _Point(kick, shot.cut_off, shot)
    full = shooter.shoot(kick, 1.0, near.shot.azimuth, SEARCH_TOLERANCE_M)
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
    least = _least(shooter, points, 0.01 if apogee_km is None else 0.15)
    vehicle = shooter.vehicle.name
    if least.cost > 1.0:
        reach = (2.0 - least.cost) * shooter.angle * shooter.radius / 1e3
        wanted = shooter.angle * shooter.radius / 1e3
        raise UnreachableError(
            f"'{vehicle}' reaches {reach:.0f} km in this direction; the aim point is {wanted:.0f} km away",
            remedy=f"Choose an aim point within {reach:.0f} km of the launch point, or another missile.",
        )
    end = least if apogee_km is None else _at_apogee(shooter, least, points, apogee_km * 1e3)
    shot = None
    # At the edge of reach, full burn may fall some metres short once integrated finely: steering gives way.
    for share in (0.0, *np.geomspace(3e-6, 3e-2, 9)):
        kick = end.kick + float(share) * (least.kick - end.kick)
        shot = shot or shooter.hit(kick, end.shot.cut_off, end.shot.azimuth, final=True)
    if shot is None:
        raise UnreachableError(
            f"'{vehicle}' falls just short of the aim point at full burn",
            remedy="Choose an aim point some kilometres nearer.",
        )
    found = shot.apogee_m / 1e3
    if apogee_km is not None and abs(found - apogee_km) > max(0.1, 1e-3 * apogee_km):
        limit, way = ("highest", "up to") if apogee_km > found else ("lowest", "of at least")
        raise UnreachableError(
            f"'{vehicle}' does not reach the aim point with an apogee of {apogee_km:.1f} km: "
            f"the {limit} one is {found:.1f} km",
            remedy=f"Choose an apogee {way} {found:.0f} km.",
        )
    return shot


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
        Its impact lies within 10 m of the aim point on the full model, and its apogee within 100 m, or at
        the edge of what the missile can do 0.1 %, of the one asked for. It holds the flight, not the
        steering that gave it.

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
