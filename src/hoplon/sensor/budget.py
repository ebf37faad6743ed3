"""A radar's second has one second: what search takes, and what that leaves for the objects in track.

A look at an object costs the radar its track dwell, whether it detects or not. Where more looks are wanted
than there is time for, each object waits longer: the radar never spends what it does not have. Faces have a
second each. That occupancies add up and cannot exceed one is all the theory there is (Barton, Radar Equations
for Modern Radar, 2013, chapter 2, has the search's part); who is served first is a rule of this package. Not
modelled: waveforms whose transmission and reception interleave, several beams at once, and
energy apart from time (the average power is radiated all the time).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.errors import InputError
from hoplon.sensor._kernels_budget import grant_looks
from hoplon.sensor.search import search_load

if TYPE_CHECKING:
    from hoplon.sensor.radar import Radar


@dataclass(frozen=True, slots=True)
class Granted:
    """Who got a beam in one frame.

    Attributes
    ----------
    looks : ndarray of bool
        (n_object, n_look) which of the looks that were asked for are made.
    last_s : ndarray
        (n_object,) when each object has had its last look, for the next frame.
    track_s, search_s, frame_s : float
        Beam time spent on track and on search, and what there was, of all faces together.
    """

    looks: NDArray[np.bool_]
    last_s: NDArray[np.float64]
    track_s: float
    search_s: float
    frame_s: float


def track_share(radar: Radar) -> float:
    """Share of a radar's time that search leaves for objects in track.

    Parameters
    ----------
    radar : Radar

    Returns
    -------
    float
        Above 0, at most 1.
    """
    return 1.0 - search_load(radar)


def wanted_share(radar: Radar, young: float, mature: float = 0.0) -> float:
    """Share of a radar's time that the objects in track ask for.

    Each wants its dwell every `revisit_s`; one that has long been in firm track, only every
    `mature_every` times that.

    Parameters
    ----------
    radar : Radar
    young, mature : float
        Numbers of objects in track.

    Returns
    -------
    float
        More than 1 where that is impossible.
    """
    return (young + mature / radar.mature_every) * radar.track_dwell_s / radar.revisit_s


def stretch(radar: Radar, young: float, mature: float = 0.0) -> float:
    """How much longer objects must wait for their next look than they would want to.

    Parameters
    ----------
    radar : Radar
    young, mature : float
        Numbers of objects in track, as for `wanted_share`; of a radar with faces, in one of them.

    Returns
    -------
    float
        1 where there is time for all; else what they ask for, over what search leaves.
    """
    return max(1.0, wanted_share(radar, young, mature) / track_share(radar))


def wanted_interval_s(radar: Radar, mature: ArrayLike) -> NDArray[np.float64]:
    """Time from look to look that objects want.

    Parameters
    ----------
    radar : Radar
    mature : array_like of bool
        Which have been in firm track for longer than `mature_after_s`.

    Returns
    -------
    ndarray
        Of the shape of `mature`.
    """
    return np.where(mature, radar.mature_every * radar.revisit_s, radar.revisit_s)


def grant(
    radar: Radar,
    look_s: ArrayLike,
    asked: ArrayLike,
    interval_s: ArrayLike,
    last_s: ArrayLike,
    frame_s: float,
    face: ArrayLike | None = None,
) -> Granted:
    """Share a radar's time in one frame among the objects that ask for looks.

    Search takes its share first. The rest is released evenly over the looks of the frame. Of the objects
    whose wanted interval is over, those that have waited longest, measured by that interval, go first; one
    that was never looked at (a search detection to be confirmed) goes before all others.

    Parameters
    ----------
    radar : Radar
    look_s : array_like
        (n_look,) times within the frame at which the radar looks at objects in track, ascending.
    asked : array_like of bool
        (n_object, n_look) at which looks an object would be looked at if there were time: it is in track and
        in the field of view, or the search has just detected it.
    interval_s : array_like
        (n_object,) from `wanted_interval_s`.
    last_s : array_like
        (n_object,) from the frame before; -inf for those never looked at.
    frame_s : float
        Length of the frame; one shorter than `revisit_s` leaves time unused where no look falls into it.
    face : array_like of int, optional
        (n_object, n_look) which face sees the object, -1 for none: each has an account of its own.

    Returns
    -------
    Granted
        With track_s + search_s <= frame_s, for each face.

    Raises
    ------
    InputError
        Where the shapes do not fit together, or the frame has no length.
    """
    looks = np.ascontiguousarray(look_s, dtype=np.float64)
    wants = np.ascontiguousarray(asked, dtype=np.bool_)
    interval = np.ascontiguousarray(interval_s, dtype=np.float64)
    last = np.ascontiguousarray(last_s, dtype=np.float64)
    if wants.shape != (last.size, looks.size) or interval.shape != last.shape or not frame_s > 0.0:
        raise InputError(
            f"looks of shape {wants.shape} for {last.size} objects and {looks.size} times in {frame_s} s",
            where=f"radar '{radar.name}'",
            remedy="Give one row for each object, one column for each look, and a frame above 0 s.",
        )
    search_s = search_load(radar) * frame_s

    def share_out(wanted: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.float64], float]:
        account = (0.5 * radar.revisit_s, radar.track_dwell_s, frame_s - search_s)
        return grant_looks(looks, wanted, interval, last, *account)

    if face is None:
        granted, last_granted, track_s = share_out(wants)
        return Granted(granted, last_granted, track_s, search_s, frame_s)
    sees = np.asarray(face)
    count = max(1, len(radar.faces))
    parts = [share_out(wants & (sees == number)) for number in range(count)]
    return Granted(
        np.any([part[0] for part in parts], axis=0),
        np.max([part[1] for part in parts], axis=0),
        sum(part[2] for part in parts),
        search_s * count,
        frame_s * count,
    )
