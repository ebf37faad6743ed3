"""Warning of the public: who was told what when, in one battle and in many."""

from __future__ import annotations

import math
from dataclasses import dataclass

NAN = float("nan")

#: What can become of a place in a battle, as `CityWarning.outcome` says it.
WARNED, TOO_LATE, MISSED = "warned", "too late", "missed"
SHOT_DOWN, PASSED_OVER, NOTHING_CAME = "shot down", "passed over", "nothing came"

#: Alerts after which nothing fell on the place, by the reason why.
FALSE_ALERTS = (SHOT_DOWN, PASSED_OVER, NOTHING_CAME)


@dataclass(frozen=True, slots=True)
class CityWarning:
    """What one place was told in one battle, beside what truly came.

    Places are noted that were alerted, or at which a missile came down, or would have.

    Attributes
    ----------
    city : str
    alert_s : float
        When its people first heard the alert, from scenario zero; NaN where they did not.
    possible_s : float
        When the first prediction that concerns the place crossed the confidence: the alert of a defence that
        decides and tells at once. NaN where none did.
    cause : str
        ``hit`` or ``passage``, as predicted; empty without an alert.
    probability : float
        With which it was predicted then; NaN without an alert.
    threat : str
        Whose track caused the alert (truth: the defence does not know); empty without one.
    fell_s, due_s, passes_s : float
        Truth: when the first missile fell on the place; when the first that was on its way there fell, or
        would have, had it not been shot down; when the first passed over, or would have. NaN where none.
    """

    city: str
    alert_s: float = NAN
    possible_s: float = NAN
    cause: str = ""
    probability: float = NAN
    threat: str = ""
    fell_s: float = NAN
    due_s: float = NAN
    passes_s: float = NAN

    @property
    def alerted(self) -> bool:
        """Whether an alert went out, early or late."""
        return not math.isnan(self.alert_s)

    @property
    def outcome(self) -> str:
        """What became of it: one of the words of this module, empty for a place that was left in peace.

        A missile fell there: ``warned``, ``too late`` or ``missed`` (no alert at all). None fell: ``shot
        down``, ``passed over`` or ``nothing came``, in each of which the alert was for nothing that fell.
        """
        if not math.isnan(self.fell_s):
            if not self.alerted:
                return MISSED
            return WARNED if self.alert_s < self.fell_s else TOO_LATE
        if not self.alerted:
            return ""
        if not math.isnan(self.due_s):
            return SHOT_DOWN
        return NOTHING_CAME if math.isnan(self.passes_s) else PASSED_OVER

    @property
    def warning_s(self) -> float:
        """Time from the alert to the first missile, or when it would have fallen; 0 where too late or never.

        NaN where none was on its way there.
        """
        if math.isnan(self.due_s):
            return NAN
        return max(self.due_s - self.alert_s, 0.0) if self.alerted else 0.0


@dataclass(frozen=True, slots=True)
class CityStatistics:
    """What became of one place over many battles.

    Attributes
    ----------
    city, title : str
    people : float
        NaN where no population is known.
    attacked_share : float
        Share of battles in which a missile was on its way there.
    fell_share : float
        Share of battles in which one fell there.
    alerted_share : float
        Share of battles in which it was alerted.
    warning_low_s, warning_s, warning_high_s : float
        5 %, median and 95 % over the battles in which a missile was on its way there, of the time from the
        alert to the first such missile; NaN where none ever was. An alert that came late or not at all
        counts as 0.
    possible_s : float
        The same median for a defence that decides and tells at once.
    missed_share, late_share : float
        Of the battles in which a missile fell there, those without an alert, and with one that came too late;
        0 where none ever fell.
    false_share : float
        Share of battles in which it was alerted and nothing fell there.
    passed_share : float
        Share of battles in which a missile passed over it, or would have, and none was on its way there.
    passage_warning_s : float
        Over these battles, the median time from the alert to the passage; an alert that came late or not at
        all counts as 0.
    """

    city: str
    title: str
    people: float
    attacked_share: float
    fell_share: float
    alerted_share: float
    warning_low_s: float
    warning_s: float
    warning_high_s: float
    possible_s: float
    missed_share: float
    late_share: float
    false_share: float
    passed_share: float
    passage_warning_s: float


@dataclass(frozen=True, slots=True)
class PeopleWarned:
    """A point of the distribution of warning over people.

    Attributes
    ----------
    minutes : float
    share : float
        Share of the people whose city a missile was on its way to that had at least so many minutes, all
        battles together.
    possible_share : float
        The same for a defence that decides and tells at once.
    """

    minutes: float
    share: float
    possible_share: float


@dataclass(frozen=True, slots=True)
class WarningSummary:
    """Warning of the public over many battles.

    Attributes
    ----------
    confidence : float
        With which a place has to be predicted to be hit or passed over before it is warned.
    runs : int
    cities : tuple of CityStatistics
        Those with an alert or a missile on its way in any battle: the most people first.
    people : tuple of PeopleWarned
        Empty where no city of known population was attacked.
    median_minutes, tenth_minutes : float
        What half of the people had at least, and nine in ten; NaN without people.
    unwarned_share : float
        Share of the people on whose city a missile fell before an alert, or without one; NaN without any.
    alerts, false_alerts, missed_alerts, late_alerts : float
        Mean number of places a battle: alerted; alerted without anything falling there; hit without an alert;
        hit before the alert.
    shot_down, passed_over, nothing_came : float
        The false alerts by what had been on its way: a missile that was shot down, one that passed over,
        none.
    """

    confidence: float
    runs: int
    cities: tuple[CityStatistics, ...]
    people: tuple[PeopleWarned, ...]
    median_minutes: float
    tenth_minutes: float
    unwarned_share: float
    alerts: float
    false_alerts: float
    missed_alerts: float
    late_alerts: float
    shot_down: float
    passed_over: float
    nothing_came: float


@dataclass(frozen=True, slots=True)
class AlertComparison:
    """A published alert beside what the chain could have done.

    Attributes
    ----------
    what, source : str
    published_low_s, published_best_s, published_high_s : float
        From launch; minutes of the clock leave a minute open either way.
    reported_s, tracked_s, possible_s : float
        Computed, median over battles, from launch: first report of the launch, firm track, and the first
        prediction that warns: the earliest possible alert, had decision and message taken no time.
    with_delay_s : float
        The alert with the delays that the scenario states.
    arrival_s : float
        When the missile passes over, or falls on, the first place that is warned.
    arrival : str
        That place.
    """

    what: str
    source: str
    published_low_s: float
    published_best_s: float
    published_high_s: float
    reported_s: float
    tracked_s: float
    possible_s: float
    with_delay_s: float
    arrival_s: float
    arrival: str

    @property
    def difference_s(self) -> float:
        """Published alert less the earliest possible: what decision and message took."""
        return self.published_best_s - self.possible_s

    @property
    def difference_range_s(self) -> tuple[float, float]:
        """The same at the ends of what the published minute leaves open."""
        return self.published_low_s - self.possible_s, self.published_high_s - self.possible_s
