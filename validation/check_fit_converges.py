"""Fits of ten thousand flights known to be possible all arrive; refusals state the right reach."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from hoplon.earth import WGS84, Site, geodesics
from hoplon.earth.frames import ecef_from_geodetic, enu_from_ecef_matrix
from hoplon.engagement.assemble import vehicle
from hoplon.errors import HoplonError, InputError, UnreachableError
from hoplon.flight import Trajectory, Vehicle, fit
from hoplon.flight.fit import solve
from hoplon.flight.fly import fly
from hoplon.flight.reach import longest_flight
from hoplon.flight.shooter import Shooter
from hoplon.scenario import catalogue
from hoplon.verification import Check, Line, line

FITS, REFUSALS = 10_000, 200
HIT_M, APOGEE_M, ANGLE_DEG = 10.0, 100.0, 0.005
FLIGHTS = 6
REACH = 0.01
LEAST = 1e-3
WAYS = ("minimum energy", "apogee", "path angle")


class Case(NamedTuple):
    """A flight that was made, and so can be made."""

    vehicle: Vehicle
    launch: Site
    aim: Site
    burnt: float
    flight: Trajectory


def vehicles() -> list[Vehicle]:
    """Every missile of the catalogue that can fly."""
    known = catalogue()
    return [vehicle(SimpleNamespace(missiles={n: known.missile(n)}), n) for n in known.flyable()]  # type: ignore[arg-type]


def flown(count: int, seed: int) -> Iterator[Case]:
    """Fly missiles from random places with random direction, steering and cut-off: flat, best and lofted.

    Kept are those that come down 30 km to 14,000 km away after an apogee in free flight above 30 km.
    """
    rng = np.random.default_rng(seed)
    kinds = vehicles()
    made = 0
    while made < count:
        kind = kinds[made % len(kinds)]
        launch = Site(
            "launch", rng.uniform(-75.0, 75.0), rng.uniform(-180.0, 180.0), rng.uniform(0.0, 2000.0)
        )
        kick_deg = math.exp(rng.uniform(math.log(0.3), math.log(20.0)))
        burnt = 1.0 - 0.9 * rng.uniform(0.0, 0.5) ** 1.5
        try:
            flight = fly(kind, launch, rng.uniform(0.0, 360.0), kick_deg, burnt)
        except InputError:
            continue  # into orbit
        if not (flight.has("burnout") and flight.has("apogee")):
            continue
        if flight.event("apogee").t_s <= flight.burnout_s or flight.apogee_km < 30.0:
            continue
        unit = flight.r_ecef_m / np.linalg.norm(flight.r_ecef_m, axis=1)[:, None]
        swept = float(np.linalg.norm(np.diff(unit, axis=0), axis=1).sum())
        if not 30.0 < flight.range_km < 14000.0 or swept > math.pi:
            continue
        end = flight.event("impact")
        yield Case(
            kind, launch, Site("aim", end.latitude_deg, end.longitude_deg, launch.altitude_m), burnt, flight
        )
        made += 1


def burnout_angle_deg(flight: Trajectory) -> float:
    """Angle of the velocity above the horizontal at the end of thrust."""
    event = flight.event("burnout")
    _, v = flight.state_at(event.t_s)
    up = enu_from_ecef_matrix(event.latitude_deg, event.longitude_deg)[2]
    return math.degrees(math.asin(float(up @ v) / float(np.linalg.norm(v))))


def fit_converges() -> Iterator[Line]:
    """Fit each flight again from its two ends and one more number.

    Yields
    ------
    Line
    """
    failed = dict.fromkeys(WAYS, 0)
    worst = dict.fromkeys(WAYS, 0.0)
    other, excess = {"apogee": 0.0, "path angle": 0.0}, 0.0
    flights: dict[str, list[int]] = {way: [] for way in WAYS}
    for n, case in enumerate(flown(FITS, 20180116)):
        way = WAYS[n // 13 % 3]
        wanted = {}
        if way == "apogee":
            wanted = {"apogee_km": case.flight.apogee_km}
        elif way == "path angle":
            wanted = {"burnout_angle_deg": burnout_angle_deg(case.flight)}
        try:
            shooter = Shooter(case.vehicle, case.launch, case.aim, WGS84)
            solve(shooter, **wanted)
        except HoplonError:
            failed[way] += 1
            continue
        flights[way].append(shooter.flights)
        found = shooter.trajectory()
        end = found.event("impact")
        place = ecef_from_geodetic(end.latitude_deg, end.longitude_deg, end.altitude_m)
        worst[way] = max(worst[way], float(np.linalg.norm(place - case.aim.r_ecef_m)))
        if way == "apogee":
            other[way] = max(other[way], 1e3 * abs(found.apogee_km - case.flight.apogee_km))
        elif way == "path angle":
            off = abs(burnout_angle_deg(found) - burnout_angle_deg(case.flight))
            other[way] = max(other[way], off)
        else:
            speeds = [case.vehicle.ideal_speed_m_s(x) for x in (_burnt(case.vehicle, found), case.burnt)]
            excess = max(excess, speeds[0] / speeds[1] - 1.0)
    for way in WAYS:
        yield line(f"{way}: possible, but refused", "fits", 0.0, failed[way], 0.0)
        yield line(f"{way}: worst miss", "m", 0.0, worst[way], HIT_M)
        note = f"mean {np.mean(flights[way]):.2f}, most {max(flights[way])}"
        yield line(
            f"{way}: flights, median at most {FLIGHTS}", "", 3.0, np.median(flights[way]), 3.0, note=note
        )
    yield line("apogee: worst error", "m", 0.0, other["apogee"], APOGEE_M)
    yield line("path angle: worst error", "deg", 0.0, other["path angle"], ANGLE_DEG)
    # Only flights that need less than the fit's minimum count against it.
    yield line("minimum energy: most ideal speed above a known flight's", "", 0.0, max(excess, 0.0), LEAST)


def _burnt(kind: Vehicle, flight: Trajectory) -> float:
    """Share of the powered time that was burnt."""
    time = flight.burnout_s
    burnt = 0.0
    for stage in kind.stages:
        burnt += min(max(time, 0.0), stage.burn_time_s)
        time -= stage.burn_time_s + stage.coast_after_s
    return burnt / kind.powered_time_s


def refusals_state_the_reach() -> Iterator[Line]:
    """Ask for aim points beyond the longest flight, found by search over flights, in its direction.

    Yields
    ------
    Line
    """
    rng = np.random.default_rng(20170829)
    kinds = vehicles()
    accepted = unreachable = made = 0
    worst = 0.0
    while made < REFUSALS:
        kind = kinds[made % len(kinds)]
        launch = Site(
            "launch", rng.uniform(-70.0, 70.0), rng.uniform(-180.0, 180.0), rng.uniform(0.0, 1500.0)
        )
        try:
            longest = longest_flight(kind, launch, rng.uniform(0.0, 360.0))
        except InputError:
            made += 1  # it could reach orbit
            continue
        start, end = longest.events[0], longest.event("impact")
        there = (start.latitude_deg, start.longitude_deg, end.latitude_deg, end.longitude_deg)
        away_km = longest.range_km * rng.uniform(1.02, 1.6)
        made += 1
        if away_km > 14900.0:
            continue
        aim = Site(
            "aim",
            *geodesics.destination(*there[:2], geodesics.azimuth_deg(*there), away_km),
            launch.altitude_m,
        )
        try:
            fit(kind, launch, aim)
        except UnreachableError as error:
            stated = float(error.what.split("reaches ")[1].split(" km")[0])
            worst = max(worst, abs(stated / longest.range_km - 1.0))
            nearest = re.search(r"within reach is (-?\d+\.\d+),(-?\d+\.\d+)", error.remedy)
            assert nearest is not None
            try:
                fit(kind, launch, Site("nearest", float(nearest[1]), float(nearest[2]), launch.altitude_m))
            except UnreachableError:
                unreachable += 1
        else:
            accepted += 1
    yield line("aim points beyond reach that were accepted", "fits", 0.0, accepted, 0.0)
    yield line("reach as stated, worst error", "", 0.0, worst, REACH)
    yield line("suggested aim points that cannot be reached", "fits", 0.0, unreachable, 0.0)


CHECKS = (
    Check("fit_converges", "flights that were made, fitted again from their ends", fit_converges),
    Check("refusals_state_the_reach", "search over flights at full burn", refusals_state_the_reach),
)
