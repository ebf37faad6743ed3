"""A scenario as the simulation gets it: frozen, resolved, every number with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hoplon.cited import Cited
from hoplon.errors import InputError, nearest
from hoplon.scenario.cities import WarningSpec
from hoplon.scenario.entries import (
    CatalogSite,
    InterceptorEntry,
    MissileEntry,
    leaves,
    with_leaf,
)
from hoplon.scenario.sensor_entries import RadarEntry, SatelliteEntry
from hoplon.scenario.specs import (
    LINK_KEYS,
    Asset,
    BatterySpec,
    CommandSpec,
    Link,
    PublishedMoment,
    SensorSpec,
    ThreatSpec,
)
from hoplon.scenario.units import unit_of


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is asked, resolved: all names looked up, all values with their sources.

    Attributes
    ----------
    name, title, question, date : str
        `date` is an ISO date; test records count as of this day.
    assets : tuple of Asset
    threats : tuple of ThreatSpec
    missiles : mapping of str to MissileEntry
    sensors : tuple of SensorSpec
    radar_types : mapping of str to RadarEntry
    satellite_types : mapping of str to SatelliteEntry
    links : tuple of Link
    batteries : tuple of BatterySpec
    interceptors : mapping of str to InterceptorEntry
    command : CommandSpec
    believed_ballistic_coefficient_kg_m2 : Cited
        What the defender's threat library says of re-entry bodies; may differ from the truth.
    published_timeline : tuple of PublishedMoment
    warning : WarningSpec
        From what on the public is warned.
    left_out : mapping of str to tuple of str
        What the scenario was told to do without, and what that took away: ``sensor shariki``.
    changes : tuple of str
        One sentence for each rule of command that was changed after the file was written.
    """

    name: str
    title: str
    question: str
    date: str
    assets: tuple[Asset, ...]
    threats: tuple[ThreatSpec, ...]
    missiles: Mapping[str, MissileEntry]
    sensors: tuple[SensorSpec, ...]
    radar_types: Mapping[str, RadarEntry]
    satellite_types: Mapping[str, SatelliteEntry]
    links: tuple[Link, ...]
    batteries: tuple[BatterySpec, ...]
    interceptors: Mapping[str, InterceptorEntry]
    command: CommandSpec
    believed_ballistic_coefficient_kg_m2: Cited
    published_timeline: tuple[PublishedMoment, ...]
    warning: WarningSpec
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changes: tuple[str, ...] = ()

    @property
    def sites(self) -> dict[str, CatalogSite]:
        """All catalogue places that the scenario uses, by name; points stated by coordinates are left out."""
        used: list[CatalogSite | None] = [asset.site for asset in self.assets]
        for threat in self.threats:
            used += [threat.launch, threat.aim]
        used += [sensor.site for sensor in self.sensors]
        used += [battery.site for battery in self.batteries]
        used += [moment.near for moment in self.published_timeline]
        return {site.id: site for site in used if site is not None and not site.stated}

    def cited(self) -> dict[str, Cited]:
        """Return every catalogue value that the scenario uses.

        Returns
        -------
        dict of str to Cited
            By path, such as ``missiles.nodong.stages.0.dry_kg``, ``sensors.an_tpy_2.average_power_kw``,
            ``sites.araya.latitude_deg``, ``network.shariki.command_post.latency_s``.
        """
        found: dict[str, Cited] = {}
        for prefix, entries in (
            ("missiles", self.missiles),
            ("sensors", {**self.radar_types, **self.satellite_types}),
            ("interceptors", self.interceptors),
        ):
            for name, entry in entries.items():
                found.update(leaves(entry, f"{prefix}.{name}"))
        # Actors that have no say under this authority use no value.
        taking = self.command.arranged()[1]
        told = {self.command.post, *taking}
        idle = [f"command.actors.{name}." for name in self.command.actors if name not in taking]
        found.update(
            (path, leaf) for path, leaf in leaves(self.command, "command") if not path.startswith(tuple(idle))
        )
        found.update(leaves(self.warning, "warning"))
        found["believed_ballistic_coefficient_kg_m2"] = self.believed_ballistic_coefficient_kg_m2
        for link in self.links:
            if link.target not in told or (link.source in self.command.actors and link.source not in told):
                continue
            for key, leaf in link.cited.items():
                found[f"network.{link.source}.{link.target}.{key}"] = leaf
        with_radar = {s.site.id for s in self.sensors if s.site and s.uses_mask_angle_of_site}
        for name, site in self.sites.items():
            for key, leaf in site.values.items():
                if key != "mask_angle_deg" or name in with_radar:
                    found[f"sites.{name}.{key}"] = leaf
        return found

    @property
    def disarmed(self) -> bool:
        """Whether the scenario has no battery because they were taken away."""
        taken = [element for elements in self.left_out.values() for element in elements]
        return not self.batteries and any(element.startswith("battery ") for element in taken)

    @property
    def overrides(self) -> tuple[str, ...]:
        """One sentence for each value that the scenario replaced, and for all that it was to do without."""
        replaced = (
            f"{path} is {leaf.best:g}{_with_space(unit_of(path))} instead of {leaf.overridden_from:g}: "
            f"{leaf.why}"
            for path, leaf in self.cited().items()
            if leaf.overridden_from is not None
        )
        return (*self._removals, *self.changes, *replaced)

    @property
    def _removals(self) -> tuple[str, ...]:
        if not self.left_out:
            return ()
        removed = []
        for name, taken in self.left_out.items():
            elements = [element.partition(" ")[2] for element in taken]
            removed.append(f"without: {name}" + (f" ({', '.join(elements)})" if elements != [name] else ""))
        radars = sum(sensor.site is not None for sensor in self.sensors)
        counts = (
            (radars, "radar", "nothing can be tracked"),
            (len(self.sensors) - radars, "satellite system", ""),
            (len(self.batteries), "battery", "nothing can be shot down"),
        )
        left = ", ".join(
            f"{_counted(number, what)}{f': {then}' if then and not number else ''}"
            for number, what, then in counts
        )
        return (*removed, f"left after that: {left}")

    def with_values(self, values: Mapping[str, float]) -> Scenario:
        """Copy the scenario with some values moved within their ranges.

        Parameters
        ----------
        values : mapping of str to float
            New best values by path, as `cited` names them.

        Returns
        -------
        Scenario

        Raises
        ------
        InputError
            For an unknown path, or a value outside the range of its source.
        """
        known = self.cited()
        new = {}
        for path, value in values.items():
            if path not in known:
                raise InputError(f"unknown path '{path}'", remedy=nearest(path, known))
            leaf = known[path]
            if not leaf.low <= value <= leaf.high:
                raise InputError(
                    f"{path} cannot be {value:g}: its range is {leaf.low:g} to {leaf.high:g}",
                    remedy="Override it under 'assumptions' in the scenario to leave the range.",
                )
            new[path] = replace(leaf, best=value)
        return self.with_leaves(new)

    def with_leaves(self, new: Mapping[str, Cited]) -> Scenario:
        """Copy the scenario with whole cited values replaced.

        Parameters
        ----------
        new : mapping of str to Cited
            By path; the paths must be known to `cited`.

        Returns
        -------
        Scenario
        """
        parts: dict[str, Any] = {
            "missiles": self.missiles,
            "radar_types": self.radar_types,
            "satellite_types": self.satellite_types,
            "interceptors": self.interceptors,
            "command": self.command,
            "warning": self.warning,
        }
        moved = dict(self.sites)
        wires: dict[str, Cited] = {}
        believed = self.believed_ballistic_coefficient_kg_m2
        for path, leaf in new.items():
            head, *rest = path.split(".")
            if head == "sensors":
                head = "radar_types" if rest[0] in self.radar_types else "satellite_types"
            if head in parts:
                parts[head] = with_leaf(parts[head], rest, leaf)
            elif head == "sites":
                site = moved[rest[0]]
                moved[rest[0]] = replace(site, values={**site.values, rest[1]: leaf})
            elif head == "network":
                wires[path] = leaf
            else:
                believed = leaf

        def at(site: CatalogSite) -> CatalogSite:
            return site if site.stated else moved[site.id]

        return replace(
            self,
            assets=tuple(replace(a, site=at(a.site)) for a in self.assets),
            threats=tuple(replace(t, launch=at(t.launch), aim=at(t.aim)) for t in self.threats),
            sensors=tuple(s if s.site is None else replace(s, site=at(s.site)) for s in self.sensors),
            batteries=tuple(replace(b, site=at(b.site)) for b in self.batteries),
            published_timeline=tuple(
                p if p.near is None else replace(p, near=at(p.near)) for p in self.published_timeline
            ),
            links=tuple(_rewired(link, wires) for link in self.links),
            believed_ballistic_coefficient_kg_m2=believed,
            **parts,
        )

    def to_yaml(self) -> str:
        """Write the scenario out in full: every default and every catalogue value with its source.

        Returns
        -------
        str
            A scenario file that loads to an equal scenario, with or without the catalogue that made it.
        """
        from hoplon.scenario.writing import to_yaml

        return to_yaml(self)


def _rewired(link: Link, new: Mapping[str, Cited]) -> Link:
    """Copy a link with some of its numbers replaced, by path."""
    stem = f"network.{link.source}.{link.target}."
    found: dict[str, Any] = {name: new[stem + key] for name, key in LINK_KEYS.items() if stem + key in new}
    return replace(link, **found) if found else link


def _counted(number: int, what: str) -> str:
    many = what[:-1] + "ies" if what.endswith("y") else what + "s"
    return f"{number or 'no'} {what if number == 1 else many}"


def _with_space(unit: str) -> str:
    return f" {unit}" if unit else ""
