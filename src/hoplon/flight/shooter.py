"""Flights aimed at a point: the inner part of the fit and of the calibration, and of nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.planet import Planet
from hoplon.earth.sites import Site
from hoplon.flight import _kernels as k
from hoplon.flight.fly import LONGEST_STEP_S, TOLERANCE_M, heading, launch_frame, trajectory_from_nodes
from hoplon.flight.segments import boost_segments, pitch_over_times
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Vehicle

Array = NDArray[np.float64]

#: A flight counts as a hit when it falls this near to the aim point.
HIT_M = 2.0
#: While searching, flights are integrated less finely (they then fall some tens of metres elsewhere).
SEARCH_TOLERANCE_M = 0.3
SEARCH_HIT_M = 30.0
_ALOFT_S = 3.0 * 3600.0


@dataclass(frozen=True, slots=True)
class Shot:
    """One flight as the search sees it.

    Attributes
    ----------
    kick, cut_off, azimuth : float
        Steering angle (rad), share of the powered time, direction (rad).
    angle : float
        Angle at the centre of the Earth from launch to impact; a full turn if the body stays aloft.
    bearing : float
        Direction of the impact as seen from the launch point, rad.
    apogee_m : float
        Greatest height.
    """

    kick: float
    cut_off: float
    azimuth: float
    angle: float
    bearing: float
    apogee_m: float


class Shooter:
    """Flies one vehicle from one launch point and measures where it falls relative to one aim point.

    Parameters
    ----------
    vehicle : Vehicle
        What flies.
    launch, aim : Site
        Where from and where to; the flight ends at the altitude of the aim point.
    planet : Planet
        The planet.
    """

    def __init__(self, vehicle: Vehicle, launch: Site, aim: Site, planet: Planet) -> None:
        self.vehicle = vehicle
        self.planet = planet
        self._planet = planet.as_array()
        self._mach = np.array(vehicle.drag_mach)
        self._cd = np.array(vehicle.drag_cd)
        start, self._enu = launch_frame(launch, planet)
        target, _ = launch_frame(aim, planet)
        self._ground = aim.altitude_m
        self._start = np.concatenate((start, np.zeros(3)))
        self._nodes = np.empty((2000, k.NODE_COLUMNS))
        self._events = np.empty((32, 9))
        # Angles are seen from the centre of the Earth: zero miss is zero miss on any figure.
        self._up = start / np.linalg.norm(start)
        self._east = self._enu[0]
        self._north = np.cross(self._up, self._east)
        self.radius = float(np.linalg.norm(target))
        self.angle, self.bearing = self._seen(target)
        self.first_cut_off = min(1.0, (pitch_over_times(vehicle)[1] + 1.0) / vehicle.powered_time_s)
        self._jacobian: Array | None = None
        self.flights = 0

    def _seen(self, r: Array) -> tuple[float, float]:
        u, e, n = float(r @ self._up), float(r @ self._east), float(r @ self._north)
        return math.atan2(math.hypot(e, n), u), math.atan2(e, n)

    def _integrate(
        self, kick: float, cut_off: float, azimuth: float, tolerance: float
    ) -> tuple[int, int, tuple[float, ...]]:
        to = heading(self._enu, azimuth)
        segments, burnouts = boost_segments(self.vehicle, self._enu[2], to, kick, cut_off)
        longest = LONGEST_STEP_S if tolerance <= TOLERANCE_M else 200.0
        count, ending = k.integrate_into(
            self._nodes,
            self._start,
            0.0,
            _ALOFT_S,
            segments,
            self._mach,
            self._cd,
            self._planet,
            self._ground,
            tolerance,
            longest,
        )
        self.flights += 1
        return count, ending, burnouts

    def shoot(self, kick: float, cut_off: float, azimuth: float, tolerance: float = TOLERANCE_M) -> Shot:
        """Fly once and say where it fell; angles in rad, the allowed error of a step in m."""
        count, ending, _ = self._integrate(kick, cut_off, azimuth, tolerance)
        found = k.events_into(self._events, self._nodes, count, math.inf, self._planet)
        apogee = float(self._events[:found, 8].max()) if found else 0.0
        if ending != k.IMPACT:
            return Shot(kick, cut_off, azimuth, 2.0 * math.pi, azimuth, max(apogee, 1e9))
        angle, bearing = self._seen(self._nodes[count - 1, 1:4])
        if self._swept(count) > math.pi:
            angle, bearing = 2.0 * math.pi - angle, bearing + math.pi
        return Shot(kick, cut_off, azimuth, angle, bearing, apogee)

    def _swept(self, count: int) -> float:
        r = self._nodes[:count:4, 1:4]
        unit = r / np.sqrt((r * r).sum(axis=1))[:, None]
        return float(np.sqrt(((unit[1:] - unit[:-1]) ** 2).sum(axis=1)).sum())

    def miss_m(self, shot: Shot) -> tuple[float, float]:
        """Overshoot and cross-range miss of a shot, m over the ground."""
        turn = (shot.bearing - self.bearing + math.pi) % (2.0 * math.pi) - math.pi
        return (shot.angle - self.angle) * self.radius, turn * self._lever()

    def _lever(self) -> float:
        return self.radius * math.sin(min(self.angle, 1.5))

    def trajectory(self, shot: Shot) -> Trajectory:
        """Fly a shot once more and keep the flight."""
        count, ending, burnouts = self._integrate(shot.kick, shot.cut_off, shot.azimuth, TOLERANCE_M)
        return trajectory_from_nodes(
            self.vehicle.name,
            self._nodes[:count].copy(),
            ending == k.IMPACT,
            burnouts,
            self.vehicle.separates,
            self.planet,
        )

    def hit(self, kick: float, cut_off: float, azimuth: float, *, final: bool = False) -> Shot | None:
        """Solve cut-off and direction for a given kick.

        Broyden's method inside the bracket of cut-offs known to fall short and to overshoot.

        Parameters
        ----------
        kick : float
            Steering angle, rad.
        cut_off, azimuth : float
            Guesses.
        final : bool
            Whether to integrate as finely as the trajectory that is kept, and to hit within `HIT_M`.

        Returns
        -------
        Shot or None
            None where full burn falls short of the aim point.
        """
        tolerance, near = (TOLERANCE_M, HIT_M) if final else (SEARCH_TOLERANCE_M, SEARCH_HIT_M)
        low, high, opened = self.first_cut_off, 1.0, False
        shot = self.shoot(kick, min(max(cut_off, low), high), azimuth, tolerance)
        over, cross = self.miss_m(shot)
        steepest = 4.0 * self.angle * self.radius / shot.cut_off  # range goes about as the fourth power
        jacobian = np.diag([steepest, self._lever()]) if self._jacobian is None else self._jacobian
        for _ in range(60):
            if math.hypot(over, cross) < near:
                self._jacobian = jacobian
                return shot
            short = over < 0.0
            if short and shot.cut_off >= 1.0 and abs(cross) < 0.3 * abs(over) and not opened:
                return None
            if short:
                low = shot.cut_off
            else:
                high = shot.cut_off
            if high - low < 1e-9:
                # Turning has moved the bracket: open it again.
                low, high, opened = max(self.first_cut_off, low - 3e-3), min(1.0, high + 3e-3), not opened
            step = np.linalg.solve(jacobian, [-over, -cross])
            target = shot.cut_off + float(step[0])
            if target >= 1.0 and high >= 1.0 and short:
                target = 1.0
            elif not low < target < high:
                target = 0.5 * (low + high)
            turn = min(max(float(step[1]), -0.5), 0.5)
            new = self.shoot(kick, target, shot.azimuth + turn, tolerance)
            new_over, new_cross = self.miss_m(new)
            jacobian = self._updated(
                jacobian, (target - shot.cut_off, turn), (new_over - over, new_cross - cross), steepest
            )
            shot, over, cross = new, new_over, new_cross
        return None

    @staticmethod
    def _updated(
        jacobian: Array, moved: tuple[float, float], gained: tuple[float, float], steepest: float
    ) -> Array:
        # Weighed so that a step of cut-off and one of direction count by what they move on the ground.
        x, y = np.array(moved), np.array(gained)
        weighed = x * np.diag(jacobian) ** 2
        size = float(weighed @ x)
        if size == 0.0:
            return jacobian
        new = jacobian + np.outer(y - jacobian @ x, weighed) / size
        sound = 0.02 * steepest < new[0, 0] < 50.0 * steepest and new[1, 1] > 0.1 * jacobian[1, 1]
        return new if sound and float(np.linalg.det(new)) > 0.0 else jacobian
