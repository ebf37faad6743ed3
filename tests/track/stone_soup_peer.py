"""Stone Soup's filters on the model that `hoplon.track.ekf` states, written apart from it.

The same discretisation (one Runge-Kutta step between detections, the split transition matrix), the same sigma
points; everything else (prediction, gain, update, angles) is Stone Soup's own.
"""

import datetime

import numpy as np
from scipy.spatial.transform import Rotation
from stonesoup.base import Property
from stonesoup.functions import build_rotation_matrix
from stonesoup.models.base import TimeVariantModel
from stonesoup.models.measurement.nonlinear import CartesianToElevationBearingRange
from stonesoup.models.transition.nonlinear import GaussianTransitionModel
from stonesoup.types.array import CovarianceMatrix, StateVector, StateVectors
from stonesoup.types.detection import Detection
from stonesoup.types.hypothesis import SingleHypothesis
from stonesoup.types.state import GaussianState
from stonesoup.types.track import Track

GM, J2, OMEGA, A = 3.986004418e14, 1.082629821e-3, 7.292115e-5, 6378137.0
START = datetime.datetime(2030, 1, 1)
CORIOLIS = 2.0 * OMEGA * np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
CORIOLIS2 = CORIOLIS @ CORIOLIS
CENTRIFUGAL = OMEGA**2 * np.diag([1.0, 1.0, 0.0])
EYE = np.eye(3)
RR, RV, VV = (np.kron(block, EYE) for block in ([[1, 0], [0, 0]], [[0, 1], [1, 0]], [[0, 0], [0, 1]]))


def rates(X):
    """Gravity with J2, Coriolis and centrifugal acceleration, for states in columns."""
    r, v = X[:3], X[3:]
    n2 = np.sum(r * r, axis=0)
    z2 = 5.0 * r[2] ** 2 / n2
    k = 1.5 * J2 * A * A / n2
    g = -GM / (n2 * np.sqrt(n2))
    a = np.empty_like(r)
    a[0] = g * (1.0 + k * (1.0 - z2)) * r[0] + OMEGA * (OMEGA * r[0] + 2.0 * v[1])
    a[1] = g * (1.0 + k * (1.0 - z2)) * r[1] + OMEGA * (OMEGA * r[1] - 2.0 * v[0])
    a[2] = g * (1.0 + k * (3.0 - z2)) * r[2]
    return np.concatenate((v, a))


def third_stage(X, dt):
    k1 = rates(X)
    k2 = rates(X + dt / 2 * k1)
    return k1, k2, X + dt / 2 * k2


def transition_matrix(X, dt):
    """D(t/2) K(t) D(t/2), as matrices."""
    r = third_stage(X, dt)[2][:3]
    n2 = r @ r
    g = GM / n2**1.5
    G = 3.0 * g / n2 * np.outer(r, r) - g * EYE + CENTRIFUGAL
    D, K = np.eye(6), np.eye(6)
    D[:3, 3:] = 0.5 * dt * EYE
    K[3:, :3] = dt * (EYE + 0.5 * dt * CORIOLIS) @ G
    K[3:, 3:] = EYE + dt * CORIOLIS + 0.5 * dt * dt * CORIOLIS2
    return D @ K @ D


class FreeFlight(GaussianTransitionModel, TimeVariantModel):
    """One Runge-Kutta step, white acceleration."""

    q: float = Property(default=1e-10)

    @property
    def ndim_state(self):
        return 6

    def function(self, state, noise=False, **kwargs):
        dt = kwargs["time_interval"].total_seconds()
        X = np.asarray(state.state_vector, dtype=float)
        k1, k2, half = third_stage(X, dt)
        k3 = rates(half)
        k4 = rates(X + dt * k3)
        out = X + dt / 6.0 * (k1 + 2.0 * (k2 + k3) + k4)
        return out.view(StateVectors) if out.shape[1] > 1 else out.view(StateVector)

    def covar(self, time_interval, **kwargs):
        dt = time_interval.total_seconds()
        return CovarianceMatrix(self.q * (dt**3 / 3 * RR + dt**2 / 2 * RV + dt * VV))

    def jacobian(self, state, **kwargs):
        X = np.asarray(state.state_vector, dtype=float).ravel()
        return transition_matrix(X, kwargs["time_interval"].total_seconds())


class Radar(CartesianToElevationBearingRange):
    """Elevation, bearing (from east over north) and range, with their analytic gradient."""

    def jacobian(self, state, **kwargs):
        R = self.rotation_matrix
        d = np.asarray(state.state_vector, dtype=float)[:3] - np.asarray(self.translation_offset, dtype=float)
        e, n, u = (R @ d).ravel()
        h2 = e * e + n * n
        h, r2 = np.sqrt(h2), h2 + u * u
        r = np.sqrt(r2)
        H = np.zeros((3, 6))
        level = [[-u * e / (r2 * h), -u * n / (r2 * h), h / r2], [-n / h2, e / h2, 0.0]]
        H[:, :3] = np.array([*level, [e / r, n / r, u / r]]) @ R
        return H


def _angles(R):
    # The Euler angles from which Stone Soup makes this rotation.
    for low in ("zyx", "ZYX", "xyz", "XYZ"):
        for matrix in (R, R.T):
            found = Rotation.from_matrix(matrix).as_euler(low)
            for order in (found, found[::-1]):
                for sign in (1.0, -1.0):
                    angles = sign * np.asarray(order).reshape(3, 1)
                    if np.abs(build_rotation_matrix(angles) - R).max() < 1e-9:
                        return StateVector(angles)
    raise AssertionError("no Euler angles")


def radar(site, sigma):
    """Make a radar of a site's (position, frame) and standard deviations of range, azimuth, elevation."""
    r, frame = site
    return Radar(
        ndim_state=6,
        mapping=(0, 1, 2),
        noise_covar=np.diag([sigma[2], sigma[1], sigma[0]]) ** 2,
        translation_offset=StateVector(r),
        rotation_offset=_angles(np.asarray(frame)),
    )


def detection(model, t, z):
    """Range, azimuth (from north over east) and elevation as Stone Soup has them."""
    return Detection(
        StateVector([z[2], np.pi / 2 - z[1], z[0]]),
        timestamp=START + datetime.timedelta(seconds=t),
        measurement_model=model,
    )


def filter_track(predictor, updater, models, t, z, t0, x0, p0):
    """Run a track as Stone Soup's tutorials do; return means and covariances after each detection."""
    state = GaussianState(
        StateVector(x0), CovarianceMatrix(p0), timestamp=START + datetime.timedelta(seconds=t0)
    )
    track = Track([state])
    means, covariances = np.empty((len(t), 6)), np.empty((len(t), 6, 6))
    for i in range(len(t)):
        d = detection(models[i], t[i], z[i])
        state = updater.update(SingleHypothesis(predictor.predict(state, timestamp=d.timestamp), d))
        track.append(state)
        means[i] = np.asarray(state.state_vector, dtype=float).ravel()
        covariances[i] = state.covar
    return means, covariances
