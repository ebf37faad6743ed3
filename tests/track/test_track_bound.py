"""The Cramér-Rao bound against closed forms, SciPy's Riccati solver and the filter; NEES against its law."""

import numpy as np
import pytest
from scipy.linalg import solve_discrete_are
from single_pass import P0, RADARS, SIGMA, SITES, batch_of, make_pass

from hoplon.earth import _kernels as earth
from hoplon.earth.planet import WGS84, Planet
from hoplon.errors import InputError
from hoplon.track import metrics
from hoplon.track.bound import _gravity_gradient, cramer_rao_bound, transition_matrix
from hoplon.track.ekf import COMPENSATED, FilterSettings, filter_track
from hoplon.track.replicates import filter_replicates
from hoplon.track.single import TrackStart, position_of, start_from_detection, velocity_from_launch

#: Next to no gravity and no rotation: everything flies straight, and a filter is linear.
STRAIGHT = Planet(1e-20, 0.0, 0.0, 6378137.0, 0.0)


def still_target(n, sigma_m):
    """Looks at a body at rest in the middle of nowhere, each with one error in all directions."""
    r, _ = position_of(SITES[0], 1e6, 1.0, 0.5, 1.0, 1.0, 1.0)
    sigma = np.tile([sigma_m, sigma_m / (1e6 * np.cos(0.5)), sigma_m / 1e6], (n, 1))
    return np.zeros(n, dtype=np.int64), sigma, np.tile(r, (n, 1))


def test_without_noise_it_is_the_variance_of_a_straight_line_through_the_looks():
    # Regression: 12 σ²/(T² n(n²-1)) for the slope, 2 σ² (2n-1)/(n(n+1)) for the last point.
    n, step, sigma = 12, 2.0, 50.0
    bound = cramer_rao_bound(SITES, step * np.arange(n), *still_target(n, sigma), planet=STRAIGHT)
    assert np.isinf(bound[0]).all()
    slope = 12 * sigma**2 / (step**2 * n * (n * n - 1))
    end = 2 * sigma**2 * (2 * n - 1) / (n * (n + 1))
    assert np.allclose(np.diag(bound[-1]), [end] * 3 + [slope] * 3, rtol=1e-6)


@pytest.mark.parametrize("step", [1.5, 7.0])
def test_with_noise_it_settles_where_the_riccati_equation_says(step):
    q, sigma, n = 4.0, 50.0, 200
    bound = cramer_rao_bound(
        SITES, step * np.arange(n), *still_target(n, sigma), noise_density_m2_s3=q, planet=STRAIGHT
    )
    f = np.array([[1.0, step], [0.0, 1.0]])
    h = np.array([[1.0, 0.0]])
    noise = q * np.array([[step**3 / 3, step**2 / 2], [step**2 / 2, step]])
    ahead = solve_discrete_are(f.T, h.T, noise, [[sigma**2]])
    gain = ahead @ h.T / (h @ ahead @ h.T + sigma**2)
    after = ahead - gain @ h @ ahead
    assert np.allclose(bound[-1], np.kron(after, np.eye(3)), rtol=1e-6, atol=1e-6 * sigma**2)


def test_the_gradient_of_gravity_is_the_differenced_one():
    r = np.array([3.2e6, 3.9e6, 4.4e6])
    exact = np.column_stack(
        [
            (
                np.array(earth.gravity_j2(*(r + d), earth.GM, earth.J2, earth.RADIUS))
                - np.array(earth.gravity_j2(*(r - d), earth.GM, earth.J2, earth.RADIUS))
            )
            / 20.0
            for d in np.eye(3) * 10.0
        ]
    )
    assert np.allclose(_gravity_gradient(r, WGS84), exact, rtol=0, atol=1e-9 * np.abs(exact).max())
    # Two halves of a step make the whole, to second order.
    whole, half = transition_matrix(r, WGS84, 4.0), transition_matrix(r, WGS84, 2.0)
    assert np.allclose(half @ half, whole, rtol=0, atol=1e-5)


def test_a_filter_along_the_truth_reports_the_bound():
    t, states, sensor, z = make_pass()
    bound = cramer_rao_bound(SITES, t, sensor, SIGMA, states[:, :3], P0)
    start = TrackStart(t[0], states[0, :3], states[0, 3:], P0)
    found = filter_track(SITES, batch_of(sensor, t, z), start, FilterSettings(free_flight_noise_m_s15=0.0))
    # The bound has the gradient of J2 and steps of 2 s at most; the filter has neither.
    spread = np.sqrt(np.einsum("nii->ni", bound))
    assert np.abs((found.covariance - bound) / (spread[:, :, None] * spread[:, None, :])).max() < 1e-3


def test_a_bound_needs_times_in_order():
    with pytest.raises(InputError, match="order"):
        cramer_rao_bound(SITES, [1.0, 0.0], *still_target(2, 1.0))


def test_bands_are_those_of_the_table_of_chi_square():
    # 100 degrees of freedom: 74.222 and 129.561 at 2.5 and 97.5 % (any printed table).
    band = metrics.mean_band(2, 50)
    assert (band.low, band.high) == pytest.approx((74.222 / 50, 129.561 / 50), abs=1e-4)
    assert band.share([1.0, 2.0, 2.5, 3.0]) == 0.5
    with pytest.raises(InputError, match="runs"):
        metrics.mean_band(6, 0)


def test_normalised_squares_of_gaussian_errors_follow_their_law():
    rng = np.random.default_rng(4)
    root = rng.standard_normal((6, 6)) * np.array([[1e3]] * 3 + [[1.0]] * 3)
    p = root @ root.T
    errors = rng.standard_normal((200, 50, 6)) @ root.T
    squares = metrics.nees(errors, p)
    assert squares[3, 7] == pytest.approx(errors[3, 7] @ np.linalg.solve(p, errors[3, 7]), rel=1e-6)
    found = metrics.consistency(squares, 6)
    assert found.per_dimension == pytest.approx(1.0, abs=4 * np.sqrt(2 / (6 * 10_000)))
    assert found.inside > 0.85
    assert metrics.consistency(squares / 2, 6).inside == 0.0
    assert abs(metrics.whiteness(errors[0], np.broadcast_to(p, (50, 6, 6)))) < 4 / np.sqrt(300)
    assert metrics.whiteness(np.cumsum(errors[0], axis=0), np.broadcast_to(p, (50, 6, 6))) > 0.5


def noisy_passes(radars, cued, runs, seed):
    """Filter noisy copies of a pass from the first detection; return errors, covariances, bound, NIS."""
    t, states, sensor, exact = make_pass(radars)
    rng = np.random.default_rng(seed)
    z = exact[:, :, None] + rng.standard_normal((*exact.shape, runs)) * SIGMA[:, None]
    r, spread = position_of(SITES[sensor[0]], *z[0], *np.repeat(SIGMA[:, None], runs, axis=1))
    v, sigma_v = np.zeros((runs, 3)), 3000.0
    if cued:
        launch = start_of_flight() + rng.standard_normal((runs, 3)) * 5e3
        v, sigma_v = velocity_from_launch(r, t[0], launch, 0.0), 700.0
    p = np.zeros((runs, 6, 6))
    p[:, :3, :3], p[:, 3:, 3:] = spread, np.eye(3) * sigma_v**2
    keep = np.arange(0, len(t) - 1, 5)
    found = filter_replicates(SITES, t[1:], sensor[1:], z[1:], SIGMA, t[0], np.hstack((r, v)), p, keep=keep)
    error = np.concatenate((found.r_ecef_m, found.v_ecef_m_s), axis=2) - states[1 + keep, None]
    nothing = np.diag([1e9**2] * 3 + [sigma_v**2] * 3)
    bound = cramer_rao_bound(SITES, t, sensor, SIGMA, states[:, :3], nothing)[1 + keep]
    firm = t[1 + keep] >= t[0] + 5.0
    return error[firm], found.covariance[firm], bound[firm], found.nis[firm]


def start_of_flight():
    import track_truth as truth

    return truth.site_frame(40.5, 127.0)[0]


@pytest.mark.compiled
@pytest.mark.parametrize("radars, cued", [(1, False), (3, False), (3, True)])
def test_in_free_flight_the_filter_is_honest_and_as_good_as_can_be(radars, cued):
    # The small version of validation/check_filters.py.
    error, covariance, bound, nis = noisy_passes(RADARS[:radars], cued, 64, seed=17)
    runs = error.shape[1]
    squares = metrics.consistency(metrics.nees(error, covariance).T, 6)
    assert squares.inside >= 0.8
    assert 0.9 < squares.per_dimension < 1.1
    assert metrics.consistency(nis.T, 3).inside >= 0.8
    against = metrics.nees(error, np.broadcast_to(bound[:, None], covariance.shape)).mean(axis=1)
    assert against.min() > metrics.mean_band(6, runs, 0.99).low
    ratio = np.einsum("nij,nmji->n", np.linalg.inv(bound), covariance) / (6 * runs)
    assert np.abs(ratio - 1.0).max() < 0.15


@pytest.mark.compiled
@pytest.mark.parametrize(
    "settings, low, high",
    [(FilterSettings(), 5.0, np.inf), (COMPENSATED, 0.85, 1.15)],
    ids=["plain", "compensated"],
)
def test_a_wide_prior_needs_the_compensated_update(settings, low, high):
    # 20 km, as from a satellite's launch point: κ is 20, where the plain filter says what it cannot know.
    t, states, sensor, exact = make_pass()
    rng = np.random.default_rng(6)
    prior = np.diag([20e3**2] * 3 + [500.0**2] * 3)
    squares = []
    # Errors hardly change along a pass, so the mean of a hundred runs is good to √(2 / 600) = 6 % at best.
    for _ in range(100):
        x = states[0] + rng.standard_normal(6) * np.sqrt(np.diag(prior))
        z = exact + rng.standard_normal(exact.shape) * SIGMA
        found = filter_track(SITES, batch_of(sensor, t, z), TrackStart(t[0], x[:3], x[3:], prior), settings)
        error = np.hstack((found.r_ecef_m, found.v_ecef_m_s)) - states
        squares.append(metrics.nees(error, found.covariance)[20:])
    assert low < metrics.consistency(squares, 6).per_dimension < high


@pytest.mark.compiled
def test_coarse_angles_make_the_plain_filter_boast():
    # One radar of 30 m and 4 mrad: κ is 0.5.
    t, states, sensor, exact = make_pass(RADARS[:1])
    sigma = np.array([30.0, 4e-3, 4e-3])
    rng = np.random.default_rng(6)
    plain_one, compensated = [], []
    for _ in range(80):
        batch = batch_of(sensor, t, exact + rng.standard_normal(exact.shape) * sigma, sigma)
        start = start_from_detection(SITES[0], batch)
        rest = batch_of(sensor[1:], t[1:], batch.as_rows()[1:, :3], sigma)
        for settings, squares in ((FilterSettings(), plain_one), (COMPENSATED, compensated)):
            found = filter_track(SITES, rest, start, settings)
            error = np.hstack((found.r_ecef_m, found.v_ecef_m_s)) - states[1:]
            squares.append(metrics.nees(error, found.covariance)[20:])
    assert metrics.consistency(plain_one, 6).per_dimension > 1.15
    assert 0.9 < metrics.consistency(compensated, 6).per_dimension < 1.15
