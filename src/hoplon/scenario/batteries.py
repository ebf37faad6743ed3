"""Resolve a battery: what its launcher holds, and which radar is its own."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from hoplon.errors import InputError, nearest
from hoplon.scenario.catalog_schema import LauncherFile
from hoplon.scenario.entries import CatalogSite
from hoplon.scenario.library import Library
from hoplon.scenario.reading import Document, Key
from hoplon.scenario.schema import BatteryFile
from hoplon.scenario.specs import BatterySpec, SensorSpec


def resolved_battery(
    name: str,
    battery: BatteryFile,
    site: CatalogSite,
    library: Library,
    radars: Sequence[SensorSpec],
    left_out: Collection[str],
    document: Document,
) -> tuple[BatterySpec, ...]:
    """Check a battery against its launcher, find its own radar, and make one of each kind of interceptor.

    Parameters
    ----------
    name : str
    battery : BatteryFile
    site : CatalogSite
        Where it stands.
    library : Library
    radars : sequence of SensorSpec
        Those of the scenario.
    left_out : collection of str
        What was taken out of the scenario before it was written: ``sensor araya_radar``.
    document : Document
        For errors.

    Returns
    -------
    tuple of BatterySpec
        Where it holds several kinds, each is named for its own: ``araya_battery-sm3_ib``.

    Raises
    ------
    InputError
        If the launcher is unknown, does not take an interceptor or has too few cells, or if the battery
        needs a radar of its own and has none.
    """
    cells = _cells(name, battery, library, document)
    mode = battery.fire_control or "engage_on_remote"
    own = "" if mode == "engage_on_remote" else _own_radar(name, battery, site, radars, left_out, document)
    return tuple(
        BatterySpec(
            name=name if battery.loads is None else f"{name}-{kind}",
            interceptor=kind,
            site=site,
            cells=cells[kind],
            loaded=loaded,
            nation=battery.nation,
            launcher=battery.launcher or "",
            fire_control=mode,
            own_radar=own,
            layer=battery.layer,
        )
        for kind, loaded in battery.stock.items()
    )


def _cells(name: str, battery: BatteryFile, library: Library, document: Document) -> dict[str, int]:
    """Share the cells out; with one kind, all are its own."""
    holds = dict.fromkeys(battery.stock, 1.0)
    if battery.launcher is not None:
        key: Key = ("batteries", name, "launcher")
        try:
            launcher = library.entry("launchers", battery.launcher)
        except InputError as error:
            if error.where:
                raise
            raise document.error(error.what, key, error.remedy) from None
        assert isinstance(launcher, LauncherFile)
        for kind in holds:
            if kind not in launcher.holds:
                raise document.error(
                    f"launcher '{battery.launcher}' takes no '{kind}'",
                    key,
                    f"It takes {', '.join(launcher.holds)}.",
                )
            holds[kind] = launcher.holds[kind].best
    needed = {kind: math.ceil(loaded / holds[kind]) for kind, loaded in battery.stock.items()}
    if sum(needed.values()) > battery.cells:
        stated = ", ".join(f"{loaded} '{kind}'" for kind, loaded in battery.stock.items())
        raise document.error(
            f"{stated} need {sum(needed.values())} cells of '{battery.launcher}', and there are "
            f"{battery.cells}",
            ("batteries", name, "loaded" if battery.loads is None else "loads"),
            "Load fewer, or write more cells.",
        )
    return needed if battery.loads is not None else dict.fromkeys(needed, battery.cells)


def _own_radar(
    name: str,
    battery: BatteryFile,
    site: CatalogSite,
    radars: Sequence[SensorSpec],
    left_out: Collection[str],
    document: Document,
) -> str:
    names = [radar.name for radar in radars]
    if battery.own_radar is not None:
        # A battery whose radar was taken away has none, and cannot fire.
        if battery.own_radar not in names and f"sensor {battery.own_radar}" not in left_out:
            raise document.error(
                f"'{battery.own_radar}' is no radar of this scenario",
                ("batteries", name, "own_radar"),
                nearest(battery.own_radar, names),
            )
        return battery.own_radar
    beside = [radar.name for radar in radars if radar.site is not None and radar.site.id == site.id]
    if not beside:
        raise document.error(
            f"fire_control is {battery.fire_control}, but no radar stands at '{site.id}'",
            ("batteries", name, "fire_control"),
            f"Add own_radar: one of {', '.join(names)}." if names else "Add a radar under sensors.",
        )
    return beside[0]
