"""`hoplon map`: the screen, the folder, and what it says to a wrong word."""

import json

import pytest

from hoplon.front_map import read_map
from hoplon.front_map_question import KINDS, command_text, region_of

SMALL = ("--step-km", "150", "--region", "japan")


@pytest.mark.compiled
def test_a_map_is_printed_and_written(hoplon, tmp_path):
    done = hoplon("map", "japan-2018", "radar", "--rcs", "0.01", "--altitude", "300", *SMALL, "-o", "out")
    assert done.exit_code == 0, (done.stderr, done.exception)
    text = " ".join(done.stdout.split())
    assert "find a target (0.01 m²) that hangs 300 km above" in text
    assert "Place by place" in text
    assert "out/report.html" in text
    assert all(len(line) <= 80 for line in done.stdout.splitlines() if "out/" not in line)
    folder = tmp_path / "out"
    assert {path.name for path in folder.iterdir()} == {
        "contours.geojson", "grid.zarr", "manifest.json", "map.svg", "report.html", "scenario.yaml",
        "summary.json",
    }  # fmt: skip
    back = read_map(folder)
    assert back.kind == "radar"
    command = json.loads((folder / "manifest.json").read_text())["command"]
    assert command == "hoplon map scenario.yaml radar --rcs 0.01 --altitude 300 --region japan --step-km 150"
    page = (folder / "report.html").read_bytes()
    (folder / "report.html").unlink()
    assert hoplon("report", "out").exit_code == 0
    assert len((folder / "report.html").read_bytes()) > 0.99 * len(page)
    again = hoplon("map", "out/scenario.yaml", *command.split()[3:], "-o", "again", "--json")
    facts = json.loads(again.stdout)
    assert facts["layers"] == json.loads((folder / "summary.json").read_text())["layers"]
    assert facts["folder"] == "again"


@pytest.mark.compiled
def test_a_sensor_can_be_taken_out(hoplon):
    less = hoplon(
        "map", "japan-2018", "radar", *SMALL, "--without", "shariki", "--sensor", "shariki", "-o", "out"
    )
    assert less.exit_code == 2
    assert "no radar 'shariki'" in less.stderr


def test_the_kinds_are_told_where_none_is_given(hoplon):
    done = hoplon("map", "japan-2018")
    assert done.exit_code == 2
    for name, words in KINDS.items():
        assert name in done.stderr
        assert words in done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("defnded",), "Did you mean 'defended'?"),
        (("defended", "--rcs", "1"), "--rcs: a map of kind 'defended' has no use for it"),
        (("denied", "--from", "sunan"), "--from: a map of kind 'denied' has no use for it"),
        (("radar", "--battery", "araya"), "It is for: footprint"),
        (("radar", "--region", "japn"), "Did you mean 'japan'?"),
        (("radar", "--region", "30,128,46"), "SOUTH,WEST,NORTH,EAST"),
        (("radar", "--region", "46,128,30,146"), "enclose no region"),
        (("radar", "--step-km", "0"), "the step is 0 km"),
        (("radar", "--step-km", "1", "--region", "-60,0,60,359"), "cells"),
        (("defended", "--level", "1.5"), "the level is 1.5"),
        (("radar", "--jobs", "0"), "--jobs: 0 is too few"),
        (("radar", "--missile", "nodng"), "Did you mean 'nodong'?"),
        (("radar", "--missile", "nodong", "--rcs", "1"), "has its own cross-section"),
        (("radar", "--without", "sharki"), "--without"),
    ],
)
def test_a_wrong_word_is_explained_before_anything_runs(hoplon, tmp_path, words, expected):
    done = hoplon("map", "japan-2018", *words)
    assert done.exit_code == 2, done.stdout
    assert expected in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_exists_is_kept(hoplon, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    done = hoplon("map", "japan-2018", "radar", "-o", "out")
    assert done.exit_code == 2
    assert "not empty" in done.stderr


def test_regions():
    assert region_of("South Korea") == (33.0, 125.0, 39.0, 130.5)
    assert region_of("-10,170,20,-160") == (-10.0, 170.0, 20.0, 200.0)
    assert region_of(None) is None


def test_commands_can_be_typed_again():
    text = command_text(
        "defended", missiles=("nodong",), launches=("39.2,125.7",), region=(-5.0, 1.0, 2.0, 3.0)
    )
    assert text == "hoplon map scenario.yaml defended --missile nodong --from 39.2,125.7 --region=-5,1,2,3"
