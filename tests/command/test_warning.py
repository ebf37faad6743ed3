"""How likely a place is to be hit or passed over, and when people are told."""

import math

import numpy as np
import pytest
from scipy.stats import ncx2

from hoplon.command.disc import QUICK, disc_probability
from hoplon.command.rules import DefendedGround
from hoplon.command.warning import WarnedGround, alert_time_s, directions
from hoplon.earth.geodesics import destination
from hoplon.earth.sites import Site
from hoplon.track.impact import CHI_SQUARE_95, ImpactPrediction

#: Half axis of a 95 % ellipse for one standard deviation.
AXIS = math.sqrt(CHI_SQUARE_95)


def predicted(latitude=35.0, longitude=136.0, long_km=10.0, short_km=10.0, azimuth=90.0):
    """A prediction with given standard deviations along and across its long axis."""
    return ImpactPrediction(0.0, latitude, longitude, 400.0, AXIS * long_km, AXIS * short_km, azimuth, 200.0)


def test_the_delay_runs_from_the_first_report_and_the_message_takes_its_time():
    assert alert_time_s(60.0, 150.0, 120.0) == 180.0
    assert alert_time_s(60.0, 400.0, 120.0) == 400.0
    assert alert_time_s(60.0, 400.0, 120.0, 5.0) == 405.0


def hit_probability(along, across, sigma_along, sigma_across, radius):
    return float(disc_probability(along, across, radius, sigma_along, sigma_across, QUICK))


def test_a_circle_about_the_middle_of_a_round_distribution():
    # Rayleigh's distribution: 1 - exp(-r²/2σ²); 39.35 % lie within one standard deviation.
    assert hit_probability(0.0, 0.0, 1.0, 1.0, 1.0) == pytest.approx(0.393469, abs=1e-5)
    assert hit_probability(0.0, 0.0, 3.0, 3.0, 3.0 * math.sqrt(5.991465)) == pytest.approx(0.95, abs=1e-5)


def test_a_circle_beside_the_middle_follows_marcum():
    # Q₁(1, 1) = (1 + e^-1 I₀(1)) / 2 with I₀(1) = 1.2660658778 (Abramowitz and Stegun, table 9.8).
    marcum = 0.5 * (1.0 + math.exp(-1.0) * 1.2660658778)
    assert hit_probability(0.6, 0.8, 1.0, 1.0, 1.0) == pytest.approx(1.0 - marcum, abs=1e-5)
    for offset, radius in ((0.3, 2.0), (3.0, 1.0), (5.0, 4.5)):
        # The squared distance from the circle's middle is non-central chi-square.
        expected = ncx2.cdf(radius**2, 2, offset**2)
        assert hit_probability(offset, 0.0, 1.0, 1.0, radius) == pytest.approx(expected, abs=1e-5)


def test_a_thin_ellipse_is_a_line():
    # Along a line the circle is an interval of the normal distribution: 68.27 % within one sigma.
    assert hit_probability(0.0, 0.0, 10.0, 1e-3, 10.0) == pytest.approx(math.erf(math.sqrt(0.5)), abs=1e-5)


@pytest.mark.parametrize(
    ("offset", "sigmas", "radius"),
    [((14.0, 3.0), (10.0, 0.2), 15.0), ((30.0, 0.0), (50.0, 20.0), 15.0), ((16.0, 16.0), (8.0, 5.0), 15.0)],
)
def test_any_ellipse_against_drawing(offset, sigmas, radius):
    rng = np.random.default_rng(5)
    x, y = (a + s * rng.standard_normal(400_000) for a, s in zip(offset, sigmas, strict=True))
    drawn = float(np.mean(x * x + y * y < radius * radius))
    # Four standard deviations of the drawn share.
    room = 4.0 * math.sqrt(drawn * (1.0 - drawn) / 400_000)
    assert hit_probability(*offset, *sigmas, radius) == pytest.approx(drawn, abs=room)


def test_a_place_is_found_where_the_ellipse_says():
    # Long axis east-west: a place 20 km east is likelier than one 20 km north.
    east, north = (destination(35.0, 136.0, azimuth, 20.0) for azimuth in (90.0, 0.0))
    places = [DefendedGround("east", *east, 10.0), DefendedGround("north", *north, 10.0)]
    chance = WarnedGround.of(places).hit([predicted(long_km=20.0, short_km=2.0)])[0]
    assert chance[0] == pytest.approx(float(hit_probability(20.0, 0.0, 20.0, 2.0, 10.0)), rel=0.02)
    assert chance[1] < 1e-3


def test_places_far_away_and_on_the_other_side_are_safe():
    places = [DefendedGround("far", 45.0, 150.0, 50.0), DefendedGround("opposite", -35.0, -44.0, 500.0)]
    assert not WarnedGround.of(places).hit([predicted(long_km=100.0)]).any()


def test_directions_are_those_of_sites():
    site = Site("x", 43.1, 141.3)
    unit = site.r_ecef_m / np.linalg.norm(site.r_ecef_m)
    assert directions(np.array([43.1]), np.array([141.3]))[0] == pytest.approx(unit, abs=1e-12)


def path_east(kilometres, height_km=300.0, step_km=20.0):
    """A path due east from 35 N 130 E along the geodesic, at a height."""
    points = [destination(35.0, 130.0, 90.0, d) for d in np.arange(0.0, kilometres, step_km)]
    return np.array([Site("p", lat, lon).r_ecef_m * (1.0 + height_km / 6371.0) for lat, lon in points])


def test_a_path_passes_over_what_lies_beneath_it():
    end = destination(35.0, 130.0, 90.0, 1000.0)
    over = destination(35.0, 130.0, 90.0, 505.0)
    beside = destination(*over, 0.0, 15.0)
    behind = destination(35.0, 130.0, 270.0, 100.0)
    beyond = destination(35.0, 130.0, 90.0, 1200.0)
    places = [DefendedGround(str(i), *p, 15.0) for i, p in enumerate((over, beside, behind, beyond))]
    end_at = predicted(*end, long_km=20.0, short_km=3.0)
    chance = WarnedGround.of(places).passed([end_at], path_east(1000.0)[None])[0]
    # Across the path the spread is that of the short axis: the edge of a circle is passed half the time.
    assert chance[0] == pytest.approx(1.0, abs=1e-3)
    assert chance[1] == pytest.approx(0.5, abs=0.06)
    assert chance[2] == chance[3] == 0.0
