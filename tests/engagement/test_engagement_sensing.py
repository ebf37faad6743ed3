"""Which detections are reported: cued or not, mature or not, alive or not."""

import numpy as np
import pytest

from hoplon.engagement._kernels import gather, reported
from hoplon.engagement.warm import warm_tracking

INF = np.inf


def rows(cued_s, mature_s, dead_s, *, compiled=True):
    """Six looks, one a second: search sees the odd ones, track all but the last, every third is kept."""
    time = np.arange(6.0)
    would = np.array(
        [
            [False, True, False, True, False, False],
            [True, True, True, True, True, False],
            [True, False, False, True, False, False],
        ]
    )
    kernel = reported if compiled else getattr(reported, "py_func", reported)
    from_s = np.array([[cued_s], [mature_s], [dead_s]])
    return kernel(0, 6, time, np.zeros(6, dtype=np.int64), would, from_s).tolist()


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
    assert rows(*from_s, compiled=compiled) == seen


def test_warming_up_leaves_nothing_behind():
    assert warm_tracking() is None


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
