"""Flights correct the model until one does what was asked.

By Broyden's formula, Math. Comp. 19 (1965) 577; see the methods manual, section 4.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon.flight import _kernels_fit as kf
from hoplon.flight.fly import TOLERANCE_M
from hoplon.flight.model import FlightModel
from hoplon.flight.shooter import Shooter, Shot

Array = NDArray[np.float64]

#: A flight counts as a hit when it falls this near to the aim point.
HIT_M = 5.0
_APOGEE_M = 50.0
_ANGLE = math.radians(0.002)
_FLIGHTS = 40
#: So often may the corrected model ask for more than a full burn, or find no solution.
_BEYOND = 3
_LOST = 8
# A first flight that stays aloft is tried again, so often, with so much of its burn.
_ALOFT, _LESS = 3, 0.985
#: A full burn that is flown in a direction ends this near to its great circle.
_CROSS_M = 5.0
_REACH_FLIGHTS = 8
#: Steps in which the length of steering is changed, as shares, to find the longest flight.
_LEANS = (0.04, 0.013)
#: The first flight finds the model kilometres off: it need not be fine.
_FIRST_TOLERANCE_M = 0.3


def hit(
    shooter: Shooter, model: FlightModel, x: Array, ask: int, wanted: float, *, least: bool = False
) -> Shot | None:
    """Correct the model by flights until one hits.

    Parameters
    ----------
    shooter : Shooter
        Flies.
    model : FlightModel
        Guesses.
    x : ndarray, shape (3,)
        The model's solution.
    ask : int
        What is wanted besides the aim point, see `hoplon.flight._kernels_fit`.
    wanted : float
        Its value.
    least : bool
        Whether it stands for the earliest cut-off, and may give way to a better one.

    Returns
    -------
    Shot or None
        The last flight, integrated finely. None where it would need more than a full burn, or the model
        leads nowhere.
    """
    beyond = lost = 0
    good: Array | None = None
    for n in range(_FLIGHTS):
        fine = good is not None
        shot = shooter.shoot(*model.steering(x), TOLERANCE_M if fine else _FIRST_TOLERANCE_M)
        flown = np.array([x[0], x[1], min(x[2], 1.0)])
        if not shot.landed:
            # Aloft, or out of what the table knows: burn less, then back towards the last flight that fell.
            if good is None and n == _ALOFT:
                return None
            x = flown * np.array([1.0, 1.0, _LESS]) if good is None else 0.5 * (flown + good)
            continue
        off = 0.0
        if ask == kf.HEIGHT:
            off = abs(shot.apogee_m - wanted) / _APOGEE_M
        elif ask == kf.PATH:
            off = abs(shot.burnout_angle - wanted) / _ANGLE
        if fine and shot.miss_m < HIT_M and off < 1.0:
            return shot
        model.correct(flown, shot, ask)
        good = flown
        x = flown.copy()
        if not model.aim(x, ask, wanted):
            # As near as the model gets; the next flight may correct it for the better.
            lost += 1
            if lost == _LOST:
                return None
        if x[2] > 1.0:
            beyond += 1
            if beyond == _BEYOND:
                return None
            if ask == kf.STEERING and least:
                # At the edge of reach the model, corrected, may know a better steering.
                model.lessen(x)
                wanted = math.hypot(x[0], x[1])
    return None


def reach_shot(shooter: Shooter, model: FlightModel, ask: int, wanted: float) -> Shot | None:
    """Fly a full burn in the direction of the aim point: the longest range, or one with what is asked.

    Parameters
    ----------
    shooter, model
        See `hit`.
    ask : int
        BURN for the longest range, else HEIGHT or PATH.
    wanted : float
        Apogee (m) or path angle (rad).

    Returns
    -------
    Shot or None
        The last flight. None where no steering gives what is asked.
    """
    to = azimuth = shooter.bearing
    turned, lean = 0.0, 1.0
    shot: Shot | None = None
    for _ in range(_REACH_FLIGHTS):
        turn = math.inf
        for _ in range(6):
            x = model.edge(azimuth, ask, wanted)
            guess = None if x is None else model.predict(x)
            if x is None or guess is None:
                return None
            if abs(turn) < 1e-7:
                break
            turn = wrapped(to - turned - shooter.seen(guess[:3])[1])
            azimuth += turn
        assert x is not None
        assert guess is not None
        if ask == kf.BURN and shot is None:
            lean = _leaned(shooter, model, x)
        shot = shooter.shoot(*model.steering(x * np.array([lean, lean, 1.0])))
        if not shot.landed:
            return None
        off = 0.0
        if ask == kf.HEIGHT:
            off = abs(shot.apogee_m - wanted) / _APOGEE_M
        elif ask == kf.PATH:
            off = abs(shot.burnout_angle - wanted) / _ANGLE
        if abs(wrapped(shot.bearing - to)) * math.sin(shot.angle) * shooter.radius < _CROSS_M and off < 1.0:
            return shot
        turned = wrapped(shot.bearing - shooter.seen(guess[:3])[1])
        if ask != kf.BURN:
            model.correct(x, shot, ask)
    return shot


def _leaned(shooter: Shooter, model: FlightModel, x: Array) -> float:
    """Find by flights the factor on the model's best steering that goes farthest."""

    def angle(lean: float) -> float:
        return shooter.shoot(*model.steering(x * np.array([lean, lean, 1.0]))).angle

    best, farthest = 1.0, angle(1.0)
    for step in _LEANS:
        for side in (step, -step):
            while (found := angle(best + side)) > farthest and 0.5 < best < 2.0:
                best, farthest = best + side, found
    return best


def wrapped(angle: float) -> float:
    """Return an angle within half a turn of zero."""
    return (angle + math.pi) % (2.0 * math.pi) - math.pi
