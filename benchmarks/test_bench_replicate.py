"""A replicate of a raid of ten missiles beside what the same work costs with glue between public libraries.

The glue is not played as a whole: its cost is the sum of its two dear pieces, measured here, for as much
work as the battle has. Stone Soup's GNN with analytic gradients takes in every detection that the battle's
tracker got (ten known targets, no clutter), and HiGHS plans at 1 Hz as long as there is a firm track and an
interceptor could be launched. Flights, radars and decisions cost the glue nothing here, so the ratio is a
floor. CPU time, ours and the peers' in turn, the least of several rounds of each; run with ``-s``, pinned to
one core, ``OPENBLAS_NUM_THREADS=1``.

Once with the twelve radars of japan-2018, which look at most every 2 s and at a mature track every 8 s, and
once with three that look 1, 2 and 5 times a second, as those of the comparison by single tracks do: the more
detections, the less the rest of a battle counts.
"""

import time
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from test_bench_association import in_scans, peer_s
from test_bench_association import scene as targets
from test_bench_plan import by_highs
from test_bench_plan import scene as plan

from hoplon.engagement import fight, prepare
from hoplon.scenario import loads, without
from hoplon.track import Tracker
from hoplon.track.jpda import ClutterSettings

FLOOR = 600.0
TURNS, BATTLES = 8, 10


#: Times between looks of three radars, s; of a battle's others nobody hears.
REVISIT_S = {"mutsumi_radar": 1.0, "kyogamisaki": 0.5, "sado": 0.2}


def stated(cited, value):
    return replace(cited, low=min(cited.low, value), best=value, high=max(cited.high, value))


def ten_missiles(revisit_s=None):
    """japan-2018 with five Nodong, three Scud-ER, two Hwasong-12; all its radars, or some that look often."""
    text = (files("hoplon.catalog") / "scenarios" / "japan-2018.yaml").read_text(encoding="utf-8")
    for missile, count, fewer in (("nodong", 8, 5), ("scud_er", 4, 3), ("hwasong_12", 4, 2)):
        before = f"missile: {missile}, count: {count}"
        assert before in text
        text = text.replace(before, f"missile: {missile}, count: {fewer}")
    scenario = loads(text)
    if revisit_s is None:
        return prepare(scenario)
    scenario = without(
        scenario, [s.name for s in scenario.sensors if s.name not in revisit_s and s.name != "early_warning"]
    )
    types = dict(scenario.radar_types)
    for sensor in scenario.sensors:
        if sensor.name in revisit_s:
            entry = types[sensor.type_id]
            every = stated(entry.revisit_s, revisit_s[sensor.name])
            dwell = stated(entry.track_dwell_s, 0.01)
            types[sensor.type_id] = replace(
                entry, revisit_s=every, mature_revisit_s=every, track_dwell_s=dwell
            )
    return prepare(replace(scenario, radar_types=types))


def work_of(ready, monkeypatch):
    """Count the detections of one battle, and its seconds from the first firm track to the last launch."""
    taken = []
    step = Tracker.step

    def counted(tracker, t_s, batch):
        taken.append(len(batch))
        return step(tracker, t_s, batch)

    with monkeypatch.context() as patched:
        patched.setattr(Tracker, "step", counted)
        record = fight(ready, 1, 0)
    firm_s = [event.t_s for event in record.events if event.kind == "firm_track"]
    launch_s = [event.t_s for event in record.events if event.kind == "interceptor_launch"]
    return sum(taken), max(launch_s) - min(firm_s)


@pytest.mark.parametrize("revisit_s", [None, REVISIT_S], ids=["japan", "often"])
def test_replicate_of_ten_missiles(benchmark, monkeypatch, revisit_s):
    ready = ten_missiles(revisit_s)
    detections, planned_s = work_of(ready, monkeypatch)
    assert detections > 500

    batch, first, covariance, density = targets(10, 20, 0.0)
    assert len(in_scans(batch)) == 20
    beliefs = ClutterSettings(clutter_density_per_m_rad2=density)
    problem = plan(threats=10, batteries=2, slots=20, stock=24)
    best, peer, highs = np.inf, np.inf, np.inf
    # In turn, so that all meet the machine in the same state.
    for _ in range(TURNS):
        for run in range(BATTLES):
            start = time.process_time()
            fight(ready, 1, run)
            best = min(best, time.process_time() - start)
        peer = min(peer, peer_s("gnn", batch, first, covariance, beliefs)[0] / len(batch))
        start = time.process_time()
        by_highs(problem)
        highs = min(highs, time.process_time() - start)

    glue = detections * peer + planned_s * highs
    print(
        f"\nours {1e3 * best:.0f} ms; glue {glue:.1f} s = {detections} detections x {1e3 * peer:.2f} ms + "
        f"{planned_s:.0f} plans x {1e3 * highs:.1f} ms: {glue / best:.0f}x (sum of pieces; floor {FLOOR:.0f})"
    )
    benchmark.extra_info["ratio"] = glue / best
    benchmark(fight, ready, 1, 0)
