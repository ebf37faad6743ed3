"""From a scenario and a question to a map: every cell is one missile against the whole defence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage.chain import Chain, Verdict
from hoplon.coverage.flights import FlightField
from hoplon.coverage.question import (
    KINDS,
    Firing,
    Grid,
    battery_names,
    firings,
    grid_over,
    ground_radius_km,
    missile_of,
    place_of,
    point,
)
from hoplon.coverage.reference import one_missile
from hoplon.coverage.scenery import assumptions, sites
from hoplon.coverage.shots import EMPTY, HELD_BACK, NOT_HELD, OUT_OF_REACH, TOO_HIGH, TOO_LATE, TOO_LOW
from hoplon.engagement import assemble
from hoplon.engagement.prepare import prepare
from hoplon.errors import InputError, UnreachableError, nearest
from hoplon.result.coverage_map import PROBABILITY, CoverageMap, MapLayer
from hoplon.result.expected import LINKS
from hoplon.scenario import Scenario, without

Array = NDArray[np.float64]
Progress = Callable[[int, int, str], None]

#: Why a cell is bad, by number: the first link of the chain that holds in less than half of all cases. Where
#: fire is free and nothing can be launched, why not.
REASONS = (
    "",
    "the missile does not reach it",
    "the defence does not shoot",
    "not detected",
    "no firm track in time",
    "no decision in time",
    TOO_LATE,
    OUT_OF_REACH,
    TOO_LOW,
    TOO_HIGH,
    NOT_HELD,
    EMPTY,
    HELD_BACK,
    "handed over outside the basket",
    "warhead not told apart",
    "interceptors miss",
    "no prediction of the impact in time",
    "the alert comes after the impact",
)
_NUMBER = {reason: number for number, reason in enumerate(REASONS)}
_UNREACHED = 1
_OF_LINK = {
    "detected": "not detected",
    "tracked": "no firm track in time",
    "decided in time": "no decision in time",
    "reachable": "",
    "handed over": "handed over outside the basket",
    "discriminated": "warhead not told apart",
    "killed": "interceptors miss",
}

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
        cells_of = _Layer(scenario, firing, grid, level, aims=aims)
        layers.append(_layer(cells_of, grid, done, total, progress))
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


class _Layer:
    """Computes the cells of one layer, a batch at a time."""

    def __init__(self, scenario: Scenario, firing: Firing, grid: Grid, level: float, *, aims: bool) -> None:
        self._scenario, self._firing, self._grid, self._level, self._aims = (
            scenario,
            firing,
            grid,
            level,
            aims,
        )
        self.name = f"{firing.missile} {'at' if aims else 'from'} {firing.place.id}"
        self._entry = missile_of(firing.missile, scenario)
        self._field = FlightField(
            assemble.vehicle_of(self._entry),
            assemble.site(firing.place),
            firing.apogee_km,
            grid.latitude_deg,
            grid.longitude_deg,
            aims=aims,
        )
        self._chain: Chain | None = None

    def values(self, cells: Sequence[tuple[float, float]]) -> list[tuple[float, int]]:
        """Return the value of each cell, given by latitude and longitude, and its reason."""
        flights = [self._field.fly(*cell) for cell in cells]
        reached = [n for n, flown in enumerate(flights) if flown is not None]
        found = [(float("nan"), _UNREACHED)] * len(cells)
        if not reached:
            return found
        if self._chain is None:
            self._chain = self._make_chain([cells[n] for n in reached])
        if self._chain is None:
            return found
        here = np.array([cells[n] for n in reached])
        there = np.tile([self._firing.place.latitude_deg, self._firing.place.longitude_deg], (len(here), 1))
        launches, aimed = (here, there) if self._aims else (there, here)
        flown = [flight for flight in flights if flight is not None]
        for n, verdict in zip(reached, self._chain.stopped(flown, launches, aimed), strict=True):
            found[n] = verdict.stopped, self._reason(verdict)
        return found

    def _make_chain(self, cells: Sequence[tuple[float, float]]) -> Chain | None:
        """Make the scenario ready for battles, with a missile to the first cell that a fit reaches."""
        for cell in cells:
            place = point(*cell)
            launch, aim = (place, self._firing.place) if self._aims else (self._firing.place, place)
            try:
                world = prepare(one_missile(self._scenario, self._firing, launch, aim))
            except (UnreachableError, InputError):
                continue
            return Chain(world, self._entry, ground_radius_km(self._scenario))
        return None

    def _reason(self, verdict: Verdict) -> int:
        if verdict.stopped >= self._level - 1e-6:
            return 0
        assert self._chain is not None
        if not self._chain.shoots:
            return _NUMBER["the defence does not shoot"]
        for link, held in zip(LINKS, verdict.passed, strict=True):
            if held < 0.5:
                return _NUMBER[_OF_LINK[link] or verdict.why]
        return _NUMBER["interceptors miss"]


def _layer(layer: _Layer, grid: Grid, done: int, total: int, progress: Progress | None) -> MapLayer:
    values = np.full(grid.shape, np.nan)
    reasons = np.zeros(grid.shape, dtype=np.uint8)
    for i, latitude in enumerate(grid.latitude_deg.tolist()):
        row = layer.values([(latitude, longitude) for longitude in grid.longitude_deg.tolist()])
        values[i], reasons[i] = [value for value, _ in row], [reason for _, reason in row]
        if progress is not None:
            progress(done + (i + 1) * grid.shape[1], total, layer.name)
    return MapLayer(layer.name, PROBABILITY, values, reasons)
