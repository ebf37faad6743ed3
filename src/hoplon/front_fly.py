"""Single flights for people and files: facts, tables, the spread over a missile's ranges."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoplon.errors import InputError, UnreachableError
from hoplon.front import fly_entry

if TYPE_CHECKING:
    from hoplon.cited import Cited
    from hoplon.earth import Site
    from hoplon.flight import Trajectory
    from hoplon.flight.claim import ClaimCheck
    from hoplon.result.flight_table import FlightTable
    from hoplon.scenario import MissileEntry

Progress = Callable[[int, int, str], None]

#: Quantities of a flight whose spread is reported; keys of `flight_facts`.
SPREAD_KEYS = (
    "apogee_km",
    "flight_time_s",
    "burnout_s",
    "burnout_speed_m_s",
    "speed_at_100_km_m_s",
    "impact_speed_m_s",
    "impact_angle_deg",
)


def flight_facts(trajectory: Trajectory) -> dict[str, Any]:
    """Summarise a flight as one JSON object.

    Parameters
    ----------
    trajectory : Trajectory

    Returns
    -------
    dict
        `speed_at_100_km_m_s` is that of re-entry, None where the flight stays below; `impact_angle_deg` is
        measured from the horizontal.
    """
    from hoplon.earth.frames import enu_from_ecef_matrix

    last = trajectory.events[-1]
    up = enu_from_ecef_matrix(last.latitude_deg, last.longitude_deg)[2]
    down = -float(up @ trajectory.v_ecef_m_s[-1]) / max(last.speed_m_s, 1e-9)
    above = trajectory.has("down_through_100_km")
    return {
        "missile": trajectory.vehicle,
        "range_km": trajectory.range_km,
        "apogee_km": trajectory.apogee_km,
        "flight_time_s": trajectory.flight_time_s,
        "burnout_s": trajectory.burnout_s,
        "burnout_speed_m_s": trajectory.event("burnout").speed_m_s,
        "speed_at_100_km_m_s": trajectory.event("down_through_100_km").speed_m_s if above else None,
        "impact_speed_m_s": last.speed_m_s,
        "impact_angle_deg": math.degrees(math.asin(min(1.0, max(-1.0, down)))),
        "events": [
            {
                "event": event.kind,
                "t_s": event.t_s,
                "latitude_deg": event.latitude_deg,
                "longitude_deg": event.longitude_deg,
                "altitude_km": event.altitude_m / 1e3,
                "speed_m_s": event.speed_m_s,
            }
            for event in trajectory.events
        ],
    }


def flight_table(
    trajectory: Trajectory, about: dict[str, Any] | None = None, step_s: float = 1.0
) -> FlightTable:
    """Sample a flight at even times and at its events.

    Parameters
    ----------
    trajectory : Trajectory
    about : dict, optional
        What a file should say of it.
    step_s : float
        Time between rows.

    Returns
    -------
    FlightTable
        Earth-fixed states, geodetic coordinates, distance over the ground from the launch point.
    """
    import numpy as np

    from hoplon.earth.frames import geodetic_from_ecef
    from hoplon.earth.geodesics import distance_km
    from hoplon.result.flight_table import FlightTable

    first, last = float(trajectory.t_s[0]), float(trajectory.t_s[-1])
    moments = {event.t_s: "" for event in trajectory.events}
    for event in trajectory.events:
        moments[event.t_s] = f"{moments[event.t_s]}+{event.kind}".lstrip("+")
    even = np.arange(first, last, step_s)
    t = np.unique(np.concatenate([even, [*moments], [last]]))
    t = t[(t >= first) & (t <= last)]
    r, v = trajectory.state_at(t)
    latitude, longitude, altitude = geodetic_from_ecef(r)
    start = trajectory.events[0]
    ground = [
        distance_km(start.latitude_deg, start.longitude_deg, float(a), float(b))
        for a, b in zip(latitude, longitude, strict=True)
    ]
    columns = {
        "t_s": t,
        "phase": trajectory.phase_at(t),
        "event": np.array([moments.get(float(moment), "") for moment in t]),
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "altitude_m": altitude,
        "ground_range_km": np.array(ground),
        "speed_m_s": np.linalg.norm(v, axis=1),
        **{f"{axis}_ecef_m": r[:, i].copy() for i, axis in enumerate("xyz")},
        **{f"v{axis}_ecef_m_s": v[:, i].copy() for i, axis in enumerate("xyz")},
    }
    return FlightTable(columns, about or {"missile": trajectory.vehicle})


def about_flight(entry: MissileEntry, launch: Site, aim: Site, apogee_km: float | None) -> dict[str, Any]:
    """Say whose flight it is, for files and pictures.

    Parameters
    ----------
    entry : MissileEntry
    launch, aim : Site
    apogee_km : float or None
        As asked for.

    Returns
    -------
    dict
    """
    return {
        "missile": entry.id,
        "title": entry.title.partition(":")[0],
        "parameter_set": entry.parameter_set,
        "trajectory": "minimum energy" if apogee_km is None else f"apogee {apogee_km:g} km",
        "launch": {
            "name": launch.name,
            "latitude_deg": launch.latitude_deg,
            "longitude_deg": launch.longitude_deg,
        },
        "aim": {"name": aim.name, "latitude_deg": aim.latitude_deg, "longitude_deg": aim.longitude_deg},
        "frame": "WGS-84, Earth-fixed; velocities relative to the rotating Earth; seconds from launch",
    }


def write_flight(table: FlightTable, path: Path) -> Path:
    """Write a flight as CSV, Parquet or picture, by the ending of the name; whole or not at all.

    Parameters
    ----------
    table : FlightTable
    path : Path
        Must not exist.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    from hoplon.report.flight_picture import draw_flight
    from hoplon.result.flight_table import check_flight_file, csv_text, parquet_bytes, write_whole

    check_flight_file(path)
    ending = path.suffix.lower()
    if ending == ".csv":
        content = csv_text(table).encode()
    elif ending == ".parquet":
        content = parquet_bytes(table)
    else:
        content = str(draw_flight(table)).encode()
    return write_whole(path, content)


@dataclass(frozen=True, slots=True)
class Spread:
    """What a missile's ranges leave open of its flight to a given aim point.

    Attributes
    ----------
    count, flown : int
        Missiles drawn, and how many of them could make the flight.
    values : dict of str to tuple of float
        For each key of `SPREAD_KEYS`, sorted over the flights made.
    drawn : dict of str to Cited
        The numbers that were drawn and bear on the flight.
    """

    count: int
    flown: int
    values: dict[str, tuple[float, ...]]
    drawn: dict[str, Cited]

    def at(self, key: str, share: float) -> float:
        """Return a quantile; NaN where nothing flew.

        Parameters
        ----------
        key : str
        share : float
            In [0, 1].

        Returns
        -------
        float
        """
        import numpy as np

        return float(np.quantile(self.values[key], share)) if self.values[key] else math.nan


def fly_sampled(
    entry: MissileEntry,
    launch: Site,
    aim: Site,
    *,
    count: int,
    seed: int = 1,
    apogee_km: float | None = None,
    progress: Progress | None = None,
) -> Spread:
    """Draw a missile many times from its ranges and fly each to the same aim point.

    Parameters
    ----------
    entry : MissileEntry
    launch, aim : Site
    count : int
        From 1 to 100,000.
    seed : int
        Of the draws; missile number n of a seed is the same whatever the count.
    apogee_km : float, optional
        By default each on its own minimum-energy trajectory.
    progress : callable, optional
        Told how many are done.

    Returns
    -------
    Spread

    Raises
    ------
    InputError
        If the count or seed is out of range, or the parameter set gives no range that bears on the flight.
    """
    from hoplon.scenario.uncertainty import open_values, sampled

    if not 1 <= count <= 100_000:
        raise InputError(f"--sampled is {count}", remedy="Give a number from 1 to 100,000.")
    if seed < 0:
        raise InputError(f"--seed is {seed}", remedy="Give a whole number from 0.")
    drawn = {path: leaf for path, leaf in open_values(entry).items() if "_cross_section_" not in path}
    if not drawn:
        raise InputError(
            f"parameter set '{entry.parameter_set}' of '{entry.id}' gives no ranges to sample",
            remedy="Compare rival sets with --set instead: hoplon show " + entry.id,
        )
    values: dict[str, list[float]] = {key: [] for key in SPREAD_KEYS}
    flown = 0
    for run in range(count):
        if progress is not None:
            progress(run, count, "flying")
        try:
            facts = flight_facts(fly_entry(sampled(entry, seed, run), launch, aim, apogee_km=apogee_km))
        except (UnreachableError, InputError):
            continue  # this one falls short, or does not lift off: it counts as not flown
        flown += 1
        for key in SPREAD_KEYS:
            if facts[key] is not None:
                values[key].append(float(facts[key]))
    return Spread(count, flown, {key: tuple(sorted(found)) for key, found in values.items()}, drawn)


def spread_facts(spread: Spread) -> dict[str, Any]:
    """Summarise a spread as one JSON object.

    Parameters
    ----------
    spread : Spread

    Returns
    -------
    dict
    """
    from hoplon.scenario.uncertainty import is_of_scale

    return {
        "count": spread.count,
        "flown": spread.flown,
        "quantiles": {
            key: {name: spread.at(key, share) for name, share in (("p5", 0.05), ("p50", 0.5), ("p95", 0.95))}
            for key in SPREAD_KEYS
        },
        "drawn": {
            path: {
                "low": leaf.low,
                "best": leaf.best,
                "high": leaf.high,
                "distribution": "log-uniform" if is_of_scale(path, leaf) else "triangular",
            }
            for path, leaf in spread.drawn.items()
        },
    }


def claim_facts(check: ClaimCheck) -> dict[str, Any]:
    """Summarise the check of a claim as one JSON object.

    Parameters
    ----------
    check : ClaimCheck

    Returns
    -------
    dict
    """
    claim = check.claim

    def figure(value: Any) -> dict[str, float] | None:
        return None if value is None else {"low": value.low, "best": value.best, "high": value.high}

    return {
        "verdict": str(check.verdict),
        "miss_s": check.miss_s,
        "vacuum_s": check.vacuum_s,
        "shortest_s": check.shortest_s,
        "longest_s": check.longest_s,
        "speed_m_s": check.speed_m_s,
        "claim": {
            "range_km": figure(claim.range_km),
            "apogee_km": figure(claim.apogee_km),
            "time_s": figure(claim.time_s),
            "azimuth_deg": claim.azimuth_deg,
        },
        "azimuth_deg": check.azimuth_deg,
        "launch": {"latitude_deg": check.launch.latitude_deg, "longitude_deg": check.launch.longitude_deg},
        "parts": [
            {"cause": part.cause, "shortest_s": part.shortest_s, "longest_s": part.longest_s}
            for part in check.parts
        ],
        "bounds": {name: getattr(check.bounds, name) for name in type(check.bounds).__dataclass_fields__},
    }
