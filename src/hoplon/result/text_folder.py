"""Folders with a manifest that knows each file: what one holds, and those of texts written and read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from hoplon.errors import ResultFileError
from hoplon.result.codec import read_json
from hoplon.result.writer import file_hash, software, write_whole_folder

#: Not known to the hashes of a manifest, or drawn anew from the rest.
_DRAWN = (".html", ".svg")


def folder_format(folder: Path | str) -> str:
    """Return which format a folder is of, as far as its manifest says.

    Parameters
    ----------
    folder : Path or str

    Returns
    -------
    str
        Empty where there is no folder, or no manifest that says it.
    """
    try:
        manifest = json.loads((Path(folder) / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return ""
    return str(manifest.get("format") or "") if isinstance(manifest, dict) else ""


def read_folder_manifest(
    place: Path, file_format: str, version: int, what: str, command: str
) -> dict[str, Any]:
    """Read ``manifest.json`` of a folder.

    Parameters
    ----------
    place : Path
    file_format : str
    version : int
        What is wanted.
    what, command : str
        What such a folder holds, and which command writes it, for the error.

    Returns
    -------
    dict

    Raises
    ------
    ResultFileError
        If there is none, or one of another format or version.
    """
    path = place / "manifest.json"
    if not path.is_file():
        said = f"the folder holds no {what}: manifest.json is missing"
        raise ResultFileError(
            said if place.is_dir() else "there is no such folder",
            where=str(place),
            remedy=f"Point to a folder that 'hoplon {command}' wrote.",
        )
    return read_json(path.read_bytes().decode(errors="replace"), str(path), file_format, version)


def check_files(place: Path, manifest: Mapping[str, Any], again: str, needed: Iterable[str] = ()) -> None:
    """Check that a folder's files are those that were written; pages and pictures are not looked at.

    Parameters
    ----------
    place : Path
    manifest : mapping
    again : str
        What to do if not.
    needed : iterable of str
        Names that the manifest must know.

    Raises
    ------
    ResultFileError
        If a file is missing or was changed, or the manifest does not know one that is needed.
    """
    hashes = manifest.get("sha256")
    known = hashes if isinstance(hashes, dict) else {}
    for name in needed:
        if name not in known:
            raise ResultFileError(f"no sha256 for {name}", where=str(place / "manifest.json"), remedy=again)
    for name, wanted in known.items():
        if name.endswith(_DRAWN):
            continue
        path = place / name
        if not path.is_file():
            raise ResultFileError("the file is missing", where=str(path), remedy=again)
        try:
            found = file_hash(path)
        except OSError as error:
            what = f"cannot be read ({error.strerror or error})"
            raise ResultFileError(what, where=str(path)) from None
        if found != wanted:
            raise ResultFileError(
                "the file is not the one that was written: its sha256 differs from manifest.json",
                where=str(path),
                remedy=again,
            )


def read_text_folder(
    place: Path, manifest: Mapping[str, Any], again: str, needed: Iterable[str]
) -> dict[str, str]:
    """Read the texts of a folder that `write_text_folder` wrote.

    Parameters
    ----------
    place : Path
    manifest : mapping
        Of the folder.
    again : str
        What to do where a file was changed.
    needed : iterable of str
        Names that must be there.

    Returns
    -------
    dict of str to str
        By name.

    Raises
    ------
    ResultFileError
        As `check_files`.
    """
    check_files(place, manifest, again, needed)
    names = [name for name in manifest["sha256"] if not name.endswith(_DRAWN)]
    return {name: (place / name).read_bytes().decode() for name in names}


def write_text_folder(
    target: Path, files: Mapping[str, str], manifest: Mapping[str, Any], page: Callable[[dict[str, Any]], str]
) -> Path:
    """Write texts with ``manifest.json`` and ``report.html`` as one folder, whole or not at all.

    Parameters
    ----------
    target : Path
        Must not hold anything.
    files : mapping of str to str
        By name.
    manifest : mapping of str to object
        Software, time and machine, and the hash of each file, join it.
    page : callable
        Makes the page, given the manifest.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    whole = {**manifest, **software(), "sha256": hashes}

    def fill(place: Path) -> None:
        written = {
            **files,
            "report.html": page(whole),
            "manifest.json": json.dumps(whole, indent=1, ensure_ascii=False) + "\n",
        }
        for name, text in written.items():
            (place / name).write_bytes(text.encode())

    return write_whole_folder(target, fill)
