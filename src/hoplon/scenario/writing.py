"""Write a resolved scenario as a file that needs no catalogue and loads to an equal scenario."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import yaml

from hoplon.cited import Cited
from hoplon.scenario.cities import CityEntry, WarningSpec
from hoplon.scenario.doctrines import OPTIONAL_CITED, written_doctrine, written_entry
from hoplon.scenario.entries import (
    CatalogSite,
    InterceptorEntry,
    MissileEntry,
    StageEntry,
)
from hoplon.scenario.model import Scenario
from hoplon.scenario.reading import plain_scalar
from hoplon.scenario.sensor_entries import RadarEntry, SatelliteEntry
from hoplon.scenario.specs import ActorSpec, Asset, BatterySpec, Link, PublishedMoment, SensorSpec, ThreatSpec

_BASE: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_BASE):  # type: ignore[misc]  # the C base class has no types
    """No anchors, and text in quotes wherever the reader would take it for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out."""
        return True


def _text(dumper: Any, value: str) -> Any:
    plain = value != "" and "\n" not in value and _reads_back(value)
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


def _reads_back(value: str) -> bool:
    """Whether the reader would take the bare word for text, as it is."""
    try:
        return bool(plain_scalar(value) == value)
    except ValueError:
        return False


_Dumper.add_representer(str, _text)


def to_yaml(scenario: Scenario) -> str:
    """Write a scenario out; see `Scenario.to_yaml`.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    str
    """
    return str(yaml.dump(_scenario(scenario), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))


def _cited(leaf: Cited) -> dict[str, Any]:
    out: dict[str, Any] = {"best": leaf.best, "low": leaf.low, "high": leaf.high, "mark": str(leaf.mark)}
    out |= {key: getattr(leaf, key) for key in ("source", "why", "rule") if getattr(leaf, key)}
    if leaf.overridden_from is not None:
        out["overridden_from"] = leaf.overridden_from
    return out


def _leaves(entry: Any) -> dict[str, Any]:
    """Write all cited fields of an entry."""
    values = {item.name: getattr(entry, item.name) for item in fields(entry)}
    return {key: _cited(value) for key, value in values.items() if isinstance(value, Cited)}


def _scenario(scenario: Scenario) -> dict[str, Any]:
    command = scenario.command
    choice: dict[str, Any] = {"as_of": command.test_record_as_of}
    if command.test_record_view:
        choice = {"view": command.test_record_view} | choice
    if command.test_record_views:
        choice |= {"views": dict(command.test_record_views)}
    for stated in command.single_shot_kill_probability.values():
        choice |= {"value": stated.best, "why": stated.why}
    return {
        "format": "hoplon-scenario",
        "version": 1,
        "name": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "date": scenario.date,
        "assets": {asset.name: _asset(asset) for asset in scenario.assets},
        "raid": [_threat(threat) for threat in scenario.threats],
        "sensors": {sensor.name: _sensor(sensor) for sensor in scenario.sensors},
        "network": [_link(link) for link in scenario.links],
        "batteries": {
            b.name: {
                "interceptor": b.interceptor,
                "site": b.site.id,
                "cells": b.cells,
                "loaded": b.loaded,
                "nation": b.nation,
                **({} if b.layer is None else {"layer": b.layer}),
                **_battery_options(b),
            }
            for b in scenario.batteries
        },
        "command": {
            "actors": {name: _actor(actor) for name, actor in command.actors.items()},
            "authority": command.authority,
            **(
                {}
                if command.predelegated_after_s is None
                else {"predelegation": {"after_s": command.predelegated_after_s}}
            ),
            "rule": command.rule,
            "doctrine": written_doctrine(command.doctrine),
            **(
                {}
                if command.weapon_assignment == "first_come"
                else {"weapon_assignment": command.weapon_assignment}
            ),
            "test_record": choice,
            **{key: _cited(leaf) for key in OPTIONAL_CITED if (leaf := getattr(command, key)) is not None},
            "public_alert_delay_s": _cited(command.public_alert_delay_s),
        },
        "warning": _warning(scenario.warning),
        "believed_ballistic_coefficient_kg_m2": _cited(scenario.believed_ballistic_coefficient_kg_m2),
        "published_timeline": [_moment(row) for row in scenario.published_timeline],
        "catalogue": {
            "missiles": {name: _missile(entry) for name, entry in scenario.missiles.items()},
            "radars": {name: _radar(entry) for name, entry in scenario.radar_types.items()},
            "satellites": {name: _satellite(entry) for name, entry in scenario.satellite_types.items()},
            "interceptors": {name: _interceptor(entry) for name, entry in scenario.interceptors.items()},
            "sites": {name: _site(site) for name, site in scenario.sites.items()},
            "doctrines": written_entry(command.doctrine),
            "cities": {name: _city(city) for name, city in scenario.warning.cities.items()},
        },
        **(
            {"left_out": {name: list(taken) for name, taken in scenario.left_out.items()}}
            if scenario.left_out
            else {}
        ),
        **({"changes": list(scenario.changes)} if scenario.changes else {}),
    }


def _asset(asset: Asset) -> dict[str, Any]:
    worth = {} if asset.value == 1.0 else {"value": asset.value}
    return {"radius_km": asset.radius_km, **worth}


def _actor(actor: ActorSpec) -> dict[str, Any]:
    out: dict[str, Any] = {"nation": actor.nation, "decision_time_s": _cited(actor.decision_time_s)}
    if actor.needs_consent_of:
        out["needs_consent_of"] = list(actor.needs_consent_of)
    if actor.must_consent_to != "engage":
        out["must_consent_to"] = actor.must_consent_to
    if actor.silent_after_s is not None:
        out["silent"] = {"after_s": actor.silent_after_s, "then": actor.silent_then}
    return out


def _battery_options(battery: BatterySpec) -> dict[str, Any]:
    out: dict[str, Any] = {"launcher": battery.launcher} if battery.launcher else {}
    if battery.fire_control != "engage_on_remote":
        out |= {"fire_control": battery.fire_control, "own_radar": battery.own_radar}
    return out


def _warning(warning: WarningSpec) -> dict[str, Any]:
    return {**_leaves(warning), "overflights": warning.overflights, "cities": list(warning.cities)}


def _city(city: CityEntry) -> dict[str, Any]:
    return {
        "title": city.title,
        "year": city.year,
        "nation": city.nation,
        "latitude_deg": city.latitude_deg,
        "longitude_deg": city.longitude_deg,
        **_leaves(city),
    }


def _place(site: CatalogSite) -> Any:
    if site.stated:
        return {"latitude_deg": site.latitude_deg, "longitude_deg": site.longitude_deg}
    return site.id


def _threat(threat: ThreatSpec) -> dict[str, Any]:
    how: dict[str, Any] = (
        {"trajectory": "minimum_energy"} if threat.apogee_km is None else {"apogee_km": threat.apogee_km}
    )
    return {
        "name": threat.name,
        "missile": threat.missile,
        "count": 1,
        "from": _place(threat.launch),
        "aim": _place(threat.aim),
        **how,
        "first_launch_s": threat.launch_s,
        "parameter_set": threat.parameter_set,
    }


def _sensor(sensor: SensorSpec) -> dict[str, Any]:
    out: dict[str, Any] = {"type": sensor.type_id, "nation": sensor.nation}
    if sensor.site is not None:
        out["site"] = sensor.site.id
        out["azimuth_from_deg"] = sensor.azimuth_from_deg
        out["azimuth_to_deg"] = sensor.azimuth_to_deg
        if sensor.stated_mask_angle_deg is not None:
            out["mask_angle_deg"] = sensor.stated_mask_angle_deg
        if sensor.stated_mask:
            out["mask"] = _mask(sensor.stated_mask)
        if sensor.search:
            out["search"] = sensor.search
        for key in ("search_frame_s", "fence_height_deg"):
            if getattr(sensor, key) is not None:
                out[key] = getattr(sensor, key)
        if sensor.clock_offset_s:
            out["clock_offset_s"] = sensor.clock_offset_s
        if sensor.reports_false_alarms:
            out["false_alarms"] = "reported"
    return out


def _link(link: Link) -> dict[str, Any]:
    out: dict[str, Any] = {"from": link.source, "to": link.target}
    out |= {key: _cited(leaf) for key, leaf in link.cited.items()}
    if link.carries != "detections":
        out["carries"] = link.carries
    if link.permission != "shared":
        out["permission"] = link.permission
    if link.outages_s:
        out["outages_s"] = [list(pair) for pair in link.outages_s]
    return out


def _mask(pairs: tuple[tuple[float, float], ...]) -> dict[str, Any]:
    return {"azimuth_deg": [pair[0] for pair in pairs], "elevation_deg": [pair[1] for pair in pairs]}


def _moment(row: PublishedMoment) -> dict[str, Any]:
    out: dict[str, Any] = {"what": row.what}
    if row.moment:
        out["moment"] = row.moment
    if row.near is not None:
        out["near"] = row.near.id
    return out | {
        "published_low_s": row.published_low_s,
        "published_best_s": row.published_best_s,
        "published_high_s": row.published_high_s,
        "mark": row.mark,
        "source": row.source,
    }


def _stage(stage: StageEntry) -> dict[str, Any]:
    return _leaves(stage)


def _missile(entry: MissileEntry) -> dict[str, Any]:
    values = _leaves(entry)
    payload = values.pop("payload_kg")
    if entry.aspect_cross_section:
        values["aspect_cross_section"] = {
            key: _leaves(value) for key, value in entry.aspect_cross_section.items()
        }
    return {
        "title": entry.title,
        "names": list(entry.names),
        "propulsion": entry.propulsion,
        "parameter_set": entry.parameter_set,
        "parameter_sets": {
            entry.parameter_set: {
                "verdict": entry.verdict,
                "payload_kg": payload,
                "stages": [_stage(stage) for stage in entry.stages],
            }
        },
        "separates": {
            "value": entry.separates,
            "mark": entry.separates_mark,
            "source": entry.separates_source,
        },
        "drag_table": {
            "mach": list(entry.drag.mach),
            "cd": list(entry.drag.cd),
            "mark": entry.drag.mark,
            "source": entry.drag.source,
        },
        **values,
    }


def _radar(entry: RadarEntry) -> dict[str, Any]:
    out: dict[str, Any] = {"title": entry.title, "band": entry.band}
    if entry.relative_to:
        out["relative_to"] = entry.relative_to
    if entry.faces is not None:
        out["faces"] = _stated(entry.faces)
    return out | _leaves(entry)


def _stated(value: Any) -> dict[str, Any]:
    """Write an entry of plain values, and of lists of such, leaving out what is None."""
    out: dict[str, Any] = {}
    for item in fields(value):
        part = getattr(value, item.name)
        if isinstance(part, tuple):
            out[item.name] = [_stated(one) for one in part]
        elif part is not None:
            out[item.name] = part
    return out


def _satellite(entry: SatelliteEntry) -> dict[str, Any]:
    out: dict[str, Any] = {"title": entry.title, **_leaves(entry)}
    if entry.region is not None:
        out["region"] = _stated(entry.region)
    return out


def _interceptor(entry: InterceptorEntry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "names": list(entry.names),
        "layer": entry.layer,
        **_leaves(entry),
        "test_records": [
            {
                "view": record.view,
                "hits": record.hits,
                "attempts": record.attempts,
                "as_of": record.as_of,
                "mark": record.mark,
                "source": record.source,
            }
            for record in entry.test_records
        ],
    }


def _site(site: CatalogSite) -> dict[str, Any]:
    out: dict[str, Any] = {"title": site.title, "kind": site.kind}
    if site.nation:
        out["nation"] = site.nation
    out |= {key: _cited(leaf) for key, leaf in site.values.items()}
    if site.azimuth_from_deg is not None and site.azimuth_to_deg is not None:
        out["sector"] = {
            "azimuth_from_deg": site.azimuth_from_deg,
            "azimuth_to_deg": site.azimuth_to_deg,
            "mark": site.sector_mark,
            "source": site.sector_source,
        }
    if site.mask:
        out["mask"] = {**_mask(site.mask), "mark": site.mask_mark, "source": site.mask_source}
    return out
