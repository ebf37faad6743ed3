"""What radars see: geometry against another library, visibility, and statistics of the drawn detections."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sensor_samples import RADAR as SAMPLE
from sensor_samples import at, look

from hoplon.earth.frames import ecef_from_geodetic
from hoplon.earth.geodesics import destination
from hoplon.errors import InputError
from hoplon.sensor import _kernels, _kernels_measure
from hoplon.sensor.detection import probability_of_detection
from hoplon.sensor.observe import draw_detections, look_indices, look_step_s, observe
from hoplon.sensor.refraction import lowest_visible_altitude_m
from hoplon.streams import kernel_key

RADAR = dataclasses.replace(SAMPLE, search_dwell_s=0.025, maximum_range_m=5e6)


def keys(count, seed=1):
    return [kernel_key(seed, i) for i in range(count)]


@settings(deadline=None)
@given(st.floats(0, 359.9), st.floats(-5, 89), st.floats(1e3, 4e6))
def test_geometry_is_that_of_another_library(azimuth_deg, elevation_deg, range_m):
    seen = look(RADAR, at(RADAR, azimuth_deg, elevation_deg, range_m))
    # pymap3d and this package invert the same formulas; a millimetre at 4,000 km.
    assert seen.range_m[0, 0] == pytest.approx(range_m, abs=1e-3)
    assert seen.elevation_rad[0, 0] == pytest.approx(math.radians(elevation_deg), abs=1e-8)
    turn = (seen.azimuth_rad[0, 0] - math.radians(azimuth_deg) + math.pi) % (2 * math.pi) - math.pi
    assert turn == pytest.approx(0.0, abs=1e-6)


def test_range_rate_is_the_derivative_of_the_range():
    t = np.arange(0, 50.0, 0.5)
    start, velocity = at(RADAR, 290.0, 20.0, 9e5)[0, 0], np.array([900.0, -2100.0, 1500.0])
    r = (start + t[:, None] * velocity)[None]
    seen = observe(RADAR, t, r, np.broadcast_to(velocity, r.shape), 0.01, True)
    slope = np.gradient(seen.range_m[0], t)
    assert seen.range_rate_m_s[0, 1:-1] == pytest.approx(slope[1:-1], abs=0.1)


def test_echo_is_that_of_the_radar_equation_with_its_cross_section():
    seen = look(RADAR, at(RADAR, 10.0, [20.0, 30.0], [8e5, 4e5]), np.array([[0.01, 0.5]]))
    assert seen.snr_track[0] == pytest.approx(
        [float(RADAR.snr(8e5, 0.01, 0.1)), float(RADAR.snr(4e5, 0.5, 0.1))], rel=1e-6
    )


@pytest.mark.parametrize(
    "change, azimuth_deg, elevation_deg, range_m, visible",
    [
        ({"azimuth_from_deg": 230.0, "azimuth_to_deg": 350.0}, [229, 231, 349, 351], 20, 5e5, [0, 1, 1, 0]),
        # A sector across north.
        (
            {"azimuth_from_deg": 270.0, "azimuth_to_deg": 30.0},
            [269, 271, 0, 29, 31],
            20,
            5e5,
            [0, 1, 1, 1, 0],
        ),
        ({"azimuth_from_deg": 90.0, "azimuth_to_deg": 90.0}, [0, 90, 180, 271], 20, 5e5, [1, 1, 1, 1]),
        ({"elevation_max_deg": 60.0}, 0, [59, 61], 5e5, [1, 0]),
        # Near the radar rays are straight: 200 m away they bend by less than 10 microradians.
        ({"elevation_min_deg": 5.0}, 0, [4.99, 5.01], 200.0, [0, 1]),
        ({"elevation_min_deg": 2.0, "mask_deg": 8.0}, 0, [7.9, 8.1], 200.0, [0, 1]),
        ({"maximum_range_m": 6e5}, 0, 30, [599e3, 601e3], [1, 0]),
    ],
)
def test_field_of_view(change, azimuth_deg, elevation_deg, range_m, visible):
    radar = dataclasses.replace(RADAR, **change)
    seen = look(radar, at(radar, azimuth_deg, elevation_deg, range_m))
    assert seen.visible[0].tolist() == [bool(x) for x in visible]


@pytest.mark.parametrize("ground_km, lowest_km", [(500, 15.6), (1000, 68.5), (1500, 162.8), (2000, 301.6)])
def test_a_rising_target_comes_up_where_the_refracted_horizon_says(ground_km, lowest_km):
    # Target due east on the ellipsoid; the table is that of a sphere of 6,371 km. Eastward the ellipsoid
    # curves with 6,387 km at 41 deg N, so it comes up 0.3 per cent lower: tolerance 0.5 per cent, and 0.1 km.
    latitude, longitude = destination(RADAR.site.latitude_deg, RADAR.site.longitude_deg, 90.0, ground_km)
    altitude = np.arange(1e3, 400e3, 10.0)
    r = ecef_from_geodetic(float(latitude), float(longitude), altitude)[None]
    seen = look(RADAR, r)
    first_km = altitude[np.argmax(seen.visible[0])] / 1e3
    assert first_km == pytest.approx(lowest_km, rel=0.005, abs=0.1)


def test_dead_targets_and_impossible_positions_are_not_seen():
    r = at(RADAR, 0.0, [30.0, 30.0, 30.0], 5e5)
    r[0, 1] = np.nan
    seen = look(RADAR, r, alive=np.array([[True, True, False]]))
    assert seen.visible[0].tolist() == [True, False, False]
    # Past the end of the horizon's table, at 10,000 km, the table's last elevation counts.
    far = dataclasses.replace(RADAR, maximum_range_m=1e8)
    assert look(far, at(far, 0.0, [-5.0, 5.0], 2e7)).visible[0].tolist() == [False, True]
    # At the radar itself there is no direction.
    assert not look(RADAR, RADAR.site.r_ecef_m.reshape(1, 1, 3)).visible.any()


@pytest.mark.parametrize("swerling", [0, 1, 3])
@pytest.mark.parametrize("snr_db", [8.0, 12.0, 16.0])
def test_drawn_detections_follow_the_closed_forms(swerling, snr_db):
    count = 20_000
    radar = dataclasses.replace(RADAR, swerling=swerling)
    reach = radar.range_for(10 ** (snr_db / 10), 0.01, radar.track_dwell_s)
    r = np.broadcast_to(at(radar, 200.0, 30.0, reach), (1, count, 3))
    drawn = draw_detections(radar, look(radar, r), keys(1, seed=swerling))
    for detected, ratio in ((drawn.detected_track, 1.0), (drawn.detected_search, 0.25)):
        expected = float(probability_of_detection(ratio * 10 ** (snr_db / 10), 1e-6, swerling))
        # 4.4 standard errors: one false failure in 5,000 over the 18 comparisons; the seeds are fixed.
        error = math.sqrt(expected * (1 - expected) / count)
        assert detected.mean() == pytest.approx(expected, abs=4.4 * error + 1e-9)


def test_measured_power_has_the_distribution_of_signal_and_noise():
    # Swerling 1: signal and noise together are exponential with mean 1 + S, also counted from the threshold.
    radar = dataclasses.replace(RADAR, search_dwell_s=RADAR.track_dwell_s)
    snr = 30.0
    r = np.broadcast_to(at(radar, 200.0, 30.0, radar.range_for(snr, 0.01, 0.1)), (1, 20_000, 3))
    drawn = draw_detections(radar, look(radar, r), keys(1))
    z = drawn.snr_measured[drawn.detected_track]
    assert stats.kstest(z - math.log(1e6), stats.expon(scale=1 + snr).cdf).pvalue > 1e-3


@pytest.mark.parametrize("elevation_deg", [5.0, 70.0])
def test_errors_are_those_that_are_reported(elevation_deg):
    r = np.broadcast_to(at(RADAR, 0.01, elevation_deg, 5e5), (1, 20_000, 3))
    seen = look(RADAR, r)
    drawn = draw_detections(RADAR, seen, keys(1))
    hit = drawn.detected_track[0]
    turn = (drawn.azimuth_rad - seen.azimuth_rad + math.pi) % (2 * math.pi) - math.pi
    errors = [
        (drawn.range_m - seen.range_m) / drawn.sigma_range_m,
        turn / drawn.sigma_azimuth_rad,
        (drawn.elevation_rad - seen.elevation_rad) / drawn.sigma_elevation_rad,
    ]
    standard = np.array([e[0, hit] for e in errors])
    for row in standard:
        assert stats.kstest(row, "norm").pvalue > 1e-3
    # The three are independent: correlations within 4 standard errors of zero.
    correlation = np.corrcoef(standard)[np.triu_indices(3, 1)]
    assert np.abs(correlation).max() < 4 / math.sqrt(hit.sum())
    # Azimuth stays within one turn on both sides of north.
    assert drawn.azimuth_rad[0, hit].min() >= 0.0
    assert drawn.azimuth_rad[0, hit].max() < 2 * math.pi
    assert drawn.sigma_azimuth_rad[0, hit] == pytest.approx(
        drawn.sigma_elevation_rad[0, hit] / math.cos(math.radians(elevation_deg)), rel=1e-6
    )


def test_sigmas_follow_barton_with_their_floors():
    radar = dataclasses.replace(RADAR, swerling=0, range_resolution_m=150.0)
    r = at(radar, 90.0, 0.5, radar.range_for(300.0, 0.01, 0.1))
    strong = at(radar, 90.0, 20.0, radar.range_for(1e9, 0.01, 0.1))
    drawn = draw_detections(radar, look(radar, np.concatenate([r, strong])), keys(2))
    beamwidth = math.radians(radar.beamwidth_deg)
    z = drawn.snr_measured[0, 0]
    assert drawn.sigma_elevation_rad[0, 0] == pytest.approx(
        math.hypot(beamwidth / (1.6 * math.sqrt(2 * z)), beamwidth / 50)
    )
    assert drawn.sigma_range_m[0, 0] == pytest.approx(math.hypot(150 / math.sqrt(2 * z), 5.0))
    assert drawn.sigma_elevation_rad[1, 0] == pytest.approx(beamwidth / 50, rel=1e-3)
    assert drawn.sigma_range_m[1, 0] == pytest.approx(5.0, rel=1e-3)


def test_angle_errors_are_those_of_a_simulated_monopulse_receiver():
    # A target on the axis: the sum channel holds echo and noise, the difference channel only noise, of equal
    # power; the angle is the real part of their ratio times beamwidth / k_m. Swerling 1, mean 15 dB; only
    # looks above the threshold count.
    snr, count = 10**1.5, 40_000
    radar = dataclasses.replace(RADAR, angle_floor_beamwidths=0.0)
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((2, 2, count)) * math.sqrt(0.5)
    echo = np.sqrt(snr * rng.exponential(size=count))
    total = echo + noise[0, 0] + 1j * noise[0, 1]
    ratio = np.real((noise[1, 0] + 1j * noise[1, 1]) / total)[np.abs(total) ** 2 > math.log(1e6)]
    simulated = math.radians(radar.beamwidth_deg) / 1.6 * ratio
    r = np.broadcast_to(at(radar, 200.0, 30.0, radar.range_for(snr, 0.01, 0.1)), (1, count, 3))
    seen = look(radar, r)
    drawn = draw_detections(radar, seen, keys(1))
    error = (drawn.elevation_rad - seen.elevation_rad)[drawn.detected_track]
    assert stats.ks_2samp(simulated, error).pvalue > 1e-3
    # 26,000 detections each: the ratio of the standard deviations is known to 0.6 per cent.
    assert error.std() == pytest.approx(simulated.std(), rel=0.03)


def test_nothing_is_measured_where_nothing_is_detected():
    r = np.broadcast_to(at(RADAR, 90.0, 30.0, 9e5), (1, 500, 3))
    drawn = draw_detections(RADAR, look(RADAR, r), keys(1))
    missed = ~(drawn.detected_track | drawn.detected_search)
    assert missed.any()
    assert not missed.all()
    for name in (
        "range_m",
        "azimuth_rad",
        "elevation_rad",
        "sigma_range_m",
        "sigma_azimuth_rad",
        "snr_measured",
    ):
        assert np.array_equal(np.isnan(getattr(drawn, name)), missed)


def test_other_threats_and_later_looks_move_no_draw():
    near = np.broadcast_to(at(RADAR, 90.0, 30.0, 7e5), (1, 60, 3))
    other = np.broadcast_to(at(RADAR, 120.0, 40.0, 6e5), (1, 60, 3))
    alone = draw_detections(RADAR, look(RADAR, near[:, :40]), keys(1))
    both = draw_detections(RADAR, look(RADAR, np.concatenate([near, other])), keys(2))
    assert np.array_equal(alone.range_m[0], both.range_m[0, :40], equal_nan=True)
    assert np.array_equal(alone.detected_search[0], both.detected_search[0, :40])
    # A threat that comes up later meets the same draws from then on.
    alive = np.arange(60) >= 25
    late = draw_detections(RADAR, look(RADAR, near, alive=alive[None]), keys(1))
    assert np.array_equal(late.range_m[0, 25:], both.range_m[0, 25:], equal_nan=True)
    assert not late.detected_track[0, :25].any()


def test_a_raid_out_of_sight_is_not_detected():
    r = np.broadcast_to(at(RADAR, 90.0, -20.0, 7e5), (2, 30, 3))
    seen = look(RADAR, r)
    drawn = draw_detections(RADAR, seen, keys(2))
    assert seen.last_look.tolist() == [-1, -1]
    assert not drawn.detected_track.any()


def test_looks_fall_on_the_nearest_times_of_the_grid():
    t = np.arange(0.0, 10.0, 1.0)
    assert look_indices(t, 3.0).tolist() == [0, 3, 6, 9]
    assert look_indices(t, 2.4).tolist() == [0, 2, 5, 7]
    assert look_indices(t, 0.3).tolist() == list(range(10))
    assert look_indices(np.array([5.0]), 3.0).tolist() == [0]


@given(st.floats(0.05, 12.0))
def test_the_truth_is_sampled_as_often_as_the_radar_looks(revisit_s):
    step_s = look_step_s(revisit_s)
    assert step_s <= revisit_s + 1e-9
    # A whole part of a second, so that radars of all revisit times share the whole seconds.
    assert 1.0 / step_s == pytest.approx(round(1.0 / step_s), abs=1e-9)
    t = np.arange(0.0, 100.0, step_s)
    assert len(look_indices(t, revisit_s)) == pytest.approx(100.0 / revisit_s, abs=2.0)


def test_kernels_and_their_plain_selves_agree():
    r = np.concatenate([at(RADAR, [10, 200, 300], [-10, 3, 85], [3e5, 2e6, 7e5]) for _ in range(2)])
    arguments = (
        r,
        np.full_like(r, 100.0),
        np.full((2, 3), 0.5),
        np.ones((2, 3), dtype=bool),
        RADAR.site.r_ecef_m,
        RADAR.site.enu_from_ecef,
        0.0,
        6.0,
        1.5,
        5e6,
        1e6,
        np.array([0.0, -0.001, -0.002]),
        1e25,
    )
    arguments[-2].flags.writeable = False  # as the tables that radars have: else it is compiled once more
    plain = getattr(_kernels.look_at, "py_func", _kernels.look_at)
    observed = _kernels.look_at(*arguments)
    assert observed == pytest.approx(plain(*arguments), rel=1e-12, abs=1e-12)
    observed.flags.writeable = False
    for swerling in (0, 1, 3):
        arguments = (
            observed,
            np.arange(3),
            np.array([3, 2**62 + 5]),
            8.0,
            swerling,
            2.0,
        )
        plain = getattr(_kernels.draw_looks, "py_func", _kernels.draw_looks)
        drawn = _kernels.draw_looks(*arguments)
        for compiled, slow in zip(drawn, plain(*arguments), strict=True):
            assert np.allclose(compiled, slow, rtol=1e-12, equal_nan=True)
        noise = np.array([0.01 / 1.6, 2e-4, 10.0, 5.0, 3.0, 1e-3, -1e-3])
        arguments = (observed, np.arange(3), np.array([3, 2**62 + 5]), drawn[1], noise)
        plain = getattr(_kernels_measure.measure_looks, "py_func", _kernels_measure.measure_looks)
        measured = _kernels_measure.measure_looks(*arguments)
        assert np.allclose(measured, plain(*arguments), rtol=1e-12, equal_nan=True)


def test_the_search_dwell_measures_where_it_alone_detects():
    radar = dataclasses.replace(RADAR, search_dwell_s=1.0)
    r = np.broadcast_to(at(radar, 90.0, 30.0, 1.4e6), (1, 400, 3))
    drawn = draw_detections(radar, look(radar, r), keys(1))
    only = drawn.detected_search & ~drawn.detected_track
    assert only.any()
    assert (drawn.snr_measured[only] > math.log(1e6)).all()


@pytest.mark.parametrize("shape", [(1, 3, 3), (1, 4), (1, 4, 2)])
def test_states_that_do_not_fit_the_times_are_refused(shape):
    with pytest.raises(InputError, match="states of shape"):
        observe(RADAR, np.arange(4.0), np.zeros(shape), np.zeros(shape), 0.01, True)


def test_one_key_for_each_threat():
    seen = look(RADAR, at(RADAR, 90.0, 30.0, 7e5))
    with pytest.raises(InputError, match="2 keys for 1 threats"):
        draw_detections(RADAR, seen, keys(2))


def test_a_target_above_the_horizon_of_a_masked_radar():
    # The mask takes the place of the lowest beam: at 1,000 km and 5 deg the ray is near the published 170 km
    # (without refraction), lower by the bending of about 0.2 deg.
    lowest = float(lowest_visible_altitude_m(1e6, 5.0))
    assert 163e3 < lowest < 170e3
