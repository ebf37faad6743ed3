"""One page for a map: the answer, the picture, why it fails where it fails, and what it rests on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hoplon
from hoplon.report import map_words, tables
from hoplon.report.coverage_bands import quantity_words, reason_styles, used_bands
from hoplon.report.coverage_picture import draw_alone, draw_layer, draw_reasons, draw_small
from hoplon.report.page import page_part, template
from hoplon.result.coverage_map import PROBABILITY, CoverageMap
from hoplon.result.map_facts import levels_of

#: More maps than these make a page heavy; the grid file has them all.
MOST_SMALL = 12


def map_html(coverage_map: CoverageMap, manifest: Mapping[str, Any] | None = None) -> str:
    """Set a map as one HTML page that needs nothing else and asks no host for anything.

    Parameters
    ----------
    coverage_map : CoverageMap
    manifest : mapping, optional
        Content of manifest.json, for versions, time, command and hashes.

    Returns
    -------
    str
    """
    known = dict(manifest or {})
    first = coverage_map.layers[0]
    head, rest = map_words.map_answer(coverage_map)
    columns, rows = map_words.place_rows(coverage_map)
    styles = reason_styles(first)
    small = coverage_map.layers[1 : MOST_SMALL + 1]
    unit = "" if first.quantity == PROBABILITY else " min"
    title, asks = map_words.title_words(coverage_map)
    text: str = template("map.html").render(
        map=coverage_map,
        title=title,
        asks=asks,
        manifest=known,
        software_version=known.get("software_version", hoplon.__version__),
        scenario_hash=hashlib.sha256(coverage_map.scenario_yaml.encode()).hexdigest(),
        style=page_part("style.css"),
        kind_words=map_words.KIND_WORDS.get(coverage_map.kind, coverage_map.kind),
        answer_head=head,
        answer_rest=rest,
        weak_count=sum(a.mark in ("assumed", "weak") for a in coverage_map.assumptions),
        first=first,
        quantity=quantity_words(coverage_map, first),
        bands=used_bands(coverage_map, (first,)),
        level=map_words.level_of(coverage_map),
        unanswered=bool((first.values != first.values).any()),
        contours=[f"{100 * v:g} %" if not unit else f"{v:g}{unit}" for v in levels_of(coverage_map, first)],
        reasons=[
            {**row, "style": styles[row["number"]]} for row in map_words.reason_rows(coverage_map, first)
        ],
        columns=columns,
        places=[row for row in rows if row["kind"] != "reference"],
        cities=[row for row in rows if row["kind"] == "reference"],
        any_reason=any(row["reason"] for row in rows),
        areas=map_words.area_rows(coverage_map),
        reading=map_words.reading_words(coverage_map),
        small=[
            {
                "layer": layer,
                "quantity": quantity_words(coverage_map, layer),
                "bands": used_bands(coverage_map, (layer,)),
                "picture": draw_small(coverage_map, layer),
            }
            for layer in small
        ],
        left_out=len(coverage_map.layers) - 1 - len(small),
        groups=tables.assumption_groups(coverage_map),
        kinds={site.kind for site in coverage_map.sites},
        pictures={
            "main": draw_layer(coverage_map, first),
            "reasons": draw_reasons(coverage_map, first),
        },
    )
    return text


def write_map_pages(coverage_map: CoverageMap, place: Path, manifest: Mapping[str, Any]) -> None:
    """Write the page and the picture of a map into its folder.

    Parameters
    ----------
    coverage_map : CoverageMap
    place : Path
    manifest : mapping
    """
    (place / "map.svg").write_bytes(str(draw_alone(coverage_map)).encode())
    (place / "report.html").write_bytes(map_html(coverage_map, manifest).encode())
