"""Numbers and findings in words, as the report says them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from hoplon.result.model import Interval, Study, Swing

#: Moments as they are called on the page.
MOMENT_WORDS = {
    "launch": "launch",
    "satellite_report": "satellite report",
    "first_detection": "first radar detection",
    "firm_track": "firm track",
    "alert": "public alert",
    "decision": "decision",
    "interceptor_launch": "interceptor launch",
    "intercept": "intercept",
    "impact": "impact",
}

OUTCOME_WORDS = {"killed": "stopped", "leaked": "got through", "let_pass": "let pass"}


def named(key: str) -> str:
    """Turn a key into words: underscores become spaces.

    Parameters
    ----------
    key : str

    Returns
    -------
    str
    """
    return key.replace("_", " ").replace(".", ", ")


def place_name(key: str) -> str:
    """Turn the key of a site into a name: as `named`, with a capital letter.

    Parameters
    ----------
    key : str

    Returns
    -------
    str
    """
    words = named(key)
    return words[:1].upper() + words[1:]


def plain_number(value: float | None) -> str:
    """Write a number with at most five significant digits and thin spaces between thousands.

    Parameters
    ----------
    value : float or None

    Returns
    -------
    str
        A dash for NaN and None.
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if size and (size < 1e-3 or size >= 1e7):
        mantissa, exponent = f"{value:.3e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".").replace("-", "−")
        return f"{mantissa} × 10{str(int(exponent)).translate(_RAISED)}"
    digits = 0 if size >= 1e4 else max(0, 4 - math.floor(math.log10(size))) if size else 0
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    # Numbers of four digits stand better without a gap.
    return text.replace(",", "" if size < 1e4 else "\u202f").replace("-", "−")


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def percent(share: float, digits: int = 1) -> str:
    """Write a share as a percentage.

    Parameters
    ----------
    share : float
    digits : int

    Returns
    -------
    str
        A dash for NaN.
    """
    return "–" if math.isnan(share) else f"{100 * share:.{digits}f}\u00a0%".replace("-", "−")


def points(share: float) -> str:
    """Write a difference of shares in percentage points, with its sign.

    Parameters
    ----------
    share : float

    Returns
    -------
    str
    """
    return "–" if math.isnan(share) else f"{100 * share:+.1f}".replace("-", "−")


def duration(t_s: float) -> str:
    """Write a time for readers: ``48 s``, ``4 min 05 s``.

    Parameters
    ----------
    t_s : float

    Returns
    -------
    str
        A dash for NaN.
    """
    if math.isnan(t_s):
        return "–"
    sign, whole = ("−" if round(t_s) < 0 else ""), abs(round(t_s))
    if whole < 120:
        return f"{sign}{whole}\u00a0s"
    return f"{sign}{whole // 60}\u00a0min\u00a0{whole % 60:02d}\u00a0s"


def seconds(t_s: float) -> str:
    """Write a time for tables, in whole seconds.

    Parameters
    ----------
    t_s : float

    Returns
    -------
    str
    """
    return "–" if math.isnan(t_s) else f"{t_s:.0f}".replace("-", "−")


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun.

    Parameters
    ----------
    number : int
    one, many : str
        Singular and, where not just an s is added, plural.

    Returns
    -------
    str
    """
    return f"{plain_number(float(number))} {one if number == 1 else many or one + 's'}"


def level_words(interval: Interval) -> str:
    """Name an interval by its level: ``95 % interval``.

    Parameters
    ----------
    interval : Interval

    Returns
    -------
    str
    """
    return f"{plain_number(100 * interval.level)}\u00a0% interval"


def span(interval: Interval) -> str:
    """Write the ends of an interval of shares.

    Parameters
    ----------
    interval : Interval

    Returns
    -------
    str
    """
    return f"{percent(interval.low)} to {percent(interval.high)}"


def widest(swings: Iterable[Swing]) -> Swing | None:
    """Find the group of values that moves the answer most.

    Parameters
    ----------
    swings : iterable of Swing

    Returns
    -------
    Swing or None
        None if none was examined.
    """
    return max(swings, key=_reach, default=None)


def _reach(swing: Swing) -> float:
    values = (swing.leakage_at_low, swing.leakage_at_best, swing.leakage_at_high)
    return max(values) - min(values) if not any(map(math.isnan, values)) else -1.0


def engaged_a_battle(study: Study) -> tuple[float, float]:
    """Count what had to be stopped.

    Parameters
    ----------
    study : Study

    Returns
    -------
    leaked, engageable : float
        Mean number a battle of threats that got through, and of those that had to be stopped.
    """
    leaked = sum(counts.get("leaked", 0.0) for counts in study.outcomes.values())
    return leaked, leaked + sum(counts.get("killed", 0.0) for counts in study.outcomes.values())


def answer(study: Study) -> tuple[str, str]:
    """Say what came out in one sentence.

    Parameters
    ----------
    study : Study

    Returns
    -------
    head, rest : str
        The finding, and the interval that belongs to the same sentence.
    """
    if study.leakage is None:
        return _answer_without_engagement(study)
    leaked, engageable = engaged_a_battle(study)
    head = f"{percent(study.leakage.best)} of the missiles that had to be stopped got through"
    if engageable:
        head += f": {leaked:.1f} of {engageable:.1f}".replace(".0", "") + " a battle"
    rest = f"{level_words(study.leakage)} {span(study.leakage)}, from {counted(study.leakage.runs, 'battle')}"
    return head, rest


def _answer_without_engagement(study: Study) -> tuple[str, str]:
    given = [row for row in study.timeline if not math.isnan(row.published_best_s)]
    if given:
        inside = sum(row.published_low_s <= row.computed_s <= row.published_high_s for row in given)
        never = sum(math.isnan(row.computed_s) for row in given)
        head = (
            f"Nothing was to be engaged; {inside} of {len(given)} published moments come out in their range"
        )
        outside = len(given) - inside - never
        parts = [f"{outside} outside it"] * bool(outside) + [f"{never} never came in the model"] * bool(never)
        return head, ", ".join([*parts, f"from {counted(study.runs, 'battle')}"])
    seen = study.moments.get("first_detection")
    track = study.moments.get("firm_track")
    head = "Nothing was to be engaged in this scenario"
    if seen is not None and track is not None:
        head += (
            f": radar first saw the missile {duration(seen.best)} after launch and held a firm track at "
            f"{duration(track.best)}"
        )
        rest = f"median; 90 % of cases {duration(seen.low)} to {duration(seen.high)} for the first detection"
        return head, f"{rest}, from {counted(study.runs, 'battle')}"
    return f"{head}, and no radar held a track", f"from {counted(study.runs, 'battle')}"


def sampling_words(study: Study) -> list[str]:
    """Say what sampling leaves open.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of str
        Sentences.
    """
    if study.leakage is None:
        return []
    half = (study.leakage.high - study.leakage.low) / 2
    out = [
        f"With the values taken as given, the mean lies between {percent(study.leakage.low)} and "
        f"{percent(study.leakage.high)} ({level_words(study.leakage)}, ± {100 * half:.1f} points). "
        "More battles narrow this."
    ]
    if study.leakage_spread is not None:
        spread = study.leakage_spread
        share = f"{plain_number(100 * spread.level)}\u00a0%"
        out.append(
            f"A single battle can go otherwise: {share} of them ended between {percent(spread.low)} and "
            f"{percent(spread.high)}."
        )
    return out


def how_examined(swings: Sequence[Swing]) -> str:
    """Say how it was found what ranges leave open: without draws, or in older files by paired battles.

    Parameters
    ----------
    swings : sequence of Swing
        At least one.

    Returns
    -------
    str
    """
    battles = min(swing.low_difference.runs for swing in swings)
    if battles == 0:
        return "expected values of battles without draws, at best values too"
    return f"{battles} battles each, same seeds, the kill probability at its median where it is not moved"


def ranges_words(study: Study) -> list[str]:
    """Say what the ranges of the values leave open, and which group moves the answer most.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of str
        Sentences.
    """
    if study.leakage is None:
        return []
    most = widest(study.swings)
    if most is None:
        return ["Not examined in this run: every value was held at its best estimate."]
    if _reach(most) <= 0:
        return [
            f"{counted(len(study.swings), 'group')} of values moved over their ranges, one group at a time: "
            "none changed the answer."
        ]
    low, high = sorted((most.leakage_at_low, most.leakage_at_high))
    out = [
        f"Most hangs on: {most.name}. With these values at one end of their range the mean is "
        f"{percent(low)}, at the other {percent(high)}. No number of battles narrows this.",
        f"{counted(len(study.swings), 'group')} of values examined, each moved alone: "
        f"{how_examined(study.swings)}.",
    ]
    every = study.all_at_once
    if every is not None:
        out.append(
            f"With all of them at once against the defence it is {percent(every.leakage_at_low)}, with all "
            f"in its favour {percent(every.leakage_at_high)}: the outer bounds, neither of them likely."
        )
    return out
