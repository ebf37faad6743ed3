"""What the defence knows of its shots at one threat: fired, on their way, looked at."""

from __future__ import annotations

from dataclasses import dataclass

from hoplon.command.doctrine import ALONE, ShotState, Situation


@dataclass(kw_only=True)
class ShotBook:
    """The shots at one threat: changes through a battle.

    Attributes
    ----------
    fired, looked : int
        As in `ShotState`.
    pending : int
        Launched and not yet assessed.
    assessed_killed : bool
        The defence believes that the threat is dead.
    """

    fired: int = 0
    looked: int = 0
    pending: int = 0
    assessed_killed: bool = False

    def state(self, around: Situation = ALONE) -> ShotState:
        """Return the state of the shots, as doctrines see it."""
        return ShotState(self.fired, self.looked, around)

    def launched(self) -> None:
        """Count a launch."""
        self.fired += 1
        self.pending += 1

    def assess(self, *, killed: bool) -> None:
        """Take note of a kill assessment.

        One look that says dead, right or wrong, closes the engagement; later looks do not open it again.

        Parameters
        ----------
        killed : bool
            Whether the threat was seen to be destroyed.
        """
        self.pending -= 1
        self.assessed_killed = self.assessed_killed or killed
        if self.pending == 0:
            self.looked = self.fired
