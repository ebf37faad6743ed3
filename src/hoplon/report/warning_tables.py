"""Rows and sentences about the warning of the public, ready to be set."""

from __future__ import annotations

import math
from collections import Counter

from hoplon.report.words import counted, percent, place_name, seconds
from hoplon.result.model import Record, Study
from hoplon.result.warning import (
    FALSE_ALERTS,
    MISSED,
    NOTHING_CAME,
    PASSED_OVER,
    SHOT_DOWN,
    TOO_LATE,
    AlertComparison,
)


def warning_words(study: Study, battle: Record | None) -> list[str]:
    """Say how people were warned, and how often for nothing.

    Parameters
    ----------
    study : Study
    battle : Record or None
        One of which the alerts are told.

    Returns
    -------
    list of str
        Sentences.
    """
    w = study.warning
    if w is None:
        return []
    out = [
        f"A place is alerted once it is predicted with a probability of {percent(w.confidence, 0)} or more "
        "that a missile falls on it, or passes over it."
    ]
    if not math.isnan(w.median_minutes):
        said = (
            f"Of the people in cities to which a missile was on its way, half had {w.median_minutes:.1f} "
            f"minutes of warning or more, nine in ten {w.tenth_minutes:.1f} or more"
        )
        if not math.isnan(w.unwarned_share):
            said += f"; of those on whose city one fell, {percent(w.unwarned_share)} had no alert before it"
        out.append(f"{said}.")
    out.append(
        f"A battle has {w.alerts:.1f} alerted places on average. On {w.false_alerts:.1f} of them nothing "
        f"fell: for {w.shot_down:.1f} the missile was shot down, {w.passed_over:.1f} it only passed over, "
        f"and to {w.nothing_came:.1f} nothing was on its way (a first prediction was off). Places that were "
        f"hit without an alert: {w.missed_alerts:.2f} a battle; hit before the alert: {w.late_alerts:.2f}."
    )
    if battle is not None and battle.warnings:
        count = Counter(warning.outcome for warning in battle.warnings)
        alerted = counted(sum(warning.alerted for warning in battle.warnings), "place")
        false = sum(count[kind] for kind in FALSE_ALERTS)
        out.append(
            f"In battle {battle.run}: {alerted} alerted, on {false} of them nothing fell ({count[SHOT_DOWN]} "
            f"shot down, {count[PASSED_OVER]} passed over, {count[NOTHING_CAME]} with nothing on its way); "
            f"{count[MISSED]} hit without an alert, {count[TOO_LATE]} before it."
        )
    return out


def place_rows(study: Study) -> list[dict[str, str]]:
    """Set out the warning of each place.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of dict
    """
    if study.warning is None:
        return []
    return [
        {
            "title": city.title,
            "people": "–" if math.isnan(city.people) else f"{city.people / 1e6:.2f}",
            "attacked": percent(city.attacked_share, 0),
            "fell": percent(city.fell_share, 0),
            "alerted": percent(city.alerted_share, 0),
            "warning": _minutes(city.warning_s)
            if city.attacked_share
            else f"({_minutes(city.passage_warning_s)})"
            if city.passed_share
            else "–",
            "range": f"{_minutes(city.warning_low_s)} to {_minutes(city.warning_high_s)}"
            if city.attacked_share
            else "–",
            "possible": _minutes(city.possible_s),
            "false": percent(city.false_share, 0),
            "unwarned": percent(city.missed_share + city.late_share, 0) if city.fell_share else "–",
        }
        for city in study.warning.cities
    ]


def alert_rows(alert: AlertComparison) -> list[dict[str, str]]:
    """Set a published alert beside the earliest possible one.

    Parameters
    ----------
    alert : AlertComparison

    Returns
    -------
    list of dict
    """
    low, high = alert.difference_range_s
    published = f"{seconds(alert.published_low_s)} to {seconds(alert.published_high_s)}"
    rows = [
        (
            "first report of the launch",
            alert.reported_s,
            "",
            "computed: from where is known, not yet to where",
        ),
        (
            "firm track",
            alert.tracked_s,
            "",
            "computed: while the missile burns nobody knows where it will end",
        ),
        ("earliest possible alert", alert.possible_s, "", "computed: no time for decision and message"),
        ("alert with the stated delays", alert.with_delay_s, "", "computed: decision and message as stated"),
        (f"published: {alert.what}", alert.published_best_s, published, alert.source),
    ]
    found = [
        {"what": what, "best": seconds(best), "range": span, "meaning": meaning}
        for what, best, span, meaning in rows
    ]
    if alert.arrival:
        meaning = (
            f"computed; after the earliest possible alert: {seconds(alert.arrival_s - alert.possible_s)} s"
        )
        found.append(
            {
                "what": f"reaches {place_name(alert.arrival)}",
                "best": seconds(alert.arrival_s),
                "range": "",
                "meaning": meaning,
            }
        )
    found.append(
        {
            "what": "published less earliest possible",
            "best": _signed(alert.difference_s),
            "range": f"{_signed(low)} to {_signed(high)}",
            "meaning": "what decision and message took",
        }
    )
    return found


def _minutes(t_s: float) -> str:
    return "–" if math.isnan(t_s) else f"{t_s / 60.0:.1f}"


def _signed(t_s: float) -> str:
    return "–" if math.isnan(t_s) else f"{t_s:+.0f}".replace("-", "−")
