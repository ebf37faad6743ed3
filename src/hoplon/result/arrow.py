"""Columns of Arrow tables, made of their buffers.

`pyarrow.array` and `pyarrow.table` import pandas, where it is installed, only to see whether they were given
some of its objects: half a second at the end of every run. What is made of buffers asks nobody. The layout
is that of the Arrow columnar format, 1.0: validity bits from the lowest on, offsets of 32 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def _made(type_: Any, valid: NDArray[np.bool_], *buffers: NDArray[Any] | bytes) -> Any:
    import pyarrow as pa

    bits = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    data = [pa.py_buffer(buffer) for buffer in buffers]
    return pa.Array.from_buffers(type_, len(valid), [bits, *data])


def floats(values: ArrayLike | Sequence[float | None]) -> Any:
    """Make a column of 64-bit floats.

    Parameters
    ----------
    values : sequence or array
        NaN and None are both null.

    Returns
    -------
    pyarrow.Array
    """
    import pyarrow as pa

    column = np.ascontiguousarray(values, dtype=np.float64)  # numpy reads None as NaN
    return _made(pa.float64(), ~np.isnan(column), column)


def integers(values: ArrayLike | Sequence[int | None]) -> Any:
    """Make a column of 64-bit integers.

    Parameters
    ----------
    values : sequence or array
        None is null.

    Returns
    -------
    pyarrow.Array
    """
    import pyarrow as pa

    if isinstance(values, np.ndarray):
        column = np.ascontiguousarray(values, dtype=np.int64)
        return _made(pa.int64(), np.ones(len(column), dtype=np.bool_), column)
    listed: list[Any] = list(values)  # type: ignore[arg-type]
    valid = np.array([value is not None for value in listed], dtype=np.bool_)
    column = np.array([0 if value is None else value for value in listed], dtype=np.int64)
    return _made(pa.int64(), valid, column)


def texts(values: Iterable[str | None]) -> Any:
    """Make a column of texts.

    Parameters
    ----------
    values : iterable of str or None
        None is null.

    Returns
    -------
    pyarrow.Array
    """
    import pyarrow as pa

    listed = list(values)
    valid = np.array([value is not None for value in listed], dtype=np.bool_)
    encoded = [(value or "").encode() for value in listed]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int32)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    return _made(pa.string(), valid, offsets, b"".join(encoded))


def words(values: Iterable[str]) -> Any:
    """Make a column of texts in which each distinct one is stored once.

    Parameters
    ----------
    values : iterable of str

    Returns
    -------
    pyarrow.DictionaryArray
    """
    import pyarrow as pa

    codes: dict[str, int] = {}
    places = np.array([codes.setdefault(value, len(codes)) for value in values], dtype=np.int32)
    indices = _made(pa.int32(), np.ones(len(places), dtype=np.bool_), places)
    return pa.DictionaryArray.from_arrays(indices, texts(codes))


def table(columns: Mapping[str, Any], metadata: Mapping[str, str]) -> Any:
    """Put columns together.

    Parameters
    ----------
    columns : mapping of str to pyarrow.Array
    metadata : mapping of str to str

    Returns
    -------
    pyarrow.Table
    """
    import pyarrow as pa

    return pa.Table.from_arrays(list(columns.values()), names=list(columns), metadata=dict(metadata))
