"""All that could be done about one predicted path: every meeting, the best of them, and how many shots fit.

*Best* is the meeting with the smallest error of handover: the prediction of the path is uncertain mostly
along the path, and what counts is only the part of that which lies across the line of closing (the rest makes
the meeting earlier or later, and is not missed). A threat met head on may be well off along its path; one
met from the side may not. Source of the idea: the encounter plane of conjunction analysis, Chan, Spacecraft
Collision Probability (2008). Whether an intercept succeeds in a battle is decided by the distance
in space, which is never smaller (`hoplon.interceptor.kill.handover_succeeds`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hoplon.earth.sites import Site
from hoplon.interceptor import _kernels_meet
from hoplon.interceptor import _kernels_meeting as _kernels
from hoplon.interceptor.fire_control import (
    Array,
    FireControlSolution,
    arguments,
    earliest_intercept,
    feasible_window,
    solution_at,
)
from hoplon.interceptor.flyout import FlyoutTable
from hoplon.interceptor.model import Interceptor

#: A meeting is not worth waiting for unless its error is smaller by more than this share.
_WORTH_WAITING = 0.02
#: No path is shot at more often in a count of feasible shots.
MOST_SHOTS = 12


@dataclass(frozen=True, slots=True)
class PathError:
    """How uncertain the prediction of a path is, one standard deviation.

    Attributes
    ----------
    along_m, across_m : float
        Error of position along and across the path (each of two directions) when the path was last seen.
    along_m_s, across_m_s : float
        Error of velocity: the errors of position grow as the root of sum of squares with it, as if the two
        were independent and gravity the same in all places; an approximation of minutes, derived here.
    """

    along_m: float
    across_m: float
    along_m_s: float
    across_m_s: float

    def after(self, lead_s: float) -> tuple[float, float]:
        """Return the errors along and across after a time without looking.

        Parameters
        ----------
        lead_s : float

        Returns
        -------
        along_m, across_m : float
        """
        return math.hypot(self.along_m, self.along_m_s * lead_s), math.hypot(
            self.across_m, self.across_m_s * lead_s
        )


@dataclass(frozen=True, slots=True)
class Meetings:
    """Every meeting with a path that the fly-out allows, sample by sample; NaN where there is none.

    Attributes
    ----------
    t_s : array, shape (n,)
        Of the meeting.
    launch_s : array
        When to launch for it.
    altitude_m, downrange_m : array
    closing_speed_m_s, crossing_angle_deg : array
    """

    t_s: Array
    launch_s: Array
    altitude_m: Array
    downrange_m: Array
    closing_speed_m_s: Array
    crossing_angle_deg: Array


def handover_error_m(solution: FireControlSolution, error: PathError, lead_s: float) -> float:
    """Return the error of the predicted point across the line of closing, one standard deviation.

    With the covariance C = a^2 v v' + c^2 (1 - v v') of the prediction, v the direction of the path, and u
    that of the relative velocity, it is the root of trace C - u' C u = a^2 sin^2 + c^2 (1 + cos^2), of the
    angle between u and v.

    Parameters
    ----------
    solution : FireControlSolution
    error : PathError
    lead_s : float
        From the last look at the path to the meeting.

    Returns
    -------
    float
    """
    along_m, across_m = error.after(lead_s)
    head_on = math.cos(math.radians(solution.crossing_angle_deg))
    ahead = solution.threat_speed_m_s + solution.interceptor_speed_m_s * head_on
    cosine = ahead / max(solution.closing_speed_m_s, 1e-9)
    cosine_2 = min(cosine * cosine, 1.0)
    return math.sqrt(along_m**2 * (1.0 - cosine_2) + across_m**2 * (1.0 + cosine_2))


def meetings(
    table: FlyoutTable,
    interceptor: Interceptor,
    site: Site,
    path_t_s: Array,
    path_r_ecef_m: Array,
) -> Meetings:
    """Say of each sample of a path whether, from when, and how it can be met.

    Parameters
    ----------
    table, interceptor, site, path_t_s, path_r_ecef_m
        As in `hoplon.interceptor.fire_control.earliest_intercept`.

    Returns
    -------
    Meetings
    """
    args = arguments(table, interceptor, site, path_t_s, path_r_ecef_m)
    rows = np.full((5, len(path_t_s)), np.nan)
    last = len(path_t_s) - 2
    for i, t_s in enumerate(np.asarray(path_t_s).tolist()):
        if last < 0 or np.isnan(args[-1][i, 1]):
            continue
        downrange_m, altitude_m = _kernels.place(args[2], *args[-1][i, 1:])
        rows[1:3, i] = altitude_m, downrange_m
        cell = min(i, last)
        if not np.isnan(args[-1][cell : cell + 2, 1]).any():
            met = _kernels_meet.meet(*args, cell, t_s, math.nan)
            if not np.isnan(met[3]):
                rows[0, i], rows[3:, i] = t_s - met[3], (met[7], met[8])
    return Meetings(np.asarray(path_t_s, dtype=np.float64), *rows)


def best_intercept(
    table: FlyoutTable,
    interceptor: Interceptor,
    site: Site,
    path_t_s: Array,
    path_r_ecef_m: Array,
    earliest_launch_s: float,
    error: PathError,
    *,
    handover_s: float = 20.0,
    last_look_s: float = math.inf,
    samples: int = 60,
) -> FireControlSolution | None:
    """Find the meeting with the smallest error of handover; of nearly equal ones the earliest.

    Parameters
    ----------
    table, interceptor, site, path_t_s, path_r_ecef_m, earliest_launch_s
        As in `hoplon.interceptor.fire_control.earliest_intercept`.
    error : PathError
        Of the path when it was last seen.
    handover_s : float
        The path is looked at until so long before the meeting.
    last_look_s : float
        But not after this: where a radar's view ends, meetings after it rest on an older look.
    samples : int
        Meetings that are compared, evenly between the first and the last; the answer is one of them.

    Returns
    -------
    FireControlSolution or None
        None where there is no intercept.
    """
    geometry = (table, interceptor, site, path_t_s, path_r_ecef_m)
    window = feasible_window(*geometry, earliest_launch_s)
    first = earliest_intercept(*geometry, earliest_launch_s)
    if window is None or first is None:
        return None
    best, best_error = first, math.inf
    times = np.linspace(window.first_intercept_s, window.last_intercept_s, samples).tolist()
    candidates = [first, *(solution_at(*geometry, t_s) for t_s in times[1:])]
    for candidate in candidates:
        if candidate is None or candidate.launch_s < earliest_launch_s:
            continue
        lead_s = candidate.intercept_s - min(last_look_s, candidate.intercept_s - handover_s)
        off_m = handover_error_m(candidate, error, lead_s)
        if off_m < (1.0 - _WORTH_WAITING) * best_error:
            best, best_error = candidate, off_m
    return best


def feasible_shots(
    table: FlyoutTable,
    interceptor: Interceptor,
    site: Site,
    path_t_s: Array,
    path_r_ecef_m: Array,
    earliest_launch_s: float,
    kill_assessment_s: float,
) -> tuple[FireControlSolution, ...]:
    """List the shots that fit one after another where each is looked at before the next is ordered.

    Each is the earliest intercept after the outcome of the last is known and the launcher is prepared anew.
    More than `MOST_SHOTS` are not counted.

    Parameters
    ----------
    table, interceptor, site, path_t_s, path_r_ecef_m, earliest_launch_s
        As in `hoplon.interceptor.fire_control.earliest_intercept`.
    kill_assessment_s : float
        From an intercept until its outcome is known.

    Returns
    -------
    tuple of FireControlSolution
        The shots left at `earliest_launch_s`; their number is its length.
    """
    found: list[FireControlSolution] = []
    earliest_s = earliest_launch_s
    while len(found) < MOST_SHOTS:
        shot = earliest_intercept(table, interceptor, site, path_t_s, path_r_ecef_m, earliest_s)
        if shot is None:
            break
        found.append(shot)
        again_s = shot.intercept_s + kill_assessment_s + interceptor.preparation_s
        earliest_s = max(again_s, shot.launch_s + interceptor.launch_interval_s)
    return tuple(found)


def last_starts_s(
    table: FlyoutTable,
    interceptor: Interceptor,
    site: Site,
    path_t_s: Array,
    path_r_ecef_m: Array,
    kill_assessment_s: float,
    earliest_launch_s: float = -math.inf,
) -> tuple[float, ...]:
    """Say until when the first launch has to be made for one, two, … shots to fit (`feasible_shots`).

    Parameters
    ----------
    table, interceptor, site, path_t_s, path_r_ecef_m, kill_assessment_s
        As in `feasible_shots`.
    earliest_launch_s : float
        By default as early as the path allows.

    Returns
    -------
    tuple of float
        Element k is the latest first launch after which k + 1 shots fit, to 0.5 s; empty where none fits.
    """
    geometry = (table, interceptor, site, path_t_s, path_r_ecef_m)
    window = feasible_window(*geometry, max(earliest_launch_s, -1e6))
    if window is None:
        return ()

    def shots(start_s: float) -> int:
        return len(feasible_shots(*geometry, start_s, kill_assessment_s))

    found = [window.last_launch_s]
    for wanted in range(2, shots(window.first_launch_s) + 1):
        low, high = window.first_launch_s, found[-1]
        while high - low > 0.5:
            middle = 0.5 * (low + high)
            low, high = (middle, high) if shots(middle) >= wanted else (low, middle)
        found.append(low)
    return tuple(found)
