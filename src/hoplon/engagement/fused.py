"""A picture to which some sensors contribute tracks of their own."""

from __future__ import annotations

import numpy as np

from hoplon.engagement.local import LocalTrackers, part
from hoplon.engagement.picture import Picture
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.engagement.sensing import Sensing
from hoplon.track.fusion import Fusion, messages
from hoplon.track.settings import TrackerSettings

#: What the post's own tracker, of the detections that reach it, is called among the trackers.
_POST = -1


class FusedPicture(Picture):
    """Fuses the tracks of sensors with those that the post makes of detections.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    seed, run : int
    """

    def __init__(self, prepared: Prepared, recorder: Recorder, seed: int, run: int) -> None:
        super().__init__(prepared, recorder)
        settings: TrackerSettings = self._central.settings
        self.local = LocalTrackers(prepared, settings, seed, run)
        self._tracker = self._fusion = Fusion(settings)
        #: The threat that each object of the picture was last seen to follow.
        self._last_followed: dict[int, int] = {}

    def update(self, t_s: float, sensing: Sensing) -> None:
        """Let each tracker take in its own, and fuse what has arrived."""
        batch, threats = sensing.until(t_s, t_s - self._oldest_s)
        self._recorder.detections(batch.sensor, batch.t_s, threats)
        seen_s = t_s - self._lag_s
        elsewhere = np.isin(batch.sensor, self.local.sensors)
        central = part(batch, ~elsewhere)
        if len(central):
            seen_s = max(seen_s, float(central.t_s[-1]))
        if len(central) or len(self._central.numbers):
            tracks = self._central.step(seen_s, central)
            self._pair(central, threats[~elsewhere], tracks)
        for row in np.flatnonzero(elsewhere).tolist():
            threat = int(threats[row])
            if threat >= 0 and self._undetected[threat]:
                self._undetected[threat] = False
                self._note_detection(batch, row, threat, -1)
        self.local.step(t_s, batch, threats)
        received = [*self.local.arrived(t_s), *messages(self._central, _POST)]
        self._fusion.step(seen_s, received)
        changed = []
        for number in self._fusion.numbers.tolist():
            threat = self.threat_of(number)
            if self._last_followed.get(number, threat) != threat:
                changed.append(number)
            self._last_followed[number] = threat
        self._note_tracks(t_s, changed, sensing)

    def threat_of(self, track: int) -> int:
        """Return the threat that an object truly is: that of the tracker that spoke of it last."""
        if track in self._fusion.numbers:
            for source, number in self._fusion.members(track):
                of = (
                    self._follows[number] if source == _POST else self.local.follows.get((source, number), -1)
                )
                if of >= 0:
                    return int(of)
        return self._last_followed.get(track, -1)


def picture_of(prepared: Prepared, recorder: Recorder, seed: int, run: int) -> Picture:
    """Return the picture that suits a scenario: fused only where some link carries tracks.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    seed, run : int

    Returns
    -------
    Picture
    """
    if any(line.carries_tracks for line in prepared.lines):
        return FusedPicture(prepared, recorder, seed, run)
    return Picture(prepared, recorder)
