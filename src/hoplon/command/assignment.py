"""Which interceptors at which threats: the least value that is expected to survive, and the proof of it.

The static problem: all shots are decided at once, nothing is seen in between. A threat of value V at which
x_i rounds of kind i are fired survives with probability prod (1 - p_i)^x_i; each kind has so many rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.command._kernels_assignment import greedy_sets
from hoplon.command.assignment_prices import Prices, cut, settle, spread
from hoplon.command.assignment_sets import SetPool
from hoplon.errors import InputError

#: Told how many of how many steps are done, and what is being done.
Progress = Callable[[int, int, str], None]
#: A gap below this is rounding.
EXACT = 1e-9
#: More sets than this are not listed for a proof.
MOST_SETS = 60_000
_STEPS = 4


@dataclass(frozen=True, slots=True, eq=False)
class AssignmentProblem:
    """Threats of some value, kinds of interceptor, and the chance of each against each.

    Attributes
    ----------
    value : array of float
        Of each target, from 0.
    kill_probability : array of float
        Of one round, by weapon kind, then by target; 0 where a kind cannot engage.
    rounds : int
        Of each kind.
    """

    value: NDArray[np.float64]
    kill_probability: NDArray[np.float64]
    rounds: int

    def __post_init__(self) -> None:
        """Check shapes and ranges.

        Raises
        ------
        InputError
        """
        value = np.asarray(self.value, dtype=float)
        probability = np.asarray(self.kill_probability, dtype=float)
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "kill_probability", probability)
        if value.ndim != 1 or not len(value):
            raise InputError(f"value has shape {value.shape}", remedy="Give one number for each target.")
        if probability.ndim != 2 or probability.shape[1] != len(value) or not len(probability):
            raise InputError(
                f"kill_probability has shape {probability.shape}",
                remedy=f"Give a row for each weapon kind with {len(value)} columns, one for each target.",
            )
        if not (np.isfinite(value).all() and (value >= 0.0).all()):
            raise InputError("value holds a number that is negative or not finite", remedy="Write from 0.")
        if not ((probability >= 0.0) & (probability <= 1.0)).all():
            raise InputError("kill_probability holds a number outside 0 to 1", remedy="Write from 0 to 1.")
        if self.rounds < 0:
            raise InputError(f"rounds is {self.rounds}", remedy="Write a number from 0.")

    def surviving_value(self, rounds: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the value that is expected to survive of each target.

        Parameters
        ----------
        rounds : array of int
            By weapon kind, then by target.

        Returns
        -------
        array of float
        """
        left: NDArray[np.float64] = self.value * np.prod((1.0 - self.kill_probability) ** rounds, axis=0)
        return left


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """Rounds at targets, what survives them, and what no assignment undercuts.

    Attributes
    ----------
    rounds : array of int
        By weapon kind, then by target.
    surviving_value : float
        Expected, summed over the targets.
    bound : float
        No assignment lets less survive.
    """

    rounds: NDArray[np.int64]
    surviving_value: float
    bound: float

    @property
    def gap(self) -> float:
        """How much of the surviving value could at most be saved by a better assignment, from 0 to 1."""
        if self.surviving_value <= 0.0:
            return 0.0
        return (self.surviving_value - self.bound) / self.surviving_value


def assign(
    problem: AssignmentProblem,
    *,
    gap: float = 0.0,
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
) -> Assignment:
    """Assign rounds to targets so that the least value is expected to survive.

    Parameters
    ----------
    problem : AssignmentProblem
    gap : float
        Enough once the gap is proven to be no larger.
    time_limit_s : float
        Of CPU time, about: where it ends the search, the answer can differ from machine to machine.
    progress : callable, optional

    Returns
    -------
    Assignment
        Feasible and with a valid bound whatever the time limit; optimal where its gap is 0.

    Notes
    -----
    Source: columns for sets of weapons at a target, after the formulations in Ahuja, Kumar, Jha and Orlin,
    Operations Research 55 (2007), 1136-1146. Prices of rounds bound the problem from below (Lagrange); the
    linear program over the sets found so far sharpens them until no further set is worth its price. Whole
    sets are then chosen by the open solver HiGHS. A set that costs more than the gap over the cheapest of its
    target can be in no better assignment: where the rest are few enough they are listed, and the best choice
    among them is the optimum.
    """
    end_s = time.process_time() + time_limit_s
    tell = progress or (lambda done, total, label: None)
    miss = np.ascontiguousarray(1.0 - problem.kill_probability.T)
    most = problem.rounds * problem.kill_probability.shape[0]
    count = np.zeros(miss.shape, dtype=np.int64)
    tell(0, _STEPS, "First assignment, one round after the other")
    greedy_sets(problem.value, miss, problem.rounds, count)
    best = _Best(problem, count)
    if most == 0 or best.value <= 0.0:
        return best.assignment(best.value)
    pool = SetPool(problem.value, miss, problem.rounds)
    pool.add_counts(np.zeros_like(count))
    pool.look_up = lambda: tell(1, _STEPS, "Prices of the rounds")
    first = cut(pool, best, spread(problem.value, miss, problem.rounds), gap, end_s - 0.8 * time_limit_s)
    prices = settle(pool, first, best, gap, end_s - 0.5 * time_limit_s)
    if best.within(prices.bound, gap):
        return best.assignment(prices.bound)
    pool.look_up = lambda: tell(2, _STEPS, "Whole sets")
    best.offer(pool.choose(0.25 * time_limit_s, gap)[0])
    if best.within(prices.bound, gap):
        return best.assignment(prices.bound)
    pool.look_up = lambda: tell(3, _STEPS, "Proof")
    return best.assignment(_prove(pool, prices, best, max(end_s - time.process_time(), 1.0), gap))


class _Best:
    """The best assignment so far."""

    def __init__(self, problem: AssignmentProblem, count: NDArray[np.int64]) -> None:
        self._problem = problem
        self.count = count
        self.value = float(problem.surviving_value(count.T).sum())

    def offer(self, count: NDArray[np.int64] | None) -> None:
        """Take an assignment if it is better; what it leaves unused is given away first."""
        if count is None:
            return
        greedy_sets(
            self._problem.value,
            np.ascontiguousarray(1.0 - self._problem.kill_probability.T),
            self._problem.rounds,
            count,
        )
        value = float(self._problem.surviving_value(count.T).sum())
        if value < self.value:
            self.value, self.count = value, count

    def within(self, bound: float, gap: float) -> bool:
        """Say whether a bound proves the gap."""
        return self.value - bound <= max(gap, EXACT) * self.value

    def assignment(self, bound: float) -> Assignment:
        """Return it with a bound; what is within rounding of it is it."""
        bound = min(max(bound, 0.0), self.value)
        if self.within(bound, 0.0):
            bound = self.value
        return Assignment(np.ascontiguousarray(self.count.T), self.value, bound)


def _prove(pool: SetPool, prices: Prices, best: _Best, time_limit_s: float, gap: float) -> float:
    """List every set that a better assignment could hold, choose among them, return the bound."""
    room = best.value - prices.bound
    slack = EXACT * best.value
    if not pool.list_near(prices.price, prices.lowest + room + slack, MOST_SETS):
        return prices.bound
    count, lower = pool.choose(time_limit_s, gap)
    best.offer(count)
    # Either a better assignment is made of the listed sets, or there is none.
    return max(prices.bound, min(best.value, lower))
