"""Detection against the exact tables, and against what a receiver simulated apart from the package sees."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from hoplon.errors import InputError
from hoplon.sensor.detection import marcum_q, probability_of_detection, required_snr_db

# Exact values of the closed forms, one pulse: (Pd, Pfa) -> dB for Swerling 0, 1, 3.
REQUIRED_DB = {
    (0.5, 1e-6): (11.243, 12.772, 11.954),
    (0.9, 1e-6): (13.183, 21.144, 17.296),
    (0.9, 1e-4): (11.749, 19.366, 15.599),
    (0.5, 1e-4): (9.398, 10.895, 10.088),
}
# Pfa 1e-6: dB -> Pd for Swerling 0, 1, 3.
DETECTION = {
    10.0: (0.24805, 0.28480, 0.29188),
    13.0: (0.87444, 0.51718, 0.60896),
    15.0: (0.99723, 0.65476, 0.77945),
}


@pytest.mark.parametrize("column, swerling", [(0, 0), (1, 1), (2, 3)])
@pytest.mark.parametrize("pair", REQUIRED_DB)
def test_required_snr_matches_the_exact_table(pair, column, swerling):
    # Half a unit of the table's last digit: it is given to 0.001 dB.
    assert required_snr_db(*pair, swerling) == pytest.approx(REQUIRED_DB[pair][column], abs=0.00055)


@pytest.mark.parametrize("column, swerling", [(0, 0), (1, 1), (2, 3)])
@pytest.mark.parametrize("snr_db", DETECTION)
def test_detection_probability_matches_the_exact_table(snr_db, column, swerling):
    reached = probability_of_detection(10 ** (snr_db / 10), 1e-6, swerling)
    # The table is given to 1e-5.
    assert reached == pytest.approx(DETECTION[snr_db][column], abs=0.6e-5)


@pytest.mark.parametrize(
    "snr, threshold", [(0.0, 3.0), (0.3, 5.0), (8.0, 13.8), (40.0, 13.8), (900.0, 820.0), (1e5, 9.9e4)]
)
def test_marcum_q_agrees_with_the_integral_that_defines_it(snr, threshold):
    # Q(a, b) = ∫_b^∞ x exp(-(x² + a²)/2) I0(a x) dx, with the scaled Bessel function against overflow.
    a, b = math.sqrt(2 * snr), math.sqrt(2 * threshold)

    def density(x):
        return x * math.exp(-0.5 * (x - a) ** 2) * special.i0e(a * x)

    reference, _ = integrate.quad(density, b, max(a, b) + 40, points=[max(a, b)], epsabs=1e-12, limit=400)
    assert marcum_q(snr, threshold) == pytest.approx(reference, abs=1e-9)


def test_albersheim_is_met_within_its_own_accuracy():
    # Albersheim 1981, one pulse, steady target: an empirical fit, good to 0.2 dB from Pd .5 to .9. (Towards
    # Pd .1 it gives up to 0.7 dB less than Marcum's Q, which the test above holds to its definition.)
    for pd in (0.5, 0.7, 0.9):
        for pfa in (1e-7, 1e-5, 1e-3):
            a, b = math.log(0.62 / pfa), math.log(pd / (1 - pd))
            albersheim = 10 * math.log10(a + 0.12 * a * b + 1.7 * b)
            assert required_snr_db(pd, pfa, 0) == pytest.approx(albersheim, abs=0.2)


@settings(deadline=None)
@given(st.sampled_from([0, 1, 3]), st.floats(1e-9, 1e-2), st.floats(-10, 30), st.floats(0.01, 5))
def test_detection_rises_with_snr_from_the_false_alarm_probability(swerling, pfa, snr_db, more_db):
    weak, strong = 10 ** (snr_db / 10), 10 ** ((snr_db + more_db) / 10)
    none, low, high = probability_of_detection([0.0, weak, strong], pfa, swerling)
    assert none == pytest.approx(pfa, rel=1e-6)
    assert none <= low * (1 + 1e-12) <= high * (1 + 2e-12) <= 1 + 1e-11


@settings(deadline=None)
@given(st.sampled_from([0, 1, 3]), st.floats(0.05, 0.99), st.floats(1e-8, 1e-3))
def test_required_snr_inverts_the_probability(swerling, pd, pfa):
    snr = 10 ** (required_snr_db(pd, pfa, swerling) / 10)
    assert probability_of_detection(snr, pfa, swerling) == pytest.approx(pd, abs=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: probability_of_detection(10.0, 0.0, 1),
        lambda: probability_of_detection(10.0, 1e-6, 2),
        lambda: probability_of_detection(-1.0, 1e-6, 1),
        lambda: probability_of_detection(math.nan, 1e-6, 0),
        lambda: required_snr_db(1e-7, 1e-6, 1),
        lambda: required_snr_db(1.0, 1e-6, 1),
        lambda: required_snr_db(1 - 1e-15, 1e-6, 1),
    ],
)
def test_what_has_no_answer_is_refused(call):
    with pytest.raises(InputError):
        call()
