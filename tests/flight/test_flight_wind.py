"""Wind against closed forms: what two observers of one fall must agree on."""

import numpy as np
import pytest

from hoplon.earth import WGS84, Planet, Site
from hoplon.errors import InputError
from hoplon.flight import Stage, Vehicle, Wind, fly, free_flight

ROCKET = Vehicle("rocket", (Stage(4000.0, 1200.0, 70.0, 230.0, 250.0, 0.88),), 1000.0, 2500.0, True)


def test_turning_air_is_wind_that_grows_with_height():
    # Seen by an observer who does not turn, the air of a rotating planet is a wind of omega r towards east:
    # over the equator a linear wind shear. Two codes that share nothing (Coriolis and centrifugal terms, and
    # the wind) must then fly the same path.
    gm, radius, omega = WGS84.gm_m3_s2, 6371e3, 7.0e-5
    turning = Planet(gm, 0.0, omega, radius, 0.0)
    still = Planet(gm, 0.0, 0.0, radius, 0.0)
    heights = np.array([0.0, 400e3])
    wind = Wind(tuple(heights), tuple(omega * (radius + heights)), (0.0, 0.0))
    r = np.array([radius + 70e3, 0.0, 0.0])
    v = np.array([1500.0, 1800.0, 0.0])
    seen = free_flight(r, v, 1500.0, planet=turning)
    other = free_flight(r, v + np.array([0.0, omega * r[0], 0.0]), 1500.0, planet=still, wind=wind)
    t = seen.flight_time_s
    assert other.flight_time_s == pytest.approx(t, abs=1e-3)
    x, y, z = seen.r_ecef_m[-1]
    c, s = np.cos(omega * t), np.sin(omega * t)
    turned = np.array([c * x - s * y, s * x + c * y, z])
    # Each integrates to 0.1 m a step.
    assert np.linalg.norm(other.r_ecef_m[-1] - turned) < 0.5


@pytest.mark.parametrize("east, north", [(40.0, 0.0), (0.0, -25.0), (15.0, 30.0)])
def test_a_steady_wind_over_flat_ground_is_a_moving_observer(east, north):
    # Galileo: what falls in a steady wind falls as in still air past an observer who moves with the air.
    # Ground that is flat enough: a planet a thousand times as large, with the same gravity at its surface.
    radius = 6371e6
    flat = Planet(9.8 * radius**2, 0.0, 0.0, radius, 0.0)
    r, up = np.array([radius + 9e3, 0.0, 0.0]), np.array([1.0, 0.0, 0.0])
    air = np.array([0.0, east, north])
    v = 150.0 * up + [0.0, 60.0, -20.0]
    windy = free_flight(r, v, 900.0, planet=flat, wind=Wind((0.0,), (east,), (north,)))
    calm = free_flight(r, v - air, 900.0, planet=flat)
    t = calm.flight_time_s
    # Over 4 km the ground falls by a millimetre, and up turns by a millionth.
    assert windy.flight_time_s == pytest.approx(t, abs=0.01)
    np.testing.assert_allclose(windy.r_ecef_m[-1] - calm.r_ecef_m[-1], t * air, atol=0.3)


def test_a_light_body_ends_up_moving_with_the_wind():
    r = np.array([WGS84.equatorial_radius_m + 3e3, 0.0, 0.0])
    wind = Wind((0.0, 1000.0, 3000.0), (10.0, 10.0, 60.0), (-5.0, -5.0, -5.0))
    flight = free_flight(r, np.zeros(3), 20.0, wind=wind)
    _, east, north = flight.v_ecef_m_s[-1]
    # Coriolis turns a fall of 18 m/s by 2 omega v = 2.6 mm/s2, against which drag g / v = 0.5 /s holds 5
    # mm/s.
    assert east == pytest.approx(10.0, abs=0.02)
    assert north == pytest.approx(-5.0, abs=0.02)


def test_no_wind_is_a_wind_of_zero():
    launch = Site("launch", 40.0, 128.0)
    calm = fly(ROCKET, launch, 90.0, 4.0)
    zero = fly(ROCKET, launch, 90.0, 4.0, wind=Wind((0.0, 5e3), (0.0, 0.0), (0.0, 0.0)))
    np.testing.assert_array_equal(calm.nodes, zero.nodes)
    jet = fly(ROCKET, launch, 90.0, 4.0, wind=Wind((0.0, 10e3, 20e3), (0.0, 50.0, 0.0), (0.0, 0.0, 0.0)))
    assert np.linalg.norm(jet.r_ecef_m[-1] - calm.r_ecef_m[-1]) > 100.0


@pytest.mark.parametrize(
    "table",
    [
        ((), (), ()),
        ((0.0, 1.0), (0.0,), (0.0, 0.0)),
        ((1.0, 0.0), (0.0, 0.0), (0.0, 0.0)),
        ((0.0,), (np.nan,), (0.0,)),
    ],
)
def test_bad_tables(table):
    with pytest.raises(InputError, match="table of wind"):
        Wind(*table)
