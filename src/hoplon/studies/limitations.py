"""What the model leaves out, in words for the reader of a report."""

from __future__ import annotations

from hoplon.engagement.fires import HANDOVER_S
from hoplon.engagement.prepared import CLOCK_STEP_S
from hoplon.engagement.staff import WIDEST_ELLIPSE_KM
from hoplon.scenario import Scenario
from hoplon.studies.swings import unmoved

_ALWAYS = (
    "Threats: single re-entry bodies that do not manoeuvre. No decoys, no debris, no jamming: a raid that "
    "brings them would be harder to stop.",
    "Flight: three degrees of freedom, no wind; after burnout a re-entry body has one ballistic coefficient; "
    "bodies that do not separate fly nose first. The missiles reach their aim points exactly: their own "
    "inaccuracy is left out.",
    "Radars: search takes a fixed share of a radar's time, and objects in track wait longer for their looks "
    "where a raid asks for more than is left; energy, and beams that share a pulse, are not told apart from "
    "time. Unless a search is stated, all that is in view is looked at every time. No clutter, no multipath; "
    "missiles close to each other are always told apart, and range rate is not measured. False alarms, "
    "cross-sections by aspect and masks by direction only where the scenario or the catalogue states them.",
    "Satellites: a delay and a position error stand for the whole constellation; cloud, missed and false "
    "launches only where the catalogue states them.",
    "Network: every sensor reports straight to the one command post; messages do not queue and are not sent "
    "again. Outages, losses, doubled and late messages, and links that pass nothing between nations, only "
    "where the scenario states them.",
    "Tracking: while a missile burns, its track carries no impact prediction, and in the half minute after "
    "burnout the error that is stated may be too small. Radars have no lasting bias and clocks no error "
    "unless they are stated, so that many radars together average their errors away: real networks do worse. "
    "A track of false alarms alone, or a false launch, is never acted on.",
    "Cues: satellite reports and tracks are matched with the right missile without error; a cued radar needs "
    "no search, and a cue never expires.",
)

_ENGAGED = (
    "Command: one national post decides on each track by itself, in a drawn time; nobody has to consent, and "
    "decisions do not queue.",
    "Interceptors: fly-out in a vertical plane over a round Earth that does not turn; any track of the "
    "network serves to launch and to engage, without support by the launch site's own radar, unless a "
    "battery is stated to need it.",
    "An intercept succeeds if the network's prediction lies within the handover basket and a draw falls "
    "below the kill probability. Discrimination of the warhead from other objects is taken as certain, and "
    "the assessment of a kill as correct.",
    "The kill probability comes from tests, most of them scripted: outside experts hold that it is no "
    "operational probability. It is drawn once a battle and common to all shots.",
    "Until the handover an interceptor follows every correction of the prediction, however large and free of "
    "charge: only its last seconds are held against the handover basket.",
    "Fire is allotted track by track in the order of their numbers, to the battery with the earliest "
    "intercept; nothing is kept in reserve. A track that is found again keeps what was decided on it only "
    "within two minutes of being dropped, and where no other fits about as well; else it is decided on, and "
    "shot at, anew.",
    "Only the interceptors of this scenario fire: a lower layer of defence (such as PAC-3), ships and "
    "allies' batteries are left out unless the scenario names them.",
)


def limitations(scenario: Scenario) -> tuple[str, ...]:
    """Return the limitations that bear on a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of str
    """
    built_in = (
        f"Built in, chosen by us and published by nobody: the battle's clock ticks every {CLOCK_STEP_S:g} s; "
        f"an impact known worse than to {WIDEST_ELLIPSE_KM:g} km (95 %) decides nothing; "
        f"handover {HANDOVER_S:g} s before the intercept; the settings of the tracker (docs/methods.md names "
        "them all)."
    )
    if not scenario.batteries:
        return (*_ALWAYS, built_in)
    left = unmoved(scenario.cited())
    not_moved = (
        f"Uncertain, but not moved in any group: {', '.join(left).replace('_', ' ')}; positions of sites."
    )
    return (*_ALWAYS, *_ENGAGED, built_in, not_moved)
