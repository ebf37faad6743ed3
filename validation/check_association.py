"""Fifty threats in two salvos whose paths cross, among false detections: their tracks stay theirs.

Flights of one missile type through boost, free flight and re-entry, two radars that look every second and
detect with a probability of 0.9, and false detections spread evenly over the box of ranges and angles that
holds the raid. What the tracker gets is a `DetectionBatch`; who is behind a detection is known here alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.sites import Site
from hoplon.engagement.assemble import vehicle
from hoplon.flight.fit import fit
from hoplon.scenario import load
from hoplon.track import DetectionBatch, Tracker, TrackerSettings
from hoplon.track.gospa import continuity
from hoplon.verification import Check, Line, line

RADARS = (Site("north", 40.89, 140.34), Site("south", 35.77, 135.19))
SIGMA = np.array([10.0, 5e-4, 5e-4])
PD = 0.9
FALSE_PER_SCAN = 20
LOWEST_RAD = math.radians(2.0)
#: Believed by the tracker: about 20 in a box of 600 km by 0.6 by 0.6 rad.
DENSITY = 1e-4
SEEDS = (1, 2, 3)

Stream = list[tuple[float, DetectionBatch, NDArray[np.int64]]]


def flights(count: int, seed: int = 0) -> list[tuple[float, Any]]:
    """Fly two salvos within a minute: from the north to the south-west of Japan, and the other way round."""
    missile = vehicle(load("japan-2018"), "nodong")
    rng = np.random.default_rng(seed)
    raid = []
    for k in range(count):
        share = (k // 2) / (count // 2)
        lat, lon = (40.85, 129.3) if k % 2 == 0 else (38.9, 127.6)
        launch = Site("launch", lat + 0.5 * (share - 0.5) + rng.normal(0, 0.03), lon + rng.normal(0, 0.1))
        north, south = (37.5 - 1.5 * share, 139.5 - 2.0 * share), (34.5 + 1.5 * share, 134.0 + 3.0 * share)
        aim = Site("aim", *(south if k % 2 == 0 else north))
        raid.append((float(rng.uniform(0, 60)), fit(missile, launch, aim)))
    return raid


def detections(raid: list[tuple[float, Any]], false: float, seed: int) -> Stream:
    """Draw what the radars report, second by second, and who is behind each detection (-1: nobody)."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(0.0, max(start + flight.flight_time_s for start, flight in raid))
    place = np.full((len(raid), len(t_s), 3), np.nan)
    for k, (start, flight) in enumerate(raid):
        up = (t_s >= start) & (t_s < start + flight.flight_time_s)
        place[k, up] = flight.state_at(t_s[up] - start)[0]
    stream: Stream = []
    for i, t in enumerate(t_s):
        rows, whose = [np.empty((0, 8))], [np.empty(0, dtype=np.int64)]
        for s, site in enumerate(RADARS):
            e = (place[:, i] - site.r_ecef_m) @ site.enu_from_ecef.T
            rho = np.linalg.norm(e, axis=1)
            z = np.stack((rho, np.arctan2(e[:, 0], e[:, 1]), np.arcsin(e[:, 2] / rho)), axis=1)
            seen = np.flatnonzero(z[:, 2] > LOWEST_RAD)
            if not len(seen):
                continue
            hit = seen[rng.random(len(seen)) < PD]
            margin = np.array([2e4, 0.02, 0.02])
            low, high = z[seen].min(axis=0) - margin, z[seen].max(axis=0) + margin
            noise = rng.uniform(low, high, (rng.poisson(false), 3))
            both = np.concatenate((z[hit] + SIGMA * rng.standard_normal((len(hit), 3)), noise))
            head = np.tile([s, t], (len(both), 1))
            rows.append(np.concatenate((head, both, np.tile(SIGMA, (len(both), 1))), axis=1))
            whose.append(np.concatenate((hit, np.full(len(noise), -1))))
        table = np.concatenate(rows)
        columns = [np.ascontiguousarray(c) for c in table[:, 1:].T]
        batch = DetectionBatch(table[:, 0].astype(np.int64), *columns)
        stream.append((float(t), batch, np.concatenate(whose)))
    return stream


def follow(stream: Stream, count: int, tracker: Tracker) -> tuple[float, float, float, float]:
    """Run a tracker over a stream.

    Returns
    -------
    kept : float
        Share of firm tracks whose last ten detections are mostly of the object that its first ten were of.
    first : float
        Mean share of an object's time on its first firm track.
    missed : float
        Share of objects that never had a firm track.
    false : float
        Firm tracks that are of no object.
    """
    fed: dict[int, list[int]] = {}
    firm: set[int] = set()
    track = np.zeros((len(stream), count), dtype=np.int64)
    present = np.zeros((len(stream), count), dtype=np.bool_)
    for i, (t, batch, whose) in enumerate(stream):
        given = tracker.step(t, batch)
        firm.update(tracker.numbers[tracker.firm].tolist())
        for number, k in zip(given.tolist(), whose.tolist(), strict=True):
            fed.setdefault(number, []).append(k)
            if k >= 0:
                present[i, k] = True
                track[i, k] = number if number in firm else 0
    kept, real = 0, 0
    for number in firm:
        own = np.array(fed[number])
        if np.mean(own < 0) > 0.5:
            continue
        real += 1
        kept += np.bincount(own[:10] + 1).argmax() == np.bincount(own[-10:] + 1).argmax()
    found = continuity(np.array([t for t, _, _ in stream]), track, present)
    share = np.nan_to_num(found.share_on_first_track)
    return (
        kept / max(real, 1),
        float(share.mean()),
        float(np.mean(np.isinf(found.time_to_track_s))),
        len(firm) - real,
    )


def crossing_salvos() -> Iterator[Line]:
    """Count the tracks that keep their object to the end, and the false ones.

    Yields
    ------
    Line
    """
    raid = flights(50)
    settings = TrackerSettings(clutter_density_per_m_rad2=DENSITY, tentative_drop_s=4.0)
    kept, first, missed, false, noise = [], [], [], [], 0
    for seed in SEEDS:
        stream = detections(raid, FALSE_PER_SCAN, seed)
        noise += sum(int(np.count_nonzero(whose < 0)) for _, _, whose in stream)
        answer = follow(stream, len(raid), Tracker(RADARS, settings))
        for column, value in zip((kept, first, missed, false), answer, strict=True):
            column.append(value)
    note = f"{len(SEEDS)} draws; {noise} false detections made {sum(false):.0f} false firm tracks"
    yield line("tracks that keep their object to the end", "", 1.0, float(np.mean(kept)), 0.03, note=note)
    yield line("share of an object's time on its first firm track", "", 1.0, float(np.mean(first)), 0.05)
    yield line("objects without a firm track", "", 0.0, float(np.mean(missed)), 0.0)
    yield line("false firm tracks per 1000 false detections", "", 0.0, 1e3 * sum(false) / noise, 0.5)


def found_again() -> Iterator[Line]:
    """Blind all radars for 140 s: tracks that come back have their old numbers.

    Yields
    ------
    Line
    """
    raid = flights(50)
    stream = detections(raid, 0.0, SEEDS[0])
    for reacquire_s in (120.0, 1e-9):
        tracker = Tracker(RADARS, TrackerSettings(reacquire_s=reacquire_s))
        before: dict[int, int] = {}
        after: dict[int, int] = {}
        for t, batch, whose in stream:
            if 200.0 <= t < 340.0:
                tracker.step(t, DetectionBatch.empty())
                continue
            given = tracker.step(t, batch).tolist()
            (before if t < 200.0 else after).update(zip(whose.tolist(), given, strict=True))
        both = [k for k in before if k in after]
        share = sum(before[k] == after[k] for k in both) / len(both)
        if reacquire_s > 1.0:
            yield line("numbers kept over 140 s of silence", "", 1.0, share, 0.05)
        else:
            yield line("the same without a memory for lost tracks", "", 0.0, share, 0.05)


def growth() -> Iterator[Line]:
    """Fit the exponent of the work in the number of targets, from 25 to 200.

    Yields
    ------
    Line
    """
    work = []
    sizes = (25, 50, 100, 200)
    for count in sizes:
        stream = detections(flights(count), 0.0, 1)
        best = math.inf
        for _ in range(3):
            tracker = Tracker(RADARS)
            start = time.process_time()
            for t, batch, _ in stream:
                tracker.step(t, batch)
            best = min(best, time.process_time() - start)
        work.append(best / len(stream))
    exponent = float(np.polyfit(np.log(sizes), np.log(work), 1)[0])
    yield line("exponent of a scan's work in targets", "", 1.0, exponent, 0.3, note="25 to 200 targets")


CHECKS = (
    Check("association_crossing", "truth behind each detection", crossing_salvos),
    Check("association_found_again", "truth behind each detection", found_again),
    Check("association_growth", "clock", growth),
)
