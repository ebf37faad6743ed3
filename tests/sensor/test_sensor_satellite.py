"""Reports of early-warning satellites: their statistics are those that were stated."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from hoplon.earth.frames import ecef_from_geodetic, enu_from_ecef_matrix
from hoplon.earth.geodesics import distance_km
from hoplon.errors import InputError
from hoplon.sensor.satellite import BoostPath, InfraredSatellites, Region

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


def climb(azimuth_deg=90.0, seconds=120):
    """A made-up boost: up with 20 m/s², and away over the ground with 5 m/s²; ECEF by local axes."""
    t = np.arange(0.0, seconds + 1.0)
    enu = enu_from_ecef_matrix(39.66, 124.70)
    along = math.sin(math.radians(azimuth_deg)) * enu[0] + math.cos(math.radians(azimuth_deg)) * enu[1]
    r = LAUNCH + 10.0 * t[:, None] ** 2 * enu[2] + 2.5 * t[:, None] ** 2 * along
    v = 20.0 * t[:, None] * enu[2] + 5.0 * t[:, None] * along
    return BoostPath(t, r, v)


ABOVE_CLOUD = dataclasses.replace(
    SATELLITES, cloud_height_m=9_000.0, scan_delay_s=(2.0, 4.0, 12.0), heading_error_deg=8.0
)


def test_a_plume_is_seen_from_when_it_passes_the_clouds():
    path = climb()
    # 10 t² = 8,920 m over a launch point 80 m high: t = 29.87 s, linear within a second of the parabola.
    assert path.passes_s(9_000.0) == pytest.approx(math.sqrt(892.0), abs=0.01)
    assert path.passes_s(0.0) == 0.0
    assert path.passes_s(1e6) == math.inf
    rng = np.random.default_rng(3)
    reports = [ABOVE_CLOUD.report(100.0, LAUNCH, rng, 120.0, path) for _ in range(1500)]
    delays = np.array([r.detected_s - 100.0 - path.passes_s(9_000.0) for r in reports])
    assert stats.kstest(delays, stats.triang(0.2, loc=2.0, scale=10.0).cdf).pvalue > 1e-3
    turn = np.array([(r.heading_deg - 90.0 + 180.0) % 360.0 - 180.0 for r in reports])
    assert turn.std() == pytest.approx(8.0, abs=4 * 8.0 / math.sqrt(3000))
    assert turn.mean() == pytest.approx(0.0, abs=4 * 8.0 / math.sqrt(1500))
    assert all(r.heading_sigma_deg == 8.0 for r in reports)


@pytest.mark.parametrize("azimuth_deg", [0.5, 90.0, 200.0, 359.0])
def test_heading_is_that_of_the_velocity_over_the_ground(azimuth_deg):
    assert climb(azimuth_deg).heading_deg(30.0) == pytest.approx(azimuth_deg, abs=0.1)


def test_a_plume_that_burns_out_below_the_clouds_is_not_seen():
    rng = np.random.default_rng(3)
    assert ABOVE_CLOUD.report(0.0, LAUNCH, rng, 25.0, climb()) is None
    assert ABOVE_CLOUD.report(0.0, LAUNCH, rng, 60.0, climb(seconds=20)) is None


def test_the_rest_of_a_report_does_not_depend_on_what_else_is_stated():
    plain = SATELLITES.report(0.0, LAUNCH, np.random.default_rng(4))
    with_heading = dataclasses.replace(SATELLITES, heading_error_deg=5.0)
    more = with_heading.report(0.0, LAUNCH, np.random.default_rng(4), path=climb())
    assert math.isnan(plain.heading_deg)
    unknown = {"heading_deg": math.nan, "heading_sigma_deg": math.nan}
    assert repr(dataclasses.replace(more, **unknown)) == repr(plain)


def test_launches_are_seen_in_the_region_and_missed_as_often_as_stated():
    rng = np.random.default_rng(5)
    korea = dataclasses.replace(SATELLITES, region=Region(33.0, 43.0, 124.0, 131.0))
    assert korea.report(0.0, LAUNCH, rng) is not None
    assert korea.report(0.0, ecef_from_geodetic(35.0, 60.0, 0.0), rng) is None
    across = Region(-10.0, 10.0, 170.0, -170.0)
    assert across.holds(0.0, 175.0)
    assert across.holds(0.0, -175.0)
    assert not across.holds(0.0, 160.0)
    often = dataclasses.replace(SATELLITES, missed_probability=0.3)
    seen = np.mean([often.report(0.0, LAUNCH, rng) is not None for _ in range(3000)])
    assert seen == pytest.approx(0.7, abs=4 * math.sqrt(0.21 / 3000))


def test_false_launches_are_poisson_in_the_region():
    region = Region(33.0, 43.0, 124.0, 131.0)
    satellites = dataclasses.replace(SATELLITES, region=region, false_launches_per_day=48.0)
    counts = [len(satellites.false_reports(0.0, 7200.0, 1, run)) for run in range(500)]
    assert np.mean(counts) == pytest.approx(4.0, abs=4 * math.sqrt(4.0 / 500))
    assert np.var(counts) == pytest.approx(4.0, rel=0.3)
    reports = satellites.false_reports(0.0, 7200.0, 1, 0)
    assert all(region.holds(r.latitude_deg, r.longitude_deg) for r in reports)
    assert [r.t_s for r in reports] == sorted(r.t_s for r in reports)
    # A battle of half the length has the first of them, unmoved.
    half = satellites.false_reports(0.0, 3600.0, 1, 0)
    assert half == reports[: len(half)] or {repr(r) for r in half} <= {repr(r) for r in reports}
    assert SATELLITES.false_reports(0.0, 1e5, 1, 0) == []


@pytest.mark.parametrize(
    "change",
    [
        {"scan_delay_s": (3.0, 2.0, 4.0)},
        {"cloud_height_m": -1.0},
        {"heading_error_deg": math.nan},
        {"missed_probability": 1.1},
        {"false_launches_per_day": 1.0},
    ],
)
def test_impossible_options_are_refused(change):
    with pytest.raises(InputError, match="early_warning"):
        dataclasses.replace(SATELLITES, **change)


def test_what_needs_the_flight_says_so():
    with pytest.raises(InputError, match="flight"):
        ABOVE_CLOUD.report(0.0, LAUNCH, np.random.default_rng(1))
    with pytest.raises(InputError, match="latitude"):
        Region(10.0, 5.0, 0.0, 1.0)
