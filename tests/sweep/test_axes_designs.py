"""Axes and designs against what their definitions say, and against numbers that stand elsewhere."""

import math

import numpy as np
import pytest
from scipy import stats
from study_text import study

from hoplon.scenario import load
from hoplon.sweep.plan import loads_study, readable
from hoplon.sweep.quantities import changed, parts
from hoplon.sweep.spreads import Spread, own_values, spaced

SEEN = "missiles.nodong.reentry_cross_section_x_band_m2"
LOADED = "batteries.mutsumi_battery.loaded"


def test_a_grid_runs_through_its_axes_the_last_one_fastest():
    plan = loads_study(study(f"{LOADED}: [1, 2]\nraid[0].count: [1, 2, 3]"))
    found = [tuple(plan.coordinates(point).values()) for point in plan.points()]
    assert found == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]


def test_a_list_takes_the_first_of_each_axis_then_the_second():
    plan = loads_study(study(f"{LOADED}: [1, 2]\nraid[0].count: [3, 4]", design="list"))
    assert [plan.settings(point) for point in plan.points()] == [
        {LOADED: 1, "raid[0].count": 3},
        {LOADED: 2, "raid[0].count": 4},
    ]


def test_a_latin_hypercube_has_one_point_in_each_part_of_each_axis():
    # The definition of McKay, Beckman and Conover (1979).
    vary = f"{SEEN}: {{range: {{low: 1, high: 2}}}}\nraid[0].apogee_km: {{range: {{low: 300, high: 500}}}}"
    plan = loads_study(study(vary, design="{latin_hypercube: 40}"))
    points = np.array(plan.points())
    for column in points.T:
        assert sorted((column * 40).astype(int)) == list(range(40))
    assert abs(stats.pearsonr(*points.T).statistic) < 0.5


def test_a_further_axis_moves_no_other():
    one = loads_study(study(f"{SEEN}: own_range", design="{latin_hypercube: 16}"))
    two = loads_study(study(f"{SEEN}: own_range\nraid[0].count: [1, 2]", design="{latin_hypercube: 16}"))
    assert [point[0] for point in one.points()] == [point[0] for point in two.points()]


def test_a_sobol_sequence_is_even_in_every_pair_of_axes():
    # A (0, 6, 2)-net in base 2 has one point in each box of 8 x 8 (Sobol' 1967), shifted or not.
    vary = f"{SEEN}: own_range\ncommand.public_alert_delay_s: own_range"
    plan = loads_study(study(vary, design="{sobol: 64}"))
    boxes = {(int(8 * u), int(8 * v)) for u, v in plan.points()}
    assert len(boxes) == 64
    assert loads_study(study(vary, design="{sobol: 64}", seed="2")).points() != plan.points()


@pytest.mark.parametrize(
    ("spread", "reference"),
    [
        (Spread("uniform", 2.0, 2.0, 5.0), stats.uniform(2, 3)),
        (Spread("log_uniform", 0.1, 0.1, 10.0), stats.loguniform(0.1, 10)),
        (Spread("triangular", 1.0, 2.0, 5.0), stats.triang(0.25, 1, 4)),
        (Spread("normal", -math.inf, 3.0, math.inf, 2.0), stats.norm(3, 2)),
        (Spread("normal", 2.0, 3.0, 7.0, 2.0), stats.truncnorm(-0.5, 2.0, 3, 2)),
    ],
)
def test_quantiles_are_those_of_the_distribution(spread, reference):
    for u in (0.001, 0.2, 0.5, 0.9, 0.999):
        assert spread.at(u) == pytest.approx(float(reference.ppf(u)), rel=1e-9)


def test_whole_numbers_of_a_range_have_equal_shares():
    spread = Spread("uniform", 1.0, 1.0, 4.0, whole=True)
    found = [spread.at(u) for u in (np.arange(4000) + 0.5) / 4000]
    assert np.bincount(found).tolist() == [0, 1000, 1000, 1000, 1000]
    assert all(isinstance(x, int) for x in found)


def test_own_ranges_are_those_of_the_catalogue():
    value = load("one-on-one").cited()[SEEN]
    assert own_values(SEEN, value) == sorted({value.low, value.best, value.high})
    steps = own_values(SEEN, value, 5)
    assert (steps[0], steps[-1]) == (value.low, value.high)
    assert steps[2] == pytest.approx(math.sqrt(value.low * value.high))  # of scale: even in the logarithm
    plan = loads_study(study(f"{SEEN}: own_range", design="{latin_hypercube: 64}"))
    drawn = [plan.settings(point)[SEEN] for point in plan.points()]
    assert value.low <= min(drawn) < steps[1] < steps[3] < max(drawn) <= value.high
    assert spaced(1.0, 100.0, 3, log=True) == pytest.approx([1.0, 10.0, 100.0])


def test_several_paths_move_together():
    bands = (
        "[missiles.nodong.reentry_cross_section_x_band_m2, missiles.nodong.reentry_cross_section_s_band_m2]"
    )
    plan = loads_study(study(f"seen: {{paths: {bands}, list: [0.01, 0.1]}}"))
    assert [set(plan.settings(point).values()) for point in plan.points()] == [{0.01}, {0.1}]
    assert plan.axes[0].unit == "m²"


def test_cases_set_what_goes_together_and_numbers_stay_numbers():
    cases = "{1: {raid.0.count: 1, raid.0.interval_s: 0}, 5: {raid.0.count: 5, raid.0.interval_s: 30}}"
    plan = loads_study(study(f"size: {{cases: {cases}}}"))
    assert plan.axes[0].coordinates == (1, 5)
    assert plan.axes[0].raid_side
    assert plan.settings(plan.points()[1]) == {"raid[0].count": 5, "raid[0].interval_s": 30}


def test_paths_may_be_written_in_several_ways():
    assert parts("raid[0].count") == parts("raid.0.count") == ("raid", 0, "count")
    for path in ("raid[0].count", "raid.0.count", "raid.nodong.count"):
        assert loads_study(study(f"{path}: [1]")).axes[0].paths == ("raid[0].count",)
    assert readable("missiles.nodong.stages.0.dry_kg") == "stages 0 dry (nodong)"
    assert readable("command.actors.command_post.decision_time_s") == "decision time (command_post)"


def test_what_excludes_what_is_varied_goes():
    data = {"raid": [{"trajectory": "minimum_energy", "aim": "osaka"}], "assets": ["osaka"], "command": {}}
    new = changed(data, {("raid", 0, "apogee_km"): 400, ("raid", 0, "aim", 0): "tokyo"}, "why")
    assert new["raid"] == [{"aim": ["tokyo"], "apogee_km": 400}]
    new = changed(data, {("assets", "osaka", "radius_km"): 50, ("command", "doctrine", "salvo"): 2}, "why")
    assert (new["assets"], new["command"]) == ({"osaka": {"radius_km": 50}}, {"doctrine": {"salvo": 2}})
    assert data["raid"] == [{"trajectory": "minimum_energy", "aim": "osaka"}]
    new = changed(data, {("command", "test_record", "value"): 0.7}, "as the study says")
    assert new["command"]["test_record"] == {"value": 0.7, "why": "as the study says"}
