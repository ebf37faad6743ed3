"""From detections to the verdict: the battle's own tracker follows one missile until it is to be engaged."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.command.rules import DefendedGround, Verdict, defend_assets
from hoplon.coverage import _kernels_follow as kernels
from hoplon.coverage import _kernels_verdict as verdicts
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

    @classmethod
    def of(cls, raw: Array, covariance: Array) -> Followed:
        """Return what a kernel has written.

        Parameters
        ----------
        raw : array, shape (FOLLOWED_FIELDS,)
            See `hoplon.coverage._kernels_follow`.
        covariance : array, shape (7, 7)

        Returns
        -------
        Followed
        """
        first_s, firm_s, found_s, cued_s, engage_s, seen_s, beta = raw[: kernels.STATE].tolist()
        if engage_s == math.inf:
            return cls(first_s, firm_s, found_s, cued_s)
        r, v = raw[kernels.STATE : kernels.STATE + 3], raw[kernels.STATE + 3 : kernels.STATE + 6]
        later_s, pause_s = raw[kernels.LAST :].tolist()
        known = r, v, covariance, beta, later_s, pause_s
        return cls(first_s, firm_s, found_s, cued_s, engage_s, seen_s, *known)

    @property
    def raw(self) -> Array:
        """The same for a kernel, but for the covariance."""
        out = np.full(kernels.FOLLOWED_FIELDS, math.inf)
        out[: kernels.BETA] = self.first_s, self.firm_s, self.found_s, self.cued_s, self.engage_s, self.seen_s
        out[kernels.LAST :] = self.later_s, self.pause_s
        if self.r_ecef_m is not None and self.v_ecef_m_s is not None:
            out[kernels.BETA] = self.ballistic_coefficient_kg_m2
            out[kernels.STATE : kernels.LAST] = *self.r_ecef_m, *self.v_ecef_m_s
        return out


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


def follow_all(
    defence: Defence, looks: Looks, cases: Array, grounds: Sequence[DefendedGround]
) -> tuple[Array, Array]:
    """Do what `follow` does until the rule says to engage, for many flights in all pictures.

    Parameters
    ----------
    defence : Defence
    looks : Looks
    cases : array, shape (flights, pictures, CASE_FIELDS)
        From `hoplon.coverage.defence.Defence.cases`.
    grounds : sequence of DefendedGround
        What each is aimed at.

    Returns
    -------
    followed : array, shape (flights, pictures, FOLLOWED_FIELDS)
        See `hoplon.coverage._kernels_follow`.
    covariances : array, shape (flights, pictures, 7, 7)
    """
    shape = cases.shape[:2]
    out, covariances = np.empty((*shape, kernels.FOLLOWED_FIELDS)), np.empty((*shape, 7, 7))
    whole = np.empty(shape, dtype=np.bool_)
    verdicts.follow_all(out, covariances, whole, cases, looks.alike, looks.views, defence.beliefs)
    for n, picture in np.argwhere(~whole).tolist():
        report_s, end_s = cases[n, picture, [kernels.REPORT, kernels.END]].tolist()
        seen = follow(defence.world, looks.sight(picture, n), grounds[n], report_s, end_s)
        out[n, picture] = seen.raw
        if seen.covariance is not None:
            covariances[n, picture] = seen.covariance
    return out, covariances


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
