"""How a track begins: from one detection, and from what a satellite says of the launch."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels_association import (
    CUE_PLACE,
    CUE_SIGMA,
    CUE_TIME,
    FADE,
    FIRST,
    HITS,
    LAST,
    SPEED_SIGMA,
    TIME,
)
from hoplon.track._kernels_take import start_rival
from hoplon.track._kernels_update import position

Whole = NDArray[np.int64]
Array = NDArray[np.float64]

#: A missile is this many times as fast as its mean speed since the launch: 2 at constant acceleration, more
#: under thrust as the fuel gets less, less after burnout. For the single-stage missiles of the catalogue 1.4
#: to 3.3 from 60 % of the burn to twice the burn time. The spread is the standard deviation per axis as a
#: share of the speed, for that and for the turn of the path (8 to 18 degrees).
CUE_GAIN = 2.4
CUE_SPREAD = 0.25
EARLIEST_CUE_S = 10.0
LATEST_CUE_S = 300.0
SLOWEST_CUED_M_S = 300.0
FASTEST_M_S = 8000.0


@kernel
def begin(
    k: int,
    name: int,
    t: float,
    z: Array,
    site: Array,
    rotation: Array,
    number: Whole,
    book: Array,
    seen: Array,
    x: Array,
    p: Array,
    limits: Array,
) -> None:
    """Start a tentative track in row k: position from the detection, velocity unknown, thrust from `aim`."""
    number[k] = name
    for i in range(book.shape[1]):
        book[k, i] = 0.0
    for i in range(seen.shape[1]):
        seen[k, i] = -math.inf
    for i in range(9):
        x[k, 0, i] = 0.0
        for j in range(9):
            p[k, 0, i, j] = 0.0
    book[k, TIME] = t
    book[k, FIRST] = t
    book[k, LAST] = t
    book[k, HITS] = 1.0
    book[k, FADE] = 3.0
    x[k, 0, 0], x[k, 0, 1], x[k, 0, 2] = position(z, site, rotation)
    cos_az, sin_az = math.cos(z[1]), math.sin(z[1])
    cos_el, sin_el = math.cos(z[2]), math.sin(z[2])
    variance = np.empty(3)
    variance[1], variance[2] = (z[0] * cos_el * z[4]) ** 2, (z[0] * z[5]) ** 2
    variance[0] = z[3] ** 2
    axis = np.empty((3, 3))
    for j in range(3):
        e, n, u = rotation[0, j], rotation[1, j], rotation[2, j]
        level = sin_az * e + cos_az * n
        axis[0, j] = cos_el * level + sin_el * u
        axis[1, j] = cos_az * e - sin_az * n
        axis[2, j] = cos_el * u - sin_el * level
    for i in range(3):
        for j in range(3):
            for m in range(3):
                p[k, 0, i, j] += variance[m] * axis[m, i] * axis[m, j]
        p[k, 0, 3 + i, 3 + i] = limits[SPEED_SIGMA] ** 2
    start_rival(k, book, x, p, limits)


@kernel
def use_cues(
    k: int,
    cues: Array,
    book: Array,
    x: Array,
    p: Array,
    limits: Array,
) -> None:
    """Give a new track the velocity that it must have if it was launched where and when a cue says.

    From rest to a place d away in a time T takes a mean velocity of d/T; a boosting missile is now about
    `CUE_GAIN` times as fast, give or take `CUE_SPREAD` of it per axis. Where several cues are possible the
    prior covers them all; where none is, nothing changes.
    """
    s = x[k, 0]
    count, square, unsure = 0.0, 0.0, 0.0
    vx, vy, vz = 0.0, 0.0, 0.0
    for c in range(cues.shape[0]):
        elapsed = book[k, TIME] - cues[c, CUE_TIME]
        if elapsed < EARLIEST_CUE_S or elapsed > LATEST_CUE_S:
            continue
        gain = CUE_GAIN / elapsed
        px, py, pz = cues[c, CUE_PLACE], cues[c, CUE_PLACE + 1], cues[c, CUE_PLACE + 2]
        dx, dy, dz = gain * (s[0] - px), gain * (s[1] - py), gain * (s[2] - pz)
        speed2 = dx * dx + dy * dy + dz * dz
        climb = (dx * px + dy * py + dz * pz) / math.sqrt(px * px + py * py + pz * pz)
        # Upwards, and neither slower nor faster than missiles are.
        if climb < 0.1 * math.sqrt(speed2) or speed2 < SLOWEST_CUED_M_S**2 or speed2 > FASTEST_M_S**2:
            continue
        vx, vy, vz = vx + dx, vy + dy, vz + dz
        square += speed2
        unsure += CUE_SPREAD * CUE_SPREAD * speed2 + (gain * cues[c, CUE_SIGMA]) ** 2
        count += 1.0
    if count == 0.0:
        return
    vx, vy, vz = vx / count, vy / count, vz / count
    variance = unsure / count + max(square / count - (vx * vx + vy * vy + vz * vz), 0.0)
    if variance < p[k, 0, 3, 3]:
        s[3], s[4], s[5] = vx, vy, vz
        for i in range(3, 6):
            p[k, 0, i, i] = variance
    start_rival(k, book, x, p, limits)
