"""The unscented filter against Stone Soup's, and against the linear filter where the world is straight."""

import numpy as np
import pytest
import stone_soup_peer as peer
from single_pass import P0, SIGMA, SITES, batch_of, make_pass, off_start, plain
from stonesoup.predictor.kalman import UnscentedKalmanPredictor
from stonesoup.updater.kalman import UnscentedKalmanUpdater

from hoplon.errors import InputError
from hoplon.track import _kernels_ukf as kernels
from hoplon.track.ekf import ExtendedKalmanFilter
from hoplon.track.single import TrackStart, start_from_detection
from hoplon.track.ukf import UnscentedKalmanFilter, UnscentedSettings, filter_track


@pytest.fixture(scope="module")
def flight():
    t, states, sensor, exact = make_pass()
    return t, states, sensor, exact + np.random.default_rng(12).standard_normal(exact.shape) * SIGMA


@pytest.mark.parametrize(
    "given, count", [({}, 1000), ({"alpha": 0.8, "beta": 1.5, "kappa": 0.5}, 80)], ids=["default", "other"]
)
def test_a_pass_of_1000_km_ends_within_a_millimetre_of_stone_soup(flight, given, count):
    t, states, sensor, z = (column[:count:2] for column in flight)
    assert len(t) > min(250, count // 2 - 1)
    start = off_start(t, states, np.random.default_rng(3))
    ours = filter_track(SITES, batch_of(sensor, t, z), start, UnscentedSettings(**given))
    radars = [peer.radar((site.r_ecef_m, site.enu_from_ecef), SIGMA) for site in SITES]
    means, covariances = peer.filter_track(
        UnscentedKalmanPredictor(peer.FreeFlight(q=1e-10), **given),
        UnscentedKalmanUpdater(None, **given),
        [radars[k] for k in sensor],
        t,
        z,
        t[0],
        start.state,
        P0,
    )
    assert np.abs(ours.r_ecef_m - means[:, :3])[-1].max() < 1e-3
    assert np.abs(ours.v_ecef_m_s - means[:, 3:])[-1].max() < 1e-5
    # On the way too, though Stone Soup averages angles on the circle, and around a mean of 4,000 km.
    assert np.abs(ours.r_ecef_m - means[:, :3]).max() < 0.01
    spread = np.sqrt(np.einsum("nii->ni", covariances))[-1]
    assert np.abs(ours.covariance - covariances)[-1].max() < 1e-5 * np.outer(spread, spread).max()
    assert np.linalg.norm(ours.r_ecef_m[-1] - states[-1, :3]) < 200.0


def test_where_the_world_is_straight_it_is_the_extended_filter(flight):
    _, states, sensor, z = flight
    small = np.diag([30.0**2] * 3 + [1.0] * 3)
    row = np.concatenate((z[0], SIGMA))
    extended, unscented = ExtendedKalmanFilter(SITES), UnscentedKalmanFilter(SITES)
    one = extended.update(*extended.predict(states[0] + 10.0, small, 1.0), row, sensor[0])
    two = unscented.update(*unscented.predict(states[0] + 10.0, small, 1.0), row, sensor[0])
    # What curvature does to 30 m at 1,000 km is a millimetre.
    assert np.allclose(one[0][:3], two[0][:3], rtol=0, atol=2e-3)
    assert np.allclose(one[1], two[1], rtol=1e-4, atol=1e-3)
    assert one[2] == pytest.approx(two[2], rel=1e-3)
    assert one[3] == pytest.approx(two[3], abs=1e-4)


def test_three_verbs_make_the_same_track(flight):
    t, _, sensor, z = flight
    batch = batch_of(sensor[:20], t[:20], z[:20])
    start = start_from_detection(SITES[sensor[0]], batch)
    whole = filter_track(SITES, batch_of(sensor[1:20], t[1:20], z[1:20]), start)
    ours = UnscentedKalmanFilter(SITES)
    rows = batch.as_rows()
    x, p = ours.start(rows[0], sensor[0])
    for i in range(1, 20):
        x, p = ours.predict(x, p, t[i] - t[i - 1])
        x, p, distance, _ = ours.update(x, p, rows[i], sensor[i])
        assert distance == pytest.approx(whole.nis[i - 1], rel=1e-6)
    assert np.allclose(x[:3], whole.r_ecef_m[-1], rtol=0, atol=1e-4)


def test_the_plain_python_points_are_those_of_the_compiled_ones():
    root = np.random.default_rng(5).standard_normal((6, 6))
    p, x = root @ root.T, np.arange(6.0)
    points, factor = np.empty((13, 6)), np.zeros((6, 6))
    for make in (kernels.sigma_points, plain(kernels.sigma_points)):
        assert make(x, p, 0.8, points, factor)
        assert np.allclose(points.mean(axis=0), x)
        off = points[1:7] - x
        assert np.allclose(off.T @ off / 0.64, p)
        assert not make(x, -p, 0.8, points, factor)


def test_what_makes_no_sense_is_refused():
    ours = UnscentedKalmanFilter(SITES)
    x = np.array([6.5e6, 0.0, 0.0, 0.0, 0.0, 0.0])
    with pytest.raises(InputError, match="not positive"):
        ours.predict(x, -P0, 1.0)
    with pytest.raises(InputError, match="not positive"):
        ours.update(x, -P0, np.array([1e6, 1.0, 0.5, *SIGMA]), 0)
    with pytest.raises(InputError, match="no room"):
        UnscentedSettings(kappa=-6.0)
    with pytest.raises(InputError, match="noise"):
        UnscentedSettings(alpha=np.nan)
    batch = batch_of([0, 0], [1.0, 0.5], np.array([[1e6, 1.0, 0.5]] * 2))
    with pytest.raises(InputError, match="before the state"):
        filter_track(SITES, batch, TrackStart(0.0, x[:3], x[3:], P0))
