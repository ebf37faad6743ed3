"""A flight as a table: what goes into a file, and what a picture of it is drawn from."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from numpy.typing import NDArray

import hoplon
from hoplon.errors import OutputError, nearest
from hoplon.result.whole_file import replace_whole

FLIGHT_FORMAT = "hoplon-flight"
FLIGHT_VERSION = 1

#: Decimals in a CSV file, by the end of a column's name: a millimetre, a nanodegree, a micrometre per second.
_DECIMALS = {"_deg": 9, "_m_s": 6, "_m": 3, "_km": 6, "_s": 6}


class Table(Protocol):
    """What can be written as CSV: columns of equal length, and what a file says of itself."""

    @property
    def columns(self) -> Mapping[str, NDArray[Any]]: ...  # noqa: D102
    def metadata(self) -> dict[str, Any]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, eq=False)
class FlightTable:
    """States of one flight against time.

    Attributes
    ----------
    columns : mapping of str to ndarray
        Of equal length: ``t_s``, ``phase`` (boost, free_flight, reentry), ``event`` (empty, or what happens
        at that moment), ``altitude_m``, ``ground_range_km``, ``speed_m_s`` and more; units are in the names.
    about : mapping of str to object
        Whose flight it is: missile, parameter set, launch point, aim point.
    """

    columns: Mapping[str, NDArray[Any]]
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in self.columns.values():
            column.flags.writeable = False
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        object.__setattr__(self, "about", MappingProxyType(dict(self.about)))

    def metadata(self) -> dict[str, Any]:
        """Return what a file says of itself: format, version, software, and what the flight is about."""
        head = {"format": FLIGHT_FORMAT, "version": FLIGHT_VERSION, "software": "hoplon"}
        return {**head, "software_version": hoplon.__version__, **self.about}


def csv_text(table: Table) -> str:
    """Return a table as CSV: lines of ``# key: value`` first, then a header, then the rows.

    Parameters
    ----------
    table : Table
        Of a flight, or of a radar's curves.

    Returns
    -------
    str
    """
    lines = [f"# {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in table.metadata().items()]
    lines.append(",".join(table.columns))
    rows = zip(*(_texts(name, column) for name, column in table.columns.items()), strict=True)
    lines.extend(",".join(row) for row in rows)
    return "\n".join(lines) + "\n"


def _texts(name: str, column: NDArray[Any]) -> list[str]:
    if column.dtype.kind != "f":
        return [str(value) for value in column]
    decimals = next((d for end, d in _DECIMALS.items() if name.endswith(end)), 6)
    return [f"{value:.{decimals}f}" for value in column]


def parquet_bytes(table: FlightTable) -> bytes:
    """Return a flight as a Parquet file; the metadata stand in its schema, each key as JSON.

    Parameters
    ----------
    table : FlightTable

    Returns
    -------
    bytes
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = {name: pa.array(column) for name, column in table.columns.items()}
    meta = {key: json.dumps(value, ensure_ascii=False) for key, value in table.metadata().items()}
    sink = io.BytesIO()
    pq.write_table(pa.table(arrays).replace_schema_metadata(meta), sink, compression="zstd")
    return sink.getvalue()


#: Endings that a flight can be written to.
ENDINGS = (".csv", ".parquet", ".svg")


def check_flight_file(path: Path, endings: tuple[str, ...] = ENDINGS) -> None:
    """Find out before the work whether its result can be written there.

    Parameters
    ----------
    path : Path
    endings : tuple of str
        What it may end in.

    Raises
    ------
    OutputError
        If the ending is not known, something stands there already, or nothing can be written there.
    """
    if path.suffix.lower() not in endings:
        raise OutputError(
            f"files that end in '{path.suffix}' are not written" if path.suffix else "the file has no ending",
            where=str(path),
            remedy=nearest(path.suffix.lower(), endings),
        )
    if path.exists() or path.is_symlink():
        raise OutputError(
            "something stands there already",
            where=str(path),
            remedy="Choose another name, or remove it first.",
        )
    try:
        handle, name = tempfile.mkstemp(prefix=".hoplon-", dir=path.absolute().parent)
        os.close(handle)
        Path(name).unlink()
    except OSError as error:
        raise _explained(error, path) from error


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file that is either complete or not there.

    Parameters
    ----------
    path : Path
        Must not exist.
    content : bytes

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    check_flight_file(path)
    try:
        replace_whole(path, content)
    except OSError as error:
        raise _explained(error, path) from error
    return path


def _explained(error: OSError, path: Path) -> OutputError:
    return OutputError(
        f"cannot write here ({error.strerror or error}); nothing was kept",
        where=str(path),
        remedy="Name a file in a folder that exists and that you may write to.",
    )
