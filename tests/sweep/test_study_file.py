"""What is wrong with a study file is said before anything runs: where, the nearest valid name, the count."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from study_text import study

from hoplon.errors import InputError
from hoplon.scenario.loading import bundled_studies
from hoplon.scenario.reading import read_file, read_text
from hoplon.sweep.plan import load_study, loads_study
from hoplon.sweep.plan_schema import json_schema

PUBLISHED = Path(__file__).parents[2] / "docs" / "study.schema.json"

LOADED = "batteries.mutsumi_battery.loaded"
SEEN = "missiles.nodong.reentry_cross_section_x_band_m2"


def refused(text):
    with pytest.raises(InputError) as caught:
        loads_study(text, name="my.yaml")
    return caught.value


@pytest.mark.parametrize(
    ("vary", "line", "what", "remedy"),
    [
        ("batteries.mutsumi_battery.loadet: [1]", 8, "'batteries.mutsumi_battery.loadet'", "battery.loaded'"),
        ("missiles.nodong.payload: [700]", 8, "is nothing in this scenario", "missiles.nodong.payload_kg"),
        ("raid.nodnog.count: [1]", 8, "'raid.nodnog.count'", "raid"),
        ("raid[4].count: [1]", 8, "'raid[4].count'", "raid[0].count"),
        ("title: [a]", 8, "'title' is nothing", ""),
        (f"{SEEN}: {{range: {{low: 0.1, high: 0.1}}}}", 8, "the range is empty: 0.1 to 0.1", "low < high"),
        (f"{SEEN}: {{range: {{low: 0.2, high: 0.1}}}}", 8, "the range is empty", "low < high"),
        (f"{SEEN}: {{range: {{low: 0, high: 0.1, scale: log}}}}", 8, "cannot begin at 0", "above 0"),
        (f"{LOADED}: own_range", 8, "is no catalogue value", "State the values"),
        (f"{LOADED}: []", 8, "the list is empty", "at least 1"),
        (f"{LOADED}: [1, 2, 1]", 8, "1 is listed twice", "Keep one"),
        (f"{LOADED}: [1, 2.5]", 8, "cannot be 2.5", "Write one"),
        (f"{LOADED}: [1, 9]", 8, "9 cannot be: loaded is 9, but there are 8 cells", "no larger than cells"),
        (f"{LOADED}: [1, two]", 8, '"two" cannot be', ""),
        (f"{LOADED}: {{grid: {{low: 1, high: 4, steps: 3}}}}", 8, "the grid has 2.5", "steps that fit"),
        (f"{LOADED}: [1]\n{LOADED}: [2]", 9, "is written twice, first in line 8", "Keep one"),
        (f"{LOADED}: [1]\nmore: {{paths: [{LOADED}], list: [2]}}", 9, "is varied twice", "Keep one"),
        ("raid[0].count: [1]\nraid.nodong.count: [2]", 9, "raid[0].count is varied twice", "Keep one"),
        (f"{LOADED}: 4", 8, "how it is varied is not stated", "Write a list"),
        (f"{LOADED}: {{list: [1], own_range: {{}}}}", 8, "varied in two ways", "Write one of"),
        (f"{SEEN}: [-1, 1]", 8, "cannot be -1", "above 0"),
        (f"{SEEN}: [small]", 8, "'small' is not a number", "Write a number"),
        (f"{SEEN}: {{distribution: {{kind: normal, low: 0}}}}", 8, "'mean' is missing", "mean, sigma"),
        (f"{SEEN}: own_range", 8, "can be any value of a range", "latin_hypercube"),
        (
            "leakage: {paths: [raid.0.count], list: [1, 2]}",
            8,
            "'leakage' is the name of a column",
            "another",
        ),
    ],
)
def test_a_bad_axis_is_refused_with_its_line(vary, line, what, remedy):
    error = refused(study(vary))
    assert f"{error.where} ".startswith(f"my.yaml:{line} ")
    assert what in error.what
    assert remedy in error.remedy


def test_the_nearest_path_is_named():
    error = refused(study("missiles.nodong.reentry_cross_section_x_band: [0.1]"))
    assert error.remedy == f"Did you mean '{SEEN}'?"


def test_a_trillion_combinations_are_refused_with_their_number():
    axes = "\n".join(
        f"{path}: {{grid: {{low: 1, high: 2, steps: 10000}}}}"
        for path in (SEEN, "command.public_alert_delay_s", "command.actors.command_post.decision_time_s")
    )
    error = refused(study(axes))
    assert "10000 x 10000 x 10000 = 1,000,000,000,000 points; at most 100,000" in error.what
    assert "latin_hypercube" in error.remedy


def test_a_grid_of_a_trillion_steps_is_refused_before_it_is_made():
    error = refused(study(f"{SEEN}: {{grid: {{low: 1, high: 2, steps: 1000000000000}}}}"))
    assert "1,000,000,000,000 steps" in error.what


def test_too_many_battles_are_refused_with_their_number():
    error = refused(study(mode="sampled", runs="10000000"))
    assert "2 points x 10,000,000 battles = 20,000,000" in error.what


@pytest.mark.parametrize(
    ("changes", "what", "remedy"),
    [
        ({"outputs": "[leekage]"}, "unknown output 'leekage'", "Did you mean 'leakage'?"),
        ({"outputs": "[leakage, leakage]"}, "asked for twice", "Keep one"),
        ({"outputs": "[warning_s]"}, "not computed in expected mode", "mode: sampled"),
        ({"outputs": "[leakage.scud_er]"}, "unknown output 'leakage.scud_er'", "leakage"),
        ({"runs": "20"}, "no meaning in expected mode", "mode: sampled"),
        ({"mode": "sampeld"}, "'sampeld'", "Did you mean 'sampled'?"),
        ({"design": "{latin_hypercube: 0}"}, "", "at least 1"),
        ({"design": "sobol"}, "how many points sobol takes", "{sobol: 64}"),
        ({"design": "{sobol: 60}"}, "60 is no power of two", "Write 32 or 64."),
        ({"design": "{latin_hypercube: 1000001}"}, "1,000,001 points", "Take fewer"),
        ({"scenario": "one_on_one"}, "there is no scenario 'one_on_one'", "'one-on-one'"),
        ({"version": "2"}, "study version 2 is not known", "Update Hoplon"),
        ({"format": "hoplon-scenario"}, "this is no study", "hoplon run"),
        ({"vari": "{}"}, "unknown key 'vari'", "Did you mean 'vary'?"),
    ],
)
def test_bad_keys_are_refused(changes, what, remedy):
    error = refused(study(**changes))
    assert what in error.what
    assert remedy in error.remedy


def test_a_list_needs_axes_of_one_length():
    error = refused(study(f"{LOADED}: [1, 2]\nraid[0].count: [1, 2, 3]", design="list"))
    assert "they differ in length (batteries.mutsumi_battery.loaded 2, raid[0].count 3)" in error.what


def test_no_stop_rule_runs_over_what_the_attacker_does():
    text = study("raid[0].count: [1, 2]", mode="sampled", stop="{half_width: 0.05}")
    error = refused(text)
    assert "no stop rule runs over what the attacker does" in error.what
    assert "runs" in error.remedy
    assert loads_study(study("raid[0].count: [1, 2]", mode="sampled", stop="{budget_battles: 50}")).runs == 25


def test_a_budget_is_shared_by_all_points_alike():
    assert loads_study(study(mode="sampled", stop="{budget_battles: 301}")).runs == 150
    assert loads_study(study(mode="sampled", runs="20", stop="{budget_battles: 301}")).runs == 20
    assert (
        "does not give each of 2 points one"
        in refused(study(mode="sampled", stop="{budget_battles: 1}")).what
    )


def test_unknown_names_of_studies_are_told(tmp_path):
    with pytest.raises(InputError, match="no study 'saturatoin' is bundled"):
        load_study("saturatoin")
    with pytest.raises(InputError, match="no such file"):
        load_study(tmp_path / "none.yaml")


def test_a_scenario_is_looked_for_beside_the_study(tmp_path):
    scenario = read_file(Path(bundled_studies()["saturation"]).parents[1] / "scenarios" / "one-on-one.yaml")
    (tmp_path / "mine.yaml").write_text(scenario.text, encoding="utf-8")
    path = tmp_path / "study.yaml"
    path.write_text(study(scenario="mine.yaml"), encoding="utf-8")
    assert load_study(path).scenario_yaml == scenario.text


@pytest.mark.parametrize("name", bundled_studies())
def test_bundled_studies_load_and_agree_with_the_schema(name):
    plan = load_study(name)
    assert plan.name == name
    assert 1 < plan.count <= 100
    Draft202012Validator(json_schema()).validate(read_file(bundled_studies()[name]).data)


def test_the_published_schema_is_current():
    again = json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
    assert PUBLISHED.read_text(encoding="utf-8") == again, (
        "write it anew: python -c 'import json; from hoplon.sweep.plan_schema import json_schema as s; "
        "print(json.dumps(s(), indent=1, ensure_ascii=False))' > docs/study.schema.json"
    )


@pytest.mark.parametrize("changes", [{"vari": "{}"}, {"design": "{sobol: 0}"}, {"mode": "both"}])
def test_the_schema_finds_what_the_loader_finds(changes):
    data = read_text(study(**changes), "study").data
    assert list(Draft202012Validator(json_schema()).iter_errors(data))
