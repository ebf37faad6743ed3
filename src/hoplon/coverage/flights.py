"""Flights to many cells: fitted on a coarse lattice, and blended between its points."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.coverage.blend import Blend, blended
from hoplon.coverage.steering import Boost, steering
from hoplon.earth._kernels import geodetic_parts
from hoplon.earth.planet import WGS84
from hoplon.earth.sites import Site
from hoplon.flight import _kernels as k
from hoplon.flight import _kernels_burnouts as kb
from hoplon.flight.fly import LONGEST_STEP_S, launch_frame
from hoplon.flight.vehicle import Vehicle

Array = NDArray[np.float64]

#: Points of the lattice lie at most this far apart: flights are smooth over a missile's reach. What the cubic
#: misses where steering alone is blended is put right by the flight itself.
LATTICE_KM = 180.0
#: A flight that falls this near to its cell's centre will do: cells are kilometres wide, m.
NEAR_M = 300.0
#: One that the lattice leaves this far off is fitted by itself, m.
FAR_M = 1000.0
#: Whole flights are blended where the one that is steered by the blend of their steering falls no farther
#: from the middle of its block, m. A blended flight is off by less than half of that, in mid-course.
SMOOTH_M = 2000.0
#: Displacement of the impact allowed to one step, m.
_TOLERANCE_M = 1.0
#: Where steering asks for so much of the powered time, the missile does not get there: next to fitted
#: flights, and extrapolated from them over more than a step of the lattice. Of flights that do get there,
#: none was found to ask for more than 1.003 and 1.015.
_BEYOND, _FAR_BEYOND = 1.02, 1.03
_ALOFT_S = 3.0 * 3600.0
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


def end_to_end(flights: Sequence[Flown]) -> tuple[Array, NDArray[np.int64]]:
    """Return the nodes of many flights, one after the other, and where those of each begin, and all end.

    Parameters
    ----------
    flights : sequence of Flown

    Returns
    -------
    nodes : array, shape (n, 13)
    begins : array of int64, shape (flights + 1,)
    """
    return np.concatenate([flown.nodes for flown in flights]), np.cumsum(
        [0, *(len(f.nodes) for f in flights)]
    )


@dataclass(frozen=True, slots=True)
class _Block:
    """Four by four points of the lattice.

    `steering`, (16, 3), is None where nowhere near any are all reached; `some` says whether some are.
    Without `blend`, flights between change too much from one point to the next.
    """

    row: int
    column: int
    steering: Array | None
    some: bool
    blend: Blend | None = None


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
        self._shape = WGS84.equatorial_radius_m, WGS84.flattening
        self._boost = Boost(vehicle)
        self._drag = np.array(vehicle.drag_mach), np.array(vehicle.drag_cd)
        self._nodes = np.empty((4000, k.NODE_COLUMNS))
        self._start = np.zeros(6)
        squeeze = math.cos(math.radians(float(latitude_deg.mean())))
        self._latitude = _axis(latitude_deg, 1.0)
        self._longitude = _axis(longitude_deg, squeeze)
        self._frame = None if aims else launch_frame(fixed, WGS84)
        self._known = np.full((self._latitude.count, self._longitude.count, 3), np.nan)
        self._asked = np.zeros(self._known.shape[:2], dtype=np.bool_)
        self._blocks: dict[tuple[int, int], _Block] = {}
        self._blends: dict[tuple[int, int], Blend | None] = {}

    def fly(self, latitude_deg: float, longitude_deg: float) -> Flown | None:
        """Fly to, or from, one cell.

        Parameters
        ----------
        latitude_deg, longitude_deg : float

        Returns
        -------
        Flown or None
            It falls within metres of where it should where flights are blended, else within 300 m, most
            often; within 1 km always. None where the missile does not get there.
        """
        blended = self._blended(latitude_deg, longitude_deg)
        if blended is not None:
            return blended
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
        return None if x is None else self._flight(launch_frame(launch, WGS84), x)[0]

    def _blended(self, latitude_deg: float, longitude_deg: float) -> Flown | None:
        """Blend whole flights, where the lattice around the cell lets that be done."""
        u, v = self._latitude.place(latitude_deg), self._longitude.place(longitude_deg)
        block = self._block_at(u, v)
        if block.blend is None or block.steering is None:
            return None
        along, across = u - block.row, v - block.column
        if not (0.0 <= along <= 3.0 and 0.0 <= across <= 3.0):
            return None
        if blended(block.steering, along, across)[2] > 1.0:
            return None
        nodes, burnout_s = block.blend.flight(along, across)
        if self._frame is not None:
            # To the last digit: reports of satellites hang on the launch point alone, and are kept by it.
            nodes[0, k.NODE_R : k.NODE_R + 3] = self._frame[0]
        return Flown(nodes, burnout_s)

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
        flown, _ = self._flight(self._frame_at(latitude_deg, longitude_deg), x)
        if flown is None:
            return None, math.nan, 0.0
        return flown, *self._miss(flown.nodes, latitude_deg, longitude_deg)

    def _frame_at(self, latitude_deg: float, longitude_deg: float) -> tuple[Array, Array]:
        """Return the launch frame of flights to, or from, a cell."""
        if self._frame is not None:
            return self._frame
        return launch_frame(Site("cell", latitude_deg, longitude_deg), WGS84)

    def _miss(self, nodes: Array, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
        """Return by how much a flight to, or from, a cell falls too far north and east, deg."""
        if self._aims:
            latitude_deg, longitude_deg = self._fixed.latitude_deg, self._fixed.longitude_deg
        x_m, y_m, z_m = nodes[-1, k.NODE_R : k.NODE_R + 3].tolist()
        sine, cosine, _ = geodetic_parts(x_m, y_m, z_m, self._shape[0], self._shape[1])
        turn = (math.degrees(math.atan2(y_m, x_m)) - longitude_deg + 180.0) % 360.0 - 180.0
        return math.degrees(math.atan2(sine, cosine)) - latitude_deg, turn

    def _flight(self, frame: tuple[Array, Array], x: Array) -> tuple[Flown | None, Array]:
        """Fly as steered; also return when the phases of boost end, the last one with thrust."""
        start, enu = frame
        east, north, cut_off = x.tolist()
        w = math.hypot(east, north)
        to = (east / w) * enu[0] + (north / w) * enu[1] if w > 0.0 else enu[1]
        segments, burnout_s = self._boost.segments(
            enu[2], to, kb.KICK_SCALE * math.sinh(w), min(cut_off, 1.0)
        )
        self._start[:3] = start
        ground_m = self._fixed.altitude_m if self._aims else 0.0
        count, ending = k.integrate_into(
            self._nodes,
            self._start,
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
        ends = segments[:-1, k.STOP]
        if ending != k.IMPACT:
            return None, ends
        return Flown(self._nodes[:count].copy(), burnout_s), ends

    def _between(self, latitude_deg: float, longitude_deg: float) -> tuple[Array | None, bool]:
        """Interpolate steering by cubics; and say whether any point of the lattice around is reached."""
        u, v = self._latitude.place(latitude_deg), self._longitude.place(longitude_deg)
        block = self._block_at(u, v)
        if block.steering is None:
            return None, block.some
        along, across = u - block.row, v - block.column
        x = blended(block.steering, along, across)
        # By more than a step outside of the block, it says only how far out of reach the place is.
        near = min(along, across) >= -1.0 and max(along, across) <= 4.0
        if x[2] > (_BEYOND if near else _FAR_BEYOND):
            return None, False
        return (x, True) if near else (None, True)

    def _block_at(self, u: float, v: float) -> _Block:
        """Return the block for a place in the lattice."""
        first = self._latitude.first(u), self._longitude.first(v)
        block = self._blocks.get(first)
        if block is None:
            block = self._blocks[first] = self._block(*first)
        return block

    def _block(self, i: int, j: int) -> _Block:
        """Return the block at a place of the lattice or near it.

        Where some points around a place are not reached, a block farther in may do: what is up to one step
        outside of it is extrapolated, and put right by the flight.
        """
        some = bool(np.isfinite(self._points(i, j)[..., 0]).any())
        if some:
            shifts = sorted(itertools.product(range(-4, 5), repeat=2), key=lambda by: math.hypot(*by))
            last = self._latitude.count - 4, self._longitude.count - 4
            for di, dj in shifts:
                row, column = i + di, j + dj
                if not (0 <= row <= last[0] and 0 <= column <= last[1]):
                    continue
                points = self._points(row, column)
                if np.isfinite(points).all():
                    steering = points.reshape(16, 3).copy()
                    if (row, column) not in self._blends:
                        self._blends[row, column] = self._blend(row, column, steering)
                    return _Block(row, column, steering, True, self._blends[row, column])
        return _Block(i, j, None, some)

    def _blend(self, row: int, column: int, steering: Array) -> Blend | None:
        """Return the flights of a block, if those between change smoothly enough to be blended."""
        latitude, longitude = self._latitude.at(row + 1.5), self._longitude.at(column + 1.5)
        tried, _ = self._flight(self._frame_at(latitude, longitude), blended(steering, 1.5, 1.5))
        if tried is None or self._off_m(tried.nodes, latitude, longitude) > SMOOTH_M:
            return None
        flights = []
        for n, x in enumerate(steering):
            place = self._latitude.at(row + n // 4), self._longitude.at(column + n % 4)
            flown, ends = self._flight(self._frame_at(*place), x)
            if flown is None:
                return None
            flights.append((flown.nodes, np.append(np.unique(ends), flown.flight_time_s)))
        if len({len(ends) for _, ends in flights}) > 1:
            return None
        blend = Blend(flights)
        nodes, _ = blend.flight(1.5, 1.5)
        return blend if self._off_m(nodes, latitude, longitude) < NEAR_M else None

    def _off_m(self, nodes: Array, latitude_deg: float, longitude_deg: float) -> float:
        north, east = self._miss(nodes, latitude_deg, longitude_deg)
        return _METRES_PER_DEG * math.hypot(north, math.cos(math.radians(latitude_deg)) * east)

    def _points(self, i: int, j: int) -> Array:
        """Return steering at four by four points of the lattice; NaN where one is not reached."""
        asked = self._asked[i : i + 4, j : j + 4]
        around = self._known[i : i + 4, j : j + 4]
        for a, b in np.argwhere(~asked).tolist():
            cell = Site("cell", self._latitude.at(i + a), self._longitude.at(j + b))
            launch, aim = (cell, self._fixed) if self._aims else (self._fixed, cell)
            x = steering(self._vehicle, launch, aim, self._apogee_km)
            if x is not None:
                around[a, b] = x
        asked[:] = True
        return around


@dataclass(frozen=True, slots=True)
class _Axis:
    """Evenly spaced points along one side of the lattice."""

    low: float
    step: float
    count: int

    def at(self, number: float) -> float:
        return self.low + self.step * number

    def place(self, value: float) -> float:
        """Return where a value lies, in steps."""
        return (value - self.low) / self.step

    def first(self, place: float) -> int:
        """Return the first of four neighbouring points around a place."""
        return min(max(int(place) - 1, 0), self.count - 4)


def _axis(values: Array, squeeze: float) -> _Axis:
    low, high = float(values[0]), float(values[-1])
    km = (high - low) * squeeze * _METRES_PER_DEG / 1e3
    count = max(4, math.ceil(km / LATTICE_KM) + 1)
    if high - low < 0.1:
        low, high = low - 0.05, high + 0.05
    return _Axis(low, (high - low) / (count - 1), count)
