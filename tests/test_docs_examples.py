"""What the documents promise runs: the scenario in the manual, the examples, the links."""

import os
import re
import runpy
import subprocess
import sys
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import pytest

import hoplon
from hoplon.scenario.comparison import load_comparison
from hoplon.scenario.loading import loads

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
DOCUMENTS = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])


def blocks(path, language):
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def main_of(name):
    return runpy.run_path(str(EXAMPLES / name))["main"]


def test_the_comparison_of_the_manual_loads(tmp_path):
    _, text = blocks(ROOT / "docs" / "scenario.md", "yaml")
    path = tmp_path / "my-comparison.yaml"
    path.write_text(text, encoding="utf-8")
    alone, asked, cut_off = load_comparison(path).variants
    assert alone.scenario.overrides == ()
    assert asked.scenario.command.authority == "allied_consent"
    assert "without: links of allied @ 120" in cut_off.scenario.overrides[0]


def test_the_scenario_of_the_manual_loads_and_keeps_its_word():
    text, _ = blocks(ROOT / "docs" / "scenario.md", "yaml")
    scenario = loads(text, "docs/scenario.md")
    assert [threat.launch_s for threat in scenario.threats] == [0.0, 60.0]
    assert scenario.batteries[0].loaded == 4
    (override,) = scenario.overrides
    assert "a smaller kill vehicle" in override
    # Paths that the manual names as examples.
    for path in (
        "missiles.nodong.payload_kg",
        "missiles.nodong.stages.0.burn_time_s",
        "sensors.an_tpy_2.average_power_kw",
        "interceptors.sm3_iia.burnout_speed_km_s",
        "sites.kyogamisaki.mask_angle_deg",
        "network.my_radar.post.latency_s",
        "command.actors.post.decision_time_s",
        "command.public_alert_delay_s",
    ):
        assert path in scenario.cited()


@pytest.mark.compiled
def test_the_scenario_of_the_manual_can_be_fought():
    text, _ = blocks(ROOT / "docs" / "scenario.md", "yaml")
    record = hoplon.engage(loads(text), seed=1)
    assert len(record.outcomes) == 2


def test_every_key_of_the_format_is_in_the_manual():
    from hoplon.scenario.command_schema import ActorFile, CommandFile
    from hoplon.scenario.schema import (
        BatteryFile,
        LinkFile,
        OverrideFile,
        RaidLine,
        ScenarioFile,
        SensorFile,
        WarningFile,
    )

    text = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
    for model in (
        ScenarioFile, RaidLine, SensorFile, LinkFile, BatteryFile, ActorFile, CommandFile, OverrideFile,
        WarningFile,
    ):  # fmt: skip
        for name, field in model.model_fields.items():
            key = field.alias or name
            assert f"`{key}`" in text or f"{key}:" in text, f"{model.__name__}.{key}"


def anchor(heading):
    # As code hosts make them: lower case, punctuation dropped, blanks to hyphens.
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target or target.startswith("mailto:"):
            continue
        file, _, part = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        if part:
            headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert part in {anchor(heading) for heading in headings}, target


def test_formulas_of_the_manual_are_closed():
    # A lone dollar sign or brace turns the rest of a page into a formula.
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    display = re.findall(r"\$\$(.*?)\$\$", text, flags=re.DOTALL)
    rest = re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL)
    for paragraph in re.split(r"\n\n|\n- |\n\|", rest):
        assert paragraph.count("$") % 2 == 0, paragraph[:100]
    for formula in [*display, *re.findall(r"\$([^$]+)\$", rest)]:
        assert formula.count("{") == formula.count("}"), formula
        # Markdown takes a backslash before punctuation away, and with it \, \; \{ and line breaks.
        assert not re.search(r"\\[,;:!{}|_\\]", formula), formula


def test_modules_that_the_manual_names_exist():
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    package = ROOT / "src" / "hoplon"
    names = set(re.findall(r"`((?:\w+/)?\w+\.py)`", text))
    assert names
    for name in names:
        assert list(package.rglob(name)) or (ROOT / name).exists(), name


def test_numbers_that_the_manual_quotes_are_those_of_the_code():
    from hoplon.engagement.fires import HANDOVER_S
    from hoplon.engagement.picture import PATH_STEP_S
    from hoplon.engagement.staff import ASSESS_LATER_S, ASSESS_RARELY_S, ASSESS_SOON_S, WIDEST_ELLIPSE_KM
    from hoplon.flight.fly import LONGEST_STEP_S
    from hoplon.sensor.radar import Radar
    from hoplon.sensor.refraction import SCALE_HEIGHT_M, SURFACE_REFRACTIVITY
    from hoplon.track import _kernels_picture, _kernels_take, fusion
    from hoplon.track.impact import LOG_BETA_SIGMA
    from hoplon.track.settings import TrackerSettings

    text = " ".join((ROOT / "docs" / "methods.md").read_text(encoding="utf-8").split())
    tracker = TrackerSettings()
    radar = {field.name: field.default for field in fields(Radar)}
    for quoted in (
        f"`search_share` ({radar['search_share']:g}, *assumed*)",
        f"`mature_after_s` ({radar['mature_after_s']:g} s) every `mature_every` ({radar['mature_every']:g})",
        f"below −{-_kernels_take.RESTART_ODDS:g} the rival starts anew",
        f"kept for {tracker.reacquire_s:g} s more",
        f"$d^2 \\le {_kernels_picture.FOUND_DISTANCE:g}$ (99 %)",
        f"farther by {_kernels_picture.CLEARLY:g} (a likelihood",
        f"$d^2 < {_kernels_picture.MERGE_DISTANCE:g}$ in six",
        f"and* a score of {tracker.confirm_score:g}",
        f"up to {tracker.maximum_lag_s:g} s; what is older",
        f"Mahalanobis distance of {fusion.GATE:g} (6 degrees",
        f"withdrawn more than {100 * fusion.WITHDRAWN:g} % of its information",
        f"{HANDOVER_S:g} s before the intercept",
        f"sampled every {PATH_STEP_S:g} s",
        f"every {ASSESS_SOON_S:g} s until it has been dealt with, else every {ASSESS_LATER_S:g} s",
        f"every {ASSESS_RARELY_S:g} s while an",
        f"\\ell > {WIDEST_ELLIPSE_KM:g}\\text{{ km}}",
        f"at most {LONGEST_STEP_S:g} s. No switch",
        f"N_0 = {SURFACE_REFRACTIVITY * 1e6:g}\\times10^{{-6}}",
        f"H_N = {SCALE_HEIGHT_M / 1e3:g}$ km",
        f"\\sigma_{{\\ln\\beta}} = {LOG_BETA_SIGMA:g}",
        f"\\mathbf y < {tracker.gate:g}",
        f"fixed cost ({tracker.new_object_cost:g})",
        f"{tracker.confirm_hits:g} detections, within {tracker.confirm_window_s:g} s",
        f"{tracker.tentative_drop_s:g} s (not yet firm), {tracker.boost_drop_s:g} s (in boost), "
        f"{tracker.firm_drop_s:g} s (free flight)",
        f"| boost | ${tracker.jerk_along_m_s25:g}^2$ | ${tracker.jerk_across_m_s25:g}^2$",
        f"f_D = {tracker.drag_error_fraction:g}$ times itself",
        f"$\\tau_D = {tracker.drag_error_time_s:g}$ s",
    ):
        assert quoted in text, quoted


@pytest.mark.compiled
def test_example_01_writes_its_report(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["01_answer.py"])
    # The raid of the main scenario is large; three battles of the small one go through the same eight lines.
    load = hoplon.load
    monkeypatch.setattr(hoplon, "load", lambda name: load("one-on-one" if name == "japan-2018" else name))
    main_of("01_answer.py")(runs=3)
    assert "got through" in capsys.readouterr().out
    assert "<html" in (tmp_path / "report.html").read_text(encoding="utf-8")[:2000].lower()


@pytest.mark.compiled
def test_example_02_tells_the_battle_in_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main_of("02_one_battle.py")()
    out = capsys.readouterr().out
    places = [out.index(word) for word in (" launch ", " firm_track ", " decision ", " interceptor_launch ")]
    assert places == sorted(places)
    assert "single_shot_kill_probability_sm3_iia" in out
    assert not list(tmp_path.iterdir())


@pytest.mark.compiled
def test_example_03_compares_in_pairs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main_of("03_change_an_assumption.py")(runs=6)
    out = capsys.readouterr().out
    assert "override: command.actors.command_post.decision_time_s is 240 s instead of 30" in out
    changes = [float(found) for found in re.findall(r"the leakage changes by ([+-]\d\.\d+)", out)]
    # Less echo and a decision that comes too late can only make it worse.
    assert len(changes) == 2
    assert min(changes) >= 0.0
    assert not list(tmp_path.iterdir())


@pytest.mark.compiled
def test_example_04_sees_what_comes_over_the_horizon(capsys):
    main = main_of("04_can_this_radar_see_it.py")
    main()
    out = capsys.readouterr().out
    rows = [[float(word) for word in line.split()] for line in out.splitlines() if re.match(r" +\d", line)]
    rows = [row for row in rows if len(row) == 7]
    assert len(rows) > 8
    # It comes nearer all the time, so the echo grows, and a look in track is worth more than one in search.
    assert all(a[1] > b[1] and a[4] < b[4] for a, b in pairwise(rows))
    assert all(search <= track for *_, search, track in rows)
    first = re.search(r"in view from (\d+) to", out)
    found = re.search(r"probability 0.9 after (\d+) s", out)
    assert float(first[1]) < float(found[1]) < 551
    # Shariki looks to the north-west and its lowest beam is 5 deg: it sees less of a flight to Osaka.
    main("japan-2018:shariki")
    out = capsys.readouterr().out
    assert float(re.search(r"in view from (\d+) to", out)[1]) > float(first[1])
    main("har_keren")
    assert "never in its view" in capsys.readouterr().out


@pytest.mark.compiled
def test_example_06_has_a_doctrine_of_its_own(capsys):
    main_of("06_own_doctrine.py")()
    out = capsys.readouterr().out
    chance = {
        name: float(p) for name, p in re.findall(r"^(\w+) +P\(no leaker\) (\d\.\d+)", out, re.MULTILINE)
    }
    # Two shots at each of ten warheads, by Wilkening's formula.
    assert chance["barrage"] == pytest.approx((0.99 * (1.0 - 0.3**2)) ** 10, abs=5e-4)
    assert set(chance) == {"barrage", "shoot_look_shoot", "shoot_shoot_look", "cautious"}
    assert re.search(r"one-on-one: 3 shots, (killed|leaked)", out)


@pytest.mark.compiled
def test_an_example_runs_as_a_script(tmp_path):
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "03_change_an_assumption.py")],
        cwd=tmp_path,
        env={**os.environ, "HOPLON_EXAMPLE_RUNS": "1", "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
