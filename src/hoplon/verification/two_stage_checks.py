"""Case 17 of NASA/TM-2015-218675: two stages to orbit, followed from 10 s on as a gravity turn.

The original has six degrees of freedom and swings about its path in the first half minute, which a point
mass cannot follow; one simulator only. Starting at 20 s instead of 10 s moves our altitude by 2.2 % at 200
s and our speed by 0.2 %: that is what the swing is worth, and the tolerances (altitude 1.5 % to 150 s and 3
% to 200 s, speed 0.5 %) are of that size. A point mass computed apart from this package differs from the
file by 1.2 %, 2.4 % and 0.2 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from hoplon.earth import WGS84
from hoplon.earth.frames import ecef_from_geodetic, enu_from_ecef_matrix, geodetic_from_ecef
from hoplon.flight import Stage, Vehicle, _kernels
from hoplon.flight.fly import trajectory_from_nodes
from hoplon.flight.segments import boost_segments
from hoplon.verification.flight_checks import read_nesc
from hoplon.verification.model import Line
from hoplon.verification.registry import Check, line

G0 = 9.80665
START_S, END_S = 10.0, 200.0


def _stage(thrust_n: float, isp_s: float, propellant_kg: float, dry_kg: float, coast_s: float) -> Stage:
    burn_s = propellant_kg * isp_s * G0 / thrust_n
    diameter_m = math.sqrt(4.0 * 7.0 / math.pi)
    return Stage(propellant_kg, dry_kg, burn_s, isp_s, isp_s, diameter_m, coast_s)


ROCKET = Vehicle(
    "case 17",
    (_stage(17.0e6, 360.0, 180_000.0, 35_000.0, 96.79), _stage(5.0e6, 390.0, 80_000.0, 1.0, 0.0)),
    18_999.0,
    1e4,
    False,
    (0.0, 10.0),
    (0.21, 0.21),
)


def two_stage_rocket() -> Iterator[Line]:
    """Compare altitude and speed at the second at which they differ most.

    Yields
    ------
    Line
    """
    (theirs,) = read_nesc("17").values()
    at = int(np.searchsorted(theirs["time_s"], START_S))
    place = theirs["latitude_deg"][at], theirs["longitude_deg"][at]
    enu = [
        theirs["velocity_east_m_s"][at],
        theirs["velocity_north_m_s"][at],
        -theirs["velocity_down_m_s"][at],
    ]
    state = np.concatenate(
        (ecef_from_geodetic(*place, theirs["altitude_m"][at]), enu_from_ecef_matrix(*place).T @ np.array(enu))
    )
    up, east = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
    # The first two rows are the vertical rise and the pitch-over, which end before 10 s.
    segments, burnouts = boost_segments(ROCKET, up, east, 0.0, 1.0)
    nodes = np.empty((4000, _kernels.NODE_COLUMNS))
    count, _ = _kernels.integrate_into(
        nodes,
        state,
        START_S,
        END_S,
        segments[2:],
        np.array(ROCKET.drag_mach),
        np.array(ROCKET.drag_cd),
        WGS84.as_array(),
        0.0,
        0.01,
        30.0,
        None,
    )
    flight = trajectory_from_nodes("case 17", nodes[:count].copy(), False, burnouts, False, WGS84)
    used = (theirs["time_s"] >= START_S) & (theirs["time_s"] <= END_S)
    t = theirs["time_s"][used]
    r, v = flight.state_at(t)
    altitude = {"ours": geodetic_from_ecef(r)[2], "theirs": theirs["altitude_m"][used]}
    columns = ("velocity_north_m_s", "velocity_east_m_s", "velocity_down_m_s")
    speed = {
        "ours": np.linalg.norm(v, axis=1),
        "theirs": np.linalg.norm([theirs[c][used] for c in columns], axis=0),
    }
    for name, unit, pair, until, percent in (
        ("altitude", "m", altitude, 150.0, 1.5),
        ("altitude", "m", altitude, 200.0, 3.0),
        ("speed", "m/s", speed, 200.0, 0.5),
    ):
        early = t <= until
        worst = int(np.argmax(np.abs(pair["ours"] / pair["theirs"] - 1.0) * early))
        yield line(
            f"{name} to {until:.0f} s, worst at {t[worst]:.0f} s",
            unit,
            pair["theirs"][worst],
            pair["ours"][worst],
            percent / 100.0 * pair["theirs"][worst],
        )


CHECKS = (Check("two_stage_rocket", "NASA/TM-2015-218675, case 17, one simulator", two_stage_rocket),)
