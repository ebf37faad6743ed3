"""Static assignment: equal to enumeration where that can be done, with a small proven gap where it cannot.

``python3 validation/check_assignment.py FILE …`` solves files of the public format and prints value, bound,
gap and CPU time of each, to be laid beside published results.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hoplon.command.assignment import Assignment, AssignmentProblem, assign
from hoplon.command.assignment_file import read_assignment
from hoplon.verification import Check, Line, line

INSTANCES = 1000


def enumerated(problem: AssignmentProblem) -> float:
    """Return the least surviving value over all ways to give the rounds of each kind to targets.

    Parameters
    ----------
    problem : AssignmentProblem

    Returns
    -------
    float
    """
    targets, rounds = len(problem.value), problem.rounds
    ways = [w for w in itertools.product(range(rounds + 1), repeat=targets) if sum(w) <= rounds]
    remain = problem.value[None, :]
    for row in problem.kill_probability:
        factor = (1.0 - row) ** np.array(ways)
        remain = np.unique((remain[:, None, :] * factor[None]).reshape(-1, targets), axis=0)
    return float(remain.sum(axis=1).min())


def small_problem(rng: np.random.Generator) -> AssignmentProblem:
    """Draw a problem of up to 3 kinds, 4 targets and 3 rounds, with ties, zeros and certainties among them.

    Parameters
    ----------
    rng : numpy.random.Generator

    Returns
    -------
    AssignmentProblem
    """
    kinds, targets = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    value = (
        rng.uniform(1.0, 100.0, targets),
        rng.integers(0, 4, targets),
        10.0 ** rng.uniform(-3, 3, targets),
    )
    probability = rng.uniform(0.0, 1.0, (kinds, targets))
    if rng.random() < 0.3:
        probability = np.round(probability, 1)
    probability[rng.random((kinds, targets)) < rng.choice([0.0, 0.3])] = 0.0
    probability[rng.random((kinds, targets)) < rng.choice([0.0, 0.2])] = 1.0
    if rng.random() < 0.2:
        probability[:] = probability[0]
    return AssignmentProblem(
        np.asarray(value[rng.integers(3)], dtype=float),
        probability,
        int(rng.integers(1, 3 if kinds > 2 else 4)),
    )


def small_instances() -> Iterator[Line]:
    """Count small random problems whose value and bound equal enumeration.

    Yields
    ------
    Line
    """
    rng = np.random.default_rng(1999)
    agree = proven = 0
    for _ in range(INSTANCES):
        problem = small_problem(rng)
        found, best = assign(problem), enumerated(problem)
        room = 1e-9 * float(problem.value.sum())
        agree += abs(found.surviving_value - best) <= room and found.bound <= best + room
        proven += found.gap <= 1e-6
    yield line("small random problems that equal enumeration", "", INSTANCES, agree, 0.0)
    yield line("of them proven optimal", "", INSTANCES, proven, 0.0)


def timed(problem: AssignmentProblem) -> tuple[Assignment, float]:
    """Solve a problem; return the assignment and the CPU time.

    Parameters
    ----------
    problem : AssignmentProblem

    Returns
    -------
    Assignment
    elapsed_s : float
    """
    start = time.process_time()
    found = assign(problem)
    return found, time.process_time() - start


def large_instances() -> Iterator[Line]:
    """Solve problems drawn like the public ones: values 1 to 99, kill probabilities even between 0 and 1.

    Yields
    ------
    Line
    """
    assign(AssignmentProblem(np.ones(2), np.full((2, 2), 0.5), 1))  # compiles
    kinds_of_draw: dict[str, tuple[float, float]] = {"0 to 1": (0.0, 1.0), "0.6 to 0.9": (0.6, 0.9)}
    for (m, n, k), (name, (low, high)) in itertools.product(
        ((50, 100, 2), (100, 200, 3)), kinds_of_draw.items()
    ):
        worst_gap = worst_s = 0.0
        for seed in range(3):
            rng = np.random.default_rng(seed)
            value: NDArray[np.float64] = rng.integers(1, 100, n).astype(float)
            found, elapsed_s = timed(AssignmentProblem(value, rng.uniform(low, high, (m, n)), k))
            worst_gap, worst_s = max(worst_gap, 100.0 * found.gap), max(worst_s, elapsed_s)
        case = f"{m} kinds, {n} targets, {k} rounds each, kill probability {name}"
        yield line(f"largest gap of 3: {case}", "%", 0.0, worst_gap, 0.1)
        yield line(f"longest CPU time of 3: {case}", "s", 0.0, worst_s, 60.0)


CHECKS = (
    Check("assignment_small", "enumeration", small_instances),
    Check("assignment_large", "its own bound; the bar is 1 % and 60 s", large_instances),
)

if __name__ == "__main__":
    for name in sys.argv[1:]:
        assignment, cpu_s = timed(read_assignment(Path(name)))
        print(
            f"{name}: surviving {assignment.surviving_value:.8f}, bound {assignment.bound:.8f}, "
            f"gap {100.0 * assignment.gap:.4f} %, {cpu_s:.2f} s"
        )
