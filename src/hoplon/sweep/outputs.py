"""What can be asked of each point of a study."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hoplon.errors import InputError, nearest
from hoplon.result.expected import ExpectedRecord
from hoplon.result.model import Record, ThreatOutcome
from hoplon.scenario import Scenario

NAN = float("nan")

FromRecord = Callable[[Record], float]
FromExpected = Callable[[ExpectedRecord], float]


@dataclass(frozen=True, slots=True)
class Output:
    """A number that a battle has.

    Attributes
    ----------
    name : str
        As the study file asks for it; the column's name in tables.
    title, unit : str
        For people; a share has the unit ``share``.
    sampled : callable or None
        From the record of a battle.
    expected : callable or None
        From what is to be expected; None where that is not computed.
    """

    name: str
    title: str
    unit: str
    sampled: FromRecord
    expected: FromExpected | None = None

    @property
    def is_share(self) -> bool:
        """Whether it lies between 0 and 1."""
        return self.unit == "share"


def outputs(names: Sequence[str], scenario: Scenario, mode: str) -> tuple[Output, ...]:
    """Look outputs up.

    Parameters
    ----------
    names : sequence of str
    scenario : Scenario
        Whose missiles and batteries can be asked for by themselves: ``leakage.nodong``.
    mode : str
        ``sampled`` or ``expected``.

    Returns
    -------
    tuple of Output

    Raises
    ------
    InputError
        For a name that is none, twice the same, or one that the mode does not compute.
    """
    known = {output.name: output for output in available(scenario)}
    found: list[Output] = []
    for name in names:
        if name not in known:
            of_mode = [n for n, o in known.items() if mode == "sampled" or o.expected]
            raise InputError(f"unknown output '{name}'", remedy=nearest(name, of_mode))
        if any(output.name == name for output in found):
            raise InputError(f"output '{name}' is asked for twice", remedy="Keep one of the two.")
        if mode == "expected" and known[name].expected is None:
            computed = ", ".join(n for n, o in known.items() if o.expected and "." not in n)
            raise InputError(
                f"'{name}' is not computed in expected mode, in which nothing is drawn",
                remedy=f"Write mode: sampled, or ask for some of: {computed}.",
            )
        found.append(known[name])
    return tuple(found)


def available(scenario: Scenario) -> tuple[Output, ...]:
    """Return all outputs of a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of Output
    """
    of_missiles = (_leakage_of(missile) for missile in scenario.missiles)
    of_batteries = (_used_by(battery.name) for battery in scenario.batteries)
    return (*_GENERAL, *of_missiles, *of_batteries)


def _mean(values: Iterable[float]) -> float:
    """Return the mean of what is a number; NaN where nothing is."""
    found = [value for value in values if not math.isnan(value)]
    return math.fsum(found) / len(found) if found else NAN


def _attacking(record: Record) -> list[ThreatOutcome]:
    return [outcome for outcome in record.outcomes if outcome.outcome != "let_pass"]


def _count(outcome: str) -> FromRecord:
    return lambda record: float(sum(o.outcome == outcome for o in record.outcomes))


def _came(moment: str) -> FromRecord:
    return lambda record: _mean(float(moment in o.moments_s) for o in _attacking(record))


def _passed(link: str) -> FromExpected:
    return lambda expected: expected.waterfall.get(link, NAN)


def _after_launch(moment: str) -> FromRecord:
    return lambda record: _mean(
        o.moments_s[moment] - o.moments_s["launch"] for o in record.outcomes if moment in o.moments_s
    )


def _leaked(expected: ExpectedRecord) -> float:
    return math.fsum(o.leak_probability for o in expected.outcomes if o.attacks)


def _killed(expected: ExpectedRecord) -> float:
    return math.fsum(1.0 - o.leak_probability for o in expected.outcomes if o.attacks)


def _used(used: Iterable[float]) -> float:
    return math.fsum(used)


def _leakage_of(missile: str) -> Output:
    def sampled(record: Record) -> float:
        return _mean(float(o.outcome == "leaked") for o in _attacking(record) if o.missile == missile)

    def expected(record: ExpectedRecord) -> float:
        return _mean(o.leak_probability for o in record.outcomes if o.attacks and o.missile == missile)

    return Output(f"leakage.{missile}", f"leakage of {missile}", "share", sampled, expected)


def _used_by(battery: str) -> Output:
    return Output(
        f"interceptors_used.{battery}",
        f"interceptors used by {battery}",
        "",
        lambda record: float(record.interceptors_used.get(battery, 0)),
        lambda record: float(record.interceptors_used.get(battery, 0.0)),
    )


_GENERAL = (
    Output("leakage", "leakage", "share", lambda r: r.leakage, lambda e: e.leakage),
    Output("leaked", "missiles that get through", "", _count("leaked"), _leaked),
    Output("killed", "missiles killed", "", _count("killed"), _killed),
    Output(
        "no_leaker",
        "battles in which none gets through",
        "share",
        lambda r: float(not any(o.outcome == "leaked" for o in r.outcomes)),
    ),
    Output(
        "interceptors_used",
        "interceptors used",
        "",
        lambda r: _used(r.interceptors_used.values()),
        lambda e: _used(e.interceptors_used.values()),
    ),
    Output(
        "interceptors_wasted",
        "interceptors wasted",
        "",
        lambda r: float(sum(o.wasted for o in r.outcomes)),
    ),
    Output("detected", "missiles detected", "share", _came("first_detection"), _passed("detected")),
    Output("tracked", "missiles tracked", "share", _came("firm_track"), _passed("tracked")),
    Output("decided", "missiles decided on in time", "share", _came("decision"), _passed("decided in time")),
    Output("shot_at", "missiles shot at", "share", _came("interceptor_launch"), _passed("reachable")),
    Output("warning_s", "warning before impact", "s", lambda r: _mean(o.warning_s for o in r.outcomes)),
    Output("first_detection_s", "first detection", "s", _after_launch("first_detection")),
    Output("firm_track_s", "firm track", "s", _after_launch("firm_track")),
    Output("decision_s", "decision", "s", _after_launch("decision")),
    Output("interceptor_launch_s", "first interceptor launch", "s", _after_launch("interceptor_launch")),
    Output("intercept_s", "last intercept", "s", _after_launch("intercept")),
)
