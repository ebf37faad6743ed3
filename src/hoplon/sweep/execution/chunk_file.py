"""One chunk of rows as the bytes of a Parquet file that says whose chunk it is."""

from __future__ import annotations

import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq

from hoplon.errors import ResultFileError
from hoplon.sweep.execution.software import fingerprint

FORMAT = "hoplon-chunk"
VERSION = 1

_KEY = b"hoplon"


def encode(rows: pa.Table, identity: str, chunk: int) -> bytes:
    """Lay a chunk out as a file.

    Parameters
    ----------
    rows : pyarrow.Table
    identity : str
        Of the job.
    chunk : int
        Its number.

    Returns
    -------
    bytes
    """
    tag = _tag(identity, chunk)
    metadata = {**(rows.schema.metadata or {}), _KEY: json.dumps(tag).encode()}
    sink = pa.BufferOutputStream()
    pq.write_table(rows.replace_schema_metadata(metadata), sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def decode(content: bytes, identity: str, chunk: int) -> pa.Table:
    """Read the rows of a chunk.

    Parameters
    ----------
    content : bytes
    identity : str
    chunk : int

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    ResultFileError
        If these are not the rows of this chunk of this job.
    """
    try:
        rows = pq.read_table(pa.BufferReader(content), use_threads=False)
        metadata = dict(rows.schema.metadata or {})
        tag = json.loads(metadata.pop(_KEY))
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise ResultFileError(f"no readable chunk ({type(error).__name__})") from None
    wanted = _tag(identity, chunk)
    if tag != wanted:
        other = next(key for key in wanted if tag.get(key) != wanted[key])
        raise ResultFileError(f"a chunk of another {other}: {tag.get(other)}, not {wanted[other]}")
    return rows.replace_schema_metadata(metadata or None)


def _tag(identity: str, chunk: int) -> dict[str, object]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "software": fingerprint(),
        "identity": identity,
        "chunk": chunk,
    }


def digest(content: bytes) -> str:
    """Return the first half of the SHA-256 of a file, in hexadecimal: enough to know it by."""
    return hashlib.sha256(content).hexdigest()[:32]
