"""A scenario without some of its elements, to see what they were worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hoplon.cited import Cited, Mark
from hoplon.errors import InputError, nearest
from hoplon.scenario.links import DAY_S
from hoplon.scenario.model import Scenario
from hoplon.scenario.specs import ActorSpec, CommandSpec, Link

#: Stands for every nation but the scenario's own.
ALLIED = "allied"
_LINKS_OF = "links of "


@dataclass(frozen=True, slots=True)
class _Cut:
    """Links that are lost from some time on.

    Attributes
    ----------
    ends : frozenset of pairs of str
    from_s : float
    """

    ends: frozenset[tuple[str, str]]
    from_s: float


def without(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """Take elements out of a scenario; all else stays, the random numbers of the rest included.

    A link that is taken out is one that is down, for the whole battle or from some time on: its sensor looks,
    and nobody hears of it; the actor at its end is asked, and does not hear it. An actor that is taken out is
    not asked. Values that only the removed elements used are no longer among the scenario's.

    Parameters
    ----------
    scenario : Scenario
    names : sequence of str
        Each a sensor, a battery, an actor, a nation (all its sensors, batteries and actors), ``allied`` (all
        nations but the scenario's own), a link, ``"shariki -> command_post"``, or all links between a nation
        and the others, ``"links of allied"``. Behind a link, ``@ 120`` says from which second on it is lost.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        For a name that is none of these, and for the scenario's own actor, whose picture all is shot by.
    """
    whole = scenario
    for name in names:
        scenario = _without_one(scenario, name, whole)
    return scenario


def _without_one(scenario: Scenario, raw: str, whole: Scenario) -> Scenario:
    """Take one name out of a scenario; names are those of the whole one."""
    name, _, since = (part.strip() for part in raw.replace("→", "->").partition("@"))
    name = " -> ".join(part.strip() for part in name.split("->"))
    cut = _cut(whole, name, since, raw)
    if cut is not None:
        return _lost(scenario, cut, name)
    if since:
        raise InputError(
            f"'{name}' cannot be left out from a time on: only links can",
            remedy="Write the link, as in 'shariki -> command_post @ 120'.",
        )
    command = whole.command
    nation_of = {sensor.name: sensor.nation for sensor in whole.sensors}
    nation_of |= {battery.name: battery.nation for battery in whole.batteries}
    people = {name: actor.nation for name, actor in command.actors.items()}
    nation_of |= people
    if name == command.post:
        raise InputError(
            f"'{name}' cannot be left out: its picture is what is shot by",
            remedy="To let another decide, write authority: allied (--authority allied).",
        )
    if name in nation_of:
        gone = {name}
    elif name == ALLIED or name in nation_of.values():
        gone = {
            element
            for element, nation in nation_of.items()
            if (nation != command.own_nation if name == ALLIED else nation == name)
        } - {command.post}
    else:
        known = [*nation_of, *dict.fromkeys(nation_of.values()), *map(_name, whole.links)]
        raise InputError(
            f"there is no sensor, battery, actor, nation or link '{raw}' to leave out",
            remedy=nearest(name, [*known, ALLIED, f"{_LINKS_OF}{ALLIED}"]),
        )
    if not gone:
        raise InputError(f"there is no nation but {command.own_nation} to leave out")
    armed = {battery.name for battery in whole.batteries}
    taken = tuple(
        f"{'battery' if element in armed else 'actor' if element in people else 'sensor'} {element}"
        for element in nation_of
        if element in gone
    )
    return _reduced(scenario, gone, {**scenario.left_out, name: taken})


def _reduced(scenario: Scenario, gone: set[str], left_out: dict[str, tuple[str, ...]]) -> Scenario:
    rest = tuple(sensor for sensor in scenario.sensors if sensor.name not in gone)
    batteries = tuple(battery for battery in scenario.batteries if battery.name not in gone)
    types = {sensor.type_id for sensor in rest}
    kinds = {battery.interceptor for battery in batteries}
    command = scenario.command
    return replace(
        scenario,
        sensors=rest,
        batteries=batteries,
        radar_types={name: entry for name, entry in scenario.radar_types.items() if name in types},
        satellite_types={name: entry for name, entry in scenario.satellite_types.items() if name in types},
        interceptors={name: entry for name, entry in scenario.interceptors.items() if name in kinds},
        links=tuple(link for link in scenario.links if not {link.source, link.target} & gone),
        command=replace(
            command,
            actors=_those_left(command, gone),
            test_records={name: entry for name, entry in command.test_records.items() if name in kinds},
        ),
        left_out=left_out,
    )


def _those_left(command: CommandSpec, gone: set[str]) -> dict[str, ActorSpec]:
    return {
        name: replace(
            actor, needs_consent_of=tuple(other for other in actor.needs_consent_of if other not in gone)
        )
        for name, actor in command.actors.items()
        if name not in gone
    }


def _cut(scenario: Scenario, name: str, since: str, raw: str) -> _Cut | None:
    """Return the links that a name stands for; None where it stands for none."""
    command = scenario.command
    nation_of = {sensor.name: sensor.nation for sensor in scenario.sensors}
    nation_of |= {actor: spec.nation for actor, spec in command.actors.items()}
    if name.startswith(_LINKS_OF):
        nation = name.removeprefix(_LINKS_OF).strip()
        if nation != ALLIED and nation not in nation_of.values():
            nations = [ALLIED, *dict.fromkeys(nation_of.values())]
            raise InputError(f"there is no nation '{nation}'", remedy=nearest(nation, nations))
        own = command.own_nation

        def crosses(one: str, other: str) -> bool:
            ends = {nation_of[one], nation_of[other]}
            return len(ends) == 2 and (own if nation == ALLIED else nation) in ends

        # Who reports to the post, or speaks with it, without a stated link loses the way it has.
        known = {_ends(link) for link in scenario.links}
        linked = {source for source, _ in known}
        known |= {(sensor.name, command.post) for sensor in scenario.sensors if sensor.name not in linked}
        actors = list(command.actors)
        pairs = {(one, other) for index, one in enumerate(actors) for other in actors[index + 1 :]}
        known |= {pair for pair in pairs if pair not in known and pair[::-1] not in known}
        found = {pair for pair in known if crosses(*pair)}
    else:
        pair = tuple(name.split(" -> "))
        if len(pair) != 2:
            return None
        known = {_ends(link) for link in scenario.links}
        people = set(command.actors)
        both_ways = {pair, pair[::-1]} if set(pair) <= people else {pair}
        found = known & both_ways
        if not found and set(pair) <= people and pair[0] != pair[1]:
            found = {(pair[0], pair[1])}
        if not found:
            return None
    return _Cut(frozenset(found), _second(since, raw))


def _second(since: str, raw: str) -> float:
    if not since:
        return 0.0
    try:
        from_s = float(since.removesuffix("s"))
    except ValueError:
        from_s = -1.0
    if not 0.0 <= from_s < DAY_S:
        raise InputError(
            f"'{raw}': '{since}' is no second of a battle",
            remedy="Write the time in seconds behind the @, as in 'shariki -> command_post @ 120'.",
        )
    return from_s


def _lost(scenario: Scenario, cut: _Cut, name: str) -> Scenario:
    left = {*(sensor.name for sensor in scenario.sensors), *scenario.command.actors}
    cut = replace(cut, ends=frozenset(pair for pair in cut.ends if left.issuperset(pair)))
    there = {_ends(link) for link in scenario.links}
    nothing = Cited(0.0, 0.0, 0.0, Mark.UNCHECKED, "no link is stated: no delay")
    links = [
        *scenario.links,
        *(Link(source, target, nothing) for source, target in sorted(cut.ends - there)),
    ]
    down = (cut.from_s, DAY_S)
    links = [
        replace(link, outages_s=(*_before(link.outages_s, cut.from_s), down))
        if _ends(link) in cut.ends
        else link
        for link in links
    ]
    key = f"{name} @ {cut.from_s:g}" if cut.from_s else name
    taken = tuple(f"link {_name(link)}" for link in links if _ends(link) in cut.ends)
    return replace(scenario, links=tuple(links), left_out={**scenario.left_out, key: taken})


def _before(outages_s: tuple[tuple[float, float], ...], t_s: float) -> tuple[tuple[float, float], ...]:
    return tuple((start, min(end, t_s)) for start, end in outages_s if start < t_s)


def _ends(link: Link) -> tuple[str, str]:
    return (link.source, link.target)


def _name(link: Link) -> str:
    return f"{link.source} -> {link.target}"
