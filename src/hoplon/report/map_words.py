"""What a map says, in sentences and tables."""

from __future__ import annotations

import math
from typing import Any

from hoplon.report.words import counted, named, percent, place_name, plain_number
from hoplon.result.coverage_map import PROBABILITY, CoverageMap, MapLayer
from hoplon.result.map_facts import (
    PlaceValue,
    answered_km2,
    area_at_least_km2,
    cell_areas_km2,
    levels_of,
    place_values,
    reason_areas_km2,
)

#: From this probability on a place counts as covered where the map itself states no level.
USUAL_LEVEL = 0.5

KIND_WORDS = {
    "radar": "radar coverage",
    "defended": "defended area",
    "denied": "launch area denied",
    "footprint": "footprint",
    "warning": "warning time",
}

_READING = {
    "radar": (),
    "defended": (
        "Each cell asks about one missile that is aimed there, alone, with every interceptor still in its "
        "launcher. A raid shares radars' time, people's attention and interceptors: it is harder.",
    ),
    "denied": (
        "Each cell asks about one missile that is launched there, alone, with every interceptor still in its "
        "launcher. Colour says what the defence could do, not that anybody could launch there.",
    ),
    "footprint": (
        "Each cell asks about one missile that is aimed there, alone, against one battery with every "
        "interceptor still in its launcher; all sensors of the scenario help it.",
    ),
    "warning": (
        "Each cell asks about one missile that is aimed there, alone. Warning runs from the alert to the "
        "impact; what people can do in it is another question.",
    ),
}


def title_words(coverage_map: CoverageMap) -> tuple[str, str]:
    """Title a map by its question: what it asks, and how that is to be understood.

    Parameters
    ----------
    coverage_map : CoverageMap

    Returns
    -------
    title, rest : str
        `rest` may be empty.
    """
    title, colon, rest = coverage_map.question.partition(": ")
    if not colon:
        return coverage_map.question, ""
    return f"{title.rstrip('?')}?", rest[:1].upper() + rest[1:]


def reading_words(coverage_map: CoverageMap) -> tuple[str, ...]:
    """Say how a map is to be read, before its limitations.

    Parameters
    ----------
    coverage_map : CoverageMap

    Returns
    -------
    tuple of str
    """
    return _READING.get(coverage_map.kind, ())


def level_of(coverage_map: CoverageMap) -> float:
    """Return the probability from which on a place counts as covered.

    Parameters
    ----------
    coverage_map : CoverageMap

    Returns
    -------
    float
    """
    return float(coverage_map.facts.get("level", USUAL_LEVEL))


def area_words(area_km2: float) -> str:
    """Write an area with two or three significant digits: a map of cells has no more.

    Parameters
    ----------
    area_km2 : float

    Returns
    -------
    str
    """
    if area_km2 <= 0.0:
        return "0 km²"
    rounded = round(area_km2, 2 - math.floor(math.log10(area_km2)))
    if rounded >= 1e6:
        return f"{rounded / 1e6:.3g}\u00a0million\u00a0km²"
    return f"{plain_number(rounded)}\u00a0km²"


def value_words(layer: MapLayer, value: float) -> str:
    """Write a value of a layer.

    Parameters
    ----------
    layer : MapLayer
    value : float

    Returns
    -------
    str
        A dash for NaN.
    """
    if math.isnan(value):
        return "–"
    if layer.quantity == PROBABILITY:
        return percent(value, 0)
    return f"{value:.1f}\u00a0min" if value > 0.0 else "none"


def map_answer(coverage_map: CoverageMap) -> tuple[str, str]:
    """Say in a sentence or two what a map shows: its first layer, at the places that matter.

    Parameters
    ----------
    coverage_map : CoverageMap

    Returns
    -------
    head, rest : str
    """
    layer = coverage_map.layers[0]
    values = [v for v in place_values(coverage_map, layer) if not math.isnan(v.value)]
    wanted = "launch_site" if coverage_map.kind == "denied" else "asset"
    mine = [v for v in values if v.site.kind == wanted]
    if layer.quantity != PROBABILITY:
        return _warned(coverage_map, layer, mine)
    level = level_of(coverage_map)
    area, answered = area_at_least_km2(coverage_map, layer, level), answered_km2(coverage_map, layer)
    part = area / answered if answered else 0.0
    share = f"{area_words(area)} of {area_words(answered)} ({percent(part, 0)})"
    if part > 0.9995:
        share = f"all {area_words(area)}"
    shown = percent(level, 0)
    if coverage_map.kind == "radar":
        does = "make a firm track" if "missiles" in coverage_map.settings else "find the target"
        over = share if "missiles" in coverage_map.settings else area_words(area)
        head = f"The radars {does} with a probability of {shown} or more over {over}."
    elif coverage_map.kind == "denied":
        head = (
            f"A missile is stopped with a probability of {shown} or more from {share} of the ground on this "
        )
        head += "map from which it reaches its aim."
    else:
        head = (
            f"A missile is stopped with a probability of {shown} or more over {share} of the ground on this "
        )
        head += "map that it reaches."
    return head, _at_places(coverage_map, layer, mine, level)


def _at_places(coverage_map: CoverageMap, layer: MapLayer, values: list[PlaceValue], level: float) -> str:
    if not values:
        return ""
    what = "launch site" if coverage_map.kind == "denied" else "place to be defended"
    many = "launch sites" if coverage_map.kind == "denied" else "places to be defended"
    good = [v for v in values if v.value >= level]
    ranked = sorted(values, key=lambda v: -v.value)
    if len(good) == len(values) > 1:
        ends = {value_words(layer, v.value) for v in (ranked[0], ranked[-1])}
        if len(ends) == 1:
            return f"All {counted(len(values), what, many)} lie on it, each at {ends.pop()}."
        return (
            f"All {counted(len(values), what, many)} lie on it: {'; '.join(_told(layer, v) for v in ranked)}."
        )
    if len(values) == 1:
        return f"{_told(layer, values[0])}{'' if good else ': not on it'}."
    told = "; ".join(_told(layer, v) for v in ranked)
    inside = f"{len(good)} of {counted(len(values), what, many)} {'lies' if len(good) == 1 else 'lie'} on it"
    return f"{inside}: {told}."


def _told(layer: MapLayer, value: PlaceValue) -> str:
    why = f" ({value.reason})" if value.reason else ""
    return f"{place_name(value.site.name)} {value_words(layer, value.value)}{why}"


def _warned(coverage_map: CoverageMap, layer: MapLayer, values: list[PlaceValue]) -> tuple[str, str]:
    if not values:
        return f"The map shows {named(layer.name)}.", ""
    ranked = sorted(values, key=lambda v: v.value)
    least, most = ranked[0], ranked[-1]
    why = f" ({least.reason})" if least.reason and not least.value > 0.0 else ""
    if len(ranked) == 1:
        return f"{place_name(least.site.name)} is warned {value_words(layer, least.value)} before{why}.", ""
    head = f"{place_name(least.site.name)} has the least warning, {value_words(layer, least.value)}{why}"
    head += f"; {place_name(most.site.name)} the most, {value_words(layer, most.value)}"
    between = "; ".join(_told(layer, v) for v in ranked[1:-1])
    return head + ".", f"Between them: {between}." if between else ""


def area_rows(coverage_map: CoverageMap, levels: tuple[float, ...] = ()) -> list[dict[str, Any]]:
    """Set out the areas of all layers of the first one's quantity.

    Parameters
    ----------
    coverage_map : CoverageMap
    levels : tuple of float
        By default those of the contours.

    Returns
    -------
    list of dict
        ``name``, ``answered`` and ``areas``, one for each level.
    """
    return [
        {
            "name": named(layer.name),
            "answered": area_words(answered_km2(coverage_map, layer)),
            "areas": [
                area_words(area_at_least_km2(coverage_map, layer, level))
                for level in levels or levels_of(coverage_map, layer)
            ],
        }
        for layer in coverage_map.layers
        if layer.quantity == coverage_map.layers[0].quantity
    ]


def reason_rows(coverage_map: CoverageMap, layer: MapLayer) -> list[dict[str, Any]]:
    """Set out the area by reason.

    Parameters
    ----------
    coverage_map : CoverageMap
    layer : MapLayer

    Returns
    -------
    list of dict
        ``number``, ``words``, ``area``, ``share`` of all cells.
    """
    total = float(cell_areas_km2(coverage_map).sum())
    return [
        {
            "number": coverage_map.reasons.index(words),
            "words": words,
            "area": area_words(area),
            "share": percent(area / total, 0),
        }
        for words, area in reason_areas_km2(coverage_map, layer).items()
    ]


def place_rows(coverage_map: CoverageMap, most: int = 8) -> tuple[list[MapLayer], list[dict[str, Any]]]:
    """Set out the values at places: a row for each, a column for each layer.

    Parameters
    ----------
    coverage_map : CoverageMap
    most : int
        Columns.

    Returns
    -------
    layers : list of MapLayer
        Of the columns.
    rows : list of dict
        ``name``, ``kind``, ``values``, ``reason`` of the first layer.
    """
    layers = list(coverage_map.layers[:most])
    columns = [place_values(coverage_map, layer) for layer in layers]
    order = ("asset", "launch_site", "reference")
    rows = []
    for number, first in enumerate(columns[0]):
        values = [
            value_words(layer, column[number].value) for layer, column in zip(layers, columns, strict=True)
        ]
        rows.append(
            {
                "name": place_name(first.site.name),
                "kind": first.site.kind,
                "values": values,
                "reason": first.reason,
            }
        )
    return layers, sorted(rows, key=lambda row: order.index(str(row["kind"])))
