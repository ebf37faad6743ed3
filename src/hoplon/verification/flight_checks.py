"""Flights against the trajectories, tables and ranges of others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hoplon.earth import SPHERE_NOT_ROTATING, WGS84_NOT_ROTATING, Planet, Site
from hoplon.earth.frames import ecef_from_geodetic, enu_from_ecef_matrix, geodetic_from_ecef
from hoplon.flight.fly import fly, free_flight
from hoplon.flight.minimum_energy import minimum_energy as closed_form
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Stage, Vehicle
from hoplon.verification.model import Line
from hoplon.verification.registry import Check, half_a_unit, line, read_table, read_yaml

Array = NDArray[np.float64]

#: The sphere of the NASA cases: mass, reference area, drag coefficient.
SPHERE_KG, SPHERE_M2, SPHERE_CD = 14.5939, 0.0182415, 0.1
#: Metres of a degree along the equator.
M_PER_DEG = math.radians(6378137.0)
#: What the spread of the simulators is widened by: they write about eight digits, and air to about 0.1 %.
WIDER_M, WIDER_M_S = 0.05, 0.01

_WITH_DRAG = SPHERE_KG / (SPHERE_CD * SPHERE_M2)
#: Ballistic coefficient by case: 01 dropped without drag, 06 dropped with drag, 09 thrown up and east.
_CASES = {"01": math.inf, "06": _WITH_DRAG, "09": _WITH_DRAG}
#: Column, name, unit, factor to that unit, and whether simulator 2, which is geocentric, is left out.
_COLUMNS = (
    ("altitude_m", "altitude", "m", 1.0, WIDER_M, False),
    ("latitude_deg", "north", "m", M_PER_DEG, WIDER_M, True),
    ("longitude_deg", "east", "m", M_PER_DEG, WIDER_M, False),
    ("velocity_north_m_s", "velocity north", "m/s", 1.0, WIDER_M_S, True),
    ("velocity_east_m_s", "velocity east", "m/s", 1.0, WIDER_M_S, False),
    ("velocity_down_m_s", "velocity down", "m/s", 1.0, WIDER_M_S, False),
)


def read_nesc(case: str) -> dict[str, dict[str, Array]]:
    """Read a case of NASA/TM-2015-218675.

    Parameters
    ----------
    case : str
        Two digits.

    Returns
    -------
    dict
        By simulator, then by column, a value for each second.
    """
    folder = files("hoplon.verification") / "data" / "nesc"
    simulators = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith(f"case_{case}_"):
            head, *rows = path.read_text(encoding="utf-8").split()
            table = np.array([[float(cell) for cell in row.split(",")] for row in rows])
            simulators[path.name[8:14]] = dict(zip(head.split(","), table.T, strict=True))
    return simulators


def fly_nesc(case: str, start: dict[str, float], t_s: Array) -> dict[str, Array]:
    """Fly the sphere of a case and give the columns of the file.

    Parameters
    ----------
    case : str
        Two digits.
    start : dict
        First row of the file.
    t_s : ndarray
        Times.

    Returns
    -------
    dict
        Columns as in the file.
    """
    place = start["latitude_deg"], start["longitude_deg"]
    r = ecef_from_geodetic(*place, start["altitude_m"])
    enu = np.array([start["velocity_east_m_s"], start["velocity_north_m_s"], -start["velocity_down_m_s"]])
    v = enu_from_ecef_matrix(*place).T @ enu
    # The file of case 01 and 06 ends before impact; the ground stays out of the way of the others' rounding.
    flight = free_flight(r, v, _CASES[case], t_end_s=float(t_s[-1]) + 1.0, ground_altitude_m=-1000.0)
    r_ecef, v_ecef = flight.state_at(t_s)
    latitude, longitude, altitude = geodetic_from_ecef(r_ecef)
    local = [enu_from_ecef_matrix(a, b) @ v for a, b, v in zip(latitude, longitude, v_ecef, strict=True)]
    east, north, up = np.array(local).T
    return {
        "altitude_m": altitude,
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "velocity_north_m_s": north,
        "velocity_east_m_s": east,
        "velocity_down_m_s": -up,
    }


def nesc() -> Iterator[Line]:
    """Cases 01, 06 and 09, at the second at which each quantity uses up most of its tolerance.

    The consensus is the median; the tolerance is the largest distance of a simulator from it at that second,
    widened by 5 cm or 1 cm/s.

    Yields
    ------
    Line
    """
    for case in _CASES:
        simulators = read_nesc(case)
        first = next(iter(simulators.values()))
        ours = fly_nesc(case, {key: float(column[0]) for key, column in first.items()}, first["time_s"])
        for column, name, unit, factor, wider, no_two in _COLUMNS:
            theirs = np.array(
                [table[column] for sim, table in simulators.items() if not (no_two and sim == "sim_02")]
            )
            consensus = np.median(theirs, axis=0)
            tolerance = np.abs(theirs - consensus).max(axis=0) * factor + wider
            worst = int(np.argmax(np.abs(ours[column] - consensus) * factor / tolerance))
            yield line(
                f"{case} {name} at {first['time_s'][worst]:.0f} s",
                unit,
                consensus[worst] * factor,
                ours[column][worst] * factor,
                tolerance[worst],
            )


def minimum_energy_flight(range_km: float) -> tuple[Trajectory, float]:
    """Find the slowest ground-to-ground flight in vacuum over a sphere, by flying.

    Parameters
    ----------
    range_km : float

    Returns
    -------
    flight : Trajectory
    angle_deg : float
        Elevation of the start.
    """
    from scipy.optimize import brentq

    def flown(speed: float, angle: float) -> Trajectory:
        r = np.array([SPHERE_NOT_ROTATING.equatorial_radius_m, 0.0, 0.0])
        v = np.array([speed * math.sin(angle), speed * math.cos(angle), 0.0])
        return free_flight(r, v, planet=SPHERE_NOT_ROTATING)

    def best_angle(speed: float) -> float:
        # Where the range neither grows nor shrinks; the step is wide against the integrator's centimetres.
        step = math.radians(0.25)
        slope: Callable[[float], float] = lambda a: (  # noqa: E731
            flown(speed, a + step).range_km - flown(speed, a - step).range_km
        )
        return float(brentq(slope, math.radians(10.0), math.radians(50.0), xtol=1e-6))

    speed = float(brentq(lambda v: flown(v, best_angle(v)).range_km - range_km, 1000.0, 7600.0, xtol=1e-3))
    angle = best_angle(speed)
    return flown(speed, angle), math.degrees(angle)


def minimum_energy() -> Iterator[Line]:
    """Compare the table of minimum-energy trajectories, to 0.1 % or half a unit of its last digit.

    Twice: searched for with the integrator that battles use, and by the package's closed form.

    Yields
    ------
    Line
    """
    for row in read_table("minimum_energy.csv"):
        flight, angle_deg = minimum_energy_flight(float(row["range_km"]))
        closed = closed_form(float(row["range_km"]))
        flown = {
            "burnout_speed_m_s": flight.event("launch").speed_m_s,
            "angle_deg": angle_deg,
            "apogee_km": flight.apogee_km,
            "time_s": flight.flight_time_s,
            "speed_at_100_km_m_s": flight.event("up_through_100_km").speed_m_s,
        }
        formula = {
            "burnout_speed_m_s": closed.speed_m_s,
            "angle_deg": closed.angle_deg,
            "apogee_km": closed.apogee_km,
            "time_s": closed.time_s,
            "speed_at_100_km_m_s": closed.speed_at_m_s(100.0),
        }
        for way, computed in (("flown", flown), ("formula", formula)):
            for key, (name, unit) in _ENERGY_COLUMNS.items():
                published = float(row[key])
                tolerance = max(1e-3 * published, half_a_unit(row[key]))
                yield line(f"{row['range_km']} km, {way}: {name}", unit, published, computed[key], tolerance)


_ENERGY_COLUMNS = {
    "burnout_speed_m_s": ("burnout speed", "m/s"),
    "angle_deg": ("angle", "deg"),
    "apogee_km": ("apogee", "km"),
    "time_s": ("flight time", "s"),
    "speed_at_100_km_m_s": ("speed at 100 km", "m/s"),
}


def longest_flight(
    vehicle: Vehicle, launch: Site, azimuth_deg: float, *, planet: Planet = WGS84_NOT_ROTATING
) -> Trajectory:
    """Find the longest flight of a missile that burns out, over the steepness of its pitch-over.

    Parameters
    ----------
    vehicle : Vehicle
    launch : Site
    azimuth_deg : float
        Direction of the pitch-over.
    planet : Planet
        By default one that does not rotate, as of most published ranges.

    Returns
    -------
    Trajectory
    """
    from scipy.optimize import minimize_scalar

    def shortfall(log_kick: float) -> float:
        return -fly(vehicle, launch, azimuth_deg, math.exp(log_kick), planet=planet).range_km

    # A coarse look first: the range has one hump, but is flat where the missile falls back at once.
    grid = np.log(np.geomspace(0.2, 60.0, 40))
    top = int(np.argmin([shortfall(log_kick) for log_kick in grid]))
    ends = float(grid[max(top - 1, 0)]), float(grid[min(top + 1, grid.size - 1)])
    found = minimize_scalar(shortfall, bounds=ends, method="bounded", options={"xatol": 1e-4})
    return fly(vehicle, launch, azimuth_deg, math.exp(float(found.x)), planet=planet)


def forden() -> Iterator[Line]:
    """Maximum ranges of three missiles with Forden's inputs.

    Yields
    ------
    Line
    """
    data = read_yaml("forden.yaml")
    launch = Site("launch", data["launch"]["latitude_deg"], 44.0)
    azimuth_deg = data["launch"]["azimuth_deg"]
    vehicles = {row["name"]: _vehicle(row, data) for row in data["missiles"]}
    for row in data["missiles"]:
        km = longest_flight(vehicles[row["name"]], launch, azimuth_deg).range_km
        yield line(
            f"maximum range, {row['name']}",
            "km",
            row["published_km"],
            km,
            row["published_km"] * data["published_tolerance_percent"] / 100.0,
            note=f"{100.0 * (km / row['published_km'] - 1.0):+.1f} %; {row['why']}",
        )
    for row in data["code_to_code"]:
        vehicle = vehicles[row["missile"]]
        stage = replace(vehicle.stages[0], diameter_m=row["diameter_m"])
        km = longest_flight(replace(vehicle, stages=(stage,)), launch, azimuth_deg).range_km
        yield line(
            f"maximum range, {row['name']}",
            "km",
            row["published_km"],
            km,
            row["published_km"] * data["code_to_code_tolerance_percent"] / 100.0,
            source=data["code_to_code_source"],
        )


def _vehicle(row: dict[str, Any], data: dict[str, Any]) -> Vehicle:
    stage = Stage(
        propellant_kg=row["fuelled_kg"] - row["dry_kg"],
        dry_kg=row["dry_kg"],
        burn_time_s=row["burn_s"],
        isp_sl_s=row["isp_s"],
        isp_vac_s=row["isp_s"],
        diameter_m=row["diameter_m"],
    )
    return Vehicle(
        name=row["name"],
        stages=(stage,),
        payload_kg=row["payload_kg"],
        reentry_ballistic_coefficient_kg_m2=1e4,  # not used: these bodies fall as one
        separates=False,
        drag_mach=tuple(data["drag_mach"]),
        drag_cd=tuple(data["drag_cd"]),
    )


CHECKS = (
    Check("nesc", "NASA/TM-2015-218675, consensus of up to six simulators", nesc),
    Check("minimum_energy", "two-body mechanics; Gronlund et al., April 1994", minimum_energy),
    Check("forden", "Forden, Science & Global Security 15 (2007)", forden),
)
