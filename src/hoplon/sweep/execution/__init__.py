"""Computes a job chunk by chunk, on one process or a cluster, and goes on after any end."""

from hoplon.sweep.execution.driver import Chunks, execute, resume
from hoplon.sweep.execution.executors import Executor, Serial, executor_of

__all__ = ["Chunks", "Executor", "Serial", "execute", "executor_of", "resume"]
