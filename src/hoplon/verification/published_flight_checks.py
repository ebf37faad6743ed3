"""What others drew from the flight tests: times, ranges, the rotation's share, two timelines by the clock."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from hoplon.earth import WGS84, Site
from hoplon.earth.frames import ecef_from_geodetic
from hoplon.earth.geodesics import azimuth_deg, destination, distance_km
from hoplon.engagement.assemble import reported_flight, vehicle_of
from hoplon.errors import InputError, UnreachableError
from hoplon.flight.fit import fit
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Vehicle
from hoplon.scenario import catalogue
from hoplon.verification.flight_checks import longest_flight
from hoplon.verification.flight_test_checks import TIME_MARGIN, calibrated
from hoplon.verification.model import Line
from hoplon.verification.registry import Check, between, line, listed, read_yaml

_GM_KM3_S2, _RADIUS_KM, _ROTATION_RAD_S = 398600.4418, 6371.0, 7.292115e-5
_DATA = "published_flights.yaml"


def flight_times() -> Iterator[Line]:
    """Compare times of calibration flights, of which range and apogee were fitted, and the time was not.

    Yields
    ------
    Line
    """
    library = catalogue()
    for row in read_yaml(_DATA)["flight_times"]:
        missile = library.flight_tests[row["test"]].missile
        assert missile is not None
        yield line(
            f"{row['check']} {row['test']}: time",
            "s",
            row["published_s"],
            calibrated(missile).trajectory.flight_time_s,
            row["published_s"] * row["tolerance_percent"] / 100.0,
            source=row["source"],
        )


def vacuum_time_s(arc_rad: float, apogee_km: float) -> float:
    """Time of free flight in vacuum from the ground to the ground of a sphere.

    The ellipse about the Earth's centre that passes the surface half the arc before and after its apogee
    (Bate, Mueller & White, Fundamentals of Astrodynamics, 1971, sections 1.5 and 4.2).

    Parameters
    ----------
    arc_rad : float
        Angle between launch and impact at the centre, in space.
    apogee_km : float

    Returns
    -------
    float
    """
    top = _RADIUS_KM + apogee_km
    eccentricity = (top - _RADIUS_KM) / (top - _RADIUS_KM * math.cos(0.5 * arc_rad))
    axis = top / (1.0 + eccentricity)
    anomaly = math.acos((1.0 - _RADIUS_KM / axis) / eccentricity)
    half = math.pi - anomaly + eccentricity * math.sin(anomaly)
    return 2.0 * math.sqrt(axis**3 / _GM_KM3_S2) * half


def _rotating_vacuum_time_s(data: dict[str, Any]) -> float:
    """Follow the impact point as the Earth carries it east under the flight."""
    start = data["launch"]["latitude_deg"], data["launch"]["longitude_deg"]
    arc = data["range_km"] / _RADIUS_KM
    lat = math.radians(start[0])
    bearing = math.radians(data["azimuth_deg"])
    end_lat = math.asin(math.sin(lat) * math.cos(arc) + math.cos(lat) * math.sin(arc) * math.cos(bearing))
    east = math.atan2(
        math.sin(bearing) * math.sin(arc) * math.cos(lat), math.cos(arc) - math.sin(lat) * math.sin(end_lat)
    )
    time = vacuum_time_s(arc, data["apogee_km"])
    for _ in range(20):
        turned = east + _ROTATION_RAD_S * time
        cosine = math.sin(lat) * math.sin(end_lat) + math.cos(lat) * math.cos(end_lat) * math.cos(turned)
        time = vacuum_time_s(math.acos(cosine), data["apogee_km"])
    return time


def impossible_time() -> Iterator[Line]:
    """Compare two reported times of one flight, of which physics refuses one, with free flight in vacuum.

    Yields
    ------
    Line
    """
    data = read_yaml(_DATA)["impossible_time"]
    still = vacuum_time_s(data["range_km"] / _RADIUS_KM, data["apogee_km"])
    turning = _rotating_vacuum_time_s(data)
    given = f"{data['range_km']} km, apogee {data['apogee_km']} km"
    yield line(f"V04 vacuum time, {given}", "s", data["vacuum_s"], still, data["tolerance_s"])
    yield line(
        f"V04 vacuum time, {given}, rotating", "s", data["vacuum_rotating_s"], turning, data["tolerance_s"]
    )
    # Refused: shorter than free flight in vacuum. Passed: leaves the time of a boost and of re-entry.
    most = data["longest_boost_s"]
    yield between(
        f"V04 KCNA's {data['kcna_s']} s: missing even to vacuum",
        "s",
        data["vacuum_rotating_s"] - data["kcna_s"],
        turning - data["kcna_s"],
        1.0,
        most,
        note="impossible, as it should be found to be",
    )
    yield between(
        f"V04 Japan's {data['japan_s']} s: left for boost and drag",
        "s",
        data["japan_s"] - data["vacuum_rotating_s"],
        data["japan_s"] - turning,
        1.0,
        most,
        note="possible",
    )


def maximum_ranges() -> Iterator[Line]:
    """Compare maximum ranges of the calibrated sets, to which nothing was fitted but one lofted flight.

    Yields
    ------
    Line
    """
    library = catalogue()
    for row in read_yaml(_DATA)["maximum_ranges"]:
        test = reported_flight(row["test"], library.flight_tests[row["test"]])
        vehicle = vehicle_of(library.missile(row["missile"]))
        try:
            range_km = longest_flight(vehicle, test.launch, test.azimuth_deg).range_km
            why = row.get("why", "")
        except InputError as error:  # some steering takes it to orbit
            range_km, why = float("nan"), f"{error.what}: {row['why']}" if "why" in row else ""
        published = row["published_km"]
        margin = published * row.get("tolerance_percent", 0.0) / 100.0
        yield between(
            f"{row['check']} {row['missile']}: maximum range".strip(),
            "km",
            published,
            range_km,
            row.get("low_km", published - margin),
            row.get("high_km", published + margin),
            source=row["source"],
            note=f"calibrated to {row['test']}; not rotating",
            explained=why,
        )


def towards_cities() -> Iterator[Line]:
    """Compare what the Earth's rotation adds to a range, towards six cities.

    Yields
    ------
    Line
    """
    data = read_yaml(_DATA)["towards_cities"]
    launch = Site(data["launch"]["name"], data["launch"]["latitude_deg"], data["launch"]["longitude_deg"])
    base = data["without_rotation_km"]
    vehicle = _with_range(vehicle_of(catalogue().missile(data["missile"])), launch, base)
    still_m_s = longest_flight(vehicle, launch, 0.0).event("burnout").speed_m_s
    for city in data["cities"]:
        place = launch.latitude_deg, launch.longitude_deg, city["latitude_deg"], city["longitude_deg"]
        yield line(
            f"V05 distance to {city['name']}",
            "km",
            city["distance_km"],
            distance_km(*place),
            data["distance_tolerance_km"],
        )
        flight = _longest_towards(vehicle, launch, azimuth_deg(*place))
        yield line(
            f"V05 gain by rotation, {city['name']}",
            "km",
            city["range_km"] - base,
            flight.range_km - base,
            data["gain_tolerance_km"],
            note=f"{flight.event('burnout').speed_m_s:.0f} m/s at burnout, {still_m_s:.0f} without rotation",
            explained=data["why_more"],
        )


def _with_range(vehicle: Vehicle, launch: Site, range_km: float) -> Vehicle:
    """Give a missile the payload with which it goes a given range, due north over an Earth at rest."""
    from scipy.optimize import brentq

    def excess(payload_kg: float) -> float:
        return longest_flight(replace(vehicle, payload_kg=payload_kg), launch, 0.0).range_km - range_km

    payload_kg = float(brentq(excess, 0.7 * vehicle.payload_kg, 3.0 * vehicle.payload_kg, xtol=0.5))
    return replace(vehicle, payload_kg=payload_kg)


def _longest_towards(vehicle: Vehicle, launch: Site, bearing_deg: float) -> Trajectory:
    """Find the longest flight that ends in a given direction over a rotating Earth."""
    heading_deg = bearing_deg
    for _ in range(4):
        flight = longest_flight(vehicle, launch, heading_deg, planet=WGS84)
        end = flight.event("impact")
        reached = azimuth_deg(launch.latitude_deg, launch.longitude_deg, end.latitude_deg, end.longitude_deg)
        heading_deg += (bearing_deg - reached + 180.0) % 360.0 - 180.0
    return flight


def references() -> Iterator[Line]:
    """Compare times of nominal flights, at the apogee published or on a minimum-energy path.

    Yields
    ------
    Line
    """
    for row in read_yaml(_DATA)["references"]:
        vehicle = vehicle_of(catalogue().missile(row["missile"], row["parameter_set"]))
        if "aim" in row:
            launch = Site("launch", row["launch"]["latitude_deg"], row["launch"]["longitude_deg"])
            aim = Site("aim", row["aim"]["latitude_deg"], row["aim"]["longitude_deg"])
        else:  # a nominal flight has no launch point: north from the equator, where rotation matters least
            launch = Site("launch", 0.0, 0.0)
            aim = Site("aim", *destination(0.0, 0.0, 0.0, row["range_km"]))
        try:
            flight = fit(vehicle, launch, aim, apogee_km=row.get("apogee_km"))
        except UnreachableError as error:
            yield listed(row["name"], f"{error.what}; {row.get('why', '')}", source=row["source"])
            continue
        low, best, high = row["time_s"]
        low, high = low * (1.0 - TIME_MARGIN), high * (1.0 + TIME_MARGIN)
        yield between(
            f"{row['name']}: time", "s", best, flight.flight_time_s, low, high, source=row["source"]
        )


def timeline() -> Iterator[Line]:
    """Fly to the published impact points of two flights: when they pass Cape Erimo, and when they fall.

    Yields
    ------
    Line
    """
    data = read_yaml("timeline.yaml")
    near = data["reference"]["latitude_deg"], data["reference"]["longitude_deg"]
    library = catalogue()
    for row in data["flights"]:
        record = library.flight_tests[row["test"]]
        test = reported_flight(row["test"], record)
        assert record.missile is not None
        aim = Site("impact", *destination(*near, 90.0, row["impact_east_of_reference_km"]))
        flight = fit(vehicle_of(library.missile(record.missile)), test.launch, aim, apogee_km=test.apogee_km)
        for what, key, seconds, explained in (
            (f"passage of {data['reference']['name']}", "passage_s", _passage_s(flight, near), ""),
            ("impact", "impact_s", flight.flight_time_s, row.get("impact_explained", "")),
        ):
            low, best, high = row[key]
            yield between(
                f"{row['test']}: {what}",
                "s",
                best,
                seconds,
                low - data["minute_s"],
                high + data["minute_s"],
                source=row["source"],
                explained=explained,
            )


def _passage_s(flight: Trajectory, near: tuple[float, float]) -> float:
    """Time at which a flight passes nearest over a place, seen from the centre of the Earth."""
    times = np.arange(0.0, flight.flight_time_s, 1.0)
    r = flight.state_at(times)[0]
    place = ecef_from_geodetic(*near, 0.0)
    nearness = (r @ place) / np.linalg.norm(r, axis=1)
    return float(times[int(np.argmax(nearness))])


CHECKS = (
    Check("flight_times", "", flight_times),
    Check("impossible_time", "KCNA and Japan by way of the press, 24 March 2022", impossible_time),
    Check("maximum_ranges", "", maximum_ranges),
    Check("towards_cities", "D. Wright (UCS), 28 July 2017", towards_cities),
    Check("references", "", references),
    Check("timeline", "", timeline),
)
