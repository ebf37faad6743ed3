"""Flights to many cells: steering is fitted on a coarse lattice and interpolated between its points."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth._kernels import geodetic_parts
from hoplon.earth.planet import WGS84
from hoplon.earth.sites import Site
from hoplon.flight import _kernels as k
from hoplon.flight import _kernels_burnouts as kb
from hoplon.flight import _kernels_fit as kf
from hoplon.flight.aiming import hit
from hoplon.flight.fly import LONGEST_STEP_S, heading, launch_frame
from hoplon.flight.model import FlightModel
from hoplon.flight.segments import boost_segments
from hoplon.flight.shooter import Shooter
from hoplon.flight.vehicle import Vehicle

Array = NDArray[np.float64]

#: Points of the lattice lie at most this far apart. Steering is smooth over a missile's reach: what the cubic
#: between points misses is put right by the flight itself.
LATTICE_KM = 120.0
#: A flight that falls this near to its cell's centre will do: cells are kilometres wide, m.
NEAR_M = 100.0
#: One that the lattice leaves this far off is fitted by itself, m.
FAR_M = 1000.0
#: Displacement of the impact allowed to one step, m.
_TOLERANCE_M = 0.3
_ALOFT_S = 3.0 * 3600.0
_LEAST_KM, _MOST_KM = 20.0, 15000.0
_METRES_PER_DEG = 111.2e3


@dataclass(frozen=True, slots=True, eq=False)
class Flown:
    """A flight to a cell: what `hoplon.flight.trajectory.Trajectory` tells without its events.

    Attributes
    ----------
    nodes : array, shape (n, 13)
        As there.
    burnout_s : float
    """

    nodes: Array
    burnout_s: float

    @property
    def t_s(self) -> Array:
        """Times of the nodes."""
        return self.nodes[:, k.NODE_T]

    @property
    def flight_time_s(self) -> float:
        """From launch to impact."""
        return float(self.nodes[-1, k.NODE_T])

    def state_at(self, t_s: ArrayLike) -> tuple[Array, Array]:
        """Return position and velocity, ECEF, at any times, shape (..., 3)."""
        t = np.asarray(t_s, float)
        out = np.empty((t.size, 6))
        k.states_into(out, self.nodes, t.flatten())
        states = out.reshape(*t.shape, 6)
        return states[..., :3], states[..., 3:]


def steering(vehicle: Vehicle, launch: Site, aim: Site, apogee_km: float | None) -> Array | None:
    """Fit one flight and return how it is steered.

    Parameters
    ----------
    vehicle : Vehicle
    launch, aim : Site
    apogee_km : float or None

    Returns
    -------
    array, shape (3,), or None
        Steering east and north, and cut-off (`hoplon.flight.model.FlightModel`). None where the missile does
        not reach the aim point in this way.
    """
    shooter = Shooter(vehicle, launch, aim, WGS84)
    if not _LEAST_KM <= shooter.angle * shooter.radius / 1e3 <= _MOST_KM:
        return None
    model = FlightModel(shooter)
    shot = None
    if apogee_km is None:
        x = model.least()
        if x is not None:
            shot = hit(shooter, model, x, kf.STEERING, math.hypot(x[0], x[1]), least=True)
    else:
        for x in model.at(kf.HEIGHT, apogee_km * 1e3):
            shot = hit(shooter, model, x, kf.HEIGHT, apogee_km * 1e3)
            if shot is not None:
                break
            model.forget()
    if shot is None:
        return None
    w = math.asinh(shot.kick / kb.KICK_SCALE)
    return np.array([w * math.sin(shot.azimuth), w * math.cos(shot.azimuth), shot.cut_off])


class FlightField:
    """The flights of one missile from one launch point to many aim points, or the other way round.

    Parameters
    ----------
    vehicle : Vehicle
    fixed : Site
        Launch point; the aim point with `aims`.
    apogee_km : float or None
    latitude_deg, longitude_deg : array
        Rising: the rectangle that cells lie in.
    aims : bool
        Whether `fixed` is what is aimed at, and cells are launch points.
    """

    def __init__(
        self,
        vehicle: Vehicle,
        fixed: Site,
        apogee_km: float | None,
        latitude_deg: Array,
        longitude_deg: Array,
        *,
        aims: bool = False,
    ) -> None:
        self._vehicle, self._fixed, self._apogee_km, self._aims = vehicle, fixed, apogee_km, aims
        self._planet = WGS84.as_array()
        self._drag = np.array(vehicle.drag_mach), np.array(vehicle.drag_cd)
        self._nodes = np.empty((4000, k.NODE_COLUMNS))
        squeeze = math.cos(math.radians(float(latitude_deg.mean())))
        self._latitude = _lattice(latitude_deg, 1.0)
        self._longitude = _lattice(longitude_deg, squeeze)
        self._frame = None if aims else launch_frame(fixed, WGS84)
        self._known = np.full((len(self._latitude), len(self._longitude), 3), np.nan)
        self._asked = np.zeros(self._known.shape[:2], dtype=np.bool_)

    def fly(self, latitude_deg: float, longitude_deg: float) -> Flown | None:
        """Fly to, or from, one cell.

        Parameters
        ----------
        latitude_deg, longitude_deg : float

        Returns
        -------
        Flown or None
            It falls within 100 m of where it should, most often; within 1 km always. None where the missile
            does not get there.
        """
        flown, north, east = self._guess(latitude_deg, longitude_deg, 0.0, 0.0)
        if flown is None and math.isinf(north):
            return None
        squeeze = math.cos(math.radians(latitude_deg))
        for _ in range(2):
            if flown is None or math.hypot(north, squeeze * east) * _METRES_PER_DEG < NEAR_M:
                break
            moved, miss, aside = self._guess(latitude_deg, longitude_deg, north, east)
            if math.hypot(miss, squeeze * aside) >= math.hypot(north, squeeze * east):
                break
            flown, north, east = moved, north + miss, east + aside
            if math.hypot(miss, squeeze * aside) * _METRES_PER_DEG < NEAR_M:
                return flown
        if flown is not None and math.hypot(north, squeeze * east) * _METRES_PER_DEG < FAR_M:
            return flown
        return self._fitted(latitude_deg, longitude_deg)

    def _fitted(self, latitude_deg: float, longitude_deg: float) -> Flown | None:
        cell = Site("cell", latitude_deg, longitude_deg)
        launch, aim = (cell, self._fixed) if self._aims else (self._fixed, cell)
        x = steering(self._vehicle, launch, aim, self._apogee_km)
        return None if x is None else self._flight(launch, x)

    def _guess(
        self, latitude_deg: float, longitude_deg: float, north: float, east: float
    ) -> tuple[Flown | None, float, float]:
        """Fly by the lattice, steered for a place that is off by a miss; return the flight and its miss, deg.

        Without a flight the miss is infinite where the missile does not come near, and NaN where the lattice
        cannot tell.
        """
        # A flight that falls too far north is steered to the south of its aim point, or as if launched to the
        # north.
        sign = 1.0 if self._aims else -1.0
        x, some = self._between(latitude_deg + sign * north, longitude_deg + sign * east)
        if x is None:
            return None, (math.nan if some else math.inf), 0.0
        cell = Site("cell", latitude_deg, longitude_deg)
        launch, aim = (cell, self._fixed) if self._aims else (self._fixed, cell)
        flown = self._flight(launch, x)
        if flown is None:
            return None, math.nan, 0.0
        r = flown.nodes[-1, k.NODE_R : k.NODE_R + 3]
        sine, cosine, _ = geodetic_parts(r[0], r[1], r[2], self._planet[3], self._planet[4])
        latitude = math.degrees(math.atan2(sine, cosine))
        longitude = math.degrees(math.atan2(r[1], r[0]))
        turn = (longitude - aim.longitude_deg + 180.0) % 360.0 - 180.0
        return flown, latitude - aim.latitude_deg, turn

    def _flight(self, launch: Site, x: Array) -> Flown | None:
        start, enu = launch_frame(launch, WGS84) if self._frame is None else self._frame
        kick = kb.KICK_SCALE * math.sinh(math.hypot(x[0], x[1]))
        to = heading(enu, math.atan2(x[0], x[1]))
        segments, burnouts = boost_segments(self._vehicle, enu[2], to, kick, min(float(x[2]), 1.0))
        ground_m = self._fixed.altitude_m if self._aims else 0.0
        count, ending = k.integrate_into(
            self._nodes,
            np.concatenate((start, np.zeros(3))),
            0.0,
            _ALOFT_S,
            segments,
            *self._drag,
            self._planet,
            ground_m,
            _TOLERANCE_M,
            LONGEST_STEP_S,
            None,
        )
        if ending != k.IMPACT:
            return None
        return Flown(self._nodes[:count].copy(), burnouts[-1])

    def _between(self, latitude_deg: float, longitude_deg: float) -> tuple[Array | None, bool]:
        """Interpolate steering by cubics; and say whether any point of the lattice around is reached."""
        i, north = _weights(self._latitude, latitude_deg)
        j, east = _weights(self._longitude, longitude_deg)
        around = self._known[i : i + 4, j : j + 4]
        asked = self._asked[i : i + 4, j : j + 4]
        if not asked.all():
            for a, b in np.argwhere(~asked).tolist():
                cell = Site("cell", float(self._latitude[i + a]), float(self._longitude[j + b]))
                launch, aim = (cell, self._fixed) if self._aims else (self._fixed, cell)
                x = steering(self._vehicle, launch, aim, self._apogee_km)
                if x is not None:
                    around[a, b] = x
            asked[:] = True
        x = np.einsum("a,b,abc->c", north, east, around)
        if np.isnan(x[0]):
            return None, bool(np.isfinite(around[..., 0]).any())
        return x, True


def _lattice(values: Array, squeeze: float) -> Array:
    low, high = float(values[0]), float(values[-1])
    km = (high - low) * squeeze * _METRES_PER_DEG / 1e3
    count = max(4, math.ceil(km / LATTICE_KM) + 1)
    if high - low < 0.1:
        low, high = low - 0.05, high + 0.05
    return np.linspace(low, high, count)


def _weights(points: Array, x: float) -> tuple[int, Array]:
    """Return the first of four neighbouring points around x, and their weights by Lagrange's formula."""
    step = float(points[1] - points[0])
    first = min(max(int((x - points[0]) / step) - 1, 0), len(points) - 4)
    s = (x - float(points[first])) / step
    weights = (
        -(s - 1.0) * (s - 2.0) * (s - 3.0) / 6.0,
        s * (s - 2.0) * (s - 3.0) / 2.0,
        -s * (s - 1.0) * (s - 3.0) / 2.0,
        s * (s - 1.0) * (s - 2.0) / 6.0,
    )
    return first, np.array(weights)
