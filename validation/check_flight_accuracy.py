"""How far default flights fall from converged ones: 2,000 from burnout, some from the ground.

Ranges of 300 to 13,000 km. Converged means a tolerance of 1e-12 of the Earth's radius; that this is the right
solution is for SciPy to say (`fit_against_scipy`, and the tests).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from hoplon.earth import WGS84, Site
from hoplon.flight import Stage, Vehicle, _kernels, fly_batch
from hoplon.flight.fly import LONGEST_FLIGHT_S, LONGEST_STEP_S, TOLERANCE_M, heading, launch_frame
from hoplon.flight.segments import boost_segments, free_segments
from hoplon.verification import Check, Line, line
from hoplon.verification.random_flights import random_flights

CONVERGED_M = 1e-12 * WGS84.equatorial_radius_m
LIMIT_M = 10.0
VEHICLES = (
    Vehicle("one stage", (Stage(12912.0, 1780.0, 110.0, 226.0, 248.0, 1.32),), 1000.0, 3000.0, True),
    Vehicle(
        "two stages",
        (
            Stage(12000.0, 1500.0, 80.0, 230.0, 255.0, 1.4, coast_after_s=3.0),
            Stage(3000.0, 400.0, 60.0, 240.0, 285.0, 1.1),
        ),
        600.0,
        4000.0,
        True,
    ),
)


def _impact(
    state: np.ndarray, segments: np.ndarray, vehicle: Vehicle, tolerance_m: float, longest_s: float
) -> np.ndarray:
    nodes = np.empty((40_000, _kernels.NODE_COLUMNS))
    count, ending = _kernels.integrate_into(
        nodes,
        state,
        0.0,
        LONGEST_FLIGHT_S,
        segments,
        np.array(vehicle.drag_mach),
        np.array(vehicle.drag_cd),
        WGS84.as_array(),
        0.0,
        tolerance_m,
        longest_s,
        None,
    )
    return nodes[count - 1, 1:4] if ending == _kernels.IMPACT else np.full(3, math.nan)


def flight_accuracy() -> Iterator[Line]:
    """Compare impacts: the 95th percentile of the distance must stay below 10 m.

    Yields
    ------
    Line
    """
    r, v, coefficient = random_flights(2000)
    states = np.concatenate((r, v), axis=1)
    rows = [free_segments(float(c)) for c in coefficient]
    converged = np.array(
        [_impact(y, s, VEHICLES[0], CONVERGED_M, 400.0) for y, s in zip(states, rows, strict=True)]
    )
    single = np.array(
        [_impact(y, s, VEHICLES[0], TOLERANCE_M, LONGEST_STEP_S) for y, s in zip(states, rows, strict=True)]
    )
    yield from _lines("from burnout, one by one", single - converged)
    yield from _lines("from burnout, in a batch", fly_batch(r, v, coefficient).r_ecef_m - converged)
    rng = np.random.default_rng(1)
    misses = []
    for number in range(200):
        vehicle = VEHICLES[number % 2]
        launch = Site("launch", float(rng.uniform(-60.0, 60.0)), float(rng.uniform(-180.0, 180.0)))
        start, enu = launch_frame(launch, WGS84)
        to = heading(enu, rng.uniform(0.0, 2.0 * math.pi))
        kick, cut_off = math.radians(rng.uniform(1.5, 8.0)), rng.uniform(0.75, 1.0)
        segments, _ = boost_segments(vehicle, enu[2], to, kick, cut_off)
        state = np.concatenate((start, np.zeros(3)))
        default = _impact(state, segments, vehicle, TOLERANCE_M, LONGEST_STEP_S)
        misses.append(default - _impact(state, segments, vehicle, CONVERGED_M, 400.0))
    yield from _lines("from the ground", np.array(misses))


def _lines(what: str, misses: np.ndarray) -> Iterator[Line]:
    distance = np.linalg.norm(misses, axis=1)
    note = f"median {np.median(distance):.2f} m, largest {distance.max():.1f} m"
    yield line(f"{what}: miss of 95 in 100", "m", 0.0, float(np.percentile(distance, 95)), LIMIT_M, note=note)


CHECKS = (Check("flight_accuracy", "the same flights at a tolerance of 1e-12", flight_accuracy),)
