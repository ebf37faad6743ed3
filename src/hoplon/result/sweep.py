"""What comes out of a study file: one line for each point, with intervals; frozen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hoplon.result.decides import Curve
from hoplon.result.model import Interval

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray as xr

SWEEP_FORMAT = "hoplon-study-result"
SWEEP_VERSION = 1

#: Method of the interval of a point in expected mode.
NOTHING_DRAWN = "expected, nothing drawn"

Coordinate = float | int | bool | str


@dataclass(frozen=True, slots=True)
class SweepAxis:
    """One thing that was varied.

    Attributes
    ----------
    name, title, unit : str
    paths : tuple of str
        Everything that moved along it.
    numeric : bool
        Whether its coordinates are numbers.
    raid_side : bool
        Whether it moves what the attacker does; such axes are shown in the order stated, and never ranked.
    values : tuple
        Coordinates of a discrete axis, in the order stated; empty for a continuous one.
    why : str
        The user's reason.
    """

    name: str
    title: str
    unit: str
    paths: tuple[str, ...]
    numeric: bool
    raid_side: bool
    values: tuple[Coordinate, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class SweepOutput:
    """One thing that was asked of each point.

    Attributes
    ----------
    name, title, unit : str
        A share has the unit ``share``.
    """

    name: str
    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """What came of one point.

    Attributes
    ----------
    number : int
    coordinates : mapping of str to float, int, bool or str
        By axis.
    values : mapping of str to Interval
        By output: the mean over battles with its interval, or what is to be expected.
    battles : int
        0 where nothing was drawn, or nothing could be computed.
    reason : str
        Why there is no result, or no leakage; else empty.
    """

    number: int
    coordinates: Mapping[str, Coordinate]
    values: Mapping[str, Interval]
    battles: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A study of many points, and the answer.

    Attributes
    ----------
    name, title, question, scenario : str
    mode : str
        ``sampled`` or ``expected``.
    design : str
    seed, runs : int
        Battles that every point was to get at most; the same seeds at every point.
    axes : tuple of SweepAxis
    outputs : tuple of SweepOutput
    points : tuple of SweepPoint
        In the order of the design, never in the order of what came of them.
    identity : str
        Hash of the question; rows of two studies with the same one can be put together.
    rows : pyarrow.Table or None
        One row for each battle, or for each point where nothing was drawn.
    stopped : str
        Why fewer battles were fought than planned; else empty.
    notes : tuple of str
        What went wrong on the way and was mended.
    study_yaml, scenario_yaml : str
        What was asked, as it was written.
    curves : tuple of Curve
        Leakage against the size of the raid, where an axis states sizes.
    """

    name: str
    title: str
    question: str
    scenario: str
    mode: str
    design: str
    seed: int
    runs: int
    axes: tuple[SweepAxis, ...]
    outputs: tuple[SweepOutput, ...]
    points: tuple[SweepPoint, ...]
    identity: str
    rows: pa.Table | None = field(default=None, repr=False)
    stopped: str = ""
    notes: tuple[str, ...] = ()
    study_yaml: str = field(default="", repr=False)
    scenario_yaml: str = field(default="", repr=False)
    curves: tuple[Curve, ...] = ()

    @property
    def battles(self) -> int:
        """Battles fought in all."""
        return sum(point.battles for point in self.points)

    @property
    def failed(self) -> tuple[SweepPoint, ...]:
        """Points without a result."""
        return tuple(point for point in self.points if not point.values)

    def dataset(self) -> xr.Dataset:
        """Return the answer as an xarray Dataset, labelled by the axes.

        Returns
        -------
        xarray.Dataset
            A grid has a dimension for each axis, any other design one dimension ``point``. For each output
            its mean under its own name, with ``_low`` and ``_high`` where battles were drawn; ``battles``;
            ``reason``.
        """
        import numpy as np
        import xarray as xr

        grid = self.design == "grid"
        dims = [axis.name for axis in self.axes] if grid else ["point"]
        shape = [len(axis.values) for axis in self.axes] if grid else [len(self.points)]

        def variable(cells: list[Any], kind: Any, **attributes: str) -> tuple[list[str], Any, dict[str, str]]:
            return dims, np.array(cells, dtype=kind).reshape(shape), attributes

        found = {}
        for output in self.outputs:
            ends = ("best", "low", "high") if self.mode == "sampled" else ("best",)
            for end in ends:
                cells = [getattr(p.values.get(output.name, _NONE), end) for p in self.points]
                name = output.name if end == "best" else f"{output.name}_{end}"
                words = {"best": "", "low": ", lower end of the 95 % interval", "high": ", upper end"}[end]
                unit = "1" if output.unit in ("", "share") else output.unit
                found[name] = variable(cells, np.float64, long_name=output.title + words, units=unit)
        if self.mode == "sampled":
            found["battles"] = variable([p.battles for p in self.points], np.int64, long_name="battles")
        found["reason"] = variable([p.reason for p in self.points], object, long_name="why no result")
        coordinates: dict[str, Any] = {}
        for axis in self.axes:
            values = axis.values if grid else [p.coordinates[axis.name] for p in self.points]
            kind = np.float64 if axis.numeric else object
            cells = [value if axis.numeric else str(value) for value in values]
            told = {"long_name": axis.title, "units": axis.unit or "1", "paths": ", ".join(axis.paths)}
            coordinates[axis.name] = (axis.name if grid else "point", np.array(cells, dtype=kind), told)
        attributes = {
            "format": SWEEP_FORMAT,
            "version": SWEEP_VERSION,
            "study": self.name,
            "title": self.title,
            "question": self.question,
            "scenario": self.scenario,
            "mode": self.mode,
            "design": self.design,
            "seed": self.seed,
            "identity": self.identity,
        }
        return xr.Dataset(found, coordinates, attributes)

    def table(self) -> pa.Table:
        """Return one row for each point: its axes, its outputs with their intervals, its battles, its reason.

        Returns
        -------
        pyarrow.Table
        """
        import pyarrow as pa

        columns: dict[str, Any] = {"point": pa.array([p.number for p in self.points], pa.int32())}
        for axis in self.axes:
            values = [p.coordinates[axis.name] for p in self.points]
            cells = [float(v) if axis.numeric else str(v) for v in values]
            columns[axis.name] = pa.array(cells, pa.float64() if axis.numeric else pa.string())
        for output in self.outputs:
            for end in ("best", "low", "high") if self.mode == "sampled" else ("best",):
                name = output.name if end == "best" else f"{output.name}_{end}"
                cells = [getattr(p.values.get(output.name, _NONE), end) for p in self.points]
                columns[name] = pa.array(cells, pa.float64())
        columns["battles"] = pa.array([p.battles for p in self.points], pa.int64())
        columns["reason"] = pa.array([p.reason for p in self.points], pa.string())
        return pa.table(columns)


_NONE = Interval(math.nan, math.nan, math.nan, 0)
