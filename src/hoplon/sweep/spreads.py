"""Distributions that axes of a study are drawn from, and evenly spaced values."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hoplon.cited import Cited
from hoplon.scenario.uncertainty import drawn, is_of_scale
from hoplon.streams import triangular


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution that can be asked for its quantiles.

    Attributes
    ----------
    kind : str
        ``uniform``, ``log_uniform``, ``triangular``, ``normal``, or ``own``.
    low, best, high : float
        Ends and mode; of a normal one the mean is `best`.
    sigma : float
        Of a normal one.
    path : str
        Of an own one: the kind of value decides how it is drawn.
    cited : Cited or None
    whole : bool
        Whether values are rounded to whole numbers.
    """

    kind: str
    low: float
    best: float
    high: float
    sigma: float = 0.0
    path: str = ""
    cited: Cited | None = None
    whole: bool = False

    def at(self, u: float) -> float | int:
        """Return a quantile.

        Parameters
        ----------
        u : float
            In [0, 1].

        Returns
        -------
        float or int

        Notes
        -----
        A normal distribution with ends is that distribution given that the value lies between them. All are
        drawn by inversion (Devroye, Non-Uniform Random Variate Generation, 1986, section II.2).
        """
        if self.kind == "own" and self.cited is not None:
            x = drawn(self.path, self.cited, u)
        elif self.kind == "log_uniform":
            x = self.low * math.exp(u * math.log(self.high / self.low))
        elif self.kind == "triangular":
            x = triangular(u, self.low, self.best, self.high)
        elif self.kind == "normal":
            x = self._normal(u)
        else:
            x = self.low + u * (self.high - self.low)
        if self.whole:
            # Each whole number from low to high has the same share of a uniform range, the ends too.
            if self.kind == "uniform":
                return min(int(self.low + u * (self.high - self.low + 1)), int(self.high))
            return round(min(max(x, self.low), self.high))
        return min(max(x, self.low), self.high)

    def _normal(self, u: float) -> float:
        from scipy.special import ndtr, ndtri

        below, above = (float(ndtr((end - self.best) / self.sigma)) for end in (self.low, self.high))
        u = min(max(below + u * (above - below), 1e-15), 1.0 - 1e-15)
        return self.best + self.sigma * float(ndtri(u))


def spaced(low: float, high: float, steps: int, log: bool) -> list[float]:
    """Return values at even distances, both ends exactly.

    Parameters
    ----------
    low, high : float
    steps : int
        How many, from 2.
    log : bool
        Whether the distances are even in the logarithm.

    Returns
    -------
    list of float
    """
    inner = [i / (steps - 1) for i in range(1, steps - 1)]
    if log:
        return [low, *(low * math.exp(u * math.log(high / low)) for u in inner), high]
    return [low, *(low + u * (high - low) for u in inner), high]


def own_values(path: str, cited: Cited, steps: int | None = None) -> list[float]:
    """Return values of a catalogue value's own range.

    Parameters
    ----------
    path : str
    cited : Cited
    steps : int, optional
        At even distances from end to end, in the logarithm for a range of scale; by default low, best, high.

    Returns
    -------
    list of float
    """
    if steps is None:
        return sorted({cited.low, cited.best, cited.high})
    return spaced(cited.low, cited.high, steps, is_of_scale(path, cited))
