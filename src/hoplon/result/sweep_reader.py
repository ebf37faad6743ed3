"""Read the folder of a study again: its points and what was asked, without the rows."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from hoplon.result.codec import build_fields, read_json
from hoplon.result.decides import Curve
from hoplon.result.sweep import SWEEP_FORMAT, SWEEP_VERSION, Sweep, SweepAxis, SweepOutput, SweepPoint
from hoplon.result.text_folder import check_files, read_folder_manifest

#: What stands in files of its own.
_FILES = {"study_yaml": "study.yaml", "scenario_yaml": "scenario.yaml"}
#: Fields that are no text.
_KINDS: dict[str, Any] = {
    "seed": int,
    "runs": int,
    "axes": tuple[SweepAxis, ...],
    "outputs": tuple[SweepOutput, ...],
    "points": tuple[SweepPoint, ...],
    "notes": tuple[str, ...],
    "curves": tuple[Curve, ...],
}
_AGAIN = "The file was changed or cut short after it was written: run the study again."


def read_sweep_manifest(folder: Path | str) -> dict[str, Any]:
    """Read ``manifest.json`` of the folder of a study.

    Parameters
    ----------
    folder : Path or str

    Returns
    -------
    dict

    Raises
    ------
    ResultFileError
        If there is none, or one of another format or version.
    """
    return read_folder_manifest(Path(folder), SWEEP_FORMAT, SWEEP_VERSION, "study", "study")


def read_sweep_folder(folder: Path | str) -> Sweep:
    """Read a folder that `hoplon.result.sweep_writer.write_sweep_folder` wrote.

    Parameters
    ----------
    folder : Path or str

    Returns
    -------
    Sweep
        Without its rows: `hoplon.result.sweep_writer.read_rows` reads these.

    Raises
    ------
    ResultFileError
        If a file is missing, changed since it was written, or of another format or version.
    """
    place = Path(folder)
    check_files(place, read_sweep_manifest(place), _AGAIN, ("summary.json", *_FILES.values()))
    path = place / "summary.json"
    content = read_json(path.read_bytes().decode(errors="replace"), str(path), SWEEP_FORMAT, SWEEP_VERSION)
    given: dict[str, Any] = {key: (place / name).read_bytes().decode() for key, name in _FILES.items()}
    elsewhere = {"rows", *given}
    kinds = {f.name: _KINDS.get(f.name, str) for f in fields(Sweep) if f.name not in elsewhere}
    return Sweep(**given, **build_fields(kinds, content, str(path), _AGAIN))
