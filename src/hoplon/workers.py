"""Processes that work beside this one: started early, deaf to Ctrl-C, gone when this one is gone."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context, parent_process, resource_tracker
from typing import TypeVar

from hoplon.errors import HoplonError

T = TypeVar("T")

#: New objects after which Python looks for unreachable cycles. Battles make many small ones and keep most of
#: them: at the usual 700 a twelfth of their time goes into looking through what is still in use.
_NEW_OBJECTS = 50_000


class Workers:
    """Worker processes. Use as a context manager: whatever ends the context, none of them works on.

    Starting an interpreter and loading this package's libraries costs a worker more than a second. So this
    module itself imports little, and workers can start before their work is known.

    Parameters
    ----------
    count : int
        At least 1.
    first : str, optional
        A module that the first worker loads at once; the others start when there is work for them.
    """

    def __init__(self, count: int, first: str | None = None) -> None:
        self.count = count
        # Not fork: a forked child of a process with compiled threads can deadlock.
        self._pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_begin)
        if first is not None:
            self.submit(_load, first)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *what: object) -> None:
        # Shutting down forgets the workers: they are noted before.
        workers = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()

    def submit(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        """Give a worker something to do.

        Parameters
        ----------
        function : callable
            At the top of a module.
        *arguments : object

        Returns
        -------
        Future
            Its result is had by `outcome`.
        """
        with _interrupts_held_back():
            return self._pool.submit(function, *arguments)


def outcome(future: Future[T]) -> T:
    """Wait for what a worker returns.

    Parameters
    ----------
    future : Future
        From `Workers.submit`.

    Returns
    -------
    object

    Raises
    ------
    HoplonError
        If the worker has died.
    """
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise HoplonError(
            "a worker process ended before its battles were done",
            remedy="Was it killed, or out of memory? From a script, call hoplon under "
            "`if __name__ == '__main__':`. With jobs=1 (--jobs 1) no worker is needed.",
        ) from error


def _load(module: str) -> None:
    import_module(module)


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Let the garbage collector look for cycles seldom, as long as many objects are made that stay."""
    before = gc.get_threshold()
    if before[0] == 0:  # somebody has switched it off
        yield
        return
    gc.set_threshold(max(_NEW_OBJECTS, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _begin() -> None:
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
    threading.Thread(target=_die_with_parent, daemon=True).start()
    # Ctrl-C reaches the whole process group; the parent alone decides what to do about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Start workers that do not hear Ctrl-C from their first instruction on; the parent hears it afterwards.

    A worker inherits what is blocked, and ignores Ctrl-C for good once it is initialised.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield  # Windows
        return
    # It is started with the first worker and would lift the block.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
