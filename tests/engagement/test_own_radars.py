"""Batteries that fire on their own radar's track alone, on others', and what the picture of it all says."""

import numpy as np
import pytest

from hoplon.engagement import fight, prepare
from hoplon.engagement.battlespace import battlespaces
from hoplon.engagement.expected import expect
from hoplon.engagement.own_radars import NOT_HELD
from hoplon.interceptor import FireControl
from hoplon.report.battlespace import draw_battlespace
from hoplon.scenario import loads
from hoplon.scenario.library import FOLDER
from hoplon.studies import study

pytestmark = pytest.mark.compiled

TEXT = (FOLDER / "scenarios" / "one-on-one.yaml").read_text(encoding="utf-8")
LINK = "  - from: kyogamisaki\n"


def world(mode, azimuths):
    """Put a radar beside the battery that looks between two azimuths."""
    start, end = azimuths
    sector = f"azimuth_from_deg: {start}, azimuth_to_deg: {end}"
    own = f"  beside: {{type: an_spy_7, site: mutsumi, nation: JP, {sector}}}\n"
    text = TEXT.replace("\nnetwork:", f"{own}\nnetwork:", 1)
    text = text.replace(LINK, "  - from: [kyogamisaki, beside]\n").replace(
        "loaded: 8, nation: JP}", f"loaded: 8, nation: JP, fire_control: {mode}}}"
    )
    return prepare(loads(text))


def battle(mode, azimuths):
    return fight(world(mode, azimuths), seed=1, run=0)


def shots(record):
    return sum(record.interceptors_used.values())


def test_a_radar_that_sees_the_threat_changes_nothing():
    alone, remote = (battle(mode, (230, 50)) for mode in ("own_radar", "engage_on_remote"))
    assert shots(alone) == shots(remote) > 0
    assert [e.note for e in alone.events] == [e.note for e in remote.events]


def test_a_radar_that_looks_away_keeps_its_battery_from_firing():
    record = battle("own_radar", (90, 210))
    assert shots(record) == 0
    assert {outcome.reason for outcome in record.outcomes} == {NOT_HELD}
    assert shots(battle("engage_on_remote", (90, 210))) > 0


def test_launch_on_remote_flies_to_where_the_target_was_predicted_at_launch():
    blind, told = (battle(mode, (90, 210)) for mode in ("launch_on_remote", "engage_on_remote"))
    first = [next(e for e in record.events if e.kind == "intercept") for record in (blind, told)]
    assert first[0].t_s == first[1].t_s
    # The track has been improved since the launch: the one that is not told flies elsewhere.
    assert first[0].altitude_km != first[1].altitude_km


def test_the_same_holds_without_draws():
    away = {mode: expect(world(mode, (90, 210))).outcomes[0] for mode in FireControl}
    assert away[FireControl.OWN_RADAR].leak_probability == 1.0
    assert away[FireControl.OWN_RADAR].shots == 0.0
    remote = away[FireControl.ENGAGE_ON_REMOTE].leak_probability
    assert remote <= away[FireControl.LAUNCH_ON_REMOTE].leak_probability < 1.0
    toward = expect(world(FireControl.OWN_RADAR, (230, 50))).outcomes[0].leak_probability
    assert toward == expect(world(FireControl.ENGAGE_ON_REMOTE, (230, 50))).outcomes[0].leak_probability


def test_what_could_have_been_shot_when():
    scenario = loads(TEXT)
    prepared = prepare(scenario)
    (space,) = battlespaces(prepared)
    threat = prepared.threats[0]
    launch, t = np.array(space.launch_s), np.array(space.t_s)
    assert t.size > 10
    assert np.all(launch >= threat.launch_s)
    assert np.all(t > launch)
    assert space.first_launch_s >= threat.launch_s
    assert space.first_intercept_s <= t.min()
    assert space.last_launch_s == space.last_starts_s[0]
    assert space.shots == len(space.last_starts_s)
    made = study(scenario, 2, 1, jobs=1)
    assert made.battlespaces == (space,)
    picture = str(draw_battlespace(made, made.records[0]))
    assert "mutsumi battery" in picture
    assert "nan" not in picture.lower()
