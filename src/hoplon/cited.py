"""A number that knows where it comes from and how far it can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from hoplon.errors import InputError


class Mark(StrEnum):
    """How far a source was followed.

    The order is the order of strength; `ASSUMED` stands last and is shown first in every report.
    """

    CHECKED = "checked"
    UNCHECKED = "unchecked"
    DERIVED = "derived"
    WEAK = "weak"
    ASSUMED = "assumed"


#: Marks that make a value a weak assumption, strongest doubt first.
WEAK_MARKS = (Mark.ASSUMED, Mark.WEAK)


@dataclass(frozen=True, slots=True)
class Cited:
    """A catalogue value with its range, mark and source.

    Attributes
    ----------
    best : float
        The value used unless the user says otherwise. Its unit is the suffix of the key it stands under.
    low, high : float
        The range that open sources (or, for an assumed value, the stated rule) leave open.
    mark : Mark
        How far the source was followed.
    source : str
        Who says so. Empty only for an assumed value.
    why : str
        For an assumed value, and for an override, the reason; else empty.
    rule : str
        For an assumed value, the rule that gives it and its range; else empty.
    overridden_from : float or None
        The catalogue's best value where a scenario has replaced it.
    """

    best: float
    low: float
    high: float
    mark: Mark
    source: str = ""
    why: str = ""
    rule: str = ""
    overridden_from: float | None = None

    def __post_init__(self) -> None:
        for name in ("best", "low", "high"):
            value = getattr(self, name)
            if not math.isfinite(value):
                raise InputError(f"{name} is {value}", remedy="Write a finite number.")
        if not self.low <= self.best <= self.high:
            raise InputError(
                f"low {self.low:g}, best {self.best:g}, high {self.high:g} are not in this order",
                remedy="Write low <= best <= high.",
            )
        if self.mark is Mark.ASSUMED and self.overridden_from is None:
            if not (self.why and self.rule):
                raise InputError(
                    "an assumed value needs 'why' (the reason) and 'rule' (how it and its range were chosen)",
                    remedy="Add both, or give a source and another mark.",
                )
            if not self.low < self.high:
                raise InputError("an assumed value needs a range", remedy="Write low < high.")
        elif not (self.source or self.why):
            raise InputError("a value without a source", remedy="Add source: who says so, and where.")

    def overridden(self, best: float, why: str, low: float | None = None, high: float | None = None) -> Cited:
        """Replace the value and remember that it was replaced.

        Parameters
        ----------
        best : float
            The user's value.
        why : str
            The user's reason; shown in every output.
        low, high : float, optional
            The user's range; by default the value alone.

        Returns
        -------
        Cited
        """
        original = self.best if self.overridden_from is None else self.overridden_from
        return replace(
            self,
            best=best,
            low=best if low is None else low,
            high=best if high is None else high,
            why=why,
            overridden_from=original,
        )
