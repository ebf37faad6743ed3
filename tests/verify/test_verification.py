"""The verification itself: it passes, and what should fail it does."""

import json
import math
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from hoplon.cli import app
from hoplon.errors import InputError
from hoplon.verification import Check, Line, Verification, line, registry, runner, verify
from hoplon.verification import checks as all_checks

NAMES = {
    "nesc",
    "minimum_energy",
    "forden",
    "two_stage_rocket",
    "calibration",
    "flight_tests",
    "rival_sets",
    "other_tests",
    "flight_times",
    "impossible_time",
    "maximum_ranges",
    "towards_cities",
    "references",
    "timeline",
    "geometry",
    "detection",
    "integration",
    "horizon",
    "radar_range",
    "wilkening",
    "wilkening_played",
    "test_records",
}


def a_line(computed=1.0, published=1.0, tolerance=0.1, crash=""):
    return Line("c", "s", "q", "m", published, computed, tolerance, crash=crash)


@pytest.fixture
def only(monkeypatch):
    """Replace the checks by given ones."""

    def put(*checks):
        monkeypatch.setattr(runner, "CHECKS", checks)

    return put


@pytest.mark.compiled
def test_every_number_agrees_with_its_source():
    result = verify()
    assert result.passed, [x for x in result.lines if not x.passed]
    assert {x.check for x in result.lines} == NAMES
    assert len(result.lines) >= 170
    assert all(x.source and x.quantity for x in result.lines)


def test_every_data_file_is_used_and_names_its_source():
    folder = registry.files("hoplon.verification") / "data"
    text = (folder / "README.md").read_text(encoding="utf-8")
    for path in folder.iterdir():
        if path.name.endswith((".csv", ".yaml")):
            assert f"`{path.name}`" in text


@pytest.mark.parametrize(
    "made, verdict",
    [
        (a_line(), "ok"),
        (a_line(computed=1.1000001), "MISS"),
        (a_line(computed=math.nan), "MISS"),
        (a_line(computed=math.inf), "MISS"),
        (a_line(tolerance=math.nan), "MISS"),
        (a_line(crash="ValueError"), "CRASH"),
        (a_line(tolerance=0.0), "ok"),
    ],
)
def test_verdict_of_a_line(made, verdict):
    assert made.verdict == verdict
    assert made.passed == (verdict == "ok")


def test_a_number_between_two_others():
    inside, outside = (registry.between("q", "m", 1.0, x, 0.5, 2.0, explained="why") for x in (2.0, 2.1))
    assert (inside.verdict, outside.verdict) == ("ok", "explained")
    assert registry.between("q", "m", 1.0, math.nan, 0.5, 2.0).verdict == "MISS"


def test_what_is_explained_is_counted_apart_and_fails_nothing():
    lines = (a_line(), registry.line("q", "m", 1.0, 2.0, 0.1, explained="why"), registry.listed("x", "why"))
    assert [x.verdict for x in lines] == ["ok", "explained", "explained"]
    assert Verification(lines, False, 0.0).passed
    assert Verification(lines, False, 0.0).explained == lines[1:]
    # A crash is not to be explained away.
    assert replace(lines[1], crash="ValueError").verdict == "CRASH"


def test_a_group_is_run_alone(only):
    result = verify(groups=["earth"])
    assert {x.check for x in result.lines} == {"geometry"}
    with pytest.raises(InputError, match="no group") as caught:
        verify(groups=["flights"])
    assert "flight" in caught.value.remedy


def test_the_screen_gives_reasons_and_counts_them(only):
    only(Check("some", "somebody", lambda: [a_line(), registry.listed("x", "nobody measured it")]))
    done = CliRunner().invoke(app, ["verify"])
    assert done.exit_code == 0
    assert "nobody measured it" in done.stdout
    assert "All 1 numbers agree" in done.stdout
    assert "1 differ or cannot be compared" in " ".join(done.stdout.split())
    facts = json.loads(CliRunner().invoke(app, ["verify", "--json"]).stdout)
    assert facts["lines"][1]["explained"] == "nobody measured it"


def test_no_lines_are_no_pass():
    assert not Verification((), False, 0.0).passed


def test_a_check_that_raises_keeps_its_lines_and_fails(only):
    def half():
        yield line("first", "m", 1.0, 1.0, 0.1)
        raise ZeroDivisionError("oh")

    only(Check("half", "somebody", half))
    result = verify()
    assert [x.verdict for x in result.lines] == ["ok", "CRASH"]
    assert "ZeroDivisionError: oh" in result.lines[1].crash
    assert not result.passed


def test_a_check_that_compares_nothing_fails(only):
    only(Check("empty", "somebody", list))
    assert not verify().passed


def test_an_unknown_name_is_an_error_with_the_nearest(only):
    only(Check("nesc", "NASA", list))
    with pytest.raises(InputError) as caught:
        verify(only=["nsec"])
    assert "nesc" in caught.value.remedy


def test_progress_counts_the_checks(only):
    only(Check("one", "s", lambda: [a_line()]), Check("two", "s", lambda: [a_line()]))
    seen = []
    verify(progress=lambda done, total, name: seen.append((done, total, name)))
    assert seen == [(0, 2, "one"), (1, 2, "two"), (2, 2, "done")]


def test_a_changed_outside_number_is_a_miss_and_exit_1(monkeypatch):
    from hoplon.verification import defence_checks

    right = registry.read_yaml("wilkening.yaml")
    right["barrage_whole"][0]["interceptors"] += 1
    monkeypatch.setattr(defence_checks, "read_yaml", lambda name: right)
    done = CliRunner().invoke(app, ["verify", "--only", "wilkening"])
    assert done.exit_code == 1
    assert "MISS" in done.stdout
    assert "1 of 13 numbers fail" in done.stdout


def test_screen_shows_source_published_computed_tolerance_and_verdict():
    done = CliRunner().invoke(app, ["verify", "--only", "test_records"])
    assert done.exit_code == 0
    for word in (
        "public test tallies",
        "published",
        "computed",
        "tolerance",
        "GMD 10/18: mean",
        "0.5530",
        "ok",
    ):
        assert word in done.stdout


def test_json_is_one_object_with_everything():
    done = CliRunner().invoke(app, ["verify", "--only", "wilkening", "--json"])
    facts = json.loads(done.stdout)
    assert facts["passed"] is True
    assert len(facts["lines"]) == 13
    assert set(facts["lines"][0]) >= {
        "source",
        "quantity",
        "unit",
        "published",
        "computed",
        "tolerance",
        "verdict",
    }


def test_json_of_a_crash_has_no_nan(only):
    only(Check("empty", "somebody", list))
    done = CliRunner().invoke(app, ["verify", "--json"])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["lines"][0]["computed"] is None


@pytest.mark.parametrize("text, half", [("42.08", 0.005), ("3016", 0.5), ("122.5", 0.05)])
def test_half_a_unit(text, half):
    assert registry.half_a_unit(text) == pytest.approx(half)


def test_long_checks_load_with_names_of_their_own():
    long = runner.long_checks()
    assert len({check.name for check in long} | NAMES) == len(long) + len(NAMES)
    assert long


def test_missing_long_checks_are_an_error(monkeypatch):
    monkeypatch.setattr(runner, "long_checks_folder", lambda: None)
    with pytest.raises(InputError, match="long checks"):
        verify(full=True)


def test_a_broken_long_check_is_a_failed_line(monkeypatch, tmp_path, only):
    (tmp_path / "check_broken.py").write_text("import there_is_no_such_thing\n", encoding="utf-8")
    monkeypatch.setattr(runner, "long_checks_folder", lambda: tmp_path)
    only()
    result = verify(full=True)
    assert [x.verdict for x in result.lines] == ["CRASH"]
    assert "there_is_no_such_thing" in result.lines[0].crash


def test_simulator_two_is_no_reference_for_latitude():
    from hoplon.verification.flight_checks import _COLUMNS

    assert [name for name, *_, no_two in _COLUMNS if no_two] == ["latitude_deg", "velocity_north_m_s"]


def test_checks_have_unique_names():
    names = [check.name for check in all_checks.CHECKS]
    assert set(names) == NAMES
    assert len(names) == len(NAMES)
