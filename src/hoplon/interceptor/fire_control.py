"""When to launch, and where the interceptor meets the predicted path of a threat.

The path is what the defence predicts, never the truth. Launcher and path are in ECEF; the fly-out itself is
one over an Earth that does not rotate (see `hoplon.interceptor.flyout` for the size of that).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.sites import Site
from hoplon.interceptor import _kernels_meet
from hoplon.interceptor import _kernels_meeting as _kernels
from hoplon.interceptor.flyout import FlyoutTable
from hoplon.interceptor.model import Interceptor

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FireControlSolution:
    """A launch that meets a predicted path.

    Attributes
    ----------
    launch_s : float
        First motion of the interceptor, on the path's clock.
    intercept_s : float
    r_ecef_m : array, shape (3,)
        The predicted intercept point.
    altitude_m : float
        Of that point above the ellipsoid.
    downrange_m : float
        Ground distance from the launcher to below that point, on the 6,371 km sphere.
    time_of_flight_s : float
    interceptor_speed_m_s : float
        On arrival.
    closing_speed_m_s : float
        Size of the relative velocity of interceptor and threat.
    crossing_angle_deg : float
        Between the interceptor's velocity and the reverse of the threat's: 0 is head-on, 180 a tail chase.
    threat_speed_m_s : float
        At the meeting, relative to the ground.
    """

    launch_s: float
    intercept_s: float
    r_ecef_m: Array
    altitude_m: float
    downrange_m: float
    time_of_flight_s: float
    interceptor_speed_m_s: float
    closing_speed_m_s: float
    crossing_angle_deg: float
    threat_speed_m_s: float


@dataclass(frozen=True, slots=True)
class FeasibleWindow:
    """All launches that meet a predicted path, as the ends of their interval.

    Attributes
    ----------
    first_launch_s, first_launch_intercept_s : float
        Earliest launch that meets the path, and when it does.
    last_launch_s, last_launch_intercept_s : float
        Latest launch that still meets the path, and when it does.
    first_intercept_s, last_intercept_s : float
        Earliest and latest meeting with the path. Where the path crosses the reach twice, ascending and
        descending, the window spans both crossings, and times between may be infeasible.
    """

    first_launch_s: float
    first_launch_intercept_s: float
    last_launch_s: float
    last_launch_intercept_s: float
    first_intercept_s: float
    last_intercept_s: float


def arguments(
    table: FlyoutTable, interceptor: Interceptor, site: Site, path_t_s: Array, path_r_ecef_m: Array
) -> tuple[Array, Array, Array, Array]:
    """Return the question as kernels want it: paths, nodes, setup, predicted path (SI, Earth-fixed)."""
    setup = np.empty(_kernels.SETUP)
    setup[: _kernels.MIN_ALTITUDE] = table.grid
    setup[_kernels.MIN_ALTITUDE] = interceptor.minimum_altitude_m
    setup[_kernels.MAX_ALTITUDE] = interceptor.maximum_altitude_m
    setup[_kernels.MAX_RANGE] = interceptor.maximum_range_m
    setup[_kernels.BEST_SPEED] = interceptor.burnout_speed_m_s
    setup[_kernels.SITE :] = site.r_ecef_m
    path = np.empty((len(path_t_s), 4))
    path[:, 0] = path_t_s
    path[:, 1:] = path_r_ecef_m
    return table.family, table.nodes, setup, path


def earliest_intercept(
    table: FlyoutTable,
    interceptor: Interceptor,
    site: Site,
    path_t_s: Array,
    path_r_ecef_m: Array,
    earliest_launch_s: float,
) -> FireControlSolution | None:
    """Find the earliest meeting with a predicted path by a launch not before a given time.

    Where the path enters the reach only later, the launch waits for it.

    Parameters
    ----------
    table : FlyoutTable
        Of this interceptor.
    interceptor : Interceptor
    site : Site
        The launcher.
    path_t_s : array, shape (n,)
        Times of the predicted path, rising; spacing 1 to 10 s.
    path_r_ecef_m : array, shape (n, 3)
        The predicted path; NaN where there is none (after the impact). Between samples it is interpolated by
        a cubic through four samples.
    earliest_launch_s : float
        On the path's clock; preparation included.

    Returns
    -------
    FireControlSolution or None
        Intercept time good to 0.1 s. None where there is no such meeting: `why_none` says why.
    """
    args = arguments(table, interceptor, site, path_t_s, path_r_ecef_m)
    found = _kernels.scan(*args[1:], earliest_launch_s, True, True)
    if np.isnan(found[4]):
        return None
    return _solution(args, int(found[5]), float(found[4]), earliest_launch_s)


def _solution(
    args: tuple[Array, Array, Array, Array], cell: int, t: float, earliest_launch_s: float = np.nan
) -> FireControlSolution | None:
    """Describe the meeting at a time, or, with a launch time, the true first one near it."""
    out = _kernels_meet.meet(*args, cell, t, earliest_launch_s)
    if np.isnan(out[3]):
        return None
    return FireControlSolution(
        launch_s=float(out[10] - out[3]),
        intercept_s=float(out[10]),
        r_ecef_m=out[:3],
        altitude_m=float(out[5]),
        downrange_m=float(out[4]),
        time_of_flight_s=float(out[3]),
        interceptor_speed_m_s=float(out[6]),
        closing_speed_m_s=float(out[7]),
        crossing_angle_deg=float(out[8]),
        threat_speed_m_s=float(out[9]),
    )


def solution_at(
    table: FlyoutTable,
    interceptor: Interceptor,
    site: Site,
    path_t_s: Array,
    path_r_ecef_m: Array,
    intercept_s: float,
) -> FireControlSolution | None:
    """Describe the meeting with a predicted path at a given time.

    Parameters
    ----------
    table, interceptor, site, path_t_s, path_r_ecef_m
        As in `earliest_intercept`.
    intercept_s : float

    Returns
    -------
    FireControlSolution or None
        None where the path is not there then, or not in reach; whenever the launch would have to be.
    """
    args = arguments(table, interceptor, site, path_t_s, path_r_ecef_m)
    path = args[-1]
    cell = int(np.searchsorted(path[:, 0], intercept_s, side="right")) - 1
    cell = min(cell, len(path) - 2)
    if cell < 0 or intercept_s > path[-1, 0] or np.isnan(path[cell : cell + 2, 1]).any():
        return None
    return _solution(args, cell, intercept_s)


def why_none(
    table: FlyoutTable,
    interceptor: Interceptor,
    site: Site,
    path_t_s: Array,
    path_r_ecef_m: Array,
    earliest_launch_s: float,
) -> str:
    """Say why there is no intercept.

    Parameters
    ----------
    table, interceptor, site, path_t_s, path_r_ecef_m, earliest_launch_s
        As in `earliest_intercept`.

    Returns
    -------
    str
        ``""`` where there is one, else ``"too late"`` (an earlier launch would have met the path),
        ``"below minimum altitude"`` or ``"above maximum altitude"`` (as long as it is within the maximum
        range, the whole path lies there), or ``"out of reach"``.
    """
    args = arguments(table, interceptor, site, path_t_s, path_r_ecef_m)
    in_range, in_band, below, reachable, first = _kernels.scan(*args[1:], earliest_launch_s, True, False)[:5]
    if not np.isnan(first):
        return ""
    if reachable:
        return "too late"
    if in_range and not in_band:
        return "below minimum altitude" if below else "above maximum altitude"
    return "out of reach"


def feasible_window(
    table: FlyoutTable,
    interceptor: Interceptor,
    site: Site,
    path_t_s: Array,
    path_r_ecef_m: Array,
    earliest_launch_s: float,
) -> FeasibleWindow | None:
    """Find the earliest and the latest launch, and meeting, for a predicted path.

    Parameters
    ----------
    table, interceptor, site, path_t_s, path_r_ecef_m, earliest_launch_s
        As in `earliest_intercept`.

    Returns
    -------
    FeasibleWindow or None
        None where there is no intercept. "Is there time for another shot at t" reads ``t <= last_launch_s``.
    """
    args = arguments(table, interceptor, site, path_t_s, path_r_ecef_m)
    found = _kernels.scan(*args[1:], earliest_launch_s, False, True)
    if np.isnan(found[4]):
        return None
    first = _solution(args, int(found[5]), float(found[4]), earliest_launch_s)
    if first is None:
        return None
    first_s = first.intercept_s
    # The rough times of the walk are late, by seconds at the edge of the reach: the ends lie outside.
    last_s = _last(args, float(found[6]), earliest_launch_s)
    latest_at_s = _latest(args, float(found[10]))
    firsts = [(_launch(args, t_s), t_s) for t_s in (first_s, last_s, float(found[8]))]
    earliest, earliest_at_s = min(pair for pair in firsts if pair[0] >= earliest_launch_s)
    return FeasibleWindow(
        first_launch_s=earliest,
        first_launch_intercept_s=earliest_at_s,
        last_launch_s=max(_launch(args, latest_at_s), earliest),
        last_launch_intercept_s=latest_at_s,
        first_intercept_s=first_s,
        last_intercept_s=max(last_s, latest_at_s),
    )


def _launch(args: tuple[Array, Array, Array, Array], t_s: float) -> float:
    """When to launch so as to meet the path at a time; minus infinity where it is not in reach."""
    path = args[-1]
    cell = min(int(np.searchsorted(path[:, 0], t_s, side="right")) - 1, len(path) - 2)
    if cell < 0 or t_s > path[-1, 0]:
        return -np.inf
    launch_s = t_s - _kernels_meet.flight_to(*args, cell, t_s)[0]
    return -np.inf if np.isnan(launch_s) else float(launch_s)


def _last(args: tuple[Array, Array, Array, Array], t_s: float, earliest_launch_s: float) -> float:
    """Follow the path from a last meeting by rough times to the true last one, to 1 ms."""
    step = 0.03125
    good, bad = t_s, t_s + step
    while _launch(args, bad) >= earliest_launch_s and step < _kernels_meet.FAR_S:
        step *= 2.0
        good, bad = bad, t_s + step
    while bad - good > 1e-3:
        middle = 0.5 * (good + bad)
        good, bad = (middle, bad) if _launch(args, middle) >= earliest_launch_s else (good, middle)
    return good


def _latest(args: tuple[Array, Array, Array, Array], t_s: float) -> float:
    """Return the meeting of the latest launch, near that by rough times, by thirds to 10 ms."""
    low, high = t_s - _kernels_meet.FAR_S, t_s + _kernels_meet.FAR_S
    best, best_t_s = _launch(args, t_s), t_s
    while high - low > 1e-2:
        third = (high - low) / 3.0
        near, far = _launch(args, low + third), _launch(args, high - third)
        for launch_s, at_s in ((near, low + third), (far, high - third)):
            if launch_s > best:
                best, best_t_s = launch_s, at_s
        if far > near or (far == near and best_t_s > 0.5 * (low + high)):
            low += third
        else:
            high -= third
    return best_t_s
