"""Building blocks of both file formats: strict models, cited numbers, and errors in the user's words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from hoplon.cited import Cited, Mark
from hoplon.errors import InputError, nearest
from hoplon.scenario.reading import Document, Key
from hoplon.scenario.units import UNITS, split_unit

T = TypeVar("T", bound=BaseModel)

#: The pattern of a nation.
NATION = r"^[A-Z]{2}$"
Nation = Annotated[str, StringConstraints(pattern=NATION)]
#: A name that can stand in a path such as ``missiles.nodong.payload_kg``.
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
#: Text for people.
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]

_LEAF_KEYS = ("best", "low", "high", "mark", "source", "why", "rule", "overridden_from")


def trouble(what: str, remedy: str = "", at: Key = ()) -> PydanticCustomError:
    """Make an error that a validator can raise and that keeps its remedy.

    Parameters
    ----------
    what : str
    remedy : str
    at : tuple of str and int
        The key inside the validated value that is meant.

    Returns
    -------
    PydanticCustomError
    """
    return PydanticCustomError("hoplon", "{what}", {"what": what, "remedy": remedy, "at": at})


def unknown_key(key: str, valid: Mapping[str, Any] | list[str]) -> PydanticCustomError:
    """Make the error for a key that the format does not have; a wrong unit is told apart from a wrong name.

    Parameters
    ----------
    key : str
    valid : collection of str

    Returns
    -------
    PydanticCustomError
    """
    stem, unit = split_unit(key)
    for other in valid:
        other_stem, other_unit = split_unit(other)
        if stem == other_stem and unit != other_unit:
            wanted = UNITS.get(other_unit, "no unit")
            what = f"unknown key '{key}': the unit is not the one that Hoplon uses"
            return trouble(what, f"Write {other}, in {wanted}.", (key,))
    by_stem = {split_unit(other)[0]: other for other in valid}
    remedy = nearest(key, valid)
    if unit and not remedy.startswith("Did") and (guess := nearest(stem, by_stem)).startswith("Did"):
        remedy = f"Did you mean '{by_stem[guess.split(chr(39))[1]]}'?"
    return trouble(f"unknown key '{key}'", remedy, (key,))


class Strict(BaseModel):
    """A part of a file: frozen, no unknown keys, no silent conversion, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            valid = [field.alias or name for name, field in cls.model_fields.items()]
            for key in data:
                if key not in valid:
                    raise unknown_key(str(key), valid)
        return data


def _number(data: Mapping[str, Any], key: str) -> float:
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise trouble(f"{key} is {_shown(value)}, not a number", "Write a number.", (key,))
    if not math.isfinite(value):
        raise trouble(f"{key} is {value}", "Write a finite number.", (key,))
    return float(value)


def _cited(data: Any, *, limits: Limits) -> Cited:
    """Make a `Cited` of a mapping and hold its ends to the limits of its kind."""
    if isinstance(data, Cited):
        return data
    if not isinstance(data, dict):
        raise trouble(
            f"{_shown(data)} is not a cited number",
            "Write {best: …, low: …, high: …, mark: checked, source: …}, or with mark: assumed, why: … and "
            "rule: ….",
        )
    for key in data:
        if key not in _LEAF_KEYS:
            raise unknown_key(str(key), list(_LEAF_KEYS))
    for key in ("best", "low", "high", "mark"):
        if key not in data:
            raise trouble(f"'{key}' is missing", "A cited number has best, low, high, mark and source.")
    best, low, high = (_number(data, key) for key in ("best", "low", "high"))
    for key, value in (("low", low), ("best", best), ("high", high)):
        if remedy := limits.problem(value):
            raise trouble(f"{key} is {value:g}", remedy, (key,))
    text = {}
    for key in ("source", "why", "rule"):
        text[key] = data.get(key, "")
        if not isinstance(text[key], str):
            raise trouble(f"{key} is {_shown(text[key])}, not text", "Put it in quotes.", (key,))
    try:
        mark = Mark(data["mark"])
    except ValueError:
        raise trouble(
            f"unknown mark {_shown(data['mark'])}", nearest(str(data["mark"]), list(Mark)), ("mark",)
        ) from None
    original = _number(data, "overridden_from") if data.get("overridden_from") is not None else None
    try:
        return Cited(best, low, high, mark, **text, overridden_from=original)
    except InputError as error:
        raise trouble(error.what, error.remedy) from None


@dataclass(frozen=True, slots=True)
class Checked:
    """Marks a field that a function reads, with the JSON schema of what the function accepts.

    Attributes
    ----------
    function : callable
        From plain data to the value; raises `trouble`.
    schema : dict
    """

    function: Callable[[Any], Any]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.function)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return self.schema


@dataclass(frozen=True, slots=True)
class Limits:
    """Marks a field as a cited number whose best, low and high stay within limits.

    Attributes
    ----------
    above, at_least, at_most : float or None
    among : tuple of float
        The only values possible, where there are few.
    """

    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    among: tuple[float, ...] = ()

    def problem(self, value: float) -> str:
        """Say what would have to be typed instead of a value outside the limits.

        Parameters
        ----------
        value : float

        Returns
        -------
        str
            Empty for a value within the limits.
        """
        if self.above is not None and value <= self.above:
            return f"Write a number above {self.above:g}."
        if self.at_least is not None and value < self.at_least:
            return f"Write a number of at least {self.at_least:g}."
        if self.at_most is not None and value > self.at_most:
            return f"Write a number of at most {self.at_most:g}."
        if self.among and value not in self.among:
            return f"Write one of {', '.join(f'{number:g}' for number in self.among)}."
        return ""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(partial(_cited, limits=self))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        bounds = {"exclusiveMinimum": self.above, "minimum": self.at_least, "maximum": self.at_most}
        number: dict[str, Any] = {"type": "number"}
        number |= {key: value for key, value in bounds.items() if value is not None}
        if self.among:
            number["enum"] = list(self.among)
        text = {"type": "string"}
        return {
            "type": "object",
            "description": "A number with its range, mark and source; an assumed one with why and rule.",
            "properties": {
                "best": number,
                "low": number,
                "high": number,
                "mark": {"enum": [str(mark) for mark in Mark]},
                "source": text,
                "why": text,
                "rule": text,
                "overridden_from": {"type": "number"},
            },
            "required": ["best", "low", "high", "mark"],
            "additionalProperties": False,
        }


AnyNumber = Annotated[Cited, Limits()]
Positive = Annotated[Cited, Limits(above=0.0)]
NotNegative = Annotated[Cited, Limits(at_least=0.0)]
Share = Annotated[Cited, Limits(above=0.0, at_most=1.0)]
#: What may be 0, but leaves something over.
ShareOfTime = Annotated[Cited, Limits(at_least=0.0, at_most=0.99)]
Probability = Annotated[Cited, Limits(at_least=0.0, at_most=1.0)]
Elevation = Annotated[Cited, Limits(at_least=-5.0, at_most=90.0)]
Sector = Annotated[Cited, Limits(above=0.0, at_most=360.0)]
LatitudeNumber = Annotated[Cited, Limits(at_least=-90.0, at_most=90.0)]
LongitudeNumber = Annotated[Cited, Limits(at_least=-185.0, at_most=185.0)]
SwerlingCase = Annotated[Cited, Limits(among=(0.0, 1.0, 3.0))]

Latitude = Annotated[float, Field(ge=-90.0, le=90.0)]
Longitude = Annotated[float, Field(ge=-180.0, le=180.0)]
Azimuth = Annotated[float, Field(ge=0.0, le=360.0)]
LooseTuple = Field(strict=False)  # strict pydantic would refuse the lists of a YAML file for tuples


def _shown(value: Any) -> str:
    """Show a value in an error, shortened."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "empty"
    text = f"'{value}'" if isinstance(value, str) else f"{value}"
    return text if len(text) <= 60 else text[:59] + "…"


_WORDS = {
    "string_type": "text is needed here",
    "float_type": "a number is needed here",
    "int_type": "a whole number is needed here",
    "bool_type": "true or false is needed here",
    "tuple_type": "a list is needed here",
    "dict_type": "a mapping (name: value) is needed here",
    "model_type": "a mapping (key: value) is needed here",
    "model_attributes_type": "a mapping (key: value) is needed here",
    "string_pattern_mismatch": "this cannot be a name",
    "string_too_short": "it must not be empty",
    "string_too_long": "it is too long",
    "literal_error": "this is not among what can be written here",
    "finite_number": "a finite number is needed here",
}


def validate(model: type[T], data: Any, document: Document, at: Key = ()) -> T:
    """Check data against a model.

    Parameters
    ----------
    model : type
    data : object
        Plain data, as `Document.data` or a part of it.
    document : Document
        Where the data come from.
    at : tuple of str and int
        Where in the document the data stand.

    Returns
    -------
    The model.

    Raises
    ------
    InputError
        With file, line, key, value and remedy, for what is wrong first in the file.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _first_error(error, document, at) from None


def _first_error(error: ValidationError, document: Document, at: Key) -> InputError:
    candidates: list[tuple[int, int, str, Key, str]] = []
    items = error.errors(include_url=False)
    for item in items:
        place = item["loc"]
        if item["type"] == "too_short" and any(o["loc"][: len(place)] == place != o["loc"] for o in items):
            continue  # the list only counts as short because an item of it is wrong, which is told apart
        context = item.get("ctx", {})
        loc = tuple(part for part in item["loc"] if part != "[key]")
        kind = item["type"]
        if kind == "hoplon":
            key, what, remedy = (*at, *loc, *context["at"]), context["what"], context["remedy"]
        elif kind == "missing":
            key, what, remedy = (*at, *loc), f"'{loc[-1]}' is missing", "Add it."
        else:
            key = (*at, *loc)
            words = _WORDS.get(kind) or item["msg"][0].lower() + item["msg"][1:]
            what, remedy = f"{_shown(item['input'])}: {words}", _hint(kind, context, item["input"])
            if kind == "too_short":
                what = "the list is too short" if item["input"] else "the list is empty"
                remedy = f"Write at least {context['min_length']}."
        candidates.append((document.line(key), len(candidates), what, key, remedy))
    _, _, what, key, remedy = min(candidates)
    return document.error(what, key, remedy)


def _hint(kind: str, context: Mapping[str, Any], value: Any) -> str:
    if kind == "literal_error":
        expected = [name.strip("'") for name in str(context["expected"]).replace(" or ", ", ").split(", ")]
        return nearest(str(value), expected)
    if kind == "string_pattern_mismatch":
        nation = context["pattern"] == NATION
        return "Write two capital letters: JP." if nation else "Use letters, digits, _ and -, 64 at most."
    bounds = [("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than")]
    for key, words in bounds:
        if key in context:
            return f"Write a number of {words} {context[key]:g}."
    return ""
