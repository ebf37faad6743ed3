"""A scenario without some of its elements, to see what they were worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hoplon.errors import InputError, nearest
from hoplon.scenario.links import DAY_S
from hoplon.scenario.model import Scenario
from hoplon.scenario.specs import Link


def without(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """Take elements out of a scenario; all else stays, the random numbers of the rest included.

    A link that is taken out is one that is down for the whole battle: its sensor looks, and nobody hears of
    it. Values that only the removed elements used are no longer among the scenario's.

    Parameters
    ----------
    scenario : Scenario
    names : sequence of str
        Each a sensor, a battery, a nation (all its sensors and batteries), or a link, ``"shariki ->
        command_post"``.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        For a name that is none of these.
    """
    elements = {sensor.name: sensor.nation for sensor in scenario.sensors}
    elements |= {battery.name: battery.nation for battery in scenario.batteries}
    armed = {battery.name for battery in scenario.batteries}
    cables = {_name(link) for link in scenario.links}
    left_out = dict(scenario.left_out)
    gone: set[str] = set()
    cut: set[str] = set()
    for raw in names:
        name = " -> ".join(part.strip() for part in raw.replace("→", "->").split("->"))
        if name in elements:
            taken = {name}
        elif name in elements.values():
            taken = {element for element, nation in elements.items() if nation == name}
        elif name in cables:
            taken = set()
            cut.add(name)
        else:
            known = [*elements, *dict.fromkeys(elements.values()), *cables]
            raise InputError(
                f"there is no sensor, battery, nation or link '{raw}' to leave out",
                remedy=nearest(name, known),
            )
        gone.update(taken)
        left_out[name] = tuple(
            f"{'battery' if element in armed else 'sensor'} {element}"
            for element in elements
            if element in taken
        ) or (f"link {name}",)
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
        links=tuple(
            replace(link, outages_s=((0.0, DAY_S),)) if _name(link) in cut else link
            for link in scenario.links
            if link.source not in gone
        ),
        command=replace(
            command,
            test_records={name: entry for name, entry in command.test_records.items() if name in kinds},
        ),
        left_out=left_out,
    )


def _name(link: Link) -> str:
    return f"{link.source} -> {link.target}"
