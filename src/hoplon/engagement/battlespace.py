"""What could have been shot when: for the record of a study, along the true path of each type of threat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hoplon.engagement.prepared import Battery, Prepared
from hoplon.interceptor.battlespace import feasible_shots, last_starts_s, meetings
from hoplon.interceptor.fire_control import feasible_window, why_none
from hoplon.result.scene import Battlespace
from hoplon.threat.raid import Threat

#: A picture needs no more points of a path than this.
_POINTS = 90


def battlespaces(prepared: Prepared) -> tuple[Battlespace, ...]:
    """Compute the battlespace of the first threat of each missile type, for each battery.

    Parameters
    ----------
    prepared : Prepared

    Returns
    -------
    tuple of Battlespace
        In the order of threats and batteries; none where the defence does not shoot.
    """
    if not prepared.engages:
        return ()
    first: dict[str, Threat] = {}
    for threat in prepared.threats:
        first.setdefault(threat.missile, threat)
    return tuple(_one(threat, battery) for threat in first.values() for battery in prepared.batteries)


def _one(threat: Threat, battery: Battery) -> Battlespace:
    """Follow one path from burnout on, with launches from that of the threat on."""
    flight = threat.trajectory
    t_s = np.linspace(flight.burnout_s, flight.flight_time_s, _POINTS)
    # The last sample lies on the ground.
    r_ecef, _ = flight.state_at(t_s)
    path_t_s = t_s + threat.launch_s
    geometry = (battery.table, battery.interceptor, battery.site, path_t_s, r_ecef)
    met = meetings(*geometry)
    # Nobody launches before the threat does.
    possible = met.launch_s >= threat.launch_s
    window = feasible_window(*geometry, threat.launch_s)
    shots = feasible_shots(*geometry, threat.launch_s, battery.assessment.delay_s)
    starts = last_starts_s(*geometry, battery.assessment.delay_s, threat.launch_s)

    def kept(values: NDArray[np.float64], digits: int) -> tuple[float, ...]:
        return tuple(np.round(values[possible], digits).tolist())

    return Battlespace(
        threat=threat.name,
        battery=battery.name,
        interceptor=battery.interceptor_type,
        step_s=float(path_t_s[1] - path_t_s[0]),
        t_s=kept(path_t_s, 2),
        launch_s=kept(met.launch_s, 2),
        closing_speed_km_s=kept(met.closing_speed_m_s / 1e3, 3),
        crossing_angle_deg=kept(met.crossing_angle_deg, 1),
        first_launch_s=window.first_launch_s if window else None,
        last_launch_s=window.last_launch_s if window else None,
        first_intercept_s=window.first_intercept_s if window else None,
        last_intercept_s=window.last_intercept_s if window else None,
        shots=len(shots),
        last_starts_s=starts,
        why_none=why_none(*geometry, threat.launch_s),
    )
