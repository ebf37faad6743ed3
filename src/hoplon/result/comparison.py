"""What comes out of a comparison: the same battles fought in several variants, paired seed by seed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hoplon.errors import ResultFileError
from hoplon.result.codec import build, plain, read_json
from hoplon.result.model import Event, Interval, Record

COMPARISON_FORMAT = "hoplon-comparison-result"
COMPARISON_VERSION = 1

#: Events that say who decided what, and what was not done and why.
DECISION_KINDS = (
    "impact_prediction",
    "consent_request",
    "consent",
    "refusal",
    "silence",
    "predelegation",
    "not_engaged",
    "decision",
    "launch_plan",
    "order_refused",
    "interceptor_launch",
    "intercept",
    "kill_assessment",
)


@dataclass(frozen=True, slots=True)
class Side:
    """One variant, and how it differs from the first.

    Attributes
    ----------
    name, title, scenario : str
    leakage : Interval
        Mean over battles of the share that got through.
    difference : Interval
        Mean of the paired differences from the first side, with its interval; NaN ends where all pairs differ
        alike.
    worse, better : int
        Battles in which more got through than in the first side's battle of the same seed, and fewer.
    leakage_by_run : tuple of float
    interceptors_used : Interval
        A battle: median, 5 and 95 %.
    decision_s, launch_s : Interval
        From a missile's launch to the order to engage it, and to the first interceptor: median, 5 and 95 %.
    undecided : float
        Share of the missiles to be engaged for which no order came.
    reasons : mapping of str to float
        Why missiles got through: mean number a battle.
    overrides : tuple of str
        What this side replaced or left out.
    log : tuple of Event
        The decisions about the example missile in the example battle.
    example_outcome : str
        What became of that missile.
    scenario_yaml : str
        The resolved scenario.
    """

    name: str
    title: str
    scenario: str
    leakage: Interval
    difference: Interval
    worse: int
    better: int
    leakage_by_run: tuple[float, ...]
    interceptors_used: Interval
    decision_s: Interval
    launch_s: Interval
    undecided: float
    reasons: Mapping[str, float]
    overrides: tuple[str, ...]
    log: tuple[Event, ...]
    example_outcome: str
    scenario_yaml: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides beside each other.

    Attributes
    ----------
    first, second : str
        Names of the sides.
    difference : Interval
        Paired difference in leakage, second less first.
    """

    first: str
    second: str
    difference: Interval


@dataclass(frozen=True, slots=True)
class Comparison:
    """Variants fought with the same seeds.

    Attributes
    ----------
    name, title, question : str
    seed, runs : int
    sides : tuple of Side
        All are compared with the first.
    pairs : tuple of Pair
        Every two sides.
    example_run : int
        The battle of the first side whose leakage is nearest to the mean.
    example_threat : str
        A missile of it, one with which the sides dealt differently where there is such a one.
    example_launch_s : float
        When it was launched.
    """

    name: str
    title: str
    question: str
    seed: int
    runs: int
    sides: tuple[Side, ...]
    pairs: tuple[Pair, ...]
    example_run: int
    example_threat: str
    example_launch_s: float


def comparison_text(comparison: Comparison) -> str:
    """Write a comparison as the text of ``comparison.json``; scenarios have files of their own.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    str
    """
    return json.dumps(comparison_facts(comparison), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def comparison_facts(comparison: Comparison) -> dict[str, object]:
    """Turn a comparison into what JSON can hold, with units in the keys.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    dict
    """
    facts = plain(comparison)
    for side in facts["sides"]:
        del side["scenario_yaml"]
        for key, more in _KEYS.items():
            side[more] = side.pop(key)
    for pair in facts["pairs"]:
        pair["leakage_share_difference"] = pair.pop("difference")
    return {"format": COMPARISON_FORMAT, "version": COMPARISON_VERSION, **facts}


#: Keys that say more than the attribute's name: the unit, or per what.
_KEYS = {
    "leakage": "leakage_share",
    "difference": "leakage_share_difference",
    "worse": "worse_battles",
    "better": "better_battles",
    "leakage_by_run": "leakage_share_by_run",
    "interceptors_used": "interceptors_used_per_battle",
    "decision_s": "decision_after_launch_s",
    "launch_s": "interceptor_launch_after_launch_s",
    "undecided": "undecided_share",
    "reasons": "leak_reasons_per_battle",
    "log": "example_decisions",
}


def comparison_from_text(text: str, where: str, scenarios: Sequence[str]) -> Comparison:
    """Rebuild a comparison from the text of ``comparison.json``; the inverse of `comparison_text`.

    Parameters
    ----------
    text, where : str
        Content, and the file it came from.
    scenarios : sequence of str
        The resolved scenario of each side, in their order.

    Returns
    -------
    Comparison

    Raises
    ------
    ResultFileError
        Where the text is none of this format and version, or is cut short.
    """
    facts = read_json(text, where, COMPARISON_FORMAT, COMPARISON_VERSION)
    sides = facts.get("sides")
    if not isinstance(sides, list) or len(sides) != len(scenarios):
        raise ResultFileError(f"there are not {len(scenarios)} sides", where=where)
    shorter = {more: key for key, more in _KEYS.items()}
    facts["sides"] = [
        {shorter.get(key, key): value for key, value in side.items()} | {"scenario_yaml": scenario}
        for side, scenario in zip(sides, scenarios, strict=True)
    ]
    facts["pairs"] = [
        {("difference" if key == "leakage_share_difference" else key): value for key, value in pair.items()}
        for pair in facts.get("pairs", ())
    ]
    made = build(Comparison, facts, where)
    assert isinstance(made, Comparison)
    return made


def decisions(record: Record, threat: str = "") -> tuple[Event, ...]:
    """Return who decided what in a battle, and what was not done and why.

    Parameters
    ----------
    record : Record
    threat : str, optional
        Only what concerns this one.

    Returns
    -------
    tuple of Event
        In the order of time.
    """
    return tuple(
        event for event in record.events if event.kind in DECISION_KINDS and threat in ("", event.threat)
    )


def after_launch_s(record: Record, moment: str) -> list[float]:
    """Return when a moment came for each threat that was to be engaged, after its launch; NaN where never.

    Parameters
    ----------
    record : Record
    moment : str

    Returns
    -------
    list of float
    """
    return [
        o.moments_s.get(moment, math.nan) - o.moments_s["launch"]
        for o in record.outcomes
        if o.outcome != "let_pass"
    ]
