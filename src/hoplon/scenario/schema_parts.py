"""What entries of catalogue files share: marks and sources, names, claims."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from hoplon.cited import Mark
from hoplon.scenario.leaf import AnyNumber, LooseTuple, Name, Strict, Text, trouble

#: Radar bands for which missiles have cross-sections; VHF radars are listed, but cannot be used.
Band = Literal["X", "S", "L", "UHF", "VHF"]


def _mark(value: object) -> object:
    return Mark(value) if isinstance(value, str) and value in list(Mark) else value


MarkText = Annotated[Mark, BeforeValidator(_mark)]


def _iso_date(value: object) -> object:
    if not isinstance(value, str):
        raise trouble("a date is needed here", "Write it as 2018-01-16.")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise trouble(f"'{value[:40]}' is not a date", "Write it as 2018-01-16.") from None


#: An ISO date, kept as text: 2018-01-16.
Day = Annotated[str, BeforeValidator(_iso_date)]


class Sourced(Strict):
    """What every statement that is no number carries."""

    mark: MarkText
    source: Text


class Claim(Strict):
    """What somebody says about an entry, kept whether or not it is used."""

    who: Text
    key: Name
    value: AnyNumber
    note: Text | None = None


class Entry(Strict):
    """What all catalogue entries have."""

    title: Text
    names: Annotated[tuple[Text, ...], LooseTuple] = ()
    note: Text | None = None
    facts: dict[Name, AnyNumber] = Field(default_factory=dict)
    claims: Annotated[tuple[Claim, ...], LooseTuple] = ()
