"""Ten thousand battles: memory does not grow with their number, nor does the work of one."""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hoplon.verification import Check, Line, line

SCENARIO, FEW, MANY = "japan-2018", 100, 10_000

_STUDY = """
format: hoplon-study
version: 1
name: scale
title: Many battles
question: Does it stay as quick and as small?
scenario: {scenario}
vary:
  doctrine:
    cases:
      as in the scenario: {{command.doctrine: {{name: shoot_look_shoot, salvo: 1}}}}
design: grid
mode: sampled
runs: {runs}
seed: 1
outputs: [leakage, interceptors_used]
"""

#: Computes a study in a process of its own. At each chunk and at the end: battles done, CPU seconds of it and
#: its workers, the most memory that it and the largest worker have had, in KiB.
_SCRIPT = """
import os, sys, time
from pathlib import Path
from hoplon.front_sweep import compute, load_study

TICK = os.sysconf("SC_CLK_TCK")

def high_water_kib(pid):
    for row in Path(f"/proc/{pid}/status").read_text().splitlines():
        if row.startswith("VmHWM"):
            return int(row.split()[1])
    return 0

def cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK

def note(done, total, what):
    children = [c for t in Path("/proc/self/task").iterdir() for c in (t / "children").read_text().split()]
    workers = [0]
    spent = time.process_time()
    for child in children:
        try:
            if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text():
                spent += cpu_s(child)
                workers.append(high_water_kib(child))
        except OSError:
            continue
    print(done, spent, high_water_kib("self"), max(workers), file=out, flush=True)

file, folder, jobs, log = sys.argv[1:]
with open(log, "w") as out:
    compute(load_study(Path(file)), folder, jobs=int(jobs), progress=note)
    print("end", 0.0, high_water_kib("self"), 0, file=out)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a study took.

    Attributes
    ----------
    cpu_s : dict of int to float
        CPU time of all processes when so many battles were done.
    peak_kib, worker_kib : int
        The most memory of the process that was started, and of the largest worker.
    """

    cpu_s: dict[int, float]
    peak_kib: int
    worker_kib: int


def measure(runs: int, jobs: int, log: Path | None = None) -> Measured:
    """Compute many battles in a process of its own.

    Parameters
    ----------
    runs, jobs : int
    log : Path, optional
        Where to keep what it says at each chunk.

    Returns
    -------
    Measured
    """
    with tempfile.TemporaryDirectory() as folder:
        file, said = Path(folder) / "scale.yaml", log or Path(folder) / "log"
        file.write_text(_STUDY.format(scenario=SCENARIO, runs=runs))
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(file), str(Path(folder) / "out"), str(jobs), str(said)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.strip()[-500:])
        return read(said)


def read(log: Path) -> Measured:
    """Read what a study said of itself.

    Parameters
    ----------
    log : Path

    Returns
    -------
    Measured
    """
    rows = [row.split() for row in log.read_text().splitlines()]
    return Measured(
        {int(done): float(cpu) for done, cpu, *_ in rows if done != "end"},
        max(int(row[2]) for row in rows),
        max(int(row[3]) for row in rows),
    )


def exponent(cpu_s: dict[int, float], middle: int) -> float:
    """Return the exponent of work in battles, from one in eight of them to all.

    Parameters
    ----------
    cpu_s : dict of int to float
    middle : int

    Returns
    -------
    float
    """
    # Start-up and the first chunks are left out: they would hide growth.
    start = sorted(cpu_s)[3]
    at, end = min(done for done in cpu_s if done >= middle), max(cpu_s)
    grown = (cpu_s[end] - cpu_s[start]) / (cpu_s[at] - cpu_s[start])
    return math.log(grown) / math.log((end - start) / (at - start))


def scale() -> Iterator[Line]:
    """Compare many battles with few: the most memory, and the exponent of work in the number of battles.

    Yields
    ------
    Line
    """
    few, many = measure(FEW, 2), measure(MANY, 2)
    kept = f"peak memory of the process that keeps the rows, {MANY:,} battles over {FEW}"
    yield line(kept, "", 1.0, many.peak_kib / few.peak_kib, 0.1)
    worker = f"peak memory of the larger of two workers, {MANY:,} battles over {FEW}"
    yield line(worker, "", 1.0, many.worker_kib / few.worker_kib, 0.1)
    work = f"exponent of work in battles, {MANY // 8:,} to {MANY:,}"
    yield line(work, "", 1.0, exponent(many.cpu_s, MANY // 8), 0.02)


CHECKS = (Check("scale", "ten thousand battles in the memory of a hundred", scale),)
