"""What is left to chance in the decisions and shots of one battle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hoplon.streams import uniform


class Luck(Protocol):
    """Gives the uniform draws of a battle, each by its address."""

    def uniform(self, *address: str, number: int = 0) -> float:
        """Return the draw at an address.

        Parameters
        ----------
        *address : str
            What is drawn, then for whom: ``("decision_time", "nodong-3")``.
        number : int, optional
            Of one of several draws at the address.

        Returns
        -------
        float
            In [0, 1).
        """
        ...


@dataclass(frozen=True, slots=True)
class SeededLuck:
    """Draws by seed and run: adding an actor, a threat or a shot never moves another draw.

    Attributes
    ----------
    seed, run : int
    """

    seed: int
    run: int

    def uniform(self, *address: str, number: int = 0) -> float:
        """Return the draw at an address, as `Luck` says."""
        return uniform(self.seed, self.run, *address, number=number)
