"""Static assignment beside enumeration, closed forms, and bounds that hold."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoplon.command._kernels_assignment import cheapest_sets, greedy_sets
from hoplon.command.assignment import AssignmentProblem, assign
from hoplon.errors import InputError


def enumerated(value, probability, rounds):
    """The least surviving value, over all ways to give the rounds of each kind to targets."""
    ways = [w for w in itertools.product(range(rounds + 1), repeat=len(value)) if sum(w) <= rounds]
    remain = value[None, :]
    for row in probability:
        factor = (1.0 - row) ** np.array(ways)
        remain = np.unique((remain[:, None, :] * factor[None]).reshape(-1, len(value)), axis=0)
    return float(remain.sum(axis=1).min())


def small_problem(rng):
    kinds, targets = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    rounds = int(rng.integers(1, 3 if kinds > 2 else 4))
    value = (
        rng.uniform(1.0, 100.0, targets),
        rng.integers(0, 4, targets).astype(float),
        np.ones(targets),
        10.0 ** rng.uniform(-3.0, 3.0, targets),
    )[rng.integers(4)]
    probability = rng.uniform(0.0, 1.0, (kinds, targets))
    if rng.random() < 0.3:
        probability = np.round(probability, 1)  # ties
    probability[rng.random((kinds, targets)) < rng.choice([0.0, 0.3])] = 0.0
    probability[rng.random((kinds, targets)) < rng.choice([0.0, 0.0, 0.2])] = 1.0
    if rng.random() < 0.2:
        probability[:] = probability[0]  # kinds that do not differ
    return AssignmentProblem(value, probability, rounds)


def agrees_with_enumeration(problem):
    found = assign(problem)
    best = enumerated(problem.value, problem.kill_probability, problem.rounds)
    assert (found.rounds >= 0).all()
    assert (found.rounds.sum(axis=1) <= problem.rounds).all()
    # Both sum products of the same few numbers: only rounding lies between them.
    assert found.surviving_value == pytest.approx(best, rel=1e-9, abs=1e-12 * problem.value.sum())
    assert found.bound <= best + 1e-9 * problem.value.sum()
    assert found.gap <= 1e-6
    assert problem.surviving_value(found.rounds).sum() == pytest.approx(found.surviving_value, rel=1e-12)


def test_small_instances_equal_enumeration():
    rng = np.random.default_rng(20180116)
    for _ in range(20):
        agrees_with_enumeration(small_problem(rng))


@pytest.mark.compiled
def test_many_small_instances_equal_enumeration():
    rng = np.random.default_rng(5)
    for _ in range(100):
        agrees_with_enumeration(small_problem(rng))


@pytest.mark.compiled
@pytest.mark.parametrize("kinds, targets, rounds", [(20, 40, 2), (30, 60, 3)])
def test_larger_instances_are_solved_to_the_bar(kinds, targets, rounds):
    """As in the public instances: values of whole numbers, kill probabilities even between 0 and 1."""
    rng = np.random.default_rng(kinds)
    problem = AssignmentProblem(
        rng.integers(1, 100, targets).astype(float), rng.uniform(0.0, 1.0, (kinds, targets)), rounds
    )
    found = assign(problem)
    assert found.gap <= 0.001
    again = assign(problem)
    assert again.surviving_value == found.surviving_value
    assert np.array_equal(again.rounds, found.rounds)


def test_one_round_each_is_a_linear_assignment():
    """With fewer rounds than targets, and no use in stacking, SciPy's assignment gives the optimum."""
    from scipy.optimize import linear_sum_assignment

    rng = np.random.default_rng(3)
    # Kill probability near 1: a second round at a target is never worth taking it from another.
    probability = rng.uniform(0.95, 0.99, (6, 9))
    value = rng.uniform(50.0, 60.0, 9)
    found = assign(AssignmentProblem(value, probability, 1))
    i, j = linear_sum_assignment(-(probability * value))
    assert found.surviving_value == pytest.approx(value.sum() - (probability * value)[i, j].sum(), rel=1e-12)


def test_equal_targets_share_out_equal_rounds():
    """N equal targets get equal numbers of equal rounds, and one more each as far as they last."""
    found = assign(AssignmentProblem(np.full(4, 10.0), np.full((1, 4), 0.7), 6))
    assert found.surviving_value == pytest.approx(10.0 * (2 * 0.3**2 + 2 * 0.3), rel=1e-12)
    assert found.gap == 0.0
    assert sorted(found.rounds[0]) == [1, 1, 2, 2]


def test_what_cannot_be_engaged_survives():
    found = assign(AssignmentProblem(np.array([5.0, 7.0]), np.zeros((2, 2)), 3))
    assert found.surviving_value == found.bound == 12.0
    assert not found.rounds.any()


def test_no_rounds_no_kills():
    found = assign(AssignmentProblem(np.array([5.0]), np.array([[0.5]]), 0))
    assert found.surviving_value == found.bound == 5.0


def test_a_wanted_gap_is_enough_and_kept():
    rng = np.random.default_rng(8)
    problem = AssignmentProblem(rng.uniform(25.0, 100.0, 20), rng.uniform(0.1, 0.9, (8, 20)), 2)
    rough, exact = assign(problem, gap=0.2), assign(problem)
    assert rough.gap <= 0.2
    assert rough.bound <= exact.surviving_value * (1.0 + 1e-9)
    assert rough.surviving_value >= exact.surviving_value * (1.0 - 1e-9)


def test_progress_is_told_and_may_interrupt():
    told = []

    def stop(done, total, label):
        told.append((done, total))
        if done == 1:
            raise KeyboardInterrupt

    problem = AssignmentProblem(np.ones(3), np.full((2, 3), 0.5), 1)
    with pytest.raises(KeyboardInterrupt):
        assign(problem, progress=stop)
    assert told == [(0, 4), (1, 4)]


@given(
    st.integers(0, 10_000),
    st.lists(st.floats(0.0, 20.0), min_size=3, max_size=3),
)
@settings(max_examples=40, deadline=None)
def test_any_prices_bound_any_assignment(seed, prices):
    """Weak duality: at prices from 0, the cheapest sets less the stock's price undercut every assignment."""
    rng = np.random.default_rng(seed)
    value, miss = rng.uniform(0.0, 50.0, 4), rng.uniform(0.0, 1.0, (4, 3))
    price = np.array(prices)
    sets, left, lowest = np.empty((4, 8), np.int32), np.empty(4), np.empty(4)
    cheapest_sets(value, miss, price, 2, 10_000, 0.0, sets, left, lowest)
    count = rng.multinomial(2, np.full(4, 0.25), size=3).T
    greedy_sets(value, miss, 2, count)
    surviving = (value * np.prod(miss**count, axis=1)).sum()
    assert lowest.sum() - 2.0 * price.sum() <= surviving + 1e-9
    # Each set is what it says, and the cheapest of all that there are.
    for j in range(4):
        chosen = np.bincount(sets[j][sets[j] >= 0], minlength=3)
        assert left[j] == pytest.approx(value[j] * np.prod(miss[j] ** chosen), rel=1e-9, abs=1e-300)
        every = min(
            value[j] * np.prod(miss[j] ** np.array(way)) + price @ np.array(way)
            for way in itertools.product(range(3), repeat=3)
        )
        assert left[j] + price @ chosen == pytest.approx(every, rel=1e-9, abs=1e-12)
        assert lowest[j] == pytest.approx(every, rel=1e-9, abs=1e-12)


def test_rounds_that_there_are_not_are_taken_back():
    value, miss = np.array([10.0, 1.0]), np.array([[0.5], [0.5]])
    count = np.array([[1], [2]])
    greedy_sets(value, miss, 2, count)
    assert count.sum() == 2
    assert count[0, 0] == 2 or count[0, 0] == 1


@pytest.mark.parametrize(
    "value, probability, rounds, word",
    [
        ([1.0, -1.0], [[0.5, 0.5]], 1, "value"),
        ([1.0, np.nan], [[0.5, 0.5]], 1, "value"),
        ([], np.zeros((1, 0)), 1, "value"),
        ([1.0], [[0.5, 0.5]], 1, "kill_probability"),
        ([1.0], [[1.5]], 1, "kill_probability"),
        ([1.0], [[np.nan]], 1, "kill_probability"),
        ([1.0], [[0.5]], -1, "rounds"),
    ],
)
def test_wrong_problems_are_refused(value, probability, rounds, word):
    with pytest.raises(InputError, match=word):
        AssignmentProblem(np.array(value), np.array(probability), rounds)
