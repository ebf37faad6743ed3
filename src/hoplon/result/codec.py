"""Results as plain JSON values and back, driven by the dataclasses of `hoplon.result.model` themselves.

A field added to the model at its end with a default needs no change here, and files written before it
still load.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from hoplon.errors import ResultFileError
from hoplon.result.model import Study

SUMMARY_FORMAT = "hoplon-summary"
SUMMARY_VERSION = 1

#: Parts of a study that have files of their own.
ELSEWHERE = ("records", "scenario_yaml")

#: Keys of summary.json that say more than the attribute's name: the unit, or per what.
KEYS = {
    "leakage": "leakage_share",
    "leakage_spread": "leakage_share_spread",
    "leakage_by_run": "leakage_share_by_run",
    "interceptors_used": "interceptors_used_per_battle",
    "moments": "moments_after_launch_s",
    "moments_missing": "moments_missing_share",
    "outcomes": "outcomes_per_battle",
    "reasons": "leak_reasons_per_battle",
    "waste": "interceptors_wasted_per_battle",
    "sites": "map_sites",
    "paths": "map_paths",
    "timeline": "published_timeline",
}


def plain(value: object) -> Any:
    """Turn a result into what JSON can hold.

    Parameters
    ----------
    value : object
        A dataclass of `hoplon.result.model` without arrays, or a mapping, sequence, number, string or None.

    Returns
    -------
    object
        Dictionaries, lists, strings, numbers and None; NaN becomes None, an infinity ``"inf"`` or ``"-inf"``.

    Raises
    ------
    TypeError
        For anything else.
    """
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return None
        return number if math.isfinite(number) else str(number)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item) for item in value]
    raise TypeError(f"a {type(value).__name__} has no place in a result file")


def build(kind: Any, value: Any, where: str) -> Any:
    """Rebuild a result from JSON values; the inverse of `plain`.

    Parameters
    ----------
    kind : type
        The annotation of the field: a dataclass, ``tuple[X, ...]``, ``Mapping[str, X]``, ``X | None``, float,
        int, str, or several of such scalars.
    value : object
        What the file holds.
    where : str
        File and key, for the error.

    Returns
    -------
    object

    Raises
    ------
    ResultFileError
        Where the value does not fit.
    """
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = [part for part in get_args(kind) if part is not type(None)]
        if len(inner) > 1:  # numbers and texts, each as it is written
            return _expect(value, tuple(inner), where)
        return None if value is None else build(inner[0], value, where)
    if origin is tuple:
        items = _expect(value, list, where)
        return tuple(build(get_args(kind)[0], item, f"{where}[{i}]") for i, item in enumerate(items))
    if origin is not None and issubclass(origin, Mapping):
        items = _expect(value, dict, where)
        return {key: build(get_args(kind)[1], item, f"{where}.{key}") for key, item in items.items()}
    if is_dataclass(kind):
        return _build_dataclass(kind, value, where)
    if kind is float:
        return _build_float(value, where)
    if kind is int and isinstance(value, bool):
        raise ResultFileError(f"{value} is no whole number", where=where)
    return _expect(value, kind, where)


def build_fields(
    kinds: Mapping[str, Any], found: Mapping[str, Any], where: str, remedy: str
) -> dict[str, Any]:
    """Turn the keys of a file's content into values; each must be there, whatever its field's default.

    Parameters
    ----------
    kinds : mapping of str to type
        Type of each value, by key.
    found : mapping
        Content of the file.
    where : str
        The file.
    remedy : str
        What to do if a key is missing.

    Returns
    -------
    dict
        By key.

    Raises
    ------
    ResultFileError
        If a key is missing, or its value is of another type.
    """
    missing = next((key for key in kinds if key not in found), None)
    if missing is not None:
        raise ResultFileError(f"the key '{missing}' is missing", where=where, remedy=remedy)
    return {key: build(kind, found[key], f"{where}.{key}") for key, kind in kinds.items()}


def _build_float(value: Any, where: str) -> float:
    if value is None:
        return math.nan
    if value in ("inf", "-inf"):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ResultFileError(f"{value!r} is no number", where=where)
    return float(value)


def _build_dataclass(kind: Any, value: Any, where: str, skip: Mapping[str, Any] | None = None) -> Any:
    found = _expect(value, dict, where)
    given = dict(skip or {})
    hints = get_type_hints(kind)
    for f in fields(kind):
        if f.name in given:
            continue
        key = KEYS.get(f.name, f.name) if kind is Study else f.name
        if key in found:
            given[f.name] = build(hints[f.name], found[key], f"{where}.{key}")
        elif f.default is MISSING and f.default_factory is MISSING:
            raise ResultFileError(f"the key '{key}' is missing", where=where, remedy=REMEDY)
    return kind(**given)


REMEDY = "The file was changed or cut short after it was written: run the scenario again."


def _expect(value: Any, kind: Any, where: str) -> Any:
    if not isinstance(value, kind):
        wanted = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
        raise ResultFileError(f"a {wanted} is wanted, found {value!r:.60}", where=where, remedy=REMEDY)
    return value


def summary_text(study: Study) -> str:
    """Write the summary of a study: the same bytes for the same study, wherever and whenever it was run.

    Parameters
    ----------
    study : Study

    Returns
    -------
    str
        JSON with sorted keys and the shortest decimal form of each number. Units stand in the keys; shares
        are fractions of 1. No time, no machine.
    """
    content = {
        KEYS.get(f.name, f.name): plain(getattr(study, f.name))
        for f in fields(study)
        if f.name not in ELSEWHERE
    }
    content |= {"format": SUMMARY_FORMAT, "version": SUMMARY_VERSION}
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def study_from_summary(text: str, where: str, **elsewhere: object) -> Study:
    """Rebuild a study from its summary and the parts that have files of their own.

    Parameters
    ----------
    text : str
        Content of summary.json.
    where : str
        The file, for errors.
    **elsewhere
        ``records`` and ``scenario_yaml``.

    Returns
    -------
    Study

    Raises
    ------
    ResultFileError
        Where the text is no summary of version 1.
    """
    content = read_json(text, where, SUMMARY_FORMAT, SUMMARY_VERSION)
    study = _build_dataclass(Study, content, where, elsewhere)
    assert isinstance(study, Study)
    return study


def read_json(text: str, where: str, file_format: str, version: int) -> dict[str, Any]:
    """Read a JSON object and check that it says it is what is wanted.

    Parameters
    ----------
    text, where : str
        Content and the file it came from.
    file_format : str
    version : int

    Returns
    -------
    dict

    Raises
    ------
    ResultFileError
        For broken JSON, another format or another version.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ResultFileError(f"this is no JSON ({error})", where=where, remedy=REMEDY) from None
    check_format(
        content.get("format") if isinstance(content, dict) else None,
        content.get("version") if isinstance(content, dict) else None,
        where,
        file_format,
        version,
    )
    assert isinstance(content, dict)
    return content


def check_format(found: object, found_version: object, where: str, file_format: str, version: int) -> None:
    """Refuse a file of another format or version.

    Parameters
    ----------
    found, found_version : object
        What the file says of itself; None where it says nothing.
    where : str
    file_format : str
    version : int

    Raises
    ------
    ResultFileError
    """
    if found != file_format:
        raise ResultFileError(
            f"the format is {found!r}, '{file_format}' is wanted",
            where=where,
            remedy="Point to a folder that 'hoplon run' wrote.",
        )
    if found_version != version:
        raise ResultFileError(
            f"{file_format} version {found_version!r} cannot be read; this Hoplon reads version {version}",
            where=where,
            remedy="Read it with the Hoplon that wrote it (see manifest.json), or run the scenario again.",
        )
