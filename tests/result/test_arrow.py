"""Columns made of their buffers."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from hoplon.result import arrow


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 1000])
def test_columns_are_those_that_arrow_makes(count):
    numbers = [None if i % 3 == 1 else i * 0.1 for i in range(count)]
    whole = [None if i % 5 == 2 else i - 4 for i in range(count)]
    text = [None if i % 4 == 3 else f"{i} ü 日本" for i in range(count)]
    for ours, theirs in (
        (arrow.floats(numbers), pa.array(numbers, pa.float64())),
        (arrow.integers(whole), pa.array(whole, pa.int64())),
        (arrow.texts(text), pa.array(text, pa.string())),
    ):
        ours.validate(full=True)
        assert ours.equals(theirs)
        assert ours.null_count == theirs.null_count


def test_nan_is_null():
    column = arrow.floats(np.array([1.0, np.nan, -0.0]))
    assert column.to_pylist() == [1.0, None, -0.0]


def test_each_word_is_stored_once():
    column = arrow.words(["a", "b", "a", "", "b"])
    column.validate(full=True)
    assert column.to_pylist() == ["a", "b", "a", "", "b"]
    assert column.dictionary.to_pylist() == ["a", "b", ""]


def test_a_table_is_made_without_pandas():
    # It takes half a second to import, at the end of every run.
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "from hoplon.result import arrow\n"
        "columns = {'x': arrow.floats([1.0, None]), 'w': arrow.words('ab'), 't': arrow.texts([None, 'c'])}\n"
        "table = arrow.table(columns, {'format': 'f'})\n"
        "assert table.schema.metadata == {b'format': b'f'}\n"
        "del sys.modules['pandas']\n"
        "arrow.table({'n': arrow.integers([1])}, {})\n"
        "assert 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
