"""The model that fits guess with: its conic is Kepler's, and its flights are near the integrated ones."""

import math

import numpy as np
import pytest

from hoplon.earth import WGS84, Site, geodesics
from hoplon.flight import Stage, Vehicle, minimum_energy
from hoplon.flight import _kernels_burnouts as kb
from hoplon.flight import _kernels_fit as kf
from hoplon.flight.model import FlightModel
from hoplon.flight.shooter import Shooter

GM, RADIUS = 3.986004418e14, 6371e3


@pytest.mark.parametrize("range_km", [500.0, 1300.0, 3500.0, 10000.0])
def test_conic_is_the_closed_form(range_km):
    path = minimum_energy(range_km)
    angle_rad = math.radians(path.angle_deg)
    out, along = path.speed_m_s * math.sin(angle_rad), path.speed_m_s * math.cos(angle_rad)
    ending, angle, time, top, to_top = kb.conic(RADIUS, out, along, GM, RADIUS)
    assert ending == kb.FALLS
    assert angle * RADIUS == pytest.approx(1e3 * range_km, rel=1e-9)
    assert to_top == pytest.approx(0.5 * angle, rel=1e-9)
    assert time == pytest.approx(path.time_s, rel=1e-9)
    assert top - RADIUS == pytest.approx(1e3 * path.apogee_km, rel=1e-9)


def test_conic_straight_up_into_orbit_and_from_under_the_ground():
    # Straight up at 3,000 m/s: energy alone gives the top.
    ending, angle, time, top, _ = kb.conic(RADIUS, 3000.0, 0.0, GM, RADIUS)
    assert (ending, angle) == (kb.FALLS, pytest.approx(0.0, abs=1e-6))
    assert top == pytest.approx(1.0 / (1.0 / RADIUS - 0.5 * 3000.0**2 / GM))
    assert time > 2.0 * 3000.0 / 9.82  # gravity falls off
    assert kb.conic(RADIUS + 2e5, 10.0, 7800.0, GM, RADIUS)[0] == kb.ALOFT
    assert kb.conic(RADIUS, 0.0, 12000.0, GM, RADIUS)[0] == kb.ALOFT
    assert kb.conic(RADIUS - 1e3, -100.0, 3000.0, GM, RADIUS)[0] == kb.BURIED


@pytest.mark.compiled
def test_model_is_near_the_integrated_flight():
    # What makes three flights enough: a guess within 3 % of the range, apogee within 5 %.
    hwasong_12 = Vehicle("hwasong_12", (Stage(24000, 2200, 145, 270, 301, 1.65),), 500, 5000, True)
    random = np.random.default_rng(2)
    for _ in range(60):
        launch = Site("launch", random.uniform(-70.0, 70.0), random.uniform(-180.0, 180.0), 700.0)
        azimuth_deg = random.uniform(0.0, 360.0)
        aim = Site(
            "aim", *geodesics.destination(launch.latitude_deg, launch.longitude_deg, azimuth_deg, 2000.0)
        )
        shooter = Shooter(hwasong_12, launch, aim, WGS84)
        model = FlightModel(shooter)
        w, cut_off = random.uniform(2.0, 4.0), random.uniform(0.7, 1.0)
        x = np.array([w * math.sin(shooter.bearing), w * math.cos(shooter.bearing), cut_off])
        guess = model.predict(x)
        shot = shooter.shoot(*model.steering(x))
        if guess is None or shot.angle < 0.03:
            continue
        east, north = kf.miss(guess[:3], shooter.target)
        off_m = math.hypot(east - shot.east_m, north - shot.north_m)
        assert off_m < max(0.03 * shot.angle * shooter.radius, 5e3)
        assert guess[kf.TOP] == pytest.approx(shot.apogee_m, rel=0.05)
        assert guess[kf.CLIMB] == pytest.approx(shot.burnout_angle, abs=math.radians(1.0))
