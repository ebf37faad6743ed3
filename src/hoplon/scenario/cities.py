"""The public: how many people live in which city, and from what on they are warned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from hoplon.cited import Cited
from hoplon.scenario.leaf import (
    Latitude,
    Longitude,
    LooseTuple,
    Name,
    Nation,
    NotNegative,
    Positive,
    Share,
    Strict,
    Text,
)


class CityFile(Strict):
    """A city; without a position and a nation of its own it has those of the site of the same name."""

    title: Text
    year: Annotated[int, Field(ge=1900, le=2100)]
    population: Positive
    nation: Nation | None = None
    latitude_deg: Latitude | None = None
    longitude_deg: Longitude | None = None
    note: Text | None = None


class WarningDefaults(Strict):
    """What a scenario takes for granted of the warning of the public."""

    confidence: Share
    city_radius_km: Positive


class WarningFile(Strict):
    """From what on the public is warned, and how soon the message reaches it."""

    confidence: Share | None = None
    city_radius_km: Positive | None = None
    dissemination_delay_s: NotNegative | None = None
    overflights: bool = True
    cities: Annotated[tuple[Name, ...], LooseTuple] | None = None


@dataclass(frozen=True, slots=True)
class CityEntry:
    """A city whose public is warned.

    Attributes
    ----------
    id, title, nation : str
    latitude_deg, longitude_deg : float
        Its main point.
    year : int
        Of the census.
    population : Cited
        People in the city proper.
    """

    id: str
    title: str
    nation: str
    latitude_deg: float
    longitude_deg: float
    year: int
    population: Cited


@dataclass(frozen=True, slots=True)
class WarningSpec:
    """From what on the public is warned, and how soon the message reaches it.

    Attributes
    ----------
    confidence : Cited
        A place is warned once it is predicted with this probability that a missile falls on it or passes
        over it.
    city_radius_km : Cited
        Of the circle about a city that is no asset of the scenario; an asset has its own.
    dissemination_delay_s : Cited or None
        From the order to warn until the message is heard; None where it is part of
        ``command.public_alert_delay_s``.
    overflights : bool
        Whether a place is also warned of what is predicted to pass over it.
    cities : mapping of str to CityEntry
        Those whose public is warned besides the assets; their populations are the weights of people.
    """

    confidence: Cited
    city_radius_km: Cited
    dissemination_delay_s: Cited | None
    overflights: bool
    cities: Mapping[str, CityEntry]
