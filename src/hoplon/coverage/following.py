"""From detections to the verdict: the battle's own tracker follows one missile until it is to be engaged."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.command.rules import DefendedGround, Verdict, defend_assets
from hoplon.coverage import _kernels_follow as kernels
from hoplon.coverage.defence import Defence
from hoplon.coverage.sight import Looks, Sight
from hoplon.engagement.prepared import CLOCK_STEP_S, Prepared
from hoplon.engagement.staff import WIDEST_ELLIPSE_KM
from hoplon.track.detections import DetectionBatch
from hoplon.track.impact import ImpactPrediction, predict_impact
from hoplon.track.tracker import Tracker

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Followed:
    """What is known of one missile until it is to be engaged.

    Attributes
    ----------
    first_s : float
        First detection taken in; infinity for none, as for all times here.
    firm_s : float
        Tick at which a track was firm for the first time.
    found_s : float
        Tick since which it has been in firm track without a break: later than `firm_s` where a track was
        lost.
    cued_s : float
        From then on radars look with the track dwell.
    engage_s : float
        Tick at which the rule first said to engage.
    seen_s : float
        Time of the state.
    r_ecef_m, v_ecef_m_s : array, shape (3,)
    covariance : array, shape (7, 7)
    ballistic_coefficient_kg_m2 : float
        As `hoplon.track.tracker.Tracker.falling` gives them at that tick.
    later_s, pause_s : float
        Of the looks that could detect it after `seen_s` the last one (minus infinity for none) and the
        longest pause between two.
    """

    first_s: float = math.inf
    firm_s: float = math.inf
    found_s: float = math.inf
    cued_s: float = math.inf
    engage_s: float = math.inf
    seen_s: float = math.inf
    r_ecef_m: Array | None = None
    v_ecef_m_s: Array | None = None
    covariance: Array | None = None
    ballistic_coefficient_kg_m2: float = math.nan
    later_s: float = -math.inf
    pause_s: float = 0.0


def granted(world: Prepared, sight: Sight, cued_s: float, found_s: float) -> NDArray[np.bool_]:
    """Say which looks a radar makes and detects with, as far as cue and age of the track decide that.

    Parameters
    ----------
    world : Prepared
    sight : Sight
    cued_s, found_s : float

    Returns
    -------
    bool array, shape (n,)
    """
    detects = np.where(sight.t_s >= cued_s, sight.by_track, sight.by_search)
    every = np.array([radar.mature_every for radar in world.radars])[sight.sensor]
    after_s = np.array([radar.mature_after_s for radar in world.radars])[sight.sensor]
    return np.asarray(detects & ((sight.t_s < found_s + after_s) | (sight.number % every == 0)))


def follow(
    world: Prepared,
    sight: Sight,
    ground: DefendedGround,
    report_s: float,
    end_s: float,
    enough: Callable[[ImpactPrediction], bool] | None = None,
    *,
    lost: Followed | None = None,
    lost_s: float = -math.inf,
) -> Followed:
    """Follow one missile until it is to be engaged, as the picture of a battle does, without false alarms.

    Parameters
    ----------
    world : Prepared
    sight : Sight
    ground : DefendedGround
        What it is aimed at.
    report_s : float
        When the first satellite's report arrives, which cues the radars; infinity for never.
    end_s : float
        Impact.
    enough : callable, optional
        Says of a prediction whether it is what is waited for; by default, whether the rule says to engage.
    lost : Followed, optional
        What was known of it, where its track was lost after the verdict: a new one is made of what is
        detected later. Radars remain cued, and look as often as at any new one.
    lost_s : float
        When that track was dropped.

    Returns
    -------
    Followed
    """
    done = int(np.searchsorted(sight.t_s, lost_s, side="right"))
    if done == len(sight.t_s):
        return Followed()
    tracker = Tracker([radar.site for radar in world.radars], world.tracker_settings)
    arrival = np.maximum.accumulate(sight.arrival_s)
    lag_s = world.lag_s
    before = Followed() if lost is None else lost
    first_s, firm_s, found_s = before.first_s, before.firm_s, math.inf
    cued_s = min(report_s, before.cued_s)
    t_s = CLOCK_STEP_S * math.ceil(float(arrival[done]) / CLOCK_STEP_S)
    soonest_s = min(radar.mature_after_s for radar in world.radars)
    offset_s = np.array([radar.clock_offset_s for radar in world.radars])
    while t_s < end_s:
        upto = int(np.searchsorted(arrival, t_s, side="right"))
        detects = np.where(
            sight.t_s[done:upto] >= cued_s, sight.by_track[done:upto], sight.by_search[done:upto]
        )
        at = done + np.flatnonzero(detects)
        done = upto
        if len(at):
            if t_s >= found_s + soonest_s:
                at = at[granted(world, _part(sight, at), cued_s, found_s)]
            first_s = min(first_s, float(sight.t_s[at].min(initial=math.inf)))
        if not len(at) and found_s == math.inf:
            # As in a battle: where nothing is new and no track is firm, nobody looks.
            t_s += CLOCK_STEP_S
            continue
        reported = sight.t_s[at] + offset_s[sight.sensor[at]]
        batch = DetectionBatch(sight.sensor[at], reported, *sight.measured[at].T)
        seen_s = max(t_s - lag_s, float(reported.max(initial=-math.inf)))
        tracker.step(seen_s, batch)
        firm = tracker.firm
        found_s = min(found_s, t_s) if firm.any() else math.inf
        if firm.any():
            firm_s, cued_s = min(firm_s, t_s), min(cued_s, t_s)
            for row in np.flatnonzero(firm & ~tracker.boosting).tolist():
                r, v, covariance, beta = tracker.falling(row)
                prediction = predict_impact(r, v, covariance, tracker.now_s, beta)
                if prediction is None:
                    continue
                if _to_engage(prediction, ground) if enough is None else enough(prediction):
                    now = t_s, tracker.now_s, r, v, covariance, beta
                    later = sight.t_s[sight.t_s > tracker.now_s]
                    last_s = float(later.max(initial=-math.inf))
                    pause_s = float(np.diff(later).max(initial=0.0))
                    return Followed(first_s, firm_s, found_s, cued_s, *now, last_s, pause_s)
        t_s += CLOCK_STEP_S
    return Followed(first_s, firm_s, found_s, cued_s)


def follow_quickly(
    defence: Defence, looks: Looks, picture: int, flight: int, ground: DefendedGround, case: Array
) -> Followed:
    """Do what `follow` does until the rule says to engage, in one call of a kernel.

    Parameters
    ----------
    defence : Defence
    looks : Looks
    picture, flight : int
    ground : DefendedGround
    case : array
        From `hoplon.coverage.defence.Defence.case`.

    Returns
    -------
    Followed
    """
    out, covariance = np.empty(kernels.FOLLOWED_FIELDS), np.empty((7, 7))
    whole = kernels.follow_into(
        out,
        covariance,
        looks.t_s,
        looks.arrival_s,
        looks.sensor,
        looks.number,
        looks.by_search[picture, flight],
        looks.by_track[picture, flight],
        looks.measured[flight],
        defence.radars,
        defence.sites,
        defence.rotations,
        case,
        defence.planet,
        defence.noise,
        defence.limits,
        defence.life,
    )
    if not whole:
        report_s, end_s = float(case[kernels.REPORT]), float(case[kernels.END])
        return follow(defence.world, looks.sight(picture, flight), ground, report_s, end_s)
    first_s, firm_s, found_s, cued_s, engage_s, seen_s, beta = out[: kernels.STATE].tolist()
    if engage_s == math.inf:
        return Followed(first_s, firm_s, found_s, cued_s)
    r, v = out[kernels.STATE : kernels.STATE + 3], out[kernels.STATE + 3 : kernels.STATE + 6]
    later_s, pause_s = out[kernels.LAST :].tolist()
    return Followed(
        first_s, firm_s, found_s, cued_s, engage_s, seen_s, r, v, covariance, beta, later_s, pause_s
    )


def _to_engage(prediction: ImpactPrediction, ground: DefendedGround) -> bool:
    judgement = defend_assets(prediction, (ground,), widest_ellipse_km=WIDEST_ELLIPSE_KM)
    return judgement.verdict is Verdict.ENGAGE


def _part(sight: Sight, at: NDArray[np.int64]) -> Sight:
    return Sight(
        sight.t_s[at],
        sight.arrival_s[at],
        sight.sensor[at],
        sight.number[at],
        sight.by_search[at],
        sight.by_track[at],
        sight.measured[at],
    )
