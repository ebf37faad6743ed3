"""From records to the answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from hoplon.engagement.battlespace import battlespaces
from hoplon.engagement.prepared import Prepared
from hoplon.result.model import MOMENTS, OUTCOMES, WASTE, Interval, Record, Study, Swing
from hoplon.scenario import Scenario
from hoplon.scenario.assumptions import assumptions
from hoplon.studies.limitations import limitations
from hoplon.studies.scene import paths, sites
from hoplon.studies.statistics import mean_interval, spread
from hoplon.studies.swings import ALL_AT_ONCE
from hoplon.studies.timeline import alert_comparisons, timeline
from hoplon.studies.warning import warning_summary


def summarise(
    scenario: Scenario,
    prepared: Prepared,
    seed: int,
    records: Sequence[Record],
    moved: Sequence[Swing],
    left_out: Sequence[str],
) -> Study:
    """Build a study's result.

    Parameters
    ----------
    scenario : Scenario
    prepared : Prepared
    seed : int
    records : sequence of Record
        One for each battle at best values, in the order of runs.
    moved : sequence of Swing
    left_out : sequence of str
        Sentences about what could not be computed; they join the limitations.

    Returns
    -------
    Study
    """
    runs = len(records)
    leakage = [record.leakage for record in records]
    engaged = prepared.engages and bool(prepared.impact_ground)
    return Study(
        scenario=scenario.name,
        title=scenario.title,
        question=scenario.question,
        date=str(scenario.date),
        seed=seed,
        runs=runs,
        mode="sampled",
        leakage=mean_interval(leakage) if engaged else None,
        leakage_spread=spread(leakage, runs) if engaged else None,
        swings=tuple(sorted((s for s in moved if s.name != ALL_AT_ONCE), key=lambda s: (-_width(s), s.name))),
        interceptors_used=spread([sum(r.interceptors_used.values()) for r in records], runs),
        moments=_moments(records),
        moments_missing=_moments_missing(records),
        warning_s=_warning(records),
        outcomes=_outcomes(records),
        reasons=_reasons(records),
        waste=waste(records),
        draws={name: spread([r.draws[name] for r in records], runs) for name in sorted(records[0].draws)},
        leakage_by_run=tuple(leakage) if engaged else (),
        assumptions=assumptions(scenario),
        overrides=tuple(scenario.overrides),
        limitations=(*limitations(scenario), *left_out),
        sites=sites(scenario, prepared),
        paths=paths(prepared),
        battlespaces=battlespaces(prepared),
        timeline=timeline(scenario, prepared, records),
        records=tuple(records),
        scenario_yaml=scenario.to_yaml(),
        warning=warning_summary(scenario, records),
        alerts=alert_comparisons(scenario, prepared, records),
        all_at_once=next((s for s in moved if s.name == ALL_AT_ONCE), None),
    )


def _width(swing: Swing) -> float:
    ends = (swing.leakage_at_low, swing.leakage_at_best, swing.leakage_at_high)
    return max(ends) - min(ends)


def _moments(records: Sequence[Record]) -> dict[str, Interval]:
    after = defaultdict(list)
    for record in records:
        for outcome in record.outcomes:
            for moment, t_s in outcome.moments_s.items():
                after[moment].append(t_s - outcome.moments_s["launch"])
    return {moment: spread(after[moment], len(records)) for moment in MOMENTS if moment in after}


def _moments_missing(records: Sequence[Record]) -> dict[str, float]:
    threats = [outcome for record in records for outcome in record.outcomes]
    return {moment: float(np.mean([moment not in o.moments_s for o in threats])) for moment in MOMENTS}


def _warning(records: Sequence[Record]) -> dict[str, Interval]:
    by_aim = defaultdict(list)
    for record in records:
        for outcome in record.outcomes:
            by_aim[outcome.aim].append(outcome.warning_s)
    return {aim: spread(by_aim[aim], len(records)) for aim in sorted(by_aim)}


def _outcomes(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    missiles = sorted({o.missile for o in records[0].outcomes})
    return {
        missile: {
            outcome: sum(o.missile == missile and o.outcome == outcome for r in records for o in r.outcomes)
            / len(records)
            for outcome in OUTCOMES
        }
        for missile in missiles
    }


def _reasons(records: Sequence[Record]) -> dict[str, float]:
    leaked = [o.reason for r in records for o in r.outcomes if o.outcome == "leaked"]
    return {reason: leaked.count(reason) / len(records) for reason in sorted(set(leaked))}


def waste(records: Sequence[Record]) -> dict[str, float]:
    """Count the interceptors that could achieve nothing.

    Parameters
    ----------
    records : sequence of Record

    Returns
    -------
    dict of str to float
        Mean number a battle, by what they were fired at; keys from `hoplon.result.model.WASTE`.
    """
    return {
        what: sum(o.wasted for r in records for o in r.outcomes if o.outcome == outcome) / len(records)
        for outcome, what in WASTE.items()
    }
