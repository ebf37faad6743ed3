"""One map, one folder: complete or absent; and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

from hoplon.result.codec import REMEDY, build_fields, plain, read_json
from hoplon.result.coverage_map import PROBABILITY, CoverageMap
from hoplon.result.map_facts import (
    answered_km2,
    area_at_least_km2,
    levels_of,
    place_values,
    reason_areas_km2,
)
from hoplon.result.map_geojson import geojson_text
from hoplon.result.map_zarr import read_grid, write_grid
from hoplon.result.text_folder import check_files, read_folder_manifest
from hoplon.result.writer import file_hash, software, write_whole_folder

MAP_FORMAT = "hoplon-map"
MAP_VERSION = 1

#: Of a map, what stands in files of its own.
_ELSEWHERE = ("latitude_deg", "longitude_deg", "layers", "scenario_yaml")

#: Called with the map, the folder and the manifest so far (hashes of the other files included).
PageWriter = Callable[[CoverageMap, Path, Mapping[str, Any]], object]


def map_facts(coverage_map: CoverageMap) -> dict[str, Any]:
    """Summarise a map as one JSON object, units in the keys.

    Parameters
    ----------
    coverage_map : CoverageMap

    Returns
    -------
    dict
    """
    content = {
        f.name: plain(getattr(coverage_map, f.name)) for f in fields(coverage_map) if f.name not in _ELSEWHERE
    }
    layers = []
    for layer in coverage_map.layers:
        unit = "" if layer.quantity == PROBABILITY else "_min"
        layers.append(
            {
                "name": layer.name,
                "quantity": layer.quantity,
                "answered_km2": round(answered_km2(coverage_map, layer)),
                **{
                    f"area_at_least_{level:g}{unit}_km2": round(area_at_least_km2(coverage_map, layer, level))
                    for level in levels_of(coverage_map, layer)
                },
                "area_by_reason_km2": {
                    words: round(area) for words, area in reason_areas_km2(coverage_map, layer).items()
                },
                "places": {
                    value.site.name: {"value": plain(value.value), "reason": value.reason}
                    for value in place_values(coverage_map, layer)
                },
            }
        )
    rows, columns = coverage_map.layers[0].values.shape
    return {
        "format": MAP_FORMAT,
        "version": MAP_VERSION,
        **content,
        "rows": rows,
        "columns": columns,
        "layers": layers,
    }


def write_map_folder(
    coverage_map: CoverageMap,
    folder: Path | None = None,
    *,
    manifest_extra: Mapping[str, Any] | None = None,
    pages: PageWriter | None = None,
) -> Path:
    """Write a map as a folder that is either complete or not there.

    Parameters
    ----------
    coverage_map : CoverageMap
    folder : Path, optional
        A folder that does not exist or is empty; by default ``runs/<scenario>-map-<kind>-<UTC time>``.
    manifest_extra : mapping, optional
        More keys for manifest.json. They may not replace its own.
    pages : callable, optional
        Writes report.html and pictures: results know nothing of reports, so the caller brings it.

    Returns
    -------
    Path
        It holds ``scenario.yaml``, ``summary.json``, ``contours.geojson``, ``grid.zarr``, ``manifest.json``
        and what `pages` writes.

    Raises
    ------
    OutputError
        If the folder holds something, cannot be written, or the disk is full.
    """
    target = default_map_folder(coverage_map) if folder is None else Path(folder)

    def fill(place: Path) -> None:
        facts = json.dumps(map_facts(coverage_map), indent=1, ensure_ascii=False, allow_nan=False)
        for name, text in (
            ("scenario.yaml", coverage_map.scenario_yaml),
            ("summary.json", facts + "\n"),
            ("contours.geojson", geojson_text(coverage_map)),
        ):
            (place / name).write_bytes(text.encode())
        write_grid(coverage_map, place / "grid.zarr")
        manifest = {
            **(manifest_extra or {}),
            "format": MAP_FORMAT,
            "version": MAP_VERSION,
            "scenario": coverage_map.scenario,
            "kind": coverage_map.kind,
            **software(),
            "sha256": _hashes(place),
        }
        if pages is not None:
            pages(coverage_map, place, manifest)
            manifest["sha256"] = _hashes(place)
        text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        (place / "manifest.json").write_bytes(text.encode())

    return write_whole_folder(target, fill)


def default_map_folder(coverage_map: CoverageMap) -> Path:
    """Name the folder that a map is written to unless told otherwise.

    Parameters
    ----------
    coverage_map : CoverageMap

    Returns
    -------
    Path
    """
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in coverage_map.scenario).strip("-.")
    stem = f"{name[:80] or 'scenario'}-map-{coverage_map.kind}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    folder, number = Path("runs") / stem, 2
    while folder.exists():
        folder, number = Path("runs") / f"{stem}-{number}", number + 1
    return folder


def read_map_manifest(folder: Path) -> dict[str, Any]:
    """Read manifest.json of a map's folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    dict

    Raises
    ------
    ResultFileError
        If there is none, or one of another format or version.
    """
    return read_folder_manifest(folder, MAP_FORMAT, MAP_VERSION, "map", "map")


def read_map_folder(folder: Path | str) -> CoverageMap:
    """Read a folder that `write_map_folder` wrote.

    Parameters
    ----------
    folder : Path or str

    Returns
    -------
    CoverageMap
        Equal to the one that was written.

    Raises
    ------
    ResultFileError
        If a file is missing, changed since it was written, damaged, or of another format or version.
    """
    place = Path(folder)
    manifest = read_map_manifest(place)
    check_files(place, manifest, REMEDY, ("summary.json", "scenario.yaml"))
    path = place / "summary.json"
    content = read_json(path.read_bytes().decode(errors="replace"), str(path), MAP_FORMAT, MAP_VERSION)
    latitude, longitude, layers = read_grid(place / "grid.zarr")
    known: dict[str, Any] = {
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "layers": layers,
        "scenario_yaml": (place / "scenario.yaml").read_bytes().decode(),
    }
    kinds = {name: kind for name, kind in get_type_hints(CoverageMap).items() if name not in known}
    return CoverageMap(**known, **build_fields(kinds, content, str(path), REMEDY))


def _hashes(place: Path) -> dict[str, str]:
    found = (path for path in place.rglob("*") if path.is_file())
    return {path.relative_to(place).as_posix(): file_hash(path) for path in sorted(found)}
