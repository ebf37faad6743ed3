"""Firing doctrines: how many interceptors to send at a threat, and when to look again.

A doctrine has one method and no memory: all that it may know is in what it is asked with. One of your own
comes in through `hoplon.command.doctrine_door`, as ours do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from hoplon.errors import InputError


@dataclass(frozen=True, slots=True)
class Situation:
    """What the defence knows besides its shots at the track in question.

    Attributes
    ----------
    stock : int
        Interceptors left in all batteries.
    loaded : int
        Interceptors in all batteries at the start.
    place : int
        Place of this track in the order in which tracks were cleared for engagement, from 0.
    value : float
        Of the ground that the threat is predicted to fall on, in the scenario's own measure; 1 unless stated.
    layer : int
        Layer of the battery that would fire, 1 the uppermost; 0 where no battery is in question yet.
    lower_layer_can_reach : bool
        Whether a battery of a lower layer, with interceptors left, can still meet the predicted path.
    """

    stock: int = 0
    loaded: int = 0
    place: int = 0
    value: float = 1.0
    layer: int = 0
    lower_layer_can_reach: bool = False


#: One track, and nothing else known.
ALONE = Situation()


@dataclass(frozen=True, slots=True)
class ShotState:
    """What the defence knows of its shots at one track.

    Attributes
    ----------
    fired : int
        Interceptors launched at it so far.
    looked : int
        Those of them that had been fired when the defence last looked, with none left in flight, and found
        the threat alive.
    around : Situation
    """

    fired: int
    looked: int
    around: Situation = ALONE


@runtime_checkable
class Doctrine(Protocol):
    """One method: how many interceptors to launch now."""

    def shots_now(self, state: ShotState) -> int:
        """Return how many interceptors to launch at this track now.

        Asked first for the track as a whole (``state.around.layer`` is 0). Where any are wanted and can be
        launched, asked again for the battery that would fire, the one with the earliest intercept first: a
        doctrine for which batteries are alike gives the same answer, and 0 passes the shot on to the battery
        that comes next.

        Parameters
        ----------
        state : ShotState

        Returns
        -------
        int
            Not negative.
        """
        ...


def _at_least(least: int, **options: int) -> None:
    for name, value in options.items():
        if value < least:
            raise InputError(f"{name} is {value}", where=name, remedy=f"Write a whole number from {least}.")


@dataclass(frozen=True, slots=True)
class Salvo:
    """Fire a salvo of `salvo` interceptors once, without looking.

    Source: "at least 2 SM-3 per ballistic missile", Missile Defense Advocacy Alliance (2018).
    """

    salvo: int = 2

    def __post_init__(self) -> None:
        _at_least(1, salvo=self.salvo)

    def shots_now(self, state: ShotState) -> int:
        """Return what is left of the one salvo."""
        return max(0, self.salvo - state.fired)


@dataclass(frozen=True, slots=True)
class ShootLookShoot:
    """Fire `salvo` interceptors, look, and fire again if the threat lives and can still be reached.

    Source: Wilkening, Science and Global Security 8 (1999), p. 187; NAS, Making Sense of Ballistic Missile
    Defense (2012), chapter 1.
    """

    salvo: int = 1

    def __post_init__(self) -> None:
        _at_least(1, salvo=self.salvo)

    def shots_now(self, state: ShotState) -> int:
        """Return what is left of the salvo since the last look."""
        return max(0, self.salvo - (state.fired - state.looked))


@dataclass(frozen=True, slots=True)
class ShootShootLook:
    """Fire `salvo` interceptors, look, then fire `then` after each look that finds the threat alive.

    With 1 and n - 1 it is what Wilkening (1999), p. 187, computes as shoot-look-shoot: one shot first, the
    other n - 1 at those that it missed.
    """

    salvo: int = 2
    then: int = 1

    def __post_init__(self) -> None:
        _at_least(1, salvo=self.salvo, then=self.then)

    def shots_now(self, state: ShotState) -> int:
        """Return what is left of the first salvo, or of the later one since the last look."""
        size = self.then if state.looked else self.salvo
        return max(0, size - (state.fired - state.looked))


@dataclass(frozen=True, slots=True)
class HoldForLowerLayer:
    """Shoot, look, shoot; but an upper layer holds its fire where a lower one can still reach the threat.

    It saves the upper layer's interceptors for what the lower one cannot stop, and gives up the second
    chance that two layers are there for.
    """

    salvo: int = 1

    def __post_init__(self) -> None:
        _at_least(1, salvo=self.salvo)

    def shots_now(self, state: ShotState) -> int:
        """Return what is left of the salvo since the last look, none from a layer that is to hold."""
        if state.around.layer and state.around.lower_layer_can_reach:
            return 0
        return max(0, self.salvo - (state.fired - state.looked))


@dataclass(frozen=True, slots=True)
class SaveTheInventory:
    """Shoot, look, shoot; but with `keep` interceptors or fewer left, only at what is worth `least_value`.

    Values are those that the scenario gives its assets.
    """

    keep: int
    least_value: float
    salvo: int = 1

    def __post_init__(self) -> None:
        _at_least(0, keep=self.keep)
        _at_least(1, salvo=self.salvo)

    def shots_now(self, state: ShotState) -> int:
        """Return what is left of the salvo since the last look, as far as the stock is not to be kept."""
        wanted = max(0, self.salvo - (state.fired - state.looked))
        if state.around.value >= self.least_value:
            return wanted
        return min(wanted, max(0, state.around.stock - self.keep))


@dataclass(frozen=True, slots=True)
class Barrage:
    """Spread interceptors evenly over a number of warheads that is known, without looking.

    Where they do not divide evenly, those that are cleared first get one more: of 116 interceptors for 20
    warheads the first sixteen get six, the last four get five. A warhead too many gets none.

    Source: Wilkening, Science and Global Security 8 (1999), pp. 183-215, in whole shots.
    """

    warheads: int
    interceptors: int | None = None

    def __post_init__(self) -> None:
        _at_least(1, warheads=self.warheads)
        if self.interceptors is not None:
            _at_least(0, interceptors=self.interceptors)

    def shots_now(self, state: ShotState) -> int:
        """Return what is left of this track's share: of the stated interceptors, or of all at the start."""
        around = state.around
        if around.place >= self.warheads:
            return 0
        each, over = divmod(around.loaded if self.interceptors is None else self.interceptors, self.warheads)
        return max(0, each + (around.place < over) - state.fired)
