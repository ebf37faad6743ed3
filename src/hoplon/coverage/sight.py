"""What the radars see of many flights at once: each cell's looks, in the order of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage.flights import Flown
from hoplon.engagement.expected_sensing import spread_points, spread_quantile
from hoplon.engagement.prepare import LOOK_STEP_S, observe_raid
from hoplon.engagement.prepared import Prepared
from hoplon.scenario import MissileEntry
from hoplon.sensor.expected import expected_detections
from hoplon.sensor.observe import Observations
from hoplon.threat.raid import Flight, TruthGrid, truth_states

Array = NDArray[np.float64]

_MEASURED = (
    "range_m",
    "azimuth_rad",
    "elevation_rad",
    "sigma_range_m",
    "sigma_azimuth_rad",
    "sigma_elevation_rad",
)


@dataclass(frozen=True, slots=True)
class Sight:
    """Looks at one flight that detect it, of all radars, in the order of time.

    Attributes
    ----------
    t_s : array, shape (n,)
        True times of the looks.
    arrival_s : array
        When the post takes a detection in.
    sensor : int array
    number : int array
        Of the look, for its radar.
    by_search, by_track : bool array
        Does that dwell detect.
    measured : array, shape (n, 6)
        Range, azimuth, elevation and their standard errors; no error is in them.
    """

    t_s: Array
    arrival_s: Array
    sensor: NDArray[np.int64]
    number: NDArray[np.int64]
    by_search: NDArray[np.bool_]
    by_track: NDArray[np.bool_]
    measured: Array


def look(world: Prepared, entry: MissileEntry, flights: Sequence[Flown]) -> list[Observations | None]:
    """Look at flights, all launched at 0, through every radar.

    Parameters
    ----------
    world : Prepared
        For its radars.
    entry : MissileEntry
        What flies, for its cross-sections.
    flights : sequence of Flown

    Returns
    -------
    list of Observations or None
        Of each radar; None where it sees none of them.
    """
    end_s = max(flown.flight_time_s for flown in flights)
    # What a truth is made of is asked of a flight alone: state, burnout, first and last time.
    launched = [Flight(flown, 0.0) for flown in flights]  # type: ignore[arg-type]
    truth = truth_states(launched, np.arange(0.0, end_s + 2.0 * LOOK_STEP_S, LOOK_STEP_S))
    thinned: dict[int, TruthGrid] = {}
    found: list[Observations | None] = []
    for radar in world.radars:
        # A radar that looks every so many steps needs no others.
        steps = round(radar.revisit_s / LOOK_STEP_S)
        every = steps if steps * LOOK_STEP_S == radar.revisit_s else 1
        if every not in thinned:
            thinned[every] = _every(truth, every)
        echo = entry.body_cross_section_m2[radar.band], entry.reentry_cross_section_m2[radar.band]
        aspect = entry.aspect_m2("body").get(radar.band), entry.aspect_m2("reentry").get(radar.band)
        seen = observe_raid(radar, thinned[every], (echo,) * len(flights), (aspect,) * len(flights))
        found.append(seen if seen.last_look.max() >= 0 else None)
    return found


def _every(truth: TruthGrid, step: int) -> TruthGrid:
    return TruthGrid(
        truth.t_s[::step], truth.r_ecef_m[:, ::step], truth.v_ecef_m_s[:, ::step], truth.phase[:, ::step]
    )


def sights(
    world: Prepared,
    seen: Sequence[Observations | None],
    count: int,
    name: str,
    node: int,
    nodes: int,
) -> list[Sight]:
    """Say which looks detect, by quantiles (`hoplon.sensor.expected`).

    Parameters
    ----------
    world : Prepared
    seen : sequence of Observations or None
        From `look`.
    count : int
        Number of flights.
    name : str
        Of the missile as in a battle of it alone: its quantiles have that address.
    node, nodes : int
        Which of how many quantiles.

    Returns
    -------
    list of Sight
        Of each flight.
    """
    columns: list[Mapping[str, NDArray[Any]]] = []
    for place, (radar, observed) in enumerate(zip(world.radars, seen, strict=True)):
        line = world.lines[place]
        if observed is None or not line.passes:
            continue
        quantile = spread_quantile(node, nodes, radar.name, name)
        looks = len(observed.look_t_index)
        points = spread_points(node, nodes, looks, radar.name, name)
        drawn = expected_detections(radar, observed, [quantile] * count, np.tile(points, (count, 1)))
        columns.append(
            {
                "t": drawn.t_s,
                "arrival": drawn.t_s + max(line.delay_s, world.lag_s),
                "sensor": np.full(looks, float(place)),
                "number": np.arange(float(looks)),
                "search": drawn.detected_search,
                "track": drawn.detected_track,
                **{key: getattr(drawn, key) for key in _MEASURED},
            }
        )
    if not columns:
        nothing = np.empty(0)
        whole = np.empty(0, dtype=np.int64)
        never = np.empty(0, dtype=np.bool_)
        return [Sight(nothing, nothing, whole, whole, never, never, np.empty((0, 6)))] * count
    t, arrival, sensor, number = (
        np.concatenate([c[key] for c in columns]) for key in ("t", "arrival", "sensor", "number")
    )
    search, track = (np.concatenate([c[key] for c in columns], axis=1) for key in ("search", "track"))
    measured = [np.concatenate([c[key] for c in columns], axis=1) for key in _MEASURED]
    order = np.lexsort((sensor, t))
    found = []
    for n in range(count):
        at = order[(search[n] | track[n])[order]]
        found.append(
            Sight(
                t[at],
                arrival[at],
                sensor[at].astype(np.int64),
                number[at].astype(np.int64),
                search[n, at],
                track[n, at],
                np.column_stack([values[n, at] for values in measured]),
            )
        )
    return found
