"""One page that sets variants side by side: what each change is worth, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import hoplon
from hoplon.report import comparison_pictures
from hoplon.report.decisions import decision_rows
from hoplon.report.page import page_part, template
from hoplon.report.words import OUTCOME_WORDS, level_words, percent, points, seconds
from hoplon.result.comparison import Comparison, Side
from hoplon.result.model import Interval


def comparison_html(comparison: Comparison, manifest: Mapping[str, Any] | None = None) -> str:
    """Set a comparison as one HTML page that needs nothing else and asks no host for anything.

    Parameters
    ----------
    comparison : Comparison
    manifest : mapping, optional
        Content of manifest.json, for versions, time and hashes.

    Returns
    -------
    str
    """
    known = dict(manifest or {})
    head, rest = answer(comparison)
    launch = {comparison.example_threat: comparison.example_launch_s}
    text: str = template("comparison.html", {"outcome": _outcome}).render(
        comparison=comparison,
        manifest=known,
        software_version=known.get("software_version", hoplon.__version__),
        style=page_part("style.css"),
        answer_head=head,
        answer_rest=rest,
        level=level_words(comparison.sides[0].leakage).removesuffix(" interval"),
        rows=[_row(side, first=not number) for number, side in enumerate(comparison.sides)],
        matrix=_matrix(comparison),
        reasons=_reasons(comparison),
        logs=[(side.title, decision_rows(side.log, launch)) for side in comparison.sides],
        files=[name for name in known.get("sha256", {}) if name.startswith("scenario-")] or ["…"],
        pictures={
            "sides": comparison_pictures.draw_sides(comparison),
            "example": comparison_pictures.draw_example(comparison),
        },
    )
    return text


def answer(comparison: Comparison) -> tuple[str, str]:
    """Say what came out: what the first side lets through, and what changes it most.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    head, rest : str
    """
    first, *others = comparison.sides
    head = f"{percent(first.leakage.best)} get through on the first side: {first.title}."
    parts = []
    for number, side in enumerate(others, 2):
        parts.append(f"({number}) {percent(side.leakage.best)}, {_told(side.difference)}")
    sure = [side for side in others if _sign(side.difference)]
    rest = f"The others, with the paired difference: {'; '.join(parts)}."
    if not sure:
        rest += " None of them differs from the first by more than sampling leaves open."
    return head, rest


def _sign(difference: Interval) -> int:
    """Return 1 or -1 where the interval leaves 0 out, else 0."""
    return int(difference.low > 0) - int(difference.high < 0)


def _told(difference: Interval) -> str:
    return f"{points(difference.best)} points ({points(difference.low)} to {points(difference.high)})"


def _row(side: Side, *, first: bool) -> dict[str, str]:
    d = side.difference
    same = len(side.leakage_by_run) - side.worse - side.better
    return {
        "title": side.title,
        "leakage": percent(side.leakage.best),
        "span": f"{percent(side.leakage.low)} to {percent(side.leakage.high)}",
        "difference": "–" if first else points(d.best),
        "difference_span": "" if first else _span(d),
        "battles": "–" if first else f"{side.worse} / {same} / {side.better}",
        "decision": "never" if math.isnan(side.decision_s.best) else seconds(side.decision_s.best),
        "launch": "never" if math.isnan(side.launch_s.best) else seconds(side.launch_s.best),
        "undecided": percent(side.undecided),
        "used": f"{side.interceptors_used.best:.0f}",
    }


def _span(difference: Interval) -> str:
    return f"{points(difference.low)} to {points(difference.high)}"


def _matrix(comparison: Comparison) -> list[dict[str, Any]]:
    """Set out the paired difference of every two sides, row less column."""
    found: dict[tuple[str, str], str] = {}
    for pair in comparison.pairs:
        d = pair.difference
        found[pair.second, pair.first] = f"{points(d.best)} ({_span(d)})"
        back = Interval(0.0 - d.best, -d.high, -d.low, d.runs, d.level, d.method)
        found[pair.first, pair.second] = f"{points(back.best)} ({_span(back)})"
    return [
        {
            "title": row.title,
            "cells": [found.get((row.name, column.name), "–") for column in comparison.sides],
        }
        for row in comparison.sides
    ]


def _reasons(comparison: Comparison) -> list[tuple[str, list[str]]]:
    totals: dict[str, float] = {}
    for side in comparison.sides:
        for reason, number in side.reasons.items():
            totals[reason] = totals.get(reason, 0.0) + number
    return [
        (
            reason,
            [f"{side.reasons[reason]:.2f}" if reason in side.reasons else "–" for side in comparison.sides],
        )
        for reason in sorted(totals, key=lambda reason: (-totals[reason], reason))
    ]


def _outcome(text: str) -> str:
    word, _, why = text.partition(": ")
    told = OUTCOME_WORDS.get(word, word)
    return f"{told} ({why})" if why else told
