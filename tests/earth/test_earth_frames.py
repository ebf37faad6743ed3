"""Frames against PROJ and pymap3d."""

import numpy as np
import pymap3d
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoplon.earth import WGS84, Planet, Site, _kernels, frames, geodesics
from hoplon.errors import InputError

# PROJ and pymap3d come back from Earth-fixed to geodetic only to about 8 mm high above the ground; the way
# out is good to nanometres: that is the tight test, and the way back is tested by closing the loop.
PLACES = [
    (0.0, 0.0, 0.0),
    (35.69, 139.69, 40.0),
    (-60.0, -179.9, 1e6),
    (89.9999, 12.0, 3e5),
    (90.0, 0.0, 0.0),
    (-90.0, 50.0, 1e5),
    (45.0, 180.0, 5e6),
    (1e-9, -90.0, -400.0),
]


def plain(kernel):
    return getattr(kernel, "py_func", kernel)


@pytest.mark.parametrize("lat, lon, h", PLACES)
def test_ecef_from_geodetic_against_proj(lat, lon, h):
    proj = pyproj.Transformer.from_crs(4979, 4978).transform(lat, lon, h)
    np.testing.assert_allclose(frames.ecef_from_geodetic(lat, lon, h), proj, rtol=0, atol=5e-9)
    for k in (_kernels.ecef_from_geodetic, plain(_kernels.ecef_from_geodetic)):
        np.testing.assert_allclose(k(np.radians(lat), np.radians(lon), h), proj, rtol=0, atol=5e-9)


@settings(deadline=None)  # the first call compiles
@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-5e3, 1e7))
def test_way_back_closes(lat, lon, h):
    r = frames.ecef_from_geodetic(lat, lon, h)
    # 0.1 micrometre at 10,000 km: rounding of the coordinates, some 1e-9 m, times the few operations.
    np.testing.assert_allclose(frames.ecef_from_geodetic(*frames.geodetic_from_ecef(r)), r, rtol=0, atol=1e-7)
    for k in (_kernels.geodetic_from_ecef, plain(_kernels.geodetic_from_ecef)):
        a, b, c = k(*r)
        back = frames.ecef_from_geodetic(np.degrees(a), np.degrees(b), c)
        np.testing.assert_allclose(back, r, rtol=0, atol=1e-7)
    assert _kernels.altitude(*r) == pytest.approx(h, abs=1e-6)
    assert plain(_kernels.altitude)(*r) == pytest.approx(h, abs=1e-6)


def test_vectorised_shapes():
    lat = np.linspace(-80, 80, 6).reshape(2, 3)
    r = frames.ecef_from_geodetic(lat, 10.0, 100.0)
    assert r.shape == (2, 3, 3)
    a, b, c = frames.geodetic_from_ecef(r)
    np.testing.assert_allclose(a, lat, atol=1e-12)
    np.testing.assert_allclose(b, 10.0, atol=1e-12)
    np.testing.assert_allclose(c, 100.0, atol=1e-8)


@settings(deadline=None)  # the first call compiles
@given(st.floats(-89, 89), st.floats(-179, 179), st.floats(-60, 60), st.floats(-1, 1), st.floats(1e3, 2e6))
def test_azimuth_elevation_range_against_pymap3d(lat, lon, lat_2, step, h):
    r = frames.ecef_from_geodetic(lat_2, lon + 20.0 * step, h)
    azimuth, elevation, distance = frames.aer_from_ecef(r, Site("radar", lat, lon, 100.0))
    az, el, rng = pymap3d.ecef2aer(*r, lat, lon, 100.0)
    assert distance == pytest.approx(rng, abs=1e-6)
    # pymap3d sets a component below 1 mm to zero.
    flat = distance * np.cos(np.radians(elevation))
    assert elevation == pytest.approx(el, abs=np.degrees(1.5e-3 / distance))
    if flat > 1.0:
        assert (azimuth - az + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=np.degrees(1.5e-3 / flat))


def test_enu_matrix_is_the_kernels_and_a_rotation():
    for lat, lon in ((35.0, 139.0), (-70.0, -10.0), (90.0, 0.0)):
        R = frames.enu_from_ecef_matrix(lat, lon)
        np.testing.assert_allclose(R @ R.T, np.eye(3), atol=1e-15)
        assert np.linalg.det(R) == pytest.approx(1.0)
        for k in (_kernels.enu_matrix, plain(_kernels.enu_matrix)):
            np.testing.assert_allclose(k(np.radians(lat), np.radians(lon)), R, atol=1e-15)
        e, n, u = pymap3d.ecef2enuv(1.0, 2.0, 3.0, lat, lon)
        np.testing.assert_allclose(R @ [1.0, 2.0, 3.0], [e, n, u], atol=1e-13)


def test_inertial_frame_turns_once_in_a_sidereal_day():
    r = frames.ecef_from_geodetic(35.0, 139.0, 0.0)
    day = 2.0 * np.pi / WGS84.rotation_rad_s
    assert day == pytest.approx(86164.1, abs=0.1)  # the sidereal day
    np.testing.assert_allclose(frames.eci_from_ecef(r, day), r, atol=1e-6)
    np.testing.assert_allclose(frames.ecef_from_eci(frames.eci_from_ecef(r, 1234.5), 1234.5), r, atol=1e-8)


def test_velocities_are_the_derivatives_of_positions():
    r, v, dt = frames.ecef_from_geodetic(35.0, 139.0, 2e5), np.array([3000.0, -1000.0, 500.0]), 0.5
    t = 700.0
    ahead = frames.eci_from_ecef(r + v * dt, t + dt)
    behind = frames.eci_from_ecef(r - v * dt, t - dt)
    v_eci = frames.velocity_eci_from_ecef(r, v, t)
    # Central difference of a turn: error omega2 v dt2 / 6, well below a millimetre a second.
    np.testing.assert_allclose(v_eci, (ahead - behind) / (2 * dt), atol=1e-4)
    back = frames.velocity_ecef_from_eci(frames.eci_from_ecef(r, t), v_eci, t)
    np.testing.assert_allclose(back, v, atol=1e-9)


def test_gravity_is_the_gradient_of_the_potential():
    gm, j2, a = WGS84.gm_m3_s2, WGS84.j2, WGS84.equatorial_radius_m

    def potential(x, y, z):
        r = np.sqrt(x * x + y * y + z * z)
        return gm / r * (1.0 - j2 * (a / r) ** 2 * (1.5 * (z / r) ** 2 - 0.5))

    for r in ([6378137.0, 0, 0], [0, 0, 6356752.0], [4e6, -3e6, 5e6]):
        r = np.array(r, float)
        numeric = [(potential(*(r + d)) - potential(*(r - d))) / 2.0 for d in np.eye(3)]
        for k in (_kernels.gravity_j2, plain(_kernels.gravity_j2)):
            np.testing.assert_allclose(k(*r, gm, j2, a), numeric, atol=1e-6)
    # NASA/TM-2015-218675 prints the gravity at 0 N 0 E at sea level.
    assert _kernels.gravity_j2(a, 0.0, 0.0, gm, j2, a)[0] == pytest.approx(-9.81419735, abs=5e-9)


def test_planet_on_a_sphere():
    ball = Planet(4e14, 0.0, 0.0, 6371e3, 0.0)
    assert list(ball.as_array()) == [4e14, 0.0, 0.0, 6371e3, 0.0]
    for k in (_kernels.geodetic_parts, plain(_kernels.geodetic_parts)):
        s, c, h = k(0.0, 3e6, 6e6, 6371e3, 0.0)
        assert h == pytest.approx(np.hypot(3e6, 6e6) - 6371e3, abs=1e-8)
        assert s / c == pytest.approx(2.0)


def test_geodesics():
    # Karney (2013), the worked example of GeographicLib: JFK to LHR, 5551.760 km at 51.4 degrees.
    assert geodesics.distance_km(40.6, -73.8, 51.6, -0.5) == pytest.approx(5551.759, abs=0.001)
    assert geodesics.azimuth_deg(40.6, -73.8, 51.6, -0.5) == pytest.approx(51.198883, abs=1e-6)
    lat, lon = geodesics.destination(40.6, -73.8, 51.198883, 5551.759)
    assert (lat, lon) == (pytest.approx(51.6, abs=1e-4), pytest.approx(-0.5, abs=1e-4))
    quarter = geodesics.distance_km(0, 0, 0, 90, radius_m=6371e3, flattening=0.0)
    assert quarter == pytest.approx(6371 * np.pi / 2)


def test_site_refuses_what_is_not_on_the_ground():
    site = Site("tokyo", 35.69, 139.69)
    assert not site.r_ecef_m.flags.writeable
    assert site == Site("tokyo", 35.69, 139.69)
    for bad in ((95.0, 0.0, 0.0), (0.0, 400.0, 0.0), (0.0, 0.0, 5e4), (float("nan"), 0.0, 0.0)):
        with pytest.raises(InputError, match="Give a value between"):
            Site("nowhere", *bad)
