"""Names of values as people say them, and numbers as they round them."""

from __future__ import annotations

from hoplon.scenario.units import split_unit, unit_of


def spoken(path: str) -> str:
    """Say what a path of a scenario means.

    Parameters
    ----------
    path : str
        Such as ``command.actors.command_post.decision_time_s``, or what several paths have in common.

    Returns
    -------
    str
        Such as ``decision time of command post``.
    """
    parts = path.split(".")
    what = _words(parts[-1])
    if len(parts) == 1:
        return "kill probability of one shot" if "kill_probability" in path else what
    head, middle = parts[0], [_words(part) for part in parts[1:-1]]
    if head == "sites":
        return f"{what} at {middle[0]}"
    if head == "network" and len(middle) == 2:
        return f"{what} from {middle[0]} to {middle[1]}"
    if head == "command":
        owner = [part for part in middle if part != "actors"]
        return f"{what} of {', '.join(owner)}" if owner else what
    if head == "batteries":
        return f"number of interceptors {what} at {', '.join(middle)}"
    return f"{what} of {', '.join(middle)}"


def _words(key: str) -> str:
    name = split_unit(key)[0] if unit_of(key) else key
    for band in ("x", "s", "l", "uhf"):
        name = name.replace(f"_{band}_band", f"_in_{band.upper()}_band")
    return name.replace("_", " ").replace("reentry", "re-entry").replace("cross section", "cross-section")


def about(value: float) -> str:
    """Write a value with two digits that mean something.

    Parameters
    ----------
    value : float

    Returns
    -------
    str
    """
    text = f"{float(f'{value:.2g}'):g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa}×10^{int(exponent)}"
    return text


def with_unit(text: str, unit: str) -> str:
    """Put a unit behind a number."""
    return f"{text} {unit}" if unit else text


def share(value: float, digits: int = 0) -> str:
    """Write a share as a percentage."""
    return f"{100 * value:.{digits}f} %"
