"""How one missile is steered to one aim point, and the segments of its boost."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon.earth.planet import WGS84
from hoplon.earth.sites import Site
from hoplon.flight import _kernels as k
from hoplon.flight import _kernels_burnouts as kb
from hoplon.flight import _kernels_fit as kf
from hoplon.flight.aiming import hit
from hoplon.flight.model import FlightModel
from hoplon.flight.segments import boost_segments, pitch_over_times
from hoplon.flight.shooter import Shooter
from hoplon.flight.vehicle import Vehicle

Array = NDArray[np.float64]

_LEAST_KM, _MOST_KM = 20.0, 15000.0


def steering(vehicle: Vehicle, launch: Site, aim: Site, apogee_km: float | None) -> Array | None:
    """Fit one flight and return how it is steered.

    Parameters
    ----------
    vehicle : Vehicle
    launch, aim : Site
    apogee_km : float or None

    Returns
    -------
    array, shape (3,), or None
        Steering east and north, and cut-off (`hoplon.flight.model.FlightModel`). None where the missile does
        not reach the aim point in this way.
    """
    shooter = Shooter(vehicle, launch, aim, WGS84)
    if not _LEAST_KM <= shooter.angle * shooter.radius / 1e3 <= _MOST_KM:
        return None
    model = FlightModel(shooter)
    shot = None
    if apogee_km is None:
        x = model.least()
        if x is not None:
            model.smooth(x)
            shot = hit(shooter, model, x, kf.STEERING, math.hypot(x[0], x[1]), least=True)
    else:
        for x in model.at(kf.HEIGHT, apogee_km * 1e3):
            shot = hit(shooter, model, x, kf.HEIGHT, apogee_km * 1e3)
            if shot is not None:
                break
            model.forget()
    if shot is None:
        return None
    w = math.asinh(shot.kick / kb.KICK_SCALE)
    return np.array([w * math.sin(shot.azimuth), w * math.cos(shot.azimuth), shot.cut_off])


class Boost:
    """Segments of one vehicle's boost, as `hoplon.flight.segments.boost_segments` builds them, and quicker.

    Flights to neighbouring cells differ in where the pitch-over leads to and in when thrust ends. Where it
    ends in the last stage, the rest of the table is the same.

    Parameters
    ----------
    vehicle : Vehicle
    """

    def __init__(self, vehicle: Vehicle) -> None:
        self._vehicle = vehicle
        self._table, burnouts = boost_segments(vehicle, np.zeros(3), np.zeros(3), 0.0, 1.0)
        self._end_s = burnouts[-1]
        last = vehicle.stages[-1]
        #: From this share on thrust ends in the last stage, and after the pitch-over.
        early_s = vehicle.powered_time_s - last.burn_time_s
        if len(vehicle.stages) == 1:
            early_s = pitch_over_times(vehicle)[1]
        self._least = (early_s + 1e-3) / vehicle.powered_time_s
        self._flow_kg_s = 0.0 if vehicle.separates else last.flow_kg_s

    def segments(self, up: Array, to: Array, kick_rad: float, share: float) -> tuple[Array, float]:
        """Return the table and the end of thrust; arguments as of `boost_segments`.

        Parameters
        ----------
        up, to : array, shape (3,)
        kick_rad, share : float

        Returns
        -------
        segments : array, shape (n, 12)
        burnout_s : float
        """
        if share < self._least:
            table, burnouts = boost_segments(self._vehicle, up, to, kick_rad, share)
            return table, burnouts[-1]
        table = self._table.copy()
        unused_s = (1.0 - share) * self._vehicle.powered_time_s
        end_s = self._end_s - unused_s
        table[-2, k.STOP] = table[-1, k.START] = end_s
        table[-1, k.MASS] += unused_s * self._flow_kg_s
        table[0, k.DIRECTION :] = up
        table[1, k.DIRECTION :] = math.cos(kick_rad) * up + math.sin(kick_rad) * to
        return table, end_s
