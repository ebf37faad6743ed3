"""Bands of colour for a map's values, and their legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hoplon.result.coverage_map import PROBABILITY, CoverageMap, MapLayer
from hoplon.result.map_facts import levels_of


@dataclass(frozen=True, slots=True)
class Band:
    """Values that share a colour.

    Attributes
    ----------
    low, high : float
        From, and up to but not including.
    style : str
        Classes of the style sheet; empty for no colour.
    words : str
        For the legend.
    """

    low: float
    high: float
    style: str
    words: str

    def holds(self, layer: MapLayer) -> NDArray[np.bool_]:
        """Mark the cells of a layer whose values lie in the band."""
        with np.errstate(invalid="ignore"):
            return np.asarray((layer.values >= self.low) & (layer.values < self.high))


def bands_of(coverage_map: CoverageMap, layer: MapLayer) -> tuple[Band, ...]:
    """Return the bands of a layer, from bad to good.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer

    Returns
    -------
    tuple of Band
    """
    if layer.quantity != PROBABILITY:
        limits = (-math.inf, 1e-9, 2.0, 4.0, 6.0, 8.0, math.inf)
        return _bands("warn", limits, ("none", *_words(limits[2:-1], 1.0, "min")))
    level = coverage_map.facts.get("level")
    if level is None:
        cuts: tuple[float, ...] = (0.1, 0.3, 0.5, 0.7, 0.9)
    else:
        # Two colours of their own for what is below the level, one if that is low.
        cuts = (*((0.1,) if level > 0.15 else ()), *levels_of(coverage_map, layer))
    first = 1 if level is not None and len(cuts) and cuts[0] == levels_of(coverage_map, layer)[0] else 0
    stem = "seen" if coverage_map.kind == "radar" else "stop"
    return _bands(stem, (0.0, *cuts, math.inf), _words(cuts, 100.0, "%"), first)


def _words(cuts: Sequence[float], factor: float, unit: str) -> tuple[str, ...]:
    """Name the bands below, between and above the cuts."""
    ends = [f"{factor * cut:.3g}" for cut in cuts]
    between = [f"{low} to {high} {unit}" for low, high in pairwise(ends)]
    return (f"under {ends[0]} {unit}", *between, f"{ends[-1]} {unit} and more")


def _bands(stem: str, limits: Sequence[float], words: Sequence[str], first: int = 0) -> tuple[Band, ...]:
    return tuple(
        Band(low, high, f"band {stem}{number}", text)
        for number, ((low, high), text) in enumerate(zip(pairwise(limits), words, strict=True), first)
    )


def used_bands(coverage_map: CoverageMap, layers: tuple[MapLayer, ...]) -> tuple[Band, ...]:
    """Return the bands that appear in layers of one quantity.

    Parameters
    ----------
    coverage_map : CoverageMap
    layers : tuple of MapLayer

    Returns
    -------
    tuple of Band
    """
    return tuple(
        band for band in bands_of(coverage_map, layers[0]) if any(band.holds(layer).any() for layer in layers)
    )


#: More reasons than this on one map share the last colour.
REASON_COLOURS = 8


def reason_styles(layer: MapLayer) -> dict[int, str]:
    """Give each reason of a layer the classes of its colour.

    Parameters
    ----------
    layer : MapLayer

    Returns
    -------
    dict of int to str
        By number in `CoverageMap.reasons`; the first of them, ground that is out of the question, is grey.
    """
    used = [int(number) for number in np.unique(layer.reasons) if number]
    start = 1 if 1 in used else 2
    return {number: f"band why{min(rank, REASON_COLOURS)}" for rank, number in enumerate(used, start)}


def quantity_words(coverage_map: CoverageMap, layer: MapLayer) -> str:
    """Say what the colours of a layer mean.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer

    Returns
    -------
    str
    """
    if layer.quantity != PROBABILITY:
        alert = "the alert" if coverage_map.kind == "warning" else "the first detection (median)"
        return f"minutes from {alert} to impact"
    flown = "missiles" in coverage_map.settings
    return {
        "radar": "probability of a firm track" if flown else "probability of detection in one look",
        "denied": "probability that a missile launched here is stopped",
    }.get(coverage_map.kind, "probability that a missile aimed here is stopped")
