"""The single-track extended Kalman filter against Stone Soup, SciPy, and plain linear algebra."""

import numpy as np
import pytest
import stone_soup_peer as peer
import track_truth as truth
from scipy.integrate import solve_ivp
from single_pass import P0, SIGMA, SITES, batch_of, make_pass, off_start, plain
from stonesoup.predictor.kalman import ExtendedKalmanPredictor
from stonesoup.updater.kalman import ExtendedKalmanUpdater

from hoplon.earth.planet import WGS84
from hoplon.errors import InputError
from hoplon.track import _kernels_ekf as kernels
from hoplon.track import _kernels_ekf_track as track_kernels
from hoplon.track.detections import DetectionBatch
from hoplon.track.ekf import (
    ExtendedKalmanFilter,
    FilterSettings,
    filter_track,
)
from hoplon.track.replicates import filter_replicates, measure_replicates
from hoplon.track.single import TrackStart, position_of, start_from_detection


@pytest.fixture(scope="module")
def flight():
    """Times, states, sensors, measurements."""
    t, states, sensor, exact = make_pass()
    return t, states, sensor, exact + np.random.default_rng(11).standard_normal(exact.shape) * SIGMA


def test_a_pass_of_1000_km_ends_within_a_millimetre_of_stone_soup(flight):
    t, states, sensor, z = flight
    assert len(t) > 300
    start = off_start(*flight[:2], np.random.default_rng(3))
    ours = filter_track(SITES, batch_of(sensor, t, z), start)
    radars = [peer.radar((site.r_ecef_m, site.enu_from_ecef), SIGMA) for site in SITES]
    means, covariances = peer.filter_track(
        ExtendedKalmanPredictor(peer.FreeFlight(q=1e-10)),
        ExtendedKalmanUpdater(None),
        [radars[k] for k in sensor],
        t,
        z,
        t[0],
        start.state,
        P0,
    )
    # Both are the same arithmetic in another order: a millimetre is a hundred-thousandth of a sigma.
    assert np.abs(ours.r_ecef_m - means[:, :3]).max() < 1e-3
    assert np.abs(ours.v_ecef_m_s - means[:, 3:]).max() < 1e-5
    spread = np.sqrt(np.einsum("nii->ni", covariances))
    assert np.abs(ours.covariance - covariances)[-1].max() < 1e-6 * np.outer(spread[-1], spread[-1]).max()
    # And both are right: 15 m where three radars of 20 m and 1 km have looked for minutes.
    assert np.linalg.norm(ours.r_ecef_m[-1] - states[-1, :3]) < 30.0


@pytest.mark.parametrize("move", [kernels.move, plain(kernels.move)])
def test_a_step_is_that_of_solve_ivp(move):
    r, frame = truth.site_frame(40.0, 131.0, 250e3)
    x = np.concatenate((r, np.array([1500.0, -1000.0, 1200.0]) @ frame))
    step = plain(kernels.move) if move is plain(kernels.move) else track_kernels.predict
    terms = kernels.terms_of(WGS84.as_array())
    exact = solve_ivp(
        lambda _, s: truth.rates(s, np.zeros(3), None), (0.0, 10.0), x, rtol=1e-12, atol=1e-9
    ).y[:, -1]
    if step is plain(kernels.move):
        got = np.array(step(tuple(x), 10.0, terms)[:6])
    else:
        got = np.array(step(tuple(x), tuple(np.zeros(21)), 10.0, 0.0, terms)[0])
    # The stated millimetre in the longest step.
    assert np.linalg.norm(got[:3] - exact[:3]) < 1e-3
    assert np.linalg.norm(got[3:] - exact[3:]) < 1e-4


def test_the_covariance_moves_as_neighbouring_flights_do():
    # Sixty seconds in steps of 5 s, against differenced flights of SciPy's.
    r, frame = truth.site_frame(40.0, 131.0, 250e3)
    x = np.concatenate((r, np.array([1500.0, -1000.0, 1200.0]) @ frame))

    def flown(s):
        return solve_ivp(
            lambda _, y: truth.rates(y, np.zeros(3), None), (0.0, 60.0), s, rtol=1e-12, atol=1e-9
        ).y[:, -1]

    scale = np.array([100.0] * 3 + [1.0] * 3)
    exact = np.column_stack([(flown(x + d) - flown(x - d)) / (2 * d.sum()) for d in np.diag(scale)])
    root = np.random.default_rng(1).standard_normal((6, 6)) * np.array([[1000.0]] * 3 + [[20.0]] * 3)
    q = 1e-3
    ours = ExtendedKalmanFilter(SITES, FilterSettings(free_flight_noise_m_s15=q**0.5))
    s, p = x, root @ root.T
    for _ in range(12):
        s, p = ours.predict(s, p, 5.0)
    noise = np.zeros((6, 6))
    for w in np.arange(0.5, 60.0) / 60.0:
        # White acceleration along the way, carried to the end by straight flight: right to G t²/2 = 0.4 %.
        g = np.vstack((np.eye(3) * 60.0 * (1 - w), np.eye(3)))
        noise += q * g @ g.T
    expected = exact @ root @ root.T @ exact.T
    spread = np.sqrt(np.diag(expected))
    assert np.abs(p - expected - noise).max() / np.outer(spread, spread).max() < 1e-3
    s, p = ours.predict(x, root @ root.T, 60.0)
    back, _ = ours.predict(s, p - noise, -60.0)
    assert np.allclose(back, x, rtol=0, atol=0.01)


def test_a_detection_is_the_kalman_update_of_its_linear_model():
    # Range, azimuth, elevation and range rate at once, by the textbook's matrices and differenced gradients.
    r, frame = truth.site_frame(40.0, 131.0, 250e3)
    x = np.concatenate((r, np.array([1500.0, -1000.0, 1200.0]) @ frame))
    site = SITES[0]

    def observe(s):
        e = site.enu_from_ecef @ (s[:3] - site.r_ecef_m)
        rho = np.linalg.norm(e)
        rate = (s[3:] @ site.enu_from_ecef.T) @ e / rho
        return np.array([rho, np.arctan2(e[0], e[1]), np.arcsin(e[2] / rho), rate])

    steps = np.diag([10.0] * 3 + [1.0] * 3)
    h = np.column_stack([(observe(x + d) - observe(x - d)) / (2 * d.sum()) for d in steps])
    root = np.random.default_rng(5).standard_normal((6, 6)) * np.array([[300.0]] * 3 + [[20.0]] * 3)
    p = root @ root.T
    sigma = np.array([20.0, 1e-3, 2e-3, 3.0])
    y = np.array([15.0, -2e-3, 1e-3, 4.0])
    z = observe(x) + y
    ours = ExtendedKalmanFilter(SITES)
    for n in (3, 4):
        row = np.concatenate((z[:3], sigma[:3], [z[3], sigma[3] if n == 4 else np.inf]))
        s = h[:n] @ p @ h[:n].T + np.diag(sigma[:n] ** 2)
        gain = p @ h[:n].T @ np.linalg.inv(s)
        for update in (ours.update, None):
            if update:
                mean, covariance, distance, logdet = update(x, p, row, 0)
            else:
                state, packed, fit = plain(track_kernels.update)(
                    tuple(x), plain(track_kernels.packed)(p), row,
                    (*site.r_ecef_m, *site.enu_from_ecef.ravel()), 1, 0.0,
                )  # fmt: skip
                mean, distance, logdet = np.array(state), fit[0], np.log(fit[1])
                covariance = np.zeros((6, 6))
                plain(track_kernels.unpack_into)(covariance, packed)
                assert np.allclose(fit[2 : 2 + n], y[:n], rtol=1e-9)
            assert np.allclose(mean, x + gain @ y[:n], rtol=0, atol=1e-4)
            assert np.allclose(covariance, p - gain @ s @ gain.T, rtol=1e-5, atol=1e-3)
            assert distance == pytest.approx(y[:n] @ np.linalg.solve(s, y[:n]), rel=1e-6)
            assert logdet == pytest.approx(np.linalg.slogdet(s)[1], abs=1e-6)


def test_a_range_rate_of_infinite_sigma_changes_nothing_and_a_good_one_helps(flight):
    t, states, sensor, z = flight
    start = off_start(*flight[:2], np.random.default_rng(3))
    batch = batch_of(sensor, t, z)
    without = filter_track(SITES, batch, start)
    none = filter_track(SITES, batch, start, range_rate_m_s=np.zeros(len(t)))
    assert np.array_equal(without.covariance, none.covariance)
    line = states[:, :3] - np.array([SITES[k].r_ecef_m for k in sensor])
    rate = np.sum(line * states[:, 3:], axis=1) / np.linalg.norm(line, axis=1)
    found = filter_track(SITES, batch, start, range_rate_m_s=rate, sigma_range_rate_m_s=0.5)
    assert np.trace(found.covariance[20, 3:, 3:]) < 0.5 * np.trace(without.covariance[20, 3:, 3:])
    error = np.concatenate((found.r_ecef_m, found.v_ecef_m_s), axis=1) - states
    squares = np.einsum("ni,nij,nj->n", error, np.linalg.inv(found.covariance), error)
    assert squares[-1] < 25.0


def test_a_range_across_is_longer_by_what_its_curvature_says():
    """E[|r + d|] - |r| for a Gaussian d of 20 km across, drawn; the remainder is of fourth order."""
    r, _ = truth.site_frame(38.0, 131.0, 300e3)
    site = np.concatenate((SITES[0].r_ecef_m, np.ravel(SITES[0].enu_from_ecef)))
    a = kernels.aim(*r, tuple(site))
    axes = np.array(a[6:15]).reshape(3, 3)
    spread = axes.T @ np.diag([3e3, 15e3, 20e3]) ** 2 @ axes
    p = np.zeros((6, 6))
    p[:3, :3] = spread
    drawn = np.random.default_rng(3).multivariate_normal(np.zeros(3), spread, 400_000)
    # Drawn with its mirror image: what is linear in the error cancels.
    ranges = [np.linalg.norm(r + sign * drawn - site[:3], axis=1).mean() for sign in (1.0, -1.0)]
    bias = track_kernels.bent(track_kernels.packed(p), a) / a[0]
    assert np.mean(ranges) - a[0] == pytest.approx(bias, rel=0.01)
    assert bias == pytest.approx((15e3**2 + 20e3**2) / (2.0 * a[0]), rel=1e-6)


def test_three_verbs_make_the_same_track(flight):
    t, _, sensor, z = flight
    batch = batch_of(sensor[:60], t[:60], z[:60])
    start = start_from_detection(SITES[sensor[0]], batch)
    whole = filter_track(SITES, batch_of(sensor[1:60], t[1:60], z[1:60]), start)
    ours = ExtendedKalmanFilter(SITES)
    rows = batch.as_rows()
    x, p = ours.start(rows[0], sensor[0])
    assert np.array_equal(x, start.state)
    for i in range(1, 60):
        before = x.copy()
        x, p = ours.predict(x, p, t[i] - t[i - 1])
        x, p, distance, _ = ours.update(x, p, rows[i], sensor[i])
        assert distance == pytest.approx(whole.nis[i - 1], rel=1e-9)
        assert not np.array_equal(x, before)
    assert np.allclose(x[:3], whole.r_ecef_m[-1], rtol=0, atol=1e-6)


def test_replicates_in_lanes_are_single_tracks(flight):
    t, states, sensor, z = flight
    rng = np.random.default_rng(8)
    m = 40  # a full block of lanes and a part of one
    few = np.flatnonzero((t < 180.0) | (t > 215.0))  # a silence of more than three longest steps
    t, sensor = t[few], sensor[few]
    measured = z[few][:, :, None] + rng.standard_normal((len(few), 3, m)) * SIGMA[:, None]
    measured[:, 1] = np.where(rng.random((len(few), m)) < 0.5, measured[:, 1], measured[:, 1] + 2 * np.pi)
    x0 = states[0] + rng.standard_normal((m, 6)) * np.sqrt(np.diag(P0))
    keep = [5, len(few) // 2, len(few) - 1]
    found = filter_replicates(SITES, t, sensor, measured, SIGMA, t[0] - 3.0, x0, P0, keep=keep)
    assert found.covariance.shape == (3, m, 6, 6)
    for k in (0, 31, 32, 39):
        start = TrackStart(t[0] - 3.0, x0[k, :3], x0[k, 3:], P0)
        single = filter_track(SITES, batch_of(sensor, t, measured[:, :, k].copy()), start)
        # Another order of the same arithmetic.
        assert np.abs(single.r_ecef_m[keep] - found.r_ecef_m[:, k]).max() < 1e-5
        assert np.abs(single.v_ecef_m_s[keep] - found.v_ecef_m_s[:, k]).max() < 1e-7
        assert np.allclose(single.covariance[keep], found.covariance[:, k], rtol=1e-6, atol=1e-6)
        assert np.allclose(single.nis[keep], found.nis[:, k], rtol=1e-6)


def test_looks_in_lanes_are_looks(flight):
    _, states, sensor, _ = flight
    rng = np.random.default_rng(8)
    few = slice(0, 40)
    r = states[few, :3] + 3e4 * rng.standard_normal((35, 1, 3))
    got = measure_replicates(SITES, sensor[few], r, np.zeros(3), rng)
    for k in (0, 17, 34):
        for i in range(40):
            site = SITES[sensor[i]]
            e = site.enu_from_ecef @ (r[k, i] - site.r_ecef_m)
            exact = np.linalg.norm(e), np.arctan2(e[0], e[1]), np.arctan2(e[2], np.hypot(e[0], e[1]))
            assert abs(got[i, 0, k] - exact[0]) < 1e-6
            assert np.allclose(got[i, 1:, k], exact[1:], rtol=0, atol=1e-9)
    noisy = measure_replicates(SITES, sensor[few], r, SIGMA, rng)
    assert np.allclose(np.std(noisy - got, axis=(0, 2)), SIGMA, rtol=0.1)
    with pytest.raises(InputError, match="shape"):
        measure_replicates(SITES, sensor, r, SIGMA, rng)
    with pytest.raises(InputError, match="sensor 1"):
        measure_replicates(SITES, sensor[few] + 9, r, SIGMA, rng)


def test_a_position_and_its_covariance_are_those_of_many_noisy_looks():
    rng = np.random.default_rng(2)
    site, n = SITES[1], 100_000
    z = np.array([8e5, 0.7, 0.6])
    sigma = np.array([50.0, 2e-3, 1e-3])
    noisy = z + rng.standard_normal((n, 3)) * sigma
    r, covariance = position_of(site, *z, *sigma)
    many, _ = position_of(site, *noisy.T, *sigma)
    spread = np.cov((many - r).T)
    # Sampling error of 100,000 looks, and the curvature that first order leaves out (2 m of 1.6 km).
    scale = np.sqrt(np.diag(covariance))
    assert np.abs(spread - covariance).max() < 0.02 * np.outer(scale, scale).max()
    assert np.abs(many.mean(axis=0) - r).max() < 0.02 * scale.max()


@pytest.mark.parametrize(
    "change, says",
    [
        ({"t_s": np.array([0.0, 2.0, 1.0])}, "before the state"),
        ({"t_s": np.array([-1.0, 2.0, 3.0])}, "before the state"),
        ({"sensor": np.array([0, 3, 0])}, "sensor 3"),
        ({"sigma_range_m": np.array([1.0, 0.0, 1.0])}, "standard deviation"),
        ({"range_m": np.array([1e6, np.nan, 1e6])}, "not finite"),
    ],
)
def test_what_cannot_be_filtered_is_refused_in_words(change, says):
    ones = np.ones(3)
    columns = {
        "sensor": np.zeros(3, dtype=np.int64), "t_s": np.arange(3.0), "range_m": 1e6 * ones,
        "azimuth_rad": ones, "elevation_rad": 0.5 * ones, "sigma_range_m": 10 * ones,
        "sigma_azimuth_rad": 1e-3 * ones, "sigma_elevation_rad": 1e-3 * ones,
    }  # fmt: skip
    r, _ = position_of(SITES[0], 1e6, 1.0, 0.5, 10.0, 1e-3, 1e-3)
    start = TrackStart(0.0, r, np.zeros(3), P0)
    with pytest.raises(InputError, match=says):
        filter_track(SITES, DetectionBatch(**{**columns, **change}), start)


def test_starts_settings_and_schedules_that_make_no_sense_are_refused():
    r = np.array([6.5e6, 0.0, 0.0])
    with pytest.raises(InputError, match="not positive"):
        filter_track(SITES, DetectionBatch.empty(), TrackStart(0.0, r, r, -P0))
    with pytest.raises(InputError, match="shape"):
        filter_track(SITES, DetectionBatch.empty(), TrackStart(0.0, r, r, np.eye(9)))
    with pytest.raises(InputError, match="without sensors"):
        ExtendedKalmanFilter([])
    with pytest.raises(InputError, match="iterations"):
        FilterSettings(iterations=0)
    with pytest.raises(InputError, match="finite"):
        FilterSettings(free_flight_noise_m_s15=-1.0)
    with pytest.raises(InputError, match="start from"):
        start_from_detection(SITES[0], DetectionBatch.empty())
    z = np.ones((2, 3, 4))
    with pytest.raises(InputError, match="iterated"):
        filter_replicates(
            SITES, [0, 1], [0, 0], z, 1.0, 0.0, np.ones((4, 6)), P0, FilterSettings(iterations=3)
        )
    with pytest.raises(InputError, match="shape"):
        filter_replicates(SITES, [0, 1, 2], [0, 0, 0], z, 1.0, 0.0, np.ones((4, 6)), P0)
    with pytest.raises(InputError, match="detection 1: sensor 7"):
        filter_replicates(SITES, [0, 1], [0, 7], z, 1.0, 0.0, np.ones((4, 6)), P0)
    assert len(filter_track(SITES, DetectionBatch.empty(), TrackStart(0.0, r, r, P0))) == 0
