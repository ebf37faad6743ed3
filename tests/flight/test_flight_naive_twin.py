"""The compiled flight against a slow and obvious one: scipy's DOP853 around plain numpy."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from hoplon.earth import WGS84, Site, atmosphere, frames
from hoplon.flight import FORDEN_DRAG_CD, FORDEN_DRAG_MACH, Stage, Vehicle, fly, free_flight
from hoplon.flight import _kernels as k
from hoplon.flight.segments import boost_segments, pitch_over_times

pytestmark = pytest.mark.compiled

OMEGA = np.array([0.0, 0.0, WGS84.rotation_rad_s])
LAUNCH = Site("launch", 39.0, 127.6)
NODONG = Vehicle("nodong", (Stage(12912, 1780, 110, 226, 248, 1.32),), 1000, 3000, True)
TWO = Vehicle(
    "two stages",
    (Stage(12000, 1500, 80, 230, 255, 1.4, coast_after_s=3.0), Stage(3000, 400, 60, 240, 285, 1.1)),
    600,
    4000,
    False,
)


def gravitation(r):
    d = np.linalg.norm(r)
    s = (r[2] / d) ** 2
    bulge = 1.5 * WGS84.j2 * (WGS84.equatorial_radius_m / d) ** 2
    return -WGS84.gm_m3_s2 / d**3 * r * (1 + bulge * (np.array([1.0, 1.0, 3.0]) - 5 * s))


def height(r):
    return float(frames.geodetic_from_ecef(r)[2])


def acceleration(r, v, thrust_n, loss_m2, mass_kg, area_m2, inverse, direction):
    air = atmosphere(height(r))
    speed = np.linalg.norm(v)
    cd = np.interp(speed / air.speed_of_sound_m_s, FORDEN_DRAG_MACH, FORDEN_DRAG_CD)
    drag = 0.5 * air.density_kg_m3 * speed * (cd * area_m2 / mass_kg + inverse)
    push = (thrust_n - air.pressure_pa * loss_m2) / mass_kg if thrust_n else 0.0
    way = direction if direction is not None else v / speed if speed > 0 else v
    return (
        gravitation(r) - np.cross(OMEGA, np.cross(OMEGA, r)) - 2 * np.cross(OMEGA, v) - drag * v + push * way
    )


def run(y, t0, t1, arguments, mass_rate=0.0, land=False):
    def rhs(t, y):
        a = dict(arguments, mass_kg=arguments["mass_kg"] - mass_rate * (t - t0))
        return np.concatenate((y[3:], acceleration(y[:3], y[3:], **a)))

    def ground(t, y):
        return height(y[:3])

    ground.terminal, ground.direction = land, -1
    done = solve_ivp(rhs, (t0, t1), y, "DOP853", rtol=1e-10, atol=1e-4, max_step=5.0, events=ground)
    return done.t[-1], done.y[:, -1]


def slow(vehicle, azimuth_deg, kick_deg):
    up, north, east = LAUNCH.enu_from_ecef[2], LAUNCH.enu_from_ecef[1], LAUNCH.enu_from_ecef[0]
    a, kick = np.radians([azimuth_deg, kick_deg])
    tilted = np.cos(kick) * up + np.sin(kick) * (np.cos(a) * north + np.sin(a) * east)
    rise, pitched = pitch_over_times(vehicle)
    y, t, mass = np.concatenate((LAUNCH.r_ecef_m, np.zeros(3))), 0.0, vehicle.launch_mass_kg
    for n, s in enumerate(vehicle.stages):
        flow = s.propellant_kg / s.burn_time_s
        parts = (
            [(rise, up), (pitched, tilted), (s.burn_time_s, None)] if n == 0 else [(t + s.burn_time_s, None)]
        )
        for stop, direction in parts:
            engine = {
                "thrust_n": flow * 9.80665 * s.isp_vac_s,
                "loss_m2": flow * 9.80665 * (s.isp_vac_s - s.isp_sl_s) / 101325.0,
                "mass_kg": mass,
                "area_m2": np.pi * s.diameter_m**2 / 4,
                "inverse": 0.0,
                "direction": direction,
            }
            end, y = run(y, t, stop, engine, flow)
            mass -= flow * (end - t)
            t = end
        if n < len(vehicle.stages) - 1:
            mass -= s.dry_kg
            if s.coast_after_s:
                area = np.pi * vehicle.stages[n + 1].diameter_m ** 2 / 4
                t, y = run(y, t, t + s.coast_after_s, dict(engine, thrust_n=0.0, mass_kg=mass, area_m2=area))
    free = dict(engine, thrust_n=0.0, mass_kg=mass)
    if vehicle.separates:
        free.update(area_m2=0.0, inverse=1.0 / vehicle.reentry_ballistic_coefficient_kg_m2)
    burnout = y
    t, y = run(y, t, 5000.0, free, land=True)
    return burnout, t, y


@pytest.mark.parametrize(
    "vehicle, azimuth, kick", [(NODONG, 110.0, 6.5), (NODONG, 300.0, 2.5), (TWO, 60.0, 7.0)]
)
def test_whole_flight(vehicle, azimuth, kick):
    burnout, t, y = slow(vehicle, azimuth, kick)
    flight = fly(vehicle, LAUNCH, azimuth, kick)
    r, v = flight.state_at(flight.burnout_s)
    # 1 cm a step: less than half a metre and 1 cm/s at burnout, and with that a few metres at impact.
    assert np.linalg.norm(r - burnout[:3]) < 0.5
    assert np.linalg.norm(v - burnout[3:]) < 0.01
    assert np.linalg.norm(flight.r_ecef_m[-1] - y[:3]) < 6.0
    assert flight.flight_time_s == pytest.approx(t, abs=0.05)


def test_states_between_nodes():
    r = frames.ecef_from_geodetic(36.0, 130.0, 90e3)
    v = np.array([-2500.0, -500.0, 2600.0])
    flight = free_flight(r, v, 3000.0)
    times = np.linspace(0.0, flight.flight_time_s - 0.5, 9)[1:]
    body = {
        "thrust_n": 0.0,
        "loss_m2": 0.0,
        "mass_kg": 1.0,
        "area_m2": 0.0,
        "inverse": 1 / 3000,
        "direction": None,
    }
    for t in times:
        _, y = run(np.concatenate((r, v)), 0.0, t, body)
        ours = flight.state_at(t)
        assert np.linalg.norm(ours[0] - y[:3]) < 1.0
        assert np.linalg.norm(ours[1] - y[3:]) < 0.1


def test_plain_python_kernel_is_the_compiled_one():
    if not hasattr(k.integrate_into, "py_func"):
        pytest.skip("the compiler is off: there is one kernel only")
    up, heading = LAUNCH.enu_from_ecef[2], LAUNCH.enu_from_ecef[0]
    segments, _ = boost_segments(TWO, up, heading, 0.1, 0.9)
    y0 = np.concatenate((LAUNCH.r_ecef_m, np.zeros(3)))
    before = y0.copy(), segments.copy()
    out = []
    for integrate in (k.integrate_into, k.integrate_into.py_func):
        nodes = np.zeros((500, k.NODE_COLUMNS))
        count, ending = integrate(
            nodes, y0, 0.0, 9999.0, segments, np.array(FORDEN_DRAG_MACH), np.array(FORDEN_DRAG_CD),
            WGS84.as_array(), 0.0, 1.0, 30.0, None,
        )  # fmt: skip
        assert ending == k.IMPACT
        out.append(nodes[count - 1])
    np.testing.assert_allclose(out[0], out[1], rtol=1e-7)
    np.testing.assert_array_equal(y0, before[0])
    np.testing.assert_array_equal(segments, before[1])
