"""Catalogue entries as a scenario uses them: complete, every number cited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

from hoplon.cited import Cited
from hoplon.errors import InputError

T = TypeVar("T")

#: Bands for which a missile has cross-sections, and how they are spelt in keys.
BAND_KEYS = {"X": "x_band", "S": "s_band", "L": "l_band", "UHF": "uhf_band"}


@dataclass(frozen=True, slots=True)
class DragTable:
    """Drag coefficient against Mach number, referred to the largest cross-section of the body.

    Attributes
    ----------
    mach, cd : tuple of float
        Linear between the points, constant outside them.
    mark, source : str
    """

    mach: tuple[float, ...]
    cd: tuple[float, ...]
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class StageEntry:
    """A rocket stage.

    Attributes
    ----------
    propellant_kg, dry_kg, burn_time_s, isp_sl_s, isp_vac_s, diameter_m : Cited
        Masses without payload and upper stages; specific impulse at sea level and in vacuum.
    coast_after_s : Cited or None
        Time without thrust after this stage; None for none.
    """

    propellant_kg: Cited
    dry_kg: Cited
    burn_time_s: Cited
    isp_sl_s: Cited
    isp_vac_s: Cited
    diameter_m: Cited
    coast_after_s: Cited | None = None


@dataclass(frozen=True, slots=True)
class AspectEntry:
    """A radar cross-section by aspect.

    Attributes
    ----------
    nose_m2, side_m2, tail_m2 : Cited
    """

    nose_m2: Cited
    side_m2: Cited
    tail_m2: Cited


@dataclass(frozen=True, slots=True)
class MissileEntry:
    """A missile type that can fly.

    Attributes
    ----------
    id, title : str
    names : tuple of str
        Other names of the same missile.
    propulsion : str
    parameter_set, verdict : str
        The source's set that was chosen, and what is known of its worth.
    stages : tuple of StageEntry
    payload_kg : Cited
    reentry_ballistic_coefficient_kg_m2 : Cited
        Mass over (drag coefficient times area) of what re-enters.
    separates : bool
        Whether the payload leaves the empty body before re-entry.
    separates_mark, separates_source : str
    drag : DragTable
    body_cross_section_x_band_m2, … : Cited
        Radar cross-section while boosting, or with the tank attached.
    reentry_cross_section_x_band_m2, … : Cited
        Radar cross-section of the separated re-entry body.
    aspect_cross_section : mapping of str to AspectEntry
        By body and band, such as ``body_x_band``: stands in place of the one value where it is given.
    """

    id: str
    title: str
    names: tuple[str, ...]
    propulsion: str
    parameter_set: str
    verdict: str
    stages: tuple[StageEntry, ...]
    payload_kg: Cited
    reentry_ballistic_coefficient_kg_m2: Cited
    separates: bool
    separates_mark: str
    separates_source: str
    drag: DragTable
    body_cross_section_x_band_m2: Cited
    body_cross_section_s_band_m2: Cited
    body_cross_section_l_band_m2: Cited
    body_cross_section_uhf_band_m2: Cited
    reentry_cross_section_x_band_m2: Cited
    reentry_cross_section_s_band_m2: Cited
    reentry_cross_section_l_band_m2: Cited
    reentry_cross_section_uhf_band_m2: Cited
    aspect_cross_section: Mapping[str, AspectEntry] = field(default_factory=dict)

    @property
    def body_cross_section_m2(self) -> dict[str, float]:
        """Best values by band: X, S, L, UHF."""
        return {band: getattr(self, f"body_cross_section_{key}_m2").best for band, key in BAND_KEYS.items()}

    def aspect_m2(self, body: str) -> dict[str, tuple[float, float, float]]:
        """Return the best values at the nose, from the side and at the tail, by band.

        Parameters
        ----------
        body : str
            ``body`` or ``reentry``.

        Returns
        -------
        dict of str to tuple of float
            Of the bands for which they are stated.
        """
        found = {band: self.aspect_cross_section.get(f"{body}_{key}") for band, key in BAND_KEYS.items()}
        return {
            band: (value.nose_m2.best, value.side_m2.best, value.tail_m2.best)
            for band, value in found.items()
            if value is not None
        }

    @property
    def reentry_cross_section_m2(self) -> dict[str, float]:
        """Best values by band: X, S, L, UHF."""
        return {
            band: getattr(self, f"reentry_cross_section_{key}_m2").best for band, key in BAND_KEYS.items()
        }


@dataclass(frozen=True, slots=True)
class TestRecordSpec:
    """A count of flight tests as one source makes it.

    Attributes
    ----------
    view : str
        Name of the counting rule.
    hits, attempts : int
    as_of : str
        ISO date.
    source, mark : str
    """

    # pytest would otherwise take the name for a test class.
    __test__ = False

    view: str
    hits: int
    attempts: int
    as_of: str
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class InterceptorEntry:
    """An interceptor type.

    Attributes
    ----------
    id, title, layer : str
    names : tuple of str
    burnout_speed_km_s, boost_time_s : Cited
        Ideal speed at the end of all boost, and how long boost lasts.
    minimum_intercept_altitude_km, maximum_altitude_km, range_km : Cited
    launch_interval_s, preparation_time_s, kill_assessment_delay_s : Cited
        Between two launches of one battery; from order to lift-off; from intercept to knowing its outcome.
    handover_basket_km : Cited
        Largest miss of the predicted intercept point that the kill vehicle is taken to make good.
    test_records : tuple of TestRecordSpec
        All counts, of every view and date, in the order of dates.
    """

    id: str
    title: str
    layer: str
    names: tuple[str, ...]
    burnout_speed_km_s: Cited
    boost_time_s: Cited
    minimum_intercept_altitude_km: Cited
    maximum_altitude_km: Cited
    range_km: Cited
    launch_interval_s: Cited
    preparation_time_s: Cited
    kill_assessment_delay_s: Cited
    handover_basket_km: Cited
    test_records: tuple[TestRecordSpec, ...]

    @property
    def views(self) -> tuple[str, ...]:
        """The names of the rival counts, the first one used unless a scenario selects another."""
        return tuple(dict.fromkeys(record.view for record in self.test_records))

    def record(self, view: str, as_of: str) -> TestRecordSpec | None:
        """Return the latest count of a view that was known on a day.

        Parameters
        ----------
        view : str
        as_of : str
            ISO date.

        Returns
        -------
        TestRecordSpec or None
            None where the view has no count so early.
        """
        known = [record for record in self.test_records if record.view == view and record.as_of <= as_of]
        return max(known, key=lambda record: record.as_of) if known else None


@dataclass(frozen=True, slots=True)
class CatalogSite:
    """A place.

    Attributes
    ----------
    id : str
        Name in the catalogue; for a point stated in the scenario, its coordinates.
    title, kind, nation : str
    values : mapping of str to Cited
        Keys ``latitude_deg``, ``longitude_deg``, ``altitude_m``, ``mask_angle_deg``.
    azimuth_from_deg, azimuth_to_deg : float or None
        The sector of the radar that stands there, clockwise from north.
    sector_mark, sector_source : str
    stated : bool
        True for a point that the scenario states by its coordinates.
    mask : tuple of pairs
        Azimuth and elevation of the terrain around a radar here, in degrees; empty where only
        ``mask_angle_deg`` is known.
    mask_mark, mask_source : str
    """

    id: str
    title: str
    kind: str
    nation: str
    values: Mapping[str, Cited]
    azimuth_from_deg: float | None = None
    azimuth_to_deg: float | None = None
    sector_mark: str = ""
    sector_source: str = ""
    stated: bool = False
    mask: tuple[tuple[float, float], ...] = ()
    mask_mark: str = ""
    mask_source: str = ""

    @property
    def latitude_deg(self) -> float:
        """Geodetic latitude, WGS-84."""
        return self.values["latitude_deg"].best

    @property
    def longitude_deg(self) -> float:
        """Longitude, positive to the east."""
        return self.values["longitude_deg"].best

    @property
    def altitude_m(self) -> float:
        """Height above the ellipsoid, taken as the height above the sea."""
        return self.values["altitude_m"].best

    @property
    def mask_angle_deg(self) -> float:
        """Elevation of the terrain around a radar here, taken as the same in all directions."""
        return self.values["mask_angle_deg"].best


def leaves(value: Any, prefix: str) -> Iterator[tuple[str, Cited]]:
    """Walk all cited numbers in an entry.

    Parameters
    ----------
    value : dataclass, mapping, tuple or Cited
    prefix : str
        The path of `value` itself.

    Yields
    ------
    tuple of str and Cited
        Path and number.
    """
    if isinstance(value, Cited):
        yield prefix, value
    elif is_dataclass(value):
        for item in fields(value):
            yield from leaves(getattr(value, item.name), f"{prefix}.{item.name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, f"{prefix}.{key}")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from leaves(item, f"{prefix}.{index}")


def with_leaf(value: T, path: list[str], leaf: Cited) -> T:
    """Copy an entry with one cited number replaced.

    Parameters
    ----------
    value : dataclass, mapping, tuple or Cited
    path : list of str
        From `value` down to the number.
    leaf : Cited

    Returns
    -------
    The copy.
    """
    old: Any = value
    if not path:
        if not isinstance(old, Cited):
            raise InputError("this path does not lead to a number")
        new: Any = leaf
    elif isinstance(old, Mapping):
        new = {**old, path[0]: with_leaf(old[path[0]], path[1:], leaf)}
    elif isinstance(old, tuple):
        index = int(path[0])
        new = (*old[:index], with_leaf(old[index], path[1:], leaf), *old[index + 1 :])
    else:
        new = replace(old, **{path[0]: with_leaf(getattr(old, path[0]), path[1:], leaf)})
    result: T = new
    return result
