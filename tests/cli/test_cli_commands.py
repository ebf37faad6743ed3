"""Each command prints its result on stdout: for people, or as one JSON object with units in the keys."""

import json
import subprocess
import sys

import pytest

import hoplon as package
from hoplon.cli_output import _console
from hoplon.cli_study import print_study
from hoplon.front import write_run


def as_json(done):
    assert done.exit_code == 0, (done.stdout, done.stderr, done.exception)
    return json.loads(done.stdout)


def screen(study, capsys, width=80):
    console = _console(stderr=False)
    console.width = width
    print_study(study, console)
    return capsys.readouterr().out


def test_version_and_help(hoplon):
    assert hoplon("--version").stdout == f"hoplon {package.__version__}\n"
    done = hoplon("--help")
    for command in ("check", "list", "show", "fly", "run", "report", "verify", "warmup"):
        assert f"\n  {command} " in done.stdout
    assert "hoplon run japan-2018" in done.stdout


def test_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "hoplon", "--version"], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.startswith("hoplon ")


@pytest.mark.parametrize("kind", ["missiles", "sensors", "interceptors", "sites", "scenarios"])
def test_list_of_one_kind(hoplon, kind):
    done = hoplon("list", kind)
    assert done.stdout.splitlines()[1] == kind
    found = as_json(hoplon("list", kind, "--json"))
    assert list(found) == [kind]
    for name in found[kind]:
        assert f"  {name} " in done.stdout


def test_list_of_everything(hoplon):
    found = as_json(hoplon("list", "--json"))
    assert "nodong" in found["missiles"]
    assert {"japan-2018", "one-on-one", "overflight-2017-08-29"} <= set(found["scenarios"])


def test_show_has_range_mark_and_source_of_every_value(hoplon):
    done = hoplon("show", "an_tpy_2")
    facts = as_json(hoplon("show", "an_tpy_2", "--json"))
    assert "antenna_area_m2" in facts["values"]
    for key, value in facts["values"].items():
        assert set(value) == {"best", "low", "high", "unit", "mark", "source"}
        assert value["source"], key
    assert "Sources" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


@pytest.mark.parametrize("name", ["nodong", "sm3_iia", "araya", "japan-2018", "shoot_look_shoot"])
def test_show_knows_every_kind(hoplon, name):
    assert as_json(hoplon("show", name, "--json"))["name"] == name
    assert name in hoplon("show", name).stdout


@pytest.mark.compiled
def test_fly_between_sites_and_between_coordinates(hoplon):
    by_name = as_json(hoplon("fly", "nodong", "--from", "sunan", "--to", "osaka", "--json"))
    assert by_name["events"][0]["event"] == "launch"
    assert by_name["events"][-1]["event"] == "impact"
    assert {"range_km", "apogee_km", "flight_time_s", "burnout_s"} <= set(by_name)
    # From sea level to a place above it: it has not landed before it has started.
    lofted = hoplon("fly", "nodong", "--from", "39,127", "--to", "osaka", "--apogee-km", "400")
    assert "apogee 400.0 km" in " ".join(lofted.stdout.split())
    assert "down through 100 km" in " ".join(lofted.stdout.split())


@pytest.mark.compiled
def test_check_counts_what_a_scenario_holds(hoplon):
    facts = as_json(hoplon("check", "one-on-one", "--json"))["scenarios"]
    assert facts[0]["threats"] == facts[0]["sensors"] == facts[0]["batteries"] == 1
    assert hoplon("check", "one-on-one").stdout.startswith("ok one-on-one: 1 missile, ")


@pytest.mark.compiled
def test_run_without_draws_prints_and_writes_no_folder(hoplon, tmp_path):
    done = hoplon("run", "one-on-one", "--mode", "expected")
    assert done.exit_code == 0, (done.stderr, done.exception)
    for word in ("expected to get through", "decided in time", "shots"):
        assert word in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    facts = as_json(hoplon("run", "one-on-one", "--mode", "expected", "--json"))
    assert (facts["format"], facts["mode"]) == ("hoplon-expected", "expected")
    assert 0.0 < facts["leakage"] < 1.0
    refused = hoplon("run", "one-on-one", "--mode", "expected", "-o", "place")
    assert refused.exit_code == 2
    assert "--output" in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.compiled
def test_run_prints_writes_and_reports_again(hoplon, tmp_path):
    done = hoplon("run", "one-on-one", "--runs", "4", "--jobs", "1", "--seed", "3")
    assert done.exit_code == 0, (done.stderr, done.exception)
    assert done.stderr == ""
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("one-on-one-3-")
    assert str(folder.relative_to(tmp_path) / "report.html") in done.stdout
    for word in ("Leakage", "95 % interval", "Interceptors", "When, in seconds", "Warning", "rests on"):
        assert word in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())

    page = (folder / "report.html").read_bytes()
    (folder / "report.html").unlink()
    again = as_json(hoplon("report", folder, "--json"))
    assert again == {"report": str(folder / "report.html")}
    assert len((folder / "report.html").read_bytes()) == pytest.approx(len(page), rel=0.01)

    facts = as_json(
        hoplon("run", "one-on-one", "--runs", "4", "--jobs", "1", "--seed", "3", "--json", "-o", "b")
    )
    assert facts["folder"] == "b"
    written = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert {key: value for key, value in facts.items() if key != "folder"} == written
    assert (folder / "summary.json").read_bytes() == (tmp_path / "b" / "summary.json").read_bytes()


@pytest.mark.compiled
def test_run_without_something_says_so_everywhere(hoplon, tmp_path):
    options = ("--runs", "2", "--jobs", "1", "--seed", "3", "--json")
    whole = as_json(hoplon("run", "one-on-one", *options, "-o", "whole"))
    blind = as_json(hoplon("run", "one-on-one", *options, "-o", "blind", "--without", "kyogamisaki"))
    cut = as_json(
        hoplon("run", "one-on-one", *options, "-o", "cut", "--without", "kyogamisaki -> command_post")
    )
    # The only radar: nobody sees the missile, or nobody hears of it, so it gets through and nothing is fired.
    assert whole["interceptors_used_per_battle"]["best"] == 1.0
    assert whole["overrides"] == []
    for name, facts in (("blind", blind), ("cut", cut)):
        assert facts["leakage_share"]["best"] == 1.0
        assert facts["interceptors_used_per_battle"]["best"] == 0.0
        assert any("kyogamisaki" in line for line in facts["overrides"]), facts["overrides"]
        assert "kyogamisaki" in (tmp_path / name / "report.html").read_text(encoding="utf-8")
        again = hoplon("run", tmp_path / name / "scenario.yaml", *options, "-o", f"{name}-again")
        assert as_json(again)["leakage_share"] == facts["leakage_share"]


def test_report_says_where_it_is(hoplon, tmp_path, study):
    folder = write_run(study, tmp_path / "run")
    assert hoplon("report", folder).stdout.split() == ["Written:", str(folder / "report.html")]


@pytest.mark.compiled
def test_warmup_says_how_long_it_took(hoplon):
    assert as_json(hoplon("warmup", "--json"))["elapsed_s"] > 0.0
    assert hoplon("warmup").stdout.startswith("Ready, after")


def test_the_screen_of_a_study(study, capsys):
    text = screen(study, capsys)
    lines = text.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert "\x1b" not in text, "no colour where nobody looks"
    order = [
        "Leakage",
        "What the parameter ranges leave open",
        "What became of the missiles",
        "When, in seconds",
        "Warning of the public",
        "What the answer rests on",
        "What the scenario replaced or left out",
    ]
    places = [next(i for i, line in enumerate(lines) if line.startswith(word)) for word in order]
    assert places == sorted(places)
    assert f"{100 * study.leakage.best:.1f} %" in text
    assert study.overrides[0].split()[0] in text


def test_text_from_a_scenario_is_no_markup(study, capsys):
    from dataclasses import replace

    text = screen(replace(study, scenario="a [red]b[/red]", title="[link=x]t[/link]"), capsys)
    assert "[red]" in text
    assert "[link=x]t[/link]" in text


def test_the_screen_where_nothing_is_engaged(study, capsys):
    from dataclasses import replace

    nothing = replace(
        study,
        leakage=None,
        leakage_spread=None,
        swings=(),
        warning_s={},
        overrides=(),
        reasons={},
        outcomes={},
    )
    text = screen(nothing, capsys)
    assert "nothing was to be engaged" in text
    assert "parameter ranges" not in text


def test_the_screen_of_a_published_timeline_and_of_battles_that_are_alike(study, capsys):
    from dataclasses import replace

    from hoplon.result.scene import TimelineRow

    nan = float("nan")
    alike = replace(study.swings[0].low_difference, best=0.0, low=nan, high=nan)
    swings = tuple(replace(s, low_difference=alike, high_difference=alike) for s in study.swings) * 3
    rows = (
        TimelineRow("over Cape Erimo", 420.0, 480.0, 540.0, 466.0, "press"),
        TimelineRow("public alert", 240.0, 240.0, 240.0, nan, "press"),
    )
    text = screen(replace(study, timeline=rows, swings=swings), capsys)
    flat = " ".join(text.split())
    assert "over Cape Erimo 420–540 466" in flat
    assert "public alert 240 –" in flat
    assert "groups that matter less: see the report" in flat
    assert "nan" not in text


def test_a_failed_verification_says_what_failed(capsys):
    from hoplon.cli_verify import print_verification
    from hoplon.verification import Line, Verification

    lines = (
        Line("count", "somebody", "warheads", "", 3.0, 4.0, 0.0),
        Line(
            "crash", "somebody", "the check itself", "", float("nan"), float("nan"), float("nan"), crash="Oh"
        ),
    )
    print_verification(Verification(lines, False, 0.1), _console(stderr=False))
    text = capsys.readouterr().out
    assert "2 of 2 numbers fail" in text
    assert "MISS  count: warheads" in text
    assert "CRASH  crash: the check itself  Oh" in text


def test_progress_is_silent_where_nobody_looks(capsys):
    from hoplon.cli_output import stderr
    from hoplon.cli_progress import Progress

    with Progress(stderr()) as progress:
        progress(0, 10, "flying the missiles")
        progress(10, 10, "fighting battles")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip() == ""


def test_progress_shows_what_is_done_on_a_terminal():
    import io

    from rich.console import Console

    from hoplon.cli_progress import Progress

    stream = io.StringIO()
    with Progress(Console(file=stream, force_terminal=True, width=80)) as progress:
        progress(3, 10, "fighting battles")
    assert "fighting battles" in stream.getvalue()
    assert "3/10" in stream.getvalue()
