"""Fire-control solutions against a brute search along the exact path."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoplon.earth import Site
from hoplon.earth.frames import ecef_from_geodetic
from hoplon.interceptor import (
    Interceptor,
    _kernels_meet,
    _kernels_meeting,
    build_flyout_table,
    earliest_intercept,
    feasible_window,
    why_none,
)

SM3 = Interceptor("sm3_iia", 4500.0, 70.0, 100e3, 1000e3, 2000e3, 5.0, 2.0, 3e3)
PAC3 = Interceptor("pac3", 1500.0, 15.0, 2e3, 15e3, 20e3, 5.0, 2.0, 1e3)
ARAYA = Site("araya", 39.73, 140.08)
TOKYO = Site("tokyo", 35.69, 139.75)
MEAN_RADIUS_M = 6_371_000.0


@pytest.fixture(scope="module")
def sm3_table():
    return build_flyout_table(SM3, downrange_cells=80, altitude_cells=60, paths=60)


@pytest.fixture(scope="module")
def pac3_table():
    return build_flyout_table(PAC3, downrange_cells=40, altitude_cells=30, paths=45)


class Arc:
    """A path with an exact value at any time: even motion in latitude and longitude, a parabola in height."""

    def __init__(self, start, end, apogee_m, duration_s):
        self.start, self.end = np.array(start), np.array(end)
        self.apogee_m, self.duration_s = apogee_m, duration_s

    def altitude_m(self, t):
        s = np.asarray(t) / self.duration_s
        return 4.0 * self.apogee_m * s * (1.0 - s)

    def r_ecef_m(self, t):
        s = np.asarray(t) / self.duration_s
        lat, lon = (self.start[k] + s * (self.end[k] - self.start[k]) for k in (0, 1))
        return ecef_from_geodetic(lat, lon, self.altitude_m(t))

    def sampled(self, spacing_s, from_s=0.0):
        t = np.arange(from_s, self.duration_s + 4.0 * spacing_s, spacing_s)
        r = self.r_ecef_m(t)
        r[t > self.duration_s] = np.nan  # after the impact
        return t, r


NODONG = Arc((39.5, 126.0), (35.7, 139.7), 300e3, 600.0)


def brute(table, it, site, arc, earliest_s, step_s=0.02):
    """Feasible times of meeting and their launches, on a fine grid of the exact path."""
    t = np.arange(0.0, arc.duration_s, step_s)
    r = arc.r_ecef_m(t)
    unit = r / np.linalg.norm(r, axis=1)[:, None]
    up = site.r_ecef_m / np.linalg.norm(site.r_ecef_m)
    downrange = 2.0 * MEAN_RADIUS_M * np.arcsin(0.5 * np.linalg.norm(unit - up, axis=1))
    h = arc.altitude_m(t)
    launch = t - table.time_to(downrange, h)
    with np.errstate(invalid="ignore"):
        good = (
            (h >= it.minimum_altitude_m)
            & (h <= it.maximum_altitude_m)
            & (downrange <= it.maximum_range_m)
            & (launch >= earliest_s)
        )
    return t[good], launch[good]


@pytest.mark.compiled
@pytest.mark.parametrize("spacing_s", [2.0, 5.0])
@pytest.mark.parametrize("earliest_s", [0.0, 150.0, 250.0, 330.0])
def test_intercept_time_is_good_to_a_tenth_of_a_second(sm3_table, spacing_s, earliest_s):
    t, launch = brute(sm3_table, SM3, ARAYA, NODONG, earliest_s)
    path = NODONG.sampled(spacing_s)
    solution = earliest_intercept(sm3_table, SM3, ARAYA, *path, earliest_s)
    window = feasible_window(sm3_table, SM3, ARAYA, *path, earliest_s)
    assert solution.intercept_s == pytest.approx(t[0], abs=0.1)
    assert window.first_intercept_s == pytest.approx(t[0], abs=0.1)
    assert window.last_intercept_s == pytest.approx(t[-1], abs=0.1)
    assert window.last_launch_s == pytest.approx(launch.max(), abs=0.1)
    assert window.first_launch_s == pytest.approx(launch.min(), abs=0.1)
    assert window.last_launch_intercept_s == pytest.approx(t[np.argmax(launch)], abs=5.0)  # flat maximum
    assert earliest_s <= solution.launch_s
    assert solution.launch_s + solution.time_of_flight_s == pytest.approx(solution.intercept_s)
    # The predicted intercept point lies on the exact path, to what a cubic over 5 s leaves (1 m).
    assert np.linalg.norm(solution.r_ecef_m - NODONG.r_ecef_m(solution.intercept_s)) < 1.0
    assert solution.altitude_m == pytest.approx(NODONG.altitude_m(solution.intercept_s), abs=1.0)
    assert SM3.minimum_altitude_m <= solution.altitude_m <= SM3.maximum_altitude_m


@pytest.mark.compiled
@pytest.mark.parametrize("spacing_s", [2.0, 5.0])
def test_a_small_reach_is_not_stepped_over(pac3_table, spacing_s):
    """A point defence holds a falling path for a few seconds, less than a cell or two of the path."""
    arc = Arc((39.5, 126.0), (TOKYO.latitude_deg, TOKYO.longitude_deg), 300e3, 600.0)
    t, launch = brute(pac3_table, PAC3, TOKYO, arc, 500.0, step_s=0.002)
    assert t[-1] - t[0] < 15.0
    path = arc.sampled(spacing_s)
    solution = earliest_intercept(pac3_table, PAC3, TOKYO, *path, 500.0)
    window = feasible_window(pac3_table, PAC3, TOKYO, *path, 500.0)
    assert solution.intercept_s == pytest.approx(t[0], abs=0.1)
    assert window.last_intercept_s == pytest.approx(t[-1], abs=0.1)
    assert window.last_launch_s == pytest.approx(launch.max(), abs=0.1)


@pytest.mark.compiled
def test_both_sides_of_the_path_are_used(sm3_table):
    """A lofted path leaves the altitude band upwards and comes back into it."""
    lofted = Arc((39.5, 133.0), (38.5, 145.0), 2500e3, 1500.0)
    path = lofted.sampled(5.0)
    # The path's clock starts at the threat's launch; -300 s lets the interceptor be on its way before.
    early = earliest_intercept(sm3_table, SM3, ARAYA, *path, -300.0)
    late = earliest_intercept(sm3_table, SM3, ARAYA, *path, 700.0)
    assert early.intercept_s < 750.0 < late.intercept_s  # apogee at 750 s
    window = feasible_window(sm3_table, SM3, ARAYA, *path, -300.0)
    assert window.first_intercept_s == early.intercept_s
    t, launch = brute(sm3_table, SM3, ARAYA, lofted, -300.0)
    assert np.diff(t).max() > 100.0  # two crossings with a gap between them
    assert window.last_intercept_s == pytest.approx(t[-1], abs=0.1)
    assert window.last_launch_s == pytest.approx(launch.max(), abs=0.1)
    # The launch waits for a path that comes into reach only later.
    assert late.launch_s > 701.0


def test_reasons(sm3_table):
    t, r = NODONG.sampled(3.0)
    args = (sm3_table, SM3, ARAYA)
    assert why_none(*args, t, r, 0.0) == ""
    last = feasible_window(*args, t, r, 0.0).last_launch_s
    assert why_none(*args, t, r, last - 0.2) == ""
    assert why_none(*args, t, r, last + 0.2) == "too late"
    assert earliest_intercept(*args, t, r, last + 0.2) is None
    assert feasible_window(*args, t, r, last + 0.2) is None
    assert why_none(*args, *Arc((39.5, 126.0), (35.7, 139.7), 90e3, 400.0).sampled(3.0), 0.0) == (
        "below minimum altitude"
    )
    assert why_none(*args, *Arc((-10.0, 100.0), (-40.0, 100.0), 800e3, 1200.0).sampled(3.0), 0.0) == (
        "out of reach"
    )
    high_t = np.arange(0.0, 60.0, 3.0)
    high_r = ecef_from_geodetic(39.0 + 0.01 * high_t, np.full(20, 140.0), np.full(20, 1100e3))
    assert why_none(*args, high_t, high_r, 0.0) == "above maximum altitude"


def test_paths_with_gaps_and_without_points(sm3_table):
    t, r = NODONG.sampled(3.0)
    gap = r.copy()
    gap[60:65] = np.nan  # before the window
    gap[120:125] = np.nan  # within it
    window = feasible_window(sm3_table, SM3, ARAYA, t, gap, 0.0)
    whole = feasible_window(sm3_table, SM3, ARAYA, t, r, 0.0)
    assert window.first_intercept_s == pytest.approx(whole.first_intercept_s, abs=0.01)
    assert window.last_intercept_s == pytest.approx(whole.last_intercept_s, abs=0.01)
    assert earliest_intercept(sm3_table, SM3, ARAYA, t[:1], r[:1], 0.0) is None
    assert why_none(sm3_table, SM3, ARAYA, t, np.full_like(r, np.nan), 0.0) == "out of reach"
    # A path cut off inside the window ends it.
    cut = r.copy()
    cut[130:] = np.nan
    assert feasible_window(sm3_table, SM3, ARAYA, t, cut, 0.0).last_intercept_s == t[129]


def test_closing_speed_of_a_head_on_meeting(sm3_table):
    """A threat that falls straight on the launcher meets the interceptor head on."""
    t = np.arange(0.0, 150.0, 3.0)
    h = 700e3 - 3000.0 * t
    r = ecef_from_geodetic(np.full(t.size, 0.0), np.full(t.size, 10.0), h)
    solution = earliest_intercept(sm3_table, SM3, Site("equator", 0.0, 10.0), t, r, 0.0)
    assert solution.downrange_m == pytest.approx(0.0, abs=1.0)
    assert solution.crossing_angle_deg == pytest.approx(0.0, abs=1.0)
    assert solution.closing_speed_m_s == pytest.approx(3000.0 + solution.interceptor_speed_m_s, abs=1.0)


@pytest.mark.compiled
@settings(max_examples=60, deadline=None)
@given(
    lat=st.floats(33.0, 44.0),
    lon=st.floats(134.0, 146.0),
    apogee=st.floats(120e3, 1500e3),
    duration=st.floats(350.0, 1200.0),
    earliest=st.floats(0.0, 1200.0),
)
def test_whatever_is_found_is_feasible(sm3_table, lat, lon, apogee, duration, earliest):
    arc = Arc((39.5, 126.0), (lat, lon), apogee, duration)
    path = arc.sampled(5.0)
    solution = earliest_intercept(sm3_table, SM3, ARAYA, *path, earliest)
    window = feasible_window(sm3_table, SM3, ARAYA, *path, earliest)
    assert (solution is None) == (window is None) == (why_none(sm3_table, SM3, ARAYA, *path, earliest) != "")
    if solution is None:
        return
    assert solution.launch_s >= earliest
    assert SM3.minimum_altitude_m <= solution.altitude_m <= SM3.maximum_altitude_m
    assert solution.downrange_m <= SM3.maximum_range_m
    assert solution.time_of_flight_s == pytest.approx(
        sm3_table.time_to(solution.downrange_m, solution.altitude_m), abs=1e-6
    )
    assert solution.intercept_s == window.first_intercept_s
    assert window.first_launch_s <= solution.launch_s <= window.last_launch_s + 1e-6
    assert window.first_intercept_s <= window.last_launch_intercept_s <= window.last_intercept_s


def test_meeting_kernels_agree_with_their_plain_selves(pac3_table):
    arc = Arc((35.0, 139.0), (TOKYO.latitude_deg, TOKYO.longitude_deg), 30e3, 120.0)
    t, r = arc.sampled(4.0)
    limits = (PAC3.minimum_altitude_m, PAC3.maximum_altitude_m, PAC3.maximum_range_m, PAC3.burnout_speed_m_s)
    setup = np.array([*pac3_table.grid, *limits, *TOKYO.r_ecef_m])
    args = (pac3_table.family, pac3_table.nodes, setup, np.column_stack([t, r]))
    for only_first, only_in_time in ((True, True), (True, False), (False, True)):
        fast = _kernels_meeting.scan(*args[1:], 60.0, only_first, only_in_time)
        slow = getattr(_kernels_meeting.scan, "py_func", _kernels_meeting.scan)(
            *args[1:], 60.0, only_first, only_in_time
        )
        np.testing.assert_allclose(fast, slow, atol=1e-6)
        assert not np.isnan(fast[4])
    cell, when = int(fast[5]), float(fast[4])
    for name, more in (
        ("climb", (cell, when, when + 1.0, -np.inf, np.nan)),
        ("launch_time", (cell, when)),
        ("edge", (cell, when - 1.0, when, 60.0)),
        ("flight_to", (cell, when)),
        ("meet", (cell, when, np.nan)),
        ("meet", (cell, when, 60.0)),
        ("meet", (cell, when - 0.2, 60.0)),
    ):
        exact = name in ("flight_to", "meet")
        compiled = getattr(_kernels_meet if exact else _kernels_meeting, name)
        plain = getattr(compiled, "py_func", compiled)
        asked = (*(args if exact else args[1:]), *more)
        np.testing.assert_allclose(compiled(*asked), plain(*asked), atol=1e-6)
    reach = getattr(_kernels_meeting.reach, "py_func", _kernels_meeting.reach)
    assert reach(*args[1:3], *arc.r_ecef_m(when))[0] == _kernels_meeting.IN_REACH
    point = getattr(_kernels_meeting.path_point, "py_func", _kernels_meeting.path_point)
    np.testing.assert_allclose(point(args[3], cell, when), arc.r_ecef_m(when), atol=0.5)
    place = getattr(_kernels_meeting.place, "py_func", _kernels_meeting.place)
    assert place(setup, *arc.r_ecef_m(when))[1] == pytest.approx(arc.altitude_m(when), abs=1e-3)
    too_far = getattr(_kernels_meeting.too_far, "py_func", _kernels_meeting.too_far)
    assert too_far(setup, *r[0], 10.0)
    assert too_far(setup, *r[-6], -1.0)
    assert not too_far(setup, *r[-6], 100.0)
