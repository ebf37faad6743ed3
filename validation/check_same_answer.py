"""The same seed gives the same bytes: with one process or two, in fresh processes, alone or among many."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hoplon
from hoplon.verification import Check, Line, line

SCENARIO, RUNS, SEED = "japan-2018", 30, 7


def _digests(jobs: int, folder: Path) -> dict[str, str]:
    command = [sys.executable, "-m", "hoplon", "run", SCENARIO, "--runs", str(RUNS), "--seed", str(SEED)]
    done = subprocess.run(
        [*command, "--jobs", str(jobs), "-o", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-500:])
    names = ("summary.json", "scenario.yaml", "events.parquet", "tracks.parquet")
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def same_answer() -> Iterator[Line]:
    """Count files that differ, and compare one battle fought alone with the same one of a study.

    Yields
    ------
    Line
    """
    with tempfile.TemporaryDirectory() as folder:
        first = _digests(1, Path(folder) / "a")
        for what, jobs in (("a second process", 1), ("two jobs", 2), ("three jobs", 3)):
            other = _digests(jobs, Path(folder) / what.replace(" ", "-"))
            differing = sum(first[name] != other[name] for name in first)
            yield line(f"files that differ: one job and {what}", "", 0, differing, 0)
        study = hoplon.read_run(Path(folder) / "a")
    alone = hoplon.engage(hoplon.load(SCENARIO), seed=SEED, run=RUNS - 1)
    among = study.records[RUNS - 1]
    yield line("events that differ: a battle alone and among others", "", 0, _differing(alone, among), 0)


def _differing(one: hoplon.Record, other: hoplon.Record) -> int:
    # By text: places that are NaN are equal here.
    pairs = zip(one.events, other.events, strict=False)
    unequal = sum(repr(a) != repr(b) for a, b in pairs)
    return unequal + abs(len(one.events) - len(other.events))


CHECKS = (Check("same_answer", "the same seed in other processes", same_answer),)
