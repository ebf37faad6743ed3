"""What a file may say of a sensor besides: read, written, refused, and passed on to the sensors."""

import copy
import json

import numpy as np
import pytest
import yaml

from hoplon import scenario as scenarios
from hoplon.engagement import assemble
from hoplon.engagement.prepare import prepare
from hoplon.engagement.sensing import Sensing
from hoplon.errors import InputError
from hoplon.scenario.library import FOLDER
from hoplon.scenario.reading import read_file, read_text
from hoplon.scenario.resolve import resolve
from hoplon.scenario.uncertainty import sampled

PLAIN = read_file(FOLDER / "scenarios" / "one-on-one.yaml").data


def cited(best, low=None, high=None):
    """A cited number of nobody's."""
    return {"best": best, "low": best if low is None else low, "high": best if high is None else high,
            "mark": "unchecked", "source": "this test"}  # fmt: skip


def resolved(data):
    plain = json.loads(json.dumps(data))  # no part of it twice, which YAML would write as an anchor
    return resolve(read_text(yaml.safe_dump(plain), "test"))


@pytest.fixture
def data():
    """One on one with a radar of the scenario's own that says all there is to say, and satellites too."""
    data = copy.deepcopy(PLAIN)
    radar = next(name for name, sensor in data["sensors"].items() if "site" in sensor)
    data["sensors"][radar] |= {
        "type": "own",
        "mask": {"azimuth_deg": [0.0, 120.0, 240.0], "elevation_deg": [0.5, 1.0, 2.0]},
        "search": "fence",
        "search_frame_s": 30.0,
        "fence_height_deg": 0.8,
        "clock_offset_s": 0.01,
        "false_alarms": "reported",
    }
    data["sensors"]["eyes"] = {"type": "own_eyes", "nation": "US"}
    missile = data["raid"][0]["missile"]
    source = {"mark": "unchecked", "source": "this test"}
    data["catalogue"] = {
        "radars": {
            "own": {
                "title": "a radar",
                "band": "X",
                "relative_to": "an_tpy_2",
                "range_ratio": cited(1.0),
                "search_share": cited(0.3),
                "search_range_resolution_m": cited(300.0),
                "mature_after_s": cited(60.0),
                "mature_revisit_s": cited(6.0),
                "monopulse_slope": cited(1.5),
                "angle_floor_beamwidths": cited(0.01),
                "range_floor_m": cited(3.0),
                "range_rate_floor_m_s": cited(0.5),
                "range_bias_sigma_m": cited(20.0),
                "azimuth_bias_sigma_deg": cited(0.02),
                "elevation_bias_sigma_deg": cited(0.03),
                "faces": source
                | {
                    "scan_loss_exponent": 2.0,
                    "faces": [
                        {"azimuth_from_deg": 0, "azimuth_to_deg": 60, "tilt_deg": 15},
                        {"azimuth_from_deg": 60, "azimuth_to_deg": 120, "elevation_max_deg": 60},
                    ],
                },
            }
        },
        "satellites": {
            "own_eyes": {
                "title": "eyes",
                "detection_delay_s": cited(40.0, 20.0, 60.0),
                "position_error_km": cited(4.0),
                "report_latency_s": cited(10.0),
                "cloud_height_km": cited(9.0),
                "scan_delay_s": cited(8.0, 2.0, 20.0),
                "heading_error_deg": cited(7.0),
                "missed_probability": cited(0.1),
                "false_launches_per_day": cited(2.0),
                "region": source
                | {
                    "latitude_from_deg": 30,
                    "latitude_to_deg": 45,
                    "longitude_from_deg": 120,
                    "longitude_to_deg": 135,
                },
            }
        },
        "missiles": {},
    }
    entry = copy.deepcopy(read_file(FOLDER / "missiles.yaml").data["missiles"][missile])
    entry["aspect_cross_section"] = {
        "body_x_band": {"nose_m2": cited(0.1), "side_m2": cited(5.0), "tail_m2": cited(0.5)}
    }
    data["catalogue"]["missiles"][missile] = entry
    return data


def test_all_of_it_reaches_the_sensors(data):
    scenario = resolved(data)
    spec = next(s for s in scenario.sensors if s.type_id == "own")
    radar = assemble.radar(scenario, spec)
    assert radar.mask_deg == ((0.0, 0.5), (120.0, 1.0), (240.0, 2.0))
    assert (radar.search.mode, radar.search.frame_s, radar.search.fence_height_deg) == ("fence", 30.0, 0.8)
    assert radar.search.range_resolution_m == 300.0
    assert (radar.search_share, radar.mature_after_s, radar.mature_every) == (0.3, 60.0, 3)
    assert (radar.bias.range_sigma_m, radar.bias.azimuth_sigma_deg) == (20.0, 0.02)
    assert radar.clock_offset_s == 0.01
    assert radar.reports_false_alarms
    start = spec.azimuth_from_deg
    assert [face.azimuth_from_deg - start for face in radar.faces] == [0.0, 60.0]
    assert [face.scan_loss_exponent for face in radar.faces] == [2.0, 2.0]
    assert [face.elevation_max_deg for face in radar.faces] == [90.0, 60.0]
    eyes = assemble.satellites(scenario, next(s for s in scenario.sensors if s.name == "eyes"))
    assert (eyes.cloud_height_m, eyes.scan_delay_s) == (9e3, (2.0, 8.0, 20.0))
    assert (eyes.heading_error_deg, eyes.missed_probability, eyes.false_launches_per_day) == (7.0, 0.1, 2.0)
    assert eyes.region.holds(39.0, 125.0)


def test_it_is_written_out_in_full_and_read_back(data):
    scenario = resolved(data)
    again = resolve(read_text(scenario.to_yaml(), "again"))
    assert again == scenario
    paths = scenario.cited()
    assert paths["sensors.own.range_bias_sigma_m"].best == 20.0
    missile = scenario.threats[0].missile
    assert paths[f"missiles.{missile}.aspect_cross_section.body_x_band.side_m2"].best == 5.0
    # The one angle of the site is not used where a table stands.
    assert not any(path.endswith("mask_angle_deg") for path in paths)


def test_a_battle_runs_with_all_of_it(data):
    prepared = prepare(resolved(data))
    sensing = Sensing(prepared, 1, 0)
    headings = [report.heading_deg for report, name, _ in sensing.satellite_reports if name == "eyes"]
    assert np.isfinite(headings).tolist() == [True]
    seen = prepared.observations[0]
    assert seen.searched is not None
    assert set(np.unique(seen.face)) <= {-1, 0, 1}


def test_a_body_echoes_by_its_aspect(data):
    del data["catalogue"]["radars"]["own"]["faces"]
    missile = data["raid"][0]["missile"]
    aspects = data["catalogue"]["missiles"][missile]["aspect_cross_section"]
    plain = prepare(resolved(data))
    aspects["reentry_x_band"] = aspects["body_x_band"]
    by_aspect = prepare(resolved(data))
    seen = by_aspect.observations[0]
    after = (by_aspect.truth.phase == 2) & seen.visible
    one_value = plain.threats[0].reentry_cross_section_m2["X"]
    ratio = seen.snr_track[after] / plain.observations[0].snr_track[after] * one_value
    # The angle from the nose by range rate over speed, which other code computes.
    speed = np.linalg.norm(by_aspect.truth.v_ecef_m_s[after], axis=-1)
    angle = np.degrees(np.arccos(-seen.range_rate_m_s[after] / speed))
    assert angle.min() < 45.0 < angle.max()
    assert ratio == pytest.approx(np.where(angle < 45.0, 0.1, np.where(angle >= 135.0, 0.5, 5.0)), rel=1e-9)


def test_drawn_missiles_have_one_doubt_for_an_aspect_in_all_bands(data):
    missile = data["raid"][0]["missile"]
    aspects = data["catalogue"]["missiles"][missile]["aspect_cross_section"]
    wide = {key: cited(1.0, 0.1, 10.0) for key in ("nose_m2", "side_m2", "tail_m2")}
    aspects |= {"body_x_band": wide, "body_s_band": wide, "reentry_x_band": wide}
    entry = sampled(resolved(data).missiles[missile], 1, 0)
    drawn = entry.aspect_cross_section
    assert drawn["body_x_band"].side_m2.best == drawn["body_s_band"].side_m2.best
    assert drawn["body_x_band"].side_m2.best != drawn["body_x_band"].nose_m2.best
    assert drawn["body_x_band"].side_m2.best != drawn["reentry_x_band"].side_m2.best


def test_what_is_not_said_leaves_the_radar_as_it_was():
    scenario = scenarios.load("one-on-one")
    for spec in scenario.sensors:
        if spec.site is not None:
            radar = assemble.radar(scenario, spec)
            assert radar.search is None
            assert radar.faces == ()
            assert not radar.bias.stated
            assert isinstance(radar.mask_deg, float)


def _sensor(data):
    return next(sensor for sensor in data["sensors"].values() if "site" in sensor)


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda d: _sensor(d).update(mask_angle_deg=2.0), "two masks"),
        (lambda d: _sensor(d)["mask"]["elevation_deg"].pop(), "3 azimuths and 2 elevations"),
        (lambda d: _sensor(d)["mask"].update(azimuth_deg=[0.0, 240.0, 120.0]), "do not increase"),
        (lambda d: _sensor(d)["mask"].update(azimuth_deg=[0.0, 120.0, 360.0]), "do not increase"),
        (lambda d: _sensor(d).update(search="cued"), "search_frame_s"),
        (lambda d: _sensor(d).pop("search"), "search_frame_s"),
        (lambda d: _sensor(d).update(search="hedge"), "hedge"),
        (lambda d: d["sensors"]["eyes"].update(search="volume"), "no meaning for satellites"),
        (lambda d: d["catalogue"]["satellites"]["own_eyes"].pop("scan_delay_s"), "belong together"),
        (lambda d: d["catalogue"]["satellites"]["own_eyes"].pop("region"), "need a region"),
        (
            lambda d: d["catalogue"]["radars"]["own"]["search_share"].update(best=1.0, high=1.0),
            "at most 0.99",
        ),
        (lambda d: d["catalogue"]["radars"]["own"]["faces"].pop("source"), "source"),
        (lambda d: d["catalogue"]["radars"]["own"]["faces"].update(faces=[]), "empty"),
    ],
)
def test_what_cannot_be_is_refused(data, change, words):
    change(data)
    with pytest.raises(InputError, match=words):
        resolved(data)
