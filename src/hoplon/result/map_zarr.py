"""The grid of a map as Zarr, through xarray: labelled, with units, readable by any of the field's tools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import hoplon
from hoplon.errors import ResultFileError
from hoplon.result.coverage_map import PROBABILITY, WARNING_MIN, CoverageMap, MapLayer

GRID_FORMAT = "hoplon-map-grid"
GRID_VERSION = 1

_LONG_NAMES = {PROBABILITY: ("probability", "1"), WARNING_MIN: ("time before impact", "min")}


def dataset(coverage_map: CoverageMap) -> Any:
    """Label the grid of a map.

    Parameters
    ----------
    coverage_map : CoverageMap

    Returns
    -------
    xarray.Dataset
        Dimensions ``layer``, ``latitude``, ``longitude``; variables by quantity (``probability``,
        ``warning_min``), NaN where the question has no answer or the layer is of another quantity, and
        ``reason``, whose ``flag_meanings`` are the words of its numbers (CF conventions).
    """
    import xarray as xr

    dims = ("layer", "latitude", "longitude")
    layers = coverage_map.layers
    variables: dict[str, Any] = {}
    for quantity in dict.fromkeys(layer.quantity for layer in layers):
        words, units = _LONG_NAMES.get(quantity, (quantity, "1"))
        values = np.stack([_or_nan(layer, quantity) for layer in layers])
        variables[quantity] = (dims, values, {"long_name": words, "units": units})
    numbers = np.arange(len(coverage_map.reasons), dtype=np.uint8)
    reasons = {
        "long_name": "first link of the chain that fails",
        "flag_values": numbers.tolist(),
        "flag_meanings": " ".join(words.replace(" ", "_") or "none" for words in coverage_map.reasons),
    }
    variables["reason"] = (dims, np.stack([layer.reasons for layer in layers]), reasons)
    return xr.Dataset(
        variables,
        coords={
            "layer": ("layer", np.array([layer.name for layer in layers])),
            "quantity": ("layer", np.array([layer.quantity for layer in layers])),
            "latitude": (
                "latitude",
                coverage_map.latitude_deg,
                {"units": "degrees_north", "standard_name": "latitude", "long_name": "centre of the cell"},
            ),
            "longitude": (
                "longitude",
                coverage_map.longitude_deg,
                {"units": "degrees_east", "standard_name": "longitude", "long_name": "centre of the cell"},
            ),
        },
        attrs={
            "Conventions": "CF-1.11",
            "format": GRID_FORMAT,
            "version": GRID_VERSION,
            "source": f"Hoplon {hoplon.__version__}",
            "kind": coverage_map.kind,
            "scenario": coverage_map.scenario,
            "title": coverage_map.title,
            "question": coverage_map.question,
            **{f"asked_{key.replace(' ', '_')}": words for key, words in coverage_map.settings.items()},
        },
    )


def _or_nan(layer: MapLayer, quantity: str) -> Any:
    return layer.values if layer.quantity == quantity else np.full_like(layer.values, np.nan)


def write_grid(coverage_map: CoverageMap, place: Path | str) -> None:
    """Write the grid of a map as a Zarr store (version 2 of the format, which every reader knows).

    Parameters
    ----------
    coverage_map : CoverageMap
    place : Path or str
        A folder that does not exist yet, or any URL that fsspec knows.
    """
    grid = dataset(coverage_map)
    whole = {name: {"chunks": variable.shape} for name, variable in grid.data_vars.items()}
    grid.to_zarr(str(place), mode="w-", zarr_format=2, consolidated=True, encoding=whole)


def read_grid(place: Path | str) -> tuple[np.ndarray, np.ndarray, tuple[MapLayer, ...]]:
    """Read the grid of a map back.

    Parameters
    ----------
    place : Path or str

    Returns
    -------
    latitude_deg, longitude_deg : ndarray
    layers : tuple of MapLayer

    Raises
    ------
    ResultFileError
        Where it is none, or is damaged.
    """
    import xarray as xr

    where = str(place)
    try:
        with xr.open_zarr(where, consolidated=True, decode_cf=True, mask_and_scale=False) as opened:
            grid = opened.load()
    except Exception as error:  # zarr and its codecs raise many kinds
        raise ResultFileError(
            f"this is no readable Zarr store ({type(error).__name__}: {error})"[:300], where=where
        ) from None
    if grid.attrs.get("format") != GRID_FORMAT or grid.attrs.get("version") != GRID_VERSION:
        raise ResultFileError(
            f"the format is {grid.attrs.get('format')!r} version {grid.attrs.get('version')!r}, "
            f"'{GRID_FORMAT}' version {GRID_VERSION} is wanted",
            where=where,
            remedy="Point to a folder that 'hoplon map' wrote.",
        )
    layers = []
    for number, (name, quantity) in enumerate(zip(grid.layer.values, grid.quantity.values, strict=True)):
        values = np.asarray(grid[str(quantity)].values[number], dtype=np.float64)
        layers.append(MapLayer(str(name), str(quantity), values, grid["reason"].values[number]))
    return grid.latitude.values, grid.longitude.values, tuple(layers)
