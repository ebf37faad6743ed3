"""What a lost track leaves behind: a radar that finds the missile again looks as often as at a new one."""

from __future__ import annotations

import pytest

from hoplon.engagement import fight, prepare
from hoplon.scenario import without
from hoplon.scenario.loading import loads

SCENARIO = """
format: hoplon-scenario
version: 1
name: far-away
title: A missile that is seen at its launch, and half an hour later by another radar
question: Does the first radar make the second slower?
date: 2018-01-16
assets: {honolulu: {radius_km: 20}}
raid:
  - {missile: hwasong_15, from: pyongsong, aim: honolulu, trajectory: minimum_energy}
sensors:
  near: {type: an_tpy_2, site: honolulu, nation: US, azimuth_from_deg: 240, azimuth_to_deg: 0}
  forward: {type: an_tpy_2, site: shariki, nation: US}
  early_warning: {type: infrared_satellites, nation: US}
batteries: {}
command:
  actors:
    post:
      nation: US
      decision_time_s: {best: 20, low: 5, high: 60, mark: assumed, why: a test, rule: none}
  rule: observe
  public_alert_delay_s: {best: 150, low: 90, high: 240, mark: assumed, why: a test, rule: none}
network:
  - from: [near, forward, early_warning]
    to: post
    latency_s: {best: 2, low: 0.5, high: 8, mark: assumed, why: a test, rule: none}
"""


@pytest.mark.compiled
def test_a_radar_that_saw_the_launch_does_not_slow_the_one_at_the_end():
    scenario = loads(SCENARIO)
    both, alone = (prepare(one) for one in (scenario, without(scenario, ["forward"])))
    for run in range(3):
        found = [[e.t_s for e in fight(p, 1, run).events if e.kind == "firm_track"] for p in (both, alone)]
        (first, again), (by_itself,) = found
        assert first < 400.0 < 1200.0 < again
        # One tick of the battle's clock: a link may make the picture older.
        assert again <= by_itself + 5.0
