"""The tracker's motion model against a flight integrator of its own (numpy, in `track_truth`)."""

import numpy as np
import pytest
import track_truth as truth
from hypothesis import given, settings
from hypothesis import strategies as st

from hoplon.earth.frames import geodetic_from_ecef
from hoplon.earth.planet import WGS84
from hoplon.track import _kernels as kernels
from hoplon.track import _kernels_thrust as thrust
from hoplon.track._kernels_reentry import AIR_TOP_M
from hoplon.track.drag_factor import coefficient_from_factor, factor_from_coefficient
from hoplon.track.settings import TrackerSettings

PLANET = WGS84.as_array()
NOISE = TrackerSettings().noise_array()


def plain(kernel):
    return getattr(kernel, "py_func", kernel)


def state(height_m=200e3, speed=(800.0, 1500.0, 600.0)):
    r, frame = truth.site_frame(38.0, 131.0)
    x = np.zeros(9)
    x[:3] = r + height_m * frame[2]
    x[3:6] = np.asarray(speed) @ frame
    return x


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 120e3))
@settings(max_examples=60, deadline=None)
def test_height_is_geodetic_within_a_metre_below_120_km(lat, lon, h):
    r, _ = truth.site_frame(lat, lon, h)
    assert abs(kernels.height(*r, PLANET) - h) < 1.0
    assert abs(geodetic_from_ecef(r)[2] - h) < 1e-3


@pytest.mark.parametrize("step", [kernels.advance, plain(kernels.advance)])
def test_free_flight_of_five_minutes_agrees_with_an_independent_integrator(step):
    # Both are fourth-order; steps of 10 s and of 1 s. A metre in 300 s is a tenth of the best radar's error.
    x = state(speed=(800.0, 1500.0, 1800.0))
    other = x[:6].copy()
    for _ in range(30):
        step(x, 6, 10.0, 2000.0, PLANET)
    for _ in range(300):
        other = truth.runge_kutta(other, 1.0, np.zeros(3), None)
    assert np.linalg.norm(x[:3] - other[:3]) < 1.0
    assert np.linalg.norm(x[3:6] - other[3:6]) < 0.01


def test_thrust_adds_to_gravity():
    x = state()
    x[6:9] = [10.0, -20.0, 30.0]
    other = x[:6].copy()
    kernels.advance(x, 9, 5.0, np.inf, PLANET)
    for _ in range(50):
        other = truth.runge_kutta(other, 0.1, np.array([10.0, -20.0, 30.0]), None)
    assert np.allclose(x[:6], other, atol=0.01)


@pytest.mark.parametrize("height_m", [25e3, 200e3])
@pytest.mark.parametrize("count", [6, 9])
def test_transition_matrix_is_the_derivative_of_the_flight(height_m, count):
    x = state(height_m, (500.0, 1500.0, -1200.0))
    dt = 0.5
    beta = 2000.0
    scale = np.array([10.0] * 3 + [0.1] * 3 + [0.1] * 3)
    f = np.zeros((9, 9))
    end = x.copy()
    k = kernels.advance(end, count, dt, beta, PLANET)
    kernels.transition(0.5 * (x + end), count, dt, k, PLANET, f)
    for j in range(count):
        ends = []
        for sign in (1, -1):
            y = x.copy()
            y[j] += sign * scale[j]
            kernels.advance(y, count, dt, beta, PLANET)
            ends.append(y)
        column = (ends[0] - ends[1])[:count] / (2 * scale[j])
        # In units of what the column moves: 2e-4 of the velocity's own share; in the air the scale height of
        # 7 km is 15 % off and drag's share of the matrix is small.
        moved = np.abs(f[:count, j] - column) * scale[j]
        assert np.all(moved[:3] < (2e-3 if height_m > 100e3 else 2e-2))
        assert np.all(moved[3:6] < (2e-3 if height_m > 100e3 else 6e-2))


def test_prediction_there_and_back_changes_nothing():
    x = state()
    p = np.diag([1e4] * 3 + [1e2] * 3 + [10.0] * 3)
    x0, p0 = x.copy(), p.copy()
    quiet = np.zeros_like(NOISE)
    kernels.predict(x, p, 6, 8.0, 2000.0, PLANET, quiet)
    assert np.linalg.norm(x[:3] - x0[:3]) > 1000
    kernels.predict(x, p, 6, -8.0, 2000.0, PLANET, quiet)
    assert np.allclose(x, x0, atol=1e-4)
    assert np.allclose(p[:6, :6], p0[:6, :6], rtol=1e-5, atol=0.1)


def test_noise_in_reentry_is_proportional_to_drag():
    grown = []
    for beta in (2000.0, 1000.0):
        x = state(30e3, (0.0, 1000.0, -1500.0))
        p = np.zeros((9, 9))
        kernels.predict(x, p, 6, 0.1, beta, PLANET, NOISE)
        grown.append(np.sqrt(np.trace(p[3:6, 3:6])))
    # Half the ballistic coefficient: twice the drag, twice the standard deviation.
    assert grown[1] / grown[0] == pytest.approx(2.0, rel=0.02)
    x = state(30e3, (0.0, 1000.0, -1500.0))
    k, _ = kernels.drag_rate(*x[:3], np.linalg.norm(x[3:6]), 2000.0, PLANET)
    fraction, time = NOISE[kernels.DRAG_FRACTION], NOISE[kernels.DRAG_TIME]
    expected = fraction * k * np.linalg.norm(x[3:6]) * np.sqrt(time * 0.1)
    # 1 % from the small share across the velocity, 1 % from the fall of 150 m into denser air.
    assert grown[0] == pytest.approx(expected, rel=0.03)


def test_jerk_noise_has_the_variance_of_an_integrated_random_walk():
    # Monte Carlo of the stochastic process itself: a random walk of acceleration over 4 s.
    rng = np.random.default_rng(5)
    steps, dt = 400, 0.01
    walk = np.cumsum(rng.standard_normal((4000, steps)) * np.sqrt(dt) * 4.0, axis=1)
    speed = np.cumsum(walk, axis=1) * dt
    place = speed.sum(axis=1) * dt
    p = np.zeros((9, 9))
    x = state()
    noise = np.array([0.0, 0.0, 0.0, 16.0, 16.0])
    for kernel in (kernels.add_noise, plain(kernels.add_noise)):
        p[:] = 0.0
        kernel(p, x, 9, 4.0, 0.0, noise)
        # 4000 draws: a standard deviation is known to about 1.1 %.
        assert np.sqrt(p[0, 0]) == pytest.approx(place.std(), rel=0.05)
        assert np.sqrt(p[4, 4]) == pytest.approx(speed[:, -1].std(), rel=0.05)
        assert np.sqrt(p[8, 8]) == pytest.approx(walk[:, -1].std(), rel=0.05)


def test_plain_kernels_agree_with_compiled_ones():
    x = state(60e3, (300.0, 900.0, -1500.0))
    y = x.copy()
    p = np.diag([1e4] * 3 + [1e2] * 3 + [10.0] * 3)
    q = p.copy()
    kernels.predict(x, p, 9, 2.0, 2000.0, PLANET, NOISE)
    plain(kernels.predict)(y, q, 9, 2.0, 2000.0, PLANET, NOISE)
    assert np.allclose(x, y, rtol=1e-12)
    assert np.allclose(p, q, rtol=1e-9, atol=1e-9)
    arguments = (x, 2000.0, PLANET, 10.0)
    assert plain(kernels.step_length)(*arguments) == pytest.approx(kernels.step_length(*arguments))
    arguments = (*x[:6], 2000.0, PLANET)
    assert plain(kernels.acceleration)(*arguments) == pytest.approx(kernels.acceleration(*arguments))
    assert plain(kernels.height)(*x[:3], PLANET) == kernels.height(*x[:3], PLANET)


@pytest.mark.compiled
def test_what_is_not_known_of_drag_spreads_a_fall_as_draws_do():
    # From the upper edge of the air to 35 km; ballistic coefficients drawn from a log-normal, flown one by
    # one. Drag has taken 60 m/s by then: its change by the speed that is lost is what is left out, 2 %.
    start = state(80e3, (0.0, 1500.0, -2000.0))
    x, p = start.copy(), np.zeros((9, 9))
    free_x, free_p = np.zeros(9), np.zeros((9, 9))
    thrust.cut_off(x, p, free_x, free_p, 0.35, 60.0)
    x[6], p[6, 6] = free_x[6], free_p[6, 6]
    quiet = np.zeros_like(NOISE)
    kernels.predict(x, p, 7, 21.0, 2000.0, PLANET, quiet)
    drawn = []
    for z in np.random.default_rng(5).standard_normal(2000):
        y, q = start.copy(), np.zeros((9, 9))
        kernels.predict(y, q, 6, 21.0, 2000.0 * np.exp(0.35 * z), PLANET, quiet)
        drawn.append(y[:6])
    drawn = np.array(drawn)
    lost = np.linalg.norm(drawn.mean(axis=0) - x[:6])
    sigma = drawn.std(axis=0)
    # 2000 draws: the mean is known to 2 % of a standard deviation, that to 2 %.
    assert lost < 0.06 * np.linalg.norm(sigma)
    along = sigma > 0.2 * sigma[3:].max()
    assert np.allclose(np.sqrt(np.diag(p)[:6])[along], sigma[along], rtol=0.08)


@pytest.mark.parametrize(
    ("speed_m_s", "to_120_km", "to_130_km"), [(2000.0, 1e-5, 4e-6), (7000.0, 1.1e-4, 4e-5)]
)
def test_what_is_left_out_of_the_drag_is_as_little_as_is_said(speed_m_s, to_120_km, to_130_km):
    # Densities of the US Standard Atmosphere 1976, table I, at 120 and 130 km; a body of 5 t/m².
    assert (kernels.DRAG_TOP_M, AIR_TOP_M) == (120e3, 130e3)
    assert 0.5 * 2.222e-8 * speed_m_s**2 / 5000.0 < to_120_km
    assert 0.5 * 8.152e-9 * speed_m_s**2 / 5000.0 < to_130_km


def test_drag_factor_and_coefficient_are_two_ways_to_say_the_same():
    covariance = np.diag([1e4, 1e4, 1e4, 100.0, 100.0, 100.0, 0.35**2])
    covariance[6, 3] = covariance[3, 6] = 1.2
    factor, known = factor_from_coefficient(1800.0, covariance, 2000.0)
    drag = 2000.0 / (1800.0 * np.exp(0.35 * np.random.default_rng(6).standard_normal(200_000)))
    assert factor == pytest.approx(drag.mean(), rel=0.003)
    assert np.sqrt(known[6, 6]) == pytest.approx(drag.std(), rel=0.01)
    assert known[6, 3] < 0.0
    beta, back = coefficient_from_factor(factor, known, 2000.0)
    assert beta == pytest.approx(1800.0)
    assert np.allclose(back, covariance)
