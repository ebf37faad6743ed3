"""What decides, in sentences: the value on which an answer turns, and from where on."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hoplon.result.decides import Bar, BreakEven, Profile, Reading, Sensitivity
from hoplon.result.model import Swing
from hoplon.studies.swings import ALL_AT_ONCE
from hoplon.sweep.tornado import value_at
from hoplon.sweep.wording import about, share, with_unit

#: What moves the answer by less than this decides nothing.
LITTLE = 0.01
#: A second value with at least this part of the first one's reach is named too.
NEARLY = 0.7
#: A group that moves the answer by this much is named where its values do not do so by themselves.
_TOGETHER = 0.05
#: An interval of an index that is wider than this tells nothing.
_WIDE = 0.5


def what_decides(leakage: float, bars: Sequence[Bar], walked: Sequence[Profile]) -> list[str]:
    """Say on which value an answer turns.

    Parameters
    ----------
    leakage : float
        At best values.
    bars : sequence of Bar
        The widest first.
    walked : sequence of Profile
        Of the first of them, with a level.

    Returns
    -------
    list of str
        The finding first.
    """
    known = [bar for bar in bars if not math.isnan(bar.reach)]
    if not known or known[0].reach < LITTLE:
        most = f" {known[0].label} does most, by {share(known[0].reach, 1)}." if known else ""
        return [
            f"No single value decides: none moves the {share(leakage, 1)} that are expected to get through "
            f"by as much as one point within its range.{most}"
        ]
    top = known[0]
    where = {profile.name: threshold(profile) for profile in walked}
    turns = f"The answer turns on the {top.label}"
    found = [f"{turns}: {where[top.name]}." if where.get(top.name) else f"{turns}."]
    found.append(
        f"Through its range ({_ranges(top.readings)}) the share that is expected to get through goes from "
        f"{share(top.leakage_at_low)} to {share(top.leakage_at_high)}; at best values it is "
        f"{share(leakage, 1)}."
    )
    rest = [bar for bar in known[1:] if bar.reach >= LITTLE]
    if rest:
        close = "does nearly as much" if rest[0].reach >= NEARLY * top.reach else "comes next"
        low, high = min(_ends(rest[0])), max(_ends(rest[0]))
        found.append(
            f"The {rest[0].label} {close} ({share(low)} to {share(high)})"
            f"{f': {where[rest[0].name]}' if where.get(rest[0].name) else ''}."
        )
        still = len(known) - 1 - len(rest)
        found.append(f"{still} of {len(known)} values move it by less than one point each.")
    else:
        found.append(f"None of the other {len(known) - 1} values moves it by as much as one point.")
    return found


def threshold(walked: Profile) -> str:
    """Say from which value on more, or less, gets through than the level of a profile.

    Parameters
    ----------
    walked : Profile

    Returns
    -------
    str
        Empty where the level is not crossed.
    """
    if not walked.crossings:
        return ""
    level = share(walked.level)
    if len(walked.crossings) > 1:
        places = " and ".join(_at(walked, crossing) for crossing in walked.crossings)
        return f"it crosses {level} at about {places}"
    (crossing,) = walked.crossings
    rises = walked.places[int(crossing)].leakage <= walked.level
    return f"{'above' if rises else 'below'} about {_at(walked, crossing)} more than {level} get through"


def round_level(walked: Profile) -> float:
    """Choose a round share that a profile crosses, as near as can be to the middle of what it spans.

    Parameters
    ----------
    walked : Profile

    Returns
    -------
    float
        NaN for a profile that spans nothing.
    """
    leaks = [place.leakage for place in walked.places if not math.isnan(place.leakage)]
    if not leaks or max(leaks) - min(leaks) < LITTLE:
        return math.nan
    low, high = min(leaks), max(leaks)
    for step in (0.1, 0.05, 0.01, 0.001):
        level = round(step * round(0.5 * (low + high) / step), 6)
        if low + 0.2 * (high - low) < level < high - 0.2 * (high - low):
            return level
    return 0.5 * (low + high)


def of_groups(groups: Sequence[Swing]) -> list[str]:
    """Say which group of values moves an answer most, and what all of them do at once.

    Parameters
    ----------
    groups : sequence of Swing

    Returns
    -------
    list of str
    """
    apart = [group for group in groups if group.name != ALL_AT_ONCE]
    found = []
    if apart:
        top = apart[0]
        found.append(
            f"Of values that carry one doubt and are moved together, {top.name}{',' * (',' in top.name)} "
            "moves it most: "
            f"{share(top.leakage_at_low)} against the defence, {share(top.leakage_at_high)} in its favour."
        )
    found += [
        f"With {group.name} it is {share(group.leakage_at_low)} and {share(group.leakage_at_high)}: the "
        "outer bounds, neither of them likely."
        for group in groups
        if group.name == ALL_AT_ONCE
    ]
    return found


def only_together(groups: Sequence[Swing], bars: Sequence[Bar]) -> list[str]:
    """Name groups that move an answer, though none of their values does so by itself.

    Parameters
    ----------
    groups : sequence of Swing
    bars : sequence of Bar

    Returns
    -------
    list of str
    """
    found = []
    for group in groups:
        ends = (group.leakage_at_low, group.leakage_at_best, group.leakage_at_high)
        reach = max(ends) - min(ends)
        own = [bar.reach for bar in bars if any(reading.path in group.paths for reading in bar.readings)]
        alone = max((one for one in own if not math.isnan(one)), default=math.inf)
        if group.name != ALL_AT_ONCE and reach >= _TOGETHER and alone < 0.5 * reach:
            small = f"by more than {100 * alone:.1f} points" if alone >= 0.0005 else "at all"
            found.append(
                f"Together these do more than one by one. {group.name[:1].upper()}{group.name[1:]}: "
                f"{share(group.leakage_at_low)} against the defence, {share(group.leakage_at_high)} in its "
                f"favour, though alone none of these moves it {small}."
            )
    return found


def of_variance(found: Sensitivity) -> list[str]:
    """Say who brings in the variance.

    Parameters
    ----------
    found : Sensitivity

    Returns
    -------
    list of str
    """
    first = (
        f"With every value drawn from its range at once, {share(found.leakage.best)} are expected to get "
        f"through, {share(found.leakage.level)} of the draws between {share(found.leakage.low)} and "
        f"{share(found.leakage.high)}."
    )
    if not found.deviation > 0.0 or not found.indices:
        return [first]
    top = found.indices[0]
    if top.total.high - top.total.low > _WIDE:
        return [
            first,
            f"{found.rows} rows do not tell who brings that in: of {top.name} the share is between "
            f"{_possible(top.total.low)} and {_possible(top.total.high)}. More rows narrow it.",
        ]
    return [
        first,
        f"Most of that comes from: {top.name}. If it were known, {_possible(top.first.best)} of the variance "
        f"would go ({_possible(top.first.low)} to {_possible(top.first.high)}); if all else were known, "
        f"{_possible(top.total.best)} would stay ({_possible(top.total.low)} to "
        f"{_possible(top.total.high)}).",
    ]


def _possible(index: float) -> str:
    """Write an index as a share: what it can be, where its estimate strays beyond."""
    return share(min(max(index, 0.0), 1.0))


def of_break_even(found: BreakEven) -> str:
    """Say where a quantity breaks even.

    Parameters
    ----------
    found : BreakEven

    Returns
    -------
    str
    """
    reading, level = found.reading, share(found.level, 1)
    span = with_unit(f"{reading.low:g} to {reading.high:g}", reading.unit)
    if not found.crossings:
        leaks = [leak for _, leak in found.points if not math.isnan(leak)]
        side = "more" if leaks and min(leaks) > found.level else "at most"
        low, high = share(min(leaks, default=math.nan), 1), share(max(leaks, default=math.nan), 1)
        return (
            f"Whatever the {found.label} is from {span}, {side} than {level} get through ({low} to {high})."
        ).replace("at most than", "at most")
    told = []
    for crossing in found.crossings:
        at = with_unit(f"{_digits(crossing.low, crossing.high)}", reading.unit)
        told.append(f"{'more' if crossing.rises else 'less'} above {at}")
    jump = max(abs(c.leakage_at_high - c.leakage_at_low) for c in found.crossings)
    more = f" It jumps there, by up to {100 * jump:.0f} points." if jump > 0.02 else ""
    return f"The {found.label} breaks even with {level} getting through: {', '.join(told)}.{more}"


def _digits(low: float, high: float) -> str:
    """Write the middle of a bracket with the digits that it leaves, or the lower of two whole numbers."""
    if float(low).is_integer() and high - low == 1.0:
        return f"{low:.0f}"
    middle = 0.5 * (low + high)
    digits = max(0, 1 - math.floor(math.log10(max(high - low, 1e-12))) - 1)
    return f"{middle:.{min(digits, 9)}f}"


def _at(walked: Profile, crossing: float) -> str:
    values = [about(value_at(walked, crossing, number)) for number in range(len(walked.readings))]
    texts = [with_unit(value, r.unit) for value, r in zip(values, walked.readings, strict=True)]
    if len(texts) == 1 or len(set(texts)) == 1:
        return texts[0]
    named = [f"{text} {_part(r, walked.name)}" for text, r in zip(texts, walked.readings, strict=True)]
    return ", ".join(named)


def _part(reading: Reading, name: str) -> str:
    """Say which of several values that stand or fall together is meant."""
    for band in ("x", "s", "l", "uhf"):
        if f"_{band}_band" in reading.path:
            return f"in {band.upper()} band"
    return f"of {reading.path.split('.')[1]}" if name not in reading.path else ""


def _ranges(readings: Sequence[Reading]) -> str:
    found = [with_unit(f"{about(r.low)} to {about(r.high)}", r.unit) for r in readings]
    return found[0] if len(set(found)) == 1 else "; ".join(found)


def _ends(bar: Bar) -> tuple[float, float, float]:
    return bar.leakage_at_low, bar.leakage_at_best, bar.leakage_at_high
