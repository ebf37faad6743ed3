"""Computes a job chunk by chunk, on one process or a cluster, and goes on after any end."""

from hoplon.sweep.execution.completeness import Completeness, completeness
from hoplon.sweep.execution.driver import Chunks, execute, resume, saying_how_to_go_on
from hoplon.sweep.execution.executors import Executor, Serial, executor_of

__all__ = [
    "Chunks",
    "Completeness",
    "Executor",
    "Serial",
    "completeness",
    "execute",
    "executor_of",
    "resume",
    "saying_how_to_go_on",
]
