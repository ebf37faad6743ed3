"""When radars look, what they could see then, and how much of their time that may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.engagement import _kernels as kernels
from hoplon.sensor.budget import track_share
from hoplon.sensor.observe import Observations
from hoplon.sensor.radar import Radar


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of all radars at a raid, radar by radar.

    Attributes
    ----------
    first : int array, shape (radars + 1,)
        Where each radar's looks begin, and the last one's end.
    look_s : array, shape (looks,)
        True times, ascending within each radar.
    visible : bool array, shape (looks, threats)
    face : int array, shape (looks, threats)
        The radar's face that sees the threat; 0 for a radar without faces.
    constants : array, shape (radars, ...)
        As the kernel knows them.
    in_view : int
        How many looks there are at threats in view.
    from_s, until_s : float
        No radar could see anything before or after.
    """

    first: NDArray[np.int64]
    look_s: NDArray[np.float64]
    visible: NDArray[np.bool_]
    face: NDArray[np.int8]
    constants: NDArray[np.float64]
    in_view: int
    from_s: float
    until_s: float


def looks_of(radars: Sequence[Radar], observations: Sequence[Observations], threats: int) -> Looks:
    """Collect when radars look and what is then in view.

    Parameters
    ----------
    radars : sequence of Radar
    observations : sequence of Observations
        Of each.
    threats : int

    Returns
    -------
    Looks
    """
    times = [seen.t_s[seen.look_t_index] for seen in observations]
    views = [seen.visible[:, seen.look_t_index].T for seen in observations]
    faces = [
        np.zeros(view.shape, dtype=np.int8)
        if seen.face is None
        else seen.face[:, seen.look_t_index].T.astype(np.int8)
        for seen, view in zip(observations, views, strict=True)
    ]
    constants = np.zeros((len(radars), kernels.CONSTANTS))
    for row, radar in zip(constants, radars, strict=True):
        row[kernels.DWELL] = radar.track_dwell_s
        row[kernels.YOUNG] = radar.revisit_s
        row[kernels.MATURE] = radar.mature_every * radar.revisit_s
        row[kernels.MATURE_AFTER] = radar.mature_after_s
        row[kernels.SHARE] = track_share(radar)
        row[kernels.FACES] = max(1, len(radar.faces))
    look_s = np.concatenate([np.empty(0), *times])
    visible = np.ascontiguousarray(np.concatenate([np.empty((0, threats), dtype=np.bool_), *views]))
    seen_s = look_s[visible.any(axis=1)]
    return Looks(
        first=np.cumsum([0, *(len(t) for t in times)], dtype=np.int64),
        look_s=look_s,
        visible=visible,
        face=np.ascontiguousarray(np.concatenate([np.empty((0, threats), dtype=np.int8), *faces])),
        constants=constants,
        in_view=int(np.count_nonzero(visible)),
        from_s=float(seen_s.min()) if seen_s.size else np.inf,
        until_s=float(seen_s.max()) if seen_s.size else -np.inf,
    )
