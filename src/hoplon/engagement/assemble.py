"""From a scenario's cited values to the parts of the chain, which know bare numbers in SI units."""

from __future__ import annotations

from hoplon.command.doctrine import DOCTRINES, Doctrine
from hoplon.command.rules import DefendedGround
from hoplon.earth.sites import Site
from hoplon.engagement.prepared import Delay
from hoplon.engagement.sensor_options import radar_options, satellite_options
from hoplon.errors import InputError
from hoplon.flight.calibration import ReportedFlight
from hoplon.flight.vehicle import Stage, Vehicle
from hoplon.interceptor.kill import KillPosterior, TestRecord
from hoplon.interceptor.model import Interceptor
from hoplon.scenario import BatterySpec, CatalogSite, MissileEntry, Scenario, SensorSpec
from hoplon.scenario.flight_tests import FlightTestFile
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
    entry = scenario.interceptors[spec.interceptor]
    return Interceptor(
        name=spec.interceptor,
        burnout_speed_m_s=entry.burnout_speed_km_s.best * 1e3,
        boost_time_s=entry.boost_time_s.best,
        minimum_altitude_m=entry.minimum_intercept_altitude_km.best * 1e3,
        maximum_altitude_m=entry.maximum_altitude_km.best * 1e3,
        maximum_range_m=entry.range_km.best * 1e3,
        launch_interval_s=entry.launch_interval_s.best,
        preparation_s=entry.preparation_time_s.best,
        handover_basket_m=entry.handover_basket_km.best * 1e3,
    )


def kill_posterior(scenario: Scenario, spec: BatterySpec) -> KillPosterior:
    """Return what the test record that the scenario chose says of a battery's interceptor."""
    record = scenario.command.test_records[spec.interceptor]
    return TestRecord(record.view, record.hits, record.attempts, record.as_of, record.source).posterior()


def doctrine(scenario: Scenario) -> Doctrine:
    """Return the doctrine that the scenario names."""
    chosen = scenario.command.doctrine
    return DOCTRINES[chosen.name](chosen.salvo)


def deciding_actor(scenario: Scenario) -> str:
    """Return the actor that decides: the first that the scenario names."""
    return next(iter(scenario.command.actors))


def armed(scenario: Scenario) -> bool:
    """Say whether the defence is one that shoots, be it that its launchers were taken away."""
    return bool(scenario.batteries) or scenario.disarmed


def defended(scenario: Scenario) -> tuple[DefendedGround, ...]:
    """Return the ground to be defended."""
    return tuple(
        DefendedGround(asset.name, asset.site.latitude_deg, asset.site.longitude_deg, asset.radius_km)
        for asset in scenario.assets
    )


def decision_time_s(scenario: Scenario) -> Delay:
    """Return how long the deciding actor takes."""
    time = scenario.command.actors[deciding_actor(scenario)].decision_time_s
    return Delay(time.low, time.best, time.high)


def public_alert_delay_s(scenario: Scenario) -> Delay:
    """Return how long it takes to tell the public."""
    time = scenario.command.public_alert_delay_s
    return Delay(time.low, time.best, time.high)


def dissemination_delay_s(scenario: Scenario) -> Delay | None:
    """Return how long the message takes to be heard, where that is told apart from the decision."""
    time = scenario.warning.dissemination_delay_s
    return None if time is None else Delay(time.low, time.best, time.high)
