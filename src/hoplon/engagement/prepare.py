"""Makes a scenario ready: flies its missiles, looks at them through radars, flies interceptors out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np

from hoplon.command.rules import ground_at
from hoplon.earth.sites import Site
from hoplon.engagement import assemble
from hoplon.engagement.looks import looks_of
from hoplon.engagement.network import Line, line
from hoplon.engagement.prepared import Battery, Prepared
from hoplon.engagement.warned import warned
from hoplon.flight.fit import fit
from hoplon.flight.trajectory import Trajectory
from hoplon.flight.vehicle import Vehicle
from hoplon.interceptor.flyout import FlyoutTable, build_flyout_table
from hoplon.interceptor.model import Interceptor
from hoplon.interceptor.remote import FireControl
from hoplon.scenario import RadarEntry, SatelliteEntry, Scenario
from hoplon.sensor.cross_section import aspect_angle_rad, by_aspect
from hoplon.sensor.observe import LOOK_STEP_S, Observations, look_step_s, observe
from hoplon.sensor.radar import Radar
from hoplon.threat.raid import Flight, Threat, TruthGrid, truth_states


# Worlds of one study differ in a few values: what does not depend on them is not computed again.
@lru_cache(maxsize=16)
def _table(interceptor: Interceptor) -> FlyoutTable:
    return build_flyout_table(interceptor)


@lru_cache(maxsize=256)
def _trajectory(vehicle: Vehicle, launch: Site, aim: Site, apogee_km: float | None) -> Trajectory:
    return fit(vehicle, launch, aim, apogee_km=apogee_km)


def prepare(scenario: Scenario) -> Prepared:
    """Compute everything that is the same in all battles of a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Prepared

    Raises
    ------
    UnreachableError
        If a missile cannot reach its aim point.
    """
    threats = tuple(_threat(scenario, number) for number in range(len(scenario.threats)))
    radars = tuple(
        assemble.radar(scenario, spec) for spec in scenario.sensors if spec.type_id in scenario.radar_types
    )
    observations = tuple(_observe(radar, threats) for radar in radars)
    defended = assemble.defended(scenario)
    impact_ground = {}
    for threat in threats:
        impact = threat.trajectory.event("impact")
        ground = ground_at(impact.latitude_deg, impact.longitude_deg, defended)
        if ground is not None:
            impact_ground[threat.name] = ground.name
    return Prepared(
        scenario=scenario.name,
        threats=threats,
        truth=_truth(_flights(threats), LOOK_STEP_S),
        radars=radars,
        observations=observations,
        satellites=tuple(
            assemble.satellites(scenario, spec)
            for spec in scenario.sensors
            if spec.type_id in scenario.satellite_types
        ),
        lines=tuple(_lines(scenario, scenario.radar_types)),
        satellite_lines=tuple(_lines(scenario, scenario.satellite_types)),
        looks=looks_of(radars, observations, len(threats)),
        batteries=tuple(_battery(scenario, number) for number in range(len(scenario.batteries))),
        defended=defended,
        post=scenario.command.post,
        authority=assemble.authority(scenario),
        doctrine=assemble.doctrine(scenario),
        engages=scenario.command.rule == "defend_assets" and assemble.armed(scenario),
        decision_times_s=assemble.decision_times_s(scenario),
        public_alert_delay_s=assemble.public_alert_delay_s(scenario),
        believed_ballistic_coefficient_kg_m2=scenario.believed_ballistic_coefficient_kg_m2.best,
        impact_ground=impact_ground,
        common=assemble.common_mode(scenario),
        warned=warned(scenario, defended, threats),
        dissemination_delay_s=assemble.dissemination_delay_s(scenario),
        planned=scenario.command.weapon_assignment == "planned",
    )


def _lines(
    scenario: Scenario, types: Mapping[str, RadarEntry] | Mapping[str, SatelliteEntry]
) -> Iterator[Line]:
    """Yield the ways of the messages of all sensors of these types."""
    for spec in scenario.sensors:
        if spec.type_id in types:
            entry = types[spec.type_id]
            own = entry.latency_s if isinstance(entry, RadarEntry) else entry.report_latency_s
            yield line(scenario, spec, own.best)


def _threat(scenario: Scenario, number: int) -> Threat:
    spec = scenario.threats[number]
    entry = scenario.missiles[spec.missile]
    launch, aim = assemble.site(spec.launch), assemble.site(spec.aim)
    return Threat(
        name=spec.name,
        missile=spec.missile,
        launch=launch,
        aim=aim,
        launch_s=spec.launch_s,
        trajectory=_trajectory(assemble.vehicle(scenario, spec.missile), launch, aim, spec.apogee_km),
        body_cross_section_m2=entry.body_cross_section_m2,
        reentry_cross_section_m2=entry.reentry_cross_section_m2,
        body_aspect_m2=entry.aspect_m2("body"),
        reentry_aspect_m2=entry.aspect_m2("reentry"),
    )


def _battery(scenario: Scenario, number: int) -> Battery:
    spec = scenario.batteries[number]
    kind = assemble.interceptor(scenario, spec)
    return Battery(
        name=spec.name,
        site=assemble.site(spec.site, spec.name),
        loaded=spec.loaded,
        interceptor=kind,
        interceptor_type=spec.interceptor,
        table=_table(kind),
        kill=assemble.kill_posterior(scenario, spec),
        assessment=assemble.kill_assessment(scenario, spec),
        layer=assemble.layer(scenario, spec),
        fire_control=FireControl(spec.fire_control),
        own_radar=assemble.own_radar(scenario, spec),
    )


def _observe(radar: Radar, threats: tuple[Threat, ...]) -> Observations:
    """Look at all threats through one radar: the body while it burns, the re-entry body after that."""
    echoes = tuple(
        (threat.body_cross_section_m2[radar.band], threat.reentry_cross_section_m2[radar.band])
        for threat in threats
    )
    aspects = tuple(
        (threat.body_aspect_m2.get(radar.band), threat.reentry_aspect_m2.get(radar.band))
        for threat in threats
    )
    return _look(radar, _flights(threats), echoes, aspects)


Aspects = tuple[float, float, float] | None


def observe_raid(
    radar: Radar,
    truth: TruthGrid,
    echoes: tuple[tuple[float, float], ...],
    aspects: tuple[tuple[Aspects, Aspects], ...],
) -> Observations:
    """Look at flights through one radar, with the cross-sections that they have before and after burnout.

    Parameters
    ----------
    radar : Radar
    truth : TruthGrid
    echoes : tuple of pairs of float
        Of each flight the mean cross-section in the radar's band, of the body and of what re-enters, m².
    aspects : tuple of pairs
        The same by aspect, None where that is not stated.

    Returns
    -------
    Observations
    """
    body, reentry = np.array(echoes, dtype=np.float64).T[..., None]
    boosting = truth.phase <= 1
    cross_section = np.where(boosting, body, reentry)
    if any(values is not None for pair in aspects for values in pair):
        aspect_rad = aspect_angle_rad(radar.site.r_ecef_m, truth.r_ecef_m, truth.v_ecef_m_s)
        for values, where in zip(zip(*aspects, strict=True), (boosting, ~boosting), strict=True):
            cross_section = by_aspect(cross_section, values, where, aspect_rad)
    alive = (truth.phase == 1) | (truth.phase == 2)
    return observe(radar, truth.t_s, truth.r_ecef_m, truth.v_ecef_m_s, cross_section, alive)


@lru_cache(maxsize=64)
def _look(
    radar: Radar,
    flights: tuple[Flight, ...],
    echoes: tuple[tuple[float, float], ...],
    aspects: tuple[tuple[Aspects, Aspects], ...],
) -> Observations:
    return observe_raid(radar, _truth(flights, look_step_s(radar.revisit_s)), echoes, aspects)


def _flights(threats: tuple[Threat, ...]) -> tuple[Flight, ...]:
    return tuple(Flight(threat.trajectory, threat.launch_s) for threat in threats)


@lru_cache(maxsize=8)
def _truth(flights: tuple[Flight, ...], step_s: float) -> TruthGrid:
    """Return where all threats are at the times at which radars can look."""
    end_s = max(flight.launch_s + flight.trajectory.flight_time_s for flight in flights)
    return truth_states(flights, np.arange(0.0, end_s + 2.0 * LOOK_STEP_S, step_s))
