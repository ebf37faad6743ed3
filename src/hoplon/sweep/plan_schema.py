"""The format of study files, version 1."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from hoplon.scenario.leaf import LooseTuple, Name, Strict, Text, trouble

#: Points, and battles, that one study may have.
MAX_POINTS = 100_000
MAX_BATTLES = 10_000_000
#: Battles of a point, where a study does not say how many.
DEFAULT_RUNS = 200
MAX_STEPS = MAX_POINTS

_HOW = ("list", "grid", "range", "own_range", "distribution", "cases")

Scale = Literal["linear", "log"]
Whole = Annotated[int, Field(ge=1)]


class GridFile(Strict):
    """Values at even distances, both ends included."""

    low: float
    high: float
    steps: Annotated[int, Field(ge=2)]
    scale: Scale = "linear"


class RangeFile(Strict):
    """Any value between two ends, each as likely."""

    low: float
    high: float
    scale: Scale = "linear"


class OwnRangeFile(Strict):
    """The range that the catalogue gives the value, with a distribution that follows from its kind."""

    steps: Annotated[int, Field(ge=2)] | None = None


class DistributionFile(Strict):
    """A distribution that the user states."""

    kind: Literal["uniform", "log_uniform", "triangular", "normal"]
    low: float | None = None
    best: float | None = None
    high: float | None = None
    mean: float | None = None
    sigma: Annotated[float, Field(gt=0.0)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> DistributionFile:
        needed = {"triangular": ("low", "best", "high"), "normal": ("mean", "sigma")}
        wanted = needed.get(self.kind, ("low", "high"))
        allowed = (*wanted, "low", "high") if self.kind == "normal" else wanted
        for key in wanted:
            if getattr(self, key) is None:
                raise trouble(f"'{key}' is missing", f"A {self.kind} distribution has {', '.join(wanted)}.")
        for key in ("low", "best", "high", "mean", "sigma"):
            if getattr(self, key) is not None and key not in allowed:
                raise trouble(f"{key} has no meaning for a {self.kind} distribution", "Remove it.", (key,))
        return self


class AxisFile(Strict):
    """What is varied, and how: exactly one of list, grid, range, own_range, distribution and cases."""

    title: Text | None = None
    paths: Annotated[tuple[Text, ...], LooseTuple, Field(min_length=1)] | None = None
    why: Text | None = None
    list: Annotated[tuple[Any, ...], LooseTuple, Field(min_length=1)] | None = None
    grid: GridFile | None = None
    range: RangeFile | None = None
    own_range: OwnRangeFile | None = None
    distribution: DistributionFile | None = None
    cases: Annotated[dict[str, dict[str, Any]], Field(min_length=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        """Accept ``[1, 2, 4]`` for a list, ``own_range`` and ``own_range: {}`` for the catalogue's range."""
        if isinstance(data, list):
            return {"list": data}
        if data == "own_range":
            return {"own_range": {}}
        if not isinstance(data, dict):
            raise trouble(
                "how it is varied is not stated",
                "Write a list, such as [1, 2, 4], or own_range, or {grid: {low: 1, high: 4, steps: 4}}.",
            )
        if "own_range" in data and data["own_range"] in (None, True):
            return {**data, "own_range": {}}
        return data

    @model_validator(mode="after")
    def _one_way(self) -> AxisFile:
        how = [name for name in _HOW if getattr(self, name) is not None]
        if len(how) != 1:
            what = f"varied in two ways: {', '.join(how)}" if how else "how it is varied is not stated"
            raise trouble(what, f"Write one of {', '.join(_HOW)}.")
        if self.cases is not None and self.paths is not None:
            raise trouble("cases name their own paths", "Remove paths.", ("paths",))
        return self

    @property
    def how(self) -> str:
        """Which of the ways is used."""
        return next(name for name in _HOW if getattr(self, name) is not None)


class DesignFile(Strict):
    """Which of all combinations are computed."""

    kind: Literal["grid", "list", "latin_hypercube", "sobol"]
    n: Whole | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        """Accept ``grid`` and ``{sobol: 64}``."""
        if isinstance(data, str):
            return {"kind": data}
        if isinstance(data, dict) and len(data) == 1 and "kind" not in data:
            ((kind, n),) = data.items()
            return {"kind": kind, "n": n}
        return data

    @model_validator(mode="after")
    def _number(self) -> DesignFile:
        drawn = self.kind in ("latin_hypercube", "sobol")
        if drawn and self.n is None:
            raise trouble(f"how many points {self.kind} takes is not stated", f"Write {{{self.kind}: 64}}.")
        if not drawn and self.n is not None:
            raise trouble(f"a number of points has no meaning for {self.kind}", "Remove it.", ("n",))
        if self.n is not None and self.n > MAX_POINTS:
            raise trouble(f"{self.n:,} points; at most {MAX_POINTS:,} are computed", "Take fewer.")
        return self


class StopFile(Strict):
    """When to stop before all battles are fought."""

    half_width: Annotated[float, Field(gt=0.0, lt=0.5)] | None = None
    budget_battles: Whole | None = None

    @model_validator(mode="after")
    def _something(self) -> StopFile:
        if self.half_width is None and self.budget_battles is None:
            raise trouble("no reason to stop is stated", "Write half_width: 0.02 or budget_battles: 20000.")
        return self


class StudyFile(Strict):
    """A Hoplon study: what of a scenario is varied, and what is asked of each point."""

    format: Literal["hoplon-study"]
    version: Literal[1]
    name: Name
    title: Text
    question: Text
    scenario: Text
    vary: Annotated[dict[str, AxisFile], Field(min_length=1, max_length=30)]
    design: DesignFile = DesignFile(kind="grid")
    mode: Literal["expected", "sampled"]
    runs: Whole | None = None
    seed: Annotated[int, Field(ge=0)] = 1
    outputs: Annotated[tuple[Text, ...], LooseTuple, Field(min_length=1)] = ("leakage", "interceptors_used")
    stop: StopFile | None = None

    @model_validator(mode="after")
    def _fits(self) -> StudyFile:
        if self.mode == "expected":
            for key in ("runs", "stop"):
                if getattr(self, key) is not None:
                    raise trouble(
                        f"'{key}' has no meaning in expected mode, in which nothing is drawn",
                        "Remove it, or write mode: sampled.",
                        (key,),
                    )
        return self


_LIST = {"type": "array", "minItems": 1}
_SHORT_AXES = [_LIST, {"const": "own_range"}]
_SHORT_DESIGNS = [
    {"enum": ["grid", "list"]},
    {
        "type": "object",
        "properties": {key: {"type": "integer", "minimum": 1} for key in ("latin_hypercube", "sobol")},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    },
]


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of study files, for editors that complete and check while one types.

    Returns
    -------
    dict
        JSON Schema, draft 2020-12.
    """
    schema = StudyFile.model_json_schema(by_alias=True)
    parts = schema["properties"]
    parts["vary"]["additionalProperties"] = {"anyOf": [{"$ref": "#/$defs/AxisFile"}, *_SHORT_AXES]}
    parts["design"] = {"anyOf": [{"$ref": "#/$defs/DesignFile"}, *_SHORT_DESIGNS], "default": "grid"}
    own = schema["$defs"]["AxisFile"]["properties"]["own_range"]
    own["anyOf"] = [*own["anyOf"], {"const": True}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "hoplon-study-1",
        **schema,
        "title": "Hoplon study, version 1",
    }
