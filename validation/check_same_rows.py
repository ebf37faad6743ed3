"""A study's rows are the same bytes on one process, on two, and on Dask clusters of one and two workers."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hoplon.verification import Check, Line, line

_STUDY = """
format: hoplon-study
version: 1
name: same-rows
title: Two doctrines
question: Are the rows the same whoever computes them?
scenario: one-on-one
vary:
  doctrine:
    cases:
      one: {command.doctrine: {name: shoot_look_shoot, salvo: 1}}
      two: {command.doctrine: {name: salvo, salvo: 2}}
design: grid
mode: sampled
runs: 60
seed: 11
outputs: [leakage, interceptors_used]
"""


@contextmanager
def _cluster(workers: int, folder: Path) -> Iterator[str]:
    """Start a scheduler and workers as processes of this machine."""
    file = folder / "scheduler.json"
    python = [sys.executable, "-m"]
    processes = [
        _start([*python, "distributed.cli.dask_scheduler", "--port", "0", "--scheduler-file", str(file)])
    ]
    worker = ["distributed.cli.dask_worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny"]
    try:
        while not file.exists():
            time.sleep(0.1)
        processes += [_start([*python, *worker, "--local-directory", str(folder)]) for _ in range(workers)]
        yield json.loads(file.read_text())["address"]
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _digest(folder: Path, options: Sequence[str]) -> str:
    file, target = folder / "study.yaml", folder / "out"
    file.write_text(_STUDY)
    command = [sys.executable, "-m", "hoplon", "study", str(file), "-o", str(target), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-500:])
    return hashlib.sha256((target / "rows.parquet").read_bytes()).hexdigest()


def same_rows() -> Iterator[Line]:
    """Compare the hashes of the rows' files.

    Yields
    ------
    Line
    """
    with tempfile.TemporaryDirectory() as folder:
        alone = _digest(Path(folder), ["--jobs", "1"])
    with tempfile.TemporaryDirectory() as folder:
        differing = _digest(Path(folder), ["--jobs", "2"]) != alone
        yield line("files of rows that differ: this process and two workers", "", 0, differing, 0)
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder, _cluster(workers, Path(folder)) as address:
            differing = _digest(Path(folder), ["--scheduler", address]) != alone
        which = "a Dask worker" if workers == 1 else f"{workers} Dask workers"
        yield line(f"files of rows that differ: this process and {which}", "", 0, differing, 0)


CHECKS = (Check("same_rows", "the same rows whoever computes them", same_rows),)
