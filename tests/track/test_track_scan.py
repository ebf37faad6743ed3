"""Known tracks through clutter: associations and means of Stone Soup, exact joint probabilities."""

import itertools
import warnings

import numpy as np
import pytest
import track_truth as truth
from hypothesis import given, settings
from hypothesis import strategies as st

from hoplon.earth.sites import Site
from hoplon.errors import InputError
from hoplon.track import DetectionBatch, _kernels_jpda, stone_soup
from hoplon.track._kernels_sort import ascending
from hoplon.track.jpda import ClutterSettings, KnownTracks

SITE = Site("east", 40.89, 140.34)
SIGMA = np.array([20.0, 1e-3, 1e-3])


def plain(kernel):
    return getattr(kernel, "py_func", kernel)


def scene(objects, scans, clutter, seed=0, spread_m=15e3):
    """Objects side by side in free flight, seen at 1 Hz with Pd 0.9 among false detections.

    Returns true states (scans, objects, 6), detections, whose they are, first states, their covariance, and
    the density of false detections.
    """
    rng = np.random.default_rng(seed)
    r, frame = truth.site_frame(40.0, 134.0, 200e3)
    states = np.empty((scans, objects, 6))
    states[0, :, :3] = r + rng.normal(0, spread_m, (objects, 3))
    states[0, :, 3:] = np.array([1500.0, -600.0, 900.0]) @ frame + rng.normal(0, 15, (objects, 3))
    for i, k in itertools.product(range(1, scans), range(objects)):
        states[i, k] = truth.runge_kutta(states[i - 1, k], 1.0, np.zeros(3), None)
    rows, origin = [], []
    for i in range(scans):
        z = truth.seen_from(SITE.r_ecef_m, SITE.enu_from_ecef, states[i, :, :3])
        margin = np.array([2e4, 0.02, 0.02])
        low, high = z.min(axis=0) - margin, z.max(axis=0) + margin
        hit = np.flatnonzero(rng.random(objects) < 0.9)
        false = rng.uniform(low, high, (rng.poisson(clutter), 3))
        seen = np.concatenate((z[hit] + SIGMA * rng.standard_normal((len(hit), 3)), false))
        whose = np.concatenate((hit, np.full(len(false), -1)))
        turn = rng.permutation(len(seen))
        time = np.full((len(seen), 1), 100.0 + i)
        rows.append(np.concatenate((time, seen[turn], np.tile(SIGMA, (len(seen), 1))), axis=1))
        origin.append(whose[turn])
    table = np.concatenate(rows)
    columns = [np.ascontiguousarray(c) for c in table.T]
    batch = DetectionBatch(np.zeros(len(table), dtype=np.int64), *columns)
    sigma = np.array([300.0] * 3 + [20.0] * 3)
    first = states[0] + sigma * rng.standard_normal((objects, 6))
    density = clutter / float(np.prod(high - low))
    return states, batch, np.concatenate(origin), first, np.tile(np.diag(sigma**2), (objects, 1, 1)), density


def stone_soup_run(kind, batch, first, covariance, beliefs):
    """Return the track of each detection, and the means after each scan, by Stone Soup."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from stonesoup.dataassociator.neighbour import GNNWith2DAssignment
        from stonesoup.dataassociator.probability import JPDA
        from stonesoup.functions import gm_reduce_single
        from stonesoup.hypothesiser.distance import DistanceHypothesiser
        from stonesoup.hypothesiser.probability import PDAHypothesiser
        from stonesoup.measures import Mahalanobis
        from stonesoup.predictor.kalman import ExtendedKalmanPredictor
        from stonesoup.types.array import StateVectors
        from stonesoup.types.update import GaussianStateUpdate
        from stonesoup.updater.kalman import ExtendedKalmanUpdater
    predictor = ExtendedKalmanPredictor(stone_soup.motion_model(beliefs.free_flight_noise_m_s15))
    updater = ExtendedKalmanUpdater(None)
    if kind == "gnn":
        missed = np.sqrt(beliefs.gate)
        near = DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=missed)
        associator = GNNWith2DAssignment(near)
    else:
        associator = JPDA(
            PDAHypothesiser(
                predictor,
                updater,
                clutter_spatial_density=beliefs.clutter_density_per_m_rad2,
                prob_detect=beliefs.probability_of_detection,
                prob_gate=beliefs.gate_probability,
            )
        )
    tracks = stone_soup.tracks(100.0, first, covariance)
    owner, means = np.full(len(batch), -1), []
    for date, detections in stone_soup.detections(batch, [SITE]):
        answer = associator.associate(set(tracks), detections, date)
        for k, track in enumerate(tracks):
            if kind == "gnn":
                hypothesis = answer[track]
                if hypothesis.measurement:
                    owner[hypothesis.measurement.metadata["row"]] = k
                track.append(updater.update(hypothesis) if hypothesis else hypothesis.prediction)
                continue
            parts = [updater.update(h) if h else h.prediction for h in answer[track]]
            weights = np.array([float(h.probability) for h in answer[track]])
            mean, spread = gm_reduce_single(
                StateVectors([part.state_vector for part in parts]),
                np.stack([part.covar for part in parts], axis=2),
                weights,
            )
            track.append(GaussianStateUpdate(mean, spread, answer[track], date))
        means.append([np.asarray(track[-1].state_vector, dtype=np.float64)[:, 0] for track in tracks])
    return owner, np.array(means)


@pytest.mark.compiled
@pytest.mark.parametrize("objects, scans, clutter", [(10, 4, 10), (50, 2, 50)])
def test_nearest_neighbour_associates_as_stone_soup_does(objects, scans, clutter):
    _, batch, _, first, covariance, density = scene(objects, scans, clutter)
    beliefs = ClutterSettings(clutter_density_per_m_rad2=density)
    ours = KnownTracks([SITE], 100.0, first, covariance, "gnn", beliefs).follow(batch)
    owner, means = stone_soup_run("gnn", batch, first, covariance, beliefs)
    assert np.array_equal(ours.track, owner)
    # The gradient of the motion is split differently in the two; nothing else differs.
    assert np.abs(ours.x - means)[..., :3].max() < 0.01


@pytest.mark.compiled
def test_joint_probabilistic_means_are_stone_soups():
    # Half as far apart again: several tracks share detections in each scan.
    states, batch, _, first, covariance, density = scene(10, 6, 10, seed=3, spread_m=6e3)
    beliefs = ClutterSettings(clutter_density_per_m_rad2=density)
    tracker = KnownTracks([SITE], 100.0, first, covariance, "jpda", beliefs)
    ours = tracker.follow(batch)
    _, means = stone_soup_run("jpda", batch, first, covariance, beliefs)
    assert tracker.pruned == 0
    assert np.abs(ours.x - means)[..., :3].max() < 0.01
    error = ours.x[-1] - states[-1]
    nees = [truth.nees(e, c) for e, c in zip(error, ours.covariance[-1], strict=True)]
    # Chi-square of 60 degrees of freedom: 33 to 95 in 99.8 % of cases.
    assert 33 < sum(nees) < 95


def listed(weight, miss):
    """Marginals by listing all joint events."""
    rows, columns = weight.shape
    beta = np.zeros((rows, columns + 1))
    for event in itertools.product(range(columns + 1), repeat=rows):
        used = [j for j in event if j < columns]
        if len(set(used)) == len(used):
            w = np.prod([weight[i, j] if j < columns else miss[i] for i, j in enumerate(event)])
            for i, j in enumerate(event):
                beta[i, j] += w
    return beta / beta.sum(axis=1, keepdims=True)


@given(st.integers(1, 5), st.integers(0, 5), st.integers(0, 10**6), st.floats(0.1, 0.9))
@settings(max_examples=60, deadline=None)
def test_joint_probabilities_are_those_of_all_joint_events(rows, columns, seed, share):
    rng = np.random.default_rng(seed)
    weight = np.exp(rng.uniform(-8, 8, (rows, columns))) * (rng.random((rows, columns)) < share)
    miss = rng.uniform(0.05, 0.5, rows)
    expected = listed(weight, miss)
    for joint in (_kernels_jpda.joint, plain(_kernels_jpda.joint)):
        beta = np.empty((rows, columns + 1))
        assert joint(weight.copy(), miss, beta) == 0
        assert np.allclose(beta, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.compiled
def test_a_group_that_is_too_wide_loses_its_least_likely_pairs():
    # Each of 20 tracks has one likely detection, and all the others at a ten-millionth of that.
    weight = np.full((20, 20), 1e-5) + np.diag(np.full(20, 100.0))
    beta = np.empty((20, 21))
    assert _kernels_jpda.joint(weight, np.full(20, 0.1), beta) == 380
    assert np.allclose(np.diag(beta[:, :20]), 100.0 / 100.1, rtol=1e-6)
    assert np.allclose(beta.sum(axis=1), 1.0)


@pytest.mark.parametrize("association", ["gnn", "jpda"])
def test_scan_by_scan_is_the_same_as_all_at_once(association):
    _, batch, _, first, covariance, density = scene(4, 4, 4)
    beliefs = ClutterSettings(clutter_density_per_m_rad2=density)
    whole = KnownTracks([SITE], 100.0, first, covariance, association, beliefs)
    course = whole.follow(batch)
    steps = KnownTracks([SITE], 100.0, first, covariance, association, beliefs)
    names = DetectionBatch.__slots__
    for i, t_s in enumerate(course.t_s):
        now = batch.t_s == t_s
        part = DetectionBatch(*[np.ascontiguousarray(getattr(batch, name)[now]) for name in names])
        assert np.array_equal(steps.step(part), course.track[now])
        assert np.array_equal(steps.r_ecef_m, course.x[i, :, :3])
        assert steps.now_s == t_s
    assert np.array_equal(steps.covariance, whole.covariance)
    assert np.array_equal(steps.v_ecef_m_s, whole.v_ecef_m_s)
    assert len(steps.step(DetectionBatch.empty())) == 0


@pytest.mark.parametrize("association", ["gnn", "jpda"])
def test_tracks_keep_their_objects_through_clutter(association):
    states, batch, origin, first, covariance, density = scene(5, 5, 10, seed=2)
    beliefs = ClutterSettings(clutter_density_per_m_rad2=density)
    course = KnownTracks([SITE], 100.0, first, covariance, association, beliefs).follow(batch)
    given = course.track >= 0
    assert np.mean(course.track[given] == origin[given]) > 0.95
    assert np.linalg.norm(course.x[-1, :, :3] - states[-1, :, :3], axis=1).max() < 3000


def test_the_order_within_a_scan_means_nothing():
    _, batch, _, first, covariance, density = scene(4, 3, 6, seed=5)
    turn = np.random.default_rng(0).permutation(len(batch))
    turn = turn[np.argsort(batch.t_s[turn], kind="stable")]
    turned = DetectionBatch(*[np.ascontiguousarray(getattr(batch, name)[turn]) for name in batch.__slots__])
    beliefs = ClutterSettings(clutter_density_per_m_rad2=density)
    for association in ("gnn", "jpda"):
        a = KnownTracks([SITE], 100.0, first, covariance, association, beliefs).follow(batch)
        b = KnownTracks([SITE], 100.0, first, covariance, association, beliefs).follow(turned)
        assert np.array_equal(a.track[turn], b.track)
        assert np.array_equal(a.x, b.x)


@given(st.lists(st.floats(-5, 5), max_size=40))
@settings(max_examples=30, deadline=None)
def test_sorting_is_stable(values):
    values = np.round(np.array(values, dtype=np.float64))
    for sort in (ascending, plain(ascending)):
        assert sort(values, len(values)).tolist() == np.argsort(values, kind="stable").tolist()


def test_what_does_not_fit_is_refused():
    _, batch, _, first, covariance, _ = scene(2, 2, 0)
    tracker = KnownTracks([SITE], 101.0, first, covariance)
    with pytest.raises(InputError, match="before 101 s"):
        tracker.step(batch)
    backwards = DetectionBatch(*[np.ascontiguousarray(getattr(batch, n)[::-1]) for n in batch.__slots__])
    with pytest.raises(InputError, match="out of order"):
        KnownTracks([SITE], 0.0, first, covariance).step(backwards)
    with pytest.raises(InputError, match="without sensors"):
        KnownTracks([], 0.0, first, covariance)
    with pytest.raises(InputError, match=r"shape \(2, 5\)"):
        KnownTracks([SITE], 0.0, first[:, :5], covariance)
    with pytest.raises(InputError, match="'mht'"):
        KnownTracks([SITE], 0.0, first, covariance, "mht")
    with pytest.raises(InputError, match="probability_of_detection is 1"):
        ClutterSettings(probability_of_detection=1.0)
    with pytest.raises(InputError, match="clutter_density_per_m_rad2 is 0"):
        ClutterSettings(clutter_density_per_m_rad2=0.0)


def test_the_gate_is_chi_square_of_three_degrees():
    # Tabulated: 95 % of chi-square with 3 degrees of freedom lie below 7.815.
    assert ClutterSettings(gate_probability=0.95).gate == pytest.approx(7.8147, abs=1e-4)


def test_without_stone_soup_the_remedy_is_named(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(stone_soup, "import_module", missing)
    with pytest.raises(InputError, match="not installed") as caught:
        stone_soup.tracks(0.0, np.zeros((1, 6)), np.zeros((1, 6, 6)))
    assert 'pip install "hoplon[stonesoup]"' in str(caught.value)
