"""What elements cost: prices of the catalogue, in yen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from hoplon.cited import Cited, Mark
from hoplon.scenario.leaf import Name, NotNegative, Positive, Strict, Text, trouble
from hoplon.scenario.schema_parts import Entry

if TYPE_CHECKING:
    from hoplon.scenario.library import Library

#: What a price covers; figures of different kinds are never added.
Basis = Literal["acquisition", "life_cycle", "budget"]
Year = Annotated[int, Field(ge=1900, le=2100)]


class RateFile(Strict):
    """Yen for a dollar in a year."""

    title: Text
    year: Year
    rate_jpy_per_usd: Positive


class CostFile(Entry):
    """A price as it was said, in yen or in dollars with the rate at which to convert them."""

    per: Text
    basis: Basis
    years: Annotated[int, Field(ge=1, le=100)] | None = None
    year: Year
    cost_jpy: NotNegative | None = None
    cost_usd: NotNegative | None = None
    rate: Name | None = None
    excludes: Text | None = None

    @model_validator(mode="after")
    def _one_currency(self) -> CostFile:
        if (self.cost_jpy is None) == (self.cost_usd is None):
            raise trouble("one price is needed", "Write either cost_jpy, or cost_usd and rate.")
        if (self.cost_usd is None) != (self.rate is None):
            raise trouble("dollars and a rate belong together", "Write cost_usd and rate: usd_2018.")
        return self


@dataclass(frozen=True, slots=True)
class CostEntry:
    """A price in yen.

    Attributes
    ----------
    id, title, per, basis : str
    year : int
        Of the price.
    cost_jpy : Cited
    excludes : str
    """

    id: str
    title: str
    per: str
    basis: str
    year: int
    cost_jpy: Cited
    excludes: str


def cost(catalogue: Library, name: str) -> CostEntry:
    """Return a price in yen.

    Parameters
    ----------
    catalogue : Library
    name : str

    Returns
    -------
    CostEntry
        Converted where it was stated in dollars: both ranges together, and marked as derived.

    Raises
    ------
    InputError
        If there is no such price or rate.
    """
    entry = catalogue.entry("costs", name)
    assert isinstance(entry, CostFile)
    yen = entry.cost_jpy
    if yen is None:
        assert entry.cost_usd is not None
        assert entry.rate is not None
        rate = catalogue.entry("exchange_rates", entry.rate)
        assert isinstance(rate, RateFile)
        yen = _converted(entry.cost_usd, rate.rate_jpy_per_usd)
    return CostEntry(name, entry.title, entry.per, entry.basis, entry.year, yen, entry.excludes or "")


def _converted(dollars: Cited, rate: Cited) -> Cited:
    source = f"{dollars.source or dollars.why}; {rate.best:g} yen a dollar ({rate.source or rate.why})"
    return Cited(
        dollars.best * rate.best, dollars.low * rate.low, dollars.high * rate.high, Mark.DERIVED, source
    )


def priced(catalogue: Library, name: str) -> str:
    """Write a price as it stands in a list.

    Parameters
    ----------
    catalogue : Library
    name : str

    Returns
    -------
    str
    """
    entry = cost(catalogue, name)
    what = f"{entry.basis.replace('_', ' ')}, {entry.year}"
    return f"{entry.title}: {entry.cost_jpy.best / 1e9:.3g} bn yen a {entry.per} ({what})"


def price_notes(said: CostFile) -> tuple[str, ...]:
    """Say of a price what its number does not.

    Parameters
    ----------
    said : CostFile

    Returns
    -------
    tuple of str
    """
    spans = f", over {said.years} years" if said.years else ""
    notes = [f"{said.basis.replace('_', ' ')} of one {said.per}{spans}; price of {said.year}"]
    notes += [f"without {said.excludes}"] if said.excludes else []
    return (*notes, *([said.note] if said.note else []))
