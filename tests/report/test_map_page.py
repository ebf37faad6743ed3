"""The page and the picture of a map: complete, alone, escaped, true to the cells."""

import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "result"))

from made_up_map import made_up_map
from test_report_page import EVIL, Checker, words_of

from hoplon.report.cell_outlines import outlines
from hoplon.report.coverage_bands import bands_of
from hoplon.report.coverage_picture import draw_alone
from hoplon.report.map_page import map_html
from hoplon.report.map_words import area_words, map_answer, title_words
from hoplon.result.scene import SceneSite


def area_of(ring):
    rows, columns = np.array(ring).T
    return 0.5 * float(np.sum(columns * np.roll(rows, -1) - np.roll(columns, -1) * rows))


@pytest.mark.parametrize("seed", range(6))
def test_outlines_hold_the_cells_and_nothing_else(seed):
    mask = np.random.default_rng(seed).random((13, 17)) < (0.2, 0.35, 0.5, 0.65, 0.8, 1.0)[seed]
    rings = outlines(mask)
    assert sum(area_of(ring) for ring in rings) == mask.sum()
    steps = [
        (b[0] - a[0], b[1] - a[1]) for ring in rings for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
    ]
    assert all(i == 0 or j == 0 for i, j in steps)


def test_cells_that_touch_at_a_corner_have_rings_of_their_own():
    assert [area_of(ring) for ring in outlines(np.eye(3, dtype=bool))] == [1.0, 1.0, 1.0]


def test_a_hole_runs_the_other_way():
    mask = np.ones((5, 5), dtype=bool)
    mask[2, 2] = False
    assert sorted(area_of(ring) for ring in outlines(mask)) == [-1.0, 25.0]


def test_every_value_has_one_colour():
    for kind, level in (("defended", 0.5), ("defended", 0.25), ("footprint", 0.05), ("radar", None)):
        chart = made_up_map(kind=kind, facts={} if level is None else {"level": level})
        for layer in chart.layers:
            bands = bands_of(chart, layer)
            count = np.sum([band.holds(layer) for band in bands], axis=0)
            assert (count == np.isfinite(layer.values)).all()
            assert len({band.words for band in bands}) == len({band.style for band in bands}) == len(bands)
    style = (Path(__file__).parents[2] / "src/hoplon/report/page_parts/style.css").read_text()
    for stem in ("stop", "seen", "warn"):
        assert all(f".{stem}{number} " in style for number in range(6))


def test_the_page_asks_no_host_for_anything_and_runs_nothing():
    page = map_html(made_up_map())
    checked = Checker(page)
    assert "script" not in checked.tags
    assert "img" not in checked.tags
    for _, name, value in checked.attributes:
        assert not name.startswith("on")
        if name in ("href", "src"):
            assert value.startswith("#"), value
    assert "url(http" not in page
    assert len(set(checked.ids)) == len(checked.ids)
    anchors = {value[1:] for _, name, value in checked.attributes if name == "href"}
    assert anchors - {"land"} <= set(checked.ids)
    assert page.count('id="land"') == 1


def test_the_page_says_what_the_map_says():
    words = words_of(map_html(made_up_map(), {"command": "hoplon map scenario.yaml defended"}))
    assert "A missile is stopped with a probability of 50 % or more over 50" in words
    assert (
        "1 of 2 places to be defended lies on it: Middle 98 %; Outskirts 33 % (no interceptor reaches it)"
        in words
    )
    for expected in (
        "the missile does not reach it",
        "no answer: out of the missile's reach",
        "1 value, of which 1 are assumed or weak",
        "It is made up.",
        "hoplon map scenario.yaml defended",
        "60 × 70, 25.0 km apart",
        "at least 60 %",
    ):
        assert expected in words, expected


def test_a_map_is_titled_by_its_question():
    asked = "Which ground is defended: how likely is a missile stopped?"
    page = map_html(replace(made_up_map(), question=asked, title="Two sites"))
    assert "<h1>Which ground is defended?</h1>" in page
    assert "How likely is a missile stopped? Scenario: Two sites." in page
    assert title_words(made_up_map()) == ("Which ground is defended?", "")


def test_the_same_map_gives_the_same_bytes():
    assert map_html(made_up_map()) == map_html(made_up_map())


def test_names_from_files_cannot_break_out():
    chart = made_up_map()
    chart = replace(
        chart,
        title=EVIL,
        question=EVIL,
        scenario=EVIL,
        overrides=(EVIL,),
        reasons=("", EVIL, EVIL + "2", EVIL + "3"),
        sites=(*chart.sites, SceneSite(EVIL, "asset", 35.0, 138.5)),
        layers=(replace(chart.layers[0], name=EVIL),),
        settings={EVIL: EVIL},
    )
    page = map_html(chart, {"command": EVIL})
    assert "<script" not in page
    assert "<img" not in page
    ET.fromstring(str(draw_alone(chart)))


def test_the_picture_alone_is_a_document():
    picture = str(draw_alone(made_up_map()))
    root = ET.fromstring(picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    texts = " ".join(root.itertext())
    assert "Which ground is defended?" in texts
    assert "Battery one" in texts
    assert not re.search(
        r"(?:nan|inf)\b", re.sub(r"<style>.*?</style>|<title>.*?</title>", "", picture, flags=re.S)
    )


def test_kinds_have_their_own_answers():
    radar = made_up_map(kind="radar", facts={}, settings={"target": "0.1 m²"})
    assert map_answer(radar)[0].startswith(
        "The radars find the target with a probability of 50\u00a0% or more over 50"
    )
    denied = made_up_map(kind="denied")
    assert map_answer(denied)[0].endswith(
        "(26\u00a0%) of the ground on this map from which it reaches its aim."
    )
    chart = made_up_map(kind="warning")
    warning = replace(chart, layers=chart.layers[::-1])
    head, rest = map_answer(warning)
    assert head == "Outskirts has the least warning, 3.6\u00a0min; Middle the most, 8.8\u00a0min."
    assert rest == ""  # nobody lives between them


def test_areas_have_no_more_digits_than_cells():
    assert area_words(502_655.0) == "503\u202f000\u00a0km²"
    assert area_words(7_894_000.0) == "7.89\u00a0million\u00a0km²"
    assert area_words(0.0) == "0 km²"
    assert area_words(999_999.0) == "1\u00a0million\u00a0km²"


@pytest.mark.parametrize("middle", [138.0, 179.0, -60.0])
def test_pages_of_far_places_and_empty_maps(middle):
    chart = made_up_map(middle)
    page = map_html(chart)
    assert not re.search(r'[ "](?:nan|inf)\b', page)
    layer = chart.layers[0]
    empty = replace(layer, values=np.full_like(layer.values, np.nan), reasons=np.ones_like(layer.reasons))
    words = words_of(map_html(replace(chart, layers=(empty,))))
    assert "over 0 km² of 0 km²" in words
    assert "the missile does not reach it" in words
    full = replace(layer, values=np.ones_like(layer.values), reasons=np.zeros_like(layer.reasons))
    words = words_of(map_html(replace(chart, layers=(full,))))
    assert "All 2 places to be defended lie on it, each at 100 %." in words
    assert "Where it fails" not in words
