"""The integrator against a plain twin, against itself at finer tolerances, and against what a vacuum
conserves."""

import math

import numpy as np
import pytest

from hoplon.earth import WGS84
from hoplon.earth import _kernels as earth
from hoplon.earth import _kernels_air as air
from hoplon.flight import _kernels as k
from hoplon.flight import _kernels_control as control
from hoplon.flight import _kernels_step as pair
from hoplon.flight import fly_batch
from hoplon.flight.batch import BATCH_TOLERANCE_M
from hoplon.flight.fly import LONGEST_FLIGHT_S
from hoplon.flight.segments import free_segments
from hoplon.verification.random_flights import random_flights

pytestmark = pytest.mark.compiled

FINEST_M = 1e-12 * WGS84.equatorial_radius_m
PLANET = WGS84.as_array()
OMEGA = WGS84.rotation_rad_s
# Height of the borders of the air's layers, and the lapse rates (K/m) below and above them over the
# temperature.
BORDERS = [h * 1e3 * earth.US76_RADIUS / (earth.US76_RADIUS - h * 1e3) for h in (11, 20, 32, 47, 51, 71)] + [
    86e3
]
JUMPS = [
    6.5e-3 / 216.65,
    1e-3 / 216.65,
    1.8e-3 / 228.65,
    2.8e-3 / 270.65,
    2.8e-3 / 270.65,
    0.8e-3 / 214.65,
    1.0e-5,
]


def nodes_of(state, coefficient, tolerance_m, t_end=LONGEST_FLIGHT_S):
    nodes = np.empty((40_000, k.NODE_COLUMNS))
    none = np.array([0.0, 1.0]), np.array([0.0, 0.0])
    count, _ = k.integrate_into(
        nodes, state, 0.0, t_end, free_segments(coefficient), *none, PLANET, 0.0, tolerance_m, 400.0, None
    )
    return nodes[:count]


class Standard:
    """Earth and air by their own formulas: what the kernels tabulate and expand in series."""

    @staticmethod
    def height_and_rate(y):
        s, c, h = earth.geodetic_parts(*y[:3], WGS84.equatorial_radius_m, WGS84.flattening)
        return h, c * (y[0] * y[3] + y[1] * y[4]) / math.hypot(y[0], y[1]) + s * y[5]

    @staticmethod
    def gravity(y):
        return earth.gravity_j2(*y[:3], *PLANET[[0, 1, 3]])

    @staticmethod
    def density(height):
        return earth.atmosphere(height)[0]


class Tabulated:
    """Earth and air as the kernels have them; that they are the standard's is tested elsewhere."""

    terms = air.planet_terms(PLANET)

    @classmethod
    def height_and_rate(cls, y):
        return air.pull(*y[:3], cls.terms)[2], air.rise(*y, cls.terms)

    @classmethod
    def gravity(cls, y):
        across, along, _ = air.pull(*y[:3], cls.terms)
        return across * y[0], across * y[1], along * y[2]

    @staticmethod
    def density(height):
        return air.air_density(air.air_place(height))


def derivative(y, coefficient, world):
    x, w, _, vx, vy, vz = y
    gx, gy, gz = world.gravity(y)
    speed = math.sqrt(vx * vx + vy * vy + vz * vz)
    drag = 0.5 * world.density(world.height_and_rate(y)[0]) * speed / coefficient
    return [
        vx,
        vy,
        vz,
        gx + OMEGA**2 * x + 2 * OMEGA * vy - drag * vx,
        gy + OMEGA**2 * w - 2 * OMEGA * vx - drag * vy,
        gz - drag * vz,
    ], drag * speed


def runge_kutta(y, first, h, coefficient, world):
    slopes = [first]
    for stage in range(1, 7):
        at = [y[i] + h * sum(pair.A[stage, j] * slopes[j][i] for j in range(stage)) for i in range(6)]
        slope, drag = derivative(at, coefficient, world)
        slopes.append(slope)
    error = [h * sum(pair.E[j] * slopes[j][i] for j in range(7)) for i in range(6)]
    return at, slopes[6], drag, sum(e * e for e in error[:3]), sum(e * e for e in error[3:])


def border_cut(h, before, rate, after, weight):
    """Length of the step to the nearest border whose kink matters, or None."""
    crossed = []
    for border, jump in zip(control._BORDERS.tolist(), control._JUMPS.tolist(), strict=True):
        way = (border - before) / (after - before)
        if 0 < way < 1 and weight * jump * min(0.1 * way, 2.4 * (1 - way), 0.03) > 4:
            crossed.append((way, border - before))
    if not crossed:
        return None
    way, up = min(crossed)
    slope, bend = rate * h, after - before - rate * h
    root = math.sqrt(max(slope**2 + 4 * bend * up, 0.0))
    share = 2 * up / (slope + math.copysign(root, after - before))
    cut = h * (share if 0 < share < 1 else way)
    return cut if cut > 1e-6 else None


def twin(y, coefficient, tolerance, world, longest=400.0):
    """The whole flight in plain Python: time and place of the impact."""
    y = [float(value) for value in y]
    t, h, memory, wish = 0.0, 5.0, 1.0, 0.0
    slope, _ = derivative(y, coefficient, world)
    before, rate_before = world.height_and_rate(y)
    while True:
        h = min(h, longest)
        new, end, drag, missed_r, missed_v = runge_kutta(y, slope, h, coefficient, world)
        height, rate = world.height_and_rate(new)
        fall = (rate + math.sqrt(rate**2 + 2 * 9.8 * max(height, 0.0))) / 9.8
        lever = max(fall, 10.0)
        error = (missed_r + lever**2 * missed_v) / tolerance**2
        root = max(error, 1e-12) ** (1 / 32)
        good = error <= 1
        weight = lever * h * drag * abs(height - before) / tolerance
        cut = border_cut(h, before, rate_before, height, weight)
        if cut is not None and error < 1e4 and cut < (0.999 if good else 0.9) * h:
            h, wish = cut, max(h, wish)
            continue
        if not good:
            h, wish = h * max(0.2, 0.9 / root**3), 0.0
            continue
        if height < 0 and rate < 0:
            break
        factor = min(8.0, max(0.2, 0.9 / root**3 * memory))
        t, y, slope = t + h, new, end
        h = min(max(h * factor, wish), max(0.5 * fall, 3.0))
        memory, wish, before, rate_before = root, 0.0, height, rate
    low, high = 0.0, 1.0
    while high - low > 1e-13:
        share = 0.5 * (low + high)
        place = quintic(y, slope, new, end, h, share)
        below = world.height_and_rate([*place, 0.0, 0.0, 0.0])[0] < 0
        low, high = (low, share) if below else (share, high)
    return t + share * h, place


def quintic(y, slope, new, end, h, share):
    """Position a share of the way along a step: the polynomial through position, velocity, acceleration."""
    s = share
    rising = 10 * s**3 - 15 * s**4 + 6 * s**5
    return np.array(
        [
            y[i] * (1 - rising)
            + new[i] * rising
            + h * y[3 + i] * (s - 6 * s**3 + 8 * s**4 - 3 * s**5)
            + h * new[3 + i] * (-4 * s**3 + 7 * s**4 - 3 * s**5)
            + h * h * slope[3 + i] * 0.5 * (s**2 - 3 * s**3 + 3 * s**4 - s**5)
            + h * h * end[3 + i] * 0.5 * (s**3 - 2 * s**4 + s**5)
            for i in range(3)
        ]
    )


@pytest.mark.parametrize(
    "world, tolerance_m, range_km, most_m, all_m",
    [
        # 1e-10 of the Earth's radius. The twin sums in another order.
        (Tabulated, 1e-10 * WGS84.equatorial_radius_m, (300.0, 13000.0), 1e-3, 1e-3),
        # Heights and densities that differ in the last digits let a few steps end elsewhere.
        (Standard, BATCH_TOLERANCE_M, (300.0, 13000.0), 0.1, 2.0),
    ],
)
def test_plain_twin(world, tolerance_m, range_km, most_m, all_m):
    r, v, coefficient = random_flights(200, 5, range_km)
    batch = fly_batch(r, v, coefficient, tolerance_m=tolerance_m)
    off = []
    for n in range(200):
        t, place = twin([*r[n], *v[n]], float(coefficient[n]), tolerance_m, world)
        off.append(np.linalg.norm(place - batch.r_ecef_m[n]))
        assert t == pytest.approx(batch.t_s[n], abs=1e-3)
    assert np.percentile(off, 95) < most_m
    assert max(off) < all_m


def test_borders_of_layers_are_the_standards():
    # The jumps set thresholds only: two digits will do.
    assert np.allclose(control._BORDERS, BORDERS, rtol=0.0, atol=1e-4)
    assert np.allclose(control._JUMPS, JUMPS, rtol=0.05)


def test_a_kink_in_a_step_moves_the_velocity_by_less_than_the_cut_allows_for():
    """What a slope that begins after the share w adds: by the exact integral, and by the pair's weights."""
    w = np.linspace(0.0, 1.0, 20_001)
    exact = 0.5 * (1.0 - w) ** 2
    by_weights = pair.A[6][:, None] * np.maximum(0.0, pair.C[:, None] - w)
    effect = np.abs(exact - by_weights.sum(axis=0))
    assert (effect <= 0.1 * w + 1e-12).all()
    assert (effect <= 2.4 * (1.0 - w) + 1e-12).all()
    assert effect.max() < 0.047
    assert (effect < 0.03).mean() > 0.9


def test_default_accuracy():
    r, v, coefficient = random_flights(200, seed=6)
    states = np.concatenate((r, v), axis=1)
    truth = np.array(
        [nodes_of(y, float(c), FINEST_M)[-1, 1:4] for y, c in zip(states, coefficient, strict=True)]
    )
    off = np.linalg.norm(fly_batch(r, v, coefficient).r_ecef_m - truth, axis=1)
    # 2,000 such flights: 2 m. The bar is 10 m.
    assert np.percentile(off, 95) < 5.0
    assert np.median(off) < 0.5


def test_work_goes_with_the_fifth_root_of_accuracy():
    # A pair of fifth order: the sum of local errors goes with the fifth power of the step. Without the cuts
    # at the borders of layers, kinks would let the error fall with the square root of the tolerance only.
    r, v, coefficient = random_flights(120, seed=7, range_km=(800.0, 1200.0))
    states = np.concatenate((r, v), axis=1)

    def impacts(tolerance):
        flights = [nodes_of(y, float(c), tolerance) for y, c in zip(states, coefficient, strict=True)]
        return np.array([f[-1, 1:4] for f in flights]), np.mean([len(f) for f in flights])

    truth, _ = impacts(FINEST_M)
    points = []
    for tolerance in (1.0, 0.1, 0.01, 1e-3):
        places, work = impacts(tolerance)
        points.append((np.percentile(np.linalg.norm(places - truth, axis=1), 95), work))
    errors, work = np.log(np.array(points)).T
    exponent = np.polyfit(errors, work, 1)[0]
    assert -0.25 < exponent < -0.15


@pytest.mark.parametrize("name", ["energy", "momentum"])
def test_vacuum_conserves(name):
    # In the inertial frame: energy with the J2 bulge, and angular momentum about the axis.
    r, v, _ = random_flights(20, seed=8)
    for state in np.concatenate((r, v), axis=1):
        nodes = nodes_of(state, math.inf, FINEST_M)
        place, u = nodes[:, 1:4], nodes[:, 4:7] + np.cross([0.0, 0.0, OMEGA], nodes[:, 1:4])
        d = np.linalg.norm(place, axis=1)
        if name == "energy":
            bulge = 1 - WGS84.j2 * (WGS84.equatorial_radius_m / d) ** 2 * (1.5 * (place[:, 2] / d) ** 2 - 0.5)
            kept = 0.5 * (u**2).sum(axis=1) - WGS84.gm_m3_s2 / d * bulge
            size = np.abs(kept[0])
        else:
            kept = place[:, 0] * u[:, 1] - place[:, 1] * u[:, 0]
            size = d[0] * np.linalg.norm(u[0])
        assert np.abs(kept - kept[0]).max() < 1e-9 * size
