"""The format of scenario files, version 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from hoplon.scenario.catalog_schema import (
    DoctrineFile,
    InterceptorFile,
    MissileFile,
    SiteFile,
)
from hoplon.scenario.cities import CityFile, WarningFile
from hoplon.scenario.command_schema import MAX_CELLS, MAX_THREATS, CommandFile, Seconds
from hoplon.scenario.leaf import (
    Azimuth,
    Checked,
    Latitude,
    Longitude,
    LooseTuple,
    Name,
    Nation,
    Positive,
    Strict,
    Text,
    trouble,
    unknown_key,
)
from hoplon.scenario.links import LinkFile
from hoplon.scenario.schema_parts import Day, MarkText
from hoplon.scenario.sensor_schema import MaskAngle, RadarFile, SatelliteFile, StatedMask

#: Defended ground around an asset that is given by its name alone.
DEFAULT_RADIUS_KM = 30.0

#: Moments of the computed timeline that a published one can be compared with; `passage` is the moment at
#: which the missile is nearest to a site.
Moment = Literal[
    "launch",
    "satellite_report",
    "first_detection",
    "firm_track",
    "alert_possible",
    "alert",
    "decision",
    "interceptor_launch",
    "intercept",
    "apogee",
    "passage",
    "impact",
]


class StatedPoint(Strict):
    """A point that the scenario gives by its coordinates."""

    latitude_deg: Latitude
    longitude_deg: Longitude


Place = str | StatedPoint

_NAME_SCHEMA: dict[str, Any] = {"type": "string", "description": "A site of the catalogue."}
_PLACE_SCHEMA: dict[str, Any] = {
    "anyOf": [
        _NAME_SCHEMA,
        {
            "type": "object",
            "properties": {
                "latitude_deg": {"type": "number", "minimum": -90, "maximum": 90},
                "longitude_deg": {"type": "number", "minimum": -180, "maximum": 180},
            },
            "required": ["latitude_deg", "longitude_deg"],
            "additionalProperties": False,
        },
    ]
}


def _place(data: Any) -> Place:
    if isinstance(data, str) and data:
        return data
    if not isinstance(data, dict):
        raise trouble(
            "a place is needed here", "Name a site, or write {latitude_deg: 39.2, longitude_deg: 125.7}."
        )
    valid = ["latitude_deg", "longitude_deg"]
    for key in data:
        if key not in valid:
            raise unknown_key(str(key), valid)
    for key, limit in (("latitude_deg", 90.0), ("longitude_deg", 180.0)):
        value = data.get(key)
        if value is None:
            raise trouble(f"'{key}' is missing", "Add it.")
        if isinstance(value, bool) or not isinstance(value, int | float) or not -limit <= value <= limit:
            raise trouble(
                f"{key} is {str(value)[:40]}", f"Write a number from {-limit:g} to {limit:g}.", (key,)
            )
    return StatedPoint(latitude_deg=float(data["latitude_deg"]), longitude_deg=float(data["longitude_deg"]))


def _places(data: Any) -> tuple[Place, ...]:
    if not isinstance(data, list):
        return (_place(data),)
    if not data:
        raise trouble("the list of aim points is empty", "Name at least one site.")
    return tuple(_place(item) for item in data)


@dataclass(frozen=True, slots=True)
class AssetFile:
    """Defended ground around a place, and what it is worth."""

    radius_km: float = DEFAULT_RADIUS_KM
    value: float = 1.0


def _assets(data: Any) -> dict[str, AssetFile]:
    """Read both ways of writing assets."""
    if isinstance(data, list):
        found: dict[str, AssetFile] = {}
        for index, name in enumerate(data):
            if not isinstance(name, str):
                raise trouble("the name of a site is needed here", "Write assets: [tokyo, osaka].", (index,))
            if name in found:
                raise trouble(f"asset '{name}' is named twice", "Keep one of the two.", (index,))
            found[name] = AssetFile()
        return found
    if not isinstance(data, dict):
        raise trouble("a list of sites is needed here", "Write assets: [tokyo, osaka].")
    for name, body in data.items():
        if not isinstance(body, dict):
            raise trouble("a radius is needed here", f"Write {name}: {{radius_km: 30}}.", (name,))
        for key in body:
            if key not in ("radius_km", "value"):
                bad = unknown_key(str(key), ["radius_km", "value"])
                context = bad.context or {}
                raise trouble(context["what"], context["remedy"], (name, *context["at"]))
        radius = body.get("radius_km")
        if isinstance(radius, bool) or not isinstance(radius, int | float) or not 0.0 < radius <= 500.0:
            raise trouble(
                f"radius_km is {str(radius)[:40]}",
                "Write a number above 0, 500 at most.",
                (name, "radius_km"),
            )
        value = body.get("value", 1.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1e12:
            raise trouble(f"value is {str(value)[:40]}", "Write a number from 0.", (name, "value"))
    return {
        name: AssetFile(float(body["radius_km"]), float(body.get("value", 1.0)))
        for name, body in data.items()
    }


class RaidLine(Strict):
    """Missiles of one type fired from one place."""

    missile: Text
    count: Annotated[int, Field(ge=1, le=MAX_THREATS)] = 1
    source: Annotated[Place, Checked(_place, _PLACE_SCHEMA)] = Field(alias="from")
    aim: Annotated[
        tuple[Place, ...],
        Checked(
            _places, {"anyOf": [_PLACE_SCHEMA, {"type": "array", "items": _PLACE_SCHEMA, "minItems": 1}]}
        ),
    ]
    trajectory: Literal["minimum_energy"] | None = None
    apogee_km: Annotated[float, Field(gt=0.0, le=20000.0)] | None = None
    first_launch_s: Seconds = 0.0
    interval_s: Seconds = 0.0
    parameter_set: Text | None = None
    name: Name | None = None

    @model_validator(mode="after")
    def _one_trajectory(self) -> RaidLine:
        if (self.trajectory is None) == (self.apogee_km is None):
            how = "no trajectory is stated" if self.trajectory is None else "two trajectories are stated"
            raise trouble(how, "Write either trajectory: minimum_energy or apogee_km: 550.")
        return self


class SensorFile(Strict):
    """A radar at a place, or a satellite system."""

    type: Text
    site: Text | None = None
    nation: Nation
    azimuth_from_deg: Azimuth | None = None
    azimuth_to_deg: Azimuth | None = None
    mask_angle_deg: MaskAngle | None = None
    mask: StatedMask | None = None
    search: Literal["fence", "volume", "cued"] | None = None
    search_frame_s: Annotated[float, Field(gt=0.0, le=86400.0)] | None = None
    fence_height_deg: Annotated[float, Field(gt=0.0, le=90.0)] | None = None
    clock_offset_s: Annotated[float, Field(ge=-3600.0, le=3600.0)] | None = None
    false_alarms: Literal["confirmed", "reported"] | None = None

    @model_validator(mode="after")
    def _fits(self) -> SensorFile:
        if self.mask is not None and self.mask_angle_deg is not None:
            raise trouble("two masks are stated", "Write either mask_angle_deg or mask.", ("mask",))
        if self.search_frame_s is not None and self.search not in ("fence", "volume"):
            raise trouble("search_frame_s without a search", "Add search: fence.", ("search_frame_s",))
        if self.fence_height_deg is not None and self.search != "fence":
            raise trouble("fence_height_deg without a fence", "Add search: fence.", ("fence_height_deg",))
        if self.false_alarms == "reported" and self.search not in ("fence", "volume"):
            raise trouble(
                "false alarms are counted in what a radar searches, and no search is stated",
                "Add search: fence or search: volume.",
                ("false_alarms",),
            )
        return self


class BatteryFile(Strict):
    """A launcher with its interceptors: of one kind, or several under `loads`."""

    interceptor: Text | None = None
    site: Text
    cells: Annotated[int, Field(ge=1, le=MAX_CELLS)]
    loaded: Annotated[int, Field(ge=0, le=MAX_CELLS)] | None = None
    loads: Annotated[dict[Name, Annotated[int, Field(ge=0, le=MAX_CELLS)]] | None, Field(min_length=1)] = None
    nation: Nation
    layer: Annotated[int, Field(ge=1, le=9)] | None = None
    launcher: Text | None = None
    fire_control: Literal["own_radar", "launch_on_remote", "engage_on_remote"] | None = None
    own_radar: Text | None = None

    @model_validator(mode="after")
    def _fits(self) -> BatteryFile:
        if self.own_radar is not None and self.fire_control in (None, "engage_on_remote"):
            raise trouble(
                "own_radar without a use for it",
                "Add fire_control: own_radar or fire_control: launch_on_remote.",
                ("own_radar",),
            )
        if self.loads is not None:
            if self.interceptor is not None or self.loaded is not None:
                raise trouble(
                    "both one interceptor and several loads are stated",
                    "Write interceptor and loaded, or loads: {sm3_iia: 16, sm3_ib: 8}.",
                    ("loads",),
                )
        elif self.interceptor is None or self.loaded is None:
            missing = "interceptor" if self.interceptor is None else "loaded"
            raise trouble(f"'{missing}' is missing", f"Add {missing}, or loads: {{sm3_iia: 16, sm3_ib: 8}}.")
        total = sum(self.stock.values())
        if self.launcher is None and total > self.cells:
            key = "loads" if self.loads is not None else "loaded"
            raise trouble(
                f"{key} is {total}, but there are {self.cells} cells",
                f"Write {key} no larger than cells.",
                (key,),
            )
        return self

    @property
    def stock(self) -> dict[str, int]:
        """Interceptors loaded, by kind."""
        if self.loads is not None:
            return dict(self.loads)
        return {self.interceptor or "": self.loaded or 0}


class OverrideFile(Strict):
    """A catalogue value that the scenario replaces, and why."""

    value: float
    low: float | None = None
    high: float | None = None
    why: Text


class TimelineFile(Strict):
    """A moment as the public record has it, counted from launch."""

    what: Text
    moment: Moment | None = None
    near: Text | None = None
    published_low_s: float
    published_best_s: float
    published_high_s: float
    mark: MarkText
    source: Text

    @model_validator(mode="after")
    def _order(self) -> TimelineFile:
        if not self.published_low_s <= self.published_best_s <= self.published_high_s:
            raise trouble(
                f"low {self.published_low_s:g}, best {self.published_best_s:g}, high "
                f"{self.published_high_s:g} are not in this order",
                "Write low <= best <= high.",
            )
        if self.moment == "passage" and self.near is None:
            raise trouble("a passage needs 'near'", "Add near: the site that the missile passes.")
        return self


class CatalogueSection(Strict):
    """Catalogue entries of the scenario's own; they stand before those that come with the package."""

    missiles: dict[Name, MissileFile] = Field(default_factory=dict)
    radars: dict[Name, RadarFile] = Field(default_factory=dict)
    satellites: dict[Name, SatelliteFile] = Field(default_factory=dict)
    interceptors: dict[Name, InterceptorFile] = Field(default_factory=dict)
    sites: dict[Name, SiteFile] = Field(default_factory=dict)
    doctrines: dict[Name, DoctrineFile] = Field(default_factory=dict)
    cities: dict[Name, CityFile] = Field(default_factory=dict)


class ScenarioFile(Strict):
    """A Hoplon scenario: who fires what at whom, and what stands against it."""

    format: Literal["hoplon-scenario"]
    version: Literal[1]
    name: Name
    title: Text
    question: Text
    date: Day
    assets: Annotated[
        dict[str, AssetFile],
        Checked(
            _assets,
            {
                "anyOf": [
                    {"type": "array", "items": {"type": "string"}},
                    {
                        "type": "object",
                        "additionalProperties": {
                            "type": "object",
                            "properties": {
                                "radius_km": {"type": "number", "exclusiveMinimum": 0},
                                "value": {"type": "number", "minimum": 0},
                            },
                            "required": ["radius_km"],
                            "additionalProperties": False,
                        },
                    },
                ]
            },
        ),
    ]
    raid: Annotated[tuple[RaidLine, ...], LooseTuple, Field(min_length=1)]
    sensors: dict[Name, SensorFile] = Field(default_factory=dict)
    network: Annotated[tuple[LinkFile, ...], LooseTuple] = ()
    batteries: dict[Name, BatteryFile] = Field(default_factory=dict)
    command: CommandFile
    warning: WarningFile = WarningFile()
    believed_ballistic_coefficient_kg_m2: Positive | None = None
    assumptions: dict[str, OverrideFile] = Field(default_factory=dict)
    published_timeline: Annotated[tuple[TimelineFile, ...], LooseTuple] = ()
    catalogue: CatalogueSection = CatalogueSection()
    without: Annotated[tuple[Text, ...], LooseTuple] = ()
    left_out: dict[str, Annotated[tuple[Text, ...], LooseTuple]] = Field(default_factory=dict)
    changes: Annotated[tuple[Text, ...], LooseTuple] = ()
