"""Pictures of what many battles say together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from hoplon.report.svg import Drawing, clock, shortened, text_width, ticks, time_ticks
from hoplon.report.words import OUTCOME_WORDS, named, percent, points, widest
from hoplon.result.model import OUTCOMES, Study, Swing

WIDTH = 1080.0
HALF = 525.0

#: Room for the names of groups and moments, pixels.
NAMES = 400.0

#: The two ends of a range, by the style class of their bar.
ENDS = {"at-low": "at the end against the defence", "at-high": "at the end in its favour"}


def draw_answer(study: Study) -> Markup | None:
    """Draw the answer with what sampling and what the ranges leave open, on one scale.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Markup or None
        None where there is no leakage.
    """
    if study.leakage is None or math.isnan(study.leakage.best):
        return None
    rows: list[tuple[str, float, float, str]] = []
    rows.append(("sampling: the mean", study.leakage.low, study.leakage.high, "bar-sampling"))
    if study.leakage_spread is not None:
        spread = study.leakage_spread
        rows.append((f"{100 * spread.level:g} % of single battles", spread.low, spread.high, "bar-battles"))
    most = widest(study.swings)
    if most is not None:
        values = (most.leakage_at_low, most.leakage_at_best, most.leakage_at_high)
        rows.append((f"ranges: {most.name}", min(values), max(values), "bar-ranges"))
    every = study.all_at_once
    if every is not None:
        values = (every.leakage_at_low, every.leakage_at_best, every.leakage_at_high)
        rows.append((f"ranges: {every.name}", min(values), max(values), "bar-ranges"))
    left, right, row, top = NAMES, 110.0, 26.0, 8.0
    height = top + row * len(rows) + 26
    drawing = Drawing(WIDTH, height, "What sampling and what the ranges of values leave open")

    def x(share: float) -> float:
        return left + share * (WIDTH - left - right)

    for share in ticks(0, 1, 5):
        drawing.line(x(share), top, x(share), height - 24, "grid")
        drawing.text(x(share), height - 8, percent(share, 0), "t small muted", "middle")
    for i, (name, low, high, cls) in enumerate(rows):
        y = top + row * i + row / 2
        words = f"{percent(low)} to {percent(high)}"
        drawing.rect(x(low), y - 6, max(x(high) - x(low), 2.0), 12, cls, f"{name}: {words}")
        drawing.text(left - 12, y + 4, shortened(name, 62), "t", "end")
        drawing.text(
            WIDTH - right + 10,
            y + 4,
            words.replace("\u00a0%", "", 1) if "–" not in words else words,
            "t small",
        )
    drawing.line(x(study.leakage.best), top - 4, x(study.leakage.best), height - 24, "best")
    return drawing.done()


def draw_histogram(study: Study) -> Markup | None:
    """Draw how many battles ended with which leakage.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Markup or None
        None where there is no leakage.
    """
    shares = np.array([v for v in study.leakage_by_run if not math.isnan(v)])
    if study.leakage is None or not len(shares):
        return None
    values = np.unique(np.round(shares, 9))
    # Few threats give few possible shares: one bar each. Many: bars of 5 %.
    if len(values) <= 21:
        step = float(np.diff(values).min()) if len(values) > 1 else 0.1
        counts = [int(np.sum(np.isclose(shares, v, atol=1e-8))) for v in values]
        bars = [(float(v), min(step, 0.1) * 0.8, c) for v, c in zip(values, counts, strict=True)]
    else:
        counted, edges = np.histogram(shares, bins=20, range=(0.0, 1.0))
        bars = [(float(e) + 0.025, 0.046, int(c)) for e, c in zip(edges[:-1], counted, strict=True)]
    height, left, top = 250.0, 46.0, 26.0
    bottom, most = height - 44, max(c for _, _, c in bars)
    drawing = Drawing(HALF, height, "Histogram of leakage over battles")

    def x(share: float) -> float:
        return left + 16 + share * (HALF - left - 40)

    for count in ticks(0, most, 5):
        y = bottom - (bottom - top) * count / most
        drawing.line(left, y, HALF - 8, y, "grid")
        drawing.text(left - 7, y + 4, f"{count:g}", "t small muted", "end")
    for share in ticks(0, 1, 5):
        drawing.text(x(share), bottom + 17, percent(share, 0), "t small muted", "middle")
    drawing.rect(
        x(study.leakage.low), top, x(study.leakage.high) - x(study.leakage.low), bottom - top, "interval-band"
    )
    for middle, wide, count in bars:
        tall = (bottom - top) * count / most
        words = f"{percent(middle)}: {count} of {len(shares)} battles"
        drawing.rect(x(middle - wide / 2), bottom - tall, x(wide) - x(0), tall, "bar", words)
    drawing.line(x(study.leakage.best), top - 6, x(study.leakage.best), bottom, "best")
    drawing.text(x(study.leakage.best), top - 11, f"mean {percent(study.leakage.best)}", "t small", "middle")
    drawing.text(HALF - 8, height - 8, "share that got through in a battle", "t small muted", "end")
    drawing.text(4, 14, "battles", "t small muted")
    return drawing.done()


def draw_tornado(swings: Sequence[Swing]) -> Markup | None:
    """Draw how far each group of values moves the mean leakage: the widest on top.

    Parameters
    ----------
    swings : sequence of Swing

    Returns
    -------
    Markup or None
        None where none was examined.
    """
    shown = [
        s
        for s in swings
        if not any(map(math.isnan, (s.leakage_at_low, s.leakage_at_best, s.leakage_at_high)))
    ]
    if not shown:
        return None
    ends = [v for s in shown for v in (s.leakage_at_low, s.leakage_at_best, s.leakage_at_high)]
    room = max(max(ends) - min(ends), 0.02) * 0.1
    low, high = max(0.0, min(ends) - room), min(1.0, max(ends) + room)
    left, right, row, top = NAMES, 150.0, 30.0, 26.0
    height = top + row * len(shown) + 40
    drawing = Drawing(WIDTH, height, "Tornado chart: mean leakage with each group of values at either end")

    def x(share: float) -> float:
        return left + (min(max(share, low), high) - low) / (high - low) * (WIDTH - left - right)

    for share in ticks(low, high, 6):
        drawing.line(x(share), top, x(share), height - 38, "grid")
        digits = 0 if high - low > 0.1 else 1
        drawing.text(x(share), height - 22, percent(share, digits), "t small muted", "middle")
    drawing.text(WIDTH - right + 62, 14, "against", "t small against", "end")
    drawing.text(WIDTH - right + 130, 14, "in favour", "t small favour", "end")
    for i, swing in enumerate(shown):
        y = top + row * (i + 0.5)
        drawing.text(left - 12, y + 4, shortened(swing.name, 58), "t", "end")
        for side, (end, difference, cls) in enumerate(
            (
                (swing.leakage_at_low, swing.low_difference, "at-low"),
                (swing.leakage_at_high, swing.high_difference, "at-high"),
            )
        ):
            # Two lanes: both ends can lie on one side, and each has an interval of its own.
            lane = y - 5.5 + 11 * side
            base = swing.leakage_at_best
            words = f"{swing.name}, {ENDS[cls]}: {percent(end)}; difference {points(difference.best)} points"
            if not math.isnan(difference.low):
                words += f" ({points(difference.low)} to {points(difference.high)})"
            drawing.rect(x(base), lane - 4.5, x(end) - x(base), 9, cls, words)
            if not (math.isnan(difference.low) or math.isnan(difference.high)):
                drawing.line(
                    x(base + difference.low), lane, x(base + difference.high), lane, "whisker", words
                )
            at = WIDTH - right + (62 if side == 0 else 130)
            drawing.text(at, y + 4, percent(end), "t small", "end")
        drawing.line(12, y + row / 2, WIDTH - 12, y + row / 2, "hair")
    drawing.line(x(shown[0].leakage_at_best), top - 4, x(shown[0].leakage_at_best), height - 38, "best")
    drawing.text(WIDTH - right, height - 4, "mean share that got through", "t small muted", "end")
    return drawing.done()


def draw_outcomes(study: Study) -> Markup | None:
    """Draw what became of each missile type, mean number a battle.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Markup or None
    """
    if not study.outcomes:
        return None
    totals = {m: sum(counts.values()) for m, counts in study.outcomes.items()}
    most = max(max(totals.values()), 1e-9)
    left, row, top = 130.0, 34.0, 6.0
    height = top + row * len(totals) + 8
    drawing = Drawing(HALF, height, "What became of each missile type")
    for i, (missile, counts) in enumerate(study.outcomes.items()):
        y, at = top + row * i, left
        drawing.text(left - 10, y + 20, shortened(named(missile), 18), "t", "end")
        for outcome in OUTCOMES:
            value = counts.get(outcome, 0.0)
            wide = value / most * (HALF - left - 60)
            if value <= 0:
                continue
            words = f"{value:.2f}".rstrip("0").rstrip(".")
            drawing.rect(
                at, y + 5, wide, 22, f"part {outcome}", f"{named(missile)}: {words} {OUTCOME_WORDS[outcome]}"
            )
            if wide > text_width(words, 12) + 8:
                drawing.text(at + wide / 2, y + 20, words, "t small on-colour", "middle")
            at += wide
        drawing.text(at + 8, y + 20, f"of {totals[missile]:.3g}", "t small muted")
    return drawing.done()


def draw_published(study: Study) -> Markup | None:
    """Draw computed moments beside the published ones.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Markup or None
        None where the scenario has no published timeline.
    """
    if not study.timeline:
        return None
    rows = study.timeline
    values = [
        v
        for r in rows
        for v in (r.published_low_s, r.published_best_s, r.published_high_s, r.computed_s)
        if not math.isnan(v)
    ]
    first, last = min([0.0, *values]), max([60.0, *values])
    left, row, top = NAMES, 30.0, 8.0
    height = top + row * len(rows) + 40
    drawing = Drawing(WIDTH, height, "Published moments and computed ones")

    def x(t_s: float) -> float:
        return left + 10 + (t_s - first) / (last - first) * (WIDTH - left - 60)

    for t in time_ticks(first, last, 9):
        drawing.line(x(t), top, x(t), height - 38, "grid")
        drawing.text(x(t), height - 22, clock(t), "t small muted", "middle")
    for i, item in enumerate(rows):
        y = top + row * (i + 0.5)
        drawing.text(left - 8, y + 4, shortened(item.what, 60), "t", "end")
        low, best, high = item.published_low_s, item.published_best_s, item.published_high_s
        if not math.isnan(low) and not math.isnan(high):
            drawing.rect(x(low), y - 7, max(x(high) - x(low), 2.0), 14, "published")
        if not math.isnan(best):
            drawing.line(x(best), y - 7, x(best), y + 7, "published-best")
        if math.isnan(item.computed_s):
            after = max([v for v in (best, high) if not math.isnan(v)], default=first)
            words, anchor, at = "never came in the model", "start", x(after) + 8
            if at + text_width(words, 11.5) > WIDTH - 8:
                anchor, at = "end", x(min([v for v in (low, best) if not math.isnan(v)], default=first)) - 8
            drawing.text(at, y + 4, words, "t small leaked", anchor)
        else:
            inside = low <= item.computed_s <= high
            drawing.circle(x(item.computed_s), y, 5.0, "computed inside" if inside else "computed outside")
    drawing.text(WIDTH - 8, height - 4, "time after launch, min:s", "t small muted", "end")
    return drawing.done()
