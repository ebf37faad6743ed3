"""Minimum energy: the closed form, and flights, against the table and against published speeds."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoplon.earth import SPHERE_NOT_ROTATING
from hoplon.errors import InputError
from hoplon.flight import free_flight, minimum_energy

# Range km, speed m/s, angle deg, apogee km, time s, speed at 100 km m/s: non-rotating sphere of 6,371 km.
# 4,976 and 7,062 m/s stand in Gronlund, Lewis, Postol & Wright, Arms Control Today, April 1994.
TABLE = [
    (500, 2173, 43.88, 122.5, 327.4, 1670),
    (1000, 3016, 42.75, 239.9, 474.4, 2676),
    (1300, 3401, 42.08, 307.9, 548.5, 3104),
    (2000, 4113, 40.50, 458.8, 701.8, 3871),
    (3500, 5167, 37.13, 744.6, 984.9, 4976),
    (5500, 6075, 32.63, 1040.5, 1315.8, 5914),
    (10000, 7198, 22.52, 1319.5, 1931.0, 7062),
]


def near(value, printed):
    digits = max(0, -round(math.log10(abs(printed) * 1e-12)))  # unused digits are harmless
    text = f"{printed:.{min(digits, 2)}f}".rstrip("0").rstrip(".")
    last = 10.0 ** -len(text.partition(".")[2])
    return abs(value - printed) <= max(1e-3 * printed, 0.5 * last)


@pytest.mark.parametrize("row", TABLE)
def test_closed_form(row):
    path = minimum_energy(row[0])
    ours = path.speed_m_s, path.angle_deg, path.apogee_km, path.time_s, path.speed_at_m_s(100.0)
    for value, printed in zip(ours, row[1:], strict=True):
        assert near(value, printed), (value, printed)


def start(speed, angle_deg):
    a = math.radians(angle_deg)
    r = np.array([SPHERE_NOT_ROTATING.equatorial_radius_m, 0.0, 0.0])
    return r, np.array([speed * math.sin(a), speed * math.cos(a), 0.0])


@pytest.mark.parametrize("row", TABLE)
def test_flown(row):
    path = minimum_energy(row[0])
    flight = free_flight(*start(path.speed_m_s, path.angle_deg), planet=SPHERE_NOT_ROTATING)
    # Error per step 1 cm, some tens of steps: metres of range, centimetres of height, milliseconds.
    assert flight.range_km == pytest.approx(row[0], abs=0.01)
    assert flight.apogee_km == pytest.approx(path.apogee_km, abs=0.002)
    assert flight.flight_time_s == pytest.approx(path.time_s, abs=0.01)
    assert flight.event("up_through_100_km").speed_m_s == pytest.approx(path.speed_at_m_s(100), abs=0.02)
    assert flight.event("down_through_100_km").speed_m_s == pytest.approx(path.speed_at_m_s(100), abs=0.02)
    # A slower start at any angle falls short: it is a minimum.
    for off in (-1.0, -0.3, 0.3, 1.0):
        other = free_flight(*start(path.speed_m_s, path.angle_deg + off), planet=SPHERE_NOT_ROTATING)
        assert other.range_km < row[0]


@settings(deadline=None)
@given(st.floats(10.0, 19000.0))
def test_ellipse_closes(range_km):
    path = minimum_energy(range_km)
    # At the apogee the speed is what the areas allow.
    top = path.speed_at_m_s(path.apogee_km) * (6371.0 + path.apogee_km)
    assert top == pytest.approx(path.speed_m_s * math.cos(math.radians(path.angle_deg)) * 6371.0, rel=1e-6)


def test_bounds():
    for bad in (0.0, -1.0, 20100.0):
        with pytest.raises(InputError, match="range_km"):
            minimum_energy(bad)
    with pytest.raises(InputError, match="altitude_km"):
        minimum_energy(500.0).speed_at_m_s(400.0)
