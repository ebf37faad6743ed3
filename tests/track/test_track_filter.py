"""The filter against plain linear algebra, and against an extended Kalman filter written apart from it."""

import numpy as np
import pytest
import track_truth as truth
from hypothesis import given, settings
from hypothesis import strategies as st

from hoplon.earth.frames import aer_from_ecef
from hoplon.earth.planet import WGS84
from hoplon.earth.sites import Site
from hoplon.track import _kernels, _kernels_update
from hoplon.track.settings import TrackerSettings

PLANET = WGS84.as_array()
SITE, FRAME = truth.site_frame(40.89, 140.34)


def plain(kernel):
    return getattr(kernel, "py_func", kernel)


def target(range_m, azimuth, elevation):
    local = range_m * np.array(
        [np.cos(elevation) * np.sin(azimuth), np.cos(elevation) * np.cos(azimuth), np.sin(elevation)]
    )
    return SITE + local @ FRAME


@given(st.floats(2e4, 4e6), st.floats(-3.1, 3.1), st.floats(-0.1, 1.5))
@settings(max_examples=50, deadline=None)
def test_measurement_and_position_undo_each_other(range_m, azimuth, elevation):
    r = target(range_m, azimuth, elevation)
    for measure in (_kernels_update.measure, plain(_kernels_update.measure)):
        got = measure(*r, SITE, FRAME, np.zeros((3, 3)))
        assert got == pytest.approx((range_m, azimuth, elevation), rel=1e-9, abs=1e-9)
    for position in (_kernels_update.position, plain(_kernels_update.position)):
        back = position(np.array([range_m, azimuth, elevation]), SITE, FRAME)
        assert np.allclose(back, r, atol=1e-6)


def test_measurement_is_that_of_the_earth_package():
    site = Site("araya", 39.7, 140.05, 20.0)
    r = target(9e5, -0.8, 0.4)
    azimuth, elevation, range_m = aer_from_ecef(r, site)
    got = _kernels_update.measure(*r, np.array(site.r_ecef_m), np.array(site.enu_from_ecef), np.zeros((3, 3)))
    assert got[0] == pytest.approx(float(range_m), abs=1e-6)
    assert np.degrees(got[1]) % 360 == pytest.approx(float(azimuth) % 360, abs=1e-9)
    assert np.degrees(got[2]) == pytest.approx(float(elevation), abs=1e-9)


def test_gradient_of_the_measurement():
    r = target(7e5, 1.0, 0.5)
    h, scratch = np.zeros((3, 3)), np.zeros((3, 3))
    _kernels_update.measure(*r, SITE, FRAME, h)
    for j in range(3):
        e = np.zeros(3)
        e[j] = 10.0
        ahead = np.array(_kernels_update.measure(*(r + e), SITE, FRAME, scratch))
        behind = np.array(_kernels_update.measure(*(r - e), SITE, FRAME, scratch))
        assert np.allclose(h[:, j], (ahead - behind) / 20.0, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("update", [_kernels_update.update, plain(_kernels_update.update)])
def test_update_is_the_kalman_update_where_the_world_is_straight(update):
    rng = np.random.default_rng(2)
    x = np.zeros(9)
    x[:3] = target(8e5, 0.3, 0.4)
    x[3:6] = [900.0, -400.0, 1500.0]
    root = rng.standard_normal((6, 6)) * np.array([[30.0]] * 3 + [[3.0]] * 3)
    p = np.zeros((9, 9))
    p[:6, :6] = root @ root.T
    h = np.zeros((3, 3))
    predicted = np.array(_kernels_update.measure(*x[:3], SITE, FRAME, h))
    sigma = np.array([5.0, 2e-4, 2e-4])
    z = np.concatenate((predicted + np.array([4.0, 1e-4, -2e-4]), sigma))
    hh = np.hstack((h, np.zeros((3, 3))))
    s = hh @ p[:6, :6] @ hh.T + np.diag(sigma**2)
    gain = p[:6, :6] @ hh.T @ np.linalg.inv(s)
    innovation = z[:3] - predicted
    expected = x[:6] + gain @ innovation
    covariance = (np.eye(6) - gain @ hh) @ p[:6, :6]
    distance, logdet = update(x, p, 6, z, SITE, FRAME)
    # The curvature of range, some millimetres here, is all that differs; the gradient turns by 1e-4 rad.
    assert np.allclose(x[:6], expected, atol=0.01)
    assert np.allclose(p[:6, :6], covariance, rtol=1e-3, atol=0.03)
    assert distance == pytest.approx(innovation @ np.linalg.solve(s, innovation), rel=1e-3)
    assert logdet == pytest.approx(np.log(np.linalg.det(s)), abs=1e-3)


@given(st.floats(1e5, 3e6), st.floats(-3.0, 3.0), st.floats(0.05, 1.3), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_a_first_look_puts_an_unknown_target_where_it_was_seen(range_m, azimuth, elevation, seed):
    # Prior off by kilometres, range good to a metre: the plain linearisation would miss by tens of metres.
    rng = np.random.default_rng(seed)
    x = np.zeros(9)
    there = target(range_m, azimuth, elevation)
    x[:3] = there + rng.standard_normal(3) * 8e3
    p = np.diag([64e6] * 3 + [9e6] * 3 + [1.6e3] * 3)
    p[:3, 3:6] = p[3:6, :3] = np.diag([1e7] * 3)
    z = np.array([range_m, azimuth, elevation, 1.0, 1e-4, 1e-4])
    _kernels_update.update(x, p, 9, z, SITE, FRAME)
    h = np.zeros((3, 3))
    got = np.array(_kernels_update.measure(*x[:3], SITE, FRAME, h))
    assert abs(got[0] - range_m) < 1.0
    assert np.linalg.norm(x[:3] - there) < 5e-4 * range_m
    assert np.allclose(p, p.T)
    assert np.linalg.eigvalsh(p).min() > -1e-3


def filter_apart(times, measurements, sigma, x, p, q):
    """Extended Kalman filter in plain numpy: numeric derivatives, Joseph form; nothing from the package."""

    def observe(r):
        e = FRAME @ (r - SITE)
        rho = np.linalg.norm(e)
        return np.array([rho, np.arctan2(e[0], e[1]), np.arcsin(e[2] / rho)])

    def derivative(function, at, scale):
        return np.column_stack(
            [
                (function(at + d) - function(at - d)) / (2 * s)
                for s, d in ((s, s * e) for s, e in zip(scale, np.eye(len(at)), strict=True))
            ]
        )

    t = times[0]
    out = []
    for now, z in zip(times, measurements, strict=True):
        dt = now - t
        if dt > 0:

            def fly(s, dt=dt):
                return truth.runge_kutta(s, dt, np.zeros(3), None)

            f = derivative(fly, x, [10.0] * 3 + [0.1] * 3)
            noise = np.kron([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]], np.eye(3)) * q
            x, p, t = fly(x), f @ p @ f.T + noise, now
        h = np.hstack((derivative(observe, x[:3], [1.0] * 3), np.zeros((3, 3))))
        r = np.diag(sigma**2)
        gain = p @ h.T @ np.linalg.inv(h @ p @ h.T + r)
        x = x + gain @ (z - observe(x[:3]))
        keep = np.eye(6) - gain @ h
        p = keep @ p @ keep.T + gain @ r @ gain.T
        out.append((x, p))
    return out


def test_a_whole_track_agrees_with_a_filter_written_apart():
    # The same detections, prior and noise through both filters; a free flight above the air.
    r, frame = truth.site_frame(40.0, 131.0, 150e3)
    s = np.concatenate((r, np.array([1500.0, -1000.0, 1200.0]) @ frame))
    rng = np.random.default_rng(4)
    times, states = np.arange(0.0, 120.0, 2.0), []
    for _ in times:
        states.append(s)
        s = truth.runge_kutta(s, 2.0, np.zeros(3), None)
    radar = (40.89, 140.34, 5.0, 3e-4, 2.0)
    z, _, _ = truth.look(radar, np.array(states), rng)
    sigma = np.array([5.0, 3e-4, 3e-4])
    # Both take the same error of azimuth, whatever the elevation.
    p0 = np.diag([500.0**2] * 3 + [50.0**2] * 3)
    x0 = states[0] + np.concatenate((rng.standard_normal(3) * 300, rng.standard_normal(3) * 30))
    noise = TrackerSettings().noise_array()
    x = np.zeros(9)
    x[:6] = x0
    p = np.zeros((9, 9))
    p[:6, :6] = p0
    apart = filter_apart(times, z, sigma, x0, p0, noise[_kernels.FREE])
    for i, (expected, covariance) in enumerate(apart):
        if i:
            _kernels.predict(x, p, 6, 2.0, 2000.0, PLANET, noise)
        _kernels_update.update(x, p, 6, np.concatenate((z[i], sigma)), SITE, FRAME)
        spread = np.sqrt(np.diag(covariance))
        # A twentieth of a standard deviation, once the curvature of the first looks has been digested.
        bound = 0.5 if i < 5 else 0.05
        assert np.all(np.abs(x[:6] - expected) < bound * spread), i
        assert np.allclose(np.sqrt(np.diag(p)[:6]), spread, rtol=0.05 if i < 5 else 0.01), i
