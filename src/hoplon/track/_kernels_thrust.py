"""When thrust ends, and where it points: bare floats and arrays.

States and covariances are those of `hoplon.track._kernels`: nine numbers in boost, seven in free flight.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels_update import position

#: Thrust that goes on is noticed once it has moved the object by so many standard deviations, at the latest
#: after so long, s.
CUT_OFF_SIGMAS = 3.0
LONGEST_CUT_OFF_S = 10.0
#: Detections closer in time than this do not say where an object goes, s.
SHORTEST_AIM_S = 0.5
#: Share of thrust that may act across the velocity, per axis: some 6 degrees (assumed).
ACROSS_THRUST = 0.1


@kernel
def cut_off(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    free_x: NDArray[np.float64],
    free_p: NDArray[np.float64],
    log_beta_sigma: float,
    first: bool,
) -> float:
    """Write state and covariance of free flight, seven numbers, where the thrust of a boosting state ends.

    When exactly, nobody can tell: thrust a for a further time τ is noticed only once it has moved the object
    by about what its position is uncertain by, in T = √(6 σ / a). Nor is its end noticed at once: it may lie
    behind. So τ is spread evenly from -T/2 to T, and mean and covariance of a state that is thrust on for τ
    (velocity + a τ, position - a τ² / 2, as seen from the start) are written. The moments of τ are T/4, T²/4,
    5 T³/32 and 11 T⁴/80 (derived here). Of a track of one detection nothing is known of its thrust: T is 0,
    and `aim` says later what may have happened.

    Parameters
    ----------
    x, p
        Boosting state, nine numbers.
    free_x, free_p
        On return the state in free flight.
    log_beta_sigma : float
        Prior standard deviation of the logarithm of the ballistic coefficient: drag goes with one over it,
        so that the drag factor is log-normal too.
    first : bool
        Whether nothing is known yet of the track's thrust (`aim`).

    Returns
    -------
    float
        T, s.
    """
    thrust2, spread = 0.0, 0.0
    for i in range(3):
        thrust2 += x[6 + i] * x[6 + i] + p[6 + i, 6 + i]
        spread += p[i, i] / 3.0
    t = 0.0
    if not first:
        t = math.sqrt(2.0 * CUT_OFF_SIGMAS * math.sqrt(spread / max(thrust2, 1.0)))
        t = min(t, LONGEST_CUT_OFF_S)
    t2, t3, t4 = t * t, t * t * t, t * t * t * t
    for i in range(3):
        free_x[i] = x[i] - t2 / 8.0 * x[6 + i]
        free_x[3 + i] = x[3 + i] + 0.25 * t * x[6 + i]
        for j in range(3):
            a = x[6 + i] * x[6 + j]
            q = p[6 + i, 6 + j]
            both = p[i, 3 + j] + 0.25 * t * p[i, 6 + j] - t2 / 8.0 * p[6 + i, 3 + j]
            both -= t3 / 64.0 * (5.0 * q + 3.0 * a)
            free_p[i, 3 + j] = both
            free_p[3 + j, i] = both
            both = t2 / 8.0 * (p[i, 6 + j] + p[6 + i, j])
            free_p[i, j] = p[i, j] - both + t4 / 320.0 * (11.0 * q + 6.0 * a)
            both = 0.25 * t * (p[3 + i, 6 + j] + p[6 + i, 3 + j])
            free_p[3 + i, 3 + j] = p[3 + i, 3 + j] + both + t2 / 16.0 * (4.0 * q + 3.0 * a)
    square = math.exp(log_beta_sigma * log_beta_sigma)
    free_x[6] = math.sqrt(square)
    for j in range(9):
        free_p[6, j] = 0.0
        free_p[j, 6] = 0.0
    free_p[6, 6] = square * (square - 1.0)
    return t


@kernel
def aim(
    gap: float,
    z: NDArray[np.float64],
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    x: NDArray[np.float64],
    boost_p: NDArray[np.float64],
    free_p: NDArray[np.float64],
    sigma: float,
) -> None:
    """Give a track of one detection the prior of its thrust, once its second one tells where it goes.

    A rocket pushes along its velocity, but for a small share. So the prior's variance, three times `sigma`
    squared in all, lies along the line from the first detection to the second, as well as that is known, and
    not evenly over the three axes. Spread evenly it would say that thrust across the line of sight is hardly
    ever seen by itself, so that ranges that fit a fall (of a radar they are by far the best) would prove that
    thrust had ended.

    The boosting state has felt a constant thrust a for the time g since its first detection: velocity + a g,
    position + a g² / 2. The free one stands for all ends of thrust until now, so that it has been thrust on
    for a time τ spread evenly from 0 to g: velocity + a τ, position + a (τ g - τ² / 2). Their mean squares
    and product are g² / 3, 2 g⁴ / 15 and 5 g³ / 24, times that of a (derived here). Ends that are later are
    those of the next free state, which starts when this one fits worse than thrust that lasts.

    Parameters
    ----------
    gap : float
        Time since the first detection, s.
    z : float64 array, shape (6,)
        The second detection.
    site, rotation : float64 array
        Of its sensor.
    x : float64 array
        The state in free flight, predicted to now with the prior of the velocity.
    boost_p, free_p : float64 array, shape (9, 9)
        Covariances predicted to now without thrust; changed in place.
    sigma : float
        Standard deviation of the thrust acceleration per axis while its direction is not known, m/s².
    """
    course = np.empty(3)
    position(z, site, rotation, course)
    speed2 = 0.0
    for i in range(3):
        course[i] = x[3 + i] + (course[i] - x[i]) / gap
        speed2 += course[i] * course[i]
    speed2 = max(speed2, 1.0)
    # Both detections err across the line of sight: twice half of the sum of two angles' variances.
    sine2 = (z[0] / gap) ** 2 * (z[4] * z[4] + z[5] * z[5]) / speed2
    share = min(ACROSS_THRUST * ACROSS_THRUST + sine2, 1.0 / 3.0)
    across = 3.0 * sigma * sigma * share
    along = 3.0 * sigma * sigma * (1.0 - 2.0 * share)
    g2, g3, g4 = gap * gap, gap * gap * gap, gap * gap * gap * gap
    for i in range(3):
        for j in range(3):
            d = (along - across) * course[i] * course[j] / speed2
            if i == j:
                d += across
            boost_p[i, j] += g4 / 4.0 * d
            boost_p[i, 3 + j] += g3 / 2.0 * d
            boost_p[3 + i, j] += g3 / 2.0 * d
            boost_p[i, 6 + j] += g2 / 2.0 * d
            boost_p[6 + i, j] += g2 / 2.0 * d
            boost_p[3 + i, 3 + j] += g2 * d
            boost_p[3 + i, 6 + j] += gap * d
            boost_p[6 + i, 3 + j] += gap * d
            boost_p[6 + i, 6 + j] += d
            free_p[i, j] += 2.0 * g4 / 15.0 * d
            free_p[i, 3 + j] += 5.0 * g3 / 24.0 * d
            free_p[3 + i, j] += 5.0 * g3 / 24.0 * d
            free_p[3 + i, 3 + j] += g2 / 3.0 * d
