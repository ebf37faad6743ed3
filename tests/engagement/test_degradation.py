"""Something fails, or there is more to do than time: the battle goes on, and the record says what it cost."""

from dataclasses import replace

import numpy as np
import pytest

from hoplon.cited import Cited, Mark
from hoplon.engagement import fight, prepare
from hoplon.scenario import load
from hoplon.scenario.removal import without

pytestmark = pytest.mark.compiled

RUNS = 2


def stated(value):
    return Cited(value, value, value, Mark.UNCHECKED, "stated for this test")


@pytest.fixture(scope="module")
def japan():
    return load("japan-2018")


def fought(scenario):
    prepared = prepare(scenario)
    return [fight(prepared, 1, run) for run in range(RUNS)]


@pytest.fixture(scope="module")
def undisturbed(japan):
    return fought(japan)


def linked(scenario, sources=None, **changes):
    """Change all links, or those from some sensors."""
    return replace(
        scenario,
        links=tuple(
            replace(link, **changes) if sources is None or link.source in sources else link
            for link in scenario.links
        ),
    )


def events(records, kind):
    return [event for record in records for event in record.events if event.kind == kind]


def firm_s(records):
    """Mean time from launch to firm track."""
    return np.mean([o.moments_s["firm_track"] - o.moments_s["launch"] for r in records for o in r.outcomes])


def error_m(records):
    """Median error of tracks."""
    return np.median(
        np.concatenate(
            [np.linalg.norm(r.tracks.r_track_ecef_m - r.tracks.r_true_ecef_m, axis=1) for r in records]
        )
    )


def same(first, second):
    return all(repr(a.outcomes) == repr(b.outcomes) for a, b in zip(first, second, strict=True))


def test_undisturbed_no_message_is_lost_and_no_radar_overloaded(undisturbed):
    for kind in ("messages", "link_down", "link_up", "radar_saturated"):
        assert not events(undisturbed, kind)
    loads = events(undisturbed, "radar_load")
    assert len({event.actor for event in loads}) > 8
    assert all(0.5 < event.value <= 1.0 for event in loads)


def test_a_radar_lost(japan, undisturbed):
    records = fought(without(japan, ["kyogamisaki", "shimokoshiki", "sefuri"]))
    gone = {"kyogamisaki", "shimokoshiki", "sefuri"}
    assert gone & {event.actor for event in events(undisturbed, "detection")}
    assert not gone & {
        event.actor for event in (*events(records, "detection"), *events(records, "radar_load"))
    }
    assert error_m(records) > error_m(undisturbed)


def test_all_links_down_for_a_minute(japan, undisturbed):
    records = fought(linked(japan, outages_s=((100.0, 160.0),)))
    assert {event.t_s for event in events(records, "link_down")} == {100.0}
    assert {event.t_s for event in events(records, "link_up")} == {160.0}
    assert any("lost" in event.note for event in events(records, "messages"))
    assert firm_s(records) > firm_s(undisturbed) + 5.0


def test_a_link_cut_is_a_radar_that_nobody_hears(japan):
    records = fought(without(japan, ["kyogamisaki -> command_post"]))
    assert {event.actor for event in events(records, "link_down")} == {"kyogamisaki"}
    assert all(
        event.note == f"of {event.value:.0f} messages: lost {event.value:.0f}"
        for event in events(records, "messages")
    )
    assert "kyogamisaki" not in {event.actor for event in events(records, "detection")}


def test_five_seconds_of_latency_come_later(japan, undisturbed):
    slow = fought(
        replace(japan, links=tuple(replace(k, latency=stated(k.latency_s + 5.0)) for k in japan.links))
    )
    # Satellites' reports, which cue the radars, are as much later as the radars' own.
    assert 3.0 < firm_s(slow) - firm_s(undisturbed) < 10.0
    assert not events(slow, "messages")


def test_satellites_lost(japan, undisturbed):
    records = fought(without(japan, ["early_warning"]))
    assert events(undisturbed, "satellite_report")
    assert not events(records, "satellite_report")
    assert firm_s(records) >= firm_s(undisturbed)


def test_a_clock_ten_milliseconds_ahead(japan, undisturbed):
    # At 3 to 6 km/s that is 30 to 60 m, of a radar that measures to metres.
    ahead = tuple(
        replace(s, clock_offset_s=0.01) if s.nation == "US" and s.site else s for s in japan.sensors
    )
    assert error_m(fought(replace(japan, sensors=ahead))) > error_m(undisturbed) + 10.0


def test_a_clock_an_hour_ahead_is_not_believed(japan):
    ahead = tuple(replace(s, clock_offset_s=3600.0) if s.name == "shariki" else s for s in japan.sensors)
    (event, *_) = events(fought(replace(japan, sensors=ahead)), "messages")
    assert event.actor == "shariki"
    assert event.note == f"of {event.value:.0f} messages: stamped in the future {event.value:.0f}"


def test_a_fifth_of_the_messages_lost(japan, undisturbed):
    records = fought(linked(japan, loss=stated(0.2)))
    lost = sum(int(event.note.split("lost ")[1]) for event in events(records, "messages"))
    # Those of radars that lost none do not stand in the record: few.
    sent = sum(event.value for event in events(records, "messages"))
    assert abs(lost / sent - 0.2) < 4.0 * np.sqrt(0.16 / sent)
    assert firm_s(records) >= firm_s(undisturbed)


def test_doubled_messages_change_nothing(japan, undisturbed):
    records = fought(linked(japan, duplicates=stated(0.5)))
    assert all("doubled" in event.note for event in events(records, "messages"))
    assert same(records, undisturbed)
    assert error_m(records) == error_m(undisturbed)


def test_messages_out_of_order_are_taken_in_at_their_own_time(japan, undisturbed):
    records = fought(linked(japan, jitter=stated(6.0)))
    assert any("out of order" in event.note for event in events(records, "messages"))
    # In free flight what is late is taken in at its own time, and nothing is lost: of twelve battles the
    # median errors differ by 1 %, of two by up to 10. What disorder costs is a later firm track.
    assert error_m(records) == pytest.approx(error_m(undisturbed), rel=0.15)
    assert firm_s(undisturbed) <= firm_s(records) < firm_s(undisturbed) + 45.0


def test_messages_older_than_the_tracker_takes_are_dropped_and_counted(japan):
    records = fought(linked(japan, {"shariki"}, latency=stated(25.0)))
    (event, *_) = events(records, "messages")
    assert event.note == f"of {event.value:.0f} messages: too late {event.value:.0f}"


def test_allies_are_heard_only_where_the_link_may_carry_it(japan, undisturbed):
    national = fought(linked(japan, permission="national"))
    assert {event.actor for event in events(national, "link_down")} == {
        "shariki",
        "kyogamisaki",
        "early_warning",
    }
    assert not events(national, "satellite_report")
    assert same(fought(linked(japan, permission="allied")), undisturbed)


def test_a_defence_without_radars_or_launchers_lets_all_through(japan):
    for names in (["araya_battery", "mutsumi_battery"], ["JP", "US"]):
        (record, *_) = fought(without(japan, names))
        assert record.leakage == 1.0
    assert {outcome.reason for outcome in record.outcomes} == {"never tracked"}


def test_forward_radars_that_send_tracks(japan, undisturbed):
    one = replace(japan, threats=japan.threats[:3])
    records = fought(linked(one, {"shariki", "kyogamisaki"}, carries="tracks"))
    for record in records:
        assert [o.threat for o in record.outcomes if "firm_track" in o.moments_s] == [
            t.name for t in one.threats
        ]
        # One object each, not one for each tracker that sees it.
        assert len(set(record.tracks.track.tolist())) == 3
    assert error_m(records) < 10.0 * error_m(undisturbed)
    lossy = linked(
        one, {"shariki", "kyogamisaki"}, carries="tracks", loss=stated(0.2), duplicates=stated(0.2)
    )
    counted = events(fought(lossy), "messages")
    assert {event.actor for event in counted} <= {"shariki", "kyogamisaki"}
    assert all("lost" in event.note or "doubled" in event.note for event in counted)


@pytest.fixture(scope="module")
def raids():
    """One radar with twenty looks a second to give, and more and more missiles."""
    alone = load("one-on-one")
    found = {}
    for count in (1, 5, 40):
        threat = alone.threats[0]
        raid = tuple(replace(threat, name=f"m{i}", launch_s=3.0 * i) for i in range(count))
        found[count] = [fight(prepare(replace(alone, threats=raid)), 1, 0)]
    return found


def test_a_larger_raid_is_looked_at_less_often_and_known_less_well(raids):
    """Where there is no time for all, each waits longer: no crash, and no more time than there is."""
    loads = {count: events(records, "radar_load")[0] for count, records in raids.items()}
    assert [bool(events(records, "radar_saturated")) for records in raids.values()] == [False, False, True]
    assert loads[1].value < loads[5].value < loads[40].value <= 1.0 + 1e-9
    errors = {count: error_m(records) for count, records in raids.items()}
    assert errors[40] > errors[1]
    assert all(
        len({o.threat for o in r[0].outcomes if "firm_track" in o.moments_s}) == n for n, r in raids.items()
    )
