"""Association beside Stone Soup in one process, and how it grows with the number of targets.

The peer gets the same detections, the same motion, the same gate, analytic gradients, and one core
(``OPENBLAS_NUM_THREADS=1``). Ratios are of CPU time.
"""

import time
import warnings

import numpy as np
import pytest

from hoplon.earth.sites import Site
from hoplon.track import DetectionBatch, Tracker, predict_path, stone_soup
from hoplon.track.jpda import ClutterSettings, KnownTracks

SITE = Site("radar", 40.89, 140.34)
SIGMA = np.array([20.0, 1e-3, 1e-3])


def scene(objects, scans, clutter, seed=0, spread_m=15e3):
    """Objects side by side in free flight at 200 km, one radar at 1 Hz, Pd 0.9, false detections."""
    rng = np.random.default_rng(seed)
    middle = Site("middle", 40.0, 134.0)
    r, up = middle.r_ecef_m, middle.enu_from_ecef
    starts = r + 200e3 * up[2] + rng.normal(0, spread_m, (objects, 3))
    velocities = np.array([1500.0, -600.0, 900.0]) @ up + rng.normal(0, 15, (objects, 3))
    grid = np.arange(float(scans))
    paths = np.stack(
        [predict_path(s, v, 0.0, grid, 1e6) for s, v in zip(starts, velocities, strict=True)], axis=1
    )
    rows = []
    for i, place in enumerate(paths):
        e = (place - SITE.r_ecef_m) @ SITE.enu_from_ecef.T
        rho = np.linalg.norm(e, axis=1)
        z = np.stack((rho, np.arctan2(e[:, 0], e[:, 1]), np.arcsin(e[:, 2] / rho)), axis=1)
        margin = np.array([2e4, 0.02, 0.02])
        low, high = z.min(axis=0) - margin, z.max(axis=0) + margin
        seen = (z + SIGMA * rng.standard_normal(z.shape))[rng.random(objects) < 0.9]
        seen = np.concatenate((seen, rng.uniform(low, high, (rng.poisson(clutter), 3))))
        seen = seen[rng.permutation(len(seen))]
        rows.append(np.column_stack((np.full(len(seen), 100.0 + i), seen, np.tile(SIGMA, (len(seen), 1)))))
    table = np.concatenate(rows)
    columns = [np.ascontiguousarray(c) for c in table.T]
    batch = DetectionBatch(np.zeros(len(table), dtype=np.int64), *columns)
    sigma = np.array([300.0] * 3 + [20.0] * 3)
    first = np.concatenate((starts, velocities), axis=1) + sigma * rng.standard_normal((objects, 6))
    density = max(clutter, 0.1) / float(np.prod(high - low))
    return batch, first, np.tile(np.diag(sigma**2), (objects, 1, 1)), density


def in_scans(batch):
    """Cut a batch into one for each time."""
    edges = np.flatnonzero(np.append(True, np.diff(batch.t_s) > 0.0))
    ends = np.append(edges[1:], len(batch))
    names = DetectionBatch.__slots__
    return [
        DetectionBatch(*[getattr(batch, n)[a:b] for n in names]) for a, b in zip(edges, ends, strict=True)
    ]


def peer_s(kind, batch, first, covariance, beliefs):
    """Return the CPU time of Stone Soup, and its means after the last scan."""
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
        associator = GNNWith2DAssignment(
            DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=missed)
        )
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
    feed = list(stone_soup.detections(batch, [SITE]))
    tracks = stone_soup.tracks(100.0, first, covariance)
    start = time.process_time()
    for date, detections in feed:
        answer = associator.associate(set(tracks), detections, date)
        for track in tracks:
            hypothesis = answer[track]
            if kind == "gnn":
                track.append(updater.update(hypothesis) if hypothesis else hypothesis.prediction)
                continue
            parts = [updater.update(h) if h else h.prediction for h in hypothesis]
            mean, spread = gm_reduce_single(
                StateVectors([part.state_vector for part in parts]),
                np.stack([part.covar for part in parts], axis=2),
                np.array([float(h.probability) for h in hypothesis]),
            )
            track.append(GaussianStateUpdate(mean, spread, hypothesis, date))
    took = time.process_time() - start
    return took, np.array([np.asarray(t[-1].state_vector, dtype=np.float64)[:3, 0] for t in tracks])


CASES = {
    "P8, 10 targets": ("gnn", 10, 10, 20, 500.0),
    "P8, 50 targets": ("gnn", 50, 50, 5, 1200.0),
    "P9, 10 targets": ("jpda", 10, 10, 10, 500.0),
}


@pytest.mark.parametrize("case", CASES)
def test_beside_stone_soup(benchmark, case):
    """Scan by scan on both sides, as a tracker lives; the answers are the same to a centimetre."""
    kind, objects, clutter, scans, floor = CASES[case]
    batch, first, covariance, density = scene(objects, scans, clutter)
    beliefs = ClutterSettings(clutter_density_per_m_rad2=density)
    parts = in_scans(batch)

    def ours():
        tracker = KnownTracks([SITE], 100.0, first, covariance, kind, beliefs)
        for part in parts:
            tracker.step(part)
        return tracker

    tracker = ours()
    best, peer = np.inf, np.inf
    for _ in range(3):
        for _ in range(30):
            start = time.process_time()
            ours()
            best = min(best, time.process_time() - start)
        took, means = peer_s(kind, batch, first, covariance, beliefs)
        peer = min(peer, took)
    assert np.abs(tracker.r_ecef_m - means).max() < 0.01
    benchmark.extra_info["ratio"] = peer / best
    ours_us, peer_ms = 1e6 * best / scans, 1e3 * peer / scans
    print(f"\n{case}: {ours_us:.1f} µs a scan, Stone Soup {peer_ms:.1f} ms: {peer / best:.0f}")
    assert peer / best > floor
    benchmark(ours)


def exponent(sizes, work):
    return float(np.polyfit(np.log(sizes), np.log(work), 1)[0])


@pytest.mark.parametrize("kind", ["gnn", "jpda"])
def test_growth_with_targets(benchmark, kind):
    """From 25 to 200 targets at the same distance from each other: near-linear, by gates in range."""
    sizes, work = (25, 50, 100, 200), []
    for count in sizes:
        spread = 15e3 * (count / 10) ** (1 / 3)
        batch, first, covariance, density = scene(count, 5, count, spread_m=spread)
        beliefs = ClutterSettings(clutter_density_per_m_rad2=density)
        best = np.inf
        for _ in range(15):
            tracker = KnownTracks([SITE], 100.0, first, covariance, kind, beliefs)
            start = time.process_time()
            tracker.step(batch)
            best = min(best, time.process_time() - start)
        work.append(best)
    found = exponent(sizes, work)
    benchmark.extra_info["exponent"] = found
    print(f"\n{kind}: exponent {found:.2f}")
    assert found < 1.3
    benchmark(lambda: KnownTracks([SITE], 100.0, first, covariance, kind, beliefs).step(batch))


def test_growth_of_the_battles_tracker(benchmark):
    """The same for the tracker that starts and ends its tracks itself."""
    sizes, work = (25, 50, 100, 200), []
    for count in sizes:
        batch, *_ = scene(count, 30, 0, spread_m=15e3 * (count / 10) ** (1 / 3))
        parts = in_scans(batch)
        best = np.inf
        for _ in range(5):
            tracker = Tracker([SITE])
            start = time.process_time()
            for part in parts:
                tracker.step(float(part.t_s[0]), part)
            best = min(best, time.process_time() - start)
        work.append(best)
    found = exponent(sizes, work)
    benchmark.extra_info["exponent"] = found
    print(f"\ntracker: exponent {found:.2f}")
    assert found < 1.3
    benchmark.pedantic(lambda: Tracker([SITE]).step(100.0, parts[0]), rounds=20)
