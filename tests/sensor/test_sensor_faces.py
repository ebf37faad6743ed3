"""Faces: who looks where, and what is lost off the axis. Search: what stands above the fence."""

import dataclasses
import math

import numpy as np
import pytest
from sensor_samples import RADAR, at, look

from hoplon.errors import InputError
from hoplon.sensor.faces import Face, best_face
from hoplon.sensor.observe import draw_detections
from hoplon.sensor.search import SearchPlan
from hoplon.streams import kernel_key

TWO = (
    Face(0.0, 120.0, tilt_deg=20.0, scan_loss_exponent=3.0),
    Face(120.0, 240.0, tilt_deg=20.0, scan_loss_exponent=3.0),
)


def test_faces_share_the_circle_and_leave_the_rest_blind():
    radar = dataclasses.replace(RADAR, faces=TWO)
    seen = look(radar, at(radar, [60.0, 119.0, 121.0, 180.0, 300.0], 20.0, 5e5))
    assert seen.face[0].tolist() == [0, 0, 1, 1, -1]
    assert seen.visible[0].tolist() == [True, True, True, True, False]


def test_scan_loss_is_the_cosine_of_the_angle_from_the_axis():
    radar = dataclasses.replace(RADAR, faces=TWO)
    azimuth_deg, elevation_deg = np.array([60.0, 90.0, 10.0]), np.array([20.0, 20.0, 70.0])
    r = at(radar, azimuth_deg, elevation_deg, 5e5)
    ratio = (look(radar, r).snr_track / look(RADAR, r).snr_track)[0]
    # The angle between two directions by the spherical law of cosines, of the axis (60, 20).
    e, tilt = np.radians(elevation_deg), math.radians(20.0)
    cosine = np.sin(e) * math.sin(tilt) + np.cos(e) * math.cos(tilt) * np.cos(np.radians(azimuth_deg - 60.0))
    assert ratio == pytest.approx(cosine**3, rel=1e-9)
    assert ratio[0] == pytest.approx(1.0)


def test_faces_without_loss_see_as_one_array_does():
    plain = dataclasses.replace(RADAR, faces=(Face(0.0, 90.0), Face(90.0, 180.0), Face(180.0, 360.0)))
    r = at(RADAR, np.arange(0.0, 360.0, 15.0), 10.0, 5e5)
    assert np.array_equal(look(plain, r).snr_track, look(RADAR, r).snr_track)


def test_a_face_has_its_own_elevations():
    low, high = Face(0.0, 360.0, elevation_max_deg=30.0), Face(0.0, 360.0, 30.0, 80.0)
    number, share = best_face((low, high), np.zeros(3), np.radians([10.0, 50.0, 85.0]))
    assert number.tolist() == [0, 1, -1]
    assert share.tolist() == [1.0, 1.0, 0.0]


def rising(radar):
    """Search and track detections of a strong target that rises from 0.5 to 20 deg within 40 looks."""
    elevation_deg = np.linspace(0.5, 20.0, 40)
    seen = look(radar, at(radar, 30.0, elevation_deg, 4e5), rcs_m2=1e3)
    drawn = draw_detections(radar, seen, [kernel_key(1, 0)])
    return elevation_deg, drawn.detected_search[0], drawn.detected_track[0]


def test_a_target_above_the_fence_is_found_by_volume_search_or_cue_alone():
    steady = dataclasses.replace(RADAR, swerling=0, search_dwell_s=1e-4)
    fence = SearchPlan("fence", frame_s=4.0, fence_height_deg=3.0, range_resolution_m=1500.0)
    elevation_deg, by_search, by_track = rising(dataclasses.replace(steady, search=fence))
    assert by_track.all()
    # The sweep starts at north and takes 4 s: it passes azimuth 30 a third of a second into each frame. The
    # upper edge leaves the radar at 3 deg; at 400 km rays have come down from there by less than 0.3 deg.
    looks = np.arange(40) % 4 == 1
    assert np.array_equal(by_search, looks & (elevation_deg < 2.7))
    assert not np.any((elevation_deg > 2.7) & (elevation_deg < 3.0) & looks)
    _, by_search, by_track = rising(dataclasses.replace(steady, search=SearchPlan("cued")))
    assert not by_search.any()
    assert by_track.all()
    _, by_search, _ = rising(steady)
    assert by_search.all()


def test_a_volume_search_finds_at_every_height():
    volume = dataclasses.replace(
        RADAR, swerling=0, search_dwell_s=1e-5, false_alarm_probability=1e-9,
        search=SearchPlan("volume", frame_s=3.0),
    )  # fmt: skip
    _, by_search, _ = rising(volume)
    # From the bottom to the top: up to sin 20 deg = 0.34 of the solid angle, a second or less of each frame.
    assert np.array_equal(np.flatnonzero(by_search), np.arange(1, 40, 3))


def test_each_frame_sweeps_over_each_threat_once():
    fence = SearchPlan("fence", frame_s=7.0, fence_height_deg=3.0, range_resolution_m=1500.0)
    radar = dataclasses.replace(RADAR, search_dwell_s=1e-5, search=fence)
    for azimuth_deg in (1.0, 100.0, 359.0):
        seen = look(radar, at(radar, np.full(70, azimuth_deg), 1.0, 4e5))
        first = np.flatnonzero(seen.searched[0])
        assert first.size == 10
        assert np.array_equal(np.diff(first), np.full(9, 7))
        # The look after the beam has passed, or at that moment.
        assert (first[0] - 7.0 * azimuth_deg / 360.0) % 7.0 < 1.0


def test_a_search_that_cannot_be_done_is_refused_before_the_battle():
    volume = dataclasses.replace(RADAR, search=SearchPlan("volume", frame_s=10.0))
    with pytest.raises(InputError, match=r"takes .* of the 10 s"):
        look(volume, at(RADAR, 0.0, 10.0, 5e5))


@pytest.mark.parametrize(
    "change",
    [
        {"azimuth_from_deg": 1000.0},
        {"elevation_min_deg": 50.0, "elevation_max_deg": 40.0},
        {"tilt_deg": -1.0},
        {"scan_loss_exponent": math.nan},
    ],
)
def test_impossible_faces_are_refused(change):
    with pytest.raises(InputError, match="face"):
        dataclasses.replace(TWO[0], **change)
