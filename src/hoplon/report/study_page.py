"""One page that says what an answer turns on: tornado, shares of variance, break-even value, saturation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import hoplon
from hoplon.report import sensitivity_picture, tornado_picture
from hoplon.report.page import page_part, template
from hoplon.report.saturation_picture import draw_saturation
from hoplon.report.study_pictures import draw_tornado
from hoplon.report.words import named, percent, plain_number
from hoplon.result.decides import Bar, Curve, Decides, Profile
from hoplon.result.model import Interval


def decides_html(decides: Decides, manifest: Mapping[str, Any] | None = None) -> str:
    """Set what decides as one HTML page that needs nothing else and asks no host for anything.

    Parameters
    ----------
    decides : Decides
    manifest : mapping, optional
        Content of manifest.json, for versions, time and hashes.

    Returns
    -------
    str
    """
    known = dict(manifest or {})
    head, *rest = decides.sentences or ("Nothing was asked.",)
    even, shares = decides.break_even, decides.sensitivity
    text: str = template("study.html").render(
        decides=decides,
        manifest=known,
        software_version=known.get("software_version", hoplon.__version__),
        style=page_part("style.css"),
        head=head,
        rest=rest,
        values=[_row(bar) for bar in decides.bars],
        profiles=[_walked(profile) for profile in decides.profiles],
        indices=[]
        if shares is None
        else [(i.name, i.values, _told(i.first), _told(i.total)) for i in shares.indices],
        tried=[] if even is None else [(_short(value), percent(leak)) for value, leak in even.points],
        curves=saturation_rows(decides.curves),
        pictures={
            "values": tornado_picture.draw_values(decides.bars),
            "groups": draw_tornado(decides.groups),
            "indices": None if shares is None else sensitivity_picture.draw_indices(shares),
            "break_even": None if even is None else sensitivity_picture.draw_break_even(even),
            "saturation": draw_saturation(decides.curves),
        },
        drawn=len(tornado_picture.shown(decides.bars)),
    )
    return text


def saturation_rows(curves: Sequence[Curve]) -> list[tuple[str, list[tuple[int, str, str, str]]]]:
    """Set saturation curves as a table.

    Parameters
    ----------
    curves : sequence of Curve

    Returns
    -------
    list of (doctrine, rows)
        A row is the size, the share that gets through, the number stopped, and the marginal share.
    """
    return [
        (
            named(curve.doctrine),
            [
                (point.size, _told(point.leakage, 1), _number(point.stopped), _told(point.marginal))
                for point in curve.points
            ],
        )
        for curve in curves
    ]


def _walked(profile: Profile) -> dict[str, Any]:
    return {
        "label": profile.label,
        "count": len(profile.places),
        "picture": sensitivity_picture.draw_profile(profile),
        "heads": [f"{r.path}{f', {r.unit}' if r.unit else ''}" for r in profile.readings],
        "rows": [([_short(value) for value in p.values], percent(p.leakage)) for p in profile.places],
    }


def _row(bar: Bar) -> dict[str, Any]:
    return {
        "label": bar.label,
        "paths": [r.path for r in bar.readings],
        "ranges": [f"{_short(r.low)} – {_short(r.best)} – {_short(r.high)} {r.unit}" for r in bar.readings],
        "marks": ", ".join(sorted({r.mark for r in bar.readings})),
        "low": percent(bar.leakage_at_low),
        "high": percent(bar.leakage_at_high),
        "reach": "–" if math.isnan(bar.reach) else f"{100 * bar.reach:.1f}",
    }


def _short(value: float) -> str:
    return plain_number(float(f"{value:.4g}") if math.isfinite(value) else value)


def _told(interval: Interval, digits: int = 0) -> str:
    if math.isnan(interval.best):
        return "–"
    best = percent(interval.best, digits)
    if math.isnan(interval.low):
        return best
    return f"{best} ({percent(interval.low, digits)} to {percent(interval.high, digits)})"


def _number(interval: Interval) -> str:
    if math.isnan(interval.low):
        return f"{interval.best:.1f}"
    return f"{interval.best:.1f} ({interval.low:.1f} to {interval.high:.1f})"
