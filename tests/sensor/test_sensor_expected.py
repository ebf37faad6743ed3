"""Detections without draws: where the cumulative probability says, as often as the probability says."""

from dataclasses import replace

import numpy as np
import pytest
from sensor_samples import RADAR, at, look

from hoplon.sensor.expected import expected_detections, first_at
from hoplon.sensor.observe import draw_detections


@pytest.mark.parametrize("p", [0.02, 0.1, 0.5, 0.9])
def test_the_first_detection_comes_at_the_quantile_of_the_cumulative_probability(p):
    quantiles = (np.arange(200) + 0.5) / 200
    seen = first_at(np.full((200, 2000), p), quantiles, np.ones((200, 2000)))
    first = np.argmax(seen, axis=1) + 1
    # The number of looks to the first success is geometric: mean 1 / p, and the quantile by its definition.
    assert first.mean() == pytest.approx(1.0 / p, rel=0.02)
    assert np.all(1.0 - (1.0 - p) ** first >= quantiles - 1e-12)
    assert np.all(1.0 - (1.0 - p) ** (first - 1) <= quantiles + 1e-12)


@pytest.mark.parametrize("swerling", [0, 1, 3])
def test_sigmas_hold_the_information_of_drawn_ones(swerling):
    radar = replace(RADAR, swerling=swerling)
    seen = look(radar, at(radar, np.full(4000, 40.0), 20.0, 700e3))
    drawn = draw_detections(radar, seen, [12345])
    points = (np.arange(4000) + 0.5)[None] / 4000
    expected = expected_detections(radar, seen, [0.5], np.random.default_rng(1).permuted(points, axis=1))
    for name in ("sigma_range_m", "sigma_azimuth_rad", "sigma_elevation_rad"):
        given = drawn.detected_track
        information = np.mean(getattr(drawn, name)[given] ** -2.0)
        # Swerling 1 is exact but for the floor of the angles, and for 4,000 draws; the others are rounded up.
        got = np.mean(getattr(expected, name)[expected.detected_track] ** -2.0)
        assert got == pytest.approx(information, rel=0.05 if swerling == 1 else 0.12), name
    share = expected.detected_track.mean()
    assert share == pytest.approx(drawn.detected_track.mean(), abs=0.025)
