"""Flights aimed at a point: the inner part of the fit and of the calibration, and of nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.planet import Planet
from hoplon.earth.sites import Site
from hoplon.flight import _kernels as k
from hoplon.flight import _kernels_fit as kf
from hoplon.flight.fly import LONGEST_STEP_S, TOLERANCE_M, heading, launch_frame, trajectory_from_nodes
from hoplon.flight.segments import boost_segments
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Vehicle

Array = NDArray[np.float64]

_ALOFT_S = 3.0 * 3600.0


@dataclass(frozen=True, slots=True)
class Shot:
    """One flight as the search sees it.

    Attributes
    ----------
    kick, cut_off, azimuth : float
        Steering angle (rad), share of the powered time, direction (rad).
    landed : bool
        Whether it came down after its boost; what follows means nothing where it did not.
    east_m, north_m : float
        Where it fell as seen from the aim point, over the ground.
    apogee_m : float
        Greatest height.
    burnout_angle : float
        Angle of the velocity relative to the Earth above the horizontal at the end of thrust, rad.
    angle, bearing : float
        Angle at the centre of the Earth from launch to impact, and direction of the impact as seen from the
        launch point, rad.
    """

    kick: float
    cut_off: float
    azimuth: float
    landed: bool
    east_m: float
    north_m: float
    apogee_m: float
    burnout_angle: float
    angle: float
    bearing: float

    @property
    def miss_m(self) -> float:
        """Distance of the impact from the aim point, over the ground."""
        return math.hypot(self.east_m, self.north_m)


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
        self.launch = launch
        self.aim = aim
        self.planet = planet
        self._planet = planet.as_array()
        self._mach = np.array(vehicle.drag_mach)
        self._cd = np.array(vehicle.drag_cd)
        start, self._enu = launch_frame(launch, planet)
        target, _ = launch_frame(aim, planet)
        self._start = np.concatenate((start, np.zeros(3)))
        self._nodes = np.empty((2000, k.NODE_COLUMNS))
        self._events = np.empty((32, 9))
        self._count = 0
        self._burnouts: tuple[float, ...] = ()
        # Angles are seen from the centre of the Earth: zero miss is zero miss on any figure.
        self._out = start / np.linalg.norm(start)
        self._east = self._enu[0]
        self._north = np.cross(self._out, self._east)
        self.radius = float(np.linalg.norm(target))
        self.angle, self.bearing = self.seen(target)
        self.frame = np.vstack((start, self._enu))
        out = target / self.radius
        # Any direction will do for east at a pole.
        side = (
            np.array([-out[1], out[0], 0.0]) if math.hypot(out[0], out[1]) > 1e-12 else np.array([0.0, 1, 0])
        )
        east = side / np.linalg.norm(side)
        self.target = np.vstack((target, east, np.cross(out, east), out))
        self.flights = 0

    def seen(self, r: Array) -> tuple[float, float]:
        """Angle at the centre, and bearing, from the launch point to a place (rad).

        `r` is Earth-fixed, m; north is that of the sphere through the launch point.
        """
        u, e, n = float(r @ self._out), float(r @ self._east), float(r @ self._north)
        return math.atan2(math.hypot(e, n), u), math.atan2(e, n)

    def shoot(self, kick: float, cut_off: float, azimuth: float, tolerance: float = TOLERANCE_M) -> Shot:
        """Fly once and say where it fell; angles in rad, the allowed error of a step in m."""
        to = heading(self._enu, azimuth)
        segments, burnouts = boost_segments(self.vehicle, self._enu[2], to, kick, cut_off)
        count, ending = k.integrate_into(
            self._nodes,
            self._start,
            0.0,
            _ALOFT_S,
            segments,
            self._mach,
            self._cd,
            self._planet,
            self.aim.altitude_m,
            tolerance,
            LONGEST_STEP_S if tolerance <= TOLERANCE_M else 200.0,
            None,
        )
        self.flights += 1
        self._count, self._burnouts = count, burnouts
        nodes = self._nodes[:count]
        at = int(np.searchsorted(nodes[:, k.NODE_T], burnouts[-1] - 1e-6))
        if ending != k.IMPACT or at >= count - 1:
            return Shot(kick, cut_off, azimuth, False, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        found = k.events_into(self._events, self._nodes, count, math.inf, self._planet)
        apogee = float(self._events[:found, 8].max()) if found else 0.0
        down = nodes[-1, k.NODE_R : k.NODE_R + 3]
        east, north = kf.miss(down, self.target)
        climb = k.climb(nodes[at, k.NODE_R : k.NODE_R + 6], self._planet)[1]
        v = nodes[at, k.NODE_V : k.NODE_V + 3]
        path = math.asin(max(-1.0, min(1.0, climb / math.sqrt(float(v @ v)))))
        return Shot(kick, cut_off, azimuth, True, east, north, apogee, path, *self.seen(down))

    def trajectory(self, shot: Shot | None = None) -> Trajectory:
        """Freeze the last flight, or fly a shot once more and keep that."""
        if shot is not None:
            self.shoot(shot.kick, shot.cut_off, shot.azimuth)
        return trajectory_from_nodes(
            self.vehicle.name,
            self._nodes[: self._count].copy(),
            True,
            self._burnouts,
            self.vehicle.separates,
            self.planet,
        )
