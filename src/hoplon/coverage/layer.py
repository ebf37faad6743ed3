"""One layer of a map: one missile from one point to all cells, or the other way round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage.chain import Chain, Verdict
from hoplon.coverage.flights import FlightField
from hoplon.coverage.question import Firing, ground_radius_km, missile_of, point
from hoplon.coverage.reasons import (
    EMPTY,
    HELD_BACK,
    LOST,
    NOT_HELD,
    OUT_OF_REACH,
    TOO_HIGH,
    TOO_LATE,
    TOO_LOW,
)
from hoplon.coverage.reference import expected_of, one_missile
from hoplon.coverage.refine import STRIDE, refine
from hoplon.engagement import assemble
from hoplon.engagement.prepare import prepare
from hoplon.errors import InputError, UnreachableError
from hoplon.result.expected import LINKS
from hoplon.scenario import Scenario

Array = NDArray[np.float64]

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
    LOST,
)
_NUMBER = {reason: number for number, reason in enumerate(REASONS)}
UNREACHED = 1
_OF_LINK = {
    "detected": "not detected",
    "tracked": "no firm track in time",
    "decided in time": "no decision in time",
    "reachable": "",
    "handed over": "handed over outside the basket",
    "discriminated": "warhead not told apart",
    "killed": "interceptors miss",
}

#: By so much probabilities, and minutes of warning, may differ from what is linear between cells.
ALIKE = 0.02
ALIKE_MIN = 0.1
#: So many cells are looked at by the radars at once.
_BATCH = 48


@dataclass(frozen=True)
class LayerTask:
    """A layer, or a band of its rows, to be computed.

    Attributes
    ----------
    scenario : Scenario
    firing : Firing
    latitude_deg, longitude_deg : array
        Of the cells.
    level : float
    aims : bool
        Whether cells are launch points.
    warning : bool
        Whether minutes of warning are asked for.
    stride : int
        Of the first lattice; 1 computes every cell.
    """

    scenario: Scenario
    firing: Firing
    latitude_deg: Array
    longitude_deg: Array
    level: float
    aims: bool
    warning: bool = False
    stride: int = STRIDE

    @property
    def name(self) -> str:
        """Such as ``nodong from kittaeryong``."""
        return f"{self.firing.missile} {'at' if self.aims else 'from'} {self.firing.place.id}"


def compute(task: LayerTask) -> tuple[Array, NDArray[np.uint8], NDArray[np.bool_]]:
    """Compute a layer; see `hoplon.coverage.refine.refine` for what it returns.

    Parameters
    ----------
    task : LayerTask

    Returns
    -------
    values, reasons, computed : array
    """
    cells = _Cells(task)
    shape = len(task.latitude_deg), len(task.longitude_deg)
    level, alike = (np.inf, ALIKE_MIN) if task.warning else (task.level, ALIKE)
    return refine(shape, cells.compute, level, alike, task.stride)


class _Cells:
    """Computes the cells of one layer, a batch at a time."""

    def __init__(self, task: LayerTask) -> None:
        self._task = task
        self._entry = missile_of(task.firing.missile, task.scenario)
        self._radius_km = ground_radius_km(task.scenario)
        self._field = FlightField(
            assemble.vehicle_of(self._entry),
            assemble.site(task.firing.place),
            task.firing.apogee_km,
            task.latitude_deg,
            task.longitude_deg,
            aims=task.aims,
        )
        self._chain: Chain | None = None

    def compute(self, cells: Sequence[tuple[int, int]]) -> list[tuple[float, int]]:
        """Return value and reason of each cell, given by row and column."""
        found: list[tuple[float, int]] = []
        for start in range(0, len(cells), _BATCH):
            batch = cells[start : start + _BATCH]
            latitude, longitude = self._task.latitude_deg, self._task.longitude_deg
            found += self._batch([(float(latitude[i]), float(longitude[j])) for i, j in batch])
        return found

    def _batch(self, cells: Sequence[tuple[float, float]]) -> list[tuple[float, int]]:
        task = self._task
        flights = [self._field.fly(*cell) for cell in cells]
        reached = [n for n, flown in enumerate(flights) if flown is not None]
        found = [(float("nan"), UNREACHED)] * len(cells)
        if self._chain is None and reached:
            self._chain = self._make_chain([cells[n] for n in reached])
        if self._chain is None or not reached:
            return found
        if not self._chain.suits and not task.warning:
            for n in reached:
                found[n] = self._by_battle(cells[n])
            return found
        here = np.array([cells[n] for n in reached])
        place = task.firing.place
        there = np.tile([place.latitude_deg, place.longitude_deg], (len(here), 1))
        aimed = there if task.aims else here
        flown = [flight for flight in flights if flight is not None]
        if task.warning:
            for n, (minutes, why) in zip(reached, self._chain.warned(flown, aimed), strict=True):
                found[n] = minutes, _NUMBER[why]
            return found
        for n, verdict in zip(reached, self._chain.stopped(flown, aimed), strict=True):
            found[n] = verdict.stopped, self._reason(verdict)
        return found

    def _make_chain(self, cells: Sequence[tuple[float, float]]) -> Chain | None:
        """Make the scenario ready for battles, with a missile to the first cell that a fit reaches."""
        for cell in cells:
            try:
                world = prepare(self._of_cell(cell))
            except (UnreachableError, InputError):
                continue
            return Chain(world, self._entry, self._radius_km)
        return None

    def _of_cell(self, cell: tuple[float, float]) -> Scenario:
        task, place = self._task, point(*cell)
        launch, aim = (place, task.firing.place) if task.aims else (task.firing.place, place)
        return one_missile(task.scenario, task.firing, launch, aim, self._radius_km)

    def _by_battle(self, cell: tuple[float, float]) -> tuple[float, int]:
        outcome = expected_of(self._of_cell(cell))
        if outcome is None:
            return float("nan"), UNREACHED
        passed = tuple(outcome.passed[link] for link in LINKS)
        verdict = Verdict(1.0 - outcome.leak_probability, passed, OUT_OF_REACH)
        return verdict.stopped, self._reason(verdict)

    def _reason(self, verdict: Verdict) -> int:
        if verdict.stopped >= self._task.level - 1e-6:
            return 0
        assert self._chain is not None
        if not self._chain.shoots:
            return _NUMBER["the defence does not shoot"]
        for link, held in zip(LINKS, verdict.passed, strict=True):
            if held < 0.5:
                number = _NUMBER[_OF_LINK[link] or verdict.why]
                assert number, "a bad cell says why"
                return number
        return _NUMBER["interceptors miss"]
