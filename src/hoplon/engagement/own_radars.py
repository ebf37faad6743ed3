"""What batteries know by their own radars, where they may not rely on the network alone."""

from __future__ import annotations

from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import OUT_OF_VIEW_S
from hoplon.engagement.sensing import Sensing
from hoplon.interceptor.remote import FireControl, may_launch, may_update

#: Why a battery that could reach a threat does not shoot.
NOT_HELD = "own radar does not hold the track"


class OwnRadars:
    """Answers for each battery whether it may launch, and may still steer.

    A radar holds a track that has detected its threat within the last minute. That its own detections are
    recognised as those of the network's track is taken for granted, and the track fired on is the network's.

    Parameters
    ----------
    prepared : Prepared
    sensing : Sensing
    """

    def __init__(self, prepared: Prepared, sensing: Sensing) -> None:
        self._batteries = prepared.batteries
        self._sensing = sensing

    def _holds(self, battery: int, threat: int, t_s: float) -> bool:
        seen_s = self._sensing.last_detected_s(self._batteries[battery].own_radar, threat)
        return t_s - seen_s <= OUT_OF_VIEW_S

    def may_launch(self, battery: int, threat: int, t_s: float) -> bool:
        """Say whether a battery may launch at a threat now."""
        mode = self._batteries[battery].fire_control
        if mode is not FireControl.OWN_RADAR:
            return True
        return may_launch(mode, own_radar_holds=self._holds(battery, threat, t_s))

    def may_update(self, battery: int, threat: int, t_s: float) -> bool:
        """Say whether a battery's interceptor is told where its threat has come to be."""
        mode = self._batteries[battery].fire_control
        if mode is FireControl.ENGAGE_ON_REMOTE:
            return True
        return may_update(mode, own_radar_holds=self._holds(battery, threat, t_s))
