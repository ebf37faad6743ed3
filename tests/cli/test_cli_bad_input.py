"""Bad input of every kind: exit 2, file, place, value and remedy, nothing written, no traceback."""

import os
import re
from pathlib import Path

import pytest

from hoplon.front import write_run
from hoplon.scenario.library import FOLDER

BASE = Path(FOLDER, "scenarios", "one-on-one.yaml").read_text(encoding="utf-8")
OWN_MISSILE = """
catalogue:
  missiles:
    mine:
      title: mine
      propulsion: liquid
      target_class: medium_range_cone
      drag: forden_2007
      separates: {value: true, mark: weak, source: me}
      parameter_set: a
      parameter_sets:
        a:
          verdict: mine
          payload_kg: {best: 500, low: 500, high: 500, mark: weak, source: me}
          stages:
            - propellant_kg: {best: 12912, low: 12912, high: 12912, mark: weak, source: me}
              dry_kg: {best: 1780, low: 1780, high: 1780, mark: weak, source: me}
              burn_time_s: {best: 110, low: 110, high: 110, mark: weak, source: me}
              isp_sl_s: {best: 226, low: 226, high: 226, mark: weak, source: me}
              isp_vac_s: {best: 248, low: 248, high: 248, mark: weak, source: me}
              diameter_m: {best: 1.32, low: 1.32, high: 1.32, mark: weak, source: me}
"""
MINE = BASE.replace("missile: nodong", "missile: mine") + OWN_MISSILE


def changed(old, new, text=BASE):
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def bomb():
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    return "\n".join(rows)


#: What is wrong; the text of the scenario; what the message holds of place, value and remedy.
SCENARIOS = {
    "unknown key": (changed("question:", "questoin:"), ["questoin", "Did you mean 'question'?"]),
    "wrong unit suffix": (
        changed("payload_kg:", "payload_lb:", MINE),
        ["parameter_sets.a.payload_lb", "unit", "Write payload_kg, in kg."],
    ),
    "latitude 95": (
        changed("from: kittaeryong", "from: {latitude_deg: 95, longitude_deg: 127}"),
        ["raid[0].from.latitude_deg", "95", "from -90 to 90"],
    ),
    "range of the wrong order": (
        changed("best: 30, low: 15", "best: 30, low: 45"),
        ["decision_time_s", "low 45, best 30", "low <= best"],
    ),
    "negative mass": (
        changed("dry_kg: {best: 1780, low: 1780", "dry_kg: {best: 1780, low: -1780", MINE),
        ["stages[0].dry_kg.low", "-1780", "above 0"],
    ),
    "missing source": (
        changed(
            "dry_kg: {best: 1780, low: 1780, high: 1780, mark: weak, source: me}",
            "dry_kg: {best: 1780, low: 1780, high: 1780, mark: weak}",
            MINE,
        ),
        ["stages[0].dry_kg", "without a source", "Add source"],
    ),
    "unknown missile": (
        changed("missile: nodong", "missile: nodng"),
        ["raid[0].missile", "unknown missile 'nodng'", "Did you mean 'nodong'?"],
    ),
    "empty raid": (re.sub(r"raid:.*\n.*\n", "raid: []\n", BASE, count=1), ["raid", "empty", "at least 1"]),
    "duplicate names": (
        BASE.replace("mutsumi_battery", "kyogamisaki"),
        ["batteries.kyogamisaki", "already", "another name"],
    ),
    "duplicate keys": (changed("date:", "name: again\ndate:"), ["'name'", "written twice", "Keep one"]),
    "bomb of aliases": (bomb(), ["anchor"]),
    "tags": (BASE + "\nextra: !!python/object/apply:os.system ['true']\n", ["tag"]),
    "version 2": (changed("version: 1", "version: 2"), ["version", "version 2", "Update Hoplon"]),
    "not a number": (changed("best: 30,", "best: .nan,"), ["not a finite number", "finite"]),
    "not UTF-8": (BASE.replace("Nodong at", "Nodong à").encode("latin-1"), ["UTF-8"]),
}


def snapshot(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def assert_explained(done, *parts):
    assert done.exit_code == 2, (done.exit_code, done.stdout, done.stderr, done.exception)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in done.stderr, done.stderr


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize("kind", SCENARIOS)
def test_wrong_scenarios(hoplon, tmp_path, command, kind):
    text, parts = SCENARIOS[kind]
    path = tmp_path / "wrong.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = snapshot(tmp_path)
    done = hoplon(command, path)
    # A name that is not UTF-8 has no key; all others name line and key.
    assert_explained(done, str(path), *parts)
    assert re.search(r"wrong\.yaml:\d+", done.stderr), done.stderr
    assert len(done.stderr.splitlines()) >= 2, "what to do about it stands on a line of its own"
    assert snapshot(tmp_path) == before


def test_a_missile_out_of_reach(hoplon, tmp_path):
    path = tmp_path / "far.yaml"
    path.write_text(changed("missile: nodong", "missile: scud_b"), encoding="utf-8")
    done = hoplon("run", path)
    assert_explained(done, str(path), "raid", "'scud_b' reaches", "km away", "nearest aim point within reach")
    assert snapshot(tmp_path) == ["far.yaml"]


def test_a_file_of_100_mb(hoplon, tmp_path):
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    assert_explained(hoplon("run", path), str(path), "100 MB")
    assert snapshot(tmp_path) == ["big.yaml"]


def test_a_folder_instead_of_a_file(hoplon, tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    assert_explained(hoplon("check", tmp_path / "folder.yaml"), "folder.yaml", "directory")


def test_a_file_that_is_not_there(hoplon, tmp_path):
    assert_explained(hoplon("run", "nowhere.yaml"), "nowhere.yaml", "no such file")


def test_a_scenario_that_is_not_bundled(hoplon):
    assert_explained(hoplon("run", "japan-2019"), "japan-2019", "Did you mean 'japan-2018'?")


@pytest.mark.parametrize("output", ["taken/below", "/proc/no/such/place"])
def test_an_output_that_cannot_be_written(hoplon, tmp_path, output):
    if output.startswith("/proc") and not os.path.isdir("/proc/self"):
        output = "taken/further/below"
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    done = hoplon("run", "one-on-one", "-o", output)
    assert_explained(done, output, "cannot", "-o")
    assert snapshot(tmp_path) == ["taken"]


def test_an_output_that_holds_a_run(hoplon, tmp_path, study):
    folder = write_run(study, tmp_path / "old")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = hoplon("run", "one-on-one", "-o", folder)
    assert_explained(done, str(folder), "holds a run already", "Choose another folder with -o")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_damaged_table(hoplon, tmp_path, study):
    folder = write_run(study, tmp_path / "old")
    table = folder / "events.parquet"
    table.write_bytes(table.read_bytes()[:-20] + b"not parquet at all!!")
    before = (folder / "report.html").read_bytes()
    done = hoplon("report", folder)
    assert_explained(done, str(table), "sha256")
    assert (folder / "report.html").read_bytes() == before


def test_a_run_of_a_later_version(hoplon, tmp_path, study):
    folder = write_run(study, tmp_path / "later")
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"version": 1', '"version": 2', 1), encoding="utf-8")
    assert_explained(hoplon("report", folder), str(manifest), "version", "2")


@pytest.mark.parametrize("place", ["nothing", "file"])
def test_a_folder_without_a_run(hoplon, tmp_path, place):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert_explained(hoplon("report", tmp_path / place), str(tmp_path / place), "hoplon run")


@pytest.mark.parametrize(
    "args, parts",
    [
        (
            ("--from", "95,127", "--to", "tokyo"),
            ("--from 95,127", "latitude_deg is 95", "between -90 and 90"),
        ),
        (("--from", "nan,127", "--to", "tokyo"), ("--from nan,127", "nan", "between -90 and 90")),
        (("--from", "sunan", "--to", "x,1"), ("--to", "'x,1'", "39.2,125.67")),
        (("--from", "sunan", "--to", "tokio"), ("--to", "unknown site 'tokio'", "'tokyo'")),
        (("--from", "sunan", "--to", "tokyo", "--apogee-km", "-5"), ("apogee_km", "-5", "positive")),
        (("--from", "sunan", "--to", "tokyo", "--apogee-km", "nan"), ("apogee_km", "nan", "positive")),
    ],
)
def test_wrong_places_and_apogees(hoplon, args, parts):
    assert_explained(hoplon("fly", "nodong", *args), *parts)


def test_an_unknown_missile(hoplon):
    assert_explained(hoplon("fly", "nodon", "--from", "sunan", "--to", "tokyo"), "'nodon'", "'nodong'")


def test_an_unknown_name_or_kind(hoplon):
    assert_explained(hoplon("show", "hwasong_122"), "'hwasong_122'", "'hwasong_12'")
    assert_explained(hoplon("list", "missile"), "'missile'", "'missiles'")


@pytest.mark.parametrize(
    "name, value, remedy",
    [
        ("runs", "0", "from 1 up"),
        ("seed", "-1", "from 0 up"),
        ("jobs", "0", "from 1 up"),
        ("mode", "drawn", "'sampled' or 'expected'"),
    ],
)
def test_wrong_options(hoplon, tmp_path, name, value, remedy):
    assert_explained(hoplon("run", "one-on-one", f"--{name}", value), name, value, remedy)
    assert snapshot(tmp_path) == []


@pytest.mark.parametrize("name, near", [("kyogamisake", "'kyogamisaki'"), ("US -> nobody", "kyogamisaki")])
def test_nothing_of_that_name_to_do_without(hoplon, tmp_path, name, near):
    done = hoplon("run", "one-on-one", "--jobs", "1", "--without", name)
    assert_explained(done, "--without", f"'{name}'", near)
    assert snapshot(tmp_path) == []


@pytest.mark.parametrize("args", [("run", "one-on-one", "--runs", "many"), ("fly", "--seed", "x")])
def test_wrong_usage(hoplon, args):
    done = hoplon(*args)
    assert_explained(done, "Usage:", "Error:")
