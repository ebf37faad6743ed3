"""Where the chain loses, who did what when, how the interceptors ran down, who was warned."""

import math
from dataclasses import replace

import pytest
from made_up_study import made_up_study
from made_up_values import ALERT, WARNING

from hoplon.report.command_pictures import deed_legend, draw_actors, draw_inventory
from hoplon.report.page import report_html
from hoplon.report.warning_pictures import draw_alert, draw_people, draw_places
from hoplon.report.warning_tables import alert_rows, place_rows, warning_words
from hoplon.report.waterfall import chain, draw_waterfall
from hoplon.result.model import Event, ThreatOutcome


@pytest.fixture(scope="module")
def study():
    return made_up_study(6)


def outcome(name, end, reason="", shots=0, **moments):
    return ThreatOutcome(name, "nodong", "Tokyo", end, reason, {"launch": 0.0, **moments}, math.nan, shots)


def intercept(threat, note):
    return Event(300.0, "intercept", "battery", threat, note=note)


SEEN = {"first_detection": 90.0}
TRACKED = SEEN | {"firm_track": 100.0}
DECIDED = TRACKED | {"decision": 130.0}


@pytest.mark.parametrize(
    ("lost_at", "outcome_of", "notes"),
    [
        ("detected", outcome("a", "leaked"), ()),
        ("tracked", outcome("a", "leaked", **SEEN), ()),
        ("decided", outcome("a", "leaked", **TRACKED), ()),
        ("decided", outcome("a", "leaked", "too late", **DECIDED), ()),
        ("reachable", outcome("a", "leaked", "out of reach", **DECIDED), ()),
        ("reachable", outcome("a", "leaked", "no interceptors left", **DECIDED), ()),
        ("handed_over", outcome("a", "leaked", shots=1, **DECIDED), ("miss: handed over 9.1 km off",)),
        (
            "discriminated",
            outcome("a", "leaked", shots=1, **DECIDED),
            ("miss: warhead not told apart, for every shot at this threat",),
        ),
        ("killed", outcome("a", "leaked", shots=2, **DECIDED), ("miss: handed over 9 km off", "miss")),
        ("", outcome("a", "killed", shots=1, **DECIDED), ("hit",)),
    ],
)
def test_a_missile_is_lost_where_its_best_shot_failed(study, lost_at, outcome_of, notes):
    record = replace(
        study.records[0], outcomes=(outcome_of,), events=tuple(intercept("a", note) for note in notes)
    )
    assert [link.name for link in chain([record]) if link.lost] == ([lost_at] if lost_at else [])


def test_the_links_of_the_chain_account_for_every_missile(study):
    links = chain(study.records)
    assert sum(link.lost for link in links) + links[-1].reached == pytest.approx(1.0)
    # What is left at the end is what the records say was killed.
    ends = [o.outcome for r in study.records for o in r.outcomes]
    assert links[-1].reached == pytest.approx(ends.count("killed") / len(ends))
    assert "taken as certain" in draw_waterfall(study)


def test_a_missile_that_is_let_pass_is_no_loss():
    study = made_up_study(2, engaged=False)
    assert chain(study.records) == ()
    assert draw_waterfall(study) is None


def test_the_inventory_counts_down_from_what_was_loaded(study):
    fired = Event(200.0, "interceptor_launch", "Araya battery", "nodong-1")
    records = tuple(replace(r, events=(*r.events, *([fired] * 3))) for r in study.records)
    picture = draw_inventory(replace(study, records=records))
    assert "24 loaded" in picture
    assert "mean 21.0" in picture
    # Nobody says how many the other battery had: it is counted up.
    assert "Mutsumi battery: interceptors fired" in picture
    assert draw_inventory(study) is None  # in these records nothing was fired


def test_every_actor_has_a_lane_also_one_that_nobody_foresaw(study):
    record = study.records[0]
    strange = Event(150.0, "phone_call", "ally <x>", "nodong-1", note="link down")
    record = replace(record, events=(*record.events, strange))
    picture = draw_actors(study, record)
    for actor in ("Satellites", "Araya", "Ally &lt;x&gt;"):
        assert actor in picture
    assert "phone call" in picture
    assert "phone call" in [words for _, _, _, words in deed_legend(record)]
    assert draw_actors(study, replace(record, events=())) is None


def test_places_and_people_are_drawn_and_said(study):
    assert "9.70 M people" in draw_places(WARNING)
    assert "half of them: 3.0 min or more" in draw_people(WARNING)
    assert draw_places(None) is draw_people(None) is None
    rows = {row["title"]: row for row in place_rows(study)}
    assert rows["Tokyo"]["warning"] == "4.3"
    assert rows["Tokyo"]["unwarned"] == "15\u00a0%"
    assert rows["<i>X</i>"]["warning"] == "(2.0)"
    words = " ".join(warning_words(study, study.records[0]))
    assert "half had 3.0 minutes of warning or more" in words
    assert "On 1.5 of them nothing fell" in words


def test_the_published_alert_stands_beside_the_earliest_possible():
    rows = {row["what"]: row for row in alert_rows(ALERT)}
    assert rows["earliest possible alert"]["best"] == "150"
    assert rows["published less earliest possible"]["best"] == "+90"
    assert rows["published less earliest possible"]["range"] == "+30 to +150"
    assert "published: J-Alert" in draw_alert(ALERT)


def test_the_page_escapes_and_holds_all_of_it(study):
    page = report_html(study)
    for anchor in ("chain", "inventory", "warning"):
        assert (f'<section id="{anchor}"' in page) == (anchor != "inventory")
    assert "<i>X</i>" not in page
    assert "How early could the public" in report_html(made_up_study(2, engaged=False))


def test_results_of_older_versions_have_no_warning(study):
    old = replace(study, warning=None, records=tuple(replace(r, warnings=()) for r in study.records))
    assert '<section id="warning"' not in report_html(old)
    assert "Warning before impact" in report_html(old)
