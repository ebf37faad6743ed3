"""The fly-out against closed forms, a slow twin, and the ends of its own table."""

from dataclasses import replace

import numpy as np
import pytest

from hoplon.earth import atmosphere
from hoplon.errors import InputError
from hoplon.interceptor import Interceptor, _kernels, build_flyout_table
from hoplon.interceptor.flyout import EARTH_GM_M3_S2 as GM
from hoplon.interceptor.flyout import EARTH_RADIUS_M as R
from hoplon.interceptor.flyout import fly_out

SM3_IIA = Interceptor("sm3_iia", 4500.0, 70.0, 100e3, 1000e3, 2000e3, 5.0, 2.0, 3e3)
PAC3 = Interceptor("pac3", 1500.0, 15.0, 1e3, 15e3, 20e3, 5.0, 2.0, 1e3)


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


def _far_from_the_edge(table, downrange_m, altitude_m):
    step_d, step_h = 4.0 * table.steps_m
    around = [
        table.time_to(np.abs(downrange_m + i * step_d), np.maximum(altitude_m + j * step_h, step_h / 4.0))
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    ]
    return ~np.isnan(around).any(axis=0)


@pytest.mark.compiled
@pytest.mark.parametrize("it,late_s", [(SM3_IIA, 0.2), (PAC3, 0.02)])
def test_table_is_the_earliest_of_all_paths(it, late_s):
    """Each node is reached by some path at that time, and by none sooner."""
    table = build_flyout_table(it)
    least = np.full(table.time_s.shape, np.inf)
    for climb_deg in np.linspace(5.0, 89.9, 170):
        path = fly_out(it, climb_deg)
        usable = (
            (path.altitude_m > it.minimum_altitude_m)
            & (path.altitude_m < it.maximum_altitude_m)
            & (path.downrange_m < it.maximum_range_m)
        )
        d, h = path.downrange_m[usable], path.altitude_m[usable]
        inside = _far_from_the_edge(table, d, h)
        d, h = d[inside], h[inside]
        gap = path.t_s[usable][inside] - table.time_to(d, h)
        # Interpolation of a convex function is late, by this much at most.
        assert np.all(gap > -late_s)
        i, j = np.rint(d / table.downrange_m[1]).astype(int), np.rint(h / table.altitude_m[1]).astype(int)
        np.minimum.at(least, (i, j), np.abs(gap))
    met = least[np.isfinite(least)]
    assert met.size > 500
    # Away from the late, falling branches, each neighbourhood is met on time by some path.
    assert np.median(met) < late_s


@pytest.mark.compiled
def test_edge_of_the_reach_is_late_by_seconds_at_most():
    """Within four cells of the edge the time rises like a square root, and interpolation is late."""
    table = build_flyout_table(SM3_IIA)
    worst = 0.0
    for climb_deg in np.linspace(35.0, 89.5, 110):
        path = fly_out(SM3_IIA, climb_deg)
        high = path.altitude_m > 100e3
        gap = path.t_s[high] - table.time_to(path.downrange_m[high], path.altitude_m[high])
        worst = min(worst, np.nanmin(gap))
    assert -8.0 < worst < -0.5


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
    raster = _kernels.rasterise(family, t, 11, 11, 2e3, 1.5e3)
    plain = getattr(_kernels.rasterise, "py_func", _kernels.rasterise)(family, t, 11, 11, 2e3, 1.5e3)
    np.testing.assert_allclose(raster, plain, rtol=1e-12, atol=1e-9)
    assert not np.isnan(raster[0, 2, 4])
    d = np.array([0.0, 3e3, 20e3, 21e3])
    h = np.array([3e3, 7e3, 15e3, 1e3])
    many = _kernels.look_up_many(raster[0], 2e3, 1.5e3, d, h)
    plain = getattr(_kernels.look_up_many, "py_func", _kernels.look_up_many)(raster[0], 2e3, 1.5e3, d, h)
    np.testing.assert_array_equal(many, plain)
    one = getattr(_kernels.look_up, "py_func", _kernels.look_up)(raster[0], 2e3, 1.5e3, 3e3, 7e3)
    assert one == many[1]
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
