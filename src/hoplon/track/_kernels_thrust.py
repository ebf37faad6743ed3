"""When thrust ends, and where it points: bare floats and arrays.

States and covariances are those of `hoplon.track._kernels`: nine numbers in boost, seven in free flight.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels_update import position

#: Thrust that goes on is noticed once it has moved the object by so many standard deviations (a Mahalanobis
#: distance: of range, which is known best, they are short), at the latest after so long, s.
CUT_OFF_SIGMAS = 4.3
LONGEST_CUT_OFF_S = 10.0
#: An end of thrust is noticed late, too: by this share of that time.
BEHIND = 0.75
#: Detections closer in time than this do not say where an object goes, s.
SHORTEST_AIM_S = 0.5
#: Share of thrust that may act across the velocity, per axis: some 3 degrees (assumed).
ACROSS_THRUST = 0.05


@kernel
def unnoticed_s(x: NDArray[np.float64], p: NDArray[np.float64]) -> float:
    """Return how long thrust may go on before it is noticed (`cut_off`), s."""
    # What is not known of a thrust that is would count as seen where it moves a range.
    known2 = x[6] * x[6] + x[7] * x[7] + x[8] * x[8]
    unsure = 0.0 if known2 > p[6, 6] + p[7, 7] + p[8, 8] else 1.0
    # The trace of P⁻¹ A by cofactors, with A the square of thrust.
    c00 = p[1, 1] * p[2, 2] - p[1, 2] * p[2, 1]
    c01 = p[0, 2] * p[2, 1] - p[0, 1] * p[2, 2]
    c02 = p[0, 1] * p[1, 2] - p[0, 2] * p[1, 1]
    c11 = p[0, 0] * p[2, 2] - p[0, 2] * p[2, 0]
    c12 = p[0, 2] * p[1, 0] - p[0, 0] * p[1, 2]
    c22 = p[0, 0] * p[1, 1] - p[0, 1] * p[1, 0]
    determinant = p[0, 0] * c00 + p[0, 1] * c01 + p[0, 2] * c02
    square = c00 * (x[6] * x[6] + unsure * p[6, 6]) + 2.0 * c01 * (x[6] * x[7] + unsure * p[6, 7])
    square += c11 * (x[7] * x[7] + unsure * p[7, 7]) + 2.0 * c02 * (x[6] * x[8] + unsure * p[6, 8])
    square += c22 * (x[8] * x[8] + unsure * p[8, 8]) + 2.0 * c12 * (x[7] * x[8] + unsure * p[7, 8])
    if determinant <= 0.0 or square <= 0.0:
        return LONGEST_CUT_OFF_S
    return min(math.sqrt(2.0 * CUT_OFF_SIGMAS * math.sqrt(determinant / square)), LONGEST_CUT_OFF_S)


@kernel
def cut_off(
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    free_x: NDArray[np.float64],
    free_p: NDArray[np.float64],
    log_beta_sigma: float,
    watched: float,
) -> float:
    """Write state and covariance of free flight, seven numbers, where the thrust of a boosting state ends.

    When exactly, nobody can tell: thrust a for a further time T is noticed only once it has moved the object
    by `CUT_OFF_SIGMAS`, in the direction of thrust and as position P is known there: T² √(aᵀ P⁻¹ a) / 2 (with
    the mean of aᵀ P⁻¹ a over what a may be, where thrust is hardly known). Nor is its end noticed at once: it
    may lie `BEHIND` T in the past, but not before thrust was watched. So τ is spread evenly over that, and
    mean and covariance of a state that is thrust on for τ (velocity + a τ, position - a τ² / 2, as seen from
    the start) are written.

    Parameters
    ----------
    x, p
        Boosting state, nine numbers.
    free_x, free_p
        On return the state in free flight.
    log_beta_sigma : float
        Prior standard deviation of the logarithm of the ballistic coefficient: drag goes with one over it,
        so that the drag factor is log-normal too.
    watched : float
        For how long the object has been seen, s; 0 as long as nothing is known of its thrust. Then T is 0,
        and `aim` says later what may have happened.

    Returns
    -------
    float
        T, s.
    """
    late = unnoticed_s(x, p) if watched > 0.0 else 0.0
    early = -min(BEHIND * late, watched)
    # Means of τ, τ², τ³ and τ⁴.
    t = 0.5 * (late + early)
    t2 = (late**2 + late * early + early**2) / 3.0
    t3 = (late + early) * (late**2 + early**2) / 4.0
    t4 = (late**4 + late**3 * early + late**2 * early**2 + late * early**3 + early**4) / 5.0
    for i in range(3):
        free_x[i] = x[i] - 0.5 * t2 * x[6 + i]
        free_x[3 + i] = x[3 + i] + t * x[6 + i]
        for j in range(3):
            a = x[6 + i] * x[6 + j]
            q = p[6 + i, 6 + j]
            both = p[i, 3 + j] + t * p[i, 6 + j] - 0.5 * t2 * p[6 + i, 3 + j]
            both -= 0.5 * t3 * (q + a) - 0.5 * t * t2 * a
            free_p[i, 3 + j] = both
            free_p[3 + j, i] = both
            both = 0.5 * t2 * (p[i, 6 + j] + p[6 + i, j])
            free_p[i, j] = p[i, j] - both + 0.25 * (t4 * (q + a) - t2 * t2 * a)
            both = t * (p[3 + i, 6 + j] + p[6 + i, 3 + j])
            free_p[3 + i, 3 + j] = p[3 + i, 3 + j] + both + t2 * (q + a) - t * t * a
    square = math.exp(log_beta_sigma * log_beta_sigma)
    free_x[6] = math.sqrt(square)
    for j in range(9):
        free_p[6, j] = 0.0
        free_p[j, 6] = 0.0
    free_p[6, 6] = square * (square - 1.0)
    return late


@kernel
def aim(
    gap: float,
    z: NDArray[np.float64],
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    boost_x: NDArray[np.float64],
    boost_p: NDArray[np.float64],
    free_x: NDArray[np.float64],
    free_p: NDArray[np.float64],
    thrust: float,
    sigma: float,
) -> None:
    """Give a track of one detection the prior of its thrust, once its second one tells where it goes.

    A rocket pushes forward along its velocity, but for a small share. So the prior's mean and variance lie
    along the line from the first detection to the second, as well as that is known, and not evenly over the
    three axes. Spread evenly it would say that thrust across the line of sight is hardly ever seen by itself,
    so that ranges that fit a fall (of a radar they are by far the best) would prove that thrust had ended.

    The boosting state has felt a constant thrust a for the time g since its first detection: velocity + a g,
    position + a g² / 2. The free one stands for all ends of thrust until now, so that it has been thrust on
    for a time τ spread evenly from 0 to g: velocity + a τ, position + a (τ g - τ² / 2). Means are g / 2 and
    g² / 3 times that of a, mean squares and product g² / 3, 2 g⁴ / 15 and 5 g³ / 24 times that of a (derived
    here). Ends that are later are those of the next free state, which starts when this one fits worse than
    thrust that lasts.

    Parameters
    ----------
    gap : float
        Time since the first detection, s.
    z : float64 array, shape (6,)
        The second detection.
    site, rotation : float64 array
        Of its sensor.
    boost_x, boost_p, free_x, free_p : float64 array, shape (9,) and (9, 9)
        States and covariances predicted to now without thrust; changed in place.
    thrust, sigma : float
        Mean and standard deviation of a rocket's thrust acceleration, m/s².
    """
    px, py, pz = position(z, site, rotation)
    vx, vy, vz = (
        free_x[3] + (px - free_x[0]) / gap,
        free_x[4] + (py - free_x[1]) / gap,
        free_x[5] + (pz - free_x[2]) / gap,
    )
    course = vx, vy, vz
    speed2 = max(vx * vx + vy * vy + vz * vz, 1.0)
    # Both detections err across the line of sight: twice half of the sum of two angles' variances.
    sine2 = (z[0] / gap) ** 2 * (z[4] * z[4] + z[5] * z[5]) / speed2
    share = min(ACROSS_THRUST * ACROSS_THRUST + sine2, 1.0 / 3.0)
    across = (thrust * thrust + sigma * sigma) * share
    along = (thrust * thrust + sigma * sigma) * (1.0 - 2.0 * share)
    # Nothing where the direction may be any.
    mean = thrust * (1.0 - 3.0 * share)
    g2, g3, g4 = gap * gap, gap * gap * gap, gap * gap * gap * gap
    for i in range(3):
        a = mean * course[i] / math.sqrt(speed2)
        boost_x[i] += g2 / 2.0 * a
        boost_x[3 + i] += gap * a
        boost_x[6 + i] += a
        free_x[i] += g2 / 3.0 * a
        free_x[3 + i] += gap / 2.0 * a
        for j in range(3):
            both = course[i] * course[j] / speed2
            m = mean * mean * both
            square = (along - across) * both
            if i == j:
                square += across
            d = square - m
            boost_p[i, j] += g4 / 4.0 * d
            boost_p[i, 3 + j] += g3 / 2.0 * d
            boost_p[3 + i, j] += g3 / 2.0 * d
            boost_p[i, 6 + j] += g2 / 2.0 * d
            boost_p[6 + i, j] += g2 / 2.0 * d
            boost_p[3 + i, 3 + j] += g2 * d
            boost_p[3 + i, 6 + j] += gap * d
            boost_p[6 + i, 3 + j] += gap * d
            boost_p[6 + i, 6 + j] += d
            free_p[i, j] += g4 * (2.0 / 15.0 * square - m / 9.0)
            free_p[i, 3 + j] += g3 * (5.0 / 24.0 * square - m / 6.0)
            free_p[3 + i, j] += g3 * (5.0 / 24.0 * square - m / 6.0)
            free_p[3 + i, 3 + j] += g2 * (square / 3.0 - m / 4.0)
