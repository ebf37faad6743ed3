"""Who may order a launch, in battles: the record says who, when, by which rule, and what was not done."""

import math
from dataclasses import replace

import numpy as np
import pytest

from hoplon.cited import Cited, Mark
from hoplon.engagement import fight, prepare
from hoplon.engagement.expected import expect
from hoplon.scenario import load, without
from hoplon.scenario.actors import under_authority, with_predelegation, with_silence

pytestmark = pytest.mark.compiled

SEED, RUN = 1, 2


@pytest.fixture(scope="module")
def japan():
    """Four missiles of the raid: enough to decide on."""
    whole = load("japan-2018")
    return replace(whole, threats=whole.threats[:4])


def fought(scenario):
    return fight(prepare(scenario), SEED, RUN)


@pytest.fixture(scope="module")
def national(japan):
    return fought(japan)


def events(record, kind):
    return [event for event in record.events if event.kind == kind]


def decided_s(record):
    return np.array([o.moments_s.get("decision", math.nan) for o in record.outcomes])


def test_an_ally_without_a_say_changes_nothing(japan, national):
    record = fought(without(japan, ["allied_command"]))
    assert repr(record.outcomes) == repr(national.outcomes)
    assert not events(national, "consent_request")


def test_every_decision_says_who_on_which_picture_and_by_which_rule(national):
    decisions = events(national, "decision")
    assert len(decisions) == 4
    for event in decisions:
        assert event.actor == "command_post"
        assert event.track >= 0
        assert 0.0 < event.value <= 100.0
        assert "rule defend_assets" in event.note
        assert "own authority" in event.note
        assert "on the track of " in event.note
        assert "kyogamisaki" in event.note


def test_consent_takes_its_time_and_stands_in_the_record(japan, national):
    record = fought(under_authority(japan, "allied_consent"))
    later = decided_s(record) - decided_s(national)
    # 5 s there, 10 to 120 s to agree, 5 s back; and the clock of the battle ticks every 5 s.
    assert np.all(later >= 15.0)
    assert np.all(later <= 140.0)
    for threat in {event.threat for event in events(record, "decision")}:
        course = [
            e for e in record.events if e.threat == threat and e.kind.startswith(("consent", "decision"))
        ]
        assert [(e.kind, e.actor) for e in course[:3]] == [
            ("consent_request", "command_post"),
            ("consent", "allied_command"),
            ("decision", "command_post"),
        ]
        assert course[0].t_s + 5.0 < course[1].t_s < course[2].t_s - 5.0
        assert "with the consent of allied_command" in course[2].note


def test_adding_an_actor_moves_no_other_draw(japan, national):
    """Each takes its own time: in one cell with an ally who is always quicker, the post's own times stay."""
    quick = Cited(0.5, 0.5, 0.5, Mark.UNCHECKED, "stated for this test")
    command = japan.command
    ally = replace(command.actors["allied_command"], decision_time_s=quick)
    actors = {**command.actors, "allied_command": ally}
    cell = under_authority(replace(japan, command=replace(command, actors=actors)), "joint")
    assert np.array_equal(decided_s(fought(cell)), decided_s(national))


def test_the_ally_decides_with_a_time_of_its_own(japan, national):
    record = fought(under_authority(japan, "allied"))
    assert {event.actor for event in events(record, "decision")} == {"allied_command"}
    assert not np.array_equal(decided_s(record), decided_s(national))


def test_cut_off_from_the_ally_nothing_is_shot_and_the_record_says_why(japan):
    record = fought(without(under_authority(japan, "allied_consent"), ["links of allied"]))
    assert record.leakage == 1.0
    assert {o.reason for o in record.outcomes} == {"no consent in time"}
    assert not events(record, "decision")
    missing = events(record, "not_engaged")
    assert len(missing) == 4
    assert all("waits for allied_command, who cannot be reached" in event.note for event in missing)
    assert all("link is down" in event.note for event in events(record, "consent_request"))
    assert {event.note for event in events(record, "link_down")} == {
        "allied_command - command_post",
        "early_warning -> command_post",
        "kyogamisaki -> command_post",
        "shariki -> command_post",
    }


def test_a_link_that_is_lost_later_lets_the_first_answers_through(japan, national):
    asked = under_authority(japan, "allied_consent")
    last = max(event.t_s for event in events(fought(asked), "consent"))
    cut = fought(without(asked, [f"command_post -> allied_command @ {last - 20.0:g}"]))
    assert 0 < len(events(cut, "decision")) < 4
    assert "no consent in time" in {o.reason for o in cut.outcomes}


@pytest.mark.parametrize(
    ("then", "leakage", "kind"), [("refuse", 1.0, "not_engaged"), ("assume_consent", None, "decision")]
)
def test_silence_is_taken_for_what_is_stated(japan, then, leakage, kind):
    cut = without(under_authority(japan, "allied_consent"), ["links of allied"])
    record = fought(with_silence(cut, "allied_command", 60.0, then))
    assert len(events(record, "silence")) == 4
    assert len(events(record, kind)) == 4
    if leakage is not None:
        assert record.leakage == leakage
        assert {o.reason for o in record.outcomes} == {"consent refused"}
    else:
        assert all("silence of allied_command taken as consent" in e.note for e in events(record, "decision"))


def test_fire_is_free_after_the_stated_time(japan):
    cut = without(under_authority(japan, "allied_consent"), ["links of allied"])
    record = fought(with_predelegation(cut, 90.0))
    assert len(events(record, "predelegation")) == len(events(record, "decision")) == 4
    for free, order in zip(events(record, "predelegation"), events(record, "decision"), strict=True):
        assert 0.0 <= order.t_s - free.t_s <= 5.0
        assert "pre-delegated" in order.note


def test_an_ally_with_radars_of_its_own_answers_for_what_these_have_found(japan):
    asked = under_authority(japan, "allied_consent")
    latency = Cited(4.0, 1.0, 15.0, Mark.UNCHECKED, "stated for this test")

    def fed_by(source):
        link = replace(japan.links[0], source=source, target="allied_command", latency=latency)
        return fought(replace(asked, links=(*asked.links, link)))

    seen = fed_by("kyogamisaki")
    assert len(events(seen, "decision")) == 4
    # The radar far in the north west never sees a missile that flies to Tokyo: it is never consented to.
    blind = fed_by("sefuri")
    waits = [event.note for event in events(blind, "not_engaged")]
    found = {event.threat for event in events(blind, "decision")}
    assert all("allied_command, who does not see the track" in note for note in waits)
    assert len(waits) + len(found) >= 4


def test_consent_to_the_use_of_data_is_asked_where_they_fed_the_track(japan):
    data = with_data_only(under_authority(japan, "allied_consent"))
    assert len(events(fought(data), "consent_request")) == 4
    unheard = fought(without(data, ["shariki -> command_post", "kyogamisaki -> command_post"]))
    assert not events(unheard, "consent_request")
    assert len(events(unheard, "decision")) == 4


def test_battles_without_draws_ask_for_consent_too(japan):
    asked = under_authority(japan, "allied_consent")
    expected = {
        name: expect(prepare(scenario), pictures=1, lanes=4).leakage
        for name, scenario in {
            "national": japan,
            "asked": asked,
            "cut off": without(asked, ["links of allied"]),
            "data not used": without(
                with_data_only(asked), ["shariki -> command_post", "kyogamisaki -> command_post"]
            ),
        }.items()
    }
    assert expected["cut off"] == 1.0
    # Equal but for how sums are rounded, where asking costs no shot.
    assert expected["national"] - 1e-12 <= expected["asked"] < 1.0
    assert expected["data not used"] == pytest.approx(expected["national"], abs=0.05)


def with_data_only(scenario):
    command = scenario.command
    ally = replace(command.actors["allied_command"], must_consent_to="use_of_its_data")
    return replace(scenario, command=replace(command, actors={**command.actors, "allied_command": ally}))


def test_orders_that_cannot_be_carried_out_are_refused_with_reasons(japan):
    # One battery has no interceptor in its cells; out of reach is what cannot fly so far.
    batteries = (
        replace(japan.batteries[0], loaded=0),
        replace(japan.batteries[1], loaded=1),
    )
    record = fought(replace(japan, batteries=batteries))
    refused = events(record, "order_refused")
    assert ("araya_battery", "no interceptors left") in {(e.actor, e.note) for e in refused}
    assert record.interceptors_used == {"araya_battery": 0, "mutsumi_battery": 1}
    near = japan.with_leaves(
        {
            "interceptors.sm3_iia.range_km": japan.cited()["interceptors.sm3_iia.range_km"].overridden(
                60.0, "for this test"
            )
        }
    )
    short = fought(near)
    assert {e.note for e in events(short, "order_refused")} & {"out of reach", "too late"}
    assert sum(short.interceptors_used.values()) == 0
    # Each reason once for a track and a battery, however often it is tried.
    said = [(e.actor, e.track, e.note) for e in refused]
    assert len(said) == len(set(said))
