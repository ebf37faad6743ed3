"""Links with all their keys, and scenarios without some of their elements."""

import pytest

from hoplon.engagement.network import line
from hoplon.errors import InputError
from hoplon.scenario import load, loads, without
from hoplon.scenario.library import FOLDER

BASE = (FOLDER / "scenarios" / "one-on-one.yaml").read_text(encoding="utf-8")
FULL = """    to: command_post
    carries: tracks
    permission: allied
    outages_s: [[100, 160], [200, 201.5]]
    loss: {best: 0.1, low: 0, high: 0.3, mark: weak, source: me}
    duplicates: {best: 0.05, low: 0, high: 0.1, mark: weak, source: me}
    jitter_s: {best: 2, low: 0, high: 5, mark: weak, source: me}
"""


def of(scenario, name="kyogamisaki"):
    (spec,) = (sensor for sensor in scenario.sensors if sensor.name == name)
    return line(scenario, spec, 0.5)


def test_every_key_of_a_link_arrives_and_survives_writing():
    scenario = loads(BASE.replace("    to: command_post\n", FULL, 1))
    (link,) = scenario.links
    assert (link.carries, link.permission, link.outages_s) == (
        "tracks",
        "allied",
        ((100.0, 160.0), (200.0, 201.5)),
    )
    cited = scenario.cited()
    for key, best in (("loss", 0.1), ("duplicates", 0.05), ("jitter_s", 2.0), ("latency_s", 2.0)):
        assert cited[f"network.kyogamisaki.command_post.{key}"].best == best
    moved = scenario.with_values({"network.kyogamisaki.command_post.loss": 0.3})
    assert (of(moved).loss, of(moved).jitter_s, of(moved).link_s, of(moved).own_s) == (0.3, 2.0, 2.0, 0.5)
    assert loads(scenario.to_yaml()) == scenario


def test_a_link_that_says_no_more_than_before_is_as_before():
    scenario = load("japan-2018")
    wire = of(scenario)
    assert (wire.link_s, wire.passes, wire.troubled, wire.carries_tracks) == (4.0, True, False, False)
    assert wire.arrivals(10.0, 1, 1) == [14.0]
    assert not scenario.left_out
    assert not scenario.overrides


@pytest.mark.parametrize(("permission", "heard"), [("national", False), ("allied", True), ("shared", True)])
def test_what_may_pass_between_nations(permission, heard):
    # The radar is of the United States, the command post of Japan.
    changed = BASE.replace(
        "    to: command_post\n", f"    to: command_post\n    permission: {permission}\n", 1
    )
    assert of(loads(changed)).passes is heard
    own = changed.replace("kyogamisaki, nation: US", "kyogamisaki, nation: JP", 1)
    assert of(loads(own)).passes


def test_a_nation_is_taken_out_with_all_that_only_it_used():
    japan = load("japan-2018")
    alone = without(japan, ["US"])
    assert {sensor.nation for sensor in alone.sensors} == {"JP"}
    assert "an_tpy_2" not in alone.radar_types
    assert not alone.satellite_types
    assert not any(link.source in ("shariki", "kyogamisaki", "early_warning") for link in alone.links)
    assert alone.overrides == (
        "without: US (shariki, kyogamisaki, early_warning, allied_command)",
        "left after that: 10 radars, no satellite systems, 2 batteries",
    )
    assert loads(alone.to_yaml()) == alone
    assert without(without(japan, ["shariki"]), ["kyogamisaki", "early_warning"]).sensors == alone.sensors
    # What stays stays as it was.
    assert alone.threats == japan.threats
    assert alone.batteries == japan.batteries


def test_the_same_in_a_file():
    scenario = loads(BASE + "\nwithout: [kyogamisaki, mutsumi_battery]\n")
    assert not scenario.sensors
    assert not scenario.batteries
    assert scenario.disarmed
    assert scenario.overrides[-1] == (
        "left after that: no radars: nothing can be tracked, no satellite systems, "
        "no batteries: nothing can be shot down"
    )
    assert loads(scenario.to_yaml()) == scenario


def test_a_link_taken_out_is_down_for_the_whole_battle():
    cut = without(load("japan-2018"), ["shariki->command_post"])
    assert of(cut, "shariki").arrivals(1000.0, 1, 1) == []
    assert of(cut).arrivals(1000.0, 1, 1) == [1004.0]
    assert cut.overrides[0] == "without: shariki -> command_post"
    assert loads(cut.to_yaml()) == cut


def test_values_of_what_is_taken_out_may_still_be_replaced():
    text = (
        BASE + "\nassumptions:\n  sensors.an_tpy_2.losses_db: {value: 9, why: test}\nwithout: [kyogamisaki]\n"
    )
    assert "sensors.an_tpy_2.losses_db" not in loads(text).cited()


def test_no_radar_without_a_reason_is_still_a_mistake():
    text = BASE[: BASE.index("sensors:")] + BASE[BASE.index("batteries:") :]
    with pytest.raises(InputError, match="no radar"):
        loads(text)


def test_satellites_have_no_tracks_to_send():
    text = BASE.replace(
        "kyogamisaki: {type", "sat: {type: infrared_satellites, nation: US}\n  kyogamisaki: {type", 1
    )
    text = text.replace("  - from: kyogamisaki\n", "  - from: [kyogamisaki, sat]\n    carries: tracks\n", 1)
    with pytest.raises(InputError, match="reports launches and has no tracks"):
        loads(text)
