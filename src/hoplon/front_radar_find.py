"""Which radar a user means: a type of the catalogue, a site where one stands, a sensor of a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from hoplon.errors import InputError, nearest

if TYPE_CHECKING:
    from hoplon.cited import Cited
    from hoplon.scenario import CatalogSite, RadarEntry, Scenario
    from hoplon.sensor.radar import Radar


@dataclass(frozen=True, slots=True)
class NamedRadar:
    """A radar that was found by its name, with what its numbers rest on.

    Attributes
    ----------
    radar : Radar
    entry : RadarEntry
        Of its type, with marks and ranges.
    name, where : str
        `where` is empty for a type that stands nowhere.
    oriented : bool
        Whether place and direction of the sector are known.
    targets : tuple of (label, Cited)
        Cross-sections in its band, the smallest first.
    notes : tuple of str
    """

    radar: Radar
    entry: RadarEntry
    name: str
    where: str
    oriented: bool
    targets: tuple[tuple[str, Cited], ...]
    notes: tuple[str, ...]


def find_radar(name: str) -> NamedRadar:
    """Find a radar by what a user wrote.

    Parameters
    ----------
    name : str
        A radar type, a site of the catalogue where one stands, or ``SCENARIO:SENSOR``.

    Returns
    -------
    NamedRadar

    Raises
    ------
    InputError
        For a name that is none of these; it says which is near.
    """
    from hoplon.scenario import catalogue
    from hoplon.scenario.catalog_schema import SiteFile

    scenario, colon, sensor = name.rpartition(":")
    if colon:
        return _of_scenario(scenario, sensor)
    known = catalogue()
    if name in known.radars:
        return _of_type(name)
    if name in known.names("sites"):
        file = known.entry("sites", name)
        assert isinstance(file, SiteFile)
        if file.radar:
            return _of_type(file.radar, name)
        raise InputError(
            f"site '{name}' has no radar of a known type", where="NAME", remedy=_remedy(name, sites=False)
        )
    if name in known.names("satellites"):
        raise InputError(f"'{name}' is no radar", where="NAME", remedy=f"See it with: hoplon show {name}")
    raise InputError(f"unknown radar '{name}'", where="NAME", remedy=_remedy(name))


def _remedy(name: str, *, sites: bool = True) -> str:
    from hoplon.scenario import catalogue

    known = catalogue()
    places = [s for s in known.names("sites") if getattr(known.entry("sites", s), "radar", None)]
    near = nearest(name, [*known.usable_radars(), *(places if sites else ())])
    if near.startswith("Did"):
        return near
    return f"Valid here: {', '.join(known.usable_radars())}; a site with a radar, or SCENARIO:SENSOR."


def _of_scenario(scenario: str, sensor: str) -> NamedRadar:
    from hoplon.engagement.assemble import radar
    from hoplon.scenario import load

    if not scenario or not sensor:
        raise InputError(
            f"'{scenario}:{sensor}' lacks the scenario or the sensor",
            where="NAME",
            remedy="Write SCENARIO:SENSOR, as in japan-2018:shariki.",
        )
    loaded = load(scenario)
    specs = {spec.name: spec for spec in loaded.sensors if spec.type_id in loaded.radar_types}
    if sensor not in specs:
        raise InputError(
            f"scenario '{scenario}' has no radar '{sensor}'", where="NAME", remedy=nearest(sensor, specs)
        )
    spec, entry = specs[sensor], loaded.radar_types[specs[sensor].type_id]
    assert spec.site is not None
    return NamedRadar(
        radar=radar(loaded, spec),
        entry=entry,
        name=f"{scenario}:{sensor}",
        where=_place(spec.site),
        oriented=True,
        targets=_scenario_targets(loaded, entry.band),
        notes=tuple(s for s in loaded.overrides if s.startswith(f"sensors.{spec.type_id}.")),
    )


def _of_type(type_id: str, site: str | None = None) -> NamedRadar:
    from hoplon.cited import Cited, Mark
    from hoplon.engagement.assemble import radar
    from hoplon.scenario import CatalogSite, SensorSpec, catalogue

    entry = catalogue().radar(type_id)
    half = 0.5 * min(entry.azimuth_sector_deg.best, 360.0)
    notes = []
    if site is None:
        zero = Cited(0.0, 0.0, 0.0, Mark.DERIVED, "stands nowhere")
        keys = ("latitude_deg", "longitude_deg", "altitude_m", "mask_angle_deg")
        place = CatalogSite(type_id, "", "radar", "", dict.fromkeys(keys, zero))
        notes.append("Stands nowhere: antenna at sea level, open horizon, sector about its own middle.")
    else:
        place = catalogue().site(site)
    faces = place.azimuth_from_deg is not None and place.azimuth_to_deg is not None
    if site is not None and not faces and half < 180.0:
        notes.append("The direction of its sector is not known: drawn about its own middle.")
    start, end = (place.azimuth_from_deg, place.azimuth_to_deg) if faces else (-half, half)
    assert start is not None
    assert end is not None
    spec = SensorSpec(site or type_id, type_id, place, place.nation, start, end)
    alone = cast("Scenario", SimpleNamespace(radar_types={type_id: entry}, links=()))
    return NamedRadar(
        radar=radar(alone, spec),
        entry=entry,
        name=site or type_id,
        where="" if site is None else _place(place),
        oriented=site is not None and (faces or half == 180.0),
        targets=_catalogue_targets(entry.band),
        notes=tuple(notes),
    )


def _place(site: CatalogSite) -> str:
    north, east = site.latitude_deg, site.longitude_deg
    degrees = f"{abs(north):.2f}° {'N' if north >= 0 else 'S'}, {abs(east):.2f}° {'E' if east >= 0 else 'W'}"
    return degrees if site.stated else f"{site.title.partition(':')[0]} ({degrees})"


def _catalogue_targets(band: str) -> tuple[tuple[str, Cited], ...]:
    from hoplon.scenario import catalogue
    from hoplon.scenario.entries import BAND_KEYS

    key = BAND_KEYS[band]
    kinds = [catalogue().target_class(name) for name in ("medium_range_cone", "long_range_cone")]
    found = [("re-entry cone", getattr(kind, f"reentry_cross_section_{key}_m2")) for kind in kinds]
    found += [("missile with its tank", getattr(kind, f"body_cross_section_{key}_m2")) for kind in kinds]
    return _distinct(found)


def _scenario_targets(scenario: Scenario, band: str) -> tuple[tuple[str, Cited], ...]:
    from hoplon.scenario.entries import BAND_KEYS

    key = BAND_KEYS[band]
    missiles = scenario.missiles.values()
    found = [
        ("re-entry cone", getattr(m, f"reentry_cross_section_{key}_m2")) for m in missiles if m.separates
    ]
    found += [("missile with its tank", getattr(m, f"body_cross_section_{key}_m2")) for m in missiles]
    return _distinct(found)


def _distinct(found: Iterable[tuple[str, Any]]) -> tuple[tuple[str, Cited], ...]:
    kept = {(leaf.best, leaf.low, leaf.high): (label, leaf) for label, leaf in reversed([*found]) if leaf}
    return tuple(sorted(kept.values(), key=lambda item: item[1].best))
