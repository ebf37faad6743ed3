"""Saturation curves of a study: only where an axis states sizes of the raid."""

import numpy as np
import pytest
from study_text import study

from hoplon.sweep.curves import saturation_curves
from hoplon.sweep.plan import load_study, loads_study

LOADED = "batteries.mutsumi_battery.loaded"


def curves(vary, leakage, runs=2, **changes):
    plan = loads_study(study(vary, mode="sampled", runs=str(runs), **changes))
    return saturation_curves(plan, {i: np.array(v) for i, v in enumerate(leakage)}, runs)


def test_a_curve_for_each_combination_of_the_other_axes():
    shares = [[0.0, 1.0], [0.0, 0.0], [0.5, 1.0], [0.5, 0.5]]
    one, two = curves(f"raid.nodong.count: [1, 2]\n{LOADED}: [1, 2]", shares)
    assert (one.doctrine, two.doctrine) == ("loaded (mutsumi_battery): 1", "loaded (mutsumi_battery): 2")
    assert [point.size for point in one.points] == [1, 2]
    # Of 1 missile half gets through, of 2 three quarters: of the one that was added all do.
    assert [point.leakage.best for point in one.points] == [0.5, 0.75]
    assert one.points[1].marginal.best == pytest.approx(1.0)


@pytest.mark.parametrize(
    "vary",
    [
        f"{LOADED}: [1, 2]",  # no size
        "raid.nodong.first_launch_s: [1, 2]",  # what the attacker does, but not how many
        "raid.nodong.count: [1, 2]\nraid.nodong.interval_s: [0, 20]",  # two things that it does
        "size: {cases: {10: {raid.0.count: 1}, 20: {raid.0.count: 2}}}",  # a name that is no size
    ],
)
def test_no_curve_without_sizes(vary):
    assert curves(vary, [[0.0, 1.0]] * 4) == ()


def test_a_size_without_a_result_is_left_out():
    (only,) = curves("raid.nodong.count: [1, 2]", [[0.5, 0.5], [float("nan")] * 2])
    assert [point.size for point in only.points] == [1]


def test_the_bundled_study_has_three():
    plan = load_study("saturation")
    found = saturation_curves(plan, {i: np.array([0.5]) for i in range(plan.count)}, 1)
    assert len(found) == 3
    assert [point.size for point in found[0].points] == [4, 8, 16, 24, 32, 48, 64]
