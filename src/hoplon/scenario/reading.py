"""YAML as plain data with line numbers, and nothing of YAML that can surprise.

Of YAML only mappings, lists and plain scalars are read. Anchors, aliases, tags and merge keys are refused, so
that a small file cannot unfold into a large one or make objects; a clock time such as 12:40 stays text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hoplon.errors import InputError
from hoplon.small_file import decode, read_small

#: Largest file that is read at all.
MAX_BYTES = 5_000_000
#: Deepest nesting of mappings and lists.
MAX_DEPTH = 30

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"true": True, "True": True, "false": False, "False": False, "": None, "~": None, "null": None}
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
_NOT_FINITE = re.compile(r"[-+]?\.?(?:inf|infinity|nan)", re.IGNORECASE)

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: plain data, and the line on which each part of it stands.

    Attributes
    ----------
    name : str
        The file, as it is named in messages.
    data : dict, list, str, int, float, bool or None
    text : str
        As it is written; empty for data that were never a file.
    """

    name: str
    data: Any
    _lines: dict[int, dict[Any, int]] = field(repr=False)
    text: str = field(default="", repr=False)

    def line(self, key: Iterable[str | int]) -> int:
        """Return the line of a key, or of the nearest part of the file around it that exists.

        Parameters
        ----------
        key : iterable of str and int
            The way to it from the top: keys of mappings and positions in lists.

        Returns
        -------
        int
            Counted from 1.
        """
        here, line = self.data, 1
        for part in key:
            lines = self._lines.get(id(here), {})
            if part not in lines:
                break
            line = lines[part]
            here = here[part]
        return line

    def error(self, what: str, key: Key = (), remedy: str = "") -> InputError:
        """Make the error that names this file, the line and the key.

        Parameters
        ----------
        what : str
        key : tuple of str and int
        remedy : str

        Returns
        -------
        InputError
            To be raised by the caller.
        """
        place = f"{self.name}:{self.line(key)}"
        return InputError(what, where=f"{place} {key_text(key)}" if key else place, remedy=remedy)


def key_text(key: Iterable[str | int]) -> str:
    """Write the way to a key as users write it: ``raid[0].missile``.

    Parameters
    ----------
    key : iterable of str and int

    Returns
    -------
    str
    """
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_file(path: Path) -> Document:
    """Read a YAML file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Document

    Raises
    ------
    InputError
        If it is missing, a directory, larger than `MAX_BYTES`, not UTF-8, or not YAML of the kind described
        at the top of this module.
    """
    name = str(path)
    raw = read_small(
        path,
        name,
        MAX_BYTES,
        directory="this is a directory, not a file",
        too_large="A scenario is a few kilobytes. Is this the right file?",
        missing="Check the spelling, or name a bundled scenario.",
    )
    return read_text(raw, name)


def read_text(raw: bytes | str, name: str) -> Document:
    """Read YAML from memory; see `read_file`.

    Parameters
    ----------
    raw : bytes or str
    name : str
        What to call it in messages.

    Returns
    -------
    Document
    """
    if len(raw) > MAX_BYTES:
        raise InputError(
            f"more than {MAX_BYTES / 1e6:.0f} MB", where=name, remedy="A scenario is a few kilobytes."
        )
    text = decode(raw, name, "Save the file as UTF-8.") if isinstance(raw, bytes) else raw
    try:
        return _compose(text, name)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise InputError(
            f"not valid YAML: {what}",
            where=f"{name}:{line}",
            remedy="Check indentation, quotes and brackets.",
        ) from None
    except (yaml.YAMLError, UnicodeError) as error:
        what = str(error).splitlines()[0]
        raise InputError(f"not valid YAML: {what}", where=name, remedy="Save it as plain text.") from None


def _compose(text: str, name: str) -> Document:
    """Build the data from the parser's events; an explicit stack, so that depth is bounded here."""
    lines: dict[int, dict[Any, int]] = {}
    # Each level of the stack: the container, its lines, and for a mapping the key that waits for its value.
    stack: list[list[Any]] = []
    root: list[Any] = []
    documents = 0

    def fail(what: str, event: Any, remedy: str = "") -> InputError:
        return InputError(what, where=f"{name}:{event.start_mark.line + 1}", remedy=remedy)

    def put(value: Any, line: int, event: Any) -> None:
        if not stack:
            root.append(value)
            return
        container, own, key = stack[-1]
        if isinstance(container, list):
            own[len(container)] = line
            container.append(value)
        elif key is None:
            raise fail("a key must be plain text", event, "Write name: value.")
        else:
            container[key] = value
            stack[-1][2] = None

    event: Any
    for event in yaml.parse(text, Loader=_LOADER):
        kind = type(event).__name__
        line = event.start_mark.line + 1
        if kind == "AliasEvent":
            raise fail(f"alias *{event.anchor} is refused", event, "Write the value out where it is used.")
        if getattr(event, "anchor", None):
            raise fail(f"anchor &{event.anchor} is refused", event, "Write the value out where it is used.")
        if getattr(event, "tag", None):
            raise fail(f"tag {event.tag} is refused", event, "Remove it: numbers and text need no tags.")
        if kind == "ScalarEvent":
            if stack and isinstance(stack[-1][0], dict) and stack[-1][2] is None:
                container, own, _ = stack[-1]
                key = event.value
                if key in container:
                    raise fail(
                        f"key '{key}' is written twice, first in line {own[key]}",
                        event,
                        "Keep one of the two, or give the second another name.",
                    )
                own[key] = line
                stack[-1][2] = key
            else:
                try:
                    value = plain_scalar(event.value) if event.implicit[0] else event.value
                except ValueError as error:
                    raise fail(str(error), event, "Write a finite number, or leave the key out.") from None
                put(value, line, event)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(stack) >= MAX_DEPTH:
                raise fail(f"nested more than {MAX_DEPTH} deep", event, "A scenario needs about 6 levels.")
            container = {} if kind == "MappingStartEvent" else []
            put(container, line, event)
            own = lines[id(container)] = {}
            stack.append([container, own, None])
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            stack.pop()
        elif kind == "DocumentStartEvent":
            documents += 1
            if documents > 1:
                raise fail("a second document (---) is refused", event, "Write one scenario a file.")
    if not root or root[0] is None:
        raise InputError("the file is empty", where=name, remedy="Start with: format: hoplon-scenario")
    return Document(name, root[0], lines, text)


def plain_scalar(text: str) -> Any:
    """Read an unquoted scalar: only true and false, null and decimal numbers are not text.

    Parameters
    ----------
    text : str

    Returns
    -------
    str, bool, int, float or None

    Raises
    ------
    ValueError
        For a number that is not finite.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        value = float(text)
        if not math.isfinite(value):
            raise ValueError(f"{text[:40]} is too large a number")
        return value
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} is not a finite number")
    return text
