"""Compiled draws that only some battles need: apart, so that the others need not compile them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon._kernels_random import RESOLUTION, philox
from hoplon.sensor._kernels import measure_look


@kernel
def spare_normals(keys: NDArray[np.int64], looks: int) -> NDArray[np.float64]:
    """Return the standard normal number of each key and look that `draw_looks` leaves over: (keys, looks).

    It is the second of the pair (Box and Muller 1958) whose first is the error in range.
    """
    out = np.empty((keys.size, looks))
    for i in range(keys.size):
        for j in range(looks):
            words = philox(2 * j + 1, keys[i])
            radius = math.sqrt(-2.0 * math.log(1.0 - words[2] * RESOLUTION))
            out[i, j] = radius * math.sin(2.0 * math.pi * RESOLUTION * words[3])
    return out


@kernel
def measure_looks(
    observed: NDArray[np.float64],
    look_index: NDArray[np.int64],
    keys: NDArray[np.int64],
    power: NDArray[np.float64],
    noise: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Draw what every look measures: (6, n, looks), NaN where no `power` (n, looks) was received."""
    n, looks = power.shape
    out = np.full((6, n, looks), np.nan)
    for i in range(n):
        for j in range(looks):
            if math.isnan(power[i, j]):
                continue
            t = look_index[j]
            found = measure_look(
                observed[0, i, t], observed[1, i, t], observed[2, i, t], power[i, j], j, keys[i], noise
            )
            for k in range(6):
                out[k, i, j] = found[k]
    return out
