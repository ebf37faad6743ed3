"""Bands of colour for a map's values, and their legend."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.result.coverage_map import PROBABILITY, CoverageMap, MapLayer


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
    if layer.quantity == PROBABILITY:
        limits = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, math.inf)
        words = ("under 10 %", "10 to 30 %", "30 to 50 %", "50 to 70 %", "70 to 90 %", "90 % and more")
        stem = "seen" if coverage_map.kind == "radar" else "stop"
    else:
        limits = (-math.inf, 1e-9, 2.0, 4.0, 6.0, 8.0, math.inf)
        words = ("none", "under 2 min", "2 to 4 min", "4 to 6 min", "6 to 8 min", "8 min and more")
        stem = "warn"
    return tuple(
        Band(low, high, f"band {stem}{number}", text)
        for number, (low, high, text) in enumerate(zip(limits[:-1], limits[1:], words, strict=True))
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


#: More reasons than this share the last colour.
REASON_COLOURS = 8


def reason_style(number: int) -> str:
    """Return the classes of a reason's colour.

    Parameters
    ----------
    number : int
        In `CoverageMap.reasons`, from 1.

    Returns
    -------
    str
    """
    return f"band why{min(number, REASON_COLOURS)}"


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
