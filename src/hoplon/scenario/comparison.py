"""Comparison files: one scenario in several variants, to be fought with the same seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from hoplon.errors import InputError, nearest
from hoplon.scenario.actors import under_authority, with_predelegation, with_silence
from hoplon.scenario.command_schema import PredelegationFile, SilenceFile
from hoplon.scenario.leaf import LooseTuple, Name, Strict, Text, validate
from hoplon.scenario.loading import bundled, bundled_comparisons, load
from hoplon.scenario.model import Scenario
from hoplon.scenario.reading import Document, Key, read_file
from hoplon.scenario.removal import without

FORMAT = "hoplon-comparison"


class VariantFile(Strict):
    """What a variant changes in the scenario."""

    title: Text
    scenario: Text | None = None
    without: Annotated[tuple[Text, ...], LooseTuple] = ()
    authority: Literal["national", "allied_consent", "allied", "joint"] | None = None
    silent: dict[Name, SilenceFile] = Field(default_factory=dict)
    predelegation: PredelegationFile | None = None


class ComparisonFile(Strict):
    """Variants of a scenario, the first of which all others are compared with."""

    format: Literal["hoplon-comparison"]
    version: Literal[1]
    name: Name
    title: Text
    question: Text
    scenario: Text
    variants: Annotated[dict[Name, VariantFile], Field(min_length=2, max_length=20)]


@dataclass(frozen=True, slots=True)
class Variant:
    """One side of a comparison.

    Attributes
    ----------
    name, title : str
    scenario : Scenario
    """

    name: str
    title: str
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class ComparisonSpec:
    """What is to be compared.

    Attributes
    ----------
    name, title, question : str
    variants : tuple of Variant
        All are compared with the first.
    """

    name: str
    title: str
    question: str
    variants: tuple[Variant, ...]


def varied(
    scenario: Scenario,
    *,
    names: Sequence[str] = (),
    authority: str | None = None,
    silent: Mapping[str, tuple[float, str]] | None = None,
    predelegated_after_s: float | None = None,
) -> Scenario:
    """Change who is there and who has the say; every change is disclosed in the result.

    Parameters
    ----------
    scenario : Scenario
    names : sequence of str
        What to do without, as for `hoplon.scenario.without`.
    authority : str, optional
    silent : mapping of str to (float, str), optional
        By actor: after how many seconds it counts as silent, and ``refuse`` or ``assume_consent``.
    predelegated_after_s : float, optional

    Returns
    -------
    Scenario
    """
    # Authority first: of an actor that is then taken away it is known that it was there.
    if authority is not None:
        scenario = under_authority(scenario, authority)
    for name, (after_s, then) in (silent or {}).items():
        scenario = with_silence(scenario, name, after_s, then)
    if predelegated_after_s is not None:
        scenario = with_predelegation(scenario, predelegated_after_s)
    return without(scenario, names)


def load_comparison(name_or_path: str | Path) -> ComparisonSpec | None:
    """Load a comparison.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a bundled comparison, or a file.

    Returns
    -------
    ComparisonSpec or None
        None where this is no comparison: a scenario, a folder, or nothing at all.

    Raises
    ------
    InputError
        If it is one and cannot be used: with file, line, key and remedy.
    """
    text = str(name_or_path)
    path = bundled_comparisons().get(text, Path(text))
    if text in bundled() or not path.is_file():
        return None
    document = read_file(path)
    if not isinstance(document.data, dict) or document.data.get("format") != FORMAT:
        return None
    spec = validate(ComparisonFile, document.data, document)
    base = _scenario(spec.scenario, path.parent, document, ("scenario",))
    variants = []
    for name, variant in spec.variants.items():
        key: Key = ("variants", name)
        own = variant.scenario
        start = base if own is None else _scenario(own, path.parent, document, (*key, "scenario"))
        try:
            changed = varied(
                start,
                names=variant.without,
                authority=variant.authority,
                silent={actor: (silence.after_s, silence.then) for actor, silence in variant.silent.items()},
                predelegated_after_s=variant.predelegation.after_s if variant.predelegation else None,
            )
        except InputError as error:
            raise document.error(error.what, key, error.remedy) from None
        variants.append(Variant(name, variant.title, changed))
    return ComparisonSpec(spec.name, spec.title, spec.question, tuple(variants))


def _scenario(name: str, folder: Path, document: Document, key: Key) -> Scenario:
    """Load the scenario that a comparison names: a bundled one, or a file beside it."""
    if name in bundled():
        return load(name)
    path = folder / name
    if not path.exists():
        raise document.error(f"there is no scenario '{name}'", key, nearest(name, bundled()))
    return load(path)
