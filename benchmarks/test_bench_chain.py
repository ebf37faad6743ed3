"""Each link of the chain by itself, compiled; and a yardstick to divide by."""

import copy

import numpy as np
import pytest

from hoplon.engagement import prepare
from hoplon.engagement.assemble import vehicle
from hoplon.engagement.sensing import Sensing
from hoplon.flight.fly import fly
from hoplon.interceptor import build_flyout_table, earliest_intercept
from hoplon.scenario import load
from hoplon.sensor import observe
from hoplon.track import Tracker, predict_impact


@pytest.fixture(scope="module")
def scenario():
    return load("japan-2018")


@pytest.fixture(scope="module")
def japan(scenario):
    return prepare(scenario)


@pytest.fixture(scope="module")
def raid_in_flight(japan):
    """A tracker that has followed the whole raid for 200 s, and the second of detections that comes next."""
    sensing = Sensing(japan, seed=1, run=0)
    sensing.cued_from_s[:] = 0.0
    tracker = Tracker([radar.site for radar in japan.radars])
    for t_s in range(263):
        batch, _ = sensing.until(float(t_s))
        tracker.step(float(t_s), batch)
    batch, _ = sensing.until(263.0)
    assert len(tracker.numbers) >= 8
    assert len(batch) >= 20
    return tracker, batch


def test_yardstick(benchmark):
    """Plain Python, nothing of Hoplon: what the others are divided by to compare machines."""
    benchmark(lambda: sum(i * i for i in range(10_000)))


def test_fly(benchmark, scenario, japan):
    """One Nodong from launch to impact: the integrator, and the search for events."""
    nodong = vehicle(scenario, "nodong")
    launch = japan.threats[0].launch
    assert fly(nodong, launch, 110.0, 6.5).range_km > 500.0
    benchmark(fly, nodong, launch, 110.0, 6.5)


def test_observe(benchmark, japan):
    """One radar, sixteen threats, every second of the raid."""
    truth = japan.truth
    alive = (truth.phase == 1) | (truth.phase == 2)
    benchmark(observe, japan.radars[0], truth.t_s, truth.r_ecef_m, truth.v_ecef_m_s, 0.1, alive)


def test_draw_all_detections(benchmark, japan):
    """All that twelve radars and the satellites could report in one battle."""
    benchmark(Sensing, japan, 1, 0)


def test_tracker_step(benchmark, raid_in_flight):
    """One second of detections of the whole network."""
    tracker, batch = raid_in_flight
    benchmark.pedantic(
        lambda fresh: fresh.step(263.0, batch),
        setup=lambda: ((copy.deepcopy(tracker),), {}),
        rounds=200,
        warmup_rounds=3,
    )


def test_impact_prediction(benchmark, raid_in_flight):
    tracker, _ = raid_in_flight
    row = int(np.flatnonzero(tracker.firm & ~tracker.boosting)[0])
    state = tracker.r_ecef_m[row], tracker.v_ecef_m_s[row], tracker.covariance[row], 259.0, 5000.0
    assert predict_impact(*state) is not None
    benchmark(predict_impact, *state)


def test_flyout_table(benchmark, japan):
    benchmark(build_flyout_table, japan.batteries[0].interceptor)


def test_fire_control(benchmark, japan):
    """Earliest meeting of one battery with one path."""
    battery, flight = japan.batteries[0], japan.threats[0].trajectory
    t_s = np.arange(flight.burnout_s, flight.flight_time_s, 4.0)
    path, _ = flight.state_at(t_s)
    question = battery.table, battery.interceptor, battery.site, t_s, path, flight.burnout_s + 60.0
    assert earliest_intercept(*question) is not None
    benchmark(earliest_intercept, *question)
