"""Compiles the tracker's kernels ahead of need, on the smallest made-up case that touches them all."""

from __future__ import annotations

import numpy as np

from hoplon.earth.sites import Site
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
