"""Who saw what when, and whether the tracks knew how good they were."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from made_up_study import RAID, made_up_study
from scipy import stats

from hoplon.report import report_html
from hoplon.report.panel import Panel, thinned
from hoplon.report.sensor_pictures import MOST_BARS, draw_sensors
from hoplon.report.svg import Drawing
from hoplon.report.track_pictures import HONEST, draw_battle_tracks, honest_share, mean_nees
from hoplon.result.samples import SensorViews, TrackSamples, views_of


def texts(picture):
    return [element.text for element in ET.fromstring(str(picture)).iter("text")]


def bars(picture, cls):
    return [
        e for e in ET.fromstring(str(picture)).iter("line") if e.get("class", "").startswith(f"view {cls}")
    ]


def test_each_sensor_has_its_lane_even_one_that_saw_nothing(study):
    battle = study.records[0]
    words = texts(draw_sensors(study, battle))
    for site in study.sites:
        if site.kind == "radar":
            assert any(text and text.startswith(site.name[:12]) for text in words), site.name
    tracked = sum("firm_track" in o.moments_s for o in battle.outcomes)
    assert words.count("saw none") == 4
    assert f"saw {tracked} of 6, {31 * tracked} detections" in words
    assert f"saw {tracked} of 6, {35 * tracked} detections" in words
    assert f"{tracked} of 6" in words
    assert [w for w in words if w].index(study.sites[0].name) < [w for w in words if w].index("Shariki")


def test_bars_turn_full_at_the_firm_track_and_break_where_sight_was_lost(study):
    battle = study.records[0]
    tracked = [o for o in battle.outcomes if "firm_track" in o.moments_s]
    picture = draw_sensors(study, battle)
    # Araya finds each in search before there is a track, and sees it again after a break; Shariki only after.
    assert len(bars(picture, "found")) == len(tracked)
    assert len(bars(picture, "held")) == 3 * len(tracked)
    assert len(bars(picture, "aloft")) == len(battle.outcomes)


def test_many_threats_become_a_number():
    raid = tuple(
        (f"{name}-{k}", missile, launch, aim, t + 7 * k, apogee)
        for k in range(8)
        for name, missile, launch, aim, t, apogee in RAID
    )
    study = made_up_study(1, raid=raid)
    assert len(raid) > MOST_BARS
    picture = str(draw_sensors(study, study.records[0]))
    assert not bars(picture, "")
    assert 'class="count held"' in picture
    assert "number of missiles in view" in report_html(study)


def test_records_from_before_have_no_such_picture(study):
    battle = replace(
        study.records[0],
        views=SensorViews(),
        tracks=replace(study.records[0].tracks, position_nees=np.empty(0)),
    )
    old = replace(study, records=(battle,))
    assert draw_sensors(old, battle) is None
    assert draw_battle_tracks(old, battle) is None
    assert np.isnan(honest_share(old))
    assert np.isnan(mean_nees(old))
    page = report_html(old)
    assert "Who saw what when" not in page
    assert "NEES" not in page


def test_the_levels_are_those_of_chi_square():
    np.testing.assert_allclose(HONEST, stats.chi2.ppf([0.05, 0.5, 0.95], 3), rtol=1e-6)


def test_what_an_honest_filter_scores(study):
    # Its samples are drawn from chi-square; four standard errors of some 10,000 of them.
    count = sum(len(r.tracks.t_s) for r in study.records)
    assert count > 5000
    assert honest_share(study) == pytest.approx(0.9, abs=4 * (0.09 / count) ** 0.5)
    assert mean_nees(study) == pytest.approx(1.0, abs=4 * (6 / count) ** 0.5 / 3)
    words = texts(draw_battle_tracks(study, study.records[0]))
    assert "error squared over stated covariance (NEES)" in words


def test_one_sample_is_enough_for_a_picture(study):
    few = study.records[0].tracks
    one = TrackSamples(
        few.threat[:1],
        few.track[:1],
        few.t_s[:1],
        few.r_true_ecef_m[:1],
        few.r_track_ecef_m[:1],
        few.position_sigma_m[:1],
        few.impact_error_km[:1],
        np.array([1e9]),
    )
    battle = replace(study.records[0], tracks=one)
    picture = str(draw_battle_tracks(replace(study, records=(battle,)), battle))
    assert "nan" not in re.sub(r"<title>.*?</title>", "", picture)


def test_detections_become_stretches():
    parts = [
        (np.array([0, 1, 0]), np.array([1.0, 1.5, 2.0]), np.array([0, 1, 1])),
        (np.array([0, 0]), np.array([30.0, 100.0]), np.array([0, 0])),
        (np.array([1]), np.array([101.0]), np.array([1])),
    ]
    views = views_of(parts, ["a", "b"], ["x", "y"], 60.0)
    rows = list(zip(views.sensor, views.threat, views.first_s, views.last_s, views.detections, strict=True))
    assert rows == [
        ("a", "x", 1.0, 30.0, 2),
        ("a", "x", 100.0, 100.0, 1),
        ("a", "y", 2.0, 2.0, 1),
        ("b", "y", 1.5, 1.5, 1),
        ("b", "y", 101.0, 101.0, 1),
    ]
    late = [parts[1], parts[0], parts[2], (np.array([1]), np.array([50.0]), np.array([-1]))]
    again = views_of(late, ["a", "b"], ["x", "y"], 60.0)
    assert (again.sensor, again.threat) == (views.sensor, views.threat)
    np.testing.assert_array_equal(again.first_s, views.first_s)
    np.testing.assert_array_equal(again.detections, views.detections)
    assert views_of([], ["a"], ["x"], 60.0).sensor == ()
    assert views_of([(np.array([0]), np.array([1.0]), np.array([-1]))], ["a"], ["x"], 60.0).sensor == ()
    # So many pairs that their numbers do not fit into two bytes.
    names = [str(i) for i in range(300)]
    wide = views_of([(np.array([299]), np.array([1.0]), np.array([299]))], names, names, 60.0)
    assert (wide.sensor, wide.threat) == (("299",), ("299",))


def test_curves_stay_in_their_panel_and_keep_their_ends():
    drawing = Drawing(200, 100, "")
    panel = Panel(drawing, (10.0, 10.0, 100.0, 50.0), (0.0, 10.0), (0.1, 10.0), logarithmic=True)
    np.testing.assert_allclose(panel.place(5.0, 1.0), [[60.0, 35.0]])
    panel.curve([0.0, 1.0, 10.0, np.nan], [1e-9, np.nan, 1e9, 1.0], "c")
    assert 'd="M10 60L110 10"' in str(drawing.done())
    assert thinned(np.array([[0.0, 0.0], [0.1, 0.0], [0.2, 0.0]])) == [[0.0, 0.0], [0.2, 0.0]]
