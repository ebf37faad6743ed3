"""Folders of texts: what was found, with a manifest that knows each file, and its page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hoplon.result.writer import software, write_whole_folder


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
