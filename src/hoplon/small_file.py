"""Reads files that users name, and that can only be small."""

from __future__ import annotations

from pathlib import Path

from hoplon.errors import InputError


def decode(raw: bytes, name: str, remedy: str) -> str:
    """Return the text of a file.

    Parameters
    ----------
    raw : bytes
        With or without a byte order mark.
    name, remedy : str
        For the message.

    Returns
    -------
    str

    Raises
    ------
    InputError
        Naming the line of the first byte that is not UTF-8.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bad = error.object[error.start]
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"byte {bad:#04x} is not UTF-8", where=f"{name}:{line}", remedy=remedy) from None


def read_small(
    path: Path, name: str, most_bytes: int, *, directory: str, too_large: str, missing: str
) -> bytes:
    """Read a file, unless it is too large to be meant.

    Parameters
    ----------
    path : Path
    name : str
        What to call it in messages.
    most_bytes : int
    directory : str
        What is wrong where it is one.
    too_large, missing : str
        What to type where it is too large, or not there.

    Returns
    -------
    bytes
        At most one byte more than `most_bytes`: a file may grow while it is read.

    Raises
    ------
    InputError
        If it is a directory, too large, missing or cannot be read.
    """
    try:
        if path.is_dir():
            raise InputError(directory, where=name, remedy="Name the file inside it.")
        size = path.stat().st_size
        if size > most_bytes:
            raise InputError(
                f"the file has {size / 1e6:.0f} MB; at most {most_bytes / 1e6:.0f} MB are read",
                where=name,
                remedy=too_large,
            )
        with path.open("rb") as file:
            return file.read(most_bytes + 1)
    except FileNotFoundError:
        raise InputError("no such file", where=name, remedy=missing) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"the file cannot be read: {reason}", where=name) from None
