"""When thrust ends: what is written of it against samples of ends and accelerations, drawn one by one."""

import numpy as np
import pytest

from hoplon.track import _kernels_thrust as thrust

pytestmark = pytest.mark.compiled

MEAN, SIGMA = 75.0, 15.0
RUNS = 400_000


def agree(x, p, samples):
    """Hold mean and covariance to those of samples: 400,000 of them say 0.3 % of a standard deviation."""
    covariance = np.cov(samples.T)
    spread = np.sqrt(np.diag(covariance))
    assert (x - samples.mean(axis=0)) / spread == pytest.approx(0.0, abs=0.01)
    assert p / np.outer(spread, spread) == pytest.approx(covariance / np.outer(spread, spread), abs=0.015)


@pytest.mark.parametrize("mrad", [0.01, 500.0])
def test_the_second_detection_gives_the_thrust_that_may_have_been_felt(mrad):
    """Upwards; so coarse a radar that the second tells no direction leaves it even over the axes."""
    gap, distance = 4.0, 500e3
    site, rotation = np.array([7e6, 0.0, 0.0]), np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    z = np.array([distance, 0.0, np.pi / 2, 5.0, mrad * 1e-3, mrad * 1e-3])
    start = np.zeros((2, 9))
    start[:, 0] = 7e6 + distance - gap * 3000.0
    x, p = start.copy(), np.zeros((2, 9, 9))
    thrust.aim(gap, z, site, rotation, x[0], p[0], x[1], p[1], MEAN, SIGMA)
    # A share of 0.05 of thrust squared lies across, per axis, or a third.
    across = 0.0025 if mrad < 1.0 else 1.0 / 3.0
    square = (MEAN**2 + SIGMA**2) * np.array([1.0 - 2.0 * across, across, across])
    mean = np.array([MEAN * (1.0 - 3.0 * across), 0.0, 0.0])
    rng = np.random.default_rng(6)
    a = mean + np.sqrt(square - mean**2) * rng.standard_normal((RUNS, 3))
    lasted = rng.uniform(0.0, gap, (RUNS, 1))
    boost = np.hstack([0.5 * a * gap**2, a * gap, a])
    free = np.hstack([a * (lasted * gap - 0.5 * lasted**2), a * lasted])
    for moved, covariance, samples in zip(x - start, p, (boost, free), strict=True):
        n = samples.shape[1]
        agree(moved[:n], covariance[:n, :n], samples)
        assert not covariance[n:].any()


def boosting(seed):
    """A state under thrust with errors that hang together."""
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((9, 9)) * np.repeat([30.0, 10.0, 3.0], 3)[:, None]
    x = np.concatenate([rng.normal(0.0, 1e5, 3), rng.normal(0.0, 2e3, 3), rng.normal(0.0, 60.0, 3)])
    return x, root @ root.T


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("watched", [0.2, 60.0])
def test_a_later_end_of_thrust_has_the_moments_of_its_samples(seed, watched):
    x, p = boosting(seed)
    free_x, free_p = np.zeros(9), np.zeros((9, 9))
    span = thrust.cut_off(x, p, free_x, free_p, 0.35, watched)
    assert 0.4 < span < 10.0
    rng = np.random.default_rng(1)
    at = rng.multivariate_normal(x, p, RUNS)
    lasts = rng.uniform(-min(0.75 * span, watched), span, (RUNS, 1))
    a = at[:, 6:]
    # The rival is a Gaussian about linear and bilinear terms: what it leaves out is of fourth order.
    agree(free_x[:6], free_p[:6, :6], np.hstack([at[:, :3] - 0.5 * a * lasts**2, at[:, 3:6] + a * lasts]))


@pytest.mark.parametrize("seed", range(3))
def test_thrust_goes_unnoticed_until_it_has_moved_the_object(seed):
    """So many standard deviations by numpy's own inverse."""
    x, p = boosting(seed)
    span = thrust.unnoticed_s(x, p)
    square = x[6:] @ np.linalg.solve(p[:3, :3], x[6:])
    assert 0.5 * span**2 * np.sqrt(square) == pytest.approx(thrust.CUT_OFF_SIGMAS, rel=1e-9)
    # Of thrust that is hardly known its mean square counts.
    x[6:] *= 0.01
    span = thrust.unnoticed_s(x, p)
    square = np.trace(np.linalg.solve(p[:3, :3], np.outer(x[6:], x[6:]) + p[6:, 6:]))
    assert 0.5 * span**2 * np.sqrt(square) == pytest.approx(thrust.CUT_OFF_SIGMAS, rel=1e-9)


def test_thrust_goes_unnoticed_for_ten_seconds_at_most():
    x, p = boosting(0)
    p[:3, :3] *= 1e6
    assert thrust.unnoticed_s(x, p) == thrust.LONGEST_CUT_OFF_S
    assert thrust.unnoticed_s(np.zeros(9), np.zeros((9, 9))) == thrust.LONGEST_CUT_OFF_S


def test_drag_is_that_of_a_log_normal_ballistic_coefficient():
    x, p = boosting(0)
    free_x, free_p = np.zeros(9), np.zeros((9, 9))
    thrust.cut_off(x, p, free_x, free_p, 0.35, 60.0)
    drag = np.exp(-0.35 * np.random.default_rng(4).standard_normal(RUNS))
    assert free_x[6] == pytest.approx(drag.mean(), rel=0.003)
    assert np.sqrt(free_p[6, 6]) == pytest.approx(drag.std(), rel=0.01)


def test_of_a_track_of_one_detection_the_free_state_is_the_state_that_it_has():
    x, p = boosting(0)
    free_x, free_p = np.zeros(9), np.zeros((9, 9))
    assert thrust.cut_off(x, p, free_x, free_p, 0.35, 0.0) == 0.0
    assert np.array_equal(free_x[:6], x[:6])
    assert np.array_equal(free_p[:6, :6], p[:6, :6])
