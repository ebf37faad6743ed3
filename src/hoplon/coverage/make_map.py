"""From a scenario and a question to a map: every cell is one missile against the whole defence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage.question import (
    KINDS,
    Firing,
    Grid,
    battery_names,
    firings,
    grid_over,
    missile_of,
    place_of,
    point,
)
from hoplon.coverage.reference import one_missile
from hoplon.coverage.scenery import assumptions, sites
from hoplon.engagement import assemble
from hoplon.errors import InputError, UnreachableError, nearest
from hoplon.result.coverage_map import PROBABILITY, CoverageMap, MapLayer
from hoplon.result.expected import LINKS
from hoplon.scenario import CatalogSite, Scenario, without

Array = NDArray[np.float64]
Progress = Callable[[int, int, str], None]

#: Why a cell is bad, by number: the first link of the chain that holds in less than half of all cases.
REASONS = (
    "",
    "the missile does not reach it",
    "not detected",
    "no firm track in time",
    "no decision in time",
    "no interceptor reaches it",
    "handed over outside the basket",
    "warhead not told apart",
    "interceptors miss",
)
_UNREACHED = 1
_FIRST_LINK = 2

_QUESTIONS = {
    "defended": "Which ground is defended: how likely is a missile that is aimed at a place stopped?",
    "denied": "Which launch points are denied: how likely is a missile that is launched there stopped?",
    "footprint": "Which ground can {battery} defend by itself: how likely is a missile aimed at a place stopped?",
    "warning": "How long are people warned before a missile falls on them?",
}


def make_map(
    scenario: Scenario,
    kind: str,
    *,
    missiles: Sequence[str] = (),
    launches: Sequence[str] = (),
    assets: Sequence[str] = (),
    battery: str = "",
    step_km: float | None = None,
    cells: tuple[int, int] | None = None,
    region: tuple[float, float, float, float] | None = None,
    level: float | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> CoverageMap:
    """Compute a map.

    Parameters
    ----------
    scenario : Scenario
    kind : str
        ``defended``: cells are aim points, missiles come from stated launch points. ``denied``: cells are
        launch points, missiles go to stated assets. ``footprint``: as ``defended``, by one battery or site
        alone, with all sensors. ``warning``: minutes from the alert to the impact, cells are aim points.
    missiles : sequence of str
        Types; default those of the scenario's raid, each on the trajectory that it has there.
    launches : sequence of str
        Places, or ``latitude,longitude``; default those of the raid. Not for ``denied``.
    assets : sequence of str
        For ``denied`` what is aimed at; default what the raid aims at.
    battery : str
        For ``footprint``: name of a battery, or of its site. Default: the only one.
    step_km, cells, region
        The grid, see `hoplon.coverage.question.grid_over`.
    level : float
        A cell is good from this probability on, and its contour is refined. Default: half of what a single
        shot achieves, so that the contour is where one shot is possible in half of all cases.
    jobs : int
        Processes.
    progress : callable, optional
        Called with done, total and a label.

    Returns
    -------
    CoverageMap
        A layer for each missile and place, and before these, where there are several, the worst of them.

    Raises
    ------
    InputError
    """
    if kind not in KINDS:
        raise InputError(f"unknown kind of map '{kind}'", remedy=nearest(kind, KINDS))
    scenario = _with_batteries(scenario, kind, battery)
    level = usual_level(scenario) if level is None else level
    if not 0.0 < level < 1.0:
        raise InputError(f"level is {level:g}", remedy="Give a probability between 0 and 1.")
    aims = kind == "denied"
    stated = [place_of(name, scenario) for name in (assets if aims else launches)]
    asked = firings(scenario, missiles, stated, aims=aims)
    for firing in asked:
        missile_of(firing.missile, scenario)
    grid = grid_over(scenario, kind, step_km=step_km, cells=cells, region=region)
    layers = []
    total = len(asked) * grid.shape[0] * grid.shape[1]
    for number, firing in enumerate(asked):
        done = number * (total // len(asked))
        layers.append(_layer(scenario, firing, grid, level, aims, done, total, progress))
    if len(layers) > 1:
        layers.insert(0, worst_of(layers))
    return CoverageMap(
        kind=kind,
        scenario=scenario.name,
        title=scenario.title,
        question=_QUESTIONS[kind].format(battery=battery or "the battery"),
        date=scenario.date,
        latitude_deg=grid.latitude_deg,
        longitude_deg=grid.longitude_deg,
        layers=tuple(layers),
        reasons=REASONS,
        sites=sites(scenario, asked, aims=aims),
        assumptions=assumptions(scenario),
        overrides=scenario.overrides,
        facts={
            "level": level,
            "cells": float(grid.latitude_deg.size * grid.longitude_deg.size),
            "step_km": grid.step_km,
        },
        settings={"level": f"{level:g}", "missiles": ", ".join(dict.fromkeys(f.missile for f in asked))},
        scenario_yaml=scenario.to_yaml(),
    )


def usual_level(scenario: Scenario) -> float:
    """Return half of what a single shot of the scenario's best interceptor achieves.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    float
    """
    mean = [assemble.kill_posterior(scenario, battery).mean for battery in scenario.batteries]
    return max(mean, default=1.0) * 0.5


def worst_of(layers: Sequence[MapLayer]) -> MapLayer:
    """Put layers together: the least value of those that have one, with its reason.

    Parameters
    ----------
    layers : sequence of MapLayer

    Returns
    -------
    MapLayer
    """
    values = np.stack([layer.values for layer in layers])
    reasons = np.stack([layer.reasons for layer in layers])
    at = np.argmin(np.where(np.isnan(values), np.inf, values), axis=0)[None]
    return MapLayer(
        "worst of all",
        layers[0].quantity,
        np.take_along_axis(values, at, 0)[0],
        np.take_along_axis(reasons, at, 0)[0],
    )


def _with_batteries(scenario: Scenario, kind: str, battery: str) -> Scenario:
    """Leave one battery, or those of one site, for a footprint."""
    if kind != "footprint":
        return scenario
    if not battery:
        if len(scenario.batteries) != 1:
            known = ", ".join(b.name for b in scenario.batteries)
            raise InputError("a footprint is that of one battery", remedy=f"Name one of: {known}.")
        return scenario
    kept = battery_names(scenario, battery)
    return without(scenario, [b.name for b in scenario.batteries if b.name not in kept])


def _layer(
    scenario: Scenario,
    firing: Firing,
    grid: Grid,
    level: float,
    aims: bool,
    done: int,
    total: int,
    progress: Progress | None,
) -> MapLayer:
    name = f"{firing.missile} {'at' if aims else 'from'} {firing.place.id}"
    values = np.full(grid.shape, np.nan)
    reasons = np.zeros(grid.shape, dtype=np.uint8)
    for i, latitude in enumerate(grid.latitude_deg.tolist()):
        for j, longitude in enumerate(grid.longitude_deg.tolist()):
            cell = point(latitude, longitude)
            launch, aim = (cell, firing.place) if aims else (firing.place, cell)
            values[i, j], reasons[i, j] = _value(scenario, firing, launch, aim, level)
        if progress is not None:
            progress(done + (i + 1) * grid.shape[1], total, name)
    return MapLayer(name, PROBABILITY, values, reasons)


def _value(
    scenario: Scenario, firing: Firing, launch: CatalogSite, aim: CatalogSite, level: float
) -> tuple[float, int]:
    """Return the probability that one missile is stopped, and the reason where that is below the level."""
    from hoplon.engagement.expected import expect
    from hoplon.engagement.prepare import prepare

    try:
        world = prepare(one_missile(scenario, firing, launch, aim))
    except (UnreachableError, InputError):
        return float("nan"), _UNREACHED
    (outcome,) = expect(world, pictures=1, lanes=4).outcomes
    stopped = 1.0 - outcome.leak_probability
    if stopped >= level - 1e-6:
        return stopped, 0
    held = [outcome.passed[link] >= 0.5 for link in LINKS]
    return stopped, _FIRST_LINK + (held.index(False) if False in held else len(LINKS) - 1)
