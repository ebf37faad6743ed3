"""Values that a scenario replaces: checked like those of the catalogue, and disclosed."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from functools import cache
from typing import Any

from hoplon.cited import Cited
from hoplon.errors import InputError, nearest
from hoplon.scenario import catalog_schema, cities, command_schema, links, schema, sensor_schema
from hoplon.scenario.leaf import Limits
from hoplon.scenario.model import Scenario
from hoplon.scenario.reading import Document, Key


def overridden(
    scenario: Scenario, assumptions: Mapping[str, schema.OverrideFile], document: Document
) -> Scenario:
    """Apply a scenario's assumptions to the values that it uses.

    Parameters
    ----------
    scenario : Scenario
    assumptions : mapping of str to OverrideFile
        By path.
    document : Document
        Where they are written.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        For a path that the scenario does not use, or a value that cannot be.
    """
    known = scenario.cited()
    new: dict[str, Cited] = {}
    for path, override in assumptions.items():
        key: Key = ("assumptions", path)
        if path not in known:
            raise document.error(f"no value '{path}' is used by this scenario", key, _remedy(path, known))
        limits = value_limits().get(path.rsplit(".", 1)[-1], Limits())
        for name in ("low", "value", "high"):
            value = getattr(override, name)
            if value is not None and (remedy := limits.problem(value)):
                raise document.error(f"{name} is {value:g}", (*key, name), remedy)
        try:
            new[path] = known[path].overridden(override.value, override.why, override.low, override.high)
        except InputError as error:
            raise document.error(error.what, key, error.remedy) from None
    return scenario.with_leaves(new) if new else scenario


def _remedy(path: str, known: Mapping[str, Cited]) -> str:
    """Say what to type instead of a path that the scenario does not use."""
    entry, _, name = path.rpartition(".")
    if name not in value_limits() or not any(one.startswith(f"{entry}.") for one in known):
        return nearest(path, known)
    return (
        f"'{entry}' states no {name}, and only what is stated can be replaced: "
        f"enter a type of your own that states it under 'catalogue' (docs/scenario.md, 'assumptions')."
    )


@cache
def value_limits() -> dict[str, Limits]:
    """Return the limits of every cited value of both formats by its key.

    Returns
    -------
    dict of str to Limits
    """
    found: dict[str, Limits] = {}
    models: list[Any] = [
        catalog_schema.TargetProperties,
        catalog_schema.AspectFile,
        catalog_schema.StageFile,
        catalog_schema.ParameterSet,
        sensor_schema.RadarFile,
        sensor_schema.SatelliteFile,
        catalog_schema.InterceptorValues,
        catalog_schema.SiteFile,
        links.LinkFile,
        command_schema.ActorFile,
        command_schema.CommandFile,
        schema.ScenarioFile,
        cities.CityFile,
        cities.WarningFile,
    ]
    for model in models:
        for key, hint in typing.get_type_hints(model, include_extras=True).items():
            for part in (hint, *typing.get_args(hint)):
                for mark in getattr(part, "__metadata__", ()):
                    if isinstance(mark, Limits):
                        found[key] = mark
    return found
