"""What comes of the shots at many missiles: a kernel plays them, and is told what it cannot know."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage import _kernels_verdict as kernels
from hoplon.coverage._kernels_known import BASKET_FIELDS
from hoplon.coverage._kernels_play import ASK_BASKET, ASK_DOCTRINE, GIVE_UP, PLAYED
from hoplon.coverage.defence import Defence
from hoplon.coverage.flights import Flown, end_to_end
from hoplon.coverage.sight import Looks
from hoplon.engagement.picture import PATH_STEP_S
from hoplon.interceptor.handover import handover_probability

Array = NDArray[np.float64]

#: Handovers that one missile's shots come to.
_BASKETS = 200


def verdicts_of(
    defence: Defence,
    looks: Looks,
    flights: Sequence[Flown],
    cases: Array,
    followed: tuple[Array, Array],
    free: tuple[Array, Array],
) -> Array:
    """Say of many flights that have been followed what comes of the shots at them.

    Parameters
    ----------
    defence : Defence
    looks : Looks
    flights : sequence of Flown
    cases : array, shape (flights, pictures, CASE_FIELDS)
    followed : tuple of array
        From `hoplon.coverage.following.follow_all`.
    free : tuple of array, shape (flights, pictures, n)
        When fire may be free, rising, infinite for never; and the probability of each, given the picture.

    Returns
    -------
    array, shape (flights, VERDICT_FIELDS)
        See `hoplon.coverage._kernels_verdict`. Where the code is not PLAYED, it takes `chain` to say more.
    """
    out, ask = np.empty((len(flights), kernels.VERDICT_FIELDS)), np.zeros(5, dtype=np.int64)
    if not defence.plays:
        out[:] = 0.0
        out[:, kernels.CODE] = GIVE_UP
        return out
    baskets = np.empty((_BASKETS, BASKET_FIELDS))
    nodes, begins = end_to_end(flights)
    views, beliefs, arms = looks.views, defence.beliefs, defence.arms
    drop_s = defence.settings.firm_drop_s
    begin, code = 0, PLAYED
    while begin < len(flights):
        begin = kernels.verdicts_into(
            out, ask, baskets, begin, code != PLAYED, nodes, begins, cases, *followed, *free, views, beliefs,
            arms, PATH_STEP_S, drop_s,
        )  # fmt: skip
        code = PLAYED if begin == len(flights) else int(out[begin, kernels.CODE])
        if code == ASK_DOCTRINE:
            defence.ask_doctrine(ask)
        elif code == ASK_BASKET:
            row = baskets[ask[0]]
            row[3] = handover_probability(row[4:7], row[7:16].reshape(3, 3), row[2])
    return out
