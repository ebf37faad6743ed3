"""Scenarios and the catalogue: files with cited numbers in, a frozen `Scenario` out."""

from hoplon.scenario.catalogue import Catalogue, catalogue
from hoplon.scenario.describe import KINDS, Description, DescriptionRow, describe, names
from hoplon.scenario.entries import (
    CatalogSite,
    DragTable,
    InterceptorEntry,
    MissileEntry,
    StageEntry,
    TestRecordSpec,
)
from hoplon.scenario.loading import bundled, json_schema, load, loads
from hoplon.scenario.model import Scenario
from hoplon.scenario.removal import without
from hoplon.scenario.sensor_entries import RadarEntry, SatelliteEntry
from hoplon.scenario.specs import (
    ActorSpec,
    Asset,
    BatterySpec,
    CommandSpec,
    DoctrineSpec,
    Link,
    PublishedMoment,
    SensorSpec,
    ThreatSpec,
)
from hoplon.scenario.units import unit_of

__all__ = [
    "KINDS",
    "ActorSpec",
    "Asset",
    "BatterySpec",
    "CatalogSite",
    "Catalogue",
    "CommandSpec",
    "Description",
    "DescriptionRow",
    "DoctrineSpec",
    "DragTable",
    "InterceptorEntry",
    "Link",
    "MissileEntry",
    "PublishedMoment",
    "RadarEntry",
    "SatelliteEntry",
    "Scenario",
    "SensorSpec",
    "StageEntry",
    "TestRecordSpec",
    "ThreatSpec",
    "bundled",
    "catalogue",
    "describe",
    "json_schema",
    "load",
    "loads",
    "names",
    "unit_of",
    "without",
]
