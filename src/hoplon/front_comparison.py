"""Folders of comparisons: written whole, read back."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from hoplon.result.text_folder import read_text_folder

    place = Path(folder)
    texts = read_text_folder(place, comparison_manifest(place), _AGAIN, ("comparison.json",))
    numbered = (name for name in texts if name.startswith("scenario-"))
    scenarios = [texts[name] for name in sorted(numbered, key=lambda name: int(name.split("-")[1]))]
    return comparison_from_text(texts["comparison.json"], str(place / "comparison.json"), scenarios)


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
    from hoplon.result.comparison import COMPARISON_FORMAT, COMPARISON_VERSION
    from hoplon.result.text_folder import read_folder_manifest

    return read_folder_manifest(folder, COMPARISON_FORMAT, COMPARISON_VERSION, "comparison", "compare")


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
