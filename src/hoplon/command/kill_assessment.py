"""Kill assessment: how soon after an intercept the defence looks, and how often it sees wrongly."""

from __future__ import annotations

from dataclasses import dataclass

from hoplon.errors import InputError


@dataclass(frozen=True, slots=True)
class KillAssessment:
    """How an intercept is looked at.

    Each shot is looked at once, and each look errs by itself: an assumption in the defence's favour where the
    same fragments would mislead every look. The two probabilities of error are those of a binary test, and
    all that is modelled of how they come about; no open source has numbers for them.

    Attributes
    ----------
    delay_s : float
        From the intercept until its outcome is known.
    false_dead : float
        Probability that a look at a threat that lives says that it is dead: it is not shot at again.
    false_alive : float
        Probability that a look at a threat that is dead says that it lives: shots at it are wasted.
    """

    delay_s: float = 0.0
    false_dead: float = 0.0
    false_alive: float = 0.0

    def __post_init__(self) -> None:
        for name in ("false_dead", "false_alive"):
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise InputError(f"{name} is {value:g}", remedy="Write a probability, from 0 to 1.")

    @property
    def errs(self) -> bool:
        """Whether a look can be wrong."""
        return self.false_dead > 0.0 or self.false_alive > 0.0

    def dead_probability(self, *, dead: bool) -> float:
        """Return the probability that a look says that the threat is dead.

        Parameters
        ----------
        dead : bool
            Whether it is.

        Returns
        -------
        float
        """
        return 1.0 - self.false_alive if dead else self.false_dead

    def says_dead(self, u: float, *, dead: bool) -> bool:
        """Draw what a look says.

        Parameters
        ----------
        u : float
            Uniform in [0, 1).
        dead : bool
            Whether the threat is dead.

        Returns
        -------
        bool
        """
        return u < self.dead_probability(dead=dead)
