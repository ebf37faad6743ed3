"""The page: complete, self-contained, escaped, the same bytes for the same study."""

import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from made_up_study import RAID, made_up_study

from hoplon.errors import OutputError
from hoplon.report import report_html, write_report
from hoplon.result import Interval, read_manifest, read_run_folder, write_run_folder

VOID = {"meta", "br", "wbr"}
EVIL = "</title></style><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


class Checker(HTMLParser):
    """Notes tags, attributes and whether every tag is closed in order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.ids, self.text = [], [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, k, v) for k, v in attrs]
        self.ids += [v for k, v in attrs if k == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, k, v) for k, v in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def words_of(html):
    return " ".join(" ".join(Checker(html).text).replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def page(study):
    return report_html(study)


def test_the_page_asks_no_host_for_anything_and_runs_nothing(page):
    checker = Checker(page)
    assert not {"script", "img", "link", "iframe", "object", "embed", "base", "form"} & set(checker.tags)
    for _, name, value in checker.attributes:
        assert not name.startswith("on")
        if name in ("href", "src", "xlink:href"):
            assert value.startswith("#")
    assert "://" not in page
    assert "@import" not in page
    assert re.findall(r"url\(([^)]*)\)", page) == ["#map-frame"]
    assert "default-src 'none'" in page
    assert len(page.encode()) < 2_000_000


def test_links_within_the_page_lead_somewhere_and_names_are_unique(page):
    checker = Checker(page)
    assert len(set(checker.ids)) == len(checker.ids)
    targets = {v[1:] for _, k, v in checker.attributes if k == "href"}
    assert targets
    assert targets <= set(checker.ids)


def test_pictures_are_well_formed(page):
    pictures = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(pictures) > 10
    for picture in pictures:
        ET.fromstring(picture)
        assert "nan" not in re.sub(r'aria-label="[^"]*"|<title>.*?</title>|<text.*?</text>', "", picture)


def test_the_answer_stands_first_with_its_interval(page, study):
    text = words_of(page)
    best, low, high = (
        f"{100 * v:.1f} %" for v in (study.leakage.best, study.leakage.low, study.leakage.high)
    )
    sentence = f"{best} of the missiles that had to be stopped got through"
    assert text.index(sentence) < text.index("Key figures")
    assert f"95 % interval {low} to {high}, from 20 battles" in text
    assert text.index(sentence) < text.index("What sampling leaves open") < text.index("Key figures")
    assert "Most hangs on: single-shot kill probability." in text


def test_everything_from_the_study_is_escaped(study):
    def spoil(value):
        return EVIL + value

    first = study.records[0]
    evil = replace(
        study,
        scenario=EVIL,
        title=EVIL,
        question=EVIL,
        date=EVIL,
        mode=EVIL,
        swings=tuple(replace(s, name=spoil(s.name), paths=(EVIL,)) for s in study.swings),
        moments={**study.moments, EVIL: study.moments["launch"]},
        warning_s={spoil(k): v for k, v in study.warning_s.items()},
        outcomes={spoil(k): v for k, v in study.outcomes.items()},
        reasons={EVIL: 1.0},
        draws={EVIL: study.draws["single_shot_kill_probability"]},
        assumptions=tuple(
            replace(a, path=EVIL, unit=EVIL, mark=m, source=EVIL, why=EVIL, rule=EVIL)
            for a, m in zip(
                study.assumptions, ["assumed", "weak", EVIL, "checked", "derived", EVIL], strict=True
            )
        ),
        overrides=(EVIL,),
        limitations=(EVIL,),
        sites=tuple(replace(s, name=spoil(s.name)) for s in study.sites),
        paths=tuple(replace(p, threat=spoil(p.threat), missile=spoil(p.missile)) for p in study.paths),
        timeline=tuple(replace(r, what=EVIL, source=EVIL) for r in made_up_study(2, engaged=False).timeline),
        leakage=replace(study.leakage, method=EVIL),
        records=(
            replace(
                first,
                outcomes=tuple(
                    replace(o, threat=EVIL, missile=EVIL, aim=EVIL, outcome="leaked", reason=EVIL)
                    for o in first.outcomes
                ),
                events=tuple(replace(e, note="hit" + EVIL, threat=EVIL) for e in first.events),
                tracks=replace(first.tracks, threat=tuple(EVIL for _ in first.tracks.threat)),
                interceptors_used={EVIL: 1},
                draws={EVIL: 0.5},
            ),
        ),
    )
    page = report_html(
        evil,
        {
            "commit": EVIL,
            "sha256": {EVIL: EVIL},
            "python_version": EVIL,
            "package_versions": {EVIL: EVIL},
            "written_utc": EVIL,
            "software_version": EVIL,
        },
    )
    checker = Checker(page)
    assert "script" not in checker.tags
    assert "img" not in checker.tags
    assert "<script" not in page
    for picture in re.findall(r"<svg.*?</svg>", page, re.S):
        ET.fromstring(picture)


def test_without_anything_to_engage_the_timeline_is_the_answer():
    text = words_of(report_html(made_up_study(3, engaged=False)))
    assert "Nothing was to be engaged; 2 of 4 published moments come out in their range" in text
    assert "Published beside computed" in text
    assert "public alert (J-Alert) 240 240 to 300 262 +22 within the range" in text
    assert "interceptor launch 2 1 to 3 – – never came" in text
    assert "What the ranges of the values leave open" not in text
    assert "Share that got through" not in text


def test_without_a_timeline_either_the_first_sight_is_the_answer():
    study = replace(made_up_study(3, engaged=False), timeline=())
    assert "radar first saw the missile" in words_of(report_html(study))
    blind = replace(study, moments={}, records=(), paths=(), sites=(), warning_s={}, outcomes={}, draws={})
    assert "no radar held a track" in words_of(report_html(blind))


def test_a_study_with_next_to_nothing_in_it_still_makes_a_page(study):
    bare = replace(
        study,
        swings=(),
        records=(),
        paths=(),
        sites=(),
        assumptions=(),
        overrides=(),
        limitations=(),
        moments={},
        moments_missing={},
        warning_s={},
        outcomes={},
        reasons={},
        draws={},
        leakage_by_run=(),
        leakage_spread=None,
    )
    text = words_of(report_html(bare))
    assert "Not examined in this run" in text
    assert "never in no battle" in text


def test_nan_and_extreme_numbers_do_not_break_the_page(study):
    nan = math.nan
    odd = replace(
        study,
        leakage=Interval(0.0, 0.0, 0.0, 1),
        leakage_by_run=(0.0, nan),
        swings=tuple(
            replace(s, leakage_at_low=nan, low_difference=Interval(nan, nan, nan, 5))
            for s in study.swings[:1]
        )
        + tuple(
            replace(
                s,
                leakage_at_low=0.0,
                leakage_at_high=0.0,
                leakage_at_best=0.0,
                low_difference=Interval(nan, nan, nan, 5),
            )
            for s in study.swings[1:2]
        ),
        warning=None,  # as in results of older versions, which show the warning by aim point
        warning_s={"Tokyo": Interval(nan, nan, nan, 5), "Osaka": Interval(-12.0, -30.0, 4.0, 5)},
        assumptions=(
            replace(study.assumptions[0], best=1.23e-9, low=0.0, high=math.inf),
            replace(study.assumptions[0], best=-123456.7, low=-123456.7, high=-123456.7),
        ),
    )
    text = words_of(report_html(odd))
    assert "1.23 × 10⁻⁹" in text
    assert "−123 457" in text.replace("\u202f", " ")
    assert "−12 s" in text


def test_the_representative_battle_is_the_one_nearest_the_mean_and_is_named(study, page):
    best = min(study.records, key=lambda r: abs(r.leakage - study.leakage.best))
    text = words_of(page)
    assert f"Battle {best.run}, whose leakage of {100 * best.leakage:.1f} % is nearest the mean" in text
    row = best.outcomes[0]
    assert f"{row.threat} {row.aim}" in text


def test_assumed_values_come_first_and_overridden_ones_say_so(page):
    text = words_of(page)
    rests = text[text.index("Every value with its range") :]
    assert rests.index("sensors. early_ warning. detection_ delay_ s") < rests.index("Lewis and Postol")
    assert "replaced 0.03" in rests
    assert "What this scenario replaced or left out" in text
    assert "No delay of the satellites is public. Rule: From 30 s (cloud top) to the end of boost." in rests


def test_the_page_says_how_to_get_it_again(tmp_path, study):
    folder = write_run_folder(study, tmp_path / "run", report=write_report)
    manifest = read_manifest(folder)
    text = words_of((folder / "report.html").read_text())
    assert f"hoplon run scenario.yaml --runs {study.runs} --seed {study.seed}" in text
    for name, digest in manifest["sha256"].items():
        assert digest in text or name == "report.html"
    assert manifest["written_utc"] in text
    again = report_html(
        read_run_folder(folder),
        {k: v for k, v in manifest.items() if k != "sha256"}
        | {"sha256": {k: v for k, v in manifest["sha256"].items() if k != "report.html"}},
    )
    assert again == (folder / "report.html").read_text()


def test_the_same_study_gives_the_same_bytes_in_another_process(page):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from made_up_study import made_up_study;"
        "from hoplon.report import report_html;"
        "sys.stdout.buffer.write(report_html(made_up_study()).encode())"
    )
    here = Path(__file__).parents[1] / "result"
    environment = os.environ | {"PYTHONHASHSEED": "123"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(here)], capture_output=True, check=True, env=environment
    )
    assert done.stdout.decode() == page


def test_writing_replaces_an_older_page_and_explains_failure(study, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    assert write_report(study, path) == path
    assert path.read_text().startswith("<!doctype html>")
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(OutputError, match="cannot be written") as caught:
        write_report(study, tmp_path / "none" / "report.html")
    assert caught.value.remedy


def test_an_interrupt_while_writing_leaves_the_old_page(study, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old")

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("hoplon.result.whole_file.os.replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write_report(study, path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_many_threats_and_types_find_room():
    raid = tuple(
        (f"{name}-{k}", f"type-{k}", launch, aim, t + 5 * k, apogee)
        for k in range(8)
        for name, _, launch, aim, t, apogee in RAID
    )
    page = report_html(made_up_study(2, raid=raid))
    Checker(page)
    assert len(page.encode()) < 2_000_000
