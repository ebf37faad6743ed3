"""The ballistic reach against Kepler's ellipses, and the catalogue's claims beside it."""

import math

import numpy as np
import pytest

from hoplon.interceptor import Interceptor
from hoplon.interceptor.envelope import _coast_s, envelope, judged, reach
from hoplon.interceptor.flyout import EARTH_GM_M3_S2 as GM
from hoplon.interceptor.flyout import EARTH_RADIUS_M as R
from hoplon.scenario import catalogue, describe
from hoplon.scenario.published_reach import published_reach

pytestmark = pytest.mark.compiled


@pytest.mark.parametrize("speed_m_s", [2000.0, 3500.0])
def test_longest_distance_after_a_short_boost_is_that_of_kepler(speed_m_s):
    """Ground to ground, tan(range / 2R) = q sin g cos g / (1 - q cos^2 g), q = v^2 R / GM, for the best g.

    The speed is what remains of the ideal one after 5 % spent upright and 10 % turning. To 1 %: in a boost of
    1 s gravity takes up to 10 m/s.
    """
    it = Interceptor("impulse", speed_m_s, 1.0, 0.0, 1e6, 1e7, 0.0, 0.0, 1.0, 1e12)
    climb = np.radians(np.linspace(10.0, 80.0, 1401))[:, None]
    up = 0.5 * np.pi + (climb - 0.5 * np.pi) * np.linspace(0.0, 1.0, 501)
    across = 0.85 * np.cos(climb[:, 0]) + 0.10 * np.cos(up).mean(axis=1)
    rise = 0.85 * np.sin(climb[:, 0]) + 0.10 * np.sin(up).mean(axis=1) + 0.05
    q = speed_m_s**2 * (across**2 + rise**2) * R / GM
    angle = np.arctan2(rise, across)
    half = np.arctan2(q * np.sin(angle) * np.cos(angle), 1.0 - q * np.cos(angle) ** 2)
    assert envelope(it).longest_m == pytest.approx(2.0 * R * half.max(), rel=1e-2)


def test_reach_grows_with_speed_and_ends_at_the_lowest_altitude():
    it = Interceptor("sm3", 3200.0, 65.0, 100e3, 500e3, 700e3, 0.0, 0.0, 1e3)
    flown = reach(it, (3000.0, 3200.0, 3500.0), (50.0, 65.0, 75.0))
    assert flown.low.boost_time_s == 75.0
    assert flown.low.longest_m < flown.best.longest_m < flown.high.longest_m
    assert flown.low.highest_m < flown.best.highest_m < flown.high.highest_m
    assert flown.low.soonest_s > flown.best.soonest_s > flown.high.soonest_s
    weak = envelope(Interceptor("weak", 1000.0, 20.0, 100e3, 500e3, 700e3, 0.0, 0.0, 1e3))
    assert weak.longest_m == 0.0
    assert np.isnan(weak.soonest_s)


@pytest.mark.parametrize(("speed_m_s", "share"), [(4500.0, 1.04), (5500.0, 1.00), (8300.0, 0.82)])
def test_paths_are_followed_for_as_long_as_is_said(speed_m_s, share):
    """Up and down the radial ellipse: 2 a^1.5 / sqrt(GM) (pi - E + sin E), with cos E = 1 - R / a."""
    axis = 1.0 / (2.0 / R - speed_m_s**2 / GM)
    anomaly = math.acos(1.0 - R / axis)
    there_and_back = 2.0 * math.sqrt(axis**3 / GM) * (math.pi - anomaly + math.sin(anomaly))
    assert _coast_s(speed_m_s) / there_and_back == pytest.approx(share, abs=0.01)


def test_judgement():
    assert judged(100.0, 90.0, 110.0, 130.0) == "reached"
    assert judged(120.0, 90.0, 110.0, 130.0) == "reached above the best values"
    assert judged(140.0, 90.0, 110.0, 130.0) == "not reached"


def test_every_interceptor_shows_claims_beside_reach():
    library = catalogue()
    for name in library.usable_interceptors():
        rows = {row.key: row for row in describe(name).reach}
        assert rows.keys() == {"maximum_altitude_km", "range_km"}
        assert all(0.0 < row.low_km < row.best_km < row.high_km for row in rows.values())
    assert describe("ngi").reach == ()
    arrow = {row.key: row.verdict for row in published_reach(library.interceptor("arrow3"))}
    assert arrow == {"maximum_altitude_km": "assumed, no claim", "range_km": "not reached"}
    assert {row.verdict for row in describe("thaad").reach} == {"reached"}
