"""Interceptors: fly-out, reach, fire-control solution, kill."""

from hoplon.interceptor.battlespace import (
    Meetings,
    PathError,
    best_intercept,
    feasible_shots,
    handover_error_m,
    last_starts_s,
    meetings,
)
from hoplon.interceptor.fire_control import (
    FeasibleWindow,
    FireControlSolution,
    earliest_intercept,
    feasible_window,
    solution_at,
    why_none,
)
from hoplon.interceptor.flyout import Arrivals, FlyoutTable, build_flyout_table
from hoplon.interceptor.kill import (
    KillPosterior,
    TestRecord,
    handover_succeeds,
    record_as_of,
    salvo_kill_probability,
)
from hoplon.interceptor.model import Interceptor
from hoplon.interceptor.remote import FireControl, may_launch, may_update

__all__ = [
    "Arrivals",
    "FeasibleWindow",
    "FireControl",
    "FireControlSolution",
    "FlyoutTable",
    "Interceptor",
    "KillPosterior",
    "Meetings",
    "PathError",
    "TestRecord",
    "best_intercept",
    "build_flyout_table",
    "earliest_intercept",
    "feasible_shots",
    "feasible_window",
    "handover_error_m",
    "handover_succeeds",
    "last_starts_s",
    "may_launch",
    "may_update",
    "meetings",
    "record_as_of",
    "salvo_kill_probability",
    "solution_at",
    "why_none",
]
