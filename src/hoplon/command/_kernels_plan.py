"""Launches over batteries and time slots: the best plan for shots of fixed worth, and its prices.

A row is a shot at a threat, a cell a slot of a battery; each cell takes one shot and each battery has its
stock. Rows are put in one by one along shortest augmenting paths in the residual network, with prices of
cells and batteries as potentials, so that the plan is optimal for the rows that are in.

Source: successive shortest paths with potentials (Ahuja, Magnanti and Orlin, Network Flows, 1993, chapter 9)
on the network row, cell, battery.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel

NOBODY = -1
#: How a cell was reached: from its battery, whose stock another cell takes over.
BY_BATTERY = -2


@kernel
def insert_shot(
    row: int,
    shots: int,
    first: NDArray[np.int64],
    where: NDArray[np.int64],
    gain: NDArray[np.float64],
    factor: NDArray[np.float64],
    battery: NDArray[np.int64],
    stock: NDArray[np.int64],
    cell_of: NDArray[np.int64],
    row_of: NDArray[np.int64],
    used: NDArray[np.int64],
    cell_price: NDArray[np.float64],
    stock_price: NDArray[np.float64],
    profit: NDArray[np.float64],
) -> None:
    """Put one row into the plan, moving or dropping others where that saves more; in place.

    Each threat has `shots` rows. What a shot from cell `where[e]` is worth is `gain[e]`, with e from
    `first[threat]` to the next threat's, times the row's factor. Of a free cell, the price that counts is its
    battery's. `profit` is what each row is worth beyond the prices it pays.
    """
    cells, batteries = len(battery), len(stock)
    reach_cell = np.full(cells, np.inf)
    reach_battery = np.full(batteries, np.inf)
    from_row = np.full(cells, NOBODY)
    from_cell = np.full(batteries, NOBODY)
    done_cell = np.zeros(cells, dtype=np.bool_)
    done_battery = np.zeros(batteries, dtype=np.bool_)
    open_cells = np.empty(cells, dtype=np.int64)  # reached, not done
    number = 0
    threat = row // shots
    best = 0.0
    for e in range(first[threat], first[threat + 1]):
        c = where[e]
        price = cell_price[c] if row_of[c] >= 0 else stock_price[battery[c]]
        best = max(best, factor[row] * gain[e] - price)
    profit[row] = best
    at, distance = row, 0.0
    end, ending = best, row  # a row that is dropped ends the path, and so does a battery with stock left
    end_battery = NOBODY
    while True:
        if at >= 0:  # look from a row at all cells
            threat = at // shots
            for e in range(first[threat], first[threat + 1]):
                c = where[e]
                if not done_cell[c]:
                    price = cell_price[c] if row_of[c] >= 0 else stock_price[battery[c]]
                    step = max(profit[at] - factor[at] * gain[e] + price, 0.0)
                    if distance + step < min(reach_cell[c], end):
                        if from_row[c] == NOBODY:
                            open_cells[number] = c
                            number += 1
                        reach_cell[c] = distance + step
                        from_row[c] = at
        next_cell, next_battery, distance = NOBODY, NOBODY, end
        place = 0
        for i in range(number):
            if reach_cell[open_cells[i]] < distance:
                next_cell, distance, place = open_cells[i], reach_cell[open_cells[i]], i
        for b in range(batteries):
            if not done_battery[b] and reach_battery[b] <= distance and reach_battery[b] < end:
                next_battery, distance = b, reach_battery[b]
        at = NOBODY
        if next_battery >= 0:
            done_battery[next_battery] = True
            if used[next_battery] < stock[next_battery]:
                end, end_battery = distance, next_battery
                break
            for c in range(cells):
                if battery[c] == next_battery and row_of[c] >= 0 and not done_cell[c]:
                    step = max(cell_price[c] - stock_price[next_battery], 0.0)
                    if distance + step < min(reach_cell[c], end):
                        if from_row[c] == NOBODY:
                            open_cells[number] = c
                            number += 1
                        reach_cell[c] = distance + step
                        from_row[c] = BY_BATTERY
        elif next_cell >= 0:
            done_cell[next_cell] = True
            number -= 1
            open_cells[place] = open_cells[number]
            if row_of[next_cell] >= 0:
                at = row_of[next_cell]
                if distance + profit[at] < end:
                    end, ending = distance + profit[at], at
            elif distance < reach_battery[battery[next_cell]]:
                reach_battery[battery[next_cell]] = distance
                from_cell[battery[next_cell]] = next_cell
        else:
            break
    # Prices rise by what the path fell short of reaching the end.
    profit[row] -= end
    for c in range(cells):
        if row_of[c] < 0:
            cell_price[c] = stock_price[battery[c]]
        if reach_cell[c] < end:
            if row_of[c] >= 0:
                profit[row_of[c]] -= end - reach_cell[c]
            cell_price[c] += end - reach_cell[c]
    for b in range(batteries):
        if reach_battery[b] < end:
            stock_price[b] += end - reach_battery[b]
    # Walk back: each cell on the path goes to the row that reached it.
    if end_battery >= 0:
        used[end_battery] += 1
        cell = from_cell[end_battery]
    elif ending == row:
        return
    else:
        cell = cell_of[ending]
        cell_of[ending] = NOBODY
        row_of[cell] = NOBODY
        if from_row[cell] == BY_BATTERY:
            cell = from_cell[battery[cell]]
    while True:
        taker = from_row[cell]
        left = cell_of[taker]
        row_of[cell] = taker
        cell_of[taker] = cell
        if taker == row:
            return
        cell = left
        if from_row[cell] == BY_BATTERY:
            row_of[cell] = NOBODY
            cell = from_cell[battery[cell]]


@kernel
def insert_shots(
    shots: int,
    order: NDArray[np.int64],
    first: NDArray[np.int64],
    where: NDArray[np.int64],
    gain: NDArray[np.float64],
    factor: NDArray[np.float64],
    battery: NDArray[np.int64],
    stock: NDArray[np.int64],
    cell_of: NDArray[np.int64],
    cell_price: NDArray[np.float64],
    stock_price: NDArray[np.float64],
) -> float:
    """Plan all rows; write each row's cell, and prices beyond the stock's; return the bound they prove.

    Any `order` of the rows gives an optimal plan; with the best first, fewer are moved later.
    """
    rows, cells = len(factor), len(battery)
    row_of = np.full(cells, NOBODY)
    used = np.zeros(len(stock), dtype=np.int64)
    profit = np.zeros(rows)
    cell_of[:] = NOBODY
    cell_price[:] = 0.0
    stock_price[:] = 0.0
    for row in order:
        insert_shot(
            row,
            shots,
            first,
            where,
            gain,
            factor,
            battery,
            stock,
            cell_of,
            row_of,
            used,
            cell_price,
            stock_price,
            profit,
        )
    bound = 0.0
    for b in range(len(stock)):
        bound += stock[b] * stock_price[b]
    for c in range(cells):
        own = stock_price[battery[c]]
        cell_price[c] = max(cell_price[c] - own, 0.0) if row_of[c] >= 0 else 0.0
        bound += cell_price[c]
    for row in range(rows):
        best = 0.0
        threat = row // shots
        for e in range(first[threat], first[threat + 1]):
            price = cell_price[where[e]] + stock_price[battery[where[e]]]
            best = max(best, factor[row] * gain[e] - price)
        bound += best
    return bound


@kernel
def best_shots(
    value: float,
    begin: int,
    end: int,
    shots: int,
    miss: NDArray[np.float64],
    price: NDArray[np.float64],
    chosen: NDArray[np.int64],
) -> float:
    """Write the edges of the most profitable set of shots at one threat; return its profit, from 0.

    Edges `begin` to `end` have survival `miss` and a price; a set saves value x (1 - product of survivals).
    """
    index = np.zeros(shots + 1, dtype=np.int64)
    remain = np.zeros(shots + 1)
    profit = np.zeros(shots + 1)
    least, cheapest = 1.0, np.inf
    for e in range(begin, end):
        least, cheapest = min(least, miss[e]), min(cheapest, price[e])
    ceiling = np.zeros(shots + 1)  # no further shots save a larger share
    for d in range(shots):
        ceiling[d] = 1.0 - least ** (shots - d)
    index[0], remain[0] = begin, value
    chosen[:] = NOBODY
    best, depth = 0.0, 0
    while depth >= 0:
        e = index[depth]
        done = depth == shots or e >= end
        if not done:
            done = profit[depth] + ceiling[depth] * remain[depth] - cheapest <= best
        if done:
            depth -= 1
            if depth >= 0:
                index[depth] += 1
            continue
        further = profit[depth] + remain[depth] * (1.0 - miss[e]) - price[e]
        if further > best:
            best = further
            chosen[:] = NOBODY
            for d in range(depth + 1):
                chosen[d] = index[d]
        if depth + 1 == shots:
            index[depth] += 1
            continue
        profit[depth + 1] = further
        remain[depth + 1] = remain[depth] * miss[e]
        index[depth + 1] = e + 1
        depth += 1
    return best


@kernel
def plan_bound(
    shots: int,
    value: NDArray[np.float64],
    first: NDArray[np.int64],
    where: NDArray[np.int64],
    miss: NDArray[np.float64],
    battery: NDArray[np.int64],
    stock: NDArray[np.int64],
    cell_price: NDArray[np.float64],
    stock_price: NDArray[np.float64],
    demand: NDArray[np.float64],
) -> float:
    """Return what no plan saves more than, by prices from 0, and write how often each cell is then wanted."""
    price = np.empty(len(where))
    for e in range(len(where)):
        price[e] = cell_price[where[e]] + stock_price[battery[where[e]]]
    bound = 0.0
    for c in range(len(battery)):
        bound += cell_price[c]
        demand[c] = 0.0
    for b in range(len(stock)):
        bound += stock[b] * stock_price[b]
    chosen = np.empty(shots, dtype=np.int64)
    for t in range(len(value)):
        bound += best_shots(value[t], first[t], first[t + 1], shots, miss, price, chosen)
        for d in range(shots):
            if chosen[d] >= 0:
                demand[where[chosen[d]]] += 1.0
    return bound


@kernel
def sharpen(
    steps: int,
    target: float,
    shots: int,
    value: NDArray[np.float64],
    first: NDArray[np.int64],
    where: NDArray[np.int64],
    miss: NDArray[np.float64],
    battery: NDArray[np.int64],
    stock: NDArray[np.int64],
    saved: float,
    cell_price: NDArray[np.float64],
    stock_price: NDArray[np.float64],
) -> float:
    """Lower the bound by subgradient steps on the prices, until it is at the target; leaves the best prices.

    Source: Held, Wolfe and Crowder, Mathematical Programming 6 (1974), 62-88.
    """
    cells, batteries = len(battery), len(stock)
    demand = np.zeros(cells)
    cell, own = cell_price.copy(), stock_price.copy()
    best = np.inf
    length = 0.5
    for _ in range(steps):
        bound = plan_bound(shots, value, first, where, miss, battery, stock, cell, own, demand)
        if bound < best:
            best = bound
            cell_price[:] = cell
            stock_price[:] = own
        if best <= target:
            break
        excess = np.zeros(batteries)
        steepness = 0.0
        for b in range(batteries):
            excess[b] = -float(stock[b])
        for c in range(cells):
            excess[battery[c]] += demand[c]
            demand[c] -= 1.0
            if demand[c] < 0.0 and cell[c] <= 0.0:
                demand[c] = 0.0
            steepness += demand[c] * demand[c]
        for b in range(batteries):
            if excess[b] < 0.0 and own[b] <= 0.0:
                excess[b] = 0.0
            steepness += excess[b] * excess[b]
        if steepness == 0.0:
            break
        step = length * (bound - saved) / steepness
        length *= 0.99
        for c in range(cells):
            cell[c] = max(cell[c] + step * demand[c], 0.0)
        for b in range(batteries):
            own[b] = max(own[b] + step * excess[b], 0.0)
    return best


@kernel
def add_shots(
    shots: int,
    first: NDArray[np.int64],
    where: NDArray[np.int64],
    miss: NDArray[np.float64],
    battery: NDArray[np.int64],
    remain: NDArray[np.float64],
    fired: NDArray[np.int64],
    free: NDArray[np.bool_],
    left: NDArray[np.int64],
    edge: NDArray[np.int64],
) -> int:
    """Give free cells to the shots that save most, one by one; return how many were written to `edge`.

    `remain` is what each threat's value is expected to be after the `fired` shots at it; in place.
    """
    number = 0
    while number < len(edge):
        best, at, by = 0.0, NOBODY, NOBODY
        for t in range(len(remain)):
            if fired[t] >= shots:
                continue
            for e in range(first[t], first[t + 1]):
                c = where[e]
                if free[c] and left[battery[c]] > 0 and remain[t] * (1.0 - miss[e]) > best:
                    best, at, by = remain[t] * (1.0 - miss[e]), t, e
        if at < 0:
            break
        edge[number] = by
        number += 1
        remain[at] *= miss[by]
        fired[at] += 1
        free[where[by]] = False
        left[battery[where[by]]] -= 1
    return number
