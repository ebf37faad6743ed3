"""The format of sensors in catalogue files: radar types, satellites, and the terrain around a site."""

from __future__ import annotations

import itertools
from typing import Annotated

from pydantic import Field, model_validator

from hoplon.scenario.leaf import (
    Azimuth,
    Elevation,
    Latitude,
    Longitude,
    LooseTuple,
    Name,
    NotNegative,
    Positive,
    Probability,
    Sector,
    Share,
    ShareOfTime,
    Strict,
    SwerlingCase,
    trouble,
)
from hoplon.scenario.schema_parts import Band, Entry, Sourced


class RadarValues(Strict):
    """What the radar equation and the time budget need."""

    frequency_ghz: Positive | None = None
    average_power_kw: Positive | None = None
    antenna_area_m2: Positive | None = None
    aperture_efficiency: Share | None = None
    losses_db: NotNegative | None = None
    system_temperature_k: Positive | None = None
    track_dwell_s: Positive | None = None
    search_dwell_s: Positive | None = None
    revisit_s: Positive | None = None
    azimuth_sector_deg: Sector | None = None
    elevation_min_deg: Elevation | None = None
    elevation_max_deg: Elevation | None = None
    range_resolution_m: Positive | None = None
    maximum_range_km: Positive | None = None
    latency_s: NotNegative | None = None
    swerling: SwerlingCase | None = None
    false_alarm_probability: Share | None = None


class RadarOptions(Strict):
    """What may be said of a radar besides; what is left out is computed as if there were none of it."""

    search_share: ShareOfTime | None = None
    search_frame_s: Positive | None = None
    fence_height_deg: Positive | None = None
    search_range_resolution_m: Positive | None = None
    mature_after_s: NotNegative | None = None
    mature_revisit_s: Positive | None = None
    monopulse_slope: Positive | None = None
    angle_floor_beamwidths: NotNegative | None = None
    range_floor_m: NotNegative | None = None
    range_rate_floor_m_s: NotNegative | None = None
    range_bias_sigma_m: NotNegative | None = None
    azimuth_bias_sigma_deg: NotNegative | None = None
    elevation_bias_sigma_deg: NotNegative | None = None


class FaceFile(Strict):
    """Where one face looks; azimuths count from the start of the sector of the radar at its site."""

    azimuth_from_deg: Azimuth
    azimuth_to_deg: Azimuth
    elevation_min_deg: Annotated[float, Field(ge=-5.0, le=90.0)] | None = None
    elevation_max_deg: Annotated[float, Field(ge=-5.0, le=90.0)] | None = None
    tilt_deg: Annotated[float, Field(ge=0.0, le=90.0)] = 0.0

    @model_validator(mode="after")
    def _has_height(self) -> FaceFile:
        low, high = self.elevation_min_deg, self.elevation_max_deg
        if low is not None and high is not None and low >= high:
            raise trouble(f"elevations from {low:g} to {high:g} deg", "Write the lower one first.")
        return self


class FacesFile(Sourced):
    """The faces of a radar type."""

    scan_loss_exponent: Annotated[float, Field(ge=0.0, le=10.0)] = 0.0
    faces: Annotated[tuple[FaceFile, ...], LooseTuple, Field(min_length=1, max_length=16)]


class RadarFile(Entry, RadarValues, RadarOptions):
    """A radar type; one known only as a ratio inherits the rest from the type that it is compared with."""

    band: Band
    faces: FacesFile | None = None
    relative_to: Name | None = None
    range_ratio: Positive | None = None


class RegionFile(Sourced):
    """A field of latitudes and longitudes, from west to east."""

    latitude_from_deg: Latitude
    latitude_to_deg: Latitude
    longitude_from_deg: Longitude
    longitude_to_deg: Longitude

    @model_validator(mode="after")
    def _has_height(self) -> RegionFile:
        if self.latitude_from_deg >= self.latitude_to_deg:
            raise trouble("the region has no height", "Write latitude_from_deg below latitude_to_deg.")
        return self


class SatelliteOptions(Strict):
    """What may be said of satellites besides; what is left out is computed as if there were none of it."""

    cloud_height_km: NotNegative | None = None
    scan_delay_s: NotNegative | None = None
    heading_error_deg: NotNegative | None = None
    missed_probability: Probability | None = None
    false_launches_per_day: NotNegative | None = None


class SatelliteFile(Entry, SatelliteOptions):
    """A constellation of infrared satellites that reports launches."""

    detection_delay_s: NotNegative | None = None
    position_error_km: Positive | None = None
    report_latency_s: NotNegative | None = None
    region: RegionFile | None = None

    @model_validator(mode="after")
    def _options_fit(self) -> SatelliteFile:
        if (self.cloud_height_km is None) != (self.scan_delay_s is None):
            raise trouble("cloud_height_km and scan_delay_s belong together", "Write both, or neither.")
        if self.false_launches_per_day is not None and self.region is None:
            raise trouble("false launches need a region to be seen in", "Add region: {…}.")
        return self


def _check_mask_table(azimuth_deg: tuple[float, ...], elevation_deg: tuple[float, ...]) -> None:
    if len(azimuth_deg) != len(elevation_deg):
        raise trouble(f"{len(azimuth_deg)} azimuths and {len(elevation_deg)} elevations", "Write as many.")
    if any(a >= b for a, b in itertools.pairwise(azimuth_deg)) or azimuth_deg[-1] >= azimuth_deg[0] + 360.0:
        raise trouble("the azimuths do not increase", "Sort them; leave out 360 where there is 0.")


MaskAngle = Annotated[float, Field(ge=-5.0, le=45.0)]


class StatedMask(Strict):
    """Elevations of the terrain around a radar by azimuth, with straight lines between them."""

    azimuth_deg: Annotated[tuple[Azimuth, ...], LooseTuple, Field(min_length=1, max_length=720)]
    elevation_deg: Annotated[tuple[MaskAngle, ...], LooseTuple, Field(min_length=1, max_length=720)]

    @model_validator(mode="after")
    def _is_a_table(self) -> StatedMask:
        _check_mask_table(self.azimuth_deg, self.elevation_deg)
        return self


class MaskFile(StatedMask, Sourced):
    """The same in the catalogue, with its source."""
