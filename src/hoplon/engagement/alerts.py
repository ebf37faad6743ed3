"""The public: from which prediction on it is warned, and when the message reaches it."""

from __future__ import annotations

import numpy as np

from hoplon.command.warning import alert_time_s
from hoplon.earth.planet import SPHERE_NOT_ROTATING
from hoplon.earth.sites import Site
from hoplon.engagement.luck import Luck
from hoplon.engagement.picture import Assessment
from hoplon.engagement.prepared import Prepared
from hoplon.engagement.recorder import Recorder
from hoplon.streams import triangular

#: A prediction whose 95 % ellipse is longer than this warns nobody yet. About the radius of the smallest
#: region that is warned as one, a Japanese prefecture.
WIDEST_ELLIPSE_KM = 100.0


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
        self._first_known_s: dict[int, float] = {}
        self._alerted: set[int] = set()
        delay = prepared.public_alert_delay_s
        u = luck.uniform("public_alert_delay")
        self._alert_delay_s = triangular(u, delay.low, delay.best, delay.high)
        self._ground = _unit_vectors(prepared)
        self._ground_reach = np.array(
            [g.radius_km * 1e3 / SPHERE_NOT_ROTATING.equatorial_radius_m for g in prepared.defended]
        )

    def known(self, threat: int, t_s: float) -> None:
        """Take note that a launch has been reported."""
        self._first_known_s.setdefault(threat, t_s)

    def consider(self, t_s: float, seen: Assessment) -> None:
        """Warn the public if a prediction concerns it."""
        if seen.threat in self._alerted:
            return
        if seen.prediction.semi_major_km > WIDEST_ELLIPSE_KM or not self._concerns_ground(seen):
            return
        self._alerted.add(seen.threat)
        known = min(self._first_known_s.get(seen.threat, t_s), seen.firm_s)
        alert = alert_time_s(known, t_s, self._alert_delay_s)
        self._recorder.first(seen.threat, "alert", alert)
        self._recorder.event(alert, "alert", "public warning", seen.threat, seen.track)

    def _concerns_ground(self, seen: Assessment) -> bool:
        """Say whether the path is predicted to end on, or pass over, ground that is to be warned."""
        _, path = seen.path
        unit = path / np.linalg.norm(path, axis=1, keepdims=True)
        reach = (
            self._ground_reach + seen.prediction.semi_major_km * 1e3 / SPHERE_NOT_ROTATING.equatorial_radius_m
        )
        return bool(np.any(unit @ self._ground.T >= np.cos(reach)))


def _unit_vectors(prepared: Prepared) -> np.ndarray:
    """Return the geocentric directions of the defended ground, shape (n, 3)."""
    places = [Site(g.name, g.latitude_deg, g.longitude_deg).r_ecef_m for g in prepared.defended]
    r_ecef = np.array(places).reshape(-1, 3)
    return np.asarray(r_ecef / np.linalg.norm(r_ecef, axis=1, keepdims=True))
