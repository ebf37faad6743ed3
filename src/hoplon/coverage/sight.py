"""What the radars see of many flights at once: each cell's looks, in the order of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage._kernels_sample import sample_into
from hoplon.coverage.flights import Flown
from hoplon.engagement.expected_sensing import spread_points, spread_quantile
from hoplon.engagement.prepare import LOOK_STEP_S, observe_raid
from hoplon.engagement.prepared import Prepared
from hoplon.scenario import MissileEntry
from hoplon.sensor.expected import first_at, look_chances, mean_measurements, missed_so_far
from hoplon.sensor.observe import Observations
from hoplon.threat.raid import AFTER_BURNOUT, BOOST, FALLEN, TruthGrid

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


@dataclass(frozen=True, slots=True)
class Looks:
    """All looks of all radars at many flights, whether they detect or not, in the order of time.

    Attributes
    ----------
    t_s, arrival_s, sensor, number : array, shape (looks,)
        As of `Sight`.
    by_search, by_track : bool array, shape (pictures, flights, looks)
    measured : array, shape (flights, looks, 6)
    alike : bool array, shape (flights,)
        Whether all pictures of a flight are the same.
    """

    t_s: Array
    arrival_s: Array
    sensor: NDArray[np.int64]
    number: NDArray[np.int64]
    by_search: NDArray[np.bool_]
    by_track: NDArray[np.bool_]
    measured: Array
    alike: NDArray[np.bool_]

    def sight(self, picture: int, flight: int) -> Sight:
        """Return those that detect one flight.

        Parameters
        ----------
        picture, flight : int

        Returns
        -------
        Sight
        """
        search, track = self.by_search[picture, flight], self.by_track[picture, flight]
        at = np.flatnonzero(search | track)
        return Sight(
            self.t_s[at],
            self.arrival_s[at],
            self.sensor[at],
            self.number[at],
            search[at],
            track[at],
            self.measured[flight, at],
        )


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
    # A radar that looks every so many steps needs no others.
    steps = [round(radar.revisit_s / LOOK_STEP_S) for radar in world.radars]
    needed = [
        step if step * LOOK_STEP_S == radar.revisit_s else 1
        for step, radar in zip(steps, world.radars, strict=True)
    ]
    common = math.gcd(*needed) or 1
    step_s = common * LOOK_STEP_S
    truth = _truth(flights, np.arange(0.0, end_s + step_s + LOOK_STEP_S, step_s))
    thinned: dict[int, TruthGrid] = {}
    found: list[Observations | None] = []
    for radar, every in zip(world.radars, needed, strict=True):
        if every not in thinned:
            thinned[every] = _every(truth, every // common)
        echo = entry.body_cross_section_m2[radar.band], entry.reentry_cross_section_m2[radar.band]
        aspect = entry.aspect_m2("body").get(radar.band), entry.aspect_m2("reentry").get(radar.band)
        seen = observe_raid(radar, thinned[every], (echo,) * len(flights), (aspect,) * len(flights))
        found.append(seen if seen.last_look.max() >= 0 else None)
    return found


def _truth(flights: Sequence[Flown], t_s: Array) -> TruthGrid:
    """Sample flights that are all launched at 0, as `hoplon.threat.raid.truth_states` does."""
    shape = len(flights), len(t_s)
    r, v = np.empty((*shape, 3)), np.empty((*shape, 3))
    phase = np.full(shape, AFTER_BURNOUT, np.int8)
    for n, flown in enumerate(flights):
        sample_into(r[n], v[n], flown.nodes, t_s)
        phase[n, : np.searchsorted(t_s, flown.burnout_s, side="left")] = BOOST
        phase[n, np.searchsorted(t_s, flown.flight_time_s, side="right") :] = FALLEN
    return TruthGrid(t_s, r, v, phase)


def _every(truth: TruthGrid, step: int) -> TruthGrid:
    return TruthGrid(
        truth.t_s[::step], truth.r_ecef_m[:, ::step], truth.v_ecef_m_s[:, ::step], truth.phase[:, ::step]
    )


def looks_of(
    world: Prepared, seen: Sequence[Observations | None], count: int, name: str, nodes: int
) -> Looks:
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
    Looks
    """
    heads: list[Array] = []
    detects: list[NDArray[np.bool_]] = []
    measured: list[Array] = []
    for place, (radar, observed) in enumerate(zip(world.radars, seen, strict=True)):
        line = world.lines[place]
        if observed is None or not line.passes:
            continue
        at = observed.look_t_index
        t_s = observed.t_s[at]
        arrival = t_s + max(line.delay_s, world.lag_s)
        heads.append(np.stack([t_s, arrival, np.full(len(t_s), float(place)), np.arange(float(len(t_s)))]))
        chances = look_chances(radar, observed)
        missed = [missed_so_far(chance) for chance in chances]
        rows = np.empty((2, nodes, count, len(at)), dtype=np.bool_)
        for node in range(nodes):
            quantile = np.full(count, spread_quantile(node, nodes, radar.name, name))
            points = np.broadcast_to(_points(node, nodes, len(at), radar.name, name), chances[0].shape)
            for dwell in (0, 1):
                rows[dwell, node] = first_at(chances[dwell], quantile, points, missed[dwell])
        detects.append(rows)
        measured.append(np.stack(mean_measurements(radar, observed)[:6], axis=-1))
    if not heads:
        whole, nothing = np.empty(0, dtype=np.int64), np.empty(0)
        never = np.empty((nodes, count, 0), dtype=np.bool_)
        same = np.ones(count, dtype=np.bool_)
        return Looks(nothing, nothing, whole, whole, never, never, np.empty((count, 0, 6)), same)
    if len(heads) > 1:
        head, flags, values = np.concatenate(heads, axis=1), np.concatenate(detects, axis=-1), measured
        # Looks that find no flight in any picture are nobody's.
        order = np.lexsort((head[2], head[0]))
        order = order[np.any(flags, axis=(0, 1, 2), keepdims=True).ravel()[order]]
        head, flags = head[:, order], flags[..., order]
        stacked = np.concatenate(values, axis=1)[:, order]
    else:
        used = np.flatnonzero(detects[0].any(axis=(0, 1, 2)))
        head, flags, stacked = heads[0][:, used], detects[0][..., used], measured[0][:, used]
    t, arrival, sensors, numbers = head
    alike: NDArray[np.bool_] = np.all(flags == flags[:, :1], axis=(0, 1, 3))
    return Looks(
        t.copy(),
        arrival.copy(),
        sensors.astype(np.int64),
        numbers.astype(np.int64),
        np.ascontiguousarray(flags[0]),
        np.ascontiguousarray(flags[1]),
        np.ascontiguousarray(stacked),
        alike,
    )


#: Rounded up to so many looks, points are the same for flights of many lengths.
_LOOKS = 512


def _points(node: int, nodes: int, looks: int, radar: str, name: str) -> Array:
    """Return points as `spread_points` does; those of few looks are the first ones of those of many."""
    return _many_points(node, nodes, -(-looks // _LOOKS) * _LOOKS, radar, name)[:looks]


@lru_cache(maxsize=256)
def _many_points(node: int, nodes: int, looks: int, radar: str, name: str) -> Array:
    return spread_points(node, nodes, looks, radar, name)
