"""Interceptors: fly-out, reach, fire-control solution, kill."""

from hoplon.interceptor.fire_control import (
    FeasibleWindow,
    FireControlSolution,
    earliest_intercept,
    feasible_window,
    why_none,
)
from hoplon.interceptor.flyout import FlyoutTable, build_flyout_table
from hoplon.interceptor.kill import (
    KillPosterior,
    TestRecord,
    handover_succeeds,
    record_as_of,
    salvo_kill_probability,
)
from hoplon.interceptor.model import Interceptor

__all__ = [
    "FeasibleWindow",
    "FireControlSolution",
    "FlyoutTable",
    "Interceptor",
    "KillPosterior",
    "TestRecord",
    "build_flyout_table",
    "earliest_intercept",
    "feasible_window",
    "handover_succeeds",
    "record_as_of",
    "salvo_kill_probability",
    "why_none",
]
