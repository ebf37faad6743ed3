"""Hoplon: what a ballistic-missile-defence system can and cannot do.

>>> import hoplon
>>> scenario = hoplon.load("japan-2018")
>>> battle = hoplon.engage(scenario, seed=1)
>>> study = hoplon.study(scenario, runs=200, seed=1)
>>> study.leakage
>>> hoplon.write_report(study, "report.html")

Every name below is imported when it is first used: ``import hoplon`` itself brings in nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from hoplon.cited import Cited, Mark
    from hoplon.earth import Site
    from hoplon.engagement import engage
    from hoplon.errors import HoplonError, InputError, OutputError, ResultFileError, UnreachableError
    from hoplon.flight import Trajectory
    from hoplon.front import fly, warmup, write_run
    from hoplon.front_compare import compare
    from hoplon.front_decide import decide
    from hoplon.front_expected import expect
    from hoplon.front_least import least
    from hoplon.front_map import make_map
    from hoplon.front_sweep import load_study, run_study
    from hoplon.report import write_report
    from hoplon.result import read_run_folder as read_run
    from hoplon.result.expected import ExpectedRecord
    from hoplon.result.model import Event, Interval, Record, Study, ThreatOutcome
    from hoplon.scenario import Scenario, catalogue, describe, load
    from hoplon.studies import study
    from hoplon.verification import verify

#: Where each name of the front door lives.
_HOME = {
    "load": "hoplon.scenario",
    "engage": "hoplon.engagement",
    "expect": "hoplon.front_expected",
    "study": "hoplon.studies",
    "compare": "hoplon.front_compare",
    "load_study": "hoplon.front_sweep",
    "run_study": "hoplon.front_sweep",
    "write_run": "hoplon.front",
    "make_map": "hoplon.front_map",
    "decide": "hoplon.front_decide",
    "least": "hoplon.front_least",
    "read_run": "hoplon.result:read_run_folder",
    "write_report": "hoplon.report",
    "fly": "hoplon.front",
    "catalogue": "hoplon.scenario",
    "describe": "hoplon.scenario",
    "verify": "hoplon.verification",
    "warmup": "hoplon.front",
    "Scenario": "hoplon.scenario",
    "ExpectedRecord": "hoplon.result.expected",
    "Record": "hoplon.result.model",
    "ThreatOutcome": "hoplon.result.model",
    "Event": "hoplon.result.model",
    "Study": "hoplon.result.model",
    "Interval": "hoplon.result.model",
    "Trajectory": "hoplon.flight",
    "Site": "hoplon.earth",
    "Cited": "hoplon.cited",
    "Mark": "hoplon.cited",
    "HoplonError": "hoplon.errors",
    "InputError": "hoplon.errors",
    "UnreachableError": "hoplon.errors",
    "OutputError": "hoplon.errors",
    "ResultFileError": "hoplon.errors",
}

__all__ = [
    "Cited",
    "Event",
    "ExpectedRecord",
    "HoplonError",
    "InputError",
    "Interval",
    "Mark",
    "OutputError",
    "Record",
    "ResultFileError",
    "Scenario",
    "Site",
    "Study",
    "ThreatOutcome",
    "Trajectory",
    "UnreachableError",
    "__version__",
    "catalogue",
    "compare",
    "decide",
    "describe",
    "engage",
    "expect",
    "fly",
    "least",
    "load",
    "load_study",
    "make_map",
    "read_run",
    "run_study",
    "study",
    "verify",
    "warmup",
    "write_report",
    "write_run",
]


def __getattr__(name: str) -> Any:
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module 'hoplon' has no attribute '{name}'", name=name, obj=None) from None
    module, _, attribute = home.partition(":")
    value = getattr(import_module(module), attribute or name)
    globals()[name] = value  # the next look-up does not come here again
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(_HOME))
