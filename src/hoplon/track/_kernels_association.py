"""Which detection belongs to which track: gates, costs and the assignment of least cost.

Tracks are rows of arrays: `number` (int, 0 where the row is free, negative where a track is lost but may be
found again), `book` (row, field; fields below),
`seen` (row, sensor: time of the last detection), `x` (row, 2, 9) and `p` (row, 2, 9, 9). The first of the two
states is the track; the second, of use in boost only, is the rival hypothesis that thrust has ended.
Detections are rows ``[range, azimuth, elevation, sigma_range, sigma_azimuth, sigma_elevation]``.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hoplon._jit import kernel
from hoplon.track._kernels import add_noise, predict
from hoplon.track._kernels_update import misfit

#: Fields of a track's book.
TIME = 0  # time of the state, s
FIRST = 1  # time of the first detection, s
LAST = 2  # time of the last detection, s
HITS = 3  # number of detections
FIRM = 4  # 1 once confirmed
FREE_FLIGHT = 5  # 1 once thrust is believed to have ended
ODDS = 6  # logarithm of the odds that thrust had ended, against that it lasts
RIVAL_FROM = 7  # time when the rival hypothesis was started, s
RIVAL_HITS = 8  # detections since
FADE = 9  # fading mean of the squared Mahalanobis distance in free flight
SCORE = 10  # logarithm of the odds of an object against false alarms, less what makes a track firm
GREETED = 11  # 1 once it was looked for among the lost tracks
RIVAL_UNTIL = 12  # latest end of thrust that the rival hypothesis stands for, s
AIMED = 13  # 1 once something is known of its thrust
BOOK_FIELDS = 14

#: Places in the array of limits.
GATE = 0  # largest squared Mahalanobis distance
NEW_COST = 1  # cost of calling a detection a new object
CONFIRM_HITS = 2
CONFIRM_WINDOW = 3  # s
TENTATIVE_DROP = 4  # s
FIRM_DROP = 5  # s
SWITCH_ODDS = 6
SWITCH_HOLD = 7  # s
LARGEST_LAG = 8  # s
SCAN = 9  # s
BOOST_LIMIT = 10  # s
SPEED_SIGMA = 11  # m/s
THRUST_SIGMA = 12  # m/s²
BOOST_DROP = 13  # s
LOG_BETA_SIGMA = 14
THRUST = 15  # m/s²

#: Places in the array of a track's life.
CONFIRM_SCORE = 0  # score that a track must gain to be firm; 0 where there are no false alarms
REACQUIRE = 1  # s

#: Fields of a cue: time of the launch, place of the launch (ECEF), its standard deviation per axis.
CUE_TIME, CUE_PLACE, CUE_SIGMA, CUE_FIELDS = 0, 1, 4, 5

#: An unknown force may have acted for this long before a detection falls out of the gate, s.
MEMORY_S = 3.0
#: Above this distance from the Earth's centre (some 20 km up, or more away from the equator) no missile is
#: slower than `SLOWEST_M_S`, but for a minute around the top of a very lofted flight.
HIGH_RADIUS_M = 6.398e6
SLOWEST_M_S = 200.0
#: What a pair costs that must not be.
FORBIDDEN = 1e12


@kernel
def states(free_flight: float) -> int:
    """Return the number of states in use: 7 in free flight, 9 in boost."""
    return 7 if free_flight > 0.0 else 9


@kernel
def bring(
    k: int,
    t: float,
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    beta: float,
    planet: NDArray[np.float64],
    noise: NDArray[np.float64],
) -> None:
    """Bring track k to time t, in place.

    Backwards (for a late detection) the noise of the way is added once to a boosting track, which treats
    the late detection with more caution than it needs.
    """
    dt = t - book[k, TIME]
    if dt == 0.0:
        return
    n = states(book[k, FREE_FLIGHT])
    predict(x[k, 0], p[k, 0], n, dt, beta, planet, noise)
    if n == 9:
        predict(x[k, 1], p[k, 1], states(1.0), dt, beta, planet, noise)
        if dt < 0.0:
            add_noise(p[k, 0], x[k, 0], n, -dt, 0.0, noise)
    book[k, TIME] = t


@kernel
def coast(
    k: int,
    t: float,
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    place: NDArray[np.float64],
) -> float:
    """Write where track k would be at time t in free fall, and return a bound of its standard deviation.

    The bound counts what 4 g of unknown force can do, and did in the last `MEMORY_S` unnoticed.
    """
    dt = t - book[k, TIME]
    s = x[k, 0]
    c = p[k, 0]
    r2 = s[0] * s[0] + s[1] * s[1] + s[2] * s[2]
    fall = 0.5 * dt * dt * 4.0e14 / (r2 * math.sqrt(r2))
    for i in range(3):
        place[i] = s[i] + dt * s[3 + i] - fall * s[i]
    sigma = math.sqrt(c[0, 0] + c[1, 1] + c[2, 2]) + abs(dt) * math.sqrt(c[3, 3] + c[4, 4] + c[5, 5])
    return float(sigma + 20.0 * (abs(dt) + MEMORY_S) ** 2)


@kernel
def may_gate(
    r: NDArray[np.float64], place: NDArray[np.float64], sigma: float, spread: float, gate: float
) -> bool:
    """Say quickly whether a detection at r could lie in the gate of a track; errs on the side of yes.

    A squared Mahalanobis distance is at least the squared distance over the trace of the covariance, so
    nothing that belongs together is lost. `place` and `sigma` are the track's (`coast`), `spread` is the
    trace of the detection's covariance.
    """
    d2 = (r[0] - place[0]) ** 2 + (r[1] - place[1]) ** 2 + (r[2] - place[2]) ** 2
    return bool(d2 < gate * (sigma * sigma + spread))


@kernel
def pair_cost(
    k: int,
    z: NDArray[np.float64],
    r: NDArray[np.float64],
    spread: float,
    site: NDArray[np.float64],
    rotation: NDArray[np.float64],
    book: NDArray[np.float64],
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    limits: NDArray[np.float64],
) -> float:
    """Return minus twice the log likelihood of a detection given track k (less a constant), or a huge number.

    A boosting track may continue in thrust or without: the better of the two counts, so that burnout does
    not throw the detection out of the gate. A track of one detection has no velocity yet; there, a pairing
    that would leave an object high up almost at rest is refused: it is the next missile of a raid at the
    same place (a stroboscope), and really slow objects are picked up a few scans later.
    """
    s = x[k, 0]
    c = p[k, 0]
    gap = book[k, TIME] - book[k, LAST]
    if book[k, HITS] == 1.0 and gap > 0.0:
        moved = math.sqrt((r[0] - s[0]) ** 2 + (r[1] - s[1]) ** 2 + (r[2] - s[2]) ** 2)
        still = c[0, 0] + c[1, 1] + c[2, 2] - gap * gap * (c[3, 3] + c[4, 4] + c[5, 5])
        sigma = math.sqrt(max(still, 0.0) + spread) / gap
        high = s[0] * s[0] + s[1] * s[1] + s[2] * s[2] > HIGH_RADIUS_M * HIGH_RADIUS_M
        if high and sigma < 600.0 and moved < (SLOWEST_M_S + sigma) * gap:
            return FORBIDDEN
    cost = FORBIDDEN
    if book[k, FREE_FLIGHT] > 0.0:
        distance, logdet = misfit(s, c, z, site, rotation)
    else:
        distance, logdet = misfit(s, c, z, site, rotation)
        rival, rival_logdet = misfit(x[k, 1], p[k, 1], z, site, rotation)
        if rival < limits[GATE]:
            cost = rival + rival_logdet
    if distance < limits[GATE]:
        cost = min(cost, distance + logdet)
    return cost


@kernel
def assign(cost: NDArray[np.float64], new_cost: float) -> NDArray[np.int64]:
    """Pair rows with columns at the least total cost; a row may stay alone at `new_cost`.

    Shortest augmenting paths with dual prices (Jonker & Volgenant 1987); each row brings a column of its own
    that stands for "alone".

    Parameters
    ----------
    cost : float64 array, shape (rows, columns)
    new_cost : float

    Returns
    -------
    int64 array, shape (rows,)
        The column, or -1.
    """
    rows, columns = cost.shape
    width = columns + rows
    # Index 0 stands for the root of the search; rows and columns count from 1.
    row_price = np.zeros(rows + 1)
    column_price = np.zeros(width + 1)
    owner = np.zeros(width + 1, dtype=np.int64)
    came_from = np.zeros(width + 1, dtype=np.int64)
    for row in range(1, rows + 1):
        owner[0] = row
        here = 0
        nearest = np.full(width + 1, math.inf)
        done = np.zeros(width + 1, dtype=np.bool_)
        while owner[here] != 0:
            done[here] = True
            i = owner[here]
            best, best_column = math.inf, 0
            for j in range(1, width + 1):
                if done[j]:
                    continue
                c = cost[i - 1, j - 1] if j <= columns else new_cost
                reduced = c - row_price[i] - column_price[j]
                if reduced < nearest[j]:
                    nearest[j] = reduced
                    came_from[j] = here
                if nearest[j] < best:
                    best, best_column = nearest[j], j
            for j in range(width + 1):
                if done[j]:
                    row_price[owner[j]] += best
                    column_price[j] -= best
                else:
                    nearest[j] -= best
            here = best_column
        while here != 0:
            owner[here] = owner[came_from[here]]
            here = came_from[here]
    chosen = np.full(rows, -1, dtype=np.int64)
    for j in range(1, columns + 1):
        if owner[j] > 0:
            chosen[owner[j] - 1] = j - 1
    return chosen
