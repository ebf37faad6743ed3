"""Units as they stand at the end of a key: ``payload_kg`` is a payload in kilograms."""

from __future__ import annotations

#: Suffix of a key, the unit in words. Longest first, so that ``_kg_m2`` is not read as ``_m2``.
UNITS: dict[str, str] = {
    "jpy_per_usd": "JPY/USD",
    "kg_m2": "kg/m²",
    "km_s": "km/s",
    "km2": "km²",
    "m_s": "m/s",
    "deg": "deg",
    "dbsm": "dBsm",
    "ghz": "GHz",
    "hz": "Hz",
    "jpy": "JPY",
    "usd": "USD",
    "db": "dB",
    "kg": "kg",
    "km": "km",
    "kw": "kW",
    "m2": "m²",
    "k": "K",
    "m": "m",
    "s": "s",
}

#: Suffixes that people type where Hoplon has another unit of the same kind.
FOREIGN = (
    "lbs", "lb", "tonnes", "tons", "t", "g", "feet", "ft", "miles", "mi", "nmi", "nm", "inches", "inch", "in",
    "cm", "mm", "rad", "mrad", "degrees", "min", "minutes", "hours", "hour", "h", "ms", "seconds", "sec",
    "w", "watts", "mw", "mhz", "khz", "celsius", "c", "f", "knots", "kts", "kmh", "mph", "mach", "metres",
    "meters", "kilometres", "km_h", "dbm", "dbw",
)  # fmt: skip

_SUFFIXES = sorted([*UNITS, *FOREIGN], key=lambda suffix: (-suffix.count("_"), -len(suffix)))


def split_unit(key: str) -> tuple[str, str]:
    """Split a key into what it names and the unit at its end.

    Parameters
    ----------
    key : str
        Such as ``payload_kg``.

    Returns
    -------
    tuple of str
        ``("payload", "kg")``; the second is empty where the key ends in no known unit.
    """
    for suffix in _SUFFIXES:
        if key.endswith("_" + suffix):
            return key[: -len(suffix) - 1], suffix
    return key, ""


def unit_of(key: str) -> str:
    """Name the unit of a key, or of a path whose last part is a key.

    Parameters
    ----------
    key : str
        Such as ``missiles.nodong.payload_kg``.

    Returns
    -------
    str
        Such as ``kg``; empty for a number without unit.
    """
    return UNITS.get(split_unit(key.rsplit(".", 1)[-1])[1], "")
