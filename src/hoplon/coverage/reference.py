"""The same question put to a whole battle: one missile, from one point to another, and everything else."""

from __future__ import annotations

from dataclasses import replace

from hoplon.coverage.question import Firing, asset_at, ground_radius_km, missile_of
from hoplon.engagement.expected import expect
from hoplon.engagement.prepare import prepare
from hoplon.errors import InputError, UnreachableError
from hoplon.result.expected import ExpectedOutcome
from hoplon.scenario import CatalogSite, Scenario, ThreatSpec


def one_missile(
    scenario: Scenario, firing: Firing, launch: CatalogSite, aim: CatalogSite, radius_km: float | None = None
) -> Scenario:
    """Return the scenario with one missile as its raid, and its aim point as the only ground to be defended.

    A map's cell is the probability that this battle ends with the missile stopped.

    Parameters
    ----------
    scenario : Scenario
    firing : Firing
    launch, aim : CatalogSite
    radius_km : float, optional
        Of the defended ground; default that of `hoplon.coverage.question.ground_radius_km`.

    Returns
    -------
    Scenario
    """
    entry = missile_of(firing.missile, scenario)
    radius_km = ground_radius_km(scenario) if radius_km is None else radius_km
    threat = ThreatSpec(
        name=f"{firing.missile}-1",
        missile=firing.missile,
        launch=launch,
        aim=aim,
        apogee_km=firing.apogee_km,
        launch_s=0.0,
        parameter_set=entry.parameter_set,
    )
    return replace(
        scenario,
        assets=(asset_at(aim, radius_km),),
        threats=(threat,),
        missiles={firing.missile: entry},
    )


def expected_of(scenario: Scenario) -> ExpectedOutcome | None:
    """Play one missile through the expected battle; None where it does not reach its aim point.

    Parameters
    ----------
    scenario : Scenario
        From `one_missile`.

    Returns
    -------
    ExpectedOutcome or None
    """
    try:
        world = prepare(scenario)
    except (UnreachableError, InputError):
        return None
    (outcome,) = expect(world).outcomes
    return outcome
