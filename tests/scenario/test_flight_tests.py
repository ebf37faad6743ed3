"""The record of flight tests, and which parameter set leans on which of them."""

import pytest

from hoplon import scenario as scenarios
from hoplon.errors import InputError
from hoplon.scenario.flight_tests import FlightTestsFile
from hoplon.scenario.leaf import validate
from hoplon.scenario.library import FOLDER
from hoplon.scenario.reading import read_file, read_text

LIBRARY = scenarios.catalogue()


def test_the_file_is_whole():
    document = read_file(FOLDER / "flight_tests.yaml")
    tests = validate(FlightTestsFile, document.data, document).flight_tests
    assert len(tests) == len(LIBRARY.flight_tests) == 56
    assert sum(test.grade != "reference" for test in tests.values()) == 46
    for test in tests.values():
        assert all(source for source in test.source)
        for name in (test.missile, *test.rival_missiles):
            assert name is None or name in LIBRARY.missiles


def test_what_a_test_is_good_for():
    tests = LIBRARY.flight_tests
    assert tests["2017-05-14-hwasong-12"].unusable == ""
    assert "grade C" in tests["2016-08-24-pukguksong-1"].unusable
    assert "orbit" in tests["2012-12-12-unha-3"].unusable
    assert "third-stage failure" in tests["1998-08-31-taepodong-1"].unusable
    assert "not in the catalogue" in tests["2012-04-19-agni-v"].unusable
    assert "broken up" in tests["2017-08-29-hwasong-12"].geometry_only
    # The 14th of May in Korea was the 13th by universal time.
    assert tests["2017-05-14-hwasong-12"].date_utc == "2017-05-13"
    # Of two times reported for one flight, the possible one is the best value.
    assert tests["2022-03-24-icbm"].flight_time_s.best == 4260.0


@pytest.mark.parametrize("name", LIBRARY.missiles)
def test_a_set_is_calibrated_to_one_test_and_compared_with_the_others(name):
    entry = LIBRARY.missiles[name]
    own = {key for key, t in LIBRARY.flight_tests.items() if name in (t.missile, *t.rival_missiles)}
    usable = {key for key in own if not LIBRARY.flight_tests[key].unusable}
    for key in LIBRARY.flyable_sets(name):
        chosen = entry.parameter_sets[key]
        fitted = {chosen.calibration.test} if chosen.calibration else set()
        assert fitted <= own
        assert not fitted & set(chosen.validation)
        assert set(chosen.validation) <= usable
        assert fitted | set(chosen.validation) >= usable, "a test of the type is neither used nor compared"


def test_a_missile_flies_with_every_set_that_is_complete():
    for name in LIBRARY.missiles:
        sets = LIBRARY.flyable_sets(name)
        assert bool(sets) == (name in LIBRARY.flyable())
        for key in sets:
            assert LIBRARY.missile(name, key).parameter_set == key
    assert LIBRARY.flyable_sets("musudan") == ("calibrated", "levinger_nodong_b")


def test_what_cannot_fly_says_why():
    grounded = set(LIBRARY.missiles) - set(LIBRARY.flyable())
    assert grounded == {"hwasong_19", "kn_23", "kn_24"}
    for name in grounded:
        assert LIBRARY.missiles[name].cannot_fly
        with pytest.raises(InputError, match="no masses"):
            LIBRARY.missile(name)


def test_the_description_names_the_tests():
    notes = " ".join(scenarios.describe("hwasong_12").notes)
    assert "calibrated to the test 2017-05-14-hwasong-12" in notes
    assert "compared with the tests 2017-08-29-hwasong-12, 2017-09-15-hwasong-12" in notes


def test_a_test_is_shown_with_its_marks_and_sources():
    shown = scenarios.describe("2022-03-24-icbm")
    assert shown.kind == "flight test"
    notes = " ".join(shown.notes)
    assert "others say: hwasong_15" in notes
    assert "source: KCNA via press: 6248.5 km" in notes
    (time,) = [row for row in shown.rows if row.key == "flight_time_s"]
    assert (time.best, time.low, time.high, time.unit, time.mark) == (4260.0, 4052.0, 4290.0, "s", "checked")
    assert "(listed, not compared: grade C" in scenarios.names("tests")["2016-08-24-pukguksong-1"]


BAD = """
format: hoplon-catalog
version: 1
flight_tests:
  one: {title: t, ballistic: true, outcome: success, grade: A, source: [s],
        range_km: {best: 5, low: 6, high: 7, mark: checked, basis: reports}}
"""


@pytest.mark.parametrize(
    "change, message",
    [(("", ""), "between low"), (("grade: A", "grade: D"), "among"), (("title: t", "titel: t"), "titel")],
)
def test_a_wrong_record_is_an_error(change, message):
    document = read_text(BAD.replace(*change) if change[0] else BAD, "bad.yaml")
    with pytest.raises(InputError, match=message):
        validate(FlightTestsFile, document.data, document)


@pytest.mark.parametrize("name", LIBRARY.flyable())
def test_a_missile_of_the_ends_of_its_ranges_still_lifts_off(name):
    # The worst corner: least propellant in the longest burn, greatest masses, least impulse.
    entry = LIBRARY.missile(name)
    mass = entry.payload_kg.high + sum(s.propellant_kg.best + s.dry_kg.high for s in entry.stages[1:])
    first = entry.stages[0]
    thrust = first.propellant_kg.low / first.burn_time_s.high * first.isp_sl_s.low
    assert thrust > mass + first.propellant_kg.low + first.dry_kg.high
    for stage in entry.stages:
        assert stage.isp_sl_s.high <= stage.isp_vac_s.low or stage.isp_sl_s.high <= stage.isp_vac_s.best
