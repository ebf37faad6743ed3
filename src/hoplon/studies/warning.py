"""Warning of the public over many battles: from what each place was told to what people had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hoplon.result.model import Record
from hoplon.result.warning import (
    FALSE_ALERTS,
    MISSED,
    NOTHING_CAME,
    PASSED_OVER,
    SHOT_DOWN,
    TOO_LATE,
    CityStatistics,
    CityWarning,
    PeopleWarned,
    WarningSummary,
)
from hoplon.scenario import Scenario
from hoplon.scenario.cities import CityEntry

Array = NDArray[np.float64]

#: Steps of the distribution of warning over people, minutes.
_STEP_MINUTES = 0.25


def warning_summary(scenario: Scenario, records: Sequence[Record]) -> WarningSummary:
    """Sum up what places were told in the battles of a study.

    Parameters
    ----------
    scenario : Scenario
        Of which the confidence and the populations are taken.
    records : sequence of Record

    Returns
    -------
    WarningSummary
        People are counted by city: residents of the city proper, whole cities at a time. Those under attack
        are the people of a city, in a battle in which a missile was on its way there.
    """
    runs = len(records)
    cities = scenario.warning.cities
    by_city: dict[str, list[CityWarning]] = {}
    for record in records:
        for warning in record.warnings:
            by_city.setdefault(warning.city, []).append(warning)
    found = [_city(name, cities.get(name), given, runs) for name, given in by_city.items()]
    every = [warning for record in records for warning in record.warnings]
    count = {outcome: sum(w.outcome == outcome for w in every) / runs for outcome in _COUNTED}
    minutes, possible, weight = _people(every, cities)
    hit = [w for w in every if not np.isnan(w.fell_s)]
    struck = np.array([_population(w, cities) for w in hit])
    unwarned = np.array([w.outcome in (MISSED, TOO_LATE) for w in hit], dtype=bool)
    return WarningSummary(
        confidence=scenario.warning.confidence.best,
        runs=runs,
        cities=tuple(sorted(found, key=lambda c: (-c.people if c.people == c.people else 1.0, c.city))),
        people=_distribution(minutes, possible, weight),
        median_minutes=_quantile(minutes, weight, 0.5),
        tenth_minutes=_quantile(minutes, weight, 0.1),
        unwarned_share=float(struck[unwarned].sum() / struck.sum()) if struck.sum() > 0 else float("nan"),
        alerts=sum(w.alerted for w in every) / runs,
        false_alerts=sum(count[outcome] for outcome in FALSE_ALERTS),
        missed_alerts=count[MISSED],
        late_alerts=count[TOO_LATE],
        shot_down=count[SHOT_DOWN],
        passed_over=count[PASSED_OVER],
        nothing_came=count[NOTHING_CAME],
    )


_COUNTED = (*FALSE_ALERTS, MISSED, TOO_LATE)


def _city(name: str, city: CityEntry | None, given: Sequence[CityWarning], runs: int) -> CityStatistics:
    attacked = [w for w in given if not np.isnan(w.due_s)]
    fell = [w for w in given if not np.isnan(w.fell_s)]
    warned = np.array([w.warning_s for w in attacked])
    possible = np.array([_possible_s(w) for w in attacked])
    passed = [w for w in given if np.isnan(w.due_s) and not np.isnan(w.passes_s)]
    ahead = [max(w.passes_s - w.alert_s, 0.0) if w.alerted else 0.0 for w in passed]
    low, middle, high = np.quantile(warned, (0.05, 0.5, 0.95)) if attacked else (np.nan,) * 3
    return CityStatistics(
        city=name,
        title=name.replace("_", " ").capitalize() if city is None else city.title,
        people=float("nan") if city is None else city.population.best,
        attacked_share=len(attacked) / runs,
        fell_share=len(fell) / runs,
        alerted_share=sum(w.alerted for w in given) / runs,
        warning_low_s=float(low),
        warning_s=float(middle),
        warning_high_s=float(high),
        possible_s=float(np.median(possible)) if attacked else float("nan"),
        missed_share=sum(w.outcome == MISSED for w in fell) / max(len(fell), 1),
        late_share=sum(w.outcome == TOO_LATE for w in fell) / max(len(fell), 1),
        false_share=sum(w.outcome in FALSE_ALERTS for w in given) / runs,
        passed_share=len(passed) / runs,
        passage_warning_s=float(np.median(ahead)) if ahead else float("nan"),
    )


def _possible_s(warning: CityWarning) -> float:
    """Return the warning of a defence that decides and tells at once."""
    return float(np.nan_to_num(max(warning.due_s - warning.possible_s, 0.0)))


def _population(warning: CityWarning, cities: Mapping[str, CityEntry]) -> float:
    city = cities.get(warning.city)
    return 0.0 if city is None else city.population.best


def _people(every: Sequence[CityWarning], cities: Mapping[str, CityEntry]) -> tuple[Array, Array, Array]:
    """Return minutes of warning, the most possible, and normalised weights, of the people under attack."""
    attacked = [w for w in every if not np.isnan(w.due_s) and _population(w, cities) > 0.0]
    weight = np.array([_population(w, cities) for w in attacked])
    minutes = np.array([w.warning_s for w in attacked]) / 60.0
    possible = np.array([_possible_s(w) for w in attacked]) / 60.0
    return minutes, possible, weight / weight.sum() if len(weight) else weight


def _distribution(minutes: Array, possible: Array, weight: Array) -> tuple[PeopleWarned, ...]:
    if not len(minutes):
        return ()
    last = np.ceil(max(minutes.max(), possible.max())) + _STEP_MINUTES
    return tuple(
        PeopleWarned(float(m), float(weight[minutes >= m].sum()), float(weight[possible >= m].sum()))
        for m in np.arange(_STEP_MINUTES, last, _STEP_MINUTES)
    )


def _quantile(minutes: Array, weight: Array, share: float) -> float:
    """Return what all but this share of the people had at least."""
    if not len(minutes):
        return float("nan")
    order = np.argsort(minutes)
    return float(minutes[order][np.searchsorted(np.cumsum(weight[order]), share - 1e-12)])
