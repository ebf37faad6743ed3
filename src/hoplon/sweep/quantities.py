"""What of a scenario can be varied: the paths of its file, and of the catalogue values that it uses."""

from __future__ import annotations

import copy
import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from hoplon.cited import Cited
from hoplon.errors import InputError, nearest
from hoplon.scenario import Scenario
from hoplon.scenario.leaf import validate
from hoplon.scenario.overrides import value_limits
from hoplon.scenario.reading import Document, key_text
from hoplon.scenario.resolve import resolve
from hoplon.scenario.schema import DEFAULT_RADIUS_KM, ScenarioFile

#: Where in its posterior the kill probability is held; no key of a scenario, but of every study.
KILL_QUANTILE = "command.kill_probability_quantile"
#: A kill probability that is simply stated stands in place of the count of tests.
STATED_KILL = "command.test_record.value"

#: What a file says about itself, or about values that are varied by their own paths.
_NOT_VARIED = (
    "format",
    "version",
    "name",
    "title",
    "question",
    "assumptions",
    "published_timeline",
    "catalogue",
    "left_out",
    "changes",
)
#: Of two keys that exclude each other the one that is varied stands.
_EITHER = {
    "apogee_km": "trajectory",
    "trajectory": "apogee_km",
    "mask_angle_deg": "mask",
    "mask": "mask_angle_deg",
}
_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")

Part = str | int


@dataclass(frozen=True, slots=True)
class Quantity:
    """One thing that can be varied.

    Attributes
    ----------
    path : str
        As the scenario writes it: ``raid[0].count``, ``missiles.nodong.payload_kg``.
    key : tuple of str and int
        The way to it in the scenario's file; empty for a catalogue value.
    cited : Cited or None
        The catalogue value with its range.
    whole : bool
        Whether only whole numbers make sense.
    """

    path: str
    key: tuple[Part, ...] = ()
    cited: Cited | None = None
    whole: bool = False


def parts(path: str) -> tuple[Part, ...]:
    """Split a path into keys and positions.

    Parameters
    ----------
    path : str
        ``raid[0].count`` and ``raid.0.count`` mean the same.

    Returns
    -------
    tuple of str and int
    """
    found: list[Part] = []
    for number, name in _PART.findall(path):
        found.append(int(number or name) if number or name.isdigit() else name)
    return tuple(found)


def is_raid_side(path: str) -> bool:
    """Say whether a path is one of what the attacker does: aim points, times, trajectories, numbers.

    Such quantities are varied over what a user states, and over nothing else.

    Parameters
    ----------
    path : str

    Returns
    -------
    bool
    """
    return parts(path)[:1] == ("raid",)


class Quantities:
    """All that can be varied in one scenario.

    Parameters
    ----------
    document : Document
        The scenario's file.

    Raises
    ------
    InputError
        If the scenario itself is wrong.
    """

    def __init__(self, document: Document) -> None:
        self.scenario = resolve(document)
        spec = validate(ScenarioFile, document.data, document)
        self._lines = [(line.name, line.missile) for line in spec.raid]
        found = [Quantity(path, cited=leaf) for path, leaf in self.scenario.cited().items()]
        for name in ScenarioFile.model_fields:
            if name not in _NOT_VARIED:
                found += _stated(getattr(spec, name), (name,))
        found += [Quantity(STATED_KILL, parts(STATED_KILL)), Quantity(KILL_QUANTILE)]
        self._known = {parts(quantity.path): quantity for quantity in reversed(found)}

    def find(self, path: str) -> Quantity:
        """Look a path up.

        Parameters
        ----------
        path : str
            Positions in brackets or between dots; a line of the raid also by its name or its missile.

        Returns
        -------
        Quantity

        Raises
        ------
        InputError
            If there is no such path, with the nearest one.
        """
        way = self._line_by_name(parts(path))
        if way not in self._known:
            raise InputError(f"'{path}' is nothing in this scenario", remedy=self._meant(path, way))
        return self._known[way]

    def _line_by_name(self, way: tuple[Part, ...]) -> tuple[Part, ...]:
        """Turn ``raid.nodong.count`` into ``raid[0].count``, where one line alone can be meant."""
        if len(way) < 2 or way[0] != "raid" or isinstance(way[1], int):
            return way
        for column in (0, 1):
            lines = [i for i, names in enumerate(self._lines) if names[column] == way[1]]
            if len(lines) == 1:
                return ("raid", lines[0], *way[2:])
            if lines:
                raise InputError(
                    f"{len(lines)} lines of the raid are of '{way[1]}'",
                    remedy=f"Write the number of the line, from 0: raid[{lines[0]}].",
                )
        return way

    def _meant(self, path: str, way: tuple[Part, ...]) -> str:
        """Say which path was meant: among those that share its beginning, else among all."""
        for shared in range(len(way) - 1, 0, -1):
            begun = [q.path for known, q in self._known.items() if known[:shared] == way[:shared]]
            if begun:
                hint = nearest(path, begun)
                return hint if hint.startswith("Did") else nearest(path, [key_text(way[:shared]), *begun])
        return nearest(path, [quantity.path for quantity in self._known.values()])


def _stated(value: Any, key: tuple[Part, ...], hint: Any = None) -> Iterator[Quantity]:
    """Walk what a scenario file states or could state; cited numbers have paths of their own."""
    if isinstance(value, Cited):
        return
    if key[-1] in value_limits() and not isinstance(value, str | int | float | type(None)):
        return
    yield Quantity(key_text(key), key, whole=_whole(value, hint))
    if isinstance(value, BaseModel):
        hints = typing.get_type_hints(type(value))
        for name, field in type(value).model_fields.items():
            yield from _stated(getattr(value, name), (*key, field.alias or name), hints.get(name))
    elif is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            yield from _stated(getattr(value, item.name), (*key, item.name))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _stated(item, (*key, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _stated(item, (*key, index))


def _whole(value: Any, hint: Any) -> bool:
    """Say whether only whole numbers are accepted: by the value that stands there, else by the format."""
    if value is not None:
        return isinstance(value, int) and not isinstance(value, bool)
    return int in _kinds(hint) and float not in _kinds(hint)


def _kinds(hint: Any) -> set[Any]:
    inner = typing.get_args(hint)
    return {hint}.union(*(_kinds(part) for part in inner)) if inner else {hint}


def changed(data: Mapping[str, Any], settings: Mapping[tuple[Part, ...], Any], why: str) -> dict[str, Any]:
    """Copy the data of a scenario file with some of it replaced.

    Parameters
    ----------
    data : mapping
    settings : mapping of tuple of str and int to object
        By the way to it; what is None is left out of the file.
    why : str
        Stands where the format asks for a reason.

    Returns
    -------
    dict
    """
    new = copy.deepcopy(dict(data))
    if isinstance(new.get("assets"), list):
        new["assets"] = {name: {"radius_km": DEFAULT_RADIUS_KM} for name in new["assets"]}
    for way, value in settings.items():
        if key_text(way) == STATED_KILL:
            new["command"]["test_record"] = {"value": value, "why": why}
            continue
        here: Any = new
        for part, after in pairwise(way):
            if isinstance(here, dict):
                here.setdefault(part, {})
            if isinstance(after, int) and not isinstance(here[part], list):
                here[part] = [here[part]]  # one aim point may be written without brackets
            here = here[part]
        if value is None and isinstance(here, dict):
            here.pop(way[-1], None)
            continue
        here[way[-1]] = copy.deepcopy(value)
        other = _EITHER.get(str(way[-1]))
        if other is not None and (*way[:-1], other) not in settings:
            here.pop(other, None)
    return new


def scenario_of(data: Mapping[str, Any], name: str) -> Scenario:
    """Resolve the data of a scenario file.

    Parameters
    ----------
    data : mapping
    name : str
        What to call it in messages.

    Returns
    -------
    Scenario
    """
    return resolve(Document(name, data, {}))
