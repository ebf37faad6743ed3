"""The values that an answer rests on, as results list them."""

from __future__ import annotations

from hoplon.cited import WEAK_MARKS
from hoplon.result.model import Assumption
from hoplon.scenario.model import Scenario
from hoplon.scenario.units import unit_of


def assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Return the values that a scenario rests on, the doubtful ones first.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of Assumption
    """
    doubt = {mark: place for place, mark in enumerate(WEAK_MARKS)}
    ordered = sorted(
        scenario.cited().items(), key=lambda item: (doubt.get(item[1].mark, len(doubt)), item[0])
    )
    return tuple(
        Assumption(
            path=path,
            best=value.best,
            low=value.low,
            high=value.high,
            unit=unit_of(path.rsplit(".", 1)[-1]),
            mark=str(value.mark),
            source=value.source,
            why=value.why,
            rule=value.rule,
            overridden_from=value.overridden_from,
        )
        for path, value in ordered
    )
