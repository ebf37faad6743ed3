"""What may be asked of a map: kinds, regions, options, and the command that asks for it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from hoplon.errors import InputError, nearest

#: Kinds of maps, with what a cell of each answers.
KINDS = {
    "radar": "where radars see a target, or make a track of a missile that flies there",
    "defended": "how likely a missile that is aimed there is stopped",
    "denied": "how likely a missile that is launched there is stopped",
    "footprint": "how likely one battery alone stops a missile that is aimed there",
    "warning": "how long before the impact people are warned",
}

#: Regions by name: south, west, north, east.
REGIONS = {
    "japan": (30.0, 128.5, 46.0, 146.5),
    "south_korea": (33.0, 125.0, 39.0, 130.5),
    "korea": (33.0, 124.0, 43.2, 131.0),
    "north_east_asia": (22.0, 112.0, 52.0, 154.0),
}

#: Options that make sense for some kinds only.
_ONLY = {
    "cross_section_m2": ("--rcs", ("radar",)),
    "altitude_km": ("--altitude", ("radar",)),
    "sensors": ("--sensor", ("radar",)),
    "launches": ("--from", ("radar", "defended", "footprint", "warning")),
    "assets": ("--asset", ("denied",)),
    "battery": ("--battery", ("footprint",)),
    "level": ("--level", ("radar", "defended", "denied", "footprint")),
}


def check_kind(kind: str, options: Mapping[str, object]) -> None:
    """Refuse an unknown kind of map, and options that another kind has.

    Parameters
    ----------
    kind : str
    options : mapping of str to object
        By the names of `make_map`; what is empty was not given.

    Raises
    ------
    InputError
    """
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        remedy = near if near.startswith("Did") else f"Valid here: {', '.join(KINDS)}."
        raise InputError(f"unknown kind of map '{kind}'", where="KIND", remedy=remedy)
    for name, (option, kinds) in _ONLY.items():
        if options.get(name) not in (None, "", (), []) and kind not in kinds:
            raise InputError(
                f"a map of kind '{kind}' has no use for it",
                where=option,
                remedy=f"It is for: {', '.join(kinds)}. Leave it out.",
            )


def region_of(
    region: str | tuple[float, float, float, float] | None,
) -> tuple[float, float, float, float] | None:
    """Read a region: a name, four numbers, or a text of four numbers.

    Parameters
    ----------
    region : str, tuple of float or None

    Returns
    -------
    tuple of float or None
        South, west, north, east; east above west, so that it may pass 180.

    Raises
    ------
    InputError
        For a name or numbers that are no region.
    """
    if region is None:
        return None
    if isinstance(region, str):
        named = region.strip().lower().replace("-", "_").replace(" ", "_")
        if named in REGIONS:
            return REGIONS[named]
        try:
            numbers = [float(part) for part in region.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) != 4:
            near = nearest(named, REGIONS)
            remedy = f"Write SOUTH,WEST,NORTH,EAST in degrees, as in 30,128,46,147. {near}"
            raise InputError(f"'{region}' is no region", where="--region", remedy=remedy)
    else:
        numbers = [float(part) for part in region]
    south, west, north, east = numbers
    if east < west:
        east += 360.0
    if not (-85.0 <= south < north <= 85.0 and -180.0 <= west < east <= west + 360.0 and east <= 540.0):
        raise InputError(
            f"south {south:g}, west {west:g}, north {north:g}, east {numbers[3]:g} enclose no region",
            where="--region",
            remedy="Write SOUTH,WEST,NORTH,EAST in degrees, between 85° S and 85° N: 30,128,46,147.",
        )
    return south, west, north, east


def command_text(kind: str, **asked: Any) -> str:
    """Write the command that makes the same map from the resolved scenario.

    Parameters
    ----------
    kind : str
    **asked
        As for `make_map`.

    Returns
    -------
    str
    """
    options = {
        "missiles": "--missile",
        "launches": "--from",
        "assets": "--asset",
        "battery": "--battery",
        "sensors": "--sensor",
        "cross_section_m2": "--rcs",
        "altitude_km": "--altitude",
        "region": "--region",
        "step_km": "--step-km",
        "level": "--level",
    }
    words = ["hoplon", "map", "scenario.yaml", kind]
    for name, option in options.items():
        value = asked.get(name)
        if value in (None, "", (), []):
            continue
        if name == "region" and not isinstance(value, str):
            value = ",".join(f"{part:g}" for part in value)
        for one in value if isinstance(value, (list, tuple)) else [value]:
            # A region in the south begins with a minus sign: it must not look like an option.
            text = one if isinstance(one, str) else f"{one:g}"
            words += [f"{option}={text}"] if text.startswith("-") else [option, text]
    return shlex.join(words)
