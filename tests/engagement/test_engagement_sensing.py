"""Which detections are reported: cued or not, mature or not, alive or not."""

import numpy as np
import pytest

from hoplon.engagement._kernels import reported
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
