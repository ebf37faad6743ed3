"""How good a picture is beside truth: the GOSPA metric, continuity of tracks, time to firm track.

Arrays of positions go in: who compares knows truth, the tracker does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from hoplon.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gospa:
    """Generalised optimal sub-pattern assignment of two sets of points.

    Attributes
    ----------
    distance_m : float
        The metric: the root, of the order of the metric, of the sum of the three parts.
    localisation, missed, false : float
        What the errors of paired points, objects without a track and tracks without an object add; in metres
        to the power of the order.
    pair : int64 array, shape (objects,)
        The track paired with each object, or -1.
    """

    distance_m: float
    localisation: float
    missed: float
    false: float
    pair: NDArray[np.int64]


def gospa(truth_m: Array, tracks_m: Array, cutoff_m: float, order: float = 2.0) -> Gospa:
    """Compare a picture with truth at one time.

    With objects X, tracks Y, cutoff c, order p and pairs G, each point in one pair at most,

        d = min over G of [sum of |x - y|^p over G + c^p / 2 (|X| + |Y| - 2 |G|)]^(1/p):

    GOSPA with alpha = 2 (Rahmathullah, García-Fernández & Svensson, FUSION 2017, proposition 1). An object
    and a track farther apart than c cost no more apart than together.

    Parameters
    ----------
    truth_m, tracks_m : array, shape (objects, d) and (tracks, d)
    cutoff_m : float
        Distance from which on a track is not of an object.
    order : float
        1 or more.

    Returns
    -------
    Gospa

    Raises
    ------
    InputError
        If cutoff or order make no metric.
    """
    if not (cutoff_m > 0.0 and order >= 1.0):
        raise InputError(
            f"cutoff {cutoff_m} m, order {order}",
            where="gospa",
            remedy="Give a cutoff above 0, an order from 1.",
        )
    objects, tracks = len(truth_m), len(tracks_m)
    pair = np.full(objects, -1, dtype=np.int64)
    localisation, paired = 0.0, 0
    if objects and tracks:
        apart = np.linalg.norm(np.asarray(truth_m)[:, None] - np.asarray(tracks_m)[None], axis=2)
        cost = np.minimum(apart, cutoff_m) ** order
        rows, columns = linear_sum_assignment(cost)
        near = apart[rows, columns] < cutoff_m
        pair[rows[near]] = columns[near]
        localisation, paired = float(cost[rows, columns][near].sum()), int(near.sum())
    half = 0.5 * cutoff_m**order
    missed, false = half * (objects - paired), half * (tracks - paired)
    total = localisation + missed + false
    return Gospa(float(total ** (1.0 / order)), localisation, missed, false, pair)


@dataclass(frozen=True, slots=True)
class Continuity:
    """How steadily objects were followed; one value per object.

    Attributes
    ----------
    share_on_first_track : array
        Share of the object's time, from its first track on, that it spent on that track; NaN if it had none.
    switches : int64 array
        How often another track took over.
    breaks : int64 array
        How often it was on no track between two times on one.
    time_to_track_s : array
        From its appearance to its first track, s; infinite if it had none.
    """

    share_on_first_track: Array
    switches: NDArray[np.int64]
    breaks: NDArray[np.int64]
    time_to_track_s: Array


def continuity(t_s: Array, track: NDArray[np.int64], present: NDArray[np.bool_]) -> Continuity:
    """Count how steadily each object was followed.

    Parameters
    ----------
    t_s : array, shape (times,)
    track : int64 array, shape (times, objects)
        Number of the (firm) track that follows each object, 0 for none: of the detections' origin, or as
        `gospa` pairs them.
    present : bool array, shape (times, objects)
        Whether the object could be followed: from its appearance to its end.

    Returns
    -------
    Continuity
    """
    objects = track.shape[1]
    share, time_to = np.full(objects, np.nan), np.full(objects, np.inf)
    switches, breaks = np.zeros(objects, dtype=np.int64), np.zeros(objects, dtype=np.int64)
    for k in range(objects):
        seen = present[:, k]
        own, times = track[seen, k], np.asarray(t_s)[seen]
        held = np.flatnonzero(own > 0)
        if not len(held):
            continue
        time_to[k] = times[held[0]] - times[0]
        share[k] = float(np.mean(own[held[0] :] == own[held[0]]))
        switches[k] = np.count_nonzero(np.diff(own[held]))
        breaks[k] = np.count_nonzero(np.diff(held) > 1)
    return Continuity(share, switches, breaks, time_to)
