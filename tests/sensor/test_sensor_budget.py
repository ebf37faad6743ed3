"""A radar's time: what search takes, who gets the rest, and that nobody spends what is not there."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sensor_samples import RADAR as ALL_AROUND
from sensor_samples import at, look

from hoplon.errors import InputError
from hoplon.sensor.budget import grant, stretch, track_share, wanted_interval_s, wanted_share
from hoplon.sensor.faces import Face
from hoplon.sensor.observe import draw_detections
from hoplon.sensor.search import SearchPlan, beam_positions, false_alarms_per_frame, search_load
from hoplon.streams import kernel_key

RADAR = dataclasses.replace(ALL_AROUND, azimuth_from_deg=230.0, azimuth_to_deg=350.0)
FRAME_S = 5.0


def run(radar, objects, frames=12, mature=False):
    """Frames with all objects asking at every look; the granted looks (object, look) and what was used."""
    last = np.full(objects, -np.inf)
    granted, used = [], []
    for frame in range(frames):
        looks = np.arange(frame * FRAME_S, (frame + 1) * FRAME_S, radar.revisit_s)
        interval = wanted_interval_s(radar, np.full(objects, mature))
        got = grant(radar, looks, np.ones((objects, looks.size), bool), interval, last, FRAME_S)
        last = got.last_s
        granted.append(got.looks)
        used.append(got.track_s + got.search_s)
    return np.concatenate(granted, axis=1), np.array(used)


def test_beams_of_a_hemisphere():
    # A hemisphere has 2π sr: with beams of 1 degree, (180/π)² · 2π = 20,626 of them.
    whole = dataclasses.replace(
        RADAR, azimuth_from_deg=0.0, azimuth_to_deg=360.0, search=SearchPlan("volume", frame_s=1000.0)
    )
    wide = dataclasses.replace(whole, frequency_hz=whole.frequency_hz * whole.beamwidth_deg)
    assert wide.beamwidth_deg == pytest.approx(1.0, rel=1e-12)
    assert beam_positions(wide) == pytest.approx(20_626.5, abs=0.5)


def test_a_low_fence_is_one_row_of_beams():
    plan = SearchPlan("fence", frame_s=10.0, fence_height_deg=0.1)
    fence = dataclasses.replace(RADAR, search=plan)
    assert beam_positions(fence) == pytest.approx(120.0 / RADAR.beamwidth_deg, rel=1e-12)


def test_search_load_counts_beams_and_confirms_false_alarms():
    plan = SearchPlan("fence", frame_s=20.0, fence_height_deg=0.1)
    fence = dataclasses.replace(RADAR, search=plan)
    beams = 120.0 / RADAR.beamwidth_deg
    alarms = beams * (2e6 / 150.0) * 1e-6
    assert false_alarms_per_frame(fence) == pytest.approx(alarms, rel=1e-12)
    assert search_load(fence) == pytest.approx((beams * 0.02 + alarms * 0.1) / 20.0, rel=1e-12)
    cued = dataclasses.replace(RADAR, search=SearchPlan("cued"))
    assert search_load(cued) == 0.0
    assert search_load(RADAR) == RADAR.search_share


def test_a_search_that_takes_all_the_time_is_refused():
    volume = dataclasses.replace(RADAR, search=SearchPlan("volume", frame_s=10.0))
    with pytest.raises(InputError, match=r"takes .* s of the 10 s"):
        search_load(volume)


@given(st.integers(0, 400), st.integers(0, 400))
def test_stretch_never_falls_with_the_raid(fewer, more):
    fewer, more = sorted((fewer, more))
    assert 1.0 <= stretch(RADAR, fewer) <= stretch(RADAR, more)
    # Nothing is free: what is asked for, stretched, fits into what search leaves.
    assert wanted_share(RADAR, more) / stretch(RADAR, more) <= track_share(RADAR) * (1.0 + 1e-12)


@settings(deadline=None, max_examples=60)
@given(
    objects=st.integers(0, 40),
    looks=st.integers(0, 8),
    dwell_s=st.floats(0.001, 2.0),
    share=st.floats(0.0, 0.95),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_frame_is_ever_overspent(objects, looks, dwell_s, share, seed):
    rng = np.random.default_rng(seed)
    radar = dataclasses.replace(RADAR, track_dwell_s=dwell_s, search_share=share)
    asked = rng.random((objects, looks)) < 0.7
    last = np.where(rng.random(objects) < 0.3, -np.inf, -5.0 * rng.random(objects))
    interval = wanted_interval_s(radar, rng.random(objects) < 0.5)
    before = last.copy()
    got = grant(radar, np.sort(rng.random(looks)) * FRAME_S, asked, interval, last, FRAME_S)
    assert got.track_s + got.search_s <= FRAME_S * (1.0 + 1e-12)
    assert got.track_s == pytest.approx(got.looks.sum() * dwell_s, abs=1e-9)
    assert not np.any(got.looks & ~asked)
    assert np.array_equal(last, before)


def test_an_unsaturated_radar_grants_all():
    granted, used = run(RADAR, 5)
    assert granted.all()
    assert used == pytest.approx(FRAME_S * (0.5 + 5 * 0.1))


def test_mature_objects_get_every_fourth_look():
    granted, _ = run(RADAR, 1, mature=True)
    assert np.array_equal(np.flatnonzero(granted[0]), np.arange(0, 60, 4))


@pytest.mark.parametrize("objects", [7, 10, 23, 50, 100])
def test_a_saturated_radar_is_fair_and_as_slow_as_the_formula_says(objects):
    granted, used = run(RADAR, objects, frames=40)
    assert used.max() <= FRAME_S * (1.0 + 1e-12)
    counts = granted.sum(axis=1)
    # Turn by turn: at any time nobody is more than one look ahead of anybody else.
    ahead = np.cumsum(granted, axis=1)
    assert (ahead.max(axis=0) - ahead.min(axis=0)).max() <= 1
    # 200 looks were wanted; the first and the last turn are not whole ones.
    assert counts.mean() == pytest.approx(200 / stretch(RADAR, objects), rel=0.02)


def test_looks_fall_smoothly_from_one_object_to_a_hundred():
    rate = np.array([run(RADAR, n)[0].mean() for n in range(1, 101)])
    assert np.all(np.diff(rate) <= 1e-12)
    assert rate[0] == 1.0
    assert rate[-1] == pytest.approx(0.05, rel=0.01)
    # No step larger than one look's worth of one object.
    saturated = rate[5:]
    assert np.abs(np.diff(saturated)).max() <= saturated[0] - saturated[0] * 5.0 / 6.0 + 1e-12


def test_faces_have_a_second_each():
    faces = (Face(230.0, 290.0), Face(290.0, 350.0))
    radar = dataclasses.replace(RADAR, faces=faces)
    face = np.repeat([0] * 30 + [1] * 5, 5).reshape(35, 5)
    looks, last = np.arange(5.0), np.full(35, -np.inf)
    got = grant(radar, looks, np.ones((35, 5), bool), np.ones(35), last, FRAME_S, face)
    # 25 looks in the crowded face, all 25 that are wanted in the other.
    assert (got.looks[:30].sum(), got.looks[30:].sum()) == (25, 25)
    assert got.track_s + got.search_s == pytest.approx(got.frame_s)
    assert got.frame_s == 2 * FRAME_S
    assert np.isneginf(got.last_s).sum() == 5
    nobody = grant(radar, looks, np.ones((35, 5), bool), np.ones(35), last, FRAME_S, face * 0 - 1)
    assert not nobody.looks.any()
    plan = SearchPlan("fence", frame_s=20.0)
    one, two = (search_load(dataclasses.replace(r, search=plan)) for r in (RADAR, radar))
    assert two == pytest.approx(0.5 * one)


def test_who_was_never_looked_at_goes_first():
    last = np.full(30, 4.0)
    last[17] = -np.inf
    tight = dataclasses.replace(RADAR, search_share=0.0, track_dwell_s=FRAME_S)
    got = grant(tight, [5.0], np.ones((30, 1), bool), np.ones(30), last, FRAME_S)
    assert np.array_equal(np.flatnonzero(got.looks[:, 0]), [17])


def test_shapes_must_fit():
    with pytest.raises(InputError, match="looks of shape"):
        grant(RADAR, [0.0], np.ones((2, 2), bool), np.ones(2), np.zeros(2), FRAME_S)
    with pytest.raises(InputError, match="search mode"):
        SearchPlan("sideways")
    with pytest.raises(InputError, match="frame_s"):
        SearchPlan("fence", frame_s=math.nan)
    with pytest.raises(InputError, match="search_share"):
        dataclasses.replace(RADAR, search_share=1.0)
    with pytest.raises(InputError, match="mature_every"):
        dataclasses.replace(RADAR, mature_every=0)


def test_a_larger_raid_is_measured_less_well():
    # A target that stands still: the error of a straight line through the ranges of the looks granted, at the
    # end of 100 s. With n looks it falls as 2σ/√n, the standard error of a least-squares line at its end. The
    # long check `radar_budget` does this with the tracker and a missile.
    radar = dataclasses.replace(RADAR, swerling=0)
    seen = look(radar, np.repeat(at(radar, 290.0, 30.0, 6e5), 100, axis=1), rcs_m2=0.3)
    drawn = [draw_detections(radar, seen, [kernel_key(1, battle)]) for battle in range(300)]
    for objects in (1, 20, 100):
        granted, _ = run(radar, objects, frames=20)
        rows = np.flatnonzero(granted[objects // 2])
        error = np.array([d.range_m[0, rows] - seen.range_m[0, rows] for d in drawn])
        ends = [np.polyval(np.polyfit(rows, row, 1), 100.0) for row in error]
        sigma = np.mean([d.sigma_range_m[0, rows].mean() for d in drawn])
        # n = 100, 25, 5 looks: for so few as five, 2/√n is 10 % off the exact value.
        assert np.std(ends) == pytest.approx(2.0 * sigma / math.sqrt(100 / stretch(radar, objects)), rel=0.2)
