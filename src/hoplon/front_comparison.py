"""Folders of comparisons: written whole, read back; reports made anew from a folder of any kind."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoplon.errors import OutputError, ResultFileError

if TYPE_CHECKING:
    from hoplon.result.comparison import Comparison


def write_comparison(
    comparison: Comparison, folder: Path | None = None, *, manifest_extra: dict[str, Any] | None = None
) -> Path:
    """Write a comparison with its report as one folder, whole or not at all.

    Parameters
    ----------
    comparison : Comparison
    folder : Path, optional
        Must not hold anything; by default ``runs/<name>-<seed>-<UTC time>``.
    manifest_extra : dict, optional
        More keys for ``manifest.json``.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    from hoplon.report.comparison_page import comparison_html
    from hoplon.result import default_folder
    from hoplon.result.comparison import COMPARISON_FORMAT, COMPARISON_VERSION, comparison_text
    from hoplon.result.text_folder import write_text_folder

    target = default_folder(comparison.name, comparison.seed) if folder is None else Path(folder)

    files = {"comparison.json": comparison_text(comparison), "battles.csv": _battles(comparison)}
    for number, side in enumerate(comparison.sides, 1):
        stem = "".join(c if c.isalnum() or c in "-_" else "-" for c in side.name).strip("-")
        files[f"scenario-{number}-{stem[:60]}.yaml"] = side.scenario_yaml
    manifest = {
        **(manifest_extra or {}),
        "format": COMPARISON_FORMAT,
        "version": COMPARISON_VERSION,
        "name": comparison.name,
        "seed": comparison.seed,
        "runs": comparison.runs,
    }
    return write_text_folder(target, files, manifest, lambda whole: comparison_html(comparison, whole))


def read_comparison(folder: str | Path) -> Comparison:
    """Read a folder that `hoplon compare` wrote.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    Comparison

    Raises
    ------
    ResultFileError
        If a file is missing, changed since it was written, or of another format or version.
    """
    from hoplon.result.comparison import comparison_from_text

    place = Path(folder)
    hashes = comparison_manifest(place).get("sha256")
    texts = {}
    for name, wanted in (hashes if isinstance(hashes, dict) else {}).items():
        path = place / name
        if not path.is_file():
            raise ResultFileError("the file is missing", where=str(path), remedy=_AGAIN)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != wanted:
            raise ResultFileError(
                "the file is not the one that was written: its sha256 differs from manifest.json",
                where=str(path),
                remedy=_AGAIN,
            )
        texts[name] = content.decode()
    if "comparison.json" not in texts:
        raise ResultFileError(
            "no sha256 for comparison.json", where=str(place / "manifest.json"), remedy=_AGAIN
        )
    numbered = (name for name in texts if name.startswith("scenario-"))
    scenarios = [texts[name] for name in sorted(numbered, key=lambda name: int(name.split("-")[1]))]
    return comparison_from_text(texts["comparison.json"], str(place / "comparison.json"), scenarios)


def is_comparison(folder: str | Path) -> bool:
    """Say whether a folder's manifest says that it holds a comparison.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    bool
    """
    from hoplon.result.comparison import COMPARISON_FORMAT

    try:
        content = json.loads((Path(folder) / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == COMPARISON_FORMAT


def comparison_manifest(folder: Path) -> dict[str, Any]:
    """Read manifest.json of a comparison's folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    dict

    Raises
    ------
    ResultFileError
    """
    from hoplon.result.codec import read_json
    from hoplon.result.comparison import COMPARISON_FORMAT, COMPARISON_VERSION

    path = folder / "manifest.json"
    if not path.is_file():
        raise ResultFileError(
            "the folder holds no comparison: manifest.json is missing",
            where=str(folder),
            remedy="Point to a folder that 'hoplon compare' wrote.",
        )
    return read_json(path.read_text(encoding="utf-8"), str(path), COMPARISON_FORMAT, COMPARISON_VERSION)


def rewrite_report(folder: Path) -> Path:
    """Write the report of a run, a comparison or a map again, from its folder alone.

    Parameters
    ----------
    folder : Path
        That `hoplon run`, `hoplon compare` or `hoplon map` wrote.

    Returns
    -------
    Path

    Raises
    ------
    ResultFileError
        If the folder cannot be read.
    OutputError
        If the report cannot be written.
    """
    from hoplon.report.map_page import map_html
    from hoplon.result.map_writer import is_map, read_map_folder, read_map_manifest

    page = Path(folder) / "report.html"
    if is_map(Path(folder)):
        return _replaced(page, map_html(read_map_folder(folder), read_map_manifest(Path(folder))))
    if not is_comparison(folder):
        from hoplon.report import write_report
        from hoplon.result import read_manifest, read_run_folder

        return write_report(read_run_folder(folder), page, read_manifest(folder))
    from hoplon.report.comparison_page import comparison_html

    return _replaced(page, comparison_html(read_comparison(folder), comparison_manifest(folder)))


def _replaced(page: Path, html: str) -> Path:
    from hoplon.result.whole_file import replace_whole

    try:
        replace_whole(page, html.encode())
    except OSError as error:
        raise OutputError(
            f"the report cannot be written ({error.strerror or error})",
            where=str(page),
            remedy="Make the folder one that you may write to.",
        ) from error
    return page


#: What to do with a folder that was changed.
_AGAIN = "The file was changed or cut short after it was written: compare again."


def _battles(comparison: Comparison) -> str:
    """Write the leakage of each battle, a column for each side."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["run", *(f"leakage_share_{side.name}" for side in comparison.sides)])
    for run in range(comparison.runs):
        rows.writerow([run, *(f"{side.leakage_by_run[run]:.9g}" for side in comparison.sides)])
    return out.getvalue()
