"""Sets of shots at one target: the cheapest at given prices, and all that are nearly as cheap.

A set costs the value that is expected to survive it plus the price of its rounds. Taken in fractions, rounds
are best bought in order of price for each unit of -ln(survival); that bounds what whole rounds can reach, and
a search in depth through rounds in this order leaves out what cannot be better.

Source: the relaxation of a separable problem with exponential returns, as in Ahuja, Kumar, Jha and Orlin,
Operations Research 55 (2007), 1136-1146, section 2; the search in depth is plain branch and bound.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel

#: A round that never misses would have an infinite return for its price: its bound counts this survival.
LEAST_SURVIVAL = 1e-18


@kernel
def relaxed(
    first: int,
    number: int,
    value: float,
    left: int,
    rounds: int,
    survival: NDArray[np.float64],
    price: NDArray[np.float64],
    ratio: NDArray[np.float64],
) -> float:
    """Return what surviving value and price sum to at least, with kinds from `first` to `number` in order.

    `left` rounds are left of the first kind, `rounds` of each other kind.
    """
    paid = 0.0
    for i in range(first, number):
        worth = ratio[i]
        if value <= worth:
            break
        several = left if i == first else rounds
        after = value * survival[i] ** several
        if after < worth:  # a fraction is best: down to where a further one is worth its price no more
            return float(paid + worth * (1.0 + math.log(value / worth)))
        paid += price[i] * several
        value = after
    return paid + value


@kernel
def order_rounds(
    value: float,
    miss: NDArray[np.float64],
    price: NDArray[np.float64],
    kinds: NDArray[np.int64],
    survival: NDArray[np.float64],
    cost: NDArray[np.float64],
    ratio: NDArray[np.float64],
) -> int:
    """Write the kinds that can pay at one target, the best return for its price first; return their number.

    With each its survival (bounded below), price, and price for each unit of -ln(survival).
    """
    number = 0
    for i in range(len(miss)):
        if miss[i] >= 1.0:
            continue
        least = max(miss[i], LEAST_SURVIVAL)
        worth = price[i] / -math.log(least)
        if worth >= value:
            continue
        at = number
        while at > 0 and ratio[at - 1] > worth:
            kinds[at], survival[at] = kinds[at - 1], survival[at - 1]
            cost[at], ratio[at] = cost[at - 1], ratio[at - 1]
            at -= 1
        kinds[at], survival[at], cost[at], ratio[at] = i, least, price[i], worth
        number += 1
    return number


@kernel
def outdone(
    i: int,
    rounds: int,
    count: NDArray[np.int64],
    survival: NDArray[np.float64],
    cost: NDArray[np.float64],
) -> bool:
    """Say whether a round of another kind that is left does at least as much as one of kind i for no more."""
    found = False
    for h in range(i):
        found = found or (count[h] < rounds and survival[h] <= survival[i] and cost[h] <= cost[i])
    return found


@kernel
def search_sets(
    value: float,
    miss: NDArray[np.float64],
    price: NDArray[np.float64],
    rounds: int,
    limit: float,
    keep_all: bool,
    most_nodes: int,
    tolerance: float,
    sets: NDArray[np.int32],
    values: NDArray[np.float64],
) -> tuple[int, float]:
    """Write the cheapest set of rounds at one target, or all sets not dearer than `limit`.

    Parameters
    ----------
    value, miss, price, rounds
        Of the target; survival of one round and price, by kind; rounds of each kind.
    limit
        What is dearer is left out.
    keep_all
        Whether every set within the limit is wanted, not the cheapest alone.
    most_nodes
        Where the search is given up.
    tolerance
        By how much a set must undercut the cheapest so far.
    sets, values
        Where sets go, one a row, kinds in any order and -1 behind them, and the surviving value of each.

    Returns
    -------
    number, bound
        Sets written, -1 if the search was given up or the room was too small; and what no set undercuts.
    """
    room = len(miss)
    kinds = np.empty(room, dtype=np.int64)
    survival, cost, ratio = np.empty(room), np.empty(room), np.empty(room)
    number = order_rounds(value, miss, price, kinds, survival, cost, ratio)
    most = sets.shape[1]
    chosen = np.zeros(most + 1, dtype=np.int64)
    nexts = np.zeros(most + 1, dtype=np.int64)
    remain = np.zeros(most + 1)
    paid = np.zeros(most + 1)
    count = np.zeros(room + 1, dtype=np.int64)
    floor = relaxed(0, number, value, rounds, rounds, survival, cost, ratio)
    remain[0] = value
    found = 0
    best = limit
    if value <= best:
        if len(values) == 0:
            return -1, floor
        sets[0, :] = -1
        values[0] = value
        found = 1
        if not keep_all:
            best = value
    depth, nodes = 0, 0
    while depth >= 0:
        i = nexts[depth]
        if i < number and count[i] >= rounds:
            nexts[depth] += 1
            continue
        done = i >= number
        if not done:
            lower = paid[depth] + relaxed(
                i, number, remain[depth], rounds - count[i], rounds, survival, cost, ratio
            )
            done = lower > best if keep_all else lower >= best - tolerance
        if done:
            depth -= 1
            if depth >= 0:
                count[chosen[depth]] -= 1
                nexts[depth] += 1
            continue
        if not keep_all and outdone(i, rounds, count, survival, cost):
            nexts[depth] += 1
            continue
        nodes += 1
        if depth == most or nodes > most_nodes:
            return -1, floor
        count[i] += 1
        chosen[depth] = i
        depth += 1
        remain[depth] = remain[depth - 1] * miss[kinds[i]]
        paid[depth] = paid[depth - 1] + cost[i]
        nexts[depth] = i
        total = remain[depth] + paid[depth]
        if total > best or (not keep_all and total == best):
            continue
        if keep_all:
            if found == len(values):
                return -1, floor
            row = found
            found += 1
        else:
            row, found, best = 0, 1, total
        sets[row, :] = -1
        for d in range(depth):
            sets[row, d] = kinds[chosen[d]]
        values[row] = remain[depth]
    return found, max(floor, best - tolerance)


@kernel
def cheapest_sets(
    value: NDArray[np.float64],
    miss: NDArray[np.float64],
    price: NDArray[np.float64],
    rounds: int,
    most_nodes: int,
    tolerance: float,
    sets: NDArray[np.int32],
    values: NDArray[np.float64],
    lowest: NDArray[np.float64],
) -> None:
    """Write the cheapest set at each target, its surviving value, and what no set at this target undercuts.

    `miss` is by target, then by kind. Where a search was given up, the cheapest set found stands in its row
    and the relaxation in `lowest`.
    """
    for j in range(len(value)):
        _, lowest[j] = search_sets(
            value[j],
            miss[j],
            price,
            rounds,
            value[j],
            False,
            most_nodes,
            tolerance,
            sets[j : j + 1],
            values[j : j + 1],
        )


@kernel
def near_sets(
    value: NDArray[np.float64],
    miss: NDArray[np.float64],
    price: NDArray[np.float64],
    rounds: int,
    most_nodes: int,
    limit: NDArray[np.float64],
    sets: NDArray[np.int32],
    values: NDArray[np.float64],
    targets: NDArray[np.int64],
) -> int:
    """Write all sets not dearer than each target's limit; return their number, -1 if it is too large."""
    number = 0
    for j in range(len(value)):
        found, _ = search_sets(
            value[j],
            miss[j],
            price,
            rounds,
            limit[j],
            True,
            most_nodes,
            0.0,
            sets[number:],
            values[number:],
        )
        if found < 0:
            return -1
        targets[number : number + found] = j
        number += found
    return number


@kernel
def greedy_sets(
    value: NDArray[np.float64], miss: NDArray[np.float64], rounds: int, count: NDArray[np.int64]
) -> None:
    """Take back rounds that there are not, where it costs least; then give the rest where it saves most.

    Changes `count`, which is by target, then by kind.
    """
    targets, kinds = miss.shape
    left = np.zeros(kinds, dtype=np.int64)
    remain = value.copy()
    for i in range(kinds):
        left[i] = rounds
        for j in range(targets):
            left[i] -= count[j, i]
            remain[j] *= miss[j, i] ** count[j, i]
    for i in range(kinds):
        while left[i] < 0:
            least, at = np.inf, -1
            for j in range(targets):
                if count[j, i] > 0:
                    count[j, i] -= 1
                    without = value[j]
                    for h in range(kinds):
                        without *= miss[j, h] ** count[j, h]
                    count[j, i] += 1
                    if without - remain[j] < least:
                        least, at = without - remain[j], j
            count[at, i] -= 1
            left[i] += 1
            remain[at] += least
    saving = np.zeros(targets)  # of the best further round at each target, and its kind
    kind = np.full(targets, -1)
    while True:
        best, at = 0.0, -1
        for j in range(targets):
            if kind[j] < 0 or left[kind[j]] < 1:
                saving[j], kind[j] = 0.0, 0
                for i in range(kinds):
                    if left[i] > 0 and remain[j] * (1.0 - miss[j, i]) > saving[j]:
                        saving[j], kind[j] = remain[j] * (1.0 - miss[j, i]), i
            if saving[j] > best:
                best, at = saving[j], j
        if at < 0:
            return
        by = kind[at]
        count[at, by] += 1
        left[by] -= 1
        remain[at] *= miss[at, by]
        kind[at] = -1
