"""Kernels that do not count who holds an array: which ones they are, and that nothing is lost by it."""

import gc
import importlib
import pkgutil

import numpy as np
import pytest
from numba.core.runtime import _nrt_python, rtsys

import hoplon
from hoplon._jit import _makes_arrays, kernel
from hoplon.engagement.battle import fight
from hoplon.engagement.prepare import prepare
from hoplon.scenario import load

pytestmark = pytest.mark.compiled


def all_kernels():
    for found in pkgutil.walk_packages(hoplon.__path__, "hoplon."):
        if found.name.rpartition(".")[2].startswith("_kernels"):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                if hasattr(value, "py_func") and value.__module__ == found.name:
                    yield f"{found.name}.{name}", value


def test_kernels_stand_below_those_that_they_call():
    """One that calls another further down cannot know what that returns, and counts for nothing."""
    late = [n for n, k in all_kernels() if k.targetoptions["_nrt"] != _makes_arrays(k.py_func)]
    assert late == []


def test_kernels_that_make_arrays_count():
    counted = {name.removeprefix("hoplon."): k.targetoptions["_nrt"] for name, k in all_kernels()}
    assert counted["track._kernels_picture.tidy"]
    assert counted["track._kernels_step.step"]
    assert not counted["track._kernels.advance"]
    assert not counted["track._kernels_ekf.aim"]


@kernel
def _doubled(x: float) -> float:
    return 2.0 * x


@kernel
def _pair(x: float) -> "tuple[float, np.ndarray]":
    return x, np.zeros(3)


def _by_value(x: float) -> float:
    return _doubled(x) + min(x, 1.0)


def _by_array(x: float) -> float:
    return _pair(x)[0]


@kernel
def _silent(x):
    return np.zeros(3)


@kernel
def _any_tuple(x: float) -> "tuple":
    return x, np.zeros(3)


def _by_silent(x: float) -> float:
    return _silent(x)[0]


def _by_any_tuple(x: float) -> float:
    return _any_tuple(x)[0]


def _unknown(x: float) -> float:
    return nobody_knows(x)  # noqa: F821


def test_battles_leave_no_arrays_behind():
    def alive():
        gc.collect()
        stats = rtsys.get_allocation_stats()
        return stats.mi_alloc - stats.mi_free, stats.mi_alloc

    counting = _nrt_python.memsys_stats_enabled()
    _nrt_python.memsys_enable_stats()
    try:
        world = prepare(load("japan-2018"))
        fight(world, seed=1, run=0)
        before, _ = alive()
        for run in (1, 2):
            fight(world, seed=1, run=run)
        after, made = alive()
    finally:
        if not counting:
            _nrt_python.memsys_disable_stats()
    assert made > 1000
    assert after == before


def test_what_is_called_decides():
    assert not _makes_arrays(_by_value)
    assert _makes_arrays(_by_array)
    assert _makes_arrays(_by_silent)
    assert _makes_arrays(_by_any_tuple)
    assert _makes_arrays(_unknown)
    assert _makes_arrays(_pair.py_func)
