"""The scenario of each point of a study."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hoplon.errors import InputError
from hoplon.scenario import Scenario
from hoplon.sweep.quantities import KILL_QUANTILE, changed, parts, scenario_of

#: Scenarios kept that differ in more than numbers of the catalogue.
_KEPT = 64


class Variants:
    """Makes scenarios that differ in a few values.

    Parameters
    ----------
    data : mapping
        What the scenario's file says.
    scenario : str
        What to call it in messages.
    study : str
        Named as the reason for each value that is replaced.
    """

    def __init__(self, data: Mapping[str, Any], scenario: str, study: str) -> None:
        self._data = data
        self._name = scenario
        self._why = f"varied by the study {study}"
        self._stated = lru_cache(maxsize=_KEPT)(self._resolved)

    def _resolved(self, settings: str) -> Scenario:
        new = {parts(path): value for path, value in json.loads(settings).items()}
        return scenario_of(changed(self._data, new, self._why), self._name)

    def scenario(self, settings: Mapping[str, Any]) -> Scenario:
        """Return the scenario at a point.

        Parameters
        ----------
        settings : mapping of str to object
            By path. Catalogue values are held: where a battle would draw one from its range, it no longer
            does. All else replaces what the scenario's file says.

        Returns
        -------
        Scenario

        Raises
        ------
        InputError
            For values that do not go together.
        """
        base = self._stated("{}")
        cited = base.cited()
        stated = {p: v for p, v in settings.items() if p not in cited and p != KILL_QUANTILE}
        held = {p: v for p, v in settings.items() if p in cited}
        if stated:
            base = self._stated(json.dumps(stated, sort_keys=True))
            cited = base.cited()
            for path in held:
                if path not in cited:
                    raise InputError(f"{path} is used by no element of the scenario at this point")
        if not held:
            return base
        return base.with_leaves({p: cited[p].overridden(float(v), self._why) for p, v in held.items()})


def kill_quantile(settings: Mapping[str, Any]) -> float | None:
    """Return where a point holds the kill probability in its posterior; None where it is drawn."""
    at = settings.get(KILL_QUANTILE)
    return None if at is None else float(at)
