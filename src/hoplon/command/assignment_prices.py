"""Prices of rounds: what a round of each kind is worth elsewhere, and the bound that prices give."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hoplon.command._kernels_assignment import LEAST_SURVIVAL, cheapest_sets
from hoplon.command.assignment_sets import SetPool

#: The first prices need not be the best: they only fill the pool with useful sets.
_SPREADS = 200
_STEPS, _PATIENCE, _SHORTEST, _REPAIR_EVERY = 300, 6, 0.003, 5
#: So many of the cheapest sets of each target stay in the pool then.
_KEPT = 20
#: How far the next prices asked stay with the best so far, on the way to those of the linear program.
_INERTIA = 0.7
_ROUNDS = 300
#: The searches for the cheapest sets share out so many nodes between the targets, and a set must save such a
#: share of a target's part of what survives to count; both cost the bound, the second at most that share.
_QUICK = (60_000, 1e-5)
_THOROUGH = (4_000_000, 1e-8)


class BestSoFar(Protocol):
    """What knows the least surviving value so far, and takes offers."""

    value: float

    def offer(self, count: NDArray[np.int64] | None) -> None:
        """Take an assignment if it is better."""

    def within(self, bound: float, gap: float) -> bool:
        """Say whether a bound proves a gap."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Prices of rounds and what they prove.

    Attributes
    ----------
    price : array of float
        Of a round of each kind, from 0.
    lowest : array of float
        What surviving value and price of a set sum to at least, by target.
    bound : float
        What no assignment undercuts: the sum of `lowest` less the price of all rounds.
    """

    price: NDArray[np.float64]
    lowest: NDArray[np.float64]
    bound: float


def _ask(
    pool: SetPool, price: NDArray[np.float64], value: float, effort: tuple[int, float]
) -> tuple[Prices, NDArray[np.int32], int]:
    """Return what prices prove, the cheapest sets at them, and how many of these are new to the pool."""
    targets = len(pool.value)
    most = min(pool.rounds * len(price), 400)
    sets = np.full((targets, most), -1, dtype=np.int32)
    surviving, lowest = pool.value.copy(), np.empty(targets)
    nodes, share = effort
    worth = share * value / targets
    most_nodes = max(nodes // targets, 500)
    cheapest_sets(pool.value, pool.miss, price, pool.rounds, most_nodes, worth, sets, surviving, lowest)
    used = sets[:, : max(1, int((sets >= 0).sum(axis=1).max()))]
    new = pool.add(np.arange(targets), used, surviving)
    return Prices(price, lowest, float(lowest.sum() - pool.rounds * price.sum())), used, new


def spread(value: NDArray[np.float64], miss: NDArray[np.float64], rounds: int) -> NDArray[np.float64]:
    """Return the prices at which rounds would trade if they could be spread over targets in fractions.

    Parameters
    ----------
    value : array of float
        Of each target.
    miss : array of float
        Survival of one round, by target, then by kind.
    rounds : int
        Of each kind.

    Returns
    -------
    array of float
        Of a round of each kind: prices to start from.

    Notes
    -----
    Source: exponentiated gradient (Kivinen and Warmuth, Information and Computation 132 (1997), 1-63) on the
    convex relaxation: each kind's rounds move to where a further one saves more, by a factor at a time.
    """
    effect = -np.log(np.maximum(miss, LEAST_SURVIVAL))
    able = effect.max(axis=0) > 0.0
    share = np.where(effect > 0.0, 1.0, 0.0)
    share *= rounds / np.maximum(share.sum(axis=0), 1.0)
    price = np.zeros(miss.shape[1])
    for _ in range(_SPREADS):
        saved = effect * (value * np.exp(-(effect * share).sum(axis=1)))[:, None]
        price = (share * saved).sum(axis=0) / rounds
        share *= np.sqrt(saved / np.where(price > 0.0, price, 1.0))
        share *= np.where(able, rounds / np.maximum(share.sum(axis=0), 1e-300), 0.0)
    return price


def cut(pool: SetPool, best: BestSoFar, price: NDArray[np.float64], gap: float, until_s: float) -> Prices:
    """Find first prices by subgradient steps, filling the pool and finding assignments on the way.

    Parameters
    ----------
    pool : SetPool
    best : BestSoFar
        Is offered what repairing the cheapest sets gives.
    price : array of float
        To start from.
    gap : float
        Enough once proven.
    until_s : float
        When to end, on the clock of CPU time.

    Returns
    -------
    Prices

    Notes
    -----
    Source: Held, Wolfe and Crowder, Mathematical Programming 6 (1974), 62-88: the step goes along demand less
    supply, as long as its square and the distance to a known value say, and is shortened when it stalls.
    """
    kinds = pool.miss.shape[1]
    found: Prices | None = None
    length, stalled = 1.0, 0
    for step in range(_STEPS):
        pool.look_up()
        asked, sets, _ = _ask(pool, price, best.value, _QUICK)
        if found is None or asked.bound > found.bound:
            stalled = 0 if found is None or asked.bound - found.bound > 1e-4 * best.value else stalled + 1
            found = asked
        else:
            stalled += 1
        if stalled > _PATIENCE:
            length, stalled, price = 0.5 * length, 0, found.price
        if step % _REPAIR_EVERY == 0:
            best.offer(_counts(sets, kinds))
        slope = np.bincount(sets[sets >= 0], minlength=kinds) - float(pool.rounds)
        slope[(price <= 0.0) & (slope < 0.0)] = 0.0
        steepness = float(slope @ slope)
        if length < _SHORTEST or steepness == 0.0 or best.within(found.bound, gap):
            break
        if time.process_time() > until_s:
            break
        price = np.maximum(price + length * (best.value - asked.bound) / steepness * slope, 0.0)
    assert found is not None
    pool.thin(found.price, _KEPT)
    return found


def _counts(sets: NDArray[np.int32], kinds: int) -> NDArray[np.int64]:
    count = np.zeros((len(sets), kinds), dtype=np.int64)
    rows, columns = np.nonzero(sets >= 0)
    np.add.at(count, (rows, sets[rows, columns]), 1)
    return count


def settle(pool: SetPool, first: Prices, best: BestSoFar, gap: float, until_s: float) -> Prices:
    """Generate columns until no set is worth its price: the best bound that prices can give.

    Parameters
    ----------
    pool : SetPool
    first : Prices
    best : BestSoFar
        Is offered what rounding finds.
    gap : float
        Enough once proven.
    until_s : float
        When to end, on the clock of CPU time.

    Returns
    -------
    Prices

    Notes
    -----
    Source of the inertia: Wentges, International Transactions in Operational Research 4 (1997), 151-162.
    """
    found = first
    for _ in range(_ROUNDS):
        pool.look_up()
        relaxed, price, share = pool.relax()
        best.offer(pool.whole(share))
        new = 0
        for inertia in (_INERTIA, 0.0):
            between = inertia * found.price + (1.0 - inertia) * price
            asked, sets, new = _ask(pool, between, best.value, _THOROUGH)
            best.offer(_counts(sets, len(price)))
            if asked.bound > found.bound:
                found = asked
            if new:
                break
        settled = new == 0 or relaxed - found.bound <= 1e-8 * relaxed
        if settled or best.within(found.bound, gap) or time.process_time() > until_s:
            break
    return found
