"""The radar horizon against the tables of three Earths, and against Bouguer's law by quadrature."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from hoplon.errors import InputError
from hoplon.sensor import _kernels
from hoplon.sensor.refraction import (
    MEAN_RADIUS_M,
    horizon_table,
    lowest_visible_altitude_m,
    lowest_visible_elevation_rad,
)

GROUND_KM = np.array([200, 500, 1000, 1500, 2000, 3000, 4000.0])
LOWEST_KM = {
    "geometric": [3.1, 19.7, 79.3, 180.8, 327.4, 778.0, 1501.3],
    "four_thirds": [2.4, 14.7, 59.2, 134.2, 241.0, 558.7, 1037.4],
    "exponential": [2.3, 15.6, 68.5, 162.8, 301.6, 733.4, 1430.1],
}


@pytest.mark.parametrize("model", LOWEST_KM)
def test_lowest_visible_altitude_matches_the_table(model):
    altitude_km = lowest_visible_altitude_m(GROUND_KM * 1e3, model=model) / 1e3
    # The table is given to 0.1 km.
    assert altitude_km == pytest.approx(LOWEST_KM[model], abs=0.051)


@pytest.mark.parametrize("elevation_deg", [0, 3, 5, 7.6, 10, 15])
def test_published_geometric_mask_table(elevation_deg):
    # Spherical Earth, no refraction, ground ranges 500 and 1000 km; given to 1 km.
    table = {0: (20, 79), 3: (46, 133), 5: (64, 170), 7.6: (87, 218), 10: (110, 264), 15: (157, 365)}
    altitude_km = lowest_visible_altitude_m([5e5, 1e6], elevation_deg, model="geometric") / 1e3
    assert altitude_km == pytest.approx(table[elevation_deg], abs=1.0)


@pytest.mark.parametrize(
    "elevation_deg, radar_m, target_m", [(0.5, 0, 80e3), (1, 2000, 400e3), (5, 100, 119e3), (30, 0, 1e6)]
)
def test_ray_obeys_bouguers_law(elevation_deg, radar_m, target_m):
    # n r cos e is constant, so dθ/dr = C / (r √(n² r² - C²)): another equation for the same ray.
    def n(h):
        return 1 + 313e-6 * math.exp(-h / 7350)

    c = n(radar_m) * (MEAN_RADIUS_M + radar_m) * math.cos(math.radians(elevation_deg))

    def slope(h):
        r = MEAN_RADIUS_M + h
        return c / (r * math.sqrt((n(h) * r) ** 2 - c**2))

    theta, _ = integrate.quad(slope, radar_m, target_m, limit=400, epsrel=1e-10)
    altitude = lowest_visible_altitude_m(theta * MEAN_RADIUS_M, elevation_deg, radar_m)
    # Linear between the nodes of the ray 1 km apart.
    assert altitude == pytest.approx(target_m, abs=5.0)


def test_total_bending_of_a_horizontal_ray():
    # 313 N-units at the surface bend a ray from the horizon to space by about 0.6-0.8 deg, 12 to 14 mrad
    # (Bean and Thayer, CRPL exponential reference atmosphere 1959: 13.9 mrad at 70 km for N = 313).
    path = _kernels.trace_ray(MEAN_RADIUS_M, 0.0, 0.0, 313e-6, 7350.0, 120e3, 1000.0, 4000)
    bending = path[-1, 0] - path[-1, 2]
    assert 0.0105 < bending < 0.0145


def test_kernel_and_its_plain_self_follow_one_ray():
    arguments = (MEAN_RADIUS_M, 500.0, 0.01, 313e-6, 7350.0, 120e3, 2000.0, 4000)
    plain = getattr(_kernels.trace_ray, "py_func", _kernels.trace_ray)
    assert _kernels.trace_ray(*arguments) == pytest.approx(plain(*arguments), rel=1e-12)


@settings(deadline=None)
@given(st.floats(-8, 60), st.floats(0, 4000), st.floats(5e3, 4e6))
def test_elevation_test_and_altitude_test_are_one_ray(elevation_deg, radar_m, ground_m):
    altitude = float(lowest_visible_altitude_m(ground_m, elevation_deg, radar_m))
    theta = ground_m / MEAN_RADIUS_M
    x = (MEAN_RADIUS_M + altitude) * math.sin(theta)
    y = (MEAN_RADIUS_M + altitude) * math.cos(theta) - MEAN_RADIUS_M - radar_m
    if math.isinf(altitude):
        return
    lowest = lowest_visible_elevation_rad(math.hypot(x, y), elevation_deg, radar_m)
    assert lowest == pytest.approx(math.atan2(y, x), abs=2e-5)
    # Rays bend downward, and no ray passes below the ground.
    assert lowest <= math.radians(max(elevation_deg, 0)) + 1e-9
    assert altitude > -1.0


def test_a_mountain_sees_further_down():
    # A radar on 1,000 m looks down to its tangent to the ground: it sees the ground at 4/3-Earth distance
    # √(2 · 8495 km · 1 km) = 130 km (the exponential air near the ground is close to the 4/3 Earth there).
    ground = np.arange(50e3, 250e3, 1e3)
    altitude = lowest_visible_altitude_m(ground, -5.0, 1000.0)
    assert ground[np.argmin(altitude)] == pytest.approx(130e3, abs=5e3)
    assert altitude.min() == pytest.approx(0.0, abs=1.0)
    assert np.all(lowest_visible_altitude_m(ground, 0.0, 1000.0) > altitude)


def test_table_is_the_ray_and_cannot_be_written():
    table = horizon_table(2.0, 100.0)
    assert table is horizon_table(2.0, 100.0)
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 0.0
    between = (np.arange(1, 1999) + 0.5) * 5000.0
    straight = 0.5 * (table[1:-1] + table[2:])
    exact = lowest_visible_elevation_rad(between, 2.0, 100.0)
    # 2 microradians are 2 m at 1,000 km.
    assert np.max(np.abs(straight - exact)) < 2e-6


def test_beyond_the_ray_nothing_is_visible():
    assert np.isinf(lowest_visible_altitude_m(11e6))


@pytest.mark.parametrize(
    "arguments", [(1e5, 91.0), (1e5, math.nan), (1e5, 0.0, -5.0), (1e5, 0.0, 2e5), (1e5, 0.0, 0.0, "vacuum")]
)
def test_impossible_rays_are_refused(arguments):
    with pytest.raises(InputError):
        lowest_visible_altitude_m(*arguments)
