"""The battle's tracker among false detections, after silences, with cues; and blind to the order of truth."""

import numpy as np
import pytest
import track_truth as truth

from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track import DetectionBatch, Tracker, TrackerSettings

SITES = [Site("north", 40.89, 140.34), Site("south", 35.77, 135.19)]
SIGMA = np.array([10.0, 5e-4, 5e-4])
#: False detections of a scan in a box of 200 km by 0.2 by 0.2 rad that holds the raid.
FALSE, VOLUME = 10, 2e5 * 0.2 * 0.2


def crossing(objects, seconds):
    """True states (seconds, objects, 6): two salvos in free flight whose paths cross after half the time."""
    r, frame = truth.site_frame(39.0, 133.0, 250e3)
    states = np.empty((seconds, objects, 6))
    for k in range(objects):
        side, rank = (1.0 if k % 2 else -1.0), k // 2
        v = np.array([1500.0, side * 700.0, 300.0])
        middle = np.array([2e3 * rank, 5e3 * rank + 2.5e3 * side, 1.5e3 * rank])
        s = np.concatenate((r + (middle - v * seconds / 2) @ frame, v @ frame))
        for i in range(seconds):
            states[i, k] = s
            s = truth.runge_kutta(s, 1.0, np.zeros(3), None)
    return states


def looks(states, false, seed):
    """Yield batches second by second with the object behind each detection, -1 for none.

    False detections fill a box around the raid with `false` / `VOLUME` per m rad² on average.
    """
    rng = np.random.default_rng(seed)
    for t, now in enumerate(states):
        rows, whose = [], []
        for s, site in enumerate(SITES):
            z = truth.seen_from(site.r_ecef_m, site.enu_from_ecef, now[:, :3])
            middle, half = z.mean(axis=0), np.array([1e5, 0.1, 0.1])
            low, high = middle - half, middle + half
            hit = np.flatnonzero(rng.random(len(z)) < 0.9)
            clutter = rng.uniform(low, high, (rng.poisson(false), 3)) if false else np.empty((0, 3))
            seen = np.concatenate((z[hit] + SIGMA * rng.standard_normal((len(hit), 3)), clutter))
            head = np.tile([s, t], (len(seen), 1))
            rows.append(np.concatenate((head, seen, np.tile(SIGMA, (len(seen), 1))), axis=1))
            whose.append(np.concatenate((hit, np.full(len(clutter), -1))))
        table = np.concatenate(rows)
        columns = [np.ascontiguousarray(c) for c in table[:, 1:].T]
        yield float(t), DetectionBatch(table[:, 0].astype(np.int64), *columns), np.concatenate(whose)


@pytest.mark.compiled
def test_crossing_salvos_keep_their_tracks_in_clutter():
    states = crossing(16, 60)
    settings = TrackerSettings(clutter_density_per_m_rad2=FALSE / VOLUME, tentative_drop_s=4.0)
    tracker = Tracker(SITES, settings)
    fed, firm = {}, set()
    for t, batch, whose in looks(states, FALSE, seed=1):
        for number, k in zip(tracker.step(t, batch).tolist(), whose.tolist(), strict=True):
            fed.setdefault(number, []).append(k)
        firm.update(tracker.numbers[tracker.firm].tolist())
    # A firm track is of the object that most of its detections come from; false ones come from none.
    owner = {number: np.bincount(np.array(fed[number]) + 1).argmax() - 1 for number in firm}
    assert sorted(owner.values()) == list(range(16))
    for number, k in owner.items():
        # To the end: all but a stray detection or two of its last ten.
        assert fed[number][-10:].count(k) >= 8


@pytest.mark.compiled
def test_false_detections_alone_make_no_firm_track():
    states = crossing(2, 60)
    firm = []
    for density in (0.0, 4 * FALSE / VOLUME):
        settings = TrackerSettings(clutter_density_per_m_rad2=density, tentative_drop_s=4.0)
        tracker = Tracker(SITES, settings)
        numbers = set()
        for t, batch, whose in looks(states, 4 * FALSE, seed=2):
            none = whose < 0
            part = DetectionBatch(*[np.ascontiguousarray(getattr(batch, n)[none]) for n in batch.__slots__])
            tracker.step(t, part)
            numbers.update(tracker.numbers[tracker.firm].tolist())
        firm.append(len(numbers))
    # Three hits alone make dozens of tracks of 4,800 false detections.
    assert firm[0] > 40
    assert firm[1] <= 2


def test_the_cost_of_being_alone_is_that_of_new_objects_and_of_false_detections():
    assert TrackerSettings().alone_cost == 25.0
    settings = TrackerSettings(clutter_density_per_m_rad2=1e-4)
    # Minus twice the logarithm of a normal density's constant and of a density of 1e-4, by hand.
    assert settings.alone_cost == pytest.approx(18.42 - 5.51, abs=0.1)


def test_a_track_that_comes_back_gets_its_old_number():
    states = crossing(6, 40)
    numbers = {}
    for reacquire_s in (1e-9, 120.0):
        tracker = Tracker(SITES, TrackerSettings(reacquire_s=reacquire_s, firm_drop_s=5.0, boost_drop_s=5.0))
        of = {}
        for t, batch, whose in looks(states, 0, seed=3):
            silent = 15.0 <= t < 25.0
            given = tracker.step(t, DetectionBatch.empty() if silent else batch)
            if not silent:
                of[t] = dict(zip(whose.tolist(), given.tolist(), strict=True))
        numbers[reacquire_s] = [(of[14.0].get(k), of[39.0].get(k)) for k in range(6)]
    both = [pair for pair in numbers[120.0] if None not in pair]
    assert len(both) >= 4
    assert all(before == after for before, after in both)
    # Without a memory every one of them is a new object.
    assert all(before != after for before, after in numbers[1e-9])


def test_a_track_that_was_ended_on_purpose_does_not_come_back():
    states = crossing(2, 12)
    tracker = Tracker(SITES)
    for t, batch, _ in looks(states, 0, seed=4):
        tracker.step(t, batch)
        if t == 6.0:
            for number in tracker.numbers.tolist():
                tracker.drop(number)
    assert min(tracker.numbers) > 2


def test_a_cue_tells_a_new_track_its_speed():
    flight = truth.fly()
    times, states = flight[0], flight[1]
    launch = states[0, :3]
    for at_s in (60.0, 90.0):
        s = states[np.searchsorted(times, at_s)]
        site = SITES[0]
        z = truth.seen_from(site.r_ecef_m, site.enu_from_ecef, s[:3])
        columns = [np.array([value]) for value in (at_s, *z, *SIGMA)]
        error, sigma = [], []
        for cued in (False, True):
            tracker = Tracker(SITES)
            if cued:
                tracker.cue(0.0, launch, 3e3)
                # Of another launch, much too long ago: it changes nothing.
                tracker.cue(-1000.0, launch, 3e3)
            tracker.step(at_s, DetectionBatch(np.zeros(1, dtype=np.int64), *columns))
            error.append(np.linalg.norm(tracker.v_ecef_m_s[0] - s[3:]))
            sigma.append(np.sqrt(np.trace(tracker.covariance[0, 3:, 3:])))
        assert error[1] < 0.5 * error[0]
        assert sigma[1] < 0.5 * sigma[0]
        # And the tracker knows how good that is.
        assert error[1] < 2.5 * sigma[1]


def test_a_cue_that_does_not_fit_changes_nothing():
    r, frame = truth.site_frame(39.0, 133.0, 250e3)
    tracks = []
    for cue in (None, (0.0, r + 10e3 * frame[2])):
        tracker = Tracker(SITES)
        if cue is not None:
            # From above, or from so near that nothing flies so slowly.
            tracker.cue(*cue, 3e3)
            tracker.cue(95.0, r - 5e3 * frame[2], 3e3)
        states = np.tile(np.concatenate((r, np.zeros(3))), (1, 1, 1))
        _, batch, _ = next(looks(states, 0, seed=7))
        late = DetectionBatch(
            batch.sensor, batch.t_s + 100.0, *[getattr(batch, n) for n in batch.__slots__[2:]]
        )
        tracker.step(100.0, late)
        tracks.append(tracker.covariance)
    assert np.array_equal(*tracks)


def test_a_cue_without_a_place_is_refused():
    with pytest.raises(InputError, match="cue at 1"):
        Tracker(SITES).cue(1.0, np.full(3, np.nan), 1e3)
    with pytest.raises(InputError, match=r"0\.0 m"):
        Tracker(SITES).cue(1.0, np.zeros(3), 0.0)


@pytest.mark.parametrize("false", [0, 3])
def test_the_order_in_which_truth_was_listed_leaves_no_trace(false):
    # The truth wall: the same detections handed over as if truth had been listed and named otherwise.
    states = crossing(5, 8)
    stream = list(looks(states, false, seed=9))
    rng = np.random.default_rng(0)
    pictures = []
    for permuted in (False, True):
        tracker = Tracker(SITES)
        seen = []
        for t, batch, whose in stream:
            turn = rng.permutation(len(batch)) if permuted else np.arange(len(batch))
            part = DetectionBatch(*[np.ascontiguousarray(getattr(batch, n)[turn]) for n in batch.__slots__])
            given = np.empty(len(batch), dtype=np.int64)
            given[turn] = tracker.step(t, part)
            del whose
            seen.append((given, tracker.numbers, tracker.r_ecef_m, tracker.v_ecef_m_s, tracker.covariance))
        pictures.append(seen)
    for one, other in zip(*pictures, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    # And there is no place in a batch where truth could stand.
    assert set(DetectionBatch.__slots__) == {
        "sensor",
        "t_s",
        *("range_m", "azimuth_rad", "elevation_rad"),
        *("sigma_range_m", "sigma_azimuth_rad", "sigma_elevation_rad"),
    }
