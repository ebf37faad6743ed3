"""Variants with the same seeds, paired battle by battle."""

from dataclasses import replace

import numpy as np
import pytest

from hoplon.errors import InputError
from hoplon.report.comparison_page import comparison_html
from hoplon.scenario import load
from hoplon.scenario.comparison import varied
from hoplon.studies import study
from hoplon.studies.compare import Entrant, compare
from hoplon.studies.statistics import paired_difference

pytestmark = pytest.mark.compiled

RUNS = 4


@pytest.fixture(scope="module")
def sides():
    whole = load("japan-2018")
    small = replace(whole, threats=whole.threats[:3])
    cut = varied(small, names=["links of allied"], authority="allied_consent")
    return [
        Entrant("base", "As it is", small),
        Entrant("asked", "With consent", varied(small, authority="allied_consent")),
        Entrant("cut", "Cut off", cut),
    ]


@pytest.fixture(scope="module")
def made(sides):
    return compare(sides, RUNS, 3, name="test", title="A test", question="What follows?")


def test_each_side_is_the_study_of_its_scenario(made, sides):
    for side, entrant in list(zip(made.sides, sides, strict=True))[1:]:
        alone = study(entrant.scenario, RUNS, 3, swings=False)
        assert side.leakage == alone.leakage
        assert side.leakage_by_run == alone.leakage_by_run
        assert side.reasons == alone.reasons
        assert side.overrides == entrant.scenario.overrides


def test_differences_are_paired_with_the_first_and_with_each_other(made):
    base, asked, cut = (side.leakage_by_run for side in made.sides)
    assert cut == (1.0,) * RUNS
    assert made.sides[2].difference == paired_difference(base, cut)
    assert [(pair.first, pair.second) for pair in made.pairs] == [
        ("base", "asked"),
        ("base", "cut"),
        ("asked", "cut"),
    ]
    assert made.pairs[2].difference.best == pytest.approx(np.mean(np.subtract(cut, asked)))
    assert made.sides[2].worse == sum(value < 1.0 for value in base)
    assert made.sides[0].difference.best == 0.0
    assert made.sides[2].undecided == 1.0


def test_battles_that_all_differ_alike_still_have_an_interval(made):
    """Clopper and Pearson 1934: an event in none of 4 battles has a chance of at most 1 - 0.025^(1/4)."""
    found = made.sides[0].difference
    assert (found.low, found.high) == pytest.approx((-0.6024, 0.6024), abs=5e-5)


def test_any_number_of_workers_gives_the_same(made, sides):
    again = compare(sides[1:], 2, 3, name="test", title="A test", question="What follows?", jobs=2)
    for side, other in zip(again.sides, made.sides[1:], strict=True):
        assert side.leakage_by_run == other.leakage_by_run[:2]


def test_progress_counts_all_battles_once(sides):
    told = []
    compare(sides[:2], 2, 3, progress=lambda done, total, what: told.append((done, total)))
    assert told[0] == (0, 4)
    assert told[-1] == (4, 4)
    assert sorted(told) == told


def test_battles_fought_already_need_the_same_seeds(made, sides):
    alone = study(sides[0].scenario, 2, 3, swings=False)
    at_hand = Entrant("run", "A run", None, alone.records, alone.overrides, alone.scenario_yaml)
    paired = compare([at_hand, sides[2]], 2, 3)
    assert paired.sides[0].leakage_by_run == made.sides[0].leakage_by_run[:2]
    with pytest.raises(InputError, match=r"2 battles of seed 3; 2 of seed 4"):
        compare([at_hand, sides[2]], 2, 4)
    with pytest.raises(InputError, match="compared with itself"):
        compare([sides[0], sides[0]], RUNS, 3)
    with pytest.raises(InputError, match="nothing to compare"):
        compare(sides[:1], RUNS, 3)
    with pytest.raises(InputError, match="nothing is to be engaged"):
        compare([sides[0], Entrant("seen", "", load("overflight-2017-08-29"))], 1, 3)


def test_the_page_tells_it_all_and_asks_no_host_for_anything(made):
    page = comparison_html(made)
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    for side in made.sides:
        assert page.count(side.title) >= 4
    for words in (
        "asks for consent",
        "paired difference",
        "not engaged: no order, waits for allied_command, who cannot be reached",
        "no consent in time",
        "rule defend_assets",
    ):
        assert words in page
    assert "nan" not in page
    assert page == comparison_html(made)


def test_a_title_is_no_markup(made):
    evil = "</title><script>alert(1)</script>"
    page = comparison_html(
        replace(made, title=evil, sides=(replace(made.sides[0], title=evil), *made.sides[1:]))
    )
    assert "<script" not in page
