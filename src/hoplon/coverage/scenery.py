"""What a map shows besides its cells: its sites."""

from __future__ import annotations

from collections.abc import Sequence

from hoplon.coverage.question import Firing
from hoplon.result.scene import SceneSite
from hoplon.scenario import Scenario


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
