"""Rows: the same bits whoever computes them, a reason where there is no result, one seed at every point."""

import math
import pickle

import pyarrow as pa
import pytest
from study_text import study

from hoplon.engagement import engage
from hoplon.front_expected import expect
from hoplon.scenario import load
from hoplon.sweep.plan import loads_study
from hoplon.sweep.summary import interval, summarise
from hoplon.sweep.sweep_job import NOTHING_TO_ENGAGE, SweepJob

LOADED = "batteries.mutsumi_battery.loaded"


def job_of(vary="", **changes):
    return SweepJob(loads_study(study(vary, **changes)))


def rows(job):
    return pa.concat_tables([job.run(chunk) for chunk in range(job.chunks)])


def test_each_point_has_each_battle_once():
    job = job_of(mode="sampled", runs="13")
    job._steps = 5  # several chunks, one of which spans both points
    job.chunks = job._chunks_a_round = 6
    found = rows(job).select(["point", "run", LOADED]).to_pylist()
    assert [(r["point"], r["run"]) for r in found] == [(p, r) for p in (0, 1) for r in range(13)]
    assert {(r["point"], r[LOADED]) for r in found} == {(0, 1.0), (1, 2.0)}
    assert sum(job.steps(chunk) for chunk in range(job.chunks)) == 26 == job.total_steps


def test_a_point_is_the_battle_of_its_scenario():
    # At the value that the scenario itself has, rows are those of its own battles.
    job = job_of(
        f"{LOADED}: [8]", mode="sampled", runs="4", outputs="[leakage, interceptors_used, warning_s]"
    )
    scenario = load("one-on-one")
    for row in rows(job).to_pylist():
        battle = engage(scenario, seed=1, run=row["run"])
        assert row["leakage"] == battle.leakage
        assert row["interceptors_used"] == sum(battle.interceptors_used.values())
        assert row["warning_s"] == battle.outcomes[0].warning_s


def test_expected_mode_agrees_with_hoplon_expect():
    job = job_of(f"{LOADED}: [1, 8]")
    found = rows(job).to_pylist()
    assert found[1]["leakage"] == expect(load("one-on-one")).leakage
    assert found[0]["leakage"] >= found[1]["leakage"]


@pytest.mark.parametrize("mode", ["expected", "sampled"])
def test_chunks_are_the_same_in_any_order_and_after_pickling(mode):
    vary = f"command.actors.command_post.decision_time_s: [20, 120]\n{LOADED}: [1, 2, 3, 4, 5]"
    job = job_of(vary, mode=mode, **({"runs": "6"} if mode == "sampled" else {}))
    assert job.chunks > 1
    forward = [job.run(chunk) for chunk in range(job.chunks)]
    again = pickle.loads(pickle.dumps(job))
    assert again.identity == job.identity
    backward = [again.run(chunk) for chunk in reversed(range(again.chunks))]
    assert forward == backward[::-1]


def test_points_that_share_a_picture_stand_together_and_give_what_they_give_alone():
    vary = f"{LOADED}: [1, 2]\ncommand.actors.command_post.decision_time_s: [20, 120, 200]"
    vary = "\n".join(reversed(vary.splitlines()))  # the axis of command slowest
    job = job_of(vary)
    together = {row["point"]: row for row in rows(job).to_pylist()}
    assert len(together) == 6
    for point in range(6):
        decision, loaded = (20, 120, 200)[point // 2], (1, 2)[point % 2]
        alone = job_of(f"{LOADED}: [{loaded}]\ncommand.actors.command_post.decision_time_s: [{decision}]")
        (row,) = rows(alone).to_pylist()
        assert row["leakage"] == together[point]["leakage"]
        assert row["interceptors_used"] == together[point]["interceptors_used"]


def test_a_missile_that_does_not_reach_its_aim_is_a_row_with_the_reason():
    job = job_of("raid.nodong.apogee_km: [300, 5000]")
    near, far = rows(job).to_pylist()
    assert near["reason"] == ""
    assert math.isnan(far["leakage"])
    assert far["reason"].startswith(
        "out of reach: 'nodong' does not reach the aim point with an apogee of 5000"
    )
    sweep = summarise(job, [rows(job)])
    assert [bool(point.values) for point in sweep.points] == [True, False]
    assert sweep.failed == sweep.points[1:]


def test_values_that_do_not_go_together_are_a_row_with_the_reason():
    job = job_of(f"{LOADED}: [4, 8]\nbatteries.mutsumi_battery.cells: [8, 4]")
    assert [bool(row["reason"]) for row in rows(job).to_pylist()] == [False, False, False, True]
    assert "there are 4 cells" in rows(job).to_pylist()[3]["reason"]


def test_a_raid_at_nothing_defended_has_numbers_and_the_reason_why_no_leakage():
    row = rows(job_of("raid.nodong.aim: [tokyo, osaka]")).to_pylist()[0]
    assert row["reason"] == NOTHING_TO_ENGAGE
    assert row["interceptors_used"] == 0.0
    assert math.isnan(row["leakage"])


def test_the_identity_is_that_of_the_question():
    one = job_of(mode="sampled", runs="10").identity
    assert one == job_of(mode="sampled", runs="10", title="another").identity
    for other in ({"runs": "11"}, {"runs": "10", "seed": "2"}, {"runs": "10", "outputs": "[leaked]"}):
        assert one != job_of(mode="sampled", **other).identity
    assert one != job_of(f"{LOADED}: [1, 3]", mode="sampled", runs="10").identity


def test_all_points_get_as_many_battles_until_every_interval_is_narrow():
    # No shot ever hits, so that all battles are alike.
    vary = f"{LOADED}: [1, 2]\ncommand.test_record.value: [0.0]"
    job = job_of(vary, mode="sampled", runs="120", stop="{half_width: 0.08}")
    assert [job.steps(chunk) for chunk in range(job.chunks)] == [25] * 8 + [25, 15]
    tables = []
    for chunk in range(job.chunks):
        tables.append(job.run(chunk))
        if job.enough(tables):
            break
    assert len(tables) == 4  # after the first round of 50 battles at both points, no earlier
    sweep = summarise(job, tables)
    # All of 50 battles alike: Clopper and Pearson leave 1 - 0.025 ** (1 / 50) = 0.071 open.
    assert [point.battles for point in sweep.points] == [50, 50]
    assert sweep.points[0].values["leakage"].low == pytest.approx(0.025 ** (1 / 50), rel=1e-12)
    assert sweep.stopped.startswith("after 50 of 120 battles at each point")


def test_intervals_of_numbers_that_are_no_shares():
    import numpy as np

    # Student's t with 4 degrees of freedom: 2.7764 (Fisher and Yates, table III).
    found = interval(np.array([1.0, 2.0, 3.0, 4.0, 5.0, np.nan]), share=False)
    half = 2.7764451 * math.sqrt(2.5 / 5)
    assert (found.best, found.runs) == (3.0, 5)
    assert found.high - found.best == pytest.approx(half, rel=1e-6)
    assert found.best - found.low == pytest.approx(half, rel=1e-6)
    assert math.isnan(interval(np.full(3, 7.0), share=False).low)
    assert interval(np.full(3, np.nan), share=False).runs == 0
