"""Launch points from tracks against flights made apart, and how two estimates combine."""

from functools import cache

import numpy as np
import pytest
import track_truth as truth

from hoplon.earth.geodesics import distance_km
from hoplon.errors import InputError
from hoplon.track import KnownMissile, LaunchPointEstimate, estimate_launch_point
from hoplon.track.launch_point import combine, disagreement, satellite_launch_point

LAUNCH = (40.5, 127.0)


@cache
def flown():
    return truth.fly(*LAUNCH)


def geodetic(r):
    # Heights of the truth are along the radius; up to 80 km that is the geodetic height to some metres.
    flat = np.arctan2(r[2], np.hypot(r[0], r[1]) * (1 - truth.F) ** 2)
    return np.degrees(flat), np.degrees(np.arctan2(r[1], r[0])), truth.radial_height(r)


@cache
def believed(**changes):
    # What a perfect library would say of this flight: its height at burnout, and the shape of its boost.
    _, states, burnout = flown()
    s = states[round(2 * burnout)]
    up = s[:3] / np.linalg.norm(s[:3])
    climb = s[3:] @ up
    level = np.linalg.norm(s[3:] - climb * up)
    lat, lon, height = geodetic(s[:3])
    shape = 1e3 * distance_km(*LAUNCH, lat, lon) * climb / level / height
    values = {
        "name": "perfect",
        "burnout_speed_m_s": 2500.0,
        "burnout_speed_sigma_m_s": 100.0,
        "burnout_height_km": height / 1e3,
        "burnout_height_sigma_km": 0.1 * height / 1e3,
        "boost_duration_s": burnout,
        "boost_duration_sigma_s": 5.0,
        "apogee_km": 200.0,
        "apogee_sigma_km": 20.0,
        "ballistic_coefficient_kg_m2": 2000.0,
        "boost_shape": shape,
    }
    return KnownMissile(**{**values, **changes})


@pytest.mark.parametrize("after_s", [0, 60, 150])
def test_a_known_state_and_a_right_library_lead_back_to_the_launch(after_s):
    _, states, burnout = flown()
    s = states[round(2 * (burnout + after_s))]
    got = estimate_launch_point(s[:3], s[3:], np.eye(6), after_s == 0, believed())
    # Drag between burnout (40 km) and the edge of the air, which the flight back leaves out, and the turn of
    # the Earth under the boost: together a tenth of the way of boost.
    assert distance_km(got.latitude_deg, got.longitude_deg, *LAUNCH) < 3.0
    major, minor, _ = got.ellipse(0.95)
    assert 1.0 < major < 30.0
    assert minor < major


def test_a_launch_behind_a_state_that_falls_is_not_invented():
    _, states, burnout = flown()
    s = states[round(2 * burnout)].copy()
    up = s[:3] / np.linalg.norm(s[:3])
    s[3:] -= 2 * up * (s[3:] @ up)
    assert estimate_launch_point(s[:3], s[3:], np.eye(6), True, believed()) is None


@pytest.mark.compiled
def test_the_ellipse_is_that_of_a_track_drawn_many_times():
    # Track, height and shape drawn as stated: the linear ellipse holds what it says. 400 draws: 95 % ± 3.3 %
    # at three standard errors, 50 % ± 7.5 %.
    _, states, burnout = flown()
    s = states[round(2 * (burnout + 30))]
    sigma = np.array([300.0] * 3 + [10.0] * 3)
    rng = np.random.default_rng(3)
    right = believed()
    truth_at = estimate_launch_point(s[:3], s[3:], np.diag(sigma**2), False, right)
    inside = []
    for _ in range(400):
        d = s + sigma * rng.standard_normal(6)
        library = believed(
            burnout_height_km=right.burnout_height_km + right.burnout_height_sigma_km * rng.standard_normal(),
            boost_shape=right.boost_shape + right.boost_shape_sigma * rng.standard_normal(),
        )
        got = estimate_launch_point(d[:3], d[3:], np.diag(sigma**2), False, library)
        inside.append(got.credibility(truth_at.latitude_deg, truth_at.longitude_deg))
    assert np.mean(np.array(inside) < 0.95) == pytest.approx(0.95, abs=0.033)
    assert np.mean(np.array(inside) < 0.5) == pytest.approx(0.5, abs=0.075)


def test_two_estimates_combine_by_their_information():
    # North-south from one, east-west from the other: the result takes the better of each.
    one = LaunchPointEstimate(40.0, 127.0, 1e6, 0.0, 1e10)
    other = LaunchPointEstimate(40.02, 127.02, 1e10, 0.0, 1e6)
    both = combine(one, other)
    assert both.latitude_deg == pytest.approx(40.02, abs=1e-4)
    assert both.longitude_deg == pytest.approx(127.0, abs=1e-4)
    assert both.east_variance_m2 == pytest.approx(1e6 * 1e10 / (1e6 + 1e10))
    assert both.source == "both"
    satellite = satellite_launch_point(40.0, 127.0, 5000.0)
    # A circle of 5 km: 95 % within 2.448 of them (Rayleigh).
    assert satellite.ellipse(0.95)[:2] == pytest.approx((12.24, 12.24), abs=0.01)
    assert disagreement(satellite, satellite) == 0.0
    far = satellite_launch_point(40.9, 127.0, 5000.0)
    assert disagreement(satellite, far) > 0.9999
    with pytest.raises(InputError, match="probability"):
        satellite.ellipse(1.0)
    with pytest.raises(InputError, match="boost_shape"):
        believed(boost_shape=-1.0)
