"""The doctrine part of a scenario: names and options looked up, layers, how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hoplon.command.doctrine_door import make_doctrine, names, options_of
from hoplon.errors import InputError, nearest
from hoplon.scenario import catalog_schema, command_schema, schema
from hoplon.scenario.catalogue import Catalogue
from hoplon.scenario.reading import Document, Key
from hoplon.scenario.specs import DoctrineSpec

#: Cited values of the command that a scenario may leave out.
OPTIONAL_CITED = (
    "track_probability",
    "discrimination_probability",
    "kill_assessment_false_dead",
    "kill_assessment_false_alive",
)


def doctrine(
    stated: command_schema.DoctrineChoice | None, catalogue: Catalogue, document: Document
) -> DoctrineSpec:
    """Look a doctrine up and check what it is told.

    Parameters
    ----------
    stated : DoctrineChoice or None
    catalogue : Catalogue
        Gives the salvo where the scenario does not.
    document : Document

    Returns
    -------
    DoctrineSpec

    Raises
    ------
    InputError
        For an unknown doctrine, an option that it does not have, or a value that it does not take.
    """
    choice = stated or command_schema.DoctrineChoice(name="shoot_look_shoot")
    key: Key = ("command", "doctrine")
    if choice.name not in names():
        raise document.error(
            f"unknown doctrine '{choice.name}'", (*key, "name"), nearest(choice.name, names())
        )
    options: dict[str, bool | int | float | str] = choice.stated
    looks, source = None, ""
    if choice.name in catalogue.names("doctrines"):
        entry = catalogue.entry("doctrines", choice.name)
        assert isinstance(entry, catalog_schema.DoctrineFile)
        looks, source = entry.looks, entry.source or ""
        if entry.salvo is not None:
            source = entry.salvo.source
            if "salvo" in options_of(choice.name)[0]:
                options = {"salvo": round(entry.salvo.best)} | options
    try:
        make_doctrine(choice.name, options)
    except InputError as error:
        at = (*key, "options") if error.where in choice.options else key
        where = (*at, error.where) if error.where in choice.stated else key
        raise document.error(error.what, where, error.remedy) from None
    return DoctrineSpec(choice.name, options, looks, source)


def layers_agree(batteries: Mapping[str, schema.BatteryFile], document: Document) -> None:
    """Refuse a scenario that states the layer of some batteries and not of others.

    Parameters
    ----------
    batteries : mapping of str to BatteryFile
    document : Document

    Raises
    ------
    InputError
    """
    without = [name for name, battery in batteries.items() if battery.layer is None]
    if without and len(without) < len(batteries):
        raise document.error(
            "the layer of this battery is not stated, and that of others is",
            ("batteries", without[0]),
            "Add layer: 1 for the uppermost, 2 for the one below; or state none, and altitudes decide.",
        )


def written_doctrine(spec: DoctrineSpec) -> dict[str, Any]:
    """Write a doctrine as a scenario states it.

    Parameters
    ----------
    spec : DoctrineSpec

    Returns
    -------
    dict
    """
    known = command_schema.DoctrineChoice.model_fields.keys() - {"options"}
    plain = {key: value for key, value in spec.options.items() if key in known}
    own = {key: value for key, value in spec.options.items() if key not in known}
    return {"name": spec.name, **plain, **({"options": own} if own else {})}


def written_entry(spec: DoctrineSpec) -> dict[str, Any]:
    """Write what the catalogue says of a doctrine; nothing for a plug-in that it does not know.

    Parameters
    ----------
    spec : DoctrineSpec

    Returns
    -------
    dict
    """
    if spec.looks is None:
        return {}
    entry: dict[str, Any] = {"title": spec.name, "looks": spec.looks}
    if "salvo" in spec.options:
        salvo = float(spec.options["salvo"])
        number = {"best": salvo, "low": salvo, "high": salvo}
        entry["salvo"] = {**number, "mark": "unchecked", "source": spec.source}
    elif spec.source:
        entry["source"] = spec.source
    return {spec.name: entry}
