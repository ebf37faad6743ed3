"""GOSPA against its definition and against Stone Soup; continuity on hand-made histories."""

import itertools
import warnings
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoplon.errors import InputError
from hoplon.track.gospa import continuity, gospa

points = st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), max_size=4).map(
    lambda rows: np.array(rows, dtype=np.float64).reshape(-1, 2)
)


def by_definition(x, y, c, p):
    """The least of all partial pairings."""
    best = np.inf
    for size in range(min(len(x), len(y)) + 1):
        for rows in itertools.combinations(range(len(x)), size):
            for columns in itertools.permutations(range(len(y)), size):
                apart = sum(np.linalg.norm(x[i] - y[j]) ** p for i, j in zip(rows, columns, strict=True))
                best = min(best, apart + c**p / 2 * (len(x) + len(y) - 2 * size))
    return best ** (1 / p)


@given(points, points, st.floats(1, 100), st.sampled_from([1.0, 2.0]))
@settings(max_examples=60, deadline=None)
def test_distance_is_the_least_over_all_pairings(x, y, c, p):
    found = gospa(x, y, c, p)
    assert found.distance_m == pytest.approx(by_definition(x, y, c, p), rel=1e-9, abs=1e-9)
    assert found.distance_m**p == pytest.approx(found.localisation + found.missed + found.false, abs=1e-6)
    assert gospa(y, x, c, p).distance_m == pytest.approx(found.distance_m, abs=1e-9)


@given(points, points, points, st.floats(1, 100))
@settings(max_examples=40, deadline=None)
def test_it_is_a_metric(x, y, z, c):
    assert gospa(x, x, c).distance_m == pytest.approx(0.0, abs=1e-6)
    assert gospa(x, z, c).distance_m <= gospa(x, y, c).distance_m + gospa(y, z, c).distance_m + 1e-6


def test_it_is_stone_soups():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from stonesoup.metricgenerator.ospametric import GOSPAMetric
        from stonesoup.types.state import State
    rng = np.random.default_rng(4)
    when = datetime(2000, 1, 1)
    for objects, tracks in ((3, 3), (5, 2), (2, 6), (4, 4)):
        x, y = rng.normal(0, 20, (objects, 3)), rng.normal(0, 20, (tracks, 3))
        peer = GOSPAMetric(p=2.0, c=30.0)
        theirs, _ = peer.compute_gospa_metric(
            [State(row.reshape(-1, 1), timestamp=when) for row in y],
            [State(row.reshape(-1, 1), timestamp=when) for row in x],
        )
        ours = gospa(x, y, 30.0)
        assert ours.distance_m == pytest.approx(float(theirs.value["distance"]), rel=1e-9)
        assert ours.localisation == pytest.approx(float(theirs.value["localisation"]), rel=1e-9, abs=1e-9)
        assert ours.missed == pytest.approx(float(theirs.value["missed"]), abs=1e-9)
        assert ours.false == pytest.approx(float(theirs.value["false"]), abs=1e-9)


def test_pairs_are_named_and_bad_cutoffs_refused():
    found = gospa(np.array([[0.0, 0.0], [9.0, 0.0]]), np.array([[8.0, 0.0], [500.0, 0.0]]), 10.0)
    assert found.pair.tolist() == [-1, 0]
    assert found.distance_m == pytest.approx(np.sqrt(1.0 + 50.0 + 50.0))
    with pytest.raises(InputError, match="cutoff 0"):
        gospa(np.zeros((1, 2)), np.zeros((1, 2)), 0.0)


def test_continuity_counts_switches_breaks_and_waiting():
    t_s = np.arange(8.0)
    track = np.array(
        [
            # steady, after 2 s; taken over by 5 after 4; lost for 2 s; never found; there from 3 s on only
            [0, 4, 6, 0, 0],
            [0, 4, 6, 0, 0],
            [3, 4, 0, 0, 0],
            [3, 4, 0, 0, 7],
            [3, 5, 6, 0, 7],
            [3, 5, 6, 0, 7],
            [3, 5, 6, 0, 7],
            [3, 5, 6, 0, 7],
        ]
    )
    present = np.ones((8, 5), dtype=bool)
    present[:3, 4] = False
    found = continuity(t_s, track, present)
    assert found.switches.tolist() == [0, 1, 0, 0, 0]
    assert found.breaks.tolist() == [0, 0, 1, 0, 0]
    assert found.time_to_track_s.tolist() == [2.0, 0.0, 0.0, np.inf, 0.0]
    assert np.array_equal(found.share_on_first_track, [1.0, 0.5, 0.75, np.nan, 1.0], equal_nan=True)
