"""Computed moments beside published ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hoplon.earth.frames import geodetic_from_ecef
from hoplon.earth.geodesics import distance_km
from hoplon.engagement.prepared import Prepared
from hoplon.result.model import Record, TimelineRow
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
    times = [
        outcome.moments_s[row.moment] - outcome.moments_s["launch"]
        for record in records
        for outcome in record.outcomes[:1]
        if row.moment in outcome.moments_s
    ]
    return float(np.median(times)) if times else float("nan")


def _closest_approach_s(place: CatalogSite, threat: Threat) -> float:
    t_s = np.arange(0.0, threat.trajectory.flight_time_s, 1.0)
    latitude, longitude, _ = geodetic_from_ecef(threat.trajectory.state_at(t_s)[0])
    away = [
        distance_km(float(a), float(b), place.latitude_deg, place.longitude_deg)
        for a, b in zip(latitude, longitude, strict=True)
    ]
    return float(t_s[int(np.argmin(away))])
