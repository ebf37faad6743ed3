"""The catalogue, completed: entries with everything that the simulation needs, or a clear refusal."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, cast

from hoplon.cited import Cited, Mark
from hoplon.errors import InputError, nearest
from hoplon.scenario import catalog_schema as schema
from hoplon.scenario import sensor_schema
from hoplon.scenario.entries import (
    AspectEntry,
    CatalogSite,
    DragTable,
    InterceptorEntry,
    MissileEntry,
    StageEntry,
    TestRecordSpec,
)
from hoplon.scenario.library import Library
from hoplon.scenario.sensor_entries import RadarEntry, SatelliteEntry, faces_entry, region_entry

_STAGE_KEYS = ("propellant_kg", "dry_kg", "burn_time_s", "isp_sl_s", "isp_vac_s", "diameter_m")
_TARGET_KEYS = tuple(schema.TargetProperties.model_fields)
_RADAR_KEYS = tuple(sensor_schema.RadarValues.model_fields)
_SATELLITE_OPTIONS = tuple(sensor_schema.SatelliteOptions.model_fields)
_INTERCEPTOR_KEYS = tuple(schema.InterceptorValues.model_fields)
_SATELLITE_KEYS = ("detection_delay_s", "position_error_km", "report_latency_s")
_KM_PER_DEG = 111.195


class Catalogue(Library):
    """The data files that come with the package, and the entries of a scenario's own."""

    def missile(self, name: str, parameter_set: str | None = None) -> MissileEntry:
        """Return a missile that can fly.

        Parameters
        ----------
        name : str
        parameter_set : str, optional
            One of the rival sets; by default the one that the catalogue recommends.

        Returns
        -------
        MissileEntry

        Raises
        ------
        InputError
            If there is no such missile or set, or nobody has published what it needs to fly.
        """
        entry = self.entry("missiles", name)
        assert isinstance(entry, schema.MissileFile)
        chosen = parameter_set or entry.parameter_set
        if parameter_set is not None and parameter_set not in entry.parameter_sets:
            raise InputError(
                f"missile '{name}' has no parameter set '{parameter_set}'",
                remedy=nearest(parameter_set, entry.parameter_sets),
            )
        if chosen is None or chosen not in entry.parameter_sets:
            why = entry.cannot_fly or "no full set of masses, burn times and impulses is published"
            raise InputError(
                f"missile '{name}' cannot fly: {why}",
                remedy=f"Can fly: {', '.join(self.flyable())}.",
            )
        values = self._target_values(name, entry)
        picked = entry.parameter_sets[chosen]
        missing = _missing_in_set(picked)
        missing += [key for key in _TARGET_KEYS if values[key] is None]
        missing += ["separates"] if entry.separates is None else []
        missing += ["drag"] if entry.drag is None and entry.drag_table is None else []
        if missing:
            raise InputError(
                f"missile '{name}' cannot fly with parameter set '{chosen}': it lacks {', '.join(missing)}",
                remedy=f"Can fly: {', '.join(self.flyable())}.",
            )
        drag = entry.drag_table
        if drag is None:
            drag = self.named("drag", entry.drag or "", schema.DragFile, name, "drag")
        assert entry.separates is not None
        stages = tuple(
            StageEntry(**{key: getattr(s, key) for key in (*_STAGE_KEYS, "coast_after_s")})
            for s in picked.stages
        )
        return MissileEntry(
            id=name,
            title=entry.title,
            names=entry.names,
            propulsion=entry.propulsion,
            parameter_set=chosen,
            verdict=picked.verdict,
            stages=stages,
            payload_kg=cast(Cited, picked.payload_kg),
            separates=entry.separates.value,
            separates_mark=str(entry.separates.mark),
            separates_source=entry.separates.source,
            drag=DragTable(drag.mach, drag.cd, str(drag.mark), drag.source),
            **cast(dict[str, Cited], values),
            aspect_cross_section={
                key: AspectEntry(value.nose_m2, value.side_m2, value.tail_m2)
                for key, value in entry.aspect_cross_section.items()
            },
        )

    def _target_values(self, name: str, entry: schema.MissileFile) -> dict[str, Cited | None]:
        values: dict[str, Cited | None] = {key: getattr(entry, key) for key in _TARGET_KEYS}
        if entry.target_class is not None:
            shared = self.named(
                "target_classes", entry.target_class, schema.TargetClass, name, "target_class"
            )
            values = {key: value or getattr(shared, key) for key, value in values.items()}
        return values

    def target_class(self, name: str) -> schema.TargetClass:
        """Return the values that missiles of one kind share.

        Parameters
        ----------
        name : str

        Returns
        -------
        TargetClass
        """
        return self.named("target_classes", name, schema.TargetClass)

    def flyable(self) -> tuple[str, ...]:
        """Return the names of the missiles that have all they need to fly.

        Returns
        -------
        tuple of str
        """
        return tuple(
            name
            for name, entry in self.missiles.items()
            if entry.parameter_set in entry.parameter_sets
            and not _missing_in_set(entry.parameter_sets[entry.parameter_set])
        )

    def flyable_sets(self, name: str) -> tuple[str, ...]:
        """Return the names of the rival parameter sets of a missile with which it can fly.

        Parameters
        ----------
        name : str

        Returns
        -------
        tuple of str
            The recommended one first.
        """
        entry = self.missiles[name]
        complete = [key for key, chosen in entry.parameter_sets.items() if not _missing_in_set(chosen)]
        return tuple(sorted(complete, key=lambda key: key != entry.parameter_set))

    def radar(self, name: str) -> RadarEntry:
        """Return a radar type with everything that the simulation needs.

        Parameters
        ----------
        name : str

        Returns
        -------
        RadarEntry

        Raises
        ------
        InputError
            If there is no such type, or too little is published about it.
        """
        entry = self.entry("radars", name)
        assert isinstance(entry, sensor_schema.RadarFile)
        values = {key: getattr(entry, key) for key in _RADAR_KEYS}
        options = {key: getattr(entry, key) for key in sensor_schema.RadarOptions.model_fields}
        options["faces"] = faces_entry(entry.faces)
        if entry.relative_to is not None and not all(values.values()):
            base_entry = self.entry("radars", entry.relative_to)
            if getattr(base_entry, "relative_to", None) is not None:
                raise InputError(
                    f"radar type '{name}' is relative to '{entry.relative_to}', which is itself only a ratio",
                    remedy="Name a type that has values of its own, and multiply the ratios.",
                )
            base = self.radar(entry.relative_to)
            values = {key: value or getattr(base, key) for key, value in values.items()}
            options = {key: value or getattr(base, key) for key, value in options.items()}
        defaults = self.shared("radars", "radar_defaults", sensor_schema.RadarValues)
        values = {key: value or getattr(defaults, key) for key, value in values.items()}
        missing = [key for key, value in values.items() if value is None]
        if entry.relative_to is not None and entry.range_ratio is None:
            missing.append("range_ratio")
        if missing or entry.band == "VHF":
            lacks = (
                f"it lacks {', '.join(missing)}" if missing else "no cross-sections are known in the VHF band"
            )
            raise InputError(
                f"radar type '{name}' is listed, but cannot be used: {lacks}",
                remedy=f"Can be used: {', '.join(self.usable_radars())}.",
            )
        return RadarEntry(
            id=name,
            title=entry.title,
            band=entry.band,
            relative_to=entry.relative_to or "",
            range_ratio=entry.range_ratio,
            **values,
            **options,
        )

    def usable_radars(self) -> tuple[str, ...]:
        """Return the names of the radar types that have a power and an aperture, or a ratio to one that has.

        Returns
        -------
        tuple of str
        """
        return tuple(
            name
            for name, radar in self.radars.items()
            if radar.band != "VHF"
            and (
                radar.relative_to
                or (radar.average_power_kw and radar.antenna_area_m2 and radar.frequency_ghz)
            )
        )

    def satellite(self, name: str) -> SatelliteEntry:
        """Return a satellite system.

        Parameters
        ----------
        name : str

        Returns
        -------
        SatelliteEntry
        """
        entry = self.entry("satellites", name)
        assert isinstance(entry, sensor_schema.SatelliteFile)
        values = {key: getattr(entry, key) for key in _SATELLITE_KEYS}
        missing = [key for key, value in values.items() if value is None]
        if missing:
            raise InputError(f"satellite system '{name}' cannot be used: it lacks {', '.join(missing)}")
        options = {key: getattr(entry, key) for key in _SATELLITE_OPTIONS}
        region = region_entry(entry.region)
        return SatelliteEntry(id=name, title=entry.title, **values, **options, region=region)

    def interceptor(self, name: str) -> InterceptorEntry:
        """Return an interceptor type with all that the simulation needs.

        Parameters
        ----------
        name : str

        Returns
        -------
        InterceptorEntry

        Raises
        ------
        InputError
            If there is no such type, or too little is published about it.
        """
        entry = self.entry("interceptors", name)
        assert isinstance(entry, schema.InterceptorFile)
        defaults = self.shared("interceptors", "interceptor_defaults", schema.InterceptorValues)
        values = {key: getattr(entry, key) or getattr(defaults, key) for key in _INTERCEPTOR_KEYS}
        missing = [key for key, value in values.items() if value is None]
        if not (entry.tests or entry.test_records):
            missing.append("test_records")
        if missing:
            raise InputError(
                f"interceptor '{name}' is listed, but cannot be used: it lacks {', '.join(missing)}",
                remedy=f"Can be used: {', '.join(self.usable_interceptors())}.",
            )
        return InterceptorEntry(
            id=name,
            title=entry.title,
            layer=entry.layer,
            names=entry.names,
            test_records=_all_records(entry),
            **values,
        )

    def usable_interceptors(self) -> tuple[str, ...]:
        """Return the names of the interceptors with all that a battery needs.

        Returns
        -------
        tuple of str
        """
        defaults = self.shared("interceptors", "interceptor_defaults", schema.InterceptorValues)
        return tuple(
            name
            for name, entry in self.interceptors.items()
            if (entry.tests or entry.test_records)
            and all(getattr(entry, key) or getattr(defaults, key) for key in _INTERCEPTOR_KEYS)
        )

    def site(self, name: str) -> CatalogSite:
        """Return a place.

        Parameters
        ----------
        name : str

        Returns
        -------
        CatalogSite
        """
        entry = self.entry("sites", name)
        assert isinstance(entry, schema.SiteFile)
        defaults = self.shared("sites", "site_defaults", schema.SiteDefaults)
        sector, mask = entry.sector, entry.mask
        values = _coordinates(entry)
        values["altitude_m"] = entry.altitude_m or defaults.altitude_m
        values["mask_angle_deg"] = entry.mask_angle_deg or defaults.mask_angle_deg
        return CatalogSite(
            id=name,
            title=entry.title,
            kind=entry.kind,
            nation=entry.nation or "",
            values=values,
            azimuth_from_deg=sector.azimuth_from_deg if sector else None,
            azimuth_to_deg=sector.azimuth_to_deg if sector else None,
            sector_mark=str(sector.mark) if sector else "",
            sector_source=sector.source if sector else "",
            mask=tuple(zip(mask.azimuth_deg, mask.elevation_deg, strict=True)) if mask else (),
            mask_mark=str(mask.mark) if mask else "",
            mask_source=mask.source if mask else "",
        )


def _missing_in_set(chosen: schema.ParameterSet) -> list[str]:
    missing = [
        f"stages.{index}.{key}"
        for index, stage in enumerate(chosen.stages)
        for key in _STAGE_KEYS
        if getattr(stage, key) is None
    ]
    return missing + (["payload_kg"] if chosen.payload_kg is None else [])


def _coordinates(entry: schema.SiteFile) -> dict[str, Cited]:
    """Turn the uncertainty of a position into ranges of latitude and longitude."""
    position = entry.position
    if position is None:
        assert entry.latitude_deg is not None
        assert entry.longitude_deg is not None
        return {"latitude_deg": entry.latitude_deg, "longitude_deg": entry.longitude_deg}
    latitude, longitude = position.latitude_deg, position.longitude_deg
    spread = position.uncertainty_km / _KM_PER_DEG
    wide = min(spread / max(math.cos(math.radians(latitude)), 0.05), 5.0)
    text: dict[str, Any] = {
        "mark": position.mark,
        "source": position.source,
        "why": position.why or "",
        "rule": position.rule or "",
    }
    return {
        "latitude_deg": Cited(latitude, max(latitude - spread, -90.0), min(latitude + spread, 90.0), **text),
        "longitude_deg": Cited(longitude, longitude - wide, longitude + wide, **text),
    }


def _all_records(entry: schema.InterceptorFile) -> tuple[TestRecordSpec, ...]:
    """Count the listed tests up to each of their days, and add the counts of others."""
    own = []
    hits = 0
    tests = sorted(entry.tests, key=lambda test: test.date)
    weakest = [*Mark]
    for number, test in enumerate(tests, start=1):
        hits += test.result == "hit"
        listed = ", ".join(f"{t.name} {t.date} {t.result}" for t in tests[:number])
        mark = max((t.mark for t in tests[:number]), key=weakest.index)
        own.append(TestRecordSpec("own_tests", hits, number, test.date, f"count of {listed}", str(mark)))
    others = [
        TestRecordSpec(r.view, r.hits, r.attempts, r.as_of, r.source, str(r.mark)) for r in entry.test_records
    ]
    return (*own, *others)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the catalogue that comes with the package.

    Returns
    -------
    Catalogue
    """
    return Catalogue()
