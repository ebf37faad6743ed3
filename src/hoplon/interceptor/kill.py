"""Whether an interceptor kills: handover, salvo, and the probability that a test record supports.

There is no model of a seeker or of the last seconds: an intercept succeeds if the target is inside the
handover basket and a draw with the single-shot kill probability says so. That probability comes from
counted tests, which were scripted and flown mostly without countermeasures: NAS (2012) and APS (2022) both
say that it is no operational probability. Rival counts of the same tests are kept side by side, by view.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from hoplon.errors import InputError, nearest


@dataclass(frozen=True, slots=True)
class TestRecord:
    """A count of intercept tests, as one source counts them.

    Attributes
    ----------
    view : str
        Whose count: rules for partial tests, aborted tests and salvoes differ.
    hits, attempts : int
    as_of : str
        ISO date of the last test counted: ``2017-05-30``, ``2011-09`` or ``2011``.
    source : str

    Raises
    ------
    InputError
        For a count that is impossible, or a date that cannot be read.
    """

    __test__ = False  # not a class of tests, though pytest would think so from its name

    view: str
    hits: int
    attempts: int
    as_of: str
    source: str

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.attempts:
            raise InputError(
                f"{self.hits} hits in {self.attempts} attempts",
                where=self.view,
                remedy="Write 0 <= hits <= attempts.",
            )
        _last_day(self.as_of)

    def posterior(self) -> KillPosterior:
        """Return what this count says of the single-shot kill probability."""
        return KillPosterior(self.view, self.hits + 0.5, self.attempts - self.hits + 0.5)


def _last_day(as_of: str) -> datetime.date:
    parts = as_of.split("-")
    try:
        year = int(parts[0])
        month = int(parts[1]) if len(parts) > 1 else 12
        day = int(parts[2]) if len(parts) > 2 else calendar.monthrange(year, month)[1]
        return datetime.date(year, month, day)
    except (ValueError, IndexError):
        raise InputError(f"as_of {as_of!r} is no date", remedy="Write YYYY-MM-DD, YYYY-MM or YYYY.") from None


def record_as_of(records: Iterable[TestRecord], view: str, date: datetime.date) -> TestRecord:
    """Return the latest count of one view that was complete on a day.

    Parameters
    ----------
    records : iterable of TestRecord
    view : str
        Whose count.
    date : datetime.date
        Tests after this day do not count. A month or a year without a day counts from its last day.

    Returns
    -------
    TestRecord

    Raises
    ------
    InputError
        If there is no such view, or it has no count as old as that.
    """
    known = list(records)
    mine = [record for record in known if record.view == view]
    if not mine:
        raise InputError(
            f"no test record of the view '{view}'", remedy=nearest(view, {record.view for record in known})
        )
    old = [record for record in mine if _last_day(record.as_of) <= date]
    if not old:
        first = min(mine, key=lambda record: _last_day(record.as_of))
        raise InputError(
            f"the view '{view}' has no test record as of {date}",
            remedy=f"Its first is as of {first.as_of}; choose another view or a later date.",
        )
    return max(old, key=lambda record: _last_day(record.as_of))


@dataclass(frozen=True, slots=True)
class KillPosterior:
    """What is believed of a single-shot kill probability: a beta distribution, or one value.

    The beta distribution with h + 1/2 and n - h + 1/2 is the posterior for h hits in n tests under Jeffreys'
    prior; source: Brown, Cai and DasGupta, Statistical Science 16 (2001), section 3.1.3.

    Attributes
    ----------
    view : str
        Whose view.
    a, b : float
        Parameters of the beta distribution; not used where `value` is given.
    value : float or None
        One certain value instead of a distribution.
    """

    view: str
    a: float
    b: float
    value: float | None = None

    def __post_init__(self) -> None:
        if self.value is None:
            if not (self.a > 0.0 and self.b > 0.0):
                raise InputError(f"beta distribution with a = {self.a:g}, b = {self.b:g}", where=self.view)
        elif not 0.0 <= self.value <= 1.0:
            raise InputError(
                f"kill probability {self.value:g}", where=self.view, remedy="Write a number from 0 to 1."
            )

    @classmethod
    def certain(cls, value: float, view: str = "stated value") -> KillPosterior:
        """Return a belief in one value, without doubt.

        Parameters
        ----------
        value : float
            The kill probability, 0 to 1.
        view : str, optional
            Who states it.

        Returns
        -------
        KillPosterior
        """
        return cls(view, float("nan"), float("nan"), value)

    @property
    def mean(self) -> float:
        """Expected single-shot kill probability."""
        return self.a / (self.a + self.b) if self.value is None else self.value

    def draw(self, u: float) -> float:
        """Return the quantile at `u`.

        A draw by quantile, so that two runs that differ in the view share the same luck. Draw once a battle,
        common to all its shots: what tests leave unknown is the same for every interceptor of a type.

        Parameters
        ----------
        u : float
            Uniform in [0, 1].

        Returns
        -------
        float
        """
        if self.value is not None:
            return self.value
        from scipy.special import betaincinv

        # Within what a uniform double resolves: further out the inverse does not converge.
        return float(betaincinv(self.a, self.b, min(max(u, 1e-16), 1.0 - 1e-16)))

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Return the equal-tailed credible interval.

        Parameters
        ----------
        level : float
            Between 0 and 1.

        Returns
        -------
        low, high : float
        """
        tail = 0.5 * (1.0 - level)
        return self.draw(tail), self.draw(1.0 - tail)

    def salvo_mean(self, shots: int) -> float:
        """Return the expected kill probability of a salvo whose shots share one unknown probability.

        Parameters
        ----------
        shots : int

        Returns
        -------
        float
            1 - E[(1 - p)^n] = 1 - prod (b + i) / (a + b + i), i = 0 ... n - 1 (moments of a beta
            distribution: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, 1995, chapter
            25): smaller than `salvo_kill_probability` of the mean, since the doubt is common to the shots.
        """
        if self.value is not None:
            return salvo_kill_probability(self.value, shots)
        survival = 1.0
        for i in range(shots):
            survival *= (self.b + i) / (self.a + self.b + i)
        return 1.0 - survival


@dataclass(frozen=True, slots=True)
class CommonMode:
    """What all shots at one threat have in common: if it fails, every one of them misses.

    Drawn once a threat. The product is P_track of Wilkening, Science and Global Security 8 (1999):
    the probability that a warhead is detected, tracked and told from decoys, common to all shots at it.

    Attributes
    ----------
    track : float
        Probability that the threat is tracked well enough for any intercept, beyond what a battle computes.
    discrimination : float
        Probability that the warhead is taken for what it is.
    """

    track: float = 1.0
    discrimination: float = 1.0

    def __post_init__(self) -> None:
        for name in ("track", "discrimination"):
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise InputError(
                    f"{name} probability {value:g}", where=name, remedy="Write a number from 0 to 1."
                )

    @property
    def probability(self) -> float:
        """That all of it works."""
        return self.track * self.discrimination


def salvo_kill_probability(single_shot_kill_probability: float, shots: int) -> float:
    """Return the kill probability of a salvo of independent shots, 1 - (1 - p)^n.

    An upper bound in practice: whatever is common to the shots (the track, discrimination, a design fault,
    the kill vehicle's lot) defeats all of them at once and no number of shots mends it. Multiply by the
    probability that the common part works, as Wilkening does with the probability of track
    (`CommonMode`), or draw p once for all shots (`KillPosterior`).

    Parameters
    ----------
    single_shot_kill_probability : float
        0 to 1.
    shots : int
        Not negative.

    Returns
    -------
    float

    Raises
    ------
    InputError
        For a probability outside 0 to 1 or a negative number of shots.
    """
    if not 0.0 <= single_shot_kill_probability <= 1.0:
        raise InputError(
            f"single-shot kill probability {single_shot_kill_probability:g}",
            remedy="Write a number from 0 to 1.",
        )
    if shots < 0:
        raise InputError(f"{shots} shots", remedy="Write a number of shots from 0.")
    return float(1.0 - (1.0 - single_shot_kill_probability) ** shots)


def handover_succeeds(miss_m: float, basket_m: float) -> bool:
    """Tell whether the target is where the kill vehicle can still get to it.

    The whole of the model between fly-out and kill: the distance at the predicted time of intercept between
    the predicted intercept point and the true target, against one radius. How that distance is corrected, and
    in which direction it is larger or smaller, is left out.

    Parameters
    ----------
    miss_m : float
        Distance from the predicted intercept point to the target. NaN (no prediction) fails.
    basket_m : float
        Radius of the handover basket.

    Returns
    -------
    bool
    """
    return miss_m <= basket_m
