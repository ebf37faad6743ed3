"""Firing doctrines: how many interceptors to send at a threat, and when to look again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


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
    """

    fired: int
    looked: int


class Doctrine(Protocol):
    """One method: how many interceptors to launch now."""

    @property
    def name(self) -> str:
        """Name as written in a scenario."""
        ...

    def shots_now(self, state: ShotState) -> int:
        """Return how many interceptors to launch at this track now, given the state of the shots at it."""
        ...


@dataclass(frozen=True, slots=True)
class Salvo:
    """Fire a salvo of `salvo` interceptors once, without looking.

    Source: "at least 2 SM-3 per ballistic missile", Missile Defense Advocacy Alliance (2018).
    """

    salvo: int = 2
    name: str = "salvo"

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
    name: str = "shoot_look_shoot"

    def shots_now(self, state: ShotState) -> int:
        """Return what is left of the salvo since the last look."""
        return max(0, self.salvo - (state.fired - state.looked))


#: The doctrines that ship with Hoplon, by the name written in a scenario.
DOCTRINES: dict[str, type[Salvo] | type[ShootLookShoot]] = {
    "salvo": Salvo,
    "shoot_look_shoot": ShootLookShoot,
}
