"""Links of the network: how a scenario file writes them, and what they become."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from hoplon.errors import nearest
from hoplon.scenario.leaf import Checked, NotNegative, Probability, Strict, Text, trouble
from hoplon.scenario.reading import Document, Key
from hoplon.scenario.specs import Link

#: Latest end of an outage: a day, longer than any battle.
DAY_S = 86400.0


def _names(data: Any) -> tuple[str, ...]:
    items = data if isinstance(data, list) else [data]
    if not items or not all(isinstance(item, str) and item for item in items):
        raise trouble("a name, or a list of names, is needed here", "Name a sensor or an actor.")
    return tuple(items)


def _outages(data: Any) -> tuple[tuple[float, float], ...]:
    """Read a list of pairs of times, each after the one before."""
    remedy = "Write outages_s: [[300, 360]], from and to, in seconds from the start of the battle."
    if not isinstance(data, list):
        raise trouble("a list of pairs of times is needed here", remedy)
    found: list[tuple[float, float]] = []
    for index, pair in enumerate(data):
        numbers = pair if isinstance(pair, list) else []
        fits = all(isinstance(value, int | float) and not isinstance(value, bool) for value in numbers)
        if len(numbers) != 2 or not fits:
            raise trouble("a pair of times is needed here", remedy, (index,))
        start, end = map(float, numbers)
        if not (found[-1][1] if found else 0.0) <= start < end <= DAY_S:
            raise trouble(
                f"an outage from {start:g} to {end:g} s",
                f"Write from < to, each outage after the one before, from 0 to {DAY_S:g}.",
                (index,),
            )
        found.append((start, end))
    return tuple(found)


_OUTAGES_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "array",
        "items": {"type": "number", "minimum": 0, "maximum": DAY_S},
        "minItems": 2,
        "maxItems": 2,
    },
}


class LinkFile(Strict):
    """Who passes what is known to whom, how late and how well."""

    source: Annotated[
        tuple[str, ...],
        Checked(_names, {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
    ] = Field(alias="from")
    target: Text = Field(alias="to")
    latency_s: NotNegative
    carries: Literal["detections", "tracks"] = "detections"
    permission: Literal["national", "allied", "shared"] = "shared"
    outages_s: Annotated[tuple[tuple[float, float], ...], Checked(_outages, _OUTAGES_SCHEMA)] = ()
    loss: Probability | None = None
    duplicates: Probability | None = None
    jitter_s: NotNegative | None = None


def _between_actors(line: LinkFile, source: str, document: Document, key: Key) -> None:
    """Refuse what has no meaning between people, who speak both ways and call again."""
    if source == line.target:
        raise document.error(f"a link from '{source}' to itself", (*key, "to"), "Name another actor.")
    given = line.model_fields_set & {"carries", "permission", "loss", "duplicates", "jitter_s"}
    for name in sorted(given):
        what = f"'{name}' has no meaning between two actors, who speak and do not send measurements"
        raise document.error(what, (*key, name), "Remove it: latency_s and outages_s are what counts.")


def links(
    lines: Sequence[LinkFile],
    sources: Iterable[str],
    satellites: Iterable[str],
    targets: Iterable[str],
    document: Document,
) -> tuple[Link, ...]:
    """Look up the ends of links, one link for each sensor.

    Parameters
    ----------
    lines : sequence of LinkFile
    sources, satellites, targets : iterable of str
        Names of all sensors, of those that are satellites, and of the actors, two of whom may be linked, too.
    document : Document
        Where they are written.

    Returns
    -------
    tuple of Link

    Raises
    ------
    InputError
        For an unknown name, a link written twice, or tracks from satellites.
    """
    known, blind, actors = list(sources), set(satellites), list(targets)
    found: dict[tuple[str, str], Link] = {}
    for index, line in enumerate(lines):
        key: Key = ("network", index)
        if line.target not in actors:
            what = f"'{line.target}' is not one of the actors"
            raise document.error(what, (*key, "to"), nearest(line.target, actors))
        for source in line.source:
            if source not in known and source not in actors:
                everybody = [*known, *actors]
                raise document.error(f"unknown sensor '{source}'", (*key, "from"), nearest(source, everybody))
            if source in actors:
                _between_actors(line, source, document, key)
            if (source, line.target) in found or (line.target, source) in found:
                what = f"the link from '{source}' to '{line.target}' is written twice"
                raise document.error(what, key, "Keep one.")
            if line.carries == "tracks" and source in blind:
                what = f"'{source}' is a satellite system: it reports launches and has no tracks"
                raise document.error(what, (*key, "carries"), "Remove carries.")
            found[source, line.target] = Link(
                source,
                line.target,
                line.latency_s,
                carries=line.carries,
                permission=line.permission,
                outages_s=line.outages_s,
                loss=line.loss,
                duplicates=line.duplicates,
                jitter=line.jitter_s,
            )
    return tuple(found.values())
