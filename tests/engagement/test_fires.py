"""Shots in a battle: doctrines that hold, keep or fail, looks that err, what shots share, what is wasted."""

import dataclasses

import pytest

from hoplon.command.doctrine_door import make_doctrine, register
from hoplon.command.kill_assessment import KillAssessment
from hoplon.command.rules import DefendedGround
from hoplon.engagement import fight, prepare
from hoplon.interceptor.kill import CommonMode
from hoplon.scenario import load
from hoplon.studies.summary import waste

pytestmark = pytest.mark.compiled

TWO_LAYERS = """
  lower_battery: {interceptor: thaad, site: osaka, cells: 8, loaded: 2, nation: US}
"""


@pytest.fixture(scope="module")
def one_on_one():
    return prepare(load("one-on-one"))


@pytest.fixture(scope="module")
def two_layers(tmp_path_factory):
    text = load("one-on-one").to_yaml()
    data = text.replace("batteries:\n", f"batteries:{TWO_LAYERS}", 1).replace("    view: own_tests\n", "", 1)
    # A resolved scenario brings only the interceptors and places that it uses; the rest is the catalogue's.
    file = tmp_path_factory.mktemp("scenario") / "two-layers.yaml"
    file.write_text(data, encoding="utf-8")
    return prepare(load(file))


def with_doctrine(prepared, name, **options):
    return dataclasses.replace(prepared, doctrine=make_doctrine(name, options))


def events(record, kind):
    return [event for event in record.events if event.kind == kind]


def test_layers_follow_from_the_lowest_altitudes_of_intercept(two_layers):
    assert {b.name: b.layer for b in two_layers.batteries} == {"lower_battery": 2, "mutsumi_battery": 1}


def test_an_upper_layer_holds_until_the_lower_one_is_empty(two_layers):
    # Every shot misses. Whoever meets the path first fires first, unless told to hold.
    free = fight(with_doctrine(two_layers, "salvo", salvo=3), 1, 0, kill_quantile=0.0)
    held = fight(with_doctrine(two_layers, "hold_for_lower_layer", salvo=3), 1, 0, kill_quantile=0.0)
    assert [e.actor for e in events(free, "interceptor_launch")] == ["mutsumi_battery"] * 3
    assert held.interceptors_used == {"lower_battery": 2, "mutsumi_battery": 1}
    assert (
        fight(
            with_doctrine(two_layers, "hold_for_lower_layer", salvo=2), 1, 0, kill_quantile=0.0
        ).interceptors_used["mutsumi_battery"]
        == 0
    )


def test_a_kept_stock_is_not_fired_at_what_is_worth_less(one_on_one):
    keeping = with_doctrine(one_on_one, "save_the_inventory", keep=8, least_value=5.0)
    record = fight(keeping, 1, 0)
    assert record.outcomes[0].shots == 0
    assert record.outcomes[0].reason == "held back by the doctrine"
    osaka = keeping.defended[0]
    valued = DefendedGround(osaka.name, osaka.latitude_deg, osaka.longitude_deg, osaka.radius_km, 5.0)
    assert fight(dataclasses.replace(keeping, defended=(valued,)), 1, 0).outcomes[0].shots >= 1


class Panics:
    """Fires once, and then knows no more."""

    def __init__(self, after=0):
        self.after = after

    def shots_now(self, state):
        if state.fired >= self.after:
            raise KeyError("what now?")
        return 1


@pytest.mark.parametrize("after", [0, 1])
def test_a_doctrine_that_fails_fires_nothing_more_and_the_record_says_so(one_on_one, after):
    register("panics", Panics)
    record = fight(with_doctrine(one_on_one, "panics", after=after), 1, 0, kill_quantile=0.0)
    assert record.outcomes[0].shots == after
    failure = events(record, "doctrine_failure")
    assert len(failure) == 1
    assert "'panics'" in failure[0].note
    assert "KeyError: 'what now?'; nothing fired" in failure[0].note
    assert failure[0].actor == "command_post"
    assert record.outcomes[0].reason == ("missed" if after else "the doctrine failed")
    assert record.leakage == 1.0


def looked_at(prepared, **errors):
    """Give all batteries looks that err; the delay stays."""
    return dataclasses.replace(
        prepared,
        batteries=tuple(
            dataclasses.replace(b, assessment=KillAssessment(b.assessment.delay_s, **errors))
            for b in prepared.batteries
        ),
    )


def test_what_is_wrongly_said_to_be_dead_is_not_shot_at_again(one_on_one):
    record = fight(looked_at(one_on_one, false_dead=1.0), 1, 0, kill_quantile=0.0)
    assert record.outcomes[0].shots == 1
    assert [e.note for e in events(record, "kill_assessment")] == ["destroyed, wrongly"]
    assert record.leakage == 1.0


def test_what_is_wrongly_said_to_live_is_shot_at_again_and_that_is_waste(two_layers):
    # The lower layer has time for a second shot.
    record = fight(looked_at(two_layers, false_alive=1.0), 1, 0, kill_quantile=1.0)
    assert record.leakage == 0.0
    assert record.outcomes[0].shots > 1
    assert record.outcomes[0].wasted == record.outcomes[0].shots - 1
    assert "no target left: already destroyed" in [e.note for e in events(record, "intercept")]
    assert {e.note for e in events(record, "kill_assessment")} == {"alive, wrongly"}
    assert fight(two_layers, 1, 0, kill_quantile=1.0).outcomes[0].shots == 1


def test_the_second_shot_of_a_salvo_at_what_the_first_has_hit_is_waste(one_on_one):
    record = fight(with_doctrine(one_on_one, "salvo", salvo=2), 1, 0, kill_quantile=1.0)
    assert (record.outcomes[0].shots, record.outcomes[0].wasted) == (2, 1)


def test_waste_is_counted_by_what_was_fired_at(one_on_one):
    salvo = with_doctrine(one_on_one, "salvo", salvo=3)
    records = [fight(salvo, 1, 0, kill_quantile=1.0), fight(salvo, 1, 1, kill_quantile=0.0)]
    # Two of three shots at what the first has hit, in one battle of two; misses are no waste.
    assert waste(records) == {
        "what was dead already": 1.0,
        "what would have fallen on nothing defended": 0.0,
        "what had fallen": 0.0,
    }
    # The same ground, were it not what the threat truly falls on: all three at what would have been let pass.
    astray = fight(dataclasses.replace(salvo, impact_ground={}), 1, 0, kill_quantile=0.0)
    assert astray.outcomes[0].outcome == "let_pass"
    assert waste([astray])["what would have fallen on nothing defended"] == 3.0


@pytest.mark.parametrize("what, words", [("track", "track not good"), ("discrimination", "told apart")])
def test_what_all_shots_share_fails_them_all(one_on_one, what, words):
    common = dataclasses.replace(
        with_doctrine(one_on_one, "salvo", salvo=3), common=CommonMode(**{what: 0.0})
    )
    record = fight(common, 1, 0, kill_quantile=1.0)
    notes = [e.note for e in events(record, "intercept")]
    assert len(notes) == 3
    assert all(words in note for note in notes)
    assert words in record.outcomes[0].reason


def test_what_shots_share_is_drawn_once_a_threat_and_moves_no_other_draw(one_on_one):
    half = dataclasses.replace(with_doctrine(one_on_one, "salvo", salvo=2), common=CommonMode(track=0.5))
    fates = [fight(half, 1, run, kill_quantile=1.0) for run in range(12)]
    for record in fates:
        # Where every shot hits, both hit or both miss (the second of two hits meets nothing).
        failed = ["track not good" in e.note for e in events(record, "intercept")]
        assert all(failed) or not any(failed)
    assert 0 < sum(record.leakage for record in fates) < 12
    plain = fight(one_on_one, 1, 3)
    certain = fight(dataclasses.replace(one_on_one, common=CommonMode(track=1.0 - 1e-12)), 1, 3)
    assert [e.note for e in plain.events] == [e.note for e in certain.events]
