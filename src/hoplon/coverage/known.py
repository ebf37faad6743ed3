"""How well a falling missile is known, tick by tick, once it is to be engaged."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage import _kernels_meetings as kernels
from hoplon.coverage.following import Followed, beliefs, granted
from hoplon.coverage.sight import Sight
from hoplon.earth.planet import WGS84
from hoplon.engagement.prepared import CLOCK_STEP_S, Prepared
from hoplon.track.drag_factor import coefficient_from_factor, factor_from_coefficient
from hoplon.track.impact import predict_path

Array = NDArray[np.float64]


#: After so many ticks detections of three ticks are taken together.
YOUNG_TICKS = 12


@dataclass(frozen=True, slots=True)
class Known:
    """States of a track at the ticks from the first verdict on, as they would be drawn without errors.

    Attributes
    ----------
    tick_s : array, shape (n,)
    seen_s : array, shape (n,)
        Time of the state at each tick.
    state : array, shape (n, 7)
    covariance : array, shape (n, 7, 7)
    believed_kg_m2 : float
    lost_s : float
        When the track would be dropped in silence; infinity for never.
    """

    tick_s: Array
    seen_s: Array
    state: Array
    covariance: Array
    believed_kg_m2: float
    lost_s: float

    def ahead(self, tick_s: float, t_s: float) -> tuple[Array, Array]:
        """Predict, as of a tick, where the missile will be at a later time.

        Parameters
        ----------
        tick_s, t_s : float

        Returns
        -------
        r_ecef_m : array, shape (3,)
            NaN where it is believed to be down by then.
        covariance_m2 : array, shape (3, 3)
            Carried ahead straight, as `hoplon.engagement.picture.Picture.covariance_at` does.
        """
        i = min(max(int((tick_s - self.tick_s[0]) / CLOCK_STEP_S), 0), len(self.tick_s) - 1)
        x, p = self.state[i], self.covariance[i]
        beta, _ = coefficient_from_factor(float(x[6]), p, self.believed_kg_m2)
        r = predict_path(x[:3], x[3:6], float(self.seen_s[i]), np.array([t_s]), beta)[0]
        lead_s = t_s - float(self.seen_s[i])
        cross = p[:3, 3:6]
        return r, p[:3, :3] + lead_s * (cross + cross.T) + lead_s**2 * p[3:6, 3:6]


def know(world: Prepared, sight: Sight, followed: Followed, until_s: float) -> Known:
    """Follow a missile from the first verdict to a time, each radar's detections of a tick taken as one.

    So many detections of a radar within a tick are one with a standard error by their root smaller; after the
    first minute, those of three ticks.

    Parameters
    ----------
    world : Prepared
    sight : Sight
    followed : Followed
        That has come to a verdict.
    until_s : float

    Returns
    -------
    Known
    """
    settings = beliefs(world.believed_ballistic_coefficient_kg_m2)
    assert followed.r_ecef_m is not None
    assert followed.v_ecef_m_s is not None
    assert followed.covariance is not None
    count = max(1, 1 + math.ceil((until_s - followed.engage_s) / CLOCK_STEP_S))
    tick_s: Array = followed.engage_s + CLOCK_STEP_S * np.arange(count, dtype=np.float64)
    seen_s = np.maximum(tick_s - world.lag_s, followed.seen_s)
    at = np.flatnonzero(granted(world, sight, followed.cued_s, followed.firm_s))
    at = at[sight.t_s[at] > followed.seen_s]
    lost_s = math.inf
    every = np.concatenate(([followed.seen_s], sight.t_s[at]))
    gaps = np.flatnonzero(np.diff(every) > settings.firm_drop_s)
    if len(gaps):
        lost_s = float(every[gaps[0]]) + settings.firm_drop_s
    elif every[-1] + settings.firm_drop_s < until_s:
        lost_s = float(every[-1]) + settings.firm_drop_s
    at = at[sight.t_s[at] <= seen_s[-1]]
    # One row for each tick, or later each few ticks, and radar: the last of its detections there.
    group = np.ceil((sight.t_s[at] - seen_s[0]) / CLOCK_STEP_S).astype(np.int64)
    group = np.where(group <= YOUNG_TICKS, group, YOUNG_TICKS + (group - YOUNG_TICKS + 2) // 3)
    key = group * len(world.radars) + sight.sensor[at]
    _, last, counts = np.unique(key[::-1], return_index=True, return_counts=True)
    rows = at[len(at) - 1 - last]
    in_time = np.argsort(rows)
    rows, counts = rows[in_time], counts[in_time]
    z = sight.measured[rows].copy()
    z[:, 3:] /= np.sqrt(counts)[:, None]
    x, p = np.zeros(9), np.zeros((9, 9))
    x[:3], x[3:6] = followed.r_ecef_m, followed.v_ecef_m_s
    believed = world.believed_ballistic_coefficient_kg_m2
    x[6], p[:7, :7] = factor_from_coefficient(
        followed.ballistic_coefficient_kg_m2, followed.covariance, believed
    )
    state, covariance = np.empty((count, 7)), np.empty((count, 7, 7))
    kernels.known_into(
        state,
        covariance,
        x,
        p,
        followed.seen_s,
        seen_s,
        sight.t_s[rows],
        sight.sensor[rows],
        z,
        np.array([radar.site.r_ecef_m for radar in world.radars]),
        np.array([radar.site.enu_from_ecef for radar in world.radars]),
        believed,
        WGS84.as_array(),
        settings.noise_array(),
    )
    return Known(tick_s, seen_s, state, covariance, believed, lost_s)
