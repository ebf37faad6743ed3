"""What is moved in a scenario, and expected battles against an answer that is known."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import pytest

from hoplon.errors import InputError
from hoplon.front_decide import Asked, decide, span_of
from hoplon.scenario import load
from hoplon.studies.pool import World
from hoplon.studies.swings import ALL_AT_ONCE
from hoplon.sweep.factors import factors, left_out, values_at, world_at, world_drawn
from hoplon.sweep.sensitivity import grouped, sensitivity
from hoplon.sweep.tornado import profile, tornado
from hoplon.sweep.worlds import expected_leakages, fineness, leakages


@pytest.fixture(scope="module")
def japan():
    return load("japan-2018")


@pytest.fixture(scope="module")
def one():
    return load("one-on-one")


def test_every_open_value_is_moved_or_said_to_be_left_out(japan):
    moved = {r.path for factor in factors(japan) for r in factor.readings}
    keys = " ".join(left_out(japan))
    for path, value in japan.cited().items():
        if value.low < value.high and path not in moved:
            key = path.rsplit(".", 1)[-1]
            public = path.startswith("warning.") or key == "public_alert_delay_s"
            unheard = "uhf_band" in path  # no radar of the scenario works there
            assert key in keys or path.startswith("sites.") or public or unheard, path
    assert not any(path.startswith(("raid", "threats")) for path in moved)
    assert not any("payload" in path or "isp" in path for path in moved)


def test_the_bands_of_one_cross_section_move_together(japan):
    (factor,) = [f for f in factors(japan) if f.name == "missiles.nodong.reentry_cross_section"]
    assert len(factor.readings) == 3
    assert values_at(japan, factor, 0.0) == tuple(r.low for r in factor.readings)
    assert values_at(japan, factor, 1.0) == pytest.approx(tuple(r.high for r in factor.readings))
    x_band = values_at(japan, factor, 0.5)[0]
    assert x_band == pytest.approx(math.sqrt(0.001 * 0.1))
    moved = world_at(japan, factor, 0.5).scenario.cited()[factor.readings[0].path]
    assert (moved.low, moved.best, moved.high) == (x_band, x_band, x_band)


def test_a_draw_lies_in_every_range_and_moves_nothing_else(japan):
    every = factors(japan)
    drawn = world_drawn(japan, every, [0.3] * len(every))
    assert drawn.kill_quantile == 0.3
    moved = {r.path: r for factor in every for r in factor.readings if not factor.is_kill}
    for path, value in drawn.scenario.cited().items():
        if path in moved:
            assert moved[path].low <= value.best <= moved[path].high
        else:
            assert value == japan.cited()[path]
    assert drawn.scenario.threats == japan.threats


def test_a_stated_kill_probability_is_no_longer_open(japan):
    from hoplon.sweep.defence_quantity import quantity

    stated = quantity(japan, "single_shot_kill_probability").put(0.6)
    assert not any(factor.is_kill for factor in factors(stated))


def _pretended(world):
    """Stand for a battle: a sum of what is moved, so that the tornado can be reckoned by hand."""
    cited = world.scenario.cited()
    delay = cited["command.actors.command_post.decision_time_s"].best
    kill = 0.5 if world.kill_quantile is None else world.kill_quantile
    return 0.5 + (delay - 30.0) / 300.0 - 0.4 * (kill - 0.5)


def test_the_tornado_puts_the_widest_first(one):
    found = tornado(one, lambda blocks, total: [[_pretended(w) for w in block] for block in blocks])
    assert found.leakage == 0.5
    first, second, *rest = found.bars
    assert (first.name, first.leakage_at_low, first.leakage_at_high) == (
        "single_shot_kill_probability",
        pytest.approx(0.68),
        pytest.approx(0.32),
    )
    assert second.name == "command.actors.command_post.decision_time_s"
    assert (second.leakage_at_low, second.leakage_at_high) == (pytest.approx(0.45), pytest.approx(0.7))
    assert all(bar.reach == 0.0 for bar in rest)
    assert found.groups[-1].name == ALL_AT_ONCE
    assert [factor.name for factor in found.factors] == [bar.name for bar in found.bars]


def test_the_variance_of_a_sum_is_shared_out_as_it_must_be(one):
    found = sensitivity(
        one, 32, lambda blocks, total: [[_pretended(w) for w in block] for block in blocks], level=0.999
    )
    # 0.4 of a uniform: 0.16/12. A triangle over 15, 30, 90 s: (a² + b² + c² − ab − ac − bc)/18 = 262.5 s².
    parts = {
        "kill probability, within what its test record leaves open": 0.16 / 12.0,
        "decision time": 262.5 / 300.0**2,
    }
    assert len(found.indices) == len(grouped(factors(one)))
    for index in found.indices:
        expected = parts.get(index.name, 0.0) / sum(parts.values())
        assert index.total.low - 1e-9 <= expected <= index.total.high + 1e-9
        assert index.first.low - 1e-9 <= expected <= index.first.high + 1e-9
    assert found.deviation == pytest.approx(math.sqrt(sum(parts.values())), rel=0.2)


@pytest.mark.compiled
def test_a_single_shot_lets_through_what_it_misses(one):
    # One missile that is reached by one shot: the leakage is one less the kill probability, but for the
    # chance that the radar never finds it, about 2e-9.
    kill = "single_shot_kill_probability"
    found = decide(one, Asked(tornado=False, break_even=kill, level=0.3), jobs=1)
    (crossing,) = found.break_even.crossings
    assert crossing.low <= 0.7 <= crossing.high
    assert found.break_even.points == tuple(
        (pytest.approx(value), pytest.approx(1.0 - value, abs=1e-7)) for value, _ in found.break_even.points
    )
    assert "less above 0.7" in found.sentences[-1]


@pytest.mark.compiled
def test_two_processes_find_what_one_finds(one):
    radar = next(f for f in factors(one) if f.name == "sensors.an_tpy_2.revisit_s")
    walked = [profile(one, radar, partial(leakages, jobs=jobs), places=4) for jobs in (1, 2)]
    # As text: the level that nobody asked for is NaN, which equals nothing.
    assert repr(walked[0]) == repr(walked[1])


@pytest.mark.compiled
def test_worlds_that_share_a_picture_say_what_each_says_alone(one):
    worlds = [World(one), World(one, 0.1), World(one, 0.9)]
    together = expected_leakages(worlds)
    assert together == [expected_leakages([world])[0] for world in worlds]
    assert together[1] > together[0] > together[2]


def test_small_raids_are_followed_more_finely(one, japan):
    assert fineness(japan) == (1, 3)
    pictures, lanes = fineness(one)
    assert pictures * lanes >= 32


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(sobol=16), "32 or more"),
        (Asked(tornado=False, break_even="single_shot_kill_probability"), "no level of leakage"),
        (Asked(level=1.5), "a leakage of 1.5"),
        (Asked(span=(1.0, 2.0)), "no quantity"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_runs(one, asked, words):
    with pytest.raises(InputError, match=words):
        decide(one, asked)


def test_where_nothing_is_engaged_nothing_decides(one):
    with pytest.raises(InputError, match="nothing is engaged"):
        decide("overflight-2017-08-29")
    with pytest.raises(InputError, match="nothing is engaged"):
        decide(replace(one, batteries=()))
    with pytest.raises(InputError, match="is a comparison"):
        decide("japan-2018-control")


@pytest.mark.parametrize("text", ["10", "a,b", "1,2,3", "nan,4"])
def test_a_range_that_is_none_is_refused(text):
    with pytest.raises(InputError, match="no range"):
        span_of(text)
