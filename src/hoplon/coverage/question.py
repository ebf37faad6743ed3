"""What a map is asked for: which missiles from where at what, over which grid of cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.cited import Cited, Mark
from hoplon.errors import InputError, nearest
from hoplon.scenario import Asset, CatalogSite, MissileEntry, Scenario, catalogue

Array = NDArray[np.float64]

#: Kinds of maps that follow the chain from a launch to an intercept or an alert.
KINDS = ("defended", "denied", "footprint", "warning")
#: A map with more cells than this is refused: at milliseconds a cell it would take hours.
MOST_CELLS = 1_000_000
#: Cells lie at most this far from a default map's assets or launch points, deg of latitude.
_MARGIN_DEG = 2.5
_DEFAULT_CELLS = 40
_KM_PER_DEG = 111.2


@dataclass(frozen=True, slots=True)
class Firing:
    """A type of missile from one launch point, or at one asset, as stated by the user or the scenario.

    Attributes
    ----------
    missile : str
        Key of `Scenario.missiles`.
    place : CatalogSite
        Where it is launched; in a map of denied launch points, the asset that it is aimed at.
    apogee_km : float or None
        None for the minimum-energy trajectory.
    """

    missile: str
    place: CatalogSite
    apogee_km: float | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """Centres of the cells of a map.

    Attributes
    ----------
    latitude_deg : array, shape (ny,)
    longitude_deg : array, shape (nx,)
        Rising; may pass 180.
    step_km : float
        Distance of neighbouring centres in latitude; about that in longitude, in the middle of the map.
    """

    latitude_deg: Array
    longitude_deg: Array
    step_km: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows (south to north) and columns (west to east)."""
        return len(self.latitude_deg), len(self.longitude_deg)


def point(latitude_deg: float, longitude_deg: float) -> CatalogSite:
    """Return a place at sea level that is stated by its coordinates.

    Parameters
    ----------
    latitude_deg, longitude_deg : float

    Returns
    -------
    CatalogSite
    """
    longitude_deg = (longitude_deg + 180.0) % 360.0 - 180.0
    text = f"{latitude_deg:.4f},{longitude_deg:.4f}"

    def stated(value: float) -> Cited:
        return Cited(value, value, value, Mark.UNCHECKED, "cell of a map")

    values = {
        "latitude_deg": stated(latitude_deg),
        "longitude_deg": stated(longitude_deg),
        "altitude_m": stated(0.0),
        "mask_angle_deg": stated(0.0),
    }
    return CatalogSite(text, f"point {text}", "reference", "", values, stated=True)


def place_of(name: str, scenario: Scenario) -> CatalogSite:
    """Look up a place: of the scenario, of the catalogue, or ``latitude,longitude``.

    Parameters
    ----------
    name : str
    scenario : Scenario

    Returns
    -------
    CatalogSite

    Raises
    ------
    InputError
        If there is no such place.
    """
    for asset in scenario.assets:
        if asset.name == name:
            return asset.site
    if name in scenario.sites:
        return scenario.sites[name]
    parts = name.split(",")
    if len(parts) == 2:
        try:
            latitude, longitude = (float(part) for part in parts)
        except ValueError:
            pass
        else:
            if not (-90.0 <= latitude <= 90.0 and -180.0 <= longitude <= 360.0):
                raise InputError(f"no such place: {name}", remedy="Give latitude,longitude in degrees.")
            return point(latitude, longitude)
    try:
        return catalogue().site(name)
    except InputError as error:
        remedy = f"{error.remedy} Or write degrees, as in 39.2,125.67."
        raise InputError(error.what, where=error.where, remedy=remedy) from None


def missile_of(name: str, scenario: Scenario) -> MissileEntry:
    """Look up a missile: of the scenario, or of the catalogue.

    Parameters
    ----------
    name : str
    scenario : Scenario

    Returns
    -------
    MissileEntry
    """
    found = scenario.missiles.get(name)
    return catalogue().missile(name) if found is None else found


def firings(
    scenario: Scenario,
    missiles: Sequence[str] = (),
    places: Sequence[CatalogSite] = (),
    *,
    aims: bool = False,
) -> tuple[Firing, ...]:
    """List what is fired: the lines of the scenario's raid, or the missiles and places that are stated.

    Parameters
    ----------
    scenario : Scenario
    missiles : sequence of str
        Default: those of the raid.
    places : sequence of CatalogSite
        Launch points, or assets with `aims`; each missile goes with each of them. Default: each missile's own
        in the raid.
    aims : bool
        Whether `places` are what is aimed at.

    Returns
    -------
    tuple of Firing
        Each once, in the order of the raid.
    """
    found: dict[tuple[str, str, float | None], Firing] = {}
    lines = [(t.missile, t.aim if aims else t.launch, t.apogee_km) for t in scenario.threats]
    for name in missiles or dict.fromkeys(missile for missile, _, _ in lines):
        own = [(place, apogee_km) for missile, place, apogee_km in lines if missile == name]
        apogees = tuple(dict.fromkeys(apogee_km for _, apogee_km in own)) or (None,)
        if places:
            own = [(place, apogee_km) for place in places for apogee_km in apogees]
        elif not own:
            every = {place.id: place for _, place, _ in lines}
            own = [(place, None) for place in every.values()]
        for place, apogee_km in own:
            found.setdefault((name, place.id, apogee_km), Firing(name, place, apogee_km))
    return tuple(found.values())


def grid_over(
    scenario: Scenario,
    kind: str,
    *,
    step_km: float | None = None,
    cells: tuple[int, int] | None = None,
    region: tuple[float, float, float, float] | None = None,
) -> Grid:
    """Lay cells over a region.

    Parameters
    ----------
    scenario : Scenario
    kind : str
        One of `KINDS`.
    step_km : float, optional
        Distance of neighbouring centres. Default: such that the longer side has 40 cells.
    cells : tuple of int, optional
        Rows and columns, in place of `step_km`.
    region : tuple of float, optional
        South, west, north, east in degrees; east may be less than west where it lies beyond 180. Default: a
        box around the scenario's assets, or around its launch points for a map of launch points.

    Returns
    -------
    Grid

    Raises
    ------
    InputError
    """
    if region is None:
        sites = (
            [t.launch for t in scenario.threats] if kind == "denied" else [a.site for a in scenario.assets]
        )
        sites = sites or [threat.aim for threat in scenario.threats]
        if not sites:
            raise InputError("the scenario names no place to make a map of", remedy="Give a region.")
        latitudes = [site.latitude_deg for site in sites]
        longitudes = [site.longitude_deg for site in sites]
        widened = _MARGIN_DEG / math.cos(math.radians(0.5 * (min(latitudes) + max(latitudes))))
        region = (
            max(-89.0, min(latitudes) - _MARGIN_DEG),
            min(longitudes) - widened,
            min(89.0, max(latitudes) + _MARGIN_DEG),
            max(longitudes) + widened,
        )
    south, west, north, east = region
    if east < west:
        east += 360.0
    if not (-90.0 <= south < north <= 90.0 and -180.0 <= west < east <= 540.0 and east - west <= 360.0):
        raise InputError(
            f"region {south:g},{west:g},{north:g},{east:g} is none",
            remedy="Give south,west,north,east in degrees, such as 30,128,46,146.",
        )
    squeeze = math.cos(math.radians(0.5 * (south + north)))
    height_km, width_km = _KM_PER_DEG * (north - south), _KM_PER_DEG * squeeze * (east - west)
    if cells is None:
        if step_km is None:
            step_km = max(height_km, width_km) / _DEFAULT_CELLS
        if not (math.isfinite(step_km) and step_km > 0.0):
            raise InputError(f"step_km is {step_km}", remedy="Give a number above 0.")
        cells = max(2, round(height_km / step_km)), max(2, round(width_km / step_km))
    ny, nx = cells
    if ny < 2 or nx < 2 or ny * nx > MOST_CELLS:
        raise InputError(
            f"{ny} x {nx} = {ny * nx} cells",
            remedy=f"Choose a step or a region that gives 2 x 2 to {MOST_CELLS} cells.",
        )
    return Grid(
        south + (np.arange(ny) + 0.5) * (north - south) / ny,
        west + (np.arange(nx) + 0.5) * (east - west) / nx,
        height_km / ny,
    )


def ground_radius_km(scenario: Scenario) -> float:
    """Return the radius of the ground that a cell stands for: the median of the scenario's assets."""
    radii = sorted(asset.radius_km for asset in scenario.assets)
    return radii[len(radii) // 2] if radii else 30.0


def asset_at(place: CatalogSite, radius_km: float) -> Asset:
    """Return a cell as ground to be defended."""
    return Asset("cell", place, radius_km)


def battery_names(scenario: Scenario, battery: str) -> tuple[str, ...]:
    """Return the batteries at a site: the one of this name, or all that stand there.

    Parameters
    ----------
    scenario : Scenario
    battery : str
        Name of a battery or of its site.

    Returns
    -------
    tuple of str

    Raises
    ------
    InputError
        If there is none.
    """
    found = tuple(b.name for b in scenario.batteries if battery in (b.name, b.site.id))
    if not found:
        known = [name for b in scenario.batteries for name in (b.name, b.site.id)]
        raise InputError(f"no battery '{battery}'", remedy=nearest(battery, known))
    return found
