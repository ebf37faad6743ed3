"""Fly a vehicle, or a body without thrust, and return its trajectory.

Equations and their sources: the methods manual, section 3.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.earth import _kernels as earth
from hoplon.earth.planet import WGS84, Planet
from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.flight import _kernels as k
from hoplon.flight.pitch import PitchHistory
from hoplon.flight.segments import boost_segments, free_segments
from hoplon.flight.trajectory import FlightEvent, Trajectory
from hoplon.flight.vehicle import Vehicle
from hoplon.flight.wind import Wind

Array = NDArray[np.float64]

#: Displacement of the impact allowed to one step of a flight, m. Impacts are then off by 0.7 m from burnout
#: and by 1 m from the ground (95 of 100 of flights of 300 to 13,000 km; `flight_accuracy`), shallow ones by
#: up to 10 m.
TOLERANCE_M = 0.1
#: Longest step, s: the quintic between nodes stays within centimetres.
LONGEST_STEP_S = 30.0
#: A flight that has not come down by then is not a ballistic missile's.
LONGEST_FLIGHT_S = 4.0 * 3600.0
_CAPACITY = 4000
_LEVEL_M = 100e3
_NO_DRAG = np.array([0.0, 1.0]), np.array([0.0, 0.0])


def launch_frame(site: Site, planet: Planet) -> tuple[Array, Array]:
    """Return the site's position on the planet's figure, and its rows east, north, up."""
    lat, lon = math.radians(site.latitude_deg), math.radians(site.longitude_deg)
    position = earth.ecef_from_geodetic_on(
        lat, lon, site.altitude_m, planet.equatorial_radius_m, planet.flattening
    )
    return np.array(position), earth.enu_matrix(lat, lon)


def heading(enu: Array, azimuth_rad: float) -> Array:
    """Return the horizontal unit vector of an azimuth."""
    direction: Array = math.sin(azimuth_rad) * enu[0] + math.cos(azimuth_rad) * enu[1]
    return direction


def _event(kind: str, t: float, state: Array, planet: Planet) -> FlightEvent:
    s, c, h = earth.geodetic_parts(
        float(state[0]), float(state[1]), float(state[2]), planet.equatorial_radius_m, planet.flattening
    )
    lon = math.degrees(math.atan2(state[1], state[0]))
    return FlightEvent(
        kind, float(t), math.degrees(math.atan2(s, c)), lon, h, float(np.linalg.norm(state[3:6]))
    )


def trajectory_from_nodes(
    name: str, nodes: Array, landed: bool, burnouts: tuple[float, ...], separates: bool, planet: Planet
) -> Trajectory:
    """Find the events of an integrated flight and freeze it.

    Parameters
    ----------
    name : str
        Name of what flew.
    nodes : ndarray, shape (n, 13)
        Its steps; the array is kept and made read-only.
    landed : bool
        Whether the last node is an impact.
    burnouts : tuple of float
        Ends of the burns; empty for a body without thrust.
    separates : bool
        Whether a re-entry body leaves at the last of them.
    planet : Planet
        The planet it flew over.

    Returns
    -------
    Trajectory
    """
    found = np.empty((32, 9))
    count = k.events_into(found, nodes, len(nodes), _LEVEL_M, planet.as_array())
    events = [_event("launch", nodes[0, 0], nodes[0, 1:7], planet)]
    times = nodes[:, 0]
    for i, t in enumerate(burnouts):
        at = int(np.argmin(np.abs(times - t)))
        if abs(times[at] - t) > 1e-6:
            continue  # it hit the ground before
        last = i == len(burnouts) - 1
        events.append(_event("burnout" if last else "staging", times[at], nodes[at, 1:7], planet))
        if last and separates:
            events.append(_event("separation", times[at], nodes[at, 1:7], planet))
    kinds = {k.APOGEE: "apogee", k.UP: "up_through_100_km", k.DOWN: "down_through_100_km"}
    rows = found[:count]
    tops = rows[rows[:, 0] == k.APOGEE]
    for row in rows:
        if row[0] == k.APOGEE and row[8] < tops[:, 8].max():
            continue  # a lower hump in mid-boost
        events.append(_event(kinds[int(row[0])], row[1], row[2:8], planet))
    events.append(_event("impact" if landed else "end", times[-1], nodes[-1, 1:7], planet))
    events.sort(key=lambda event: event.t_s)
    nodes.flags.writeable = False
    return Trajectory(name, planet, tuple(events), nodes)


def fly(
    vehicle: Vehicle,
    launch: Site,
    azimuth_deg: float,
    kick_deg: float,
    burn_fraction: float = 1.0,
    *,
    planet: Planet = WGS84,
    ground_altitude_m: float | None = None,
    wind: Wind | None = None,
    pitch: PitchHistory | None = None,
) -> Trajectory:
    """Fly a vehicle from the ground to impact.

    A point mass with three degrees of freedom over a rotating oblate Earth: staged constant-flow thrust with
    back pressure, drag by Mach number at zero incidence, US76 air that turns with the Earth. Vertical
    rise, pitch-over, gravity turn (see `hoplon.flight.segments`). No lift, attitude or tank residuals; in
    wind the gravity turn keeps the thrust along the velocity relative to the air, whatever holds the vehicle
    there.

    Parameters
    ----------
    vehicle : Vehicle
        What flies.
    launch : Site
        Where from.
    azimuth_deg : float
        Direction of the pitch-over, clockwise from north; the rotation of the Earth then bends the path.
    kick_deg : float
        Angle of the thrust from the vertical during the pitch-over, within [0, 90]: larger is flatter.
    burn_fraction : float
        Share of the powered time after which thrust ends, in (0, 1].
    planet : Planet
        The planet.
    ground_altitude_m : float, optional
        Height at which the flight ends; by default that of the launch site.
    wind : Wind, optional
        Steady wind; still air without it.
    pitch : PitchHistory, optional
        Direction of the thrust as a check case gives it, instead of vertical rise, pitch-over and gravity
        turn; `kick_deg` then says nothing.

    Returns
    -------
    Trajectory

    Raises
    ------
    InputError
        If a parameter is outside its range, or the vehicle does not come down within four hours.
    """
    if not 0.0 <= kick_deg <= 90.0:
        raise InputError(f"kick_deg is {kick_deg:g}", remedy="Give an angle between 0 and 90.")
    if not 0.0 < burn_fraction <= 1.0:
        raise InputError(f"burn_fraction is {burn_fraction:g}", remedy="Give a share above 0, up to 1.")
    if not math.isfinite(azimuth_deg):
        raise InputError(f"azimuth_deg is {azimuth_deg}", remedy="Give a direction in degrees.")
    position, enu = launch_frame(launch, planet)
    to = heading(enu, math.radians(azimuth_deg))
    segments, burnouts = boost_segments(vehicle, enu[2], to, math.radians(kick_deg), burn_fraction)
    if pitch is not None:
        segments = pitch.steer(segments, enu[2], to)
    ground = launch.altitude_m if ground_altitude_m is None else ground_altitude_m
    nodes = np.empty((_CAPACITY, k.NODE_COLUMNS))
    count, ending = k.integrate_into(
        nodes,
        np.concatenate((position, np.zeros(3))),
        0.0,
        LONGEST_FLIGHT_S,
        segments,
        np.array(vehicle.drag_mach),
        np.array(vehicle.drag_cd),
        planet.as_array(),
        ground,
        TOLERANCE_M,
        LONGEST_STEP_S,
        None if wind is None else wind.as_array(),
    )
    if ending != k.IMPACT:
        raise InputError(
            f"'{vehicle.name}' does not come down within {LONGEST_FLIGHT_S / 3600:g} hours",
            remedy="Give a smaller burn_fraction, or check the vehicle's masses and specific impulse.",
        )
    return trajectory_from_nodes(
        vehicle.name, nodes[:count].copy(), True, burnouts, vehicle.separates, planet
    )


def free_flight(
    r_ecef_m: ArrayLike,
    v_ecef_m_s: ArrayLike,
    ballistic_coefficient_kg_m2: float = math.inf,
    *,
    planet: Planet = WGS84,
    t_start_s: float = 0.0,
    t_end_s: float = LONGEST_FLIGHT_S,
    ground_altitude_m: float = 0.0,
    wind: Wind | None = None,
    name: str = "body",
) -> Trajectory:
    """Fly a body without thrust until impact or a given time.

    Parameters
    ----------
    r_ecef_m, v_ecef_m_s : array_like, shape (3,)
        State at `t_start_s`, Earth-fixed; velocity relative to the rotating Earth.
    ballistic_coefficient_kg_m2 : float
        Mass over drag area, m / (CD A), constant; infinite for no drag.
    planet : Planet
        The planet.
    t_start_s, t_end_s : float
        Start, and the time at which to stop if the body is still aloft.
    ground_altitude_m : float
        Height at which the flight ends.
    wind : Wind, optional
        Steady wind; still air without it.
    name : str
        Name of the body.

    Returns
    -------
    Trajectory
        With the event `impact`, or `end` where time ran out.

    Raises
    ------
    InputError
        If the state is not finite, the coefficient not positive, or the times not in order.
    """
    r, v = np.asarray(r_ecef_m, float), np.asarray(v_ecef_m_s, float)
    if r.shape != (3,) or v.shape != (3,) or not (np.isfinite(r).all() and np.isfinite(v).all()):
        raise InputError("the state is not two vectors of three finite numbers", remedy="Check r and v.")
    if not ballistic_coefficient_kg_m2 > 0.0:
        raise InputError(
            f"ballistic_coefficient_kg_m2 is {ballistic_coefficient_kg_m2:g}",
            remedy="Give a positive number, or infinity for no drag.",
        )
    if not t_end_s > t_start_s:
        raise InputError(f"t_end_s {t_end_s:g} is not after {t_start_s:g}", remedy="Give a later end.")
    nodes = np.empty((_CAPACITY, k.NODE_COLUMNS))
    count, ending = k.integrate_into(
        nodes,
        np.concatenate((r, v)),
        float(t_start_s),
        float(t_end_s),
        free_segments(ballistic_coefficient_kg_m2),
        *_NO_DRAG,
        planet.as_array(),
        float(ground_altitude_m),
        TOLERANCE_M,
        LONGEST_STEP_S,
        None if wind is None else wind.as_array(),
    )
    return trajectory_from_nodes(name, nodes[:count].copy(), ending == k.IMPACT, (), False, planet)
