"""The sentence of what decides, on bars and profiles made up for it."""

from __future__ import annotations

import math

import pytest

from hoplon.result.decides import Bar, BreakEven, Crossing, Place, Profile, Reading
from hoplon.result.model import Interval, Swing
from hoplon.studies.swings import ALL_AT_ONCE
from hoplon.sweep.sentence import of_break_even, only_together, round_level, threshold, what_decides
from hoplon.sweep.tornado import value_at, with_level
from hoplon.sweep.wording import about, spoken

_X = Reading("missiles.nodong.reentry_cross_section_x_band_m2", "m²", 0.001, 0.01, 0.1, "unchecked")
_S = Reading("missiles.nodong.reentry_cross_section_s_band_m2", "m²", 0.01, 0.03, 0.1, "unchecked")
_NAME = "missiles.nodong.reentry_cross_section"


def _bar(name, low, best, high, readings=(_X,)):
    return Bar(name, spoken(name), readings, low, best, high)


def _profile(leaks, readings=(_X,)):
    n = len(leaks) - 1
    places = tuple(
        Place(tuple(r.low * (r.high / r.low) ** (i / n) for r in readings), leak)
        for i, leak in enumerate(leaks)
    )
    return Profile(_NAME, spoken(_NAME), readings, places, math.nan, (), logarithmic=True)


def test_the_answer_turns_on_the_widest_with_its_threshold():
    # 0.8 at 0.001 m², 0.4 from 0.01 m² on: 0.6 is crossed half way between, at 0.001 √10 = 0.0032 m².
    walked = with_level(_profile([0.8, 0.4, 0.4]), 0.6)
    said = what_decides(0.4, [_bar(_NAME, 0.8, 0.4, 0.4), _bar("x", 0.401, 0.4, 0.4)], [walked])
    assert said[0] == (
        "The answer turns on the re-entry cross-section of nodong: below about 0.0032 m² more than 60 % "
        "get through."
    )
    assert "80 % to 40 %" in said[1]
    assert "None of the other 1 values" in said[2]


def test_values_that_fall_together_are_all_given():
    walked = with_level(_profile([0.8, 0.4, 0.4], (_X, _S)), 0.6)
    assert threshold(walked) == (
        "below about 0.0032 m² in X band, 0.018 m² in S band more than 60 % get through"
    )


def test_an_answer_that_turns_twice_is_not_said_to_turn_once():
    walked = with_level(_profile([0.8, 0.4, 0.8]), 0.6)
    assert "crosses 60 % at about 0.0032 m² and 0.032 m²" in threshold(walked)


def test_where_nothing_decides_it_says_so():
    said = what_decides(0.451, [_bar(_NAME, 0.455, 0.451, 0.45)], [])
    assert said[0].startswith("No single value decides: none moves the 45.1 %")


def test_a_second_value_that_does_as_much_is_named():
    said = what_decides(0.5, [_bar("a.b", 0.9, 0.5, 0.5), _bar("a.c", 0.5, 0.5, 0.1)], [])
    assert "does nearly as much" in said[2]


@pytest.mark.parametrize(
    ("leaks", "level"), [([0.9, 0.1], 0.5), ([0.31, 0.45], 0.4), ([0.62, 0.71], 0.65), ([0.4, 0.4], math.nan)]
)
def test_the_level_is_round_and_crossed(leaks, level):
    assert round_level(_profile(leaks)) == pytest.approx(level, nan_ok=True)


def test_a_place_between_two_is_read_in_the_logarithm():
    assert value_at(_profile([0.8, 0.4, 0.4]), 0.5) == pytest.approx(0.001 * math.sqrt(10.0))
    assert value_at(_profile([0.8, 0.4, 0.4]), 2.0) == pytest.approx(0.1)


def test_a_break_even_value_has_the_digits_that_its_bracket_leaves():
    reading = Reading("command.actors.post.decision_time_s", "s", 15.0, 30.0, 90.0, "assumed")
    found = BreakEven(
        reading, spoken(reading.path), 0.5, (Crossing(61.2, 61.4, 0.49, 0.502),), ((15.0, 0.4),), False
    )
    assert of_break_even(found) == (
        "The decision time of post breaks even with 50.0 % getting through: more above 61.3 s."
    )
    never = BreakEven(reading, spoken(reading.path), 0.5, (), ((15.0, 0.61), (90.0, 0.7)), False)
    assert of_break_even(never) == (
        "Whatever the decision time of post is from 15 to 90 s, more than 50.0 % get through "
        "(61.0 % to 70.0 %)."
    )
    under = BreakEven(reading, spoken(reading.path), 0.8, (), ((15.0, 0.61), (90.0, 0.7)), False)
    assert "at most 80.0 % get through" in of_break_even(under)


def test_a_group_that_does_together_what_none_does_alone_is_named():
    def group(name, low, high):
        nothing = Interval(0.0, math.nan, math.nan, 0)
        return Swing(name, (_X.path, _S.path), 0.45, low, high, nothing, nothing)

    alone = [_bar(_X.path, 0.46, 0.45, 0.45)]
    (said,) = only_together([group("radars", 0.9, 0.44), group(ALL_AT_ONCE, 1.0, 0.0)], alone)
    assert "Radars: 90 % against the defence, 44 % in its favour" in said
    assert "alone none of these moves it by more than 1.0 points" in said
    assert only_together([group("radars", 0.9, 0.44)], [_bar(_X.path, 0.8, 0.45, 0.45)]) == []
    assert only_together([group("radars", 0.9, 0.44)], []) == []


def test_paths_are_spoken():
    assert spoken("network.shariki.command_post.latency_s") == "latency from shariki to command post"
    assert spoken("sites.mutsumi.mask_angle_deg") == "mask angle at mutsumi"
    assert spoken("interceptors.sm3_iia.burnout_speed_km_s") == "burnout speed of sm3 iia"
    assert spoken("batteries.araya_battery.loaded") == "number of interceptors loaded at araya battery"
    assert (about(0.00416), about(84.3), about(2.1e-7)) == ("0.0042", "84", "2.1×10^-07"[:-2] + "7")
