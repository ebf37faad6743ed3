"""Read a run folder back, and say plainly what is wrong with it if it cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hoplon.errors import ResultFileError
from hoplon.result.codec import REMEDY, read_json, study_from_summary
from hoplon.result.columns import LATER_TABLES, TABLES, records_from_tables
from hoplon.result.model import Study
from hoplon.result.text_folder import check_files
from hoplon.result.writer import RUN_FORMAT, RUN_VERSION

_READ = ("scenario.yaml", "summary.json", *(f"{name}.parquet" for name in TABLES))


def read_run_folder(folder: Path) -> Study:
    """Read a folder that `write_run_folder` wrote.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Study
        Equal to the one that was written; a value of a mapping that was NaN is absent.

    Raises
    ------
    ResultFileError
        If a file is missing, changed since it was written (its hash differs), damaged, of another format or
        of another version. ``report.html`` is not looked at: it can be written anew from the rest.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    hashes = manifest.get("sha256")
    later = [name for name in LATER_TABLES if isinstance(hashes, dict) and f"{name}.parquet" in hashes]
    check_files(folder, manifest, REMEDY, (*_READ, *(f"{name}.parquet" for name in later)))
    try:
        records = records_from_tables(
            {name: _table(folder / f"{name}.parquet") for name in (*TABLES, *later)}
        )
    except ResultFileError as error:
        # Tables know their own names only.
        raise ResultFileError(error.what, where=str(folder / error.where), remedy=error.remedy) from None
    return study_from_summary(
        _text(folder / "summary.json"),
        str(folder / "summary.json"),
        records=records,
        scenario_yaml=_text(folder / "scenario.yaml"),
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read manifest.json of a run folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    dict

    Raises
    ------
    ResultFileError
        If the folder is none, holds no run, or one of another format or version.
    """
    folder = Path(folder)
    remedy = "Point to a folder that 'hoplon run' wrote."
    if not folder.exists():
        raise ResultFileError("there is no such folder", where=str(folder), remedy=remedy)
    if not folder.is_dir():
        raise ResultFileError("this is a file, not a run folder", where=str(folder), remedy=remedy)
    path = folder / "manifest.json"
    if not path.is_file():
        raise ResultFileError(
            "the folder holds no run: manifest.json is missing", where=str(folder), remedy=remedy
        )
    return read_json(_text(path), str(path), RUN_FORMAT, RUN_VERSION)


def _guarded(read: Any, path: Path) -> Any:
    try:
        return read(path)
    except OSError as error:
        raise ResultFileError(f"cannot be read ({error.strerror or error})", where=str(path)) from None


def _text(path: Path) -> str:
    try:
        text: str = _guarded(Path.read_bytes, path).decode()
    except UnicodeDecodeError as error:
        raise ResultFileError(
            f"this is no UTF-8 text ({error.reason})", where=str(path), remedy=REMEDY
        ) from None
    return text


def _table(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ResultFileError(
            f"this is no readable Parquet file ({reason})", where=path.name, remedy=REMEDY
        ) from None
