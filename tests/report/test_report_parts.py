"""Words, ticks, labels, bands: the small parts of the page."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_study import made_up_study

from hoplon.report.choose import banded, track_errors, typical_battle
from hoplon.report.labels import place_labels
from hoplon.report.map_picture import _joined
from hoplon.report.svg import Drawing, clock, number, path_data, shortened, text_width, ticks, time_ticks
from hoplon.report.words import duration, percent, plain_number, points, widest


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.02, "0.02"),
        (1500.0, "1500"),
        (12345.6, "12\u202f346"),
        (1.0, "1"),
        (-3.5, "−3.5"),
        (0.00012, "1.2 × 10⁻⁴"),
        (2.5e9, "2.5 × 10⁹"),
        (math.nan, "–"),
        (None, "–"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (99999.9, "100\u202f000"),
        (3.14159, "3.1416"),
    ],
)
def test_numbers_read_well(value, text):
    assert plain_number(value) == text


@given(st.floats(1e-3, 1e6))
def test_written_numbers_keep_five_digits(value):
    assert float(plain_number(value).replace("\u202f", "")) == pytest.approx(value, rel=5e-5)


def test_times_and_shares_read_well():
    assert duration(48.4) == "48\u00a0s"
    assert duration(125.0) == "2\u00a0min\u00a005\u00a0s"
    assert duration(-12.0) == "−12\u00a0s"
    assert duration(math.nan) == "–"
    assert percent(0.2345) == "23.4\u00a0%"
    assert points(-0.05) == "−5.0"
    assert clock(-65) == "−1:05"


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e4), st.integers(2, 12))
def test_ticks_are_round_few_and_within(low, span, count):
    found = ticks(low, low + span, count)
    assert len(found) <= count + 1
    assert all(low - 1e-6 * span <= v <= low + span + 1e-6 * span for v in found)


@given(st.integers(0, 10000), st.integers(10, 20000))
def test_time_ticks_are_within(low, span):
    found = time_ticks(low, low + span)
    assert all(low <= v <= low + span for v in found)
    assert len(found) <= 10


def test_drawing_escapes_and_rounds():
    drawing = Drawing(100, 50, "a<b")
    drawing.text(1, 2, "<&>", anchor="end")
    drawing.path(path_data([(0, 0.04), (-0.01, 1.26)]), "x", title="<t>")
    drawing.path("", "nothing")
    drawing.rect(10, 10, -5, 5, "r")
    text = str(drawing.done())
    assert "&lt;&amp;&gt;" in text
    assert "M0 0L0 1.3" in text
    assert 'x="5" y="10" width="5"' in text
    assert "nothing" not in text
    assert number(-0.04) == "0"
    assert shortened("abcdef", 4) == "abc…"
    assert text_width("ill", 10) < text_width("MMM", 10)


@given(
    st.lists(
        st.tuples(st.text("abcM ", min_size=1, max_size=20), st.floats(0, 400), st.floats(0, 300)),
        max_size=25,
    )
)
def test_labels_never_cover_one_another_or_leave_the_picture(wanted):
    boxes = [label.box for label in place_labels(wanted, [(x, y, 30.0) for _, x, y in wanted], 400, 300)]
    for i, a in enumerate(boxes):
        assert a[0] >= 0
        assert a[1] >= 0
        assert a[2] <= 400
        assert a[3] <= 300
        for b in boxes[:i]:
            assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]


def test_one_place_is_named_once():
    assert _joined(["araya battery", "araya"]) == "araya battery"
    assert _joined(["araya battery", "araya radar"]) == "araya battery + radar"
    assert _joined(["Tokyo", "Yokota"]) == "Tokyo + Yokota"


def test_bands_hold_ninety_per_cent():
    rng = np.random.default_rng(5)
    x, y = rng.uniform(0, 10, 20000), rng.normal(size=20000)
    middle, bands = banded(x, y, bins=10)
    assert len(middle) == 10
    # 2000 values a part: the 5 % quantile of a normal is good to about 0.05 (one sigma), so four of them.
    np.testing.assert_allclose(bands[:, 0], -1.645, atol=0.2)
    np.testing.assert_allclose(bands[:, 1], 0.0, atol=0.12)
    np.testing.assert_allclose(bands[:, 2], 1.645, atol=0.2)
    assert len(banded(np.array([np.nan]), np.array([1.0]))[0]) == 0


def test_track_errors_are_the_distance_from_track_to_truth():
    study = made_up_study(2)
    samples = track_errors(study.records)
    record = study.records[0]
    name = record.tracks.threat[0]
    run, first, part = samples["series"][0]
    mine = [i for i, n in enumerate(record.tracks.threat) if n == name]
    assert (run, first) == (0, name)
    launch = next(o.moments_s["launch"] for o in record.outcomes if o.threat == name)
    np.testing.assert_allclose(samples["age_s"][part], record.tracks.t_s[mine] - launch)
    expected = [math.dist(record.tracks.r_track_ecef_m[i], record.tracks.r_true_ecef_m[i]) for i in mine]
    np.testing.assert_allclose(samples["error_m"][part], expected)


def test_the_typical_battle_is_the_nearest_to_the_mean():
    study = made_up_study(12)
    chosen = typical_battle(study)
    assert all(
        abs(chosen.leakage - study.leakage.best) <= abs(r.leakage - study.leakage.best) for r in study.records
    )
    assert typical_battle(replace(study, records=())) is None


def test_the_widest_swing_is_found_wherever_it_stands():
    study = made_up_study(3)
    assert widest(study.swings[::-1]).name == "single-shot kill probability"
    assert widest(()) is None
