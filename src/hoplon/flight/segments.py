"""From a vehicle to the segments that the integrator flies: who thrusts when, where to, and what it weighs.

Steering is the simplest that open range studies use: vertical rise, a short pitch-over in which the thrust
is held at a fixed angle from the vertical, then a gravity turn (thrust along the velocity relative to the
air), which needs no model of the attitude. Equations and their sources: the methods manual, section 3.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon.flight import _kernels as k
from hoplon.flight.vehicle import SEA_LEVEL_PRESSURE, STANDARD_GRAVITY, Stage, Vehicle

Array = NDArray[np.float64]


def pitch_over_times(vehicle: Vehicle) -> tuple[float, float]:
    """Return when the vertical rise and the pitch-over end.

    Each lasts a twentieth of the first stage's burn, within 2 s and 10 s: 3 s for a Scud, 7 s for an
    intermediate-range missile.
    """
    rise = min(max(0.05 * vehicle.stages[0].burn_time_s, 2.0), 10.0)
    return rise, 2.0 * rise


def _row(
    stop: float, start: float, mass: float, stage: Stage | None, area: float, inverse: float
) -> list[float]:
    flow = stage.flow_kg_s if stage else 0.0
    thrust = stage.thrust_vac_n if stage else 0.0
    loss = flow * STANDARD_GRAVITY * (stage.isp_vac_s - stage.isp_sl_s) / SEA_LEVEL_PRESSURE if stage else 0.0
    return [stop, start, mass, flow, thrust, loss, area, inverse, 0.0, 0.0, 0.0, 0.0]


def boost_segments(
    vehicle: Vehicle, up: Array, heading: Array, kick_rad: float, burn_fraction: float
) -> tuple[Array, tuple[float, ...]]:
    """Build the segment table of a flight from the ground.

    Parameters
    ----------
    vehicle : Vehicle
        What flies.
    up, heading : ndarray, shape (3,)
        Unit vectors of the launch vertical and of the horizontal launch direction, Earth-fixed.
    kick_rad : float
        Angle of the thrust from the vertical during the pitch-over.
    burn_fraction : float
        Share of the powered time after which thrust ends, in (0, 1]. Where it ends in a lower stage, the
        upper stages do not burn.

    Returns
    -------
    segments : ndarray, shape (n, 12)
        See `hoplon.flight._kernels`.
    burnouts : tuple of float
        Times at which stages burn out (or thrust is ended), the last one being the end of boost.
    """
    rise, pitched = pitch_over_times(vehicle)
    left = burn_fraction * vehicle.powered_time_s
    mass = vehicle.launch_mass_kg
    rows: list[list[float]] = []
    burnouts: list[float] = []
    t = 0.0
    last = vehicle.stages[0]
    for n, stage in enumerate(vehicle.stages):
        burn = min(left, stage.burn_time_s)
        left -= burn
        end = t + burn
        cuts = [c for c in (rise, pitched) if n == 0 and c < end]
        rows.extend(_row(stop, t, mass, stage, stage.area_m2, 0.0) for stop in (*cuts, end))
        mass -= burn * stage.flow_kg_s
        burnouts.append(end)
        last = stage
        if left <= 1e-9 or n == len(vehicle.stages) - 1:
            break
        mass -= stage.dry_kg
        t = end + stage.coast_after_s
        if stage.coast_after_s > 0.0:
            rows.append(_row(t, end, mass, None, vehicle.stages[n + 1].area_m2, 0.0))
    if vehicle.separates:
        inverse = 1.0 / vehicle.reentry_ballistic_coefficient_kg_m2
        rows.append(_row(math.inf, burnouts[-1], vehicle.payload_kg, None, 0.0, inverse))
    else:
        rows.append(_row(math.inf, burnouts[-1], mass, None, last.area_m2, 0.0))
    table = np.array(rows)
    tilted = math.cos(kick_rad) * up + math.sin(kick_rad) * heading
    table[0, k.FIXED] = 1.0
    table[0, k.DIRECTION :] = up
    if rise < burnouts[0]:
        table[1, k.FIXED] = 1.0
        table[1, k.DIRECTION :] = tilted
    return table, tuple(burnouts)


def free_segments(ballistic_coefficient_kg_m2: float) -> Array:
    """Build the segment table of a body without thrust; an infinite coefficient means no drag."""
    inverse = 0.0 if math.isinf(ballistic_coefficient_kg_m2) else 1.0 / ballistic_coefficient_kg_m2
    return np.array([_row(math.inf, 0.0, 1.0, None, 0.0, inverse)])
