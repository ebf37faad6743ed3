"""Single-track filters against Stone Soup: a detection, a detection in lanes, one threat from end to end.

The peer is Stone Soup's extended Kalman filter with analytic Jacobians on the same model and the same
detections (`tests/track/stone_soup_peer.py`), for the whole threat with SciPy's `solve_ivp` as truth. CPU
time, ours and the peer's in turn in one process; the ratio is of interest, not the times. Run pinned to one
core:

    OPENBLAS_NUM_THREADS=1 taskset -c 1 python3 -m pytest benchmarks/test_bench_filter.py -s
"""

import math
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from stonesoup.predictor.kalman import ExtendedKalmanPredictor
from stonesoup.updater.kalman import ExtendedKalmanUpdater

from hoplon.earth import Site
from hoplon.flight.fly import free_flight
from hoplon.track.detections import DetectionBatch
from hoplon.track.ekf import filter_track
from hoplon.track.metrics import mean_band, nees
from hoplon.track.replicates import filter_replicates, measure_replicates
from hoplon.track.single import TrackStart, position_of, start_from_detection

sys.path.append(str(Path(__file__).parents[1] / "tests" / "track"))
import stone_soup_peer as peer
import track_truth as truth

#: Latitude, longitude, looks a second; each good to 20 m and 1 mrad.
RADARS = ((40.89, 140.34, 5.0), (34.34, 131.56, 2.0), (37.05, 138.0, 1.0))
SITES = [Site(f"radar {i}", lat, lon, 0.0) for i, (lat, lon, _) in enumerate(RADARS)]
SIGMA = np.array([20.0, 1e-3, 1e-3])
MODELS = [peer.radar((site.r_ecef_m, site.enu_from_ecef), SIGMA) for site in SITES]
PREDICTOR, UPDATER = ExtendedKalmanPredictor(peer.FreeFlight(q=1e-10)), ExtendedKalmanUpdater(None)
SEES_ABOVE = math.sin(math.radians(1.0))
PEERS = 400


def cpu(function):
    start = time.process_time()
    function()
    return time.process_time() - start


def schedule():
    """Times and sensors of all looks between 5 and 470 s after burnout."""
    times = [np.arange(5.0 + 0.137 * i, 470.0, 1.0 / rate) for i, (_, _, rate) in enumerate(RADARS)]
    sensor = np.repeat(np.arange(len(RADARS)), [len(t) for t in times])
    t = np.round(np.concatenate(times), 6)
    order = np.argsort(t, kind="stable")
    return t[order], sensor[order]


def nominal_burnout():
    r, frame = truth.site_frame(40.0, 127.0, 100e3)
    course, steep = math.radians(105.0), math.radians(46.0)
    level = math.sin(course) * frame[0] + math.cos(course) * frame[1]
    return r, 2900.0 * (math.cos(steep) * level + math.sin(steep) * frame[2])


NOMINAL = nominal_burnout()


def burnout(rng):
    return NOMINAL[0] + 1000.0 * rng.standard_normal(3), NOMINAL[1] + 10.0 * rng.standard_normal(3)


def looks_at(r, sensor):
    """Exact range, azimuth and elevation of positions (n, 3), and which are above the horizon."""
    z, seen = np.empty((len(sensor), 3)), np.empty(len(sensor), dtype=bool)
    for i, site in enumerate(SITES):
        mine = sensor == i
        e, n, u = site.enu_from_ecef @ (r[mine] - site.r_ecef_m).T
        ground2 = e * e + n * n
        distance = np.sqrt(ground2 + u * u)
        z[mine] = np.column_stack((distance, np.arctan2(e, n), np.arctan2(u, np.sqrt(ground2))))
        seen[mine] = u > SEES_ABOVE * distance
    return z, seen


def as_batch(t, sensor, z):
    return DetectionBatch(sensor, t, *z.T.copy(), *np.repeat(SIGMA[:, None], len(t), axis=1))


def our_threat(seed):
    """Truth, looks, noise, initiation and filter of one replicate; its error and covariance at the end."""
    rng = np.random.default_rng(seed)
    t, sensor = schedule()
    flight = free_flight(*burnout(rng), 2000.0, t_end_s=480.0)
    r, v = flight.state_at(t)
    z, seen = looks_at(r, sensor)
    t, sensor, z = t[seen], sensor[seen], z[seen]
    z += rng.standard_normal(z.shape) * SIGMA
    batch = as_batch(t, sensor, z)
    start = start_from_detection(SITES[sensor[0]], batch)
    history = filter_track(SITES, as_batch(t[1:], sensor[1:], z[1:]), start)
    end = np.flatnonzero(seen)[-1]
    error = np.concatenate((history.r_ecef_m[-1] - r[end], history.v_ecef_m_s[-1] - v[end]))
    return error, history.covariance[-1], len(t)


def our_threats(seed, replicates):
    """Do the same for many replicates: their own flights and noise, the filter in lanes."""
    rng = np.random.default_rng(seed)
    t, sensor = schedule()
    flights = [free_flight(*burnout(rng), 2000.0, t_end_s=480.0) for _ in range(replicates)]
    _, seen = looks_at(flights[0].state_at(t)[0], sensor)
    t, sensor = t[seen], sensor[seen]
    positions, last = np.empty((replicates, len(t), 3)), np.empty((replicates, 6))
    for i, flight in enumerate(flights):
        positions[i], v = flight.state_at(t)
        last[i, :3], last[i, 3:] = positions[i, -1], v[-1]
    z = measure_replicates(SITES, sensor, positions, SIGMA, rng)
    r, spread = position_of(SITES[sensor[0]], *z[0], *np.repeat(SIGMA[:, None], replicates, axis=1))
    x, p = np.zeros((replicates, 6)), np.zeros((replicates, 6, 6))
    x[:, :3], p[:, :3, :3], p[:, 3:, 3:] = r, spread, np.eye(3) * 3000.0**2
    found = filter_replicates(SITES, t[1:], sensor[1:], z[1:], SIGMA, t[0], x, p)
    ends = np.concatenate((found.r_ecef_m, found.v_ecef_m_s), axis=2)[0]
    return ends - last, found.covariance[0], len(t)


def their_threat(seed):
    """One replicate as a careful user glues it: SciPy's flight, numpy's looks, Stone Soup's filter."""
    rng = np.random.default_rng(seed)
    t, sensor = schedule()

    def fall(_, s):
        return peer.rates(s.reshape(6, 1)).ravel()

    flown = solve_ivp(
        fall, (0.0, 480.0), np.concatenate(burnout(rng)), rtol=1e-6, atol=[0.1] * 3 + [1e-4] * 3,
        dense_output=True,
    )  # fmt: skip
    states = flown.sol(t).T
    z, seen = looks_at(states[:, :3], sensor)
    t, sensor, z, states = t[seen], sensor[seen], z[seen], states[seen]
    z += rng.standard_normal(z.shape) * SIGMA
    start = start_from_detection(SITES[sensor[0]], as_batch(t, sensor, z))
    means, covariances = peer.filter_track(
        PREDICTOR, UPDATER, [MODELS[k] for k in sensor[1:]], t[1:], z[1:], t[0], start.state, start.covariance
    )
    return means[-1] - states[-1], covariances[-1], len(t)


@pytest.fixture(scope="module")
def one_pass():
    rng = np.random.default_rng(3)
    t, sensor = schedule()
    r, v = free_flight(*burnout(rng), t_end_s=480.0).state_at(t)
    z, seen = looks_at(r, sensor)
    z += rng.standard_normal(z.shape) * SIGMA
    t, sensor, z = t[seen], sensor[seen], z[seen]
    p = np.diag([2000.0**2] * 3 + [60.0**2] * 3)
    return t, sensor, z, TrackStart(t[0], r[seen][0] + 500.0, v[seen][0] + 20.0, p)


def compare(name, ours, our_count, theirs, their_count, floor, rounds=5, inner=20):
    ours()
    theirs()
    times = [
        (min(cpu(ours) for _ in range(inner)) / our_count, cpu(theirs) / their_count) for _ in range(rounds)
    ]
    ratios = sorted(slow / fast for fast, slow in times)
    middle = ratios[len(ratios) // 2]
    print(
        f"\n{name}: ours {1e9 * min(a for a, _ in times):.0f} ns a detection, Stone Soup "
        f"{1e6 * min(b for _, b in times):.0f} us; ratio {middle:.0f} "
        f"({ratios[0]:.0f}-{ratios[-1]:.0f}), floor {floor}"
    )
    assert middle > floor


def test_a_detection(one_pass):
    """Goal: 2500."""
    t, sensor, z, start = one_pass
    batch = as_batch(t, sensor, z)
    models = [MODELS[k] for k in sensor[:PEERS]]

    def theirs():
        return peer.filter_track(
            PREDICTOR, UPDATER, models, t[:PEERS], z[:PEERS], t[0], start.state, start.covariance
        )

    means, _ = theirs()
    ours = filter_track(SITES, batch, start)
    assert np.abs(ours.r_ecef_m[:PEERS] - means[:, :3]).max() < 1e-3
    compare("one track", lambda: filter_track(SITES, batch, start), len(t), theirs, PEERS, 800)


def test_a_detection_in_lanes(one_pass):
    """Goal: 12,000."""
    t, sensor, z, start = one_pass
    replicates = 64
    rng = np.random.default_rng(5)
    measured = z[:, :, None] + 0.1 * rng.standard_normal((len(t), 3, replicates)) * SIGMA[:, None]
    states = np.repeat(start.state[None], replicates, axis=0)
    models = [MODELS[k] for k in sensor[:PEERS]]

    def theirs():
        return peer.filter_track(
            PREDICTOR, UPDATER, models, t[:PEERS], z[:PEERS], t[0], start.state, start.covariance
        )

    def ours():
        return filter_replicates(SITES, t, sensor, measured, SIGMA, t[0], states, start.covariance)

    compare("replicates in lanes", ours, len(t) * replicates, theirs, PEERS, 6000, inner=5)


@pytest.mark.parametrize("replicates, floor", [(1, 800), (64, 800)], ids=["single", "lanes"])
def test_one_threat_from_end_to_end(replicates, floor):
    """Goal: 5000. Both do their own truth, looks, noise and initiation; mean NEES at the end in its band."""

    def ours():
        return our_threat(1) if replicates == 1 else our_threats(1, replicates)

    count = ours()[2]
    many = [our_threats(10, 200)] if replicates > 1 else [our_threat(seed) for seed in range(200)]
    errors = np.concatenate([np.atleast_2d(error) for error, _, _ in many])
    covariances = np.concatenate([np.asarray(p).reshape(-1, 6, 6) for _, p, _ in many])
    found = nees(errors, covariances).mean()
    error, covariance, _ = their_threat(1)
    band = mean_band(6, 200, 0.99)
    print(
        f"\n{count} detections; mean NEES at the end {found:.2f} over 200 runs "
        f"(99 % band {band.low:.2f} to {band.high:.2f}); the peer's one run {nees(error, covariance):.1f}"
    )
    assert band.low < found < band.high
    compare(
        "one threat, whole",
        ours,
        count * replicates,
        lambda: their_threat(1),
        count,
        floor,
        rounds=3,
        inner=12 if replicates == 1 else 4,
    )


def test_work_is_linear_in_detections(one_pass):
    t, sensor, z, start = one_pass
    counts = np.array([400, 800, 1600, 3200])
    batches = [as_batch(t[:n], sensor[:n], z[:n]) for n in counts]
    took = [min(cpu(lambda b=b: filter_track(SITES, b, start)) for _ in range(100)) for b in batches]
    exponent = np.polyfit(np.log(counts), np.log(took), 1)[0]
    print(f"\nexponent {exponent:.3f} over {counts[0]} to {counts[-1]} detections")
    assert exponent < 1.05
