"""Best meetings, feasible shots and whose track it takes, against definitions and closed forms."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from hoplon.earth import Site
from hoplon.earth.frames import ecef_from_geodetic
from hoplon.interceptor import (
    FireControl,
    FireControlSolution,
    Interceptor,
    PathError,
    best_intercept,
    build_flyout_table,
    earliest_intercept,
    feasible_shots,
    feasible_window,
    handover_error_m,
    last_starts_s,
    may_launch,
    may_update,
    meetings,
    solution_at,
)

pytestmark = pytest.mark.compiled

SM3 = Interceptor("sm3_iia", 4500.0, 70.0, 100e3, 1000e3, 2000e3, 5.0, 10.0, 10e3)
ARAYA = Site("araya", 39.73, 140.08)
ASSESSED_S = 10.0


@pytest.fixture(scope="module")
def question():
    t = np.arange(0.0, 600.0, 5.0)
    s = t / 600.0
    r = ecef_from_geodetic(39.5 - 3.8 * s, 126.0 + 13.7 * s, 1200e3 * s * (1.0 - s))
    table = build_flyout_table(SM3, downrange_cells=80, altitude_cells=60, paths=60)
    return table, SM3, ARAYA, t, r


def _meeting(interceptor_m_s, threat_m_s, crossing_deg):
    """Make a meeting with given speeds and angle; the closing speed by the cosine rule."""
    c = math.radians(crossing_deg)
    closing = math.sqrt(interceptor_m_s**2 + threat_m_s**2 + 2.0 * interceptor_m_s * threat_m_s * math.cos(c))
    where = (np.zeros(3), 1e5, 0.0, 100.0)
    return FireControlSolution(0.0, 100.0, *where, interceptor_m_s, closing, crossing_deg, threat_m_s)


@pytest.mark.parametrize("crossing_deg", [0.0, 30.0, 90.0, 150.0])
def test_error_across_the_line_of_closing_is_that_of_drawn_errors(crossing_deg):
    """Draw errors of the prediction, and measure how far they lie from the line of closing."""
    met = _meeting(2500.0, 3000.0, crossing_deg)
    error = PathError(along_m=3000.0, across_m=400.0, along_m_s=50.0, across_m_s=5.0)
    along, across = error.after(40.0)
    assert (along, across) == pytest.approx((math.hypot(3000.0, 2000.0), math.hypot(400.0, 200.0)))
    c = math.radians(crossing_deg)
    threat = np.array([3000.0, 0.0, 0.0])
    interceptor = 2500.0 * np.array([-math.cos(c), math.sin(c), 0.0])
    closing = threat - interceptor
    assert np.linalg.norm(closing) == pytest.approx(met.closing_speed_m_s)
    drawn = np.random.default_rng(3).standard_normal((200_000, 3)) * [along, across, across]
    u = closing / np.linalg.norm(closing)
    off = drawn - np.outer(drawn @ u, u)
    measured = math.sqrt(np.mean(np.sum(off**2, axis=1)))
    assert handover_error_m(met, error, 40.0) == pytest.approx(measured, rel=5e-3)


def test_head_on_hides_the_error_along_the_path():
    error = PathError(5000.0, 100.0, 0.0, 0.0)
    assert handover_error_m(_meeting(3000.0, 3000.0, 0.0), error, 0.0) == pytest.approx(
        math.sqrt(2.0) * 100.0
    )
    from_the_side = handover_error_m(_meeting(3000.0, 3000.0, 90.0), error, 0.0)
    # Equal speeds at right angles close at 45 deg to the path: sqrt(a^2 / 2 + 3 c^2 / 2).
    assert from_the_side == pytest.approx(math.sqrt(0.5 * 5000.0**2 + 1.5 * 100.0**2))


def test_best_is_feasible_and_no_other_sample_is_better(question):
    error = PathError(2000.0, 300.0, 30.0, 3.0)
    first = earliest_intercept(*question, 100.0)
    best = best_intercept(*question, 100.0, error)
    assert best.launch_s >= 100.0
    window = feasible_window(*question, 100.0)
    least = handover_error_m(best, error, 20.0)
    assert least <= handover_error_m(first, error, 20.0)
    for t_s in np.linspace(window.first_intercept_s, window.last_intercept_s, 25):
        other = solution_at(*question, t_s)
        if other is not None and other.launch_s >= 100.0:
            assert handover_error_m(other, error, 20.0) > 0.97 * least  # 2 % are not worth waiting for
    # Where the path is not seen any more, waiting only makes the prediction worse.
    blind = best_intercept(
        *question, 100.0, PathError(10.0, 10.0, 100.0, 100.0), last_look_s=first.intercept_s
    )
    assert blind.intercept_s == pytest.approx(first.intercept_s)
    assert best_intercept(*question, window.last_launch_s + 1.0, error) is None


def test_meetings_agree_with_the_window(question):
    met = meetings(*question)
    good = np.isfinite(met.launch_s)
    window = feasible_window(*question, -1e3)
    assert window.first_intercept_s <= met.t_s[good].min() <= window.first_intercept_s + 5.0
    assert window.last_intercept_s - 5.0 <= met.t_s[good].max() <= window.last_intercept_s
    assert np.nanmax(met.launch_s) <= window.last_launch_s + 0.1
    k = int(np.flatnonzero(good)[3])
    one = solution_at(*question, met.t_s[k])
    assert one.launch_s == pytest.approx(met.launch_s[k])
    assert one.closing_speed_m_s == pytest.approx(met.closing_speed_m_s[k])
    assert np.all(met.altitude_m[good] >= SM3.minimum_altitude_m)
    assert solution_at(*question, 1e4) is None
    assert solution_at(*question, -5.0) is None
    assert solution_at(*question, 2.0) is None  # still on its way up, below the least altitude


def test_shots_follow_each_other_by_flight_look_and_preparation(question):
    shots = feasible_shots(*question, 0.0, ASSESSED_S)
    assert len(shots) >= 2
    for one, two in itertools.pairwise(shots):
        again_s = one.intercept_s + ASSESSED_S + SM3.preparation_s
        assert two.launch_s >= again_s
        assert two.intercept_s == earliest_intercept(*question, again_s).intercept_s
    after = shots[-1].intercept_s + ASSESSED_S + SM3.preparation_s
    assert earliest_intercept(*question, after) is None
    assert feasible_shots(*question, 1e4, ASSESSED_S) == ()
    # A look that takes longer than the flight leaves one shot.
    assert len(feasible_shots(*question, 0.0, 1e4)) == 1


def test_last_starts_are_where_the_number_of_shots_changes(question):
    starts = last_starts_s(*question, ASSESSED_S)
    assert starts[0] == feasible_window(*question, 0.0).last_launch_s
    assert len(starts) == len(
        feasible_shots(*question, feasible_window(*question, -1e3).first_launch_s, 10.0)
    )
    for fits, start in enumerate(starts, start=1):
        assert len(feasible_shots(*question, start - 0.5, ASSESSED_S)) >= fits
        assert len(feasible_shots(*question, start + 0.6, ASSESSED_S)) < fits
    far = (question[0], question[1], Site("far", -40.0, 0.0), *question[3:])
    assert last_starts_s(*far, ASSESSED_S) == ()


def test_no_shot_follows_faster_than_the_launcher(question):
    slow = replace(SM3, launch_interval_s=400.0)
    assert len(feasible_shots(question[0], slow, *question[2:], 0.0, ASSESSED_S)) == 1


@pytest.mark.parametrize(
    "mode, launch_alone, update_alone",
    [
        (FireControl.OWN_RADAR, False, False),
        (FireControl.LAUNCH_ON_REMOTE, True, False),
        (FireControl.ENGAGE_ON_REMOTE, True, True),
    ],
)
def test_whose_track_it_takes(mode, launch_alone, update_alone):
    assert may_launch(mode, own_radar_holds=True)
    assert may_update(mode, own_radar_holds=True)
    assert may_launch(mode, own_radar_holds=False) is launch_alone
    assert may_update(mode, own_radar_holds=False) is update_alone
