"""The file of an assignment problem: what is read, and what is said of everything else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoplon.command.assignment_file import parse_assignment, read_assignment
from hoplon.errors import InputError

GOOD = "2 3 1\n5\n7.5\n1e1\n0 0 0.5\n0 1 .25\n1 2 1\n"


def test_a_file_is_read():
    problem = parse_assignment(GOOD, "x.txt")
    assert problem.rounds == 1
    assert problem.value.tolist() == [5.0, 7.5, 10.0]
    assert problem.kill_probability.tolist() == [[0.5, 0.25, 0.0], [0.0, 0.0, 1.0]]


@pytest.mark.parametrize(
    "text",
    [GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD, "\n \n" + GOOD.replace("\n", "\n\n"), GOOD.rstrip()],
    ids=["Windows", "byte order mark", "blank lines", "no last newline"],
)
def test_the_same_in_other_clothes(text):
    problem = parse_assignment(text.encode(), "x.txt")
    assert problem.kill_probability.tolist() == [[0.5, 0.25, 0.0], [0.0, 0.0, 1.0]]


#: What is wrong; the text; place, value and remedy in the message.
WRONG = {
    "empty": ("", ["x.txt: ", "empty", "m n k"]),
    "head too short": ("2 3\n", ["x.txt:1", "2 numbers where 3", "m n k"]),
    "head not whole": ("2 3.5 1\n", ["x.txt:1", "n is '3.5'", "m n k"]),
    "no kinds": ("0 3 1\n", ["x.txt:1", "m, kinds of weapon: 0", "from 1"]),
    "too many pairs": ("100000 100000 1\n", ["x.txt:1", "10,000,000,000 pairs", "At most"]),
    "too many rounds": ("1 1 99999\n", ["x.txt:1", "99999", "at most 10,000"]),
    "ends in the values": ("2 3 1\n5\n", ["x.txt: ", "after 1 of 3", "correct n"]),
    "pair among the values": ("1 3 1\n5\n0 0 0.5\n", ["x.txt:3", "3 numbers", "value of target 1"]),
    "value negative": ("1 1 1\n-5\n0 0 0.5\n", ["x.txt:2", "'-5'", "from 0"]),
    "value not a number": ("1 1 1\nlots\n0 0 0.5\n", ["x.txt:2", "'lots'", "point for decimals"]),
    "value infinite": ("1 1 1\n1e999\n0 0 0.5\n", ["x.txt:2", "'1e999'", "from 0"]),
    "no pairs": ("1 1 1\n5\n", ["x.txt: ", "no kill probability", "0 0 0.7"]),
    "pair too short": ("1 1 1\n5\n0 0\n", ["x.txt:3", "2 numbers where 3", "0 0 0.7"]),
    "weapon out of range": ("1 1 1\n5\n1 0 0.5\n", ["x.txt:3", "weapon 1 of 1", "from 0 to 0"]),
    "target out of range": ("1 2 1\n5\n5\n0 2 0.5\n", ["x.txt:4", "target 2 of 2", "from 0 to 1"]),
    "weapon negative": ("1 1 1\n5\n-1 0 0.5\n", ["x.txt:3", "'-1'", "counted from 0"]),
    "pair twice": ("1 1 1\n5\n0 0 0.5\n0 0 0.5\n", ["x.txt:4", "second time", "line 3", "Keep one"]),
    "probability above 1": ("1 1 1\n5\n0 0 1.5\n", ["x.txt:3", "'1.5'", "from 0 to 1"]),
    "probability with a comma": ("1 1 1\n5\n0 0 0,5\n", ["x.txt:3", "'0,5'", "point for decimals"]),
    "probability nan": ("1 1 1\n5\n0 0 nan\n", ["x.txt:3", "'nan'", "not a number"]),
    "very long word": ("1 1 1\n5\n0 0 " + "9" * 10_000, ["x.txt:3", "…", "from 0 to 1"]),
    "not text": (b"1 1 1\n\xff\n", ["x.txt:2", "0xff", "plain text"]),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_said(kind):
    text, parts = WRONG[kind]
    with pytest.raises(InputError) as caught:
        parse_assignment(text, "x.txt")
    message = str(caught.value)
    assert len(message) < 300
    for part in parts:
        assert part in message, message


def test_files_that_are_none(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_assignment(tmp_path / "nothing.txt")
    with pytest.raises(InputError, match="directory"):
        read_assignment(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_assignment(tmp_path / "a\0b")


def read_or_explained(raw):
    """Return the problem, or None and an error that says what to do."""
    try:
        return parse_assignment(raw, "x.txt"), None
    except InputError as error:
        return None, error


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
@settings(max_examples=100, deadline=None)
def test_rubbish_is_explained(raw):
    problem, error = read_or_explained(raw)
    assert problem is not None or (str(error).startswith("x.txt") and error.remedy)


@given(st.integers(0, len(GOOD) - 1), st.text(alphabet="0123456789.-e+ \n\tx", max_size=3), st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_a_slip_of_the_pen_is_read_or_explained(at, put, cut):
    problem, error = read_or_explained(GOOD[:at] + put + GOOD[at + cut :])
    if problem is None:
        assert error.remedy
        return
    assert np.isfinite(problem.value).all()
    assert ((problem.kill_probability >= 0.0) & (problem.kill_probability <= 1.0)).all()


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_what_is_written_is_read_back(seed):
    rng = np.random.default_rng(seed)
    kinds, targets = rng.integers(1, 5, 2)
    value, probability = rng.uniform(0.0, 1e6, targets), rng.uniform(0.0, 1.0, (kinds, targets))
    rows = [f"{kinds} {targets} 2", *map(repr, value.tolist())]
    rows += [f"{i} {j} {probability[i, j].item()!r}" for j in range(targets) for i in range(kinds)]
    problem = parse_assignment("\n".join(rows), "x.txt")
    assert np.array_equal(problem.value, value)
    assert np.array_equal(problem.kill_probability, probability)
