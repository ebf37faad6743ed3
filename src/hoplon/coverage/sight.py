"""What the radars see of many flights at once: each cell's looks, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage.flights import Flown
from hoplon.engagement.expected_sensing import spread_points, spread_quantile
from hoplon.engagement.prepare import LOOK_STEP_S, observe_raid
from hoplon.engagement.prepared import Prepared
from hoplon.scenario import MissileEntry
from hoplon.sensor.expected import first_at, look_chances, mean_measurements
from hoplon.sensor.observe import Observations
from hoplon.threat.raid import Flight, TruthGrid, truth_states

Array = NDArray[np.float64]


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
    world: Prepared, seen: Sequence[Observations | None], count: int, name: str, nodes: int
) -> list[list[Sight]]:
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
    nodes : int
        Number of quantiles, each for a picture.

    Returns
    -------
    list of list of Sight
        Of each picture and flight.
    """
    heads: list[Array] = []
    detects: list[list[NDArray[np.bool_]]] = []
    measured: list[Array] = []
    for place, (radar, observed) in enumerate(zip(world.radars, seen, strict=True)):
        line = world.lines[place]
        if observed is None or not line.passes:
            continue
        looks = observed.look_t_index
        t_s = observed.t_s[looks]
        arrival = t_s + max(line.delay_s, world.lag_s)
        heads.append(np.stack([t_s, arrival, np.full(len(t_s), float(place)), np.arange(float(len(t_s)))]))
        chances = look_chances(radar, observed)
        rows = []
        for node in range(nodes):
            quantile = np.full(count, spread_quantile(node, nodes, radar.name, name))
            points = np.broadcast_to(_points(node, nodes, len(looks), radar.name, name), chances[0].shape)
            rows += [first_at(chance, quantile, points) for chance in chances]
        detects.append(rows)
        measured.append(np.stack(mean_measurements(radar, observed)[:6], axis=-1))
    if not heads:
        whole, never = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_)
        nothing = np.empty(0)
        return [[Sight(nothing, nothing, whole, whole, never, never, np.empty((0, 6)))] * count] * nodes
    t, arrival, sensors, numbers = np.concatenate(heads, axis=1)
    order = np.lexsort((sensors, t))
    t, arrival = t[order], arrival[order]
    sensor, number = sensors[order].astype(np.int64), numbers[order].astype(np.int64)
    values = np.concatenate(measured, axis=1)[:, order]
    found = []
    for node in range(nodes):
        search, track = (
            np.concatenate([rows[2 * node + dwell] for rows in detects], axis=1)[:, order] for dwell in (0, 1)
        )
        either = search | track
        mine = []
        for n in range(count):
            at = np.flatnonzero(either[n])
            mine.append(
                Sight(t[at], arrival[at], sensor[at], number[at], search[n, at], track[n, at], values[n, at])
            )
        found.append(mine)
    return found


#: Rounded up to so many looks, points are the same for flights of many lengths.
_LOOKS = 512


def _points(node: int, nodes: int, looks: int, radar: str, name: str) -> Array:
    """Return points as `spread_points` does; those of few looks are the first ones of those of many."""
    return _many_points(node, nodes, -(-looks // _LOOKS) * _LOOKS, radar, name)[:looks]


@lru_cache(maxsize=256)
def _many_points(node: int, nodes: int, looks: int, radar: str, name: str) -> Array:
    return spread_points(node, nodes, looks, radar, name)
