"""The Pareto front over sets of options: by trying all, or by branch and bound with a proven gap.

What a set comes to is computed by battles, about whose outcome nothing can be proven by looking at them from
outside. Trying every set needs no assumption. Where there are too many, one is made and stated: that adding
options to a set raises leakage, or lowers the share of people protected, by no more than a `slack`. Then a
set that leaves some options open is no better than all of these together, but for the slack, and costs at
least what is decided: a bound by which whole branches drop out. The assumption is put to the test on every
two nested sets that were computed, and the slack is raised to the largest breach that is found.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.errors import InputError
from hoplon.sweep.option_sets import Menu
from hoplon.sweep.pareto import Point, dominated, losses, pareto_front, shortfall

Array = NDArray[np.float64]
#: Computes leakage, people protected and a detail for each of some sets.
Compute = Callable[[Sequence[int]], Sequence[tuple[float, float, object]]]

#: Sets that are all tried, unless another number is stated.
EXACT_SETS = 256
#: Sets computed at once: a number of its own, so that workers do not decide which sets are computed.
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to.

    Attributes
    ----------
    points : tuple of Point
        Every set that was computed.
    front : tuple of Point
        Those that no other dominates.
    enumerated : bool
        Whether every set that is allowed was computed: then nothing is assumed.
    gap : float
        Proven: at no cost can a set leak less, or protect more, than the front by more than this share. 0
        where the front is the whole truth.
    slack : float
        What is assumed: that no addition to a set makes leakage, or the share of people protected, worse by
        more than this.
    breach : float
        The most by which an addition made either worse among the sets that were computed.
    pairs : int
        Number of nested sets that this was seen in.
    """

    points: tuple[Point, ...]
    front: tuple[Point, ...]
    enumerated: bool
    gap: float
    slack: float
    breach: float
    pairs: int


@dataclass(frozen=True, slots=True)
class _Node:
    """Sets that hold all of `inside` and nothing of `outside`; every such set obeys the menu's needs."""

    inside: int
    outside: int


def search(
    menu: Menu,
    costs_jpy: Sequence[float],
    people: float,
    compute: Compute,
    *,
    exact_sets: int = EXACT_SETS,
    budget: int | None = None,
    slack: float = 0.0,
    progress: Callable[[int], None] | None = None,
) -> Found:
    """Find the Pareto front of cost against leakage and people protected.

    Parameters
    ----------
    menu : Menu
    costs_jpy : sequence of float
        Of each option, not negative; a set costs the sum.
    people : float
        In all, of whom some are protected.
    compute : callable
    exact_sets : int
        Where no more sets than this are allowed, all are computed.
    budget : int, optional
        Most sets to compute otherwise; the gap then says what may have been missed.
    slack : float
        See `Found`.
    progress : callable, optional
        Called with the number of sets computed so far.

    Returns
    -------
    Found

    Raises
    ------
    InputError
        For a negative cost or slack.

    Notes
    -----
    Source: Land and Doig, Econometrica 28 (1960) 497 (branch and bound); Ehrgott, *Multicriteria
    Optimization* (2nd ed. 2005).
    """
    for number, cost in enumerate(costs_jpy):
        if not cost >= 0.0:
            raise InputError(f"'{menu.names[number]}' costs {cost:g}", remedy="Write a cost of 0 or more.")
    if not slack >= 0.0:
        raise InputError(f"slack is {slack}", where="slack", remedy="Write a share of 0 or more.")
    hunt = _Hunt(menu, costs_jpy, people, compute, progress or (lambda done: None))
    if menu.count(exact_sets) <= exact_sets:
        hunt.need(list(menu.sets()))
        return hunt.found(enumerated=True, gap=0.0, slack=0.0)
    while True:
        gap = hunt.branch(slack, sys.maxsize if budget is None else budget)
        breach, _ = hunt.breaches()
        if breach <= slack:
            return hunt.found(enumerated=False, gap=gap, slack=slack)
        slack = breach  # what was assumed is not so: what was left out for it is looked at again


class _Hunt:
    """What a search has computed so far."""

    def __init__(
        self,
        menu: Menu,
        costs_jpy: Sequence[float],
        people: float,
        compute: Compute,
        progress: Callable[[int], None],
    ) -> None:
        self._menu, self._costs, self._people = menu, list(costs_jpy), people
        self._compute, self._progress = compute, progress
        self.points: dict[int, Point] = {}
        self._cost_of: dict[int, float] = {}
        #: Losses on the front so far.
        self._best: Array = np.empty((0, 3))

    def cost(self, chosen: int) -> float:
        """Add up what a set costs; always in the same order, so that equal sets cost the same."""
        if chosen not in self._cost_of:
            self._cost_of[chosen] = float(sum(self._costs[one] for one in self._menu.members(chosen)))
        return self._cost_of[chosen]

    def need(self, sets: Sequence[int]) -> None:
        """Compute those sets that are not known yet."""
        new = [chosen for chosen in dict.fromkeys(sets) if chosen not in self.points]
        for at in range(0, len(new), _AT_ONCE):
            part = new[at : at + _AT_ONCE]
            for chosen, (leakage, protected, detail) in zip(part, self._compute(part), strict=True):
                self.points[chosen] = Point(chosen, self.cost(chosen), leakage, protected, detail)
            self._best = losses(pareto_front(list(self.points.values())))
            self._progress(len(self.points))

    def _widest(self, node: _Node) -> int:
        return self._menu.everything & ~node.outside

    def _bound(self, node: _Node, slack: float) -> tuple[float, float, float]:
        """Return what no set of a node that is still unknown can be better than, as far as is known."""
        widest = self._widest(node)
        cost = self.cost(node.inside)
        open_ = self._menu.members(widest & ~node.inside)
        if node.inside in self.points and open_:
            # Every other set of it has at least one option more.
            cost += min(self._costs[number] for number in open_)
        known = self.points.get(widest)
        if known is None:
            return cost, 0.0, -self._people
        leakage = max(known.leakage - slack, 0.0)
        return cost, leakage, -min(known.protected + slack * self._people, self._people)

    def branch(self, slack: float, most: int) -> float:
        """Go through the tree until nothing is open or `most` sets are computed; return the gap."""
        menu = self._menu
        todo, stuck = [_Node(0, 0)], list[_Node]()
        # Each option alone, with what it needs: a first front for bounds to be held against.
        alone = [1 << one | need for one, need in enumerate(menu.all_needs)]
        self.need([0, *sorted(alone, key=self.cost)][:most])
        while todo := self._open(todo, slack):
            # The widest gap comes first: stopped at any time, what is proven is then as good as it gets.
            now, todo = todo[:_AT_ONCE], todo[_AT_ONCE:]
            unknown = [chosen for node in now for chosen in self._ends(node) if chosen not in self.points]
            self.need(list(dict.fromkeys(unknown))[: max(most - len(self.points), 0)])
            for node in now:
                if any(chosen not in self.points for chosen in self._ends(node)):
                    stuck.append(node)
                elif self._widest(node) != node.inside:
                    todo += self._halves(node)
        stuck = self._open(stuck, slack)
        return float(self._short(stuck[:1], slack)[0]) if stuck else 0.0

    def _open(self, nodes: Sequence[_Node], slack: float) -> list[_Node]:
        """Leave out the nodes that can hold nothing new; the widest gap comes first."""
        if not nodes:
            return []
        short = self._short(nodes, slack)
        gone = dominated(self._bounds(nodes, slack), self._best)
        order = sorted(range(len(nodes)), key=lambda i: (-short[i], nodes[i].inside, nodes[i].outside))
        return [nodes[place] for place in order if not gone[place]]

    def _ends(self, node: _Node) -> list[int]:
        """Return the smallest set of a node, and the largest where that is allowed."""
        widest = self._widest(node)
        return [node.inside] if self._menu.conflicts(widest) else [node.inside, widest]

    def _bounds(self, nodes: Sequence[_Node], slack: float) -> Array:
        return np.array([self._bound(node, slack) for node in nodes])

    def _short(self, nodes: Sequence[_Node], slack: float) -> Array:
        return shortfall(self._bounds(nodes, slack), self._best, self._people)

    def _halves(self, node: _Node) -> list[_Node]:
        """Split a node at one option: with it and all it needs, and without it and all that need it."""
        menu = self._menu
        widest = self._widest(node)
        torn = menu.conflicts(widest)
        candidates = menu.members((torn or widest) & ~node.inside)
        chosen = max(
            candidates, key=lambda one: ((menu.all_bars[one] & widest).bit_count(), self._costs[one], -one)
        )
        with_it = node.inside | 1 << chosen | menu.all_needs[chosen]
        shut = node.outside
        for member in menu.members(with_it):
            for barred in menu.members(menu.all_bars[member]):
                shut |= 1 << barred | menu.needed_by[barred]
        halves = [_Node(node.inside, node.outside | 1 << chosen | menu.needed_by[chosen])]
        if not with_it & shut:
            halves.append(_Node(with_it, shut))
        return halves

    def breaches(self) -> tuple[float, int]:
        """Return the most by which an addition made things worse, and the number of pairs looked at."""
        chosen = np.array(list(self.points), dtype=np.int64)
        loss = losses(list(self.points.values()))
        worst, pairs = 0.0, 0
        for place, small in enumerate(chosen.tolist()):
            within = (chosen & small) == small
            within[place] = False
            if not within.any():
                continue
            pairs += int(within.sum())
            rise = loss[within] - loss[place]
            worst = max(worst, float(rise[:, 1].max()), float(rise[:, 2].max()) / max(self._people, 1.0))
        return worst, pairs

    def found(self, *, enumerated: bool, gap: float, slack: float) -> Found:
        """Sum up."""
        breach, pairs = self.breaches()
        points = tuple(self.points.values())
        return Found(points, pareto_front(points), enumerated, gap, slack, breach, pairs)
