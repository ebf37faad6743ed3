"""Handover by probability, against Maxwell's distribution and against drawn errors."""

import math

import numpy as np
import pytest

from hoplon.interceptor.handover import handover_probability


@pytest.mark.parametrize("basket", [0.3, 1.0, 1.5382, 2.7955, 5.0])
def test_equal_errors_in_three_directions_follow_maxwell(basket):
    # Maxwell's distribution in closed form (median 1.5382, 95 % point 2.7955).
    x = basket / math.sqrt(2.0)
    maxwell = math.erf(x) - 2.0 * x / math.sqrt(math.pi) * math.exp(-x * x)
    assert handover_probability(np.zeros(3), np.eye(3), basket) == pytest.approx(maxwell, abs=5e-4)


def test_median_and_95_percent_point_of_maxwell():
    assert handover_probability(np.zeros(3), np.eye(3), 1.53817) == pytest.approx(0.5, abs=5e-4)
    assert handover_probability(np.zeros(3), np.eye(3), 2.79548) == pytest.approx(0.95, abs=5e-4)


@pytest.mark.parametrize("sigmas", [(1.0, 1.0, 1.0), (3.0, 1.0, 0.3), (1.0, 0.05, 0.01)])
@pytest.mark.parametrize("offset", [(0.0, 0.0, 0.0), (0.5, -0.4, 0.2), (2.0, 0.0, 0.0), (0.0, 0.0, 2.0)])
def test_it_agrees_with_drawn_errors(sigmas, offset):
    drawn = np.asarray(offset) + np.asarray(sigmas) * np.random.default_rng(1).standard_normal((200_000, 3))
    miss = np.linalg.norm(drawn, axis=1)
    for basket in (0.5, 1.0, 2.0, 4.0):
        got = handover_probability(np.asarray(offset), np.diag(np.square(sigmas)), basket)
        # 200,000 draws: a standard error of 0.0011 at most.
        assert got == pytest.approx(float(np.mean(miss <= basket)), abs=0.004)


def test_a_place_known_exactly_is_in_or_out():
    for distance, inside in ((2.999, 1.0), (3.001, 0.0)):
        got = handover_probability(np.array([distance, 0.0, 0.0]), np.zeros((3, 3)), 3.0)
        assert got == pytest.approx(inside, abs=1e-6)
