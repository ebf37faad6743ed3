"""Fitted flights hit their aim points, and another integrator in another frame lands at the same place."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy.integrate import solve_ivp

from hoplon.earth import WGS84, Site, atmosphere
from hoplon.earth.frames import (
    ecef_from_eci,
    ecef_from_geodetic,
    eci_from_ecef,
    geodetic_from_ecef,
    velocity_eci_from_ecef,
)
from hoplon.earth.geodesics import destination
from hoplon.flight import Stage, Trajectory, Vehicle, fit
from hoplon.verification import Check, Line, line

FLIGHTS = 16
AIM_M, AGREE_M = 50.0, 10.0

VEHICLES = (
    Vehicle("one stage", (Stage(16000.0, 3900.0, 70.0, 225.0, 250.0, 1.32),), 1000.0, 8000.0, True),
    Vehicle(
        "two stages",
        (
            Stage(28000.0, 3500.0, 90.0, 235.0, 265.0, 1.65),
            Stage(6000.0, 900.0, 80.0, 240.0, 280.0, 1.65, 2.0),
        ),
        800.0,
        12000.0,
        True,
    ),
)
REACH_KM = ((250.0, 900.0), (800.0, 2600.0))


def inertial_landing(flight: Trajectory, coefficient_kg_m2: float) -> np.ndarray:
    """Fly on from separation in the inertial frame; return the impact in the Earth-fixed frame."""
    start = flight.burnout_s
    r_ecef, v_ecef = flight.state_at(start)
    r = eci_from_ecef(r_ecef, start)
    v = velocity_eci_from_ecef(r_ecef, v_ecef, start)
    spin = np.array([0.0, 0.0, WGS84.rotation_rad_s])

    def height(t: float, y: np.ndarray) -> float:
        return float(geodetic_from_ecef(ecef_from_eci(y[:3], t))[2])

    def rhs(t: float, y: np.ndarray) -> np.ndarray:
        x, z2 = y[:3], y[2] ** 2
        d2 = float(x @ x)
        d = math.sqrt(d2)
        j = 1.5 * WGS84.j2 * (WGS84.equatorial_radius_m / d) ** 2
        shape = 1.0 + j * (np.array([1.0, 1.0, 3.0]) - 5.0 * z2 / d2)
        air = y[3:] - np.cross(spin, x)
        density = atmosphere(height(t, y)).density_kg_m3
        drag = -0.5 * density * float(np.linalg.norm(air)) / coefficient_kg_m2 * air
        return np.concatenate((y[3:], -WGS84.gm_m3_s2 / d**3 * shape * x + drag))

    def ground(t: float, y: np.ndarray) -> float:
        return height(t, y) - flight.event("impact").altitude_m

    ground.terminal, ground.direction = True, -1.0  # type: ignore[attr-defined]
    found = solve_ivp(
        rhs,
        (start, 4000.0),
        np.concatenate((r, v)),
        "DOP853",
        events=ground,
        rtol=1e-10,
        atol=1e-4,
        max_step=20.0,
    )
    t, y = float(found.t_events[0][0]), found.y_events[0][0]
    return ecef_from_eci(y[:3], t)


def fit_against_scipy() -> Iterator[Line]:
    """Compare landings, over both vehicles, all directions, minimum energy and lofted.

    Yields
    ------
    Line
    """
    rng = np.random.default_rng(20180116)
    for number in range(FLIGHTS):
        vehicle, (near, far) = VEHICLES[number % 2], REACH_KM[number % 2]
        launch = Site("launch", float(rng.uniform(-55.0, 55.0)), float(rng.uniform(-180.0, 180.0)))
        azimuth, km = float(rng.uniform(0.0, 360.0)), float(rng.uniform(near, far))
        aim = Site("aim", *destination(launch.latitude_deg, launch.longitude_deg, azimuth, km))
        flight = fit(vehicle, launch, aim)
        if number % 4 >= 2:
            flight = fit(vehicle, launch, aim, apogee_km=1.3 * flight.apogee_km)
        end = flight.event("impact")
        ours = ecef_from_geodetic(end.latitude_deg, end.longitude_deg, end.altitude_m)
        theirs = inertial_landing(flight, vehicle.reentry_ballistic_coefficient_kg_m2)
        what = f"{number + 1}: {vehicle.name}, {km:.0f} km to {azimuth:.0f} deg"
        aimed = ecef_from_geodetic(aim.latitude_deg, aim.longitude_deg, end.altitude_m)
        yield line(f"{what}: miss", "m", 0.0, float(np.linalg.norm(ours - aimed)), AIM_M)
        yield line(f"{what}: from SciPy's", "m", 0.0, float(np.linalg.norm(ours - theirs)), AGREE_M)


CHECKS = (Check("fit_against_scipy", "DOP853 (Hairer et al.) in the inertial frame", fit_against_scipy),)
