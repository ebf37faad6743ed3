"""Studies: the same rows from any number of processes, and errors that say what to type."""

import pytest

from hoplon.engagement.expected import expect
from hoplon.engagement.prepare import prepare
from hoplon.errors import InputError, UnreachableError
from hoplon.result.codec import summary_text
from hoplon.scenario import load, loads
from hoplon.studies import study
from hoplon.studies.pool import LANES, PICTURES

pytestmark = pytest.mark.compiled


@pytest.fixture(scope="module")
def alone():
    return study(load("one-on-one"), runs=7, seed=3)


def test_two_processes_give_the_same_answer_as_one(alone):
    # More blocks than one, so that both processes fight.
    other = study(load("one-on-one"), runs=7, seed=3, jobs=2)
    assert summary_text(other) == summary_text(alone)
    assert [repr(r.events) for r in other.records] == [repr(r.events) for r in alone.records]


def test_more_battles_keep_the_first_ones(alone):
    more = study(load("one-on-one"), runs=9, seed=3, swings=False)
    assert more.leakage_by_run[:7] == alone.leakage_by_run
    assert more.swings == ()
    assert more.all_at_once is None


def test_leakage_is_the_mean_over_battles_with_its_interval(alone):
    assert alone.leakage.best == pytest.approx(sum(alone.leakage_by_run) / 7)
    assert alone.leakage.low <= alone.leakage.best <= alone.leakage.high
    assert alone.leakage.runs == 7


def test_swings_are_ordered_and_compared_with_one_expected_value(alone):
    widths = [
        max(s.leakage_at_low, s.leakage_at_best, s.leakage_at_high)
        - min(s.leakage_at_low, s.leakage_at_best, s.leakage_at_high)
        for s in alone.swings
    ]
    assert widths == sorted(widths, reverse=True)
    best = expect(prepare(load("one-on-one")), pictures=PICTURES, lanes=LANES).leakage
    for s in (*alone.swings, alone.all_at_once):
        assert s.leakage_at_best == pytest.approx(best)
        assert s.low_difference.best == pytest.approx(s.leakage_at_low - best)
        assert s.low_difference.runs == 0
    assert alone.all_at_once.leakage_at_low >= alone.all_at_once.leakage_at_high


def test_progress_counts_to_the_end():
    seen = []
    study(load("one-on-one"), runs=3, seed=1, progress=lambda done, total, what: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize(
    ("key", "value"), [("runs", 0), ("seed", -1), ("jobs", 0), ("mode", "drawn"), ("runs", -5)]
)
def test_what_cannot_be_used_is_refused_by_name(key, value):
    with pytest.raises(InputError) as error:
        study(load("one-on-one"), **{"runs": 1, "seed": 1, key: value})
    assert error.value.where == key
    assert str(value) in str(error.value)


def test_an_aim_out_of_reach_ends_a_study_before_it_starts():
    from hoplon.scenario.library import FOLDER

    text = (FOLDER / "scenarios" / "one-on-one.yaml").read_text()
    with pytest.raises(UnreachableError, match="reach"):
        study(
            loads(text.replace("aim: osaka", "aim: {latitude_deg: 20.0, longitude_deg: 150.0}"), "far"),
            runs=1,
        )
