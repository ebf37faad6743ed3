"""Lanes, single flights and a slow twin are one method: they must agree, and the tables must be the
atmosphere."""

import math

import numpy as np
import pytest

from hoplon.earth import SPHERE_NOT_ROTATING, WGS84, Planet
from hoplon.earth import _kernels as earth
from hoplon.earth import _kernels_air as air
from hoplon.errors import InputError
from hoplon.flight import _kernels as k
from hoplon.flight import _kernels_step as pair
from hoplon.flight import fly_batch, free_flight
from hoplon.flight.batch import BATCH_TOLERANCE_M
from hoplon.flight.fly import LONGEST_FLIGHT_S
from hoplon.flight.segments import free_segments
from hoplon.verification.random_flights import random_flights

FINE_M = 1e-10 * WGS84.equatorial_radius_m
NO_TABLE = np.array([0.0, 1.0]), np.array([0.0, 0.0])


def one_by_one(r, v, coefficient, tolerance_m, planet=WGS84):
    nodes = np.empty((20_000, k.NODE_COLUMNS))
    out = []
    for state, c in zip(np.concatenate((r, v), axis=1), coefficient, strict=True):
        count, ending = k.integrate_into(
            nodes, state, 0.0, LONGEST_FLIGHT_S, free_segments(float(c)), *NO_TABLE,
            planet.as_array(), 0.0, tolerance_m, 400.0, None,
        )  # fmt: skip
        assert ending == k.IMPACT
        out.append(nodes[count - 1, :7].copy())
    return np.array(out)


def test_order_conditions_of_the_pair():
    # All trees to order 5, and to order 4 for the embedded weights (Hairer, Norsett and Wanner, Solving
    # Ordinary Differential Equations I, table II.2.2).
    a, c, b = pair.A, pair.C, pair.A[6]
    np.testing.assert_allclose(a.sum(axis=1), c, atol=2e-15)

    def conditions(b):
        one = np.ones(7)
        yield b @ one, 1.0
        yield b @ c, 1 / 2
        yield b @ c**2, 1 / 3
        yield b @ a @ c, 1 / 6
        yield b @ c**3, 1 / 4
        yield b @ (c * (a @ c)), 1 / 8
        yield b @ a @ c**2, 1 / 12
        yield b @ a @ a @ c, 1 / 24
        yield b @ c**4, 1 / 5
        yield b @ (c**2 * (a @ c)), 1 / 10
        yield b @ (a @ c) ** 2, 1 / 20
        yield b @ (c * (a @ c**2)), 1 / 15
        yield b @ (c * (a @ a @ c)), 1 / 30
        yield b @ a @ c**3, 1 / 20
        yield b @ a @ (c * (a @ c)), 1 / 40
        yield b @ a @ a @ c**2, 1 / 60
        yield b @ a @ a @ a @ c, 1 / 120

    for got, wanted in conditions(b):
        assert got == pytest.approx(wanted, abs=1e-14)
    for got, wanted in list(conditions(b - pair.E))[:8]:
        assert got == pytest.approx(wanted, abs=1e-14)


def test_tables_are_the_atmosphere():
    # 3e-9 of the drag of a whole descent, some kilometres, is some micrometres.
    rng = np.random.default_rng(1)
    for low, high, off in ((-4.9e3, 86e3, 3e-9), (86e3, 400e3, 2e-5)):
        for h in rng.uniform(low, high, 2000).tolist():
            place = air.air_place(h)
            density, pressure, _, sound = earth.atmosphere(h)
            tabled, tabled_pressure, slowness = air.air_at(place)
            assert tabled == air.air_density(place) == pytest.approx(density, rel=off)
            assert tabled_pressure == pytest.approx(pressure, rel=off)
            assert 1.0 / slowness == pytest.approx(sound, rel=off)
    assert air.air_density(air.air_place(1200e3)) == air.air_density(air.air_place(1e8)) == 0.0


def test_series_is_the_ellipsoid():
    rng = np.random.default_rng(2)
    terms = air.planet_terms(WGS84.as_array())
    for _ in range(500):
        lat, lon = math.asin(rng.uniform(-1.0, 1.0)), rng.uniform(-math.pi, math.pi)
        h = float(np.exp(rng.uniform(0.0, math.log(1e6))))
        x, y, z = earth.ecef_from_geodetic_on(lat, lon, h, WGS84.equatorial_radius_m, WGS84.flattening)
        across, along, height = air.pull(x, y, z, terms)
        # A micrometre at the ground, 0.1 mm at 100 km, 4 mm at 1,000 km.
        assert height == pytest.approx(h, abs=1e-6 + 4e-10 * h + 5e-15 * h**2)
        np.testing.assert_allclose(
            (across * x, across * y, along * z),
            earth.gravity_j2(x, y, z, *WGS84.as_array()[[0, 1, 3]]),
            rtol=1e-13,
        )
        # The vertical to 1e-5 rad.
        enu = earth.enu_matrix(lat, lon)
        v = rng.normal(0.0, 3e3, 3)
        assert air.rise(x, y, z, *v.tolist(), terms) == pytest.approx(float(enu[2] @ v), abs=0.1)


@pytest.mark.compiled
@pytest.mark.parametrize("tolerance_m", [BATCH_TOLERANCE_M, FINE_M])
def test_lanes_are_single_flights(tolerance_m):
    r, v, coefficient = random_flights(200, seed=3)
    single = one_by_one(r, v, coefficient, tolerance_m)
    batch = fly_batch(r, v, coefficient, tolerance_m=tolerance_m)
    # The same operations in the same order: far below the millimetre that is asked for.
    assert np.linalg.norm(batch.r_ecef_m - single[:, 1:4], axis=1).max() < 1e-6
    assert np.abs(batch.t_s - single[:, 0]).max() < 1e-9
    # Neighbours do not matter.
    some = fly_batch(r[::7], v[::7], coefficient[::7], tolerance_m=tolerance_m)
    np.testing.assert_array_equal(some.r_ecef_m, batch.r_ecef_m[::7])


@pytest.mark.compiled
def test_what_a_batch_says_of_impact_and_apogee():
    r, v, coefficient = random_flights(20, seed=4)
    batch = fly_batch(r, v, coefficient, ground_altitude_m=1500.0)
    for n in range(20):
        flight = free_flight(r[n], v[n], float(coefficient[n]), ground_altitude_m=1500.0)
        impact, apogee = flight.event("impact"), flight.event("apogee")
        assert batch.latitude_deg[n] == pytest.approx(impact.latitude_deg, abs=1e-4)  # 10 m
        assert (batch.longitude_deg[n] - impact.longitude_deg + 180) % 360 - 180 == pytest.approx(
            0.0, abs=1e-3
        )
        assert batch.t_s[n] == pytest.approx(impact.t_s, abs=0.05)
        assert batch.speed_m_s[n] == pytest.approx(impact.speed_m_s, abs=0.1)
        assert batch.apogee_m[n] == pytest.approx(apogee.altitude_m, abs=3.0)
        # A top is flat: a metre of height is half a second.
        assert batch.apogee_t_s[n] == pytest.approx(apogee.t_s, abs=1.0)


def test_bodies_that_do_not_come_down_and_none_at_all():
    r = np.array([[7e6, 0.0, 0.0], [6.5e6, 0.0, 0.0]])
    v = np.array([[0.0, 7.0e3, 0.0], [0.0, 1.0e3, 0.0]])
    batch = fly_batch(r, v, 3000.0)
    assert batch.landed.tolist() == [False, True]
    assert math.isnan(batch.latitude_deg[0])
    assert batch.apogee_m[1] == pytest.approx(6.5e6 - WGS84.equatorial_radius_m, abs=1e-3)
    assert len(fly_batch(np.empty((0, 3)), np.empty((0, 3)), 3000.0).t_s) == 0


def test_round_planet_at_rest_is_keplers():
    # Without air: the angle from start to impact and the time of an ellipse, from the equation of Kepler.
    planet = SPHERE_NOT_ROTATING
    gm, radius = planet.gm_m3_s2, planet.equatorial_radius_m
    r0, v0, steep = radius + 80e3, 5000.0, math.radians(35.0)
    axis = 1.0 / (2.0 / r0 - v0**2 / gm)
    momentum = r0 * v0 * math.cos(steep)
    eccentricity = math.sqrt(1.0 - momentum**2 / gm / axis)

    def anomalies(r, falling):
        eccentric = math.acos((1.0 - r / axis) / eccentricity)
        eccentric = 2.0 * math.pi - eccentric if falling else eccentric
        half = math.sqrt((1.0 + eccentricity) / (1.0 - eccentricity)) * math.tan(eccentric / 2.0)
        return 2.0 * math.atan(half) % (2.0 * math.pi), eccentric - eccentricity * math.sin(eccentric)

    start, end = anomalies(r0, False), anomalies(radius, True)
    time = (end[1] - start[1]) * math.sqrt(axis**3 / gm)
    out, east = np.array([0.6, 0.0, 0.8]), np.array([0.0, 1.0, 0.0])
    v = v0 * (math.sin(steep) * out + math.cos(steep) * east)
    batch = fly_batch([r0 * out], [v], math.inf, planet=planet, tolerance_m=FINE_M)
    assert batch.t_s[0] == pytest.approx(time, abs=1e-6)
    swept = math.atan2(batch.r_ecef_m[0] @ east, batch.r_ecef_m[0] @ out)
    assert swept == pytest.approx(end[0] - start[0], abs=1e-9)  # 6 mm
    assert batch.apogee_m[0] == pytest.approx(axis * (1.0 + eccentricity) - radius, abs=0.05)


def test_bad_batches():
    r, v = np.full((2, 3), 7e6), np.zeros((2, 3))
    for arguments, message in (
        ((r[0], v[0], 1.0), "not finite states"),
        ((r, v * math.nan, 1.0), "not finite states"),
        ((r, v, [1.0, 2.0, 3.0]), "does not fit"),
        ((r, v, [1.0, -2.0]), "does not fit"),
    ):
        with pytest.raises(InputError, match=message):
            fly_batch(*arguments)
    with pytest.raises(InputError, match="tolerance_m"):
        fly_batch(r, v, 1.0, tolerance_m=0.0)
    with pytest.raises(InputError, match="flattening"):
        Planet(1e14, 0.0, 0.0, 6e6, 0.1)
