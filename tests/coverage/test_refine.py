"""Adaptive cells: the same map as with every cell, with fewer of them."""

import numpy as np
import pytest

from hoplon.coverage.refine import refine

SHAPE = (61, 70)


def disc(i, j):
    """A disc of 18 cells' radius in which the value falls from 1 to 0 over three cells at its edge."""
    return float(np.clip((18.0 - np.hypot(i - 31.0, j - 30.0)) / 3.0 + 0.5, 0.0, 1.0))


def counted(function):
    asked = []

    def compute(cells):
        asked.extend(cells)
        return [function(i, j) for i, j in cells]

    return compute, asked


def test_every_cell_at_the_contour_is_computed():
    compute, asked = counted(lambda i, j: (disc(i, j), int(disc(i, j) < 0.5)))
    values, reasons, computed = refine(SHAPE, compute, 0.5, 0.015)
    truth = np.array([[disc(i, j) for j in range(SHAPE[1])] for i in range(SHAPE[0])])
    assert np.array_equal(reasons, (truth < 0.5).astype(np.uint8))
    assert np.abs(values - truth).max() <= 0.5
    on_edge = np.zeros(SHAPE, dtype=bool)
    good = truth >= 0.5
    on_edge[:-1] |= good[:-1] != good[1:]
    on_edge[:, :-1] |= good[:, :-1] != good[:, 1:]
    assert computed[on_edge].all()
    assert np.array_equal(values[computed], truth[computed])
    assert len(asked) == len(set(asked)) == computed.sum() < 0.5 * truth.size


def test_a_slope_is_interpolated():
    compute, asked = counted(lambda i, j: (0.3 + 0.002 * i + 0.003 * j, 0))
    values, _, _ = refine(SHAPE, compute, np.inf, 1e-9)
    i, j = np.indices(SHAPE)
    assert np.allclose(values, 0.3 + 0.002 * i + 0.003 * j, atol=1e-12)
    assert len(asked) < 0.2 * values.size


def test_nothing_is_interpolated_between_reasons_or_into_nothing():
    def cell(i, j):
        return (float("nan"), 1) if j > 40 else (0.0, 2 if i < 20 else 3)

    compute, _ = counted(cell)
    values, reasons, _ = refine(SHAPE, compute, 0.5, 0.015)
    for i in range(SHAPE[0]):
        for j in range(SHAPE[1]):
            value, reason = cell(i, j)
            assert reasons[i, j] == reason
            assert np.isnan(values[i, j]) == np.isnan(value)


@pytest.mark.parametrize("shape", [(2, 2), (2, 9), (5, 3), (8, 8)])
def test_small_maps_and_every_cell(shape):
    compute, asked = counted(lambda i, j: (float((i * 7 + j * 3) % 5), 0))
    values, _, computed = refine(shape, compute, 0.5, 0.0, stride=1)
    assert computed.all()
    assert len(asked) == values.size
    assert np.isfinite(refine(shape, compute, 0.5, 0.015)[0]).all()
