"""From a scenario's cited values to the parts of the chain, which know bare numbers in SI units."""

from __future__ import annotations

import math

from hoplon.cited import Cited
from hoplon.command.authority import Actor, Authority, Form, Silence, Wire
from hoplon.command.doctrine import Doctrine
from hoplon.command.doctrine_door import make_doctrine
from hoplon.command.kill_assessment import KillAssessment
from hoplon.command.rules import DefendedGround
from hoplon.earth.sites import Site
from hoplon.engagement.prepared import Delay
from hoplon.engagement.sensor_options import radar_options, satellite_options
from hoplon.errors import InputError
from hoplon.flight.calibration import ReportedFlight
from hoplon.flight.vehicle import Stage, Vehicle
from hoplon.interceptor.kill import CommonMode, KillPosterior, TestRecord
from hoplon.interceptor.model import Interceptor
from hoplon.scenario import BatterySpec, CatalogSite, Link, MissileEntry, Scenario, SensorSpec
from hoplon.scenario.flight_tests import FlightTestFile
from hoplon.scenario.published_reach import interceptor_of
from hoplon.sensor.radar import Radar
from hoplon.sensor.satellite import InfraredSatellites


def site(place: CatalogSite, name: str = "") -> Site:
    """Return a place of the catalogue as a site."""
    return Site(name or place.id, place.latitude_deg, place.longitude_deg, place.altitude_m)


def vehicle(scenario: Scenario, missile: str) -> Vehicle:
    """Return a missile of the scenario as a vehicle.

    Parameters
    ----------
    scenario : Scenario
    missile : str
        Its identifier.

    Returns
    -------
    Vehicle
    """
    return vehicle_of(scenario.missiles[missile])


def vehicle_of(entry: MissileEntry) -> Vehicle:
    """Return a missile of the catalogue as a vehicle, at its best values.

    Parameters
    ----------
    entry : MissileEntry

    Returns
    -------
    Vehicle
    """
    return Vehicle(
        name=entry.id,
        stages=tuple(
            Stage(
                propellant_kg=stage.propellant_kg.best,
                dry_kg=stage.dry_kg.best,
                burn_time_s=stage.burn_time_s.best,
                isp_sl_s=stage.isp_sl_s.best,
                isp_vac_s=stage.isp_vac_s.best,
                diameter_m=stage.diameter_m.best,
                coast_after_s=0.0 if stage.coast_after_s is None else stage.coast_after_s.best,
            )
            for stage in entry.stages
        ),
        payload_kg=entry.payload_kg.best,
        reentry_ballistic_coefficient_kg_m2=entry.reentry_ballistic_coefficient_kg_m2.best,
        separates=entry.separates,
        drag_mach=entry.drag.mach,
        drag_cd=entry.drag.cd,
    )


def reported_flight(name: str, test: FlightTestFile) -> ReportedFlight:
    """Return a flight test of the catalogue as far as it can be flown, at its best values.

    Parameters
    ----------
    name : str
        Name of the test.
    test : FlightTestFile

    Returns
    -------
    ReportedFlight

    Raises
    ------
    InputError
        If the record lacks the launch point, the direction or the range.
    """
    if test.launch is None or test.azimuth_deg is None or test.range_km is None:
        raise InputError(
            f"the record of test '{name}' lacks the launch point, the direction or the range",
            remedy="Only a test that has all three can be flown.",
        )
    return ReportedFlight(
        launch=Site(name, test.launch.latitude_deg, test.launch.longitude_deg),
        azimuth_deg=test.azimuth_deg,
        range_km=test.range_km.best,
        apogee_km=None if test.apogee_km is None else test.apogee_km.best,
        flight_time_s=None if test.flight_time_s is None else test.flight_time_s.best,
    )


def radar(scenario: Scenario, spec: SensorSpec) -> Radar:
    """Return a sensor of the scenario as a radar."""
    entry = scenario.radar_types[spec.type_id]
    place = spec.site
    assert place is not None  # the scenario's schema requires it of a radar
    return Radar(
        name=spec.name,
        site=site(place, spec.name),
        band=entry.band,
        frequency_hz=entry.frequency_ghz.best * 1e9,
        average_power_w=entry.average_power_kw.best * 1e3,
        antenna_area_m2=entry.antenna_area_m2.best,
        aperture_efficiency=entry.aperture_efficiency.best,
        losses_db=entry.losses_db.best,
        system_temperature_k=entry.system_temperature_k.best,
        track_dwell_s=entry.track_dwell_s.best,
        search_dwell_s=entry.search_dwell_s.best,
        revisit_s=entry.revisit_s.best,
        azimuth_from_deg=spec.azimuth_from_deg,
        azimuth_to_deg=spec.azimuth_to_deg,
        elevation_min_deg=entry.elevation_min_deg.best,
        elevation_max_deg=entry.elevation_max_deg.best,
        mask_deg=spec.mask,
        range_resolution_m=entry.range_resolution_m.best,
        swerling=entry.swerling_case,
        false_alarm_probability=entry.false_alarm_probability.best,
        maximum_range_m=entry.maximum_range_km.best * 1e3,
        latency_s=entry.latency_s.best,
        range_scale=entry.range_scale,
        **radar_options(entry, spec),
    )


def satellites(scenario: Scenario, spec: SensorSpec) -> InfraredSatellites:
    """Return a sensor of the scenario as a constellation of satellites."""
    entry = scenario.satellite_types[spec.type_id]
    delay = entry.detection_delay_s
    return InfraredSatellites(
        name=spec.name,
        detection_delay_s=(delay.low, delay.best, delay.high),
        position_error_m=entry.position_error_km.best * 1e3,
        report_latency_s=entry.report_latency_s.best,
        **satellite_options(entry),
    )


def interceptor(scenario: Scenario, spec: BatterySpec) -> Interceptor:
    """Return a battery's type of interceptor."""
    return interceptor_of(scenario.interceptors[spec.interceptor])


def own_radar(scenario: Scenario, spec: BatterySpec) -> int:
    """Return the index of a battery's own radar among the radars; -1 where it needs none."""
    radars = [sensor.name for sensor in scenario.sensors if sensor.type_id in scenario.radar_types]
    return radars.index(spec.own_radar) if spec.own_radar in radars else -1


def kill_posterior(scenario: Scenario, spec: BatterySpec) -> KillPosterior:
    """Return what the test record that the scenario chose says of a battery's interceptor."""
    stated = scenario.command.single_shot_kill_probability.get(spec.interceptor)
    if stated is not None:
        return KillPosterior.certain(stated.best)
    record = scenario.command.test_records[spec.interceptor]
    return TestRecord(record.view, record.hits, record.attempts, record.as_of, record.source).posterior()


def doctrine(scenario: Scenario) -> Doctrine:
    """Return the doctrine that the scenario names."""
    chosen = scenario.command.doctrine
    return make_doctrine(chosen.name, chosen.options)


def common_mode(scenario: Scenario) -> CommonMode:
    """Return what all shots at one threat have in common."""
    command = scenario.command
    return CommonMode(_or(command.track_probability, 1.0), _or(command.discrimination_probability, 1.0))


def kill_assessment(scenario: Scenario, spec: BatterySpec) -> KillAssessment:
    """Return how a battery's intercepts are looked at."""
    command = scenario.command
    return KillAssessment(
        delay_s=scenario.interceptors[spec.interceptor].kill_assessment_delay_s.best,
        false_dead=_or(command.kill_assessment_false_dead, 0.0),
        false_alive=_or(command.kill_assessment_false_alive, 0.0),
    )


def _or(stated: Cited | None, usual: float) -> float:
    return usual if stated is None else stated.best


def layer(scenario: Scenario, spec: BatterySpec) -> int:
    """Return a battery's layer, 1 the uppermost: as stated, or by how low its interceptors can intercept."""
    if spec.layer is not None:
        return spec.layer
    lowest = {
        scenario.interceptors[battery.interceptor].minimum_intercept_altitude_km.best
        for battery in scenario.batteries
    }
    own = scenario.interceptors[spec.interceptor].minimum_intercept_altitude_km.best
    return 1 + sum(altitude > own for altitude in lowest)


def authority(scenario: Scenario) -> Authority:
    """Return who decides, and whose consent that needs.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Authority
        Of those that have a say under the scenario's authority.
    """
    command = scenario.command
    decides, asks = command.arranged()
    radars = [sensor for sensor in scenario.sensors if sensor.type_id in scenario.radar_types]
    feeds = {(link.source, link.target): link for link in scenario.links if _passes(scenario, link)}
    told = {link.target for link in scenario.links if link.source not in command.actors}
    actors = {}
    for name in asks:
        spec = command.actors[name]
        own_picture = name != command.post and name in told
        actors[name] = Actor(
            name=name,
            nation=spec.nation,
            asks=asks[name],
            feeds=tuple(
                (i, Wire(feeds[radar.name, name].latency_s, feeds[radar.name, name].outages_s))
                for i, radar in enumerate(radars)
                if (radar.name, name) in feeds
            )
            if own_picture
            else None,
            own_sensors=tuple(i for i, radar in enumerate(radars) if radar.nation == spec.nation),
            asked_for_data_only=spec.must_consent_to == "use_of_its_data",
            silent_after_s=math.inf if spec.silent_after_s is None else spec.silent_after_s,
            silence=Silence(spec.silent_then),
        )
    free_s = command.predelegated_after_s
    return Authority(
        decides=decides,
        actors=actors,
        form=Form(command.authority),
        wires={
            frozenset((link.source, link.target)): Wire(link.latency_s, link.outages_s)
            for link in scenario.links
            if link.source in asks and link.target in asks
        },
        predelegated_after_s=math.inf if free_s is None else free_s,
    )


def _passes(scenario: Scenario, link: Link) -> bool:
    """Say whether anything passes over a sensor's link to an actor at all."""
    if link.source in scenario.command.actors:
        return False
    (nation,) = (sensor.nation for sensor in scenario.sensors if sensor.name == link.source)
    return link.permission != "national" or nation == scenario.command.actors[link.target].nation


def armed(scenario: Scenario) -> bool:
    """Say whether the defence is one that shoots, be it that its launchers were taken away."""
    return bool(scenario.batteries) or scenario.disarmed


def defended(scenario: Scenario) -> tuple[DefendedGround, ...]:
    """Return the ground to be defended."""
    return tuple(
        DefendedGround(
            asset.name, asset.site.latitude_deg, asset.site.longitude_deg, asset.radius_km, asset.value
        )
        for asset in scenario.assets
    )


def decision_times_s(scenario: Scenario) -> dict[str, Delay]:
    """Return how long each actor takes that has a say."""
    return {
        name: _delay(scenario.command.actors[name].decision_time_s) for name in authority(scenario).actors
    }


def decision_time_s(scenario: Scenario) -> Delay:
    """Return how long the scenario's own actor takes."""
    return _delay(scenario.command.actors[scenario.command.post].decision_time_s)


def _delay(time: Cited) -> Delay:
    return Delay(time.low, time.best, time.high)


def public_alert_delay_s(scenario: Scenario) -> Delay:
    """Return how long it takes to tell the public."""
    return _delay(scenario.command.public_alert_delay_s)


def dissemination_delay_s(scenario: Scenario) -> Delay | None:
    """Return how long the message takes to be heard, where that is told apart from the decision."""
    time = scenario.warning.dissemination_delay_s
    return None if time is None else _delay(time)
