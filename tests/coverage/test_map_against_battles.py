"""The quick chain of a map's cell against the expected battle of the same missile, layer by layer of defence.

What the chain leaves out is listed in its docstring; cells are chosen inside and outside the reach, not on
its very edge, where a window of a second is met or missed by how a path is sampled.
"""

import numpy as np
import pytest

from hoplon.coverage import make_map
from hoplon.coverage.chain import Chain
from hoplon.coverage.flights import FlightField
from hoplon.coverage.layer import REASONS
from hoplon.coverage.question import firings, ground_radius_km, missile_of, point
from hoplon.coverage.reasons import LOST
from hoplon.coverage.reference import expected_of, one_missile
from hoplon.engagement import assemble
from hoplon.engagement.prepare import prepare
from hoplon.scenario.loading import loads

pytestmark = pytest.mark.compiled

SCENARIO = """
format: hoplon-scenario
version: 1
name: {name}
title: One battery
question: Do the cells of a map agree with battles?
date: 2018-01-16
assets: {{{asset}: {{radius_km: {radius_km}}}}}
raid:
  - {{missile: {missile}, from: {start}, aim: {asset}, trajectory: minimum_energy}}
sensors: {{{sensors}}}
batteries:
  battery: {{interceptor: {interceptor}, site: {site}, cells: 8, loaded: 8, nation: US{control}}}
command:
  actors:
    post:
      nation: US
      decision_time_s: {{{decides}, mark: weak, source: stated}}
  rule: defend_assets
  doctrine: {{name: shoot_look_shoot, salvo: 1}}
  test_record: {{view: {view}}}
  public_alert_delay_s: {{best: 150, low: 90, high: 240, mark: derived, source: 'J-Alert record 2017-2022'}}
network:
  - from: [{heard}]
    to: post
    latency_s: {{best: 2, low: 0.5, high: 8, mark: weak, source: stated}}
"""
FORWARD = "forward: {type: an_tpy_2, site: shariki, nation: US}"
WARNED = "warning: {type: infrared_satellites, nation: US}"
CUED = {
    "name": "cued-thaad",
    "asset": "honolulu",
    "radius_km": 20,
    "missile": "hwasong_15",
    "start": "pyongsong",
    "sensors": "own: {type: an_tpy_2, site: honolulu, nation: US, "
    "azimuth_from_deg: 230, azimuth_to_deg: 350}, " + f"{FORWARD}, {WARNED}",
    "heard": "own, forward, warning",
    "interceptor": "thaad",
    "site": "honolulu",
    "control": ", fire_control: launch_on_remote, own_radar: own",
    "decides": "best: 5, low: 5, high: 5",
    "view": "programme_count",
}
THAAD = CUED | {
    "name": "thaad",
    "asset": "busan",
    "missile": "nodong",
    "start": "sinpo",
    "sensors": "own: {type: an_tpy_2, site: seongju, nation: US, azimuth_from_deg: 300, azimuth_to_deg: 60}, "
    + WARNED,
    "heard": "own, warning",
    "site": "seongju",
    "decides": "best: 20, low: 5, high: 60",
}
PAC3 = CUED | {
    "name": "pac-3",
    "asset": "osaka",
    "missile": "nodong",
    "start": "kittaeryong",
    "sensors": "own: {type: an_tpy_2, site: kyogamisaki, nation: US}, " + WARNED,
    "heard": "own, warning",
    "interceptor": "pac3_mse",
    "site": "osaka",
    "control": "",
    "view": "patriot_iraq_2003",
    "decides": "best: 20, low: 5, high: 60",
}
#: Lost between two radars with an interceptor on its way; found again with its number at 1 m2, else without.
MIDWAY = CUED | {
    "name": "midway",
    "asset": "guam",
    "missile": "hwasong_12",
    "start": "sunan",
    "sensors": "own: {type: an_tpy_2, site: guam, nation: US, azimuth_from_deg: 270, azimuth_to_deg: 30}, "
    "forward: {type: an_tpy_2, site: kyogamisaki, nation: US}, " + WARNED,
    "interceptor": "sm3_iia",
    "site": "guam",
    "control": "",
    "view": "own_tests",
    "decides": "best: 20, low: 5, high: 60",
}
ECHO = "assumptions: {{missiles.{}.reentry_cross_section_x_band_m2: {{value: {}, why: stated}}}}\n"
CASES = {
    "cued, 1 m2": (CUED, ECHO.format("hwasong_15", 1.0)),
    "cued, 0.1 m2": (CUED, ECHO.format("hwasong_15", 0.1)),
    "cued, 0.01 m2": (CUED, ECHO.format("hwasong_15", 0.01)),
    "midway, 1 m2": (MIDWAY, ECHO.format("hwasong_12", 1.0)),
    "midway, 0.01 m2": (MIDWAY, ECHO.format("hwasong_12", 0.01)),
    "midway, 0.001 m2": (MIDWAY, ECHO.format("hwasong_12", 0.001)),
    "thaad": (THAAD, ""),
    "pac-3": (PAC3, ""),
}
HONOLULU = [(21.3, -157.9), (21.6, -158.3), (20.4, -156.5)]
GUAM = [(13.5, 144.8), (14.3, 145.2)]
CELLS = {
    "cued, 1 m2": HONOLULU,
    "cued, 0.1 m2": HONOLULU,
    "cued, 0.01 m2": HONOLULU,
    "midway, 1 m2": GUAM,
    "midway, 0.01 m2": GUAM,
    "midway, 0.001 m2": [(13.5, 144.8), (13.2, 144.5)],
    "thaad": [(36.3, 128.6), (35.2, 129.0), (37.0, 127.2), (37.6, 127.0)],
    "pac-3": [(34.7, 135.5), (34.6, 135.6), (35.0, 136.2)],
}


def scenario_of(case):
    values, more = CASES[case]
    return loads(SCENARIO.format(**values) + more)


def compared(scenario, cells):
    """Return, for each cell, the chain's verdict and the expected battle's outcome."""
    (firing,) = firings(scenario)
    entry = missile_of(firing.missile, scenario)
    field = FlightField(
        assemble.vehicle_of(entry), assemble.site(firing.place), None, *np.array(sorted(cells)).T
    )
    battles = [one_missile(scenario, firing, firing.place, point(*cell)) for cell in cells]
    chain = Chain(prepare(battles[0]), entry, ground_radius_km(scenario))
    verdicts = chain.stopped([field.fly(*cell) for cell in cells], np.array(cells))
    return list(zip(verdicts, [expected_of(battle) for battle in battles], strict=True))


@pytest.mark.parametrize("case", CASES)
def test_cells_are_as_in_expected_battles(case):
    stopped = []
    for verdict, outcome in compared(scenario_of(case), CELLS[case]):
        # Sixteen lanes of command against all ticks: a lane more or less is a sixteenth of a picture's shot.
        assert verdict.stopped == pytest.approx(1.0 - outcome.leak_probability, abs=0.035)
        assert verdict.passed == pytest.approx(tuple(outcome.passed.values()), abs=0.035)
        assert (np.diff(verdict.passed) <= 1e-12).all()
        stopped.append(verdict.stopped)
    assert max(stopped) > 0.1
    if CASES[case][0] in (THAAD, PAC3):
        assert min(stopped) < 0.05


def test_a_missile_that_is_lost_for_good_has_a_reason():
    """The forward radar alone: its track is dropped long before a launch is due."""
    blind = CUED | {"sensors": f"{FORWARD}, {WARNED}", "heard": "forward, warning", "control": ""}
    ((verdict, outcome),) = compared(loads(SCENARIO.format(**blind)), HONOLULU[:1])
    assert verdict.stopped == 1.0 - outcome.leak_probability == 0.0
    assert verdict.passed == pytest.approx(tuple(outcome.passed.values()))
    assert verdict.why == LOST


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", ["footprint", "defended"])
def test_no_cell_below_the_level_goes_without_a_reason(case, kind):
    scenario = scenario_of(case)
    (south, west), (north, east) = np.min(CELLS[case], axis=0) - 0.7, np.max(CELLS[case], axis=0) + 0.7
    found = make_map(scenario, kind, cells=(5, 5), region=(south, west, north, east))
    for layer in found.layers:
        bad = ~(layer.values >= found.facts["level"] - 1e-6)
        assert bad.any() or CASES[case][0] is MIDWAY
        assert (layer.reasons[bad] > 0).all()
        assert {REASONS[code] for code in layer.reasons[bad].tolist()}.isdisjoint({""})
        assert (layer.reasons[~bad] == 0).all()
