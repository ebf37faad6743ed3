"""Fit a parameter set to a flight test: how much propellant a missile must have carried."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hoplon.earth.geodesics import destination
from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError, UnreachableError
from hoplon.flight.fit import solve
from hoplon.flight.shooter import Shooter
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Vehicle

_STEPS = 26


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A missile fitted to a test, and the flight that it then makes.

    Attributes
    ----------
    vehicle : Vehicle
        The first stage holds the propellant found and burns for as long as that takes.
    trajectory : Trajectory
        The test, flown with all of the propellant.
    """

    vehicle: Vehicle
    trajectory: Trajectory


def calibrate_propellant(
    vehicle: Vehicle,
    launch: Site,
    azimuth_deg: float,
    range_km: float,
    apogee_km: float,
    *,
    planet: Planet = WGS84,
) -> Calibration:
    """Find the propellant with which a one-stage missile just makes a reported flight.

    The engine's flow and specific impulse stay as given, and so does the dry mass; the propellant and with it
    the burn time are scaled. Of the quantities that would serve, propellant is the one that open sources
    leave open: the engine is usually that of an older type, and what a new type has is longer tanks. (The
    cut-off would serve as badly as guessing: propellant that is not burnt is carried along.)

    Parameters
    ----------
    vehicle : Vehicle
        One stage; its propellant is the starting point, searched from 0.4 to 2.5 times.
    launch : Site
        Where the test started.
    azimuth_deg : float
        Direction of the impact as seen from the launch point.
    range_km, apogee_km : float
        Of the test.
    planet : Planet
        The planet.

    Returns
    -------
    Calibration
        Range within 10 m and apogee within 100 m of the ones given, burning all of the propellant. The fit is
        one number to two, with the steering as the second: that both are met tests nothing.

    Raises
    ------
    InputError
        If the missile has more than one stage, or no amount of propellant in the range searched will do.
    """
    if len(vehicle.stages) != 1:
        raise InputError(
            f"'{vehicle.name}' has {len(vehicle.stages)} stages",
            remedy="Only a one-stage missile has one propellant mass to be found.",
        )
    lat, lon = destination(launch.latitude_deg, launch.longitude_deg, azimuth_deg, range_km)
    aim = Site("reported impact", lat, lon)

    def attempt(scale: float) -> Calibration | None:
        stage = vehicle.stages[0]
        try:
            scaled = replace(
                vehicle,
                stages=(
                    replace(
                        stage,
                        propellant_kg=stage.propellant_kg * scale,
                        burn_time_s=stage.burn_time_s * scale,
                    ),
                ),
            )
            shooter = Shooter(scaled, launch, aim, planet)
            return Calibration(scaled, shooter.trajectory(solve(shooter, apogee_km)))
        except (UnreachableError, InputError):
            return None  # too little to get there, or too heavy to lift off

    scales = [0.4 * (2.5 / 0.4) ** (i / 12) for i in range(13)]
    first = next((i for i, scale in enumerate(scales) if attempt(scale) is not None), None)
    if not first:
        raise InputError(
            f"no propellant mass between 0.4 and 2.5 times {vehicle.stages[0].propellant_kg:g} kg takes "
            f"'{vehicle.name}' just to {range_km:g} km with an apogee of {apogee_km:g} km",
            remedy="Check dry_kg, payload_kg and the engine, or start from another propellant_kg.",
        )
    low, high = scales[first - 1], scales[first]
    found = attempt(high)
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        trial = attempt(middle)
        if trial is None:
            low = middle
        else:
            high, found = middle, trial
        if high - low < 1e-6:
            break
    assert found is not None  # `first` was chosen so
    return found
