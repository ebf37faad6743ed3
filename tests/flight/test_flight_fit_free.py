"""Fits of free flight: they arrive on the full model, and in vacuum they are Kepler's."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoplon.earth import SPHERE_NOT_ROTATING, Site, geodesics
from hoplon.earth import _kernels as earth
from hoplon.errors import InputError, UnreachableError
from hoplon.flight import _kernels_fall as kf
from hoplon.flight import fit_free_flight, minimum_energy
from hoplon.flight.free_fit import air_table

ORIGIN = Site("origin", 0.0, 0.0)


def test_vacuum_over_a_round_earth_is_the_closed_form():
    # From the ground, with the minimum-energy apogee: the closed form's speed and angle.
    for range_km in (500.0, 1300.0, 3500.0, 10000.0):
        path = minimum_energy(range_km)
        aim = Site("aim", 0.0, math.degrees(range_km / 6371.0))
        flight = fit_free_flight(ORIGIN, 0.0, aim, path.apogee_km, planet=SPHERE_NOT_ROTATING)
        v = flight.v_ecef_m_s[0]
        assert np.linalg.norm(v) == pytest.approx(path.speed_m_s, rel=1e-5)
        assert math.degrees(math.atan2(v[0], v[1])) == pytest.approx(path.angle_deg, abs=2e-3)
        assert flight.flight_time_s == pytest.approx(path.time_s, rel=1e-5)


def test_published_speeds_at_100_km():
    # Gronlund, Lewis, Postol & Wright, Arms Control Today, April 1994: 3,500 km and 10,000 km.
    for range_km, published in ((3500.0, 4976.0), (10000.0, 7062.0)):
        aim = Site("aim", 0.0, math.degrees(range_km / 6371.0))
        apogee_km = minimum_energy(range_km).apogee_km
        flight = fit_free_flight(ORIGIN, 0.0, aim, apogee_km, planet=SPHERE_NOT_ROTATING)
        assert flight.event("down_through_100_km").speed_m_s == pytest.approx(published, rel=1e-3)


@pytest.mark.compiled
@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.floats(-80.0, 80.0),
    st.floats(-180.0, 180.0),
    st.floats(0.0, 360.0),
    st.floats(100.0, 9000.0),
    st.floats(50.0, 200.0),  # lower, and flat, the air may take more than any speed can give
    st.floats(0.7, 4.0),
    st.floats(600.0, 15000.0),
    st.floats(0.0, 3000.0),
)
def test_arrives(lat, lon, azimuth_deg, range_km, start_km, loft, coefficient, altitude_m):
    start = Site("start", lat, lon)
    aim = Site("aim", *geodesics.destination(lat, lon, azimuth_deg, range_km), altitude_m)
    apogee_km = start_km + 20.0 + loft * minimum_energy(range_km).apogee_km
    flight = fit_free_flight(start, start_km, aim, apogee_km, coefficient)
    assert np.linalg.norm(flight.r_ecef_m[-1] - aim.r_ecef_m) < 10.0
    assert flight.apogee_km == pytest.approx(apogee_km, abs=0.01)


def test_table_of_the_air_is_the_atmosphere():
    table = air_table()
    for height in np.linspace(-4000.0, 300e3, 997):
        high = earth.US76_RADIUS * height / (earth.US76_RADIUS + height)
        n, s = divmod((high - kf.AIR_LOWEST) / kf.AIR_STEP, 1.0)
        c = table[int(n)]
        density = c[0] + s * (c[1] + s * (c[2] + s * c[3]))
        # Between 86 and 86.3 km an interval holds the seam to the tabulated upper air.
        bound = 1e-3 if abs(height - 86e3) < 500.0 else 2e-5
        assert density == pytest.approx(earth.atmosphere(height)[0], rel=bound)


def test_refuses_what_cannot_be():
    aim = Site("aim", 0.0, 9.0)
    with pytest.raises(InputError, match="apogee_km"):
        fit_free_flight(ORIGIN, 80.0, aim, 70.0)
    with pytest.raises(InputError, match="ballistic_coefficient"):
        fit_free_flight(ORIGIN, 80.0, aim, 300.0, -1.0)
    with pytest.raises(InputError, match="start_altitude_km"):
        fit_free_flight(ORIGIN, -1.0, aim, 300.0)
    # Air stops a light body long before.
    with pytest.raises(UnreachableError, match="without thrust"):
        fit_free_flight(ORIGIN, 10.0, Site("aim", 0.0, 30.0), 20.0, 50.0)
