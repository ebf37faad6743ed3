"""From a checked scenario file to a resolved scenario: names looked up, the raid expanded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from hoplon.cited import Cited, Mark
from hoplon.errors import InputError, nearest
from hoplon.scenario import command_schema, schema
from hoplon.scenario.actors import actor_spec, check_authority
from hoplon.scenario.batteries import resolved_battery
from hoplon.scenario.catalogue import Catalogue
from hoplon.scenario.doctrines import doctrine, layers_agree
from hoplon.scenario.entries import CatalogSite, InterceptorEntry, MissileEntry
from hoplon.scenario.kill_records import counted, stated
from hoplon.scenario.leaf import validate
from hoplon.scenario.links import links
from hoplon.scenario.model import Scenario
from hoplon.scenario.overrides import overridden
from hoplon.scenario.public import warning_spec
from hoplon.scenario.reading import Document, Key
from hoplon.scenario.removal import without
from hoplon.scenario.specs import (
    Asset,
    CommandSpec,
    PublishedMoment,
    SensorSpec,
    ThreatSpec,
)

T = TypeVar("T")

#: The class of re-entry body that the defender takes for granted unless the scenario says otherwise.
BELIEVED_CLASS = "medium_range_cone"
_WHOLE_CIRCLE = 360.0


def resolve(document: Document) -> Scenario:
    """Make a scenario of a document.

    Parameters
    ----------
    document : Document

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With file, line, key, value and remedy.
    """
    _check_format(document)
    spec = validate(schema.ScenarioFile, document.data, document)
    return _Resolver(document, spec).scenario()


def _check_format(document: Document) -> None:
    data = document.data
    if not isinstance(data, dict):
        raise document.error("a scenario is a mapping", (), "Start with: format: hoplon-scenario")
    if data.get("format") != "hoplon-scenario":
        shown = f"format is '{str(data['format'])[:40]}'" if "format" in data else "'format' is missing"
        remedy = "Write format: hoplon-scenario."
        if data.get("format") == "hoplon-comparison":
            remedy = f"Type: hoplon compare {document.name}"
        if data.get("format") == "hoplon-study":
            remedy = f"Type: hoplon study {document.name}"
        raise document.error(f"{shown}; this is no scenario", ("format",), remedy)
    version = data.get("version")
    if type(version) is not int or version != 1:
        newer = type(version) is int and version > 1
        remedy = "Update Hoplon, or write version: 1." if newer else "Write version: 1."
        what = f"scenario version {str(version)[:20]} is not known; this Hoplon reads version 1"
        raise document.error(what, ("version",), remedy)


class _Resolver:
    """Holds what the steps of resolving share."""

    def __init__(self, document: Document, spec: schema.ScenarioFile) -> None:
        self.document = document
        self.spec = spec
        self.catalogue = Catalogue(document)

    def scenario(self) -> Scenario:
        spec = self.spec
        self._unique_names()
        layers_agree(spec.batteries, self.document)
        threats, missiles = self._raid()
        sensors = tuple(self._sensor(name, sensor) for name, sensor in spec.sensors.items())
        if all(sensor.site is None for sensor in sensors) and not spec.left_out:
            raise self.document.error(
                "no radar: nothing could be tracked",
                ("sensors",),
                "Add one, such as  shariki: {type: an_tpy_2, site: shariki, nation: US}.",
            )
        interceptors = {
            kind: self._look_up(
                self.catalogue.interceptor,
                kind,
                ("batteries", name, *(("interceptor",) if battery.loads is None else ("loads", kind))),
            )
            for name, battery in spec.batteries.items()
            for kind in battery.stock
        }
        batteries = tuple(
            part
            for name, battery in spec.batteries.items()
            for part in resolved_battery(
                name,
                battery,
                self._site(battery.site, ("batteries", name, "site")),
                self.catalogue,
                [sensor for sensor in sensors if sensor.site is not None],
                [element for taken in spec.left_out.values() for element in taken],
                self.document,
            )
        )
        radars = self.catalogue.names("radars")
        scenario = Scenario(
            name=spec.name,
            title=spec.title,
            question=spec.question,
            date=spec.date,
            assets=tuple(
                Asset(
                    name, self._site(name, ("assets", *self._asset_key(name))), asset.radius_km, asset.value
                )
                for name, asset in spec.assets.items()
            ),
            threats=threats,
            missiles=missiles,
            sensors=sensors,
            radar_types={s.type_id: self.catalogue.radar(s.type_id) for s in sensors if s.type_id in radars},
            satellite_types={
                s.type_id: self.catalogue.satellite(s.type_id) for s in sensors if s.type_id not in radars
            },
            links=links(
                spec.network,
                spec.sensors,
                [sensor.name for sensor in sensors if sensor.site is None],
                spec.command.actors,
                self.document,
            ),
            batteries=batteries,
            interceptors=interceptors,
            command=self._command(interceptors),
            believed_ballistic_coefficient_kg_m2=self._believed(),
            published_timeline=tuple(
                PublishedMoment(
                    what=row.what,
                    moment=row.moment or "",
                    near=self._site(row.near, ("published_timeline", i, "near")) if row.near else None,
                    published_low_s=row.published_low_s,
                    published_best_s=row.published_best_s,
                    published_high_s=row.published_high_s,
                    mark=str(row.mark),
                    source=row.source,
                )
                for i, row in enumerate(spec.published_timeline)
            ),
            warning=warning_spec(spec.warning, spec.assets, self.catalogue, self._look_up),
            left_out=spec.left_out,
            changes=spec.changes,
        )
        return self._without(overridden(scenario, spec.assumptions, self.document))

    def _without(self, scenario: Scenario) -> Scenario:
        for index, name in enumerate(self.spec.without):
            try:
                without(scenario, (name,))
            except InputError as error:
                raise self.document.error(error.what, ("without", index), error.remedy) from None
        return without(scenario, self.spec.without)

    def _look_up(self, find: Callable[[str], T], name: str, key: Key) -> T:
        """Look a name up; an error that does not yet say where gets this file and key."""
        try:
            return find(name)
        except InputError as error:
            if error.where:
                raise
            raise self.document.error(error.what, key, error.remedy) from None

    def _site(self, name: str, key: Key) -> CatalogSite:
        return self._look_up(self.catalogue.site, name, key)

    def _asset_key(self, name: str) -> Key:
        raw = self.document.data["assets"]
        return (raw.index(name),) if isinstance(raw, list) else (name,)

    def _place(self, place: schema.Place, key: Key) -> CatalogSite:
        if isinstance(place, str):
            return self._site(place, key)
        text = f"{place.latitude_deg:g},{place.longitude_deg:g}"

        def stated(value: float) -> Cited:
            return Cited(value, value, value, Mark.UNCHECKED, "stated in the scenario")

        values = {
            "latitude_deg": stated(place.latitude_deg),
            "longitude_deg": stated(place.longitude_deg),
            "altitude_m": stated(0.0),
            "mask_angle_deg": stated(0.0),
        }
        return CatalogSite(text, f"point {text}", "reference", "", values, stated=True)

    def _unique_names(self) -> None:
        """Names of sensors, batteries and actors share one space: links and events refer to them."""
        spec = self.spec
        seen: dict[str, str] = {}
        groups: tuple[tuple[Key, Iterable[str]], ...] = (
            (("sensors",), spec.sensors),
            (("batteries",), spec.batteries),
            (("command", "actors"), spec.command.actors),
        )
        for key, names in groups:
            for name in names:
                if name in seen:
                    raise self.document.error(
                        f"the name '{name}' is already that of one of the {seen[name]}",
                        (*key, name),
                        f"Give one of the two another name, such as {name}_2.",
                    )
                seen[name] = str(key[-1])

    def _raid(self) -> tuple[tuple[ThreatSpec, ...], dict[str, MissileEntry]]:
        """Expand the lines of the raid into single threats."""
        threats: list[ThreatSpec] = []
        missiles: dict[str, MissileEntry] = {}
        numbers: Counter[str] = Counter()
        names: set[str] = set()
        total = sum(line.count for line in self.spec.raid)
        if total > command_schema.MAX_THREATS:
            raise self.document.error(
                f"the raid has {total} missiles; at most {command_schema.MAX_THREATS} are computed",
                ("raid",),
                "Lower the counts.",
            )
        for index, line in enumerate(self.spec.raid):
            key: Key = ("raid", index)
            missile = self._missile(line, key)
            if missiles.setdefault(line.missile, missile).parameter_set != missile.parameter_set:
                raise self.document.error(
                    f"'{line.missile}' flies with two parameter sets, {missiles[line.missile].parameter_set} "
                    f"and {missile.parameter_set}",
                    (*key, "parameter_set"),
                    "Use one set a missile in one scenario, and compare two scenarios.",
                )
            launch = self._place(line.source, (*key, "from"))
            raw_aim = self.document.data["raid"][index]["aim"]
            aims = [
                self._place(aim, (*key, "aim", i) if isinstance(raw_aim, list) else (*key, "aim"))
                for i, aim in enumerate(line.aim)
            ]
            for number in range(line.count):
                stem = line.name or line.missile
                if line.name and line.count == 1:
                    name = line.name
                else:
                    numbers[stem] += 1
                    name = f"{stem}-{numbers[stem]}"
                if name in names:
                    raise self.document.error(
                        f"two missiles of the raid are named '{name}'", (*key, "name"), "Rename one of them."
                    )
                names.add(name)
                threats.append(
                    ThreatSpec(
                        name=name,
                        missile=line.missile,
                        launch=launch,
                        aim=aims[number % len(aims)],
                        apogee_km=line.apogee_km,
                        launch_s=line.first_launch_s + number * line.interval_s,
                        parameter_set=missile.parameter_set,
                    )
                )
        return tuple(threats), missiles

    def _missile(self, line: schema.RaidLine, key: Key) -> MissileEntry:
        known = line.missile in self.catalogue.names("missiles")
        at = "parameter_set" if known and line.parameter_set else "missile"

        def find(name: str) -> MissileEntry:
            return self.catalogue.missile(name, line.parameter_set)

        return self._look_up(find, line.missile, (*key, at))

    def _sensor(self, name: str, sensor: schema.SensorFile) -> SensorSpec:
        key: Key = ("sensors", name)
        radars, satellites = self.catalogue.names("radars"), self.catalogue.names("satellites")
        if sensor.type not in radars and sensor.type not in satellites:
            raise self.document.error(
                f"unknown sensor type '{sensor.type}'",
                (*key, "type"),
                nearest(sensor.type, [*radars, *satellites]),
            )
        if sensor.type in satellites:
            self._look_up(self.catalogue.satellite, sensor.type, (*key, "type"))
            for given in schema.SensorFile.model_fields.keys() - {"type", "nation"}:
                if getattr(sensor, given) is not None:
                    raise self.document.error(
                        f"'{given}' has no meaning for satellites", (*key, given), "Remove it."
                    )
            return SensorSpec(name, sensor.type, None, sensor.nation, 0.0, _WHOLE_CIRCLE)
        radar = self._look_up(self.catalogue.radar, sensor.type, (*key, "type"))
        if sensor.site is None:
            raise self.document.error("'site' is missing", key, "Add site: where the radar stands.")
        site = self._site(sensor.site, (*key, "site"))
        if (sensor.azimuth_from_deg is None) != (sensor.azimuth_to_deg is None):
            raise self.document.error(
                "a sector needs both azimuth_from_deg and azimuth_to_deg", key, "Add the other one."
            )
        start, end = sensor.azimuth_from_deg, sensor.azimuth_to_deg
        if start is None or end is None:
            start, end = site.azimuth_from_deg, site.azimuth_to_deg
        if start is None or end is None:
            if radar.azimuth_sector_deg.best < _WHOLE_CIRCLE:
                raise self.document.error(
                    f"where the sector of {radar.azimuth_sector_deg.best:g} deg looks is not known for "
                    f"site '{site.id}'",
                    key,
                    "Add azimuth_from_deg and azimuth_to_deg, clockwise from north.",
                )
            start, end = 0.0, _WHOLE_CIRCLE
        mask = sensor.mask
        return SensorSpec(
            name,
            sensor.type,
            site,
            sensor.nation,
            start,
            end,
            sensor.mask_angle_deg,
            tuple(zip(mask.azimuth_deg, mask.elevation_deg, strict=True)) if mask else (),
            sensor.search or "",
            sensor.search_frame_s,
            sensor.fence_height_deg,
            sensor.clock_offset_s or 0.0,
            sensor.false_alarms == "reported",
        )

    def _command(self, interceptors: Mapping[str, InterceptorEntry]) -> CommandSpec:
        command = self.spec.command
        check_authority(command, self.document, bool(self.spec.left_out or self.spec.without))
        choice = command.test_record or command_schema.TestRecordChoice()
        as_of = choice.as_of or self.spec.date
        return CommandSpec(
            actors={name: actor_spec(actor) for name, actor in command.actors.items()},
            authority=command.authority,
            rule=command.rule,
            doctrine=doctrine(command.doctrine, self.catalogue, self.document),
            test_records=counted(choice, interceptors, as_of, self.document),
            test_record_view=choice.view or "",
            test_record_as_of=as_of,
            public_alert_delay_s=command.public_alert_delay_s,
            test_record_views=choice.views,
            single_shot_kill_probability=stated(choice, interceptors, as_of),
            track_probability=command.track_probability,
            discrimination_probability=command.discrimination_probability,
            kill_assessment_false_dead=command.kill_assessment_false_dead,
            kill_assessment_false_alive=command.kill_assessment_false_alive,
            predelegated_after_s=command.predelegation.after_s if command.predelegation else None,
            weapon_assignment=command.weapon_assignment,
        )

    def _believed(self) -> Cited:
        stated = self.spec.believed_ballistic_coefficient_kg_m2
        if stated is not None:
            return stated
        shared = self.catalogue.target_class(BELIEVED_CLASS).reentry_ballistic_coefficient_kg_m2
        assert shared is not None
        return shared
