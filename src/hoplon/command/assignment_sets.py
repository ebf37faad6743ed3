"""The pool of sets of rounds at targets, and the choice among them by the open solver HiGHS.

Set partitioning: one set for each target, no more rounds of a kind than there are (Barnhart et al.,
Operations Research 46 (1998) 316, on such programs and the prices of their relaxation; HiGHS: Huangfu and
Hall, Mathematical Programming Computation 10 (2018) 119).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from hoplon.command._kernels_assignment import near_sets

#: How often the main thread looks up from a search of the solver, for Ctrl-C.
_LOOK_UP_S = 0.2
#: The name of the thread in which the solver searches.
SOLVER_THREAD = "hoplon-assignment-solver"
#: Beyond so many sets tried at one target, the near ones are not listed.
_MOST_NODES = 20_000


class SetPool:
    """Sets of rounds at one target each, with the value that survives them.

    Parameters
    ----------
    value : array of float
        Of each target.
    miss : array of float
        Survival of one round, by target, then by weapon kind.
    rounds : int
        Of each kind.
    """

    def __init__(self, value: NDArray[np.float64], miss: NDArray[np.float64], rounds: int) -> None:
        self.value = value
        self.miss = miss
        self.rounds = rounds
        #: Called now and then during long searches; what it raises ends them.
        self.look_up: Callable[[], None] = lambda: None
        self._known: dict[tuple[int, bytes], int] = {}
        self._targets: list[int] = []
        self._kinds: list[NDArray[np.int32]] = []
        self._surviving: list[float] = []

    def __len__(self) -> int:
        return len(self._targets)

    def add(self, targets: NDArray[np.int64], sets: NDArray[np.int32], surviving: NDArray[np.float64]) -> int:
        """Add sets that are not known yet; return how many were new.

        Parameters
        ----------
        targets : array of int
        sets : array of int
            One a row: kinds in any order, -1 where there is none.
        surviving : array of float

        Returns
        -------
        int
        """
        before = len(self)
        ordered = np.sort(sets, axis=1)
        starts = (ordered < 0).sum(axis=1)
        for target, row, start, left in zip(targets, ordered, starts, surviving, strict=True):
            kinds = row[start:]
            key = (int(target), kinds.tobytes())
            if key not in self._known:
                self._known[key] = len(self)
                self._targets.append(int(target))
                self._kinds.append(kinds)
                self._surviving.append(float(left))
        return len(self) - before

    def add_counts(self, count: NDArray[np.int64]) -> None:
        """Add the sets of an assignment.

        Parameters
        ----------
        count : array of int
            Rounds, by target, then by kind.
        """
        surviving = self.value * np.prod(self.miss**count, axis=1)
        for j, row in enumerate(count):
            kinds = np.repeat(np.arange(len(row), dtype=np.int32), row)
            self.add(np.array([j]), kinds[None, :], surviving[j : j + 1])

    def list_near(self, price: NDArray[np.float64], limit: NDArray[np.float64], most: int) -> bool:
        """Replace the pool by every set whose surviving value and price are within its target's limit.

        Parameters
        ----------
        price : array of float
            Of each kind.
        limit : array of float
            Of each target.
        most : int
            Sets at most.

        Returns
        -------
        bool
            False, and the pool as it was, where there are too many.
        """
        deepest = max(len(kinds) for kinds in self._kinds) + 4
        sets = np.empty((most, min(deepest, self.rounds * len(price))), dtype=np.int32)
        surviving, targets = np.empty(most), np.empty(most, dtype=np.int64)
        number = near_sets(
            self.value, self.miss, price, self.rounds, _MOST_NODES, limit, sets, surviving, targets
        )
        if number < 0:
            return False
        self._known.clear()
        self._targets, self._kinds, self._surviving = [], [], []
        self.add(targets[:number], sets[:number], surviving[:number])
        return True

    def thin(self, price: NDArray[np.float64], most: int) -> None:
        """Keep the cheapest sets of each target, and the empty one.

        Parameters
        ----------
        price : array of float
            Of each kind.
        most : int
            Sets kept of each target.
        """
        cost = [
            s + price[k].sum() if len(k) else 0.0 for s, k in zip(self._surviving, self._kinds, strict=True)
        ]
        seen = [0] * len(self.value)
        kept = []
        for c in np.argsort(cost, kind="stable"):
            seen[self._targets[c]] += 1
            if seen[self._targets[c]] <= most:
                kept.append(int(c))
        self._targets = [self._targets[c] for c in kept]
        self._kinds = [self._kinds[c] for c in kept]
        self._surviving = [self._surviving[c] for c in kept]
        self._known = {
            (target, kinds.tobytes()): c
            for c, (target, kinds) in enumerate(zip(self._targets, self._kinds, strict=True))
        }

    def relax(self) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
        """Solve the choice with fractions of sets.

        Returns
        -------
        value : float
            Surviving.
        price : array of float
            Of a round of each kind.
        share : array of float
            Of each set.
        """
        from scipy.optimize import linprog

        cost, one_each, at_most, scale = self._program()
        done = linprog(
            cost,
            A_ub=at_most,
            b_ub=np.full(at_most.shape[0], float(self.rounds)),
            A_eq=one_each,
            b_eq=np.ones(one_each.shape[0]),
            method="highs-ds",
        )
        if done.x is None:
            raise RuntimeError(f"the linear program failed: {done.message}")
        return done.fun / scale, np.maximum(-done.ineqlin.marginals, 0.0) / scale, done.x

    def choose(self, time_limit_s: float, gap: float) -> tuple[NDArray[np.int64] | None, float]:
        """Choose one set for each target, with no more rounds than there are.

        Parameters
        ----------
        time_limit_s : float
        gap : float
            Enough once proven among these sets.

        Returns
        -------
        count : array of int or None
            Rounds, by target, then by kind; None if no choice was found in time.
        lower : float
            No choice among these sets lets less survive.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        cost, one_each, at_most, scale = self._program()
        done = _interruptible(
            lambda: milp(
                cost,
                constraints=[
                    LinearConstraint(one_each, 1.0, 1.0),
                    LinearConstraint(at_most, -np.inf, float(self.rounds)),
                ],
                integrality=np.ones(len(self)),
                bounds=Bounds(0.0, 1.0),
                options={"time_limit": time_limit_s, "mip_rel_gap": gap},
            ),
            self.look_up,
        )
        lower = -np.inf if done.mip_dual_bound is None else done.mip_dual_bound / scale
        return (None if done.x is None else self.whole(done.x)), lower

    def whole(self, share: NDArray[np.float64]) -> NDArray[np.int64]:
        """Turn shares of sets into rounds: the largest shares first, as far as rounds last.

        Parameters
        ----------
        share : array of float

        Returns
        -------
        array of int
            By target, then by kind.
        """
        count = np.zeros(self.miss.shape, dtype=np.int64)
        left = np.full(self.miss.shape[1], self.rounds)
        served = np.zeros(len(count), dtype=bool)
        for c in np.argsort(-share, kind="stable"):
            if share[c] <= 1e-6:
                break
            target = self._targets[c]
            need = np.bincount(self._kinds[c], minlength=len(left))
            if not served[target] and (need <= left).all():
                served[target] = True
                left -= need
                count[target] = need
        return count

    def _program(self) -> tuple[NDArray[np.float64], Any, Any, float]:
        """Return costs, the constraints of targets and of kinds, and by what the costs are multiplied.

        The solver's tolerances are absolute: they are made small beside what survives.
        """
        surviving, targets = np.array(self._surviving), np.array(self._targets)
        least = np.full(len(self.value), np.inf)
        np.minimum.at(least, targets, surviving)
        scale = len(least) / max(float(least.sum()), 1e-6 * float(self.value.sum()))
        columns = np.arange(len(self))
        one_each = scipy.sparse.csr_matrix(
            (np.ones(len(self)), (targets, columns)), shape=(len(self.value), len(self))
        )
        kinds = np.concatenate(self._kinds)
        owners = np.repeat(columns, [len(k) for k in self._kinds])
        at_most = scipy.sparse.csr_matrix(
            (np.ones(len(kinds)), (kinds, owners)), shape=(self.miss.shape[1], len(self))
        )
        return scale * surviving, one_each, at_most, scale


def _interruptible(solve: Callable[[], Any], look_up: Callable[[], None]) -> Any:
    """Run a search of the solver beside the main thread, which stays open to Ctrl-C."""
    results: list[Any] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            results.append(solve())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work, name=SOLVER_THREAD, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_LOOK_UP_S)
        look_up()
    if failures:
        raise failures[0]
    return results[0]
