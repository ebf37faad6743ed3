"""Which battery launches at which threat when: a plan under stock and launch rate, with a proven gap.

Time is cut into slots as long as a battery's launch interval: a battery launches once a slot at most, and no
more than its stock. A threat of value V at which shots with kill probabilities p are planned loses
V (1 - prod (1 - p)) in expectation. The plan is made again as the battle moves, from the plan before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.command._kernels_plan import add_shots, insert_shots, sharpen
from hoplon.errors import InputError

#: A launch in a plan: threat, battery, slot, counted from 0.
Launch = tuple[int, int, int]
#: Rounds of planning with the worth of second and later shots corrected. Steps on the prices after each where
#: the gap is less than so many times the one that is wanted, and steps at the end.
_ROUNDS, _NEARLY, _TOUCHES, _STEPS = 4, 1.4, 5, 80


@dataclass(frozen=True, slots=True, eq=False)
class PlanProblem:
    """Threats, batteries and slots.

    Attributes
    ----------
    value : array of float
        Of each threat, from 0; of one that has been shot at, times the probability that it survives that.
    kill_probability : array of float
        By threat, battery and slot; 0 where there is no fire-control solution.
    stock : array of int
        Interceptors left, by battery.
    shots : int
        At one threat at most.
    """

    value: NDArray[np.float64]
    kill_probability: NDArray[np.float64]
    stock: NDArray[np.int64]
    shots: int = 2

    def __post_init__(self) -> None:
        """Check shapes and ranges.

        Raises
        ------
        InputError
        """
        value = np.asarray(self.value, dtype=float)
        probability = np.asarray(self.kill_probability, dtype=float)
        stock = np.asarray(self.stock, dtype=np.int64)
        for name, array in (("value", value), ("kill_probability", probability), ("stock", stock)):
            object.__setattr__(self, name, array)
        if value.ndim != 1 or stock.ndim != 1 or probability.ndim != 3:
            raise InputError(
                f"value, kill_probability and stock have {value.ndim}, {probability.ndim} and {stock.ndim} "
                "dimensions",
                remedy="Give value by threat, stock by battery, kill_probability by these and slot.",
            )
        if probability.shape[:2] != (len(value), len(stock)):
            raise InputError(
                f"kill_probability has shape {probability.shape}",
                remedy=f"Give {len(value)} threats x {len(stock)} batteries x slots.",
            )
        if not (np.isfinite(value).all() and (value >= 0.0).all()):
            raise InputError("value holds a number that is negative or not finite", remedy="Write from 0.")
        if not ((probability >= 0.0) & (probability <= 1.0)).all():
            raise InputError("kill_probability holds a number outside 0 to 1", remedy="Write from 0 to 1.")
        if (stock < 0).any():
            raise InputError("stock holds a negative number", remedy="Write from 0.")
        if self.shots < 1:
            raise InputError(f"shots is {self.shots}", remedy="Write a number from 1.")

    def saved_value(self, launches: tuple[Launch, ...]) -> float:
        """Return how much value launches are expected to save.

        Parameters
        ----------
        launches : tuple of (threat, battery, slot)

        Returns
        -------
        float
        """
        survival = np.ones(len(self.value))
        for launch in launches:
            survival[launch[0]] *= 1.0 - self.kill_probability[launch]
        return float((self.value * (1.0 - survival)).sum())


@dataclass(frozen=True, slots=True, eq=False)
class LaunchPlan:
    """Launches, what they save, and what no plan exceeds.

    Attributes
    ----------
    launches : tuple of (threat, battery, slot)
        In the order of slots.
    saved_value : float
        Expected.
    bound : float
        No plan saves more.
    slot_price : array of float
        By battery and slot: what the slot is worth to others.
    stock_price : array of float
        By battery: what an interceptor is worth to others.
    """

    launches: tuple[Launch, ...]
    saved_value: float
    bound: float
    slot_price: NDArray[np.float64]
    stock_price: NDArray[np.float64]

    @property
    def gap(self) -> float:
        """How much more a better plan could at most save, as a share of what this one saves."""
        if self.bound <= self.saved_value:
            return 0.0
        return (self.bound - self.saved_value) / self.saved_value if self.saved_value > 0.0 else np.inf

    def moved(self, slots: int, threats: tuple[int, ...]) -> LaunchPlan:
        """Return the plan as it stands some slots later, to plan again from.

        Parameters
        ----------
        slots : int
            That have passed.
        threats : tuple of int
            The present number of each threat of this plan, -1 where it is gone.

        Returns
        -------
        LaunchPlan
            Launches that are past or at threats that are gone are left out.
        """
        launches = tuple(
            (threats[t], b, s - slots) for t, b, s in self.launches if s >= slots and threats[t] >= 0
        )
        price = np.zeros_like(self.slot_price)
        price[:, : price.shape[1] - slots] = self.slot_price[:, slots:]
        return LaunchPlan(launches, self.saved_value, self.bound, price, self.stock_price)


def plan_launches(
    problem: PlanProblem, *, gap: float = 0.001, previous: LaunchPlan | None = None
) -> LaunchPlan:
    """Plan launches so that the most value is expected to be saved.

    Parameters
    ----------
    problem : PlanProblem
    gap : float
        Enough once the gap is proven to be no larger; it ends larger where the search gives no more.
    previous : LaunchPlan, optional
        The plan before, as `LaunchPlan.moved` gives it for the threats and slots of now. It is kept, filled
        up, where its prices still prove the gap.

    Returns
    -------
    LaunchPlan

    Notes
    -----
    Source: shots of fixed worth make a transport problem with batteries behind the slots, which shortest
    augmenting paths solve exactly (Ahuja, Magnanti and Orlin, Network Flows, 1993). What a second shot is
    worth depends on the first: it is corrected from one plan to the next. The bound counts the product form
    exactly: at any prices of slots and interceptors, no plan saves more than each threat's best set of shots
    does beyond its price, plus the price of all slots and stock (Lagrange); steps along the subgradient
    sharpen it.
    """
    edges = _Edges(problem)
    best = _Best(edges, gap)
    if not len(edges.where):
        return best.plan()
    least_miss = np.minimum.reduceat(edges.miss, np.minimum(edges.first[:-1], len(edges.miss) - 1))
    factor = np.where(edges.first[:-1] < edges.first[1:], least_miss, 1.0)
    if previous is not None:
        launches = _still_possible(problem, previous.launches)
        best.offer(edges.filled(launches))
        if best.prove(previous.slot_price.ravel(), previous.stock_price, 1) or best.sharpen(_TOUCHES):
            return best.plan()
        edges.correct(factor, launches)
    for _ in range(_ROUNDS):
        launches, slot_price, stock_price = edges.solve(factor)
        best.offer(edges.filled(launches))
        before = factor.copy()
        if best.prove(slot_price, stock_price, 1) or best.sharpen(_TOUCHES):
            return best.plan()
        edges.correct(factor, launches)
        if np.array_equal(before, factor):
            break
    best.sharpen(_STEPS, always=True)
    return best.plan()


class _Edges:
    """The problem as a list of possible launches, threat by threat."""

    def __init__(self, problem: PlanProblem) -> None:
        self.problem = problem
        threats, batteries, slots = problem.kill_probability.shape
        flat = problem.kill_probability.reshape(threats, batteries * slots)
        owner, self.where = np.nonzero(flat)
        self.first = np.searchsorted(owner, np.arange(threats + 1))
        probability = flat[owner, self.where]
        self.miss = 1.0 - probability
        self.gain = problem.value[owner] * probability
        self.top = (problem.value[:, None] * flat).max(axis=1, initial=0.0)
        self.battery = np.repeat(np.arange(batteries), slots)
        self.slots = slots

    def launch(self, threat: int, cell: int) -> Launch:
        return threat, cell // self.slots, cell % self.slots

    def solve(
        self, factor: NDArray[np.float64]
    ) -> tuple[tuple[Launch, ...], NDArray[np.float64], NDArray[np.float64]]:
        """Return the best plan where each shot after the first is worth a factor less, and its prices."""
        shots = self.problem.shots
        cell_of = np.empty(shots * len(factor), dtype=np.int64)
        slot_price, stock_price = np.empty(len(self.battery)), np.empty(len(self.problem.stock))
        factors = (factor[:, None] ** np.arange(shots)).ravel()
        insert_shots(
            shots,
            np.argsort(-np.repeat(self.top, shots) * factors, kind="stable"),
            self.first,
            self.where,
            self.gain,
            factors,
            self.battery,
            self.problem.stock,
            cell_of,
            slot_price,
            stock_price,
        )
        rows = np.flatnonzero(cell_of >= 0)
        launches = tuple(self.launch(int(r) // shots, int(cell_of[r])) for r in rows)
        return launches, slot_price, stock_price

    def correct(self, factor: NDArray[np.float64], launches: tuple[Launch, ...]) -> None:
        """Take as the worth of a further shot what the best planned shot leaves, where there is one."""
        best: dict[int, float] = {}
        for launch in launches:
            probability = float(self.problem.kill_probability[launch])
            best[launch[0]] = max(best.get(launch[0], 0.0), probability)
        for threat, probability in best.items():
            factor[threat] = 1.0 - probability

    def filled(self, launches: tuple[Launch, ...]) -> tuple[Launch, ...]:
        """Return launches with those added that free slots and stock allow."""
        problem = self.problem
        remain, fired = problem.value.copy(), np.zeros(len(problem.value), dtype=np.int64)
        free, left = np.ones(len(self.battery), dtype=np.bool_), problem.stock.copy()
        for launch in launches:
            remain[launch[0]] *= 1.0 - problem.kill_probability[launch]
            fired[launch[0]] += 1
            free[launch[1] * self.slots + launch[2]] = False
            left[launch[1]] -= 1
        edge = np.empty(int(left.sum()), dtype=np.int64)
        number = add_shots(
            problem.shots,
            self.first,
            self.where,
            self.miss,
            self.battery,
            remain,
            fired,
            free,
            left,
            edge,
        )
        owner = np.searchsorted(self.first, edge[:number], side="right") - 1
        added = [self.launch(int(t), int(self.where[e])) for t, e in zip(owner, edge[:number], strict=True)]
        return (*launches, *added)


class _Best:
    """The best plan so far, and the best bound."""

    def __init__(self, edges: _Edges, gap: float) -> None:
        self._edges, self._gap = edges, gap
        self._launches: tuple[Launch, ...] = ()
        self._saved = 0.0
        self._bound = np.inf
        self._slot_price = np.zeros(len(edges.battery))
        self._stock_price = np.zeros(len(edges.problem.stock))

    def offer(self, launches: tuple[Launch, ...]) -> None:
        saved = self._edges.problem.saved_value(launches)
        if saved > self._saved:
            self._launches, self._saved = launches, saved

    def prove(self, slot_price: NDArray[np.float64], stock_price: NDArray[np.float64], steps: int) -> bool:
        """Take prices, sharpened by so many steps, if they bound best; say whether the gap is now proven."""
        edges, problem = self._edges, self._edges.problem
        target = self._saved * (1.0 + self._gap)
        slot_price, stock_price = slot_price.copy(), stock_price.copy()
        bound = sharpen(
            steps,
            target,
            problem.shots,
            problem.value,
            edges.first,
            edges.where,
            edges.miss,
            edges.battery,
            problem.stock,
            self._saved,
            slot_price,
            stock_price,
        )
        if bound < self._bound:
            self._bound, self._slot_price, self._stock_price = bound, slot_price, stock_price
        return self._bound <= target

    def sharpen(self, steps: int, *, always: bool = False) -> bool:
        """Sharpen the best prices where little is missing, or always; say whether the gap is now proven."""
        if not always and self._bound > self._saved * (1.0 + _NEARLY * self._gap):
            return False
        return self.prove(self._slot_price, self._stock_price, steps)

    def plan(self) -> LaunchPlan:
        launches = tuple(sorted(self._launches, key=lambda launch: (launch[2], launch[1])))
        bound = self._saved if np.isinf(self._bound) else max(self._bound, self._saved)
        shape = len(self._stock_price), self._edges.slots
        return LaunchPlan(launches, self._saved, bound, self._slot_price.reshape(shape), self._stock_price)


def _still_possible(problem: PlanProblem, launches: tuple[Launch, ...]) -> tuple[Launch, ...]:
    """Return the launches that there is still a solution, an interceptor and a need for."""
    left, fired = problem.stock.copy(), np.zeros(len(problem.value), dtype=np.int64)
    kept = []
    for t, b, s in launches:
        if problem.kill_probability[t, b, s] > 0.0 and left[b] > 0 and fired[t] < problem.shots:
            left[b] -= 1
            fired[t] += 1
            kept.append((t, b, s))
    return tuple(kept)
