"""Maps of what radars see: of a target that hangs at an altitude, or of missiles that fly to each cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage.question import firings, grid_over, missile_of, place_of
from hoplon.coverage.radar_flights import USUAL_LEVEL, family_layers, family_name
from hoplon.coverage.scenery import sites
from hoplon.earth.frames import ecef_from_geodetic
from hoplon.engagement import assemble
from hoplon.errors import InputError, nearest
from hoplon.result.coverage_map import PROBABILITY, CoverageMap, MapLayer
from hoplon.scenario import Scenario
from hoplon.scenario.assumptions import assumptions
from hoplon.sensor.detection import probability_of_detection
from hoplon.sensor.mask import horizon_elevation_rad
from hoplon.sensor.observe import observe
from hoplon.sensor.radar import Radar, detection_range_m

Array = NDArray[np.float64]
#: South, west, north, east; east may pass 180.
Region = tuple[float, float, float, float]
Progress = Callable[[int, int, str], None]

#: First link of the chain that fails, for a target that hangs in the air; a later one has come further.
REASONS = (
    "",
    "outside every sector",
    "beyond the instrumented range",
    "below the horizon, the terrain or the lowest beam",
    "above the highest beam, or between faces",
    "in view, but not searched there",
    "in view, but its echo is too weak",
)
ALTITUDE_KM = 200.0
#: Where no region is asked for, this many cells across what the radars reach.
_CELLS_ACROSS = 80
_KM_PER_DEG = 111.2

_LIMITS = (
    "One look at one target, with nothing else to do. Over many looks even a faint target is found: a map of "
    "missiles in flight (--missile) adds the looks up.",
    "No clutter, no multipath, no rain, no jamming, no debris; terrain only where the catalogue or the "
    "scenario states a mask. The horizon is that of rays in a standard atmosphere.",
    "Radars are taken to look on their own: no cue tells them where to look.",
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one radar makes of a target above each cell."""

    search: Array
    track: Array
    reason: NDArray[np.uint8]


def radar_map(
    scenario: Scenario,
    *,
    cross_section_m2: float | None = None,
    altitude_km: float | None = None,
    missiles: Sequence[str] = (),
    launches: Sequence[str] = (),
    sensors: Sequence[str] = (),
    region: Region | None = None,
    step_km: float | None = None,
    level: float | None = None,
    progress: Progress | None = None,
) -> CoverageMap:
    """Map what the radars of a scenario see.

    Parameters
    ----------
    scenario : Scenario
    cross_section_m2 : float, optional
        Of the target, in every band; by default that of the re-entry body of the raid's first missile, band
        by band.
    altitude_km : float, optional
        At which the target hangs; 200 by default.
    missiles : sequence of str
        Types: cells are then their aim points, and the whole flight counts instead of one look.
    launches : sequence of str
        Places, or ``latitude,longitude``, for `missiles`; by default those from which the raid fires them.
    sensors : sequence of str
        Radars of the scenario that look; all by default.
    region : tuple of float, optional
        South, west, north, east; by default as far as the radars reach, or around the assets for flights.
    step_km : float, optional
        Distance of neighbouring cells.
    level : float, optional
        A cell has a reason where its probability is below this; one half by default.
    progress : callable, optional
        Called with steps done, steps in all, and what is being done.

    Returns
    -------
    CoverageMap

    Raises
    ------
    InputError
        For a name that is not in the scenario, or a number out of range.
    """
    radars = _chosen(scenario, sensors)
    enough = USUAL_LEVEL if level is None else level
    if missiles or launches:
        if cross_section_m2 is not None or altitude_km is not None:
            raise InputError(
                "a missile in flight has its own cross-section and altitude",
                where="--rcs, --altitude",
                remedy="Leave them out, or leave out --missile and --from.",
            )
        asked = firings(scenario, missiles, [place_of(name, scenario) for name in launches])
        entries = {firing.missile: missile_of(firing.missile, scenario) for firing in asked}
        grid = grid_over(scenario, "defended", step_km=step_km, region=region)
        layers, reasons, limits = family_layers(
            entries, asked, radars, grid.latitude_deg, grid.longitude_deg, enough, progress
        )
        settings = {"missiles": "; ".join(family_name(firing) for firing in asked)}
        rests = tuple(f"missiles.{name}." for name in entries)
        question = "Of a missile that flies to a place, how likely does a radar make a firm track?"
    else:
        height_km = ALTITUDE_KM if altitude_km is None else altitude_km
        missile = scenario.threats[0].missile
        echoes = _echoes(scenario, radars, cross_section_m2, height_km)
        if region is None:
            reach_km = [_reach_km(radar, echo) for radar, echo in zip(radars, echoes, strict=True)]
            region = _region_around([(r.site.latitude_deg, r.site.longitude_deg) for r in radars], reach_km)
        if step_km is None:
            step_km = _usual_step_km(region)
        grid = grid_over(scenario, "defended", step_km=step_km, region=region)
        layers = _hanging(radars, echoes, grid.latitude_deg, grid.longitude_deg, height_km, enough, progress)
        asked, reasons, limits = firings(scenario), REASONS, _LIMITS
        stated = cross_section_m2 is not None
        target = f"{cross_section_m2:g} m²" if stated else f"re-entry body of {missile.replace('_', ' ')}"
        settings = {"target": target, "altitude": f"{height_km:g} km"}
        rests = () if stated else (f"missiles.{missile}.reentry_cross_section",)
        question = f"How likely does one look find a target ({target}) that hangs {height_km:g} km above?"
    chosen = {radar.name for radar in radars}
    kept = [spec for spec in scenario.sensors if spec.name in chosen]
    used = {f"sensors.{spec.type_id}." for spec in kept}
    used |= {f"sites.{spec.site.id}." for spec in kept if spec.site is not None}
    prefixes = (*used, *rests)
    return CoverageMap(
        kind="radar",
        scenario=scenario.name,
        title=scenario.title,
        question=question,
        date=str(scenario.date),
        latitude_deg=grid.latitude_deg,
        longitude_deg=grid.longitude_deg,
        layers=layers,
        reasons=reasons,
        sites=tuple(s for s in sites(scenario, asked, aims=False) if s.kind != "radar" or s.name in chosen),
        assumptions=tuple(a for a in assumptions(scenario) if a.path.startswith(prefixes)),
        overrides=tuple(scenario.overrides),
        limitations=limits,
        facts={
            "cells": float(grid.shape[0] * grid.shape[1]),
            "step_km": grid.step_km,
            **({} if level is None else {"level": level}),
        },
        settings={**settings, "radars": _names(radars, scenario)},
        scenario_yaml=scenario.to_yaml(),
    )


def _chosen(scenario: Scenario, sensors: Sequence[str]) -> tuple[Radar, ...]:
    specs = {spec.name: spec for spec in scenario.sensors if spec.type_id in scenario.radar_types}
    for name in sensors:
        if name not in specs:
            raise InputError(f"no radar '{name}'", where="--sensor", remedy=nearest(name, specs))
    if not specs:
        raise InputError(f"scenario '{scenario.name}' has no radar", remedy="Add one under sensors.")
    return tuple(
        assemble.radar(scenario, spec) for name, spec in specs.items() if not sensors or name in sensors
    )


def _names(radars: Sequence[Radar], scenario: Scenario) -> str:
    every = [spec for spec in scenario.sensors if spec.type_id in scenario.radar_types]
    if len(radars) == len(every) > 3:
        return f"all {len(radars)} of the scenario"
    return ", ".join(radar.name.replace("_", " ") for radar in radars)


def _echoes(
    scenario: Scenario, radars: Sequence[Radar], cross_section_m2: float | None, altitude_km: float
) -> list[float]:
    if not 0.0 < altitude_km <= 40_000.0:
        raise InputError(
            f"altitude is {altitude_km:g} km", where="--altitude", remedy="Write km above 0, at most 40000."
        )
    if cross_section_m2 is None:
        entry = scenario.missiles[scenario.threats[0].missile]
        return [entry.reentry_cross_section_m2[radar.band] for radar in radars]
    if not 1e-9 <= cross_section_m2 <= 1e9:
        raise InputError(
            f"cross-section is {cross_section_m2:g} m²",
            where="--rcs",
            remedy="Write square metres above 0: a re-entry cone has 0.001 to 1, an aircraft 1 to 100.",
        )
    return [cross_section_m2] * len(radars)


def _reach_km(radar: Radar, echo_m2: float) -> float:
    """How far a picture should go: a little beyond where one look in search finds one target in ten."""
    return 1.1 * detection_range_m(radar, echo_m2, 0.1, radar.search_dwell_s) / 1e3


def _region_around(places: Sequence[tuple[float, float]], reach_km: Sequence[float]) -> Region:
    """Find the region that holds circles about places, in whole degrees, across the date line if need be."""
    points, room = np.array(places), np.array(reach_km) / _KM_PER_DEG
    latitude, longitude = points[:, 0], points[0, 1] + (points[:, 1] - points[0, 1] + 180.0) % 360.0 - 180.0
    south, north = np.floor(max(-85.0, (latitude - room).min())), np.ceil(min(85.0, (latitude + room).max()))
    # Where a circle of that angle about a place reaches furthest east: sin Δλ = sin r / cos φ.
    sine = np.sin(np.radians(np.minimum(room, 89.0))) / np.cos(np.radians(latitude))
    wide = np.where(sine < 1.0, np.degrees(np.arcsin(np.minimum(sine, 1.0))), 180.0)
    west, east = np.floor((longitude - wide).min()), np.ceil((longitude + wide).max())
    if east - west >= 360.0:
        return float(south), -180.0, float(north), 180.0
    turn = 360.0 if west < -180.0 else 0.0
    return float(south), float(west) + turn, float(north), float(east) + turn


def _usual_step_km(region: Region) -> float:
    south, west, north, east = region
    squeeze = math.cos(math.radians(0.5 * (south + north)))
    longer_km = _KM_PER_DEG * max(north - south, squeeze * ((east - west) % 360.0 or 360.0))
    return longer_km / _CELLS_ACROSS


def _hanging(
    radars: Sequence[Radar],
    echoes: Sequence[float],
    latitude: Array,
    longitude: Array,
    altitude_km: float,
    enough: float,
    progress: Progress | None,
) -> tuple[MapLayer, ...]:
    at = np.meshgrid(latitude, longitude, indexing="ij")
    r_ecef = ecef_from_geodetic(at[0], at[1], 1e3 * altitude_km).reshape(-1, 1, 3)
    shape = at[0].shape
    seen = []
    for number, (radar, echo) in enumerate(zip(radars, echoes, strict=True)):
        if progress is not None:
            progress(number, len(radars), f"looking through {radar.name}")
        seen.append(_look(radar, echo, r_ecef))
    search = 1.0 - np.prod([1.0 - one.search for one in seen], axis=0)
    track = 1.0 - np.prod([1.0 - one.track for one in seen], axis=0)
    furthest = np.max([one.reason for one in seen], axis=0)
    count = f"any of the {len(radars)} radars" if len(radars) > 1 else radars[0].name.replace("_", " ")
    layers = [
        _layer(f"{count}, one look in search", search, furthest, enough, shape),
        _layer(f"{count}, one look at a track", track, furthest, enough, shape),
    ]
    if len(radars) > 1:
        for radar, one in zip(radars, seen, strict=True):
            layers.append(
                _layer(
                    f"{radar.name.replace('_', ' ')}, one look in search",
                    one.search,
                    one.reason,
                    enough,
                    shape,
                )
            )
    return tuple(layers)


def _layer(
    name: str, values: Array, reasons: NDArray[np.uint8], enough: float, shape: tuple[int, ...]
) -> MapLayer:
    shown = np.where(values < enough, reasons, 0).astype(np.uint8)
    return MapLayer(name, PROBABILITY, values.reshape(shape), shown.reshape(shape))


def _look(radar: Radar, echo_m2: float, r_ecef: Array) -> _Seen:
    """Look at targets that hang still, shape (n, 1, 3), once each."""
    view = observe(radar, np.zeros(1), r_ecef, np.zeros_like(r_ecef), echo_m2, True)
    distance, azimuth, elevation = (
        part[:, 0] for part in (view.range_m, view.azimuth_rad, view.elevation_rad)
    )
    snr = view.snr_track[:, 0]
    visible = snr > 0.0
    searched = visible.copy()
    if radar.search is not None:
        if radar.search.mode == "cued":
            searched[:] = False
        elif radar.search.mode == "fence":
            top = horizon_elevation_rad(radar, azimuth, distance, radar.search.fence_height_deg)
            searched &= elevation <= top
    pd = (
        np.where(where, probability_of_detection(z, radar.false_alarm_probability, radar.swerling), 0.0)
        for where, z in ((searched, snr * radar.search_dwell_s / radar.track_dwell_s), (visible, snr))
    )
    width = np.radians(radar.azimuth_width_deg)
    inside = (azimuth - np.radians(radar.azimuth_from_deg)) % (2.0 * np.pi) <= width
    near = distance <= radar.maximum_range_m
    above = elevation >= horizon_elevation_rad(radar, azimuth, distance)
    reason = np.select([~inside, ~near, ~above, ~visible, ~searched], [1, 2, 3, 4, 5], default=6)
    search, track = pd
    return _Seen(search, track, reason.astype(np.uint8))
