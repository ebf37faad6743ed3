"""The part of scenario files on command: who decides, by which rule and doctrine, what shots are worth."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hoplon.scenario.leaf import (
    LooseTuple,
    Name,
    Nation,
    NotNegative,
    Probability,
    Strict,
    Text,
    trouble,
)
from hoplon.scenario.schema_parts import Day

#: Threats and interceptor cells that one scenario may hold.
MAX_THREATS = 500
MAX_CELLS = 5000

Seconds = Annotated[float, Field(ge=0.0, le=86400.0)]


class SilenceFile(Strict):
    """When an actor that was asked counts as silent, and what that is taken for."""

    after_s: Seconds
    then: Literal["refuse", "assume_consent"]


class ActorFile(Strict):
    """Somebody who decides."""

    nation: Nation
    decision_time_s: NotNegative
    needs_consent_of: Annotated[tuple[Text, ...], LooseTuple] = ()
    must_consent_to: Literal["engage", "use_of_its_data"] = "engage"
    silent: SilenceFile | None = None


class PredelegationFile(Strict):
    """When fire is free without anybody's word."""

    after_s: Seconds


class DoctrineChoice(Strict):
    """How interceptors are fired at a threat; what a doctrine of the user's own is told stands in options."""

    name: Text
    salvo: Annotated[int, Field(ge=1, le=20)] | None = None
    then: Annotated[int, Field(ge=1, le=20)] | None = None
    keep: Annotated[int, Field(ge=0, le=MAX_CELLS)] | None = None
    least_value: Annotated[float, Field(ge=0.0)] | None = None
    warheads: Annotated[int, Field(ge=1, le=MAX_THREATS)] | None = None
    interceptors: Annotated[int, Field(ge=0, le=MAX_CELLS)] | None = None
    options: dict[Name, bool | int | float | str] = Field(default_factory=dict)

    @property
    def stated(self) -> dict[str, bool | int | float | str]:
        """All that the doctrine is told."""
        own = {key: getattr(self, key) for key in type(self).model_fields if key not in ("name", "options")}
        return {key: value for key, value in own.items() if value is not None} | self.options


class TestRecordChoice(Strict):
    """Which count of tests is believed, and as of when; or a kill probability that is simply stated."""

    view: Text | None = None
    views: dict[Name, Text] = Field(default_factory=dict)
    as_of: Day | None = None
    value: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    why: Text | None = None

    @model_validator(mode="after")
    def _one_belief(self) -> TestRecordChoice:
        if self.value is not None and (self.view is not None or self.views):
            raise trouble("a view and a value are stated", "Write one of the two.", ("value",))
        if (self.value is None) != (self.why is None):
            missing = "why" if self.why is None else "value"
            raise trouble(f"'{missing}' is missing", "Write test_record: {value: 0.7, why: …}.")
        return self


class CommandFile(Strict):
    """Who decides what, when, and by which rule."""

    actors: Annotated[dict[Name, ActorFile], Field(min_length=1)]
    authority: Literal["national", "allied_consent", "allied", "joint"] = "national"
    predelegation: PredelegationFile | None = None
    rule: Literal["defend_assets", "observe"]
    doctrine: DoctrineChoice | None = None
    weapon_assignment: Literal["first_come", "planned"] = "first_come"
    test_record: TestRecordChoice | None = None
    track_probability: Probability | None = None
    discrimination_probability: Probability | None = None
    kill_assessment_false_dead: Probability | None = None
    kill_assessment_false_alive: Probability | None = None
    public_alert_delay_s: NotNegative
