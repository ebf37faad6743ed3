"""Saturation curves against a defence whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hoplon.errors import InputError
from hoplon.sweep.saturation import curve, even_fire_leakage, largest_held


def test_beyond_its_shots_every_missile_more_gets_through():
    # A defence that stops the first twelve of any raid.
    found = curve("twelve", {n: [max(0.0, 1.0 - 12.0 / n)] for n in (4, 8, 12, 16, 24)})
    assert [p.stopped.best for p in found.points] == pytest.approx([4.0, 8.0, 12.0, 12.0, 12.0])
    assert [p.marginal.best for p in found.points][1:] == pytest.approx([0.0, 0.0, 1.0, 1.0])
    assert math.isnan(found.points[0].marginal.best)
    assert all(math.isnan(p.leakage.low) for p in found.points)
    assert largest_held(found, 0.2) == 12
    assert largest_held(found, 0.25) == 16
    assert largest_held(curve("none", {4: [0.5]}), 0.2) is None


def test_evenly_spread_shots_give_the_binomial_answer():
    # Drawn shot by shot: 20 shots of 0.6 at 8 missiles, 4 of which get 3 and 4 get 2.
    exact = even_fire_leakage(8, 20, 0.6)
    assert exact == pytest.approx((4 * 0.4**2 + 4 * 0.4**3) / 8)
    assert even_fire_leakage(10, 0, 0.9) == 1.0
    assert even_fire_leakage(5, 3, 1.0) == pytest.approx(0.4)
    rng = np.random.default_rng(1)
    shots = np.array([3] * 4 + [2] * 4)
    alive = (rng.random((20_000, 8, 3)) > 0.6) | (np.arange(3) >= shots[:, None])
    assert alive.all(axis=2).mean() == pytest.approx(exact, abs=4 * 0.1 / math.sqrt(20_000))


def test_paired_battles_narrow_the_marginal_share():
    # Each battle has a luck of its own, alike at both sizes: the added missiles all get through.
    rng = np.random.default_rng(2)
    stopped = rng.integers(4, 12, 200)
    found = curve("lucky", {n: ((n - stopped) / n).tolist() for n in (12, 16)})
    added = found.points[1].marginal
    assert added.best == pytest.approx(1.0)
    assert added.high - added.low == pytest.approx(0.0, abs=1e-12)
    assert found.points[1].leakage.low < found.points[1].leakage.best < found.points[1].leakage.high


def test_sizes_without_the_same_battles_are_refused():
    with pytest.raises(InputError, match="as many battles"):
        curve("x", {4: [0.1, 0.2], 8: [0.3]})
    with pytest.raises(InputError, match="from 1 up"):
        curve("x", {0: [0.1]})
