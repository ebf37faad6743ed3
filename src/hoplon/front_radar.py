"""Single radars for people and files: what one sees, how far, how low, how well."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoplon.errors import InputError
from hoplon.front_radar_find import NamedRadar, find_radar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hoplon.result.radar_view import RadarParameter, RadarTarget, RadarView
    from hoplon.sensor.radar import Radar

#: Shown where the user names no probability, and the altitude of the plan where he names none.
PROBABILITIES = (0.5, 0.9)
PLAN_ALTITUDE_KM = 200.0
#: More could not be told apart in a picture.
MOST_TARGETS = 6
#: Ground ranges of the horizon table, as far as the radar's own range goes.
HORIZON_KM = (50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 4000, 5000)
#: Elevations at which rays are drawn.
RAYS_DEG = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0)


def radar_view(
    name: str | NamedRadar,
    *,
    rcs_m2: Sequence[float] = (),
    altitude_km: float = PLAN_ALTITUDE_KM,
    probabilities: Sequence[float] = PROBABILITIES,
    azimuth_deg: float | None = None,
) -> RadarView:
    """Work out what one radar sees, how far, how low and how well.

    Parameters
    ----------
    name : str or NamedRadar
        As for `find_radar`.
    rcs_m2 : sequence of float
        Cross-sections in the radar's band; by default those that the catalogue, or the scenario, has for its
        missiles. The first stands for accuracy and fluctuation.
    altitude_km : float
        Of the target in the plan.
    probabilities : sequence of float
        Of detection in one look; the first is that of cut and plan.
    azimuth_deg : float, optional
        Direction of the cut; by default the middle of the sector.

    Returns
    -------
    RadarView

    Raises
    ------
    InputError
        For an unknown name, or a number out of range.
    """
    import numpy as np

    from hoplon.result.radar_view import SWERLING_CASES, RadarView
    from hoplon.sensor import coverage
    from hoplon.sensor.detection import probability_of_detection, required_snr_db
    from hoplon.sensor.measurement import measurement_sigmas
    from hoplon.sensor.refraction import lowest_visible_altitude_m

    found = find_radar(name) if isinstance(name, str) else name
    radar = found.radar
    wanted = tuple(probabilities) or PROBABILITIES
    _check_numbers(radar, rcs_m2, altitude_km, wanted)
    required = {
        case: tuple(required_snr_db(p, radar.false_alarm_probability, case) for p in wanted)
        for case in SWERLING_CASES
    }
    cut = coverage.middle_azimuth_deg(radar) if azimuth_deg is None else azimuth_deg % 360.0
    directions = coverage.look_around(radar, cut)
    limits = float(directions.lowest_deg[0]), float(directions.highest_deg[0])
    if math.isnan(limits[0]):
        raise InputError(
            f"azimuth {cut:g} deg is outside the sector {radar.azimuth_from_deg:g} to "
            f"{radar.azimuth_to_deg:g} deg",
            where="--azimuth",
            remedy="Give a direction within it, clockwise from north.",
        )
    given = [(f"{value:g} m²", (value, value, value), "") for value in rcs_m2] or [
        (label, (leaf.best, leaf.low, leaf.high), str(leaf.mark)) for label, leaf in found.targets
    ]
    width = (radar.azimuth_to_deg - radar.azimuth_from_deg) % 360.0 or 360.0
    azimuths = radar.azimuth_from_deg + np.linspace(0.0, width, max(8, math.ceil(width / 2.0)) + 1)
    longest = max(
        radar.range_for(10 ** (required[radar.swerling][0] / 10), span[0], radar.track_dwell_s) / 1e3
        for _, span, _ in given
    )
    ranges = np.linspace(0.0, min(1.25 * longest, 1.05 * radar.maximum_range_m / 1e3), 241)[1:]
    targets = tuple(
        _target(radar, label, span, mark, wanted, altitude_km, azimuths, cut, ranges)
        for label, span, mark in given
    )
    first = targets[0]
    by_case = [
        {case: _detected(radar, ranges, level, case) for case in SWERLING_CASES}
        for level in (first.snr_search_db, first.snr_track_db)
    ]
    height = max(0.0, float(radar.site.altitude_m))
    furthest = max(float(t.limit_track_km[:, 0].max()) for t in targets) * 1.15
    ground = np.linspace(0.0, furthest, 240)
    rays = {
        e: np.column_stack([ground, lowest_visible_altitude_m(ground * 1e3, e, height) / 1e3])
        for e in sorted({limits[0], *(e for e in RAYS_DEG if e <= limits[1])})
    }
    rows = np.array([g for g in HORIZON_KM if g * 1e3 <= radar.maximum_range_m], dtype=np.float64)

    def altitudes(elevation: float, model: Any) -> NDArray[np.float64]:
        return lowest_visible_altitude_m(rows * 1e3, elevation, height, model) / 1e3

    accuracy = _accuracy_ranges(first.track_km[0])
    snr = radar.snr(accuracy * 1e3, first.rcs_m2, radar.track_dwell_s)
    sigma_range, sigma_angle = measurement_sigmas(radar, snr + 1.0)
    return RadarView(
        name=found.name,
        title=found.entry.title,
        band=radar.band,
        where=found.where,
        latitude_deg=radar.site.latitude_deg if found.oriented else None,
        longitude_deg=radar.site.longitude_deg if found.oriented else None,
        altitude_m=height,
        azimuth_from_deg=radar.azimuth_from_deg,
        azimuth_to_deg=radar.azimuth_to_deg,
        elevation_min_deg=radar.elevation_min_deg,
        elevation_max_deg=radar.elevation_max_deg,
        lowest_deg=limits[0],
        maximum_range_km=radar.maximum_range_m / 1e3,
        swerling=radar.swerling,
        false_alarm_probability=radar.false_alarm_probability,
        probabilities=wanted,
        parameters=_parameters(found),
        notes=found.notes,
        targets=targets,
        range_km=ranges,
        pd_search_by_swerling=by_case[0],
        pd_track_by_swerling=by_case[1],
        required_snr_db=required,
        cut_azimuth_deg=cut,
        rays=rays,
        horizon_ground_km=rows,
        horizon_km=altitudes(limits[0], "exponential"),
        horizon_straight_km=altitudes(limits[0], "geometric"),
        ceiling_km=altitudes(limits[1], "geometric"),
        plan_altitude_km=altitude_km,
        plan_azimuth_deg=azimuths,
        accuracy_range_km=accuracy,
        accuracy_snr_db=10.0 * np.log10(snr),
        accuracy_pd=probability_of_detection(snr, radar.false_alarm_probability, radar.swerling),
        sigma_range_m=sigma_range,
        sigma_angle_mrad=1e3 * sigma_angle,
    )


def _check_numbers(
    radar: Radar, rcs_m2: Sequence[float], altitude_km: float, probabilities: Sequence[float]
) -> None:
    if len(rcs_m2) > MOST_TARGETS:
        raise InputError(
            f"{len(rcs_m2)} cross-sections", where="--rcs", remedy=f"Give at most {MOST_TARGETS} at once."
        )
    for value in rcs_m2:
        if not 1e-9 <= value <= 1e9:
            raise InputError(
                f"cross-section is {value:g} m²",
                where="--rcs",
                remedy="Write square metres above 0: a re-entry cone has 0.001 to 1, an aircraft 1 to 100.",
            )
    if not 0.0 < altitude_km <= 40_000.0:
        raise InputError(
            f"altitude is {altitude_km:g} km", where="--altitude", remedy="Write km above 0, at most 40000."
        )
    for p in probabilities:
        if not radar.false_alarm_probability < p <= 0.9999:
            raise InputError(
                f"probability of detection is {p:g}",
                where="--pd",
                remedy="Write a number above the false-alarm probability, "
                f"{radar.false_alarm_probability:g}, at most 0.9999.",
            )


def _target(
    radar: Radar,
    label: str,
    span: tuple[float, float, float],
    mark: str,
    probabilities: tuple[float, ...],
    altitude_km: float,
    azimuths: NDArray[np.float64],
    cut_deg: float,
    ranges_km: NDArray[np.float64],
) -> RadarTarget:
    """Everything about one cross-section; dwell by dwell, search first."""
    import numpy as np

    from hoplon.result.radar_view import RadarTarget
    from hoplon.sensor.coverage import plan_limits, vertical_cut
    from hoplon.sensor.radar import detection_range_m

    rcs, low, high = span
    p = probabilities[0]
    parts: dict[str, Any] = {}
    for dwell, dwell_s in (("search", radar.search_dwell_s), ("track", radar.track_dwell_s)):
        parts[f"{dwell}_km"] = tuple(detection_range_m(radar, rcs, q, dwell_s) / 1e3 for q in probabilities)
        lowest, limit = vertical_cut(radar, rcs, p, dwell_s, cut_deg)
        parts |= {f"lowest_{dwell}_km": lowest / 1e3, f"limit_{dwell}_km": limit / 1e3}
        limits = plan_limits(radar, altitude_km * 1e3, azimuths, rcs, p, dwell_s)
        parts[f"plan_{dwell}_km"] = np.column_stack(limits) / 1e3
        parts[f"snr_{dwell}_db"] = snr_db = 10.0 * np.log10(radar.snr(ranges_km * 1e3, rcs, dwell_s))
        parts[f"pd_{dwell}"] = _detected(radar, ranges_km, snr_db, radar.swerling)
    ends = tuple(detection_range_m(radar, end, p) / 1e3 for end in (low, high))
    return RadarTarget(label, rcs, low, high, mark, search_ends_km=(ends[0], ends[1]), **parts)


def _detected(
    radar: Radar, ranges_km: NDArray[np.float64], snr_db: NDArray[np.float64], swerling: int
) -> NDArray[np.float64]:
    """Probability of detection by range; nothing is detected beyond the instrumented range."""
    import numpy as np

    from hoplon.sensor.detection import probability_of_detection

    # A steady echo of 30 dB is always detected: Marcum's sum need not grow further.
    level = np.minimum(snr_db, 30.0) if swerling == 0 else snr_db
    detected = probability_of_detection(10.0 ** (level / 10.0), radar.false_alarm_probability, swerling)
    return np.where(ranges_km * 1e3 <= radar.maximum_range_m, detected, 0.0)


def _accuracy_ranges(reach_km: float) -> NDArray[np.float64]:
    """Five or so round ranges up to the one at which a look in track still detects."""
    import numpy as np

    from hoplon.report.svg import ticks

    return np.array([r for r in ticks(0.0, reach_km, 6) if r > 0.0] or [reach_km])


def _parameters(found: NamedRadar) -> tuple[RadarParameter, ...]:
    """Values of the type with their marks, then what follows from them."""
    from hoplon.result.radar_view import RadarParameter
    from hoplon.scenario.entries import leaves
    from hoplon.scenario.units import unit_of

    rows = []
    for path, leaf in leaves(found.entry, ""):
        key = path.lstrip(".")
        rows.append(RadarParameter(key, leaf.best, leaf.low, leaf.high, unit_of(key), str(leaf.mark)))
    radar = found.radar
    for key, value, unit in (
        ("gain_db", 10.0 * math.log10(radar.gain), "dB"),
        ("beamwidth_deg", radar.beamwidth_deg, "deg"),
    ):
        rows.append(RadarParameter(key, value, value, value, unit))
    return tuple(rows)


def write_radar(view: RadarView, path: Path) -> Path:
    """Write a radar as a picture or as the table of its curves, by the ending; whole or not at all.

    Parameters
    ----------
    view : RadarView
    path : Path
        Ends in .svg or .csv; must not exist.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    from hoplon.report.radar_picture import draw_radar
    from hoplon.result.flight_table import check_flight_file, csv_text, write_whole
    from hoplon.result.radar_view import radar_table

    check_flight_file(path)
    if path.suffix.lower() == ".csv":
        return write_whole(path, csv_text(radar_table(view)).encode())
    return write_whole(path, str(draw_radar(view)).encode())
