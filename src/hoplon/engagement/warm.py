"""Compiles kernels ahead of need: the tracker's in one process, while another one compiles the rest."""

from __future__ import annotations

import numpy as np

from hoplon.earth.frames import geodetic_from_ecef
from hoplon.earth.sites import Site
from hoplon.engagement._kernels import follow
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.sensing import Sensing
from hoplon.interceptor.fire_control import earliest_intercept, why_none
from hoplon.track._kernels_pairs import pair_up
from hoplon.track.detections import DetectionBatch
from hoplon.track.impact import predict_impact, predict_path
from hoplon.track.tracker import Tracker

_SITE = Site("nowhere", 0.0, 0.0)


def warm_tracking() -> None:
    """Compile, or load from the cache, the kernels of the tracker and of its predictions."""
    tracker = Tracker([_SITE])
    for t_s in (0.0, 2.0):
        one = np.array([1.0])
        where = (one * 5e5, one, one, one * 10.0, one * 1e-3, one * 1e-3)
        tracker.step(t_s, DetectionBatch(np.array([0]), np.array([t_s]), *where))
    r, v, covariance = tracker.state(0)
    predict_impact(r, v, covariance, 2.0, 5000.0)
    predict_path(r, v, 2.0, np.array([3.0, 6.0]), 5000.0)


def warm_pairing() -> None:
    """Compile, or load from the cache, how detections are paired with tracks.

    Part of the tracker, but most of what another process would wait for: it finds this in the cache.
    """
    none, no_cost = np.zeros(1, dtype=np.int64), np.zeros(1)
    pair_up(np.zeros(1, dtype=np.int64), none, no_cost, 0, 0, 0.0, none, no_cost)


def warm_engaging(prepared: Prepared) -> None:
    """Compile, or load from the cache, what a battle needs besides the tracker: detections and fire control.

    Parameters
    ----------
    prepared : Prepared
    """
    _, threats = Sensing(prepared, 0, 0).until(prepared.end_s)
    tracks = np.zeros(len(threats), dtype=np.int64)
    noted = np.zeros((2, len(threats)), dtype=np.int64)
    follow(tracks, threats, np.zeros(1, dtype=np.int64), np.full(len(prepared.threats), True), noted)
    threat = prepared.threats[0]
    path_t_s = np.arange(threat.trajectory.burnout_s, threat.trajectory.flight_time_s, 10.0)
    path, _ = threat.trajectory.state_at(path_t_s)
    geodetic_from_ecef(path[0])
    for battery in prepared.batteries[:1]:
        question = (battery.table, battery.interceptor, battery.site, path_t_s, path, 0.0)
        if earliest_intercept(*question) is None:
            why_none(*question)
