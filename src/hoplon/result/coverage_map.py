"""A map: one number for each cell of a grid on the ground, with the first reason where it is bad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hoplon.result.model import Assumption
from hoplon.result.scene import SceneSite

Array = NDArray[np.float64]

#: What the values of a layer are.
PROBABILITY = "probability"
WARNING_MIN = "warning_min"


@dataclass(frozen=True, slots=True)
class MapLayer:
    """One quantity over all cells.

    Attributes
    ----------
    name : str
        What it answers, such as ``nodong from kittaeryong``; ``worst of all`` where layers are put together.
    quantity : str
        `PROBABILITY` or `WARNING_MIN`.
    values : array, shape (ny, nx)
        NaN where the question has no answer, as where the missile does not reach the cell.
    reasons : array of uint8, shape (ny, nx)
        Number in `CoverageMap.reasons` of the first link of the chain that fails there; 0 where none does.
    """

    name: str
    quantity: str
    values: Array
    reasons: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class CoverageMap:
    """A map of one scenario.

    Attributes
    ----------
    kind : str
        ``radar``, ``defended``, ``denied``, ``footprint`` or ``warning``.
    scenario, title, question, date : str
        Of the scenario; the question is that of the map.
    latitude_deg : array, shape (ny,)
        Centres of the cells, rising.
    longitude_deg : array, shape (nx,)
        Rising; may pass 180.
    layers : tuple of MapLayer
        The first is the one to show first.
    reasons : tuple of str
        In words, by number; the first is empty.
    sites : tuple of SceneSite
    assumptions : tuple of Assumption
        Assumed ones first, then weak ones, then the rest.
    overrides, limitations : tuple of str
        As in `hoplon.result.model.Study`.
    facts : mapping of str to float
        Summary numbers with units in their keys, such as ``defended_share_of_land``.
    settings : mapping of str to str
        What was asked for besides the scenario, in words: missiles, launch points, step, level.
    scenario_yaml : str
    """

    kind: str
    scenario: str
    title: str
    question: str
    date: str
    latitude_deg: Array
    longitude_deg: Array
    layers: tuple[MapLayer, ...]
    reasons: tuple[str, ...]
    sites: tuple[SceneSite, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    overrides: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    scenario_yaml: str = ""
