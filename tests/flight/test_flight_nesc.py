"""The NASA Engineering and Safety Center's check cases (NASA/TM-2015-218675)."""

import math
from pathlib import Path

import numpy as np
import pytest

import hoplon
from hoplon.earth import WGS84, Planet
from hoplon.earth.frames import ecef_from_geodetic, enu_from_ecef_matrix, geodetic_from_ecef
from hoplon.flight import Stage, free_flight
from hoplon.flight import _kernels as k
from hoplon.flight.fly import trajectory_from_nodes
from hoplon.flight.segments import _row

SPHERE = 14.5939 / (0.1 * 0.0182415)  # mass, CD and reference area of the cases
FOLDER = next(Path(hoplon.__file__).parent.rglob("case_09_sim_01.csv")).parent


def read(case):
    tables = {}
    for path in sorted(FOLDER.glob(f"case_{case}_sim_*.csv")):
        table = np.genfromtxt(path, delimiter=",", names=True)
        tables[path.stem[-6:]] = table
    return tables


def local(trajectory, t):
    r, v = trajectory.state_at(t)
    lat, lon, h = geodetic_from_ecef(r)
    enu = np.array([enu_from_ecef_matrix(a, b) @ w for a, b, w in zip(lat, lon, v, strict=True)])
    return {
        "altitude_m": h,
        "latitude_deg": lat * 111e3,  # metres on the ground, about
        "longitude_deg": lon * 111e3,
        "velocity_north_m_s": enu[:, 1],
        "velocity_east_m_s": enu[:, 0],
        "velocity_down_m_s": -enu[:, 2],
    }


@pytest.mark.parametrize("case, coefficient", [("01", math.inf), ("06", SPHERE), ("09", SPHERE)])
def test_within_the_spread_of_the_simulators(case, coefficient):
    tables = read(case)
    assert len(tables) >= 5
    first = tables["sim_04"][0]
    enu = [first["velocity_east_m_s"], first["velocity_north_m_s"], -first["velocity_down_m_s"]]
    r = ecef_from_geodetic(0.0, 0.0, first["altitude_m"])
    v = enu_from_ecef_matrix(0.0, 0.0).T @ enu
    flight = free_flight(r, v, coefficient, t_end_s=31.0)
    t = tables["sim_04"]["time_s"]
    ours = local(flight, t)
    for name, values in ours.items():
        # Simulator 2 writes geocentric latitude: it is no authority on it, nor on what is derived from it.
        used = [s for s in tables if not (s == "sim_02" and name in ("latitude_deg", "velocity_north_m_s"))]
        scale = 111e3 if name.endswith("_deg") else 1.0
        others = np.array([tables[s][name] * scale for s in used])
        # The files print eight digits and the simulators' atmospheres differ by 0.1 %: 5 cm and 1 cm/s.
        wider = 0.01 if "velocity" in name else 0.05
        excess = np.maximum(others.min(axis=0) - values, values - others.max(axis=0))
        assert excess.max() < wider, (case, name, excess.max(), t[excess.argmax()])


@pytest.mark.compiled
def test_two_stages_to_orbit_from_ten_seconds_on():
    # Case 17 without its first ten seconds, whose pitch transient a point mass cannot follow: constant vacuum
    # thrust, gravity turn, coast between the stages. One simulator only; the original has six degrees of
    # freedom and flies at a small incidence, which is what the
    # percentages leave room for (another point-mass code found 1.2 % of height to 150 s, 2.4 % at 200 s).
    table = read("17")["sim_06"]
    start = table[np.flatnonzero(table["time_s"] == 10.0)[0]]
    place = start["latitude_deg"], start["longitude_deg"]
    enu = [start["velocity_east_m_s"], start["velocity_north_m_s"], -start["velocity_down_m_s"]]
    y = np.concatenate(
        (ecef_from_geodetic(*place, start["altitude_m"]), enu_from_ecef_matrix(*place).T @ enu)
    )
    g0 = 9.80665
    burn = [180e3 * g0 * 360 / 17e6, 80e3 * g0 * 390 / 5e6]
    one, two = (
        Stage(propellant, 0.0, seconds, isp, isp, math.sqrt(28 / math.pi))  # 7 m2
        for propellant, seconds, isp in ((180e3, burn[0], 360), (80e3, burn[1], 390))
    )
    ignition = burn[0] + 96.79
    segments = np.array(
        [
            _row(burn[0], 0.0, 314e3, one, 7.0, 0.0),
            _row(ignition, burn[0], 99e3, None, 7.0, 0.0),
            _row(ignition + burn[1], ignition, 99e3, two, 7.0, 0.0),
            _row(math.inf, ignition + burn[1], 19e3, None, 7.0, 0.0),
        ]
    )
    nodes = np.empty((3000, k.NODE_COLUMNS))
    cd = np.array([0.21, 0.21])
    count, _ = k.integrate_into(
        nodes, y, 10.0, 205.0, segments, np.array([0.0, 1.0]), cd, WGS84.as_array(), 0.0, 0.01, 30.0, None
    )
    flight = trajectory_from_nodes("case 17", nodes[:count].copy(), False, (), False, WGS84)
    for low, high, height, speed in ((10, 150, 0.014, 0.0035), (150, 200, 0.025, 0.0035)):
        rows = table[(table["time_s"] >= low) & (table["time_s"] <= high)]
        r, v = flight.state_at(rows["time_s"])
        theirs = np.sqrt(sum(rows[f"velocity_{d}_m_s"] ** 2 for d in ("north", "east", "down")))
        np.testing.assert_allclose(np.linalg.norm(v, axis=1), theirs, rtol=speed)
        np.testing.assert_allclose(geodetic_from_ecef(r)[2], rows["altitude_m"], rtol=height)


def test_energy_and_momentum_are_kept_in_vacuum():
    # Over a non-rotating oblate Earth: energy, and the momentum about the axis.
    planet = Planet(WGS84.gm_m3_s2, WGS84.j2, 0.0, WGS84.equatorial_radius_m, WGS84.flattening)
    r = np.array([6.5e6, 1e5, 2e5])
    flight = free_flight(r, [2000.0, 3000.0, 3000.0], planet=planet)
    r, v = flight.r_ecef_m, flight.v_ecef_m_s
    d = np.linalg.norm(r, axis=1)
    bulge = 1 - planet.j2 * (planet.equatorial_radius_m / d) ** 2 * (1.5 * (r[:, 2] / d) ** 2 - 0.5)
    energy = 0.5 * (v**2).sum(axis=1) - planet.gm_m3_s2 / d * bulge
    momentum = r[:, 0] * v[:, 1] - r[:, 1] * v[:, 0]
    # 2e-9 of 6e7 J/kg is 3 cm/s at 4 km/s in a thousand, that is 30 micrometres a second.
    np.testing.assert_allclose(energy, energy[0], rtol=2e-9)
    np.testing.assert_allclose(momentum, momentum[0], rtol=2e-9)
