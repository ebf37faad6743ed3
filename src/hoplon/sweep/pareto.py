"""Which of several choices are not worse in every respect than another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Point:
    """A set of options and what it comes to.

    Attributes
    ----------
    chosen : int
        The set, as a bit mask.
    cost_jpy : float
    leakage : float
        Share of the attacking missiles that get through.
    protected : float
        People on whom nothing falls.
    detail : object
        Whatever else the computation gave; it plays no part in comparisons.
    """

    chosen: int
    cost_jpy: float
    leakage: float
    protected: float
    detail: Any = None


def losses(points: Sequence[Point]) -> NDArray[np.float64]:
    """Return cost, leakage and people less than none protected, (n, 3): of each, less is better."""
    return np.array([(p.cost_jpy, p.leakage, -p.protected) for p in points], dtype=np.float64).reshape(-1, 3)


def dominated(loss: NDArray[np.float64], by: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which points are no better in any respect than one of many, and worse in at least one.

    Parameters
    ----------
    loss : array, shape (m, 3)
    by : array, shape (n, 3)

    Returns
    -------
    array of bool, shape (m,)
    """
    one, other = loss[:, None, :], by[None, :, :]
    no_worse = np.asarray((other <= one).all(axis=2))
    better = np.asarray((other < one).any(axis=2))
    return np.asarray(np.any(no_worse & better, axis=1), dtype=np.bool_)


def pareto_front(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points that no other dominates.

    Parameters
    ----------
    points : sequence of Point

    Returns
    -------
    tuple of Point
        From the cheapest to the dearest; all of several that are equal in every respect.

    Notes
    -----
    Source: Ehrgott, *Multicriteria Optimization* (2nd ed. 2005), section 2.1.
    """
    loss = losses(points)
    order = np.lexsort((loss[:, 2], loss[:, 1], loss[:, 0]))
    kept: list[int] = []
    front = np.empty((0, 3))
    for place in order.tolist():
        # Whatever dominates it comes before it in this order, and is then on the front or behind it.
        if not dominated(loss[place, None], front)[0]:
            kept.append(place)
            front = np.vstack([front, loss[place]])
    return tuple(points[place] for place in kept)


def shortfall(loss: NDArray[np.float64], points: NDArray[np.float64], people: float) -> NDArray[np.float64]:
    """Return by how much the best of many that cost no more falls short of each of some points.

    Parameters
    ----------
    loss : array, shape (m, 3)
    points : array, shape (n, 3)
    people : float
        In all; a shortfall of people counts as a share of them.

    Returns
    -------
    array, shape (m,)
        The larger of the shortfalls in leakage and in the share of people protected, least over the points;
        infinite where none costs as little.
    """
    one, other = loss[:, None, :], points[None, :, :]
    people_short = (other[..., 2] - one[..., 2]) / max(people, 1.0)
    short = np.maximum(other[..., 1] - one[..., 1], people_short)
    short = np.where(other[..., 0] <= one[..., 0], short, np.inf)
    return np.asarray(np.maximum(short.min(axis=1, initial=np.inf), 0.0), dtype=np.float64)
