"""The list of checks, and how one is run: a crash is a failed line, and there is no way to skip."""

from __future__ import annotations

import csv
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from hoplon.verification.model import Line


@dataclass(frozen=True, slots=True)
class Check:
    """A group of lines with one source.

    Attributes
    ----------
    name : str
        Short, unique; what ``--only`` takes.
    source : str
        Shown with each line.
    lines : callable
        Yields the lines.
    """

    name: str
    source: str
    lines: Callable[[], Iterable[Line]]

    def run(self) -> Iterator[Line]:
        """Yield the lines; a check that raises, or that yields nothing, yields a failed one.

        Yields
        ------
        Line
        """
        number = 0
        try:
            for line in self.lines():
                number += 1
                yield replace(line, check=self.name, source=line.source or self.source)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            yield self._failed(f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})")
            return
        if not number:
            yield self._failed("the check compared nothing")

    def _failed(self, why: str) -> Line:
        nan = float("nan")
        return Line(self.name, self.source, "the check itself", "", nan, nan, nan, crash=why)


def line(
    quantity: str,
    unit: str,
    published: float,
    computed: float,
    tolerance: float,
    *,
    source: str = "",
    note: str = "",
    explained: str = "",
) -> Line:
    """Make a line; the check adds its own name and, where none is given, its source.

    Parameters
    ----------
    quantity, unit : str
    published, computed, tolerance : float
    source, note, explained : str, optional
        See `Line`.

    Returns
    -------
    Line
    """
    return Line(
        "",
        source,
        quantity,
        unit,
        float(published),
        float(computed),
        float(tolerance),
        note,
        explained=explained,
    )


def between(
    quantity: str,
    unit: str,
    published: float,
    computed: float,
    low: float,
    high: float,
    *,
    source: str = "",
    note: str = "",
    explained: str = "",
) -> Line:
    """Make a line whose number has to lie between two others.

    Parameters
    ----------
    quantity, unit : str
    published, computed : float
        `published` may be nan where only the ends are known.
    low, high : float
    source, note, explained : str, optional
        See `Line`.

    Returns
    -------
    Line
    """
    made = line(
        quantity, unit, published, computed, float("nan"), source=source, note=note, explained=explained
    )
    return replace(made, low=float(low), high=float(high))


def listed(quantity: str, why: str, *, source: str = "") -> Line:
    """Make a line for what cannot be compared, with the reason.

    Parameters
    ----------
    quantity, why : str
    source : str, optional

    Returns
    -------
    Line
    """
    nan = float("nan")
    return line(quantity, "", nan, nan, nan, source=source, explained=why)


def read_table(name: str) -> list[dict[str, str]]:
    """Read a CSV file of outside numbers; lines that start with # are its source.

    Parameters
    ----------
    name : str
        File name inside the package's data folder.

    Returns
    -------
    list of dict
        One for each row, as text.
    """
    text = (files("hoplon.verification") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(row for row in text.splitlines() if not row.startswith("#")))


def read_yaml(name: str) -> Any:
    """Read a YAML file of outside numbers.

    Parameters
    ----------
    name : str
        File name inside the package's data folder.

    Returns
    -------
    object
    """
    import yaml

    return yaml.safe_load((files("hoplon.verification") / "data" / name).read_text(encoding="utf-8"))


def half_a_unit(text: str) -> float:
    """Half a unit of the last digit that is printed.

    Parameters
    ----------
    text : str
        A number as printed.

    Returns
    -------
    float

    Examples
    --------
    >>> half_a_unit("42.08")
    0.005
    """
    decimals = len(text.partition(".")[2])
    return 0.5 * 10.0**-decimals
