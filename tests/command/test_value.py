"""The value that an impact ellipse covers, beside closed forms and published circle probabilities."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import ncx2

from hoplon.command.disc import disc_probability
from hoplon.command.rules import DefendedGround
from hoplon.command.value import threat_value
from hoplon.earth.geodesics import destination
from hoplon.errors import InputError
from hoplon.track.impact import CHI_SQUARE_95, ImpactPrediction


def one(along, across, radius, sigma_along, sigma_across):
    return float(
        disc_probability(
            np.array([along]), np.array([across]), np.array([radius]), sigma_along, sigma_across
        )[0]
    )


def prediction(semi_major_km=20.0, semi_minor_km=5.0, orientation_deg=40.0):
    return ImpactPrediction(0.0, 35.68, 139.77, 600.0, semi_major_km, semi_minor_km, orientation_deg, 300.0)


@pytest.mark.parametrize("ratio", [0.01, 0.3, 1.0, 1.1774, 3.0, 8.0])
def test_a_disc_about_the_mean_of_a_round_distribution(ratio):
    """1 - exp(-R^2 / (2 sigma^2)): half of all within 1.1774 sigma, the circular error probable."""
    assert one(0.0, 0.0, 7.0 * ratio, 7.0, 7.0) == pytest.approx(-math.expm1(-0.5 * ratio**2), rel=1e-10)


@given(st.floats(0.05, 20.0), st.floats(0.0, 6.0), st.floats(0.0, 360.0))
@settings(max_examples=60, deadline=None)
def test_a_disc_aside_of_a_round_distribution(radius, away, bearing_deg):
    """The squared distance is noncentral chi-square with two degrees of freedom."""
    turn = math.radians(bearing_deg)
    ours = one(away * math.cos(turn), away * math.sin(turn), radius, 1.0, 1.0)
    # SciPy's own series is good to 1e-9 here.
    assert ours == pytest.approx(ncx2.cdf(radius**2, 2, max(away, 1e-9) ** 2), rel=1e-7, abs=1e-10)


@pytest.mark.parametrize(
    "axes_ratio, drms, published",
    [(1.0, 1.0, 0.632), (1.0, 2.0, 0.982), (1e-4, 1.0, 0.683), (1e-4, 2.0, 0.954)],
)
def test_the_distance_root_mean_square_of_round_and_narrow_ellipses(axes_ratio, drms, published):
    """Of positions, 63.2 to 68.3 % lie within one drms and 95.4 to 98.2 % within two (textbooks)."""
    radius = drms * math.hypot(10.0, 10.0 * axes_ratio)
    # Published to three digits.
    assert one(0.0, 0.0, radius, 10.0, 10.0 * axes_ratio) == pytest.approx(published, abs=6e-4)


@pytest.mark.parametrize("q", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("radius", [0.5, 1.0, 2.5])
def test_a_disc_about_the_mean_of_an_ellipse(q, radius):
    """The Hoyt distribution, by its integral over directions, summed by another rule."""
    phi = (np.arange(20_000) + 0.5) * 2.0 * np.pi / 20_000
    shape = np.cos(phi) ** 2 + np.sin(phi) ** 2 / q**2
    expected = np.mean(-np.expm1(-0.5 * radius**2 * shape) / (shape * q))
    assert one(0.0, 0.0, radius, 1.0, q) == pytest.approx(expected, rel=1e-9)


def test_wide_and_narrow_limits():
    # A disc that is small beside the ellipse: its area times the density.
    assert one(3.0, -2.0, 0.01, 5.0, 4.0) == pytest.approx(
        1e-4 * math.pi * math.exp(-0.5 * (0.36 + 0.25)) / (2.0 * math.pi * 20.0), rel=1e-5
    )
    # An ellipse that is small beside the disc: in or out, and half of it on the edge.
    assert one(30.0, 0.0, 50.0, 0.01, 0.005) == pytest.approx(1.0, abs=1e-9)
    assert one(60.0, 0.0, 50.0, 0.01, 0.005) == pytest.approx(0.0, abs=1e-9)
    assert one(0.0, 50.0, 50.0, 0.01, 0.005) == pytest.approx(0.5, abs=1e-3)
    assert one(50.0, 0.0, 50.0, 0.01, 0.005) == pytest.approx(0.5, abs=1e-3)
    assert one(0.0, 0.0, 0.0, 1.0, 1.0) == pytest.approx(0.0, abs=1e-20)


@given(
    st.floats(-80.0, 80.0),
    st.floats(-80.0, 80.0),
    st.floats(0.1, 60.0),
    st.floats(0.5, 40.0),
    st.floats(0.02, 1.0),
)
@settings(max_examples=25, deadline=None)
def test_quadrature_has_converged(along, across, radius, sigma, ratio):
    """The same integral with the chords along the short axis, by a plain sum over 100,000 of them."""
    theta = (np.arange(100_000) + 0.5) * math.pi / 100_000 - 0.5 * math.pi
    x, half = along + radius * np.sin(theta), radius * np.cos(theta)
    chord = ndtr((across + half) / (sigma * ratio)) - ndtr((across - half) / (sigma * ratio))
    density = np.exp(-0.5 * (x / sigma) ** 2) / (math.sqrt(2.0 * math.pi) * sigma)
    summed = float((density * chord * half).sum()) * math.pi / 100_000
    assert one(along, across, radius, sigma, sigma * ratio) == pytest.approx(summed, abs=1e-7)


def test_a_threat_is_worth_what_it_covers():
    seen = prediction(semi_major_km=30.0, semi_minor_km=30.0)
    sigma = 30.0 / math.sqrt(CHI_SQUARE_95)
    near = DefendedGround("near", 35.68, 139.77, 20.0)
    aside = DefendedGround("aside", *destination(35.68, 139.77, 77.0, 25.0), 10.0)
    far = DefendedGround("far", 43.06, 141.35, 50.0)
    found = threat_value(seen, [near, aside, far], [9.0, 2.0, 5.0])
    p = -math.expm1(-0.5 * (20.0 / sigma) ** 2), ncx2.cdf((10.0 / sigma) ** 2, 2, (25.0 / sigma) ** 2), 0.0
    assert found.probability == pytest.approx(p, abs=1e-6)
    assert found.value == pytest.approx(9.0 * p[0] + 2.0 * p[1], rel=1e-6)


def test_the_long_axis_points_where_the_prediction_says():
    """The same distance along the long axis is covered, across it is not."""
    seen = prediction(semi_major_km=40.0, semi_minor_km=2.0, orientation_deg=40.0)
    along, across = (
        DefendedGround(str(turn), *destination(35.68, 139.77, 40.0 + turn, 20.0), 5.0) for turn in (0.0, 90.0)
    )
    found = threat_value(seen, [along, across], [1.0, 1.0])
    assert found.probability[0] > 0.1
    assert found.probability[1] < 1e-12
    back = DefendedGround("back", *destination(35.68, 139.77, 220.0, 20.0), 5.0)
    assert threat_value(seen, [back], [1.0]).value == pytest.approx(found.probability[0], rel=1e-3)


def test_a_better_track_sharpens_the_value():
    city = DefendedGround("city", 35.68, 139.77, 15.0)
    values = [threat_value(prediction(a, a / 4.0), [city], [1.0]).value for a in (200.0, 80.0, 30.0, 10.0)]
    assert values == sorted(values)
    assert values[-1] > 0.99


def test_nothing_to_defend_is_worth_nothing():
    assert threat_value(prediction(), [], []).value == 0.0


@pytest.mark.parametrize("value", [[1.0, 2.0], [-1.0], [math.nan]])
def test_wrong_values_are_refused(value):
    with pytest.raises(InputError, match="value"):
        threat_value(prediction(), [DefendedGround("city", 35.0, 139.0, 10.0)], value)
