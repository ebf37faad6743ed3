"""One line of the verification, and all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A published number beside ours.

    Attributes
    ----------
    check : str
        Name of the check it belongs to.
    source : str
        Who published the number, or from which equation it follows.
    quantity : str
        What it is, with the case it holds for.
    unit : str
    published, computed : float
    tolerance : float
        Largest difference allowed, in the same unit.
    note : str
        What is known about a difference.
    crash : str
        The error that kept the number from being computed; else empty.
    low, high : float or None
        Where both are given, the number has to lie between them instead, ends included.
    explained : str
        Why a number that does not agree, or cannot be compared, is known and accepted; else empty. Such lines
        are shown with the reason and counted apart. The reason says nothing about a number that agrees.
    """

    check: str
    source: str
    quantity: str
    unit: str
    published: float
    computed: float
    tolerance: float
    note: str = ""
    crash: str = ""
    low: float | None = None
    high: float | None = None
    explained: str = ""

    @property
    def passed(self) -> bool:
        """Whether there is a number and it lies within the tolerance."""
        if self.low is not None and self.high is not None:
            return not self.crash and self.low <= self.computed <= self.high
        difference = abs(self.computed - self.published)
        return not self.crash and math.isfinite(difference) and difference <= self.tolerance

    @property
    def verdict(self) -> str:
        """``ok``, ``explained``, ``MISS`` or ``CRASH``."""
        if self.crash:
            return "CRASH"
        if self.passed:
            return "ok"
        return "explained" if self.explained else "MISS"

    @property
    def failed(self) -> bool:
        """Whether it neither agrees nor is explained."""
        return self.verdict in ("MISS", "CRASH")


@dataclass(frozen=True, slots=True)
class Verification:
    """What `hoplon.verify` found.

    Attributes
    ----------
    lines : tuple of Line
    full : bool
        Whether the long checks were among them.
    elapsed_s : float
    """

    lines: tuple[Line, ...]
    full: bool
    elapsed_s: float

    @property
    def passed(self) -> bool:
        """Whether there are lines and none of them failed."""
        return bool(self.lines) and not any(line.failed for line in self.lines)

    @property
    def explained(self) -> tuple[Line, ...]:
        """The lines that do not agree for a reason that they give."""
        return tuple(line for line in self.lines if line.verdict == "explained")
