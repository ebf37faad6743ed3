"""Predictions against flights of an integrator of its own, and the 95 % ellipse against many impacts."""

from functools import cache

import numpy as np
import pytest
import track_truth as truth

from hoplon.earth.geodesics import distance_km
from hoplon.earth.planet import SPHERE_NOT_ROTATING, WGS84
from hoplon.earth.sites import Site
from hoplon.track import DetectionBatch, Tracker, predict_impact, predict_path
from hoplon.track import _kernels_impact as kernels


def plain(kernel):
    return getattr(kernel, "py_func", kernel)


@cache
def flown(beta=2000.0, kind="plain"):
    options = {"azimuth_deg": 110, "burn_s": 110, "elevation_end_deg": 40, "start": 20, "end": 80}
    return truth.fly(beta=beta, **(options if kind == "long" else {}))


def ground(r):
    up = r / np.linalg.norm(r)
    return np.degrees(np.arctan2(up[2], np.hypot(up[0], up[1]) * (1 - truth.F) ** 2)), np.degrees(
        np.arctan2(r[1], r[0])
    )


@pytest.mark.parametrize("kind", ["plain", "long"])
def test_impact_of_a_known_state_is_that_of_another_integrator(kind):
    times, states, burnout = flown(kind=kind)
    start = round(2 * burnout) + 20
    s = states[start]
    got = predict_impact(s[:3], s[3:], np.eye(6), times[start], 2000.0, log_beta_sigma=1e-3)
    lat, lon = ground(states[-1, :3])
    # The other side has an exponential air with a 7.2 km scale height; that moves the impact by about a km.
    assert distance_km(got.latitude_deg, got.longitude_deg, lat, lon) < 1.5
    top = max(truth.radial_height(s[:3]) for s in states[start:]) / 1e3
    # Apogee lies within a step of up to 30 s and is interpolated.
    assert got.apogee_km == pytest.approx(top, abs=0.1)
    assert got.t_s == times[start]
    assert times[-1] - 15 < got.impact_t_s < times[-1] + 15


def test_impact_without_air_on_a_round_earth_is_keplers():
    # A minimum-energy flight over 1000 km: speed 3016 m/s at 42.75 degrees (the classic ballistic table).
    r = np.array([6371e3, 0.0, 0.0])
    angle = np.radians(42.75)
    v = 3016.0 * np.array([np.sin(angle), np.cos(angle), 0.0])
    got = predict_impact(r, v, np.eye(6), 0.0, np.inf, SPHERE_NOT_ROTATING)
    # Half a unit of the last digit of speed and angle: 1 km; of time and apogee as printed.
    assert np.radians(got.longitude_deg) * 6371.0 == pytest.approx(1000.0, abs=1.0)
    assert got.impact_t_s == pytest.approx(474.4, abs=0.2)
    assert got.apogee_km == pytest.approx(239.9, abs=0.1)


def test_an_object_that_stays_up_has_no_impact():
    r = np.array([7000e3, 0.0, 0.0])
    assert predict_impact(r, np.array([0.0, 7000.0, 3000.0]), np.eye(6), 0.0, 2000.0) is None
    assert predict_impact(r * 0.9, np.array([0.0, 0.0, -1000.0]), np.eye(6), 0.0, 2000.0) is None


@pytest.mark.parametrize("fall", [kernels.fall, plain(kernels.fall)])
def test_sensitivities_are_the_derivatives_of_the_impact(fall):
    _, states, burnout = flown()
    x0 = np.zeros(9)
    x0[:6] = states[round(2 * burnout) + 40]
    shape = WGS84.as_array()
    phi, none = np.zeros((6, 8)), np.zeros((0, 8))
    end = x0.copy()
    fall(end, 2000.0, shape, phi)
    up = end[:3] / np.linalg.norm(end[:3])
    slide = np.eye(3) - np.outer(end[3:6], up) / (end[3:6] @ up)
    for j in range(7):
        ends = []
        step = (100.0 if j < 3 else 0.5) if j < 6 else 0.02
        for sign in (1, -1):
            y = x0.copy()
            beta = 2000.0
            if j < 6:
                y[j] += sign * step
            else:
                beta *= np.exp(sign * step)
            fall(y, beta, shape, none)
            ends.append(y[:3])
        numeric = (ends[0] - ends[1]) / (2 * step)
        level = numeric - up * (numeric @ up)
        expected = slide @ phi[:3, j]
        # The matrix is second order in steps that suit the path, not itself; the spread of the ballistic
        # coefficient, which the last column multiplies, is only an assumption.
        bound = 0.03 if j < 6 else 0.10
        assert np.linalg.norm(level - expected) < bound * max(np.linalg.norm(level), 1.0), j


def test_ellipse_is_that_of_the_covariance():
    # Straight down from 2 km: the ellipse on the ground is that of the position.
    r, frame = truth.site_frame(36.0, 138.0, 2000.0)
    local = np.diag([400.0**2, 100.0**2, 50.0**2])
    turn = np.radians(30.0)
    rotate = np.array([[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    covariance = np.zeros((6, 6))
    covariance[:3, :3] = frame.T @ rotate @ local @ rotate.T @ frame
    got = predict_impact(r, -2000.0 * frame[2], covariance, 0.0, np.inf)
    assert got.semi_major_km == pytest.approx(0.4 * np.sqrt(5.991), rel=0.01)
    assert got.semi_minor_km == pytest.approx(0.1 * np.sqrt(5.991), rel=0.01)
    # East turned by 30 degrees towards south: azimuth 120.
    assert got.orientation_deg == pytest.approx(120.0, abs=0.5)


@pytest.mark.compiled
@pytest.mark.parametrize("minutes_left", [4.0, 1.0])
@pytest.mark.parametrize("believed", [1000.0, 2000.0, 5000.0])
def test_ellipses_hold_impacts_of_bodies_whose_drag_is_known_to_a_factor_of_two(believed, minutes_left):
    # Drawn states and ballistic coefficients, flown one by one: impacts are far from normal along the track.
    times, states, _ = flown()
    start = states[np.searchsorted(times, times[-1] - 60.0 * minutes_left)]
    covariance = np.diag([20.0**2] * 3 + [0.1**2] * 3)
    got = predict_impact(start[:3], start[3:], covariance, 0.0, believed)
    rng = np.random.default_rng(5)
    held = []
    for _ in range(1500):
        x = np.zeros(9)
        x[:6] = start + rng.multivariate_normal(np.zeros(6), covariance)
        beta = believed * np.exp(0.35 * rng.standard_normal())
        kernels.fall(x, beta, WGS84.as_array(), np.zeros((0, 8)))
        held.append(got.credibility(*ground(x[:3])))
    # Three standard deviations of 1500 impacts are 4 % and 1.7 %; moments about the mean alone miss by 8 %.
    assert np.mean(np.array(held) < 0.50) == pytest.approx(0.50, abs=0.04)
    assert np.mean(np.array(held) < 0.95) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("spacing_s", [1.0, 4.0, 45.0])
def test_path_is_the_flight(spacing_s):
    times, states, burnout = flown(kind="long")
    start = round(2 * burnout) + 20
    grid = np.arange(times[start], times[-1] + 40, spacing_s)
    path = predict_path(states[start, :3], states[start, 3:], times[start], grid, 2000.0)
    assert np.allclose(path[0], states[start, :3], atol=1e-6)
    for i, t in enumerate(grid):
        # Above the air both fly the same physics, but the other side's exponential air reaches to 130 km:
        # 1e-5 m/s2 over some minutes, metres. In the air the two differ by more.
        if t < times[-1] - 60 and truth.radial_height(states[round(2 * t), :3]) > 120e3:
            assert np.linalg.norm(path[i] - states[round(2 * t), :3]) < 3.0
    assert np.isnan(path[-1]).all()
    before = predict_path(states[start, :3], states[start, 3:], 100.0, np.array([99.0, 100.0]), 2000.0)
    assert np.isnan(before[0]).all()
    assert np.isfinite(before[1]).all()


def test_plain_path_agrees_with_the_compiled_one():
    _, states, burnout = flown()
    grid = np.arange(0.0, 400.0, 40.0)
    out = []
    for path in (kernels.path, plain(kernels.path)):
        x = np.zeros(9)
        x[:6] = states[round(2 * burnout) + 20]
        out.append(np.empty((len(grid), 3)))
        path(x, 0.0, grid, 2000.0, WGS84.as_array(), out[-1])
    assert np.allclose(*out, rtol=1e-12, equal_nan=True)


@pytest.mark.compiled
@pytest.mark.parametrize(
    "radars",
    [
        pytest.param([truth.PRECISE], id="one-precise"),
        pytest.param([truth.COARSE], id="one-coarse"),
        pytest.param([truth.PRECISE, truth.MIDDLE, truth.COARSE], id="three"),
    ],
)
def test_the_ellipse_holds_95_per_cent_of_impacts(radars):
    # Truth: the ballistic coefficient is log-normal about the believed one, with the spread that the
    # prediction states; twelve quantiles of it, ten noisy tracks each.
    quantiles = np.exp(
        0.35 * np.array([-1.73, -1.15, -0.81, -0.55, -0.32, -0.1, 0.1, 0.32, 0.55, 0.81, 1.15, 1.73])
    )
    moments = (2.0, 10.0, 30.0, 80.0)
    inside = {m: [] for m in moments}
    for i, factor in enumerate(quantiles):
        times, states, _ = flown(round(2000.0 * factor, 1))
        lat, lon = ground(states[-1, :3])
        for seed in range(10):
            tracker = Tracker([Site(str(j), r[0], r[1]) for j, r in enumerate(radars)])
            switched = None
            rng = np.random.default_rng(100 * i + seed)
            for t, _, columns in truth.battle(radars, [(0.0, times, states)], rng):
                tracker.step(t, DetectionBatch(*columns))
                if switched is None and len(tracker.firm) and tracker.firm[0] and not tracker.boosting[0]:
                    switched = t
                if switched is None or t - switched not in moments:
                    continue
                got = predict_impact(
                    tracker.r_ecef_m[0], tracker.v_ecef_m_s[0], tracker.covariance[0], t, 2000.0
                )
                north = (lat - got.latitude_deg) * 111.0
                east = (lon - got.longitude_deg) * 111.3 * np.cos(np.radians(lat))
                a = np.radians(got.orientation_deg)
                along, across = east * np.sin(a) + north * np.cos(a), east * np.cos(a) - north * np.sin(a)
                inside[t - switched].append(
                    (along / got.semi_major_km) ** 2 + (across / got.semi_minor_km) ** 2 < 1.0
                )
                if t - switched == moments[-1]:
                    break
    for moment, held in inside.items():
        # 120 impacts: 95 % ± 2 % at one standard deviation; the first seconds are less than Gaussian.
        assert len(held) == 120
        assert np.mean(held) >= 0.88, (moment, np.mean(held))
