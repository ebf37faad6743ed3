"""A study as it is computed: everything looked up, every value checked, before anything runs."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hoplon.errors import InputError, nearest
from hoplon.scenario.leaf import validate
from hoplon.scenario.loading import bundled, bundled_studies, document, refuse_other_kind
from hoplon.scenario.reading import Document, Key, read_file, read_text
from hoplon.scenario.units import split_unit, unit_of
from hoplon.sweep.axes import Axis, Trouble, make_axis
from hoplon.sweep.design import count, points
from hoplon.sweep.outputs import outputs
from hoplon.sweep.plan_schema import DEFAULT_RUNS, MAX_BATTLES, MAX_POINTS, AxisFile, StudyFile
from hoplon.sweep.quantities import KILL_QUANTILE, STATED_KILL, Quantities, parts
from hoplon.sweep.variants import Variants

FORMAT = "hoplon-study"

#: Columns of results besides those of axes and outputs.
COLUMNS = ("point", "run", "battles", "reason")

#: Items of one axis that are all tried out before anything runs; of longer ones the ends and the middle.
_ALL_TRIED = 60


@dataclass(frozen=True, slots=True)
class StudyPlan:
    """What a study computes.

    Attributes
    ----------
    name, title, question : str
    scenario : str
        As the study names it.
    scenario_data : mapping
        What the scenario's file says.
    axes : tuple of Axis
    design : str
        ``grid``, ``list``, ``latin_hypercube`` or ``sobol``.
    n : int or None
        Points of a drawn design.
    mode : str
        ``expected`` or ``sampled``.
    runs : int
        Battles at each point at most; 1 in expected mode.
    seed : int
        Of the battles, the same at every point, and of a drawn design.
    outputs : tuple of str
    half_width : float or None
        Battles stop once the interval of leakage is no wider than this to either side, at every point.
    study_yaml, scenario_yaml : str
        The two files as they are written.
    """

    name: str
    title: str
    question: str
    scenario: str
    scenario_data: Mapping[str, Any] = field(repr=False)
    axes: tuple[Axis, ...] = ()
    design: str = "grid"
    n: int | None = None
    mode: str = "expected"
    runs: int = 1
    seed: int = 1
    outputs: tuple[str, ...] = ("leakage",)
    half_width: float | None = None
    study_yaml: str = field(default="", repr=False)
    scenario_yaml: str = field(default="", repr=False)

    @property
    def count(self) -> int:
        """Number of points."""
        return count(self.design, self.n, self.axes)

    def points(self) -> list[tuple[int | float, ...]]:
        """Return the picks of every point: for each axis the number of an item, or a quantile."""
        return points(self.design, self.n, self.axes, self.seed)

    def coordinates(self, point: tuple[int | float, ...]) -> dict[str, Any]:
        """Return what stands for a point in tables, by axis."""
        return {axis.name: axis.coordinate(pick) for axis, pick in zip(self.axes, point, strict=True)}

    def settings(self, point: tuple[int | float, ...]) -> dict[str, Any]:
        """Return what a point sets, by path."""
        found: dict[str, Any] = {}
        for axis, pick in zip(self.axes, point, strict=True):
            found |= axis.settings(pick)
        return found


def load_study(name_or_path: str | Path) -> StudyPlan:
    """Load a study.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a bundled study, or a file.

    Returns
    -------
    StudyPlan

    Raises
    ------
    InputError
        If it cannot be used: with file, line, key, the nearest valid name and the count.
    """
    text = str(name_or_path)
    refuse_other_kind(text, "a study")
    known = bundled_studies()
    path = known.get(text, Path(name_or_path))
    if not path.exists() and not any(sign in text for sign in "/\\.\0"):
        raise InputError(
            f"no study '{text}' is bundled, and there is no such file", remedy=nearest(text, known)
        )
    stated = read_file(path)
    _check_format(stated)
    return plan_of(stated, _scenario(stated, path.parent))


def loads_study(text: str, scenario: str | None = None, name: str = "study") -> StudyPlan:
    """Load a study from memory.

    Parameters
    ----------
    text : str
        What a study file holds.
    scenario : str, optional
        What its scenario's file holds; by default the file that the study names is read.
    name : str
        What to call it in messages.

    Returns
    -------
    StudyPlan
    """
    stated = read_text(text, name)
    _check_format(stated)
    if scenario is None:
        return plan_of(stated, _scenario(stated, Path()))
    return plan_of(stated, read_text(scenario, str(stated.data.get("scenario", "scenario"))))


def plan_of(stated: Document, base: Document) -> StudyPlan:
    """Make a plan of a study and its scenario.

    Parameters
    ----------
    stated : Document
        The study.
    base : Document
        The scenario.

    Returns
    -------
    StudyPlan

    Raises
    ------
    InputError
        With file, line, key and remedy.
    """
    spec = validate(StudyFile, stated.data, stated)
    quantities = Quantities(base)
    axes = tuple(_axis(name, axis, quantities, stated) for name, axis in spec.vary.items())
    _unlike(axes, spec.outputs, stated)
    _check_design(spec, axes, stated)
    total = count(spec.design.kind, spec.design.n, axes)
    runs = _runs(spec, total, stated)
    half_width = spec.stop.half_width if spec.stop else None
    if half_width is not None and (raid := [axis.name for axis in axes if axis.raid_side]):
        raise stated.error(
            f"no stop rule runs over what the attacker does, and '{raid[0]}' is varied",
            ("stop", "half_width"),
            "Write runs: how many battles every point gets.",
        )
    if half_width is not None and "leakage" not in spec.outputs:
        raise stated.error(
            "the interval of leakage is to be narrow, and leakage is no output", ("outputs",), "Add leakage."
        )
    try:
        outputs(spec.outputs, quantities.scenario, spec.mode)
    except InputError as error:
        raise stated.error(error.what, ("outputs",), error.remedy) from None
    plan = StudyPlan(
        name=spec.name,
        title=spec.title,
        question=spec.question,
        scenario=spec.scenario,
        scenario_data=base.data,
        axes=axes,
        design=spec.design.kind,
        n=spec.design.n,
        mode=spec.mode,
        runs=runs,
        seed=spec.seed,
        outputs=spec.outputs,
        half_width=half_width,
        study_yaml=stated.text,
        scenario_yaml=base.text,
    )
    _try_out(plan, stated)
    return plan


def _check_format(stated: Document) -> None:
    data = stated.data
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        said = data.get("format") if isinstance(data, dict) else None
        remedy = f"Write format: {FORMAT}."
        if said in ("hoplon-scenario", "hoplon-comparison"):
            remedy = f"Type: hoplon {'run' if said == 'hoplon-scenario' else 'compare'} {stated.name}"
        shown = f"format is '{str(said)[:40]}'" if said is not None else "'format' is missing"
        raise stated.error(f"{shown}; this is no study", ("format",), remedy)
    version = data.get("version")
    if type(version) is not int or version != 1:
        newer = type(version) is int and version > 1
        raise stated.error(
            f"study version {str(version)[:20]} is not known; this Hoplon reads version 1",
            ("version",),
            "Update Hoplon, or write version: 1." if newer else "Write version: 1.",
        )


def _scenario(stated: Document, folder: Path) -> Document:
    """Read the scenario that a study names: a bundled one, or a file beside it."""
    name = validate(StudyFile, stated.data, stated).scenario
    if name in bundled():
        return document(name)
    path = folder / name
    if not path.exists():
        raise stated.error(f"there is no scenario '{name}'", ("scenario",), nearest(name, bundled()))
    return document(path if path.suffix else path.absolute())


def _axis(name: str, axis: AxisFile, quantities: Quantities, stated: Document) -> Axis:
    def trouble(what: str, key: Key, remedy: str) -> InputError:
        return stated.error(what, ("vary", name, *key), remedy)

    make: Trouble = trouble
    path = (axis.paths or (name,))[0]
    unit = unit_of(path) if axis.cases is None else ""
    plain = name if axis.paths or axis.cases is not None else readable(path)
    return make_axis(name, axis.model_copy(update={"title": axis.title or plain}), quantities, unit, make)


_NAMES = {
    STATED_KILL: "single-shot kill probability",
    KILL_QUANTILE: "quantile of the kill probability",
    "without": "taken away",
}


def readable(path: str) -> str:
    """Name a path for people: what it is, and whose.

    Parameters
    ----------
    path : str
        Such as ``missiles.nodong.stages.0.dry_kg``.

    Returns
    -------
    str
        Such as ``stages 0 dry (nodong)``; the unit stands elsewhere.
    """
    way = [str(part) for part in parts(path)]
    if path in _NAMES:
        return _NAMES[path]
    if len(way) < 3:
        return split_unit(way[-1])[0].replace("_", " ")
    skipped = 2 if way[:2] == ["command", "actors"] else 1
    owner, rest = way[skipped], way[skipped + 1 :]
    if not rest:
        owner, rest = way[0], way[1:]
    told = " ".join([*rest[:-1], split_unit(rest[-1])[0]]).replace("_", " ")
    if way[0] == "raid":
        return f"{told} (raid line {owner})"
    return f"{told} ({owner})"


def _unlike(axes: tuple[Axis, ...], asked: Collection[str], stated: Document) -> None:
    """Refuse a path that two axes move, or that lies inside one that another moves whole."""
    taken: dict[tuple[str | int, ...], str] = {}
    for axis in axes:
        if axis.name in (*COLUMNS, *asked):
            raise stated.error(
                f"'{axis.name}' is the name of a column of the results",
                ("vary", axis.name),
                "Choose another.",
            )
        own: set[tuple[str | int, ...]] = set()
        for path in axis.paths:
            way = parts(path)
            for other, by in taken.items():
                shared = min(len(way), len(other))
                if way[:shared] == other[:shared]:
                    raise stated.error(
                        f"{path} is varied twice: by '{by}' and by '{axis.name}'",
                        ("vary", axis.name),
                        "Keep one of the two axes.",
                    )
            if way in own:
                raise stated.error(f"{path} is named twice", ("vary", axis.name), "Name it once.")
            own.add(way)
        taken |= dict.fromkeys(own, axis.name)


def _check_design(spec: StudyFile, axes: tuple[Axis, ...], stated: Document) -> None:
    kind, n = spec.design.kind, spec.design.n
    if kind in ("grid", "list"):
        for axis in axes:
            if axis.continuous:
                raise stated.error(
                    f"'{axis.name}' can be any value of a range, and a {kind} needs single values",
                    ("vary", axis.name),
                    "Write grid: {low: …, high: …, steps: 5} or a list, own_range: {steps: 5}, or "
                    "design: {latin_hypercube: 64}.",
                )
    if kind == "list" and len({len(axis.items) for axis in axes}) > 1:
        lengths = ", ".join(f"{axis.name} {len(axis.items)}" for axis in axes)
        raise stated.error(
            f"a list takes the first of each axis, then the second: they differ in length ({lengths})",
            ("vary",),
            "Make them equally long, or write design: grid.",
        )
    if kind == "sobol" and n is not None and n & (n - 1):
        below = 1 << (n.bit_length() - 1)
        raise stated.error(
            f"{n} is no power of two, and only such a part of a Sobol' sequence is even",
            ("design",),
            f"Write {below} or {2 * below}.",
        )
    total = count(kind, n, axes)
    if total > MAX_POINTS:
        product = " x ".join(str(len(axis.items)) for axis in axes)
        shown = f"{product} = {total:,}" if kind == "grid" else f"{total:,}"
        raise stated.error(
            f"{shown} points; at most {MAX_POINTS:,} are computed",
            ("vary",),
            "Take fewer values, or write design: {latin_hypercube: 1000}.",
        )


def _runs(spec: StudyFile, total: int, stated: Document) -> int:
    """Return how many battles each point gets at most: the same at every point."""
    if spec.mode == "expected":
        return 1
    budget = spec.stop.budget_battles if spec.stop else None
    runs = spec.runs or (DEFAULT_RUNS if budget is None else budget // total)
    if budget is not None:
        if budget < total:
            raise stated.error(
                f"the budget of {budget:,} battles does not give each of {total:,} points one",
                ("stop", "budget_battles"),
                f"Write at least {total}.",
            )
        runs = min(runs, budget // total)
    if runs * total > MAX_BATTLES:
        raise stated.error(
            f"{total:,} points x {runs:,} battles = {total * runs:,}; at most {MAX_BATTLES:,} are fought",
            ("runs",) if spec.runs else ("vary",),
            "Take fewer points or battles.",
        )
    return runs


def _try_out(plan: StudyPlan, stated: Document) -> None:
    """Resolve the scenario at each value of each axis, the others at the first point's."""
    variants = Variants(plan.scenario_data, plan.scenario, plan.name)
    first = [axis.samples()[0] for axis in plan.axes]
    for place, axis in enumerate(plan.axes):
        picks = axis.samples()
        if len(picks) > _ALL_TRIED:
            picks = [picks[0], picks[len(picks) // 2], picks[-1]]
        for pick in picks:
            try:
                variants.scenario(plan.settings((*first[:place], pick, *first[place + 1 :])))
            except InputError as error:
                shown = json.dumps(axis.coordinate(pick), ensure_ascii=False)
                where = f" ({error.where.partition(' ')[2]})" if " " in error.where else ""
                raise stated.error(
                    f"{shown} cannot be: {error.what}{where}", ("vary", axis.name), error.remedy
                ) from None
