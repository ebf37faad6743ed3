"""What a map shows besides its cells: sites, and the values that it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from hoplon.cited import WEAK_MARKS
from hoplon.coverage.question import Firing
from hoplon.result.model import Assumption, SceneSite
from hoplon.scenario import Scenario, unit_of


def sites(scenario: Scenario, asked: Sequence[Firing], *, aims: bool) -> tuple[SceneSite, ...]:
    """Return the points of a map.

    Parameters
    ----------
    scenario : Scenario
    asked : sequence of Firing
    aims : bool
        Whether the places of `asked` are what is aimed at.

    Returns
    -------
    tuple of SceneSite
        Radars without a range: that depends on the missile.
    """
    found = [
        SceneSite(
            sensor.name,
            "radar",
            sensor.site.latitude_deg,
            sensor.site.longitude_deg,
            sensor.azimuth_from_deg,
            sensor.azimuth_to_deg,
        )
        for sensor in scenario.sensors
        if sensor.site is not None
    ]
    found += [
        SceneSite(b.name, "battery", b.site.latitude_deg, b.site.longitude_deg, loaded=b.loaded)
        for b in scenario.batteries
    ]
    stated = {firing.place.id: firing.place for firing in asked}
    if not aims:
        found += [
            SceneSite(name, "launch_site", place.latitude_deg, place.longitude_deg)
            for name, place in stated.items()
        ]
    found += [
        SceneSite(a.name, "asset", a.site.latitude_deg, a.site.longitude_deg, radius_km=a.radius_km)
        for a in scenario.assets
    ]
    known = {site.name for site in found}
    if aims:
        found += [
            SceneSite(name, "reference", place.latitude_deg, place.longitude_deg)
            for name, place in stated.items()
            if name not in known
        ]
    return tuple(found)


def assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Return the values that a map rests on, the doubtful ones first.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of Assumption
    """
    doubt = {mark: place for place, mark in enumerate(WEAK_MARKS)}
    ordered = sorted(
        scenario.cited().items(), key=lambda item: (doubt.get(item[1].mark, len(doubt)), item[0])
    )
    return tuple(
        Assumption(
            path=path,
            best=value.best,
            low=value.low,
            high=value.high,
            unit=unit_of(path.rsplit(".", 1)[-1]),
            mark=str(value.mark),
            source=value.source,
            why=value.why,
            rule=value.rule,
            overridden_from=value.overridden_from,
        )
        for path, value in ordered
    )
