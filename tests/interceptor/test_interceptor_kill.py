"""Test records, posteriors, salvoes and handover."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoplon.errors import InputError
from hoplon.interceptor import (
    KillPosterior,
    TestRecord,
    handover_succeeds,
    record_as_of,
    salvo_kill_probability,
)


@pytest.mark.parametrize(
    "hits,attempts,mean,low,high",
    [
        # Jeffreys means and 90 % intervals: GMD 2017, THAAD 2017, SM-3 IA 2011, two rival views of SM-3.
        (10, 18, 0.553, 0.366, 0.733),
        (13, 13, 0.964, 0.865, 1.0),
        (19, 22, 0.848, 0.712, 0.949),
        (1, 10, 0.136, 0.018, 0.331),
        (2, 10, 0.227, 0.060, 0.452),
        # Means alone: GMD 2019, THAAD 15/15, all of Aegis, SM-3 IIA.
        (11, 19, 0.575, None, None),
        (15, 15, 0.969, None, None),
        (34, 41, 0.821, None, None),
        (4, 6, 0.643, None, None),
    ],
)
def test_posteriors_of_the_public_records(hits, attempts, mean, low, high):
    kill = TestRecord("public", hits, attempts, "2017", "press").posterior()
    assert kill.mean == pytest.approx(mean, abs=1e-3)
    if low is not None:
        assert kill.interval(0.9) == pytest.approx((low, high), abs=1e-3)


@given(u=st.floats(0.0, 1.0), v=st.floats(0.0, 1.0))
def test_draws_are_quantiles(u, v):
    kill = KillPosterior("x", 4.5, 2.5)
    low, high = kill.draw(min(u, v)), kill.draw(max(u, v))
    assert 0.0 <= low <= high <= 1.0


def test_one_draw_is_shared_by_views_and_ordered_as_they_are():
    sceptic, maker = KillPosterior("s", 1.5, 9.5), KillPosterior("m", 19.5, 3.5)
    for u in (0.05, 0.5, 0.95):
        assert sceptic.draw(u) < maker.draw(u)


def test_certain_value_is_a_mode_of_its_own():
    kill = KillPosterior.certain(0.7)
    assert (kill.mean, kill.draw(0.01), kill.interval()) == (0.7, 0.7, (0.7, 0.7))
    assert kill.salvo_mean(2) == pytest.approx(0.91)
    with pytest.raises(InputError, match=r"1\.2"):
        KillPosterior.certain(1.2)
    with pytest.raises(InputError, match="beta"):
        KillPosterior("x", 0.0, 1.0)


def test_salvo_against_published_arithmetic():
    # Two shots of 0.8: 0.96 (Lexington Institute, 2013).
    assert salvo_kill_probability(0.8, 2) == pytest.approx(0.96, abs=1e-12)
    assert salvo_kill_probability(0.5, 0) == 0.0
    assert salvo_kill_probability(1.0, 3) == 1.0
    for p, n in ((1.1, 1), (-0.1, 1), (0.5, -1)):
        with pytest.raises(InputError):
            salvo_kill_probability(p, n)


def test_common_doubt_lowers_the_salvo():
    """E[1 - (1 - p)^2] over the posterior, against the integral by midpoints of the quantile."""
    kill = KillPosterior("gmd", 10.5, 8.5)
    n = 4000
    by_draws = sum(salvo_kill_probability(kill.draw((i + 0.5) / n), 2) for i in range(n)) / n
    assert kill.salvo_mean(2) == pytest.approx(by_draws, abs=1e-4)
    assert kill.salvo_mean(1) == pytest.approx(kill.mean)
    assert kill.salvo_mean(2) < salvo_kill_probability(kill.mean, 2)


def test_handover():
    assert handover_succeeds(999.0, 1000.0)
    assert not handover_succeeds(1001.0, 1000.0)
    assert not handover_succeeds(float("nan"), 1000.0)


RECORDS = (
    TestRecord("official", 9, 17, "2014-06-22", "LA Times"),
    TestRecord("official", 10, 18, "2017-05-30", "press"),
    TestRecord("official", 11, 19, "2019-03-25", "MDA"),
    TestRecord("rival", 7, 14, "2013-02", "Arms Control Today"),
)


def test_tests_count_as_of_a_day():
    assert record_as_of(RECORDS, "official", datetime.date(2018, 1, 16)).attempts == 18
    assert record_as_of(RECORDS, "official", datetime.date(2017, 5, 29)).attempts == 17
    assert record_as_of(RECORDS, "official", datetime.date(2030, 1, 1)).attempts == 19
    # A month without a day counts from its last day.
    assert record_as_of(RECORDS, "rival", datetime.date(2013, 2, 28)).hits == 7
    with pytest.raises(InputError, match="2013-02-27"):
        record_as_of(RECORDS, "rival", datetime.date(2013, 2, 27))
    with pytest.raises(InputError, match="offical") as caught:
        record_as_of(RECORDS, "offical", datetime.date(2018, 1, 16))
    assert "official" in caught.value.remedy


@pytest.mark.parametrize(
    "hits,attempts,as_of",
    [(3, 2, "2017"), (-1, 2, "2017"), (1, 2, "2017-13"), (1, 2, "May"), (1, 2, "2017-02-30")],
)
def test_impossible_records_are_refused(hits, attempts, as_of):
    with pytest.raises(InputError) as caught:
        TestRecord("x", hits, attempts, as_of, "s")
    assert caught.value.remedy
