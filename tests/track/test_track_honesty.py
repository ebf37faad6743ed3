"""Is the tracker as good as it says? Normalised errors over many runs, phases of flight, raids.

The normalised estimation error squared (NEES) of six states has mean 6; over n independent runs its average
lies within 6 ± 1.96 sqrt(12 / n) in 95 % of cases (Bar-Shalom, Li & Kirubarajan 2001, section 5.4).
"""

from functools import cache

import numpy as np
import pytest
import track_truth as truth

from hoplon.earth.sites import Site
from hoplon.track import DetectionBatch, Tracker, TrackerSettings

#: A launch seen from boost on by radars 300 to 500 km away.
NEAR_PRECISE = (40.9, 130.3, 1.0, 1e-4, 1.0)
NEAR_MIDDLE = (39.0, 131.0, 8.0, 6e-4, 2.0)
NEAR_COARSE = (38.0, 131.0, 30.0, 4e-3, 4.0)


@cache
def flight(kind="plain"):
    options = {
        "plain": {},
        "long": {"azimuth_deg": 110, "burn_s": 110, "elevation_end_deg": 40, "start": 20, "end": 80},
        "lofted": {"azimuth_deg": 120, "burn_s": 110, "elevation_end_deg": 65, "start": 20, "end": 70},
        "staged": {"second": (100.0, 150.0, 30.0)},
        "heavy": {"beta": 4000.0},
        "light": {"beta": 1000.0},
    }[kind]
    times, states, _ = truth.fly(**options)
    return 0.0, times, states


def run(radars, flights, seed, latency_s=None, settings=None):
    """Yield the tracker after each step, with time, true objects and track numbers of the detections."""
    tracker = Tracker([Site(str(i), r[0], r[1]) for i, r in enumerate(radars)], settings)
    rng = np.random.default_rng(seed)
    for t, objects, columns in truth.battle(radars, flights, rng, latency_s=latency_s):
        yield t, objects, tracker.step(t, DetectionBatch(*columns)), tracker


def errors(radars, flown, seeds, times, latency_s=None):
    """Return NEES (run, time) and position errors at times after the switch to free flight."""
    nees, position = [], []
    for seed in seeds:
        switched, row, miss = None, [], []
        for t, _, _, tracker in run(radars, [flown], seed, latency_s):
            if switched is None and len(tracker.firm) and tracker.firm[0] and not tracker.boosting[0]:
                switched = t
            if switched is not None and t - switched in times:
                assert tracker.numbers.tolist() == [1]
                s = truth.at(flown, t)
                d = np.concatenate((tracker.r_ecef_m[0] - s[:3], tracker.v_ecef_m_s[0] - s[3:]))
                row.append(truth.nees(d, tracker.covariance[0]))
                miss.append(np.linalg.norm(d[:3]))
                if t - switched == times[-1]:
                    break
        nees.append(row)
        position.append(miss)
    return np.array(nees), np.array(position)


def band(runs):
    """The 99.9 % band of the average: fourteen averages are tested below, and chance must not fail them."""
    half = 3.29 * np.sqrt(12.0 / runs)
    return 6.0 - half, 6.0 + half


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("radars", "kind"),
    [
        pytest.param([truth.PRECISE], "long", id="one-precise"),
        pytest.param([truth.COARSE], "plain", id="one-coarse"),
        pytest.param([truth.PRECISE, truth.MIDDLE, truth.COARSE], "plain", id="three"),
    ],
)
def test_normalised_errors_in_free_flight_are_as_they_should_be(radars, kind):
    runs = 60
    nees, position = errors(radars, flight(kind), range(runs), (5, 20, 40, 60))
    low, high = band(runs)
    assert np.all(nees.mean(axis=0) > low), nees.mean(axis=0)
    assert np.all(nees.mean(axis=0) < high), nees.mean(axis=0)
    # And the track gets better, not only honest.
    assert position[:, -1].mean() < 0.7 * position[:, 0].mean()


@pytest.mark.compiled
def test_late_reports_leave_the_errors_honest():
    radars = [truth.PRECISE, truth.MIDDLE, truth.COARSE]
    nees, _ = errors(radars, flight(), range(60), (5, 20, 40, 60), latency_s=[0.0, 3.0, 5.0])
    # The last detections are seconds old when the picture is taken; nothing is gained or lost by that.
    assert np.all(nees.mean(axis=0) > band(60)[0])
    assert np.all(nees.mean(axis=0) < band(60)[1])


@pytest.mark.compiled
def test_errors_in_the_air_are_never_understated():
    # Burnout at 39 km: the believed drag may be wrong by a factor of two, and here it is right, so the filter
    # is more careful than it needs to be.
    nees, _ = errors([NEAR_PRECISE], flight(), range(60), (3, 10, 20))
    assert np.all(nees.mean(axis=0) < band(60)[1])


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("radar", "latest_s"), [(NEAR_PRECISE, 6.0), (NEAR_MIDDLE, 22.0), (NEAR_COARSE, 52.0)]
)
def test_the_end_of_thrust_is_noticed_and_not_before_it_happens(radar, latest_s):
    for seed in range(12):
        for t, _, _, tracker in run([radar], [flight()], seed):
            if len(tracker.firm) and tracker.firm[0] and not tracker.boosting[0]:
                assert 70.0 <= t <= 70.0 + latest_s
                break
        else:
            pytest.fail("never in free flight")


@pytest.mark.parametrize("radar", [NEAR_PRECISE, NEAR_MIDDLE])
def test_a_second_stage_does_not_break_the_track(radar):
    flown = flight("staged")
    boosting = {}
    for t, _, _, tracker in run([radar], [flown], 3):
        assert tracker.numbers.tolist() == [1]
        boosting[t] = bool(tracker.boosting[0])
        if t > 110.0:
            s = truth.at(flown, t)
            assert np.linalg.norm(tracker.r_ecef_m[0] - s[:3]) < 1500.0
        if t == 200.0:
            break
    assert not boosting[96.0]
    assert boosting[110.0]
    assert boosting[140.0]
    assert not boosting[180.0]


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["heavy", "plain", "light"])
@pytest.mark.parametrize("accuracy", [(1.0, 1e-4, 1.0), (30.0, 4e-3, 4.0)])
def test_reentry_is_followed_with_a_drag_wrong_by_a_factor_of_two(kind, accuracy):
    # The radar stands 80 km from the impact and follows to 15 km; the filter believes 2000 kg/m2.
    flown = flight(kind)
    radar = (36.1, 131.3, *accuracy)
    # The other side flies through an exponential air.
    other_air = TrackerSettings(drag_error_fraction=0.07)
    values = []
    for seed in range(8):
        for t, _, _, tracker in run([radar], [flown], seed, settings=other_air):
            if t > flown[1][-1] - 1.0:
                break
            s = truth.at(flown, t)
            if t < 250 or not 15e3 < truth.radial_height(s[:3]) < 80e3:
                continue
            assert tracker.numbers.tolist() == [1]
            assert not tracker.boosting[0]
            d = np.concatenate((tracker.r_ecef_m[0] - s[:3], tracker.v_ecef_m_s[0] - s[3:]))
            values.append(truth.nees(d, tracker.covariance[0]))
    # The belief is wrong by two of its standard deviations, until the track has learnt better: a little
    # above one and a half times the mean of a perfect filter.
    assert np.mean(values) < 10.0
    assert np.percentile(values, 95) < 18.0


RADARS = [
    truth.PRECISE,
    (38.0, 134.0, 1.0, 1e-4, 1.0),
    truth.MIDDLE,
    truth.COARSE,
    (36.0, 136.0, 8.0, 6e-4, 2.0),
]


@pytest.mark.compiled
@pytest.mark.parametrize("interval_s", [20.0, 5.0, 1.0])
def test_a_raid_on_one_path_gives_one_track_per_missile(interval_s):
    kinds = ("plain", "plain", "long", "lofted")
    flights = [(interval_s * i, *flight(kinds[i % 4])[1:]) for i in range(8)]
    for seed in range(2):
        number_of: dict[int, set[int]] = {}
        for t, objects, numbers, tracker in run(RADARS, flights, seed):
            for thing, number in zip(objects.tolist(), numbers.tolist(), strict=True):
                number_of.setdefault(thing, set()).add(number)
            assert len(tracker.numbers) <= 8
            if t > 300:
                break
        # One number each, from the first detection on, and no number twice.
        assert all(len(numbers) == 1 for numbers in number_of.values())
        assert len(set.union(*number_of.values())) == 8
