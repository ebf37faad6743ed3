"""Coverage in the vertical plane and in plan: the same answer as the battles' own look at targets."""

import math
from dataclasses import replace

import numpy as np
import pytest

from hoplon.earth.frames import ecef_from_geodetic
from hoplon.earth.geodesics import destination
from hoplon.front_radar import radar_view
from hoplon.front_radar_find import find_radar
from hoplon.sensor.coverage import (
    look_around,
    look_at_place,
    middle_azimuth_deg,
    place_of,
    plan_limits,
    vertical_cut,
)
from hoplon.sensor.detection import required_snr_db
from hoplon.sensor.measurement import measurement_sigmas
from hoplon.sensor.observe import observe
from hoplon.sensor.radar import detection_range_m


@pytest.fixture(scope="module")
def shariki():
    return find_radar("shariki").radar


def seen_snr(radar, azimuth_deg, ground_m, altitude_m, rcs_m2):
    """Signal-to-noise ratio of a track dwell at points, as a battle has it; 0 where out of sight."""
    places = [
        destination(radar.site.latitude_deg, radar.site.longitude_deg, azimuth_deg, float(g) / 1e3)
        for g in np.atleast_1d(ground_m)
    ]
    latitude, longitude = np.array(places).T
    r = ecef_from_geodetic(latitude, longitude, np.full(latitude.shape, altitude_m))
    t = np.arange(len(latitude), dtype=float)
    return observe(radar, t, r[None], np.zeros_like(r[None]), rcs_m2, True).snr_track[0]


def test_place_and_look_are_inverse():
    s = np.array([1e3, 5e5, 2.5e6])
    e = np.radians([-0.05, 10.0, 80.0])
    back = look_at_place(*place_of(s, e, 120.0), 120.0)
    np.testing.assert_allclose(back[0], s, rtol=1e-9)
    np.testing.assert_allclose(back[1], e, atol=1e-9)


def test_a_point_straight_up_and_one_on_the_horizontal():
    # By hand: straight up the altitude is the range; on the horizontal at 1000 km it is
    # sqrt(6371² + 1000²) - 6371 = 78.0 km above a sphere, 6371 atan(1000/6371) = 991.9 km away.
    ground, altitude = place_of([5e5, 1e6], [math.pi / 2, 0.0], 0.0)
    assert altitude[0] == pytest.approx(5e5)
    assert ground[0] == pytest.approx(0.0, abs=1.0)
    assert altitude[1] / 1e3 == pytest.approx(78.0, abs=0.1)
    assert ground[1] / 1e3 == pytest.approx(991.9, abs=0.1)


@pytest.mark.compiled
def test_the_sector_goes_clockwise_over_north(shariki):
    assert middle_azimuth_deg(shariki) == 290.0
    look = look_around(shariki, [230.0, 290.0, 350.0, 351.0, 90.0])
    np.testing.assert_array_equal(look.lowest_deg, [5.0, 5.0, 5.0, np.nan, np.nan])
    np.testing.assert_array_equal(look.highest_deg, [90.0, 90.0, 90.0, np.nan, np.nan])
    assert look.share.max() == pytest.approx(1.0)
    over_north = look_around(find_radar("seongju").radar, [269.0, 270.0, 0.0, 360.0, 30.0, 31.0])
    np.testing.assert_array_equal(np.isfinite(over_north.lowest_deg), [False, True, True, True, True, False])


@pytest.mark.compiled
def test_terrain_above_the_lowest_beam_is_the_lowest_view(shariki):
    masked = replace(shariki, mask_deg=7.3)
    assert look_around(masked, 290.0).lowest_deg == pytest.approx([7.3])
    free = replace(shariki, elevation_min_deg=-5.0, mask_deg=-5.0)
    # From 20 m the sea stands below the horizontal by sqrt(2 x 20 / 6371000); the air, which bends rays by
    # 313e-6 / 7350 m of path, against 1 / 6371000 m of the Earth, takes it to sqrt(1 - 0.271) of that.
    assert look_around(free, 290.0).lowest_deg == pytest.approx(
        [-math.degrees((0.729 * 40 / 6.371e6) ** 0.5)], abs=0.01
    )
    round_about = look_around(
        replace(shariki, azimuth_from_deg=0.0, azimuth_to_deg=360.0), np.arange(0, 361, 45)
    )
    assert (round_about.lowest_deg == 5.0).all()


@pytest.mark.compiled
@pytest.mark.parametrize("altitude_m, rcs_m2", [(100e3, 1.0), (200e3, 0.01), (400e3, 1.0)])
def test_the_edge_of_the_plan_is_where_a_battle_stops_seeing(shariki, altitude_m, rcs_m2):
    near, far = plan_limits(shariki, altitude_m, [260.0, 10.0], rcs_m2, 0.5, shariki.track_dwell_s)
    assert math.isnan(far[1])
    ground = np.arange(max(near[0], 2e3), far[0] + 60e3, 2e3)
    snr = seen_snr(shariki, 260.0, ground, altitude_m, rcs_m2)
    needed = 10 ** (required_snr_db(0.5, shariki.false_alarm_probability, shariki.swerling) / 10)
    detected = ground[snr >= needed]
    # Sphere against ellipsoid: 0.3 % of the distance; grids of 1 and 2 km; a low ray crosses an altitude
    # flatly, so that 0.3 % of it is up to 1 % of the ground range.
    assert detected.max() == pytest.approx(far[0], rel=0.01, abs=3e3)
    assert detected.min() == pytest.approx(near[0], abs=4e3)


@pytest.mark.compiled
def test_above_its_highest_beam_a_radar_is_blind():
    radar = find_radar("j_fps_3_kai").radar
    near, far = plan_limits(radar, 100e3, [0.0], 10.0, 0.5, radar.track_dwell_s)
    # Law of sines: asin(6371 cos(30) / 6471) = 58.50 deg at the target leaves 1.50 deg or 166.6 km.
    assert near[0] / 1e3 == pytest.approx(166.6, abs=1.0)
    assert far[0] > near[0]
    near, far = plan_limits(radar, 900e3, [0.0], 10.0)
    assert np.isnan(near[0])
    assert np.isnan(far[0])


@pytest.mark.compiled
def test_the_cut_ends_at_the_range_of_detection(shariki):
    lowest, limit = vertical_cut(shariki, 0.01, 0.5)
    reach = detection_range_m(shariki, 0.01, 0.5)
    slant, elevation = look_at_place(*limit.T, shariki.site.altitude_m)
    np.testing.assert_allclose(slant, reach, rtol=1e-9)
    assert math.degrees(elevation[-1]) == pytest.approx(90.0)
    # The lowest ray leaves at 5 deg and is bent down. Over a flat Earth, where Snell's law gives it, all of
    # the air bends it by 313e-6 / tan(5 deg) = 3.58 mrad or 0.205 deg; a round one bends it less.
    assert 5.0 - 0.205 < math.degrees(elevation[0]) < 5.0 - 0.1
    np.testing.assert_allclose(lowest[-1], limit[0], atol=1e-6)
    assert lowest[0] == pytest.approx([0.0, shariki.site.altitude_m], abs=1e-6)
    assert vertical_cut(shariki, 0.01, azimuth_deg=100.0)[0].size == 0


def test_errors_follow_the_echo_and_stop_at_their_floor(shariki):
    # 20 dB more echo: a tenth of the error, as long as the floor is far. θ = 0.603 deg, k_m = 1.6, SNR 99:
    # 10.52 mrad / (1.6 sqrt(200)) = 0.465 mrad, with a floor of 0.02 x 10.52 = 0.210 mrad: 0.510 mrad.
    sigma_range, sigma_angle = measurement_sigmas(shariki, [100.0, 1e12])
    assert 1e3 * sigma_angle[0] == pytest.approx(0.510, abs=0.002)
    assert 1e3 * sigma_angle[1] == pytest.approx(0.210, abs=0.001)
    assert sigma_range[1] == pytest.approx(shariki.range_floor_m)


@pytest.mark.compiled
def test_a_view_says_what_the_radar_says(shariki):
    view = radar_view("shariki", rcs_m2=(0.01, 1.0), probabilities=(0.5, 0.9))
    # Swerling 1: ln(1e-6) / ln(0.5) - 1 = 18.93, or 12.77 dB. Lewis and Postol (2012) have 870 km for 0.01 m²
    # and a ratio of 20 in 0.1 s, so 882 km for this one; within the 5 % to which the inputs are known.
    assert view.required_snr_db[1][0] == pytest.approx(12.77, abs=0.01)
    assert view.targets[0].track_km[0] == pytest.approx(870.0 * (20.0 / 18.93) ** 0.25, rel=0.05)
    # Range goes with the fourth root of the cross-section.
    assert view.targets[1].search_km[1] == pytest.approx(view.targets[0].search_km[1] * 100**0.25)
    i = np.searchsorted(view.range_km, 574.3)
    assert view.targets[0].pd_search[i] == pytest.approx(0.5, abs=0.02)
    assert view.pd_search_by_swerling[1] == pytest.approx(view.targets[0].pd_search)
    assert (view.horizon_km < view.horizon_straight_km).all()
