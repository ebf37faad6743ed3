"""Who decided what, when, on which track, by which rule; and what was not done, and why."""

from __future__ import annotations

from collections.abc import Sequence

from hoplon.report.words import named, seconds
from hoplon.result.model import Event

#: What the events of a decision are called on the page.
KIND_WORDS = {
    "impact_prediction": "verdict",
    "consent_request": "asks for consent",
    "consent": "consents",
    "refusal": "refuses",
    "silence": "takes silence for an answer",
    "predelegation": "fire is free",
    "not_engaged": "not engaged",
    "decision": "orders",
    "launch_plan": "plans launches",
    "order_refused": "cannot",
    "interceptor_launch": "launches",
    "intercept": "intercept",
    "kill_assessment": "sees the outcome",
}
#: Of these, what was not done.
_NOT_DONE = ("refusal", "not_engaged", "order_refused")


def decision_rows(events: Sequence[Event], launch_s: dict[str, float] | None = None) -> list[dict[str, str]]:
    """Set out decisions in the order of time.

    Parameters
    ----------
    events : sequence of Event
        Those of `hoplon.result.comparison.decisions`.
    launch_s : dict of str to float, optional
        By threat; with it times count from the launch of each one's threat.

    Returns
    -------
    list of dict
    """
    rows = []
    for event in sorted(events, key=lambda e: (e.t_s, e.threat)):
        start = (launch_s or {}).get(event.threat, 0.0)
        note = event.note
        if event.kind == "impact_prediction":
            note = f"{note}; impact known to {event.value:.0f} km (95 %)"
        elif event.kind == "interceptor_launch":
            note = f"time of flight {event.value:.0f} s"
        elif event.kind == "intercept" and event.value == event.value:
            note = f"{note}; kill probability {event.value:.2f}"
        elif event.kind == "decision" and event.value == event.value:
            note = f"{note}; impact known to {event.value:.0f} km (95 %)"
        rows.append(
            {
                "time": seconds(event.t_s - start),
                "who": named(event.actor),
                "what": KIND_WORDS.get(event.kind, named(event.kind)),
                "threat": named(event.threat),
                "track": str(event.track) if event.track >= 0 else "–",
                "why": note,
                "cls": "leaked" if event.kind in _NOT_DONE else "",
            }
        )
    return rows
