"""From a scenario and a question to a map: every cell is one missile against the whole defence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage.layer import REASONS, LayerTask, compute
from hoplon.coverage.question import KINDS, battery_names, firings, grid_over, missile_of, place_of
from hoplon.coverage.refine import STRIDE
from hoplon.coverage.scenery import sites
from hoplon.engagement import assemble
from hoplon.errors import InputError, nearest
from hoplon.result.coverage_map import PROBABILITY, WARNING_MIN, CoverageMap, MapLayer
from hoplon.scenario import Scenario, without
from hoplon.scenario.assumptions import assumptions
from hoplon.workers import Workers, outcome

Array = NDArray[np.float64]
Progress = Callable[[int, int, str], None]

#: A layer is computed in bands of at most so many rows, by whoever is free: the same ones whoever that is.
_BAND_ROWS = 40

_QUESTIONS = {
    "defended": "Which ground is defended: how likely is a missile that is aimed at a place stopped?",
    "denied": "Which launch points are denied: how likely is a missile that is launched there stopped?",
    "footprint": "Which ground can {battery} defend alone: how likely is a missile aimed at a place stopped?",
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
    every_cell: bool = False,
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
    every_cell : bool
        Compute every cell. Otherwise cells are interpolated where the map does not change: the first lattice
        takes every fourth row and column, so that islands smaller than that may be missed.
    jobs : int
        Processes. The map is the same whatever their number.
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
    warning = kind == "warning"
    bands = np.array_split(grid.latitude_deg, -(-grid.shape[0] // _BAND_ROWS))
    tasks = [
        LayerTask(
            scenario, firing, band, grid.longitude_deg, level, aims, warning, 1 if every_cell else STRIDE
        )
        for firing in asked
        for band in bands
    ]
    parts = _computed(tasks, jobs, progress)
    layers = []
    for first in range(0, len(parts), len(bands)):
        values, reasons, _ = (
            np.concatenate(rows) for rows in zip(*parts[first : first + len(bands)], strict=True)
        )
        layers.append(MapLayer(tasks[first].name, WARNING_MIN if warning else PROBABILITY, values, reasons))
    computed = sum(int(part[2].sum()) for part in parts)
    if len(layers) > 1:
        layers.insert(0, worst_of(layers))
    facts = {
        "level": level,
        "cells": float(grid.shape[0] * grid.shape[1]),
        "step_km": grid.step_km,
        "computed_share": computed / (len(asked) * grid.shape[0] * grid.shape[1]),
    }
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
        facts=facts,
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


def _computed(
    tasks: Sequence[LayerTask], jobs: int, progress: Progress | None
) -> list[tuple[Array, NDArray[np.uint8], NDArray[np.bool_]]]:
    """Compute all bands, here or by worker processes."""
    total = sum(task.latitude_deg.size * task.longitude_deg.size for task in tasks)
    done = 0

    def finished(task: LayerTask) -> None:
        nonlocal done
        done += task.latitude_deg.size * task.longitude_deg.size
        if progress is not None:
            progress(done, total, task.name)

    if progress is not None:
        progress(0, total, tasks[0].name if tasks else "")
    if jobs == 1 or len(tasks) == 1:
        found = []
        for task in tasks:
            found.append(compute(task))
            finished(task)
        return found
    with Workers(min(jobs, len(tasks))) as workers:
        futures = {workers.submit(compute, task): task for task in tasks}
        for future in as_completed(futures):
            outcome(future)
            finished(futures[future])
        return [outcome(future) for future in futures]
