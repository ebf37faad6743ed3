"""Wrong scenarios: each message names the file, the line, the key, the value and what to type instead."""

import re
from pathlib import Path

import pytest

from hoplon import scenario as scenarios
from hoplon.errors import InputError
from hoplon.scenario.library import FOLDER

BASE = Path(FOLDER, "scenarios", "one-on-one.yaml").read_text(encoding="utf-8")

OWN = """
catalogue:
  missiles:
    mine:
      title: mine
      propulsion: liquid
      target_class: medium_range_cone
      drag: forden_2007
      separates: {value: true, mark: weak, source: me}
      parameter_set: a
      parameter_sets:
        a:
          verdict: mine
          payload_kg: {best: 500, low: 500, high: 500, mark: weak, source: me}
          stages:
            - propellant_kg: {best: 12912, low: 12912, high: 12912, mark: weak, source: me}
              dry_kg: {best: 1780, low: 1780, high: 1780, mark: weak, source: me}
              burn_time_s: {best: 110, low: 110, high: 110, mark: weak, source: me}
              isp_sl_s: {best: 226, low: 226, high: 226, mark: weak, source: me}
              isp_vac_s: {best: 248, low: 248, high: 248, mark: weak, source: me}
              diameter_m: {best: 1.32, low: 1.32, high: 1.32, mark: weak, source: me}
"""
MINE = BASE.replace("missile: nodong", "missile: mine") + OWN
DRY = "dry_kg: {best: 1780, low: 1780, high: 1780, mark: weak, source: me}"


def test_a_scenario_may_carry_entries_of_its_own():
    mine = scenarios.loads(MINE)
    assert mine.missiles["mine"].stages[0].dry_kg.best == 1780.0
    assert scenarios.loads(mine.to_yaml()) == mine


def _changed(old, new):
    def make():
        assert old in BASE, old
        return BASE.replace(old, new, 1)

    return make


def _own(old, new):
    def make():
        assert old in MINE, old
        return MINE.replace(old, new, 1)

    return make


def _dropped(pattern):
    def make():
        text, count = re.subn(pattern, "", BASE, count=1, flags=re.MULTILINE)
        assert count == 1
        return text

    return make


def _added(text):
    return lambda: BASE + "\n" + text + "\n"


def _wired(text):
    """Add a key to the one link of the scenario."""
    return _changed("    to: command_post\n", f"    to: command_post\n    {text}\n")


CASES = [
    # (what is wrong, the text, key, part of the message, part of the remedy)
    (_changed("question:", "questoin:"), "questoin", "unknown key 'questoin'", "'question'"),
    (_own("payload_kg:", "payload_lb:"), "parameter_sets.a.payload_lb", "unit", "Write payload_kg, in kg."),
    (
        _changed("aim: osaka,", "aim: osaka, launch_km: 3,"),
        "raid[0].launch_km",
        "launch_km",
        "first_launch_s",
    ),
    (_changed("aim: osaka,", "aim: osaka, apogee_m: 3,"), "raid[0].apogee_m", "unit", "apogee_km, in km"),
    (_changed("[osaka]", "{osaka: {radius_mi: 3}}"), "assets.osaka.radius_mi", "unit", "radius_km"),
    (
        _changed("from: kittaeryong", "from: {latitude_deg: 95, longitude_deg: 127}"),
        "raid[0].from.latitude_deg",
        "95",
        "from -90 to 90",
    ),
    (
        _changed("from: kittaeryong", "from: {latitude_deg: 39, longitude_degrees: 127}"),
        "raid[0].from.longitude_degrees",
        "longitude_degrees",
        "longitude_deg",
    ),
    (_changed("from: kittaeryong", "from: {latitude_deg: 39}"), "raid[0].from", "'longitude_deg'", "Add"),
    (_changed("from: kittaeryong", "from: 39"), "raid[0].from", "a place", "Name a site"),
    (_changed("best: 30, low: 15", "best: 30, low: 45"), "decision_time_s", "low 45, best 30", "low <= best"),
    (_changed("best: 30, low: 15", "best: 30, low: -5"), "decision_time_s.low", "-5", "at least 0"),
    (_changed("best: 30, low: 15, high: 90", "best: 30, low: 15"), "decision_time_s", "'high'", "best, low"),
    (_changed("mark: derived,", "mark: cheked,"), "public_alert_delay_s.mark", "cheked", "checked"),
    (_changed("public_alert_delay_s: {best", "public_alert_delay_s: {bset"), "bset", "'bset'", "'best'"),
    (_own(DRY, DRY.replace("1780", "-1780")), "stages[0].dry_kg.low", "-1780", "above 0"),
    (_own(DRY, DRY.replace(", source: me", "")), "stages[0].dry_kg", "without a source", "Add source"),
    (_own(DRY, DRY.replace("weak", "assumed")), "stages[0].dry_kg", "assumed", "Add both"),
    (_own(DRY, "dry_kg: 1780"), "stages[0].dry_kg", "1780 is not a cited number", "best: …"),
    (_own(DRY, DRY.replace("best: 1780", "best: heavy")), "dry_kg.best", "'heavy'", "a number"),
    (
        _own("source: me}\n              isp_vac", "source: 7}\n              isp_vac"),
        "source",
        "7",
        "quotes",
    ),
    (_own("best: 248, low: 248", "best: 148, low: 148"), "isp_vac_s", "isp_vac_s 148", "vacuum"),
    (_own("drag: forden_2007", "drag: forden"), "drag", "unknown drag 'forden'", "forden_2007"),
    (
        _own("drag: forden_2007", "drag_table: {mach: [0, 1], cd: [1, 2, 3], mark: weak, source: me}"),
        "drag",
        "2 Mach",
        "many",
    ),
    (
        _own("drag: forden_2007", "drag_table: {mach: [1, 0], cd: [1, 1], mark: weak, source: me}"),
        "drag",
        "do not increase",
        "Sort",
    ),
    (
        _own("drag: forden_2007", "drag_table: {mach: [0], cd: [1], mark: weak, source: me}"),
        "mach",
        "too short",
        "2",
    ),
    (_own("target_class: medium", "target_class: medum"), "target_class", "medum_range_cone", "medium_range"),
    (_own("      drag: forden_2007\n", ""), "raid[0].missile", "lacks drag", "Can fly"),
    (_changed("rule: 'data links", "rulle: 'data links"), "latency_s.rulle", "'rulle'", "'rule'"),
    (_changed("missile: nodong", "missile: nodng"), "raid[0].missile", "unknown missile 'nodng'", "'nodong'"),
    (_changed("missile: nodong", "missile: hwasong_19"), "raid[0].missile", "cannot fly", "nodong"),
    (
        _changed("missile: nodong", "missile: nodong, parameter_set: mid"),
        "parameter_set",
        "'mid'",
        "open_repo",
    ),
    (_changed("from: kittaeryong", "from: kitaeryong"), "raid[0].from", "unknown site", "'kittaeryong'"),
    (_changed("aim: osaka", "aim: [tokyo, osakka]"), "raid[0].aim[1]", "'osakka'", "'osaka'"),
    (_changed("aim: osaka", "aim: []"), "raid[0].aim", "empty", "at least one"),
    (
        _changed("trajectory: minimum_energy", "trajectory: shortest"),
        "trajectory",
        "shortest",
        "minimum_energy",
    ),
    (_changed(", trajectory: minimum_energy", ""), "raid[0]", "no trajectory", "apogee_km"),
    (_changed("minimum_energy", "minimum_energy, apogee_km: 300"), "raid[0]", "two trajectories", "either"),
    (_changed("missile: nodong", "missile: nodong, count: 0"), "raid[0].count", "0", "at least 1"),
    (_changed("missile: nodong", "missile: nodong, count: 1.5"), "raid[0].count", "1.5", ""),
    (_dropped(r"^  - \{missile.*\n"), "raid", "a list is needed", ""),
    (
        lambda: re.sub(r"raid:.*\n.*\n", "raid: []\n", BASE, count=1),
        "raid",
        "the list is empty",
        "at least 1",
    ),
    (lambda: re.sub(r"raid:.*\n.*\n", "raid: 3\n", BASE, count=1), "raid", "a list is needed", ""),
    (
        lambda: BASE.replace("mutsumi_battery", "kyogamisaki"),
        "batteries.kyogamisaki",
        "already",
        "another name",
    ),
    (_changed("assets: [osaka]", "assets: [osaka]\nassets: [tokyo]"), "", "written twice", "Keep one"),
    (_changed("[osaka]", "[osaka, osaka]"), "assets[1]", "named twice", "Keep one"),
    (_changed("[osaka]", "[osakka]"), "assets[0]", "unknown site 'osakka'", "'osaka'"),
    (_changed("[osaka]", "[3]"), "assets[0]", "name of a site", "[tokyo, osaka]"),
    (_changed("[osaka]", "osaka"), "assets", "a list of sites", "[tokyo, osaka]"),
    (_changed("[osaka]", "{osaka: 30}"), "assets.osaka", "a radius", "{radius_km: 30}"),
    (_changed("[osaka]", "{osaka: {radius_km: -3}}"), "assets.osaka.radius_km", "-3", "above 0"),
    (_changed("version: 1", "version: 2"), "version", "version 2", "Update Hoplon"),
    (_changed("version: 1", "version: one"), "version", "version one", "version: 1"),
    (_changed("hoplon-scenario", "hoplon-catalog"), "format", "hoplon-catalog", "hoplon-scenario"),
    (_dropped(r"^format:.*\n"), "", "'format' is missing", "hoplon-scenario"),
    (_dropped(r"^title:.*\n"), "title", "'title' is missing", "Add it"),
    (_changed("date: 2018-01-16", "date: 2018-13-16"), "date", "2018-13-16", "2018-01-16"),
    (_changed("date: 2018-01-16", "date: 2018"), "date", "a date", "2018-01-16"),
    (_changed("best: 30,", "best: .nan,"), "", "not a finite number", "finite"),
    (_changed("best: 30,", "best: 12:40,"), "decision_time_s.best", "'12:40', not a number", "number"),
    (_changed("an_tpy_2", "tpy_2"), "sensors.kyogamisaki.type", "unknown sensor type", "'an_tpy_2'"),
    (_changed("an_tpy_2", "lrdr"), "sensors.kyogamisaki.type", "it lacks frequency_ghz", "an_spy_7"),
    (_changed("an_tpy_2", "infrared_satellites"), "kyogamisaki.site", "no meaning for satellites", "Remove"),
    (_changed("site: kyogamisaki, ", ""), "sensors.kyogamisaki", "'site' is missing", "Add site"),
    (_changed("site: kyogamisaki", "site: wonsan"), "sensors.kyogamisaki", "120 deg", "azimuth_from_deg"),
    (
        _changed("site: kyogamisaki", "site: wonsan, azimuth_from_deg: 10"),
        "sensors.kyogamisaki",
        "both azimuth_from_deg",
        "other one",
    ),
    (
        _changed("site: kyogamisaki", "site: wonsan, azimuth_from_deg: 400, azimuth_to_deg: 3"),
        "azimuth_from_deg",
        "400",
        "at most 360",
    ),
    (_changed("nation: US", "nation: USA"), "nation", "'USA'", "two capital letters"),
    (_changed("sm3_iia", "ngi"), "interceptor", "it lacks burnout_speed_km_s", "sm3_iia"),
    (_changed("sm3_iia", "sm3_2a"), "interceptor", "unknown interceptor", "'sm3_"),
    (_changed("loaded: 8", "loaded: 9"), "loaded", "9, but there are 8", "no larger"),
    (_changed("cells: 8", "cells: true"), "cells", "True", ""),
    (_changed("own_tests", "own"), "command.test_record.view", "the view 'own'", "'own_tests'"),
    (_changed("date: 2018-01-16", "date: 2016-01-16"), "test_record", "2016-01-16", "2017-02-03"),
    (_changed("shoot_look_shoot", "shoot_shoot"), "doctrine.name", "shoot_shoot", "Did you mean"),
    (_changed("rule: defend_assets", "rule: attack"), "command.rule", "'attack'", "defend_assets"),
    (_changed("from: kyogamisaki\n", "from: kyogamisak\n"), "network[0].from", "kyogamisak", "'kyogamisaki'"),
    (_changed("from: kyogamisaki\n", "from: []\n"), "network[0].from", "a name", "Name a sensor"),
    (_changed("to: command_post", "to: comand_post"), "network[0].to", "comand_post", "'command_post'"),
    (
        _changed("from: kyogamisaki\n", "from: [kyogamisaki, kyogamisaki]\n"),
        "network[0]",
        "written twice",
        "Keep one",
    ),
    (_wired("carries: track"), "network[0].carries", "'track'", "'tracks'"),
    (_wired("permission: nation"), "network[0].permission", "'nation'", "'national'"),
    (_wired("outages_s: [[30, 20]]"), "network[0].outages_s[0]", "from 30 to 20 s", "from < to"),
    (_wired("outages_s: [30, 60]"), "network[0].outages_s[0]", "a pair of times", "[[300, 360]]"),
    (_wired("outages_s: [[0, 60], [50, 70]]"), "outages_s[1]", "from 50 to 70", "after the one before"),
    (_wired("outages_s: 30"), "network[0].outages_s", "a list of pairs", "[[300, 360]]"),
    (_wired("loss: 0.2"), "network[0].loss", "0.2 is not a cited number", "best"),
    (
        _wired("loss: {best: 20, low: 10, high: 30, mark: weak, source: me}"),
        "network[0].loss.low",
        "low is 10",
        "at most 1",
    ),
    (_wired("jitter_ms: 3"), "network[0].jitter_ms", "the unit is not the one", "jitter_s, in s"),
    (_wired("lost: 3"), "network[0].lost", "unknown key 'lost'", "'loss'"),
    (_added("without: [kyogamisak]"), "without[0]", "to leave out", "'kyogamisaki'"),
    (
        _added("without: [kyogamisaki -> comand_post]"),
        "without[0]",
        "to leave out",
        "'kyogamisaki -> command_post'",
    ),
    (_added("without: [KR]"), "without[0]", "no sensor, battery, actor, nation or link 'KR'", ""),
    (
        _added("assumptions:\n  missiles.nodong.payload_k: {value: 3, why: x}"),
        "missiles.nodong.payload_k",
        "no value",
        "missiles.nodong.payload_kg",
    ),
    (
        _added("assumptions:\n  sensors.an_tpy_2.mature_revisit_s: {value: 3, why: x}"),
        "assumptions.sensors.an_tpy_2.mature_revisit_s",
        "no value 'sensors.an_tpy_2.mature_revisit_s'",
        "'sensors.an_tpy_2' states no mature_revisit_s, and only what is stated can be replaced",
    ),
    (_added("assumptions:\n  missiles.nodong.payload_kg: {value: -3, why: x}"), "value", "-3", "above 0"),
    (_added("assumptions:\n  missiles.nodong.payload_kg: {value: 3}"), "why", "'why' is missing", "Add it"),
    (
        _added("assumptions:\n  missiles.nodong.payload_kg: {value: 3, low: 5, why: x}"),
        "missiles.nodong.payload_kg",
        "low 5, best 3",
        "low <= best",
    ),
    (_added("catalogue:\n  sites:\n    my place: {}"), "catalogue.sites", "my place", "letters"),
    (
        _added("catalogue:\n  sites:\n    hill: {title: hill, kind: radar}"),
        "catalogue.sites.hill",
        "'position' is missing",
        "Add position",
    ),
    (
        _added(
            "catalogue:\n  sites:\n    hill: {title: hill, kind: radar, position: {latitude_deg: 1, "
            "longitude_deg: 1, uncertainty_km: 1, mark: assumed, source: me}}"
        ),
        "catalogue.sites.hill.position",
        "assumed position",
        "Add them",
    ),
    (
        _added(
            "published_timeline:\n  - {what: x, moment: passage, published_low_s: 1, published_best_s: 2, "
            "published_high_s: 3, mark: weak, source: me}"
        ),
        "published_timeline[0]",
        "a passage needs 'near'",
        "Add near",
    ),
    (
        _added(
            "published_timeline:\n  - {what: x, published_low_s: 3, published_best_s: 2, "
            "published_high_s: 3, mark: weak, source: me}"
        ),
        "published_timeline[0]",
        "low 3, best 2",
        "low <= best",
    ),
]


@pytest.mark.parametrize("make, key, what, remedy", CASES)
def test_the_message_says_where_what_and_how(make, key, what, remedy):
    with pytest.raises(InputError) as caught:
        scenarios.loads(make(), "mine.yaml")
    error = caught.value
    assert re.match(r"mine\.yaml:\d+", error.where), error.where
    assert key in error.where
    assert what in error.what
    assert remedy in error.remedy
    assert error.exit_code == 2


def test_the_line_is_the_one_to_change():
    text = BASE.replace("missile: nodong", "missile: nodng")
    line = 1 + text[: text.index("nodng")].count("\n")
    with pytest.raises(InputError) as caught:
        scenarios.loads(text, "mine.yaml")
    assert caught.value.where == f"mine.yaml:{line} raid[0].missile"


def test_the_first_mistake_in_the_file_is_reported():
    text = BASE.replace("nation: US", "nation: USA").replace("cells: 8", "cells: many")
    with pytest.raises(InputError, match="'USA'"):
        scenarios.loads(text)


def test_the_raid_is_bounded():
    lines = "".join(
        f"  - {{missile: nodong, count: 400, from: wonsan, aim: tokyo, apogee_km: 300, name: r{i}}}\n"
        for i in range(2)
    )
    text = re.sub(r"raid:.*\n.*\n", "raid:\n" + lines, BASE, count=1)
    with pytest.raises(InputError, match="the raid has 800 missiles"):
        scenarios.loads(text)


def test_two_missiles_of_one_name_are_refused():
    line = "  - {missile: nodong, name: one, from: wonsan, aim: tokyo, trajectory: minimum_energy}\n"
    text = re.sub(r"raid:.*\n.*\n", "raid:\n" + line * 2, BASE, count=1)
    with pytest.raises(InputError, match="named 'one'"):
        scenarios.loads(text)


def test_one_missile_flies_with_one_parameter_set():
    line = "  - {missile: nodong, from: wonsan, aim: tokyo, trajectory: minimum_energy, parameter_set: SET}\n"
    lines = line.replace("SET", "forden_2007") + line.replace("SET", "open_repo_mid")
    text = re.sub(r"raid:.*\n.*\n", "raid:\n" + lines, BASE, count=1)
    with pytest.raises(InputError, match="two parameter sets"):
        scenarios.loads(text)


RATIO = "range_ratio: {best: 2, low: 2, high: 2, mark: weak, source: me}"
RADARS = f"""
catalogue:
  radars:
    a: {{title: a, band: X, relative_to: an_spy_7, {RATIO}}}
    b: {{title: b, band: X, relative_to: b, {RATIO}}}
    c: {{title: c, band: X, relative_to: an_tpy_2}}
"""


@pytest.mark.parametrize(
    "name, what", [("a", "itself only a ratio"), ("b", "itself only"), ("c", "range_ratio")]
)
def test_ratios_of_ratios_are_refused(name, what):
    with pytest.raises(InputError, match=what):
        scenarios.loads(BASE.replace("an_tpy_2", name) + RADARS)
