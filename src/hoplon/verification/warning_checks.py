"""Published alerts of the public against the earliest that the chain could have given."""

from __future__ import annotations

from collections.abc import Iterator

from hoplon.engagement.battle import fight
from hoplon.engagement.prepare import prepare
from hoplon.scenario import load
from hoplon.studies.timeline import alert_comparisons
from hoplon.verification.model import Line
from hoplon.verification.registry import Check, between

#: Flights over Japan with a published minute of the alert.
FLIGHTS = ("overflight-2017-08-29", "overflight-2017-09-15")
#: Battles of each; the moments differ by seconds from one to the next.
_RUNS = 3


def earliest_alert() -> Iterator[Line]:
    """No alert was published before the chain could have given it: else the chain is too slow.

    Yields
    ------
    Line
        The difference is no error: it is what decision and message took, as far as the chain is right.
    """
    for name in FLIGHTS:
        scenario = load(name)
        prepared = prepare(scenario)
        records = [fight(prepared, seed=1, run=run) for run in range(_RUNS)]
        for alert in alert_comparisons(scenario, prepared, records):
            low, high = alert.difference_range_s
            yield between(
                f"{scenario.date}: earliest possible alert, at or before the published one",
                "s",
                alert.published_best_s,
                alert.possible_s,
                0.0,
                alert.published_high_s,
                source=f"{alert.source}: {alert.what}",
                note=f"decision and message took {alert.difference_s:+.0f} s ({low:+.0f} to {high:+.0f} s)",
            )


CHECKS = (Check("earliest_alert", "", earliest_alert),)
