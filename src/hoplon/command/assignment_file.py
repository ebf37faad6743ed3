"""The file format in public use for static assignment problems: read, checked, explained.

First line ``m n k``: m kinds of weapon with k rounds each, n targets. Then n target values, one a line. Then
lines ``weapon target kill-probability``, counted from 0; a pair that is not named cannot engage. Blank lines
count for nothing. What is solved, sum V_j prod (1 - p_ij)^x_ij, has its source in
`hoplon.command.assignment`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hoplon.command.assignment import AssignmentProblem
from hoplon.errors import InputError
from hoplon.small_file import decode, read_small

#: Largest file that is read, and largest problem.
MAX_BYTES = 100_000_000
MAX_PAIRS = 2_000_000
MAX_ROUNDS = 10_000

_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
_FORMAT = "The first line is 'm n k': kinds of weapon, targets, rounds of each kind, as in: 50 100 2"


def read_assignment(path: Path) -> AssignmentProblem:
    """Read a problem from a file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    AssignmentProblem

    Raises
    ------
    InputError
        With file, line, value and remedy.
    """
    name = str(path)
    raw = read_small(
        path,
        name,
        MAX_BYTES,
        directory="this is a directory",
        too_large="500 kinds of weapon and 1,000 targets take 10 MB. Is this the right file?",
        missing="Check the spelling.",
    )
    return parse_assignment(raw, name)


def parse_assignment(raw: bytes | str, name: str) -> AssignmentProblem:
    """Read a problem from memory; see `read_assignment`.

    Parameters
    ----------
    raw : bytes or str
    name : str
        What to call it in messages.

    Returns
    -------
    AssignmentProblem
    """
    lines = _lines(raw, name)
    try:
        first, words = next(lines)
    except StopIteration:
        raise InputError("the file is empty", where=name, remedy=_FORMAT) from None
    if len(words) != 3:
        raise InputError(f"{_numbers(len(words))} where 3 belong", where=f"{name}:{first}", remedy=_FORMAT)
    kinds, targets, rounds = (
        _whole(word, what, f"{name}:{first}", _FORMAT)
        for word, what in zip(words, ("m", "n", "k"), strict=True)
    )
    _check_size(kinds, targets, rounds, f"{name}:{first}")
    value = np.empty(targets)
    for j in range(targets):
        line, words = next(lines, (0, []))
        where = f"{name}:{line}" if line else name
        if not words:
            raise InputError(
                f"the file ends after {j} of {targets} target values",
                where=where,
                remedy="Write one value a line, one for each target, or correct n in the first line.",
            )
        if len(words) != 1:
            raise InputError(
                f"{_numbers(len(words))} where the value of target {j} belongs",
                where=where,
                remedy=f"Write one value a line, {targets} in all, or correct n in the first line.",
            )
        value[j] = _real(words[0], "value", where, 0.0, math.inf)
    probability = np.zeros((kinds, targets))
    named = np.zeros((kinds, targets), dtype=np.int64)
    for line, words in lines:
        _read_pair(words, f"{name}:{line}", line, probability, named)
    if not named.any():
        raise InputError(
            "no kill probability",
            where=name,
            remedy="After the target values, write lines 'weapon target kill-probability', as in: 0 0 0.7",
        )
    return AssignmentProblem(value, probability, rounds)


def _lines(raw: bytes | str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the words of each line that has any, with its number."""
    if isinstance(raw, bytes):
        raw = decode(raw, name, "The file holds numbers only, as plain text.")
    for number, row in enumerate(raw.split("\n"), start=1):
        words = row.split()
        if words:
            yield number, words


def _check_size(kinds: int, targets: int, rounds: int, where: str) -> None:
    for count, what in ((kinds, "m, kinds of weapon"), (targets, "n, targets"), (rounds, "k, rounds")):
        if count < 1:
            raise InputError(f"{what}: {count}", where=where, remedy="Write a number from 1.")
    if kinds * targets > MAX_PAIRS:
        raise InputError(
            f"{kinds} kinds and {targets} targets make {kinds * targets:,} pairs",
            where=where,
            remedy=f"At most {MAX_PAIRS:,} pairs are solved.",
        )
    if rounds > MAX_ROUNDS:
        raise InputError(f"k, rounds: {rounds}", where=where, remedy=f"Write at most {MAX_ROUNDS:,}.")


def _read_pair(
    words: list[str],
    where: str,
    line: int,
    probability: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    named: np.ndarray[tuple[int, int], np.dtype[np.int64]],
) -> None:
    if len(words) != 3:
        raise InputError(
            f"{_numbers(len(words))} where 3 belong",
            where=where,
            remedy="Write 'weapon target kill-probability', as in: 0 0 0.7",
        )
    kinds, targets = probability.shape
    i = _whole(words[0], "weapon", where, f"Weapons are counted from 0 to {kinds - 1}.")
    j = _whole(words[1], "target", where, f"Targets are counted from 0 to {targets - 1}.")
    for index, size, what in ((i, kinds, "weapon"), (j, targets, "target")):
        if index >= size:
            raise InputError(
                f"{what} {index} of {size}",
                where=where,
                remedy=f"They are counted from 0 to {size - 1}; or correct the first line.",
            )
    if named[i, j]:
        raise InputError(
            f"weapon {i}, target {j} for the second time; first on line {named[i, j]}",
            where=where,
            remedy="Keep one of the two lines.",
        )
    named[i, j] = line
    probability[i, j] = _real(words[2], "kill probability", where, 0.0, 1.0)


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"


def _shown(word: str) -> str:
    return repr(word if len(word) <= 30 else word[:29] + "…")


def _whole(word: str, what: str, where: str, remedy: str) -> int:
    if not _WHOLE.fullmatch(word):
        raise InputError(f"{what} is {_shown(word)}, not a whole number from 0", where=where, remedy=remedy)
    return int(word)


def _real(word: str, what: str, where: str, low: float, high: float) -> float:
    span = f"from {low:g} to {high:g}" if math.isfinite(high) else f"from {low:g}"
    remedy = f"Write a number {span}, with a point for decimals."
    if not _NUMBER.fullmatch(word):
        raise InputError(f"{what} is {_shown(word)}, not a number", where=where, remedy=remedy)
    number = float(word)
    if not (math.isfinite(number) and low <= number <= high):
        raise InputError(f"{what} is {_shown(word)}", where=where, remedy=remedy)
    return number
