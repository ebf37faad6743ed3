"""The door for a user's own filter or associator; ours come in through it too.

A package of your own declares an entry point, and its name can be used wherever ours can::

    [project.entry-points."hoplon.filters"]
    my_filter = "my_package:MyFilter"

    [project.entry-points."hoplon.associators"]
    my_associator = "my_package:MyAssociator"

A filter is made with the sequence of sites, ``MyFilter(sites)``, an associator with nothing,
``MyAssociator()``. Without a package, `register` does the same for the running process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.sites import Site
from hoplon.errors import InputError

Array = NDArray[np.float64]

FILTERS = "hoplon.filters"
ASSOCIATORS = "hoplon.associators"

#: Declared in pyproject.toml, and here for a source tree that was never installed.
BUILT_IN = {
    FILTERS: {
        "ekf": "hoplon.track.ekf:ExtendedKalmanFilter",
        "ukf": "hoplon.track.ukf:UnscentedKalmanFilter",
    },
    ASSOCIATORS: {
        "gnn": "hoplon.track.associators:GlobalNearestNeighbour",
        "jpda": "hoplon.track.associators:JointProbabilistic",
    },
}
_registered: dict[str, dict[str, Callable[..., Any]]] = {FILTERS: {}, ASSOCIATORS: {}}


@dataclass(frozen=True, slots=True)
class Pairs:
    """What an associator gets to see of one scan.

    Attributes
    ----------
    distance2 : array, shape (tracks, detections)
        Squared Mahalanobis distances; infinite outside the gate.
    log_ratio : array, shape (tracks, detections)
        Logarithm of the likelihood of a detection given the track, times the probability of detection, over
        the density of clutter; minus infinity outside the gate.
    missed : float
        Probability that an object has no detection inside its gate.
    gate : float
        Largest squared Mahalanobis distance.
    """

    distance2: Array
    log_ratio: Array
    missed: float
    gate: float


@runtime_checkable
class Associator(Protocol):
    """Decides which detection belongs to which track."""

    def associate(self, pairs: Pairs) -> Array:
        """Return the probability of each pair, shape (tracks, detections + 1); the last column is "none".

        Parameters
        ----------
        pairs : Pairs

        Returns
        -------
        array
            Not negative; each row sums to one. Zeros and ones are a hard decision.
        """
        ...


@runtime_checkable
class Filter(Protocol):
    """Follows one object: position and velocity in the Earth-fixed frame, m and m/s, and their covariance."""

    def predict(self, x: Array, p: Array, dt_s: float) -> tuple[Array, Array]:
        """Carry a state over a time.

        Parameters
        ----------
        x, p : array, shape (6,) and (6, 6)
        dt_s : float

        Returns
        -------
        x, p : array
        """
        ...

    def update(self, x: Array, p: Array, z_row: Array, site_index: int) -> tuple[Array, Array, float, float]:
        """Take a detection in.

        Parameters
        ----------
        x, p : array, shape (6,) and (6, 6)
        z_row : array, shape (6,)
            Range (m), azimuth, elevation (rad) and their standard deviations.
        site_index : int

        Returns
        -------
        x, p : array
        distance2, logdet : float
            Squared Mahalanobis distance of the detection, and logarithm of the determinant of its predicted
            covariance: what pairs are judged by.
        """
        ...


def register(group: str, name: str, factory: Callable[..., Any]) -> None:
    """Offer a filter or an associator under a name, in this process only.

    Parameters
    ----------
    group : str
        `FILTERS` or `ASSOCIATORS`.
    name : str
    factory : callable
        Takes the sites (a filter) or nothing (an associator).
    """
    _registered[group][name] = factory


def names(group: str) -> list[str]:
    """List what can be asked for by name.

    Parameters
    ----------
    group : str
        `FILTERS` or `ASSOCIATORS`.

    Returns
    -------
    list of str
    """
    return sorted(
        {*BUILT_IN[group], *_registered[group], *(point.name for point in entry_points(group=group))}
    )


def _load(group: str, name: str, *given: Any) -> tuple[Any, str]:
    kind = "filter" if group == FILTERS else "associator"
    if name in _registered[group]:
        factory, label = _registered[group][name], f"{kind} {name!r} (registered in code)"
    else:
        points = [point for point in entry_points(group=group) if point.name == name]
        if not points and name in BUILT_IN[group]:
            points = [EntryPoint(name, BUILT_IN[group][name], group)]
        if not points:
            close = get_close_matches(name, names(group), 1)
            raise InputError(
                f"there is no {kind} {name!r}",
                where=f"entry points {group}",
                remedy=f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(names(group))}.",
            )
        label = f"{kind} {name!r} (entry point {points[0].value})"
        try:
            factory = points[0].load()
        except Exception as error:
            raise InputError(f"{label} cannot be imported: {error}", where=group) from error
    try:
        made = factory(*given)
    except Exception as error:
        raise InputError(f"{label} cannot be made: {error}", where=group) from error
    if not isinstance(made, Filter if group == FILTERS else Associator):
        verbs = "predict and update" if group == FILTERS else "associate"
        raise InputError(f"{label} made a {type(made).__name__} without {verbs}", where=group)
    return made, label


class CheckedFilter:
    """A filter whose answers are looked at before they are believed.

    Parameters
    ----------
    name : str
    sites : sequence of Site

    Raises
    ------
    InputError
        If there is none of this name or it cannot be made; later, if it returns what no filter may.
    """

    def __init__(self, name: str, sites: Sequence[Site]) -> None:
        self._filter, self._label = _load(FILTERS, name, sites)

    def predict(self, x: Array, p: Array, dt_s: float) -> tuple[Array, Array]:
        """Carry a state over a time (`Filter.predict`)."""
        answer = self._filter.predict(x, p, dt_s)
        if not (isinstance(answer, tuple) and len(answer) == 2 and _is_state(*answer)):
            self._refuse("predict", "x (6,) and p (6, 6), finite", answer)
        return answer[0], answer[1]

    def update(self, x: Array, p: Array, z_row: Array, site_index: int) -> tuple[Array, Array, float, float]:
        """Take a detection in (`Filter.update`)."""
        answer = self._filter.update(x, p, z_row, site_index)
        good = isinstance(answer, tuple) and len(answer) == 4 and _is_state(*answer[:2])
        if not (good and np.isfinite(answer[2]) and answer[2] >= 0.0 and np.isfinite(answer[3])):
            self._refuse("update", "x (6,), p (6, 6), a squared distance and a logarithm, finite", answer)
        return answer[0], answer[1], float(answer[2]), float(answer[3])

    def _refuse(self, verb: str, wanted: str, answer: Any) -> None:
        raise InputError(f"{self._label}: {verb} returned {_short(answer)}", remedy=f"Return {wanted}.")


class CheckedAssociator:
    """An associator whose answers are looked at before they are believed.

    Parameters
    ----------
    name : str

    Raises
    ------
    InputError
        If there is none of this name or it cannot be made; later, if it returns what no associator may.
    """

    def __init__(self, name: str) -> None:
        self._associator, self._label = _load(ASSOCIATORS, name)

    def associate(self, pairs: Pairs) -> Array:
        """Return the probability of each pair (`Associator.associate`)."""
        answer = self._associator.associate(pairs)
        tracks, detections = pairs.distance2.shape
        try:
            table = np.asarray(answer, dtype=np.float64)
        except (TypeError, ValueError):
            table = np.empty(0)
        if table.shape != (tracks, detections + 1):
            wanted = f"an array of shape ({tracks}, {detections + 1})"
        elif not (np.all(table >= 0.0) and np.allclose(table.sum(axis=1), 1.0, atol=1e-6)):
            wanted = "probabilities, each row with the sum 1"
        elif np.any(table[:, :-1][~np.isfinite(pairs.distance2)] > 0.0):
            wanted = "no probability for pairs outside the gate"
        else:
            return table
        raise InputError(f"{self._label}: associate returned {_short(answer)}", remedy=f"Return {wanted}.")


def _is_state(x: Any, p: Any) -> bool:
    try:
        x, p = np.asarray(x, dtype=np.float64), np.asarray(p, dtype=np.float64)
    except (TypeError, ValueError):
        return False
    return bool(x.shape == (6,) and p.shape == (6, 6) and np.isfinite(x).all() and np.isfinite(p).all())


def _short(answer: Any) -> str:
    text = " ".join(repr(answer).split())
    return text if len(text) <= 120 else text[:117] + "..."
