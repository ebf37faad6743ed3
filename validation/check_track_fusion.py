"""Fused tracks know how good they are, and what comes of counting a message twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from hoplon.engagement import prepare
from hoplon.engagement.local import part
from hoplon.engagement.sensing import Sensing
from hoplon.scenario import load
from hoplon.track import Tracker
from hoplon.track.fusion import Fusion, TrackMessage, information, messages
from hoplon.verification import Check, Line
from hoplon.verification.registry import between

RUNS = 200
#: Radars of the main scenario that see the first missile from three sides.
RADARS = ("kyogamisaki", "araya_radar", "mutsumi_radar")
#: Times after the central track's burnout at which errors are compared, s.
AFTER_S = (30.0, 60.0, 90.0, 120.0)
STEP_S = 5.0


class _Naive:
    """What must not be done: each message taken for an independent measurement."""

    def __init__(self) -> None:
        self.fusion = Fusion()

    def step(self, t_s: float, received: list[TrackMessage]) -> None:
        for message in received:
            if message.boosting:
                continue
            x, p = message.state, message.covariance
            if len(self.fusion.numbers):
                self.fusion.step(t_s, [])
                r, v, q = self.fusion.state(0)
                mean = np.concatenate([r, v])
                gain = information(message.covariance)
                p = information(information(q) + gain)
                x = mean + p @ gain @ (x - mean)
            self.fusion = Fusion()
            self.fusion.step(t_s, [TrackMessage(0, 1, t_s, x, p, False)])


def _one_run(run: int) -> dict[str, list[float]] | None:
    """Return NEES by picture at the times compared; None where a tracker never came to free flight."""
    sensing = Sensing(_PREPARED, 1, run)
    sensing.cued_from_s[:] = 60.0
    sites = [radar.site for radar in _PREPARED.radars]
    central, local = Tracker(sites), [Tracker([site]) for site in sites]
    fused, doubled, naive = Fusion(), Fusion(), _Naive()
    pictures = {"central": central, "fused": fused, "fused, each message twice": doubled}
    found: dict[str, list[float]] = {name: [] for name in (*pictures, "naive")}
    flight, free_s = _PREPARED.threats[0].trajectory, math.inf
    for t_s in np.arange(0.0, flight.flight_time_s, STEP_S).tolist():
        batch, _ = sensing.until(t_s)
        central.step(t_s, batch)
        for index, tracker in enumerate(local):
            tracker.step(t_s, part(batch, batch.sensor == index, 0))
        sent = [m for index, tracker in enumerate(local) for m in messages(tracker, index)]
        fused.step(t_s, sent)
        doubled.step(t_s, sent + sent)
        naive.step(t_s, sent + sent)
        ready = len(fused.numbers) and not fused.boosting[0] and len(central.numbers)
        if math.isinf(free_s) and ready and not central.boosting[0]:
            free_s = t_s
        if t_s - free_s in AFTER_S:
            r_true, v_true = flight.state_at(t_s)
            for name, picture in (*pictures.items(), ("naive", naive.fusion)):
                r, v, p = picture.state(0)
                error = np.concatenate([r - r_true, v - v_true])
                found[name].append(float(error @ information(p) @ error))
        if t_s - free_s >= AFTER_S[-1]:
            return found
    return None


_JAPAN = load("japan-2018")
_ALONE = replace(
    _JAPAN,
    threats=_JAPAN.threats[:1],
    sensors=tuple(sensor for sensor in _JAPAN.sensors if sensor.name in RADARS),
    links=(),
)
# Detections come without delay: here only what the fusion does is compared.
_PREPARED = prepare(_ALONE)
_PREPARED = replace(_PREPARED, lines=tuple(replace(way, own_s=0.0) for way in _PREPARED.lines))


def track_fusion() -> Iterator[Line]:
    """Compare mean NEES of six states over the runs.

    Yields
    ------
    Line
        Of the central tracker for comparison; of fused tracks, which must not be more over-confident than
        it, and need not be sharp; of the naive average of messages that all arrive twice, which is.
    """
    runs = [found for run in range(RUNS) if (found := _one_run(run)) is not None]
    upper = 6.0 + 3.3 * math.sqrt(12.0 / len(runs))
    for place, after_s in enumerate(AFTER_S):
        mean = {name: float(np.mean([found[name][place] for found in runs])) for name in runs[0]}
        # Fused tracks cannot be better judges than the trackers that they come from.
        most = max(upper, mean["central"])
        limits = {"central": (0.0, 12.0), "naive": (2.0 * most, math.inf)}
        for name, value in mean.items():
            low, high = limits.get(name, (0.0, most))
            yield between(
                f"NEES of six states, {name}, {after_s:g} s after burnout", "", 6.0, value, low, high
            )


CHECKS = (Check("track_fusion", "Bar-Shalom, Li and Kirubarajan 2001, section 5.4", track_fusion),)
