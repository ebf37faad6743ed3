"""What every map shares: its grid, the places on it, the values that it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.cited import WEAK_MARKS
from hoplon.engagement import assemble
from hoplon.errors import InputError
from hoplon.result.model import Assumption, SceneSite
from hoplon.scenario import Scenario, unit_of
from hoplon.sensor.radar import detection_range_m

Array = NDArray[np.float64]
#: South, west, north, east; east may pass 180.
Region = tuple[float, float, float, float]

#: Length of a degree of latitude on a sphere of 6371.0088 km.
KM_PER_DEG = 6371.0088 * math.pi / 180.0
#: More than these would take hours, and no picture could show them.
MOST_CELLS = 1_000_000
#: Room around the places of a scenario where no region is asked for.
MARGIN_KM = 350.0
#: The range of a radar on a map is that at which a look finds the target with this probability.
_MAP_PD = 0.5


def axes(region: Region, step_km: float) -> tuple[Array, Array]:
    """Lay a grid of cells over a region.

    Cells are equal steps of latitude and of longitude, so that their height is `step_km` everywhere and their
    width is so in the middle latitude.

    Parameters
    ----------
    region : tuple of float
        South, west, north, east.
    step_km : float

    Returns
    -------
    latitude_deg, longitude_deg : ndarray
        Centres of the cells, rising; the cells together cover the region.

    Raises
    ------
    InputError
        For a region that is none, or more cells than `MOST_CELLS`.
    """
    south, west, north, east = region
    if not (-85.0 <= south < north <= 85.0):
        raise InputError(
            f"the region reaches from latitude {south:g} to {north:g}",
            where="region",
            remedy="Write SOUTH,WEST,NORTH,EAST in degrees, between 85° S and 85° N: 30,124,46,148.",
        )
    if not (-180.0 <= west < east <= west + 360.0 and east <= 540.0):
        raise InputError(
            f"the region reaches from longitude {west:g} to {east:g}",
            where="region",
            remedy="Write SOUTH,WEST,NORTH,EAST with EAST above WEST; across the date line as in 150,210.",
        )
    if not (math.isfinite(step_km) and step_km > 0.0):
        raise InputError(
            f"the step is {step_km:g} km", where="step_km", remedy="Write km above 0, such as 25."
        )
    middle = math.cos(math.radians(0.5 * (south + north)))
    rows = max(2, math.ceil((north - south) * KM_PER_DEG / step_km - 1e-9))
    columns = max(2, math.ceil((east - west) * KM_PER_DEG * middle / step_km - 1e-9))
    if rows * columns > MOST_CELLS:
        raise InputError(
            f"a step of {step_km:g} km makes {rows * columns} cells",
            where="step_km",
            remedy=f"Ask for a longer step or a smaller region: at most {MOST_CELLS} cells.",
        )
    return (
        south + (np.arange(rows) + 0.5) * (north - south) / rows,
        west + (np.arange(columns) + 0.5) * (east - west) / columns,
    )


def region_around(
    places: Iterable[tuple[float, float]], margin_km: float | Sequence[float] = MARGIN_KM
) -> Region:
    """Find the smallest region that holds places, with room around them, across the date line if need be.

    Parameters
    ----------
    places : iterable of (latitude_deg, longitude_deg)
        At least one.
    margin_km : float or sequence of float
        Around all, or around each.

    Returns
    -------
    tuple of float
        South, west, north, east, in whole degrees.
    """
    points = np.array(list(places), dtype=np.float64)
    room = np.broadcast_to(np.asarray(margin_km, dtype=np.float64), len(points)) / KM_PER_DEG
    latitude = points[:, 0]
    south, north = max(-85.0, float((latitude - room).min())), min(85.0, float((latitude + room).max()))
    # The widest gap between neighbouring longitudes is what the region leaves out.
    turned = np.sort(points[:, 1] % 360.0)
    gaps = np.diff(np.append(turned, turned[0] + 360.0))
    start = int((np.argmax(gaps) + 1) % turned.size)
    west, width = float(turned[start]), 360.0 - float(gaps.max())
    west = (west + 180.0) % 360.0 - 180.0
    along = (points[:, 1] - west) % 360.0
    wide = room / np.cos(np.radians(np.clip(np.abs(latitude) + room, 0.0, 80.0)))
    low, high = float((along - wide).min()), float((along + wide).max())
    low, high = min(low, 0.0), max(high, width)
    if high - low >= 360.0:
        return math.floor(south), -180.0, math.ceil(north), 180.0
    first = math.floor(west + low)
    shift = 360.0 if first < -180.0 else 0.0
    return math.floor(south), first + shift, math.ceil(north), math.ceil(west + high) + shift


def places(scenario: Scenario) -> tuple[SceneSite, ...]:
    """Return what stands on the ground: radars, batteries, launch sites, assets, cities that are warned.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of SceneSite
        A radar's range is that of a look in track at the re-entry body of the raid's first missile.
    """
    first = scenario.missiles[scenario.threats[0].missile]
    found = []
    for spec in scenario.sensors:
        if spec.type_id not in scenario.radar_types:
            continue
        radar = assemble.radar(scenario, spec)
        target = first.reentry_cross_section_m2[radar.band]
        reach_m = detection_range_m(radar, target, _MAP_PD, radar.track_dwell_s)
        found.append(
            SceneSite(
                radar.name,
                "radar",
                radar.site.latitude_deg,
                radar.site.longitude_deg,
                radar.azimuth_from_deg,
                radar.azimuth_to_deg,
                reach_m / 1e3,
            )
        )
    found += [
        SceneSite(b.name, "battery", b.site.latitude_deg, b.site.longitude_deg, loaded=b.loaded)
        for b in scenario.batteries
    ]
    launch = {threat.launch.id: threat.launch for threat in scenario.threats}
    found += [
        SceneSite(name, "launch_site", site.latitude_deg, site.longitude_deg)
        for name, site in sorted(launch.items())
    ]
    found += [
        SceneSite(a.name, "asset", a.site.latitude_deg, a.site.longitude_deg, radius_km=a.radius_km)
        for a in scenario.assets
    ]
    known = {site.name for site in found}
    found += [
        SceneSite(name, "reference", city.latitude_deg, city.longitude_deg)
        for name, city in scenario.warning.cities.items()
        if name not in known
    ]
    return tuple(found)


def assumptions(scenario: Scenario, *prefixes: str) -> tuple[Assumption, ...]:
    """Return the values of a scenario that a map rests on, the weakest first.

    Parameters
    ----------
    scenario : Scenario
    *prefixes : str
        Of their paths, such as ``sensors.``; none for all.

    Returns
    -------
    tuple of Assumption
    """
    doubt = {mark: place for place, mark in enumerate(WEAK_MARKS)}
    chosen = [
        (path, value)
        for path, value in scenario.cited().items()
        if not prefixes or path.startswith(tuple(prefixes))
    ]
    ordered = sorted(chosen, key=lambda item: (doubt.get(item[1].mark, len(doubt)), item[0]))
    return tuple(
        Assumption(
            path=path,
            best=value.best,
            low=value.low,
            high=value.high,
            unit=unit_of(path.rsplit(".", 1)[-1]),
            mark=str(value.mark),
            source=value.source,
            why=value.why,
            rule=value.rule,
            overridden_from=value.overridden_from,
        )
        for path, value in ordered
    )
