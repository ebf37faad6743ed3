"""Who is warned in a battle, beside what truly came."""

import math
from dataclasses import replace

import numpy as np
import pytest

from hoplon.cited import Cited, Mark
from hoplon.engagement.battle import fight
from hoplon.engagement.prepare import prepare
from hoplon.engagement.warned import city_warnings
from hoplon.result.warning import CityWarning
from hoplon.scenario import load
from hoplon.studies.timeline import alert_comparisons
from hoplon.studies.warning import warning_summary

pytestmark = pytest.mark.compiled

NAN = float("nan")


@pytest.fixture(scope="module")
def one_on_one():
    return prepare(load("one-on-one"))


def test_an_outcome_says_what_came_and_whether_it_was_announced():
    told = {"alert_s": 100.0, "possible_s": 50.0}
    assert CityWarning("x", **told, fell_s=400.0, due_s=400.0).outcome == "warned"
    assert CityWarning("x", **told, fell_s=90.0, due_s=90.0).outcome == "too late"
    assert CityWarning("x", fell_s=400.0, due_s=400.0).outcome == "missed"
    assert CityWarning("x", **told, due_s=400.0).outcome == "shot down"
    assert CityWarning("x", **told, passes_s=300.0).outcome == "passed over"
    assert CityWarning("x", **told).outcome == "nothing came"
    assert CityWarning("x", due_s=400.0).outcome == ""


def test_warning_runs_to_the_first_missile_on_its_way_there():
    assert CityWarning("x", alert_s=100.0, fell_s=500.0, due_s=400.0).warning_s == 300.0
    assert CityWarning("x", alert_s=450.0, fell_s=500.0, due_s=400.0).warning_s == 0.0
    assert CityWarning("x", due_s=400.0).warning_s == 0.0
    assert math.isnan(CityWarning("x", alert_s=100.0).warning_s)


def test_the_truth_of_what_comes_is_geometry(one_on_one):
    names = [place.name for place in one_on_one.warned.ground.places]
    due = {name: d for name, d in zip(names, one_on_one.warned.due, strict=True) if d}
    fallen_s = one_on_one.threats[0].trajectory.flight_time_s
    # Osaka's point is the aim; Sakai's is 14 km away, within the 15 km that a city has by default.
    assert due == {"osaka": ((0, fallen_s),), "sakai": ((0, fallen_s),)}
    assert "seoul" not in names  # its public is not the defender's


def test_a_missile_shot_down_has_not_fallen(one_on_one):
    told = {0: CityWarning("osaka", alert_s=200.0, possible_s=130.0)}
    fell = city_warnings(one_on_one.warned, told, [False])
    spared = city_warnings(one_on_one.warned, told, [True])
    assert [w.outcome for w in fell] == ["warned", "missed"]
    assert [w.outcome for w in spared] == ["shot down", ""]


def test_the_city_under_attack_is_warned(one_on_one):
    record = fight(one_on_one, seed=1, run=0)
    osaka = record.warnings[0]
    moments = record.outcomes[0].moments_s
    assert (osaka.city, osaka.cause, osaka.threat) == ("osaka", "hit", "nodong-1")
    assert moments["firm_track"] < osaka.possible_s == moments["alert_possible"]
    assert osaka.possible_s <= osaka.alert_s == moments["alert"]
    assert 0.05 <= osaka.probability <= 1.0
    assert osaka.warning_s == pytest.approx(record.outcomes[0].warning_s)


def test_a_higher_confidence_never_warns_earlier_or_more(one_on_one):
    sure = replace(one_on_one, warned=replace(one_on_one.warned, confidence=0.9))
    for run in range(3):
        early = {w.city: w for w in fight(one_on_one, 1, run).warnings if w.alerted}
        late = {w.city: w for w in fight(sure, 1, run).warnings if w.alerted}
        assert set(late) <= set(early)
        assert all(late[city].possible_s >= early[city].possible_s for city in late)


def test_without_overflights_only_hits_are_announced():
    scenario = load("overflight-2017-08-29")
    quiet = replace(scenario, warning=replace(scenario.warning, overflights=False))
    record = fight(prepare(quiet), seed=1, run=0)
    assert record.warnings == ()
    assert "alert" not in record.outcomes[0].moments_s


def test_the_message_takes_its_time():
    scenario = load("one-on-one")
    told = Cited(100.0, 100.0, 100.0, Mark.UNCHECKED, "a test")
    slow = replace(scenario, warning=replace(scenario.warning, dissemination_delay_s=told))
    before, after = (fight(prepare(s), seed=1, run=0).warnings[0] for s in (scenario, slow))
    assert after.alert_s == pytest.approx(before.alert_s + 100.0)
    assert after.possible_s == before.possible_s


@pytest.mark.parametrize(("name", "published_s"), [("08-29", 240.0), ("09-15", 180.0)])
def test_no_alert_was_published_before_it_was_possible(name, published_s):
    scenario = load(f"overflight-2017-{name}")
    prepared = prepare(scenario)
    (alert,) = alert_comparisons(scenario, prepared, [fight(prepared, 1, 0)])
    assert alert.published_best_s == published_s
    # A missile is predicted once it has burnt out; the published minute leaves a minute open either way.
    burnout_s = prepared.threats[0].trajectory.burnout_s
    assert burnout_s < alert.possible_s <= alert.published_high_s
    assert alert.reported_s < alert.tracked_s < alert.possible_s < alert.with_delay_s < alert.arrival_s
    assert alert.arrival == "sapporo"
    low, high = alert.difference_range_s
    assert low < alert.difference_s == published_s - alert.possible_s < high


def test_many_battles_are_summed_up_by_hand():
    scenario = load("one-on-one")
    record = fight(prepare(scenario), seed=1, run=0)

    def battle(*warnings):
        return replace(record, warnings=warnings)

    records = [
        # Osaka, 2.752 million, gets 5 minutes and is hit; Kyoto, 1.464 million, is alerted for nothing.
        battle(
            CityWarning("osaka", 100.0, 70.0, "hit", 0.9, "n", 400.0, 400.0),
            CityWarning("kyoto", 100.0, 70.0, "passage", 0.9, "n"),
        ),
        # Osaka gets 1 minute and is spared; Kobe, 1.525 million, is hit without an alert.
        battle(
            CityWarning("osaka", 340.0, 40.0, "hit", 0.9, "n", NAN, 400.0),
            CityWarning("kobe", fell_s=400.0, due_s=400.0),
        ),
    ]
    summary = warning_summary(scenario, records)
    assert (summary.alerts, summary.false_alerts, summary.missed_alerts, summary.late_alerts) == (
        1.5,
        1,
        0.5,
        0,
    )
    assert (summary.shot_down, summary.passed_over, summary.nothing_came) == (0.5, 0.0, 0.5)
    people = {"osaka": 2752.0, "kobe": 1525.0}
    under_attack = 2 * people["osaka"] + people["kobe"]
    assert summary.unwarned_share == pytest.approx(people["kobe"] / (people["kobe"] + people["osaka"]))
    shares = {p.minutes: p for p in summary.people}
    assert shares[1.0].share == pytest.approx(2 * people["osaka"] / under_attack)
    assert shares[1.25].share == shares[5.0].share == pytest.approx(people["osaka"] / under_attack)
    assert shares[5.5].possible_share == pytest.approx(2 * people["osaka"] / under_attack)
    assert summary.median_minutes == 1.0
    osaka = next(c for c in summary.cities if c.city == "osaka")
    assert (osaka.attacked_share, osaka.fell_share, osaka.alerted_share, osaka.false_share) == (
        1,
        0.5,
        1,
        0.5,
    )
    assert osaka.warning_s == pytest.approx(180.0)
    assert [c.city for c in summary.cities] == ["osaka", "kobe", "kyoto"]


def test_nothing_to_warn_of_is_no_division_by_zero():
    scenario = load("one-on-one")
    record = replace(fight(prepare(scenario), seed=1, run=0), warnings=())
    summary = warning_summary(scenario, [record])
    assert summary.cities == summary.people == ()
    assert np.isnan(summary.median_minutes)
    assert np.isnan(summary.unwarned_share)
