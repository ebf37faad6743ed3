"""Resolve a battery: what its launcher holds, and which radar is its own."""

from __future__ import annotations

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
) -> BatterySpec:
    """Check a battery against its launcher and find its own radar.

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
    BatterySpec

    Raises
    ------
    InputError
        If the launcher is unknown, does not take the interceptor or has too few cells, or if the battery
        needs a radar of its own and has none.
    """
    if battery.launcher is not None:
        _fits(name, battery, library, document)
    mode = battery.fire_control or "engage_on_remote"
    own = "" if mode == "engage_on_remote" else _own_radar(name, battery, site, radars, left_out, document)
    return BatterySpec(
        name,
        battery.interceptor,
        site,
        battery.cells,
        battery.loaded,
        battery.nation,
        battery.launcher or "",
        mode,
        own,
    )


def _fits(name: str, battery: BatteryFile, library: Library, document: Document) -> None:
    key: Key = ("batteries", name, "launcher")
    assert battery.launcher is not None
    try:
        launcher = library.entry("launchers", battery.launcher)
    except InputError as error:
        if error.where:
            raise
        raise document.error(error.what, key, error.remedy) from None
    assert isinstance(launcher, LauncherFile)
    if battery.interceptor not in launcher.holds:
        raise document.error(
            f"launcher '{battery.launcher}' takes no '{battery.interceptor}'",
            key,
            f"It takes {', '.join(launcher.holds)}.",
        )
    most = round(battery.cells * launcher.holds[battery.interceptor].best)
    if battery.loaded > most:
        raise document.error(
            f"loaded is {battery.loaded}, but {battery.cells} cells of '{battery.launcher}' hold {most} "
            f"'{battery.interceptor}'",
            ("batteries", name, "loaded"),
            f"Write loaded no larger than {most}, or more cells.",
        )


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
