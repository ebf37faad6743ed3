"""Is an echo of given strength detected? Closed forms for one coherent dwell and one threshold.

The receiver adds up one dwell coherently, forms the power z in units of the mean noise power, and says
"detected" where z > -ln(P_fa) (Rice; Marcum 1960). The target's echo does not change within a dwell; from
look to look it fluctuates as Swerling (1960) has it: not at all (case 0), as the sum of many equal scatterers
(case 1: exponential power), or as one large and many small ones (case 3: chi-square with four degrees of
freedom). Cases 2 and 4 differ from 1 and 3 only where several pulses are added without phase, which is not
done here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoplon.errors import InputError

SWERLING_CASES = (0, 1, 3)


def detection_threshold(false_alarm_probability: float) -> float:
    """Power, in units of the mean noise power, that noise alone exceeds with the given probability.

    Parameters
    ----------
    false_alarm_probability : float
        In one resolution cell and dwell, between 0 and 1.

    Returns
    -------
    float
        -ln(P_fa).

    Raises
    ------
    InputError
        Where the probability is not between 0 and 1.
    """
    if not 0.0 < false_alarm_probability < 1.0:
        raise InputError(
            f"false-alarm probability is {false_alarm_probability}",
            remedy="Write a number between 0 and 1; 1e-6 is usual.",
        )
    return -math.log(false_alarm_probability)


def _check_swerling(swerling: int) -> None:
    if swerling not in SWERLING_CASES:
        raise InputError(
            f"Swerling case is {swerling}",
            remedy="Write 0 (steady), 1 (many scatterers) or 3 (one large and many small scatterers).",
        )


def marcum_q(snr: float, threshold: float) -> float:
    """Probability that a steady echo in noise exceeds the threshold: Q(√(2 SNR), √(2 y)).

    Summed as Σ_k Poisson(k; SNR) · P(Poisson(y) ≤ k): every term is positive, so nothing cancels
    (Shnidman 1989, IEEE Trans. Inf. Theory 35, 389).

    Parameters
    ----------
    snr : float
        Power of the echo over the mean noise power (linear, ≥ 0).
    threshold : float
        y, in units of the mean noise power (> 0).

    Returns
    -------
    float
        Absolute error below 1e-12 up to an SNR of 60 dB.
    """
    from scipy.special import gammaincc, gammaln

    # 12 standard deviations of the Poisson law, and enough terms where the mean is small.
    width = 12.0 * math.sqrt(snr) + 40.0
    k = np.arange(max(0, math.floor(snr - width)), math.ceil(snr + width) + 1, dtype=np.float64)
    log_weight = (
        (k * math.log(snr) if snr > 0.0 else np.where(k == 0.0, 0.0, -np.inf)) - snr - gammaln(k + 1.0)
    )
    return min(1.0, float(np.sum(np.exp(log_weight) * gammaincc(k + 1.0, threshold))))


def probability_of_detection(
    snr: ArrayLike, false_alarm_probability: float, swerling: int
) -> NDArray[np.float64]:
    """Probability of detection in one coherent dwell.

    Swerling 0: Marcum's Q. Swerling 1: exp(-y / (1 + S)). Swerling 3, with a = S/2:
    (1 + y a / (1 + a)²) exp(-y / (1 + a)); y = -ln P_fa (Skolnik, Introduction to Radar Systems, 3rd ed.,
    2.8; Meyer and Mayer, Radar Target Detection, 1973).

    Parameters
    ----------
    snr : array_like
        Mean signal-to-noise ratio after coherent integration (linear, ≥ 0), of any shape.
    false_alarm_probability : float
        In one resolution cell and dwell.
    swerling : int
        0, 1 or 3.

    Returns
    -------
    ndarray
        Of the shape of `snr` (a numpy scalar for a number).

    Raises
    ------
    InputError
        Where the probability, the case or a ratio is out of range.
    """
    y = detection_threshold(false_alarm_probability)
    _check_swerling(swerling)
    s = np.asarray(snr, dtype=np.float64)
    if not np.all(s >= 0.0):
        raise InputError(
            "a signal-to-noise ratio is negative or not a number", remedy="Give it as a power ratio."
        )
    if swerling == 0:
        return np.reshape([marcum_q(float(x), y) for x in s.ravel()], s.shape)[()]
    if swerling == 1:
        return np.asarray(np.exp(-y / (1.0 + s)))[()]
    a = 0.5 * s
    return np.asarray((1.0 + y * a / (1.0 + a) ** 2) * np.exp(-y / (1.0 + a)))[()]


def required_snr_db(
    probability: float, false_alarm_probability: float, swerling: int, *, tolerance_db: float = 1e-6
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

    Returns
    -------
    float
        In decibels (between -60 and 120 dB).

    Raises
    ------
    InputError
        Where the probabilities are not 0 < P_fa < P_d < 1, the case is unknown or no ratio in range suffices.
    """
    detection_threshold(false_alarm_probability)
    _check_swerling(swerling)
    if not false_alarm_probability < probability < 1.0:
        raise InputError(
            f"probability of detection is {probability}",
            remedy=f"Write a number above the false-alarm probability, {false_alarm_probability:g}, below 1.",
        )
    low, high = -60.0, 120.0
    # Marcum's Q is 1 to double precision long before 60 dB, and its sum would be long.
    if swerling == 0:
        high = 60.0

    def missing(level_db: float) -> float:
        reached = probability_of_detection(10.0 ** (level_db / 10.0), false_alarm_probability, swerling)
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
