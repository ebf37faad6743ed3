"""A vehicle's table of burnouts, built once, from which fits take their guesses.

A method of this package, without a source of its own: boosts are flown once over steering and cut-off, and
read by cubics between (`_kernels_fit`). It decides how soon a fit ends, never where: that full integrations
do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.planet import Planet
from hoplon.earth.sites import Site
from hoplon.flight import _kernels as k
from hoplon.flight import _kernels_burnouts as kb
from hoplon.flight.fly import launch_frame
from hoplon.flight.segments import boost_segments, pitch_over_times
from hoplon.flight.vehicle import Vehicle

Array = NDArray[np.float64]

_KICKS = 30
_SCOUTS = 16
_FLATTEST_KICK_DEG = 85.0
_CUT_OFFS = (11, 8)  # of the first stage that can be cut off, and of each further one
#: The table burns on past the last stage's propellant by this share of it, so that the edge of reach lies
#: inside; at most as much as leaves this share of the mass.
_BEYOND = 0.08
_MASS_LEFT = 0.6
#: Error of a step, m: the table is a guess to some kilometres, and smooth at this.
_FLAT, _DIVING, _CLOSER, _LEAST = math.radians(35.0), math.radians(-15.0), 2.0, 0.1
_BOOST_TOLERANCE_M = 1.0
_FALL_TOLERANCE_M = 100.0
# Beyond the longest fit, 15,000 km, the air's share is not worth a flight.
_TOO_FAR, _ALOFT_M = 2.5, 1e9
_ALTITUDE_STEP_M = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class BurnoutTable:
    """Where boosts end and flights fall, over steering and cut-off.

    Attributes
    ----------
    table : ndarray, shape (kicks, cut-offs, 32)
        See `hoplon.flight._kernels_burnouts`.
    survey : ndarray, shape (kicks, cut-offs, 3)
        Range (rad), apogee (m) and path angle at burnout (rad) over a round Earth at rest.
    cut_offs : ndarray, shape (m,)
        Shares of the powered time; those above 1 are a burn that the tanks do not hold.
    grid : ndarray, shape (stages, 3)
        See `hoplon.flight._kernels_burnouts`.
    lengths : ndarray, shape (kicks,)
        Lengths of the steering vector.
    altitude_m : float
        Height of its launch points.
    boosts, falls : int
        Integrations that it took: from launch to burnout, and from burnout to impact.
    """

    table: Array
    survey: Array
    cut_offs: Array
    grid: Array
    lengths: Array
    altitude_m: float
    boosts: int
    falls: int


def burnout_table(vehicle: Vehicle, planet: Planet, altitude_m: float) -> BurnoutTable:
    """Return the table of a vehicle, built when it is first asked for.

    Parameters
    ----------
    vehicle : Vehicle
        What flies.
    planet : Planet
        Over what.
    altitude_m : float
        Height of the launch point, rounded to a kilometre: the model corrects for the rest.

    Returns
    -------
    BurnoutTable
    """
    return _build(vehicle, planet, _ALTITUDE_STEP_M * round(altitude_m / _ALTITUDE_STEP_M))


@lru_cache(maxsize=64)
def _build(vehicle: Vehicle, planet: Planet, altitude_m: float) -> BurnoutTable:
    cut_offs, times, grid = _cut_offs(vehicle)
    most = math.asinh(math.radians(_FLATTEST_KICK_DEG) / kb.KICK_SCALE)
    equator, east_north_up = launch_frame(Site("equator", 0.0, 0.0, altitude_m), planet)
    pole, at_pole = launch_frame(Site("pole", 90.0, 0.0, altitude_m), planet)
    east, north, up = east_north_up
    ways = (
        [north, east, up],
        [east, -north, up],
        [at_pole[1], at_pole[0], at_pole[2]],
        [-east, north, up],
        [north, east, up],
    )
    segments, _ = boost_segments(vehicle, up, north, 0.0, 1.0)
    mach, cd = np.array(vehicle.drag_mach), np.array(vehicle.drag_cd)
    higher = equator + kb.HIGHER_M * up
    starts, frames = np.array([equator, equator, pole, equator, higher]), np.array(ways)

    def boosts(lengths: Array, count: int) -> Array:
        table = np.zeros((lengths.size, cut_offs.size, kb.TABLE_COLUMNS))
        kicks = kb.KICK_SCALE * np.sinh(lengths)
        some = starts[:count], frames[:count]
        numbers = planet.as_array()
        kb.boosts_into(table, kicks, times, segments[:-1], *some, mach, cd, numbers, _BOOST_TOLERANCE_M)
        return table

    coarse = np.linspace(0.0, most, _SCOUTS)
    lengths = _spread(coarse, boosts(coarse, 1), equator[0])
    table = boosts(lengths, 5)
    survey = np.empty((_KICKS, cut_offs.size, kb.SURVEY_COLUMNS))
    rests = np.array([boost_segments(vehicle, up, north, 0.0, min(float(c), 1.0))[0][-1] for c in cut_offs])
    rests[:, k.MASS] -= (
        np.maximum(cut_offs - 1.0, 0.0) * vehicle.powered_time_s * vehicle.stages[-1].flow_kg_s
    )
    radius = planet.equatorial_radius_m * (1.0 - planet.flattening / 3.0)
    sphere = np.array([planet.gm_m3_s2, 0.0, 0.0, radius, 0.0])
    falls = _falls(table, survey, rests, (mach, cd, sphere, 0.0, _FALL_TOLERANCE_M, 200.0))
    for array in (table, survey, cut_offs, grid, lengths):
        array.flags.writeable = False
    return BurnoutTable(table, survey, cut_offs, grid, lengths, altitude_m, 5 * _KICKS + _SCOUTS, falls)


def _falls(
    table: Array, survey: Array, rests: Array, how: tuple[Array, Array, Array, float, float, float]
) -> int:
    """Fly on from the burnouts over a round Earth at rest, note what the air changes, and fill the survey.

    Angles (rad) and heights (m) are in the plane of flight, from the planet's centre, less those of the conic
    from the same burnout. The sphere has the mean radius (2 a + b) / 3 = a (1 - f / 3) (Moritz, Geodetic
    Reference System 1980).

    A range of -1 stands for a boost that ends under the ground, a full turn for a body that stays aloft.
    """
    gm, radius = float(how[2][0]), float(how[2][3])
    nodes = np.empty((1000, k.NODE_COLUMNS))
    flown = 0
    x, y = table[:, :, kb.NORTHWARD], radius + table[:, :, kb.NORTHWARD + 2]
    vx, vy = table[:, :, kb.NORTHWARD + 3], table[:, :, kb.NORTHWARD + 5]
    r, behind = np.hypot(x, y), np.arctan2(x, y)
    out, along = (x * vx + y * vy) / r, (y * vx - x * vy) / r
    survey[:, :, kb.ELEVATION] = np.arctan2(out, along)
    survey[:, :, kb.APOGEE] = r - radius
    survey[:, :, kb.RANGE] = -1.0
    for i, j in np.argwhere(r >= radius):
        if j > 0:
            table[i, j, kb.ANGLE_LOST :] = table[i, j - 1, kb.ANGLE_LOST :]
        ending, angle, _, top, _ = kb.conic(r[i, j], out[i, j], along[i, j], gm, radius)
        if ending != kb.FALLS:
            survey[i, j, kb.RANGE], survey[i, j, kb.APOGEE] = 2.0 * math.pi, _ALOFT_M
            continue
        if angle < _TOO_FAR:
            start = np.array([y[i, j], x[i, j], 0.0, vy[i, j], vx[i, j], 0.0])
            count, ending = k.integrate_into(nodes, start, 0.0, 2e4, rests[j : j + 1], *how, None)
            flown += 1
            if ending == k.IMPACT:
                turn = math.atan2(nodes[count - 1, 2], nodes[count - 1, 1]) - behind[i, j] - angle
                table[i, j, kb.ANGLE_LOST] = (turn + math.pi) % (2.0 * math.pi) - math.pi
                table[i, j, kb.APOGEE_LOST] = 0.0
                if out[i, j] > 0.0:
                    # The conic from the highest node passes through the top.
                    high = nodes[np.argmax(np.hypot(nodes[:count, 1], nodes[:count, 2]))]
                    q = math.hypot(high[1], high[2])
                    up = (high[1] * high[4] + high[2] * high[5]) / q
                    side = (high[1] * high[5] - high[2] * high[4]) / q
                    reached = kb.conic(q, up, side, gm, min(q, radius))[3]
                    table[i, j, kb.APOGEE_LOST] = max(reached, q) - top
        survey[i, j, kb.RANGE] = behind[i, j] + angle + table[i, j, kb.ANGLE_LOST]
        survey[i, j, kb.APOGEE] = top - radius + table[i, j, kb.APOGEE_LOST]
    return flown


def _spread(lengths: Array, table: Array, radius: float) -> Array:
    """Spread the table's steerings so that path angles at burnout lie evenly, flat ones closer."""
    up, along = radius + table[:, :, kb.NORTHWARD + 2], table[:, :, kb.NORTHWARD]
    v_up, v_along = table[:, :, kb.NORTHWARD + 5], table[:, :, kb.NORTHWARD + 3]
    path = np.arctan2(up * v_up + along * v_along, up * v_along - along * v_up)
    middle = 0.5 * (path[1:] + path[:-1])
    # Steep flights hardly feel the air; those that dive are of no use.
    weight = np.where(middle > _FLAT, 1.0, np.where(middle > _DIVING, _CLOSER, 0.1))
    turned = (np.abs(np.diff(path, axis=0)) * weight).mean(axis=1) + _LEAST * np.diff(lengths)
    place = np.concatenate(([0.0], np.cumsum(turned)))
    return np.interp(np.linspace(0.0, place[-1], _KICKS), place, lengths)


def _cut_offs(vehicle: Vehicle) -> tuple[Array, Array, Array]:
    """Cut-offs of the table, their times, and where each stage's begin."""
    total = vehicle.powered_time_s
    last = vehicle.stages[-1]
    beyond = min(_BEYOND, (1.0 - _MASS_LEFT) * (vehicle.payload_kg + last.dry_kg) / last.propellant_kg)
    first_s = min(pitch_over_times(vehicle)[1] + 1.0, 0.9 * total)
    cut_offs: list[Array] = []
    times: list[Array] = []
    grid: list[tuple[float, float, int]] = []
    burnt = clock = 0.0
    for n, stage in enumerate(vehicle.stages):
        end = burnt + stage.burn_time_s * (1.0 + (beyond if n == len(vehicle.stages) - 1 else 0.0))
        begin = max(burnt, first_s)
        if begin < end - 1e-9:
            count = _CUT_OFFS[0] if not grid else _CUT_OFFS[1]
            grid.append((begin / total, end / total, sum(c.size for c in cut_offs)))
            burns = np.linspace(begin, end, count)
            cut_offs.append(burns / total)
            times.append(clock + burns - burnt)
        clock += stage.burn_time_s + stage.coast_after_s
        burnt += stage.burn_time_s
    return np.concatenate(cut_offs), np.concatenate(times), np.array(grid, dtype=np.float64)
