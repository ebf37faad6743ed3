"""Pitch histories: the direction of thrust as data, for public check cases that give one.

Equations and their sources: the methods manual, section 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoplon.errors import InputError
from hoplon.flight import _kernels as k

Array = NDArray[np.float64]

#: The direction stands still for this long at most, at its value in the middle.
STEP_S = 0.5


@dataclass(frozen=True, slots=True)
class PitchHistory:
    """The angle of the thrust over time, as a published case states it.

    Attributes
    ----------
    t_s : tuple of float
        Seconds since launch, rising.
    pitch_deg : tuple of float
        Angle of the thrust above the horizontal plane of the launch point, in the plane of up and launch
        azimuth, which is fixed to the Earth; 90 is straight up. Linear between the times, constant beyond.

    Raises
    ------
    InputError
        If the two are not of one length of at least one, a value is not finite, or the times do not rise.
    """

    t_s: tuple[float, ...]
    pitch_deg: tuple[float, ...]

    def __post_init__(self) -> None:
        for key in ("t_s", "pitch_deg"):
            object.__setattr__(self, key, tuple(float(value) for value in getattr(self, key)))
        rising = all(a < b for a, b in zip(self.t_s, self.t_s[1:], strict=False))
        finite = all(map(math.isfinite, (*self.t_s, *self.pitch_deg)))
        if not self.t_s or len(self.t_s) != len(self.pitch_deg) or not rising or not finite:
            raise InputError(
                "t_s and pitch_deg are not a history",
                where="pitch history",
                remedy="Give as many finite angles as there are rising times.",
            )

    def steer(self, segments: Array, up: Array, heading: Array) -> Array:
        """Return a segment table with its thrust along this history.

        In a step the direction is that of its middle: the mean of an angle that runs evenly, so that what is
        lost of the speed is (rate x step)2 / 24 of it, 1e-6 at 0.6 deg/s.

        Parameters
        ----------
        segments : ndarray, shape (n, 12)
            As `boost_segments` makes them.
        up, heading : ndarray, shape (3,)
            As for `boost_segments`.

        Returns
        -------
        ndarray, shape (m, 12)
            Segments with thrust are cut into pieces of `STEP_S` at most.
        """
        rows: list[Array] = []
        begin = 0.0
        for row in segments:
            end = float(row[k.STOP])
            if not row[k.THRUST] > 0.0:
                rows.append(row)
                begin = end
                continue
            times = np.linspace(begin, end, math.ceil((end - begin) / STEP_S) + 1)
            middles = 0.5 * (times[1:] + times[:-1])
            angles = np.radians(np.interp(middles, self.t_s, self.pitch_deg))
            for stop, angle in zip(times[1:], angles, strict=True):
                piece = row.copy()
                piece[k.STOP] = stop
                piece[k.FIXED] = 1.0
                piece[k.DIRECTION :] = math.sin(angle) * up + math.cos(angle) * heading
                rows.append(piece)
            begin = end
        return np.array(rows)
