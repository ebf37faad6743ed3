"""What one axis of a study can be: a few values, or a distribution of them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hoplon.cited import Cited
from hoplon.errors import InputError
from hoplon.scenario.leaf import Limits
from hoplon.scenario.overrides import value_limits
from hoplon.scenario.reading import plain_scalar
from hoplon.sweep.plan_schema import MAX_STEPS, AxisFile, DistributionFile
from hoplon.sweep.quantities import KILL_QUANTILE, Quantities, Quantity, is_raid_side
from hoplon.sweep.spreads import Spread, own_values, spaced

#: Number of an item of a discrete axis, or the quantile of a continuous one.
Pick = int | float


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that a study varies.

    Attributes
    ----------
    name : str
        As the study file writes it: a path, or a name of the user's own.
    title : str
    paths : tuple of str
        All that is moved together.
    items : tuple of mapping of str to object
        Of a discrete axis: what is set, by path. Empty for a continuous one.
    coordinates : tuple of float, int, bool or str
        What stands for each item in tables.
    spreads : tuple of Spread
        Of a continuous axis, one for each path; all are asked for the same quantile.
    why : str
        The user's reason.
    """

    name: str
    title: str
    paths: tuple[str, ...]
    items: tuple[Mapping[str, Any], ...] = ()
    coordinates: tuple[float | int | bool | str, ...] = ()
    spreads: tuple[Spread, ...] = ()
    why: str = ""
    unit: str = field(default="")

    @property
    def continuous(self) -> bool:
        """Whether it is a distribution, not a list."""
        return bool(self.spreads)

    @property
    def raid_side(self) -> bool:
        """Whether it moves what the attacker does."""
        return any(is_raid_side(path) for path in self.paths)

    @property
    def numeric(self) -> bool:
        """Whether its coordinates are numbers."""
        return self.continuous or all(
            isinstance(c, int | float) and not isinstance(c, bool) for c in self.coordinates
        )

    def pick(self, u: float) -> Pick:
        """Return what lies at a quantile: every item of a discrete axis has the same share."""
        return u if self.continuous else min(int(u * len(self.items)), len(self.items) - 1)

    def settings(self, pick: Pick) -> dict[str, Any]:
        """Return what a pick sets, by path."""
        if self.continuous:
            return {path: spread.at(pick) for path, spread in zip(self.paths, self.spreads, strict=True)}
        return dict(self.items[int(pick)])

    def coordinate(self, pick: Pick) -> float | int | bool | str:
        """Return what stands for a pick in tables: of several values, the first."""
        return self.spreads[0].at(pick) if self.continuous else self.coordinates[int(pick)]

    def samples(self) -> list[Pick]:
        """Return picks that show whether the axis can be used: all items, or both ends."""
        return [0.0, 1.0] if self.continuous else list(range(len(self.items)))


Trouble = Callable[[str, tuple[str | int, ...], str], InputError]


def make_axis(name: str, stated: AxisFile, quantities: Quantities, unit: str, trouble: Trouble) -> Axis:
    """Make an axis of what a study file says.

    Parameters
    ----------
    name : str
        Its key in the file.
    stated : AxisFile
    quantities : Quantities
        Of the scenario.
    unit : str
    trouble : callable
        Makes the error that names the file and the line: what, key inside the axis, remedy.

    Returns
    -------
    Axis

    Raises
    ------
    InputError
        For a path that the scenario has not, or values that cannot be.
    """

    def find(path: str, key: tuple[str | int, ...]) -> Quantity:
        try:
            return quantities.find(path)
        except InputError as error:
            raise trouble(error.what, key, error.remedy) from None

    words: dict[str, Any] = {"title": stated.title or name, "why": stated.why or "", "unit": unit}
    if stated.cases is not None:
        items = [
            {find(path, ("cases", label, path)).path: value for path, value in body.items()}
            for label, body in stated.cases.items()
        ]
        for label, item in zip(stated.cases, items, strict=True):
            if item.keys() != items[0].keys():
                odd = sorted(item.keys() ^ items[0].keys())[0]
                raise trouble(
                    f"'{odd}' is stated in some cases and not in others",
                    ("cases", label),
                    "State the same paths in every case.",
                )
            for path, value in item.items():
                _fits(quantities.find(path), value, trouble, ("cases", label, path))
        return Axis(
            name, paths=tuple(items[0]), items=tuple(items), coordinates=_numbers(stated.cases), **words
        )
    moved = [find(path, ("paths", i)) for i, path in enumerate(stated.paths)] if stated.paths else []
    moved = moved or [find(name, ())]
    paths = tuple(quantity.path for quantity in moved)
    continuous = stated.range or stated.distribution or (stated.own_range and not stated.own_range.steps)
    if continuous:
        spreads = tuple(_spread(quantity, stated, trouble) for quantity in moved)
        return Axis(name, paths=paths, spreads=spreads, **words)
    columns = [_values(quantity, stated, trouble) for quantity in moved]
    return Axis(
        name,
        paths=paths,
        items=tuple(dict(zip(paths, row, strict=True)) for row in zip(*columns, strict=True)),
        coordinates=_distinct(columns[0], trouble),
        **words,
    )


def _numbers(labels: Iterable[str]) -> tuple[float | int | str, ...]:
    """Return names of cases; as numbers where all of them are numbers, so that curves can be drawn."""
    try:
        found = tuple(plain_scalar(label) for label in labels)
    except ValueError:
        return tuple(labels)
    if all(isinstance(x, int | float) and not isinstance(x, bool) for x in found):
        return found
    return tuple(labels)


def _values(quantity: Quantity, stated: AxisFile, trouble: Trouble) -> list[Any]:
    """Return the values of one path of a discrete axis."""
    if stated.list is not None:
        for i, value in enumerate(stated.list):
            _fits(quantity, value, trouble, ("list", i))
        return list(stated.list)
    if stated.own_range is not None:
        cited = _own(quantity, trouble)
        return own_values(quantity.path, cited, stated.own_range.steps)
    grid = stated.grid
    assert grid is not None
    _check_range(grid.low, grid.high, grid.scale == "log", trouble, "grid")
    if grid.steps > MAX_STEPS:
        raise trouble(
            f"{grid.steps:,} steps; at most {MAX_STEPS:,} points are computed", ("grid", "steps"), ""
        )
    values: list[Any] = spaced(grid.low, grid.high, grid.steps, grid.scale == "log")
    if quantity.whole:
        uneven = [x for x in values if not float(x).is_integer()]
        if uneven:
            raise trouble(
                f"the grid has {uneven[0]:g}, and {quantity.path} is a whole number",
                ("grid", "steps"),
                "Choose steps that fit, or write a list.",
            )
        values = [int(x) for x in values]
    for value in values:
        _fits(quantity, value, trouble, ("grid",))
    return values


def _spread(quantity: Quantity, stated: AxisFile, trouble: Trouble) -> Spread:
    """Return the distribution of one path of a continuous axis."""
    if stated.own_range is not None:
        cited = _own(quantity, trouble)
        return Spread("own", cited.low, cited.best, cited.high, path=quantity.path, cited=cited)
    if stated.range is not None:
        low, high, log = stated.range.low, stated.range.high, stated.range.scale == "log"
        _check_range(low, high, log, trouble, "range")
        spread = Spread("log_uniform" if log else "uniform", low, low, high, whole=quantity.whole)
        key = "range"
    else:
        assert stated.distribution is not None
        spread, key = _stated_spread(stated.distribution, quantity, trouble), "distribution"
    for end in ("low", "high"):
        value = getattr(spread, end)
        if math.isfinite(value):
            _fits(quantity, int(value) if quantity.whole else value, trouble, (key, end))
    return spread


def _stated_spread(stated: DistributionFile, quantity: Quantity, trouble: Trouble) -> Spread:
    low = -math.inf if stated.low is None else stated.low
    high = math.inf if stated.high is None else stated.high
    _check_range(low, high, stated.kind == "log_uniform", trouble, "distribution")
    if stated.kind == "normal":
        assert stated.mean is not None
        assert stated.sigma is not None
        if not low <= stated.mean <= high:
            raise trouble(
                f"mean {stated.mean:g} is not between low and high", ("distribution", "mean"), "Move an end."
            )
        return Spread("normal", low, stated.mean, high, stated.sigma, whole=quantity.whole)
    best = low if stated.best is None else stated.best
    if not low <= best <= high:
        raise trouble(
            f"low {low:g}, best {best:g}, high {high:g} are not in this order",
            ("distribution", "best"),
            "Write low <= best <= high.",
        )
    return Spread(stated.kind, low, best, high, whole=quantity.whole)


def _own(quantity: Quantity, trouble: Trouble) -> Cited:
    if quantity.cited is None:
        raise trouble(
            f"{quantity.path} is no catalogue value, so it has no range of its own",
            ("own_range",),
            "State the values: [1, 2, 4].",
        )
    if not quantity.cited.low < quantity.cited.high:
        raise trouble(
            f"the range of {quantity.path} is empty: {quantity.cited.best:g} is all that its source leaves",
            ("own_range",),
            "State a range or a list of your own.",
        )
    return quantity.cited


def _check_range(low: float, high: float, log: bool, trouble: Trouble, key: str) -> None:
    if not low < high:
        raise trouble(f"the range is empty: {low:g} to {high:g}", (key,), "Write low < high.")
    if log and low <= 0.0:
        raise trouble(f"a logarithmic scale cannot begin at {low:g}", (key, "low"), "Write a number above 0.")


def _fits(quantity: Quantity, value: Any, trouble: Trouble, key: tuple[str | int, ...]) -> None:
    """Refuse a value of the wrong kind, or outside what the value can be at all."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if quantity.path == KILL_QUANTILE and not (number and 0.0 <= value <= 1.0):
        raise trouble(f"{_shown(value)} is no quantile", key, "Write a number from 0 to 1.")
    if quantity.cited is not None:
        if not number:
            raise trouble(f"{_shown(value)} is not a number", key, "Write a number.")
        limits = value_limits().get(quantity.path.rsplit(".", 1)[-1], Limits())
        if remedy := limits.problem(float(value)):
            raise trouble(f"{quantity.path} cannot be {value:g}", key, remedy)
    if quantity.whole and number and not float(value).is_integer():
        raise trouble(f"{quantity.path} is a whole number, and cannot be {value:g}", key, "Write one.")


def _shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:60]


def _distinct(values: Sequence[Any], trouble: Trouble) -> tuple[Any, ...]:
    """Return what stands for each value in tables; refuse what cannot be told apart."""
    shown = [v if isinstance(v, str | int | float) else _compact(v) for v in values]
    seen: set[Any] = set()
    for i, value in enumerate(shown):
        if value in seen:
            raise trouble(f"{_shown(value)} is listed twice", ("list", i), "Keep one of the two.")
        seen.add(value)
    if any(isinstance(v, str | bool) for v in shown):
        return tuple(v if isinstance(v, str) else _shown(v) for v in shown)
    return tuple(shown)


def _compact(value: Any) -> str:
    """Write a list or a mapping on one line, for a table."""
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_compact(v)}" for k, v in value.items())
    if isinstance(value, list):
        return " + ".join(_compact(v) for v in value) or "nothing"
    return str(value)
