"""What the radars see of many flights at once: each cell's looks, in the order of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage._kernels_sample import sample_all
from hoplon.coverage._kernels_verdict import Views
from hoplon.coverage.flights import Flown, end_to_end
from hoplon.engagement.expected_sensing import spread_points, spread_quantile
from hoplon.engagement.prepare import observe_raid
from hoplon.engagement.prepared import Prepared
from hoplon.scenario import MissileEntry
from hoplon.sensor.expected import first_at, look_chances, mean_measurements, missed_so_far
from hoplon.sensor.observe import LOOK_STEP_S, Observations, look_step_s
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
    measured : array, shape (flights, 6, looks)
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

    @property
    def views(self) -> Views:
        """For kernels."""
        looks = self.t_s, self.arrival_s, self.sensor, self.number
        return Views(*looks, self.by_search, self.by_track, self.measured)

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
            self.measured[flight][:, at].T.copy(),
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
        Of each radar; None where it sees none of them, or nobody hears of it.
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
    sampled: dict[float, TruthGrid] = {}
    found: list[Observations | None] = []
    for radar, every, line in zip(world.radars, needed, world.lines, strict=True):
        if not line.passes:
            found.append(None)
            continue
        own_s = look_step_s(radar.revisit_s) if radar.revisit_s < LOOK_STEP_S else every * LOOK_STEP_S
        if own_s not in sampled and own_s < LOOK_STEP_S:
            sampled[own_s] = _truth(flights, np.arange(0.0, end_s + 2.0 * LOOK_STEP_S, own_s))
        elif own_s not in sampled:
            sampled[own_s] = _every(truth, every // common)
        echo = entry.body_cross_section_m2[radar.band], entry.reentry_cross_section_m2[radar.band]
        aspect = entry.aspect_m2("body").get(radar.band), entry.aspect_m2("reentry").get(radar.band)
        seen = observe_raid(radar, sampled[own_s], (echo,) * len(flights), (aspect,) * len(flights))
        found.append(seen if seen.last_look.max() >= 0 else None)
    return found


def _truth(flights: Sequence[Flown], t_s: Array) -> TruthGrid:
    """Sample flights that are all launched at 0, as `hoplon.threat.raid.truth_states` does."""
    shape = len(flights), len(t_s)
    r, v, phase = np.empty((*shape, 3)), np.empty((*shape, 3)), np.empty(shape, np.int8)
    burnouts = np.array([flown.burnout_s for flown in flights])
    phases = BOOST, AFTER_BURNOUT, FALLEN
    sample_all(r, v, phase, *end_to_end(flights), burnouts, t_s, phases)
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
    used: list[tuple[int, Observations, NDArray[np.int64]]] = []
    for place, observed in enumerate(seen):
        if observed is None:
            continue
        # Looks that see none of them find nobody, in any picture.
        at = observed.look_t_index
        some = np.flatnonzero((observed.snr_track[:, at] > 0.0).any(axis=0))
        searched = None if observed.searched is None else observed.searched[:, some]
        used.append((place, replace(observed, look_t_index=at[some], searched=searched), some))
        t_s = observed.t_s[at[some]]
        arrival = t_s + max(world.lines[place].delay_s, world.lag_s)
        heads.append(np.stack([t_s, arrival, np.full(len(t_s), float(place)), some.astype(np.float64)]))
    head = np.concatenate(heads, axis=1) if heads else np.empty((4, 0))
    total = head.shape[1]
    order = np.lexsort((head[2], head[0]))
    to = np.empty(total, dtype=np.int64)
    to[order] = np.arange(total)
    by_search, by_track = (np.empty((nodes, count, total), dtype=np.bool_) for _ in (0, 1))
    measured = np.empty((count, 6, total))
    done = 0
    for place, observed, some in used:
        radar = world.radars[place]
        here = to[done : done + len(some)]
        done += len(some)
        for flags, chance in zip((by_search, by_track), look_chances(radar, observed), strict=True):
            missed = missed_so_far(chance)
            for node in range(nodes):
                quantile = np.full(count, spread_quantile(node, nodes, radar.name, name))
                points = _points(node, nodes, observed.t_s.size, radar.name, name)[some]
                flags[node][:, here] = first_at(chance, quantile, points[None], missed)
        for column, values in enumerate(mean_measurements(radar, observed)[:6]):
            measured[:, column, here] = values
    t, arrivals, sensors, numbers = head[:, order]
    return Looks(
        t.copy(),
        arrivals.copy(),
        sensors.astype(np.int64),
        numbers.astype(np.int64),
        by_search,
        by_track,
        measured,
        np.all((by_search == by_search[:1]) & (by_track == by_track[:1]), axis=(0, 2)),
    )


#: Rounded up to so many looks, points are the same for flights of many lengths.
_LOOKS = 512


def _points(node: int, nodes: int, looks: int, radar: str, name: str) -> Array:
    """Return points as `spread_points` does; those of few looks are the first ones of those of many."""
    return _many_points(node, nodes, -(-looks // _LOOKS) * _LOOKS, radar, name)[:looks]


@lru_cache(maxsize=256)
def _many_points(node: int, nodes: int, looks: int, radar: str, name: str) -> Array:
    return spread_points(node, nodes, looks, radar, name)
