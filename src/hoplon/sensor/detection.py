"""Is an echo of given strength detected? Closed forms for one threshold, after coherent or other integration.

The receiver adds up one dwell coherently, forms the power z in units of the mean noise power, and says
"detected" where z > -ln(P_fa) (Rice; Marcum 1960). The target's echo does not change within a dwell; from
look to look it fluctuates as Swerling (1960) has it: not at all (case 0), as the sum of many equal scatterers
(case 1: exponential power), or as one large and many small ones (case 3: chi-square with four degrees of
freedom). Cases 2 and 4, which fluctuate from pulse to pulse, are not computed.

Where n dwells (or pulses) are added without their phases, z is the sum of their powers: chi-square with 2n
degrees of freedom, not central where there is an echo. Battles add up coherently; n > 1 is for comparison.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.errors import InputError

SWERLING_CASES = (0, 1, 3)
#: Below this total signal-to-noise ratio the closed forms lose digits, and a short sum does not.
_SMALL = 10.0


def detection_threshold(false_alarm_probability: float, pulses: int = 1) -> float:
    """Power, in units of the mean noise power of one pulse, that noise alone exceeds with the probability.

    Parameters
    ----------
    false_alarm_probability : float
        In one resolution cell and dwell, between 0 and 1.
    pulses : int
        How many are added without phase.

    Returns
    -------
    float
        -ln(P_fa) for one pulse, the inverse of the incomplete gamma function for more.

    Raises
    ------
    InputError
        Where the probability is not between 0 and 1, or there is no pulse.
    """
    if not 0.0 < false_alarm_probability < 1.0:
        raise InputError(
            f"false-alarm probability is {false_alarm_probability}",
            remedy="Write a number between 0 and 1; 1e-6 is usual.",
        )
    if pulses == 1:
        return -math.log(false_alarm_probability)
    if pulses < 1:
        raise InputError(f"{pulses} pulses are added", remedy="Write a whole number from 1 up.")
    from scipy.special import gammainccinv

    return float(gammainccinv(pulses, false_alarm_probability))


def _check_swerling(swerling: int) -> None:
    if swerling not in SWERLING_CASES:
        raise InputError(
            f"Swerling case is {swerling}",
            remedy="Write 0 (steady), 1 (many scatterers) or 3 (one large and many small scatterers).",
        )


def marcum_q(snr: float, threshold: float, pulses: int = 1) -> float:
    """Probability that a steady echo in noise exceeds the threshold: Q_n(√(2 n SNR), √(2 y)).

    Summed as Σ_k Poisson(k; n SNR) · P(Poisson(y) ≤ n - 1 + k): every term is positive, so nothing cancels
    (Shnidman 1989, IEEE Trans. Inf. Theory 35, 389).

    Parameters
    ----------
    snr : float
        Power of the echo over the mean noise power, of one pulse (linear, ≥ 0).
    threshold : float
        y, in units of the mean noise power of one pulse (> 0).
    pulses : int
        n, added without phase.

    Returns
    -------
    float
        Absolute error below 1e-12 up to an SNR of 60 dB over all pulses.
    """
    from scipy.special import gammaincc, gammaln

    # 12 standard deviations of the Poisson law, and enough terms where the mean is small.
    total = pulses * snr
    width = 12.0 * math.sqrt(total) + 40.0
    k = np.arange(max(0, math.floor(total - width)), math.ceil(total + width) + 1, dtype=np.float64)
    log_weight = (
        (k * math.log(total) if total > 0.0 else np.where(k == 0.0, 0.0, -np.inf)) - total - gammaln(k + 1.0)
    )
    return min(1.0, float(np.sum(np.exp(log_weight) * gammaincc(k + pulses, threshold))))


def _fluctuating(
    total: NDArray[np.float64], threshold: float, swerling: int, pulses: int
) -> NDArray[np.float64]:
    """Swerling 1 or 3 with n > 1 pulses, at total mean signal-to-noise ratios."""
    from scipy.special import gammainc, gammaincc, gammaln

    y, n, m = threshold, pulses, (1 if swerling == 1 else 2)
    out = np.empty_like(total)
    small = total < _SMALL
    # The echo's power is a gamma variable, so the Poisson sum of a steady target becomes a negative binomial.
    k = np.arange(600.0)
    tail = gammaincc(n + k, y)
    for place in np.flatnonzero(small):
        rest = total[place] / (m + total[place])
        weight = (k + 1.0 if m == 2 else 1.0) * rest**k * (1.0 - rest) ** m
        out[place] = np.sum(weight * tail)
    c = total[~small]
    if m == 2:
        c = 0.5 * c
    scale = np.exp((n - 1.0) * np.log1p(1.0 / c) - y / (1.0 + c))
    reached = gammainc(n - 1.0, y * c / (1.0 + c))
    one = gammaincc(n - 1.0, y) + scale * reached
    if m == 2:
        # A gamma variable of order 2 is d/dc of c times the exponential's result.
        slope = scale * reached * (y / (1.0 + c) ** 2 - (n - 1.0) / (c * (1.0 + c)))
        edge = (n - 1.0) * np.log1p(1.0 / c) + (n - 2.0) * np.log(y * c / (1.0 + c)) - y - gammaln(n - 1.0)
        one = one + c * (slope + np.exp(edge) * y / (1.0 + c) ** 2)
    out[~small] = one
    return out


def probability_of_detection(
    snr: ArrayLike, false_alarm_probability: float, swerling: int, pulses: int = 1
) -> NDArray[np.float64]:
    """Probability of detection in one look.

    Swerling 0: Marcum's Q. Swerling 1: exp(-y / (1 + S)). Swerling 3, with a = S/2:
    (1 + y a / (1 + a)²) exp(-y / (1 + a)); y = -ln P_fa (Skolnik, Introduction to Radar Systems, 3rd ed.,
    2.8; Meyer and Mayer, Radar Target Detection, 1973).

    With n > 1 pulses added without phase, c = n S and P the regularised incomplete gamma function, Swerling 1
    is 1 - P(n-1, y) + (1 + 1/c)^(n-1) P(n-1, y c / (1 + c)) exp(-y / (1 + c)) (Swerling 1960; Meyer and
    Mayer), and Swerling 3 is d/dc of c times that, at c = n S / 2, for its power is a gamma variable of order
    2 where that of case 1 is one of order 1.

    Parameters
    ----------
    snr : array_like
        Mean signal-to-noise ratio of one pulse, or after coherent integration (linear, ≥ 0), of any shape.
    false_alarm_probability : float
        In one resolution cell and dwell.
    swerling : int
        0, 1 or 3.
    pulses : int
        How many are added without phase; the echo is the same in all of them.

    Returns
    -------
    ndarray
        Of the shape of `snr` (a numpy scalar for a number).

    Raises
    ------
    InputError
        Where the probability, the case, a ratio or the number of pulses is out of range.
    """
    y = detection_threshold(false_alarm_probability, pulses)
    _check_swerling(swerling)
    s = np.asarray(snr, dtype=np.float64)
    if not np.all(s >= 0.0):
        raise InputError(
            "a signal-to-noise ratio is negative or not a number", remedy="Give it as a power ratio."
        )
    if swerling == 0:
        return np.reshape([marcum_q(float(x), y, pulses) for x in s.ravel()], s.shape)[()]
    if pulses > 1:
        return np.reshape(_fluctuating(pulses * s.ravel(), y, swerling, pulses), s.shape)[()]
    if swerling == 1:
        return np.asarray(np.exp(-y / (1.0 + s)))[()]
    a = 0.5 * s
    return np.asarray((1.0 + y * a / (1.0 + a) ** 2) * np.exp(-y / (1.0 + a)))[()]


def required_snr_db(
    probability: float,
    false_alarm_probability: float,
    swerling: int,
    *,
    tolerance_db: float = 1e-6,
    pulses: int = 1,
) -> float:
    """Mean signal-to-noise ratio that gives a wanted probability of detection.

    Parameters
    ----------
    probability : float
        Wanted probability of detection, above the false-alarm probability and below 1.
    false_alarm_probability : float
        In one resolution cell and dwell.
    swerling : int
        0, 1 or 3.
    tolerance_db : float
        Where the bisection stops.
    pulses : int
        How many are added without phase.

    Returns
    -------
    float
        Of one pulse, in decibels (between -60 and 120 dB).

    Raises
    ------
    InputError
        Where the probabilities are not 0 < P_fa < P_d < 1, the case is unknown or no ratio in range suffices.
    """
    detection_threshold(false_alarm_probability, pulses)
    _check_swerling(swerling)
    if not false_alarm_probability < probability < 1.0:
        raise InputError(
            f"probability of detection is {probability}",
            remedy=f"Write a number above the false-alarm probability, {false_alarm_probability:g}, below 1.",
        )
    low, high = -60.0, 120.0
    # Marcum's Q is 1 to double precision long before 60 dB, and its sum would be long.
    if swerling == 0:
        high = 60.0 - 10.0 * math.log10(pulses)

    def missing(level_db: float) -> float:
        reached = probability_of_detection(
            10.0 ** (level_db / 10.0), false_alarm_probability, swerling, pulses
        )
        return probability - float(reached)

    if missing(high) > 0.0:
        raise InputError(
            f"no signal-to-noise ratio up to {high:g} dB gives a probability of {probability}",
            remedy="Ask for a smaller probability.",
        )
    while high - low > tolerance_db:
        middle = 0.5 * (low + high)
        if missing(middle) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
