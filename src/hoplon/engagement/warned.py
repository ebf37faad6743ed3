"""The places whose public is warned, and what truly comes to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hoplon.command.rules import DefendedGround
from hoplon.command.warning import RADIUS_KM, WarnedGround
from hoplon.earth.geodesics import distances_km
from hoplon.result.warning import NAN, CityWarning
from hoplon.scenario import Scenario
from hoplon.threat.raid import Threat

#: Step along a true path when looking over what it passes.
_STEP_S = 2.0

#: Threats by number with a time, the earliest first.
Arrivals = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Warned:
    """Who is warned, from what on, and the truth of what comes to them.

    Attributes
    ----------
    ground : WarnedGround
        The assets, then the other cities.
    confidence : float
    overflights : bool
    due, passes : tuple of Arrivals
        For each place the threats that fall on it, and those that pass over it, if nobody shoots them down.
    """

    ground: WarnedGround
    confidence: float
    overflights: bool
    due: tuple[Arrivals, ...]
    passes: tuple[Arrivals, ...]


def warned(scenario: Scenario, defended: Sequence[DefendedGround], threats: Sequence[Threat]) -> Warned:
    """Return the places that are warned, and what truly comes to each.

    Parameters
    ----------
    scenario : Scenario
    defended : sequence of DefendedGround
    threats : sequence of Threat

    Returns
    -------
    Warned
    """
    assets = {ground.name for ground in defended}
    radius = scenario.warning.city_radius_km.best
    others = [
        DefendedGround(city.id, city.latitude_deg, city.longitude_deg, radius)
        for city in scenario.warning.cities.values()
        if city.id not in assets
    ]
    ground = WarnedGround.of([*defended, *others])
    due: list[list[tuple[int, float]]] = [[] for _ in ground.places]
    passes: list[list[tuple[int, float]]] = [[] for _ in ground.places]
    for number, threat in enumerate(threats):
        fallen_s = threat.launch_s + threat.trajectory.flight_time_s
        impact = threat.trajectory.event("impact")
        away_km = _distances_km(ground, impact.latitude_deg, impact.longitude_deg)
        t_s, closest_km = _closest(ground, threat)
        for i, radius_km in enumerate(ground.radius_km.tolist()):
            if away_km[i] <= radius_km:
                due[i].append((number, fallen_s))
            elif closest_km[i] <= radius_km:
                passes[i].append((number, threat.launch_s + t_s[i]))
    return Warned(
        ground,
        scenario.warning.confidence.best,
        scenario.warning.overflights,
        tuple(tuple(sorted(each, key=lambda a: a[1])) for each in due),
        tuple(tuple(sorted(each, key=lambda a: a[1])) for each in passes),
    )


def _distances_km(ground: WarnedGround, latitude_deg: float, longitude_deg: float) -> list[float]:
    if not ground.places:
        return []
    there = np.array([(p.latitude_deg, p.longitude_deg) for p in ground.places])
    here = np.full(len(there), latitude_deg), np.full(len(there), longitude_deg)
    found: list[float] = distances_km(there[:, 0], there[:, 1], *here).tolist()
    return found


def _closest(ground: WarnedGround, threat: Threat) -> tuple[list[float], list[float]]:
    """Return for each place when the path comes nearest to it, and how near, before it ends."""
    t_s = np.arange(0.0, threat.trajectory.flight_time_s, _STEP_S)
    r_ecef, _ = threat.trajectory.state_at(t_s)
    unit = r_ecef / np.linalg.norm(r_ecef, axis=1, keepdims=True)
    cosine = ground.unit @ unit.T
    nearest = np.argmax(cosine, axis=1)
    best = np.clip(cosine[np.arange(len(nearest)), nearest], -1.0, 1.0)
    times: list[float] = t_s[nearest].tolist()
    away: list[float] = (RADIUS_KM * np.arccos(best)).tolist()
    return times, away


def city_warnings(
    warned: Warned, alerts: Mapping[int, CityWarning], killed: Sequence[bool]
) -> tuple[CityWarning, ...]:
    """Set what places were told beside what truly came.

    Parameters
    ----------
    warned : Warned
    alerts : mapping of int to CityWarning
        By number of the place, without the truth.
    killed : sequence of bool
        For each threat whether it was shot down.

    Returns
    -------
    tuple of CityWarning
        Of the places that were alerted or at which a missile came down, or would have.
    """
    found = []
    for i, place in enumerate(warned.ground.places):
        told = alerts.get(i)
        if told is None and not warned.due[i]:
            continue
        told = told or CityWarning(place.name)
        found.append(
            CityWarning(
                city=place.name,
                alert_s=told.alert_s,
                possible_s=told.possible_s,
                cause=told.cause,
                probability=told.probability,
                threat=told.threat,
                fell_s=next((t_s for threat, t_s in warned.due[i] if not killed[threat]), NAN),
                due_s=warned.due[i][0][1] if warned.due[i] else NAN,
                passes_s=warned.passes[i][0][1] if warned.passes[i] else NAN,
            )
        )
    return tuple(found)
