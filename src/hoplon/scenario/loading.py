"""Load a scenario by the name under which it is bundled, or from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hoplon.errors import InputError, nearest
from hoplon.scenario.library import FOLDER
from hoplon.scenario.model import Scenario
from hoplon.scenario.reading import Document, read_file, read_text
from hoplon.scenario.resolve import resolve
from hoplon.scenario.schema import ScenarioFile

_SCENARIOS = FOLDER / "scenarios"
_COMPARISONS = FOLDER / "comparisons"
_STUDIES = FOLDER / "studies"
_OPTIONS = FOLDER / "options"


def bundled() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the package.

    Returns
    -------
    tuple of str
    """
    return tuple(sorted(path.stem for path in _SCENARIOS.glob("*.yaml")))


def bundled_comparisons() -> dict[str, Path]:
    """Return the comparisons that come with the package.

    Returns
    -------
    dict of str to Path
        By name.
    """
    return {path.stem: path for path in sorted(_COMPARISONS.glob("*.yaml"))}


def bundled_options() -> dict[str, Path]:
    """Return the options files that come with the package.

    Returns
    -------
    dict of str to Path
        By name.
    """
    return {path.stem: path for path in sorted(_OPTIONS.glob("*.yaml"))}


def refuse_other_kind(name: str, wanted: str) -> None:
    """Say of a bundled name of another kind what it is, and what to type.

    Parameters
    ----------
    name : str
        What was typed; anything else than a bundled name is let pass.
    wanted : str
        ``a scenario``, ``a comparison``, ``a study`` or ``a file of options``.

    Raises
    ------
    InputError
    """
    kinds = {
        "a scenario": (bundled(), "run"),
        "a comparison": (bundled_comparisons(), "compare"),
        "a study": (bundled_studies(), "study"),
        "a file of options": (bundled_options(), "least"),
    }
    own = kinds.get(wanted, ((), ""))[0]
    meant = next((f" Or did you mean '{one}'?" for one in own if name in one), "")
    for kind, (names, command) in kinds.items():
        if kind != wanted and name in names:
            remedy = f"Type: hoplon {command} {name}{'.' if meant else ''}{meant}"
            raise InputError(f"'{name}' is {kind}, not {wanted}", remedy=remedy)


def bundled_studies() -> dict[str, Path]:
    """Return the studies that come with the package.

    Returns
    -------
    dict of str to Path
        By name.
    """
    return {path.stem: path for path in sorted(_STUDIES.glob("*.yaml"))}


def load(name_or_path: str | Path) -> Scenario:
    """Load a scenario.

    Parameters
    ----------
    name_or_path : str or Path
        The name of a bundled scenario, or the path of a file. A name is looked up among the bundled ones
        first; write ``./name`` for a file of the same name.

    Returns
    -------
    Scenario
        Frozen and resolved.

    Raises
    ------
    InputError
        If there is no such scenario, or it is wrong: with file, line, key, value and remedy.
    """
    return resolve(document(name_or_path))


def document(name_or_path: str | Path) -> Document:
    """Read a scenario as it is written, for those who change it before it is resolved.

    Parameters
    ----------
    name_or_path : str or Path
        As for `load`.

    Returns
    -------
    Document

    Raises
    ------
    InputError
        If there is no such scenario, or it is not YAML.
    """
    text = str(name_or_path)
    if text in bundled():
        return read_file(_SCENARIOS / f"{text}.yaml")
    refuse_other_kind(text, "a scenario")
    path = Path(name_or_path)
    looks_like_a_name = not any(sign in text for sign in "/\\.\0")
    if looks_like_a_name and not path.exists():
        raise InputError(
            f"no scenario '{text}' is bundled, and there is no such file",
            remedy=nearest(text, bundled()),
        )
    return read_file(path)


def loads(text: str | bytes, name: str = "scenario") -> Scenario:
    """Load a scenario from memory.

    Parameters
    ----------
    text : str or bytes
        What a scenario file holds.
    name : str
        What to call it in messages.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        As `load`.
    """
    return resolve(read_text(text, name))


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of scenario files, for editors that complete and check while one types.

    Returns
    -------
    dict
        JSON Schema, draft 2020-12.
    """
    schema = ScenarioFile.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "hoplon-scenario-1",
        **schema,
        "title": "Hoplon scenario, version 1",
    }
