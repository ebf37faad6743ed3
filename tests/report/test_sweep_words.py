"""What the top of a study's page says: what size of raid saturates, which value the answer goes with."""

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from hoplon.report.sweep_words import rank_correlation, saturation_words, sweep_answer
from hoplon.result.model import Interval
from hoplon.result.sweep import Sweep, SweepAxis, SweepOutput, SweepPoint
from hoplon.sweep.saturation import curve


def stopping(name, shots, sizes=(4, 8, 16, 24)):
    """A defence that stops as many missiles as it has shots."""
    return curve(name, {size: [max(size - shots, 0) / size] for size in sizes})


@pytest.mark.parametrize(
    ("curves", "words"),
    [
        ([stopping("", 8)], "Saturated beyond 8 missiles: of the missiles added, nine"),
        ([stopping("one", 10)], "Saturated beyond 16 missiles (one): "),
        (
            [stopping("one", 8), stopping("two", 16), stopping("three", 8)],
            "Saturated beyond 8 missiles (one; three) and beyond 16 missiles (two): ",
        ),
        ([stopping("one", 16), stopping("two", 99)], "get through. Not by 24 missiles: two."),
        ([stopping("one", 99)], "Not saturated by 24 missiles, the largest raid stated"),
        ([stopping("one", 1, sizes=(4,))], ""),
        ([], ""),
    ],
)
def test_a_raid_saturates_beyond_the_size_up_to_which_shots_last(curves, words):
    said = saturation_words(curves)
    assert words in said
    assert bool(said) == bool(words)


def test_rank_correlations_are_those_of_scipy():
    rng = np.random.default_rng(5)
    x, y = rng.integers(0, 6, 40), rng.integers(0, 9, 40)
    assert rank_correlation(x, y) == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)
    assert rank_correlation([1, 2, 3], [1, 10, 100]) == pytest.approx(1.0)
    assert math.isnan(rank_correlation([1, 1, 1], [1, 2, 3]))


def drawn(number, raid_side=False):
    axes = tuple(
        SweepAxis(name, name, "", (name,), numeric=True, raid_side=raid_side) for name in ("delay", "chance")
    )
    places = [(i, 7 * i % number) for i in range(number)]
    points = tuple(
        SweepPoint(
            i,
            dict(zip(("delay", "chance"), place, strict=True)),
            {"leakage": Interval(1.0 - place[1] / number, math.nan, math.nan, 0)},
            0,
        )
        for i, place in enumerate(places)
    )
    outputs = (SweepOutput("leakage", "leakage", "share"),)
    return Sweep(
        "made-up", "t", "q", "s", "expected", "latin_hypercube", 1, 1, axes, outputs, points, "identity"
    )


def test_a_drawn_design_says_which_value_the_answer_goes_with():
    head, rest = sweep_answer(drawn(40))
    assert head.startswith("Leakage goes with the chance (rank correlation \u22121.00)")
    assert "between 2.5\u00a0% and 100.0\u00a0% at 40 points" in rest


def test_nothing_is_said_of_few_points_or_of_the_raids_values():
    assert sweep_answer(drawn(9))[1] == ""
    head, rest = sweep_answer(drawn(40, raid_side=True))
    assert "goes with" not in head
    assert rest == ""
