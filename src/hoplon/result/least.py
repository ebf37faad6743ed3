"""What comes out of a choice among options: every set computed, the Pareto front, and what is proven."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hoplon.result.codec import build, plain, read_json
from hoplon.result.model import Interval

LEAST_FORMAT = "hoplon-least-result"
LEAST_VERSION = 1


@dataclass(frozen=True, slots=True)
class Price:
    """Yen at best, with the ends of what its sources leave open.

    Attributes
    ----------
    best, low, high : float
    """

    best: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CostItem:
    """One line of what an option costs.

    Attributes
    ----------
    title : str
    count : float
    each_jpy : Price
    year : int or None
        Of the price.
    mark, source, excludes : str
    """

    title: str
    count: float
    each_jpy: Price
    year: int | None
    mark: str
    source: str
    excludes: str


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option that could be chosen.

    Attributes
    ----------
    name, title : str
    cost_jpy : Price
    items : tuple of CostItem
    needs, excludes : tuple of str
    """

    name: str
    title: str
    cost_jpy: Price
    items: tuple[CostItem, ...]
    needs: tuple[str, ...]
    excludes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionSet:
    """A set of options that was computed.

    Attributes
    ----------
    options : tuple of str
        In the order of the file; empty for none of them.
    cost_jpy : Price
    leakage : Interval
        Share of the attacking missiles that get through; NaN ends where nothing was drawn.
    protected_people : Interval
        People of the assets on which nothing falls.
    unharmed : mapping of str to float
        By asset, the probability that nothing falls on it.
    interceptors_used : float
        A battle.
    on_front : bool
        Whether no other set computed is at least as good in cost, leakage and people protected, and better in
        one of them.
    on_front_at_low, on_front_at_high : bool
        The same with everything at its low, and at its high price.
    """

    options: tuple[str, ...]
    cost_jpy: Price
    leakage: Interval
    protected_people: Interval
    unharmed: Mapping[str, float]
    interceptors_used: float
    on_front: bool
    on_front_at_low: bool
    on_front_at_high: bool


@dataclass(frozen=True, slots=True)
class Least:
    """The least costly defences against a stated raid.

    Attributes
    ----------
    name, title, question, scenario, basis : str
    mode : str
        ``expected`` or ``sampled``.
    runs, seed : int
        Of battles; 0 and 0 where nothing was drawn.
    people : mapping of str to float
        By asset.
    options : tuple of OptionRow
    sets : tuple of OptionSet
        Every set computed, from the cheapest to the dearest.
    enumerated : bool
        Whether these are all that are allowed: the front is then exact, and nothing is assumed.
    gap : float
        Proven: at no cost does any set leak less, or protect more of the people, than the front by more than
        this share.
    slack, breach : float
        Assumed: no addition to a set makes either worse by more than `slack`; the worst seen is `breach`.
    pairs : int
        Nested sets that this was seen in.
    overrides : tuple of str
        What the scenario replaces.
    scenario_yaml, options_yaml : str
        The scenario with everything that it has itself, resolved; and the options file.
    """

    name: str
    title: str
    question: str
    scenario: str
    basis: str
    mode: str
    runs: int
    seed: int
    people: Mapping[str, float]
    options: tuple[OptionRow, ...]
    sets: tuple[OptionSet, ...]
    enumerated: bool
    gap: float
    slack: float
    breach: float
    pairs: int
    overrides: tuple[str, ...]
    scenario_yaml: str
    options_yaml: str

    @property
    def front(self) -> tuple[OptionSet, ...]:
        """The sets on the Pareto front, from the cheapest to the dearest."""
        return tuple(each for each in self.sets if each.on_front)

    @property
    def all_people(self) -> float:
        """People of all assets."""
        return float(sum(self.people.values()))

    def sufficient(self, leakage: float) -> OptionSet | None:
        """Return the cheapest set that lets no more than this share through; None where none computed does.

        Parameters
        ----------
        leakage : float

        Returns
        -------
        OptionSet or None
        """
        return next((each for each in self.sets if each.leakage.best <= leakage), None)


#: Keys that say more than the attribute's name: the unit, or per what; of the whole, and of each set.
_KEYS = {"gap": "gap_share", "slack": "slack_share", "breach": "breach_share"}
_SET_KEYS = {
    "leakage": "leakage_share",
    "unharmed": "unharmed_probability",
    "interceptors_used": "interceptors_used_per_battle",
}


def least_facts(least: Least) -> dict[str, Any]:
    """Return a result as one object, units in the keys.

    Parameters
    ----------
    least : Least

    Returns
    -------
    dict
    """
    facts: dict[str, Any] = plain(least)
    for key in ("scenario_yaml", "options_yaml"):
        del facts[key]
    for key, more in _KEYS.items():
        facts[more] = facts.pop(key)
    for each in facts["sets"]:
        for key, more in _SET_KEYS.items():
            each[more] = each.pop(key)
    return {"format": LEAST_FORMAT, "version": LEAST_VERSION, **facts}


def least_text(least: Least) -> str:
    """Return a result as the text of ``least.json``.

    Parameters
    ----------
    least : Least

    Returns
    -------
    str
    """
    return json.dumps(least_facts(least), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def least_from_text(text: str, where: str, scenario_yaml: str, options_yaml: str) -> Least:
    """Rebuild a result from the text of ``least.json``; the inverse of `least_text`.

    Parameters
    ----------
    text, where : str
        Content, and the file it came from.
    scenario_yaml, options_yaml : str

    Returns
    -------
    Least

    Raises
    ------
    ResultFileError
        Where the text is none of this format and version, or is cut short.
    """
    facts = read_json(text, where, LEAST_FORMAT, LEAST_VERSION)
    shorter = {more: key for key, more in _KEYS.items()}
    shorter_of_set = {more: key for key, more in _SET_KEYS.items()}
    facts = {shorter.get(key, key): value for key, value in facts.items()}
    facts["sets"] = [
        {shorter_of_set.get(key, key): value for key, value in each.items()} for each in facts.get("sets", ())
    ]
    made = build(Least, {**facts, "scenario_yaml": scenario_yaml, "options_yaml": options_yaml}, where)
    assert isinstance(made, Least)
    return made
