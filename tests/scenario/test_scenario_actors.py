"""Actors and authority in a scenario: read, refused, written, changed and taken out."""

import json
import re
from dataclasses import replace

import pytest
import yaml

from hoplon.errors import InputError
from hoplon.scenario import load, loads, without
from hoplon.scenario.actors import under_authority
from hoplon.scenario.comparison import load_comparison, varied
from hoplon.scenario.library import FOLDER

BASE = (FOLDER / "scenarios" / "one-on-one.yaml").read_text(encoding="utf-8")
TIME = {"best": 40, "low": 10, "high": 90, "mark": "assumed", "why": "not published", "rule": "a guess"}


def changed(change, text=BASE):
    data = yaml.safe_load(text)
    data["date"] = str(data["date"])
    data["command"]["actors"]["allied_command"] = {"nation": "US", "decision_time_s": TIME}
    change(data)
    # By way of JSON nothing is shared: the format knows no anchors.
    return yaml.safe_dump(json.loads(json.dumps(data)), sort_keys=False)


def ally(**keys):
    return lambda data: data["command"]["actors"]["allied_command"].update(keys)


def command(**keys):
    return lambda data: data["command"].update(keys)


def wire(**keys):
    link = {"from": "command_post", "to": "allied_command", "latency_s": TIME}
    return lambda data: data["network"].append({**link, **keys})


def test_everything_that_can_be_said_of_an_actor_survives_writing():
    def everything(data):
        ally(must_consent_to="use_of_its_data", silent={"after_s": 45, "then": "assume_consent"})(data)
        data["command"]["actors"]["command_post"]["needs_consent_of"] = ["allied_command"]
        command(authority="allied_consent", predelegation={"after_s": 120})(data)
        wire(outages_s=[[100, 200]])(data)

    scenario = loads(changed(everything))
    actor = scenario.command.actors["allied_command"]
    assert (actor.must_consent_to, actor.silent_after_s, actor.silent_then) == (
        "use_of_its_data",
        45.0,
        "assume_consent",
    )
    assert scenario.command.predelegated_after_s == 120.0
    assert scenario.command.actors["command_post"].needs_consent_of == ("allied_command",)
    assert loads(scenario.to_yaml()) == scenario


def test_values_of_those_who_have_no_say_are_not_used():
    told = {
        "command.actors.allied_command.decision_time_s",
        "network.command_post.allied_command.latency_s",
    }
    national = loads(changed(wire()))
    assert not told & set(national.cited())
    asked = under_authority(national, "allied_consent")
    assert told <= set(asked.cited())
    assert "command.actors.command_post.decision_time_s" in asked.cited()
    other = under_authority(national, "allied")
    assert "command.actors.command_post.decision_time_s" not in other.cited()
    assert asked.overrides == ("authority is allied_consent instead of national",)
    assert loads(asked.to_yaml()) == asked


CASES = [
    (ally(needs_consent_of=["comand_post"]), "unknown actor 'comand_post'", "'command_post'"),
    (
        lambda d: (
            ally(needs_consent_of=["command_post"])(d),
            command(authority="allied_consent")(d),
        ),
        "a circle of consent, command_post -> allied_command -> command_post",
        "needs_consent_of",
    ),
    (ally(needs_consent_of=["allied_command"]), "allied_command -> allied_command", "Take one"),
    (
        lambda d: (d["command"]["actors"].pop("allied_command"), command(authority="allied_consent")(d)),
        "all actors are of one nation, JP",
        "Add an actor of another nation",
    ),
    (
        lambda d: (d["command"]["actors"].pop("allied_command"), command(authority="joint")(d)),
        "there is one actor",
        "Add another",
    ),
    (command(authority="alied"), "'alied'", "'allied'"),
    (ally(silent={"after_s": 30}), "'then' is missing", "Add it"),
    (ally(silent={"after_s": 30, "then": "asume_consent"}), "asume_consent", "'assume_consent'"),
    (wire(carries="detections"), "'carries' has no meaning between two actors", "Remove it"),
    (wire(loss=TIME | {"best": 0.2, "low": 0.1, "high": 0.3}), "'loss' has no meaning", "Remove it"),
    (wire(to="command_post"), "from 'command_post' to itself", "another actor"),
    (wire(to="allied_comand"), "'allied_comand' is not one of the actors", "'allied_command'"),
    (
        lambda d: (wire()(d), wire(**{"from": "allied_command", "to": "command_post"})(d)),
        "is written twice",
        "Keep one",
    ),
]


@pytest.mark.parametrize("change, what, remedy", CASES)
def test_consent_that_nobody_can_give_is_refused(change, what, remedy):
    with pytest.raises(InputError) as caught:
        loads(changed(change), "mine.yaml")
    assert re.match(r"mine\.yaml:\d+", caught.value.where)
    assert what in caught.value.what
    assert remedy in caught.value.remedy


def test_an_authority_that_there_is_not():
    with pytest.raises(InputError, match="no authority 'alied'"):
        under_authority(load("japan-2018"), "alied")
    with pytest.raises(InputError, match="one nation"):
        under_authority(load("one-on-one"), "allied")


def test_allied_is_every_nation_but_the_scenarios_own():
    japan = under_authority(load("japan-2018"), "allied_consent")
    alone = without(japan, ["allied"])
    assert {sensor.nation for sensor in alone.sensors} == {"JP"}
    assert list(alone.command.actors) == ["command_post"]
    assert not any("allied_command" in (link.source, link.target) for link in alone.links)
    assert alone.sensors == without(japan, ["US"]).sensors
    assert "without: allied (shariki, kyogamisaki, early_warning, allied_command)" in alone.overrides
    # Nobody is left to be asked: the scenario loads again, and the post decides.
    assert loads(alone.to_yaml()) == alone
    assert alone.command.arranged() == ("command_post", {"command_post": ()})


def test_an_actor_is_taken_out_and_no_longer_asked():
    japan = under_authority(load("japan-2018"), "allied_consent")
    rest = without(japan, ["allied_command"])
    assert rest.sensors == japan.sensors
    assert rest.command.arranged()[1] == {"command_post": ()}
    assert "without: allied_command" in rest.overrides
    with pytest.raises(InputError, match="its picture is what is shot by"):
        without(japan, ["command_post"])
    # Of its own nation all the rest goes.
    assert list(without(japan, ["JP"]).command.actors) == ["command_post", "allied_command"]


def links_down(scenario):
    return {(link.source, link.target): link.outages_s for link in scenario.links if link.outages_s}


def test_all_links_of_a_nation_from_some_second_on():
    japan = load("japan-2018")
    cut = without(japan, ["links of allied @ 120"])
    down = ((120.0, 86400.0),)
    assert links_down(cut) == dict.fromkeys(
        [
            ("shariki", "command_post"),
            ("kyogamisaki", "command_post"),
            ("early_warning", "command_post"),
            ("command_post", "allied_command"),
        ],
        down,
    )
    assert loads(cut.to_yaml()) == cut
    assert cut.overrides[0].startswith("without: links of allied @ 120 (shariki -> command_post, ")
    assert links_down(without(japan, ["links of US@120s"])) == links_down(cut)
    # Between actors a link is one line, whichever way it is named; one that is not stated can be lost, too.
    assert links_down(without(japan, ["allied_command -> command_post"]))
    plain = loads(changed(lambda data: data.pop("network")))
    assert set(links_down(without(plain, ["links of allied"]))) == {
        ("kyogamisaki", "command_post"),
        ("command_post", "allied_command"),
    }
    # Earlier outages stay.
    early = replace(
        japan, links=tuple(replace(k, outages_s=((10.0, 20.0), (100.0, 300.0))) for k in japan.links)
    )
    assert links_down(without(early, ["shariki -> command_post @ 120"]))["shariki", "command_post"] == (
        (10.0, 20.0),
        (100.0, 120.0),
        (120.0, 86400.0),
    )


@pytest.mark.parametrize(
    "name, what",
    [
        ("shariki @ 120", "only links can"),
        ("shariki -> command_post @ soon", "no second of a battle"),
        ("shariki -> command_post @ -5", "no second of a battle"),
        ("links of KR", "no nation 'KR'"),
        ("aliied", "no sensor, battery, actor, nation or link"),
    ],
)
def test_what_cannot_be_left_out(name, what):
    with pytest.raises(InputError, match=re.escape(what)):
        without(load("japan-2018"), [name])


def test_the_bundled_comparison_is_the_question_of_operational_control():
    spec = load_comparison("japan-2018-control")
    first, alone, asked, lost, refused = (variant.scenario for variant in spec.variants)
    assert first == load("japan-2018")
    assert {sensor.nation for sensor in alone.sensors} == {"JP"}
    assert asked.command.authority == lost.command.authority == "allied_consent"
    assert asked.links == first.links
    assert len(links_down(lost)) == 4
    assert lost.command.actors["allied_command"].silent_then == "assume_consent"
    assert refused.command.actors["allied_command"].silent_then == "refuse"
    # Nothing else differs.
    assert all(variant.scenario.threats == first.threats for variant in spec.variants)
    assert all(loads(variant.scenario.to_yaml()) == variant.scenario for variant in spec.variants)


COMPARISON = """
format: hoplon-comparison
version: 1
name: mine
title: A test
question: What follows?
scenario: japan-2018
variants:
  one: {title: As it is}
  two: {title: Otherwise, without: [allied]}
"""


@pytest.mark.parametrize(
    "old, new, what",
    [
        ("without: [allied]", "without: [alied]", "to leave out"),
        ("without: [allied]", "authority: alied", "not among"),
        ("without: [allied]", "silent: {ally: {after_s: 3, then: refuse}}", "unknown actor 'ally'"),
        ("without: [allied]", "witout: [allied]", "unknown key 'witout'"),
        ("scenario: japan-2018", "scenario: japan-2019", "no scenario 'japan-2019'"),
        ("  two: {title: Otherwise, without: [allied]}\n", "", "short"),
        ("version: 1", "version: 2", "2"),
    ],
)
def test_what_is_wrong_with_a_comparison_is_said_with_its_line(tmp_path, old, new, what):
    path = tmp_path / "mine.yaml"
    path.write_text(COMPARISON.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_comparison(path)
    assert re.search(r"mine\.yaml:\d+", caught.value.where)
    assert what in str(caught.value)


def test_a_scenario_is_no_comparison_and_the_other_way_round(tmp_path):
    assert load_comparison("japan-2018") is None
    assert load_comparison(tmp_path) is None
    with pytest.raises(InputError, match="hoplon compare japan-2018-control"):
        load("japan-2018-control")
    path = tmp_path / "mine.yaml"
    path.write_text(COMPARISON, encoding="utf-8")
    with pytest.raises(InputError, match="hoplon compare"):
        load(path)


def test_a_variant_discloses_all_that_it_changes():
    found = varied(
        load("japan-2018"),
        names=["sado"],
        authority="joint",
        silent={"allied_command": (30.0, "refuse")},
        predelegated_after_s=200.0,
    )
    told = " ".join(found.overrides)
    for words in (
        "without: sado",
        "authority is joint instead of national",
        "silence of allied_command counts as refusal after 30 s",
        "fire is free 200 s after the first verdict",
    ):
        assert words in told
