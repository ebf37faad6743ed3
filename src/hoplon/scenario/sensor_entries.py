"""Radar types and satellites as a scenario uses them: complete, every number cited."""

from __future__ import annotations

from dataclasses import dataclass

from hoplon.cited import Cited
from hoplon.scenario import sensor_schema as schema


@dataclass(frozen=True, slots=True)
class FaceEntry:
    """Where one face of a radar looks.

    Attributes
    ----------
    azimuth_from_deg, azimuth_to_deg : float
        From the start of the radar's sector.
    elevation_min_deg, elevation_max_deg : float or None
        None for those of the radar.
    tilt_deg : float
        Elevation of its axis.
    """

    azimuth_from_deg: float
    azimuth_to_deg: float
    elevation_min_deg: float | None
    elevation_max_deg: float | None
    tilt_deg: float


@dataclass(frozen=True, slots=True)
class FacesEntry:
    """The faces of a radar type.

    Attributes
    ----------
    scan_loss_exponent : float
        The echo falls as this power of the cosine of the angle from the axis.
    faces : tuple of FaceEntry
    mark, source : str
    """

    scan_loss_exponent: float
    faces: tuple[FaceEntry, ...]
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class RadarEntry:
    """A radar type with everything that the radar equation and the time budget need.

    Attributes
    ----------
    id, title, band : str
    relative_to : str
        The type whose values were taken over, empty where they are the radar's own.
    range_ratio : Cited or None
        Range reached, as a multiple of what the other values give.
    frequency_ghz, average_power_kw, antenna_area_m2, aperture_efficiency, … : Cited
        For one face. `aperture_efficiency` counts on transmission and on reception; `losses_db` are all other
        losses together; dwells are the time on target for one look in track and in search; `revisit_s` the
        time between looks; `latency_s` from the look to the report.
    search_share, search_frame_s, fence_height_deg, …, mature_revisit_s, … : Cited or None
        What else is said of it; None where nothing is (see `hoplon.sensor.Radar` for what holds then).
        `mature_revisit_s` is the time between looks at an object that has been in firm track for longer than
        `mature_after_s`.
    faces : FacesEntry or None
    """

    id: str
    title: str
    band: str
    relative_to: str
    range_ratio: Cited | None
    frequency_ghz: Cited
    average_power_kw: Cited
    antenna_area_m2: Cited
    aperture_efficiency: Cited
    losses_db: Cited
    system_temperature_k: Cited
    track_dwell_s: Cited
    search_dwell_s: Cited
    revisit_s: Cited
    azimuth_sector_deg: Cited
    elevation_min_deg: Cited
    elevation_max_deg: Cited
    range_resolution_m: Cited
    maximum_range_km: Cited
    latency_s: Cited
    swerling: Cited
    false_alarm_probability: Cited
    search_share: Cited | None = None
    search_frame_s: Cited | None = None
    fence_height_deg: Cited | None = None
    search_range_resolution_m: Cited | None = None
    mature_after_s: Cited | None = None
    mature_revisit_s: Cited | None = None
    monopulse_slope: Cited | None = None
    angle_floor_beamwidths: Cited | None = None
    range_floor_m: Cited | None = None
    range_rate_floor_m_s: Cited | None = None
    range_bias_sigma_m: Cited | None = None
    azimuth_bias_sigma_deg: Cited | None = None
    elevation_bias_sigma_deg: Cited | None = None
    faces: FacesEntry | None = None

    @property
    def range_scale(self) -> float:
        """The best value of `range_ratio`, 1 where there is none."""
        return 1.0 if self.range_ratio is None else self.range_ratio.best

    @property
    def swerling_case(self) -> int:
        """The fluctuation case: 0, 1 or 3, whichever is nearest to the value."""
        return min((0, 1, 3), key=lambda case: abs(case - self.swerling.best))


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """A field of latitudes and longitudes, from west to east.

    Attributes
    ----------
    latitude_from_deg, latitude_to_deg, longitude_from_deg, longitude_to_deg : float
    mark, source : str
    """

    latitude_from_deg: float
    latitude_to_deg: float
    longitude_from_deg: float
    longitude_to_deg: float
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class SatelliteEntry:
    """A constellation of infrared satellites.

    Attributes
    ----------
    id, title : str
    detection_delay_s : Cited
        From launch until the flame is seen.
    position_error_km : Cited
        Standard deviation of the reported launch point in each horizontal direction.
    report_latency_s : Cited
        From detection to the report.
    cloud_height_km, scan_delay_s : Cited or None
        The missile is seen from this height on; from there until the launch is declared.
    heading_error_deg : Cited or None
        Standard deviation of the reported direction of flight; None where none is reported.
    missed_probability, false_launches_per_day : Cited or None
    region : RegionEntry or None
        What is watched; None for everywhere.
    """

    id: str
    title: str
    detection_delay_s: Cited
    position_error_km: Cited
    report_latency_s: Cited
    cloud_height_km: Cited | None = None
    scan_delay_s: Cited | None = None
    heading_error_deg: Cited | None = None
    missed_probability: Cited | None = None
    false_launches_per_day: Cited | None = None
    region: RegionEntry | None = None


def faces_entry(file: schema.FacesFile | None) -> FacesEntry | None:
    """Return the faces of a radar type.

    Parameters
    ----------
    file : FacesFile or None

    Returns
    -------
    FacesEntry or None
    """
    if file is None:
        return None
    faces = tuple(
        FaceEntry(
            face.azimuth_from_deg,
            face.azimuth_to_deg,
            face.elevation_min_deg,
            face.elevation_max_deg,
            face.tilt_deg,
        )
        for face in file.faces
    )
    return FacesEntry(file.scan_loss_exponent, faces, str(file.mark), file.source)


def region_entry(file: schema.RegionFile | None) -> RegionEntry | None:
    """Return what satellites watch.

    Parameters
    ----------
    file : RegionFile or None

    Returns
    -------
    RegionEntry or None
    """
    if file is None:
        return None
    return RegionEntry(
        file.latitude_from_deg,
        file.latitude_to_deg,
        file.longitude_from_deg,
        file.longitude_to_deg,
        str(file.mark),
        file.source,
    )
