"""What comes out of a battle without draws: frozen, and ignorant of how it was computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: The links of the chain, in order; each can be where a threat gets through.
LINKS = ("detected", "tracked", "decided in time", "reachable", "handed over", "killed")


@dataclass(frozen=True, slots=True)
class ExpectedOutcome:
    """What is to be expected of one threat.

    Attributes
    ----------
    threat, missile, aim : str
        Its name in the raid, its type, its aim point.
    attacks : bool
        Whether it falls on defended ground and the defence engages at all: only such threats leak.
    leak_probability : float
        0 for one that does not attack.
    passed : mapping of str to float
        By link of the chain (`LINKS`), the probability that the chain holds up to and with that link.
    shots : float
        Expected launches at it.
    """

    threat: str
    missile: str
    aim: str
    attacks: bool
    leak_probability: float
    passed: Mapping[str, float]
    shots: float


@dataclass(frozen=True, slots=True)
class ExpectedRecord:
    """What is to be expected of one battle.

    Attributes
    ----------
    scenario : str
    outcomes : tuple of ExpectedOutcome
    interceptors_used : mapping of str to float
        Expected launches, by battery.
    """

    scenario: str
    outcomes: tuple[ExpectedOutcome, ...]
    interceptors_used: Mapping[str, float]

    @property
    def leakage(self) -> float:
        """Expected share of the attacking threats that get through; NaN where none attacks."""
        leaks = [outcome.leak_probability for outcome in self.outcomes if outcome.attacks]
        return sum(leaks) / len(leaks) if leaks else float("nan")

    @property
    def waterfall(self) -> dict[str, float]:
        """By link of the chain, the mean probability over attacking threats that the chain holds so far."""
        attacking = [outcome for outcome in self.outcomes if outcome.attacks]
        return {
            link: sum(outcome.passed[link] for outcome in attacking) / len(attacking)
            for link in (LINKS if attacking else ())
        }
