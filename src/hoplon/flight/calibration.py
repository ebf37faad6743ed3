"""Fit a parameter set to a flight test: how strong a missile must have been to make the flight reported."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.geodesics import azimuth_deg, destination
from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError, nearest
from hoplon.flight.fit import fit
from hoplon.flight.fly import fly
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Vehicle

Array = NDArray[np.float64]

#: What a calibration may leave open.
Free = Literal["propellant", "payload", "cut_off"]

#: The first look: factors on the open number, and pitch-over angles from a lofted shot's to a flat one's.
_FACTORS = np.geomspace(1.0 / 8.0, 8.0, 13)
_KICKS_DEG = np.geomspace(0.03, 30.0, 19)
#: How close the fit comes; a flight itself is good to some metres.
_HIT_KM = 0.01
_STARTS = 12
_NEWTON = 25


@dataclass(frozen=True, slots=True)
class ReportedFlight:
    """What is published of a flight test, as far as it can be flown.

    Attributes
    ----------
    launch : Site
        Where it started.
    azimuth_deg : float
        Direction of the impact as seen from the launch point.
    range_km : float
        Over the ground.
    apogee_km : float or None
        None where none is published; the flight is then taken as minimum energy.
    flight_time_s : float or None
        Launch to impact.
    """

    launch: Site
    azimuth_deg: float
    range_km: float
    apogee_km: float | None = None
    flight_time_s: float | None = None

    @property
    def aim(self) -> Site:
        """The impact point that the range and the direction give."""
        place = destination(
            self.launch.latitude_deg, self.launch.longitude_deg, self.azimuth_deg, self.range_km
        )
        return Site("reported impact", *place)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A missile fitted to a test, and the flight that it then makes.

    Attributes
    ----------
    vehicle : Vehicle
        With the number that was found. For `cut_off`, the missile as it was given.
    trajectory : Trajectory
        The test, flown: at full burn, or with thrust ended early for `cut_off`.
    free : str
        What was left open.
    factor : float
        The number found over the number given; 1 for `cut_off`.
    ideal_speed_m_s : float
        Speed that the rocket equation gives, in vacuum and without gravity, up to the end of thrust.
    range_residual_km, apogee_residual_km : float
        Flown less reported. One number and the steering are fitted to these two: that both are small tests
        nothing. The apogee's is nan where none is reported.
    time_residual_s : float
        Flown less reported; nan where no time is reported. Nothing was fitted to it.
    """

    vehicle: Vehicle
    trajectory: Trajectory
    free: Free
    factor: float
    ideal_speed_m_s: float
    range_residual_km: float
    apogee_residual_km: float
    time_residual_s: float


def ideal_speed_used_m_s(vehicle: Vehicle, flight: Trajectory) -> float:
    """Ideal speed of a missile up to the moment at which its thrust ended in a flight.

    Parameters
    ----------
    vehicle : Vehicle
        What flew.
    flight : Trajectory
        Its flight.

    Returns
    -------
    float
        m/s; see `Vehicle.ideal_speed_m_s`.
    """
    left = flight.burnout_s - flight.t_s[0]
    powered = 0.0
    for stage in vehicle.stages:
        powered += min(left, stage.burn_time_s)
        left -= stage.burn_time_s + stage.coast_after_s
        if left <= 0.0:
            break
    return vehicle.ideal_speed_m_s(min(1.0, powered / vehicle.powered_time_s))


def calibrate(
    vehicle: Vehicle, test: ReportedFlight, free: Free = "propellant", *, planet: Planet = WGS84
) -> Calibration:
    """Find the one number with which a missile just makes a reported flight.

    `propellant` scales the propellant of all stages and with it their burn times, engines and dry masses
    staying as they are: the total impulse. `payload` scales what is carried. Both give the weakest missile
    that can make the flight, which then burns all it has. `cut_off` leaves the missile alone and ends its
    thrust early: for tests that were flown below full range, of which a full burn would give too weak a
    missile.

    Parameters
    ----------
    vehicle : Vehicle
        The starting point: its propellant or payload is searched from an eighth to eight times.
    test : ReportedFlight
        Range and apogee are fitted; a reported time is left for comparison.
    free : {'propellant', 'payload', 'cut_off'}
        What to find.
    planet : Planet
        The planet.

    Returns
    -------
    Calibration
        Impact within 10 m of the reported point and apogee within 10 m; with `cut_off` as close as `fit`.

    Raises
    ------
    InputError
        If `free` is none of the three, no apogee is reported (many missiles make a given range), or no value
        in the range searched will do.
    UnreachableError
        With `cut_off`, if the missile cannot make the flight; it says what is possible.
    """
    if free == "cut_off":
        flight = fit(vehicle, test.launch, test.aim, apogee_km=test.apogee_km, planet=planet)
        return _result(vehicle, flight, test, free, 1.0)
    if free not in _CHANGED:
        raise InputError(f"free is '{free}'", remedy=nearest(free, [*_CHANGED, "cut_off"]))
    if test.apogee_km is None:
        raise InputError(
            "no apogee is reported", remedy="A range alone fixes nothing: use a test that has both."
        )
    search = _Search(vehicle, test, test.apogee_km, free, planet)
    for start in search.starts():
        found = search.refine(start)
        if found is not None:
            changed, flight, factor = found
            return _result(changed, flight, test, free, factor)
    raise InputError(
        f"no {free} between an eighth and eight times that of '{vehicle.name}' takes it just to "
        f"{test.range_km:g} km with an apogee of {test.apogee_km:g} km",
        remedy="Check dry_kg, the engine and the other masses, or leave another number open.",
    )


def _with_propellant(vehicle: Vehicle, factor: float) -> Vehicle:
    return replace(
        vehicle,
        stages=tuple(
            replace(stage, propellant_kg=stage.propellant_kg * factor, burn_time_s=stage.burn_time_s * factor)
            for stage in vehicle.stages
        ),
    )


def _with_payload(vehicle: Vehicle, factor: float) -> Vehicle:
    return replace(vehicle, payload_kg=vehicle.payload_kg * factor)


_CHANGED: dict[str, Callable[[Vehicle, float], Vehicle]] = {
    "propellant": _with_propellant,
    "payload": _with_payload,
}


class _Search:
    """Newton's method on full-burn flights: pitch-over to the east and to the north, and the open number.

    The pitch-over is told by its two components, in which the impact of a nearly vertical shot, carried west
    by the Earth's rotation, is as smooth as that of a flat one.
    """

    def __init__(
        self, vehicle: Vehicle, test: ReportedFlight, apogee_km: float, free: Free, planet: Planet
    ) -> None:
        self._vehicle = vehicle
        self._test = test
        self._apogee_km = apogee_km
        self._changed = _CHANGED[free]
        self._planet = planet
        self._to_aim = _east_north_km(test.range_km, test.azimuth_deg)

    def _fly(self, x: Array) -> tuple[Vehicle, Trajectory] | None:
        """Fly tilts (degrees) and logarithm of the factor; None for what does not lift off or never lands."""
        try:
            changed = self._changed(self._vehicle, math.exp(x[2]))
            tilt, heading_deg = math.hypot(x[0], x[1]), math.degrees(math.atan2(x[0], x[1]))
            return changed, fly(changed, self._test.launch, heading_deg, tilt, planet=self._planet)
        except InputError:
            return None

    def _miss_km(self, flight: Trajectory) -> Array:
        """Impact east and north of the aim point, on the map around the launch point; apogee too high."""
        first, last = flight.events[0], flight.events[-1]
        bearing_deg = azimuth_deg(
            first.latitude_deg, first.longitude_deg, last.latitude_deg, last.longitude_deg
        )
        miss = _east_north_km(flight.range_km, bearing_deg) - self._to_aim
        return np.array([*miss, flight.apogee_km - self._apogee_km])

    def starts(self) -> list[Array]:
        """Fly a coarse grid and return what comes nearest, best first."""
        azimuth = math.radians(self._test.azimuth_deg)
        ranked = []
        for factor in _FACTORS:
            for kick in _KICKS_DEG:
                x = np.array([kick * math.sin(azimuth), kick * math.cos(azimuth), math.log(factor)])
                flown = self._fly(x)
                if flown is None:
                    continue
                miss = self._miss_km(flown[1])
                # Misses count by what they are shares of.
                size = math.hypot(miss[0], miss[1]) / self._test.range_km + abs(miss[2]) / self._apogee_km
                ranked.append((size, x))
        ranked.sort(key=lambda item: item[0])
        return [x for _, x in ranked[:_STARTS]]

    def refine(self, x: Array) -> tuple[Vehicle, Trajectory, float] | None:
        """Newton with differences, each step halved until it helps."""
        here = self._fly(x)
        assert here is not None  # it came from the grid
        miss = self._miss_km(here[1])
        for _ in range(_NEWTON):
            if float(np.abs(miss).max()) < _HIT_KM:
                return *here, math.exp(x[2])
            step = self._step(x, miss)
            if step is None:
                return None
            for halving in range(8):
                trial_x = x + step * 0.5**halving
                trial = self._fly(trial_x)
                if trial is None:
                    continue
                trial_miss = self._miss_km(trial[1])
                if float(np.linalg.norm(trial_miss)) < float(np.linalg.norm(miss)):
                    x, here, miss = trial_x, trial, trial_miss
                    break
            else:
                return None
        return None

    def _step(self, x: Array, miss: Array) -> Array | None:
        kick = math.hypot(x[0], x[1])
        columns = []
        for i, size in enumerate((1e-3 * kick, 1e-3 * kick, 1e-4)):
            moved = x.copy()
            moved[i] += size
            flown = self._fly(moved)
            if flown is None:
                return None
            columns.append((self._miss_km(flown[1]) - miss) / size)
        try:
            step = np.asarray(np.linalg.solve(np.array(columns).T, -miss), np.float64)
        except np.linalg.LinAlgError:
            return None
        longest = max(abs(step[0]) / kick, abs(step[1]) / kick, abs(step[2]) / 0.2)
        shortened: Array = step / max(1.0, float(longest))
        return shortened


def _east_north_km(distance_km: float, bearing_deg: float) -> Array:
    bearing = math.radians(bearing_deg)
    return np.array([distance_km * math.sin(bearing), distance_km * math.cos(bearing)])


def _result(
    vehicle: Vehicle, flight: Trajectory, test: ReportedFlight, free: Free, factor: float
) -> Calibration:
    nan = float("nan")
    return Calibration(
        vehicle=vehicle,
        trajectory=flight,
        free=free,
        factor=factor,
        ideal_speed_m_s=ideal_speed_used_m_s(vehicle, flight),
        range_residual_km=flight.range_km - test.range_km,
        apogee_residual_km=nan if test.apogee_km is None else flight.apogee_km - test.apogee_km,
        time_residual_s=nan if test.flight_time_s is None else flight.flight_time_s - test.flight_time_s,
    )
