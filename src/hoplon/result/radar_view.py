"""What can be said of one radar: what its pictures, screens and files are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hoplon

Array = NDArray[np.float64]

RADAR_FORMAT = "hoplon-radar"
RADAR_VERSION = 1

#: Fluctuation cases of the curves that compare them.
SWERLING_CASES = (0, 1, 3)


@dataclass(frozen=True, slots=True)
class RadarParameter:
    """A number that the radar's answers rest on.

    Attributes
    ----------
    key : str
        Its unit is the suffix.
    best, low, high : float
    unit, mark : str
        The mark is empty for what follows from the others.
    """

    key: str
    best: float
    low: float
    high: float
    unit: str
    mark: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RadarTarget:
    """What the radar makes of targets of one cross-section.

    Attributes
    ----------
    label : str
        What it is, in words.
    rcs_m2, rcs_low_m2, rcs_high_m2 : float
        Mean radar cross-section in the radar's band, and what its source leaves open.
    mark : str
        Of the cross-section; empty for one that the user gave.
    search_km, track_km : tuple of float
        Slant range of detection in one look with the search and the track dwell, by probability.
    search_ends_km : tuple of float
        As `search_km` for the first probability, at the low and the high end of the cross-section.
    lowest_search_km, lowest_track_km : array, shape (n, 2)
        Vertical cut, ground range and altitude: along the lowest ray, from the radar to the limit of range.
    limit_search_km, limit_track_km : array, shape (n, 2)
        The same along the limit of range, from the lowest ray to the highest beam.
    plan_search_km, plan_track_km : array, shape (azimuths, 2)
        Nearest and farthest ground range at the altitude of the plan; NaN where there is none.
    snr_search_db, snr_track_db : array
        Mean signal-to-noise ratio of one look, by range.
    pd_search, pd_track : array
        Probability of detection in one look, by range, for the radar's own fluctuation case.
    """

    label: str
    rcs_m2: float
    rcs_low_m2: float
    rcs_high_m2: float
    mark: str
    search_km: tuple[float, ...]
    track_km: tuple[float, ...]
    search_ends_km: tuple[float, float]
    lowest_search_km: Array
    lowest_track_km: Array
    limit_search_km: Array
    limit_track_km: Array
    plan_search_km: Array
    plan_track_km: Array
    snr_search_db: Array
    snr_track_db: Array
    pd_search: Array
    pd_track: Array


@dataclass(frozen=True, slots=True, eq=False)
class RadarView:
    """One radar, at its place or as a type.

    Attributes
    ----------
    name, title, band : str
    where : str
        The place in words, empty for a type that stands nowhere.
    latitude_deg, longitude_deg : float or None
        None where the place, or the direction of its sector, is not known.
    altitude_m : float
        Of the antenna.
    azimuth_from_deg, azimuth_to_deg : float
        Sector clockwise from north; from the middle of the sector where `latitude_deg` is None.
    elevation_min_deg, elevation_max_deg : float
        Lowest and highest beam.
    lowest_deg : float
        Lowest elevation in view in the direction of the cut: that beam, or the terrain above it.
    maximum_range_km : float
        Instrumented range.
    swerling : int
    false_alarm_probability : float
    probabilities : tuple of float
        Of detection; the first is that of cut and plan.
    parameters : tuple of RadarParameter
    notes : tuple of str
    targets : tuple of RadarTarget
        The first is the one of accuracy and of the comparison of fluctuation cases.
    range_km : array
        Slant ranges of the curves.
    pd_search_by_swerling, pd_track_by_swerling : mapping of int to array
        For the first target.
    required_snr_db : mapping of int to tuple of float
        By fluctuation case and probability.
    cut_azimuth_deg : float
    rays : mapping of float to array, shape (n, 2)
        Rays by apparent elevation: ground range, altitude in km.
    horizon_ground_km, horizon_km, horizon_straight_km, ceiling_km : array
        Lowest visible altitude by ground range with refraction and without, and the height of the highest
        beam.
    plan_altitude_km : float
    plan_azimuth_deg : array
    accuracy_range_km, accuracy_snr_db, accuracy_pd, sigma_range_m, sigma_angle_mrad : array
        Of one look with the track dwell at the first target.
    """

    name: str
    title: str
    band: str
    where: str
    latitude_deg: float | None
    longitude_deg: float | None
    altitude_m: float
    azimuth_from_deg: float
    azimuth_to_deg: float
    elevation_min_deg: float
    elevation_max_deg: float
    lowest_deg: float
    maximum_range_km: float
    swerling: int
    false_alarm_probability: float
    probabilities: tuple[float, ...]
    parameters: tuple[RadarParameter, ...]
    notes: tuple[str, ...]
    targets: tuple[RadarTarget, ...]
    range_km: Array
    pd_search_by_swerling: Mapping[int, Array]
    pd_track_by_swerling: Mapping[int, Array]
    required_snr_db: Mapping[int, tuple[float, ...]]
    cut_azimuth_deg: float
    rays: Mapping[float, Array]
    horizon_ground_km: Array
    horizon_km: Array
    horizon_straight_km: Array
    ceiling_km: Array
    plan_altitude_km: float
    plan_azimuth_deg: Array
    accuracy_range_km: Array
    accuracy_snr_db: Array
    accuracy_pd: Array
    sigma_range_m: Array
    sigma_angle_mrad: Array


@dataclass(frozen=True, slots=True, eq=False)
class RadarTable:
    """Curves of a radar as one table for a file: target by target, range by range.

    Attributes
    ----------
    columns : mapping of str to array
    about : mapping
    """

    columns: Mapping[str, NDArray[Any]]
    about: Mapping[str, Any] = field(default_factory=dict)

    def metadata(self) -> dict[str, Any]:
        """Return what a file says of itself: format, version, software, and which radar it is about."""
        head = {"format": RADAR_FORMAT, "version": RADAR_VERSION, "software": "hoplon"}
        return {**head, "software_version": hoplon.__version__, **self.about}


def radar_table(view: RadarView) -> RadarTable:
    """Lay out the curves of a radar as one table.

    Parameters
    ----------
    view : RadarView

    Returns
    -------
    RadarTable
    """
    count, targets = len(view.range_km), view.targets

    def stacked(name: str) -> Array:
        return np.concatenate([getattr(target, name) for target in targets])

    columns: dict[str, NDArray[Any]] = {
        "target": np.repeat([target.label.replace(",", ";") for target in targets], count),
        "rcs_m2": np.repeat([target.rcs_m2 for target in targets], count),
        "slant_range_km": np.tile(view.range_km, len(targets)),
        **{name: stacked(name) for name in ("snr_search_db", "snr_track_db", "pd_search", "pd_track")},
    }
    about: dict[str, Any] = {
        "radar": view.name,
        "title": view.title,
        "where": view.where or None,
        "band": view.band,
        "swerling": view.swerling,
        "false_alarm_probability": view.false_alarm_probability,
        "maximum_range_km": view.maximum_range_km,
        "looks": "one, on boresight; horizon, sector and elevation limits are not in these curves",
    }
    return RadarTable(columns, about)
