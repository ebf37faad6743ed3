"""The format of options files, version 1: what a defence could be made of, and what each part costs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from hoplon.scenario.catalog_schema import SiteFile
from hoplon.scenario.leaf import LooseTuple, Name, NotNegative, Positive, Strict, Text, trouble
from hoplon.scenario.links import LinkFile
from hoplon.scenario.schema import BatteryFile, SensorFile

FORMAT = "hoplon-options"


class CostLineFile(Strict):
    """So many of something that has a price: of the catalogue, or stated with its source."""

    item: Text | None = None
    title: Text | None = None
    cost_jpy: NotNegative | None = None
    count: Annotated[float, Field(gt=0.0, le=1e6, strict=False)] = 1.0

    @model_validator(mode="after")
    def _one_price(self) -> CostLineFile:
        if (self.item is None) == (self.cost_jpy is None):
            raise trouble(
                "one price is needed",
                "Write item: a name of `hoplon list costs`; or title, and cost_jpy: {best, low, high, mark, "
                "source}.",
            )
        if self.cost_jpy is not None and self.title is None:
            raise trouble("'title' is missing", "Say what the price is for.")
        return self


class AddsFile(Strict):
    """Elements that the scenario does not have, written as a scenario writes them."""

    sites: dict[Name, SiteFile] = Field(default_factory=dict)
    sensors: dict[Name, SensorFile] = Field(default_factory=dict)
    batteries: dict[Name, BatteryFile] = Field(default_factory=dict)
    network: Annotated[tuple[LinkFile, ...], LooseTuple] = ()


class OptionFile(Strict):
    """One thing that can be bought, or done without."""

    title: Text
    has: Annotated[tuple[Text, ...], LooseTuple] = ()
    adds: AddsFile = AddsFile()
    sets: dict[Text, Any] = Field(default_factory=dict)
    needs: Annotated[tuple[Name, ...], LooseTuple] = ()
    excludes: Annotated[tuple[Name, ...], LooseTuple] = ()
    costs: Annotated[tuple[CostLineFile, ...], LooseTuple]

    @model_validator(mode="after")
    def _does_something(self) -> OptionFile:
        if not (self.has or self.sets or self.adds.sensors or self.adds.batteries or self.adds.network):
            raise trouble(
                "this option changes nothing",
                "Write has: [names of the scenario's own], adds: {batteries: …}, or sets: "
                "{batteries.x.loaded: 48}.",
            )
        return self


class OptionsFile(Strict):
    """Options of a defence against a stated raid."""

    format: Literal["hoplon-options"]
    version: Literal[1]
    name: Name
    title: Text
    question: Text
    scenario: Text
    basis: Literal["acquisition", "life_cycle"]
    people: dict[Name, Positive] = Field(default_factory=dict)
    options: Annotated[dict[Name, OptionFile], Field(min_length=1, max_length=60)]
