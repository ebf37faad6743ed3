"""Break-even values against roots that are known, and what is refused."""

from __future__ import annotations

import math

import pytest

from hoplon.errors import InputError
from hoplon.result.decides import Reading
from hoplon.scenario import load
from hoplon.sweep.break_even import break_even
from hoplon.sweep.defence_quantity import quantity


def _reading(low, high):
    return Reading("command.actors.post.decision_time_s", "s", low, low, high, "assumed")


def test_the_root_of_a_smooth_answer_is_held():
    # 1 − e^(−t/60) = 0.5 at t = 60 ln 2 = 41.589.
    found = break_even(lambda t: [1.0 - math.exp(-x / 60.0) for x in t], _reading(0.0, 200.0), 0.5)
    (crossing,) = found.crossings
    assert crossing.low <= 60.0 * math.log(2.0) <= crossing.high
    assert crossing.high - crossing.low == pytest.approx(200.0 / 8.0 / 2**6)
    assert crossing.rises


def test_in_the_logarithm_too():
    found = break_even(
        lambda t: [1.0 / (1.0 + x / 0.004) for x in t], _reading(1e-3, 0.1), 0.5, logarithmic=True
    )
    (crossing,) = found.crossings
    assert crossing.low <= 0.004 <= crossing.high
    assert crossing.high / crossing.low == pytest.approx(100.0 ** (1.0 / 8.0 / 2**6))
    assert not crossing.rises


def test_a_jump_is_held_between_its_sides():
    found = break_even(lambda t: [0.9 if x > 77.7 else 0.1 for x in t], _reading(15.0, 90.0), 0.5)
    (crossing,) = found.crossings
    assert crossing.low <= 77.7 < crossing.high
    assert (crossing.leakage_at_low, crossing.leakage_at_high) == (0.1, 0.9)


def test_every_crossing_of_an_answer_that_turns_is_found():
    found = break_even(lambda t: [0.5 + 0.4 * math.sin(x) for x in t], _reading(0.5, 9.0), 0.5, scan=17)
    assert len(found.crossings) == 2
    for crossing, root in zip(found.crossings, (math.pi, 2 * math.pi), strict=True):
        assert crossing.low <= root <= crossing.high


def test_whole_numbers_end_at_neighbours():
    asked = []

    def leak(counts):
        asked.extend(counts)
        return [max(0.0, 1.0 - n / 37.0) for n in counts]

    found = break_even(leak, _reading(0.0, 100.0), 0.3, whole=True)
    (crossing,) = found.crossings
    # 1 − n/37 ≤ 0.3 from n = 25.9 on.
    assert (crossing.low, crossing.high) == (25.0, 26.0)
    assert all(float(n).is_integer() for n in asked)
    assert len(asked) == len(set(asked))


def test_what_is_never_crossed_is_said_so():
    found = break_even(lambda t: [0.6 for _ in t], _reading(0.0, 1.0), 0.2)
    assert found.crossings == ()


@pytest.mark.parametrize("level", [0.0, 1.0, -0.2, math.nan])
def test_a_level_that_is_no_share_is_refused(level):
    with pytest.raises(InputError, match="level"):
        break_even(lambda t: [0.5 for _ in t], _reading(0.0, 1.0), level)


@pytest.mark.parametrize(
    "path",
    [
        "missiles.nodong.reentry_cross_section_x_band_m2",
        "missiles.nodong.payload_kg",
        "raid[0].count",
        "raid.0.first_launch_s",
        "sites.kittaeryong.latitude_deg",
        "sites.tokyo.latitude_deg",
    ],
)
def test_what_is_the_raids_is_refused_with_the_reason(path):
    with pytest.raises(InputError, match="never searched over") as caught:
        quantity(load("japan-2018"), path)
    assert path in str(caught.value)


def test_what_no_missile_hangs_on_is_refused():
    with pytest.raises(InputError, match="stopped or let through"):
        quantity(load("japan-2018"), "warning.confidence")


def test_a_misspelt_path_gets_the_nearest_one():
    with pytest.raises(InputError, match=r"batteries\.araya_battery\.loaded"):
        quantity(load("japan-2018"), "batteries.araya_batery.loaded")


@pytest.mark.parametrize(
    ("path", "span"),
    [
        ("command.actors.command_post.decision_time_s", (90.0, 15.0)),
        ("command.actors.command_post.decision_time_s", (-5.0, 15.0)),
        ("single_shot_kill_probability", (0.1, 1.5)),
    ],
)
def test_a_range_that_cannot_be_is_refused(path, span):
    with pytest.raises(InputError, match="range"):
        quantity(load("japan-2018"), path, span)


def test_quantities_are_put_where_they_belong():
    scenario = load("japan-2018")
    loaded = quantity(scenario, "batteries.araya_battery.loaded")
    assert loaded.whole
    more = loaded.put(30.0)
    assert {b.name: b.loaded for b in more.batteries}["araya_battery"] == 30
    assert more.batteries[1] == scenario.batteries[1]
    kill = quantity(scenario, "single_shot_kill_probability").put(0.7)
    assert kill.command.single_shot_kill_probability["sm3_iia"].best == 0.7
    delay = quantity(scenario, "command.actors.command_post.decision_time_s", (5.0, 600.0))
    assert (delay.reading.low, delay.reading.high) == (5.0, 600.0)
    leaf = delay.put(400.0).cited()["command.actors.command_post.decision_time_s"]
    assert (leaf.low, leaf.best, leaf.high) == (400.0, 400.0, 400.0)
    assert any("decision_time" in sentence for sentence in delay.put(400.0).overrides)
