"""Fits: what one costs, how many flights it takes, and how that compares with a general-purpose solver.

The peer solves the same boundary-value problem of free flight with what SciPy has: `solve_ivp` on a clean
numpy right-hand side, `root` on speed, azimuth and path angle, from the same vacuum start. Both in this
process, in CPU time; the ratio is printed.
"""

import math
import time

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import root

from hoplon.earth import WGS84, Site, geodesics
from hoplon.earth.frames import ecef_from_geodetic
from hoplon.flight import Stage, Vehicle, fit
from hoplon.flight import _kernels_free as kf
from hoplon.flight.burnouts import _build, burnout_table
from hoplon.flight.free_fit import SEARCH, aim_frame, air_table, fit_free_flight
from hoplon.flight.shooter import Shooter

FITS, PEER_FITS, FLOOR = 300, 4, 500.0
NODONG = Vehicle("nodong", (Stage(12912, 1780, 110, 226, 248, 1.32),), 700, 3000, True)
KITTAERYONG, TOKYO = Site("kittaeryong", 38.9908, 127.6236), Site("tokyo", 35.69, 139.69, 40.0)


def cases():
    """Burnout 80 km up, 900 to 1,200 km to go, apogee 280 to 420 km, 600 to 1,200 kg/m2."""
    rng = np.random.default_rng(3)
    for _ in range(FITS):
        start = Site("start", math.degrees(rng.uniform(-0.8, 0.8)), math.degrees(rng.uniform(-3.0, 3.0)))
        azimuth, km = math.degrees(rng.uniform(0.0, 2.0 * math.pi)), rng.uniform(900.0, 1200.0)
        aim = Site("aim", *geodesics.destination(start.latitude_deg, start.longitude_deg, azimuth, km))
        yield start, aim, rng.uniform(280.0, 420.0), rng.uniform(600.0, 1200.0)


# ---- the peer: numpy and SciPy only ----

_LOG_RHO_H = np.arange(-5e3, 1000e3, 250.0)


def _log_density():
    from hoplon.earth import atmosphere

    return np.log([atmosphere(float(h)).density_kg_m3 for h in _LOG_RHO_H])


def peer(start, aim, apogee_km, coefficient, log_density, v0):
    """Fit with `root` around `solve_ivp`; return flights and miss (m)."""
    gm, j2, omega, a, f = WGS84.as_array()
    e2 = f * (2.0 - f)
    r0 = np.array(ecef_from_geodetic(start.latitude_deg, start.longitude_deg, 80e3))
    frame = aim_frame(aim, WGS84)
    flights = [0]

    def height(r):
        # Geodetic height, Bowring's formula.
        p, b = math.hypot(r[0], r[1]), a * (1.0 - f)
        u = math.atan2(r[2] * a, p * b)
        lat = math.atan2(r[2] + e2 / (1.0 - e2) * b * math.sin(u) ** 3, p - e2 * a * math.cos(u) ** 3)
        return p * math.cos(lat) + r[2] * math.sin(lat) - a * math.sqrt(1.0 - e2 * math.sin(lat) ** 2)

    def rhs(t, y):
        r, v = y[:3], y[3:]
        d2 = r @ r
        d = math.sqrt(d2)
        bulge = 1.5 * j2 * (a / d) ** 2
        gravity = -gm / d**3 * r * (1.0 + bulge * (np.array([1.0, 1.0, 3.0]) - 5.0 * r[2] ** 2 / d2))
        turn = np.array([omega * (omega * r[0] + 2.0 * v[1]), omega * (omega * r[1] - 2.0 * v[0]), 0.0])
        density = math.exp(np.interp(height(r), _LOG_RHO_H, log_density))
        drag = -0.5 * density * math.sqrt(v @ v) / coefficient * v
        return np.concatenate((v, gravity + turn + drag))

    def ground(t, y):
        return height(y[:3])

    def top(t, y):
        return y[:3] @ y[3:]

    ground.terminal, ground.direction, top.direction = True, -1.0, -1.0

    def miss(x):
        flights[0] += 1
        speed, azimuth, path = x[0] * 1e3, x[1], x[2]
        level = math.cos(path)
        enu = np.array([level * math.sin(azimuth), level * math.cos(azimuth), math.sin(path)])
        y0 = np.concatenate((r0, speed * (start.enu_from_ecef.T @ enu)))
        atol = np.array([0.1] * 3 + [1e-4] * 3)
        found = solve_ivp(rhs, (0.0, 3000.0), y0, rtol=1e-6, atol=atol, events=(ground, top))
        off = found.y_events[0][0][:3] - frame[0]
        high = height(found.y_events[1][0][:3]) - apogee_km * 1e3
        return np.array([frame[1] @ off, frame[2] @ off, high]) / 1e3

    enu = start.enu_from_ecef @ v0
    speed = float(np.linalg.norm(enu))
    guess = np.array([speed / 1e3, math.atan2(enu[0], enu[1]), math.asin(enu[2] / speed)])
    found = root(miss, guess, tol=1e-5)
    return flights[0], 1e3 * float(np.abs(found.fun).max())


def vacuum_start(start, aim, apogee_km):
    r0 = np.array(ecef_from_geodetic(start.latitude_deg, start.longitude_deg, 80e3))
    v = np.empty(3)
    kf.vacuum_into(v, r0, aim_frame(aim, WGS84)[0], apogee_km * 1e3, WGS84.as_array())
    return v + WGS84.rotation_rad_s * np.array([r0[1], -r0[0], 0.0])


def test_free_fit_against_scipy(capsys):
    """The bar: at least 500 times SciPy's speed, 10 m, at most 6 flights, all converge."""
    todo = list(cases())
    planet, air = WGS84.as_array(), air_table()
    packed = [
        (
            np.array(ecef_from_geodetic(start.latitude_deg, start.longitude_deg, 80e3)),
            aim_frame(aim, WGS84),
            apogee * 1e3,
            1.0 / coefficient,
        )
        for start, aim, apogee, coefficient in todo
    ]
    v = np.empty(3)

    def kernel():
        return [kf.fit_free_into(v, *case, 0.0, *SEARCH, planet, air) for case in packed]

    def public():
        return [fit_free_flight(s, 80.0, a, h, b) for s, a, h, b in todo]

    log_density = _log_density()
    starts = [vacuum_start(s, a, h) for s, a, h, _ in todo]
    flights, fitted = kernel(), public()
    ours, whole, theirs = [], [], []
    for n in range(PEER_FITS):  # in turn, so that both see the same machine
        began = time.process_time()
        kernel()
        ours.append((time.process_time() - began) / FITS)
        began = time.process_time()
        public()
        whole.append((time.process_time() - began) / FITS)
        began = time.process_time()
        peer_flights, peer_miss = peer(*todo[n], log_density, starts[n])
        theirs.append(time.process_time() - began)
        assert peer_miss < 10.0
    ratio = float(np.mean(theirs) / np.mean(ours))
    with capsys.disabled():
        print(
            f"\nfree fit: {np.mean(ours) * 1e6:.0f} us ({np.mean(whole) * 1e6:.0f} with the trajectory), "
            f"{np.median(flights):.0f} flights (most {max(flights)}); SciPy {np.mean(theirs) * 1e3:.0f} ms, "
            f"{peer_flights} flights: ratio {ratio:.0f}, with the trajectory "
            f"{np.mean(theirs) / np.mean(whole):.0f}"
        )
    assert min(flights) > 0
    assert np.median(flights) <= 6
    for flight, (_, aim, apogee, _) in zip(fitted, todo, strict=True):
        assert np.linalg.norm(flight.r_ecef_m[-1] - aim.r_ecef_m) < 10.0
        assert abs(flight.apogee_km - apogee) < 0.01
    assert ratio > FLOOR


@pytest.mark.parametrize("apogee_km", [None, 500.0])
def test_fit(benchmark, apogee_km):
    """A Nodong to Tokyo, its table built: minimum energy and lofted."""
    fit(NODONG, KITTAERYONG, TOKYO, apogee_km=apogee_km)
    benchmark(fit, NODONG, KITTAERYONG, TOKYO, apogee_km=apogee_km)


def test_table(benchmark):
    """What the first fit of a vehicle pays besides."""
    burnout_table(NODONG, WGS84, 0.0)

    def build():
        _build.cache_clear()
        burnout_table(NODONG, WGS84, 0.0)

    benchmark(build)


def test_flight(benchmark):
    """One of the flights that a fit is made of."""
    shooter = Shooter(NODONG, KITTAERYONG, TOKYO, WGS84)
    shooter.shoot(0.1, 0.95, shooter.bearing)
    benchmark(shooter.shoot, 0.1, 0.95, shooter.bearing)
