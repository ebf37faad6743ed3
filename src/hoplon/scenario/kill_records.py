"""What is believed of kill probabilities: a count of tests for each interceptor, or a stated value."""

from __future__ import annotations

from collections.abc import Mapping

from hoplon.cited import Cited, Mark
from hoplon.errors import nearest
from hoplon.interceptor.kill import TestRecord
from hoplon.scenario.command_schema import TestRecordChoice
from hoplon.scenario.entries import InterceptorEntry, TestRecordSpec
from hoplon.scenario.reading import Document, Key

_KEY: Key = ("command", "test_record")


def counted(
    choice: TestRecordChoice, interceptors: Mapping[str, InterceptorEntry], as_of: str, document: Document
) -> dict[str, TestRecordSpec]:
    """Look up the count of tests that the scenario believes.

    Parameters
    ----------
    choice : TestRecordChoice
    interceptors : mapping of str to InterceptorEntry
    as_of : str
        Tests count up to this day.
    document : Document

    Returns
    -------
    dict of str to TestRecordSpec
        By interceptor; empty where a value is stated instead.

    Raises
    ------
    InputError
        For a view that an interceptor does not have, or that has no count so early.
    """
    for name in choice.views:
        if name not in interceptors:
            raise document.error(
                f"no battery has the interceptor '{name}'",
                (*_KEY, "views", name),
                nearest(name, interceptors),
            )
    if choice.value is not None:
        return {}
    return {name: _record(entry, choice, as_of, document) for name, entry in interceptors.items()}


def _record(
    entry: InterceptorEntry, choice: TestRecordChoice, as_of: str, document: Document
) -> TestRecordSpec:
    own = choice.views.get(entry.id)
    chosen = own or choice.view or entry.views[0]
    key: Key = (*_KEY, "views", entry.id) if own else (*_KEY, "view")
    if chosen not in entry.views:
        raise document.error(
            f"interceptor '{entry.id}' has no test record with the view '{chosen}'",
            key,
            nearest(chosen, entry.views),
        )
    record = entry.record(chosen, as_of)
    if record is None:
        days = ", ".join(r.as_of for r in entry.test_records if r.view == chosen)
        raise document.error(
            f"no count of view '{chosen}' for interceptor '{entry.id}' was known on {as_of}",
            key,
            f"Counts exist as of {days}; choose one with test_record: {{view: …, as_of: …}}.",
        )
    return record


def stated(
    choice: TestRecordChoice, interceptors: Mapping[str, InterceptorEntry], as_of: str
) -> dict[str, Cited]:
    """Return the kill probability that the scenario states, beside what the tests would have said.

    Parameters
    ----------
    choice : TestRecordChoice
    interceptors : mapping of str to InterceptorEntry
    as_of : str
        Day as of which each interceptor's own first count is set beside it.

    Returns
    -------
    dict of str to Cited
        By interceptor; empty where a count is believed.
    """
    if choice.value is None:
        return {}
    found = {}
    for name, entry in interceptors.items():
        spec = entry.record(entry.views[0], as_of) or entry.test_records[0]
        record = TestRecord(spec.view, spec.hits, spec.attempts, spec.as_of, spec.source)
        found[name] = Cited(
            choice.value,
            choice.value,
            choice.value,
            Mark.ASSUMED,
            why=choice.why or "",
            rule="stated in the scenario, instead of a count of tests",
            overridden_from=record.posterior().mean,
        )
    return found
