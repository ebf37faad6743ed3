"""From the rows of a study to its answer: points with intervals over battles."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hoplon.result.model import Interval
from hoplon.result.sweep import NOTHING_DRAWN, Sweep, SweepAxis, SweepOutput, SweepPoint
from hoplon.studies.statistics import mean_interval, student_half_width
from hoplon.sweep.curves import saturation_curves
from hoplon.sweep.outputs import Output
from hoplon.sweep.plan import StudyPlan
from hoplon.sweep.sweep_job import NOTHING_TO_ENGAGE, SweepJob

Array = NDArray[np.float64]

#: Method of an interval of a number that is no share, where all battles gave the same.
ALL_ALIKE = "all battles alike: no interval"


def summarise(
    job: SweepJob,
    tables: Iterable[pa.Table],
    *,
    keep_rows: bool = True,
    notes: Sequence[str] = (),
) -> Sweep:
    """Make the answer of a study from its rows.

    Parameters
    ----------
    job : SweepJob
    tables : iterable of pyarrow.Table
        The chunks that count, in their order; each is looked at once.
    keep_rows : bool
        Whether the result holds the rows themselves; memory then grows with them.
    notes : sequence of str
        What went wrong on the way and was mended.

    Returns
    -------
    Sweep
    """
    plan = job.plan
    names = [output.name for output in job.outputs]
    values: list[list[Array]] = []
    points: list[NDArray[np.int64]] = []
    reasons: dict[int, str] = {}
    kept = []
    for table in tables:
        points.append(table.column("point").to_numpy().astype(np.int64))
        values.append([table.column(name).to_numpy() for name in names])
        told = zip(points[-1].tolist(), table.column("reason").to_pylist(), strict=True)
        reasons |= {point: reason for point, reason in told if reason}
        if keep_rows:
            kept.append(table)
    of_point = np.concatenate(points) if points else np.zeros(0, dtype=np.int64)
    order = np.argsort(of_point, kind="stable")
    ends = np.searchsorted(of_point[order], np.arange(plan.count + 1))
    columns = [np.concatenate([part[i] for part in values])[order] for i in range(len(names))]
    found = []
    leakage: dict[int, Array] = {}
    for number, point in enumerate(job.points):
        own = slice(int(ends[number]), int(ends[number + 1]))
        if "leakage" in names:
            leakage[number] = columns[names.index("leakage")][own]
        found.append(
            _point(plan, job.outputs, number, point, [c[own] for c in columns], reasons.get(number, ""))
        )
    fought = len(of_point)
    stopped = ""
    if fought < job.total_steps:
        each = fought // plan.count
        stopped = (
            f"after {each} of {plan.runs} battles at each point: every interval of leakage is within "
            f"{100 * (plan.half_width or 0.0):g} points of its mean"
        )
    return Sweep(
        name=plan.name,
        title=plan.title,
        question=plan.question,
        scenario=plan.scenario,
        mode=plan.mode,
        design=plan.design if plan.n is None else f"{plan.design} of {plan.n}",
        seed=plan.seed,
        runs=plan.runs,
        axes=tuple(
            SweepAxis(a.name, a.title, a.unit, a.paths, a.numeric, a.raid_side, a.coordinates, a.why)
            for a in plan.axes
        ),
        outputs=tuple(SweepOutput(output.name, output.title, output.unit) for output in job.outputs),
        points=tuple(found),
        identity=job.identity,
        rows=pa.concat_tables(kept).combine_chunks() if keep_rows and kept else None,
        stopped=stopped,
        notes=tuple(notes),
        study_yaml=plan.study_yaml,
        scenario_yaml=plan.scenario_yaml,
        curves=saturation_curves(plan, leakage, fought // plan.count),
    )


def _point(
    plan: StudyPlan,
    asked: Sequence[Output],
    number: int,
    point: tuple[int | float, ...],
    columns: Sequence[Array],
    reason: str,
) -> SweepPoint:
    computed = len(columns[0]) > 0 and reason in ("", NOTHING_TO_ENGAGE)
    drawn = plan.mode == "sampled"
    values: Mapping[str, Interval] = {}
    if computed:
        values = {
            output.name: (interval(column, output.is_share) if drawn else _expected(column))
            for output, column in zip(asked, columns, strict=True)
        }
    battles = len(columns[0]) if computed and drawn else 0
    return SweepPoint(number, plan.coordinates(point), values, battles, reason)


def _expected(column: Array) -> Interval:
    return Interval(float(column[0]), math.nan, math.nan, 0, 0.95, NOTHING_DRAWN)


def interval(values: Array, share: bool, level: float = 0.95) -> Interval:
    """Return the mean of one number a battle, with its interval over battles.

    Parameters
    ----------
    values : array
        NaN where a battle has no such number; those are left out.
    share : bool
        Whether it lies between 0 and 1.
    level : float

    Returns
    -------
    Interval
        As `hoplon.studies.statistics.mean_interval` for shares; for other numbers Student's t, without ends
        where all battles gave the same.
    """
    x = values[~np.isnan(values)]
    if not len(x):
        return Interval(math.nan, math.nan, math.nan, 0, level, "no value")
    if share:
        return mean_interval(x.tolist(), level)
    mean = float(x.mean())
    if len(x) < 2 or float(x.std(ddof=1)) == 0.0:
        return Interval(mean, math.nan, math.nan, len(x), level, ALL_ALIKE)
    half = student_half_width(x, level)
    return Interval(mean, mean - half, mean + half, len(x), level, "Student t over battles")
