"""What users feel: start-up, first answer, one battle. Budgets stand beside each; these are no timed tests.

Run with: python3 -m pip install -e '.[test,benchmark]' && python3 -m pytest benchmarks --benchmark-only
"""

import os
import subprocess
import sys

import pytest

import hoplon


def process(*command, **environment):
    subprocess.run(
        [sys.executable, *command],
        check=True,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=600,
    )


def test_import(benchmark):
    """Budget 0.25 s, the interpreter's own start included."""
    benchmark.pedantic(process, args=("-c", "import hoplon"), rounds=10, warmup_rounds=1)


def test_help(benchmark):
    """Budget 0.3 s."""
    benchmark.pedantic(process, args=("-m", "hoplon", "--help"), rounds=10, warmup_rounds=1)


def test_first_run_ever(benchmark, tmp_path):
    """Budget 60 s on 2 cores: 200 battles of the main scenario with an empty cache of compiled code."""
    command = ("-m", "hoplon", "run", "japan-2018", "-o", str(tmp_path / "run"))
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    benchmark.pedantic(process, args=command, kwargs=cache, rounds=1)


def test_second_run(benchmark, tmp_path):
    """Budget 20 s on 2 cores: 200 battles of the main scenario."""
    process("-m", "hoplon", "warmup")
    command = ("-m", "hoplon", "run", "japan-2018", "-o", str(tmp_path / "run"))
    benchmark.pedantic(process, args=command, rounds=1)


@pytest.fixture(scope="module")
def prepared():
    from hoplon.engagement import fight, prepare

    ready = prepare(hoplon.load("japan-2018"))
    fight(ready, 1, 0)
    return ready


def test_load(benchmark):
    benchmark(hoplon.load, "japan-2018")


def test_battle(benchmark, prepared):
    """Budget 50 ms: 200 battles and their repetitions in 20 s on 2 cores."""
    from hoplon.engagement import fight

    runs = iter(range(1_000_000))
    benchmark.pedantic(lambda: fight(prepared, 1, next(runs)), rounds=20, warmup_rounds=2)


def test_fit(benchmark):
    """Budget 50 ms: one flight from Sunan to Tokyo."""
    hoplon.fly("nodong", "sunan", "osaka")
    benchmark.pedantic(hoplon.fly, args=("nodong", "sunan", "tokyo"), rounds=5)
