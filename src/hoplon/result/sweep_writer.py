"""One folder for a study of many points: complete or absent."""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoplon.result.codec import plain
from hoplon.result.sweep import SWEEP_FORMAT, SWEEP_VERSION, Sweep
from hoplon.result.writer import default_folder, file_hash, software, write_whole_folder

if TYPE_CHECKING:
    import pyarrow as pa

#: Makes the page of a study: result and manifest in, HTML out.
PageMaker = Callable[[Sweep, Mapping[str, Any]], str]

#: Rows in one group of the Parquet file.
_GROUP_ROWS = 100_000


def write_sweep_folder(
    sweep: Sweep,
    folder: Path | None = None,
    rows: Iterable[pa.Table] | None = None,
    *,
    manifest_extra: Mapping[str, Any] | None = None,
    page: PageMaker | None = None,
) -> Path:
    """Write a study as a folder that is either complete or not there.

    Parameters
    ----------
    sweep : Sweep
    folder : Path, optional
        A folder that does not exist or is empty; by default ``runs/<name>-<seed>-<UTC time>``.
    rows : iterable of pyarrow.Table, optional
        The rows, one chunk after the other; by default those that the result holds.
    manifest_extra : mapping, optional
        More keys for manifest.json.
    page : callable, optional
        Makes report.html.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If the folder holds something, cannot be written, or the disk is full.
    """
    target = default_folder(sweep.name, sweep.seed) if folder is None else Path(folder)
    tables = ([sweep.rows] if sweep.rows is not None else []) if rows is None else rows

    def fill(place: Path) -> None:
        _write_text(place / "study.yaml", sweep.study_yaml)
        _write_text(place / "scenario.yaml", sweep.scenario_yaml)
        _write_text(place / "points.csv", points_text(sweep))
        _write_text(place / "summary.json", summary_text(sweep))
        write_rows(place / "rows.parquet", tables)
        write_dataset(sweep, place / "points.zarr")
        manifest: dict[str, Any] = {
            **(manifest_extra or {}),
            "format": SWEEP_FORMAT,
            "version": SWEEP_VERSION,
            "study": sweep.name,
            "scenario": sweep.scenario,
            "mode": sweep.mode,
            "seed": sweep.seed,
            "runs": sweep.runs,
            "identity": sweep.identity,
            **software(),
        }
        files = (path for path in sorted(place.rglob("*")) if path.is_file())
        manifest["sha256"] = {path.relative_to(place).as_posix(): file_hash(path) for path in files}
        if page is not None:
            _write_text(place / "report.html", page(sweep, manifest))
        _write_text(place / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")

    return write_whole_folder(target, fill)


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode())  # line ends are the same on every system


def sweep_facts(sweep: Sweep) -> dict[str, Any]:
    """Summarise a study as one JSON object: the content of its ``summary.json``.

    Parameters
    ----------
    sweep : Sweep

    Returns
    -------
    dict
    """
    whole: dict[str, Any] = {
        name: plain(getattr(sweep, name))
        for name in sweep.__slots__
        if name not in ("rows", "study_yaml", "scenario_yaml")
    }
    return {"format": SWEEP_FORMAT, "version": SWEEP_VERSION, **whole}


def summary_text(sweep: Sweep) -> str:
    """Write the summary of a study as the text of ``summary.json``.

    Parameters
    ----------
    sweep : Sweep

    Returns
    -------
    str
    """
    return json.dumps(sweep_facts(sweep), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def points_text(sweep: Sweep) -> str:
    """Write the points of a study as CSV, one line each.

    Parameters
    ----------
    sweep : Sweep

    Returns
    -------
    str
    """
    table = sweep.table()
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(table.column_names)
    for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
        rows.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return "" if value != value else f"{value:.9g}"
    return value


def write_rows(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write rows as one Parquet file, chunk by chunk, so that memory does not grow with their number.

    Parameters
    ----------
    path : Path
    tables : iterable of pyarrow.Table
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer: Any = None
    held: list[Any] = []
    try:
        for table in tables:
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema, compression="zstd")
            held.append(table)
            if sum(len(one) for one in held) >= _GROUP_ROWS:
                writer.write_table(pa.concat_tables(held).combine_chunks())
                held = []
        if held:
            writer.write_table(pa.concat_tables(held).combine_chunks())
    finally:
        if writer is not None:
            writer.close()


def write_dataset(sweep: Sweep, place: str | Path) -> None:
    """Write the labelled points of a study as a Zarr store.

    Parameters
    ----------
    sweep : Sweep
    place : str or Path
        A folder, or an address that fsspec knows: ``s3://bucket/study.zarr``.
    """
    with warnings.catch_warnings():
        # Format 2 has a settled way to store text; newer zarr packages say that there is a newer format.
        warnings.simplefilter("ignore")
        sweep.dataset().to_zarr(str(place), mode="w", zarr_format=2, consolidated=True)


def read_rows(folder: Path) -> pa.Table:
    """Read the rows of a study again.

    Parameters
    ----------
    folder : Path
        That `write_sweep_folder` wrote.

    Returns
    -------
    pyarrow.Table
    """
    import pyarrow.parquet as pq

    return pq.read_table(folder / "rows.parquet")
