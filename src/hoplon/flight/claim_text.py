"""Read a published claim: "range 1090 km, apogee 6248.5 km, time 67 min 32 s"."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from hoplon.errors import InputError, nearest

_LENGTHS = {
    "km": 1.0, "kilometre": 1.0, "kilometres": 1.0, "kilometer": 1.0, "kilometers": 1.0,
    "m": 1e-3, "metres": 1e-3, "meters": 1e-3,
    "nmi": 1.852, "mi": 1.609344, "mile": 1.609344, "miles": 1.609344,
}  # fmt: skip
_TIMES = {
    "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0,
    "min": 60.0, "minute": 60.0, "minutes": 60.0,
    "h": 3600.0, "hour": 3600.0, "hours": 3600.0,
}  # fmt: skip
_ANGLES = {"deg": 1.0, "degree": 1.0, "degrees": 1.0, "°": 1.0, "": 1.0}
_NAMES = {
    "range": "range", "distance": "range",
    "apogee": "apogee", "altitude": "apogee", "maximum altitude": "apogee", "height": "apogee",
    "time": "time", "flight time": "time", "duration": "time",
    "azimuth": "azimuth", "bearing": "azimuth", "direction": "azimuth",
}  # fmt: skip
_EXAMPLE = "range 1090 km, apogee 6248.5 km, time 4052 s"
_N = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
_SPLIT = re.compile(r"\s*(?:;|,(?![0-9]{3}(?![0-9]))|\band\b)\s*")
_PIECE = re.compile(r"([^0-9.±+~=:-]*?)(?:\s*(?:[:=~]|\bof\b|\babout\b))*\s*([0-9.+-].*)")
_QUANTITY = re.compile(rf"({_N})(?:\s*(?:±|\+/-|\+-)\s*({_N})|\s*(?:-|–|\bto\b)\s*({_N}))?\s*([^0-9\s]*)")
_CLOCK = re.compile(r"(?:([0-9]+):)?([0-9]{1,3}):([0-5][0-9](?:\.[0-9]+)?)")
_PARTS = re.compile(rf"({_N})\s*([^0-9\s.,]+)\s*")


@dataclass(frozen=True, slots=True)
class Figure:
    """A published number with the range that it leaves open.

    Attributes
    ----------
    low, best, high : float
        In the unit of the field that holds it.

    Raises
    ------
    InputError
        If they are not finite, not in order, or below 0.
    """

    low: float
    best: float
    high: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.low <= self.best <= self.high < math.inf):
            raise InputError(
                f"low {self.low:g}, best {self.best:g}, high {self.high:g} are no range",
                remedy="Give numbers from 0 upwards, low <= best <= high.",
            )


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of a flight.

    Attributes
    ----------
    range_km : Figure
        Over the ground, launch point to impact; up to 15,000 km.
    apogee_km : Figure
        Greatest height; up to 15,000 km.
    time_s : Figure or None
        Lift-off to impact; None to ask which times are possible.
    azimuth_deg : float or None
        Direction of the impact as seen from the launch point; None where it is not known.
    """

    range_km: Figure
    apogee_km: Figure
    time_s: Figure | None = None
    azimuth_deg: float | None = None

    def __post_init__(self) -> None:
        for name, figure in (("range", self.range_km), ("apogee", self.apogee_km)):
            if figure.best > 15_000.0:
                raise InputError(
                    f"{name} is {figure.best:g} km", where="claim", remedy="Up to 15,000 km can be checked."
                )
        if not self.apogee_km.best > 0.0:
            raise InputError("apogee is 0 km", where="claim", remedy="Give a height above 0.")
        if self.time_s is not None and not self.time_s.best > 0.0:
            raise InputError("time is 0 s", where="claim", remedy="Give a time above 0.")
        if self.azimuth_deg is not None and not math.isfinite(self.azimuth_deg):
            raise InputError(f"azimuth is {self.azimuth_deg}", where="claim", remedy="Give degrees.")


def rounding(text: str) -> float:
    """Return half a unit of the last digit that a number was rounded to.

    Parameters
    ----------
    text : str
        As it was written, such as ``6,248.5``. Zeros at the end of a whole number count as digits only up to
        the second: 1090 was rounded to 10, 1000 to 100, 6248.5 to 0.1.

    Returns
    -------
    float
    """
    digits = text.replace(",", "")
    if "." in digits:
        return 0.5 * 10.0 ** -len(digits.partition(".")[2])
    whole = digits.lstrip("0")
    zeros = len(whole) - len(whole.rstrip("0"))
    return 0.5 * 10.0 ** max(0, min(zeros, len(whole) - 2))


def parse_claim(text: str) -> Claim:
    """Read a claim.

    Parameters
    ----------
    text : str
        Pieces with commas between them, in any order: ``range 1090 km``, ``apogee 6248.5 km``, and, if known,
        ``time 4052 s`` (also ``71 min``, ``47 min 12 s``, ``1:11:00``) and ``azimuth 72``. A number stands
        for itself give or take its rounding (see `rounding`); ``1090 ± 10 km`` and ``1080-1100 km`` say it
        themselves.

    Returns
    -------
    Claim

    Raises
    ------
    InputError
        It names the piece that cannot be read, and the nearest word or unit that can.
    """
    found: dict[str, Figure] = {}
    for piece in _SPLIT.split(text.strip()):
        if not piece:
            continue
        match = _PIECE.fullmatch(piece)
        if match is None:
            raise InputError(
                f"'{piece}' is no name with a number", where="claim", remedy=f"Write it like: {_EXAMPLE}"
            )
        written, rest = " ".join(match[1].lower().split()), match[2].strip()
        name = _NAMES.get(written)
        if name is None:
            raise InputError(
                f"'{piece}': '{written}' is not known" if written else f"'{piece}' does not say what it is",
                where="claim",
                remedy=nearest(written, ("range", "apogee", "time", "azimuth")),
            )
        if name in found:
            raise InputError(f"'{piece}': {name} is given twice", where="claim", remedy="Give it once.")
        found[name] = _figure(piece, name, rest)
    for name in ("range", "apogee"):
        if name not in found:
            raise InputError(f"no {name}", where="claim", remedy=f"Write it like: {_EXAMPLE}")
    azimuth = found.get("azimuth")
    return Claim(
        found["range"], found["apogee"], found.get("time"), None if azimuth is None else azimuth.best % 360.0
    )


def _figure(piece: str, name: str, rest: str) -> Figure:
    if name == "time":
        compound = _compound_time(rest)
        if compound is not None:
            return compound
    units = {"time": _TIMES, "azimuth": _ANGLES}.get(name, _LENGTHS)
    match = _QUANTITY.fullmatch(rest)
    if match is None:
        raise InputError(
            f"'{piece}': '{rest}' is not a number with a unit",
            where="claim",
            remedy=f"Write it like: {_EXAMPLE}",
        )
    value, tolerance, top, unit = match.groups()
    factor = _factor(piece, unit, units)
    best = _number(value)
    if top is not None:
        high = _number(top)
        if high < best:
            raise InputError(
                f"'{piece}': {top} is below {value}", where="claim", remedy="Lower number first."
            )
        return Figure(best * factor, 0.5 * (best + high) * factor, high * factor)
    half = _number(tolerance) if tolerance is not None else rounding(value)
    return Figure(max(0.0, best - half) * factor, best * factor, (best + half) * factor)


def _factor(piece: str, unit: str, units: Mapping[str, float]) -> float:
    key = unit.lower().rstrip(".")
    if key in units:
        return units[key]
    short = [u for u in ("km", "m", "nmi", "mi", "s", "min", "h", "deg") if u in units]
    what = f"'{unit}' is no unit here" if unit else "the unit is missing"
    remedy = nearest(key, [u for u in units if u]) if unit else f"Valid here: {', '.join(short)}."
    raise InputError(f"'{piece}': {what}", where="claim", remedy=remedy)


def _number(text: str) -> float:
    value = float(text.replace(",", ""))
    if not math.isfinite(value):
        raise InputError(f"'{text[:20]}…' is too large", where="claim", remedy="Give a smaller number.")
    return value


def _compound_time(rest: str) -> Figure | None:
    """Read ``47 min 12 s`` or ``1:11:00``; None where it is neither."""
    clock = _CLOCK.fullmatch(rest)
    if clock is not None:
        hours, minutes, seconds = clock.groups()
        total = 3600.0 * _number(hours or "0") + 60.0 * float(minutes) + float(seconds)
        half = rounding(seconds) if "." in seconds else 0.5
        return Figure(max(0.0, total - half), total, total + half)
    parts = _PARTS.findall(rest)
    if len(parts) < 2 or _PARTS.sub("", rest):
        return None
    factors = [_TIMES.get(unit.lower()) for _, unit in parts]
    if any(f is None for f in factors):
        return None
    known = [f for f in factors if f is not None]
    if any(later >= earlier for earlier, later in pairwise(known)):
        return None
    total = sum(_number(value) * f for (value, _), f in zip(parts, known, strict=True))
    last = parts[-1][0]
    half = (rounding(last) if "." in last else 0.5) * known[-1]
    return Figure(max(0.0, total - half), total, total + half)
