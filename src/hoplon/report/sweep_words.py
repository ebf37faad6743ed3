"""What a study of many points says, in a sentence or two at the top of its page."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from hoplon.report.sweep_picture import curve_axis, series, told
from hoplon.report.words import named, plain_number
from hoplon.result.decides import Curve
from hoplon.result.model import Interval
from hoplon.result.sweep import Sweep, SweepAxis, SweepOutput, SweepPoint

#: A defence is called saturated where at least this share of the missiles that are added gets through.
SATURATED = 0.9
#: Fewer points say nothing of ranks.
_LEAST_POINTS = 12


def sweep_answer(sweep: Sweep) -> tuple[str, str]:
    """Say what came out, in the order in which it was asked: never which point was the worst.

    Parameters
    ----------
    sweep : Sweep

    Returns
    -------
    head, rest : str
        `rest` may be empty.
    """
    found = _found(sweep)
    head = saturation_words(sweep.curves) or _follows(sweep)
    return (head, found) if head else (found, "")


def saturation_words(curves: Sequence[Curve]) -> str:
    """Say beyond which of the stated sizes a raid saturates the defence.

    Parameters
    ----------
    curves : sequence of Curve

    Returns
    -------
    str
        Empty where there is no curve of two sizes.

    Notes
    -----
    Saturated beyond a size: of the missiles that every larger stated size adds to the one before it, nine in
    ten or more get through. The nine is a convention of this sentence; the table has every marginal share.
    """
    beyond: dict[int, list[str]] = {}
    never: list[str] = []
    most = 0
    for curve in curves:
        if len(curve.points) < 2:
            continue
        most = max(most, curve.points[-1].size)
        last = _saturated_beyond(curve)
        if last is None:
            never.append(named(curve.doctrine))
        else:
            beyond.setdefault(last, []).append(named(curve.doctrine))
    if not beyond and not never:
        return ""
    meaning = "of the missiles added, nine in ten or more get through"
    if not beyond:
        return f"Not saturated by {most} missiles, the largest raid stated: nowhere is it that {meaning}."
    parts = []
    for size, names in beyond.items():
        who = f" ({'; '.join(names)})" if any(names) else ""
        parts.append(f"beyond {size} missiles{who}")
    left = f" Not by {most} missiles: {'; '.join(never)}." if never else ""
    return f"Saturated {' and '.join(parts)}: {meaning}.{left}"


def _saturated_beyond(curve: Curve) -> int | None:
    """Return the size from which on all larger stated sizes add only missiles that get through."""
    found = None
    for before, point in reversed(list(zip(curve.points[:-1], curve.points[1:], strict=True))):
        if not point.marginal.best >= SATURATED:
            break
        found = before.size
    return found


def rank_correlation(x: Sequence[float], y: Sequence[float]) -> float:
    """Correlation of ranks, ties at their mean rank.

    Parameters
    ----------
    x, y : sequence of float

    Returns
    -------
    float
        NaN where one of them does not vary.

    Notes
    -----
    Spearman's rho. Source: Kendall and Gibbons, *Rank Correlation Methods*, 5th ed. 1990, chapters 1 and 3.
    """
    a, b = _ranks(x), _ranks(y)
    a, b = a - a.mean(), b - b.mean()
    size = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size > 0.0 else math.nan


def _ranks(values: Sequence[float]) -> np.ndarray:
    _, place, count = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - 0.5 * (count - 1))[place], dtype=np.float64)


def _follows(sweep: Sweep) -> str:
    """Say of a drawn design which of its values the answer goes with; none of them is the raid's."""
    output = sweep.outputs[0]
    axes = [axis for axis in sweep.axes if axis.numeric]
    if sweep.design in ("grid", "list") or len(axes) < 2 or any(axis.raid_side for axis in sweep.axes):
        return ""
    points = [p for p in sweep.points if output.name in p.values and _is(p.values[output.name])]
    if len(points) < _LEAST_POINTS:
        return ""
    values = [p.values[output.name].best for p in points]
    ranked = sorted(
        (
            (rank_correlation([float(p.coordinates[axis.name]) for p in points], values), axis.title)
            for axis in axes
        ),
        key=lambda pair: -abs(pair[0]) if pair[0] == pair[0] else 0.0,
    )
    # Three standard errors where ranks do not go together, 1 / sqrt(n - 1) each: several values are asked.
    noise = 3.0 / math.sqrt(len(points) - 1.0)
    clear = [(rho, title) for rho, title in ranked if abs(rho) > noise]
    if not clear:
        return f"{_capital(output.title)} goes with none of the {len(axes)} values by itself."
    rho, title = clear[0]
    also = "; ".join(f"{t} ({_signed(r)})" for r, t in clear[1:])
    others = f"; less so with {also}" if also else "; with none of the others by itself"
    return f"{_capital(output.title)} goes with the {title} (rank correlation {_signed(rho)}){others}."


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "\u2212")


def _found(sweep: Sweep) -> str:
    output = sweep.outputs[0]
    axis = curve_axis(sweep)
    if axis is not None:
        parts = []
        for name, points in series(sweep, axis).items():
            found = [p for p in points if output.name in p.values and _is(p.values[output.name])]
            if len(found) < 2:
                continue
            ends = [_place(p, axis, output) for p in (found[0], found[-1])]
            parts.append(f"{name + ', ' if name else ''}{ends[0]} and {ends[1]}")
        if 0 < len(parts) <= 3:
            unit = f" ({axis.unit})" if axis.unit else ""
            return f"{_capital(output.title)} over {axis.title}{unit}: {'; '.join(parts)}."
    values = [p.values[output.name].best for p in sweep.points if output.name in p.values]
    values = [value for value in values if not math.isnan(value)]
    if not values:
        return "No point has a value: the reasons stand below."
    if any(axis.raid_side for axis in sweep.axes) or len(values) == 1:
        return (
            f"{_capital(output.title)} at {len(values)} points: the values stand below, in the order stated."
        )
    low, high = told(min(values), output), told(max(values), output)
    return f"{_capital(output.title)} lies between {low} and {high} at {len(values)} points."


def _place(point: SweepPoint, axis: SweepAxis, output: SweepOutput) -> str:
    value = told(point.values[output.name].best, output)
    return f"{value} at {plain_number(float(point.coordinates[axis.name]))}"


def _is(found: Interval) -> bool:
    return not math.isnan(found.best)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
