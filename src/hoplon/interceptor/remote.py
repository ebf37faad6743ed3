"""On whose track an interceptor may be launched, and guided until it is handed the target.

The words are those of the field (for example Missile Defense Agency, fact sheets on Aegis BMD, and O'Rourke,
CRS RL33745): with *launch on remote* a launch uses another's track, and the own radar completes the
engagement; with *engage on remote* it need never see the target.
"""

from __future__ import annotations

from enum import StrEnum


class FireControl(StrEnum):
    """Whose track a battery fires on."""

    OWN_RADAR = "own_radar"
    LAUNCH_ON_REMOTE = "launch_on_remote"
    ENGAGE_ON_REMOTE = "engage_on_remote"


def may_launch(mode: FireControl, *, own_radar_holds: bool) -> bool:
    """Say whether a battery may launch.

    Parameters
    ----------
    mode : FireControl
    own_radar_holds : bool
        Whether the battery's own radar holds the track now.

    Returns
    -------
    bool
    """
    return own_radar_holds or mode is not FireControl.OWN_RADAR


def may_update(mode: FireControl, *, own_radar_holds: bool) -> bool:
    """Say whether the interceptor in flight gets to know where the target has come to be.

    Parameters
    ----------
    mode : FireControl
    own_radar_holds : bool
        Whether the battery's own radar holds the track at the handover.

    Returns
    -------
    bool
        False leaves it the intercept point that was predicted at its launch.
    """
    return own_radar_holds or mode is FireControl.ENGAGE_ON_REMOTE
