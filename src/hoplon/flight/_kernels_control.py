"""Kernels that judge a step and choose the next one, by what its error will move at impact."""

from __future__ import annotations

import math

import numpy as np

from hoplon._jit import inlined

# Borders of the layers of US Standard Atmosphere 1976 in geometric height (m), and the jump there of the
# slope of the logarithm of density (1/m): of the lapse rate over the temperature; at 86 km that of the table
# above.
_BORDERS = np.array([11019.0678, 20063.1237, 32161.9032, 47350.0922, 51412.4796, 71801.9707, 86e3])
_JUMPS = np.array([3.0e-5, 4.6e-6, 7.8e-6, 1.02e-5, 1.02e-5, 3.7e-6, 1.0e-5])

# Gravity of the estimate of the time to the ground, m/s2: it sets weights, not results.
_G = 9.8
# An error of velocity is counted for this long at least, s; during boost, when the flight is still to come,
# for this long.
LEAST_LEVER = 10.0
BOOST_LEVER = 10000.0
# Steps of this length may be longer than half the time to the ground, s.
LEAST_CAP = 3.0


@inlined
def layer_cut(
    h: float, before: float, rate: float, after: float, drag: float, lever: float, tolerance: float
) -> float:
    """Length of the step (s) to the first border of layers whose crossing moves the impact.

    The slope of the air's density jumps at the borders, and no Runge-Kutta step sees a kink in its middle:
    the error is up to fifty times the estimate. A kink after the share w of a step, a jump d of the rate of
    the acceleration, moves the velocity by h2 d |(1 - w)2 / 2 - sum b max(0, c - w)|: what a slope d
    from w on adds to the integral, less what the pair's weights b make of it at their places c (derived
    here). With these weights it is at most 0.1 w and 2.4 (1 - w), and between mostly below 0.03, nowhere
    above 0.047. The least of the three, times how long the velocity lasts, may be four times what a step is
    allowed.

    Parameters
    ----------
    h : float
        Length of the step, s.
    before, rate, after : float
        Height and its rate at the start, height at the end (m, m/s).
    drag : float
        Deceleration by drag at the end, m/s2.
    lever : float
        How long an error of velocity lasts, s.
    tolerance : float
        Displacement of the impact allowed to a step, m.

    Returns
    -------
    float
        Infinite where the step may stay as it is.
    """
    weight = lever * h * drag * abs(after - before) / tolerance
    climbed = after - before
    scale = 1.0 / (climbed if climbed != 0.0 else 1.0)
    ascent = 0.0
    nearest = 1.0
    for i in range(7):
        border = _BORDERS[i] - before
        way = border * scale
        effect = 0.1 * way
        late = 2.4 * (1.0 - way)
        effect = effect if effect < late else late
        effect = effect if effect < 0.03 else 0.03
        # Before the start or after the end the effect is negative.
        hit = weight * _JUMPS[i] * effect > 4.0 and way < nearest
        ascent = border if hit else ascent
        nearest = way if hit else nearest
    # The parabola through both heights and the rate at the start.
    way = rate * h
    bend = climbed - way
    root = math.sqrt(max(way * way + 4.0 * bend * ascent, 0.0))
    base = way + (root if climbed > 0.0 else -root)
    share = 2.0 * ascent / (base if base != 0.0 else 1.0)
    share = share if 0.0 < share < 1.0 else nearest
    cut = share * h
    return cut if nearest < 1.0 and cut > 1e-6 else math.inf


@inlined
def control(
    h: float,
    missed_r: float,
    missed_v: float,
    height: float,
    rate: float,
    before: float,
    rate_before: float,
    drag: float,
    memory: float,
    wish: float,
    ground: float,
    tolerance: float,
    least_lever: float,
    least_cap: float,
) -> tuple[bool, float, float, float]:
    """Judge a step by what its error will move at impact, and choose the next one.

    An error of velocity lasts as long as the body falls: the time to the ground over a flat Earth without
    air, (v + (v2 + 2 g h)^1/2) / g. Proportional-integral control of the error of the embedded solution
    (Gustafsson, ACM TOMS 17, 1991, with exponents that are roots); a step is no longer than half the time to
    the ground, so that a descending body does not step from space into the air or from the air into the
    ground.

    Parameters
    ----------
    h : float
        Length of the step, s.
    missed_r, missed_v : float
        See `step`.
    height, rate : float
        Height (m) and its rate (m/s) at its end.
    before, rate_before : float
        The same at its start.
    drag : float
        Deceleration by drag at its end, m/s2.
    memory, wish : float
        What the last step left; 1 and 0 before the first.
    ground : float
        Height of the ground, m.
    tolerance : float
        Displacement of the impact allowed to a step, m.
    least_lever : float
        Shortest time that an error of velocity is counted for, s.
    least_cap : float
        Length, s, below which a step may be longer than half the time to the ground.

    Returns
    -------
    good : bool
        Whether to accept the step.
    next_h, memory, wish : float
    """
    over = height - ground
    fall = (rate + math.sqrt(rate * rate + 2.0 * _G * (over if over > 0.0 else 0.0))) * (1.0 / _G)
    lever = fall if fall > least_lever else least_lever
    error = (missed_r + lever * lever * missed_v) / (tolerance * tolerance)
    good = error <= 1.0
    root = math.sqrt(math.sqrt(math.sqrt(math.sqrt(math.sqrt(error if error > 1e-12 else 1e-12)))))
    factor = 0.9 / (root * root * root)
    # A state that is no number has no error: its step is cut.
    factor = factor * memory if good else (factor if factor < 0.9 else 0.2)
    factor = factor if factor > 0.2 else 0.2
    factor = factor if factor < 8.0 else 8.0
    cap = 0.5 * fall
    cap = cap if cap > least_cap else least_cap
    following = h * factor
    # A step that was cut at a border of layers says nothing against the longer one before it.
    following = wish if good and wish > following else following
    capped = following if following < cap else cap
    cut = layer_cut(h, before, rate_before, height, drag, lever, tolerance)
    # Shortened by a thousandth at least, lest a border just before the end be approached for ever;
    # a step that errs besides is shortened either way, by a tenth at least.
    crossing = cut < (0.999 * h if good else 0.9 * h) and error < 1e4
    longer = h if h > wish else wish
    return (
        good and not crossing,
        cut if crossing else (capped if good else following),
        memory if crossing or not good else root,
        longer if crossing else 0.0,
    )
