"""Bundled scenarios load, hold together, move within their ranges and survive being written out."""

import dataclasses
import pickle

import pytest

from hoplon import scenario as scenarios
from hoplon.cited import Mark
from hoplon.earth.geodesics import distance_km
from hoplon.errors import InputError
from hoplon.scenario.leaf import Limits
from hoplon.scenario.overrides import value_limits


@pytest.fixture(scope="module")
def japan():
    return scenarios.load("japan-2018")


@pytest.mark.parametrize("name", scenarios.bundled())
def test_the_resolved_file_loads_to_an_equal_scenario(name):
    scenario = scenarios.load(name)
    again = scenarios.loads(scenario.to_yaml())
    assert again == scenario
    assert again.to_yaml() == scenario.to_yaml()


@pytest.mark.parametrize("name", scenarios.bundled())
def test_every_value_has_a_source_or_a_reason(name):
    for path, leaf in scenarios.load(name).cited().items():
        assert leaf.source or (leaf.why and leaf.rule), path
        assert leaf.low <= leaf.best <= leaf.high, path
        if leaf.mark is Mark.ASSUMED:
            assert leaf.low < leaf.high, path


def test_the_bundled_scenarios():
    flights = ("overflight-2017-08-29", "overflight-2017-09-15")
    assert scenarios.bundled() == ("japan-2018", "one-on-one", *flights)


def test_japan_2018_is_the_system_of_the_dispute(japan):
    assert [(b.name, b.cells, b.interceptor) for b in japan.batteries] == [
        ("araya_battery", 24, "sm3_iia"),
        ("mutsumi_battery", 24, "sm3_iia"),
    ]
    kinds = [sensor.type_id for sensor in japan.sensors]
    assert kinds.count("an_tpy_2") == 2
    assert kinds.count("an_spy_7") == 2
    assert kinds.count("j_fps_5") == 4
    assert kinds.count("j_fps_3_kai") == 4
    assert japan.satellite_types.keys() == {"infrared_satellites"}
    assert len(japan.threats) == 16
    assert [t.missile for t in japan.threats].count("nodong") == 8
    assert japan.threats[0].name == "nodong-1"
    assert japan.threats[7].name == "nodong-8"
    assert [t.launch_s for t in japan.threats[:3]] == [0.0, 20.0, 40.0]
    assert [t.aim.id for t in japan.threats[:5]] == ["tokyo", "osaka", "nagoya", "tokyo", "tokyo"]
    assert japan.threats[-1].apogee_km == 1000.0


def test_scud_er_is_aimed_within_its_thousand_kilometres(japan):
    for threat in japan.threats:
        if threat.missile == "scud_er":
            ends = (threat.launch, threat.aim)
            reach = distance_km(*(x for s in ends for x in (s.latitude_deg, s.longitude_deg)))
            assert reach < 900.0


def test_a_radar_looks_where_its_site_says(japan):
    sensors = {sensor.name: sensor for sensor in japan.sensors}
    assert (sensors["shariki"].azimuth_from_deg, sensors["shariki"].azimuth_to_deg) == (230.0, 350.0)
    assert (sensors["araya_radar"].azimuth_from_deg, sensors["araya_radar"].azimuth_to_deg) == (0.0, 360.0)
    assert sensors["mutsumi_radar"].mask_angle_deg == japan.sites["mutsumi"].mask_angle_deg > 0.0
    assert sensors["early_warning"].site is None
    assert sensors["early_warning"].mask_angle_deg == 0.0


def test_test_records_count_as_of_the_scenario_date(japan):
    record = japan.command.test_records["sm3_iia"]
    assert (record.view, record.hits, record.attempts) == ("own_tests", 1, 2)
    text = japan.to_yaml()
    later = scenarios.loads(text.replace("as_of: '2018-01-16'", "as_of: '2020-11-17'", 1))
    record = later.command.test_records["sm3_iia"]
    assert (record.hits, record.attempts) == (4, 6)


@pytest.mark.parametrize(
    "view, count",
    [
        ("aegis_programme", (34, 41)),
        ("sm3_ia_only", (19, 22)),
        ("sceptics_strict", (1, 10)),
        ("sceptics_generous", (2, 10)),
    ],
)
def test_rival_views_of_the_tests_are_kept(japan, view, count):
    record = japan.interceptors["sm3_iia"].record(view, "2018-01-16")
    assert (record.hits, record.attempts) == count


def test_the_aegis_ashore_radar_is_a_ratio_to_spy_1(japan):
    radar = japan.radar_types["an_spy_7"]
    other = scenarios.catalogue().radar("an_spy_1d")
    assert radar.relative_to == "an_spy_1d"
    assert radar.range_scale == 2.0
    assert radar.average_power_kw == other.average_power_kw
    assert other.range_scale == 1.0
    assert radar.swerling_case == 1


def test_the_overflight_is_observed_and_has_its_published_timeline():
    flight = scenarios.load("overflight-2017-08-29")
    assert flight.command.rule == "observe"
    assert not flight.batteries
    assert [threat.name for threat in flight.threats] == ["hwasong_12"]
    rows = {row.moment: row for row in flight.published_timeline}
    assert rows["alert"].published_best_s == 240.0
    assert rows["impact"].published_best_s == 840.0
    assert rows["passage"].near.id == "cape_erimo"
    # Japan's defence ministry: 2700 km from Sunan, 1180 km east of Cape Erimo; good to about 50 km.
    sunan, aim = flight.sites["sunan"], flight.sites["pacific_2017_08_29"]
    km = distance_km(sunan.latitude_deg, sunan.longitude_deg, aim.latitude_deg, aim.longitude_deg)
    assert km == pytest.approx(2700.0, abs=50.0)


def test_values_move_within_their_ranges(japan):
    paths = japan.cited()
    ends = {path: leaf.low for path, leaf in paths.items()}
    low = japan.with_values(ends)
    assert {path: leaf.best for path, leaf in low.cited().items()} == ends
    assert low.missiles["nodong"].reentry_cross_section_m2["X"] == 0.001
    assert low.with_values({path: leaf.best for path, leaf in paths.items()}) == japan
    assert japan.missiles["nodong"].reentry_cross_section_m2["X"] == 0.01  # the original has not moved
    masked = japan.with_values({"sites.mutsumi.mask_angle_deg": 7.6})
    assert {s.mask_angle_deg for s in masked.sensors if s.name == "mutsumi_radar"} == {7.6}
    slow = japan.with_values({"network.shariki.command_post.latency_s": 15.0})
    assert {k.latency_s for k in slow.links if k.source == "shariki"} == {15.0}
    assert {k.latency_s for k in slow.links if k.source == "kyogamisaki"} == {4.0}
    with pytest.raises(InputError, match="its range is"):
        japan.with_values({"missiles.nodong.payload_kg": 5000.0})
    with pytest.raises(InputError, match="unknown path") as caught:
        japan.with_values({"missiles.nodong.payload": 700.0})
    assert "payload_kg" in str(caught.value)


def test_moving_values_keeps_the_round_trip(japan):
    moved = japan.with_values({"sites.araya.latitude_deg": 39.71, "command.public_alert_delay_s": 200.0})
    assert scenarios.loads(moved.to_yaml()) == moved


def test_an_override_discloses_itself_and_survives():
    text = scenarios.load("one-on-one").to_yaml()
    path = "missiles.nodong.reentry_cross_section_x_band_m2"
    text += f'assumptions:\n  {path}: {{value: 0.02, why: "a lower view"}}\n'
    changed = scenarios.loads(text)
    assert changed.cited()[path].best == 0.02
    assert changed.cited()[path].overridden_from == 0.01
    assert changed.overrides == (f"{path} is 0.02 m² instead of 0.01: a lower view",)
    assert scenarios.loads(changed.to_yaml()) == changed
    assert changed != scenarios.load("one-on-one")


def test_an_override_may_state_its_range():
    text = scenarios.load("one-on-one").to_yaml()
    text += "assumptions:\n  missiles.nodong.payload_kg: {value: 800, low: 600, high: 900, why: trial}\n"
    leaf = scenarios.loads(text).cited()["missiles.nodong.payload_kg"]
    assert (leaf.low, leaf.best, leaf.high) == (600.0, 800.0, 900.0)


def test_a_rival_parameter_set_can_be_chosen():
    text = scenarios.load("one-on-one").to_yaml()
    text = text[: text.index("\ncatalogue:")].replace("open_repo_mid", "forden_2007")
    rival = scenarios.loads(text)
    assert rival.missiles["nodong"].parameter_set == "forden_2007"
    assert rival.missiles["nodong"].stages[0].dry_kg.best == 3900.0
    assert rival.threats[0].parameter_set == "forden_2007"


def test_points_may_be_stated_by_coordinates():
    text = (
        scenarios.load("one-on-one")
        .to_yaml()
        .replace("from: kittaeryong", "from: {latitude_deg: 39.0, longitude_deg: 127.5}")
    )
    stated = scenarios.loads(text)
    assert stated.threats[0].launch.stated
    assert stated.threats[0].launch.latitude_deg == 39.0
    assert "kittaeryong" not in stated.sites
    assert scenarios.loads(stated.to_yaml()) == stated
    assert stated.with_values({"sites.osaka.altitude_m": 100.0}).threats[0].launch.stated


def test_a_scenario_is_frozen_and_travels_to_workers(japan):
    with pytest.raises(dataclasses.FrozenInstanceError):
        japan.name = "other"
    assert pickle.loads(pickle.dumps(japan)) == japan


def test_a_file_is_loaded_by_its_path(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(scenarios.load("one-on-one").to_yaml(), encoding="utf-8")
    assert scenarios.load(path) == scenarios.load("one-on-one")
    assert scenarios.load(str(path)) == scenarios.load("one-on-one")


def test_an_unknown_name_gets_the_nearest_bundled_one(tmp_path):
    with pytest.raises(InputError, match="Did you mean 'japan-2018'"):
        scenarios.load("japan-2017")
    with pytest.raises(InputError, match="no such file"):
        scenarios.load(tmp_path / "none.yaml")


def test_limits_of_values_are_known_by_key():
    limits = value_limits()
    assert limits["dry_kg"] == Limits(above=0.0)
    assert limits["latitude_deg"].problem(95.0)
    assert limits["swerling"].problem(2.0)
    assert not limits["aperture_efficiency"].problem(1.0)


@pytest.mark.parametrize(
    "key, unit",
    [
        ("missiles.nodong.payload_kg", "kg"),
        ("reentry_ballistic_coefficient_kg_m2", "kg/m²"),
        ("burnout_speed_km_s", "km/s"),
        ("sensors.an_tpy_2.frequency_ghz", "GHz"),
        ("losses_db", "dB"),
        ("system_temperature_k", "K"),
        ("swerling", ""),
        ("aperture_efficiency", ""),
    ],
)
def test_units_are_read_from_keys(key, unit):
    assert scenarios.unit_of(key) == unit
