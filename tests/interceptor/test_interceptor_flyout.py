"""The fly-out against closed forms, a slow twin, and the ends of its own table."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from hoplon.earth import atmosphere
from hoplon.errors import InputError
from hoplon.interceptor import Interceptor, _kernels, build_flyout_table
from hoplon.interceptor.flyout import EARTH_GM_M3_S2 as GM
from hoplon.interceptor.flyout import EARTH_RADIUS_M as R
from hoplon.interceptor.flyout import fly_out

SM3_IIA = Interceptor("sm3_iia", 4500.0, 70.0, 100e3, 1000e3, 2000e3, 5.0, 2.0, 3e3)
PAC3 = Interceptor("pac3", 1500.0, 15.0, 1e3, 15e3, 20e3, 5.0, 2.0, 1e3)
THAAD = Interceptor("thaad", 2700.0, 16.0, 40e3, 150e3, 200e3, 5.0, 2.0, 1e3)


def test_ideal_speed_is_the_burnout_speed_without_gravity_and_drag():
    path = fly_out(SM3_IIA, 90.0, drag=False, gm_m3_s2=0.0)
    assert path.speed_m_s[100] == pytest.approx(4500.0, rel=1e-12)
    assert path.t_s[100] == 70.0
    # Constant acceleration: v t / 2 at burnout.
    assert path.altitude_m[100] == pytest.approx(0.5 * 4500.0 * 70.0, rel=1e-9)


def test_turning_costs_a_little_speed_and_never_adds_any():
    for climb_deg in (10.0, 45.0, 80.0):
        path = fly_out(SM3_IIA, climb_deg, drag=False, gm_m3_s2=0.0)
        assert 0.9 * 4500.0 < path.speed_m_s[100] < 4500.0


@pytest.mark.parametrize("climb_deg", [40.0, 55.0, 70.0])
def test_coast_is_the_kepler_arc(climb_deg):
    """Apogee, and time from burnout back to the burnout's altitude, from the ellipse: to 0.1 %."""
    path = fly_out(SM3_IIA, climb_deg, drag=False)
    r = R + path.altitude_m[100]
    v = path.speed_m_s[100]
    gamma = np.radians(path.path_angle_deg[100])
    a = 1.0 / (2.0 / r - v**2 / GM)
    momentum = r * v * np.cos(gamma)
    e = np.sqrt(1.0 - momentum**2 / (GM * a))
    apogee = a * (1.0 + e) - R
    top = int(np.argmax(path.altitude_m))
    near = slice(top - 2, top + 3)
    c = np.polyfit(path.t_s[near] - path.t_s[top], path.altitude_m[near] - path.altitude_m[top], 2)
    assert path.altitude_m[top] - c[1] ** 2 / (4.0 * c[0]) == pytest.approx(apogee, rel=1e-5)

    # Kepler's equation, from the burnout's eccentric anomaly, through apogee, to its mirror image.
    anomaly = np.arccos((1.0 - r / a) / e)
    up = (np.pi - (anomaly - e * np.sin(anomaly))) * np.sqrt(a**3 / GM)
    falling = slice(top, None)
    back = np.interp(-path.altitude_m[100], -path.altitude_m[falling], path.t_s[falling])
    assert back - 70.0 == pytest.approx(2.0 * up, rel=1e-3)


def test_straight_up_reaches_the_energy_bound_of_an_impulse():
    """v^2 / 2g over a round Earth, H / (1 - H / R) with H = v^2 R^2 / 2 GM: the bound of a long boost."""
    head = 2500.0**2 * R**2 / (2.0 * GM)
    bound = head / (1.0 - head / R)
    long = replace(SM3_IIA, burnout_speed_m_s=2500.0, boost_time_s=60.0)
    short = replace(long, boost_time_s=0.5)
    heights = [fly_out(i, 90.0, drag=False, coast_s=400.0).altitude_m.max() for i in (short, long)]
    assert heights[0] == pytest.approx(bound, rel=5e-3)  # gravity takes 5 m/s of 2,500 in 0.5 s
    assert heights[0] < bound
    assert heights[1] < 0.8 * bound


def _slow_twin(it, climb_rad, t_end, dt):
    """The equations of the docstring once more, as vectors in numpy, with fixed small steps."""
    z = np.linspace(0.0, 100e3, 1001)
    rho = np.array([atmosphere(h).density_kg_m3 for h in z])
    tb = it.boost_time_s

    def rate(t, s, thrust):
        r = np.linalg.norm(s[:2])
        turned = np.clip((t / tb - 0.05) / 0.10, 0.0, 1.0)
        up = 0.5 * np.pi + turned * (climb_rad - 0.5 * np.pi)
        air = np.exp(np.interp(r - R, z, np.log(rho))) if r - R < 100e3 else 0.0
        drag = 0.5 * air * np.linalg.norm(s[2:]) / it.ballistic_coefficient_kg_m2
        push = thrust * np.array([np.cos(up), np.sin(up)])
        return np.concatenate([s[2:], push - GM * s[:2] / r**3 - drag * s[2:]])

    s = np.array([0.0, R, 0.0, 0.0])
    t = 0.0
    while t < t_end - 1e-9:
        h = min(dt, (tb if t < tb - 1e-9 else t_end) - t)
        thrust = it.burnout_speed_m_s / tb if t < tb - 1e-9 else 0.0
        k1 = rate(t, s, thrust)
        k2 = rate(t + h / 2, s + h / 2 * k1, thrust)
        k3 = rate(t + h / 2, s + h / 2 * k2, thrust)
        k4 = rate(t + h, s + h * k3, thrust)
        s = s + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t += h
    return R * np.arctan2(s[0], s[1]), np.linalg.norm(s[:2]) - R, np.linalg.norm(s[2:])


@pytest.mark.parametrize("it,climb_deg,t_s", [(SM3_IIA, 60.0, 200.0), (PAC3, 40.0, 25.0)])
def test_path_agrees_with_a_slow_twin(it, climb_deg, t_s):
    """To 5 m and 0.1 m/s: the twin's air is interpolated from a table, and steps differ."""
    path = fly_out(it, climb_deg, coast_s=t_s - it.boost_time_s)
    downrange, altitude, speed = _slow_twin(it, np.radians(climb_deg), t_s, 0.1)
    assert path.t_s[-1] == pytest.approx(t_s)
    assert path.downrange_m[-1] == pytest.approx(downrange, abs=5.0)
    assert path.altitude_m[-1] == pytest.approx(altitude, abs=5.0)
    assert path.speed_m_s[-1] == pytest.approx(speed, abs=0.1)


def _direct(it, climb_deg, t_s):
    """Another integrator (DOP853, 1e-10) for the same equations, stopped where thrust or attitude change."""
    tb, climb = it.boost_time_s, np.radians(climb_deg)

    def rate(t, s, thrust):
        x, y, vx, vy = s
        r = np.hypot(x, y)
        up = np.interp(t / tb, [0.05, 0.15], [0.5 * np.pi, climb])
        air = atmosphere(r - R).density_kg_m3 if r - R < 100e3 else 0.0
        drag = 0.5 * air * np.hypot(vx, vy) / it.ballistic_coefficient_kg_m2
        ax = thrust * np.cos(up) - GM * x / r**3 - drag * vx
        ay = thrust * np.sin(up) - GM * y / r**3 - drag * vy
        return [vx, vy, ax, ay]

    s, t = np.array([0.0, R, 0.0, 0.0]), 0.0
    for end, thrust in ((0.05 * tb, 1.0), (0.15 * tb, 1.0), (tb, 1.0), (t_s, 0.0)):
        end = min(end, t_s)
        if end > t:
            args = (thrust * it.burnout_speed_m_s / tb,)
            s = solve_ivp(rate, (t, end), s, "DOP853", rtol=1e-10, atol=1e-5, args=args).y[:, -1]
            t = end
    return s


@pytest.mark.compiled
@pytest.mark.parametrize("it", [SM3_IIA, PAC3, THAAD], ids=lambda it: it.name)
def test_direct_flight_is_within_50_m_of_the_point_at_the_time_of_the_table(it):
    """Points anywhere in the table's cells, and as many in those that the edge of the reach crosses."""
    table = build_flyout_table(it)
    rng = np.random.default_rng(7)
    d = rng.uniform(0.0, it.maximum_range_m, 4000)
    h = rng.uniform(it.minimum_altitude_m, it.maximum_altitude_m, 4000)
    found = table.arrivals(d, h)
    reached = ~np.isnan(found.time_s)
    i, j = (d / table.downrange_m[1]).astype(int), (h / table.altitude_m[1]).astype(int)
    lost = np.isnan(table.time_s)
    at_edge = lost[i, j] | lost[i + 1, j] | lost[i, j + 1] | lost[i + 1, j + 1]
    # In a cell whose corners are all reached, so is every point.
    assert reached[~at_edge].all()
    for k in [*np.flatnonzero(reached & ~at_edge)[:12], *np.flatnonzero(reached & at_edge)[:12]]:
        x, y, vx, vy = _direct(it, found.climb_deg[k], found.time_s[k])
        off_m = np.hypot(x - (R + h[k]) * np.sin(d[k] / R), y - (R + h[k]) * np.cos(d[k] / R))
        assert off_m < 5.0  # the goal is 50 m
        assert np.hypot(vx, vy) == pytest.approx(found.speed_m_s[k], abs=0.1)
        angle_deg = np.degrees(np.arctan2(vy, vx) + d[k] / R)
        assert angle_deg == pytest.approx(found.path_angle_deg[k], abs=0.01)


@pytest.mark.compiled
@pytest.mark.parametrize("it,late_s", [(SM3_IIA, 0.1), (PAC3, 0.01)])
def test_table_is_the_earliest_of_all_paths(it, late_s):
    """No path comes anywhere sooner than the table says, and few where it knows of none."""
    table = build_flyout_table(it)
    on_time = 0
    for climb_deg in np.linspace(5.0, 89.9, 60):
        path = fly_out(it, climb_deg)
        usable = (
            (path.altitude_m > it.minimum_altitude_m)
            & (path.altitude_m < it.maximum_altitude_m)
            & (path.downrange_m < it.maximum_range_m)
        )
        if not usable.any():
            continue
        found = table.arrivals(path.downrange_m[usable], path.altitude_m[usable])
        gap = path.t_s[usable] - found.time_s
        # A point that no node of its cell reaches counts as out of reach; such cells lie at the edge only.
        assert np.mean(np.isnan(gap)) < 0.05
        gap = gap[~np.isnan(gap)]
        # At the edge itself, where paths touch, centimetres are tenths of a second.
        assert np.all(gap > -late_s)
        on_time += np.count_nonzero(np.abs(gap) < 1e-3)
    # The outward half of every path is the first to come there.
    assert on_time > 2000


@pytest.mark.compiled
def test_edge_of_the_table_is_the_edge_of_the_reach():
    it = Interceptor("sm3_ib", 3200.0, 65.0, 100e3, 500e3, 700e3, 5.0, 2.0, 3e3)
    table = build_flyout_table(it)
    farthest = 0.0
    for climb_deg in np.linspace(35.0, 70.0, 71):
        path = fly_out(it, climb_deg)
        falling = np.argmax(path.altitude_m)
        farthest = max(farthest, np.interp(-100e3, -path.altitude_m[falling:], path.downrange_m[falling:]))
    cell = table.downrange_m[1]
    assert farthest - 3.0 * cell < table.reach_at(100e3) <= farthest
    top = fly_out(it, 90.0).altitude_m.max()
    column = table.time_to(0.0, table.altitude_m[:-1])
    highest = table.altitude_m[:-1][~np.isnan(column)].max()
    assert top - 3.0 * table.altitude_m[1] < highest <= top


def test_table_has_no_holes_and_knows_its_ends():
    table = build_flyout_table(PAC3, downrange_cells=40, altitude_cells=30, paths=45)
    inner = table.time_to(*np.meshgrid(np.linspace(0.0, 15e3, 30), np.linspace(2e3, 15e3, 30)))
    assert not np.isnan(inner).any()
    assert np.isnan(table.time_to(-1.0, 5e3))
    assert np.isnan(table.time_to(5e3, -1.0))
    assert np.isnan(table.time_to(20.001e3, 5e3))
    assert np.isnan(table.reach_at(16e3))
    assert table.reach_at(10e3, within_s=1.0) != table.reach_at(10e3, within_s=1.0)
    assert 0.0 < table.reach_at(10e3, within_s=17.0) < table.reach_at(10e3)


@pytest.mark.compiled
def test_time_grows_with_distance_and_speed_helps():
    table = build_flyout_table(SM3_IIA)
    for altitude_m in (100e3, 300e3, 500e3):
        times = table.time_to(table.downrange_m, altitude_m)
        times = times[~np.isnan(times)]
        assert np.all(np.diff(times) > 0.0)
    faster = build_flyout_table(replace(SM3_IIA, burnout_speed_m_s=5000.0))
    high = table.altitude_m >= SM3_IIA.minimum_altitude_m
    old, new = table.time_s[:, high], faster.time_s[:, high]
    reached = ~np.isnan(old)
    assert np.all(new[reached] < old[reached])


def test_kernels_agree_with_their_plain_selves():
    t = np.concatenate([np.linspace(0.0, 15.0, 21), np.linspace(15.0, 40.0, 21)[1:]])
    climb = np.radians(np.linspace(30.0, 90.0, 7))
    args = (climb, t, 20, 100.0, 0.75, 1.5, 20e3, GM, R)
    family = _kernels.fly_family(*args)
    plain = getattr(_kernels.fly_family, "py_func", _kernels.fly_family)(*args)
    np.testing.assert_allclose(family, plain, rtol=1e-12, atol=1e-9)
    grid = np.array([2e3, 1.5e3, R, 15.0, 20.0, t[-1] - t[-2]])
    raster = _kernels.rasterise(family, t, grid, 11, 11)
    plain = getattr(_kernels.rasterise, "py_func", _kernels.rasterise)(family, t, grid, 11, 11)
    np.testing.assert_allclose(raster, plain, rtol=1e-9, atol=1e-9)
    assert not np.isnan(raster[0, 2, 4])
    d = np.array([0.0, 3e3, 20e3, 21e3])
    h = np.array([3e3, 7e3, 15e3, 1e3])
    many = _kernels.arrive_many(family, raster, grid, d, h)
    plain = getattr(_kernels.arrive_many, "py_func", _kernels.arrive_many)(family, raster, grid, d, h)
    np.testing.assert_allclose(many, plain, rtol=1e-9, atol=1e-9)
    one = getattr(_kernels.arrive, "py_func", _kernels.arrive)(family, raster, grid, 3e3, 7e3)
    np.testing.assert_allclose(one, many[:, 1], rtol=1e-9)
    rough = getattr(_kernels.look_up, "py_func", _kernels.look_up)(raster, grid, 3e3, 7e3)
    assert rough[2]
    assert rough[:2] == pytest.approx(one[:2], abs=1.0)
    state = getattr(_kernels.state_at, "py_func", _kernels.state_at)
    np.testing.assert_allclose(state(family, grid, 2.0, t[9])[:4], family[2, 9], rtol=1e-12, atol=1e-6)
    # A point of a path between the nodes is found again.
    x, y = state(family, grid, 2.3, 17.0)[:2]
    d, h = R * np.arctan2(x, y), np.hypot(x, y) - R
    np.testing.assert_allclose(_kernels.arrive(family, raster, grid, d, h)[:2], (17.0, 2.3), atol=1e-3)
    assert np.isnan(_kernels.arrive(family, raster, grid, 50e3, 5e3)[0])
    angle = getattr(_kernels.attitude, "py_func", _kernels.attitude)
    assert angle(0.5, 1.0, 0.75, 1.5) == 0.5 * np.pi
    assert angle(1.5, 1.0, 0.75, 1.5) == pytest.approx(0.5 * (0.5 * np.pi + 1.0))
    assert angle(9.0, 1.0, 0.75, 1.5) == 1.0
    push = getattr(_kernels.accelerate, "py_func", _kernels.accelerate)
    low = push(0.0, R + 1e3, 0.0, 900.0, 50.0, 1.2, 20e3, GM, R)
    assert low == pytest.approx(_kernels.accelerate(0.0, R + 1e3, 0.0, 900.0, 50.0, 1.2, 20e3, GM, R))


@pytest.mark.parametrize(
    "change,word",
    [
        ({"burnout_speed_m_s": float("nan")}, "burnout_speed_m_s"),
        ({"boost_time_s": 0.0}, "boost_time_s"),
        ({"maximum_range_m": -1.0}, "maximum_range_m"),
        ({"minimum_altitude_m": 2000e3}, "not below"),
        ({"burnout_speed_m_s": 4.5}, "lift off"),
    ],
)
def test_impossible_interceptors_are_refused(change, word):
    with pytest.raises(InputError, match=word) as caught:
        replace(SM3_IIA, **change)
    assert caught.value.where == "sm3_iia"
    assert caught.value.remedy
