"""Which detections are reported: cued or not, mature or not, alive or not."""

import numpy as np
import pytest

from hoplon.engagement import _kernels as kernels
from hoplon.engagement._kernels import follow, gather
from hoplon.engagement.battle import fight
from hoplon.engagement.network import message_keys
from hoplon.engagement.prepare import prepare
from hoplon.engagement.warm import warm_engaging, warm_tracking
from hoplon.scenario import load
from hoplon.sensor._kernels import NOISE

INF = np.inf


def turns(
    cued_s=0.0,
    firm_s=INF,
    dead_s=INF,
    *,
    compiled=True,
    oldest_s=-INF,
    until=(5.0,),
    delay_s=0.0,
    dwell_s=0.01,
):
    """One radar that looks every second at one threat: search sees looks 1 and 3, track the first five.

    Returns the times of what has arrived, turn by turn, and what the radar has done.
    """
    look_s = np.arange(6.0)
    search = np.array([[False, True, False, True, False, False]])
    track = np.array([[True, True, True, True, True, False]])
    row_of = np.full((6, 1), -1)
    gather, turn = (
        kernel if compiled else getattr(kernel, "py_func", kernel)
        for kernel in (kernels.gather, kernels.turn)
    )
    columns = np.zeros((kernels.HEAD + kernels.MEASURED, 5))
    measured, nothing_drawn = (100.0 + look_s)[None, None], np.full((1, 6), np.nan)
    taken = gather(0, 0, 0, look_s, search, track, nothing_drawn, measured, np.arange(6), columns, row_of)
    assert taken == 5
    arrival = np.vstack([columns[kernels.TIME] + delay_s, np.full(columns.shape[1], INF)])
    constants = np.zeros((1, kernels.CONSTANTS))
    constants[0, kernels.DWELL] = dwell_s
    constants[0, kernels.YOUNG], constants[0, kernels.MATURE] = 1.0, 3.0
    constants[0, kernels.SHARE], constants[0, kernels.FACES] = 0.5, 1.0
    deeds = np.zeros((1, kernels.DEEDS))
    deeds[0, kernels.LOOKED], deeds[0, kernels.NEWEST], deeds[0, kernels.SATURATED_S] = -1.0, -INF, INF
    from_s, last_s = np.array([[cued_s], [firm_s], [dead_s]]), np.full((1, 1), -INF)
    sensor, measured, threat = np.empty(12, np.int64), np.empty((7, 12)), np.empty(12, np.int64)
    keys, noise = np.zeros((1, 1), dtype=np.int64), np.zeros((1, NOISE))
    waiting, left, done, found = np.empty((2, 12)), 0, 0, []
    first, visible, face = np.array([0, 6]), np.ones((6, 1), dtype=np.bool_), np.zeros((6, 1), dtype=np.int8)
    for now_s in until:
        count, left = turn(
            now_s, oldest_s, first, look_s, visible, face, row_of, columns, arrival,
            keys, noise, from_s, constants, last_s, deeds, waiting, left, sensor, measured, threat, done,
        )  # fmt: skip
        found.append(measured[0, done : done + count].tolist())
        done += count
    assert set(sensor[:done].tolist()) <= {0}
    assert set(threat[:done].tolist()) <= {0}
    assert measured[1, :done].tolist() == (100.0 + measured[0, :done]).tolist()
    return found, dict(enumerate(deeds[0].tolist()))


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize(
    ("from_s", "seen"),
    [
        ((INF, INF, INF), [1, 3]),  # no cue: what the search dwell sees
        ((0.0, INF, INF), [0, 1, 2, 3, 4]),  # cued: what the track dwell sees
        ((2.0, INF, INF), [1, 2, 3, 4]),  # cued at 2 s
        ((0.0, 0.0, INF), [0, 3]),  # long in firm track: every third look
        ((0.0, INF, 3.0), [0, 1, 2]),  # dead at 3 s
        ((0.0, 0.0, 0.0), []),
    ],
)
def test_what_is_reported(from_s, seen, compiled):
    # Second by second, and all at once: a tick of the clock makes no difference to who is looked at.
    assert turns(*from_s, compiled=compiled)[0] == [seen]
    by_second, _ = turns(*from_s, compiled=compiled, until=(0.0, 1.0, 2.0, 3.0, 4.0, 5.0))
    assert [t for found in by_second for t in found] == seen


@pytest.mark.parametrize("compiled", [True, False])
def test_messages_arrive_after_their_delay_and_no_older_than_the_limit(compiled):
    found, deeds = turns(compiled=compiled, delay_s=1.5, until=(1.0, 2.0, 4.0, 9.0))
    assert found == [[], [0.0], [1.0, 2.0], [3.0, 4.0]]
    assert (deeds[kernels.SENT], deeds[kernels.LATE], deeds[kernels.DISORDERED]) == (5.0, 0.0, 0.0)
    found, deeds = turns(compiled=compiled, delay_s=1.5, until=(9.0,), oldest_s=2.0)
    assert found == [[2.0, 3.0, 4.0]]
    assert deeds[kernels.LATE] == 2.0


@pytest.mark.parametrize("compiled", [True, False])
def test_a_radar_never_spends_more_than_it_has(compiled):
    # Half of each second is for looks; a look of 0.8 s fits into every second one.
    _, deeds = turns(compiled=compiled, dwell_s=0.8)
    assert deeds[kernels.TRACK_S] <= 0.5 * 6.0
    assert deeds[kernels.TRACK_S] == pytest.approx(0.8 * 3)
    assert deeds[kernels.STRETCH] == pytest.approx(0.8 / 0.5)
    assert deeds[kernels.LOAD] <= 1.0
    assert deeds[kernels.SATURATED_S] == 0.0
    _, deeds = turns(compiled=compiled)
    assert deeds[kernels.SATURATED_S] == INF


def sent(loss=0.0, duplicates=0.0, jitter_s=0.0, outages=(), compiled=True, threats=40, looks=50):
    """Return the fates of messages that are sent at 0.2 s after each look, and take 3 s."""
    columns = np.zeros((kernels.HEAD, threats * looks))
    columns[kernels.TIME] = np.tile(np.arange(float(looks)), threats)
    columns[kernels.LOOK] = columns[kernels.TIME]
    columns[kernels.THREAT] = np.repeat(np.arange(threats), looks)
    arrival = np.zeros((2, threats * looks))
    kernel = kernels.transmit if compiled else getattr(kernels.transmit, "py_func", kernels.transmit)
    keys = message_keys(1, 0, "radar", [f"m{i}" for i in range(threats)])
    holes = np.array(outages, dtype=np.float64).reshape(-1, 2)
    kernel(columns, keys, 0.0, 0.2, 3.0, loss, duplicates, jitter_s, holes, arrival)
    return arrival - columns[kernels.TIME] - 3.2, columns


def test_messages_are_lost_doubled_and_delayed_as_often_as_stated():
    after, _ = sent(loss=0.2, duplicates=0.3, jitter_s=4.0)
    # 2000 messages: 4 standard errors of 0.009 and 0.011; a uniform delay has the mean 2 and its error 0.03.
    arrived = np.isfinite(after[0])
    assert abs(np.mean(~arrived) - 0.2) < 0.036
    assert abs(np.mean(np.isfinite(after[1][arrived])) - 0.3) < 0.046
    assert abs(after[0][arrived].mean() - 2.0) < 0.12
    assert after[0][arrived].min() >= 0.0
    assert after[0][arrived].max() <= 4.0 + 1e-9
    assert not np.isfinite(after[1][~arrived]).any()


@pytest.mark.parametrize("compiled", [True, False])
def test_nothing_passes_while_a_link_is_down(compiled):
    after, columns = sent(outages=[(10.0, 20.0), (30.0, 31.0)], compiled=compiled, threats=2)
    down = ~np.isfinite(after[0])
    # Sent 0.2 s after the look.
    assert set(columns[kernels.TIME][down].tolist()) == {*range(10, 20), 30}
    assert after[0][~down] == pytest.approx(0.0, abs=1e-9)


def test_another_threat_moves_no_message():
    few, _ = sent(loss=0.5, threats=3)
    many, _ = sent(loss=0.5, threats=9)
    assert np.array_equal(few[0], many[0][: few.shape[1]])


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
    row_of = np.full((5, 2), -1)
    columns = np.zeros((kernels.HEAD + kernels.MEASURED, 10))
    values = np.stack([range_m, 2.0 * range_m])[:, :, [0, 0, 1, 2, 2]]
    look_s, power, place = np.array([10.0, 12.0, 14.0]), 20.0 + range_m, np.array([0, 2, 3])
    assert kernel(4, 1, 7, look_s, search, track, power, values, place, columns, row_of) == 10
    assert not columns[:, :7].any()
    assert columns[:, 7:].T.tolist() == [
        # time, sensor, threat, search, track, look, power, range, azimuth, and what there is none of
        [10.0, 4.0, 0.0, 1.0, 1.0, 0.0, 20.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [12.0, 4.0, 0.0, 0.0, 1.0, 1.0, 21.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0],
        [14.0, 4.0, 1.0, 1.0, 0.0, 2.0, 25.0, 5.0, 10.0, 0.0, 0.0, 0.0, 0.0],
    ]
    assert row_of.tolist() == [[-1, -1], [7, -1], [8, -1], [-1, 9], [-1, -1]]


@pytest.mark.parametrize("compiled", [True, False])
def test_a_track_follows_the_threat_of_its_last_detection(compiled):
    kernel = follow if compiled else getattr(follow, "py_func", follow)
    follows, undetected = np.array([-1, -1, 5, -1]), np.array([True, True, False])
    noted = np.empty((2, 6), dtype=np.int64)
    tracks, threats = np.array([2, 1, -1, 3, 2, 1]), np.array([0, 2, 1, -1, 0, 2])
    firsts, changes = kernel(tracks, threats, follows, undetected, noted)
    assert noted[0, :firsts].tolist() == [0, 2]  # threats 0 and 1 are seen for the first time
    assert noted[1, :changes].tolist() == [0, 1]  # track 2 went from threat 5 to 0, track 1 is new
    assert follows.tolist() == [-1, 2, 0, -1]
    assert not undetected.any()
