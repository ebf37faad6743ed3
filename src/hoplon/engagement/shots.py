"""A shot and what its success hangs on: the one place where handover and kill are put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.engagement.luck import Luck
from hoplon.interceptor.kill import CommonMode

#: Names of the draws at a threat; each a stream of its own.
SHOTS, TRACK, DISCRIMINATION, LOOKS = "shots", "common_track", "common_discrimination", "kill_assessment"


@dataclass(frozen=True, slots=True)
class Shot:
    """An interceptor in the air.

    Attributes
    ----------
    battery : int
    track, threat : int
        The track it was fired at; the threat that this track follows, for the record.
    intercept_s : float
    r_believed_ecef_m : array, shape (3,)
        Where the target is believed to be at the intercept.
    target, number : str and int
        Name of the threat at the launch, and how many shots had been fired at it: the address of the draws.
    handed_over : bool
    """

    battery: int
    track: int
    threat: int
    intercept_s: float
    r_believed_ecef_m: NDArray[np.float64]
    target: str
    number: int
    handed_over: bool = False


@dataclass(frozen=True, slots=True)
class Chances:
    """What the success of a shot hangs on, each given that those before it went well.

    Attributes
    ----------
    handover : float
        That the target is within the basket: 0 or 1 where truth and belief are both known.
    common : CommonMode
        What all shots at one threat share.
    kill : float
        Single-shot kill probability.
    """

    handover: float
    common: CommonMode
    kill: float


def broken_link(chances: Chances, threat: str, target: str, number: int, luck: Luck) -> str:
    """Draw a shot: return what it failed for, empty for a hit.

    Parameters
    ----------
    chances : Chances
    threat : str
        What the shot meets: the draws that are common to all shots at one threat are its own.
    target : str
        What it was fired at: its own draws are numbered by that.
    number : int
    luck : Luck

    Returns
    -------
    str
        ``handover``, ``track``, ``discrimination`` or ``kill``; the first that failed.
    """
    common = chances.common
    if chances.handover < 1.0 and not (
        chances.handover > 0.0 and luck.uniform("handover", target, number=number) < chances.handover
    ):
        return "handover"
    if common.track < 1.0 and not luck.uniform(TRACK, threat) < common.track:
        return "track"
    if common.discrimination < 1.0 and not luck.uniform(DISCRIMINATION, threat) < common.discrimination:
        return "discrimination"
    return "" if luck.uniform(SHOTS, target, number=number) < chances.kill else "kill"
