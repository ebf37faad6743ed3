"""What decides an answer: values moved through ranges, shares of variance, break-even values, curves."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from hoplon.result.codec import build, plain, read_json
from hoplon.result.model import Interval, Swing

DECIDES_FORMAT = "hoplon-decides"
DECIDES_VERSION = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that is moved, with its range.

    Attributes
    ----------
    path : str
    unit : str
        Empty for a number without unit.
    low, best, high : float
    mark : str
        How far its source was followed.
    """

    path: str
    unit: str
    low: float
    best: float
    high: float
    mark: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One value moved to the ends of its own range, all others at their best values.

    Attributes
    ----------
    name : str
        Its path, or what the paths have in common that stand or fall together.
    label : str
        The same in words.
    readings : tuple of Reading
        At least one.
    leakage_at_low, leakage_at_best, leakage_at_high : float
        Expected leakage. NaN where a missile does not reach its aim at that end.
    """

    name: str
    label: str
    readings: tuple[Reading, ...]
    leakage_at_low: float
    leakage_at_best: float
    leakage_at_high: float

    @property
    def reach(self) -> float:
        """How far it moves the leakage, as a share; NaN where an end could not be computed."""
        ends = (self.leakage_at_low, self.leakage_at_best, self.leakage_at_high)
        return max(ends) - min(ends) if not any(map(math.isnan, ends)) else math.nan


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a profile.

    Attributes
    ----------
    values : tuple of float
        In the order of the readings.
    leakage : float
    """

    values: tuple[float, ...]
    leakage: float


@dataclass(frozen=True, slots=True)
class Profile:
    """Expected leakage at stated places all through the range of one value.

    Attributes
    ----------
    name, label : str
    readings : tuple of Reading
    places : tuple of Place
        From the low end to the high end.
    level : float
        The leakage whose crossing is looked for; NaN for none.
    crossings : tuple of tuple of float
        Numbers of places, with a fraction, between which the leakage crosses the level.
    logarithmic : bool
        Whether the places are evenly spread in the logarithm.
    """

    name: str
    label: str
    readings: tuple[Reading, ...]
    places: tuple[Place, ...]
    level: float
    crossings: tuple[float, ...]
    logarithmic: bool


@dataclass(frozen=True, slots=True)
class Index:
    """How much of the variance of the leakage one group of values brings in.

    Attributes
    ----------
    name : str
    values : int
        How many are in the group, each drawn by itself.
    first : Interval
        First-order index: the share that would go if the group were known.
    total : Interval
        Total index: the share that would stay if all but the group were known.
    """

    name: str
    values: int
    first: Interval
    total: Interval


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Sobol indices with what they were made from.

    Attributes
    ----------
    indices : tuple of Index
        The largest total first.
    rows : int
        Of the design; the scenario was evaluated so often for each group and twice more.
    lost : int
        Rows that were left out, since a missile did not reach its aim point in them.
    evaluations : int
    seed : int
    leakage : Interval
        Mean over the draws, and within which 90 % of them fall: not an interval of the mean.
    deviation : float
        Standard deviation of the leakage over the draws.
    """

    indices: tuple[Index, ...]
    rows: int
    lost: int
    evaluations: int
    seed: int
    leakage: Interval
    deviation: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where the leakage crosses a level.

    Attributes
    ----------
    low, high : float
        The crossing lies between them.
    leakage_at_low, leakage_at_high : float
    """

    low: float
    high: float
    leakage_at_low: float
    leakage_at_high: float

    @property
    def rises(self) -> bool:
        """Whether more gets through above the crossing than below it."""
        return self.leakage_at_high > self.leakage_at_low


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The values of one quantity at which the leakage crosses a level.

    Attributes
    ----------
    reading : Reading
        The quantity, with the range that was searched.
    label : str
        What it is, in words.
    level : float
        Leakage.
    crossings : tuple of Crossing
        From low to high; empty where the level is not crossed.
    points : tuple of pairs of float
        All values tried, in order, with the expected leakage.
    logarithmic : bool
        Whether the range was searched in the logarithm.
    """

    reading: Reading
    label: str
    level: float
    crossings: tuple[Crossing, ...]
    points: tuple[tuple[float, float], ...]
    logarithmic: bool


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One stated size of raid.

    Attributes
    ----------
    size : int
        Missiles.
    leakage : Interval
        Share that gets through.
    stopped : Interval
        Missiles that are stopped, mean of a battle.
    marginal : Interval
        Of the missiles that this size has more than the one before it, the share by which more get through;
        NaN for the first. May leave 0 to 1.
    """

    size: int
    leakage: Interval
    stopped: Interval
    marginal: Interval


@dataclass(frozen=True, slots=True)
class Curve:
    """Leakage against the sizes of raid that a user states, under one doctrine.

    Attributes
    ----------
    doctrine : str
    points : tuple of CurvePoint
        From the smallest size to the largest.
    """

    doctrine: str
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class Decides:
    """What the answer to a scenario turns on.

    Attributes
    ----------
    scenario, title, question, date : str
    leakage : float
        Expected at best values; nothing drawn.
    sentences : tuple of str
        What decides, in words; the first is the finding.
    groups : tuple of Swing
        Values that carry one doubt, moved together; the widest first, all at once at the end.
    bars : tuple of Bar
        Values moved one at a time; the widest first.
    left_out : tuple of str
        What was not moved, and why.
    profiles : tuple of Profile
        Of the values that move the answer most.
    sensitivity : Sensitivity or None
    break_even : BreakEven or None
    curves : tuple of Curve
    overrides : tuple of str
    scenario_yaml : str
    """

    scenario: str
    title: str
    question: str
    date: str
    leakage: float
    sentences: tuple[str, ...] = ()
    groups: tuple[Swing, ...] = ()
    bars: tuple[Bar, ...] = ()
    left_out: tuple[str, ...] = ()
    profiles: tuple[Profile, ...] = ()
    sensitivity: Sensitivity | None = None
    break_even: BreakEven | None = None
    curves: tuple[Curve, ...] = ()
    overrides: tuple[str, ...] = ()
    scenario_yaml: str = field(default="", repr=False)


def decides_facts(decides: Decides) -> dict[str, object]:
    """Turn what decides into what JSON can hold; the scenario has a file of its own.

    Parameters
    ----------
    decides : Decides

    Returns
    -------
    dict
    """
    facts: Mapping[str, object] = plain(decides)
    kept = {key: value for key, value in facts.items() if key != "scenario_yaml"}
    kept["expected_leakage_share"] = kept.pop("leakage")
    return {"format": DECIDES_FORMAT, "version": DECIDES_VERSION, **kept}


def decides_text(decides: Decides) -> str:
    """Write what decides as the text of ``decides.json``.

    Parameters
    ----------
    decides : Decides

    Returns
    -------
    str
    """
    return json.dumps(decides_facts(decides), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def decides_from_text(text: str, where: str, scenario_yaml: str) -> Decides:
    """Rebuild what decides from the text of ``decides.json``; the inverse of `decides_text`.

    Parameters
    ----------
    text, where : str
        Content, and the file it came from.
    scenario_yaml : str

    Returns
    -------
    Decides

    Raises
    ------
    ResultFileError
        Where the text is none of this format and version, or is cut short.
    """
    facts = read_json(text, where, DECIDES_FORMAT, DECIDES_VERSION)
    leakage = facts.pop("expected_leakage_share", None)
    made = build(Decides, {**facts, "leakage": leakage, "scenario_yaml": scenario_yaml}, where)
    assert isinstance(made, Decides)
    return made
