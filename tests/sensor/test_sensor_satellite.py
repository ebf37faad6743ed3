"""Reports of early-warning satellites: their statistics are those that were stated."""

import math

import numpy as np
import pytest
from scipy import stats

from hoplon.earth.frames import ecef_from_geodetic
from hoplon.earth.geodesics import distance_km
from hoplon.errors import InputError
from hoplon.sensor.satellite import InfraredSatellites

SATELLITES = InfraredSatellites("early_warning", (20.0, 40.0, 90.0), 3000.0, 15.0)
LAUNCH = ecef_from_geodetic(39.66, 124.70, 80.0)


def test_statistics_of_many_reports():
    rng = np.random.default_rng(7)
    reports = [SATELLITES.report(100.0, LAUNCH, rng) for _ in range(2000)]
    delays = np.array([r.detected_s - 100.0 for r in reports])
    triangular = stats.triang(20 / 70, loc=20.0, scale=70.0)
    assert stats.kstest(delays, triangular.cdf).pvalue > 1e-3
    assert all(r.t_s == r.detected_s + 15.0 and r.position_sigma_m == 3000.0 for r in reports)
    miss_m = np.array([1e3 * distance_km(39.66, 124.70, r.latitude_deg, r.longitude_deg) for r in reports])
    # The distance of a two-dimensional normal error follows Rayleigh's law.
    assert stats.kstest(miss_m, stats.rayleigh(scale=3000.0).cdf).pvalue > 1e-3


def test_a_plume_that_goes_out_first_is_not_seen():
    rng = np.random.default_rng(1)
    assert SATELLITES.report(0.0, LAUNCH, rng, 19.9) is None
    assert SATELLITES.report(0.0, LAUNCH, rng, 90.1) is not None


def test_a_missed_launch_draws_as_many_numbers():
    one, other = np.random.default_rng(5), np.random.default_rng(5)
    SATELLITES.report(0.0, LAUNCH, one, 1.0)
    SATELLITES.report(0.0, LAUNCH, other)
    assert one.random() == other.random()


@pytest.mark.parametrize(
    "delay, error, latency",
    [
        ((40.0, 20.0, 90.0), 3e3, 1.0),
        ((-1.0, 20.0, 90.0), 3e3, 1.0),
        ((1.0, 20.0, math.inf), 3e3, 1.0),
        ((1.0, 20.0, 90.0), -1.0, 1.0),
        ((1.0, 20.0, 90.0), 3e3, math.nan),
    ],
)
def test_impossible_satellites_are_refused(delay, error, latency):
    with pytest.raises(InputError):
        InfraredSatellites("early_warning", delay, error, latency)
