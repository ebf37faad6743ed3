"""The door for a user's own doctrine; ours come in through it too.

A package of your own declares an entry point, and its name can be written in a scenario::

    [project.entry-points."hoplon.doctrines"]
    my_doctrine = "my_package:MyDoctrine"

A doctrine is made with the options that the scenario gives it, ``MyDoctrine(salvo=2)``. Without a package,
`register` does the same for the running process.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import numpy as np

from hoplon.command.doctrine import Doctrine, ShotState
from hoplon.errors import InputError, nearest

GROUP = "hoplon.doctrines"

#: Declared in pyproject.toml, and here for a source tree that was never installed.
BUILT_IN = {
    "salvo": "hoplon.command.doctrine:Salvo",
    "shoot_look_shoot": "hoplon.command.doctrine:ShootLookShoot",
    "shoot_shoot_look": "hoplon.command.doctrine:ShootShootLook",
    "hold_for_lower_layer": "hoplon.command.doctrine:HoldForLowerLayer",
    "save_the_inventory": "hoplon.command.doctrine:SaveTheInventory",
    "barrage": "hoplon.command.doctrine:Barrage",
}
_registered: dict[str, Callable[..., Any]] = {}


class DoctrineError(Exception):
    """A doctrine has raised an exception, or answered what is no number of shots."""


def register(name: str, factory: Callable[..., Any]) -> None:
    """Offer a doctrine under a name, in this process only.

    Parameters
    ----------
    name : str
    factory : callable
        Takes the options of the scenario by name.
    """
    _registered[name] = factory


def names() -> list[str]:
    """List the doctrines that a scenario can name.

    Returns
    -------
    list of str
    """
    return sorted({*BUILT_IN, *_registered, *(point.name for point in entry_points(group=GROUP))})


def options_of(name: str) -> tuple[list[str], bool]:
    """Return what a doctrine can be told.

    Parameters
    ----------
    name : str

    Returns
    -------
    options : list of str
    any_other : bool
        Whether it takes options of any name.

    Raises
    ------
    InputError
        If there is no such doctrine, or it cannot be imported.
    """
    factory, _ = _find(name)
    try:
        parameters = inspect.signature(factory).parameters.values()
    except (TypeError, ValueError):
        return [], True
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    return named, any(p.kind is p.VAR_KEYWORD for p in parameters)


def make_doctrine(name: str, options: Mapping[str, Any]) -> CheckedDoctrine:
    """Make a doctrine.

    Parameters
    ----------
    name : str
    options : mapping of str to object

    Returns
    -------
    CheckedDoctrine

    Raises
    ------
    InputError
        If there is none of this name, or it cannot be made with these options.
    """
    factory, label = _find(name)
    known, any_other = options_of(name)
    for option in options:
        if option not in known and not any_other:
            remedy = nearest(option, known) if known else "It has none: remove it."
            raise InputError(f"doctrine '{name}' has no option '{option}'", where=option, remedy=remedy)
    needed = [
        p.name
        for p in (inspect.signature(factory).parameters.values() if known else ())
        if p.name in known and p.default is p.empty and p.name not in options
    ]
    if needed:
        raise InputError(
            f"doctrine '{name}' lacks {' and '.join(needed)}",
            remedy=f"Write doctrine: {{name: {name}, {', '.join(f'{option}: …' for option in needed)}}}.",
        )
    try:
        made = factory(**options)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{label} cannot be made: {error}") from error
    if not isinstance(made, Doctrine):
        raise InputError(
            f"{label} made a {type(made).__name__} without shots_now",
            remedy="A doctrine has a method shots_now(state).",
        )
    return CheckedDoctrine(made, label)


def _find(name: str) -> tuple[Callable[..., Any], str]:
    if name in _registered:
        return _registered[name], f"doctrine '{name}' (registered in code)"
    points = [EntryPoint(name, BUILT_IN[name], GROUP)] if name in BUILT_IN else []
    if not points:
        points = [point for point in entry_points(group=GROUP) if point.name == name]
    if not points:
        raise InputError(f"there is no doctrine '{name}'", remedy=nearest(name, names()))
    label = f"doctrine '{name}' (entry point {points[0].value})"
    try:
        factory: Callable[..., Any] = points[0].load()
    except Exception as error:
        raise InputError(f"{label} cannot be imported: {error}") from error
    return factory, label


class CheckedDoctrine:
    """A doctrine whose answers are looked at before anything is fired.

    Parameters
    ----------
    doctrine : Doctrine
    label : str
        What it is called where it fails.
    """

    def __init__(self, doctrine: Doctrine, label: str) -> None:
        self._doctrine = doctrine
        self._label = label

    def __repr__(self) -> str:
        return f"CheckedDoctrine({self._doctrine!r})"

    def shots_now(self, state: ShotState) -> int:
        """Return how many interceptors to launch at this track now (`Doctrine.shots_now`).

        Parameters
        ----------
        state : ShotState

        Returns
        -------
        int

        Raises
        ------
        DoctrineError
            If the doctrine raises an exception, or its answer is not a whole number from 0.
        """
        try:
            answer: object = self._doctrine.shots_now(state)
        except Exception as error:
            raise DoctrineError(f"{self._label} raised {type(error).__name__}: {error}") from error
        if type(answer) is int and answer >= 0:
            return answer
        if isinstance(answer, np.integer) and answer >= 0:
            return int(answer)
        raise DoctrineError(f"{self._label} answered {repr(answer)[:60]}, not a whole number from 0")
