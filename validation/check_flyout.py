"""Fly-out tables of all interceptors that can be used, against another integrator."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from hoplon.earth import atmosphere
from hoplon.interceptor import FlyoutTable, Interceptor, build_flyout_table
from hoplon.interceptor.flyout import EARTH_GM_M3_S2, EARTH_RADIUS_M, RISE_SHARE, TURN_SHARE
from hoplon.scenario import catalogue
from hoplon.scenario.published_reach import interceptor_of
from hoplon.verification import Check, Line, line

POINTS = 150
LARGEST_M = 50.0
SEED = 1


def direct(it: Interceptor, climb_deg: float, t_s: float) -> NDArray[np.float64]:
    """Fly one path by DOP853 at 1e-11, stopped where the thrust or the turn begins or ends."""
    boost = it.boost_time_s
    bends = np.array([RISE_SHARE, RISE_SHARE + TURN_SHARE]) * boost

    def rate(t: float, s: NDArray[np.float64], push: float) -> list[float]:
        x, y, vx, vy = s
        r = float(np.hypot(x, y))
        up = np.interp(t, bends, [0.5 * np.pi, np.radians(climb_deg)])
        height = r - EARTH_RADIUS_M
        air = atmosphere(height).density_kg_m3 if height < 100e3 else 0.0
        drag = 0.5 * air * np.hypot(vx, vy) / it.ballistic_coefficient_kg_m2
        pull = EARTH_GM_M3_S2 / r**3
        return [vx, vy, push * np.cos(up) - pull * x - drag * vx, push * np.sin(up) - pull * y - drag * vy]

    state, t = np.array([0.0, EARTH_RADIUS_M, 0.0, 0.0]), 0.0
    for end in (*bends, boost, t_s):
        stop = min(float(end), t_s)
        if stop > t:
            push = it.burnout_speed_m_s / boost if t < boost else 0.0
            state = solve_ivp(rate, (t, stop), state, "DOP853", rtol=1e-11, atol=1e-6, args=(push,)).y[:, -1]
            t = stop
    return state


def points(it: Interceptor, table: FlyoutTable) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw points in the reach: half of them anywhere, half in cells that the edge of the reach crosses."""
    rng = np.random.default_rng(SEED)
    d = rng.uniform(0.0, it.maximum_range_m, 40_000)
    h = rng.uniform(it.minimum_altitude_m, it.maximum_altitude_m, d.size)
    reached = ~np.isnan(table.time_to(d, h))
    lost = np.isnan(table.time_s)
    i, j = (d / table.downrange_m[1]).astype(int), (h / table.altitude_m[1]).astype(int)
    edge = lost[i, j] | lost[i + 1, j] | lost[i, j + 1] | lost[i + 1, j + 1]
    kept = [*np.flatnonzero(reached & ~edge)[:POINTS], *np.flatnonzero(reached & edge)[:POINTS]]
    return d[kept], h[kept]


def flyout_tables() -> Iterator[Line]:
    """Largest distance from a point, at the table's time for it, of the path that the table names, in m."""
    for name in catalogue().usable_interceptors():
        it = interceptor_of(catalogue().interceptor(name))
        table = build_flyout_table(it)
        d, h = points(it, table)
        found = table.arrivals(d, h)
        off = []
        for k in range(d.size):
            x, y, _, _ = direct(it, float(found.climb_deg[k]), float(found.time_s[k]))
            r, angle = EARTH_RADIUS_M + h[k], d[k] / EARTH_RADIUS_M
            off.append(np.hypot(x - r * np.sin(angle), y - r * np.cos(angle)))
        where = f"the worst of {d.size} points"
        yield line(f"{name}: distance at the time of the table, {where}", "m", 0.0, max(off), LARGEST_M)


CHECKS = (Check("flyout_tables", "SciPy's DOP853 at 1e-11", flyout_tables),)
