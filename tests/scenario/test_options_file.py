"""Options files: what they say, what they make of a scenario, and what is refused."""

import pytest

from hoplon.cited import Mark
from hoplon.errors import InputError
from hoplon.scenario.catalogue import catalogue
from hoplon.scenario.costs import cost
from hoplon.scenario.options import bundled_options, load_options

PRICE = "{best: 5e9, low: 4e9, high: 6e9, mark: checked, source: press}"

FILE = f"""\
format: hoplon-options
version: 1
name: mine
title: A battery more
question: What would one more buy?
scenario: one-on-one
basis: acquisition
options:
  battery:
    title: the battery that it has
    has: [mutsumi_battery]
    costs: [{{item: sm3_iia_round, count: 4}}]
  more:
    title: two more rounds
    needs: [battery]
    sets: {{batteries.mutsumi_battery.cells: 26, batteries.mutsumi_battery.loaded: 26}}
    costs: [{{title: rounds, count: 2, cost_jpy: {PRICE}}}]
  radar:
    title: a radar at Araya
    adds:
      sensors: {{araya_radar: {{type: an_spy_7, site: araya, nation: JP}}}}
    costs: [{{item: an_tpy_2_radar}}]
"""


def write(tmp_path, text=FILE):
    path = tmp_path / "options.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_prices_of_the_catalogue_are_what_the_sources_say_in_yen():
    # 267.9 billion for two sites (Ministry of Defence, 30 July 2018).
    assert 2 * cost(catalogue(), "aegis_ashore_site").cost_jpy.best == pytest.approx(267.9e9, rel=1e-3)
    # 466.4 billion for two over 30 years, of which 198.5 for operation (same).
    assert 2 * cost(catalogue(), "aegis_ashore_site_30_years").cost_jpy.best == pytest.approx(466.4e9)
    assert pytest.approx(267.9 + 198.5) == 466.4
    # Four SM-3 IIA for 133.3 million dollars (DSCA, January 2018), at 110.4 yen: 3.7 billion each.
    found = cost(catalogue(), "sm3_iia_round")
    assert found.cost_jpy.best == pytest.approx(133.3e6 / 4 * 110.4, rel=2e-3)
    assert found.cost_jpy.mark is Mark.DERIVED
    assert found.cost_jpy.high == pytest.approx(3295e6 / 73 * 111.0, rel=2e-3)


def test_every_price_has_range_mark_source_year_and_a_rate_that_exists():
    library = catalogue()
    for name in library.names("costs"):
        found = cost(library, name)
        assert 0.0 < found.cost_jpy.low <= found.cost_jpy.best <= found.cost_jpy.high
        assert found.cost_jpy.source
        assert 2000 < found.year < 2030


def test_a_scenario_has_what_is_chosen_and_nothing_else(tmp_path):
    spec = load_options(write(tmp_path))
    nothing = spec.scenario([])
    assert nothing.batteries == ()
    assert nothing.disarmed
    one = spec.scenario(["battery"])
    assert one == spec.base
    more = spec.scenario(["battery", "more"])
    assert more.batteries[0].loaded == 26
    radar = spec.scenario(["battery", "radar"])
    assert [sensor.name for sensor in radar.sensors] == [*(s.name for s in spec.base.sensors), "araya_radar"]
    assert radar.threats == spec.base.threats
    costs = {option.name: option.cost_jpy() for option in spec.options}
    assert costs["more"] == 10e9
    assert spec.options[1].cost_jpy("high") == 12e9


def test_people_are_those_of_the_city_unless_stated(tmp_path):
    assert load_options(write(tmp_path)).people["osaka"].best == 2752000
    stated = "people: {osaka: {best: 100, low: 90, high: 110, mark: checked, source: me}}\noptions:"
    assert load_options(write(tmp_path, FILE.replace("options:", stated, 1))).people["osaka"].best == 100


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("needs: [battery]", "needs: [batery]", ["options.more.needs[0]", "Did you mean 'battery'"]),
        ("has: [mutsumi_battery]", "has: [mutsumi_batery]", ["options.battery.has[0]", "mutsumi_battery"]),
        ("item: sm3_iia_round", "item: sm3_iia_rund", ["costs[0].item", "Did you mean 'sm3_iia_round'"]),
        ("item: sm3_iia_round", "item: aegis_ship_life_cycle", ["life cycle", "cannot be added"]),
        ("item: sm3_iia_round", "item: japan_missile_defence_budget", ["budget", "cannot be added"]),
        (
            "batteries.mutsumi_battery.loaded",
            "batteries.mutsumi_batery.loaded",
            ["options.more", "there is no"],
        ),
        ("batteries.mutsumi_battery.loaded: 26", "raid.0.count: 26", ["Options are the defence's"]),
        ("loaded: 26", "loadd: 26", ["options.more", "batteries.mutsumi_battery.loadd", "loaded"]),
        ("type: an_spy_7", "type: an_spy_77", ["options.radar", "an_spy_7"]),
        ("an_spy_7, site", "an_spy_7, sit", ["unknown key 'sit'", "site"]),
        ("araya_radar: {", "kyogamisaki: {", ["has a 'kyogamisaki' already"]),
        ("scenario: one-on-one", "scenario: one-on-two", ["Did you mean 'one-on-one'"]),
        ("basis: acquisition", "basis: money", ["acquisition"]),
        ("costs: [{item: an_tpy_2_radar}]", "costs: [{count: 2}]", ["one price is needed"]),
        ("  radar:", "  radar: {title: x, costs: []}\n  radar_2:", ["this option changes nothing"]),
        ("format: hoplon-options", "format: hoplon-scenario", ["no options file", "hoplon-options"]),
        (
            "options:\n",
            "people: {tokio: {best: 1, low: 1, high: 1, mark: checked, source: me}}\noptions:\n",
            ["'tokio' is no asset"],
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_line_and_remedy(tmp_path, old, new, words):
    assert old in FILE
    with pytest.raises(InputError) as caught:
        load_options(write(tmp_path, FILE.replace(old, new, 1)))
    told = str(caught.value)
    assert "options.yaml:" in told
    for word in words:
        assert word in told, told


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="japan-2018-least"):
        load_options("japan-2018-leest")


def test_bundled_options_load_and_leave_the_raid_alone():
    for name in bundled_options():
        spec = load_options(name)
        everything = [option.name for option in spec.options if not option.excludes]
        assert spec.scenario(everything).threats == spec.base.threats
        assert min(option.cost_jpy("low") for option in spec.options) > 0.0
