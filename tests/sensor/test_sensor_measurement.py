"""Range rate, bias, clock and resolution; false alarms; cross-sections by aspect."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats
from sensor_samples import RADAR, at, look

from hoplon.errors import InputError
from hoplon.sensor.cross_section import AspectCrossSection, aspect_angle_rad, by_aspect
from hoplon.sensor.false_alarms import draw_false_alarms
from hoplon.sensor.measurement import Bias, merged, range_rate_sigma_m_s, unresolved
from hoplon.sensor.observe import draw_detections
from hoplon.sensor.search import SearchPlan, false_alarms_per_frame
from hoplon.streams import kernel_key

SEARCHING = dataclasses.replace(RADAR, search=SearchPlan("fence", frame_s=20.0, fence_height_deg=2.0))


def many(radar=RADAR, looks=4000, **how):
    """A target that stands still, 30 deg up and 400 km away, but recedes at 700 m/s."""
    r = np.repeat(at(radar, 60.0, 30.0, 4e5), looks, axis=1)
    away = (r - radar.site.r_ecef_m) / 4e5
    seen = look(radar, r, v=700.0 * away)
    return seen, draw_detections(radar, seen, [kernel_key(3, 1)], **how)


def test_range_rate_errors_are_those_that_are_reported_and_independent():
    radar = dataclasses.replace(RADAR, range_rate_floor_m_s=0.05)
    seen, drawn = many(radar, range_rate=True)
    hit = drawn.detected_track[0]
    error = ((drawn.range_rate_m_s - 700.0) / drawn.sigma_range_rate_m_s)[0, hit]
    assert seen.range_rate_m_s[0, 0] == pytest.approx(700.0, abs=1e-6)
    assert error.std() == pytest.approx(1.0, abs=4 / math.sqrt(2 * hit.sum()))
    assert error.mean() == pytest.approx(0.0, abs=4 / math.sqrt(hit.sum()))
    in_range = ((drawn.range_m - seen.range_m[:, seen.look_t_index]) / drawn.sigma_range_m)[0, hit]
    assert np.corrcoef(error, in_range)[0, 1] == pytest.approx(0.0, abs=4 / math.sqrt(hit.sum()))


def test_asking_for_range_rates_moves_nothing_else():
    _, plain = many()
    _, more = many(range_rate=True)
    assert plain.range_rate_m_s is None
    for name in ("range_m", "azimuth_rad", "elevation_rad", "snr_measured"):
        assert np.array_equal(getattr(plain, name), getattr(more, name), equal_nan=True)


def test_range_rate_sigma_stands_above_the_bound_of_a_tone():
    # Rife and Boorstyn 1974, many samples of a complex tone of unknown phase: var ω ≥ 6 / (S T²), with S the
    # signal-to-noise ratio after integration. A receiver does not beat it, and comes within a factor of 2.
    radar = dataclasses.replace(RADAR, range_rate_floor_m_s=0.0)
    for snr in (10.0, 1000.0):
        bound = 0.5 * radar.wavelength_m * math.sqrt(6.0 / snr) / (2 * math.pi * 0.1)
        assert bound < range_rate_sigma_m_s(radar, snr, 0.1) < 2 * bound
    assert range_rate_sigma_m_s(RADAR, 1e12, 0.1) == pytest.approx(RADAR.range_rate_floor_m_s, rel=1e-6)


def test_a_bias_stays_for_a_battle_and_has_its_sigma_over_many():
    bias = Bias(range_sigma_m=40.0, azimuth_sigma_deg=0.05, elevation_sigma_deg=0.02)
    radar = dataclasses.replace(RADAR, bias=bias)
    _, plain = many(looks=20)
    _, biased = many(radar, looks=20, bias_key=kernel_key(1, 0, "bias"))
    hit = plain.detected_track[0]
    drawn = bias.draw(kernel_key(1, 0, "bias"))
    for name, offset in zip(("range_m", "azimuth_rad", "elevation_rad"), drawn, strict=True):
        moved = (getattr(biased, name) - getattr(plain, name))[0, hit]
        assert moved == pytest.approx(np.full(hit.sum(), offset), abs=1e-9 * 4e5)
    assert np.array_equal(plain.sigma_range_m, biased.sigma_range_m, equal_nan=True)
    draws = np.array([bias.draw(kernel_key(1, run, "bias")) for run in range(4000)])
    sigma = [40.0, math.radians(0.05), math.radians(0.02)]
    assert draws.std(axis=0) / sigma == pytest.approx(np.ones(3), abs=4 / math.sqrt(8000))
    assert draws.mean(axis=0) / sigma == pytest.approx(np.zeros(3), abs=4 / math.sqrt(4000))


def test_a_bias_without_a_key_is_refused():
    with pytest.raises(InputError, match="bias"):
        many(dataclasses.replace(RADAR, bias=Bias(range_sigma_m=1.0)), looks=2)
    with pytest.raises(InputError, match="range_sigma_m"):
        Bias(range_sigma_m=-1.0)


def test_a_clock_that_is_ahead_reports_late_times():
    _, drawn = many(dataclasses.replace(RADAR, clock_offset_s=0.01), looks=5)
    assert drawn.reported_t_s - drawn.t_s == pytest.approx(np.full(5, 0.01))


def test_two_objects_in_one_cell_are_one_detection_at_their_centroid():
    beam = math.radians(RADAR.beamwidth_deg)
    radar = dataclasses.replace(RADAR, range_resolution_m=30.0)
    distance = np.array([5e5, 5e5 + 20.0, 5e5 + 20.0, 5e5 + 40.0])
    azimuth = np.array([0.0, 2 * math.pi - 0.5 * beam, 1.0, 0.0])
    elevation = np.full(4, 0.3)
    power = np.array([10.0, 30.0, 5.0, 1.0])
    leader = unresolved(radar, distance, azimuth, elevation, power)
    # The second is the strongest and takes the first and the fourth; the third stands in another direction.
    assert leader.tolist() == [1, 1, 2, 1]
    kept, measured = merged(leader, power, np.stack([distance, azimuth, elevation]))
    assert kept.tolist() == [1, 2]
    # Weights 10, 30 and 1 of 41, by hand.
    assert measured[0] == pytest.approx([5e5 + (600.0 + 40.0) / 41.0, 5e5 + 20.0])
    assert measured[1] == pytest.approx([2 * math.pi - 0.5 * beam * 30.0 / 41.0, 1.0])
    # A radar that measures range rate tells apart what moves differently.
    cell = radar.wavelength_m / (2 * radar.track_dwell_s)
    rate = np.array([0.0, 1.1 * cell, 0.0, 0.9 * cell])
    assert unresolved(radar, distance, azimuth, elevation, power, rate).tolist() == [0, 1, 2, 1]


def test_resolved_objects_stay_as_they_are():
    leader = unresolved(RADAR, [1e5, 2e5], [0.0, 0.0], [0.1, 0.1], [1.0, 2.0])
    values = np.array([[1e5, 2e5], [0.0, 1.0]])
    kept, measured = merged(leader, [1.0, 2.0], values)
    assert kept.tolist() == [0, 1]
    assert np.array_equal(measured, values)


def test_false_alarms_are_as_many_as_their_cells():
    radar = dataclasses.replace(SEARCHING, reports_false_alarms=True)
    # By hand: 360 deg of a band of 2 deg in beams of 0.64 deg, 13,333 cells of 150 m each, 1e-6 a cell.
    beams = 2 * math.pi * math.sin(math.radians(2.0)) / math.radians(radar.beamwidth_deg) ** 2
    assert false_alarms_per_frame(radar) == pytest.approx(beams * (2e6 / 150.0) * 1e-6)
    drawn = draw_false_alarms(radar, 0.0, 2000.0, 1, 0)
    mean = 100 * false_alarms_per_frame(radar)
    assert drawn.t_s.size == pytest.approx(mean, abs=4 * math.sqrt(mean))
    assert np.all(np.diff(drawn.t_s) >= 0.0)
    assert stats.kstest(drawn.range_m / 2e6, "uniform").pvalue > 1e-4
    assert stats.kstest(drawn.azimuth_rad / (2 * math.pi), "uniform").pvalue > 1e-4
    assert drawn.elevation_rad.min() >= 0.0
    assert drawn.elevation_rad.max() <= math.radians(2.0)
    # Noise above the threshold exceeds it by an exponential with mean 1.
    excess = drawn.snr_measured + math.log(1e-6)
    assert excess.min() >= 0.0
    assert excess.mean() == pytest.approx(1.0, abs=4 / math.sqrt(drawn.t_s.size))


def test_confirmed_false_alarms_are_all_but_none_and_others_move_no_draw():
    assert draw_false_alarms(SEARCHING, 0.0, 2000.0, 1, 0).t_s.size == 0
    assert draw_false_alarms(RADAR, 0.0, 2000.0, 1, 0).t_s.size == 0
    radar = dataclasses.replace(SEARCHING, reports_false_alarms=True)
    short, long = (draw_false_alarms(radar, 0.0, stop, 1, 0) for stop in (510.0, 2000.0))
    assert np.array_equal(short.t_s, long.t_s[: short.t_s.size])
    assert not np.array_equal(short.t_s, draw_false_alarms(radar, 0.0, 510.0, 1, 1).t_s[: short.t_s.size])


def test_aspect_is_the_angle_between_nose_and_radar():
    r = at(RADAR, 60.0, 30.0, 4e5)[0, 0]
    away = (r - RADAR.site.r_ecef_m) / 4e5
    side = np.cross(away, [0.0, 0.0, 1.0])
    side /= np.linalg.norm(side)
    v = np.array([-away, side, away, side - away])
    angle = aspect_angle_rad(RADAR.site.r_ecef_m, np.broadcast_to(r, (4, 3)), 3000.0 * v)
    # The cosine is flat at 0 and π: 1e-16 in it is 1e-8 in the angle.
    assert np.degrees(angle) == pytest.approx([0.0, 90.0, 180.0, 45.0], abs=1e-5)
    # What looks at a receding body sees its tail; range rate over speed is minus the cosine.
    seen = look(RADAR, r[None, None], v=3000.0 * v[3][None, None] / math.sqrt(2.0))
    assert seen.range_rate_m_s[0, 0] / 3000.0 == pytest.approx(-math.cos(angle[3]))
    assert aspect_angle_rad(RADAR.site.r_ecef_m, r, np.zeros(3)) == pytest.approx(math.pi / 2)


def test_cross_section_by_aspect_class():
    body = AspectCrossSection(nose_m2=0.01, side_m2=1.0, tail_m2=0.1)
    assert body.at(np.radians([0.0, 44.9, 45.1, 134.9, 135.1, 180.0])).tolist() == [
        0.01,
        0.01,
        1.0,
        1.0,
        0.1,
        0.1,
    ]
    aspect = np.radians([[0.0, 90.0], [0.0, 90.0]])
    where = np.array([[True, True], [True, False]])
    out = by_aspect(np.full((2, 2), 5.0), [None, (0.01, 1.0, 0.1)], where, aspect)
    assert out.tolist() == [[5.0, 5.0], [0.01, 5.0]]
    with pytest.raises(InputError, match="side_m2"):
        AspectCrossSection(0.01, 0.0, 0.1)
