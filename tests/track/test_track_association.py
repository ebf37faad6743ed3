"""Pairing of detections with tracks: the assignment against SciPy, gates, new tracks, merging."""

import numpy as np
import pytest
import track_truth as truth
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track import DetectionBatch, Tracker, TrackerSettings, _kernels_picture
from hoplon.track import _kernels_association as association
from hoplon.track import _kernels_pairs as kernels


def plain(kernel):
    return getattr(kernel, "py_func", kernel)


@given(st.integers(1, 7), st.integers(0, 7), st.integers(0, 10**6), st.floats(-20, 40))
@settings(max_examples=80, deadline=None)
def test_assignment_costs_what_scipy_finds(rows, columns, seed, alone):
    rng = np.random.default_rng(seed)
    cost = rng.uniform(-30, 60, (rows, columns))
    cost[rng.random((rows, columns)) < 0.4] = 1e12
    padded = np.hstack((cost, np.full((rows, rows), alone)))
    best = padded[linear_sum_assignment(padded)].sum()
    for assign in (association.assign, plain(association.assign)):
        chosen = assign(cost, alone)
        total = sum(cost[i, j] if j >= 0 else alone for i, j in enumerate(chosen))
        assert total == pytest.approx(best, rel=1e-9, abs=1e-9)
        used = chosen[chosen >= 0]
        assert len(set(used.tolist())) == len(used)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.floats(-3, 3)), max_size=12
    )
)
@settings(max_examples=50, deadline=None)
def test_order_is_by_time_sensor_range_and_azimuth(looks):
    sensor = np.array([look[0] for look in looks], dtype=np.int64)
    times = np.array([look[1] for look in looks], dtype=np.float64)
    z = np.zeros((len(looks), 6))
    z[:, :2] = np.array([look[2:] for look in looks]).reshape(-1, 2)
    for arrange in (kernels.arrange, plain(kernels.arrange)):
        order = arrange(sensor, times, z, 4, 10.0)
        assert order.tolist() == np.lexsort((z[:, 1], z[:, 0], sensor, times)).tolist()
    if looks:
        assert len(kernels.arrange(sensor, times, z, int(sensor.max()), 10.0)) == 0


def test_separation_is_the_mahalanobis_distance():
    rng = np.random.default_rng(1)
    roots = rng.standard_normal((2, 6, 6))
    pa, pb = np.zeros((9, 9)), np.zeros((9, 9))
    pa[:6, :6], pb[:6, :6] = roots @ roots.transpose(0, 2, 1) + np.eye(6)
    a, b = rng.standard_normal(9), rng.standard_normal(9)
    d = (a - b)[:6]
    expected = truth.nees(d, (pa + pb)[:6, :6])
    for separation in (_kernels_picture.separation, plain(_kernels_picture.separation)):
        assert separation(a, b, pa, pb) == pytest.approx(expected, rel=1e-9)


SITES = [Site("east", 40.89, 140.34), Site("west", 38.0, 138.0)]


def batch(*looks):
    """Looks are (sensor, time, ECEF position, sigma range, sigma angle)."""
    rows = []
    for sensor, t, r, sigma_range, sigma_angle in looks:
        z = truth.seen_from(SITES[sensor].r_ecef_m, SITES[sensor].enu_from_ecef, r)
        rows.append((sensor, t, *z, sigma_range, sigma_angle, sigma_angle))
    table = np.array(rows, dtype=np.float64)
    return DetectionBatch(table[:, 0].astype(np.int64), *table[:, 1:].T)


def test_each_detection_of_a_scan_goes_to_one_track():
    tracker = Tracker(SITES)
    places = [(0, 0, 0), (6e3, 0, 0), (0, 8e3, 0)]
    for t in range(8):
        looks = [(0, float(t), truth.falling(t, p)[:3], 5.0, 1e-4) for p in places]
        numbers = tracker.step(float(t), batch(*looks))
        assert sorted(numbers.tolist()) == [1, 2, 3]
    assert tracker.numbers.tolist() == [1, 2, 3]
    assert tracker.firm.all()


def test_a_track_is_firm_after_three_detections_and_ends_in_silence():
    tracker = Tracker(SITES)
    firm = []
    for t in range(3):
        tracker.step(float(t), batch((0, float(t), truth.falling(t)[:3], 5.0, 1e-4)))
        firm.append(bool(tracker.firm[0]))
    assert firm == [False, False, True]
    assert tracker.detections.tolist() == [3]
    assert tracker.first_detection_s.tolist() == [0.0]
    # Still under thrust for all that is known: 15 s of silence end it.
    tracker.step(16.0, DetectionBatch.empty())
    assert tracker.numbers.tolist() == [1]
    assert tracker.last_update_s.tolist() == [2.0]
    assert tracker.t_s.tolist() == [16.0]
    tracker.step(18.0, DetectionBatch.empty())
    assert len(tracker.numbers) == 0
    # In free flight: two minutes.
    for t in range(20, 40):
        tracker.step(float(t), batch((0, float(t), truth.falling(t)[:3], 5.0, 1e-4)))
    assert not tracker.boosting[0]
    # It came back where the dropped track must have been by then, and has its number again.
    tracker.step(150.0, DetectionBatch.empty())
    assert tracker.numbers.tolist() == [1]
    tracker.step(160.0, DetectionBatch.empty())
    assert len(tracker.numbers) == 0
    # Never confirmed: ten seconds.
    tracker.step(161.0, batch((0, 161.0, truth.falling(0)[:3], 5.0, 1e-4)))
    assert tracker.numbers.tolist() == [3]
    tracker.step(172.0, DetectionBatch.empty())
    assert len(tracker.numbers) == 0


def test_a_raid_seen_by_a_stroboscope_is_not_one_object_at_rest():
    # Each second the next missile is where the last one was: 1.9 km apart, one more in each scan.
    tracker = Tracker(SITES)
    for t in range(10):
        looks = [(0, float(t), truth.falling(t - start)[:3], 5.0, 1e-4) for start in range(min(t + 1, 4))]
        numbers = tracker.step(float(t), batch(*looks))
        assert numbers.tolist() == list(range(1, len(looks) + 1))
    speeds = np.linalg.norm(tracker.v_ecef_m_s, axis=1)
    assert np.all(np.abs(speeds - 1900) < 300)


def test_another_object_near_a_track_does_not_capture_it():
    # A track in free flight misses its detection; a mile beside it something else is seen.
    tracker = Tracker(SITES)
    for t in range(20):
        tracker.step(float(t), batch((0, float(t), truth.falling(t)[:3], 2.0, 2e-5)))
    assert not tracker.boosting[0]
    before = tracker.covariance[0, :3, :3].copy()
    assert tracker.step(20.0, batch((0, 20.0, truth.falling(20, (0, 0, 1.5e3))[:3], 2.0, 2e-5))).tolist() == [
        2
    ]
    assert not tracker.boosting[0]
    # As it was, but for one second of prediction.
    assert np.trace(tracker.covariance[0, :3, :3]) < 1.5 * np.trace(before)


def test_an_object_that_brakes_harder_than_believed_stays_one_track_in_free_flight():
    # A fifth of the believed drag, then four times that from one second to the next, at 35 km.
    tracker = Tracker(SITES)
    r, frame = truth.site_frame(39.5, 138.0, 62e3)
    s = np.concatenate((r, np.array([500.0, 0.0, -2500.0]) @ frame))
    for t in range(20):
        tracker.step(float(t), batch((0, float(t), s[:3], 2.0, 5e-5), (1, float(t), s[:3], 2.0, 5e-5)))
        assert tracker.numbers.tolist() == [1]
        s = truth.runge_kutta(s, 1.0, np.zeros(3), 10000.0 if t < 11 else 2500.0)
    assert not tracker.boosting[0]
    assert np.linalg.norm(tracker.r_ecef_m[0] - s[:3]) < 3000


def test_an_object_that_passes_due_south_of_a_radar_is_followed():
    # Azimuth jumps from 180 to -180 degrees.
    tracker = Tracker([Site("north", 41.0, 138.0)])
    r, frame = truth.site_frame(38.0, 138.0, 200e3)
    site, axes = truth.site_frame(41.0, 138.0)
    for direction in (1.0, -1.0):
        for t in range(12):
            place = r + frame.T @ np.array([direction * 3000.0 * (t - 6), 0.0, 0.0])
            z = truth.seen_from(site, axes, place)
            columns = [np.array([value]) for value in (*z, 5.0, 1e-3, 1e-3)]
            now = t + (0.0 if direction > 0 else 200.0)
            tracker.step(now, DetectionBatch(np.zeros(1, dtype=np.int64), np.array([now]), *columns))
            assert len(tracker.numbers) == 1


def test_drop_ends_a_track():
    tracker = Tracker(SITES)
    tracker.step(0.0, batch((0, 0.0, truth.falling(0)[:3], 5.0, 1e-4)))
    tracker.drop(7)
    assert tracker.numbers.tolist() == [1]
    tracker.drop(1)
    assert len(tracker.numbers) == 0
    assert tracker.r_ecef_m.shape == (0, 3)
    assert tracker.covariance.shape == (0, 6, 6)


def test_a_fallen_object_is_dropped():
    tracker = Tracker(SITES)
    r, frame = truth.site_frame(39.5, 139.0, 30e3)
    s = np.concatenate((r, np.array([100.0, 0.0, -2000.0]) @ frame))
    for t in range(5):
        tracker.step(float(t), batch((0, float(t), s[:3] + s[3:] * t, 5.0, 1e-4)))
    tracker.step(60.0, DetectionBatch.empty())
    assert len(tracker.numbers) == 0


def test_detections_may_come_in_any_order():
    looks = [(s, t, truth.falling(t)[:3], 5.0, 1e-4) for t in (1.0, 2.0, 3.0) for s in (0, 1)]
    states = []
    for order in ((0, 1, 2, 3, 4, 5), (5, 2, 0, 4, 1, 3)):
        tracker = Tracker(SITES)
        numbers = tracker.step(3.0, batch(*[looks[i] for i in order]))
        assert set(numbers.tolist()) == {1}
        states.append(tracker.r_ecef_m[0])
    assert np.array_equal(*states)


def late_and_in_time(seed):
    """Place and standard deviation of a track whose second radar reports in time, and 4 s late."""
    rng = np.random.default_rng(seed)
    looks = []
    for t in range(30):
        shift = rng.standard_normal(3) * 20
        looks.append((t % 2, float(t), truth.falling(t)[:3] + shift, 20.0, 1e-4))
    for late in (0, 4):
        tracker = Tracker(SITES)
        for now in range(30 + late):
            due = [x for x in looks if x[1] + (late if x[0] else 0) == now]
            tracker.step(float(now), batch(*due) if due else DetectionBatch.empty())
        tracker.step(40.0, DetectionBatch.empty())
        assert tracker.numbers.tolist() == [1]
        yield tracker.r_ecef_m[0], np.sqrt(np.trace(tracker.covariance[0, :3, :3]))


def test_a_late_detection_is_worth_as_much_as_one_in_time():
    alike = 0
    for seed in range(20):
        (a, sigma_a), (b, sigma_b) = late_and_in_time(seed)
        # In free flight nothing but the first, uncertain scans can differ.
        assert np.linalg.norm(a - b) < 0.5 * sigma_a
        assert sigma_b == pytest.approx(sigma_a, rel=0.25)
        alike += sigma_b == pytest.approx(sigma_a, rel=0.1)
    # Of 60 draws one differs by more: free flight was believed in two scans later, and those are missed.
    assert alike >= 19


def test_a_detection_that_is_far_too_late_starts_a_track_of_its_own():
    tracker = Tracker(SITES, TrackerSettings(maximum_lag_s=5.0))
    for t in range(20, 24):
        tracker.step(float(t), batch((0, float(t), truth.falling(t)[:3], 5.0, 1e-4)))
    assert tracker.step(24.0, batch((1, 16.0, truth.falling(16)[:3], 5.0, 1e-4))).tolist() == [2]


def test_two_tracks_of_one_object_become_one():
    tracker = Tracker(SITES)
    for t in range(6):
        tracker.step(float(t), batch((0, float(t), truth.falling(t)[:3], 5.0, 1e-4)))
    tracker.step(6.0, batch((1, 6.0, truth.falling(6, (0, 0, 40e3))[:3], 5.0, 1e-4)))
    assert tracker.numbers.tolist() == [1, 2]
    # The second track is put on top of the first, as if a radar had been led astray and came back.
    tracker._x[1] = tracker._x[0]
    tracker._p[1] = tracker._p[0]
    tracker._book[1] = tracker._book[0]
    tracker.step(7.0, DetectionBatch.empty())
    assert tracker.numbers.tolist() == [1]


def test_a_radar_that_tells_two_objects_apart_is_believed():
    tracker = Tracker(SITES)
    for t in range(12):
        looks = [(0, float(t), truth.falling(t, (d, 0, 0))[:3], 50.0, 1e-3) for d in (0.0, 300.0)]
        tracker.step(float(t), batch(*looks))
    # 300 m apart, with errors of 600 m: not two by statistics, but two detections in each scan.
    assert len(tracker.numbers) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        lambda b: DetectionBatch(b.sensor + 2, *[getattr(b, n) for n in DetectionBatch.__slots__[1:]]),
        lambda b: DetectionBatch(
            b.sensor, b.t_s + 100, *[getattr(b, n) for n in DetectionBatch.__slots__[2:]]
        ),
        lambda b: DetectionBatch(
            b.sensor, b.t_s + np.nan, *[getattr(b, n) for n in DetectionBatch.__slots__[2:]]
        ),
    ],
)
def test_bad_batches_are_refused(wrong):
    tracker = Tracker(SITES)
    with pytest.raises(InputError, match="unknown sensor, or later"):
        tracker.step(1.0, wrong(batch((0, 0.0, truth.falling(0)[:3], 5.0, 1e-4))))
    assert len(tracker.numbers) == 0


def test_bad_settings_are_refused():
    with pytest.raises(InputError, match="gate is -1"):
        TrackerSettings(gate=-1.0)
    with pytest.raises(InputError, match="without sensors"):
        Tracker([])


def test_a_scan_with_more_objects_than_rows_finds_room():
    tracker = Tracker(SITES)
    looks = [(0, 0.0, truth.falling(0, (20e3 * i, 0, 0))[:3], 5.0, 1e-4) for i in range(40)]
    assert sorted(tracker.step(0.0, batch(*looks)).tolist()) == list(range(1, 41))
    assert len(tracker.numbers) == 40
