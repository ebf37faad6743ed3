"""The filter for re-entry: motion against SciPy, transition against neighbours, honesty against a flight."""

import numpy as np
import pytest
import track_truth as truth
from scipy.integrate import solve_ivp
from single_pass import SIGMA, SITES, batch_of, plain

from hoplon.earth._kernels import atmosphere
from hoplon.earth.frames import geodetic_from_ecef
from hoplon.earth.planet import WGS84
from hoplon.errors import InputError
from hoplon.flight.fly import free_flight
from hoplon.track import _kernels_ekf, _kernels_reentry, metrics
from hoplon.track import _kernels_ekf_track as free
from hoplon.track.reentry import ReentrySettings, filter_reentry
from hoplon.track.single import TrackStart

PLANET = WGS84.as_array()


def falling(height_m=150e3, beta=2500.0):
    r, frame = truth.site_frame(38.5, 137.0)
    return np.concatenate(
        (r + height_m * frame[2], np.array([1500.0, -900.0, -2000.0]) @ frame, [np.log(beta)])
    )


def scipy_fall(x, dt):
    def rates(_, s):
        out = truth.rates(s[:6], np.zeros(3), None)
        h = float(geodetic_from_ecef(s[:3])[2])
        rho = atmosphere(h)[0]
        out[3:] -= 0.5 * rho * np.linalg.norm(s[3:6]) / np.exp(x[6]) * s[3:6]
        return out

    return solve_ivp(rates, (0.0, dt), x[:6], rtol=1e-9, atol=1e-6).y[:, -1]


@pytest.mark.compiled
@pytest.mark.parametrize("dt", [30.0, 60.0, 72.0])
def test_the_fall_through_the_air_is_that_of_solve_ivp(dt):
    # From 150 km into the thick of it: 18 km after 72 s.
    x, p = falling(), np.zeros((7, 7))
    exact = scipy_fall(x, dt)
    _kernels_reentry.predict(x, p, dt, 0.0, 0.0, PLANET)
    # A metre where a radar is good to twenty.
    assert np.linalg.norm(x[:3] - exact[:3]) < 1.0
    assert np.linalg.norm(x[3:6] - exact[3:]) < 0.3


@pytest.mark.parametrize("height_m", [150e3, 60e3, 25e3])
def test_the_transition_matrix_is_the_derivative_of_the_step(height_m):
    terms = _kernels_ekf.terms_of(PLANET)
    scale = np.array([20.0] * 3 + [0.5] * 3 + [1e-3])
    columns = []
    for d in np.diag(scale):
        ends = []
        for sign in (1.0, -1.0):
            x = falling(height_m) + sign * d
            plain(_kernels_reentry.advance)(x, np.eye(7), 0.4, terms)
            ends.append(x)
        columns.append((ends[0] - ends[1]) / (2 * d.sum()))
    phi = np.eye(7)
    _kernels_reentry.advance(falling(height_m), phi, 0.4, terms)
    expected = np.column_stack(columns)
    # In units in which 100 m, 10 m/s and 10 % weigh alike.
    unit = np.array([100.0] * 3 + [10.0] * 3 + [0.1])
    assert np.allclose(phi * unit / unit[:, None], expected * unit / unit[:, None], rtol=0, atol=2e-4)


def test_without_air_it_is_the_filter_of_free_flight():
    x, p = falling(600e3), np.diag([100.0**2] * 3 + [1.0] * 3 + [0.0])
    state, covariance = tuple(x[:6]), p[:6, :6]
    expected, packed = free.predict(state, free.packed(covariance), 8.0, 1e-4, _kernels_ekf.terms_of(PLANET))
    free.unpack_into(covariance, packed)
    _kernels_reentry.predict(x, p, 8.0, 1e-4, 0.0, PLANET)
    assert np.allclose(x[:6], expected, rtol=0, atol=1e-6)
    assert np.allclose(p[:6, :6], covariance, rtol=1e-5, atol=1e-3)


@pytest.mark.compiled
def test_through_re_entry_it_is_honest_and_finds_the_ballistic_coefficient():
    # Truth: the package's own flight of a body of 3,500 kg/m²; believed: 2,000, within a factor of 1.65.
    rng = np.random.default_rng(5)
    x = falling(170e3)
    flight = free_flight(x[:3], x[3:6], 3500.0)
    t = np.arange(0.5, flight.t_s[-1] - 1.0, 0.5)
    r, v = flight.state_at(t)
    states = np.concatenate((r, v), axis=1)
    low = geodetic_from_ecef(r)[2] < 60e3
    sensor = np.arange(len(t)) % 3
    exact = np.empty((len(t), 3))
    for k, site in enumerate(SITES):
        e = (r[sensor == k] - site.r_ecef_m) @ np.asarray(site.enu_from_ecef).T
        rho = np.linalg.norm(e, axis=1)
        exact[sensor == k] = np.column_stack((rho, np.arctan2(e[:, 0], e[:, 1]), np.arcsin(e[:, 2] / rho)))
    p0 = np.diag([200.0**2] * 3 + [5.0**2] * 3)
    squares, betas = [], []
    for _ in range(60):
        start = TrackStart(
            0.0, x[:3] + 200.0 * rng.standard_normal(3), x[3:6] + 5.0 * rng.standard_normal(3), p0
        )
        z = exact + rng.standard_normal(exact.shape) * SIGMA
        found = filter_reentry(SITES, batch_of(sensor, t, z), start)
        error = np.hstack((found.track.r_ecef_m, found.track.v_ecef_m_s)) - states
        squares.append(metrics.nees(error, found.track.covariance))
        betas.append(found.ballistic_coefficient_kg_m2[-1])
        assert found.covariance.shape == (len(t), 7, 7)
    mean = np.mean(squares, axis=0) / 6.0
    assert low.sum() > 30
    assert 0.5 < mean.min() < mean.max() < 2.0
    assert np.median(betas) == pytest.approx(3500.0, rel=0.15)
    # Six states with the wrong coefficient, and sure of it, are not.
    stubborn = ReentrySettings(sigma_log_beta=0.0, log_beta_walk_s05=0.0)
    found = filter_reentry(SITES, batch_of(sensor, t, exact), TrackStart(0.0, x[:3], x[3:6], p0), stubborn)
    error = np.hstack((found.track.r_ecef_m, found.track.v_ecef_m_s)) - states
    assert metrics.nees(error, found.track.covariance)[-1] > 100.0
    assert np.all(found.ballistic_coefficient_kg_m2 == pytest.approx(2000.0))


def test_what_makes_no_sense_is_refused():
    with pytest.raises(InputError, match="ballistic coefficient"):
        ReentrySettings(ballistic_coefficient_kg_m2=0.0)
    x = falling()
    start = TrackStart(0.0, x[:3], x[3:6], np.eye(6))
    with pytest.raises(InputError, match="before the state"):
        filter_reentry(SITES, batch_of([0], [-1.0], np.array([[1e6, 1.0, 0.5]])), start)
