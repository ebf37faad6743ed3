"""A study as a job in chunks: which battles or points make a chunk, and what a row says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hoplon
from hoplon.engagement.battle import fight
from hoplon.engagement.expected import expect_each, shares_picture
from hoplon.engagement.prepare import prepare
from hoplon.engagement.prepared import Prepared
from hoplon.errors import HoplonError, InputError, ResultFileError, UnreachableError
from hoplon.studies.statistics import mean_interval
from hoplon.sweep.outputs import Output, outputs
from hoplon.sweep.plan import StudyPlan, loads_study
from hoplon.sweep.variants import Variants, kill_quantile

if TYPE_CHECKING:
    import pyarrow as pa

#: Version of the rows: what was computed with another one is computed anew.
ROWS_VERSION = 1

#: Battles, and points without draws, in a chunk: a few seconds of work, which is what a kill can cost.
CHUNK_BATTLES = 25
CHUNK_POINTS = 8
#: More chunks than this would be many small files; chunks are then larger.
MAX_CHUNKS = 4096
#: Battles that each point gets before it is asked again whether its interval is narrow enough.
ROUND_RUNS = 50

#: Reason of a row that has numbers, but no leakage.
NOTHING_TO_ENGAGE = "nothing to engage: no missile falls on defended ground, or nothing can shoot"


class SweepJob:
    """All battles or points of a study, in numbered chunks.

    Parameters
    ----------
    plan : StudyPlan

    Attributes
    ----------
    identity : str
        Hash of the resolved scenario, of all that is varied and asked, and of the version of Hoplon.
    chunks : int
    """

    def __init__(self, plan: StudyPlan) -> None:
        self.plan = plan
        total = plan.count * plan.runs
        usual = CHUNK_BATTLES if plan.mode == "sampled" else CHUNK_POINTS
        self._steps = max(usual, -(-total // MAX_CHUNKS))
        self._round_runs = plan.runs if plan.half_width is None else min(ROUND_RUNS, plan.runs)
        self._chunks_a_round = -(-plan.count * self._round_runs // self._steps)
        full, left = divmod(plan.runs, self._round_runs)
        self.chunks = full * self._chunks_a_round + -(-plan.count * left // self._steps)

    def __reduce__(self) -> tuple[type[SweepJob], tuple[StudyPlan]]:
        return SweepJob, (self.plan,)

    @cached_property
    def identity(self) -> str:
        """Hash of all that the rows follow from."""
        plan = self.plan
        said = {
            "rows": ROWS_VERSION,
            "software": hoplon.__version__,
            "scenario": self._variants.scenario({}).to_yaml(),
            # Titles and reasons are for people: rows do not follow from them.
            "axes": [
                {key: value for key, value in asdict(axis).items() if key not in ("title", "unit", "why")}
                for axis in plan.axes
            ],
            "design": [plan.design, plan.n],
            "mode": plan.mode,
            "runs": plan.runs,
            "seed": plan.seed,
            "outputs": plan.outputs,
            "half_width": plan.half_width,
        }
        text = json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def files(self) -> dict[str, bytes]:
        """What the job can be built from again, by the name of the file."""
        plan = self.plan
        return {"study.yaml": plan.study_yaml.encode(), "scenario.yaml": plan.scenario_yaml.encode()}

    @property
    def total_steps(self) -> int:
        """Battles or points in all, if nothing stops them earlier."""
        return self.plan.count * self.plan.runs

    @cached_property
    def points(self) -> list[tuple[int | float, ...]]:
        """The points of the design, in the order of their numbers."""
        return self.plan.points()

    @cached_property
    def outputs(self) -> tuple[Output, ...]:
        """What is asked of each battle or point."""
        return outputs(self.plan.outputs, self._variants.scenario({}), self.plan.mode)

    @cached_property
    def _variants(self) -> Variants:
        return Variants(self.plan.scenario_data, self.plan.scenario, self.plan.name)

    @cached_property
    def _order(self) -> list[int]:
        """Points in the order in which they are computed.

        Without draws, points that differ in nothing that sensors meet with stand together: they share the
        picture, which is most of the work.
        """
        if self.plan.mode == "sampled":
            return list(range(len(self.points)))
        seen: dict[str, int] = {}
        return sorted(range(len(self.points)), key=lambda p: seen.setdefault(self._picture_of(p), len(seen)))

    def _picture_of(self, point: int) -> str:
        settings = self.plan.settings(self.points[point])
        sensed = {path: value for path, value in settings.items() if not path.startswith("command.")}
        return json.dumps(sensed, sort_keys=True)

    def _work(self, chunk: int) -> list[tuple[int, int]]:
        """Return the points and battles of a chunk, battle by battle."""
        first, runs, within = self._part(chunk)
        pairs = (divmod(i, runs) for i in within)
        return [(self._order[p], first + run) for p, run in pairs]

    def _part(self, chunk: int) -> tuple[int, int, range]:
        """Return the first battle of a chunk's round, how many each point gets in it, and which are meant."""
        place, within = divmod(chunk, self._chunks_a_round)
        first = place * self._round_runs
        runs = min(self._round_runs, self.plan.runs - first)
        return (
            first,
            runs,
            range(within * self._steps, min((within + 1) * self._steps, self.plan.count * runs)),
        )

    def steps(self, chunk: int) -> int:
        """Return how many battles or points a chunk has."""
        return len(self._part(chunk)[2])

    def run(self, chunk: int) -> pa.Table:
        """Return the rows of a chunk."""
        work = self._work(chunk)
        rows = list(self._sampled(work) if self.plan.mode == "sampled" else self._expected(work))
        return self._table(work, rows)

    def enough(self, so_far: Sequence[pa.Table]) -> bool:
        """Say whether the interval of leakage is narrow enough at every point, at the end of a round."""
        wanted = self.plan.half_width
        if wanted is None or not so_far or len(so_far) % self._chunks_a_round:
            return False
        import pyarrow as pa

        table = pa.concat_tables([one.select(["point", "leakage", "reason"]) for one in so_far])
        shares: dict[int, list[float]] = {}
        columns = (table.column(name).to_pylist() for name in ("point", "leakage", "reason"))
        for point, leakage, reason in zip(*columns, strict=True):
            if not reason and leakage == leakage:
                shares.setdefault(point, []).append(leakage)
        intervals = [mean_interval(values) for values in shares.values()]
        return all(max(i.high - i.best, i.best - i.low) <= wanted for i in intervals)

    def _prepared(self, point: int) -> Prepared | str:
        """Prepare the world of a point; else say why it cannot be."""
        try:
            return prepare(self._variants.scenario(self.plan.settings(self.points[point])))
        except UnreachableError as error:
            return reason_of("out of reach", error)
        except InputError as error:
            return reason_of("cannot be", error)

    def _sampled(self, work: Sequence[tuple[int, int]]) -> Iterator[tuple[list[float], str]]:
        for point, battles in groupby(work, key=lambda item: item[0]):
            world = self._prepared(point)
            quantile = kill_quantile(self.plan.settings(self.points[point]))
            for _, run in battles:
                if isinstance(world, str):
                    yield self._nothing, world
                    continue
                record = fight(world, self.plan.seed, run, quantile)
                yield [output.sampled(record) for output in self.outputs], _idle(world)

    def _expected(self, work: Sequence[tuple[int, int]]) -> list[tuple[list[float], str]]:
        rows: dict[int, tuple[list[float], str]] = {}
        together: list[tuple[int, Prepared]] = []

        def compute() -> None:
            if together:
                worlds = [world for _, world in together]
                at = [kill_quantile(self.plan.settings(self.points[point])) for point, _ in together]
                for (point, world), record in zip(together, expect_each(worlds, at), strict=True):
                    found = [output.expected(record) for output in self.outputs if output.expected]
                    rows[point] = found, _idle(world)
                together.clear()

        for point, _ in work:
            world = self._prepared(point)
            if isinstance(world, str):
                rows[point] = self._nothing, world
                continue
            if together and not shares_picture(together[0][1], world):
                compute()
            together.append((point, world))
        compute()
        return [rows[point] for point, _ in work]

    @property
    def _nothing(self) -> list[float]:
        return [float("nan")] * len(self.outputs)

    def _table(self, work: Sequence[tuple[int, int]], rows: Sequence[tuple[list[float], str]]) -> pa.Table:
        """Put rows into columns."""
        import pyarrow as pa

        columns: dict[str, Any] = {
            "point": pa.array([point for point, _ in work], pa.int32()),
            "run": pa.array([run for _, run in work], pa.int32()),
        }
        for i, axis in enumerate(self.plan.axes):
            values = [axis.coordinate(self.points[point][i]) for point, _ in work]
            if axis.numeric:
                columns[axis.name] = pa.array([float(v) for v in values], pa.float64())
            else:
                columns[axis.name] = pa.array([str(v) for v in values], pa.string())
        for i, output in enumerate(self.outputs):
            columns[output.name] = pa.array([found[i] for found, _ in rows], pa.float64())
        columns["reason"] = pa.array([reason for _, reason in rows], pa.string())
        return pa.table(columns)


def job_of_folder(folder: str | Path) -> SweepJob:
    """Build a job again from the files that were kept with its chunks.

    Parameters
    ----------
    folder : str or Path
        Or an address that fsspec knows.

    Returns
    -------
    SweepJob

    Raises
    ------
    ResultFileError
        If the folder holds no study.
    """
    from hoplon.sweep.execution.place import Place

    place = Place(folder)
    try:
        study, scenario = (place.read(name).decode() for name in ("study.yaml", "scenario.yaml"))
    except (OSError, UnicodeDecodeError) as error:
        why = "study.yaml or scenario.yaml is missing" if isinstance(error, FileNotFoundError) else str(error)
        raise ResultFileError(
            f"this is no folder of a study that was begun: {why}",
            where=place.url,
            remedy="Point to the folder that `hoplon study` named when it ended.",
        ) from None
    return SweepJob(loads_study(study, scenario, f"{place.url}/study.yaml"))


def _idle(world: Prepared) -> str:
    """Say why a battle has no leakage, where nothing was to be engaged."""
    return "" if world.engages and world.impact_ground else NOTHING_TO_ENGAGE


def reason_of(kind: str, error: HoplonError) -> str:
    """Say in one line why a point has no result.

    Parameters
    ----------
    kind : str
    error : HoplonError

    Returns
    -------
    str
    """
    where = f" ({error.where})" if error.where else ""
    return f"{kind}: {error.what}{where}"
