"""Doctrines, looks, common chances and stated kill probabilities in scenario files."""

from pathlib import Path

import pytest

from hoplon import scenario as scenarios
from hoplon.engagement import assemble
from hoplon.errors import InputError
from hoplon.interceptor.kill import CommonMode
from hoplon.scenario.library import FOLDER

BASE = Path(FOLDER, "scenarios", "one-on-one.yaml").read_text(encoding="utf-8")
HERE = "doctrine: {name: shoot_look_shoot, salvo: 1}"
RECORD = "test_record: {view: own_tests}"
CITED = "{best: 0.1, low: 0, high: 0.3, mark: assumed, why: not published, rule: a guess}"


def loaded(*pairs):
    text = BASE
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    found = scenarios.loads(text)
    again = scenarios.loads(found.to_yaml())
    assert again == found
    return found


def refused(*pairs):
    with pytest.raises(InputError) as error:
        loaded(*pairs)
    return str(error.value)


@pytest.mark.parametrize(
    "written, options",
    [
        ("{name: salvo}", {"salvo": 2}),
        ("{name: salvo, salvo: 4}", {"salvo": 4}),
        ("{name: shoot_shoot_look, then: 2}", {"salvo": 2, "then": 2}),
        ("{name: hold_for_lower_layer}", {"salvo": 1}),
        (
            "{name: save_the_inventory, keep: 3, least_value: 2.5}",
            {"salvo": 1, "keep": 3, "least_value": 2.5},
        ),
        ("{name: barrage, warheads: 4, interceptors: 7}", {"warheads": 4, "interceptors": 7}),
    ],
)
def test_each_doctrine_is_written_with_what_it_is_told(written, options):
    found = loaded((HERE, f"doctrine: {written}"))
    assert dict(found.command.doctrine.options) == options
    assert assemble.doctrine(found)


@pytest.mark.parametrize(
    "written, where, what, remedy",
    [
        ("{name: shoot_look_shot}", "doctrine.name", "shoot_look_shot", "'shoot_look_shoot'"),
        ("{name: salvo, then: 2}", "doctrine.then", "no option 'then'", "salvo"),
        ("{name: salvo, warhead: 2}", "doctrine.warhead", "'warhead'", "'warheads'"),
        ("{name: barrage}", "command.doctrine", "lacks warheads", "warheads: …"),
        ("{name: salvo, options: {salvoes: 2}}", "options.salvoes", "'salvoes'", "'salvo'"),
        ("{name: salvo, salvo: 0}", "doctrine.salvo", "0", "at least 1"),
        ("{name: salvo, options: {salvo: 0}}", "options.salvo", "salvo is 0", "from 1"),
    ],
)
def test_what_is_wrong_with_a_doctrine_is_named_with_what_to_write(written, where, what, remedy):
    said = refused((HERE, f"doctrine: {written}"))
    assert all(part in said for part in (where, what, remedy)), said


def test_looks_and_common_chances_are_as_stated_and_without_doubt_by_default():
    plain = loaded()
    assert assemble.common_mode(plain) == CommonMode(1.0, 1.0)
    assert not assemble.kill_assessment(plain, plain.batteries[0]).errs
    lines = "".join(
        f"\n  {key}: {CITED}"
        for key in (
            "track_probability",
            "discrimination_probability",
            "kill_assessment_false_dead",
            "kill_assessment_false_alive",
        )
    )
    found = loaded((HERE, HERE + lines))
    assert assemble.common_mode(found) == CommonMode(0.1, 0.1)
    looks = assemble.kill_assessment(found, found.batteries[0])
    assert (looks.delay_s, looks.false_dead, looks.false_alive) == (10.0, 0.1, 0.1)
    assert found.cited()["command.track_probability"].best == 0.1
    moved = found.with_values({"command.track_probability": 0.3})
    assert assemble.common_mode(moved).track == 0.3
    assert "at most 1" in refused((HERE, f"{HERE}\n  track_probability: {CITED.replace('0.3', '1.3')}"))


def test_a_stated_kill_probability_is_certain_and_discloses_itself():
    found = loaded((RECORD, "test_record: {value: 0.7, why: as in Wilkening 1999}"))
    posterior = assemble.kill_posterior(found, found.batteries[0])
    assert posterior.draw(0.01) == posterior.draw(0.99) == 0.7
    # One hit in two tests by then: Jeffreys' mean is one half.
    (said,) = [s for s in found.overrides if "kill" in s]
    assert "sm3_iia is 0.7 instead of 0.5: as in Wilkening 1999" in said


@pytest.mark.parametrize(
    "written, said",
    [
        ("{value: 0.7}", "'why' is missing"),
        ("{value: 1.7, why: x}", "at most 1"),
        ("{value: 0.7, why: x, view: own_tests}", "Write one of the two"),
        ("{views: {sm3_iib: own_tests}}", "'sm3_iia'"),
        ("{views: {sm3_iia: own_test}}", "'own_tests'"),
    ],
)
def test_what_is_wrong_with_a_test_record_is_named(written, said):
    assert said in refused((RECORD, f"test_record: {written}"))


LOWER = "batteries:\n  lower: {interceptor: thaad, site: osaka, cells: 8, loaded: 8, nation: US}\n  up:"
BATTERIES = (
    "batteries:                             # eight interceptors where a site was planned\n  mutsumi_battery:"
)


def test_interceptors_may_be_believed_by_different_counts():
    found = loaded(
        (BATTERIES, LOWER),
        (RECORD, "test_record: {views: {sm3_iia: sceptics_strict, thaad: all_since_1995}}"),
    )
    counts = {name: (r.hits, r.attempts) for name, r in found.command.test_records.items()}
    assert counts == {"sm3_iia": (1, 10), "thaad": (16, 22)}


def test_layers_are_those_of_altitude_or_as_stated():
    found = loaded((BATTERIES, LOWER), (RECORD, "test_record: {}"))
    assert [assemble.layer(found, b) for b in found.batteries] == [2, 1]
    stated = LOWER.replace("nation: US", "nation: US, layer: 1").replace("up:", "up2:")
    both = (BATTERIES, stated), ("loaded: 8, nation: JP", "loaded: 8, nation: JP, layer: 3")
    found = loaded(*both, (RECORD, "test_record: {}"))
    assert [assemble.layer(found, b) for b in found.batteries] == [1, 3]
    assert "state none" in refused((BATTERIES, stated), (RECORD, "test_record: {}"))


def test_ground_is_worth_what_is_stated():
    found = loaded(("assets: [osaka]", "assets: {osaka: {radius_km: 30, value: 8.8}}"))
    assert assemble.defended(found)[0].value == 8.8
    assert "'value'" in refused(("assets: [osaka]", "assets: {osaka: {radius_km: 30, values: 8.8}}"))
    assert "from 0" in refused(("assets: [osaka]", "assets: {osaka: {radius_km: 30, value: -1}}"))


def test_launches_are_planned_where_the_scenario_says_so():
    assert loaded().command.weapon_assignment == "first_come"
    assert "weapon_assignment" not in loaded().to_yaml()
    planned = loaded((HERE, f"{HERE}\n  weapon_assignment: planned"))
    assert planned.command.weapon_assignment == "planned"
    assert "Did you mean 'planned'" in refused((HERE, f"{HERE}\n  weapon_assignment: plan"))
