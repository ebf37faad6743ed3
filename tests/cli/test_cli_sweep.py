"""`hoplon study`: a line for each point, and what is wrong with a file before anything runs."""

import json

STUDY = """\
format: hoplon-study
version: 1
name: loads
title: How many interceptors against one missile
question: Does a second one help?
scenario: one-on-one
vary:
  batteries.mutsumi_battery.loaded: [1, 2]
  raid.nodong.apogee_km: [300, 5000]
mode: expected
"""


def test_study_prints_a_line_for_each_point(hoplon, tmp_path):
    (tmp_path / "my.yaml").write_text(STUDY)
    done = hoplon("study", "my.yaml", "-o", "out", "-j", "1")
    assert done.exit_code == 0, done.stderr
    assert "one-on-one, 4 points (grid), expected mode" in done.stdout
    assert "50.0 %" in done.stdout
    assert "[1] out of reach: 'nodong' does not reach the aim point" in " ".join(done.stdout.split())
    assert "2 points have no result" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert (tmp_path / "out" / "report.html").exists()


def test_study_prints_one_json_object(hoplon, tmp_path):
    (tmp_path / "my.yaml").write_text(STUDY)
    done = hoplon("study", "my.yaml", "-o", "out", "-j", "1", "--json")
    facts = json.loads(done.stdout)
    assert [point["reason"] == "" for point in facts["points"]] == [True, False, True, False]
    assert facts["points"][0]["values"]["leakage"]["low"] is None
    assert facts["folder"] == "out"


def test_check_computes_nothing(hoplon, tmp_path):
    (tmp_path / "my.yaml").write_text(STUDY)
    done = hoplon("study", "my.yaml", "--check")
    assert "4 points of one-on-one (grid), expected mode" in done.stdout
    assert "loaded (mutsumi_battery): 1; 2" in done.stdout
    assert hoplon("check", "my.yaml", "saturation").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["my.yaml"]


def test_a_misspelt_path_is_refused(hoplon, tmp_path):
    (tmp_path / "my.yaml").write_text(STUDY.replace("loaded", "loadet"))
    done = hoplon("study", "my.yaml")
    assert done.exit_code == 2
    assert "my.yaml:8 vary.batteries.mutsumi_battery.loadet" in done.stderr
    assert "Did you mean 'batteries.mutsumi_battery.loaded'?" in done.stderr


def test_studies_are_listed_and_told_apart(hoplon):
    assert "saturation" in hoplon("list", "studies").stdout
    assert "study" in hoplon("show", "saturation").stdout
    done = hoplon("run", "saturation")
    assert done.exit_code == 2
    assert "Type: hoplon study saturation" in done.stderr
