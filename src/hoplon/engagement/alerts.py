"""The public: from which prediction on it is warned, and when the message reaches it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hoplon.command.warning import alert_time_s
from hoplon.engagement.luck import Luck
from hoplon.engagement.picture import Assessment
from hoplon.engagement.prepared import Delay, Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.result.warning import CityWarning
from hoplon.streams import triangular

#: A prediction known as well as this (95 %) settles who is warned on account of a track. A third of the
#: radius of a city: what comes later moves nothing.
SETTLED_KM = 5.0


class Alerts:
    """Keeps count of who has been warned in one battle.

    Parameters
    ----------
    prepared : Prepared
    recorder : Recorder
    luck : Luck
    """

    def __init__(self, prepared: Prepared, recorder: Recorder, luck: Luck) -> None:
        self._recorder = recorder
        self._warned = prepared.warned
        self._names = [threat.name for threat in prepared.threats]
        self._first_known_s: dict[int, float] = {}
        self._settled: set[int] = set()
        self._delay_s = _drawn(prepared.public_alert_delay_s, luck, "public_alert_delay")
        told = prepared.dissemination_delay_s
        self._dissemination_s = 0.0 if told is None else _drawn(told, luck, "dissemination_delay")

    def known(self, threat: int, t_s: float) -> None:
        """Take note that a launch has been reported."""
        self._first_known_s.setdefault(threat, t_s)

    def waiting(self, track: int) -> bool:
        """Say whether a better prediction of a track may still change who is warned."""
        return track not in self._settled

    def consider(self, t_s: float, seen: Assessment) -> None:
        """Warn those whom a prediction concerns."""
        if seen.track in self._settled:
            return
        prediction, ground = seen.prediction, self._warned.ground
        if prediction.semi_major_km <= SETTLED_KM:
            self._settled.add(seen.track)
        chance = hit = ground.hit(prediction)
        if self._warned.overflights:
            chance = np.maximum(hit, ground.passed(prediction, seen.path[1]))
        places = np.flatnonzero(chance >= self._warned.confidence).tolist()
        if not places:
            return
        alert_s = self._alert(t_s, seen)
        fresh = []
        for i in places:
            before = self._recorder.warnings.get(i)
            if before is None:
                fresh.append(ground.places[i].name)
                self._recorder.warnings[i] = CityWarning(
                    city=ground.places[i].name,
                    alert_s=alert_s,
                    possible_s=t_s,
                    cause="hit" if hit[i] >= self._warned.confidence else "passage",
                    probability=float(chance[i]),
                    threat=self._names[seen.threat],
                )
            elif alert_s < before.alert_s:
                # Of several missiles the one that was reported first.
                self._recorder.warnings[i] = replace(before, alert_s=alert_s)
        if self._recorder.first(seen.threat, "alert_possible", t_s) or fresh:
            self._recorder.first(seen.threat, "alert", alert_s)
            note = ", ".join(fresh) or "places that are warned already"
            self._recorder.event(alert_s, "alert", "public warning", seen.threat, seen.track, note=note)

    def _alert(self, t_s: float, seen: Assessment) -> float:
        """Return when those are told whom the prediction of this moment concerns."""
        first_s = min(self._first_known_s.get(seen.threat, t_s), seen.firm_s)
        return alert_time_s(first_s, t_s, self._delay_s, self._dissemination_s)


def _drawn(delay: Delay, luck: Luck, name: str) -> float:
    return triangular(luck.uniform(name), delay.low, delay.best, delay.high)
