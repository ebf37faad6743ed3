"""Where probability is lost: how far along the chain each missile that had to be stopped was brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hoplon.report.svg import Drawing, percent_ticks
from hoplon.report.words import percent
from hoplon.result.model import Record, Study, ThreatOutcome

WIDTH = 1080.0

#: The links of the chain in their order, as they are called on the page.
STAGES = {
    "detected": "seen by a radar",
    "tracked": "firmly in track",
    "decided": "decided on in time",
    "reachable": "in reach of a loaded interceptor",
    "handed_over": "interceptor brought near enough",
    "discriminated": "right object picked out",
    "killed": "hit and destroyed",
}


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain.

    Attributes
    ----------
    name, words : str
    reached : float
        Share of the missiles that had to be stopped that passed this link.
    lost : float
        Share that came to it and did not pass.
    known : bool
        Whether the records say anything of this link: one that the model takes as certain loses nothing.
    """

    name: str
    words: str
    reached: float
    lost: float
    known: bool = True


def chain(records: Sequence[Record]) -> tuple[Link, ...]:
    """Count how far the missiles that had to be stopped were brought.

    Parameters
    ----------
    records : sequence of Record

    Returns
    -------
    tuple of Link
        Empty where nothing had to be stopped. A missile counts with the shot that came farthest.
    """
    places: list[int] = []
    discriminates = False
    for record in records:
        notes: dict[str, list[str]] = {}
        for event in record.events:
            if event.kind == "intercept":
                notes.setdefault(event.threat, []).append(event.note)
        discriminates = discriminates or any(_wrong_object(n) for given in notes.values() for n in given)
        places += [
            _passed(outcome, notes.get(outcome.threat, []))
            for outcome in record.outcomes
            if outcome.outcome in ("killed", "leaked")
        ]
    if not places:
        return ()
    links, before = [], 1.0
    for number, (name, words) in enumerate(STAGES.items(), start=1):
        reached = sum(place >= number for place in places) / len(places)
        known = name != "discriminated" or discriminates
        links.append(Link(name, words, reached, before - reached, known))
        before = reached
    return tuple(links)


def _passed(outcome: ThreatOutcome, notes: Sequence[str]) -> int:
    """Return how many links of the chain a missile passed."""
    if outcome.outcome == "killed":
        return len(STAGES)
    moments = outcome.moments_s
    near = [note for note in notes if not _not_near(note)]
    passed = (
        "first_detection" in moments,
        "firm_track" in moments,
        "decision" in moments and not (outcome.shots == 0 and outcome.reason.startswith("too late")),
        outcome.shots > 0,
        bool(near),
        any(not _wrong_object(note) for note in near),
    )
    return next((i for i, done in enumerate(passed) if not done), len(passed))


def _not_near(note: str) -> bool:
    """Say whether a shot came to nothing before its kill vehicle had a chance."""
    early = ("miss: handed over", "miss: track not good enough", "miss: target had fallen", "no target left")
    return note.startswith(early)


def _wrong_object(note: str) -> bool:
    return any(word in note for word in ("not told apart", "wrong object"))


def draw_waterfall(study: Study) -> Markup | None:
    """Draw the chain from the launch to the kill, with what is lost at each link.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Markup or None
        None where nothing had to be stopped.
    """
    links = chain(study.records)
    if not links:
        return None
    left, right, row, top = 270.0, 190.0, 31.0, 30.0
    height = top + row * (len(links) + 1) + 26
    drawing = Drawing(
        WIDTH, height, "Where probability is lost, from the missiles launched to those destroyed"
    )

    def x(share: float) -> float:
        return left + share * (WIDTH - left - right)

    for share in percent_ticks():
        drawing.line(x(share), top - 4, x(share), height - 24, "grid")
        drawing.text(x(share), height - 8, percent(share, 0), "t small muted", "middle")
    drawing.text(WIDTH - right + 14, top - 12, "left over", "t small muted")
    drawing.text(WIDTH - 8, top - 12, "lost here", "t small muted", "end")
    rows = [("", "missiles that had to be stopped", 1.0, 0.0, True)]
    rows += [(link.name, link.words, link.reached, link.lost, link.known) for link in links]
    for i, (name, words, reached, lost, known) in enumerate(rows):
        y = top + row * i
        cls = "left-over final" if name == "killed" else "left-over"
        drawing.text(left - 12, y + 19, words, "t" if known else "t muted", "end")
        drawing.rect(x(0), y + 5, x(reached) - x(0), row - 10, cls, f"{words}: {percent(reached)}")
        if lost > 0:
            wide = max(x(reached + lost) - x(reached), 1.5)
            drawing.rect(x(reached), y + 5, wide, row - 10, "lost", f"lost here: {percent(lost)}")
        if i + 1 < len(rows):
            drawing.line(x(reached), y + row - 5, x(reached), y + row + 5, "carry")
        drawing.text(WIDTH - right + 14, y + 19, percent(reached), "t strong" if name == "killed" else "t")
        said = percent(lost) if lost > 0 else "–" if known else "taken as certain"
        if name:
            drawing.text(WIDTH - 8, y + 19, said, "t leaked" if lost > 0 else "t small muted", "end")
    return drawing.done()
