"""Arcs from the ground to the ground with a given range and apogee, over the rotating Earth, without air.

First the closed form over a round Earth (an ellipse whose apogee lies midway between its ends: Bate, Mueller
& White, Fundamentals of Astrodynamics, 1971, sections 4.2 and 6.2), whose far end moves on with the Earth
while the body flies; from there by Newton's method on the full model: oblate Earth, J2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.frames import enu_from_ecef_matrix
from hoplon.earth.geodesics import destination
from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import UnreachableError
from hoplon.flight.fly import free_flight
from hoplon.flight.trajectory import Trajectory

Array = NDArray[np.float64]

#: An arc is found when it lands and tops out this near to what was asked; either moves its time by < 0.05 s.
NEAR_M = 30.0


@dataclass(frozen=True, slots=True)
class KeplerArc:
    """An arc in closed form.

    Attributes
    ----------
    time_s : float
        Ground to ground.
    v_ecef_m_s : ndarray, shape (3,)
        Velocity at launch, relative to the rotating Earth.
    """

    time_s: float
    v_ecef_m_s: Array


def target(launch: Site, azimuth_deg: float, range_km: float) -> Site:
    """Return the place at sea level at a range and direction from a launch point."""
    lat, lon = destination(launch.latitude_deg, launch.longitude_deg, azimuth_deg, range_km)
    return Site("impact", lat, lon)


def kepler_arc(launch: Site, aim: Site, apogee_km: float, *, planet: Planet = WGS84) -> KeplerArc:
    """Solve the arc over a round Earth that turns.

    Parameters
    ----------
    launch, aim : Site
        Its ends on the ground; their mean distance from the centre is the radius of the sphere.
    apogee_km : float
        Greatest height.
    planet : Planet
        For its gravity and its rotation.

    Returns
    -------
    KeplerArc
        The shorter way round.
    """
    start, end = launch.r_ecef_m, aim.r_ecef_m
    radius = 0.5 * float(np.linalg.norm(start) + np.linalg.norm(end))
    top = radius + apogee_km * 1e3
    up, towards = start / np.linalg.norm(start), end / np.linalg.norm(end)
    omega, gm = planet.rotation_rad_s, planet.gm_m3_s2
    time = 0.0
    angle, e, a = 0.0, 1.0, 0.5 * top
    moved = towards
    for _ in range(100):
        c, s = math.cos(omega * time), math.sin(omega * time)
        moved = np.array(
            [c * towards[0] - s * towards[1], s * towards[0] + c * towards[1], towards[2]]
        )  # where the aim point has come to
        angle = math.atan2(float(np.linalg.norm(np.cross(up, moved))), float(up @ moved))
        e = (top - radius) / (top - radius * math.cos(0.5 * angle))
        a = top / (1.0 + e)
        anomaly = math.acos(min(1.0, max(-1.0, (1.0 - radius / a) / e)))
        new = 2.0 * math.sqrt(a**3 / gm) * (math.pi - anomaly + e * math.sin(anomaly))
        done = abs(new - time) < 1e-6
        time = new
        if done:
            break
    across = math.sqrt(gm * top * max(0.0, 1.0 - e)) / radius
    rise = math.sqrt(max(0.0, gm * (2.0 / radius - 1.0 / a) - across * across))
    flat = moved - (up @ moved) * up
    length = float(np.linalg.norm(flat))
    velocity = rise * up + (across / length * flat if length > 1e-12 else 0.0)
    return KeplerArc(time, velocity - np.cross(np.array([0.0, 0.0, omega]), start))


def vacuum_arc(launch: Site, aim: Site, apogee_km: float, *, planet: Planet = WGS84) -> Trajectory:
    """Fly the arc on the full model of gravity, without air.

    Parameters
    ----------
    launch, aim : Site
        Its ends on the ground.
    apogee_km : float
        Greatest height.
    planet : Planet
        The planet.

    Returns
    -------
    Trajectory
        Within `NEAR_M` of the aim point and of the apogee.

    Raises
    ------
    UnreachableError
        If no such arc is found.
    """
    frame = enu_from_ecef_matrix(aim.latitude_deg, aim.longitude_deg)
    v = kepler_arc(launch, aim, apogee_km, planet=planet).v_ecef_m_s
    flight, miss = _flown(launch, v, aim, frame, apogee_km, planet)
    for _ in range(30):
        size = float(np.abs(miss).max())
        if flight is not None and size < NEAR_M:
            return flight
        if not math.isfinite(size):
            break
        jacobian = np.empty((3, 3))
        for i in range(3):
            step = np.zeros(3)
            step[i] = 1.0
            jacobian[:, i] = _flown(launch, v + step, aim, frame, apogee_km, planet)[1] - miss
        if not np.isfinite(jacobian).all() or abs(np.linalg.det(jacobian)) < 1e-6:
            break
        move = -np.linalg.solve(jacobian, miss)
        share = min(1.0, 500.0 / max(float(np.linalg.norm(move)), 1e-9))
        for _ in range(12):
            trial, missed = _flown(launch, v + share * move, aim, frame, apogee_km, planet)
            if float(np.linalg.norm(missed)) < float(np.linalg.norm(miss)):
                break
            share *= 0.5
        else:
            break
        v, flight, miss = v + share * move, trial, missed
    raise UnreachableError(
        f"no arc without air was found with this range and an apogee of {apogee_km:.1f} km",
        remedy="Check range and apogee.",
    )


def _flown(
    launch: Site, v: Array, aim: Site, frame: Array, apogee_km: float, planet: Planet
) -> tuple[Trajectory | None, Array]:
    flight = free_flight(launch.r_ecef_m, v, planet=planet, ground_altitude_m=aim.altitude_m)
    if not flight.has("impact"):
        return None, np.full(3, math.inf)
    enu = frame @ (flight.r_ecef_m[-1] - aim.r_ecef_m)
    return flight, np.array([enu[0], enu[1], (flight.apogee_km - apogee_km) * 1e3])


def back_to_the_ground(r_ecef_m: Array, v_ecef_m_s: Array, *, planet: Planet = WGS84) -> Trajectory:
    """Follow a flight without air backwards in time to the ground.

    The same motion seen from an Earth that turns the other way, with the velocity reversed.

    Parameters
    ----------
    r_ecef_m, v_ecef_m_s : ndarray, shape (3,)
        State from which to go back.
    planet : Planet
        The planet.

    Returns
    -------
    Trajectory
        Its time runs backwards; its velocities are reversed.
    """
    reverse = replace(planet, rotation_rad_s=-planet.rotation_rad_s)
    return free_flight(r_ecef_m, -np.asarray(v_ecef_m_s), planet=reverse)


def drag_on_the_way_down(arc: Trajectory, ballistic_coefficient_kg_m2: float) -> tuple[float, float]:
    """How much later and nearer a body comes down in air than without, from the top of an arc.

    Parameters
    ----------
    arc : Trajectory
        Flown without air.
    ballistic_coefficient_kg_m2 : float
        Mass over drag area of the body that re-enters.

    Returns
    -------
    delay_s, shortfall_km : float
    """
    top = arc.event("apogee")
    r, v = arc.state_at(top.t_s)
    fall = free_flight(r, v, ballistic_coefficient_kg_m2, planet=arc.planet, t_start_s=top.t_s)
    bare = free_flight(r, v, planet=arc.planet, t_start_s=top.t_s)
    return fall.flight_time_s - bare.flight_time_s, max(0.0, bare.range_km - fall.range_km)
