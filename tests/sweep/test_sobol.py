"""Sobol indices against functions whose indices are known in closed form, and against two other libraries."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hoplon.errors import InputError
from hoplon.sweep.sobol import analyse, design, estimate, indices

#: Ishigami and Homma (ISUMA 1990) with a = 7, b = 0.1; the closed form is in Sobol' and Levitan, Comput.
#: Phys. Commun. 117 (1999) 52. Variances of the parts: b π⁴/5 + b² π⁸/50 + 1/2, a²/8, 0, and 8 b² π⁸/225
#: for x1 with x3.
_A, _B = 7.0, 0.1
_ALONE = (0.5 * (1.0 + _B * math.pi**4 / 5.0) ** 2, _A**2 / 8.0, 0.0)
_TOGETHER = 8.0 * _B**2 * math.pi**8 / 225.0
_WHOLE = sum(_ALONE) + _TOGETHER

#: Sobol's g function with these a: the variance of each part is 1 / (3 (1 + a)²), Saltelli and Sobol' (1995).
_G = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def ishigami(u):
    x = math.pi * (2.0 * u - 1.0)
    return np.sin(x[:, 0]) + _A * np.sin(x[:, 1]) ** 2 + _B * x[:, 2] ** 4 * np.sin(x[:, 0])


def g_function(u):
    return np.prod((np.abs(4.0 * u - 2.0) + _G) / (1.0 + _G), axis=1)


def _g_indices():
    parts = 1.0 / (3.0 * (1.0 + _G) ** 2)
    whole = np.prod(1.0 + parts) - 1.0
    others = np.array([np.prod(1.0 + np.delete(parts, i)) for i in range(len(parts))])
    return parts / whole, parts * others / whole


def _inside(interval, value, slack=0.0):
    return interval[0] - slack <= value <= interval[1] + slack


def test_the_reference_values_of_ishigami_are_the_published_ones():
    # Sobol' and Levitan: 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437.
    assert [part / _WHOLE for part in _ALONE] == pytest.approx([0.3139, 0.4424, 0.0], abs=5e-5)
    totals = [_ALONE[0] + _TOGETHER, _ALONE[1], _TOGETHER]
    assert [part / _WHOLE for part in totals] == pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ishigami_lies_in_its_intervals(seed):
    found = analyse(ishigami, [[0], [1], [2]], 1024, seed=seed, level=0.99)
    first = np.array(_ALONE) / _WHOLE
    total = np.array([_ALONE[0] + _TOGETHER, _ALONE[1], _TOGETHER]) / _WHOLE
    for number in range(3):
        assert _inside(found.first_interval[number], first[number])
        assert _inside(found.total_interval[number], total[number])
    # The root mean square error at 1024 rows is about 0.03, 0.04 for the total of x1.
    np.testing.assert_allclose(found.first, first, atol=0.1)
    np.testing.assert_allclose(found.total, total, atol=0.1)
    # Of 2048 draws with this kurtosis (3.5): a standard error of 3.5 %.
    assert found.variance == pytest.approx(_WHOLE, rel=0.12)


def test_the_g_function_lies_in_its_intervals():
    found = analyse(g_function, [[i] for i in range(8)], 1024, level=0.99)
    first, total = _g_indices()
    for number in range(8):
        # The four last parts hold 1e-4 of the variance.
        assert _inside(found.first_interval[number], first[number], 2e-3)
        assert _inside(found.total_interval[number], total[number], 2e-3)
    np.testing.assert_allclose(found.total, total, atol=0.1)


def test_a_group_takes_what_its_columns_do_together():
    found = analyse(ishigami, [[0, 2], [1]], 1024, level=0.99)
    # x1 and x3 act together: as one group they have no partner, and first order and total are the same.
    share = 1.0 - _ALONE[1] / _WHOLE
    assert _inside(found.first_interval[0], share)
    assert _inside(found.total_interval[0], share)
    np.testing.assert_allclose([found.first[0], found.total[0]], share, atol=0.1)


def test_the_estimates_are_those_of_scipy():
    from scipy.stats import sobol_indices

    plan = design([[0], [1], [2]], 256)
    f_a, f_b = ishigami(plan.a), ishigami(plan.b)
    f_ab = np.array([ishigami(plan.mixed(group)) for group in range(3)])
    theirs = sobol_indices(func={"f_A": f_a[None], "f_B": f_b[None], "f_AB": f_ab[:, None]}, n=256)
    # It takes the mean off f_AB too, by the same number: nothing changes but rounding.
    first, total = estimate(f_a, f_b, f_ab)
    np.testing.assert_allclose(first, theirs.first_order, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(total, theirs.total_order, rtol=1e-9, atol=1e-12)


def test_the_intervals_are_about_as_wide_as_those_of_salib():
    salib = pytest.importorskip("SALib.analyze.sobol")
    rows = 512
    plan = design([[0], [1], [2]], rows)
    f_a, f_b = ishigami(plan.a), ishigami(plan.b)
    f_ab = np.array([ishigami(plan.mixed(group)) for group in range(3)])
    found = indices(f_a, f_b, f_ab)
    # Its order: for each row f_A, the mixed ones, f_B; it scales the answers to variance 1 itself.
    answers = np.column_stack([f_a, f_ab.T, f_b]).ravel()
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0.0, 1.0]] * 3}
    theirs = salib.analyze(problem, answers, calc_second_order=False, num_resamples=1000, seed=1)
    np.testing.assert_allclose(found.first, theirs["S1"], atol=1e-9 + 2.0 / rows)
    np.testing.assert_allclose(found.total, theirs["ST"], atol=1e-9 + 2.0 / rows)
    # Half widths of bootstraps of 1000 and 2000 resamples: within a fifth of each other.
    half = (found.first_interval[:, 1] - found.first_interval[:, 0]) / 2.0
    np.testing.assert_allclose(half, theirs["S1_conf"], rtol=0.2)


def test_the_same_seed_gives_the_same_indices_and_another_does_not():
    one, again = (analyse(ishigami, [[0], [1], [2]], 64, seed=5) for _ in range(2))
    other = analyse(ishigami, [[0], [1], [2]], 64, seed=6)
    np.testing.assert_array_equal(one.first_interval, again.first_interval)
    assert not np.array_equal(one.first, other.first)


def test_what_does_not_vary_has_no_indices():
    found = analyse(lambda u: np.full(len(u), 0.3), [[0], [1]], 32)
    assert found.first.tolist() == found.total.tolist() == [0.0, 0.0]


def test_the_intervals_are_those_of_rows_drawn_anew():
    plan = design([[0], [1], [2]], 64)
    f_a, f_b = ishigami(plan.a), ishigami(plan.b)
    f_ab = np.array([ishigami(plan.mixed(group)) for group in range(3)])
    found = indices(f_a, f_b, f_ab, resamples=4000)
    rng = np.random.default_rng(9)
    drawn = [estimate(f_a[i], f_b[i], f_ab[:, i]) for i in rng.integers(0, 64, (4000, 64))]
    for ends, number in ((found.first_interval, 0), (found.total_interval, 1)):
        theirs = np.quantile([pair[number] for pair in drawn], [0.025, 0.975], axis=0).T
        # Quantiles of 4000 resamples: about 0.03 of the width.
        np.testing.assert_allclose(ends, theirs, atol=0.08 * (theirs[:, 1] - theirs[:, 0]).max())


@pytest.mark.parametrize("rows", [0, 31, -4])
def test_too_few_rows_for_an_interval_are_refused(rows):
    with pytest.raises(InputError, match="32 or more"):
        design([[0]], rows)
