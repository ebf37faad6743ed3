"""Sensors in a battle without draws."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from hoplon.engagement.prepared import Prepared
from hoplon.engagement.sensing import MEASURED, Potential, Sensing, satellite_reports
from hoplon.sensor._kernels import NOISE
from hoplon.sensor.expected import expected_detections
from hoplon.sensor.radar import Radar
from hoplon.sensor.satellite import SatelliteReport
from hoplon.streams import actor_key


def spread_quantile(node: int, nodes: int, *address: str) -> float:
    """Return one of `nodes` evenly spaced quantiles, in an order of its own for each address.

    Over all nodes every address meets every quantile once, and any two addresses meet each other's in no
    common order (Latin hypercube; McKay, Beckman and Conover, Technometrics 21 (1979) 239).

    Parameters
    ----------
    node, nodes : int
    *address : str
        Whose quantile.

    Returns
    -------
    float
        Between 0 and 1, at the middle of its stratum.
    """
    return (_order(nodes, *address)[node] + 0.5) / nodes


def spread_points(node: int, nodes: int, count: int, *address: str) -> NDArray[np.float64]:
    """Return many numbers between 0 and 1, each evenly spread over the nodes, in no order over each other.

    Parameters
    ----------
    node, nodes, *address
        As for `spread_quantile`.
    count : int

    Returns
    -------
    array, shape (count,)
        One in each of `nodes` equal strata, over all nodes; where in its stratum is as good as random, and
        always the same.
    """
    key = actor_key("expected", "points", *address)
    strata = np.random.default_rng(key).permuted(np.tile(np.arange(nodes), (count, 1)), axis=1)[:, node]
    within = np.random.default_rng([key, node]).random(count)
    return np.asarray((strata + within) / nodes)


@lru_cache(maxsize=4096)
def _order(nodes: int, *address: str) -> tuple[int, ...]:
    order = np.random.default_rng(actor_key("expected", *address)).permutation(nodes)
    return tuple(order.tolist())


class Middle:
    """Stands for a generator: uniform numbers at one quantile, normal ones at their mean."""

    def __init__(self, quantile: float) -> None:
        self._next = [quantile]

    def random(self) -> float:
        """Return the quantile at first, and the middle after that."""
        return self._next.pop() if self._next else 0.5

    def standard_normal(self, size: int | None = None) -> NDArray[np.float64] | float:
        """Return the mean."""
        return 0.0 if size is None else np.zeros(size)


class ExpectedSensing(Sensing):
    """What the sensors see without draws: detections by cumulative probability, measurements without error.

    What befalls messages on links in trouble is drawn, from one fixed seed: an outage has a time of its own.

    Parameters
    ----------
    prepared : Prepared
    node, nodes : int
        Which of how many quantiles of the times of first detection and first report.
    """

    def __init__(self, prepared: Prepared, node: int, nodes: int) -> None:
        self._node, self._nodes = node, nodes
        super().__init__(prepared, seed=0, run=node)

    def _potential(self, index: int) -> Potential:
        prepared, radar = self._prepared, self._prepared.radars[index]
        names = [threat.name for threat in prepared.threats]
        seen = prepared.observations[index]
        quantiles = [spread_quantile(self._node, self._nodes, radar.name, name) for name in names]
        looks = len(seen.look_t_index)
        points = [spread_points(self._node, self._nodes, looks, radar.name, name) for name in names]
        drawn = expected_detections(radar, seen, quantiles, np.array(points))
        measured = np.stack([getattr(drawn, name) for name in MEASURED])
        place = np.arange(looks)
        # Of the same kind as what is drawn, or the kernel would be compiled a second time.
        for array, like in ((measured, seen.packed), (place, seen.look_t_index)):
            array.flags.writeable = like.flags.writeable
        detected = np.stack([drawn.detected_search, drawn.detected_track])
        return Potential(detected, np.full(drawn.range_m.shape, np.nan), measured, place)

    def _measurement_noise(self, radar: Radar) -> NDArray[np.float64]:
        return np.zeros(NOISE)

    def _alarms(self) -> dict[int, NDArray[np.float64]]:
        return {}

    def _reports(self) -> list[tuple[SatelliteReport, str, int]]:
        def draws(seed: int, run: int, *address: str) -> np.random.Generator:
            middle = Middle(spread_quantile(self._node, self._nodes, *address))
            return cast(np.random.Generator, middle)

        reports = satellite_reports(self._prepared, 0, self._node, draws)
        return [report for report in reports if report[2] >= 0]
