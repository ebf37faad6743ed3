"""What a catalogue says of a sensor besides the values that every one has: search, faces, bias, region."""

from __future__ import annotations

from typing import Any, get_args

from hoplon.cited import Cited
from hoplon.scenario import RadarEntry, SatelliteEntry, SensorSpec
from hoplon.sensor.faces import Face
from hoplon.sensor.measurement import Bias
from hoplon.sensor.satellite import Region
from hoplon.sensor.search import SearchMode, SearchPlan


def _given(**values: Cited | None) -> dict[str, float]:
    """Return the best values of what is given; what is not keeps the default of the class."""
    return {key: value.best for key, value in values.items() if value is not None}


def radar_options(entry: RadarEntry, spec: SensorSpec) -> dict[str, Any]:
    """Return the keywords for a `Radar` that its type and its line in the scenario give.

    Parameters
    ----------
    entry : RadarEntry
    spec : SensorSpec

    Returns
    -------
    dict of str to object
        What is not stated is left out, so that the defaults of the class hold.
    """
    options: dict[str, Any] = {
        "clock_offset_s": spec.clock_offset_s,
        "reports_false_alarms": spec.reports_false_alarms,
        "search": _search(entry, spec),
        "faces": _faces(entry, spec),
        **_given(
            search_share=entry.search_share,
            mature_after_s=entry.mature_after_s,
            monopulse_slope=entry.monopulse_slope,
            angle_floor_beamwidths=entry.angle_floor_beamwidths,
            range_floor_m=entry.range_floor_m,
            range_rate_floor_m_s=entry.range_rate_floor_m_s,
        ),
        "bias": Bias(
            **_given(
                range_sigma_m=entry.range_bias_sigma_m,
                azimuth_sigma_deg=entry.azimuth_bias_sigma_deg,
                elevation_sigma_deg=entry.elevation_bias_sigma_deg,
            )
        ),
    }
    if entry.mature_revisit_s is not None:
        options["mature_every"] = max(1, round(entry.mature_revisit_s.best / entry.revisit_s.best))
    return options


def _search(entry: RadarEntry, spec: SensorSpec) -> SearchPlan | None:
    for mode in get_args(SearchMode):
        if mode == spec.search:
            numbers = _given(
                frame_s=entry.search_frame_s,
                fence_height_deg=entry.fence_height_deg,
                range_resolution_m=entry.search_range_resolution_m,
            )
            if spec.search_frame_s is not None:
                numbers["frame_s"] = spec.search_frame_s
            if spec.fence_height_deg is not None:
                numbers["fence_height_deg"] = spec.fence_height_deg
            return SearchPlan(mode, **numbers)
    return None


def _faces(entry: RadarEntry, spec: SensorSpec) -> tuple[Face, ...]:
    if entry.faces is None:
        return ()
    return tuple(
        Face(
            azimuth_from_deg=spec.azimuth_from_deg + face.azimuth_from_deg,
            azimuth_to_deg=spec.azimuth_from_deg + face.azimuth_to_deg,
            elevation_min_deg=-10.0 if face.elevation_min_deg is None else face.elevation_min_deg,
            elevation_max_deg=90.0 if face.elevation_max_deg is None else face.elevation_max_deg,
            tilt_deg=face.tilt_deg,
            scan_loss_exponent=entry.faces.scan_loss_exponent,
        )
        for face in entry.faces.faces
    )


def _ends(value: Cited | None) -> tuple[float, float, float]:
    return (0.0, 0.0, 0.0) if value is None else (value.low, value.best, value.high)


def satellite_options(entry: SatelliteEntry) -> dict[str, Any]:
    """Return the keywords for `InfraredSatellites` that its type gives.

    Parameters
    ----------
    entry : SatelliteEntry

    Returns
    -------
    dict of str to object
        What is not stated is left out, so that the defaults of the class hold.
    """
    options: dict[str, Any] = {"scan_delay_s": _ends(entry.scan_delay_s)}
    if entry.cloud_height_km is not None:
        options["cloud_height_m"] = entry.cloud_height_km.best * 1e3
    if entry.region is not None:
        options["region"] = Region(
            entry.region.latitude_from_deg,
            entry.region.latitude_to_deg,
            entry.region.longitude_from_deg,
            entry.region.longitude_to_deg,
        )
    return options | _given(
        heading_error_deg=entry.heading_error_deg,
        missed_probability=entry.missed_probability,
        false_launches_per_day=entry.false_launches_per_day,
    )
