"""The public: from which prediction on it is warned, and when the message reaches it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hoplon.command.warning import alert_time_s
from hoplon.engagement.luck import Luck
from hoplon.engagement.picture import Assessment
from hoplon.engagement.prepared import Delay, Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.result.warning import CityWarning
from hoplon.streams import triangular
from hoplon.track.impact import predict_path

Array = NDArray[np.float64]

#: A prediction known as well as this (95 %) settles who is warned on account of a track. A third of the
#: radius of a city: what comes later moves nothing.
SETTLED_KM = 5.0
#: Where on the way to the impact a predicted path is looked at; between two of them it is a great circle.
_SHARES = np.linspace(0.0, 0.999, 40)


class Alerts:
    """Keeps count of who has been warned in one battle.

    No engagement hangs on an alert: what was predicted is gathered while the battle goes on, and is looked
    through at once when its book is closed.

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
        self._seen: list[tuple[float, Assessment]] = []
        self._settled: set[int] = set()
        self._delay_s = _drawn(prepared.public_alert_delay_s, luck, "public_alert_delay")
        told = prepared.dissemination_delay_s
        self._dissemination_s = 0.0 if told is None else _drawn(told, luck, "dissemination_delay")
        recorder.before_closing.append(self._warn)

    def known(self, threat: int, t_s: float) -> None:
        """Take note that a launch has been reported."""
        self._first_known_s.setdefault(threat, t_s)

    def waiting(self, track: int) -> bool:
        """Say whether a better prediction of a track may still change who is warned."""
        return track not in self._settled

    def consider(self, t_s: float, seen: Assessment) -> None:
        """Take note of a prediction, unless all has been said on account of its track."""
        if seen.track in self._settled:
            return
        if seen.prediction.semi_major_km <= SETTLED_KM:
            self._settled.add(seen.track)
        self._seen.append((t_s, seen))

    def _warn(self) -> None:
        """Warn those whom the predictions concern, in the order of time."""
        ground, confidence = self._warned.ground, self._warned.confidence
        if not self._seen or not ground.places:
            return
        predictions = [seen.prediction for _, seen in self._seen]
        chances = hits = ground.hit(predictions)
        if self._warned.overflights:
            chances = np.maximum(
                hits, ground.passed(predictions, np.array([_path(s) for _, s in self._seen]))
            )
        for (t_s, seen), chance, hit in zip(self._seen, chances, hits, strict=True):
            places = np.flatnonzero(chance >= confidence).tolist()
            if not places:
                continue
            alert_s = self._alert_s(t_s, seen)
            fresh = []
            for i in places:
                before = self._recorder.warnings.get(i)
                if before is None:
                    fresh.append(ground.places[i].name)
                    self._recorder.warnings[i] = CityWarning(
                        city=ground.places[i].name,
                        alert_s=alert_s,
                        possible_s=t_s,
                        cause="hit" if hit[i] >= confidence else "passage",
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

    def _alert_s(self, t_s: float, seen: Assessment) -> float:
        """Return when those are told whom the prediction of this moment concerns."""
        first_s = min(self._first_known_s.get(seen.threat, t_s), seen.firm_s)
        return alert_time_s(first_s, t_s, self._delay_s, self._dissemination_s)


def _path(seen: Assessment) -> Array:
    """Return the predicted path in steps of equal time, up to a little before the impact."""
    start_s, end_s = seen.prediction.t_s, seen.prediction.impact_t_s
    t_s = start_s + (end_s - start_s) * _SHARES
    beta = seen.believed_ballistic_coefficient_kg_m2
    return predict_path(seen.r_ecef_m, seen.v_ecef_m_s, start_s, t_s, beta)


def _drawn(delay: Delay, luck: Luck, name: str) -> float:
    return triangular(luck.uniform(name), delay.low, delay.best, delay.high)
