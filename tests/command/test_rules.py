"""The rule: engage what falls on defended ground, let an overflight pass, wait while nothing is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoplon.command.rules import DefendedGround, Verdict, defend_assets, ground_at
from hoplon.earth.geodesics import destination, distance_km
from hoplon.track.impact import ImpactPrediction

TOKYO = DefendedGround("tokyo", 35.69, 139.69, 50.0)
OSAKA = DefendedGround("osaka", 34.69, 135.50, 40.0)


def prediction(latitude_deg, longitude_deg, semi_major_km=5.0):
    return ImpactPrediction(
        t_s=100.0,
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        impact_t_s=500.0,
        semi_major_km=semi_major_km,
        semi_minor_km=1.0,
        orientation_deg=0.0,
        apogee_km=200.0,
    )


def test_engages_what_falls_on_defended_ground():
    judged = defend_assets(prediction(35.7, 139.7), (TOKYO, OSAKA), widest_ellipse_km=100.0)
    assert (judged.verdict, judged.asset) == (Verdict.ENGAGE, "tokyo")


def test_lets_an_overflight_pass():
    # The impact of 29 August 2017, 1180 km east of Cape Erimo.
    judged = defend_assets(prediction(40.7, 157.0), (TOKYO, OSAKA), widest_ellipse_km=100.0)
    assert judged.verdict is Verdict.LET_PASS
    assert judged.asset == ""


def test_waits_for_a_better_track_than_that():
    judged = defend_assets(prediction(35.7, 139.7, semi_major_km=150.0), (TOKYO,), widest_ellipse_km=100.0)
    assert judged.verdict is Verdict.WAIT
    judged = defend_assets(
        prediction(35.7, 139.7, semi_major_km=float("nan")), (TOKYO,), widest_ellipse_km=100.0
    )
    assert judged.verdict is Verdict.WAIT


@given(st.floats(0.0, 360.0), st.floats(0.0, 300.0), st.floats(0.1, 99.0))
def test_the_edge_of_the_ellipse_decides(azimuth_deg, away_km, semi_major_km):
    latitude, longitude = destination(TOKYO.latitude_deg, TOKYO.longitude_deg, azimuth_deg, away_km)[:2]
    judged = defend_assets(prediction(latitude, longitude, semi_major_km), (TOKYO,), widest_ellipse_km=100.0)
    if abs(away_km - 50.0 - semi_major_km) > 0.01:
        engaged = away_km < 50.0 + semi_major_km
        assert judged.verdict is (Verdict.ENGAGE if engaged else Verdict.LET_PASS)


def test_the_deepest_ground_is_named():
    middle = (35.2, 137.6)
    wide = (DefendedGround("tokyo", 35.69, 139.69, 300.0), DefendedGround("osaka", 34.69, 135.50, 300.0))
    depth = {g.name: g.radius_km - distance_km(*middle, g.latitude_deg, g.longitude_deg) for g in wide}
    found = ground_at(*middle, wide)
    assert found is not None
    assert found.name == max(depth, key=depth.__getitem__)
    assert ground_at(0.0, 0.0, wide) is None


def test_ground_needs_no_list():
    assert ground_at(35.0, 139.0, ()) is None


@pytest.mark.parametrize("margin_km", [0.0, 10.0])
def test_margin_widens_the_ground(margin_km):
    latitude, longitude = destination(TOKYO.latitude_deg, TOKYO.longitude_deg, 90.0, 55.0)[:2]
    assert (ground_at(latitude, longitude, (TOKYO,), margin_km) is not None) == (margin_km > 5.0)
