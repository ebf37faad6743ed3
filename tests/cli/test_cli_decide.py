"""`hoplon decide`: the screen, the folder, and what is refused before anything runs."""

from __future__ import annotations

import json

import pytest


@pytest.mark.compiled
def test_a_break_even_value_is_printed_and_written(hoplon, tmp_path):
    asked = ("--break-even", "single_shot_kill_probability", "--leakage", "0.3", "-j", "1", "-o", "out")
    done = hoplon("decide", "one-on-one", *asked, "--json")
    assert done.exit_code == 0, done.stderr
    facts = json.loads(done.stdout)
    crossing = facts["break_even"]["crossings"][0]
    assert crossing["low"] <= 0.7 <= crossing["high"]
    folder = tmp_path / "out"
    assert {p.name for p in folder.iterdir()} == {
        "decides.json",
        "scenario.yaml",
        "report.html",
        "manifest.json",
    }
    assert json.loads((folder / "decides.json").read_text())["break_even"] == facts["break_even"]
    assert "breaks even" in (folder / "report.html").read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--break-even", "missiles.nodong.payload_kg", "--leakage", "0.2"), "the raid's"),
        (("--break-even", "comand.public_alert", "--leakage", "0.2"), "unknown path"),
        (("--break-even", "single_shot_kill_probability"), "--leakage"),
        (("--sobol", "5"), "32 or more"),
        (("--range", "1,2"), "--break-even"),
        (("--leakage", "20"), "as in 0.2"),
        (("--jobs", "0"), "from 1 up"),
        (("--seed", "-1"), "from 0 up"),
        (("--without", "shoriki"), "shariki"),
    ],
)
def test_what_cannot_be_used_is_explained(hoplon, tmp_path, options, words):
    done = hoplon("decide", "one-on-one" if options[0] != "--without" else "japan-2018", *options)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("manifest.json"))


def test_a_scenario_without_engagement_decides_nothing(hoplon):
    done = hoplon("decide", "overflight-2017-08-29")
    assert done.exit_code == 2
    assert "nothing is engaged" in done.stderr
