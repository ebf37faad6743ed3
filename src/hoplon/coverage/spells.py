"""Shots at a missile, track by track: one that is lost is followed, decided on and shot at anew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from hoplon.coverage import _kernels_verdict as kernels
from hoplon.coverage.following import Followed
from hoplon.coverage.meetings import Meetings
from hoplon.coverage.reasons import NEAREST, nearest_of
from hoplon.coverage.shots import Engagement, Played
from hoplon.track.settings import TrackerSettings


@dataclass(frozen=True, slots=True)
class Spell:
    """The time from the verdict on one track until that is lost, or the missile falls.

    Attributes
    ----------
    followed : Followed
    engagement : Engagement
    free : list of tuple of float
        Ticks at which fire may be free, each with its probability: for each delay, in an order that is the
        same for all tracks of a missile.
    lost_s : float
        When the track is dropped in silence; infinity for never.
    """

    followed: Followed
    engagement: Engagement
    free: list[tuple[float, float]]
    lost_s: float


@dataclass(slots=True)
class Tally:
    """Adds up, over pictures and delays, how far the chain holds from the decision on.

    Attributes
    ----------
    common : float
        Probability that what all shots have in common works.
    decided, reachable, handed_over, stopped : float
    reasons : dict of str to float
        Why nothing was launched though fire was free, each with its probability.
    """

    common: float
    decided: float = 0.0
    reachable: float = 0.0
    handed_over: float = 0.0
    stopped: float = 0.0
    reasons: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, common: float, row: Sequence[float]) -> Tally:
        """Return what a kernel has added up.

        Parameters
        ----------
        common : float
        row : sequence of float
            See `hoplon.coverage._kernels_verdict`.

        Returns
        -------
        Tally
        """
        decided, reachable, handed_over, stopped = row[kernels.DECIDED : kernels.WHY_NOT]
        reasons = dict(zip(NEAREST, row[kernels.WHY_NOT :], strict=True))
        return cls(common, decided, reachable, handed_over, common * stopped, reasons)

    def count(self, weight: float, played: Played | None, why: str) -> None:
        """Count a case in which fire is free.

        Parameters
        ----------
        weight : float
            Its probability.
        played : Played or None
            None where no launch could come of it.
        why : str
            Why, if nothing was launched.
        """
        self.decided += weight
        if played is None or not played.launched:
            self.reasons[why] = self.reasons.get(why, 0.0) + weight
        if played is not None:
            self.reachable += weight * played.launched
            self.handed_over += weight * played.handed_over
            self.stopped += weight * self.common * (1.0 - played.alive)

    @property
    def passed(self) -> tuple[float, ...]:
        """By link of the chain, from the decision on (`hoplon.result.expected.LINKS`)."""
        handed_over = self.handed_over
        return self.decided, self.reachable, handed_over, handed_over * self.common, self.stopped

    @property
    def why(self) -> str:
        """The most frequent reason."""
        most = max(self.reasons, key=lambda reason: self.reasons[reason], default="")
        return most if self.reasons.get(most) else ""


def count_spells(
    tally: Tally,
    share: float,
    spells: Sequence[Spell],
    meetings: Meetings,
    end_s: float,
    settings: TrackerSettings,
) -> None:
    """Count one picture in which a missile may be lost and found again.

    Whoever decides takes as long over each track as over the first. A track that is found again soon enough
    has its number again, and with it the order and the shots that were fired at it.

    Parameters
    ----------
    tally : Tally
    share : float
        Probability of the picture.
    spells : sequence of Spell
        In the order of time.
    meetings : Meetings
    end_s : float
        Impact.
    settings : TrackerSettings
    """
    for number, (_, weight) in enumerate(spells[0].free):
        free_s, memory_s, decided = math.inf, -math.inf, False
        played: Played | None = None
        why: set[str] = set()
        for spell in spells:
            same = spell.followed.found_s <= memory_s
            memory_s = spell.lost_s + settings.reacquire_s
            tick_s = spell.free[number][0]
            free_s = max(min(free_s, tick_s), spell.followed.engage_s) if same else tick_s
            if free_s >= min(end_s, spell.lost_s):
                continue
            decided = True
            if free_s > meetings.last_launch_s:
                why.add(meetings.nearest)
            else:
                played = spell.engagement.from_tick(free_s, played, same=same)
                why.add(played.why)
        if decided:
            tally.count(share * weight, played, nearest_of(why))
