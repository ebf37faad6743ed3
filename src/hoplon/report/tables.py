"""Rows and cards of the page, ready to be set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from hoplon.report.words import (
    MOMENT_WORDS,
    OUTCOME_WORDS,
    counted,
    duration,
    level_words,
    named,
    percent,
    place_name,
    plain_number,
    seconds,
)
from hoplon.result.coverage_map import CoverageMap
from hoplon.result.model import Assumption, Interval, Record, Study
from hoplon.result.warning import AlertComparison, WarningSummary

#: Marks in the order of the table, with what they mean.
MARK_WORDS = {
    "assumed": "nobody has published it: chosen by a stated rule, with a wide range",
    "weak": "order of magnitude",
    "derived": "computed from other published values",
    "unchecked": "a well-known public figure whose named source was not read",
    "checked": "the named passage was read",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One key figure.

    Attributes
    ----------
    title, value, note : str
    """

    title: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class MarkGroup:
    """Assumptions of one mark, by the part of the catalogue that they stand in.

    Attributes
    ----------
    mark, meaning : str
    count : int
    parts : tuple of (str, rows)
        A row is the paths of values that are alike in all else, and the first of these values.
    """

    mark: str
    meaning: str
    count: int
    parts: tuple[tuple[str, tuple[tuple[tuple[str, ...], Assumption], ...]], ...]


def cards(study: Study) -> list[Card]:
    """Choose the key figures.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of Card
    """
    used = study.interceptors_used
    out = [
        Card(
            "interceptors used",
            f"{used.best:.1f}" if used.best == used.best else "–",
            _used_words(used) + _waste_words(study),
        )
    ]
    moments = ["first_detection", "firm_track", "decision", "interceptor_launch", "intercept", "alert"]
    if study.leakage is None and not used.best > 0:
        out, moments = [], ["satellite_report", "first_detection", "firm_track", "decision", "alert"]
    for moment in moments:
        found, missing = study.moments.get(moment), study.moments_missing.get(moment, 0.0)
        if found is None:
            out.append(Card(MOMENT_WORDS[moment], "never", "in no battle"))
            continue
        note = f"after launch, median; {_most(found)}"
        if missing >= 0.0005:
            note += f". Never for {percent(missing)} of the missiles"
        out.append(Card(MOMENT_WORDS[moment], duration(found.best), note))
    warned = [(aim, i) for aim, i in study.warning_s.items() if not math.isnan(i.best)]
    if study.warning is not None:
        out += _warning_cards(study.warning, study.alerts)
    elif warned:
        aim, least = min(warned, key=lambda pair: pair[1].best)
        note = f"from alert to impact, median, at {place_name(aim)}"
        if len(warned) > 1:
            note += f", the least of {counted(len(warned), 'place')}"
        out.append(Card("warning time", duration(least.best), f"{note}; {_most(least)}"))
    return out


def _warning_cards(warning: WarningSummary, alerts: Sequence[AlertComparison]) -> list[Card]:
    out = []
    if not math.isnan(warning.median_minutes):
        note = "from alert to impact: half of the people under attack had this or more, nine in ten "
        note += f"{duration(60 * warning.tenth_minutes)}"
        out.append(Card("warning time", duration(60 * warning.median_minutes), note))
    for alert in alerts:
        low, high = alert.difference_range_s
        note = "published alert less the earliest possible one; the published minute leaves open "
        note += f"{duration(low)} to {duration(high)}"
        out.append(Card("decision and message took", duration(alert.difference_s), note))
    return out


def _used_words(used: Interval) -> str:
    if "quantile" in used.method:
        return f"a battle, median; {100 * used.level:g}\u00a0% of battles {used.low:.0f} to {used.high:.0f}"
    return f"a battle, mean; {level_words(used)} {used.low:.1f} to {used.high:.1f}"


def _waste_words(study: Study) -> str:
    wasted = [f"{count:.2g} at {what}" for what, count in study.waste.items() if count > 0.0]
    return f". Wasted a battle, mean: {', '.join(wasted)}" if wasted else ""


def _most(interval: Interval) -> str:
    return f"90\u00a0% between {duration(interval.low)} and {duration(interval.high)}"


def assumption_groups(study: Study | CoverageMap) -> list[MarkGroup]:
    """Sort the assumptions by mark, the weakest first, and by part of the catalogue.

    Parameters
    ----------
    study : Study or CoverageMap

    Returns
    -------
    list of MarkGroup
    """
    marks = [*MARK_WORDS, *dict.fromkeys(a.mark for a in study.assumptions if a.mark not in MARK_WORDS)]
    groups = []
    for mark in marks:
        mine = [a for a in study.assumptions if a.mark == mark]
        if not mine:
            continue
        parts: dict[str, list[Assumption]] = {}
        for a in mine:
            parts.setdefault(named(a.path.split(".", 1)[0]), []).append(a)
        groups.append(
            MarkGroup(
                mark, MARK_WORDS.get(mark, ""), len(mine), tuple((k, _merged(v)) for k, v in parts.items())
            )
        )
    return groups


def _merged(items: list[Assumption]) -> tuple[tuple[tuple[str, ...], Assumption], ...]:
    rows: dict[tuple[object, ...], list[Assumption]] = {}
    for a in items:
        rows.setdefault((a.best, a.low, a.high, a.unit, a.overridden_from, basis(a)), []).append(a)
    return tuple((tuple(a.path for a in alike), alike[0]) for alike in rows.values())


def basis(assumption: Assumption) -> str:
    """Say what a value rests on: source, reason, rule.

    Parameters
    ----------
    assumption : Assumption

    Returns
    -------
    str
    """
    parts = [assumption.source, assumption.why, assumption.rule and f"Rule: {assumption.rule}"]
    text = " ".join(p if p.endswith((".", "!", "?")) else f"{p}." for p in parts if p)
    return text[:1].upper() + text[1:]


def place_in_range(assumption: Assumption) -> float | None:
    """Where the best value lies between the ends of its range, 0 to 1; None for a value without a range.

    Parameters
    ----------
    assumption : Assumption

    Returns
    -------
    float or None
    """
    width = assumption.high - assumption.low
    return (assumption.best - assumption.low) / width if math.isfinite(width) and width > 0 else None


def breakable(path: str) -> Markup:
    """Let a long key break after its dots and underscores.

    Parameters
    ----------
    path : str

    Returns
    -------
    Markup
        Escaped.
    """
    return Markup(str(escape(path)).replace(".", ".<wbr>").replace("_", "_<wbr>"))


def engagement_rows(battle: Record) -> list[dict[str, str]]:
    """Set out what happened to each threat of a battle.

    Parameters
    ----------
    battle : Record

    Returns
    -------
    list of dict
        Times in seconds after the launch of the threat.
    """
    rows = []
    for o in sorted(battle.outcomes, key=lambda o: (o.moments_s.get("launch", 0.0), o.threat)):
        launch = o.moments_s.get("launch", math.nan)
        row = {
            "threat": named(o.threat),
            "missile": named(o.missile),
            "aim": place_name(o.aim),
            "outcome": o.outcome,
            "words": OUTCOME_WORDS.get(o.outcome, o.outcome),
            "reason": o.reason,
            "launch": seconds(launch),
            "shots": str(o.shots),
            "warning": seconds(o.warning_s),
        }
        for moment in MOMENT_WORDS:
            if moment != "launch":
                row[moment] = seconds(o.moments_s.get(moment, math.nan) - launch)
        rows.append(row)
    return rows


def published_rows(study: Study) -> list[dict[str, str]]:
    """Set computed moments beside the published ones.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of dict
    """
    rows = []
    for r in study.timeline:
        inside = r.published_low_s <= r.computed_s <= r.published_high_s
        verdict = "never came" if math.isnan(r.computed_s) else "within the range" if inside else "outside"
        rows.append(
            {
                "what": r.what,
                "best": seconds(r.published_best_s),
                "range": f"{seconds(r.published_low_s)} to {seconds(r.published_high_s)}",
                "computed": seconds(r.computed_s),
                "difference": f"{r.computed_s - r.published_best_s:+.0f}".replace("-", "−")
                if math.isfinite(r.computed_s - r.published_best_s)
                else "–",
                "verdict": verdict,
                "cls": "keep" if inside else "keep leaked",
                "source": r.source,
            }
        )
    return rows


def site_rows(study: Study) -> list[dict[str, str]]:
    """List what the map shows.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of dict
    """
    rows = []
    for s in study.sites:
        sector = "–"
        if s.azimuth_from_deg is not None and s.azimuth_to_deg is not None:
            whole = (s.azimuth_to_deg - s.azimuth_from_deg) % 360.0 == 0.0
            sector = "all round" if whole else f"{s.azimuth_from_deg:g}° to {s.azimuth_to_deg:g}°"
        rows.append(
            {
                "name": place_name(s.name),
                "kind": named(s.kind),
                "latitude": f"{s.latitude_deg:.3f}".replace("-", "−"),
                "longitude": f"{s.longitude_deg:.3f}".replace("-", "−"),
                "sector": sector,
                "range": plain_number(round(s.range_km) if s.range_km is not None else None),
                "radius": plain_number(s.radius_km),
            }
        )
    return rows
