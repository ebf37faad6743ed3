"""What a map of the scenario shows."""

from __future__ import annotations

import numpy as np

from hoplon.earth.frames import geodetic_from_ecef
from hoplon.engagement.prepared import Prepared
from hoplon.result.scene import ScenePath, SceneSite
from hoplon.scenario import Scenario
from hoplon.sensor.radar import detection_range_m

#: A map needs no more points than this of one path.
_POINTS = 90
#: A range of a radar on the map is that at which a look finds the target with this probability.
_MAP_PD = 0.5


def sites(scenario: Scenario, prepared: Prepared) -> tuple[SceneSite, ...]:
    """Return the points of the map.

    Parameters
    ----------
    scenario : Scenario
    prepared : Prepared

    Returns
    -------
    tuple of SceneSite
        A radar's range is that against the re-entry body of the raid's first threat.
    """
    found = []
    for radar in prepared.radars:
        target = prepared.threats[0].reentry_cross_section_m2[radar.band]
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
    found.extend(
        SceneSite(
            battery.name,
            "battery",
            battery.site.latitude_deg,
            battery.site.longitude_deg,
            loaded=battery.loaded,
        )
        for battery in prepared.batteries
    )
    launch = {threat.launch.name: threat.launch for threat in prepared.threats}
    for name, site in sorted(launch.items()):
        found.append(SceneSite(name, "launch_site", site.latitude_deg, site.longitude_deg))
    found.extend(
        SceneSite(ground.name, "asset", ground.latitude_deg, ground.longitude_deg, radius_km=ground.radius_km)
        for ground in prepared.defended
    )
    known = {site.name for site in found}
    aims = {threat.aim.name: threat.aim for threat in prepared.threats}
    for name, site in sorted(aims.items()):
        if name not in known:
            found.append(SceneSite(name, "reference", site.latitude_deg, site.longitude_deg))
    return tuple(found)


def paths(prepared: Prepared) -> tuple[ScenePath, ...]:
    """Return the true flights, as they would go undisturbed.

    Parameters
    ----------
    prepared : Prepared

    Returns
    -------
    tuple of ScenePath
    """
    found = []
    for threat in prepared.threats:
        flight = threat.trajectory
        t_s = np.linspace(0.0, flight.flight_time_s, _POINTS)
        r_ecef, _ = flight.state_at(t_s)
        latitude, longitude, altitude = geodetic_from_ecef(r_ecef)
        found.append(
            ScenePath(
                threat=threat.name,
                missile=threat.missile,
                t_s=tuple(np.round(t_s + threat.launch_s, 2).tolist()),
                latitude_deg=tuple(np.round(latitude, 4).tolist()),
                longitude_deg=tuple(np.round(longitude, 4).tolist()),
                altitude_km=tuple(np.round(altitude / 1e3, 3).tolist()),
                apogee_km=flight.apogee_km,
                range_km=flight.range_km,
                flight_time_s=flight.flight_time_s,
                burnout_s=flight.burnout_s,
            )
        )
    return tuple(found)
