"""Whose public is warned, and from what on: completed from the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hoplon.scenario.catalogue import Catalogue
from hoplon.scenario.cities import CityEntry, CityFile, WarningDefaults, WarningFile, WarningSpec
from hoplon.scenario.reading import Key

#: Looks a name up and tells in an error at which key it stands.
LookUp = Callable[[Callable[[str], CityEntry], str, Key], CityEntry]


def city(catalogue: Catalogue, name: str) -> CityEntry:
    """Return a city with its population.

    Parameters
    ----------
    catalogue : Catalogue
    name : str

    Returns
    -------
    CityEntry
        Where and whose it is comes from the site of the same name, unless the entry says so itself.
    """
    entry = catalogue.entry("cities", name)
    assert isinstance(entry, CityFile)
    nation, latitude, longitude = entry.nation, entry.latitude_deg, entry.longitude_deg
    if nation is None or latitude is None or longitude is None:
        site = catalogue.site(name)
        nation = nation or site.nation
        latitude = site.latitude_deg if latitude is None else latitude
        longitude = site.longitude_deg if longitude is None else longitude
    return CityEntry(name, entry.title, nation, latitude, longitude, entry.year, entry.population)


def warning_spec(
    stated: WarningFile, assets: Iterable[str], catalogue: Catalogue, look_up: LookUp
) -> WarningSpec:
    """Complete what a scenario says of the warning of the public.

    Parameters
    ----------
    stated : WarningFile
    assets : iterable of str
        Sites; by default the cities of their nations are warned.
    catalogue : Catalogue
    look_up : callable

    Returns
    -------
    WarningSpec
    """

    def find(name: str) -> CityEntry:
        return city(catalogue, name)

    usual = catalogue.shared("cities", "warning_defaults", WarningDefaults)
    if stated.cities is None:
        nations = {catalogue.site(name).nation for name in assets} - {""}
        found = [find(name) for name in catalogue.names("cities")]
        cities = [each for each in found if each.nation in nations]
    else:
        cities = [look_up(find, name, ("warning", "cities", i)) for i, name in enumerate(stated.cities)]
    return WarningSpec(
        confidence=stated.confidence or usual.confidence,
        city_radius_km=stated.city_radius_km or usual.city_radius_km,
        dissemination_delay_s=stated.dissemination_delay_s,
        overflights=stated.overflights,
        cities={each.id: each for each in cities},
    )
