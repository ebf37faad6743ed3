"""The format of catalogue files: what an entry may say. Numbers are cited; what is unknown is left out."""

from __future__ import annotations

import itertools
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hoplon.cited import Mark
from hoplon.scenario.leaf import (
    AnyNumber,
    Azimuth,
    Elevation,
    Latitude,
    LatitudeNumber,
    Longitude,
    LongitudeNumber,
    LooseTuple,
    Name,
    Nation,
    NotNegative,
    Positive,
    Strict,
    Text,
    trouble,
)
from hoplon.scenario.schema_parts import Day, Entry, Sourced
from hoplon.scenario.sensor_schema import MaskFile, RadarFile, RadarValues, SatelliteFile


class DragFile(Sourced):
    """A drag coefficient against Mach number, referred to the body's cross-section."""

    mach: Annotated[tuple[Annotated[float, Field(ge=0.0)], ...], LooseTuple, Field(min_length=2)]
    cd: Annotated[tuple[Annotated[float, Field(gt=0.0)], ...], LooseTuple, Field(min_length=2)]

    @model_validator(mode="after")
    def _is_a_table(self) -> DragFile:
        if len(self.mach) != len(self.cd):
            raise trouble(f"{len(self.mach)} Mach numbers and {len(self.cd)} coefficients", "Write as many.")
        if any(a >= b for a, b in itertools.pairwise(self.mach)):
            raise trouble("the Mach numbers do not increase", "Sort them.", ("mach",))
        return self


class Flag(Sourced):
    """A statement that is true or false."""

    value: bool


class StageFile(Strict):
    """A rocket stage; a set whose stages lack a value is kept, but does not fly."""

    propellant_kg: Positive | None = None
    dry_kg: Positive | None = None
    burn_time_s: Positive | None = None
    isp_sl_s: Positive | None = None
    isp_vac_s: Positive | None = None
    diameter_m: Positive | None = None
    coast_after_s: NotNegative | None = None

    @model_validator(mode="after")
    def _vacuum_helps(self) -> StageFile:
        low, high = self.isp_sl_s, self.isp_vac_s
        if low is not None and high is not None and low.best > high.best:
            raise trouble(
                f"isp_vac_s {high.best:g} is below isp_sl_s {low.best:g}",
                "A rocket has more impulse in vacuum.",
                ("isp_vac_s",),
            )
        return self


class SetCalibration(Strict):
    """Which number of a parameter set was fitted to which flight test."""

    free: Literal["propellant", "payload"]
    test: Name


class ParameterSet(Strict):
    """One source's view of a missile; the tests named under validation had no part in it."""

    verdict: Text
    calibration: SetCalibration | None = None
    validation: Annotated[tuple[Name, ...], LooseTuple] = ()
    stages: Annotated[tuple[StageFile, ...], LooseTuple, Field(min_length=1)]
    payload_kg: Positive | None = None
    facts: dict[Name, AnyNumber] = Field(default_factory=dict)


class TargetProperties(Strict):
    """How a missile looks to a radar and how it re-enters."""

    reentry_ballistic_coefficient_kg_m2: Positive | None = None
    body_cross_section_x_band_m2: Positive | None = None
    body_cross_section_s_band_m2: Positive | None = None
    body_cross_section_l_band_m2: Positive | None = None
    body_cross_section_uhf_band_m2: Positive | None = None
    reentry_cross_section_x_band_m2: Positive | None = None
    reentry_cross_section_s_band_m2: Positive | None = None
    reentry_cross_section_l_band_m2: Positive | None = None
    reentry_cross_section_uhf_band_m2: Positive | None = None


class AspectFile(Strict):
    """A cross-section by aspect: nose up to 45 deg from the axis, tail from 135 deg on, side between."""

    nose_m2: Positive
    side_m2: Positive
    tail_m2: Positive


#: Which body in which band.
AspectKey = Literal[
    "body_x_band",
    "body_s_band",
    "body_l_band",
    "body_uhf_band",
    "reentry_x_band",
    "reentry_s_band",
    "reentry_l_band",
    "reentry_uhf_band",
]


class TargetClass(TargetProperties):
    """Values that missiles of one kind share unless an entry says otherwise."""

    title: Text


class MissileFile(Entry, TargetProperties):
    """A missile type with the rival views of it."""

    propulsion: Literal["liquid", "solid", "unspecified"]
    cannot_fly: Text | None = None
    target_class: Name | None = None
    aspect_cross_section: dict[AspectKey, AspectFile] = Field(default_factory=dict)
    drag: Name | None = None
    drag_table: DragFile | None = None
    separates: Flag | None = None
    parameter_set: Name | None = None
    parameter_sets: dict[Name, ParameterSet] = Field(default_factory=dict)


class TestFlight(Sourced):
    """One flight test of an interceptor."""

    date: Day
    name: Text
    result: Literal["hit", "miss"]


class RecordFile(Sourced):
    """A count of tests as one source makes it."""

    view: Name
    hits: Annotated[int, Field(ge=0)]
    attempts: Annotated[int, Field(ge=1)]
    as_of: Day


class InterceptorValues(Strict):
    """What the fly-out and the launcher need."""

    burnout_speed_km_s: Positive | None = None
    boost_time_s: Positive | None = None
    minimum_intercept_altitude_km: NotNegative | None = None
    maximum_altitude_km: Positive | None = None
    range_km: Positive | None = None
    launch_interval_s: Positive | None = None
    preparation_time_s: NotNegative | None = None
    kill_assessment_delay_s: NotNegative | None = None
    handover_basket_km: Positive | None = None


class InterceptorFile(Entry, InterceptorValues):
    """An interceptor type with the rival counts of its tests."""

    layer: Text
    tests: Annotated[tuple[TestFlight, ...], LooseTuple] = ()
    test_records: Annotated[tuple[RecordFile, ...], LooseTuple] = ()


class LauncherFile(Entry):
    """What interceptors stand in: how many cells, and how many of each kind go into one."""

    cells: Positive
    reload_time_s: Positive
    holds: Annotated[dict[Name, Positive], Field(min_length=1)]


class Position(Sourced):
    """Where a site is, with the uncertainty of both coordinates."""

    latitude_deg: Latitude
    longitude_deg: Longitude
    uncertainty_km: Annotated[float, Field(ge=0.0, le=500.0)]
    why: Text | None = None
    rule: Text | None = None

    @model_validator(mode="after")
    def _assumed_needs_reason(self) -> Position:
        if self.mark is Mark.ASSUMED and not (self.why and self.rule and self.uncertainty_km > 0.0):
            raise trouble("an assumed position needs 'why', 'rule' and an uncertainty", "Add them.")
        return self


class AzimuthSector(Sourced):
    """Between which azimuths a radar at a site looks, clockwise from north."""

    azimuth_from_deg: Azimuth
    azimuth_to_deg: Azimuth
    why: Text | None = None


class SiteFile(Strict):
    """A place: launch site, radar site, battery site, city or reference point."""

    title: Text
    kind: Literal["aegis_ashore", "radar", "launch_site", "city", "base", "reference"]
    nation: Nation | None = None
    position: Position | None = None
    latitude_deg: LatitudeNumber | None = None
    longitude_deg: LongitudeNumber | None = None
    altitude_m: AnyNumber | None = None
    mask_angle_deg: Elevation | None = None
    mask: MaskFile | None = None
    sector: AzimuthSector | None = None
    radar: Name | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one_position(self) -> SiteFile:
        if self.position is None and (self.latitude_deg is None or self.longitude_deg is None):
            raise trouble(
                "'position' is missing",
                "Add position: {latitude_deg: …, longitude_deg: …, uncertainty_km: …, mark: …, source: …}.",
            )
        return self


class DoctrineFile(Entry):
    """A firing doctrine: how many interceptors at once, and whether to look before firing again."""

    salvo: Positive | None = None
    looks: bool
    source: Text | None = None


_Format = Literal["hoplon-catalog"]


class MissilesFile(Strict):
    """missiles.yaml."""

    format: _Format
    version: Literal[1]
    drag: dict[Name, DragFile]
    target_classes: dict[Name, TargetClass]
    missiles: dict[Name, MissileFile]


class SensorsFile(Strict):
    """sensors.yaml."""

    format: _Format
    version: Literal[1]
    radar_defaults: RadarValues
    radars: dict[Name, RadarFile]
    satellites: dict[Name, SatelliteFile]


class InterceptorsFile(Strict):
    """interceptors.yaml."""

    format: _Format
    version: Literal[1]
    interceptor_defaults: InterceptorValues
    interceptors: dict[Name, InterceptorFile]
    launchers: dict[Name, LauncherFile]


class SiteDefaults(Strict):
    """What a site is taken to be where nothing is published."""

    altitude_m: AnyNumber
    mask_angle_deg: Elevation


class SitesFile(Strict):
    """sites.yaml."""

    format: _Format
    version: Literal[1]
    site_defaults: SiteDefaults
    sites: dict[Name, SiteFile]


class DoctrinesFile(Strict):
    """doctrines.yaml."""

    format: _Format
    version: Literal[1]
    doctrines: dict[Name, DoctrineFile]
