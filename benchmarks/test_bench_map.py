"""Maps: what a cell costs beside SciPy's pieces put together, in the number of cells, and for each battery.

The peer does less: it fits the same powered flight with `root` around `solve_ivp` on a clean numpy
right-hand side (three unknowns: kick, direction, cut-off; aim point and apogee), samples it every second,
takes the radar's view by the echo at a threshold, waits for a fixed time, and looks the fly-out up with
`RegularGridInterpolator`. It has no tracker, no quantiles, no doctrine. Both in this process, in CPU time;
run with ``-s``, pinned to one core, ``OPENBLAS_NUM_THREADS=1``.
"""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.interpolate import RegularGridInterpolator
from scipy.optimize import root

from hoplon.coverage.defence import Defence, defence_of
from hoplon.coverage.flights import FlightField
from hoplon.coverage.layer import LayerTask, compute
from hoplon.coverage.meetings import Meetings
from hoplon.coverage.question import firings, missile_of, point
from hoplon.coverage.reference import one_missile
from hoplon.coverage.sight import look
from hoplon.earth import WGS84, Site
from hoplon.earth.frames import geodetic_from_ecef
from hoplon.engagement import assemble
from hoplon.engagement.prepare import prepare
from hoplon.flight import _kernels_burnouts as kb
from hoplon.flight import _kernels_step as fs
from hoplon.flight import fit
from hoplon.flight.fly import heading, launch_frame
from hoplon.flight.segments import boost_segments
from hoplon.interceptor import _kernels as ik
from hoplon.scenario import load
from hoplon.sensor.detection import probability_of_detection

SOUTH, NORTH, WEST, EAST = 33.0, 37.0, 131.0, 138.0
#: Cells well inside and well outside: at the contour the peer's fixed delay decides nothing.
PEER_CELLS = ((34.7, 135.5), (33.6, 132.4), (36.6, 132.0), (35.4, 137.0))


def task(scenario, rows, columns):
    (firing,) = firings(scenario)
    latitude, longitude = np.linspace(SOUTH, NORTH, rows), np.linspace(WEST, EAST, columns)
    return LayerTask(scenario, firing, latitude, longitude, 0.25, aims=False, stride=1)


def seconds(function, rounds=3):
    best = math.inf
    for _ in range(rounds):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best


# ---- the peer: numpy and SciPy only ----

_H = np.arange(-5e3, 400e3, 250.0)


class Peer:
    """Knows the vehicle, the radar and the fly-out; fits and looks with SciPy."""

    def __init__(self, world, vehicle, launch):
        from hoplon.earth import atmosphere

        air = [atmosphere(float(h)) for h in _H]
        self.log_rho = np.log([a.density_kg_m3 for a in air])
        self.pressure = np.array([a.pressure_pa for a in air])
        self.sound = np.array([a.speed_of_sound_m_s for a in air])
        self.world, self.vehicle, self.launch = world, vehicle, launch
        self.start, self.enu = launch_frame(launch, WGS84)
        table = world.batteries[0].table
        times = np.where(np.isnan(table.nodes[0]), 1e9, table.nodes[0])
        downrange = table.grid[ik.DOWNRANGE_STEP] * np.arange(times.shape[0])
        altitude = table.grid[ik.ALTITUDE_STEP] * np.arange(times.shape[1])
        self.flyout = RegularGridInterpolator(
            (downrange, altitude), times, bounds_error=False, fill_value=1e9
        )

    def height(self, r):
        a, f = WGS84.equatorial_radius_m, WGS84.flattening
        e2 = f * (2.0 - f)
        p, b = math.hypot(r[0], r[1]), a * (1.0 - f)
        u = math.atan2(r[2] * a, p * b)
        lat = math.atan2(r[2] + e2 / (1.0 - e2) * b * math.sin(u) ** 3, p - e2 * a * math.cos(u) ** 3)
        return p * math.cos(lat) + r[2] * math.sin(lat) - a * math.sqrt(1.0 - e2 * math.sin(lat) ** 2)

    def rhs(self, t, y, row, since):
        gm, j2, omega, a, _ = WGS84.as_array()
        r, v = y[:3], y[3:]
        d2 = r @ r
        d = math.sqrt(d2)
        bulge = 1.5 * j2 * (a / d) ** 2
        pull = -gm / d**3 * r * (1.0 + bulge * (np.array([1.0, 1.0, 3.0]) - 5.0 * r[2] ** 2 / d2))
        turn = np.array([omega * (omega * r[0] + 2.0 * v[1]), omega * (omega * r[1] - 2.0 * v[0]), 0.0])
        h = self.height(r)
        speed = math.sqrt(v @ v) + 1e-9
        mass = row[fs.MASS] - row[fs.FLOW] * (t - row[fs.START])
        density = math.exp(np.interp(h, _H, self.log_rho))
        drag_area = row[fs.INVERSE_BALLISTIC]
        if row[fs.AREA] > 0.0:
            mach = speed / np.interp(h, _H, self.sound)
            drag_area = np.interp(mach, self.vehicle.drag_mach, self.vehicle.drag_cd) * row[fs.AREA] / mass
        force = (row[fs.THRUST] - row[fs.THRUST_LOSS] * np.interp(h, _H, self.pressure)) / mass
        to = row[fs.DIRECTION :] if row[fs.FIXED] > 0.0 else v / speed
        return np.concatenate((v, pull + turn - 0.5 * density * speed * drag_area * v + force * to))

    def fly(self, x, dense=False):
        kick, azimuth, cut = x
        segments, _ = boost_segments(
            self.vehicle, self.enu[2], heading(self.enu, azimuth), kick, min(cut, 1.0)
        )
        y, t, parts = np.concatenate((self.start, np.zeros(3))), 0.0, []
        for row in segments:
            end = min(float(row[fs.STOP]), 3000.0)
            last = row is segments[-1] or end >= 3000.0

            def ground(t, y, *_):
                return self.height(y[:3])

            def top(t, y, *_):
                return y[:3] @ y[3:]

            ground.terminal, ground.direction, top.direction = True, -1.0, -1.0
            found = solve_ivp(
                self.rhs,
                (t, end),
                y,
                rtol=1e-5,
                atol=np.array([1.0] * 3 + [1e-3] * 3),
                args=(row, t),
                events=(ground, top) if last else None,
                dense_output=dense,
            )
            parts.append(found)
            y, t = found.y[:, -1], float(found.t[-1])
        return parts

    def cell(self, aim, guess, apogee_m, burnout_s, wait_s):
        target, enu = launch_frame(aim, WGS84)

        def miss(x):
            last = self.fly(x)[-1]
            off = last.y_events[0][0][:3] - target
            return (
                np.array([enu[0] @ off, enu[1] @ off, self.height(last.y_events[1][0][:3]) - apogee_m]) / 1e3
            )

        x = root(miss, guess, tol=1e-4).x
        parts = self.fly(x, dense=True)
        t_s = np.arange(0.0, parts[-1].t[-1], 1.0)
        r = np.empty((len(t_s), 3))
        for part in parts:
            mine = (t_s >= part.t[0]) & (t_s <= part.t[-1])
            if mine.any():
                r[mine] = part.sol(t_s[mine])[:3].T
        radar, battery = self.world.radars[0], self.world.batteries[0]
        away = r - radar.site.r_ecef_m
        distance = np.linalg.norm(away, axis=1)
        low = np.arcsin((away @ radar.site.enu_from_ecef[2]) / distance) > math.radians(
            radar.lowest_elevation_deg
        )
        echo = radar.snr(1.0, 1.0, radar.track_dwell_s) * 0.05 / distance**4
        seen = low & (probability_of_detection(echo, radar.false_alarm_probability, radar.swerling) > 0.5)
        if not seen.any():
            return False
        earliest_s = max(float(t_s[seen.argmax()]), burnout_s) + wait_s
        height = np.array([self.height(point) for point in r])
        site = battery.site.r_ecef_m
        angle = np.arctan2(np.linalg.norm(np.cross(site, r), axis=1), r @ site)
        flight = self.flyout(np.column_stack([battery.table.grid[ik.RADIUS] * angle, height]))
        kind = battery.interceptor
        band = (height > kind.minimum_altitude_m) & (height < kind.maximum_altitude_m)
        return bool((band & (t_s - flight >= earliest_s)).any())


def same_work(world, scenario, firing, vehicle, launch, side):
    """Fly, look and meet in so many cells squared: no tracker, no decision, no doctrine."""
    latitudes, longitudes = np.linspace(SOUTH, NORTH, side), np.linspace(WEST, EAST, side)
    field = FlightField(vehicle, launch, None, latitudes, longitudes)
    entry = missile_of(firing.missile, scenario)
    for latitude in latitudes.tolist():
        flown = [field.fly(latitude, longitude) for longitude in longitudes.tolist()]
        flown = [flight for flight in flown if flight is not None]
        look(world, entry, flown)
        for flight in flown:
            Meetings(defence_of(world), flight, flight.burnout_s)


def test_map_cell_against_scipy(capsys):
    scenario = load("one-on-one")
    (firing,) = firings(scenario)
    vehicle = assemble.vehicle_of(missile_of(firing.missile, scenario))
    launch = assemble.site(firing.place)
    world = prepare(one_missile(scenario, firing, firing.place, point(34.7, 135.5)))
    compute(task(scenario, 4, 4))
    # The twenty flights that a map is blended from are fitted once, however many cells it has.
    ours = {side: seconds(lambda n=side: compute(task(scenario, n, n))) / side**2 for side in (20, 40, 80)}
    same = seconds(lambda: same_work(world, scenario, firing, vehicle, launch, 40)) / 1600.0
    peer = Peer(world, vehicle, launch)
    defended, theirs = [], 0.0
    for latitude, longitude in PEER_CELLS:
        flight = fit(vehicle, launch, Site("cell", latitude, longitude))
        aim = Site("cell", latitude, longitude)
        # From the answer itself, all but a few metres: the peer is spared its search.
        field = FlightField(vehicle, launch, None, np.array([SOUTH, NORTH]), np.array([WEST, EAST]))
        x, _ = field._between(latitude, longitude)
        w = math.hypot(x[0], x[1])
        guess = [kb.KICK_SCALE * math.sinh(w), math.atan2(x[0], x[1]), float(x[2])]
        start = time.process_time()
        # To a firm track that is known to have no thrust, 20 s; the mean decision, 45 s; preparation.
        wait_s = 20.0 + 45.0 + world.batteries[0].interceptor.preparation_s
        said = peer.cell(aim, guess, flight.apogee_km * 1e3, flight.burnout_s, wait_s)
        theirs += time.process_time() - start
        near = np.array([latitude, latitude + 0.1]), np.array([longitude, longitude + 0.1])
        cell = LayerTask(scenario, firing, *near, 0.25, aims=False)
        values, _, _ = compute(cell)
        defended.append((said, bool(values[0, 0] >= 0.25)))
    theirs /= len(PEER_CELLS)
    with capsys.disabled():
        print(f"\n  the peer {1e3 * theirs:.1f} ms a cell")
        for side, cell in ours.items():
            print(f"  {side} x {side}: a cell {1e3 * cell:.3f} ms, {theirs / cell:.0f} times")
        print(f"  of it what the peer does too, {1e3 * same:.3f} ms (40 x 40): {theirs / same:.0f} times")
        print(f"  defended by the peer and by us: {defended}")
    assert all(one == other for one, other in defended)


def test_work_is_linear_in_cells(capsys):
    scenario = load("one-on-one")
    compute(task(scenario, 4, 4))
    cost = [seconds(lambda n=n: compute(task(scenario, n, 2 * n)), 2) for n in (10, 20, 28)]
    exponent = math.log(cost[2] / cost[0]) / math.log(28**2 / 10**2)
    with capsys.disabled():
        print(f"\n  200, 800 and 1,568 cells: {[round(c, 2) for c in cost]} s, exponent {exponent:.2f}")
    assert exponent <= 1.05


@pytest.mark.parametrize("where", ["out of reach", "in reach"])
def test_a_further_battery(where, capsys):
    scenario = load("japan-2018")
    firing = firings(scenario)[0]
    vehicle = assemble.vehicle_of(missile_of(firing.missile, scenario))
    world = prepare(one_missile(scenario, firing, firing.place, point(35.0, 136.0)))
    field = FlightField(
        vehicle, assemble.site(firing.place), None, np.linspace(33.0, 38.0, 5), np.linspace(132.0, 140.0, 5)
    )
    flown = field.fly(35.3, 136.2)
    latitude = {"out of reach": 10.0, "in reach": 35.0}[where]
    more = tuple(
        replace(world.batteries[0], name=f"b{n}", site=Site(f"b{n}", latitude, 130.0 + 0.4 * n))
        for n in range(20)
    )
    many = replace(world, batteries=world.batteries + more)

    def cost(of):
        defence = Defence(of)
        Meetings(defence, flown, 130.0)
        return seconds(lambda: [Meetings(defence, flown, 130.0) for _ in range(300)]) / 300.0

    each = (cost(many) - cost(world)) / len(more)
    low, _, _ = geodetic_from_ecef(flown.nodes[-1, 1:4])
    with capsys.disabled():
        print(f"\n  a further battery {where}: {1e6 * each:.2f} us a flight (impact at {float(low):.1f} N)")
