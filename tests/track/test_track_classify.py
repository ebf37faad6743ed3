"""Probabilities of types and bodies: are they calibrated, and do unknown types show?"""

import numpy as np
import pytest
import track_truth as truth

from hoplon.earth.planet import WGS84
from hoplon.errors import InputError
from hoplon.track import Discrimination, Features, KnownMissile, Seen, classify_body, classify_type
from hoplon.track.classify import NONE_OF_THESE, burnout_speed_seen, specific_energy_j_kg


def known(name, speed, apogee, boost):
    return KnownMissile(name, speed, 150.0, 70.0, 8.0, boost, 8.0, apogee, 0.15 * apogee, 3000.0)


LIBRARY = [known("short", 2200.0, 150.0, 80.0), known("medium", 2700.0, 260.0, 100.0)]
LIBRARY.append(known("long", 3000.0, 320.0, 110.0))
TRACK = {"burnout_speed_m_s": 60.0, "apogee_km": 20.0, "boost_duration_s": 6.0}


def drawn(rng, kind):
    """One missile of a type, or of an unknown one, as a track sees it."""
    if kind is None:
        limits = ((900.0, 8000.0), (25.0, 5000.0), (20.0, 350.0))
        values = [np.exp(rng.uniform(np.log(a), np.log(b))) for a, b in limits]
    else:
        values = [
            rng.normal(kind.burnout_speed_m_s, kind.burnout_speed_sigma_m_s),
            rng.normal(kind.apogee_km, kind.apogee_sigma_km),
            rng.normal(kind.boost_duration_s, kind.boost_duration_sigma_s),
        ]
    return Features(
        *(Seen(v + s * rng.standard_normal(), s) for v, s in zip(values, TRACK.values(), strict=True))
    )


def test_probabilities_of_types_come_true_as_often_as_they_say():
    rng = np.random.default_rng(1)
    said, true = [], []
    for _ in range(3000):
        kind = None if rng.random() < 0.1 else LIBRARY[rng.integers(3)]
        got = classify_type(drawn(rng, kind), LIBRARY, 0.1)
        assert sum(got.values()) == pytest.approx(1.0)
        said += list(got.values())
        true += [name == (NONE_OF_THESE if kind is None else kind.name) for name in got]
    said, true = np.array(said), np.array(true)
    for low in (0.05, 0.2, 0.4, 0.6, 0.8):
        part = (said >= low) & (said < low + 0.15)
        error = np.sqrt(said[part].mean() * (1 - said[part].mean()) / part.sum())
        # Four standard errors: five bins are looked at.
        assert true[part].mean() == pytest.approx(said[part].mean(), abs=4 * error + 0.005), low


def test_a_type_that_is_not_in_the_library_shows():
    rng = np.random.default_rng(2)
    stranger = known("stranger", 4500.0, 1000.0, 145.0)
    shares = [classify_type(drawn(rng, stranger), LIBRARY, 0.05)[NONE_OF_THESE] for _ in range(100)]
    assert np.mean(shares) > 0.99
    # And what has not been seen leaves the prior as it is.
    assert classify_type(Features(), LIBRARY, 0.05)[NONE_OF_THESE] == pytest.approx(0.05)
    got = classify_type(Features(), LIBRARY, 0.2, {"short": 3.0, "long": 1.0})
    assert got == pytest.approx({"short": 0.6, "medium": 0.0, "long": 0.2, NONE_OF_THESE: 0.2})


def test_bad_libraries_are_refused():
    with pytest.raises(InputError, match="threat library"):
        classify_type(Features(), [*LIBRARY, LIBRARY[0]], 0.1)
    with pytest.raises(InputError, match="unknown_share"):
        classify_type(Features(), LIBRARY, 0.0)
    with pytest.raises(InputError, match="midium"):
        classify_type(Features(), LIBRARY, 0.1, {"midium": 1.0})


def test_burnout_speed_comes_from_the_energy_of_a_track_anywhere_in_free_flight():
    _, states, burnout = truth.fly(beta=None)
    there = states[round(2 * burnout)]
    height_km = truth.radial_height(there[:3]) / 1e3
    for after_s in (20, 100, 200):
        s = states[round(2 * (burnout + after_s))]
        p = np.diag([100.0**2] * 3 + [1.0] * 3)
        got = burnout_speed_seen(s[:3], s[3:], p, height_km)
        # J2 and the other distance from the axis: metres per second.
        assert got.value == pytest.approx(np.linalg.norm(there[3:]), abs=6.0)
        assert 0.5 < got.sigma < 2.0


def test_energy_of_a_circular_orbit_is_minus_half_the_potential():
    r = np.array([7e6, 0.0, 0.0])
    gm, _, spin, _, _ = WGS84.as_array()
    v = np.array([0.0, np.sqrt(gm / 7e6) - spin * 7e6, 0.0])
    assert specific_energy_j_kg(r, v) == pytest.approx(-0.5 * gm / 7e6, rel=1e-9)


def test_probabilities_of_bodies_come_true_as_often_as_they_say():
    # A track with a prior of its own learns the ballistic coefficient to 15 %.
    rng = np.random.default_rng(3)
    body, vehicle, prior, center = (900.0, 0.4), (4000.0, 0.35), 0.5, np.log(2500.0)
    said, true = [], []
    for _ in range(3000):
        is_vehicle = rng.random() < 0.4
        median, sigma = vehicle if is_vehicle else body
        x = np.log(median) + sigma * rng.standard_normal()
        z = x + 0.6 * rng.standard_normal()
        variance = 1.0 / (1.0 / 0.6**2 + 1.0 / prior**2)
        track = Seen(variance * (z / 0.6**2 + center / prior**2), np.sqrt(variance))
        said.append(classify_body(track, prior, center, body, vehicle, 0.4))
        true.append(is_vehicle)
    said, true = np.array(said), np.array(true)
    for low in np.arange(0.0, 1.0, 0.2):
        part = (said >= low) & (said < low + 0.2)
        error = np.sqrt(said[part].mean() * (1 - said[part].mean()) / part.sum())
        assert true[part].mean() == pytest.approx(said[part].mean(), abs=4 * error), low
    # Above the air nothing has been learnt.
    assert classify_body(Seen(center, prior), prior, center, body, vehicle, 0.4) == 0.4


def test_discrimination_is_what_the_user_states():
    curve = Discrimination({"X": ((10.0, 0.2), (60.0, 0.8))}, source="assumed, to see what follows")
    assert curve.probability("X", 0.0) == 0.2
    assert curve.probability("X", 35.0) == pytest.approx(0.5)
    assert curve.probability("X", 1e4) == 0.8
    with pytest.raises(InputError, match="band 'S'"):
        curve.probability("S", 10.0)
    with pytest.raises(InputError, match="source"):
        Discrimination({"X": ((0.0, 0.5),)}, source=" ")
    for points in (((0.0, 0.5), (1.0, 0.4)), ((1.0, 0.4), (0.0, 0.5)), ((0.0, 1.4),), ()):
        with pytest.raises(InputError, match="band X"):
            Discrimination({"X": points}, source="assumed")
