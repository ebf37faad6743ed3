"""Launch plans beside the integer program, enumeration, and weak duality."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from hoplon.command.plan import PlanProblem, _Edges, plan_launches
from hoplon.errors import InputError


def scene(rng, threats, batteries, slots, stock, shots=2):
    """Windows of several slots for six in ten pairs, as in the benchmark."""
    p = np.zeros((threats, batteries, slots))
    for t, b in itertools.product(range(threats), range(batteries)):
        if rng.random() < 0.6:
            start = int(rng.integers(0, max(slots - 2, 1)))
            end = min(slots, start + int(rng.integers(1, 8)))
            p[t, b, start:end] = rng.uniform(0.4, 0.95) * np.linspace(1.0, 0.9, end - start)
    return PlanProblem(rng.uniform(1.0, 10.0, threats), p, np.full(batteries, stock), shots)


def is_allowed(problem, launches):
    cells = [(b, s) for _, b, s in launches]
    assert len(set(cells)) == len(cells), "one launch a battery and slot"
    used = np.bincount([b for _, b, _ in launches], minlength=len(problem.stock))
    assert (used <= problem.stock).all()
    fired = np.bincount([t for t, _, _ in launches], minlength=len(problem.value))
    assert (fired <= problem.shots).all()
    assert all(problem.kill_probability[launch] > 0.0 for launch in launches)


def enumerated(problem):
    """The most value that any plan saves."""
    edges = [tuple(int(i) for i in e) for e in np.argwhere(problem.kill_probability > 0.0)]
    best = 0.0
    for number in range(min(len(edges), int(problem.stock.sum())) + 1):
        for launches in itertools.combinations(edges, number):
            if len({(b, s) for _, b, s in launches}) < number:
                continue
            if (np.bincount([b for _, b, _ in launches], minlength=len(problem.stock)) > problem.stock).any():
                continue
            if number and np.bincount([t for t, _, _ in launches]).max() > problem.shots:
                continue
            best = max(best, problem.saved_value(launches))
    return best


def pieces_by_highs(problem, factor):
    """The plan of shots of fixed worth, as an integer program; returns its value."""
    t, b, s = np.nonzero(problem.kill_probability)
    worth = problem.value[t] * problem.kill_probability[t, b, s]
    shots, slots = problem.shots, problem.kill_probability.shape[2]
    columns, rows = [], []
    for k in range(shots):
        columns.append(worth * factor[t] ** k)
        rows.append(np.stack((shots * t + k, b * slots + s, b)))
    cost, index = np.concatenate(columns), np.concatenate(rows, axis=1)
    sizes = shots * len(problem.value), len(problem.stock) * slots, len(problem.stock)
    matrix = np.concatenate(
        [(index[i] == np.arange(size)[:, None]).astype(float) for i, size in enumerate(sizes)]
    )
    most = np.concatenate((np.ones(sizes[0] + sizes[1]), problem.stock))
    return -milp(
        -cost,
        constraints=LinearConstraint(matrix, -np.inf, most),
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, 1),
    ).fun


def worth_in_pieces(problem, factor, launches):
    seen, total = np.zeros(len(problem.value), dtype=int), 0.0
    for launch in sorted(launches, key=lambda x: -problem.kill_probability[x]):
        t = launch[0]
        total += problem.value[t] * problem.kill_probability[launch] * factor[t] ** seen[t]
        seen[t] += 1
    return total


@pytest.mark.parametrize("seed", range(12))
def test_shots_of_fixed_worth_are_planned_as_well_as_by_an_integer_program(seed):
    rng = np.random.default_rng(seed)
    problem = scene(rng, 8, 3, 8, int(rng.integers(0, 7)), shots=int(rng.integers(1, 4)))
    factor = rng.uniform(0.05, 0.6, 8)
    launches, _, _ = _Edges(problem).solve(factor)
    is_allowed(problem, launches)
    assert worth_in_pieces(problem, factor, launches) == pytest.approx(
        pieces_by_highs(problem, factor), rel=1e-9
    )


@pytest.mark.parametrize("seed", range(12))
def test_small_plans_beside_enumeration(seed):
    """The bound holds and the gap is what it says; most plans are the best there is."""
    rng = np.random.default_rng(seed)
    p = np.where(rng.random((3, 2, 2)) < 0.7, rng.uniform(0.2, 0.95, (3, 2, 2)), 0.0)
    problem = PlanProblem(rng.uniform(1.0, 10.0, 3), p, rng.integers(0, 3, 2), int(rng.integers(1, 4)))
    found = plan_launches(problem)
    best = enumerated(problem)
    is_allowed(problem, found.launches)
    assert found.saved_value <= best + 1e-9
    assert found.bound >= best - 1e-9
    # What the search leaves is within its own gap, and that is small even where three shots interact.
    assert found.saved_value >= best * (1.0 - found.gap) - 1e-9
    assert found.saved_value >= 0.97 * best


@pytest.mark.compiled
@pytest.mark.parametrize("stock", [3, 5, 10])
def test_a_raid_of_50_is_planned_to_the_bar(stock):
    problem = scene(np.random.default_rng(stock), 50, 10, 20, stock)
    found = plan_launches(problem)
    is_allowed(problem, found.launches)
    assert found.gap <= 0.001
    assert found.saved_value == pytest.approx(problem.saved_value(found.launches), rel=1e-12)


@pytest.mark.compiled
def test_a_plan_moves_with_the_battle():
    rng = np.random.default_rng(2)
    problem = scene(rng, 20, 5, 12, 6)
    plan = plan_launches(problem)
    for _ in range(4):
        fired = [launch for launch in plan.launches if launch[2] == 0]
        p = np.zeros_like(problem.kill_probability)
        p[:, :, :-1] = problem.kill_probability[:, :, 1:] * rng.uniform(0.98, 1.0, (20, 1, 1))
        value, stock = problem.value.copy(), problem.stock.copy()
        for t, b, s in fired:
            value[t] *= 1.0 - problem.kill_probability[t, b, s]
            stock[b] -= 1
        problem = PlanProblem(value, p, stock, 2)
        moved = plan.moved(1, tuple(range(20)))
        assert all(s >= 0 for _, _, s in moved.launches)
        plan = plan_launches(problem, gap=0.005, previous=moved)
        fresh = plan_launches(problem, gap=0.005)
        is_allowed(problem, plan.launches)
        assert plan.gap <= 0.005
        # Both are within 0.5 % of the same best.
        assert plan.saved_value >= fresh.saved_value * 0.994
        assert plan.bound >= fresh.saved_value * (1.0 - 1e-12)


def test_a_plan_forgets_threats_that_are_gone():
    p = np.full((3, 1, 3), 0.7)
    plan = plan_launches(PlanProblem(np.array([1.0, 2.0, 3.0]), p, np.array([3]), 1))
    assert {t for t, _, _ in plan.launches} == {0, 1, 2}
    moved = plan.moved(0, (-1, 0, 1))
    assert {t for t, _, _ in moved.launches} == {0, 1}
    again = plan_launches(PlanProblem(np.array([2.0, 3.0]), p[1:], np.array([3]), 1), previous=moved)
    assert again.saved_value == pytest.approx(0.7 * 5.0)


def test_stock_and_launch_rate_bind():
    """Two threats, one battery: with one slot the dearer is engaged, with one round too."""
    value = np.array([3.0, 5.0])
    for slots, stock in ((1, 5), (4, 1)):
        plan = plan_launches(PlanProblem(value, np.full((2, 1, slots), 0.8), np.array([stock]), 2))
        assert [t for t, _, _ in plan.launches] == [1]
        assert plan.saved_value == pytest.approx(4.0)
        assert plan.bound == pytest.approx(4.0, rel=1e-3)


def test_nothing_can_be_done():
    plan = plan_launches(PlanProblem(np.array([3.0]), np.zeros((1, 2, 3)), np.array([4, 4])))
    assert plan.launches == ()
    assert plan.saved_value == plan.bound == plan.gap == 0.0


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_no_greedy_plan_beats_the_bound(seed):
    rng = np.random.default_rng(seed)
    problem = scene(rng, 6, 3, 5, int(rng.integers(0, 4)), shots=int(rng.integers(1, 4)))
    found = plan_launches(problem, gap=0.05)
    is_allowed(problem, found.launches)
    greedy = _Edges(problem).filled(())
    is_allowed(problem, greedy)
    assert problem.saved_value(greedy) <= found.bound * (1.0 + 1e-12) + 1e-12


@pytest.mark.parametrize(
    "value, shape, stock, shots, word",
    [
        ([1.0], (2, 1, 1), [1], 1, "kill_probability"),
        ([1.0], (1, 1), [1], 1, "dimensions"),
        ([-1.0], (1, 1, 1), [1], 1, "value"),
        ([1.0], (1, 1, 1), [-1], 1, "stock"),
        ([1.0], (1, 1, 1), [1], 0, "shots"),
    ],
)
def test_wrong_problems_are_refused(value, shape, stock, shots, word):
    with pytest.raises(InputError, match=word):
        PlanProblem(np.array(value), np.full(shape, 0.5), np.array(stock), shots)


def test_probabilities_out_of_range_are_refused():
    with pytest.raises(InputError, match="0 to 1"):
        PlanProblem(np.array([1.0]), np.full((1, 1, 1), 1.5), np.array([1]))
