"""How well a falling missile is known, tick by tick, once it is to be engaged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon.coverage import _kernels_follow as fields
from hoplon.coverage import _kernels_known as kernels
from hoplon.coverage._kernels_play import HELD
from hoplon.coverage.defence import Defence
from hoplon.coverage.following import Followed
from hoplon.coverage.sight import Looks

Array = NDArray[np.float64]


class Known:
    """States of a track from the first verdict on, as they would be drawn without errors.

    Each radar's detections of a tick are one with a standard error by the root of their number smaller; after
    the first minute, those of three ticks. States are computed as far as somebody asks.

    Parameters
    ----------
    defence : Defence
    looks : Looks
    picture, flight : int
    followed : Followed
        That has come to a verdict.
    case : array
        One of those of `hoplon.coverage.defence.Defence.cases`.
    until_s : float
        After that nobody asks.

    Attributes
    ----------
    engage_s : float
        First tick.
    lost_s : float
        When the track would be dropped in silence; infinity for never.
    followed, granted, rows, counts, count, done, x, p
        See `hoplon.coverage._kernels_known`.
    """

    def __init__(
        self,
        defence: Defence,
        looks: Looks,
        picture: int,
        flight: int,
        followed: Followed,
        case: Array,
        until_s: float,
    ) -> None:
        assert followed.covariance is not None
        self.defence, self.looks, self.flight, self.case = defence, looks, flight, case
        self.engage_s = followed.engage_s
        self.followed = raw = followed.raw
        most = len(looks.t_s)
        self.granted = np.empty(most, dtype=np.bool_)
        self.rows, self.counts = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
        kernels.granted_into(
            self.granted,
            looks.t_s,
            looks.sensor,
            looks.number,
            looks.by_search[picture, flight],
            looks.by_track[picture, flight],
            defence.radars,
            followed.cued_s,
            followed.found_s,
        )
        self.count, self.lost_s = kernels.taken_together(
            self.rows,
            self.counts,
            self.granted,
            looks.t_s,
            looks.sensor,
            len(defence.radars),
            raw,
            case,
            until_s,
            defence.settings.firm_drop_s,
        )
        self.done = np.zeros(1, dtype=np.int64)
        self.x, self.p = np.zeros((self.count + 1, 9)), np.zeros((self.count + 1, 9, 9))
        kernels.factor_into(self.x[0], self.p[0], raw, followed.covariance, float(case[fields.BELIEVED]))

    def holds(self, radar: int, t_s: float) -> bool:
        """Say whether a radar has detected the missile within the last minute, as far as is known now.

        Parameters
        ----------
        radar : int
        t_s : float

        Returns
        -------
        bool
        """
        looks = self.looks
        held_s = float(self.defence.rules[HELD])
        return kernels.holds(radar, t_s, self.granted, looks.sensor, looks.t_s, looks.arrival_s, held_s)

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
        looks, defence = self.looks, self.defence
        times, measured = looks.t_s, looks.measured[self.flight]
        ends = self.followed, self.case, defence.planet, defence.noise
        self.done[0] = kernels.known_until(
            tick_s,
            int(self.done[0]),
            self.rows,
            self.counts,
            self.count,
            self.x,
            self.p,
            times,
            looks.sensor,
            measured,
            defence.sites,
            defence.rotations,
            *ends,
            np.empty(6),
        )
        place, covariance = np.empty((1, 3)), np.empty((3, 3))
        kernels.ahead_into(
            place, covariance, tick_s, t_s, int(self.done[0]), times, self.rows, self.x, self.p, *ends
        )
        return place[0], covariance
