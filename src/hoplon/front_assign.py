"""Static assignment for people and files: which rounds at which targets, and how good that is."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoplon.errors import InputError

if TYPE_CHECKING:
    from hoplon.command.assignment import Assignment, AssignmentProblem


def assign_file(
    path: str | Path,
    *,
    gap_percent: float = 0.0,
    time_limit_s: float = 60.0,
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[AssignmentProblem, Assignment]:
    """Read a static assignment problem and solve it.

    Parameters
    ----------
    path : str or Path
        In the format of `hoplon.command.assignment_file`.
    gap_percent : float
        Enough once the gap is proven to be no larger.
    time_limit_s : float
        Of CPU time, about.
    progress : callable, optional

    Returns
    -------
    problem : AssignmentProblem
    assignment : Assignment

    Raises
    ------
    InputError
        For a file that cannot be used, or a number out of range.
    """
    from hoplon.command.assignment import assign
    from hoplon.command.assignment_file import read_assignment

    if not 0.0 <= gap_percent <= 100.0:
        raise InputError(f"{gap_percent:g}", where="--gap", remedy="Write per cent, from 0 to 100.")
    if not (math.isfinite(time_limit_s) and time_limit_s > 0.0):
        raise InputError(f"{time_limit_s:g}", where="--time-limit", remedy="Write seconds, above 0.")
    problem = read_assignment(Path(path))
    return problem, assign(problem, gap=0.01 * gap_percent, time_limit_s=time_limit_s, progress=progress)


def assignment_facts(problem: AssignmentProblem, assignment: Assignment) -> dict[str, Any]:
    """Turn an assignment into one JSON object.

    Parameters
    ----------
    problem : AssignmentProblem
    assignment : Assignment

    Returns
    -------
    dict
        Values have the unit that the file's values have; weapons and targets are counted from 0.
    """
    import numpy as np

    kinds, targets = problem.kill_probability.shape
    surviving = problem.surviving_value(assignment.rounds)
    by_target = [
        {
            "target": j,
            "value": float(problem.value[j]),
            "surviving_value": float(surviving[j]),
            "weapons": [
                {
                    "weapon": int(i),
                    "rounds": int(assignment.rounds[i, j]),
                    "kill_probability": float(problem.kill_probability[i, j]),
                }
                for i in np.flatnonzero(assignment.rounds[:, j])
            ],
        }
        for j in range(targets)
    ]
    return {
        "weapon_kinds": kinds,
        "rounds_per_kind": problem.rounds,
        "targets": targets,
        "value": float(problem.value.sum()),
        "surviving_value": assignment.surviving_value,
        "bound": assignment.bound,
        "gap_percent": 100.0 * assignment.gap,
        "optimal": assignment.gap == 0.0,
        "rounds_used": int(assignment.rounds.sum()),
        "assignment": by_target,
    }
