"""A layer of defence played many times: what its doctrine achieves, with an interval."""

from __future__ import annotations

from dataclasses import dataclass

from hoplon.engagement.layer import Layer, play
from hoplon.engagement.luck import SeededLuck
from hoplon.errors import at_least
from hoplon.result.model import Interval
from hoplon.studies.statistics import mean_interval


@dataclass(frozen=True, slots=True)
class SampledLayer:
    """What many plays of a layer gave.

    Attributes
    ----------
    no_leaker_probability : Interval
        P(0), that none gets through.
    leakage : Interval
        Share that gets through.
    interceptors_used, wasted : float
        Mean numbers; wasted are those at what was dead.
    """

    no_leaker_probability: Interval
    leakage: Interval
    interceptors_used: float
    wasted: float


def sample(layer: Layer, runs: int, seed: int = 1, level: float = 0.99) -> SampledLayer:
    """Play a layer many times.

    Parameters
    ----------
    layer : Layer
    runs : int
    seed : int
    level : float
        Of the intervals.

    Returns
    -------
    SampledLayer
    """
    at_least("runs", runs, 1)
    leaked = []
    used = wasted = 0
    for run in range(runs):
        outcome = play(layer, SeededLuck(seed, run))
        leaked.append(outcome.leakers)
        used += sum(outcome.shots)
        wasted += sum(outcome.wasted)
    return SampledLayer(
        mean_interval([float(n == 0) for n in leaked], level),
        mean_interval([n / layer.threats for n in leaked], level),
        used / runs,
        wasted / runs,
    )
