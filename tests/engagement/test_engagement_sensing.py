"""Which detections are reported: cued or not, mature or not, alive or not."""

import numpy as np
import pytest

from hoplon.engagement._kernels import follow, gather, release
from hoplon.engagement.battle import fight
from hoplon.engagement.prepare import prepare
from hoplon.engagement.warm import warm_engaging, warm_tracking
from hoplon.scenario import load

INF = np.inf


def times(cued_s, mature_s, dead_s, *, compiled=True):
    """Six looks, one a second: search sees the odd ones, track all but the last, every third is kept."""
    look_s = np.arange(6.0)
    would = np.array(
        [
            [False, True, False, True, False, False],
            [True, True, True, True, True, False],
            [True, False, False, True, False, False],
        ]
    )
    columns = np.vstack([look_s, np.full(6, 2.0), np.zeros(6), would, 100.0 + look_s])
    kernel = release if compiled else getattr(release, "py_func", release)
    from_s = np.array([[cued_s], [mature_s], [dead_s]])
    # What is kept in another order than that of time comes out in that of time.
    turned = np.ascontiguousarray(columns[:, ::-1])
    sensor, measured, threat = kernel(0, 6, np.arange(6)[::-1].copy(), turned, from_s)
    assert set(sensor.tolist()) <= {2}
    assert set(threat.tolist()) <= {0}
    assert measured[1].tolist() == (100.0 + measured[0]).tolist()
    return measured[0].tolist()


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize(
    ("from_s", "seen"),
    [
        ((INF, INF, INF), [1, 3]),  # no cue: what the search dwell sees
        ((0.0, INF, INF), [0, 1, 2, 3, 4]),  # cued: what the track dwell sees
        ((2.0, INF, INF), [1, 2, 3, 4]),  # cued at 2 s
        ((0.0, 2.0, INF), [0, 1, 3]),  # mature at 2 s: only looks that are kept
        ((0.0, INF, 3.0), [0, 1, 2]),  # dead at 3 s
        ((0.0, 0.0, 0.0), []),
    ],
)
def test_what_is_reported(from_s, seen, compiled):
    assert times(*from_s, compiled=compiled) == seen


@pytest.mark.compiled
def test_warming_up_moves_no_draw():
    prepared = prepare(load("one-on-one"))
    before = repr(fight(prepared, 1, 0).events)
    warm_tracking()
    warm_engaging(prepared)
    assert repr(fight(prepared, 1, 0).events) == before


@pytest.mark.parametrize("compiled", [True, False])
def test_what_could_be_detected_is_gathered_threat_by_threat(compiled):
    search = np.array([[True, False, False], [False, False, True]])
    track = np.array([[True, True, False], [False, False, False]])
    range_m = np.arange(6.0).reshape(2, 3)
    kernel = gather if compiled else getattr(gather, "py_func", gather)
    columns = kernel(4, np.array([10.0, 12.0, 14.0]), search, track, (range_m, 2.0 * range_m), 2)
    assert columns.T.tolist() == [
        # time, sensor, threat, search, track, kept, measured …
        [10.0, 4.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0],
        [12.0, 4.0, 0.0, 0.0, 1.0, 0.0, 1.0, 2.0],
        [14.0, 4.0, 1.0, 1.0, 0.0, 1.0, 5.0, 10.0],
    ]


@pytest.mark.parametrize("compiled", [True, False])
def test_a_track_follows_the_threat_of_its_last_detection(compiled):
    kernel = follow if compiled else getattr(follow, "py_func", follow)
    follows, undetected = np.array([-1, -1, 5, -1]), np.array([True, True, False])
    first, changed = kernel(np.array([2, 1, -1, 2, 1]), np.array([0, 2, 1, 0, 2]), follows, undetected)
    assert first.tolist() == [0, 2]  # threats 0 and 1 are seen for the first time
    assert changed.tolist() == [0, 1]  # track 2 went from threat 5 to 0, track 1 is new
    assert follows.tolist() == [-1, 2, 0, -1]
    assert not undetected.any()
