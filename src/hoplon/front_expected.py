"""What is to be expected of a scenario, without draws, for people and files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoplon.errors import InputError

if TYPE_CHECKING:
    from hoplon.result.expected import ExpectedRecord
    from hoplon.scenario import Scenario


def expect(scenario: Scenario) -> ExpectedRecord:
    """Compute what is to be expected of one battle of a scenario: the whole chain, nothing drawn.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    ExpectedRecord

    Raises
    ------
    UnreachableError
        If a missile cannot reach its aim point.
    """
    from hoplon.engagement.expected import expect as expect_prepared
    from hoplon.engagement.prepare import prepare

    return expect_prepared(prepare(scenario))


def expect_named(scenario: str | Path, without: Sequence[str] = ()) -> tuple[Scenario, ExpectedRecord]:
    """Load a scenario and compute what is to be expected of it: what `hoplon run --mode expected` does.

    Parameters
    ----------
    scenario : str or Path
        Name of a bundled scenario, or a file.
    without : sequence of str
        As in `hoplon.front.run`.

    Returns
    -------
    scenario : Scenario
        Without what was taken out.
    record : ExpectedRecord
    """
    from hoplon.scenario import load
    from hoplon.scenario import without as taken_out

    played = load(scenario)
    if without:
        try:
            played = taken_out(played, without)
        except InputError as error:
            raise InputError(error.what, where="--without", remedy=error.remedy) from None
    return played, expect(played)


def expected_facts(record: ExpectedRecord) -> dict[str, Any]:
    """Return an expected battle as one object, units in the keys.

    Parameters
    ----------
    record : ExpectedRecord

    Returns
    -------
    dict
    """
    return {
        "format": "hoplon-expected",
        "version": 1,
        "scenario": record.scenario,
        "mode": "expected",
        "leakage": record.leakage,
        "chain_holds_through": record.waterfall,
        "interceptors_used": dict(record.interceptors_used),
        "threats": [
            {
                "threat": outcome.threat,
                "missile": outcome.missile,
                "aim": outcome.aim,
                "attacks": outcome.attacks,
                "leak_probability": outcome.leak_probability,
                "chain_holds_through": dict(outcome.passed),
                "shots": outcome.shots,
            }
            for outcome in record.outcomes
        ],
    }
