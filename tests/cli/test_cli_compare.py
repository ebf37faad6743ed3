"""`hoplon compare`, and runs without an actor or under another authority."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import yaml

from hoplon.front_comparison import read_comparison, write_comparison
from hoplon.scenario.library import FOLDER

TIME = "{best: 40, low: 10, high: 90, mark: assumed, why: not published, rule: a guess}"


@pytest.fixture
def mine(tmp_path):
    """One missile, one radar of an ally, one battery, and an ally who may have a say."""
    text = (FOLDER / "scenarios" / "one-on-one.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "  rule: defend_assets",
        f"    allied_command: {{nation: US, decision_time_s: {TIME}}}\n  rule: defend_assets",
        1,
    )
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def as_json(done):
    assert done.exit_code == 0, (done.stdout, done.stderr, done.exception)
    return json.loads(done.stdout)


def run(hoplon, *args):
    return hoplon(*args, "--runs", "2", "--jobs", "1")


@pytest.mark.compiled
def test_a_run_without_allies_under_another_authority(hoplon, mine):
    options = ("--authority", "allied_consent", "--without", "command_post -> allied_command")
    facts = as_json(hoplon("run", mine, *options, "--runs", "1", "--jobs", "1", "--json"))
    assert facts["overrides"][0] == "without: command_post -> allied_command"
    assert facts["overrides"][-1] == "authority is allied_consent instead of national"
    assert facts["leakage_share"]["best"] == 1.0
    assert facts["leak_reasons_per_battle"] == {"no consent in time": 1.0}


@pytest.mark.compiled
def test_without_an_actor_a_nation_an_element_or_a_link(hoplon, mine):
    cases = {
        "allied": ("without: allied (kyogamisaki, allied_command)", 1.0),
        "US": ("without: US (kyogamisaki, allied_command)", 1.0),
        "allied_command": ("without: allied_command", None),
        "mutsumi_battery": ("without: mutsumi_battery", 1.0),
        "links of allied @ 0": (
            "without: links of allied (kyogamisaki -> command_post, command_post -> allied_command)",
            1.0,
        ),
        "kyogamisaki -> command_post": ("without: kyogamisaki -> command_post", 1.0),
    }
    options = [part for name in cases for part in ("--without", name)]
    facts = as_json(run(hoplon, "compare", mine, *options, "--authority", "joint", "--json", "-o", "out"))
    base, *sides, joint = facts["sides"]
    for side, (told, leakage) in zip(sides, cases.values(), strict=True):
        assert side["overrides"][0] == told
        if leakage is None:
            assert side["leakage_share_by_run"] == base["leakage_share_by_run"]
        else:
            assert side["leakage_share"]["best"] == leakage
    assert joint["overrides"] == ["authority is joint instead of national"]


@pytest.mark.parametrize(
    "options, words",
    [
        (["--without", "alied"], ["--without", "'alied' to leave out", "Did you mean 'allied'"]),
        (["--without", "command_post"], ["--without", "its picture is what is shot by", "--authority"]),
        (["--authority", "alied"], ["--authority", "there is no authority 'alied'", "'allied'"]),
    ],
)
def test_what_cannot_be_done_without_is_said(hoplon, mine, tmp_path, options, words):
    done = hoplon("run", mine, *options)
    assert done.exit_code == 2
    for word in words:
        assert word in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


@pytest.mark.compiled
def test_one_scenario_in_several_variants(hoplon, mine, tmp_path):
    options = ("--without", "allied", "--authority", "allied_consent")
    done = run(hoplon, "compare", mine, *options, "-o", "out")
    assert done.exit_code == 0, (done.stderr, done.exception)
    assert done.stderr == ""
    for words in (
        "1  One Nodong at Osaka",
        "2  without allied",
        "3  authority allied_consent",
        "Difference",
        "! 2: without: allied (kyogamisaki, allied_command)",
        "out/report.html",
    ):
        assert words in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "battles.csv",
        "comparison.json",
        "manifest.json",
        "report.html",
        "scenario-1-one-on-one.yaml",
        "scenario-2-without-allied.yaml",
        "scenario-3-authority-allied_consent.yaml",
    ]
    written = json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8"))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert written["format"] == manifest["format"] == "hoplon-comparison-result"
    assert manifest["jobs"] == 1
    facts = as_json(run(hoplon, "compare", mine, *options, "--json", "-o", "again"))
    assert {key: value for key, value in facts.items() if key != "folder"} == written
    assert [side["name"] for side in written["sides"]] == [
        "one-on-one",
        "without allied",
        "authority allied_consent",
    ]
    assert written["sides"][1]["leakage_share"]["best"] == 1.0
    # The files beside the report are what was fought: comparing them gives the same.
    files = sorted((tmp_path / "out").glob("scenario-*.yaml"))
    from_files = as_json(run(hoplon, "compare", *files, "--json", "-o", "third"))
    assert [side["leakage_share_by_run"] for side in from_files["sides"]] == [
        side["leakage_share_by_run"] for side in written["sides"]
    ]


@pytest.mark.compiled
def test_run_folders_are_compared_as_they_were_fought(hoplon, mine, tmp_path):
    for name, options in (("a", []), ("b", ["--without", "kyogamisaki"])):
        assert run(hoplon, "run", mine, *options, "--seed", "5", "-o", name).exit_code == 0
    facts = as_json(hoplon("compare", "a", "b", "--json", "-o", "out"))
    assert (facts["seed"], facts["runs"]) == (5, 2)
    assert facts["sides"][1]["overrides"][0] == "without: kyogamisaki"
    mixed = as_json(hoplon("compare", "a", mine, "--jobs", "1", "--json", "-o", "mixed"))
    assert mixed["sides"][1]["leakage_share_difference"]["best"] == 0.0
    done = hoplon("compare", "a", mine, "--seed", "6")
    assert done.exit_code == 2
    assert "2 battles of seed 5; 2 of seed 6" in done.stderr
    done = hoplon("compare", "a", "--without", "US")
    assert "Name its scenario.yaml" in done.stderr


@pytest.mark.compiled
def test_a_comparison_of_ones_own(hoplon, mine, tmp_path):
    comparison = {
        "format": "hoplon-comparison",
        "version": 1,
        "name": "own",
        "title": "My comparison",
        "question": "What follows?",
        "scenario": "mine.yaml",
        "variants": {
            "one": {"title": "As it is"},
            "two": {"title": "Consent", "authority": "allied_consent", "predelegation": {"after_s": 60}},
        },
    }
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(comparison), encoding="utf-8")
    facts = as_json(run(hoplon, "compare", path, "--json", "-o", "out"))
    assert [side["title"] for side in facts["sides"]] == ["As it is", "Consent"]
    assert "fire is free 60 s" in facts["sides"][1]["overrides"][1]
    assert "My comparison" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "args, words",
    [
        (["japan-2018"], ["nothing to compare with", "--without allied"]),
        (["japan-2018", "one-on-one", "--without", "US"], ["several are named"]),
        (["japan-2018-control", "--without", "US"], ["--without", "is a comparison"]),
        (["japan-2018", "japan-2018-control"], ["one side of another"]),
        (["japan-2018", "--without", "alied"], ["--without", "Did you mean 'allied'"]),
        (["japan-2018", "--authority", "nobody"], ["--authority", "there is no authority 'nobody'"]),
        (["japan-2018", "japan-2019"], ["'japan-2019' is no run folder", "Did you mean 'japan-2018'"]),
        (["japan-2018", "--without", "US", "--runs", "0"], ["runs: 0 is too few"]),
        (["japan-2018", "--without", "US", "--jobs", "0"], ["jobs: 0 is too few"]),
    ],
)
def test_what_cannot_be_compared_is_said_before_any_battle(hoplon, tmp_path, args, words):
    done = hoplon("compare", *args)
    assert done.exit_code == 2, (done.stdout, done.exception)
    for word in words:
        assert word in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_bundled_comparison_is_listed_and_shown(hoplon):
    assert "japan-2018-control" in as_json(hoplon("list", "comparisons", "--json"))["comparisons"]
    shown = " ".join(hoplon("show", "japan-2018-control").stdout.split())
    assert "without_allies: " in shown
    assert "authority is allied_consent instead of national" in shown
    done = hoplon("run", "japan-2018-control")
    assert done.exit_code == 2
    assert "Type: hoplon compare japan-2018-control" in done.stderr


@pytest.mark.compiled
@pytest.mark.skipif(os.name == "nt", reason="signals are those of Unix")
def test_an_interruption_leaves_nothing_behind(tmp_path):
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "hoplon",
            "compare",
            "one-on-one",
            "--without",
            "US",
            "-n",
            "100000",
            "-j",
            "2",
        ],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        time.sleep(4.0)
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode in (130, -signal.SIGINT), err
    assert "Interrupted. Nothing was written." in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.compiled
def test_a_full_disk_leaves_no_half_folder(hoplon, mine, tmp_path, monkeypatch):
    import errno

    import hoplon.report.comparison_page as page

    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(page, "comparison_html", full)
    done = run(hoplon, "compare", mine, "--without", "US", "-o", "deep/out")
    assert done.exit_code == 2
    assert "the disk is full" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


@pytest.mark.compiled
def test_the_report_of_a_comparison_can_be_made_again(hoplon, mine, tmp_path):
    place = tmp_path / "made"
    as_json(run(hoplon, "compare", mine, "--without", "mutsumi_battery", "--json", "-o", place))
    page = place / "report.html"
    before = page.read_text(encoding="utf-8")
    page.unlink()
    assert as_json(hoplon("report", place, "--json")) == {"report": str(page)}
    assert page.read_text(encoding="utf-8") == before
    facts = place / "comparison.json"
    facts.write_text(facts.read_text(encoding="utf-8").replace("mutsumi", "mutsuki"), encoding="utf-8")
    done = hoplon("report", place)
    assert done.exit_code == 2
    assert "sha256 differs" in done.stderr


@pytest.mark.compiled
def test_a_comparison_from_python_is_that_of_the_folder(mine, tmp_path):
    import hoplon

    made = hoplon.compare(mine, without=["mutsumi_battery"], runs=2)
    assert [side.leakage.best for side in made.sides][1] == 1.0
    again = read_comparison(write_comparison(made, tmp_path / "folder"))
    assert again.sides[1].leakage_by_run == made.sides[1].leakage_by_run
    assert again.sides[0].scenario_yaml == made.sides[0].scenario_yaml
    assert again.pairs == made.pairs


def test_a_folder_that_is_not_there_is_called_what_it_could_be(hoplon, mine, tmp_path):
    (tmp_path / "run-1").mkdir()
    (tmp_path / "run-1" / "manifest.json").write_text("{}", encoding="utf-8")
    done = hoplon("compare", mine, tmp_path / "run-2")
    assert done.exit_code == 2
    for words in ("no run folder, no scenario file and no bundled name", f"'{tmp_path / 'run-1'}'"):
        assert words in " ".join(done.stderr.split())


def test_what_has_no_values_is_shown_without_a_table(hoplon):
    for name in ("japan-2018-control", "barrage"):
        done = hoplon("show", name)
        assert done.exit_code == 0
        assert "Sources" not in done.stdout
        assert "mark" not in done.stdout
    assert "1 missile, 1 sensor, 1 battery, 1 asset, 0 overrides" in hoplon("check", "one-on-one").stdout
