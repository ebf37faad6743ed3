"""Wilkening's closed forms against his published numbers."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoplon.command.layered import (
    barrage_interceptors,
    kill_of_one_warhead,
    kill_through_layers,
    least_track_probability,
    no_leaker_probability,
    shoot_look_shoot_interceptors,
    shots_per_warhead,
    whole_shot_barrage,
)
from hoplon.errors import InputError

BASE = (0.8, 0.99, 0.70)  # goal, probability of track, single-shot kill probability


def test_published_numbers():
    assert barrage_interceptors(20, *BASE) == pytest.approx(113.07, abs=0.005)
    assert shoot_look_shoot_interceptors(20, *BASE) == pytest.approx(47.44, abs=0.005)
    assert barrage_interceptors(10, *BASE, decoys=10) == pytest.approx(73.21, abs=0.005)
    assert least_track_probability(0.8, 10) == pytest.approx(0.978, abs=5e-4)
    assert least_track_probability(0.8, 20) == pytest.approx(0.989, abs=5e-4)


@pytest.mark.parametrize(
    "warheads,interceptors,achieved", [(20, 116, 0.8006), (10, 38, 0.8023), (4, 11, 0.8052)]
)
def test_published_whole_shots(warheads, interceptors, achieved):
    found = whole_shot_barrage(warheads, *BASE)
    assert found.interceptors == interceptors
    assert found.no_leaker_probability == pytest.approx(achieved, abs=5e-5)
    assert found.shots * warheads + found.warheads_with_one_more == interceptors


def test_whole_shots_of_twenty_are_sixteen_sixes_and_four_fives():
    found = whole_shot_barrage(20, *BASE)
    assert (found.warheads_with_one_more, found.shots + 1) == (16, 6)
    assert (20 - found.warheads_with_one_more, found.shots) == (4, 5)


@pytest.mark.parametrize("warheads,goal,single", [(3, 0.8, 0.7), (4, 0.5, 0.4), (2, 0.9, 0.55)])
def test_even_spread_is_the_best_of_all(warheads, goal, single):
    found = whole_shot_barrage(warheads, goal, 0.99, single)

    def best(total):
        spreads = itertools.product(range(total + 1), repeat=warheads)
        value = 0.0
        for spread in (s for s in spreads if sum(s) == total):
            chance = 1.0
            for shots in spread:
                chance *= kill_of_one_warhead(0.99, single, shots)
            value = max(value, chance)
        return value

    assert best(found.interceptors) == pytest.approx(found.no_leaker_probability)
    assert best(found.interceptors - 1) < goal


@settings(max_examples=100, deadline=None)
@given(warheads=st.integers(1, 60), goal=st.floats(0.05, 0.95), single=st.floats(0.05, 0.99))
def test_shots_lead_back_to_the_goal(warheads, goal, single):
    track = 0.5 * (1.0 + least_track_probability(goal, warheads))
    n = shots_per_warhead(warheads, goal, track, single)
    kill = kill_of_one_warhead(track, single, n)
    assert no_leaker_probability(kill, warheads) == pytest.approx(goal, rel=1e-6)
    whole = whole_shot_barrage(warheads, goal, track, single)
    assert whole.no_leaker_probability >= goal - 1e-9
    assert whole.interceptors >= warheads * n - 1e-6
    assert whole.interceptors <= warheads * (n + 1.0)


def test_arithmetic_of_the_press():
    # Two layers of 0.8 (Lexington Institute): 4 % leak; one layer of 0.8 stops all of eight in 16.8 %.
    assert kill_through_layers([0.8, 0.8]) == pytest.approx(0.96)
    assert kill_through_layers([]) == 0.0
    assert no_leaker_probability(0.8, 8) == pytest.approx(0.168, abs=5e-4)


def test_ends():
    assert shots_per_warhead(5, 0.0, 0.9, 0.5) == 0.0
    assert shots_per_warhead(5, 0.5, 1.0, 1.0) == 1.0
    assert whole_shot_barrage(5, 0.0, 0.9, 0.5).interceptors == 0
    assert whole_shot_barrage(3, 1.0, 1.0, 1.0).interceptors == 3


@pytest.mark.parametrize(
    "call",
    [
        lambda: shots_per_warhead(20, 0.8, 0.98, 0.7),  # below the bound of 0.989
        lambda: shots_per_warhead(20, 0.8, 0.99, 0.0),
        lambda: shots_per_warhead(0, 0.8, 0.99, 0.7),
        lambda: barrage_interceptors(20, 0.8, 0.99, 0.7, decoys=-1),
        lambda: kill_of_one_warhead(1.1, 0.5, 1),
        lambda: kill_of_one_warhead(0.9, 0.5, -1),
        lambda: kill_through_layers([0.5, float("nan")]),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(call):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.remedy
