"""A 95 % interval of the leakage holds the true mean in 95 % of studies.

The truth is the mean of all battles of all studies together, whose own error is a fraction of one study's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

import hoplon
from hoplon.engagement import fight, prepare
from hoplon.studies.statistics import mean_interval
from hoplon.verification import Check, Line, line

STUDIES, RUNS = 120, 25


def interval_coverage() -> Iterator[Line]:
    """Count the studies whose interval holds the common mean, within three binomial standard errors.

    Yields
    ------
    Line
    """
    ready = prepare(hoplon.load("one-on-one"))
    leakage = np.array([[fight(ready, seed, run).leakage for run in range(RUNS)] for seed in range(STUDIES)])
    truth = float(leakage.mean())
    intervals = [mean_interval(list(row)) for row in leakage]
    held = float(np.mean([interval.low <= truth <= interval.high for interval in intervals]))
    error = math.sqrt(0.95 * 0.05 / STUDIES)
    note = f"one-on-one: mean leakage {truth:.3f} over {STUDIES} studies of {RUNS} battles"
    yield line("share of 95 % intervals that hold the mean", "", 0.95, held, 3.0 * error, note=note)


CHECKS = (Check("interval_coverage", "repeated studies with other seeds", interval_coverage),)
