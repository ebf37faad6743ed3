"""A raid that grows from 1 to 100 lowers the rate of looks and raises the track's error, without a jump."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

import hoplon.scenario as scenarios
from hoplon.engagement.prepare import prepare
from hoplon.engagement.prepared import Prepared
from hoplon.sensor.budget import grant, stretch, wanted_interval_s
from hoplon.sensor.observe import draw_detections
from hoplon.streams import kernel_key
from hoplon.track.detections import DetectionBatch
from hoplon.track.tracker import Tracker
from hoplon.verification import Check, Line, line
from hoplon.verification.registry import between

FRAME_S = 10.0
#: Time from first sight to the moment at which the error is taken.
AFTER_S = 200.0
RUNS = 200
RAIDS = (1, 5, 10, 12, 16, 20, 30, 40, 60, 80, 100)
_MEASURED = (
    "range_m",
    "azimuth_rad",
    "elevation_rad",
    "sigma_range_m",
    "sigma_azimuth_rad",
    "sigma_elevation_rad",
)


def looks_of_one(prepared: Prepared, objects: int) -> tuple[NDArray[np.bool_], float]:
    """Grant the looks of a radar that has so many objects in track, all in view as long as the first.

    Parameters
    ----------
    prepared : Prepared
        With one threat.
    objects : int

    Returns
    -------
    looks : ndarray of bool
        (n_look,) those of the object in the middle of the list.
    fullest : float
        The largest share of a frame that was spent.
    """
    radar, seen = prepared.radars[0], prepared.observations[0]
    t_s = seen.t_s[seen.look_t_index]
    in_view = seen.visible[0, seen.look_t_index]
    interval_s = wanted_interval_s(radar, np.zeros(objects, dtype=bool))
    last_s = np.full(objects, -np.inf)
    looks = np.zeros(t_s.size, dtype=bool)
    fullest = 0.0
    for start_s in np.arange(0.0, t_s[-1] + 1.0, FRAME_S):
        here = np.flatnonzero((t_s >= start_s) & (t_s < start_s + FRAME_S))
        asked = np.broadcast_to(in_view[here], (objects, here.size))
        got = grant(radar, t_s[here], asked, interval_s, last_s, FRAME_S)
        last_s = got.last_s
        looks[here] = got.looks[objects // 2]
        fullest = max(fullest, (got.track_s + got.search_s) / FRAME_S)
    return looks, fullest


def error_m(prepared: Prepared, looks: NDArray[np.bool_], runs: int) -> float:
    """Track the first threat by the looks granted and return the root mean square error of its position.

    Parameters
    ----------
    prepared : Prepared
    looks : ndarray of bool
        (n_look,)
    runs : int

    Returns
    -------
    float
        `AFTER_S` after first sight, m.
    """
    radar, seen, truth = prepared.radars[0], prepared.observations[0], prepared.truth
    t_s = seen.t_s[seen.look_t_index]
    now = int(np.searchsorted(truth.t_s, t_s[seen.visible[0, seen.look_t_index]][0] + AFTER_S))
    total = 0.0
    for run in range(runs):
        drawn = draw_detections(radar, seen, [kernel_key(1, run, "budget")])
        tracker = Tracker([radar.site])
        for k in np.flatnonzero(looks & drawn.detected_track[0] & (t_s <= truth.t_s[now])):
            measured = (getattr(drawn, name)[0, k : k + 1] for name in _MEASURED)
            tracker.step(float(t_s[k]), DetectionBatch(np.array([0]), t_s[k : k + 1], *measured))
        tracker.step(float(truth.t_s[now]), DetectionBatch.empty())
        total += float(np.sum((tracker.state(0)[0] - truth.r_ecef_m[0, now]) ** 2))
    return math.sqrt(total / runs)


def radar_budget() -> Iterator[Line]:
    """Compare looks with what the stretch says, and errors with those of the smaller raid.

    Yields
    ------
    Line
    """
    prepared = prepare(scenarios.load("one-on-one"))
    in_view = prepared.observations[0].visible[0, prepared.observations[0].look_t_index].sum()
    before = 0.0
    for objects in RAIDS:
        looks, fullest = looks_of_one(prepared, objects)
        wanted = 1.0 / stretch(prepared.radars[0], objects)
        yield line(
            f"looks granted of those wanted, {objects} objects", "", wanted, looks.sum() / in_view, 0.01
        )
        yield between(f"fullest frame, {objects} objects", "", 1.0, fullest, 0.0, 1.0 + 1e-12)
        rms = error_m(prepared, looks, RUNS)
        # The same draws at fewer looks: a standard error of a tenth at most on the ratio of two.
        low, high = (0.9 * before, 2.0 * before) if before else (0.0, 1e3)
        yield between(f"position error of one track, {objects} objects", "m", math.nan, rms, low, high)
        before = rms


CHECKS = (Check("radar_budget", "the account itself; the error must rise, and not by jumps", radar_budget),)
