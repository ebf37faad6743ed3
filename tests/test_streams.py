"""Random streams: by battle and actor, and the triangular distribution against its closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoplon._kernels_random import RESOLUTION, philox
from hoplon.streams import actor_key, kernel_key, kernel_keys, stream, triangular


def test_stream_depends_on_seed_run_and_actor_only():
    first = stream(1, 2, "detections", "shariki").random(4)
    assert np.array_equal(first, stream(1, 2, "detections", "shariki").random(4))
    for other in (
        stream(2, 2, "detections", "shariki"),
        stream(1, 3, "detections", "shariki"),
        stream(1, 2, "x"),
    ):
        assert not np.array_equal(first, other.random(4))


def test_actor_key_is_the_same_in_every_process():
    # Written down once: a changed key would silently change every published result.
    assert actor_key("detections", "shariki") == actor_key("detections", "shariki")
    assert actor_key("ab", "c") != actor_key("a", "bc")


def test_philox_gives_the_published_words():
    # Known answers of the authors' library (Random123, file kat_vectors, philox4x32 with 10 rounds).
    published = (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    assert philox(0, 0) == published
    assert getattr(philox, "py_func", philox)(0, 0) == published


@settings(deadline=None)
@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_philox_does_not_overflow(counter, key):
    # The same rounds written over Python's integers, which never overflow.
    def plain():
        c, k = [counter % 2**32, counter >> 32, 0, 0], [key % 2**32, key >> 32]
        for _ in range(10):
            p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
            c = [(q >> 32) ^ c[1] ^ k[0], q % 2**32, (p >> 32) ^ c[3] ^ k[1], p % 2**32]
            k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
        return tuple(c)

    assert philox(counter, key) == plain()


def test_neighbouring_keys_and_counters_give_independent_uniform_numbers():
    words = np.array([philox(look, key) for key in range(40) for look in range(500)]) * RESOLUTION
    assert stats.kstest(words.ravel(), "uniform").pvalue > 1e-3
    correlation = np.corrcoef(np.concatenate([words[:-1], words[1:]], axis=1).T)[np.triu_indices(8, 1)]
    assert np.abs(correlation).max() < 4.5 / np.sqrt(len(words))


def test_a_kernels_key_depends_on_seed_run_and_name():
    keys = {kernel_key(1, 2, "a"), kernel_key(2, 1, "a"), kernel_key(12, 0, "a"), kernel_key(1, 20, "a")}
    assert len(keys | {kernel_key(1, 2, "b")}) == 5
    assert all(0 <= key < 2**63 for key in keys)


@pytest.mark.parametrize(("low", "best", "high"), [(0.0, 1.0, 3.0), (15.0, 30.0, 90.0), (2.0, 2.0, 5.0)])
def test_triangular_has_the_mean_and_variance_of_the_book(low, best, high):
    # Kotz and van Dorp, Beyond Beta (2004), eqs. 1.7 and 1.8.
    draws = np.array([triangular(u, low, best, high) for u in (np.arange(20_000) + 0.5) / 20_000])
    assert draws.mean() == pytest.approx((low + best + high) / 3.0, rel=1e-4)
    variance = (low**2 + best**2 + high**2 - low * best - low * high - best * high) / 18.0
    assert draws.var() == pytest.approx(variance, rel=1e-3)


@given(st.floats(0.0, 1.0), st.floats(0.0, 10.0), st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_triangular_stays_within_its_range(u, a, b, c):
    low, best, high = sorted((a, b, c))
    assert low - 1e-9 <= triangular(u, low, best, high) <= high + 1e-9


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 50), st.floats(0, 50), st.floats(0, 50))
def test_triangular_is_scipys(p, low, up, more):
    best, high = low + up, low + up + more
    value = triangular(p, low, best, high)
    if high - low < 1e-3:
        assert value == pytest.approx(best, abs=1e-3)
    else:
        assert value == pytest.approx(stats.triang.ppf(p, up / (up + more), low, high - low), abs=1e-5)


def test_keys_of_many_are_the_keys_of_each():
    names = ["nodong-1", "nodong-2", ""]
    assert kernel_keys(3, 7, "detections", "shariki", each=names) == [
        kernel_key(3, 7, "detections", "shariki", name) for name in names
    ]
