"""The format of flight_tests.yaml: what was published of a flight test, and what it is good for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hoplon.scenario.leaf import Azimuth, Latitude, Longitude, LooseTuple, Name, Strict, Text, trouble
from hoplon.scenario.schema_parts import Day, MarkText

_Number = Annotated[float, Field(ge=0.0)]


class Reported(Strict):
    """A published number with the spread of the reports; its source is that of the test."""

    best: _Number
    low: _Number
    high: _Number
    mark: MarkText
    basis: Text

    @model_validator(mode="after")
    def _in_order(self) -> Reported:
        if not self.low <= self.best <= self.high:
            raise trouble(
                f"best {self.best:g} is not between low {self.low:g} and high {self.high:g}", "Check them."
            )
        return self


class Place(Strict):
    """Where a test started or ended."""

    title: Text
    latitude_deg: Latitude
    longitude_deg: Longitude
    uncertainty_km: Annotated[float, Field(ge=0.0, le=500.0)]


class FlightTestFile(Strict):
    """A flight test.

    `missile` names the type of the catalogue that flew, `rival_missiles` what others say it was; without it
    the type is not in the catalogue. `geometry_only` says why the time of flight is no measurement.
    """

    title: Text
    missile: Name | None = None
    rival_missiles: Annotated[tuple[Name, ...], LooseTuple] = ()
    date_utc: Day | None = None
    launch_time_utc: Text | None = None
    launch: Place | None = None
    impact: Place | None = None
    azimuth_deg: Azimuth | None = None
    range_km: Reported | None = None
    apogee_km: Reported | None = None
    flight_time_s: Reported | None = None
    burn_time_s: Reported | None = None
    intercept_altitude_km: Reported | None = None
    event_times_s: dict[Name, _Number] = Field(default_factory=dict)
    trajectory: Text | None = None
    impact_area: Text | None = None
    ballistic: bool
    outcome: Literal["success", "failure"]
    outcome_note: Text | None = None
    grade: Literal["A", "B", "C", "reference"]
    geometry_only: Text | None = None
    note: Text | None = None
    other_reports: Annotated[tuple[Text, ...], LooseTuple] = ()
    source: Annotated[tuple[Text, ...], LooseTuple, Field(min_length=1)]

    @property
    def unusable(self) -> str:
        """Why the test says nothing about what a type can do; empty where it does."""
        if self.outcome != "success":
            return f"not a success: {self.outcome_note}"
        if not self.ballistic:
            return f"steered after boost or went to orbit: {self.trajectory}"
        if self.missile is None:
            return "its type is not in the catalogue"
        if self.grade == "C":
            return "grade C: partial, generic or disputed"
        if self.grade == "reference":
            return "a reference, no single test of record"
        return ""


class FlightTestsFile(Strict):
    """flight_tests.yaml."""

    format: Literal["hoplon-catalog"]
    version: Literal[1]
    flight_tests: dict[Name, FlightTestFile]
