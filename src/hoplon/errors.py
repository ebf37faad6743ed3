"""The errors that users see: what is wrong, where, and what to type instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class HoplonError(Exception):
    """A failure that is explained to the user in full, without a traceback.

    Parameters
    ----------
    what : str
        What is wrong, with the value that caused it.
    where : str, optional
        File, line and key, as far as they are known.
    remedy : str, optional
        What to type or change.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(what, where, remedy)

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.remedy}" if self.remedy else head

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions with keyword arguments do not survive the trip from a worker process otherwise.
        return (_rebuild, (type(self), self.what, self.where, self.remedy))


def _rebuild(kind: type[HoplonError], what: str, where: str, remedy: str) -> HoplonError:
    return kind(what, where=where, remedy=remedy)


class InputError(HoplonError):
    """A scenario, a catalogue entry or a command-line value that cannot be used."""


class UnreachableError(HoplonError):
    """An aim point that the missile cannot reach from its launch point."""


class OutputError(HoplonError):
    """A place that cannot be written to, or must not be overwritten."""


class ResultFileError(HoplonError):
    """A result folder or file that is missing, damaged or of an unknown format."""


#: Letters from which on a part of a name says which is meant.
_PART = 4


def plainly(name: str) -> str:
    """Write a name without what people spell differently: capitals, and all but letters and digits.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return "".join(c for c in name.casefold() if c.isalnum())


def nearest(name: str, valid: Iterable[str]) -> str:
    """Say which valid name the user probably meant.

    Parameters
    ----------
    name : str
        What the user typed.
    valid : iterable of str
        Names that would have been accepted.

    Returns
    -------
    str
        A sentence for the remedy line of an error; lists the valid names where none is near.
    """
    names = sorted(valid)
    # Capitals and signs between words are what people get wrong first: they count for nothing here.
    plain = {plainly(one): one for one in reversed(names)}
    typed = plainly(name)
    close = difflib.get_close_matches(typed, sorted(plain), n=1, cutoff=0.5)
    if not close and len(typed) >= _PART:
        close = sorted((one for one in plain if typed in one), key=len)[:1]
    if close:
        return f"Did you mean '{plain[close[0]]}'?"
    if not names:
        return "No name is valid here."
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"Valid here: {shown}."


def at_least(name: str, value: int, least: int) -> None:
    """Refuse a whole number that is too small.

    Parameters
    ----------
    name : str
        Of the argument or option.
    value, least : int

    Raises
    ------
    InputError
    """
    if value < least:
        what = f"{value} is too few" if least else f"{value} is negative"
        raise InputError(what, where=name, remedy=f"Write a whole number from {least} up.")
