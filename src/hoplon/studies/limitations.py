"""What the model leaves out, in words for the reader of a report."""

from __future__ import annotations

from hoplon.scenario import Scenario

_ALWAYS = (
    "Threats: single re-entry bodies that do not manoeuvre. No decoys, no debris, no jamming: a raid that "
    "brings them would be harder to stop.",
    "Flight: three degrees of freedom, no wind; after burnout a re-entry body has one ballistic coefficient; "
    "bodies that do not separate fly nose first. The missiles reach their aim points exactly: their own "
    "inaccuracy is left out.",
    "Radars: each threat gets its dwell at every look, however many threats there are; a raid does not "
    "overload a radar. Cross-sections do not change with aspect beyond the Swerling fluctuation. No false "
    "alarms, no clutter, no multipath; the terrain mask is one angle for all directions.",
    "Satellites: a delay and a position error stand for the whole constellation; cloud, missed and false "
    "launches are left out.",
    "Network: one common picture that waits for its slowest radar; links neither fail nor need consent.",
    "Tracking: while a missile burns, its track carries no impact prediction.",
)

_ENGAGED = (
    "Command: one national post decides on each track by itself, in a drawn time; nobody has to consent, and "
    "decisions do not queue.",
    "Interceptors: fly-out in a vertical plane over a round Earth that does not turn; any track of the "
    "network serves to launch and to engage, without support by the launch site's own radar.",
    "An intercept succeeds if the network's prediction lies within the handover basket and a draw falls "
    "below the kill probability. Discrimination of the warhead from other objects is taken as certain, and "
    "the assessment of a kill as correct.",
    "The kill probability comes from tests, most of them scripted: outside experts hold that it is no "
    "operational probability. It is drawn once a battle and common to all shots.",
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
    return (*_ALWAYS, *_ENGAGED) if scenario.batteries else _ALWAYS
