"""Propellant from a flight test."""

import pytest

from hoplon.earth import Site
from hoplon.errors import InputError
from hoplon.flight import Stage, Vehicle
from hoplon.flight.calibration import calibrate_propellant
from hoplon.flight.reach import longest_flight

pytestmark = pytest.mark.compiled

SOHAE = Site("sohae", 39.6596, 124.7057)
FLOW = 130e3 / (226 * 9.80665)


def scud_er(propellant_kg, dry_kg=1300.0):
    return Vehicle(
        "scud_er", (Stage(propellant_kg, dry_kg, propellant_kg / FLOW, 226, 251, 1.0),), 500, 2500, True
    )


def test_scud_er_from_its_test_flight():
    # 2017-03-06: 1,000 km with an apogee of 260 km.
    found = calibrate_propellant(scud_er(7000.0), SOHAE, 80.0, 1000.0, 260.0)
    assert found.trajectory.range_km == pytest.approx(1000.0, abs=0.02)
    assert found.trajectory.apogee_km == pytest.approx(260.0, abs=0.3)
    stage = found.vehicle.stages[0]
    assert stage.flow_kg_s == pytest.approx(FLOW)
    assert found.trajectory.burnout_s == pytest.approx(stage.burn_time_s, abs=0.02)  # all of it is burnt
    # With a little less propellant it no longer goes so far, with a little more it goes farther.
    more, less = (
        longest_flight(scud_er(stage.propellant_kg * x), SOHAE, 80.0).range_km for x in (1.03, 0.97)
    )
    assert less < 1000.0 < more
    # Starting elsewhere ends there.
    again = calibrate_propellant(scud_er(5500.0), SOHAE, 80.0, 1000.0, 260.0)
    assert again.vehicle.stages[0].propellant_kg == pytest.approx(stage.propellant_kg, rel=1e-4)


def test_too_heavy_an_empty_mass_has_no_answer():
    with pytest.raises(InputError, match="no propellant mass"):
        calibrate_propellant(scud_er(7000.0, 2500.0), SOHAE, 80.0, 1000.0, 260.0)


def test_one_stage_only():
    stage = Stage(7000, 1000, 100, 226, 251, 1.0)
    two = Vehicle("two", (stage, Stage(1000, 100, 50, 226, 251, 1.0)), 500, 2500, True)
    with pytest.raises(InputError, match="2 stages"):
        calibrate_propellant(two, SOHAE, 80.0, 1000.0, 260.0)
