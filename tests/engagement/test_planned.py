"""Launches by one plan over all threats beside launches as they come."""

import dataclasses
from collections import Counter

import pytest

from hoplon.command.doctrine_door import make_doctrine
from hoplon.engagement import fight, prepare
from hoplon.engagement.expected import expect
from hoplon.scenario import load

pytestmark = pytest.mark.compiled


@pytest.fixture(scope="module")
def short_of_interceptors():
    """Sixteen missiles and two interceptors at each of two sites, to be fired by two."""
    prepared = prepare(load("japan-2018"))
    batteries = tuple(dataclasses.replace(battery, loaded=2) for battery in prepared.batteries)
    salvo = make_doctrine("salvo", {"salvo": 2})
    return dataclasses.replace(prepared, batteries=batteries, doctrine=salvo)


def launches(record):
    return [event for event in record.events if event.kind == "interceptor_launch"]


def planned(prepared):
    return dataclasses.replace(prepared, planned=True)


def test_a_plan_spreads_few_interceptors_over_many_missiles(short_of_interceptors):
    # 1 - (1 - p)^2 < 2 p: a second shot at one missile saves less than the first at another.
    shot_at = []
    for prepared in (short_of_interceptors, planned(short_of_interceptors)):
        records = [fight(prepared, 1, run) for run in range(3)]
        assert all(len(launches(record)) == 4 for record in records)
        shot_at.append(sum(o.shots > 0 for record in records for o in record.outcomes))
    assert shot_at[0] <= 7 < 9 <= shot_at[1] <= 12


def test_launches_keep_stock_and_interval(short_of_interceptors):
    record = fight(planned(short_of_interceptors), 1, 0)
    fired = launches(record)
    assert max(Counter(event.actor for event in fired).values()) == 2
    for actor in {event.actor for event in fired}:
        first, second = (event.t_s for event in fired if event.actor == actor)
        assert second - first >= short_of_interceptors.batteries[0].interceptor.launch_interval_s - 1e-6


def test_the_record_says_what_was_planned_and_who_was_left_out(short_of_interceptors):
    record = fight(planned(short_of_interceptors), 1, 0)
    plans = [event for event in record.events if event.kind == "launch_plan"]
    assert plans
    assert all(event.value >= 0.0 for event in plans)
    assert any("none at track" in event.note for event in plans)
    reasons = {o.reason for o in record.outcomes}
    assert any("interceptors planned for others" in reason for reason in reasons)


def test_a_single_missile_is_shot_at_as_without_a_plan():
    prepared = prepare(load("one-on-one"))
    one, other = fight(prepared, 1, 0), fight(planned(prepared), 1, 0)
    assert one.outcomes == other.outcomes
    told = [
        [(e.t_s, e.kind, e.actor, e.note) for e in record.events if e.kind != "launch_plan"]
        for record in (one, other)
    ]
    assert told[0] == told[1]


def test_the_expected_battle_follows_the_plan(short_of_interceptors):
    prepared = planned(short_of_interceptors)
    certain = [expect(each, 0.5, pictures=1, lanes=2) for each in (short_of_interceptors, prepared)]
    assert [sum(e.interceptors_used.values()) for e in certain] == pytest.approx([4.0, 4.0])
    assert certain[1].leakage < certain[0].leakage
