"""Computed moments beside published ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hoplon.earth.frames import geodetic_from_ecef
from hoplon.earth.geodesics import distance_km
from hoplon.engagement.prepared import Prepared
from hoplon.result.model import Record
from hoplon.result.scene import TimelineRow
from hoplon.result.warning import AlertComparison
from hoplon.scenario import CatalogSite, PublishedMoment, Scenario
from hoplon.threat.raid import Threat


def timeline(scenario: Scenario, prepared: Prepared, records: Sequence[Record]) -> tuple[TimelineRow, ...]:
    """Set the published minutes of a flight beside the computed ones.

    Parameters
    ----------
    scenario : Scenario
        Its `published_timeline` counts from the launch of the first threat.
    prepared : Prepared
    records : sequence of Record

    Returns
    -------
    tuple of TimelineRow
        The computed time is the median over battles.
    """
    return tuple(
        TimelineRow(
            what=row.what,
            published_low_s=row.published_low_s,
            published_best_s=row.published_best_s,
            published_high_s=row.published_high_s,
            computed_s=_computed(row, prepared.threats[0], records),
            source=row.source,
        )
        for row in scenario.published_timeline
    )


def _computed(row: PublishedMoment, threat: Threat, records: Sequence[Record]) -> float:
    if row.near is not None:
        return _closest_approach_s(row.near, threat)
    return _median(records, row.moment)


def _closest_approach_s(place: CatalogSite, threat: Threat) -> float:
    t_s = np.arange(0.0, threat.trajectory.flight_time_s, 1.0)
    latitude, longitude, _ = geodetic_from_ecef(threat.trajectory.state_at(t_s)[0])
    away = [
        distance_km(float(a), float(b), place.latitude_deg, place.longitude_deg)
        for a, b in zip(latitude, longitude, strict=True)
    ]
    return float(t_s[int(np.argmin(away))])


def alert_comparisons(
    scenario: Scenario, prepared: Prepared, records: Sequence[Record]
) -> tuple[AlertComparison, ...]:
    """Set published alerts beside the earliest possible ones.

    Parameters
    ----------
    scenario : Scenario
        Its `published_timeline` counts from the launch of the first threat.
    prepared : Prepared
    records : sequence of Record

    Returns
    -------
    tuple of AlertComparison
        One for each published moment that is compared with the computed alert.
    """
    arrival, arrival_s = _arrival(prepared)
    return tuple(
        AlertComparison(
            what=row.what,
            source=row.source,
            published_low_s=row.published_low_s,
            published_best_s=row.published_best_s,
            published_high_s=row.published_high_s,
            reported_s=_median(records, "satellite_report"),
            tracked_s=_median(records, "firm_track"),
            possible_s=_median(records, "alert_possible"),
            with_delay_s=_median(records, "alert"),
            arrival_s=arrival_s,
            arrival=arrival,
        )
        for row in scenario.published_timeline
        if row.moment == "alert"
    )


def _median(records: Sequence[Record], moment: str) -> float:
    """Median time of a moment of the first threat, after its launch; NaN where it never came."""
    first = [record.outcomes[0].moments_s for record in records]
    times = [moments[moment] - moments["launch"] for moments in first if moment in moments]
    return float(np.median(times)) if times else float("nan")


def _arrival(prepared: Prepared) -> tuple[str, float]:
    """Return which warned place the first threat truly comes to first, and when after its launch."""
    warned = prepared.warned
    found = [
        (t_s - prepared.threats[0].launch_s, place.name)
        for place, due, passes in zip(warned.ground.places, warned.due, warned.passes, strict=True)
        for threat, t_s in (*due, *passes)
        if threat == 0
    ]
    t_s, name = min(found, default=(float("nan"), ""))
    return name, t_s
