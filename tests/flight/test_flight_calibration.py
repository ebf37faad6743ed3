"""One number from a flight test."""

import math

import pytest

from hoplon.earth import Site
from hoplon.errors import InputError, UnreachableError
from hoplon.flight import Stage, Vehicle, fit
from hoplon.flight.calibration import ReportedFlight, calibrate, ideal_speed_used_m_s

pytestmark = pytest.mark.compiled

SOHAE = Site("sohae", 39.6596, 124.7057)
FLOW = 130e3 / (226 * 9.80665)
#: 2017-03-06: 1,000 km with an apogee of 260 km.
SCUD_ER_TEST = ReportedFlight(SOHAE, 80.0, 1000.0, 260.0)
#: 2017-07-28: two stages, lofted, 2,832 s.
LOFTED = ReportedFlight(Site("mupyong-ni", 40.6112, 126.4257), 70.0, 998.0, 3724.9, 2832.0)


def scud_er(propellant_kg, dry_kg=1300.0):
    return Vehicle(
        "scud_er", (Stage(propellant_kg, dry_kg, propellant_kg / FLOW, 226, 251, 1.0),), 500, 2500, True
    )


def two_stages(payload_kg=300.0):
    first = Stage(24000, 2200, 145.0, 270, 301, 1.75)
    return Vehicle("two", (first, Stage(6500, 800, 162.5, 285, 285, 1.4)), payload_kg, 1e4, True)


def test_propellant_of_one_stage():
    found = calibrate(scud_er(7000.0), SCUD_ER_TEST)
    assert abs(found.range_residual_km) < 0.02
    assert abs(found.apogee_residual_km) < 0.02
    assert math.isnan(found.time_residual_s)  # none is reported
    stage = found.vehicle.stages[0]
    assert stage.flow_kg_s == pytest.approx(FLOW)
    assert stage.propellant_kg == pytest.approx(7000.0 * found.factor)
    assert found.trajectory.burnout_s == pytest.approx(stage.burn_time_s, abs=0.02)  # all of it is burnt
    assert found.ideal_speed_m_s == pytest.approx(found.vehicle.ideal_speed_m_s())
    # Starting elsewhere ends there.
    again = calibrate(scud_er(5500.0), SCUD_ER_TEST)
    assert again.vehicle.stages[0].propellant_kg == pytest.approx(stage.propellant_kg, rel=1e-4)
    # It is the least: the fit, which may end thrust early, finds the flight with more, but not with less.
    fit(scud_er(stage.propellant_kg * 1.01), SOHAE, SCUD_ER_TEST.aim, apogee_km=260.0)
    with pytest.raises(UnreachableError):
        fit(scud_er(stage.propellant_kg * 0.99), SOHAE, SCUD_ER_TEST.aim, apogee_km=260.0)


def test_payload_of_two_stages_and_the_time_that_was_not_fitted():
    found = calibrate(two_stages(), LOFTED, "payload")
    assert abs(found.range_residual_km) < 0.02
    assert abs(found.apogee_residual_km) < 0.02
    assert found.vehicle.payload_kg == pytest.approx(300.0 * found.factor)
    assert found.vehicle.stages == two_stages().stages
    # A boost half a minute longer or shorter would do as much: 3 %.
    assert abs(found.time_residual_s) < 0.03 * 2832.0
    end = found.trajectory.event("impact")
    assert end.latitude_deg == pytest.approx(LOFTED.aim.latitude_deg, abs=2e-4)
    assert end.longitude_deg == pytest.approx(LOFTED.aim.longitude_deg, abs=2e-4)


def test_early_cut_off_leaves_the_missile_alone():
    vehicle = scud_er(8500.0)
    found = calibrate(vehicle, SCUD_ER_TEST, "cut_off")
    assert found.vehicle is vehicle
    assert found.factor == 1.0
    assert found.trajectory.burnout_s < vehicle.powered_time_s
    assert found.ideal_speed_m_s < vehicle.ideal_speed_m_s()
    with pytest.raises(UnreachableError):
        calibrate(scud_er(5000.0), SCUD_ER_TEST, "cut_off")


def test_ideal_speed_counts_stages_and_skips_coasts():
    second = two_stages().stages[1]
    coasting = Vehicle(
        "c", (Stage(24000, 2200, 145.0, 270, 301, 1.75, coast_after_s=20.0), second), 300, 1e4, True
    )
    found = calibrate(coasting, LOFTED, "payload")
    assert found.trajectory.burnout_s == pytest.approx(145.0 + 20.0 + 162.5, abs=0.02)
    full = found.vehicle.ideal_speed_m_s()
    assert ideal_speed_used_m_s(found.vehicle, found.trajectory) == pytest.approx(full, rel=1e-6)


def test_what_cannot_be_calibrated_says_so():
    with pytest.raises(InputError, match="no propellant between"):
        calibrate(scud_er(7000.0, 2500.0), SCUD_ER_TEST)
    with pytest.raises(InputError, match="no apogee"):
        calibrate(scud_er(7000.0), ReportedFlight(SOHAE, 80.0, 1000.0))
    with pytest.raises(InputError, match="Did you mean 'payload'"):
        calibrate(scud_er(7000.0), SCUD_ER_TEST, "payloads")
