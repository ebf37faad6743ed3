"""One battle: the clock that runs the chain and writes a record.

The whole engagement is the loop in `fight`: report → detect → track → decide → launch → intercept.
"""

from __future__ import annotations

from hoplon.engagement.fires import Fires
from hoplon.engagement.fused import picture_of
from hoplon.engagement.luck import SeededLuck
from hoplon.engagement.network_log import note_network
from hoplon.engagement.own_radars import OwnRadars
from hoplon.engagement.prepare import prepare
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.sensing import Sensing
from hoplon.engagement.staff import Staff
from hoplon.result.model import Record
from hoplon.scenario import Scenario


def engage(scenario: Scenario, seed: int = 1, run: int = 0) -> Record:
    """Fight one battle of a scenario.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Seed of the study; the same seed and run give the same battle, alone or among many.
    run : int
        Number of the battle in the study.

    Returns
    -------
    Record
    """
    return fight(prepare(scenario), seed, run)


def fight(prepared: Prepared, seed: int, run: int, kill_quantile: float | None = None) -> Record:
    """Fight one battle of a prepared scenario.

    Parameters
    ----------
    prepared : Prepared
    seed, run : int
    kill_quantile : float, optional
        Holds the single-shot kill probability at this quantile of its posterior instead of drawing it.

    Returns
    -------
    Record
    """
    recorder = Recorder(prepared)
    sensing = Sensing(prepared, seed, run)
    picture = picture_of(prepared, recorder, seed, run)
    luck = SeededLuck(seed, run)
    staff = Staff(prepared, recorder, luck)
    fires = Fires(prepared, recorder, luck, kill_quantile, OwnRadars(prepared, sensing))
    for t_s in prepared.clock_s.tolist():
        staff.receive_reports(t_s, sensing)
        fires.intercept(t_s, picture, sensing)
        picture.update(t_s, sensing)
        assessments = picture.assess(t_s, wanted=staff.wants)
        staff.decide(t_s, assessments, picture, sensing)
        fires.launch(t_s, assessments, staff, picture)
        fires.report_outcomes(t_s, staff, picture)
    picture.note_impact_errors()
    note_network(prepared, recorder, sensing, picture)
    return recorder.record(seed, run, fires.used, fires.draws)
