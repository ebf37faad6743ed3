"""Cells of a map agree with sampled battles: forty of them, chosen across the contours.

A cell's probability has to lie inside the 99 % interval of 400 battles of its one missile (Clopper and
Pearson 1934: the battles are independent) widened by 0.02, in at least 38 of 40. Cells are drawn, by a fixed
seed, among those whose value differs from a neighbour's: there the chain is on the edge. What the quick chain
leaves out (`hoplon.coverage.chain`) is what the widening is for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

import hoplon
from hoplon.coverage import make_map
from hoplon.coverage.question import Firing, firings, place_of, point
from hoplon.coverage.reference import one_missile
from hoplon.engagement import prepare
from hoplon.engagement.battle import fight
from hoplon.result.coverage_map import CoverageMap
from hoplon.verification import Check, Line, line

BATTLES = 400
LEVEL = 0.99
WIDER = 0.02
CELLS = 40
LEAST = 38
#: Cells whose neighbours differ by less are not on the edge of anything.
_STEEP = 0.03
_SHAPE = (26, 26)


@dataclass(frozen=True)
class Case:
    """A map, of one layer.

    Attributes
    ----------
    scenario, kind, missile, place : str
    battery : str
    """

    scenario: str
    kind: str
    missile: str
    place: str
    battery: str = ""


CASES = (
    Case("japan-2018", "defended", "nodong", "kittaeryong"),
    Case("japan-2018", "defended", "scud_er", "kittaeryong"),
    Case("japan-2018", "defended", "hwasong_12", "sunan"),
    Case("japan-2018", "defended", "nodong", "sunan"),
    Case("japan-2018", "defended", "hwasong_12", "kittaeryong"),
    Case("japan-2018", "denied", "nodong", "tokyo"),
    Case("japan-2018", "denied", "hwasong_12", "osaka"),
    Case("japan-2018", "footprint", "nodong", "kittaeryong", "mutsumi"),
)


def map_of(case: Case, shape: tuple[int, int] = _SHAPE) -> CoverageMap:
    """Make the map of a case.

    Parameters
    ----------
    case : Case
    shape : tuple of int

    Returns
    -------
    CoverageMap
    """
    scenario = hoplon.load(case.scenario)
    places = {"assets" if case.kind == "denied" else "launches": [case.place]}
    return make_map(
        scenario,
        case.kind,
        missiles=[case.missile],
        battery=case.battery,
        cells=shape,
        every_cell=True,
        **places,  # type: ignore[arg-type]
    )


def on_the_edge(found: CoverageMap, count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Draw cells whose value differs from a neighbour's.

    Parameters
    ----------
    found : CoverageMap
    count : int
    rng : numpy.random.Generator

    Returns
    -------
    list of tuple of int
        Row and column.
    """
    values = found.layers[0].values
    steep = np.zeros(values.shape, dtype=bool)
    for axis in (0, 1):
        differs = np.abs(np.diff(values, axis=axis)) > _STEEP
        first = [slice(None), slice(None)]
        second = [slice(None), slice(None)]
        first[axis], second[axis] = slice(None, -1), slice(1, None)
        steep[tuple(first)] |= differs
        steep[tuple(second)] |= differs
    cells = np.argwhere(steep & np.isfinite(values))
    chosen = rng.permutation(len(cells))[:count]
    return [(int(i), int(j)) for i, j in cells[np.sort(chosen)]]


def sampled(case: Case, latitude_deg: float, longitude_deg: float, battles: int) -> int:
    """Fight battles of one cell's missile, and count those that stop it.

    Parameters
    ----------
    case : Case
    latitude_deg, longitude_deg : float
        The cell.
    battles : int

    Returns
    -------
    int
    """
    scenario = hoplon.load(case.scenario)
    aims = case.kind == "denied"
    place = place_of(case.place, scenario)
    (firing,) = firings(scenario, [case.missile], [place], aims=aims)[:1]
    if case.kind == "footprint":
        kept = [b.name for b in scenario.batteries if case.battery in (b.name, b.site.id)]
        scenario = hoplon.scenario.without(
            scenario, [b.name for b in scenario.batteries if b.name not in kept]
        )
    cell = point(latitude_deg, longitude_deg)
    launch, aim = (cell, place) if aims else (place, cell)
    world = prepare(one_missile(scenario, Firing(firing.missile, place, firing.apogee_km), launch, aim))
    return sum(fight(world, 1, run).outcomes[0].outcome == "killed" for run in range(battles))


def exact_interval(hits: int, trials: int, level: float) -> tuple[float, float]:
    """Return the interval of Clopper and Pearson, Biometrika 26 (1934) 404.

    Parameters
    ----------
    hits, trials : int
    level : float

    Returns
    -------
    low, high : float
    """
    from scipy.special import betaincinv

    tail = 0.5 * (1.0 - level)
    low = 0.0 if hits == 0 else float(betaincinv(hits, trials - hits + 1, tail))
    high = 1.0 if hits == trials else float(betaincinv(hits + 1, trials - hits, 1.0 - tail))
    return low, high


def map_cells() -> Iterator[Line]:
    """Compare cell by cell, then count those that agree.

    Yields
    ------
    Line
    """
    rng = np.random.default_rng(2018)
    agreed = 0
    edges = [(case, found) for case in CASES if on_the_edge(found := map_of(case), 1, rng)]
    # Where all of a map is of one value, its share goes to the others.
    each = math.ceil(CELLS / len(edges))
    left = CELLS
    for case, found in edges:
        cells = on_the_edge(found, min(each, left), rng)
        left -= len(cells)
        for i, j in cells:
            latitude, longitude = float(found.latitude_deg[i]), float(found.longitude_deg[j])
            value = float(found.layers[0].values[i, j])
            hits = sampled(case, latitude, longitude, BATTLES)
            low, high = exact_interval(hits, BATTLES, LEVEL)
            inside = low - WIDER <= value <= high + WIDER
            agreed += inside
            name = f"{case.kind} {case.missile} {case.place} {case.battery} at {latitude:.2f},{longitude:.2f}"
            note = f"battles: {low:.3f} to {high:.3f}" + ("" if inside else ": does not agree")
            best = hits / BATTLES
            # A cell that misses is named here, and counted below.
            yield line(name, "", best, value, max(0.5 * (high - low) + WIDER, abs(value - best)), note=note)
    yield line("cells that agree", "", float(CELLS), float(agreed), float(CELLS - LEAST))


CHECKS = (Check("map_cells", f"{BATTLES} sampled battles a cell", map_cells),)
