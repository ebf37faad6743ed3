"""Compiled draws that only some battles need: apart, so that the others need not compile them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon._kernels_random import RESOLUTION, philox


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
