"""The flight tests as checks: what they compare, and what they must not let pass."""

import math
from dataclasses import replace

import pytest

from hoplon.flight.minimum_energy import minimum_energy
from hoplon.scenario import catalogue
from hoplon.verification import flight_test_checks as checks
from hoplon.verification import published_flight_checks as published


@pytest.mark.parametrize(
    "range_km, apogee_km, time_s",
    # Computed apart from this package, sphere of 6,371 km, to 1 s.
    [(787.0, 2111.5, 1676), (998.0, 3724.9, 2587), (1001.2, 6648.4, 4319), (490.0, 134.0, 342)],
)
def test_time_of_free_flight(range_km, apogee_km, time_s):
    assert published.vacuum_time_s(range_km / 6371.0, apogee_km) == pytest.approx(time_s, abs=0.6)


@pytest.mark.parametrize("range_km", [500.0, 5500.0, 10000.0])
def test_time_of_free_flight_agrees_with_minimum_energy(range_km):
    path = minimum_energy(range_km)
    assert published.vacuum_time_s(range_km / 6371.0, path.apogee_km) == pytest.approx(path.time_s, rel=1e-5)


def test_every_test_of_the_record_is_in_the_table():
    # Without flying: the names that the four checks walk through.
    library = catalogue()
    fitted = {
        s.calibration.test
        for m in library.missiles.values()
        for s in m.parameter_sets.values()
        if s.calibration
    }
    compared = {t for m in library.missiles.values() for s in m.parameter_sets.values() for t in s.validation}
    listed = {name for name, test in library.flight_tests.items() if test.unusable}
    assert fitted | compared | listed == set(library.flight_tests)


def test_a_broken_up_missile_gives_geometry_but_no_time():
    test = catalogue().flight_tests["2017-08-29-hwasong-12"]
    late = checks.time_line("t", test, None, test.geometry_only)
    assert late.verdict == "explained"
    assert checks.time_line("t", replaced(test, geometry_only=None), None).verdict == "MISS"


def replaced(test, **changes):
    return test.model_copy(update=changes)


@pytest.mark.compiled
def test_a_type_that_is_too_weak_for_its_other_tests_is_a_miss(monkeypatch):
    # Half of the margin more than the calibration needs is let pass, more than the margin is not.
    real = checks.needed("pukguksong_2", "calibrated", "2017-05-21-pukguksong-2")
    assert 100.0 < real.percent < 101.0
    monkeypatch.setattr(checks, "needed", lambda *_: replace(real, percent=102.1))
    assert {line.verdict for line in checks.flight_tests() if line.unit == "%"} == {"MISS", "explained"}


@pytest.mark.compiled
def test_a_set_that_cannot_fly_a_test_says_so():
    found = checks.needed("nodong", "thrusty_shahab3", "2016-08-03-nodong")
    assert math.isnan(found.percent)
    assert found.flight is None
    assert "reaches" in found.why


@pytest.mark.compiled
def test_bars_that_only_numbers_can_hold():
    # What is explained is explained for its reason, not because anything goes.
    explained = {x.quantity for x in checks.flight_tests() if x.verdict == "explained"}
    assert explained == {"2017-08-29-hwasong-12: time", "2022-03-24-icbm: Hwasong-15, speed"}
    explained = {x.quantity for x in published.timeline() if x.verdict == "explained"}
    assert explained == {"2017-08-29-hwasong-12: impact"}
