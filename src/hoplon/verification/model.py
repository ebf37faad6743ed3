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

    @property
    def passed(self) -> bool:
        """Whether there is a number and it lies within the tolerance."""
        difference = abs(self.computed - self.published)
        return not self.crash and math.isfinite(difference) and difference <= self.tolerance

    @property
    def verdict(self) -> str:
        """``ok``, ``MISS`` or ``CRASH``."""
        if self.crash:
            return "CRASH"
        return "ok" if self.passed else "MISS"


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
        """Whether there are lines and all of them passed."""
        return bool(self.lines) and all(line.passed for line in self.lines)
