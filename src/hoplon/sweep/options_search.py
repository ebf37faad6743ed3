"""From an options file to the least costly defences: search, battles, result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace

from hoplon.cited import Cited
from hoplon.result.least import CostItem, Least, OptionRow, OptionSet, Price
from hoplon.scenario.model import Scenario
from hoplon.scenario.options import CostLine, Option, OptionSpec
from hoplon.sweep.least import EXACT_SETS, Found, search
from hoplon.sweep.option_sets import Menu
from hoplon.sweep.option_worth import Worth, expected_worth, sampled_worth
from hoplon.sweep.pareto import Point, pareto_front
from hoplon.workers import Workers, outcome

Progress = Callable[[int, int, str], None]

#: Sets computed at most where not all can be, unless another number is stated.
BUDGET = 400
#: Defences with the same sensors that are computed together.
_TOGETHER = 4


def menu_of(spec: OptionSpec) -> Menu:
    """Return the options of a file as sets of bits.

    Parameters
    ----------
    spec : OptionSpec

    Returns
    -------
    Menu
    """
    names = [option.name for option in spec.options]

    def bits(others: Sequence[str]) -> int:
        return sum(1 << names.index(other) for other in dict.fromkeys(others))

    return Menu(
        tuple(names),
        tuple(bits(option.needs) for option in spec.options),
        tuple(bits(option.excludes) for option in spec.options),
    )


def least_defence(
    spec: OptionSpec,
    *,
    runs: int = 0,
    seed: int = 1,
    exact_sets: int = EXACT_SETS,
    budget: int | None = BUDGET,
    slack: float = 0.0,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Least:
    """Find the Pareto front of cost against leakage and people protected.

    Parameters
    ----------
    spec : OptionSpec
    runs : int
        Battles of each set; 0 computes what is to be expected, without draws.
    seed : int
        Of the battles, the same for all sets.
    exact_sets, budget, slack
        As for `hoplon.sweep.least.search`.
    workers : Workers, optional
        Processes beside this one.
    progress : callable, optional
        Called with sets computed, sets in all as far as that is known, and what is being done.

    Returns
    -------
    Least
        Of each option set the raid is the same: the one that the scenario states.
    """
    menu = menu_of(spec)
    people = {name: value.best for name, value in spec.people.items()}
    total = menu.count(exact_sets)
    if total > exact_sets:
        total = budget or total
    report = progress or (lambda done, total, what: None)
    report(0, total, "computing sets of options")
    crew = _Crew(spec, menu, people, runs, seed, workers)
    found = search(
        menu,
        [option.cost_jpy() for option in spec.options],
        sum(people.values()),
        crew.compute,
        exact_sets=exact_sets,
        budget=budget,
        slack=slack,
        progress=lambda done: report(done, max(total, done), "computing sets of options"),
    )
    return Least(
        name=spec.name,
        title=spec.title,
        question=spec.question,
        scenario=spec.base.name,
        basis=spec.basis,
        mode="sampled" if runs else "expected",
        runs=runs,
        seed=seed if runs else 0,
        people=people,
        options=tuple(_row(option) for option in spec.options),
        sets=_sets(spec, menu, found),
        enumerated=found.enumerated,
        gap=found.gap,
        slack=found.slack,
        breach=found.breach,
        pairs=found.pairs,
        overrides=tuple(spec.base.overrides),
        scenario_yaml=spec.base.to_yaml(),
        options_yaml=spec.text,
    )


class _Crew:
    """Computes what sets come to, here or on workers; which sets go together does not depend on either."""

    def __init__(
        self,
        spec: OptionSpec,
        menu: Menu,
        people: dict[str, float],
        runs: int,
        seed: int,
        workers: Workers | None,
    ) -> None:
        self._spec, self._menu, self._people = spec, menu, people
        self._runs, self._seed, self._workers = runs, seed, workers
        self._first = True

    def compute(self, sets: Sequence[int]) -> list[tuple[float, float, object]]:
        """Compute leakage and people protected of some sets."""
        made = {one: self._spec.scenario(self._names(one)) for one in sets}
        groups: dict[tuple[object, ...], list[list[int]]] = {}
        for one, scenario in made.items():
            alike = groups.setdefault(tuple(sensor.name for sensor in scenario.sensors), [[]])
            if len(alike[-1]) == _TOGETHER:
                alike.append([])
            alike[-1].append(one)
        tasks = [task for alike in groups.values() for task in alike]
        worth: dict[int, Worth] = {}
        given: list[tuple[list[int], Future[list[Worth]]]] = []
        for place, task in enumerate(tasks):
            scenarios = [made[one] for one in task]
            # The first of all is computed here: what is to be compiled is compiled once.
            if self._workers is not None and not self._first and place % (self._workers.count + 1):
                given.append(
                    (task, self._workers.submit(_work, scenarios, self._people, self._runs, self._seed))
                )
                continue
            self._first = False
            worth |= dict(zip(task, _work(scenarios, self._people, self._runs, self._seed), strict=True))
        for task, future in given:
            done = outcome(future)
            worth |= dict(zip(task, done, strict=True))
        return [(worth[one].leakage.best, worth[one].protected.best, worth[one]) for one in sets]

    def _names(self, chosen: int) -> list[str]:
        return [self._menu.names[number] for number in self._menu.members(chosen)]


def _work(scenarios: list[Scenario], people: dict[str, float], runs: int, seed: int) -> list[Worth]:
    if runs:
        return [sampled_worth(scenario, people, runs, seed) for scenario in scenarios]
    return expected_worth(scenarios, people)


def _sets(spec: OptionSpec, menu: Menu, found: Found) -> tuple[OptionSet, ...]:
    fronts = {"best": {point.chosen for point in found.front}}
    prices: dict[str, dict[int, float]] = {}
    for end in ("best", "low", "high"):
        each = [option.cost_jpy(end) for option in spec.options]
        prices[end] = {p.chosen: sum(each[n] for n in menu.members(p.chosen)) for p in found.points}
        repriced = [replace(p, cost_jpy=prices[end][p.chosen]) for p in found.points]
        fronts.setdefault(end, {point.chosen for point in pareto_front(repriced)})

    def made(point: Point) -> OptionSet:
        worth = point.detail
        assert isinstance(worth, Worth)
        one = point.chosen
        return OptionSet(
            options=tuple(menu.names[number] for number in menu.members(one)),
            cost_jpy=Price(prices["best"][one], prices["low"][one], prices["high"][one]),
            leakage=worth.leakage,
            protected_people=worth.protected,
            unharmed=worth.unharmed,
            interceptors_used=worth.used,
            on_front=one in fronts["best"],
            on_front_at_low=one in fronts["low"],
            on_front_at_high=one in fronts["high"],
        )

    order = sorted(found.points, key=lambda p: (p.cost_jpy, p.leakage, -p.protected, p.chosen))
    return tuple(made(point) for point in order)


def _row(option: Option) -> OptionRow:
    price = Price(option.cost_jpy(), option.cost_jpy("low"), option.cost_jpy("high"))
    items = tuple(_item(line) for line in option.costs)
    return OptionRow(option.name, option.title, price, items, option.needs, option.excludes)


def _item(line: CostLine) -> CostItem:
    value: Cited = line.each_jpy
    return CostItem(
        title=line.title,
        count=line.count,
        each_jpy=Price(value.best, value.low, value.high),
        year=line.year,
        mark=str(value.mark),
        source="; ".join(part for part in (value.source, value.why, value.rule) if part),
        excludes=line.excludes,
    )
