"""Track-to-track fusion: nothing is counted twice, and the result believes itself no more than it should."""

import numpy as np
import pytest
import track_truth as truth

from hoplon.earth.sites import Site
from hoplon.track import DetectionBatch, Tracker
from hoplon.track.fusion import Fusion, TrackMessage, covariance_intersection, information, messages

RADARS = (truth.PRECISE, truth.MIDDLE, truth.COARSE)


def covariance(rng, n=6):
    root = rng.standard_normal((n, n)) * 10.0 ** rng.uniform(-2, 4, n)[:, None]
    return root @ root.T


def test_covariance_intersection_of_two_crossed_ellipses():
    # By symmetry the weight is one half, so that 1/P = (1/1 + 1/4) / 2 on both axes: by hand.
    x, p = covariance_intersection(
        np.array([1.0, 0.0]), np.diag([1.0, 4.0]), np.array([0.0, 1.0]), np.diag([4.0, 1.0])
    )
    assert p == pytest.approx(np.diag([1.6, 1.6]), rel=1e-9)
    assert x == pytest.approx([0.8, 0.8], rel=1e-9)


def test_an_estimate_joined_with_itself_or_with_a_worse_one_stays_as_it_is():
    rng = np.random.default_rng(1)
    x, p = rng.standard_normal(6), covariance(rng)
    for factor in (1.0, 3.0):
        y, q = covariance_intersection(x, p, x, factor * p)
        assert y == pytest.approx(x, rel=1e-9)
        assert q == pytest.approx(p, rel=1e-6)


def test_covariance_intersection_covers_whatever_the_two_have_in_common():
    # Julier and Uhlmann 1997: P less the true covariance of the result is positive semidefinite for every
    # correlation. Errors a = A u, b = B (C u + sqrt(1 - C C') w): correlations from none to complete.
    rng = np.random.default_rng(2)
    for _ in range(50):
        p_a, p_b = covariance(rng, 4), covariance(rng, 4)
        turn, _ = np.linalg.qr(rng.standard_normal((4, 4)))
        cross = np.linalg.cholesky(p_a) @ (turn * rng.uniform(-1.0, 1.0)) @ np.linalg.cholesky(p_b).T
        # The gain is that of the function itself: by its answer to unit differences.
        _, p = covariance_intersection(np.zeros(4), p_a, np.zeros(4), p_b)
        gain = np.column_stack([covariance_intersection(e, p_a, np.zeros(4), p_b)[0] for e in np.eye(4)])
        rest = np.eye(4) - gain
        mixed = gain @ cross @ rest.T
        true = gain @ p_a @ gain.T + rest @ p_b @ rest.T + mixed + mixed.T
        scale = 1.0 / np.sqrt(np.diagonal(p))
        assert np.linalg.eigvalsh((p - true) * scale[:, None] * scale)[0] > -1e-6


def test_information_is_the_inverse():
    p = covariance(np.random.default_rng(3))
    assert information(p) @ p == pytest.approx(np.eye(6), abs=1e-6)


def local_runs(seed, every_s=5.0, radars=RADARS):
    """Yield time, the central tracker, and what trackers with one radar each send every few seconds."""
    flown = (0.0, *FLIGHT[:2])
    sites = [Site(str(i), r[0], r[1]) for i, r in enumerate(radars)]
    central, local = Tracker(sites), [Tracker([site]) for site in sites]
    for t, _, columns in truth.battle(radars, [flown], np.random.default_rng(seed)):
        central.step(t, DetectionBatch(*columns))
        for index, tracker in enumerate(local):
            own = columns[0] == index
            here = np.zeros(int(own.sum()), dtype=np.int64)
            tracker.step(t, DetectionBatch(here, *(column[own] for column in columns[1:])))
        if t % every_s == 0.0:
            yield t, central, [m for index, tracker in enumerate(local) for m in messages(tracker, index)]


FLIGHT = truth.fly()


class Naive:
    """What must not be done: every message taken for an independent measurement."""

    def __init__(self):
        self.fusion = Fusion()

    def step(self, t, received):
        for m in received:
            if not m.boosting:
                fresh = TrackMessage(m.source, 1, t, m.state, m.covariance, False)
                self._add(t, fresh)

    def _add(self, t, m):
        if not len(self.fusion.numbers):
            self.fusion.step(t, [m])
            return
        self.fusion.step(t, [])
        r, v, p = self.fusion.state(0)
        info = information(m.covariance)
        q = information(information(p) + info)
        x = np.concatenate([r, v]) + q @ info @ (m.state - np.concatenate([r, v]))
        self.fusion = Fusion()
        self.fusion.step(t, [TrackMessage(0, 1, t, x, q, False)])


def normalised(picture, t):
    s = truth.at((0.0, *FLIGHT[:2]), t)
    r, v, p = picture.state(0)
    return truth.nees(np.concatenate([r - s[:3], v - s[3:]]), p)


@pytest.mark.compiled
def test_fused_tracks_are_honest_and_naive_ones_are_not():
    """NEES of six states: mean 6; over 16 independent runs, 6 standard errors of it are 5.2."""
    values = {"central": [], "fused": [], "doubled": [], "naive": []}
    for seed in range(16):
        fused, doubled, naive, switched = Fusion(), Fusion(), Naive(), None
        for t, central, sent in local_runs(seed):
            fused.step(t, sent)
            doubled.step(t, sent + sent[::-1])
            naive.step(t, sent + sent)
            free = len(fused.numbers) and not fused.boosting[0] and not central.boosting[0]
            if switched is None and free:
                switched = t
            if switched is not None and t - switched in (30.0, 60.0, 90.0):
                assert len(fused.numbers) == 1
                pictures = (central, fused, doubled, naive.fusion)
                for name, picture in zip(values, pictures, strict=True):
                    values[name].append(normalised(picture, t))
            if switched is not None and t - switched >= 90.0:
                break
    mean = {name: float(np.mean(found)) for name, found in values.items()}
    assert mean["central"] < 11.2
    assert mean["fused"] < 11.2
    assert values["doubled"] == values["fused"]
    assert mean["naive"] > 20.0


@pytest.mark.compiled
def test_what_is_lost_comes_with_the_next_message_and_disorder_does_no_harm():
    whole, holed, mixed = Fusion(), Fusion(), Fusion()
    kept = []
    for count, (t, _, sent) in enumerate(local_runs(5)):
        whole.step(t, sent)
        holed.step(t, sent if count % 3 == 0 or t <= 160.0 else [])
        # In another order, with older messages after newer ones.
        mixed.step(t, [*sent[::-1], *kept])
        kept = sent
        if t >= 220.0 and count % 3 == 0:
            break
    (_, _, p), (_, _, p_holed) = whole.state(0), holed.state(0)
    # Information: what two messages bring one by one, one brings at once; but for the noise between.
    assert np.trace(p_holed[:3, :3]) == pytest.approx(np.trace(p[:3, :3]), rel=0.1)
    assert mixed.state(0)[0] == pytest.approx(whole.state(0)[0], abs=1e-6)


@pytest.mark.compiled
def test_one_tracker_alone_is_believed_as_it_is():
    fused = Fusion()
    for t, _, sent in local_runs(1, radars=(truth.PRECISE,)):
        fused.step(t, sent)
        if t >= 180.0:
            break
    r, _, p = fused.state(0)
    # The sum of all that was new is the whole, but for the noise of the flight between messages.
    assert r == pytest.approx(sent[0].state[:3], abs=1.0)
    assert np.trace(p[:3, :3]) == pytest.approx(np.trace(sent[0].covariance[:3, :3]), rel=0.05)


def message(source, number, t, x, sigma_m=100.0):
    p = np.diag([sigma_m**2] * 3 + [1.0] * 3)
    return TrackMessage(source, number, t, np.asarray(x, dtype=float), p, False)


def test_tracks_are_paired_by_distance_and_a_tracker_never_speaks_twice_of_one_object():
    a = np.array([6.6e6, 0.0, 0.0, 0.0, 3e3, 0.0])
    b = a + np.array([0.0, 3e3, 0.0, 0.0, 0.0, 0.0])
    fused = Fusion()
    fused.step(10.0, [message(0, 1, 10.0, a), message(0, 2, 10.0, b), message(1, 7, 10.0, b)])
    assert fused.numbers.tolist() == [1, 2]
    assert fused.members(2) == ((0, 2), (1, 7))
    # Two tracks of one tracker in one place are two objects.
    fused.step(11.0, [message(1, 8, 11.0, b + 3e3 * np.eye(6)[1])])
    assert fused.numbers.tolist() == [1, 2, 3]


def test_what_was_dropped_does_not_come_back_and_what_falls_silent_is_dropped():
    x = np.array([6.6e6, 0.0, 0.0, 0.0, 3e3, 0.0])
    fused = Fusion()
    fused.step(10.0, [message(0, 1, 10.0, x)])
    fused.drop(1)
    fused.step(11.0, [message(0, 1, 11.0, x)])
    assert fused.numbers.size == 0
    fused.step(12.0, [message(0, 2, 12.0, x)])
    assert fused.numbers.tolist() == [2]
    fused.step(12.0 + fused._settings.firm_drop_s + 1.0, [])
    assert fused.numbers.size == 0
