"""How fast an interceptor gets where: fly the open parameter set, keep the earliest arrivals.

The fly-out is a point mass in one vertical plane over a round Earth of 6,371 km that does not rotate:

- *thrust* a constant acceleration, burnout speed over boost time, so that the ideal speed (no gravity, no
  drag) is the burnout speed exactly. Staging, and the rise of acceleration as propellant burns, are left out;
- *attitude* upright for the first 5 % of the boost, turned evenly in the next 10 %, then constant to burnout:
  one constant direction for each path, a family of paths for the reach;
- *gravity* inverse square; *drag* from one ballistic coefficient (stated in `Interceptor`) in the US Standard
  Atmosphere up to 100 km;
- *coast* ballistic. No divert: what the kill vehicle corrects is the handover basket.

The table keeps the family of paths itself, each as states at fixed times, and for each node of a grid over
downrange and altitude roughly which path comes there first, and when. From there the path that meets a point
is found by Newton's method on the interpolated family (cubic Hermite in time, cubic Lagrange across the
paths): near the edge of the reach, where paths touch, time is too steep a function of the point to be
interpolated, but position is a smooth function of path and time everywhere.

The launcher stands at sea level. Downrange is measured along the sphere between the geocentric directions of
launcher and point: up to 0.3 % off the ellipsoid's distance. The Earth's rotation is left out of the fly-out
(launcher and target do turn, being in ECEF): the neglected Coriolis acceleration displaces the interceptor by
up to omega v t^2, which for 4.5 km/s is 3 km after 100 s, 13 km after 200 s and 30 km after 300 s, sideways
for most shots. In the worst place and direction, due east or west on the equator, it changes times of flight
by less than 0.5 % within the reach, 1.2 % at its edge, and the longest range by +4 % and -2.5 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth.planet import SPHERE_NOT_ROTATING
from hoplon.interceptor import _kernels
from hoplon.interceptor.model import Interceptor

Array = NDArray[np.float64]

EARTH_RADIUS_M = SPHERE_NOT_ROTATING.equatorial_radius_m
EARTH_GM_M3_S2 = 3.986004418e14

#: Shares of the boost that are flown upright, and then spent turning. Assumed: a few seconds are needed to
#: clear a launcher and a ship's or a building's surroundings.
RISE_SHARE = 0.05
TURN_SHARE = 0.10
#: Lowest path of the family.
LOWEST_CLIMB_DEG = 2.0

_BOOST_STEPS = 100  # a multiple of 20, so that rise and turn end on a step
_COAST_STEPS = 300


@dataclass(frozen=True, slots=True)
class FlyoutPath:
    """One fly-out.

    Attributes
    ----------
    t_s, downrange_m, altitude_m, speed_m_s, path_angle_deg : array, shape (n,)
        From launch to the end of the boost in 100 steps, then the coast; ends at the ground.
    """

    t_s: Array
    downrange_m: Array
    altitude_m: Array
    speed_m_s: Array
    path_angle_deg: Array


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Earliest arrivals at some points: arrays of the points' shape, NaN out of reach.

    Attributes
    ----------
    time_s : array
        From the first motion.
    speed_m_s : array
    path_angle_deg : array
        Of the velocity above the local horizon.
    climb_deg : array
        Of the path that comes there: elevation of the thrust above the launcher's horizon after the turn.
    """

    time_s: Array
    speed_m_s: Array
    path_angle_deg: Array
    climb_deg: Array


@dataclass(frozen=True, slots=True)
class FlyoutTable:
    """The earliest arrival of an interceptor at each point of a vertical plane through its launcher.

    Attributes
    ----------
    interceptor : str
        Whose table it is.
    downrange_m : array, shape (n,)
        Ground distance along the sphere, from 0, evenly spaced.
    altitude_m : array, shape (m,)
        From 0, evenly spaced.
    climb_deg : array, shape (k,)
        Of the paths, evenly spaced.
    family : array, shape (k, l, 4)
        Paths at fixed times: x, y and their rates in the plane of flight, SI, origin at the Earth's centre.
    nodes : array, shape (2, n, m)
        Earliest arrival at each node, to some 0.05 s: time and number of the path; NaN out of reach.
    grid : array
        How nodes and times are spaced, as kernels want it.
    """

    interceptor: str
    downrange_m: Array
    altitude_m: Array
    climb_deg: Array
    family: Array
    nodes: Array
    grid: Array

    @property
    def at_nodes(self) -> Arrivals:
        """Arrivals at all nodes, shape (n, m); computed anew at each call."""
        return self.arrivals(self.downrange_m[:, None], self.altitude_m)

    @property
    def time_s(self) -> Array:
        """Time of flight to each node, shape (n, m), from the first motion; NaN out of reach."""
        return self.at_nodes.time_s

    @overload
    def time_to(self, downrange_m: float, altitude_m: float) -> float: ...

    @overload
    def time_to(self, downrange_m: Array, altitude_m: ArrayLike) -> Array: ...

    def time_to(self, downrange_m: ArrayLike, altitude_m: ArrayLike) -> float | Array:
        """Return the shortest time of flight to a point.

        Parameters
        ----------
        downrange_m, altitude_m : float or array
            The point; arrays are broadcast.

        Returns
        -------
        float or array
            In s; NaN out of reach. The interceptor, flown directly, is then within 50 m of the point
            (``validation/check_flyout.py`` measures it). The edge of the reach is understated by up to one
            cell.
        """
        times = self.arrivals(downrange_m, altitude_m).time_s
        return times if times.ndim else float(times)

    def arrivals(self, downrange_m: ArrayLike, altitude_m: ArrayLike) -> Arrivals:
        """Return when, how fast, at what angle and on which path the interceptor comes first to some points.

        Parameters
        ----------
        downrange_m, altitude_m : float or array
            The points; arrays are broadcast.

        Returns
        -------
        Arrivals
        """
        d, h = np.broadcast_arrays(
            np.asarray(downrange_m, dtype=np.float64), np.asarray(altitude_m, dtype=np.float64)
        )
        flat = (np.ascontiguousarray(part).ravel() for part in (d, h))
        out = _kernels.arrive_many(self.family, self.nodes, self.grid, *flat).reshape(4, *d.shape)
        climb = self.climb_deg[0] + out[1] * (self.climb_deg[1] - self.climb_deg[0])
        return Arrivals(out[0], np.hypot(out[2], out[3]), _path_angle_deg(out, d), climb)

    def reach_at(self, altitude_m: float, within_s: float = np.inf) -> float:
        """Return the longest downrange at which an altitude is reached in time.

        Parameters
        ----------
        altitude_m : float
        within_s : float, optional
            Longest time of flight.

        Returns
        -------
        float
            In m, to one step of the grid; NaN where the altitude is not reached at all. Never more than the
            interceptor's maximum range, where the table ends.
        """
        times = self.time_to(self.downrange_m, altitude_m)
        good = np.flatnonzero(times <= within_s)
        return float(self.downrange_m[good[-1]]) if good.size else float("nan")


def _path_angle_deg(arrivals: Array, downrange_m: Array) -> Array:
    """Angle above the local horizon of velocities in the plane of flight."""
    turned = downrange_m / EARTH_RADIUS_M
    angle: Array = np.degrees(np.arctan2(arrivals[3], arrivals[2]) + turned)
    return angle


def _times(interceptor: Interceptor, coast_steps: int = _COAST_STEPS) -> Array:
    boost = interceptor.boost_time_s
    farthest = float(np.hypot(interceptor.maximum_range_m, interceptor.maximum_altitude_m))
    # Two and a half times the straight flight at burnout speed: later arrivals come from paths that fall
    # back from beyond the reach.
    last = boost + 2.5 * farthest / interceptor.burnout_speed_m_s
    return np.concatenate(
        [np.linspace(0.0, boost, _BOOST_STEPS + 1), np.linspace(boost, last, coast_steps + 1)[1:]]
    )


def _fly(interceptor: Interceptor, climb_rad: Array, t_s: Array, drag: bool, gm_m3_s2: float) -> Array:
    boost = interceptor.boost_time_s
    return _kernels.fly_family(
        climb_rad,
        t_s,
        _BOOST_STEPS,
        interceptor.burnout_speed_m_s / boost,
        RISE_SHARE * boost,
        TURN_SHARE * boost,
        interceptor.ballistic_coefficient_kg_m2 if drag else np.inf,
        gm_m3_s2,
        EARTH_RADIUS_M,
    )


def fly_out(
    interceptor: Interceptor,
    climb_deg: float,
    *,
    coast_s: float | None = None,
    drag: bool = True,
    gm_m3_s2: float = EARTH_GM_M3_S2,
) -> FlyoutPath:
    """Fly one path of the family that the table is made from.

    Parameters
    ----------
    interceptor : Interceptor
    climb_deg : float
        Elevation of the thrust above the launcher's horizon after the turn; 90 flies straight up.
    coast_s : float, optional
        Length of the coast; by default that of the table.
    drag : bool
        False for a fly-out in vacuum.
    gm_m3_s2 : float
        Gravitational parameter; 0 flies without gravity.

    Returns
    -------
    FlyoutPath
    """
    t = _times(interceptor)
    if coast_s is not None:
        boost = interceptor.boost_time_s
        t = np.concatenate([t[: _BOOST_STEPS + 1], np.linspace(boost, boost + coast_s, _COAST_STEPS + 1)[1:]])
    x, y, vx, vy = _fly(interceptor, np.array([np.radians(climb_deg)]), t, drag, gm_m3_s2)[0].T
    altitude = np.hypot(x, y) - EARTH_RADIUS_M
    under = np.flatnonzero(~(altitude >= 0.0))
    flown = slice(int(under[0]) if under.size else None)
    downrange = EARTH_RADIUS_M * np.arctan2(x, y)
    angle = np.degrees(np.arctan2(vy, vx) + downrange / EARTH_RADIUS_M)
    angle[0] = 90.0  # at rest, and about to rise
    speed = np.hypot(vx, vy)
    return FlyoutPath(t[flown], downrange[flown], altitude[flown], speed[flown], angle[flown])


def build_flyout_table(
    interceptor: Interceptor, *, downrange_cells: int = 400, altitude_cells: int = 200, paths: int = 120
) -> FlyoutTable:
    """Fly a family of paths and keep the earliest arrival at each node of a grid.

    Parameters
    ----------
    interceptor : Interceptor
        Its maximum range and altitude are the far ends of the grid.
    downrange_cells, altitude_cells : int
        Cells of the grid.
    paths : int
        Climb angles, evenly spaced from 2 to 90 deg.

    Returns
    -------
    FlyoutTable
    """
    t = _times(interceptor)
    climb_deg = np.linspace(LOWEST_CLIMB_DEG, 90.0, paths)
    family = _fly(interceptor, np.radians(climb_deg), t, True, EARTH_GM_M3_S2)
    downrange = np.linspace(0.0, interceptor.maximum_range_m, downrange_cells + 1)
    altitude = np.linspace(0.0, interceptor.maximum_altitude_m, altitude_cells + 1)
    grid = np.empty(_kernels.GRID)
    grid[_kernels.DOWNRANGE_STEP], grid[_kernels.ALTITUDE_STEP] = downrange[1], altitude[1]
    grid[_kernels.RADIUS] = EARTH_RADIUS_M
    grid[_kernels.BOOST], grid[_kernels.BOOST_STEPS] = interceptor.boost_time_s, _BOOST_STEPS
    grid[_kernels.COAST_STEP] = t[-1] - t[-2]
    nodes = _kernels.rasterise(family, t, grid, downrange.size, altitude.size)
    return FlyoutTable(interceptor.name, downrange, altitude, climb_deg, family, nodes, grid)
